package protection

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"veche/server/privacy"
	"veche/server/topic"
)

// Exposed is what somebody got hold of who should not have.
type Exposed string

// What can be exposed.
const (
	ExposedData   Exposed = "data"   // the database without the keys
	ExposedKeys   Exposed = "keys"   // the keys without the database
	ExposedAll    Exposed = "all"    // both
	ExposedBackup Exposed = "backup" // a backup, whose keys are sealed by a passphrase
	ExposedRole   Exposed = "role"   // the account of somebody with a role
)

// Incident is what is known of a breach.
type Incident struct {
	Exposed Exposed
	Role    topic.Role // of the account
	Until   time.Time  // when it ended: what came to be later is not concerned; zero for now
	Noticed time.Time  // when the office learnt of it
}

// Reach is what was exposed of a class.
type Reach struct {
	Class    *Class
	Readable bool // else it is sealed, and tells nothing without the keys
}

// Check says what is wrong with an incident.
func (x *Incident) Check() error {
	switch {
	case !slices.Contains([]Exposed{ExposedData, ExposedKeys, ExposedAll, ExposedBackup, ExposedRole}, x.Exposed):
		return fmt.Errorf("%q is nothing that can be exposed: data, keys, all, backup or role", x.Exposed)
	case x.Exposed == ExposedRole && !slices.Contains(roles(), x.Role):
		return errors.New("say which role the account had: facilitator, moderator, planner, registrar, administrator, auditor or analyst")
	case x.Noticed.IsZero():
		return errors.New("say when it was noticed: the authority counts from there")
	case x.Until.After(x.Noticed):
		return errors.New("it ended after it was noticed: say until when data was open by then")
	}
	return nil
}

// Reach answers what an incident exposed, by class.
func (f *Facts) Reach(x *Incident) (list []Reach) {
	for i := range f.Classes {
		c := &f.Classes[i]
		switch x.Exposed {
		case ExposedData, ExposedBackup:
			list = append(list, Reach{c, c.Seal == privacy.SealPlain})
		case ExposedAll:
			// Hashes of random secrets open nothing whoever has the keys.
			list = append(list, Reach{c, true})
		case ExposedRole:
			if c.class.Shows&shownTo(x.Role) != 0 {
				list = append(list, Reach{c, true})
			}
		case ExposedKeys:
			if c.Seal == privacy.SealPerson || c.Seal == privacy.SealPassing {
				list = append(list, Reach{c, false})
			}
		}
	}
	return list
}

// concerned are the topics of which something was exposed.
func (f *Facts) concerned(x *Incident) (list []Topic) {
	if x.Exposed == ExposedKeys {
		return nil
	}
	for _, t := range f.Topics {
		if x.Until.IsZero() || !t.Created.After(x.Until) {
			list = append(list, t)
		}
	}
	return list
}

// named says that names, or opinions, can be read.
func named(reach []Reach) (name, opinion bool) {
	for _, r := range reach {
		name = name || r.Readable && r.Class.Name == "name"
		opinion = opinion || r.Readable && r.Class.Special
	}
	return name, opinion
}

// Deadline is until when the authority hears of a breach.
func (x *Incident) Deadline() time.Time { return x.Noticed.Add(72 * time.Hour) }

// Breach writes the note for the authority (GDPR article 33), in "en" or "ru".
func (f *Facts) Breach(x *Incident, lang string) *Document {
	in := inLang(lang)
	reach, topics := f.Reach(x), f.concerned(x)
	until := in("still open", "ещё открыто")
	if !x.Until.IsZero() {
		until = x.Until.UTC().Format(moment)
	}
	d := &Document{
		Title: in("Note of a breach of personal data", "Записка об утечке персональных данных"),
		Lead: []string{
			fmt.Sprintf(in("%s. Exposed: %s, until: %s. Noticed: %s.", "%s. Открылось: %s, до: %s. Замечено: %s."), f.Site, x.words(lang), until, x.Noticed.UTC().Format(moment)),
			fmt.Sprintf(in("Tell the supervisory authority by %s (72 hours, GDPR article 33); in Russia tell Roskomnadzor by %s (24 hours) and what came of the inquiry by %s (152-FZ article 21).",
				"Сообщить надзорному органу до %s (72 часа, GDPR, статья 33); в России сообщить в Роскомнадзор до %s (24 часа), а итоги расследования до %s (152-ФЗ, статья 21)."),
				x.Deadline().UTC().Format(moment), x.Noticed.Add(24*time.Hour).UTC().Format(moment), x.Deadline().UTC().Format(moment)),
			in("To add by hand: how it happened, who looks into it, whom to ask.", "Дописать от руки: как это произошло, кто расследует, к кому обращаться."),
		},
	}
	what := &Table{Head: []string{in("Class", "Класс"), in("What it is", "Что это"), in("Can be read", "Можно прочесть"), in("Political opinions", "Политические взгляды")}}
	for _, r := range reach {
		what.Rows = append(what.Rows, []string{classWords[r.Class.Name].In(lang), r.Class.class.Holds.In(lang), yes(lang, r.Readable), yes(lang, r.Class.Special)})
	}
	who := &Table{Head: []string{in("Topic", "Тема"), in("People", "Людей"), in("Answers", "Ответов"), in("Texts", "Текстов"), in("Ballots", "Бюллетеней")}}
	people := 0
	for _, t := range topics {
		people += t.People
		who.Rows = append(who.Rows, []string{t.Title, strconv.Itoa(t.People), strconv.Itoa(t.Answers), strconv.Itoa(t.Texts), strconv.Itoa(t.Ballots)})
	}
	if len(who.Rows) == 0 {
		who = nil
	}
	count := fmt.Sprintf(in("Applications in the topics concerned: %d, the most people it can be. Accounts: %d.", "Заявок в затронутых темах: %d, людей не больше. Учётных записей: %d."), people, f.Accounts)
	if x.Exposed == ExposedKeys {
		count = in("Nobody by the keys alone.", "По одним ключам — никто.")
	}
	d.Sections = []Section{
		{Title: in("What was exposed", "Что открылось"), Text: []string{x.sealed(lang)}, Table: what},
		{Title: in("Who is concerned", "Кого это касается"), Text: []string{count}, Table: who},
		{Title: in("Likely consequences", "Вероятные последствия"), Text: x.consequences(lang, reach, topics)},
		{Title: in("What to do", "Что делать"), Text: x.steps(lang, reach)},
	}
	return d
}
