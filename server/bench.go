package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"veche/server/api"
	"veche/server/config"
	"veche/server/identity"
	"veche/server/journal"
	"veche/server/privacy"
	"veche/server/topic"
)

// Bench is a town that a load is put on: a topic in debate, drawn and seated,
// whose people are all signed in.
type Bench struct {
	Topic   string   `json:"topic"`
	Cookies []string `json:"cookies"` // of everyone; the person of cookie i has seat i+1
	Seated  []uint32 `json:"seated"`  // the table of each
	Items   int      `json:"items"`   // of the rating
}

const (
	benchTopic = "bench"
	benchFile  = "bench.json" // in the data directory
	benchItems = 10
	// The stages of the topic.
	benchApply, benchDraw, benchDebate, benchCuration, benchRating = 0, 1, 2, 3, 4
)

// benchOptions open an installation without limits: they are not what is
// measured.
func benchOptions(data, listen string) Options {
	return Options{Data: data, Listen: listen, Limits: config.Limits{
		Sockets: -1, SocketsPerPerson: -1, SocketsPerAddress: -1, MessagesPerSecond: -1, MessagesBurst: -1, RemarksPerMinute: -1, RemarksBurst: -1,
	}}
}

// PrepareBench makes the town in an empty directory: so many people, at tables
// of 12, at most [topic.MaxPanel].
func PrepareBench(ctx context.Context, data string, people int) (b *Bench, err error) {
	s, err := Open(ctx, benchOptions(data, ""))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if b, err = s.prepareBench(ctx, people); err != nil {
		return nil, fmt.Errorf("preparing the load's town: %w", err)
	}
	file, err := json.Marshal(b)
	if err != nil {
		return nil, err
	}
	return b, os.WriteFile(filepath.Join(data, benchFile), file, 0o600)
}

// ReadBench reads what [PrepareBench] made in a directory.
func ReadBench(data string) (*Bench, error) {
	file, err := os.ReadFile(filepath.Join(data, benchFile))
	if err != nil {
		return nil, err
	}
	var b Bench
	return &b, json.Unmarshal(file, &b)
}

func (s *Server) prepareBench(ctx context.Context, people int) (*Bench, error) {
	planner, err := s.operator(ctx, benchTopic, topic.RolePlanner)
	if err != nil {
		return nil, err
	}
	_, err = s.Journal.Create(ctx, journal.Request{Who: planner, Command: topic.Create{Settings: topic.Settings{
		ID: benchTopic, Title: "Bench", Question: "How fast is it?", Lang: "en", PanelSize: uint32(people), TableSize: 12,
		Stages: []topic.Stage{{Kind: topic.StageApplications}, {Kind: topic.StageDraw}, {Kind: topic.StageDebate}, {Kind: topic.StageCuration}, {Kind: topic.StageRating}},
		Debate: topic.Debate{HallRate: 1_000_000}, // all that is said: people could not follow it, but it is what is measured
	}}})
	if err != nil {
		return nil, err
	}
	if _, err := s.do(ctx, planner, topic.OpenStage{Index: benchApply}); err != nil {
		return nil, err
	}
	b := &Bench{Topic: benchTopic, Items: benchItems}
	members, err := s.benchPeople(ctx, b, people)
	if err != nil {
		return nil, err
	}
	if err := s.seatBench(ctx, planner, b); err != nil {
		return nil, err
	}
	for i := range benchItems {
		text := journal.NewText(fmt.Sprintf("Idea %d of the bench", i+1))
		who := topic.Who{Role: topic.RoleCitizen, Pseudonym: members[i%people].Debate}
		if _, err := s.do(ctx, who, topic.SubmitIdea{Text: text.Digest(), Lang: "en"}, text); err != nil {
			return nil, err
		}
	}
	return b, nil
}

func (s *Server) do(ctx context.Context, who topic.Who, cmd topic.Command, texts ...journal.Text) (journal.Ack, error) {
	return s.Journal.Submit(ctx, benchTopic, journal.Request{Who: who, Command: cmd, Texts: texts})
}

// benchPeople enters people, has them apply in their order, and signs them in.
func (s *Server) benchPeople(ctx context.Context, b *Bench, people int) ([]privacy.Member, error) {
	ids := make([]string, people)
	for i := range ids {
		ids[i] = fmt.Sprint(i + 1)
	}
	members, err := s.Vault.Enrol(ctx, benchTopic, ids, identity.NewID, nil)
	if err != nil {
		return nil, err
	}
	numbers := make([]uint64, people)
	cookies := make([]string, people)
	const writers = 64
	errs := make([]error, writers)
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := w; i < people && errs[w] == nil; i += writers {
				row := journal.NewText("{}")
				var ack journal.Ack
				ack, errs[w] = s.do(ctx, topic.Who{Role: topic.RoleCitizen, Pseudonym: members[i].Debate}, topic.Apply{Row: row.Digest()}, row)
				if numbers[i] = ack.Answer; errs[w] == nil {
					cookies[i], errs[w] = s.signIn(ctx, members[i].Person)
				}
			}
		})
	}
	wg.Wait()
	b.Cookies = make([]string, people)
	sorted := make([]privacy.Member, people)
	for i, n := range numbers { // by application: seats are given in that order
		if n == 0 || n > uint64(people) {
			break // its writer has the error
		}
		b.Cookies[n-1], sorted[n-1] = cookies[i], members[i]
	}
	return sorted, errors.Join(errs...)
}

// seatBench gives everyone a seat and a table, and opens the debate.
func (s *Server) seatBench(ctx context.Context, planner topic.Who, b *Bench) error {
	people := len(b.Cookies)
	open, err := s.do(ctx, planner, topic.OpenStage{Index: benchDraw})
	if err != nil {
		return err
	}
	drawn := topic.Drawn{InputSeq: open.Seq, Size: uint32(people), Seed: "bench", Result: topic.Digest{1}}
	accept := topic.AnswerForPanel{Accept: true}
	tables := topic.TablesSeated{InputSeq: open.Seq, Seed: "bench", Result: topic.Digest{1}, Tables: uint32(people+11) / 12, Rounds: 1}
	for i := range people {
		drawn.Seats = append(drawn.Seats, uint64(i+1))
		accept.Seats = append(accept.Seats, uint32(i+1))
		tables.Seats = append(tables.Seats, uint32(i/12+1))
	}
	b.Seated = tables.Seats
	for _, cmd := range []topic.Command{topic.RecordDraw{Drawn: drawn}, accept, topic.RecordTables{TablesSeated: tables}, topic.OpenStage{Index: benchDebate}} {
		if _, err := s.do(ctx, planner, cmd); err != nil {
			return err
		}
	}
	return nil
}

// signIn begins a session and answers its cookie.
func (s *Server) signIn(ctx context.Context, person string) (string, error) {
	code, err := s.People.NewCode(ctx, person, time.Minute, false)
	if err != nil {
		return "", err
	}
	token, p, err := s.People.Redeem(ctx, code)
	if err != nil {
		return "", err
	}
	return api.SessionCookie(s.secure()) + "=" + identity.Cookie(p, token), nil
}

// OpenBench opens a prepared town to be served, with its debate open, or its
// rating.
func OpenBench(ctx context.Context, data, listen string, rating bool) (*Server, *BenchReads, error) {
	reads := &BenchReads{}
	o := benchOptions(data, listen)
	o.wrap = reads.wrap
	s, err := Open(ctx, o)
	if err == nil && rating {
		if err = s.rateBench(ctx); err != nil {
			err = errors.Join(err, s.Close())
		}
	}
	return s, reads, err
}

// rateBench takes the town to its rating, if it is not there.
func (s *Server) rateBench(ctx context.Context) error {
	planner, err := s.operator(ctx, benchTopic, topic.RolePlanner)
	if err != nil {
		return err
	}
	view, err := s.Journal.View(ctx, benchTopic)
	if err != nil {
		return err
	}
	there := false
	view.Read(func(st *topic.State, _ uint64) { there = st.StageIndex == benchRating })
	if there {
		return nil
	}
	freeze := topic.FreezeItems{}
	for i := range benchItems {
		freeze.Items = append(freeze.Items, topic.Item{Idea: uint32(i + 1)})
	}
	for _, cmd := range []topic.Command{topic.OpenStage{Index: benchCuration}, freeze, topic.OpenStage{Index: benchRating}} {
		if _, err := s.do(ctx, planner, cmd); err != nil {
			return err
		}
	}
	return api.IssueBallots(ctx, s.Journal, s.Vault, benchTopic)
}
