package job

import (
	"context"
	"fmt"
	"io"
	"time"

	"veche/selection"
	"veche/server/analysis"
	"veche/server/journal"
	"veche/server/topic"
)

// CheckDraw tells whether the next round can be drawn, and with which chances.
func (j *Jobs) CheckDraw(ctx context.Context, topicID string) (analysis.Check, error) {
	return ofState(ctx, j, &j.checks, topicID, func(ctx context.Context, s *topic.State, rows analysis.Rows) (analysis.Check, error) {
		l, err := analysis.Prepare(ctx, s, rows, analysis.Listing())
		if err != nil {
			return analysis.Check{}, err
		}
		return l.Check(ctx)
	})
}

// CommitDraw fixes the next round, all but its randomness, which the beacon will
// give. The Ack answers the commitment's number.
func (j *Jobs) CommitDraw(ctx context.Context, t Task, wish analysis.BeaconWish) (journal.Ack, error) {
	return j.run(ctx, t, topic.ActionDraw, func(s *topic.State) (topic.Command, analysis.Blobs, error) {
		now := j.clock()
		b, err := wish.Promised(now)
		if err != nil {
			return nil, nil, err
		}
		l, err := analysis.Prepare(ctx, s, j.rows(s), analysis.Listing())
		if err != nil {
			return nil, nil, err
		}
		if err := l.Feasible(ctx); err != nil {
			return nil, nil, err
		}
		terms, err := j.terms(ctx, s, b, now)
		if err != nil {
			return nil, nil, err
		}
		event, blobs, err := l.Commit(terms)
		return topic.CommitDraw{DrawCommitted: event}, blobs, err
	})
}

// terms are those of a commitment made now; at is zero where the draw follows at
// once.
func (j *Jobs) terms(ctx context.Context, s *topic.State, b topic.Beacon, at time.Time) (analysis.Terms, error) {
	earlier, err := j.Commitments(ctx, s)
	return analysis.Terms{Program: analysis.Program(), Beacon: b, Time: at, Earlier: earlier, Reason: analysis.ReasonForAnother(s)}, err
}

// Commitments are a topic's commitments so far, the first first.
func (j *Jobs) Commitments(ctx context.Context, s *topic.State) ([]selection.Commitment, error) {
	var list []selection.Commitment
	for i := range s.Commitments {
		c, err := resultOf(ctx, j, s.Commitments[i].Result, analysis.ParseCommitment)
		if err != nil {
			return nil, fmt.Errorf("commitment %d: %w", i+1, err)
		}
		list = append(list, *c)
	}
	return list, nil
}

// Draw draws the round that was committed to, with the beacon's value and its
// signature. Where nothing was, it commits to the seed as a phrase and draws at
// once. The Ack answers the round's number.
func (j *Jobs) Draw(ctx context.Context, t Task, value, signature string) (journal.Ack, error) {
	return j.run(ctx, t, topic.ActionDraw, func(s *topic.State) (topic.Command, analysis.Blobs, error) {
		number := s.Committed()
		if number == 0 {
			return j.drawAtOnce(ctx, t, s)
		}
		c := s.Commitments[number-1]
		if err := c.Beacon.Due(j.clock().UnixMilli()); err != nil {
			return nil, nil, err
		}
		v, err := analysis.BeaconValue(c.Beacon, value, signature)
		if err != nil {
			return nil, nil, err
		}
		commitments, err := j.Commitments(ctx, s)
		if err != nil {
			return nil, nil, err
		}
		if s, err = j.at(ctx, s, &c); err != nil {
			return nil, nil, err
		}
		last := len(commitments) - 1
		if kept := &commitments[last]; !kept.Policy.ByType && !analysis.Listing() {
			return nil, nil, topic.NewFault(topic.CodeConflict, "the commitment was made by %s, this build holds no solver: run ./scripts/setup and build again, or abort the commitment with a reason", kept.Program)
		}
		l, err := analysis.Prepare(ctx, s, j.rows(s), !commitments[last].Policy.ByType)
		if err != nil {
			return nil, nil, err
		}
		drawn, blobs, err := l.Draw(ctx, analysis.Drawing{Commitment: &commitments[last], Number: number, Earlier: commitments[:last], Value: v})
		return topic.RecordDraw{Drawn: drawn}, blobs, err
	})
}

// at is the state that a commitment was made from, given the one now.
func (j *Jobs) at(ctx context.Context, now *topic.State, c *topic.Commitment) (*topic.State, error) {
	if now.Seq == c.Seq { // nothing but the commitment has come since
		now.Seq, now.Commitments = c.InputSeq, now.Commitments[:len(now.Commitments)-1]
		return now, nil
	}
	s := topic.NewState()
	err := j.journal.ReadAfter(ctx, now.Settings.ID, 0, func(e *topic.Event) error {
		if e.Seq > c.InputSeq {
			return io.EOF
		}
		s.Apply(e)
		return nil
	})
	if err != nil && err != io.EOF {
		return nil, err
	}
	return s, nil
}

// drawAtOnce commits to a phrase and draws, both in one command.
func (j *Jobs) drawAtOnce(ctx context.Context, t Task, s *topic.State) (topic.Command, analysis.Blobs, error) {
	b := topic.Beacon{Kind: topic.BeaconPhrase, Source: t.seed()}
	l, err := analysis.Prepare(ctx, s, j.rows(s), analysis.Listing())
	if err != nil {
		return nil, nil, err
	}
	terms, err := j.terms(ctx, s, b, time.Time{})
	if err != nil {
		return nil, nil, err
	}
	own, committed, err := l.Commit(terms)
	if err != nil {
		return nil, nil, err
	}
	c, err := analysis.ParseCommitment(committed.Result())
	if err != nil {
		return nil, nil, err
	}
	v, err := analysis.BeaconValue(b, "", "")
	if err != nil {
		return nil, nil, err
	}
	drawn, blobs, err := l.Draw(ctx, analysis.Drawing{Commitment: c, Earlier: terms.Earlier, Value: v})
	return topic.RecordDraw{Drawn: drawn, Own: own}, append(blobs, committed...), err
}

// DrawResult answers the result of a round. It is shared: read it only.
func (j *Jobs) DrawResult(ctx context.Context, result topic.Digest) (*analysis.DrawResult, error) {
	return resultOf(ctx, j, result, analysis.ParseDraw)
}

// Commitment answers the commitment of that blob. It is shared: read it only.
func (j *Jobs) Commitment(ctx context.Context, result topic.Digest) (*selection.Commitment, error) {
	return resultOf(ctx, j, result, analysis.ParseCommitment)
}

// Receipt answers the receipt of an application in a round, with the rounds
// before it in which it was in the pool.
func (j *Jobs) Receipt(ctx context.Context, topicID string, application uint64, round int) (*selection.Receipt, error) {
	view, err := j.journal.View(ctx, topicID)
	if err != nil {
		return nil, err
	}
	var results []topic.Digest
	var row topic.Digest
	var form topic.Form
	view.Read(func(s *topic.State, _ uint64) {
		if round < 1 || round > len(s.Rounds) || application == 0 {
			return
		}
		for _, r := range s.Rounds[:round] {
			if r.Commitment != 0 { // earlier versions drew without a roll
				results = append(results, r.Result)
			}
		}
		row, form = s.Applications[application-1].Row, s.Settings.Form
	})
	if results == nil {
		return nil, topic.NewFault(topic.CodeNotFound, "there is no such draw, or no application of yours")
	}
	texts, err := j.journal.Texts(ctx, topicID, []topic.Digest{row})
	if err != nil {
		return nil, err
	}
	text, ok := texts[row]
	if !ok {
		return nil, topic.NewFault(topic.CodeNotFound, "what you answered has been erased, and with it what a receipt is made of")
	}
	var earlier []selection.Receipt
	var last *selection.Receipt
	for i, digest := range results {
		result, err := j.DrawResult(ctx, digest)
		if err != nil {
			return nil, err
		}
		roll, err := resultIn(ctx, j, &j.rolls, topic.Digest(result.Roll), analysis.ParseRoll)
		if err != nil {
			return nil, err
		}
		receipt, in, err := result.Receipt(roll, &form, application, analysis.Text{Salt: text.Salt, Body: text.Body}, earlier...)
		if err != nil {
			return nil, err
		}
		if !in {
			continue
		}
		if i == len(results)-1 {
			last = receipt
		}
		earlier = append(earlier, *receipt)
	}
	if last == nil {
		return nil, topic.NewFault(topic.CodeNotFound, "your application was not in the pool of this draw")
	}
	return last, nil
}
