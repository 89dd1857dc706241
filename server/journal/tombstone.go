package journal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"veche/server/store"
	"veche/server/topic"
)

// KindTombstone is the kind of the record of a topic that was deleted, by the
// topic.
const KindTombstone = "tombstone"

// Tombstone is what stays of a topic that was deleted.
type Tombstone struct {
	Topic string `json:"topic" class:"none"`
	// Note says what there was, when and why it was deleted, signed with the
	// installation's key.
	Note string `json:"note" class:"none"`
	// Done says that all is destroyed; else a death came between, and it is to be
	// called for again.
	Done bool `json:"done"`
}

// Tombstones answers those of all topics that were deleted, by topic.
func (j *Journal) Tombstones(ctx context.Context) ([]Tombstone, error) {
	list := []Tombstone{}
	err := j.store.List(ctx, KindTombstone, "", store.Range{}, 0, func(r store.Record) error {
		t, err := tombstoneOf(r)
		list = append(list, t)
		return err
	})
	return list, err
}

// Tombstone answers that of a topic, false where it was not deleted.
func (j *Journal) Tombstone(ctx context.Context, topicID string) (Tombstone, bool, error) {
	t, rev, err := j.tombstone(ctx, topicID)
	return t, rev != 0, err
}

func (j *Journal) tombstone(ctx context.Context, topicID string) (t Tombstone, rev uint64, err error) {
	r, err := j.store.Get(ctx, KindTombstone, topicID)
	if errors.Is(err, store.ErrNotFound) {
		return t, 0, nil
	}
	if err != nil {
		return t, 0, err
	}
	t, err = tombstoneOf(r)
	return t, r.Rev, err
}

func tombstoneOf(r store.Record) (t Tombstone, err error) {
	if err = json.Unmarshal(r.Data, &t); err != nil {
		err = fmt.Errorf("%w: the tombstone of topic %s: %w", store.ErrCorrupt, r.ID, err)
	}
	return t, err
}

// errGone refuses what is asked of a topic that was deleted.
func errGone(topicID string) error {
	return topic.NewFault(topic.CodeGone, "the topic %q was deleted with all that it held; when and why is told at /api/deleted", topicID)
}

// ErrSeveral refuses what only a server that is alone can do.
var ErrSeveral = errors.New("several servers run on this data: stop them all, and start one without --node and --bus for as long as this takes")

// Destroy deletes a topic: it takes no more commands and is not read any more, then
// clear is called to destroy what others keep of it, its log still there, then its
// texts, snapshot and log go, and t stays. After a failure, or a death, it is called
// again; where t was made before, the first one stays. [ErrSeveral] among peers;
// [store.ErrHeld] where another
// process has the topic.
func (j *Journal) Destroy(ctx context.Context, t Tombstone, clear func(context.Context) error) error {
	fail := func(err error) error { return fmt.Errorf("journal: deleting topic %s: %w", t.Topic, err) }
	if j.options.ReadOnly {
		return fail(ErrReadOnly)
	}
	if j.options.Peers != nil { // the others may own and show it
		return fail(ErrSeveral)
	}
	have, rev, err := j.tombstone(ctx, t.Topic)
	if err != nil {
		return fail(err)
	}
	if rev != 0 {
		t = have
	}
	j.retire(t.Topic)
	epoch, err := j.claim(ctx, t.Topic)
	if err != nil {
		if rev == 0 {
			j.revive(t.Topic)
		}
		return fail(err)
	}
	defer j.release(t.Topic, epoch)
	if rev, err = j.keepTombstone(ctx, t, rev); err != nil {
		if rev == 0 && !errors.Is(err, store.ErrOutcomeUnknown) {
			j.revive(t.Topic)
		}
		return fail(err)
	}
	for _, step := range []func() error{
		func() error { return clear(ctx) },
		func() error { return j.store.Purge(ctx, kindText, textPrefix(t.Topic)) },
		func() error { return DropSnapshot(ctx, j.store, t.Topic) },
		func() error { return j.store.DropLog(ctx, t.Topic) },
	} {
		if err := step(); err != nil {
			return fail(err)
		}
	}
	t.Done = true
	if _, err := j.keepTombstone(ctx, t, rev); err != nil {
		return fail(err)
	}
	j.note(t.Topic, nil)
	return nil
}

func (j *Journal) keepTombstone(ctx context.Context, t Tombstone, rev uint64) (uint64, error) {
	data, err := json.Marshal(t)
	if err != nil {
		return rev, err
	}
	return j.store.PutIfRev(ctx, store.Record{Kind: KindTombstone, ID: t.Topic, Rev: rev, Data: data})
}

// retire ends the topic's sequencer, if it runs, and lets no other begin.
func (j *Journal) retire(topicID string) {
	j.mu.Lock()
	if j.gone == nil {
		j.gone = map[string]bool{}
	}
	j.gone[topicID] = true
	o := j.topics[topicID]
	j.mu.Unlock()
	if o == nil {
		return
	}
	<-o.ready
	if o.seq != nil {
		o.seq.retire()
		<-o.seq.ended
	}
}

// revive lets the topic be opened again.
func (j *Journal) revive(topicID string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	delete(j.gone, topicID)
}
