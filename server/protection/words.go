package protection

import (
	"fmt"
	"strings"
	"time"

	"veche/server/privacy"
)

// said is a sentence in the languages of the pages.
type said struct{ en, ru string }

// In answers the sentence in a language, English where there is none.
func (s said) In(lang string) string {
	if lang == "ru" {
		return s.ru
	}
	return s.en
}

// inLang answers sentences in a language.
func inLang(lang string) func(en, ru string) string {
	return func(en, ru string) string { return said{en, ru}.In(lang) }
}

var roleWords = map[string]said{
	everyone: {"everyone", "все"}, own: {"the person", "сам человек"},
	"facilitator": {"facilitators", "ведущие столов"}, "moderator": {"moderators", "модераторы"}, "planner": {"planners", "организаторы"},
	"registrar": {"registrars", "регистраторы"}, "administrator": {"administrators", "администраторы"}, "auditor": {"auditors", "аудиторы"}, "analyst": {"analysts", "аналитики"},
}

// classWords are short names of the classes.
var classWords = map[string]said{
	"name": {"Names", "Имена"}, "contact": {"Addresses and numbers", "Адреса и номера"}, "file": {"Files of registrars", "Файлы регистраторов"}, "account": {"Accounts", "Учётные записи"}, "account-change": {"Changes of accounts", "Изменения учётных записей"}, "sign-in": {"Sign-ins", "Входы"},
	"link": {"Links of names", "Связи псевдонимов"}, "pseudonym": {"Names in topics", "Псевдонимы в темах"}, "answers": {"Answers to the application", "Ответы заявки"},
	"consent": {"Consent", "Согласие"}, "seat": {"Seats", "Места"}, "text": {"Texts", "Тексты"}, "conduct": {"Conduct", "Поведение"}, "ballot": {"Ballots", "Бюллетени"},
	"decision": {"Decisions of staff", "Решения сотрудников"}, "request": {"Watch over identities", "Надзор за личными данными"}, "erasure": {"Erasures", "Удаления"},
}

var sealWords = map[privacy.Seal]said{
	privacy.SealPerson:  {"sealed under the person’s own key", "запечатано личным ключом человека"},
	privacy.SealPassing: {"sealed under the installation’s key", "запечатано ключом установки"},
	privacy.SealHash:    {"secrets as hashes, the rest sealed", "секреты в виде хешей, остальное запечатано"},
	privacy.SealPlain:   {"as it is, without a name", "открыто, без имени"},
}

var endWords = map[privacy.End]said{
	privacy.EndKey:     {"The key is destroyed and the records are deleted.", "Ключ уничтожается, записи удаляются."},
	privacy.EndDeleted: {"Deleted.", "Удаляется."},
	privacy.EndWish:    {"Deleted where the person wants it.", "Удаляется по желанию человека."},
	privacy.EndStays:   {"Stays.", "Остаётся."},
}

// names puts words into a list.
func names(lang string, words map[string]said, list []string) string {
	out := make([]string, len(list))
	for i, x := range list {
		out[i] = x
		if w, ok := words[x]; ok {
			out[i] = w.In(lang)
		}
	}
	if len(out) == 0 {
		return said{"nobody", "никто"}.In(lang)
	}
	return strings.Join(out, ", ")
}

func yes(lang string, is bool) string {
	if is {
		return said{"yes", "да"}.In(lang)
	}
	return said{"no", "нет"}.In(lang)
}

// length is a time in words, in whole days, hours or minutes.
func length(lang string, d time.Duration) string {
	n, unit := int(d.Minutes()), said{"min", "мин"}
	switch {
	case d >= 48*time.Hour:
		n, unit = int(d.Hours()/24), said{"days", "дн."}
	case d >= 2*time.Hour:
		n, unit = int(d.Hours()), said{"h", "ч"}
	}
	return fmt.Sprintf("%d %s", n, unit.In(lang))
}

// kept says how long data of a term is kept under the settings.
func (s *Settings) kept(lang string, t privacy.Term) string {
	days := func(n int) string {
		if n == 0 {
			return said{"until they are erased", "до удаления"}.In(lang)
		}
		return length(lang, time.Duration(n)*24*time.Hour)
	}
	switch t {
	case privacy.TermAccount:
		return said{"Until the person is erased.", "Пока человек не удалён."}.In(lang)
	case privacy.TermSignIn:
		return fmt.Sprintf(said{"Sessions end after %s without use and %s at most, letters after %s; expired ones are deleted every hour. A second step: until the person is erased.",
			"Сеансы кончаются через %s без использования и самое позднее через %s, письма через %s; истёкшее удаляется каждый час. Второй шаг: пока человек не удалён."}.In(lang),
			length(lang, s.SessionIdle), length(lang, s.SessionLife), length(lang, s.LetterLife))
	case privacy.TermAnswers:
		return fmt.Sprintf(said{"After the last step of a topic has opened: of people who were not drawn %s, of those with a seat %s.",
			"После открытия последнего этапа темы: тех, кого не выбрали, %s, тех, у кого есть место, %s."}.In(lang), days(s.PoolDays), days(s.PanelDays))
	case privacy.TermDraws:
		return said{"Until no more people can be drawn in the topic.", "Пока в теме ещё могут выбирать участников."}.In(lang)
	case privacy.TermTopic:
		return said{"As long as the topic.", "Столько же, сколько тема."}.In(lang)
	case privacy.TermAlways:
		return said{"For good.", "Бессрочно."}.In(lang)
	}
	return ""
}

// ended says what the erasure of a person does to a class.
func (c *Class) ended(lang string) string {
	text := endWords[c.Erasure].In(lang)
	if why := c.class.Why.In(lang); why != "" {
		text += " " + why + "."
	}
	return text
}

const moment = "2006-01-02 15:04 UTC"
