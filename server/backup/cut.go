package backup

import (
	"context"
	"errors"
	"fmt"

	"veche/server/journal"
	"veche/server/store"
	"veche/server/store/sqlite"
	"veche/server/topic"
)

// cut ends a topic with the last batch that reaches no further than event to, and
// removes the texts and blobs that nothing names any more.
func cut(ctx context.Context, s *sqlite.Store, id string, to uint64) (c Cut, err error) {
	tail, err := s.Tail(ctx, id)
	if err != nil {
		return c, err
	}
	if tail.No == 0 {
		return c, fmt.Errorf("there is no topic %q in it", id)
	}
	if to > tail.Last {
		return c, fmt.Errorf("topic %s ends at event %d in it and can't be restored to %d", id, tail.Last, to)
	}
	last := store.Batch{}
	err = s.ReadAfter(ctx, id, 0, func(b store.Batch) error {
		if b.Last > to {
			if last.No == 0 {
				return fmt.Errorf("the first events of topic %s, 1 to %d, belong together: restore it to %d at least", id, b.Last, b.Last)
			}
			return errEnough
		}
		last = b
		return nil
	})
	if err != nil && !errors.Is(err, errEnough) {
		return c, err
	}
	// What only the later events name; a blob may be named by another topic too.
	topics, err := s.Topics(ctx)
	if err != nil {
		return c, err
	}
	kept, elsewhere, later := map[topic.Digest]bool{}, map[topic.Digest]bool{}, map[topic.Digest]bool{}
	for _, t := range topics {
		_, err := Measure(ctx, s, t, 0, func(e *topic.Event) {
			into := kept
			if t != id {
				into = elsewhere
			} else if e.Seq > last.Last {
				into = later
			}
			for _, d := range e.Digests() {
				into[d] = true
			}
		})
		if err != nil {
			return c, err
		}
	}
	c = Cut{Topic: id, To: last.Last, Events: tail.Last - last.Last}
	if c.Batches, err = s.CutLog(ctx, id, last.No); err != nil {
		return c, err
	}
	var texts []string
	for d := range later { // each on its own
		if kept[d] {
			continue
		}
		texts = append(texts, journal.TextID(id, d))
		if elsewhere[d] {
			continue
		}
		err = s.DeleteBlob(ctx, d.String())
		if err == nil {
			c.Blobs++
		} else if !errors.Is(err, store.ErrNotFound) {
			return c, err
		}
	}
	if texts != nil {
		if c.Texts, err = s.Drop(ctx, journal.TextKind, texts); err != nil {
			return c, err
		}
	}
	return c, journal.DropSnapshot(ctx, s, id)
}
