package journal_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"veche/server/journal"
	"veche/server/store"
	"veche/server/store/sqlite"
	"veche/server/topic"
)

const (
	benchItems   = 500
	benchBallots = 2000
)

func voter(n int) topic.Who {
	return topic.Who{Role: topic.RoleBallot, Pseudonym: topic.Pseudonym{4, byte(n >> 8), byte(n)}}
}

// ballotBox is a log up to an open rating, as commands with their doers.
func ballotBox(do func(topic.Who, topic.Command)) {
	do(planner, topic.Create{Settings: topic.Settings{ID: hallID, Title: "T", Question: "Q", Lang: "en", Stages: []topic.Stage{{Kind: topic.StageCuration}, {Kind: topic.StageRating}}}})
	do(planner, topic.OpenStage{Index: 0})
	ideas := topic.IdeasImported{Lang: "en", Times: make([]int64, benchItems)}
	var items []topic.Item
	for n := range benchItems {
		ideas.Texts = append(ideas.Texts, topic.Digest{1, byte(n >> 8), byte(n)})
		items = append(items, topic.Item{Idea: uint32(n + 1)})
	}
	do(planner, topic.ImportIdeas{IdeasImported: ideas})
	do(planner, topic.ImportItems{FreezeItems: topic.FreezeItems{Items: items}})
	do(planner, topic.OpenStage{Index: 1})
	var names []topic.Pseudonym
	for n := range benchBallots {
		names = append(names, voter(n).Pseudonym)
	}
	do(planner, topic.ImportBallots{Pseudonyms: names})
}

// vote n of voters who go round the items, and change their minds in the end.
func vote(n int) (topic.Who, topic.Vote) {
	ballot, round := n%benchBallots, n/benchBallots
	return voter(ballot), topic.Vote{Item: uint32((round*7+ballot)%benchItems + 1), Value: topic.VoteValue(1 + (ballot+round+2*(round/benchItems))%3)}
}

// BenchmarkDurableEvents casts votes, each acknowledged once it is on the disk,
// and beside it, in turns, inserts the same bytes by a bare group-committing
// loop over the same engine. Its figures are events a second and their ratio.
func BenchmarkDurableEvents(b *testing.B) {
	for _, writers := range []int{1, 32, 256} {
		b.Run(fmt.Sprint("writers=", writers), func(b *testing.B) {
			ours, bare := newBallots(b), newBareLoop(b)
			var tookOurs, tookBare time.Duration
			const turns = 4
			b.ResetTimer()
			for turn := range turns {
				from, to := b.N*turn/turns, b.N*(turn+1)/turns
				tookOurs += share(writers, from, to, ours.cast)
				tookBare += share(writers, from, to, bare.insert)
			}
			b.StopTimer()
			rate := func(d time.Duration) float64 { return float64(b.N) / d.Seconds() }
			b.ReportMetric(rate(tookOurs), "events/s")
			b.ReportMetric(rate(tookBare), "bare/s")
			b.ReportMetric(rate(tookOurs)/rate(tookBare), "ratio")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// share has writers do from to to−1 between them.
func share(writers, from, to int, do func(int)) time.Duration {
	start := time.Now()
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for n := from + w; n < to; n += writers {
				do(n)
			}
		})
	}
	wg.Wait()
	return time.Since(start)
}

type ballots struct {
	b       *testing.B
	journal *journal.Journal
}

func newBallots(b *testing.B) *ballots {
	b.Helper()
	s, err := sqlite.Open(background, b.TempDir(), sqlite.Options{})
	if err != nil {
		b.Fatal(err)
	}
	j := journal.Open(s, journal.Options{})
	b.Cleanup(func() {
		if err := j.Close(); err != nil {
			b.Error(err)
		}
		if err := s.Close(); err != nil {
			b.Error(err)
		}
	})
	ballotBox(func(who topic.Who, c topic.Command) { submitOrCreate(b, j, who, c) })
	return &ballots{b, j}
}

func submitOrCreate(b *testing.B, j *journal.Journal, who topic.Who, c topic.Command) {
	b.Helper()
	var err error
	if _, ok := c.(topic.Create); ok {
		_, err = j.Create(background, journal.Request{Who: who, Command: c})
	} else {
		_, err = j.Submit(background, hallID, journal.Request{Who: who, Command: c})
	}
	if err != nil {
		b.Fatal(err)
	}
}

func (x *ballots) cast(n int) {
	who, v := vote(n)
	if ack, err := x.journal.Submit(background, hallID, journal.Request{Who: who, ClientID: fmt.Sprint(n), Command: v}); err != nil || ack.Repeated {
		x.b.Errorf("vote %d: %+v, %v", n, ack, err)
	}
}

// bareLoop is what a group commit costs without a domain: rows that come while
// one transaction is written make the next.
type bareLoop struct {
	b    *testing.B
	rows chan bareRow
}

type bareRow struct {
	n    int
	done chan error
}

func newBareLoop(b *testing.B) *bareLoop {
	b.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(b.TempDir(), "bare.db")+"?_pragma=journal_mode(wal)&_pragma=synchronous(full)")
	if err != nil {
		b.Fatal(err)
	}
	conn, err := db.Conn(background)
	if err != nil {
		b.Fatal(err)
	}
	for _, q := range []string{"CREATE TABLE event (seq INTEGER PRIMARY KEY, bytes BLOB NOT NULL)"} {
		if _, err := conn.ExecContext(background, q); err != nil {
			b.Fatal(err)
		}
	}
	x := &bareLoop{b, make(chan bareRow, 256)}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for first := range x.rows {
			group := []bareRow{first}
			for more := true; more && len(group) < journal.MaxBatch; {
				select {
				case r := <-x.rows:
					group = append(group, r)
				default:
					more = false
				}
			}
			err := insertGroup(background, conn, group)
			for _, r := range group {
				r.done <- err
			}
		}
	}()
	b.Cleanup(func() {
		close(x.rows)
		<-ended
		if err := conn.Close(); err != nil {
			b.Error(err)
		}
		if err := db.Close(); err != nil {
			b.Error(err)
		}
	})
	return x
}

func insertGroup(ctx context.Context, conn *sql.Conn, group []bareRow) error {
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	insert, err := tx.PrepareContext(ctx, "INSERT INTO event (bytes) VALUES (?)")
	if err != nil {
		return err
	}
	for _, r := range group {
		who, v := vote(r.n)
		e := topic.Event{Seq: 1, Time: 1_700_000_000_000, Actor: topic.Actor{Role: who.Role, Number: uint64(r.n%benchBallots + 1)}, Client: 1 << 52, Body: &topic.Voted{Item: v.Item, Value: v.Value}}
		if _, err := insert.ExecContext(ctx, e.AppendTo(nil)); err != nil {
			return err
		}
	}
	if err := insert.Close(); err != nil {
		return err
	}
	return tx.Commit()
}

func (x *bareLoop) insert(n int) {
	r := bareRow{n, make(chan error, 1)}
	x.rows <- r
	if err := <-r.done; err != nil {
		x.b.Error(err)
	}
}

// BenchmarkMillion opens a topic with a log of 1,000,000 events: by folding the
// whole log, and from a snapshot. It also says what a vote takes on disk.
func BenchmarkMillion(b *testing.B) {
	const events = 1_000_000
	dir := b.TempDir()
	size, logBytes := fillLog(b, dir, events)
	open := func() time.Duration {
		s, err := sqlite.Open(background, dir, sqlite.Options{})
		if err != nil {
			b.Fatal(err)
		}
		defer s.Close()
		j := journal.Open(s, journal.Options{})
		start := time.Now()
		v, err := j.View(background, hallID)
		if err != nil {
			b.Fatal(err)
		}
		took := time.Since(start)
		v.Read(func(s *topic.State, _ uint64) {
			if s.Seq < events {
				b.Fatalf("opened at seq %d", s.Seq)
			}
		})
		if err := j.Close(); err != nil { // writes the snapshot where there is none
			b.Fatal(err)
		}
		return took
	}
	replay := open()
	b.ResetTimer()
	var snapshot time.Duration
	for range b.N {
		snapshot += open()
	}
	b.StopTimer()
	b.ReportMetric(replay.Seconds(), "replay-s")
	b.ReportMetric(snapshot.Seconds()/float64(b.N), "snapshot-s")
	b.ReportMetric(float64(logBytes)/events, "log-B/vote")
	b.ReportMetric(float64(size)/events, "file-B/vote")
	b.ReportMetric(0, "ns/op")
}

// fillLog writes a log of that many votes in full batches, and answers the size
// of the database and of the votes' own bytes in it.
func fillLog(b *testing.B, dir string, votes int) (size, logBytes int64) {
	b.Helper()
	s, err := sqlite.Open(background, dir, sqlite.Options{})
	if err != nil {
		b.Fatal(err)
	}
	state := topic.NewState()
	var pending []topic.Event
	next := store.Batch{Topic: hallID, No: 1, First: 1, Epoch: 1}
	flush := func() {
		next.Last, next.Bytes = next.First+uint64(len(pending))-1, topic.AppendBatch(nil, pending)
		if err := s.AppendBatch(background, next, nil); err != nil {
			b.Fatal(err)
		}
		logBytes += int64(len(next.Bytes))
		next.No, next.First, pending = next.No+1, next.Last+1, nil
	}
	now := int64(1_700_000_000_000)
	do := func(who topic.Who, c topic.Command, client string) {
		now += 37
		d, err := state.Decide(c, topic.Input{Who: who, Time: now, ClientID: client})
		if err != nil || d.Repeated {
			b.Fatalf("%T: %+v, %v", c, d, err)
		}
		for i := range d.Events {
			state.Apply(&d.Events[i])
		}
		pending = append(pending, d.Events...)
		if len(pending) >= journal.MaxBatch {
			flush()
		}
	}
	ballotBox(func(who topic.Who, c topic.Command) { do(who, c, "") })
	flush()
	logBytes = 0
	for n := range votes {
		who, v := vote(n)
		do(who, v, fmt.Sprint(n))
	}
	if len(pending) > 0 {
		flush()
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(dir, "veche.db"))
	if err != nil {
		b.Fatal(err)
	}
	return info.Size(), logBytes
}
