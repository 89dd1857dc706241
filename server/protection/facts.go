package protection

import (
	"slices"
	"time"

	"veche/server/privacy"
	"veche/server/topic"
)

// Facts are what an installation says of the personal data that it holds.
type Facts struct {
	Made     time.Time `json:"made"`
	Site     string    `json:"site"`
	Release  string    `json:"release"`
	Settings Settings  `json:"settings"`
	Accounts int       `json:"accounts"`
	Staff    []Count   `json:"staff"`  // accounts by role
	Erased   int       `json:"erased"` // people and texts that the register of erasures names
	Classes  []Class   `json:"classes"`
	Topics   []Topic   `json:"topics"`
}

// Settings are those of the installation that matter here.
type Settings struct {
	Database     string        `json:"database"`
	Encrypted    bool          `json:"encrypted_transport"`
	SecondFactor bool          `json:"second_factor"` // of staff
	Mail         bool          `json:"sends_mail"`
	City         bool          `json:"city_sign_in"`
	Phone        bool          `json:"sends_texts"`
	Witnesses    int           `json:"witnesses"` // of the record
	PoolDays     int           `json:"pool_days"` // answers of people who were not drawn, 0 for until they are erased
	PanelDays    int           `json:"panel_days"`
	SessionIdle  time.Duration `json:"session_idle"`
	SessionLife  time.Duration `json:"session_life"`
	LetterLife   time.Duration `json:"letter_life"`
}

// Count is a number of something.
type Count struct {
	Name  string `json:"name"`
	Count int    `json:"count"`
}

// Class is a class of personal data, with who may see it and how many fields are
// of it.
type Class struct {
	Name       string       `json:"name"`
	Seal       privacy.Seal `json:"seal"`
	Keeps      privacy.Term `json:"keeps"`
	Erasure    privacy.End  `json:"erasure"`
	Special    bool         `json:"special"`
	Recipients []string     `json:"recipients"` // roles; "everyone" for what is public, "own" for the person
	Fields     int          `json:"fields"`
	Places     []string     `json:"places"` // types that hold it

	class *privacy.Class
}

// Topic is how many people a topic holds something of.
type Topic struct {
	ID         string    `json:"id"`
	Title      string    `json:"title"`
	Created    time.Time `json:"created"`
	People     int       `json:"people"`     // who applied, whether they stayed or not
	Answers    int       `json:"answers"`    // of whom the answers are held
	Seats      int       `json:"seats"`      // accepted
	Texts      int       `json:"texts"`      // messages, ideas and questions that are held
	Ballots    int       `json:"ballots"`    // in the rating and in polls
	Households bool      `json:"households"` // the form asks for the address
}

// ClassesOf joins the classes with the inventory and the policy.
func ClassesOf(fields []privacy.Field) []Class {
	list := make([]Class, len(privacy.Classes))
	for i := range privacy.Classes {
		c := &privacy.Classes[i]
		list[i] = Class{Name: c.Name, Seal: c.Seal, Keeps: c.Keeps, Erasure: c.End, Special: c.Special, Recipients: recipients(c.Shows), Places: []string{}, class: c}
		for _, f := range fields {
			if f.Class != c.Name {
				continue
			}
			list[i].Fields++
			if !slices.Contains(list[i].Places, f.Type) {
				list[i].Places = append(list[i].Places, f.Type)
			}
		}
	}
	return list
}

const (
	everyone = "everyone"
	own      = "own"
)

// recipients are the roles that the policy shows some kinds of data to.
func recipients(kinds topic.Shown) []string {
	var list []string
	if kinds&topic.ShownPublic != 0 {
		list = append(list, everyone)
	}
	if kinds&topic.ShownOwn != 0 {
		list = append(list, own)
	}
	closed := kinds &^ (topic.ShownPublic | topic.ShownOwn)
	for _, role := range roles() {
		if shownTo(role)&closed != 0 {
			list = append(list, role.String())
		}
	}
	return list
}

// roles are those of the policy that are given to people.
func roles() (list []topic.Role) {
	for i := range topic.Policy {
		for _, r := range topic.Policy[i].Roles {
			switch r {
			case topic.RoleVisitor, topic.RoleCitizen, topic.RoleBallot, topic.RoleSystem:
			default:
				if !slices.Contains(list, r) {
					list = append(list, r)
				}
			}
		}
	}
	slices.Sort(list)
	return list
}

// shownTo are the kinds of data, beyond what everybody may see and what is one's
// own, that the policy shows to a role.
func shownTo(role topic.Role) (kinds topic.Shown) {
	for i := range topic.Policy {
		if r := &topic.Policy[i]; slices.Contains(r.Roles, role) {
			kinds |= r.Shows
		}
	}
	return kinds &^ (topic.ShownPublic | topic.ShownOwn | topic.ShownOnce)
}

// People is how many people the topics hold something of: one who takes part in
// several counts in each, for nothing joins them.
func (f *Facts) People() (n int) {
	for i := range f.Topics {
		n += f.Topics[i].People
	}
	return n
}
