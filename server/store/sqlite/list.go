package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"veche/server/store"
)

// List implements [store.Records]. It reads a few MiB at a time and holds no
// transaction while f runs.
func (s *Store) List(ctx context.Context, kind, index string, r store.Range, limit int, f func(store.Record) error) error {
	fail := func(err error) error { return fmt.Errorf("list %s by %q: %w", kind, index, err) }
	if err := store.CheckWord("kind", kind); err != nil {
		return fail(err)
	}
	if index != "" {
		if err := store.CheckWord("index", index); err != nil {
			return fail(err)
		}
	}
	p := listing{kind: kind, index: index, Range: r}
	for left := limit; ; {
		p.rows = maxPage
		if limit > 0 {
			p.rows = min(left, maxPage)
		}
		q, args := p.query()
		var page []store.Record
		size, cut := 0, false
		err := s.query(ctx, q, args, func(rows *sql.Rows) (bool, error) {
			rec, err := scanRecord(rows, kind, &p.value)
			if err != nil {
				return false, err
			}
			p.id, p.begun = rec.ID, true
			page = append(page, rec)
			size += len(rec.Data)
			cut = size >= maxPageBytes
			return !cut, nil
		})
		if err != nil {
			return fail(err)
		}
		for _, rec := range page {
			if err := f(rec); err != nil {
				return err
			}
		}
		left -= len(page)
		if len(page) < p.rows && !cut || limit > 0 && left == 0 {
			return nil
		}
	}
}

// listing is a place in a list: what is asked for, and the last record given.
type listing struct {
	store.Range
	kind, index string
	rows        int
	begun       bool
	value, id   string
}

// query makes the statement for the next page. Each form is one range of one
// index, read in its order.
func (p *listing) query() (string, []any) {
	var q strings.Builder
	args := []any{p.kind}
	value := "r.id"
	if p.index == "" {
		q.WriteString("SELECT r.id, r.rev, r.idx, r.data, '' FROM records r WHERE r.kind = ?")
	} else {
		value = "x.value"
		q.WriteString("SELECT r.id, r.rev, r.idx, r.data, x.value FROM record_index x CROSS JOIN records r ON r.row = x.row WHERE x.kind = ? AND x.name = ?")
		args = append(args, p.index)
	}
	bound := func(op, v string) {
		fmt.Fprintf(&q, " AND %s %s ?", value, op)
		args = append(args, v)
	}
	// The place reached replaces the bound on that side.
	after := func(op string) {
		if p.index == "" {
			bound(op, p.id)
			return
		}
		fmt.Fprintf(&q, " AND (x.value, x.id) %s (?, ?)", op)
		args = append(args, p.value, p.id)
	}
	switch {
	case p.begun && !p.Desc:
		after(">")
	case p.From != "":
		bound(">=", p.From)
	}
	switch {
	case p.begun && p.Desc:
		after("<")
	case p.To != "":
		bound("<", p.To)
	}
	order := ""
	if p.Desc {
		order = " DESC"
	}
	q.WriteString(" ORDER BY " + value + order)
	if p.index != "" {
		q.WriteString(", x.id" + order)
	}
	q.WriteString(" LIMIT ?")
	return q.String(), append(args, p.rows)
}
