package subject

import (
	"context"
	"encoding/json"
	"time"

	"veche/server/identity"
	"veche/server/privacy"
	"veche/server/topic"
)

// Dossier is everything that is held of a person, for the person alone.
type Dossier struct {
	Made    time.Time         `json:"made" class:"none"`
	Name    string            `json:"name" class:"name"`
	Roles   []string          `json:"roles" class:"account"`
	Proofs  []Proof           `json:"proofs"`
	SignIns []identity.SignIn `json:"sign_ins"`
	Topics  []Part            `json:"topics"`
}

// Proof is by what the person was verified, such as an e-mail address.
type Proof struct {
	Level string `json:"level" class:"contact"`
	Value string `json:"value" class:"contact"`
}

// Part is what is held of the person in one topic.
type Part struct {
	ID          string           `json:"id" class:"none"`
	Title       string           `json:"title" class:"none"`
	Lang        string           `json:"lang" class:"none"`
	Number      uint64           `json:"number" class:"pseudonym"`          // that others see, 0 for none
	FileID      string           `json:"file_id,omitempty" class:"contact"` // of the file that the person came with
	Contact     *privacy.Contact `json:"contact,omitempty"`                 // that the file said of them
	Application *Application     `json:"application,omitempty"`             // nil for none
	Seat        string           `json:"seat,omitempty" class:"seat"`       // invited, accepted or declined
	Table       uint32           `json:"table,omitempty" class:"seat"`
	Texts       []Text           `json:"texts"`
	Papers      []Paper          `json:"papers"`
	Reactions   []Reaction       `json:"reactions"`
	Sanctions   []Sanction       `json:"sanctions"`
	Votes       []Vote           `json:"votes"`
	Pairs       int              `json:"pairs"` // comparisons of two items
	Polls       []Ballot         `json:"polls"`
	Staff       bool             `json:"staff"` // acted with a role: their decisions stay in the log
}

// Application is the person's application.
type Application struct {
	Number  uint64     `json:"number"`
	Status  string     `json:"status" class:"seat"` // applied or withdrawn
	Answers *topic.Row `json:"answers,omitempty"`   // nil where they were erased
	Consent *Consent   `json:"consent,omitempty"`   // nil where the person came by file
	Asks    *Consent   `json:"asks,omitempty"`      // the text of today, where it has to be agreed to again
	Ended   bool       `json:"ended"`               // consent was taken back
}

// Consent is a text with its version and when it was agreed to.
type Consent struct {
	Version string     `json:"version" class:"consent"`
	Text    string     `json:"text" class:"consent"`
	Time    *time.Time `json:"time,omitempty" class:"consent"`
}

// Text is something the person wrote.
type Text struct {
	Kind   string `json:"kind" class:"text"` // remark, idea, question, report, note, appeal, problem, earlier-answers
	Number uint64 `json:"number"`
	Text   string `json:"text" class:"text"`
}

// Paper is what stood on a sheet of paper besides the idea.
type Paper struct {
	Author string `json:"author" class:"name"`
	Place  string `json:"place" class:"contact"`
}

// Reaction is a reaction to a remark.
type Reaction struct {
	Remark   uint32 `json:"remark"`
	Reaction string `json:"reaction" class:"conduct"`
}

// Sanction is a decision of moderators about the person.
type Sanction struct {
	Kind string    `json:"kind" class:"conduct"`
	Time time.Time `json:"time" class:"conduct"`
}

// Vote is the person's word on a rating item.
type Vote struct {
	Item  uint32 `json:"item"`
	Text  string `json:"text" class:"ballot"`
	Value string `json:"value" class:"ballot"`
}

// Ballot is the person's ballot in a poll.
type Ballot struct {
	Poll     uint32   `json:"poll"`
	Question string   `json:"question" class:"ballot"`
	Choices  []string `json:"choices" class:"ballot"`
}

var textKinds = map[topic.ErasureTarget]string{
	topic.EraseRemark: "remark", topic.EraseIdea: "idea", topic.EraseQuestion: "question", topic.EraseReport: "report", topic.EraseFlagNote: "note",
	topic.EraseAppeal: "appeal", topic.EraseTrouble: "problem", topic.EraseTroubleReply: "problem", topic.EraseSuperseded: "earlier-answers",
}

// Dossier gathers what is held of a person. [privacy.ErrErased] where nothing is.
func (d *Desk) Dossier(ctx context.Context, person string) (Dossier, error) {
	p, err := d.People.Person(ctx, person)
	if err != nil {
		return Dossier{}, err
	}
	out := Dossier{Made: d.Clock().UTC().Truncate(time.Second), Name: p.Name, Roles: []string{}, Proofs: []Proof{}, Topics: []Part{}}
	proofs, err := d.People.Proofs(ctx, person)
	if err != nil {
		return Dossier{}, err
	}
	for _, level := range []identity.Assurance{identity.AssuranceMail, identity.AssuranceRoster, identity.AssuranceCity} {
		if value, ok := proofs[level]; ok {
			out.Proofs = append(out.Proofs, Proof{level.String(), value})
		}
	}
	for _, r := range p.Roles {
		out.Roles = append(out.Roles, r.String())
	}
	if out.SignIns, err = d.People.SignIns(ctx, person); err != nil {
		return Dossier{}, err
	}
	list, err := d.memberships(ctx, person)
	if err != nil {
		return Dossier{}, err
	}
	for i := range list {
		part, err := d.part(ctx, person, &list[i])
		if err != nil {
			return Dossier{}, err
		}
		if part != nil {
			out.Topics = append(out.Topics, *part)
		}
	}
	return out, nil
}

// part gathers what is held in a topic, nil for nothing but the names that were
// made when the person looked at it.
func (d *Desk) part(ctx context.Context, person string, m *member) (*Part, error) {
	p := Part{ID: m.topic, Texts: []Text{}, Papers: []Paper{}, Reactions: []Reaction{}, Sanctions: []Sanction{}, Votes: []Vote{}, Polls: []Ballot{}}
	var row topic.Digest
	var texts, items []topic.Digest
	m.view.Read(func(s *topic.State, _ uint64) {
		p.Title, p.Lang = s.Settings.Title, s.Settings.Lang
		row = p.application(s, m)
		for _, x := range s.OwnTexts(m.names.Debate) {
			if x.Target == topic.EraseApplication {
				continue
			}
			digest, _ := s.DigestFor(x.Target, x.Number) // of the list just made
			p.Texts, texts = append(p.Texts, Text{Kind: textKinds[x.Target], Number: x.Number}), append(texts, digest)
		}
		items = p.votes(s, m)
		for i := range s.Staff {
			p.Staff = p.Staff || s.Staff[i].Pseudonym == m.names.Staff
		}
	})
	found, err := d.Journal.Texts(ctx, m.topic, append(append([]topic.Digest{row}, texts...), items...))
	if err != nil {
		return nil, err
	}
	if t, ok := found[row]; ok {
		answers, err := topic.ParseRow(t.Body)
		if err != nil {
			return nil, err
		}
		p.Application.Answers = &answers
	}
	for i, digest := range texts {
		p.Texts[i].Text = string(found[digest].Body)
	}
	for i, digest := range items {
		p.Votes[i].Text = string(found[digest].Body)
	}
	sheets, err := d.Vault.Papers(ctx, m.topic, m.papers())
	if err != nil {
		return nil, err
	}
	for _, receipt := range m.papers() {
		if x, ok := sheets[receipt]; ok {
			p.Papers = append(p.Papers, Paper{x.Author, x.Place})
		}
	}
	if p.FileID, err = d.Vault.FileID(ctx, m.topic, person); err != nil {
		return nil, err
	}
	contact, err := d.Vault.Contact(ctx, m.topic, person)
	if err != nil {
		return nil, err
	}
	if contact != (privacy.Contact{}) {
		p.Contact = &contact
	}
	if p.Application == nil && len(p.Texts)+len(p.Votes)+len(p.Polls) == 0 && !p.Staff && p.FileID == "" {
		return nil, nil
	}
	return &p, nil
}

// application answers the digest of the answers, zero for none.
func (p *Part) application(s *topic.State, m *member) (row topic.Digest) {
	n := s.ApplicationOf(m.names.Debate)
	if n == 0 {
		return row
	}
	a := &s.Applications[n-1]
	p.Number = s.Number(n)
	p.Application = &Application{Number: n, Status: "applied", Ended: a.Leaving != topic.Stays}
	if a.Status == topic.ApplicationWithdrawn {
		p.Application.Status = "withdrawn"
	}
	if a.Consent != 0 {
		given := time.UnixMilli(a.Consented).UTC()
		p.Application.Consent = &Consent{s.Consents[a.Consent-1].Version, s.Consents[a.Consent-1].Text, &given}
	}
	if s.AsksAgain(n) {
		p.Application.Asks = &Consent{s.Settings.Form.ConsentVersion, s.Settings.Form.Consent, nil}
	}
	if a.Seat != 0 {
		p.Seat, p.Table = s.Seats[a.Seat-1].Status.String(), s.Seats[a.Seat-1].Table
	}
	for i := range s.Reactions {
		if r := &s.Reactions[i]; r.Application == n && r.Reaction != topic.ReactionNone {
			p.Reactions = append(p.Reactions, Reaction{r.Remark, r.Reaction.String()})
		}
	}
	for i := range s.Sanctions {
		if x := &s.Sanctions[i]; x.Application == n {
			p.Sanctions = append(p.Sanctions, Sanction{x.Kind.String(), time.UnixMilli(x.Time).UTC()})
		}
	}
	if !a.Erased {
		row = a.Row
	}
	return row
}

// votes answers the digests of the texts that were voted on.
func (p *Part) votes(s *topic.State, m *member) (items []topic.Digest) {
	add := func(choices []topic.Choice) {
		for _, c := range choices {
			item := &s.Items[c.Item-1]
			digest := item.Summary
			if item.Idea != 0 {
				digest = s.Ideas[item.Idea-1].Text
			}
			p.Votes, items = append(p.Votes, Vote{Item: c.Item, Value: c.Value.String()}), append(items, digest)
		}
	}
	if b := s.BallotOf(m.names.Ballot); b != 0 {
		add(s.Votes[b-1])
		if b <= uint64(len(s.Pairs)) {
			p.Pairs = len(s.Pairs[b-1])
		}
	}
	if b := s.OpenBallotOf(m.names.Ballot); b != 0 {
		add(s.OpenVotes[b-1])
	}
	for i := range s.Polls {
		poll := &s.Polls[i]
		b := poll.BallotOf(m.names.InPoll(poll.Group(uint32(i + 1))))
		if b == 0 || poll.Cast[b-1] == 0 {
			continue
		}
		x := Ballot{Poll: uint32(i + 1), Question: poll.Question, Choices: []string{}}
		for o, option := range poll.Options {
			if poll.Marks[b-1]&(1<<o) != 0 {
				x.Choices = append(x.Choices, option)
			}
		}
		p.Polls = append(p.Polls, x)
	}
	return items
}

// File is the dossier as a file for people and programs.
func (x Dossier) File() ([]byte, error) { return json.MarshalIndent(x, "", "  ") }
