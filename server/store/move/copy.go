package move

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"veche/server/store"
)

const (
	kindNote = "migration"
	noteID   = "target"

	rowsAtOnce  = 500
	bytesAtOnce = 4 << 20
	tellEvery   = 2 * time.Second
)

// note stands in a target that is being filled.
type note struct {
	Source string `json:"source"`
	Kind   string `json:"kind,omitempty"` // records up to this one have come
	ID     string `json:"id,omitempty"`
}

// Whole tells whether a store may be worked on: no copy into it was begun that
// has not ended.
func Whole(ctx context.Context, s store.Records) error {
	n, _, err := readNote(ctx, s)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return fmt.Errorf("this store is half filled from %s: run veche migrate again until it says that all is there", n.Source)
}

func readNote(ctx context.Context, s store.Records) (n note, rev uint64, err error) {
	r, err := s.Get(ctx, kindNote, noteID)
	if err == nil {
		err = json.Unmarshal(r.Data, &n)
	}
	return n, r.Rev, err
}

// Order says what to copy.
type Order struct {
	From, To store.Movable
	Source   string // names From to people and to a copy that goes on
	// Keep are leases whose epochs stay as they are: those held by whoever copies.
	Keep []string
	// Tell is called now and then with what is being done.
	Tell func(string)
}

// Counts are how much was compared.
type Counts struct {
	Topics, Batches, Records, Blobs int
	Bytes                           int64
}

func (c Counts) String() string {
	return fmt.Sprintf("%d topics with %d batches, %d records, %d blobs, %d bytes", c.Topics, c.Batches, c.Records, c.Blobs, c.Bytes)
}

// copying is one copy under way.
type copying struct {
	Order
	note note
	rev  uint64 // of the note
	told time.Time
}

// Copy fills o.To, which must be empty or half filled from the same source, and
// compares both. It answers how much there is.
func Copy(ctx context.Context, o Order) (Counts, error) {
	if o.Tell == nil {
		o.Tell = func(string) {}
	}
	c := &copying{Order: o, told: time.Now()}
	if err := Whole(ctx, o.From); err != nil {
		return Counts{}, err
	}
	if err := c.begin(ctx); err != nil {
		return Counts{}, err
	}
	for _, step := range []func(context.Context) error{c.blobs, c.records, c.logs, c.epochs} {
		if err := step(ctx); err != nil {
			return Counts{}, err
		}
	}
	o.Tell("comparing both sides")
	counts, err := c.compare(ctx)
	if err != nil {
		return counts, err
	}
	if err := o.To.Delete(ctx, kindNote, noteID, c.rev); err != nil {
		return counts, fmt.Errorf("all is there, but its mark was not removed: %w", err)
	}
	return counts, nil
}

// begin leaves the note in an empty target, or finds its own.
func (c *copying) begin(ctx context.Context) (err error) {
	c.note, c.rev, err = readNote(ctx, c.To)
	if err == nil {
		if c.note.Source != c.Source {
			return fmt.Errorf("the target is half filled from %s, not from %s: end that first, or name an empty target", c.note.Source, c.Source)
		}
		c.Tell("going on where it was cut off")
		return nil
	}
	if !errors.Is(err, store.ErrNotFound) {
		return err
	}
	topics, err := c.To.Topics(ctx)
	if err != nil {
		return err
	}
	kinds, err := c.To.Kinds(ctx)
	if err != nil {
		return err
	}
	if len(topics) > 0 || len(kinds) > 0 {
		return fmt.Errorf("the target holds an installation already (%d topics): name an empty one", len(topics))
	}
	c.note = note{Source: c.Source}
	return c.mark(ctx)
}

// mark writes down how far the records have come.
func (c *copying) mark(ctx context.Context) error {
	data, err := json.Marshal(c.note)
	if err != nil {
		return err
	}
	c.rev, err = c.To.PutIfRev(ctx, store.Record{Kind: kindNote, ID: noteID, Rev: c.rev, Data: data})
	return err
}

// tell reports, not too often.
func (c *copying) tell(format string, args ...any) {
	if time.Since(c.told) >= tellEvery {
		c.told = time.Now()
		c.Tell(fmt.Sprintf(format, args...))
	}
}

func (c *copying) blobs(ctx context.Context) error {
	digests, err := c.From.BlobList(ctx)
	if err != nil {
		return err
	}
	there, err := c.To.BlobList(ctx)
	if err != nil {
		return err
	}
	for i, digest := range digests {
		if _, have := slices.BinarySearch(there, digest); have {
			continue
		}
		c.tell("blobs: %d of %d", i, len(digests))
		r, err := c.From.GetBlob(ctx, digest)
		if err != nil {
			return err
		}
		if err := errors.Join(c.To.PutBlob(ctx, digest, r), r.Close()); err != nil {
			return err
		}
	}
	return nil
}

func (c *copying) records(ctx context.Context) error {
	kinds, err := c.From.Kinds(ctx)
	if err != nil {
		return err
	}
	for _, kind := range kinds {
		if kind < c.note.Kind {
			continue
		}
		var span store.Range
		if kind == c.note.Kind {
			span.From = c.note.ID + "\x00"
		}
		if err := c.recordsOf(ctx, kind, span); err != nil {
			return err
		}
	}
	return nil
}

func (c *copying) recordsOf(ctx context.Context, kind string, span store.Range) error {
	var rows []store.Record
	size, done := 0, 0
	flush := func() error {
		if len(rows) == 0 {
			return nil
		}
		if err := c.To.Restore(ctx, rows); err != nil {
			return err
		}
		done += len(rows)
		c.tell("records of kind %s: %d", kind, done)
		c.note.Kind, c.note.ID = kind, rows[len(rows)-1].ID
		rows, size = rows[:0], 0
		return c.mark(ctx)
	}
	err := c.From.List(ctx, kind, "", span, 0, func(r store.Record) error {
		rows = append(rows, r)
		if size += len(r.Data); len(rows) >= rowsAtOnce || size >= bytesAtOnce {
			return flush()
		}
		return nil
	})
	if err != nil {
		return err
	}
	return flush()
}

func (c *copying) logs(ctx context.Context) error {
	topics, err := c.From.Topics(ctx)
	if err != nil {
		return err
	}
	for _, topic := range topics {
		tail, err := c.To.Tail(ctx, topic)
		if err != nil {
			return err
		}
		err = c.From.ReadAfter(ctx, topic, tail.Last, func(b store.Batch) error {
			c.tell("topic %s: event %d", topic, b.Last)
			return c.To.AppendBatch(ctx, b, nil)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (c *copying) epochs(ctx context.Context) error {
	return c.From.Epochs(ctx, func(name string, epoch uint64) error {
		if slices.Contains(c.Keep, name) {
			return nil
		}
		return c.To.RestoreEpoch(ctx, name, epoch)
	})
}

// drain reads a blob to its end, which checks its digest.
func drain(ctx context.Context, s store.Blobs, digest string) (int64, error) {
	r, err := s.GetBlob(ctx, digest)
	if err != nil {
		return 0, err
	}
	n, err := io.Copy(io.Discard, r)
	return n, errors.Join(err, r.Close())
}
