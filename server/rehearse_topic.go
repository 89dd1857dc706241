package server

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"sync"

	"veche/server/identity"
	"veche/server/journal"
	"veche/server/live/client/crowd"
	"veche/server/readiness"
	"veche/server/store/sqlite"
	"veche/server/topic"
)

// rehearsed is what a rehearsal takes of the real topic.
type rehearsed struct {
	settings topic.Settings
	facts    readiness.Topic
	people   int
	tables   int // 0: everybody is in the main hall
}

// readRehearsed reads a topic of an installation, beside the server that may be
// running it. people is how many are to be simulated, 0 for as many as the topic
// has or expects.
func readRehearsed(ctx context.Context, data, topicID string, people int) (r rehearsed, err error) {
	clean := cleanlyStopped(data)
	s, err := Open(ctx, Options{Data: data, ReadOnly: true})
	if err != nil {
		return r, err
	}
	defer func() {
		err = errors.Join(err, s.Close())
		if clean && err == nil {
			err = leaveClean(ctx, data)
		}
	}()
	view, err := s.Journal.View(ctx, topicID)
	if err != nil {
		return r, err
	}
	lottery := false
	view.Read(func(st *topic.State, _ uint64) {
		r.settings = st.Settings
		for _, stage := range st.Settings.Stages {
			lottery = lottery || stage.Kind == topic.StageDraw
		}
		first, last := st.RoundTables()
		for n := range st.Applications {
			if table, ok := st.Participant(uint64(n + 1)); ok {
				r.facts.Accepted++
				if table != 0 {
					r.facts.Seated++
				}
			}
		}
		if r.facts.Seated > 0 && people == 0 {
			r.tables = int(last - first + 1)
		}
	})
	f, d := &r.facts, &r.settings.Debate
	f.Panel, f.TableSize, f.Steps, f.Briefed = int(r.settings.PanelSize), int(r.settings.TableSize), len(d.Agenda), r.settings.Briefing != ""
	if f.Draw = lottery; !lottery {
		f.Panel, f.TableSize = 0, 0
	}
	for _, step := range d.Agenda {
		f.Minutes += float64(step.Minutes)
	}
	for _, a := range d.Arguments {
		switch a.Side {
		case "for":
			f.For++
		case "against":
			f.Against++
		}
	}
	switch {
	case people > 0:
		r.people = people
	case f.Seated > 0:
		r.people = f.Seated
	default:
		r.people = max(f.Panel, f.Accepted)
	}
	if r.people == 0 {
		return r, fmt.Errorf("topic %s has nobody yet and names no number of seats: say how many people to simulate with --people", topicID)
	}
	if r.people > topic.MaxPanel {
		return r, fmt.Errorf("%d people are more than the %d of the largest panel: give a smaller --people", r.people, topic.MaxPanel)
	}
	if r.tables == 0 {
		r.tables = readiness.TablesFor(r.people, f.TableSize)
	}
	f.Tables = r.tables
	return r, s.People.People(ctx, func(p identity.Person) error {
		if p.Has(topic.RoleFacilitator) {
			f.Facilitators++
		}
		if p.Has(topic.RoleModerator) {
			f.Moderators++
		}
		return nil
	})
}

// cleanlyStopped says that no server has an installation open, and that the last
// one ended in good order: its database is one file.
func cleanlyStopped(data string) bool {
	for _, extra := range []string{"veche.db-wal", "veche.db-shm"} {
		if _, err := os.Stat(filepath.Join(data, extra)); !errors.Is(err, fs.ErrNotExist) {
			return false
		}
	}
	return true
}

// leaveClean removes the files that SQLite made for a reader, as the last writer
// does. They stay where a server was started meanwhile: they are its own.
func leaveClean(ctx context.Context, data string) error {
	if cleanlyStopped(data) {
		return nil
	}
	db, err := sqlite.Open(ctx, data, sqlite.Options{})
	if errors.Is(err, sqlite.ErrInUse) {
		return nil
	} else if err != nil {
		return err
	}
	return db.Close()
}

// rehearsalTopic is the id of the copy.
const rehearsalTopic = "rehearsal"

// copied are the settings of the copy: the debate as it is, its clock so many
// times faster, and of the rest what a debate needs.
func (r *rehearsed) copied(speed float64) topic.Settings {
	s := topic.Settings{
		ID: rehearsalTopic, Title: r.settings.Title, Question: r.settings.Question, Briefing: r.settings.Briefing, Promise: r.settings.Promise, Lang: r.settings.Lang,
		Stages: []topic.Stage{{Kind: topic.StageApplications}, {Kind: topic.StageDebate}}, Debate: r.settings.Debate,
	}
	if r.tables > 0 {
		s.Stages = []topic.Stage{{Kind: topic.StageApplications}, {Kind: topic.StageDraw}, {Kind: topic.StageDebate}}
		s.PanelSize, s.TableSize = uint32(r.people), r.settings.TableSize
	}
	s.Debate.Agenda = append([]topic.Step{}, s.Debate.Agenda...)
	for i := range s.Debate.Agenda {
		step := &s.Debate.Agenda[i]
		if step.Minutes > 0 { // the facilitator opens the next one before; the clock is whole minutes
			step.Minutes = uint32(math.Ceil(float64(step.Minutes)/speed)) + 1
		}
		turn := step.TurnSeconds
		if turn == 0 {
			turn = topic.DefaultTurnSeconds
		}
		step.TurnSeconds = max(10, uint32(float64(turn)/speed))
	}
	return s
}

// stageRehearsal makes the copy with its people in an empty installation and
// answers who they are, and the facilitator's cookie.
func (s *Server) stageRehearsal(ctx context.Context, r *rehearsed, speed float64) (people []crowd.Seated, facilitator string, err error) {
	planner, err := s.operator(ctx, rehearsalTopic, topic.RolePlanner)
	if err != nil {
		return nil, "", err
	}
	if _, err = s.Journal.Create(ctx, journal.Request{Who: planner, Command: topic.Create{Settings: r.copied(speed)}}); err != nil {
		return nil, "", fmt.Errorf("the topic's settings can't be copied: %w", err)
	}
	do := func(who topic.Who, cmd topic.Command, texts ...journal.Text) error {
		_, err := s.Journal.Submit(ctx, rehearsalTopic, journal.Request{Who: who, Command: cmd, Texts: texts})
		return err
	}
	if err := do(planner, topic.OpenStage{Index: 0}); err != nil {
		return nil, "", err
	}
	ids := make([]string, r.people)
	for i := range ids {
		ids[i] = fmt.Sprint(i + 1)
	}
	members, err := s.Vault.Enrol(ctx, rehearsalTopic, ids, identity.NewID, nil)
	if err != nil {
		return nil, "", err
	}
	cookies := make([]string, r.people)
	numbers := make([]uint64, r.people) // of the applications
	if err := inParallel(r.people, func(i int) error {
		row := journal.NewText("{}")
		ack, err := s.Journal.Submit(ctx, rehearsalTopic, journal.Request{
			Who: topic.Who{Role: topic.RoleCitizen, Pseudonym: members[i].Debate}, Command: topic.Apply{Row: row.Digest()}, Texts: []journal.Text{row},
		})
		if err != nil {
			return err
		}
		numbers[i] = ack.Answer
		cookies[i], err = s.signIn(ctx, members[i].Person)
		return err
	}); err != nil {
		return nil, "", err
	}
	people = make([]crowd.Seated, r.people)
	for i := range people {
		people[i] = crowd.Seated{Cookie: cookies[i], Number: numbers[i]}
	}
	debate := 1
	if r.tables > 0 {
		debate = 2
		if err := s.seatRehearsal(ctx, r, do, planner, people); err != nil {
			return nil, "", err
		}
	}
	if err := do(planner, topic.OpenStage{Index: debate}); err != nil {
		return nil, "", err
	}
	leader, err := s.People.Add(ctx, "Rehearsal", topic.RoleFacilitator)
	if err != nil {
		return nil, "", err
	}
	facilitator, err = s.signIn(ctx, leader.ID)
	return people, facilitator, err
}

// seatRehearsal gives everybody a seat, which becomes their number, and a table:
// one table after the other, as evenly as can be.
func (s *Server) seatRehearsal(ctx context.Context, r *rehearsed, do func(topic.Who, topic.Command, ...journal.Text) error, planner topic.Who, people []crowd.Seated) error {
	if err := do(planner, topic.OpenStage{Index: 1}); err != nil {
		return err
	}
	seats := make([]uint64, r.people) // seat i+1 is application i+1
	order := make([]uint32, r.people)
	tables := make([]uint32, r.people)
	for i := range seats {
		seats[i], order[i], tables[i] = uint64(i+1), uint32(i+1), uint32(i%r.tables+1)
	}
	view, err := s.Journal.View(ctx, rehearsalTopic)
	if err != nil {
		return err
	}
	seq := func() (n uint64) {
		view.Read(func(st *topic.State, _ uint64) { n = st.Seq })
		return n
	}
	made := journal.NewText("a rehearsal: nobody was drawn").Digest()
	if err := do(planner, topic.RecordDraw{Drawn: topic.Drawn{InputSeq: seq(), Size: uint32(r.people), Seed: "rehearsal", Root: made, Result: made, Seats: seats}}); err != nil {
		return err
	}
	if err := do(planner, topic.AnswerForPanel{Seats: order, Accept: true}); err != nil {
		return err
	}
	if err := do(planner, topic.RecordTables{TablesSeated: topic.TablesSeated{InputSeq: seq(), Seed: "rehearsal", Result: made, Tables: uint32(r.tables), Rounds: 1, Seats: tables}}); err != nil {
		return err
	}
	for i := range people {
		people[i].Table = tables[people[i].Number-1]
	}
	return nil
}

// inParallel runs f for 0 to n−1 from several goroutines, so that the store's
// commits are shared.
func inParallel(n int, f func(i int) error) error {
	const writers = 64
	errs := make([]error, writers)
	var wg sync.WaitGroup
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

// checkRehearsal reads the log of a rehearsal and counts which acknowledged
// remarks are not in it, and which stand there twice.
func checkRehearsal(ctx context.Context, data string, acked [][2]uint32) (lost, doubled int, err error) {
	s, err := Open(ctx, Options{Data: data, ReadOnly: true})
	if err != nil {
		return 0, 0, err
	}
	defer func() {
		if closed := s.Close(); err == nil {
			err = closed
		}
	}()
	view, err := s.Journal.View(ctx, rehearsalTopic)
	if err != nil {
		return 0, 0, err
	}
	var digests []topic.Digest
	view.Read(func(st *topic.State, _ uint64) {
		for i := range st.Remarks {
			digests = append(digests, st.Remarks[i].Text)
		}
	})
	said := map[uint32][]uint32{} // number of a text → remarks
	const page = 1000
	for from := 0; from < len(digests); from += page {
		part := digests[from:min(from+page, len(digests))]
		texts, err := s.Journal.Texts(ctx, rehearsalTopic, part)
		if err != nil {
			return 0, 0, err
		}
		for i, d := range part {
			if number, ok := crowd.Number(string(texts[d].Body)); ok {
				said[number] = append(said[number], uint32(from+i+1))
			}
		}
	}
	lost, doubled = compareRehearsal(said, acked)
	return lost, doubled, nil
}

// compareRehearsal holds what the log has against what was acknowledged.
func compareRehearsal(said map[uint32][]uint32, acked [][2]uint32) (lost, doubled int) {
	for _, a := range acked {
		found := false
		for _, remark := range said[a[0]] {
			found = found || remark == a[1]
		}
		if !found {
			lost++
		}
	}
	for _, remarks := range said { // in any order: they are only counted
		doubled += len(remarks) - 1
	}
	return lost, doubled
}
