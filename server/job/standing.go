package job

import (
	"context"
	"errors"

	"veche/server/analysis"
	"veche/server/topic"
)

// following is a running count with what it showed last.
type following struct {
	running *analysis.Running
	shown   *analysis.Standing
}

// Standing answers how a topic's rating stands since its last count: nil before
// one, while results are hidden, and where too few have voted since. It reads the
// whole log once, then what is new. It is shared: read it only.
func (j *Jobs) Standing(ctx context.Context, topicID string) (*analysis.Standing, error) {
	view, err := j.journal.View(ctx, topicID)
	if err != nil {
		return nil, err
	}
	f, err := j.standings.Next(topicID, func() (seq uint64) {
		view.Read(func(s *topic.State, _ uint64) { seq = s.Seq })
		return seq
	}, func(last following) (uint64, following, error) { return j.follow(ctx, topicID, last) })
	return f.shown, err
}

func (j *Jobs) follow(ctx context.Context, topicID string, f following) (seq uint64, _ following, err error) {
	view, err := j.journal.View(ctx, topicID)
	if err != nil {
		return 0, f, err
	}
	var count topic.Tally
	items := 0
	view.Read(func(s *topic.State, _ uint64) {
		seq = s.Seq
		if n := len(s.Tallies); n > 0 && !s.ResultsHidden() {
			count, items = s.Tallies[n-1], len(s.Items)
		}
	})
	if items == 0 {
		return seq, following{}, nil
	}
	full, err := resultOf(ctx, j, count.Result, analysis.ParseTally)
	if err != nil {
		return 0, f, err
	}
	if f.running == nil || !f.running.Reaches(count.InputSeq) {
		if f.running, err = analysis.NewRunning(items); err != nil {
			return 0, f, err
		}
	}
	err = j.journal.ReadAfter(ctx, topicID, f.running.Seq(), func(e *topic.Event) error {
		if e.Seq > seq {
			return errRead
		}
		return f.running.Observe(ctx, e, count.InputSeq, full)
	})
	if err != nil && !errors.Is(err, errRead) {
		return 0, f, err
	}
	view.Read(func(s *topic.State, _ uint64) { f.shown = f.running.Standing(s) })
	return seq, f, nil
}
