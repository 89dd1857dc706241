package protection

import "veche/server/topic"

// words say what was exposed.
func (x *Incident) words(lang string) string {
	switch x.Exposed {
	case ExposedData:
		return said{"the database without the keys", "база данных без ключей"}.In(lang)
	case ExposedKeys:
		return said{"the keys without the database", "ключи без базы данных"}.In(lang)
	case ExposedAll:
		return said{"the database and the keys", "база данных и ключи"}.In(lang)
	case ExposedBackup:
		return said{"a backup, without the passphrase of its keys", "резервная копия, без фразы, открывающей её ключи"}.In(lang)
	}
	return said{"an account of the role: ", "учётная запись роли: "}.In(lang) + names(lang, roleWords, []string{x.Role.String()})
}

// sealed says what the seals do here.
func (x *Incident) sealed(lang string) string {
	switch x.Exposed {
	case ExposedData, ExposedBackup:
		return said{"Names, addresses and what joins them to texts and ballots are sealed (AES-256-GCM, a key a person, wrapped by a key outside the database) and can’t be read.",
			"Имена, адреса и связь с текстами и бюллетенями запечатаны (AES-256-GCM, ключ на человека, обёрнут ключом вне базы) и не читаются."}.In(lang)
	case ExposedKeys:
		return said{"The keys hold nothing about people. They open what is sealed for whoever has a copy of the database, too, now or later.",
			"Сами ключи ничего о людях не содержат. Они откроют запечатанное тому, у кого есть или появится копия базы."}.In(lang)
	case ExposedAll:
		return said{"Nothing is sealed for whoever has both. Secrets of sign-ins are hashes and open no session.",
			"Для того, у кого есть и то и другое, ничто не запечатано. Секреты входа хранятся хешами и сеансов не открывают."}.In(lang)
	}
	return said{"What the role may see, by the table of who may do what; besides what everybody sees.", "То, что роль может видеть по таблице прав, кроме доступного всем."}.In(lang)
}

// consequences are what may come of it for people.
func (x *Incident) consequences(lang string, reach []Reach, topics []Topic) (list []string) {
	add := func(en, ru string) { list = append(list, said{en, ru}.In(lang)) }
	name, opinion := named(reach)
	households := false
	for _, t := range topics {
		households = households || t.Households && t.Answers > 0
	}
	answers := false
	for _, r := range reach {
		answers = answers || r.Readable && r.Class.Name == "answers"
	}
	switch {
	case x.Exposed == ExposedKeys:
		add("None by themselves. Look whether a copy of the database was within reach, too: then choose both.", "Сами по себе никаких. Проверьте, не была ли доступна и копия базы: тогда выберите и то и другое.")
	case name && opinion:
		add("Political opinions and votes of people who can be named: pressure, discrimination, loss of trust. The risk is high: tell the people concerned without delay (GDPR article 34).",
			"Политические взгляды и голоса поимённо: давление, дискриминация, утрата доверия. Риск высокий: сообщить людям без промедления (GDPR, статья 34).")
	case name:
		add("Names and addresses of people who take part: unwanted letters, pretended letters of the city. Nothing of what they said or voted.",
			"Имена и адреса участников: нежелательные письма, поддельные письма от имени города. О сказанном и о голосах — ничего.")
	case opinion:
		add("Opinions and votes under random names. Somebody may be recognised by what they wrote; ballots lead to nobody.",
			"Взгляды и голоса под случайными псевдонимами. Человека могут узнать по написанному; бюллетени ни к кому не ведут.")
	default:
		add("Conduct or answers under random names; no names, addresses or votes.", "Поведение или ответы под случайными псевдонимами; без имён, адресов и голосов.")
	}
	if answers {
		add("Several answers together may point to one person: a rare age, district and interest.", "Несколько ответов вместе могут указать на одного человека: редкий возраст, район и интерес.")
	}
	if answers && households {
		add("Some topics asked for the address of the household: with it the answers lead to a home.", "В некоторых темах спрашивали адрес семьи: с ним ответы ведут к дому.")
	}
	if x.Exposed == ExposedRole && x.Role == topic.RoleRegistrar {
		add("A registrar learns who wrote a text only where somebody else agreed: look at the requests in every topic.", "Регистратор узнаёт автора текста, только если согласился другой: просмотрите запросы во всех темах.")
	}
	return list
}

// steps are what an office does now.
func (x *Incident) steps(lang string, reach []Reach) (list []string) {
	add := func(en, ru string) { list = append(list, said{en, ru}.In(lang)) }
	switch x.Exposed {
	case ExposedRole:
		add("Take the role away and end the sign-ins: veche user revoke. Look through the history of each topic for what was done with it.", "Отнять роль и завершить входы: veche user revoke. Просмотреть в истории каждой темы, что ею сделано.")
	case ExposedKeys, ExposedAll:
		add("Give the installation new keys, and end all sign-ins.", "Дать установке новые ключи и завершить все входы.")
		add("The key that signs the record was exposed: tell witnesses, and publish the new one.", "Открылся ключ подписи журнала: сообщить свидетелям и опубликовать новый.")
	case ExposedBackup:
		add("Change the passphrase of backups; make a new one and destroy those under the old.", "Сменить фразу резервных копий; сделать новую и уничтожить прежние.")
	default:
		add("Close the way by which it was read. Keys need no change as long as they were elsewhere.", "Закрыть путь, которым базу прочли. Ключи менять не нужно, если они были в другом месте.")
	}
	if name, opinion := named(reach); name && opinion {
		add("Write to everybody concerned in plain words: what, when, what it may mean, whom to ask.", "Написать всем затронутым простыми словами: что, когда, чем грозит, к кому обращаться.")
	}
	add("Keep this note with what was found and decided: breaches are documented even where nobody has to be told.", "Сохранить записку с итогами и решениями: утечки документируют и тогда, когда сообщать не нужно.")
	return list
}
