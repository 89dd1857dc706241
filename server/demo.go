package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"veche/server/api"
	"veche/server/demo"
	"veche/server/identity"
	"veche/server/journal"
	"veche/server/play"
	"veche/server/topic"
)

// staffNames are the demo's people with a role.
var staffNames = []struct {
	role topic.Role
	name string
}{
	{topic.RolePlanner, "Polina, planner"},
	{topic.RoleModerator, "Mikhail, moderator"},
	{topic.RoleFacilitator, "Faina, facilitator"},
	{topic.RoleRegistrar, "Roman, registrar"},
	{topic.RoleAdministrator, "Alla, administrator"},
	{topic.RoleAuditor, "Avdey, auditor"},
	{topic.RoleAnalyst, "Zoya, analyst"},
}

// secondModerator shares the board with the first one.
const secondModerator = "Marina, second moderator"

// demoPlans are the topics of `serve --demo`, each in another stage.
var demoPlans = []play.Plan{
	{Slug: "everyday", Lang: demo.English, Applicants: 2000, Panel: 96, TableSize: 12, Ideas: 240, Until: topic.StageDebate, Aborted: true},
	{Slug: "river", Lang: demo.English, Applicants: 400, Panel: 60, TableSize: 12, Until: topic.StageApplications},
	{Slug: "quiet-nights", Lang: demo.English, Applicants: 900, Panel: 60, TableSize: 12, Until: topic.StageRating, Keen: true},
	{Slug: "winter", Lang: demo.Russian, Applicants: 80, Until: topic.StageCuration},
	{Slug: "everyday", ID: "everyday-2025", Lang: demo.Russian, Applicants: 1500, Panel: 120, TableSize: 12, Ideas: 300, Until: topic.StageResults, Aborted: true},
}

// demoRecord keeps what a second start needs: the sign-ins and who is simulated.
type demoRecord struct {
	Links       []api.DemoLink `json:"links"`
	Bots        []demoBot      `json:"bots"`
	Facilitator string         `json:"facilitator"` // the person who opens the debate at each start
	Witness     string         `json:"witness"`     // its private key in hexadecimal; "" in a demo that was made before
}

// demoBot is a simulated participant of the live topic.
type demoBot struct {
	Person string `json:"person"`
	Table  uint32 `json:"table"`
	Quiet  bool   `json:"quiet"` // is there and says nothing
}

const (
	kindDemo  = "demo"
	demoID    = "city"
	liveTopic = "everyday"
	// demoLinked are the first people of table 1 of the live topic: whoever
	// follows the links speaks for them.
	demoLinked = 2
)

// demoPresence is how many simulated participants come to each table of the live
// topic, so that the wall has something to show: one is silent, one has too few
// people, and nobody is at the last.
var demoPresence = []struct {
	people int
	quiet  bool
}{{12, false}, {12, false}, {12, false}, {7, false}, {12, false}, {12, true}, {3, false}, {12, false}, {12, false}, {6, false}}

// StageOf makes what playing the demo needs, with people for every role.
func (s *Server) stageOf(ctx context.Context, progress func(string, ...any)) (play.Stage, error) {
	st := play.Stage{Journal: s.Journal, Jobs: s.Jobs, Vault: s.Vault, NewID: identity.NewID, Staff: map[topic.Role]identity.Person{}, Progress: progress}
	for _, x := range staffNames {
		p, err := s.People.Add(ctx, x.name, x.role)
		if err != nil {
			return st, err
		}
		st.Staff[x.role] = p
	}
	return st, nil
}

// PrepareDemo plays the demo's topics into a new data directory, unless there is
// one already. It plays beside it and moves it into place when it is whole, so a
// start that was interrupted begins anew.
func PrepareDemo(ctx context.Context, o Options, progress func(string, ...any)) (err error) {
	if entries, err := os.ReadDir(o.Data); err == nil && len(entries) > 0 {
		return nil
	} else if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	final := filepath.Clean(o.Data)
	o.Data, o.Demo = final+".preparing", false
	if err := os.RemoveAll(o.Data); err != nil {
		return err
	}
	s, err := Open(ctx, o)
	if err != nil {
		return err
	}
	record, err := s.playDemo(ctx, progress)
	record.Witness = newWitnessSeed()
	if err == nil {
		var data []byte
		if data, err = json.Marshal(record); err == nil {
			err = records{s.store}.Save(ctx, kindDemo, demoID, 0, data)
		}
	}
	if err = errors.Join(err, s.Close()); err != nil {
		return err
	}
	if err := os.Remove(final); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return os.Rename(o.Data, final)
}

// loadDemo reads the sign-ins of the demo and who is simulated.
func (s *Server) loadDemo(ctx context.Context) (demoRecord, error) {
	var record demoRecord
	data, rev, err := records{s.store}.Load(ctx, kindDemo, demoID)
	if err != nil {
		return record, err
	}
	if rev == 0 {
		return record, fmt.Errorf("%s holds an installation and no demo: choose another --data for the demo", s.options.Data)
	}
	if err := json.Unmarshal(data, &record); err != nil {
		return record, fmt.Errorf("the demo's record is damaged: choose another --data for the demo: %w", err)
	}
	return record, nil
}

func (s *Server) playDemo(ctx context.Context, progress func(string, ...any)) (demoRecord, error) {
	var record demoRecord
	st, err := s.stageOf(ctx, progress)
	if err != nil {
		return record, err
	}
	link := func(label string, role topic.Role, person string) error {
		code, err := s.People.NewCode(ctx, person, 10*365*24*time.Hour, true)
		record.Links = append(record.Links, api.DemoLink{Label: label, Role: role.String(), Code: code, Href: "/sign-in#" + code})
		return err
	}
	citizen, err := s.People.Add(ctx, "Klavdia, citizen")
	if err != nil {
		return record, err
	}
	if err := link("citizen (can apply)", topic.RoleCitizen, citizen.ID); err != nil {
		return record, err
	}
	for _, plan := range demoPlans {
		plan.Seed = "demo"
		p, err := st.Play(ctx, plan)
		if err != nil {
			return record, err
		}
		tables, err := p.Participants(ctx)
		if err != nil {
			return record, err
		}
		switch p.ID {
		case liveTopic:
			for i, label := range []string{"participant at table 1", "another participant at table 1"} {
				if err := link(label, topic.RoleParticipant, p.Members[tables[1][i]].Person); err != nil {
					return record, err
				}
			}
			for at, come := range demoPresence {
				t := uint32(at + 1)
				people := tables[t]
				if t == 1 {
					people = people[demoLinked:]
				}
				for _, i := range people[max(0, len(people)-come.people):] {
					record.Bots = append(record.Bots, demoBot{p.Members[i].Person, t, come.quiet})
				}
			}
			record.Facilitator = st.Staff[topic.RoleFacilitator].ID
		case "everyday-2025":
			author, err := s.answeredAuthor(ctx, p)
			if err != nil {
				return record, err
			}
			if err := link("participant whose ideas were answered", topic.RoleParticipant, author); err != nil {
				return record, err
			}
		case "quiet-nights":
			if err := link("participant who rates", topic.RoleParticipant, p.Members[tables[1][0]].Person); err != nil {
				return record, err
			}
		}
	}
	second, err := s.People.Add(ctx, secondModerator, topic.RoleModerator)
	if err != nil {
		return record, err
	}
	for _, x := range staffNames {
		if err := link(x.role.String(), x.role, st.Staff[x.role].ID); err != nil {
			return record, err
		}
	}
	return record, link("second moderator", topic.RoleModerator, second.ID)
}

// answeredAuthor is someone whose idea the city has answered.
func (s *Server) answeredAuthor(ctx context.Context, p *play.Player) (person string, err error) {
	view, err := s.Journal.View(ctx, p.ID)
	if err != nil {
		return "", err
	}
	var author topic.Pseudonym
	view.Read(func(st *topic.State, _ uint64) {
		for _, proposal := range st.Proposals {
			for _, item := range proposal.Items {
				if idea := st.Items[item-1].Idea; len(proposal.Answers) > 0 && idea != 0 && st.Ideas[idea-1].Author != 0 {
					author = st.Applications[st.Ideas[idea-1].Author-1].Pseudonym
					return
				}
			}
		}
	})
	for _, m := range p.Members {
		if m.Debate == author {
			return m.Person, nil
		}
	}
	return "", fmt.Errorf("no idea in %s was answered", p.ID)
}

// DemoLinks answers the sign-ins of the demo with their whole addresses.
func (s *Server) DemoLinks() []api.DemoLink {
	links := make([]api.DemoLink, len(s.demo))
	for i, l := range s.demo {
		l.Href = s.URL() + l.Href
		links[i] = l
	}
	return links
}

// Simulate lets the demo's participants talk until ctx ends; the function it
// answers waits for them.
func (s *Server) Simulate(ctx context.Context) (wait func(), err error) {
	record, err := s.loadDemo(ctx)
	if err != nil {
		return nil, err
	}
	agenda, err := s.openDemoDebate(ctx, record.Facilitator)
	if err != nil {
		return nil, err
	}
	debate := play.Debate{URL: s.URL(), Topic: liveTopic, Lang: demo.English, Agenda: agenda, Pause: simulatedPause, Most: simulatedMost, Log: s.options.Log}
	for _, b := range record.Bots {
		code, err := s.People.NewCode(ctx, b.Person, time.Minute, false)
		if err != nil {
			return nil, err
		}
		token, p, err := s.People.Redeem(ctx, code)
		if err != nil {
			return nil, err
		}
		cookie := api.SessionCookie(s.secure()) + "=" + identity.Cookie(p, token)
		debate.Voices = append(debate.Voices, play.Voice{Cookie: cookie, Table: b.Table, Quiet: b.Quiet})
	}
	var running sync.WaitGroup
	running.Go(func() {
		if err := debate.Run(ctx); err != nil && ctx.Err() == nil {
			s.options.Log.Warn("the simulated debate stopped", "error", err)
		}
	})
	running.Go(func() { s.witnessDemo(ctx) })
	return running.Wait, nil
}

// openDemoDebate brings the live topic's rooms to where there is something to
// see, since their clocks may have run out since the last start, and answers the
// agenda of the tables. A topic that has moved on stays as it is.
func (s *Server) openDemoDebate(ctx context.Context, facilitator string) (agenda []topic.Step, err error) {
	view, err := s.Journal.View(ctx, liveTopic)
	if err != nil {
		return nil, err
	}
	var opened []topic.OpenStep
	view.Read(func(st *topic.State, _ uint64) {
		agenda = slices.Clone(st.Agenda(1))
		first, last := st.RoundTables()
		if st.StageKind() != topic.StageDebate || facilitator == "" || first == 0 {
			return
		}
		for i, step := range agenda {
			if step.Kind == topic.StepDiscussion {
				opened = append(opened, topic.OpenStep{From: first, To: last, Step: uint32(i + 1)})
				break
			}
		}
		for i, step := range st.Agenda(0) {
			if step.Kind == topic.StepQuestions {
				opened = append(opened, topic.OpenStep{Step: uint32(i + 1)})
				break
			}
		}
	})
	if len(opened) == 0 {
		return agenda, nil
	}
	names, err := s.Vault.Pseudonyms(ctx, facilitator, liveTopic)
	if err != nil {
		return nil, err
	}
	for _, cmd := range opened {
		who := topic.Who{Role: topic.RoleFacilitator, Pseudonym: names.Staff}
		if _, err := s.Journal.Submit(ctx, liveTopic, journal.Request{Who: who, Command: cmd}); err != nil {
			return nil, err
		}
	}
	return agenda, nil
}

// A table of the demo says something every few seconds, and stops after a
// while: a demo left running must not grow for ever.
const (
	simulatedPause = 6 * time.Second
	simulatedMost  = 2000
)

// Loopback says whether an address, host or host:port, is this machine's own.
func Loopback(address string) bool {
	host := address
	if h, _, err := net.SplitHostPort(address); err == nil {
		host = h
	}
	host = strings.Trim(host, "[]")
	ip := net.ParseIP(host)
	return host == "localhost" || (ip != nil && ip.IsLoopback())
}
