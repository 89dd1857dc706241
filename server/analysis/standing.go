package analysis

import (
	"context"

	"veche/server/tally"
	"veche/server/topic"
)

// Standing is how a rating stands since its last count: advice to whoever may
// count again, never a result. Open votes and pairs are left to the count.
type Standing struct {
	Seq   uint64           `json:"seq"`   // the last vote that is in it
	Votes int              `json:"votes"` // that came or changed since the count and are in it
	Items []tally.Standing `json:"items"` // by number
}

// Running follows the votes of a topic's log from its beginning. The groups are
// those of the last count.
//
// Two standings a vote apart would say how that vote was. So votes wait until
// [tally.SmallestCell] ballots have spoken, whoever asks and whenever.
type Running struct {
	count   *tally.Running
	seq     uint64 // read up to
	counted uint64 // input of the count whose groups it has, 0 for none
	last    uint64 // vote taken in
	since   int    // votes taken in since the count
	waiting []spoken
	waits   map[uint32]bool // ballots among them
}

type spoken struct {
	seq          uint64
	ballot, item uint32
	value        tally.Value
}

// NewRunning begins before the log of a topic with so many rating items.
func NewRunning(items int) (*Running, error) {
	list := make([]tally.Item, items)
	for i := range list {
		list[i].ID = uint32(i + 1)
	}
	count, err := tally.NewRunning(list)
	return &Running{count: count, waits: map[uint32]bool{}}, err
}

// Seq is the last event that was observed.
func (r *Running) Seq() uint64 { return r.seq }

// Reaches says that the count from input is the one whose groups are used, or can
// be come to without going back.
func (r *Running) Reaches(input uint64) bool { return r.counted == input || r.seq <= input }

// Observe takes in the log's next event. full is the last count, made from input:
// its groups are taken over on the way.
func (r *Running) Observe(ctx context.Context, e *topic.Event, input uint64, full *tally.Ranking) error {
	if e.Seq > input && r.counted != input {
		if err := r.takeIn(); err != nil {
			return err
		}
		if err := r.count.Regroup(ctx, full); err != nil {
			return err
		}
		r.counted, r.since = input, 0
	}
	switch b := e.Body.(type) {
	case *topic.Voted:
		r.hear(spoken{e.Seq, uint32(e.Actor.Number - 1), b.Item, value(b.Value)})
	case *topic.VotesImported:
		for i := range b.Ballots {
			r.hear(spoken{e.Seq, uint32(b.Ballots[i] - 1), b.Items[i], value(b.Values[i])})
		}
	}
	r.seq = e.Seq
	if len(r.waits) < tally.SmallestCell {
		return nil
	}
	return r.takeIn()
}

func (r *Running) hear(x spoken) {
	r.waiting, r.waits[x.ballot] = append(r.waiting, x), true
}

func (r *Running) takeIn() error {
	for _, x := range r.waiting {
		if err := r.count.Add(x.ballot, x.item, x.value); err != nil {
			return err
		}
		r.last = x.seq
	}
	r.since += len(r.waiting)
	r.waiting = r.waiting[:0]
	clear(r.waits)
	return nil
}

// Standing answers how things stand, nil where no vote was taken in since the
// count. What s, a later state, has taken out comes last.
func (r *Running) Standing(s *topic.State) *Standing {
	if r.since == 0 {
		return nil
	}
	return &Standing{Seq: r.last, Votes: r.since, Items: r.count.Standing(func(item uint32) bool { return TakenOut(s, item) })}
}
