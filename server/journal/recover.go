package journal

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"veche/server/store"
	"veche/server/topic"
)

// SnapshotEvery is how many events lie between two snapshots at most.
const SnapshotEvery = 200_000

// KindSnapshot is the kind of the record that names the blob of a topic's last
// snapshot, by the topic.
const KindSnapshot = "snapshot"

// snapshotRecord names the blob of a topic's last snapshot.
type snapshotRecord struct {
	Layout string `json:"layout" class:"none"` // of the code that wrote it
	Blob   string `json:"blob" class:"none"`
	Batch  uint64 `json:"batch"`
	Seq    uint64 `json:"seq"`
}

func leaseName(topicID string) string { return "topic/" + topicID }

// start makes the topic live. A topic that does not exist costs a look, no
// lease.
func (q *sequencer) start(ctx context.Context, create bool) error {
	if !create {
		if !topic.ValidID(q.topic) {
			return topic.NewFault(topic.CodeNotFound, "there is no such topic")
		}
	}
	if _, deleted, err := q.journal.Tombstone(ctx, q.topic); err != nil || deleted {
		if err == nil {
			err = errGone(q.topic)
		}
		return err
	}
	if !create {
		tail, err := q.journal.store.Tail(ctx, q.topic)
		if err != nil {
			return fmt.Errorf("looking for topic %s: %w", q.topic, err)
		}
		if tail.No == 0 {
			return NoTopic(q.topic)
		}
	}
	if q.journal.options.Peers != nil { // who changes it first will own it
		return q.read(ctx, 0)
	}
	err := q.recover(ctx)
	if word := diskWord(err); word == ErrFull || word == ErrUnwritable {
		// It can't be owned, but it can be read: run tries on to own it.
		if err := q.read(ctx, 0); err != nil {
			return err
		}
		q.stuck = err
		return nil
	}
	if err != nil {
		return err
	}
	if err := q.finishErasures(ctx); err != nil {
		return err
	}
	if q.journal.note(q.topic, nil) {
		q.journal.options.Log.Info("a topic can be opened again", "topic", q.topic)
	}
	return nil
}

// erasuresAtOnce is how many texts are looked for at once.
const erasuresAtOnce = 5000

// finishErasures destroys texts whose erasure was recorded just before a crash.
func (q *sequencer) finishErasures(ctx context.Context) error {
	if q.journal.options.ReadOnly {
		return nil
	}
	var digests []topic.Digest
	for i := range q.state.Erasures {
		digests = append(digests, q.state.Erasures[i].Digest)
	}
	for i := range q.state.Applications {
		if a := &q.state.Applications[i]; a.Erased || a.Import != 0 && q.state.Imports[a.Import-1].Withdrawn {
			digests = append(digests, a.Row)
		}
	}
	for i := range q.state.Superseded {
		if x := &q.state.Superseded[i]; x.Erased {
			digests = append(digests, x.Text)
		}
	}
	for chunk := range slices.Chunk(digests, erasuresAtOnce) {
		left, err := q.journal.Texts(ctx, q.topic, chunk)
		if err != nil {
			return err
		}
		for _, d := range chunk {
			if _, ok := left[d]; !ok {
				continue
			}
			if err := q.journal.destroy(ctx, q.topic, d); err != nil {
				return err
			}
		}
	}
	return nil
}

// recover claims the lease and makes pending state and view from snapshot and
// log.
func (q *sequencer) recover(ctx context.Context) error {
	epoch, err := q.journal.claim(ctx, q.topic)
	if err != nil {
		return fmt.Errorf("claiming topic %s: %w", q.topic, err)
	}
	return q.read(ctx, epoch)
}

// read makes pending state and view from snapshot and log. Epoch 0 stands for
// that of the last batch.
func (q *sequencer) read(ctx context.Context, epoch uint64) error {
	j := q.journal
	tail, err := j.store.Tail(ctx, q.topic)
	if err != nil {
		return fmt.Errorf("reading the log of topic %s: %w", q.topic, err)
	}
	if epoch == 0 {
		epoch = tail.Epoch
	}
	state, batchNo := j.loadSnapshot(ctx, q.topic)
	if batchNo > tail.No || state.Seq > tail.Last {
		j.options.Log.Warn("snapshot not used", "topic", q.topic, "reason", "it is ahead of the log")
		state, batchNo = topic.NewState(), 0
	}
	q.saved = state.Seq
	err = j.store.ReadAfter(ctx, q.topic, state.Seq, func(b store.Batch) error {
		if b.No != batchNo+1 {
			return fmt.Errorf("the log of topic %s lacks batch %d", q.topic, batchNo+1)
		}
		batchNo = b.No
		return topic.ReadBatch(b.Bytes, b.First, func(seq uint64, bytes []byte) error {
			e, err := topic.DecodeEvent(bytes, seq)
			if err != nil {
				return err
			}
			state.Apply(&e)
			return nil
		})
	})
	if err != nil {
		return fmt.Errorf("reading the log of topic %s: %w", q.topic, err)
	}
	q.view.replace(state, epoch, batchNo)
	if q.journal.options.Peers != nil {
		return nil // it follows until it owns
	}
	return q.depart(epoch)
}

// depart makes the pending state from the view's.
func (q *sequencer) depart(epoch uint64) error {
	pending, err := q.view.Copy()
	if err != nil {
		return fmt.Errorf("copying the state of topic %s: %w", q.topic, err)
	}
	q.state, q.epoch, q.batchNo = pending, epoch, q.view.batch
	if reach := q.journal.options.Reach; reach != nil && pending.Time > 0 {
		reach(time.UnixMilli(pending.Time))
	}
	return nil
}

// claim takes the lease and answers its epoch; a reader has the last batch's.
func (j *Journal) claim(ctx context.Context, topicID string) (uint64, error) {
	if j.options.ReadOnly {
		tail, err := j.store.Tail(ctx, topicID)
		return tail.Epoch, err
	}
	now := j.options.Clock()
	epoch, err := j.store.Claim(ctx, leaseName(topicID), j.options.Owner, leaseTTL, now)
	var held *store.HeldError
	if j.options.Sole && errors.As(err, &held) && held.Until.After(now) {
		epoch, err = j.store.Claim(ctx, leaseName(topicID), j.options.Owner, leaseTTL, held.Until.Add(time.Millisecond))
	}
	if errors.Is(err, store.ErrHeld) { // until it is given back or runs out
		err = fmt.Errorf("%w: %w", ErrRetry, err)
	}
	return epoch, err
}

// loadSnapshot answers the last snapshot, or an empty state: a fault with a
// snapshot costs time only.
func (j *Journal) loadSnapshot(ctx context.Context, topicID string) (*topic.State, uint64) {
	record, err := j.store.Get(ctx, KindSnapshot, topicID)
	if err != nil {
		return topic.NewState(), 0
	}
	var r snapshotRecord
	state, err := func() (*topic.State, error) {
		if err := json.Unmarshal(record.Data, &r); err != nil || r.Layout != topic.Layout() {
			return nil, errors.Join(err, errors.New("written by other code"))
		}
		blob, err := j.store.GetBlob(ctx, r.Blob)
		if err != nil {
			return nil, err
		}
		defer blob.Close()
		b, err := io.ReadAll(blob)
		if err != nil {
			return nil, err
		}
		s, err := topic.ReadSnapshot(b)
		if err == nil && s.Seq != r.Seq {
			err = errors.New("it is of another seq")
		}
		return s, err
	}()
	if err != nil {
		j.options.Log.Warn("snapshot not used", "topic", topicID, "reason", err)
		return topic.NewState(), 0
	}
	return state, r.Batch
}

func (q *sequencer) snapshotWhenDue() {
	if q.view.state.Seq-q.saved >= SnapshotEvery {
		q.snapshot()
	}
}

// snapshot writes the view, which only this goroutine changes.
func (q *sequencer) snapshot() {
	s := q.view.state
	if s.Seq == q.saved {
		return
	}
	if err := q.journal.saveSnapshot(context.Background(), q.topic, s, q.view.batch); err != nil {
		q.journal.options.Log.Warn("snapshot not written", "topic", q.topic, "error", err)
		return
	}
	q.saved = s.Seq
}

func (j *Journal) saveSnapshot(ctx context.Context, topicID string, s *topic.State, batchNo uint64) error {
	b := s.AppendSnapshot(nil)
	sum := sha256.Sum256(b)
	name := hex.EncodeToString(sum[:])
	if err := j.store.PutBlob(ctx, name, bytes.NewReader(b)); err != nil {
		return err
	}
	var rev uint64
	var last snapshotRecord
	old, err := j.store.Get(ctx, KindSnapshot, topicID)
	switch {
	case err == nil:
		rev = old.Rev
		if json.Unmarshal(old.Data, &last) != nil {
			last = snapshotRecord{}
		}
	case !errors.Is(err, store.ErrNotFound):
		return err
	}
	data, err := json.Marshal(snapshotRecord{Layout: topic.Layout(), Blob: name, Batch: batchNo, Seq: s.Seq})
	if err != nil {
		return err
	}
	if _, err := j.store.PutIfRev(ctx, store.Record{Kind: KindSnapshot, ID: topicID, Rev: rev, Data: data}); err != nil {
		return err
	}
	if last.Blob != "" && last.Blob != name {
		if err := j.store.DeleteBlob(ctx, last.Blob); err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
	}
	return nil
}

// release gives the lease back, so that a restart need not wait for its end.
func (j *Journal) release(topicID string, epoch uint64) {
	if err := j.store.Release(context.Background(), leaseName(topicID), j.options.Owner, epoch); err != nil && !errors.Is(err, store.ErrLost) {
		j.options.Log.Warn("lease not given back", "topic", topicID, "error", err)
	}
}

// Snapshots answers the blobs of all snapshots, by topic.
func Snapshots(ctx context.Context, s store.Records) (map[string]string, error) {
	blobs := map[string]string{}
	err := s.List(ctx, KindSnapshot, "", store.Range{}, 0, func(x store.Record) error {
		var r snapshotRecord
		if err := json.Unmarshal(x.Data, &r); err != nil {
			return fmt.Errorf("%w: the record of the snapshot of topic %s: %w", store.ErrCorrupt, x.ID, err)
		}
		blobs[x.ID] = r.Blob
		return nil
	})
	return blobs, err
}

// DropSnapshot removes the snapshot of a topic whose log was cut: it would be
// taken for a state of other events once the log has grown to its length again.
func DropSnapshot(ctx context.Context, s store.Store, topicID string) error {
	x, err := s.Get(ctx, KindSnapshot, topicID)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	var r snapshotRecord
	if json.Unmarshal(x.Data, &r) == nil && r.Blob != "" { // else it is of no use to anybody
		if err := s.DeleteBlob(ctx, r.Blob); err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
	}
	return s.Delete(ctx, KindSnapshot, topicID, x.Rev)
}
