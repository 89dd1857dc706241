package server

import (
	"context"
	"errors"
	"slices"
	"strings"

	"veche/server/api"
	"veche/server/double"
	"veche/server/identity"
	"veche/server/journal"
	"veche/server/privacy"
	"veche/server/topic"
)

// poolKey names who is in a pool and with which answers: likely doubles are sought
// anew when it changes, and not when they are judged.
type poolKey struct {
	applications, standing, earlier, erasures int
}

func keyOfPool(s *topic.State) poolKey {
	k := poolKey{applications: len(s.Applications), earlier: len(s.Superseded), erasures: len(s.Erasures)}
	for i := range s.Applications {
		if compared(&s.Applications[i]) {
			k.standing++
		}
	}
	return k
}

// compared says that an application is compared with others: it can be drawn, or
// could if it were not set aside.
func compared(a *topic.Application) bool {
	return (a.Status == topic.ApplicationOpen || a.Status == topic.ApplicationDouble) && !a.Erased
}

// LikelyDoubles answers the applications of a topic that are likely of one person.
// They are sought once for a pool. O(members), each of whom is opened.
func (s *Server) LikelyDoubles(ctx context.Context, topicID string) (*api.LikelyDoubles, error) {
	view, err := s.Journal.View(ctx, topicID)
	if err != nil {
		return nil, err
	}
	key := func() (k poolKey) {
		view.Read(func(st *topic.State, _ uint64) { k = keyOfPool(st) })
		return k
	}
	return s.doubles.Of(topicID, key, func() (poolKey, *api.LikelyDoubles, error) {
		// Whoever asked may go meanwhile: the next one needs it too.
		return s.seekDoubles(context.WithoutCancel(ctx), topicID, view)
	})
}

func (s *Server) seekDoubles(ctx context.Context, topicID string, view *journal.View) (key poolKey, found *api.LikelyDoubles, err error) {
	var people []double.Person
	var rows []topic.Digest
	at := map[topic.Pseudonym]int{}
	view.Read(func(st *topic.State, _ uint64) {
		key = keyOfPool(st)
		people, rows = make([]double.Person, 0, key.standing), make([]topic.Digest, 0, key.standing)
		for i := range st.Applications {
			if a := &st.Applications[i]; compared(a) {
				at[a.Pseudonym] = len(people)
				people, rows = append(people, double.Person{Number: uint64(i + 1)}), append(rows, a.Row)
			}
		}
	})
	behind := make([]string, len(people))
	keep := func(p topic.Pseudonym) bool { _, ok := at[p]; return ok }
	err = s.Vault.Behind(ctx, topicID, keep, func(person string, debate topic.Pseudonym, c privacy.Contact) error {
		i := at[debate]
		x, err := s.withAccount(ctx, person, c)
		p := &people[i]
		behind[i], p.Name, p.Birth, p.Phone, p.Mail = person, x.Name, x.Birth, x.Phone, x.Mail
		return err
	})
	if err != nil {
		return key, nil, err
	}
	if err := s.answersOf(ctx, topicID, people, rows); err != nil {
		return key, nil, err
	}
	found = &api.LikelyDoubles{Pairs: double.Find(people), People: map[uint64]string{}}
	for _, p := range found.Pairs {
		for _, n := range [...]uint64{p.A, p.B} {
			i, _ := slices.BinarySearchFunc(people, n, func(x double.Person, n uint64) int { return int(x.Number) - int(n) })
			found.People[n] = behind[i]
		}
	}
	return key, found, nil
}

// withAccount adds to what a file said of a person what their account knows.
func (s *Server) withAccount(ctx context.Context, person string, c privacy.Contact) (privacy.Contact, error) {
	p, err := s.People.Person(ctx, person)
	if errors.Is(err, privacy.ErrErased) {
		return c, nil
	}
	if err != nil {
		return c, err
	}
	if p.Name != "" && c.Name == "" {
		c.Name = p.Name
	}
	if p.Assurance == identity.AssuranceRoster && c != (privacy.Contact{}) {
		return c, nil // nothing was verified
	}
	proofs, err := s.People.Proofs(ctx, person)
	if errors.Is(err, privacy.ErrErased) {
		return c, nil
	}
	if err != nil {
		return c, err
	}
	if address := proofs[identity.AssuranceMail]; strings.Contains(address, "@") {
		c.Mail = address
	} else if address != "" {
		c.Phone = address
	}
	return c, nil
}

// answersOf sets the addresses and the answers of the people with these rows.
func (s *Server) answersOf(ctx context.Context, topicID string, people []double.Person, rows []topic.Digest) error {
	const chunk = 2000
	for from := 0; from < len(rows); from += chunk {
		to := min(from+chunk, len(rows))
		texts, err := s.Journal.Texts(ctx, topicID, rows[from:to])
		if err != nil {
			return err
		}
		for i := from; i < to; i++ {
			text, ok := texts[rows[i]]
			if !ok {
				continue // erased just now
			}
			row, err := topic.ParseRow(text.Body)
			if err != nil {
				return err
			}
			people[i].Address = row.Household
			var b strings.Builder
			for _, a := range row.Answers {
				b.WriteString(a.Value + "\x00")
			}
			people[i].Answers = b.String()
		}
	}
	return nil
}

// Applicants answers who stands behind people's applications, by person.
func (s *Server) Applicants(ctx context.Context, topicID string, people []string) (map[string]api.Applicant, error) {
	asked := make(map[string]bool, len(people))
	for _, p := range people {
		asked[p] = true
	}
	ids, err := s.Vault.FileIDs(ctx, topicID, asked)
	if err != nil {
		return nil, err
	}
	list := make(map[string]api.Applicant, len(people))
	for _, p := range people {
		c, err := s.Vault.Contact(ctx, topicID, p)
		if err == nil {
			c, err = s.withAccount(ctx, p, c)
		}
		if err != nil && !errors.Is(err, privacy.ErrErased) {
			return nil, err
		}
		list[p] = api.Applicant{ID: ids[p], Name: c.Name, Birth: c.Birth, Phone: c.Phone, Mail: c.Mail}
	}
	return list, nil
}
