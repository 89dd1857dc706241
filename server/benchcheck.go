package server

import (
	"context"
	"fmt"
	"io"
	"sync/atomic"

	"veche/server/store"
	"veche/server/topic"
)

// BenchReads counts what a server reads from its store.
type BenchReads struct {
	Logs    atomic.Int64 // readings of a topic's log
	Texts   atomic.Int64 // readings of remarks' texts, any number at once
	Records atomic.Int64 // single records: sessions, keys, pseudonyms
}

func (r *BenchReads) wrap(s store.Store) store.Store { return &readCounter{s, r} }

// readCounter is a store whose readings are counted.
type readCounter struct {
	store.Store
	reads *BenchReads
}

func (c *readCounter) ReadAfter(ctx context.Context, topicID string, seq uint64, f func(store.Batch) error) error {
	c.reads.Logs.Add(1)
	return c.Store.ReadAfter(ctx, topicID, seq, f)
}

func (c *readCounter) GetMany(ctx context.Context, kind string, ids []string) ([]store.Record, error) {
	c.reads.Texts.Add(1)
	return c.Store.GetMany(ctx, kind, ids)
}

func (c *readCounter) Get(ctx context.Context, kind, id string) (store.Record, error) {
	c.reads.Records.Add(1)
	return c.Store.Get(ctx, kind, id)
}

func (c *readCounter) List(ctx context.Context, kind, index string, r store.Range, limit int, f func(store.Record) error) error {
	c.reads.Records.Add(1)
	return c.Store.List(ctx, kind, index, r, limit, f)
}

func (c *readCounter) GetBlob(ctx context.Context, digest string) (io.ReadCloser, error) {
	c.reads.Records.Add(1)
	return c.Store.GetBlob(ctx, digest)
}

// BenchRemarks calls f with the text of every remark of a town that no server
// has open, in the order of the log, "" where the text is missing.
func BenchRemarks(ctx context.Context, data string, f func(text string)) error {
	return readBench(ctx, data, func(s *Server) error {
		var digests []topic.Digest
		err := s.benchEvents(ctx, func(e *topic.Event) {
			if r, ok := e.Body.(*topic.RemarkPosted); ok {
				digests = append(digests, r.Text)
			}
		})
		if err != nil {
			return err
		}
		texts, err := s.Journal.Texts(ctx, benchTopic, digests)
		if err != nil {
			return err
		}
		for _, d := range digests {
			f(string(texts[d].Body))
		}
		return nil
	})
}

// BenchVotes calls f with every vote of a town that no server has open.
func BenchVotes(ctx context.Context, data string, f func(ballot uint64, item uint32)) error {
	return readBench(ctx, data, func(s *Server) error {
		return s.benchEvents(ctx, func(e *topic.Event) {
			if v, ok := e.Body.(*topic.Voted); ok {
				f(e.Actor.Number, v.Item)
			}
		})
	})
}

func readBench(ctx context.Context, data string, read func(s *Server) error) error {
	s, err := Open(ctx, Options{Data: data, ReadOnly: true})
	if err != nil {
		return err
	}
	defer s.Close() // it only reads
	return read(s)
}

// benchEvents reads the log, which must be without a gap.
func (s *Server) benchEvents(ctx context.Context, f func(e *topic.Event)) error {
	next := uint64(1)
	return s.Journal.ReadAfter(ctx, benchTopic, 0, func(e *topic.Event) error {
		if e.Seq != next {
			return fmt.Errorf("the log goes from seq %d to %d", next-1, e.Seq)
		}
		next++
		f(e)
		return nil
	})
}
