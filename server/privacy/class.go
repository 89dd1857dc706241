package privacy

import "veche/server/topic"

// Class is a kind of personal data: every field that holds some names its class in
// the tag "class". What is said of a class holds for all its fields.
type Class struct {
	Name    string
	Holds   Said // what it is
	Purpose Said
	Basis   Said // why it is lawful
	Where   Said // where it lies
	Seal    Seal // how it lies there
	Keeps   Term // how long it is kept
	// Shows are the kinds of the policy's answers that hold it: whoever has a role
	// of such a rule may see it.
	Shows topic.Shown
	End   End  // what the erasure of a person does to it
	Why   Said // why it stays, where it does
	// Special says that it tells political opinions: GDPR article 9.
	Special bool
}

// Said is a sentence in the languages of the pages.
type Said struct{ En, Ru string }

// In answers the sentence in a language, English where there is none.
func (s Said) In(lang string) string {
	if lang == "ru" {
		return s.Ru
	}
	return s.En
}

// Seal is how data lies at rest.
type Seal string

// The seals. What is not plain tells nothing without the installation's keys.
const (
	SealPerson  Seal = "person"  // under the person's own key
	SealPassing Seal = "passing" // under the installation's key, for minutes
	SealHash    Seal = "hash"    // as a keyed hash, or the hash of a random secret
	SealPlain   Seal = "plain"   // as it is, without a name
)

// Term is how long data is kept.
type Term string

// The terms.
const (
	TermAccount Term = "account" // until the person is erased
	TermSignIn  Term = "sign-in" // until the session, the code or the letter ends
	TermAnswers Term = "answers" // what the retention settings say
	TermDraws   Term = "draws"   // until the last step in which applications are judged
	TermTopic   Term = "topic"   // as long as the topic
	TermAlways  Term = "always"
)

// End is what the erasure of a person does to their data.
type End string

// The ends.
const (
	EndKey     End = "key"     // the key that opens it is destroyed, and the records deleted
	EndDeleted End = "deleted" // the records or texts are deleted
	EndWish    End = "wish"    // deleted where the person wants it; else it stays without an author
	EndStays   End = "stays"   // it stays: Why says why
)

// None is what a field names that holds nothing about a person.
const None = "none"

// Classes are all classes there are. Where a sentence speaks of the person it is
// whom the data is about.
var Classes = []Class{
	{
		Name:    "name",
		Holds:   Said{"Names of people with an account, and of authors of ideas on paper", "Имена тех, у кого есть учётная запись, и авторов идей на бумаге"},
		Purpose: Said{"To call people by name and to invite those who were drawn", "Обращаться к людям по имени и приглашать выбранных жребием"},
		Basis:   Said{"Consent; the city's public task", "Согласие; публичная задача города"},
		Where:   Said{"Store of identities, apart from topics", "Хранилище личных данных, отдельно от тем"},
		Seal:    SealPerson, Keeps: TermAccount, Shows: topic.ShownOwn | topic.ShownIdentity | topic.ShownAccounts, End: EndKey,
	},
	{
		Name:    "contact",
		Holds:   Said{"E-mail address, telephone number, the subject of the city's identity point, the number in a registrar's file", "Адрес почты, телефон, идентификатор городского входа, номер в файле регистратора"},
		Purpose: Said{"To sign people in, and to let one person apply and vote once", "Вход и правило «один человек — одна заявка и один голос»"},
		Basis:   Said{"Consent; the city's public task", "Согласие; публичная задача города"},
		Where:   Said{"Store of identities; found by a keyed hash only", "Хранилище личных данных; поиск только по хешу с ключом"},
		Seal:    SealPerson, Keeps: TermAccount, Shows: topic.ShownOwn | topic.ShownIdentity, End: EndKey,
	},
	{
		Name:    "file",
		Holds:   Said{"What a registrar's file says of people besides their answers: name, year of birth, telephone, e-mail address", "То, что файл регистратора говорит о людях кроме их ответов: имя, год рождения, телефон, адрес почты"},
		Purpose: Said{"To find people who applied twice", "Найти тех, кто подал заявку дважды"},
		Basis:   Said{"The city's public task", "Публичная задача города"},
		Where:   Said{"Store of identities, apart from topics", "Хранилище личных данных, отдельно от тем"},
		Seal:    SealPerson, Keeps: TermDraws, Shows: topic.ShownOwn | topic.ShownIdentity, End: EndKey,
	},
	{
		Name:    "account",
		Holds:   Said{"A random id, roles, and a mark of the person in their own browser", "Случайный номер, роли и метка человека в его собственном браузере"},
		Purpose: Said{"To know what somebody may do", "Знать, что человеку разрешено"},
		Basis:   Said{"Consent; a duty of office for staff", "Согласие; служебные обязанности сотрудников"},
		Where:   Said{"Store of identities", "Хранилище личных данных"},
		Seal:    SealPlain, Keeps: TermAccount, Shows: topic.ShownOwn | topic.ShownAccounts, End: EndDeleted,
	},
	{
		Name:    "sign-in",
		Holds:   Said{"Sessions with device and times, sign-in codes, letters on their way, the second step of staff", "Сеансы с устройством и временем, коды входа, письма в пути, второй шаг сотрудников"},
		Purpose: Said{"To keep people signed in, and others out", "Сохранять вход и не пускать посторонних"},
		Basis:   Said{"Security of processing", "Безопасность обработки"},
		Where:   Said{"Store of identities; queue of letters", "Хранилище личных данных; очередь писем"},
		Seal:    SealHash, Keeps: TermSignIn, Shows: topic.ShownOwn | topic.ShownAccounts, End: EndDeleted,
	},
	{
		Name:    "link",
		Holds:   Said{"What joins a person to their names in topics, and to a sheet of paper", "То, что связывает человека с его псевдонимами в темах и с листом бумаги"},
		Purpose: Said{"To let people act in a topic, see what is theirs and have it erased", "Дать человеку действовать в теме, видеть своё и удалять его"},
		Basis:   Said{"Consent", "Согласие"},
		Where:   Said{"Store of identities; nowhere else", "Только хранилище личных данных"},
		Seal:    SealPerson, Keeps: TermAccount, Shows: topic.ShownIdentity, End: EndKey,
	},
	{
		Name:    "pseudonym",
		Holds:   Said{"Random names in a topic, one in debate and others in each vote, and numbers given to them", "Случайные псевдонимы в теме, один в обсуждении и другие в каждом голосовании, и номера при них"},
		Purpose: Said{"To tell authors and ballots apart without knowing anybody", "Различать авторов и бюллетени, никого не зная"},
		Basis:   Said{"Consent; the city's public task", "Согласие; публичная задача города"},
		Where:   Said{"The topic's log", "Журнал темы"},
		Seal:    SealPlain, Keeps: TermTopic, Shows: topic.ShownPublic, End: EndStays,
		Why: Said{"Random, and nothing leads from it to anybody once the key is destroyed; the log must still verify", "Случайны, и после уничтожения ключа ни к кому не ведут; журнал должен проверяться"},
	},
	{
		Name:    "answers",
		Holds:   Said{"Answers to the application: such as age group, district, interests, languages, and the address where one person a household may sit", "Ответы заявки: например, возраст, район, интересы, языки, и адрес, если от семьи участвует один человек"},
		Purpose: Said{"To draw participants who resemble the city, and to make balanced tables", "Выбрать жребием участников, похожих на город, и составить уравновешенные столы"},
		Basis:   Said{"Consent, its wording and version kept with each application", "Согласие; его текст и версия хранятся с каждой заявкой"},
		Where:   Said{"Erasable rows of the topic, beside the log", "Стираемые строки темы рядом с журналом"},
		Seal:    SealPlain, Keeps: TermAnswers, Shows: topic.ShownOwn | topic.ShownPeople, End: EndDeleted,
	},
	{
		Name:    "consent",
		Holds:   Said{"Which text of consent was agreed to, and when", "С каким текстом согласия человек согласился и когда"},
		Purpose: Said{"To show that consent was given", "Показать, что согласие дано"},
		Basis:   Said{"Duty to demonstrate consent", "Обязанность подтвердить согласие"},
		Where:   Said{"The topic's log, under the name in debate", "Журнал темы, под псевдонимом обсуждения"},
		Seal:    SealPlain, Keeps: TermTopic, Shows: topic.ShownOwn, End: EndStays,
		Why: Said{"Shows that consent was there, under a name that leads to nobody any more", "Подтверждает, что согласие было, под псевдонимом, который уже ни к кому не ведёт"},
	},
	{
		Name:    "seat",
		Holds:   Said{"Whether somebody applied, was drawn, accepted, and at which table they sit", "Подал ли человек заявку, выбран ли, согласился ли и за каким столом сидит"},
		Purpose: Said{"To hold the debate", "Провести обсуждение"},
		Basis:   Said{"Consent", "Согласие"},
		Where:   Said{"The topic's log, under the name in debate", "Журнал темы, под псевдонимом обсуждения"},
		Seal:    SealPlain, Keeps: TermTopic, Shows: topic.ShownOwn | topic.ShownPeople, End: EndStays,
		Why: Said{"The draw must stay checkable; nothing leads from the seat to anybody once the key is destroyed", "Жребий должен оставаться проверяемым; после уничтожения ключа место ни к кому не ведёт"},
	},
	{
		Name:    "text",
		Holds:   Said{"Messages, ideas, questions, reports, notes and appeals that people wrote, and when", "Реплики, идеи, вопросы, отчёты, заметки и обжалования, написанные людьми, и время"},
		Purpose: Said{"The debate itself: what people want the city to know", "Само обсуждение: то, что люди хотят сказать городу"},
		Basis:   Said{"Explicit consent, since it tells political opinions", "Явное согласие: это политические взгляды"},
		Where:   Said{"Erasable rows of the topic; the log holds salted digests", "Стираемые строки темы; в журнале только солёные хеши"},
		Seal:    SealPlain, Keeps: TermTopic, Shows: topic.ShownPublic | topic.ShownOwn | topic.ShownIdeas, End: EndWish, Special: true,
		Why: Said{"A text that its author leaves there stands without an author", "Текст, который автор оставил, остаётся без автора"},
	},
	{
		Name:    "conduct",
		Holds:   Said{"Reactions, reports about others, restrictions, and signals of joint action", "Реакции, жалобы на других, ограничения и признаки согласованных действий"},
		Purpose: Said{"A debate that is safe and fair", "Безопасное и честное обсуждение"},
		Basis:   Said{"Consent; rights of the other participants", "Согласие; права других участников"},
		Where:   Said{"The topic's log, under the name in debate or on a ballot", "Журнал темы, под псевдонимом обсуждения или бюллетеня"},
		Seal:    SealPlain, Keeps: TermTopic, Shows: topic.ShownOwn | topic.ShownConduct, End: EndStays,
		Why: Said{"The moderators' log must verify; nothing leads from it to anybody once the key is destroyed", "Журнал модерации должен проверяться; после уничтожения ключа он ни к кому не ведёт"},
	},
	{
		Name:    "ballot",
		Holds:   Said{"How each ballot voted, in the rating and in each poll", "Как проголосовал каждый бюллетень, в оценке и в каждом голосовании"},
		Purpose: Said{"The count, and that anyone can count again", "Подсчёт и возможность пересчёта для каждого"},
		Basis:   Said{"Explicit consent, since it tells political opinions", "Явное согласие: это политические взгляды"},
		Where:   Said{"The topic's log, under names of their own that lead to nothing said", "Журнал темы, под отдельными псевдонимами, не связанными со сказанным"},
		Seal:    SealPlain, Keeps: TermTopic, Shows: topic.ShownOwn | topic.ShownVotes, End: EndStays, Special: true,
		Why: Said{"The count must stay checkable; nothing leads from a ballot to anybody once the key is destroyed", "Подсчёт должен оставаться проверяемым; после уничтожения ключа бюллетень ни к кому не ведёт"},
	},
	{
		Name:    "decision",
		Holds:   Said{"What staff decided and why, under a name of their own; which office is responsible", "Что решили сотрудники и почему, под служебным псевдонимом; какая служба отвечает"},
		Purpose: Said{"Accountability of the organisers", "Подотчётность организаторов"},
		Basis:   Said{"The city's public task", "Публичная задача города"},
		Where:   Said{"The topic's log and erasable rows", "Журнал темы и стираемые строки"},
		Seal:    SealPlain, Keeps: TermTopic, Shows: topic.ShownPublic | topic.ShownIdeas, End: EndStays,
		Why: Said{"The public record of office; no name of a person stands in it", "Публичная запись о работе службы; имён людей в ней нет"},
	},
	{
		Name:    "request",
		Holds:   Said{"Who of the staff asked to learn who wrote a text, why, and who decided", "Кто из сотрудников просил узнать автора текста, зачем и кто решил"},
		Purpose: Said{"To keep watch over the use of identities", "Надзор за использованием личных данных"},
		Basis:   Said{"Duty to demonstrate lawful processing", "Обязанность подтвердить законность обработки"},
		Where:   Said{"The topic's log and erasable rows", "Журнал темы и стираемые строки"},
		Seal:    SealPlain, Keeps: TermTopic, Shows: topic.ShownWatch, End: EndStays,
		Why: Said{"The watch over staff; it holds no name", "Надзор за сотрудниками; имён в нём нет"},
	},
	{
		Name:    "account-change",
		Holds:   Said{"Who gave or took roles, or reset a sign-in, of whom: random ids", "Кто дал или снял роли или сбросил вход и кому: случайные номера"},
		Purpose: Said{"To keep watch over those who look after accounts", "Надзор за теми, кто следит за учётными записями"},
		Basis:   Said{"Security of processing", "Безопасность обработки"},
		Where:   Said{"Store of identities", "Хранилище личных данных"},
		Seal:    SealPlain, Keeps: TermAlways, Shows: topic.ShownAccounts, End: EndStays,
		Why: Said{"Nobody takes what they did with others' accounts away with their own; an id leads to nobody once the records are gone", "Никто не уносит со своей записью то, что сделал с чужими; номер ни к кому не ведёт, когда записей нет"},
	},
	{
		Name:    "erasure",
		Holds:   Said{"Random ids of erased people and digests of erased texts; certificates", "Случайные номера удалённых людей и хеши удалённых текстов; акты"},
		Purpose: Said{"That a restored backup forgets again, and that erasure can be shown", "Чтобы восстановленная копия снова забыла, и чтобы удаление можно было подтвердить"},
		Basis:   Said{"Duty to erase and to document it", "Обязанность удалить и задокументировать"},
		Where:   Said{"Register beside the keys; certificates in the store", "Реестр рядом с ключами; акты в хранилище"},
		Seal:    SealPlain, Keeps: TermAlways, Shows: topic.ShownOwn, End: EndStays,
		Why: Said{"Without it a restored backup would bring people back; an id leads to nobody once the records are gone", "Без него восстановленная копия вернула бы людей; номер ни к кому не ведёт, когда записей нет"},
	},
}

// ClassOf answers the class of a name, nil for none.
func ClassOf(name string) *Class {
	for i := range Classes {
		if Classes[i].Name == name {
			return &Classes[i]
		}
	}
	return nil
}
