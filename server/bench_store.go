package server

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"veche/server/journal"
	"veche/server/store"
	"veche/server/store/sqlite"
	"veche/server/topic"
)

// StoreBench is what durable events cost, and a long log.
type StoreBench struct {
	Rates    []StoreRate
	Events   int // of the log that is opened
	Replay   time.Duration
	Snapshot time.Duration
	Log      float64 // bytes of the log a vote
	File     float64 // bytes of the database a vote
}

// StoreRate is durable changes a second by so many writers at once, turn by turn:
// votes through the journal, and rows of the same size through a loop that does
// nothing else.
type StoreRate struct {
	Writers    int
	Votes, Raw []float64
}

// The rating of the bench's log.
const (
	storeItems   = 500
	storeBallots = 2000
	storeRow     = 27 // bytes that a vote takes in the log
)

// MeasureStore measures in an empty directory: turns of that long for each number
// of writers, then a log of that many votes.
func MeasureStore(ctx context.Context, dir string, writers []int, turns int, each time.Duration, votes int, say func(string, ...any)) (b StoreBench, err error) {
	raw, err := sqlite.OpenBare(ctx, dir)
	if err != nil {
		return b, err
	}
	defer func() { err = errors.Join(err, raw.Close()) }()
	box, err := openBallotBox(ctx, dir)
	if err != nil {
		return b, err
	}
	row := make([]byte, storeRow)
	for _, n := range writers {
		say("%d writers", n)
		r := StoreRate{Writers: n}
		for range turns {
			rate, err := byWriters(ctx, n, each, box.cast)
			if err != nil {
				return b, errors.Join(err, box.close())
			}
			r.Votes = append(r.Votes, rate)
			if rate, err = byWriters(ctx, n, each, func(context.Context) error { return raw.Insert(nil, row) }); err != nil {
				return b, errors.Join(err, box.close())
			}
			r.Raw = append(r.Raw, rate)
		}
		b.Rates = append(b.Rates, r)
	}
	say("a log of %d votes", votes)
	if err := box.fill(ctx, votes); err != nil {
		return b, errors.Join(err, box.close())
	}
	b.Events = int(box.votes.Load())
	if err := box.close(); err != nil {
		return b, err
	}
	return b, b.openings(ctx, dir)
}

// openings measures the log that was written: as a whole, and from its snapshot.
func (b *StoreBench) openings(ctx context.Context, dir string) (err error) {
	size, err := os.Stat(filepath.Join(dir, sqlite.DataFile))
	if err != nil {
		return err
	}
	b.File = float64(size.Size()) / float64(b.Events)
	s, err := sqlite.Open(ctx, dir, sqlite.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	bytes := 0
	if err := s.ReadAfter(ctx, benchTopic, 0, func(x store.Batch) error { bytes += len(x.Bytes); return nil }); err != nil {
		return err
	}
	b.Log = float64(bytes) / float64(b.Events)
	kept, err := s.Get(ctx, journal.KindSnapshot, benchTopic)
	if err != nil {
		return err
	}
	if err := s.Delete(ctx, kept.Kind, kept.ID, kept.Rev); err != nil {
		return err
	}
	for _, took := range []*time.Duration{&b.Replay, &b.Snapshot} {
		j := journal.Open(s, journal.Options{})
		start := time.Now()
		_, err := j.View(ctx, benchTopic)
		*took = time.Since(start)
		if err := errors.Join(err, j.Close()); err != nil { // which writes the snapshot
			return err
		}
	}
	return nil
}

// ballotBox is a topic in rating that votes are cast in.
type ballotBox struct {
	store   *sqlite.Store
	journal *journal.Journal
	votes   atomic.Int64
}

func openBallotBox(ctx context.Context, dir string) (*ballotBox, error) {
	s, err := sqlite.Open(ctx, dir, sqlite.Options{})
	if err != nil {
		return nil, err
	}
	x := &ballotBox{store: s, journal: journal.Open(s, journal.Options{})}
	planner := topic.Who{Role: topic.RolePlanner}
	ideas := topic.IdeasImported{Lang: "en", Times: make([]int64, storeItems)}
	var items []topic.Item
	for n := range storeItems {
		ideas.Texts = append(ideas.Texts, topic.Digest{1, byte(n >> 8), byte(n)})
		items = append(items, topic.Item{Idea: uint32(n + 1)})
	}
	var ballots []topic.Pseudonym
	for n := range storeBallots {
		ballots = append(ballots, voterOf(n).Pseudonym)
	}
	_, err = x.journal.Create(ctx, journal.Request{Who: planner, Command: topic.Create{Settings: topic.Settings{
		ID: benchTopic, Title: "Bench", Question: "How fast is it?", Lang: "en", Stages: []topic.Stage{{Kind: topic.StageCuration}, {Kind: topic.StageRating}},
	}}})
	for _, c := range []topic.Command{
		topic.OpenStage{Index: 0}, topic.ImportIdeas{IdeasImported: ideas}, topic.ImportItems{FreezeItems: topic.FreezeItems{Items: items}}, topic.OpenStage{Index: 1}, topic.ImportBallots{Pseudonyms: ballots},
	} {
		if err == nil {
			_, err = x.journal.Submit(ctx, benchTopic, journal.Request{Who: planner, Command: c})
		}
	}
	if err != nil {
		return nil, errors.Join(err, x.close())
	}
	return x, nil
}

func (x *ballotBox) close() error { return errors.Join(x.journal.Close(), x.store.Close()) }

func voterOf(n int) topic.Who {
	return topic.Who{Role: topic.RoleBallot, Pseudonym: topic.Pseudonym{4, byte(n >> 8), byte(n)}}
}

// cast casts the next vote and waits until it is on the disk. Voters go round the
// items, and change their minds in the end.
func (x *ballotBox) cast(ctx context.Context) error {
	n := int(x.votes.Add(1)) - 1
	ballot, round := n%storeBallots, n/storeBallots
	vote := topic.Vote{Item: uint32((round*7+ballot)%storeItems + 1), Value: topic.VoteValue(1 + (ballot+round+2*(round/storeItems))%3)}
	_, err := x.journal.Submit(ctx, benchTopic, journal.Request{Who: voterOf(ballot), ClientID: fmt.Sprint(n), Command: vote})
	return err
}

// fill casts until there are so many votes.
func (x *ballotBox) fill(ctx context.Context, votes int) error {
	errs := make([]error, benchWriters)
	var wg sync.WaitGroup
	for w := range benchWriters {
		wg.Go(func() {
			for errs[w] == nil && x.votes.Load() < int64(votes) {
				errs[w] = x.cast(ctx)
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

// byWriters has writers do something again and again for that long, and answers
// how often a second.
func byWriters(ctx context.Context, writers int, d time.Duration, do func(context.Context) error) (float64, error) {
	var done atomic.Int64
	errs := make([]error, writers)
	start := time.Now()
	end := start.Add(d)
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for errs[w] == nil && time.Now().Before(end) {
				errs[w] = do(ctx)
				done.Add(1)
			}
		})
	}
	wg.Wait()
	return float64(done.Load()) / time.Since(start).Seconds(), errors.Join(errs...)
}

// PrepareImportBench makes, in an empty directory, a topic that takes
// applications with those features, and answers its name.
func PrepareImportBench(ctx context.Context, data string, features []string, values [][]string) (name string, err error) {
	s, err := Open(ctx, benchOptions(data, ""))
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	planner, err := s.operator(ctx, benchTopic, topic.RolePlanner)
	if err != nil {
		return "", err
	}
	form := topic.Form{ConsentVersion: "1", Consent: "Made people."}
	for i, f := range features {
		form.Features = append(form.Features, topic.Feature{Name: f, Label: f, Options: values[i]})
	}
	_, err = s.Journal.Create(ctx, journal.Request{Who: planner, Command: topic.Create{Settings: topic.Settings{
		ID: benchTopic, Title: "Bench", Question: "How fast is it?", Lang: "en", Form: form, Stages: []topic.Stage{{Kind: topic.StageApplications}, {Kind: topic.StageDraw}},
	}}})
	if err != nil {
		return "", err
	}
	_, err = s.do(ctx, planner, topic.OpenStage{})
	return benchTopic, err
}
