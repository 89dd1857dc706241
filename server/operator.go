package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"veche/server/export"
	"veche/server/identity"
	"veche/server/intake"
	"veche/server/privacy"
	"veche/server/tally"
	"veche/server/topic"
)

// operatorID is the person that the command line acts as.
const operatorID = "operator"

// operator answers how the command line acts in a topic.
func (s *Server) operator(ctx context.Context, topicID string, role topic.Role) (topic.Who, error) {
	if err := s.Vault.AddPerson(ctx, operatorID); err != nil && !errors.Is(err, privacy.ErrChanged) {
		return topic.Who{}, err
	}
	names, err := s.Vault.Pseudonyms(ctx, operatorID, topicID)
	return topic.Who{Role: role, Pseudonym: names.Staff}, err
}

// ImportPolis brings in the folder of a Polis conversation as a topic, counts
// its votes and answers the conversation.
func (s *Server) ImportPolis(ctx context.Context, id, lang, dir string) (*tally.Conversation, error) {
	c, err := export.ReadPolis(os.DirFS(dir))
	if err != nil {
		return nil, err
	}
	staff := intake.Staff{}
	if staff.Planner, err = s.operator(ctx, id, topic.RolePlanner); err != nil {
		return nil, err
	}
	if staff.Moderator, err = s.operator(ctx, id, topic.RoleModerator); err != nil {
		return nil, err
	}
	return c, s.Intake.Polis(ctx, id, lang, c, staff)
}

// ImportPeople brings a file of people into a topic's pool.
func (s *Server) ImportPeople(ctx context.Context, topicID string, file io.Reader) (int, error) {
	who, err := s.operator(ctx, topicID, topic.RoleRegistrar)
	if err != nil {
		return 0, err
	}
	return s.Intake.People(ctx, topicID, who, file)
}

// PaperColumns are the columns of a file of ideas on paper; the first three must
// be there.
var PaperColumns = intake.PaperColumns

// PaperReceipt is what the author of an idea on paper is given.
type PaperReceipt = intake.PaperReceipt

// ImportIdeas brings a file of ideas on paper into a topic, or with check looks
// whether it could.
func (s *Server) ImportIdeas(ctx context.Context, topicID string, file io.Reader, check bool) ([]PaperReceipt, error) {
	view, err := s.Journal.View(ctx, topicID)
	if err != nil {
		return nil, err
	}
	lang := ""
	view.Read(func(st *topic.State, _ uint64) { lang = st.Settings.Lang })
	papers, err := intake.ReadPapers(ctx, file, lang, s.options.Clock())
	if err != nil {
		return nil, err
	}
	who, err := s.operator(ctx, topicID, topic.RoleRegistrar)
	if err != nil {
		return nil, err
	}
	return s.Intake.EnterPapers(ctx, topicID, who, "", papers, 2, check)
}

// ParseRoles reads roles that can be given, separated by commas.
func ParseRoles(list string) ([]topic.Role, error) {
	var roles []topic.Role
	for _, name := range strings.Split(list, ",") {
		if name = strings.TrimSpace(name); name == "" {
			continue
		}
		r, err := topic.ParseRole(name)
		if err != nil {
			return nil, err
		}
		roles = append(roles, r)
	}
	return roles, nil
}

// longestName is the longest name of a person, in characters.
const longestName = 200

// checkName answers a name as it is kept. One that mixes alphabets in a word, as
// names do that are made to be taken for another's, is refused.
func checkName(name string) (string, error) {
	name, err := topic.CleanText("name", strings.Join(strings.Fields(name), " "), longestName)
	if err != nil {
		return "", err
	}
	if word, one, other := topic.MixedWord(name); word != "" {
		return "", fmt.Errorf("the name has letters of two alphabets in one word, %q (%s and %s), so that it may be taken for another's: write the word in one of them", word, one, other)
	}
	return name, nil
}

// AddUser implements [Accounts].
func (s *Server) AddUser(ctx context.Context, name string, roles []topic.Role, life time.Duration) (id, code string, err error) {
	if name, err = checkName(name); err != nil {
		return "", "", err
	}
	p, err := s.People.Add(ctx, name, roles...)
	if err != nil {
		return "", "", err
	}
	if err := s.People.Note(ctx, identity.Change{By: identity.ByCommand, Person: p.ID, What: identity.WhatAdded, Roles: roles}); err != nil {
		return "", "", err
	}
	code, err = s.People.NewCode(ctx, p.ID, life, false)
	return p.ID, code, err
}

// SetRoles implements [Accounts].
func (s *Server) SetRoles(ctx context.Context, id string, roles []topic.Role) error {
	if err := s.People.Note(ctx, identity.Change{By: identity.ByCommand, Person: id, What: identity.WhatRoles, Roles: roles}); err != nil {
		return err
	}
	return s.People.SetRoles(ctx, id, roles)
}

// Revoke implements [Accounts].
func (s *Server) Revoke(ctx context.Context, id string) error {
	if err := s.People.Note(ctx, identity.Change{By: identity.ByCommand, Person: id, What: identity.WhatRevoked}); err != nil {
		return err
	}
	return s.People.Revoke(ctx, id)
}

// ResetStep implements [Accounts].
func (s *Server) ResetStep(ctx context.Context, id string) error {
	if err := s.People.Reset(ctx, identity.ByCommand, id); err != nil {
		return err
	}
	s.options.Log.Warn("the second step of a person was reset on the command line", "person", id)
	address, err := s.People.MailOf(ctx, id)
	if err != nil || address == "" || s.mail == nil {
		return err
	}
	return s.tellReset(ctx, address)
}

// NewCode implements [Accounts].
func (s *Server) NewCode(ctx context.Context, id string, life time.Duration) (string, error) {
	return s.People.NewCode(ctx, id, life, false)
}

// Users calls f with everyone who has an account.
func (s *Server) Users(ctx context.Context, f func(id, name string, roles []string) error) error {
	return s.People.People(ctx, func(p identity.Person) error {
		var names []string
		for _, r := range p.Roles {
			names = append(names, r.String())
		}
		return f(p.ID, p.Name, names)
	})
}

// LetterCode is a sign-in code for someone who came by file.
type LetterCode struct {
	ID   string `json:"id"` // of the file
	Seat uint32 `json:"seat"`
	Code string `json:"code"`
}

// LetterCodes implements [Accounts].
func (s *Server) LetterCodes(ctx context.Context, topicID string, life time.Duration) ([]LetterCode, error) {
	view, err := s.Journal.View(ctx, topicID)
	if err != nil {
		return nil, err
	}
	seats := map[topic.Pseudonym]uint32{}
	view.Read(func(st *topic.State, _ uint64) {
		for i := range st.Applications {
			if seat := st.Applications[i].Seat; seat != 0 && st.Seats[seat-1].Status != topic.SeatDeclined {
				seats[st.Applications[i].Pseudonym] = seat
			}
		}
	})
	if len(seats) == 0 {
		return nil, fmt.Errorf("nobody of topic %s has a seat yet: draw first", topicID)
	}
	var list []LetterCode
	err = s.Vault.Enrolled(ctx, topicID, func(debate topic.Pseudonym) bool { return seats[debate] != 0 }, func(m privacy.Member) error {
		code, err := s.People.NewCode(ctx, m.Person, life, false)
		list = append(list, LetterCode{ID: m.ExternalID, Seat: seats[m.Debate], Code: code})
		return err
	})
	return list, err
}

// Letters are the codes of a mailing, by their digests under its key.
type Letters struct {
	Key     [32]byte      `json:"key"`
	Digests []string      `json:"digests"`
	IDs     []string      `json:"ids,omitempty"` // whom each was sent to, by the topic's file of people; none where that is not known
	Life    time.Duration `json:"life"`
}

// BringLetters implements [Accounts].
func (s *Server) BringLetters(ctx context.Context, topicID string, l Letters) (int, error) {
	if _, err := s.Journal.View(ctx, topicID); err != nil {
		return 0, err
	}
	codes := make(map[string]string, len(l.Digests))
	if len(l.IDs) == 0 {
		for _, digest := range l.Digests {
			codes[digest] = ""
		}
		return s.People.BringLetters(ctx, topicID, l.Key, codes, l.Life)
	}
	if len(l.IDs) != len(l.Digests) {
		return 0, fmt.Errorf("%d codes have %d people", len(l.Digests), len(l.IDs))
	}
	people := map[string]string{}
	err := s.Vault.Enrolled(ctx, topicID, func(topic.Pseudonym) bool { return true }, func(m privacy.Member) error {
		people[m.ExternalID] = m.Person
		return nil
	})
	if err != nil {
		return 0, err
	}
	for i, id := range l.IDs {
		if people[id] == "" {
			return 0, fmt.Errorf("nobody came to topic %s by file with the id %q: no code was taken", topicID, id)
		}
		codes[l.Digests[i]] = people[id]
	}
	return s.People.BringLetters(ctx, topicID, l.Key, codes, l.Life)
}
