package server

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"veche/server/identity"
	"veche/server/protection"
	"veche/server/topic"
)

// Protection gathers the facts of data protection.
func (s *Server) Protection(ctx context.Context) (*protection.Facts, error) {
	fields, err := Inventory()
	if err != nil {
		return nil, err
	}
	o := &s.options
	f := &protection.Facts{
		Made: o.Clock().UTC().Truncate(time.Second), Site: s.known(), Release: codeVersion(),
		Settings: protection.Settings{
			Database: "SQLite", Encrypted: s.secure(), SecondFactor: o.SignIn.NeedsFactor,
			Mail: o.SignIn.Mail.Host != "", City: o.SignIn.City.Issuer != "", Phone: o.SignIn.Text != nil, Witnesses: len(o.Witnesses),
			PoolDays: o.Retention.Pool, PanelDays: o.Retention.Panel,
			SessionIdle: identity.SessionIdle, SessionLife: identity.SessionLife, LetterLife: identity.MailLife,
		},
		Erased: s.keys.Erased().Len(), Staff: []protection.Count{}, Classes: protection.ClassesOf(fields), Topics: []protection.Topic{},
	}
	if strings.HasPrefix(o.Store, "mongodb") {
		f.Settings.Database = "MongoDB"
	}
	roles := map[topic.Role]int{}
	err = s.People.People(ctx, func(p identity.Person) error {
		f.Accounts++
		for _, r := range p.Roles {
			roles[r]++
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for r, n := range roles {
		f.Staff = append(f.Staff, protection.Count{Name: r.String(), Count: n})
	}
	slices.SortFunc(f.Staff, func(a, b protection.Count) int { return cmp.Compare(a.Name, b.Name) })
	topics, err := s.Journal.Topics(ctx)
	if err != nil {
		return nil, err
	}
	for _, id := range topics {
		view, err := s.Journal.View(ctx, id)
		if err != nil {
			return nil, err
		}
		view.Read(func(st *topic.State, _ uint64) { f.Topics = append(f.Topics, holds(id, st)) })
	}
	return f, nil
}

// known is what people know the installation by, whether it listens or not.
func (s *Server) known() string {
	if s.options.PublicURL == "" && s.listener == nil {
		return cmp.Or(s.options.Listen, "veche")
	}
	return s.site()
}

// holds is how much a topic holds about people.
func holds(id string, s *topic.State) protection.Topic {
	t := protection.Topic{
		ID: id, Title: s.Settings.Title, Created: time.UnixMilli(s.Created).UTC(), People: len(s.Applications),
		Ballots: len(s.Ballots) + len(s.OpenBallots), Households: !s.Settings.Draw.AnyHousehold,
	}
	for i := range s.Applications {
		if !s.Applications[i].Erased {
			t.Answers++
		}
	}
	for i := range s.Seats {
		if s.Seats[i].Status == topic.SeatAccepted {
			t.Seats++
		}
	}
	for i := range s.Remarks {
		if !s.Remarks[i].Erased {
			t.Texts++
		}
	}
	for i := range s.Ideas {
		if !s.Ideas[i].Erased {
			t.Texts++
		}
	}
	t.Texts += len(s.Questions)
	for i := range s.Erasures {
		if s.Erasures[i].Target == topic.EraseQuestion {
			t.Texts--
		}
	}
	for i := range s.Polls {
		t.Ballots += len(s.Polls[i].Roll)
	}
	return t
}

// Assessment implements [Subjects].
func (s *Server) Assessment(ctx context.Context, lang string, asJSON bool) ([]byte, error) {
	f, err := s.Protection(ctx)
	if err != nil {
		return nil, err
	}
	if asJSON {
		return json.MarshalIndent(f, "", "  ")
	}
	return []byte(f.Assessment(lang).Markdown()), nil
}

// Breach implements [Subjects].
func (s *Server) Breach(ctx context.Context, x Incident, lang string) ([]byte, error) {
	if err := x.Check(); err != nil {
		return nil, err
	}
	f, err := s.Protection(ctx)
	if err != nil {
		return nil, err
	}
	return []byte(f.Breach(&x, lang).Markdown()), nil
}
