package protection

import (
	"fmt"
	"strconv"
	"time"
)

// Assessment writes the facts for an assessment of the impact on data protection
// (GDPR article 35), in "en" or "ru".
func (f *Facts) Assessment(lang string) *Document {
	in := inLang(lang)
	d := &Document{
		Title: in("Facts for a data-protection impact assessment", "Сведения для оценки воздействия на защиту данных"),
		Lead: []string{
			fmt.Sprintf(in("%s, made %s by release %s from the program, its settings and its data.", "%s, составлено %s выпуском %s по программе, её настройкам и данным."), f.Site, f.Made.UTC().Format(moment), f.Release),
			in("Texts and ballots tell political opinions, a special category of data: an assessment is needed before citizens are invited.",
				"Тексты и бюллетени раскрывают политические взгляды, особую категорию данных: оценка нужна до приглашения горожан."),
			in("What the office weighs itself: whether the processing is necessary, the legal basis in its own law, and how great each risk is.",
				"Что служба взвешивает сама: необходимость обработки, правовое основание по своему закону и величину каждого риска."),
		},
	}
	d.Sections = []Section{f.described(lang), f.classes(lang), f.terms(lang), f.people(lang), f.measures(lang), risks(lang)}
	return d
}

func (f *Facts) described(lang string) Section {
	in := inLang(lang)
	return Section{
		Title: in("What is done", "Что делается"),
		Text: []string{
			in("A city puts a question to its citizens. People apply; a lottery that anyone can check picks participants who resemble the city; they debate, hand in ideas, rate them and vote; the city answers.",
				"Город задаёт вопрос жителям. Люди подают заявки; проверяемая жеребьёвка выбирает участников, похожих на город; они обсуждают, вносят идеи, оценивают их и голосуют; город отвечает."),
			in("Nobody is judged by a machine: clusters, signals and rankings are advice to people, and every decision of the organisers bears a reason.",
				"Машина никого не судит: группы идей, признаки и порядок — советы людям, и каждое решение организаторов объяснено."),
			in("Identities lie apart and are joined with what was said by two people together only, which the log tells.",
				"Личные данные лежат отдельно; соединить их со сказанным могут только двое вместе, и журнал об этом сообщает."),
			in("No data is handed to third parties; the program sends nothing away but letters and texts by the servers that the settings name.",
				"Данные не передаются третьим лицам; программа отправляет только письма и сообщения через серверы, указанные в настройках."),
		},
	}
}

func (f *Facts) classes(lang string) Section {
	in := inLang(lang)
	t := &Table{Head: []string{in("Class", "Класс"), in("What it is", "Что это"), in("Purpose", "Цель"), in("Basis", "Основание"), in("Who may see it", "Кто может видеть"), in("Political opinions", "Политические взгляды")}}
	for i := range f.Classes {
		c := &f.Classes[i]
		t.Rows = append(t.Rows, []string{
			classWords[c.Name].In(lang), c.class.Holds.In(lang), c.class.Purpose.In(lang), c.class.Basis.In(lang), names(lang, roleWords, c.Recipients), yes(lang, c.Special),
		})
	}
	return Section{
		Title: in("Classes of personal data", "Классы персональных данных"), Table: t,
		Text: []string{in("Every field of the program that holds personal data names its class; who may see it comes from the table of who may do what.",
			"Каждое поле программы с персональными данными называет свой класс; кто может видеть, взято из таблицы прав.")},
	}
}

func (f *Facts) terms(lang string) Section {
	in := inLang(lang)
	t := &Table{Head: []string{in("Class", "Класс"), in("Where", "Где"), in("How it lies there", "Как лежит"), in("Kept", "Хранится"), in("On erasure", "При удалении")}}
	for i := range f.Classes {
		c := &f.Classes[i]
		t.Rows = append(t.Rows, []string{classWords[c.Name].In(lang), c.class.Where.In(lang), sealWords[c.Seal].In(lang), f.Settings.kept(lang, c.Keeps), c.ended(lang)})
	}
	return Section{
		Title: in("Where it lies, for how long, and how it is erased", "Где лежит, сколько хранится и как удаляется"), Table: t,
		Text: []string{
			in("People see, take and erase what is held of them themselves, and take back consent in any step; the registrar does it for those without an account.",
				"Люди сами видят, забирают и удаляют всё, что о них хранится, и отзывают согласие на любом этапе; за тех, у кого нет учётной записи, это делает регистратор."),
			fmt.Sprintf(in("Erasures that the register holds, of people and of texts: %d. A restored backup erases them again.", "Удалений в реестре, людей и текстов: %d. Восстановленная копия удаляет их снова."), f.Erased),
		},
	}
}

func (f *Facts) people(lang string) Section {
	in := inLang(lang)
	t := &Table{Head: []string{in("Topic", "Тема"), in("Since", "С"), in("People who applied", "Подали заявку"), in("Answers held", "Хранится ответов"), in("Seats", "Мест"), in("Texts held", "Хранится текстов"), in("Ballots", "Бюллетеней")}}
	for i := range f.Topics {
		x := &f.Topics[i]
		t.Rows = append(t.Rows, []string{x.Title, x.Created.UTC().Format(time.DateOnly), strconv.Itoa(x.People), strconv.Itoa(x.Answers), strconv.Itoa(x.Seats), strconv.Itoa(x.Texts), strconv.Itoa(x.Ballots)})
	}
	text := []string{fmt.Sprintf(in("Accounts: %d. Applications in all topics: %d; one who takes part in several counts in each, for nothing joins them.",
		"Учётных записей: %d. Заявок во всех темах: %d; участник нескольких тем считается в каждой, ведь их ничто не связывает."), f.Accounts, f.People())}
	for _, s := range f.Staff {
		text = append(text, fmt.Sprintf("%s: %d", names(lang, roleWords, []string{s.Name}), s.Count))
	}
	return Section{Title: in("How many people", "Сколько людей"), Text: text, Table: t}
}

func (f *Facts) measures(lang string) Section {
	in := inLang(lang)
	s := &f.Settings
	return Section{
		Title: in("Security measures", "Меры безопасности"),
		Table: &Table{Head: []string{in("Measure", "Мера"), in("In force", "Действует")}, Rows: [][]string{
			{in("Encrypted connections only", "Только шифрованные соединения"), yes(lang, s.Encrypted)},
			{in("Staff need a second step to sign in", "Сотрудникам нужен второй шаг входа"), yes(lang, s.SecondFactor)},
			{in("Sign-in by the city’s identity point", "Вход через городскую систему"), yes(lang, s.City)},
			{in("Sign-in by e-mail", "Вход по почте"), yes(lang, s.Mail)},
			{in("Sign-in by telephone", "Вход по телефону"), yes(lang, s.Phone)},
			{in("Identity sealed under a key of each person’s own, in another place than the keys", "Личные данные запечатаны ключом каждого человека, отдельно от ключей"), yes(lang, true)},
			{in("Random names in debate and in each vote, unlinkable in everything published", "Случайные псевдонимы в обсуждении и в каждом голосовании, не связываемые в опубликованном"), yes(lang, true)},
			{in("Counts of fewer than five people stay untold in published tables of opinions", "Числа меньше пяти человек не публикуются в таблицах мнений"), yes(lang, true)},
			{in("Who wrote a text is learnt by two people together only, and told in the log", "Автора текста узнают только двое вместе, с записью в журнале"), yes(lang, true)},
			{in("A log that anyone can check, signed by the installation", "Проверяемый каждым журнал, подписанный установкой"), yes(lang, true)},
			{in("Witnesses that sign the log besides", "Свидетели, подписывающие журнал"), strconv.Itoa(s.Witnesses)},
			{in("Database", "База данных"), s.Database},
		}},
	}
}

func risks(lang string) Section {
	in := inLang(lang)
	return Section{
		Title: in("Risks to people, and what meets them", "Риски для людей и чем они сдерживаются"),
		Table: &Table{Head: []string{in("Risk", "Риск"), in("What meets it", "Чем сдерживается"), in("What is left", "Что остаётся")}, Rows: [][]string{
			{in("Political opinions become known by name", "Политические взгляды становятся известны поимённо"),
				in("Names lie sealed and apart; no role sees both; two people for each disclosure", "Имена запечатаны и лежат отдельно; ни одна роль не видит обоих; каждое раскрытие делают двое"),
				in("Somebody with the database and the keys; people who tell who they are in a text", "Тот, у кого есть и база, и ключи; люди, которые называют себя в тексте")},
			{in("People are recognised by what they answered", "Людей узнают по ответам заявки"),
				in("Only counts are shown; small ones stay untold; rows are erased in time", "Показываются только числа, малые скрыты; строки стираются в срок"),
				in("Counts of a single feature in the draw, which consent tells of", "Числа по одному признаку в жеребьёвке, о чём сказано в согласии")},
			{in("Somebody is kept out, or counted twice", "Кого-то не допустили или посчитали дважды"),
				in("A draw that anyone can check; receipts; one verified person, one ballot", "Проверяемая жеребьёвка; квитанции; один проверенный человек — один бюллетень"),
				in("A topic that asks for an e-mail address only, which its results say", "Тема, где достаточно адреса почты, о чём сказано в её результатах")},
			{in("Data is kept longer than needed", "Данные хранятся дольше нужного"),
				in("A job destroys answers in their time; people erase themselves; backups forget again", "Ответы уничтожаются в срок; люди удаляют себя сами; копии забывают снова"),
				in("Copies that were taken out of the installation by hand", "Копии, вынесенные из установки вручную")},
		}},
	}
}
