package move

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
	"maps"
	"slices"

	"veche/server/store"
)

// content is what a store holds: a digest of each part.
type content struct {
	parts map[string][sha256.Size]byte
	Counts
}

// compare reads both sides and names the first part that differs.
func (c *copying) compare(ctx context.Context) (Counts, error) {
	from, err := c.read(ctx, c.From, "the source")
	if err != nil {
		return Counts{}, fmt.Errorf("reading the source again: %w", err)
	}
	to, err := c.read(ctx, c.To, "the target")
	if err != nil {
		return Counts{}, fmt.Errorf("reading the target: %w", err)
	}
	names := slices.Sorted(maps.Keys(from.parts))
	for name := range to.parts {
		if _, there := from.parts[name]; !there {
			names = append(names, name)
		}
	}
	for _, name := range names {
		if from.parts[name] != to.parts[name] {
			return to.Counts, fmt.Errorf("%s is not the same on both sides: was the source written meanwhile? Empty the target and begin anew", name)
		}
	}
	reached := map[string]uint64{}
	if err := c.To.Epochs(ctx, func(name string, epoch uint64) error { reached[name] = epoch; return nil }); err != nil {
		return to.Counts, err
	}
	err = c.From.Epochs(ctx, func(name string, epoch uint64) error {
		if !slices.Contains(c.Keep, name) && reached[name] < epoch {
			return fmt.Errorf("lease %s is at epoch %d in the target and %d in the source", name, reached[name], epoch)
		}
		return nil
	})
	return to.Counts, err
}

func (c *copying) read(ctx context.Context, s store.Movable, side string) (content, error) {
	all := content{parts: map[string][sha256.Size]byte{}}
	part := func(name string, read func(*sum) error) error {
		h := &sum{Hash: sha256.New()}
		if err := read(h); err != nil {
			return err
		}
		all.Bytes += h.bytes
		all.parts[name] = [sha256.Size]byte(h.Sum(nil))
		return nil
	}
	topics, err := s.Topics(ctx)
	if err != nil {
		return all, err
	}
	for _, topic := range topics {
		all.Topics++
		err := part("the log of topic "+topic, func(h *sum) error {
			return s.ReadAfter(ctx, topic, 0, func(b store.Batch) error {
				all.Batches++
				c.tell("comparing: topic %s of %s, event %d", topic, side, b.Last)
				h.numbers(b.No, b.First, b.Last, b.Epoch)
				h.field(b.Bytes)
				return nil
			})
		})
		if err != nil {
			return all, err
		}
	}
	kinds, err := s.Kinds(ctx)
	if err != nil {
		return all, err
	}
	for _, kind := range kinds {
		if kind == kindNote {
			continue
		}
		err := part("what there is of kind "+kind, func(h *sum) error {
			return s.List(ctx, kind, "", store.Range{}, 0, func(r store.Record) error {
				all.Records++
				c.tell("comparing: records of %s, %d", side, all.Records)
				h.field([]byte(r.ID))
				h.numbers(r.Rev, uint64(len(r.Index)))
				for _, name := range slices.Sorted(maps.Keys(r.Index)) {
					h.field([]byte(name))
					h.field([]byte(r.Index[name]))
				}
				h.field(r.Data)
				return nil
			})
		})
		if err != nil {
			return all, err
		}
	}
	return all, part("the list of blobs", func(h *sum) error {
		digests, err := s.BlobList(ctx)
		if err != nil {
			return err
		}
		for i, digest := range digests {
			c.tell("comparing: blobs of %s, %d of %d", side, i, len(digests))
			n, err := drain(ctx, s, digest)
			if err != nil {
				return err
			}
			h.field([]byte(digest))
			h.bytes += n
		}
		all.Blobs = len(digests)
		return nil
	})
}

// sum is a digest over fields that cannot run into each other.
type sum struct {
	hash.Hash
	bytes int64 // of content
}

func (s *sum) numbers(values ...uint64) {
	for _, v := range values {
		var b [8]byte
		binary.BigEndian.PutUint64(b[:], v)
		s.Write(b[:])
	}
}

func (s *sum) field(b []byte) {
	s.numbers(uint64(len(b)))
	s.Write(b)
	s.bytes += int64(len(b))
}
