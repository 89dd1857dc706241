package play

import (
	"context"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"

	"veche/server/demo"
	"veche/server/identity"
	"veche/server/intake"
	"veche/server/job"
	"veche/server/journal"
	"veche/server/privacy"
	"veche/server/topic"
)

// Stage is what plays a topic need of an installation.
type Stage struct {
	Journal  *journal.Journal
	Jobs     *job.Jobs
	Vault    *privacy.Vault
	NewID    func() string
	Staff    map[topic.Role]identity.Person
	Progress func(format string, args ...any)
}

// Plan says what to play and how far.
type Plan struct {
	Slug       string // of demo.Topics
	ID         string // of the topic, Slug where empty
	Lang       demo.Lang
	Applicants int
	Panel      int
	TableSize  int
	Ideas      int // at most, 0 for all of the topic's
	Until      topic.StageKind
	Seed       string
	Aborted    bool // the first commitment to a draw is aborted, for a reason
	Keen       bool // people with the topic's first interest are preferred a little
}

// Player is a topic that was played, with its people: person i of the demo is
// Members[i].
type Player struct {
	Stage
	Plan    Plan
	ID      string
	Members []privacy.Member
	byName  map[topic.Pseudonym]int

	mu    sync.Mutex
	ideas []demo.Idea // by idea number
}

// Play takes a topic through its stages.
func (st Stage) Play(ctx context.Context, plan Plan) (*Player, error) {
	p := &Player{Stage: st, Plan: plan, ID: plan.ID}
	if p.ID == "" {
		p.ID = plan.Slug
	}
	settings, text, err := p.settings()
	if err != nil {
		return nil, err
	}
	if _, err := st.Journal.Create(ctx, journal.Request{Who: p.staffNow(ctx, topic.RolePlanner), Command: topic.Create{Settings: settings}}); err != nil {
		return nil, err
	}
	steps := map[topic.StageKind]func(context.Context, *demo.Topic) error{
		topic.StageApplications: p.apply, topic.StageDraw: p.draw, topic.StageDebate: p.debate,
		topic.StageCuration: p.curate, topic.StageRating: p.rate, topic.StageResults: p.results,
	}
	for i, stage := range settings.Stages {
		if err := p.plan(ctx, topic.OpenStage{Index: i}); err != nil {
			return nil, err
		}
		if stage.Kind == topic.StageDebate && p.Members == nil { // open to all: people join as they come
			if err := p.apply(ctx, text); err != nil {
				return nil, err
			}
		}
		if err := steps[stage.Kind](ctx, text); err != nil {
			return nil, fmt.Errorf("playing %s of topic %s: %w", stage.Kind, p.ID, err)
		}
		if err := p.poll(ctx, stage.Kind); err != nil {
			return nil, fmt.Errorf("polling in topic %s: %w", p.ID, err)
		}
		if stage.Kind == plan.Until {
			break
		}
	}
	return p, nil
}

// settings makes the topic's settings from the demo's texts.
func (p *Player) settings() (topic.Settings, *demo.Topic, error) {
	topics, err := demo.Topics(p.Plan.Lang)
	if err != nil {
		return topic.Settings{}, nil, err
	}
	at := slices.IndexFunc(topics, func(t demo.Topic) bool { return t.Slug == p.Plan.Slug })
	if at < 0 {
		return topic.Settings{}, nil, fmt.Errorf("the demo has no topic %q", p.Plan.Slug)
	}
	text, l := &topics[at], p.Plan.Lang
	s := topic.Settings{
		ID: p.ID, Title: text.Title, Question: text.Question, Briefing: strings.Join(text.Briefing, "\n\n"), Promise: text.Promise, Lang: string(l),
		Form:      topic.Form{ConsentVersion: text.ConsentVersion, Consent: text.Consent, Interests: demo.Interests(l), Sessions: demo.Sessions(l), Languages: demo.Languages()},
		PanelSize: uint32(p.Plan.Panel), TableSize: uint32(p.Plan.TableSize),
	}
	for _, stage := range text.Stages {
		var kind topic.StageKind
		if err := kind.UnmarshalText([]byte(stage.Kind)); err != nil {
			return s, nil, err
		}
		s.Stages = append(s.Stages, topic.Stage{Kind: kind, Title: stage.Title})
	}
	features := demo.Features(l)
	for _, f := range features {
		s.Form.Features = append(s.Form.Features, topic.Feature{Name: f.Name, Label: f.Label, Options: f.Options})
		s.TableFeatures = append(s.TableFeatures, f.Name)
	}
	for _, q := range demo.Quotas(p.Plan.Panel) {
		s.Quotas = append(s.Quotas, topic.Quota{Feature: features[q.Feature].Name, Value: features[q.Feature].Options[q.Value], Min: uint32(max(0, q.Min)), Max: uint32(q.Max)})
	}
	for _, share := range demo.Census() {
		f := features[share.Feature]
		if n := len(s.Population.Tables); n == 0 || s.Population.Tables[n-1].Features[0] != f.Name {
			s.Population.Tables = append(s.Population.Tables, topic.PopulationTable{Features: []string{f.Name}})
		}
		t := &s.Population.Tables[len(s.Population.Tables)-1]
		t.Cells = append(t.Cells, topic.PopulationCell{Values: []string{f.Options[share.Value]}, Count: uint64(share.Persons)})
	}
	if s.Debate, err = debateSettings(l, text.Slug); err != nil {
		return s, nil, err
	}
	if p.Plan.Keen {
		s.Draw.Interests, s.Draw.Weight = s.Form.Interests[:1], 150
	}
	return s, text, nil
}

// seed derives a seed of the play for one purpose.
func (p *Player) seed(purpose string) [32]byte {
	return sha256.Sum256([]byte(p.Plan.Seed + "/" + p.ID + "/" + purpose))
}

func (p *Player) random(purpose string) *rand.Rand { return rand.New(rand.NewChaCha8(p.seed(purpose))) }

// staffNow answers a member of the staff in this topic. Without names, which a
// damaged key would be the only reason for, the journal refuses the command.
func (p *Player) staffNow(ctx context.Context, role topic.Role) topic.Who {
	names, err := p.Vault.Pseudonyms(ctx, p.Staff[role].ID, p.ID)
	if err != nil {
		return topic.Who{}
	}
	return topic.Who{Role: role, Pseudonym: names.Staff}
}

func (p *Player) plan(ctx context.Context, cmd topic.Command) error {
	return p.staff(ctx, topic.RolePlanner, cmd)
}

func (p *Player) task(ctx context.Context, role topic.Role, purpose string) job.Task {
	return job.Task{Topic: p.ID, Who: p.staffNow(ctx, role), Seed: p.Plan.Seed + " " + purpose}
}

func (p *Player) state(ctx context.Context) (*topic.State, error) {
	view, err := p.Journal.View(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	return view.Copy()
}

// apply brings the city's people into the pool.
func (p *Player) apply(ctx context.Context, _ *demo.Topic) error {
	people := demo.People(p.seed("people"), p.Plan.Applicants)
	settings, _, err := p.settings()
	if err != nil {
		return err
	}
	rows := make([]intake.Person, len(people))
	ids := make([]string, len(people))
	for i, person := range people {
		answers := map[string]string{}
		for f := range settings.Form.Features {
			answers[settings.Form.Features[f].Name] = person.Value(f, p.Plan.Lang)
		}
		row, err := settings.Form.NewRow(answers, demo.Chosen(settings.Form.Interests, person.Interests), demo.Chosen(settings.Form.Sessions, person.Sessions), demo.Chosen(settings.Form.Languages, person.Languages), person.Household(p.Plan.Lang))
		if err != nil {
			return err
		}
		ids[i] = demo.ID(i)
		rows[i] = intake.Person{ID: ids[i], Row: row}
		if p.Plan.Until == topic.StageApplications { // later they would be gone
			rows[i].Name, rows[i].Phone = demo.Contact(i)
		}
	}
	in := intake.Intake{Journal: p.Journal, Enroller: p.Vault, Keeper: p.Vault, NewID: p.NewID}
	if err := in.Add(ctx, p.ID, p.staffNow(ctx, topic.RoleRegistrar), rows); err != nil {
		return err
	}
	if p.Members, err = p.Vault.Enrol(ctx, p.ID, ids, p.NewID, nil); err != nil {
		return err
	}
	p.byName = make(map[topic.Pseudonym]int, len(p.Members))
	for i, m := range p.Members {
		p.byName[m.Debate] = i
	}
	p.Progress("%s: %d people applied", p.ID, len(people))
	return nil
}

// Participants answers the demo's people who may take part, by table.
func (p *Player) Participants(ctx context.Context) (map[uint32][]int, error) {
	s, err := p.state(ctx)
	if err != nil {
		return nil, err
	}
	tables := map[uint32][]int{}
	for i := range s.Applications {
		if table, ok := s.Participant(uint64(i + 1)); ok {
			tables[table] = append(tables[table], p.byName[s.Applications[i].Pseudonym])
		}
	}
	return tables, nil
}

// each runs f for i in 0…n−1 from several goroutines at once, as people come.
func each(n int, f func(i int) error) error {
	const writers = 64
	var wg sync.WaitGroup
	errs := make([]error, writers)
	for w := range writers {
		wg.Go(func() {
			for i := w; i < n && errs[w] == nil; i += writers {
				errs[w] = f(i)
			}
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
