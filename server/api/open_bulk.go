package api

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"veche/server/catalogue"
	"veche/server/export"
	"veche/server/topic"
)

// bulkPage is how many entries a whole list is read by at a time.
const bulkPage = 2000

// wholeList is all entries of a kind as a file that has no name: it goes when
// nobody reads it any more.
type wholeList struct {
	file *os.File
	size int64
	sum  [sha256.Size]byte
}

// listKey names the state that a list was made from, and the address in it.
type listKey struct {
	seq  uint64
	base catalogue.URIs
}

// wholeForm is how a whole list is written, with the end of its address.
type wholeForm struct {
	ext, media string
	write      func(w io.Writer, next func() ([]catalogue.Entry, error)) error
}

var wholes = []wholeForm{
	{".ndjson", "application/x-ndjson", writeLines},
	{".csv", "text/csv", writeTable},
}

// wholeOf answers all entries of a kind in a form, made once for all who ask while
// nothing changes.
func (a *API) wholeOf(c *fiber.Ctx, id string, kind catalogue.Kind, form int) (*wholeList, error) {
	view, err := a.Journal.View(c.UserContext(), id)
	if err != nil {
		return nil, err
	}
	uris := a.uris(c)
	key := func() (k listKey) {
		view.Read(func(s *topic.State, _ uint64) { k = listKey{s.Seq, uris} })
		return k
	}
	return a.lists.Of(id+"/"+string(kind)+wholes[form].ext, key, func() (listKey, *wholeList, error) {
		leave, err := a.bundles.enter(c.UserContext(), searchWait)
		if err != nil {
			return listKey{}, nil, err
		}
		defer leave()
		k := key()
		l, err := spool(func(w io.Writer) error { return wholes[form].write(w, a.pages(c.UserContext(), id, kind, uris)) })
		return k, l, err
	})
}

// spool writes into a file without a name.
func spool(write func(io.Writer) error) (*wholeList, error) {
	f, err := os.CreateTemp("", "veche-open-")
	if err != nil {
		return nil, fmt.Errorf("a file for a list of open data: %w", err)
	}
	if err := os.Remove(f.Name()); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	l, h := &wholeList{file: f}, sha256.New()
	w := bufio.NewWriterSize(io.MultiWriter(f, h), 1<<16)
	if err := errors.Join(write(w), w.Flush()); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	l.size, err = f.Seek(0, io.SeekCurrent)
	h.Sum(l.sum[:0])
	return l, err
}

// pages reads a list page by page; an empty page ends it.
func (a *API) pages(ctx context.Context, id string, kind catalogue.Kind, uris catalogue.URIs) func() ([]catalogue.Entry, error) {
	q := catalogue.Query{Topic: id, Kind: kind, ByNumber: true, Limit: bulkPage}
	return func() ([]catalogue.Entry, error) {
		found, err := a.Catalogue.Search(ctx, q, uris)
		if err != nil || len(found.Entries) == 0 {
			return nil, err
		}
		q.After = found.Entries[len(found.Entries)-1].Number
		return found.Entries, nil
	}
}

// openWhole answers a whole list as a file.
func (a *API) openWhole(c *fiber.Ctx) error {
	if have, err := a.unchanged(c); have || err != nil {
		return err
	}
	form := slices.IndexFunc(wholes, func(x wholeForm) bool { return strings.HasSuffix(c.Path(), x.ext) })
	id, kind := c.Params("topic"), openKind(c)
	l, err := a.wholeOf(c, id, kind, form)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, wholes[form].media+"; charset=utf-8")
	c.Set(fiber.HeaderContentDisposition, fmt.Sprintf("attachment; filename=%q", id+"-"+string(kind)+"s"+wholes[form].ext))
	c.Set("Repr-Digest", "sha-256=:"+base64.StdEncoding.EncodeToString(l.sum[:])+":")
	return c.SendStream(io.NewSectionReader(l.file, 0, l.size), int(l.size))
}

func writeLines(w io.Writer, next func() ([]catalogue.Entry, error)) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	for {
		page, err := next()
		if err != nil || len(page) == 0 {
			return err
		}
		for i := range page {
			if err := e.Encode(&page[i]); err != nil {
				return err
			}
		}
	}
}

// openColumns are those of tables of entries.
var openColumns = []any{"uri", "number", "time", "lang", "title", "text", "status", "districts", "themes", "cluster", "cluster_title", "item", "rank", "agree_share", "votes", "proposal", "cost", "decision", "reason", "budget", "responsible"}

func writeTable(w io.Writer, next func() ([]catalogue.Entry, error)) error {
	out, err := export.NewCSV(w, false)
	if err != nil {
		return err
	}
	if err := out.Row(openColumns...); err != nil {
		return err
	}
	for {
		page, err := next()
		if err != nil {
			return err
		}
		if len(page) == 0 {
			return out.Flush()
		}
		for i := range page {
			if err := out.Row(cellsOf(&page[i])...); err != nil {
				return err
			}
		}
	}
}

// cellsOf is an entry as a row of openColumns.
func cellsOf(e *catalogue.Entry) []any {
	none := any("")
	row := []any{e.URI, e.Number, time.UnixMilli(e.Time).UTC().Format(time.RFC3339), e.Lang, e.Title, e.Text, string(e.Status), strings.Join(e.Districts, "; "), strings.Join(e.Themes, "; ")}
	if e.Cluster != nil {
		row = append(row, e.Cluster.Number, e.Cluster.Title)
	} else {
		row = append(row, none, none)
	}
	if len(e.Items) > 0 {
		x := e.Items[0]
		row = append(row, x.Number, x.Rank, x.AgreeShare, x.Votes)
	} else {
		row = append(row, none, none, none, none)
	}
	if e.Proposal != nil {
		row = append(row, e.Proposal.Number, e.Cost)
	} else {
		row = append(row, none, e.Cost)
	}
	if x := e.Answer; x != nil {
		return append(row, string(x.Decision), x.Reason, x.Budget, x.Responsible)
	}
	return append(row, none, none, none, none)
}
