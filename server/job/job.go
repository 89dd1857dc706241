// Package job runs a topic's computations beside its sequencer: each takes a
// copy of the committed state, reads the texts it needs, computes with package
// analysis, keeps the result as a blob and comes back as one event.
//
// It decides nothing and knows no transport.
package job

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"veche/server/analysis"
	"veche/server/export"
	"veche/server/journal"
	"veche/server/topic"
)

// Blobs keeps results under the hexadecimal SHA-256 of their bytes.
type Blobs interface {
	PutBlob(ctx context.Context, digest string, r io.Reader) error
	GetBlob(ctx context.Context, digest string) (io.ReadCloser, error)
}

// Task asks for a computation of a topic.
type Task struct {
	Topic    string
	Who      topic.Who
	ClientID string
	Seed     string // "" for a random one
	Clusters int    // 0 to choose

	Together [][2]uint32 // seats that share every table
	Apart    [][2]uint32 // seats that share none
}

// Jobs runs computations, one at a time for a topic.
type Jobs struct {
	// Alone takes a topic's computations for this server alone where there are
	// several, until release is called; nil where there is but one.
	Alone func(ctx context.Context, topicID string) (release func(), ok bool)

	journal *journal.Journal
	blobs   Blobs
	clock   func() time.Time

	mu       sync.Mutex
	busy     map[string]bool
	seatings map[string]*seating

	panels    Keeper[panelKey, *analysis.Panel]
	results   results
	rolls     results
	rankings  Keeper[rankingKey, *export.Ranking]
	pools     Keeper[uint64, analysis.PoolCount] // by seq
	authors   Keeper[uint64, analysis.AuthorMix] // by seq
	checks    Keeper[uint64, analysis.Check]     // by seq
	whatIfs   Keeper[uint64, *analysis.WhatIf]   // by seq
	standings Keeper[uint64, following]          // by seq
	removals  Keeper[uint64, *analysis.Removals] // by their life
}

// New makes a runner over a journal and its blobs. clock is time.Now where nil.
func New(j *journal.Journal, b Blobs, clock func() time.Time) *Jobs {
	if clock == nil {
		clock = time.Now
	}
	return &Jobs{journal: j, blobs: b, clock: clock, busy: map[string]bool{}, seatings: map[string]*seating{}, rolls: results{most: mostRolls}}
}

// ErrBusy says that another computation of the topic is running.
var ErrBusy = topic.NewFault(topic.CodeConflict, "another computation of this topic is running: wait until it is done")

// run computes over a copy of the topic's committed state, keeps the blobs and
// submits the event that names the first. A task that was done before, by its
// client id, is answered as it was then.
func (j *Jobs) run(ctx context.Context, t Task, action topic.Action, compute func(*topic.State) (topic.Command, analysis.Blobs, error)) (journal.Ack, error) {
	view, err := j.journal.View(ctx, t.Topic)
	if err != nil {
		return journal.Ack{}, err
	}
	view.Read(func(s *topic.State, _ uint64) { err = s.Permit(t.Who.Role, action) })
	if err != nil {
		return journal.Ack{}, err
	}
	if !j.begin(t.Topic) {
		return journal.Ack{}, ErrBusy
	}
	defer j.end(t.Topic)
	if j.Alone != nil {
		release, ok := j.Alone(ctx, t.Topic)
		if !ok {
			return journal.Ack{}, ErrBusy
		}
		defer release()
	}
	s, err := view.Copy()
	if err != nil {
		return journal.Ack{}, err
	}
	if done, ok := s.Done(t.Who, action, t.ClientID); ok {
		ack := journal.Ack{Seq: done.Seq, Answer: done.Answer, Repeated: true}
		view.Read(func(_ *topic.State, epoch uint64) { ack.Epoch = epoch })
		return ack, nil
	}
	cmd, blobs, err := compute(s)
	if err != nil {
		return journal.Ack{}, again(err)
	}
	for _, b := range blobs {
		if err := j.blobs.PutBlob(ctx, analysis.Digest(b).String(), bytes.NewReader(b)); err != nil {
			return journal.Ack{}, fmt.Errorf("keeping a result: %w", err)
		}
	}
	return j.journal.Submit(ctx, t.Topic, journal.Request{Who: t.Who, ClientID: t.ClientID, Command: cmd})
}

func (j *Jobs) begin(topicID string) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.busy[topicID] {
		return false
	}
	j.busy[topicID] = true
	return true
}

func (j *Jobs) end(topicID string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	delete(j.busy, topicID)
}

func (t Task) seed() string {
	if t.Seed == "" {
		return rand.Text()
	}
	return t.Seed
}

// Tables seats the people who accepted; the Ack answers how many tables.
func (j *Jobs) Tables(ctx context.Context, t Task) (journal.Ack, error) {
	return j.run(ctx, t, topic.ActionSeatTables, func(s *topic.State) (topic.Command, analysis.Blobs, error) {
		rows, err := j.rows(s)(ctx, seated(s))
		if err != nil {
			return nil, nil, err
		}
		event, blobs, err := analysis.Tables(ctx, s, rows, t.seed(), analysis.NewPairs(rand.Text()+rand.Text(), t.Together, t.Apart))
		return topic.RecordTables{TablesSeated: event}, blobs, err
	})
}

// Cluster groups the topic's ideas and answers the run's number.
func (j *Jobs) Cluster(ctx context.Context, t Task) (journal.Ack, error) {
	return j.run(ctx, t, topic.ActionCluster, func(s *topic.State) (topic.Command, analysis.Blobs, error) {
		texts, err := j.ideas(ctx, s)
		if err != nil {
			return nil, nil, err
		}
		event, blobs, err := analysis.Cluster(ctx, s, texts, t.Clusters, t.seed())
		return topic.RecordClustering{Clustered: event}, blobs, err
	})
}

// Tally counts the votes and answers the tally's number.
func (j *Jobs) Tally(ctx context.Context, t Task) (journal.Ack, error) {
	return j.run(ctx, t, topic.ActionTally, func(s *topic.State) (topic.Command, analysis.Blobs, error) {
		if s.VoteCount == 0 {
			return nil, nil, topic.NewFault(topic.CodeConflict, "there are no votes to count yet")
		}
		if s.ResultsHidden() {
			return nil, nil, topic.NewFault(topic.CodeConflict, "the rule of this rating hides its results until it closes: open the next step, then count")
		}
		seed := t.seed()
		if r := s.Rule(); r != nil {
			seed = r.Seed
		}
		event, blobs, err := analysis.Tally(ctx, s, seed)
		return topic.RecordTally{Tallied: event}, blobs, err
	})
}

// again turns a text that went missing meanwhile into a refusal.
func again(err error) error {
	var missing *analysis.MissingError
	if errors.As(err, &missing) {
		return topic.NewFault(topic.CodeConflict, "%s", missing.Error())
	}
	return err
}

// rows reads pool rows of a topic as they are asked for.
func (j *Jobs) rows(s *topic.State) analysis.Rows {
	return j.rowsBy(s.Settings.ID, func(n uint64) topic.Digest { return s.Applications[n-1].Row })
}

// rowsBy reads the pool rows that row names for applications.
func (j *Jobs) rowsBy(topicID string, row func(application uint64) topic.Digest) analysis.Rows {
	return func(ctx context.Context, applications []uint64) (map[uint64]analysis.Text, error) {
		digests := make([]topic.Digest, len(applications))
		for i, n := range applications {
			digests[i] = row(n)
		}
		texts, err := j.journal.Texts(ctx, topicID, digests)
		if err != nil {
			return nil, err
		}
		rows := make(map[uint64]analysis.Text, len(texts))
		for i, n := range applications {
			if t, ok := texts[digests[i]]; ok {
				rows[n] = analysis.Text{Salt: t.Salt, Body: t.Body}
			}
		}
		return rows, nil
	}
}

// seated are the applications with a seat that was not declined.
func seated(s *topic.State) []uint64 {
	var list []uint64
	for i := range s.Seats {
		if s.Seats[i].Status != topic.SeatDeclined {
			list = append(list, s.Seats[i].Application)
		}
	}
	return list
}

// ideas reads the texts of all ideas that were not erased.
func (j *Jobs) ideas(ctx context.Context, s *topic.State) (map[uint32]string, error) {
	digests := make([]topic.Digest, len(s.Ideas))
	for i := range s.Ideas {
		digests[i] = s.Ideas[i].Text
	}
	texts, err := j.journal.Texts(ctx, s.Settings.ID, digests)
	if err != nil {
		return nil, err
	}
	ideas := make(map[uint32]string, len(texts))
	for i := range s.Ideas {
		if t, ok := texts[s.Ideas[i].Text]; ok && !s.Ideas[i].Erased {
			ideas[uint32(i+1)] = string(t.Body)
		}
	}
	return ideas, nil
}
