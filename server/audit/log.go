package audit

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
)

// The log of a bundle: a header, then entries in the order of the log.
//
//	"e" length bytes    one event's canonical bytes, its length a uvarint
//	"h" level hash      2^level events that are not in this bundle: their
//	                    complete subtree, level one byte, hash 32
//	"."                 the end
const logHeader = "veche-log-1\n"

// maxEvent is the longest event that is read.
const maxEvent = 8 << 20

// LogWriter writes the log of a bundle.
type LogWriter struct {
	w      *bufio.Writer
	err    error // the first, kept until Close
	whole  Cover
	hidden Cover
}

// NewLogWriter starts a log.
func NewLogWriter(w io.Writer) *LogWriter {
	l := &LogWriter{w: bufio.NewWriterSize(w, 1<<16)}
	l.put([]byte(logHeader))
	return l
}

func (l *LogWriter) put(b []byte) {
	if l.err == nil {
		_, l.err = l.w.Write(b)
	}
}

// Show writes the next event's bytes.
func (l *LogWriter) Show(event []byte) {
	l.flush()
	l.whole.Append(LeafHash(event))
	var head [1 + binary.MaxVarintLen64]byte
	head[0] = 'e'
	l.put(head[:1+binary.PutUvarint(head[1:], uint64(len(event)))])
	l.put(event)
}

// Hide leaves the next event's bytes out.
func (l *LogWriter) Hide(event []byte) {
	leaf := LeafHash(event)
	if l.hidden.size == 0 {
		l.hidden = Cover{Start: l.whole.size}
	}
	l.whole.Append(leaf)
	l.hidden.Append(leaf)
}

func (l *LogWriter) flush() {
	for _, t := range l.hidden.trees {
		l.put([]byte{'h', byte(t.Level)})
		l.put(t.Hash[:])
	}
	l.hidden = Cover{}
}

// Part ends a run of hidden events here, so that the root up to here can be told
// from the log.
func (l *LogWriter) Part() { l.flush() }

// Close writes the end and answers size and root of the log.
func (l *LogWriter) Close() (size uint64, root Hash, err error) {
	l.flush()
	l.put([]byte{'.'})
	if l.err == nil {
		l.err = l.w.Flush()
	}
	return l.whole.size, l.whole.Root(), l.err
}

// Leaf leaves the next event's bytes out but lets its leaf stand alone, so that
// whoever has the event can find it. Its bytes must not be guessable.
func (l *LogWriter) Leaf(event []byte) {
	l.flush()
	leaf := LeafHash(event)
	l.whole.Append(leaf)
	l.put([]byte{'h', 0})
	l.put(leaf[:])
}

// ReadLog reads a bundle's log: event gets the bytes of each event that is in
// it, valid until it returns. It answers the cover of the whole log.
func ReadLog(r io.Reader, event func(seq uint64, bytes []byte) error) (*Cover, error) {
	return ReadLeaves(r, event, func(uint64, Hash) {})
}

// ReadLeaves is ReadLog that also answers every leaf that stands in the log,
// with or without its event.
func ReadLeaves(r io.Reader, event func(seq uint64, bytes []byte) error, leaf func(seq uint64, h Hash)) (*Cover, error) {
	return readEntries(r, event, leaf, func(*Cover) {})
}

// ReadRoots answers the roots over the beginnings of a bundle's log that have
// these sizes; none of a beginning that ends within hidden events.
func ReadRoots(r io.Reader, sizes ...uint64) (map[uint64]Hash, error) {
	roots := map[uint64]Hash{}
	_, err := readEntries(r, func(uint64, []byte) error { return nil }, func(uint64, Hash) {}, func(c *Cover) {
		if slices.Contains(sizes, c.Len()) {
			roots[c.Len()] = c.Root()
		}
	})
	return roots, err
}

// readEntries reads a log; after gets the cover after each entry.
func readEntries(r io.Reader, event func(seq uint64, bytes []byte) error, leaf func(seq uint64, h Hash), after func(*Cover)) (*Cover, error) {
	b := bufio.NewReaderSize(r, 1<<16)
	head := make([]byte, len(logHeader))
	if _, err := io.ReadFull(b, head); err != nil || string(head) != logHeader {
		return nil, errors.New("it does not begin as a log of version 1 does")
	}
	whole := new(Cover)
	var buffer []byte
	for {
		tag, err := b.ReadByte()
		if err != nil {
			return nil, fmt.Errorf("it breaks off after event %d", whole.size)
		}
		switch tag {
		case 'e':
			n, err := binary.ReadUvarint(b)
			if err != nil || n > maxEvent {
				return nil, fmt.Errorf("event %d has no possible length", whole.size+1)
			}
			if uint64(cap(buffer)) < n {
				buffer = make([]byte, n)
			}
			buffer = buffer[:n]
			if _, err := io.ReadFull(b, buffer); err != nil {
				return nil, fmt.Errorf("it breaks off inside event %d", whole.size+1)
			}
			h := LeafHash(buffer)
			whole.Append(h)
			leaf(whole.size, h)
			if err := event(whole.size, buffer); err != nil {
				return nil, err
			}
			after(whole)
		case 'h':
			var t Subtree
			level, err := b.ReadByte()
			if err == nil {
				_, err = io.ReadFull(b, t.Hash[:])
			}
			if err != nil {
				return nil, fmt.Errorf("it breaks off after event %d", whole.size)
			}
			t.Level = int(level)
			if err := whole.AppendSubtree(t); err != nil {
				return nil, err
			}
			if t.Level == 0 {
				leaf(whole.size, t.Hash)
			}
			after(whole)
		case '.':
			if _, err := b.ReadByte(); err != io.EOF {
				return nil, errors.New("something follows its end")
			}
			return whole, nil
		default:
			return nil, fmt.Errorf("an entry after event %d is of no known kind", whole.size)
		}
	}
}
