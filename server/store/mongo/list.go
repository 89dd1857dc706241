package mongo

import (
	"context"
	"fmt"
	"strings"

	"go.mongodb.org/mongo-driver/bson"

	"veche/server/store"
)

// An index value is stored as kind, value and ID in one string whose bytewise
// order is the order of a list, so that a list is one range of one index of one
// field. separator ends kind and value; within a value it and escape are
// escaped, so that no value's key begins with another's. No byte is NUL, at
// which some servers cut a string.
const (
	separator = '\x01'
	escape    = '\x02'
)

func indexKey(kind, value, id string) string {
	var b strings.Builder
	b.Grow(len(kind) + len(value) + len(id) + 4)
	b.WriteString(kind)
	b.WriteByte(separator)
	b.WriteString(escaped(value))
	b.WriteByte(separator)
	b.WriteString(id)
	return b.String()
}

var escaper = strings.NewReplacer("\x01", "\x02\x01", "\x02", "\x02\x02")

func escaped(value string) string { return escaper.Replace(value) }

// indexValue reads the value back.
func indexValue(kind, key string) (string, bool) {
	rest, ok := strings.CutPrefix(key, kind+string(separator))
	if !ok {
		return "", false
	}
	var b strings.Builder
	for i := 0; i < len(rest); i++ {
		switch rest[i] {
		case separator:
			return b.String(), true
		case escape:
			if i++; i == len(rest) {
				return "", false
			}
		}
		b.WriteByte(rest[i])
	}
	return "", false
}

// keyBound is the first key of a kind's index whose value is not below v, which
// may hold NUL although no value does: what comes after "a" and before all that
// begin with it is "a\x00".
func keyBound(kind, v string) string {
	head, _, nul := strings.Cut(v, "\x00")
	key := kind + string(separator) + escaped(head)
	if nul {
		key += string(escape)
	}
	return key
}

// idBound is the comparison that holds for IDs not below v (or below it), again
// without NUL.
func idBound(kind, v string, below bool) (op, key string) {
	head, _, nul := strings.Cut(v, "\x00")
	switch {
	case !nul && !below:
		op = "$gte"
	case !nul:
		op = "$lt"
	case !below:
		op = "$gt"
	default:
		op = "$lte"
	}
	return op, recordID(kind, head)
}

// List implements [store.Records]. It reads a page at a time and holds no
// cursor while f runs.
func (s *Store) List(ctx context.Context, kind, index string, r store.Range, limit int, f func(store.Record) error) error {
	fail := func(err error) error { return fmt.Errorf("list %s by %q: %w", kind, index, err) }
	if err := store.CheckWord("kind", kind); err != nil {
		return fail(err)
	}
	field := "_id"
	if index != "" {
		if err := store.CheckWord("index", index); err != nil {
			return fail(err)
		}
		field = "i." + index
	}
	from, to := span(kind, index, r)
	order := int64(1)
	if r.Desc {
		order = -1
	}
	for left := limit; ; {
		rows := int64(page)
		if limit > 0 {
			rows = int64(min(left, page))
		}
		filter := bson.D{{Key: field, Value: bson.D{from, to}}}
		docs, more, err := readPage[recordDoc](ctx, s, s.records, filter, bson.D{{Key: field, Value: order}}, rows)
		if err != nil {
			return fail(err)
		}
		for i := range docs {
			rec, err := docs[i].record()
			if err != nil {
				return fail(err)
			}
			// The place reached replaces the bound on that side.
			key := docs[i].ID
			if index != "" {
				key = docs[i].Index[index]
			}
			if r.Desc {
				to = bson.E{Key: "$lt", Value: key}
			} else {
				from = bson.E{Key: "$gt", Value: key}
			}
			if err := f(rec); err != nil {
				return err
			}
		}
		left -= len(docs)
		if !more || limit > 0 && left == 0 {
			return nil
		}
	}
}

// span is the range of keys that a list goes over.
func span(kind, index string, r store.Range) (from, to bson.E) {
	if index == "" {
		from = bson.E{Key: "$gte", Value: kind + "/"}
		to = bson.E{Key: "$lt", Value: kind + "0"} // the byte after the slash
		if r.From != "" {
			op, key := idBound(kind, r.From, false)
			from = bson.E{Key: op, Value: key}
		}
		if r.To != "" {
			op, key := idBound(kind, r.To, true)
			to = bson.E{Key: op, Value: key}
		}
		return from, to
	}
	from = bson.E{Key: "$gte", Value: keyBound(kind, r.From)}
	to = bson.E{Key: "$lt", Value: kind + string(rune(escape))} // the byte after the separator
	if r.To != "" {
		to = bson.E{Key: "$lt", Value: keyBound(kind, r.To)}
	}
	return from, to
}
