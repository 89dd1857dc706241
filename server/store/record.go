package store

import (
	"bytes"
	"fmt"
	"maps"
	"strings"
	"unicode/utf8"
)

// Limits of what a record is found by, so that it can be indexed anywhere.
const (
	MaxKey     = 256 // bytes of a topic, ID, lease name or owner
	MaxValue   = 512 // bytes of an index value
	MaxIndexes = 8   // indexes of one record
)

// Record is one small mutable document, changed by compare-and-set on Rev
// only.
type Record struct {
	Kind  string            // lower-case word: a-z, 0-9, '-', '_', at most 32 bytes
	ID    string            // unique within Kind
	Rev   uint64            // 0 = must not exist yet; stored with Rev+1
	Index map[string]string // index name (as Kind) → value; values sort bytewise
	Data  []byte            // at most MaxBytes
}

// Range selects index values. To list on from a page's last record, make the
// values unique (let them end in the ID) and set From to that value + "\x00",
// or, descending, To to that value.
type Range struct {
	From string // inclusive; empty = from the first
	To   string // exclusive; empty = to the last
	Desc bool
}

// Check tells whether the record is well formed, as [ErrInvalid].
func (r Record) Check() error {
	bad := func(format string, args ...any) error {
		return fmt.Errorf("%w: record %s/%s: %s", ErrInvalid, r.Kind, r.ID, fmt.Sprintf(format, args...))
	}
	switch {
	case !validWord(r.Kind):
		return bad("kind %q: want 1 to 32 of a-z, 0-9, '-', '_'", r.Kind)
	case !validKey(r.ID):
		return bad("id: want 1 to %d bytes of UTF-8 without NUL", MaxKey)
	case r.Rev >= maxSeq:
		return bad("rev %d is too large", r.Rev)
	case len(r.Index) > MaxIndexes:
		return bad("%d indexes, at most %d", len(r.Index), MaxIndexes)
	case len(r.Data) > MaxBytes:
		return bad("%d bytes, at most %d", len(r.Data), MaxBytes)
	}
	for name, value := range r.Index {
		if !validWord(name) || len(value) > MaxValue || !utf8.ValidString(value) || strings.IndexByte(value, 0) >= 0 {
			return bad("index %q = %q: want a word and at most %d bytes of UTF-8 without NUL", name, value, MaxValue)
		}
	}
	return nil
}

// CheckNew tells whether the record is well formed and new, as [ErrInvalid].
func (r Record) CheckNew() error {
	if r.Rev != 0 {
		return fmt.Errorf("%w: new record %s/%s has rev %d, want 0", ErrInvalid, r.Kind, r.ID, r.Rev)
	}
	return r.Check()
}

// SameContent tells whether two records of one kind and ID hold the same Data
// and Index, whatever their Rev.
func (r Record) SameContent(o Record) bool {
	return bytes.Equal(r.Data, o.Data) && maps.Equal(r.Index, o.Index)
}

func validKey(s string) bool {
	return s != "" && len(s) <= MaxKey && utf8.ValidString(s) && strings.IndexByte(s, 0) < 0
}

func validWord(s string) bool {
	if s == "" || len(s) > 32 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_' {
			return false
		}
	}
	return true
}
