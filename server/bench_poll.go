package server

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"veche/server/journal"
	"veche/server/topic"
)

// PollBench is what filling a poll came to.
type PollBench struct {
	Fill   time.Duration // all ballots, each waiting for its own acknowledgement
	Replay time.Duration // folding the whole log again
	State  float64       // bytes of memory a ballot takes in one state
	Log    float64       // bytes a ballot takes in the log
}

// benchWriters is how many ballots wait for their acknowledgement at once while a
// poll is filled.
const benchWriters = 256

// PreparePollBench makes, in an empty directory, a topic with an open poll of
// everyone, casts that many ballots in it, and signs voters in who have cast none.
func PreparePollBench(ctx context.Context, data string, ballots, voters int) (b *Bench, f PollBench, err error) {
	s, err := Open(ctx, benchOptions(data, ""))
	if err != nil {
		return nil, f, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	planner, err := s.operator(ctx, benchTopic, topic.RolePlanner)
	if err != nil {
		return nil, f, err
	}
	_, err = s.Journal.Create(ctx, journal.Request{Who: planner, Command: topic.Create{Settings: topic.Settings{
		ID: benchTopic, Title: "Bench", Question: "How fast is it?", Lang: "en", Stages: []topic.Stage{{Kind: topic.StagePoll}},
	}}})
	if err != nil {
		return nil, f, err
	}
	terms := topic.PollTerms{Question: "Which?", Options: []string{"A", "B", "C"}, Min: 1, Max: 1, Electorate: topic.ElectorateEveryone, When: topic.PollWindow}
	for _, cmd := range []topic.Command{topic.OpenStage{}, topic.MakePoll{PollMade: topic.PollMade{Terms: terms}}, topic.OpenPoll{Poll: 1}} {
		if _, err := s.do(ctx, planner, cmd); err != nil {
			return nil, f, err
		}
	}
	start := time.Now()
	if err := s.fillPoll(ctx, ballots); err != nil {
		return nil, f, err
	}
	f.Fill = time.Since(start)
	if err := s.foldPoll(ctx, &f, ballots); err != nil {
		return nil, f, err
	}
	b = &Bench{Topic: benchTopic}
	for i := range voters {
		p, err := s.People.Add(ctx, fmt.Sprintf("Voter %d", i+1))
		if err != nil {
			return nil, f, err
		}
		cookie, err := s.signIn(ctx, p.ID)
		if err != nil {
			return nil, f, err
		}
		b.Cookies = append(b.Cookies, cookie)
	}
	file, err := json.Marshal(b)
	if err != nil {
		return nil, f, err
	}
	return b, f, os.WriteFile(filepath.Join(data, benchFile), file, 0o600)
}

// fillPoll casts ballots under random names.
func (s *Server) fillPoll(ctx context.Context, ballots int) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var writers sync.WaitGroup
	failed := make(chan error, benchWriters)
	for w := range benchWriters {
		writers.Go(func() {
			for i := w; i < ballots; i += benchWriters {
				cmd := topic.CastBallot{Poll: 1, Options: []uint32{uint32(1 + i%3)}}
				who := topic.Who{Role: topic.RoleBallot}
				rand.Read(cmd.Salt[:])
				rand.Read(who.Pseudonym[:])
				if _, err := s.do(ctx, who, cmd); err != nil {
					failed <- err
					cancel()
					return
				}
			}
		})
	}
	writers.Wait()
	select {
	case err := <-failed:
		return err
	default:
		return nil
	}
}

// foldPoll folds the log once more and weighs the state.
func (s *Server) foldPoll(ctx context.Context, f *PollBench, ballots int) error {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	st, size, start := topic.NewState(), 0, time.Now()
	err := s.Journal.ReadBytes(ctx, benchTopic, func(seq uint64, bytes []byte) error {
		e, err := topic.DecodeEvent(bytes, seq)
		if err != nil {
			return err
		}
		size += len(bytes)
		st.Apply(&e)
		return nil
	})
	if err != nil {
		return err
	}
	f.Replay = time.Since(start)
	runtime.GC()
	runtime.ReadMemStats(&after)
	if cast := st.Polls[0].CastCount(); cast != uint64(ballots) {
		return fmt.Errorf("%d ballots were acknowledged, the log holds %d", ballots, cast)
	}
	f.State, f.Log = (float64(after.HeapAlloc)-float64(before.HeapAlloc))/float64(ballots), float64(size)/float64(ballots)
	runtime.KeepAlive(st)
	return nil
}
