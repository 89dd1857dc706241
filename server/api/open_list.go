package api

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"veche/server/catalogue"
	"veche/server/similar"
	"veche/server/topic"
)

// How many entries a page of the open interface has, and how many at most.
const (
	openPage = 50
	openMost = 500
)

type openListView struct {
	Licence Licence           `json:"licence"`
	Total   int               `json:"total"`
	Entries []catalogue.Entry `json:"entries"`
	Next    *string           `json:"next"` // where the next page is, null on the last
}

type openSearchView struct {
	Licence Licence                `json:"licence"`
	Total   int                    `json:"total"`
	Kinds   map[catalogue.Kind]int `json:"kinds"`
	Entries []catalogue.Entry      `json:"entries"`
	Next    *string                `json:"next"`
}

// openQuery reads the filters that all lists share.
func openQuery(c *fiber.Ctx) (q catalogue.Query, err error) {
	q.District, q.Theme, q.Status = c.Query("district"), c.Query("theme"), catalogue.Status(c.Query("status"))
	if !q.Status.Known() {
		return q, refuse("malformed", "status should be one of those of /vocabularies or a kind of step, not "+strconv.Quote(c.Query("status")))
	}
	for _, d := range []struct {
		name string
		to   *int64
	}{{"from", &q.From}, {"to", &q.To}} {
		text := c.Query(d.name)
		if text == "" {
			continue
		}
		day, err := time.Parse(time.DateOnly, text)
		if err != nil {
			return q, refuse("malformed", d.name+" should be a day such as 2026-03-31, not "+strconv.Quote(text))
		}
		if d.name == "to" {
			day = day.AddDate(0, 0, 1) // the day itself counts
		}
		*d.to = day.UnixMilli()
	}
	limit, err := query(c, "limit", openPage, openMost)
	q.Limit = int(max(limit, 1))
	return q, err
}

// cursor reads where a page begins.
func cursor(c *fiber.Ctx) (uint32, error) {
	text := c.Query("cursor")
	if text == "" {
		return 0, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err == nil {
		var n uint64
		if n, err = strconv.ParseUint(string(b), 36, 31); err == nil {
			return uint32(n), nil
		}
	}
	return 0, refuse("malformed", "this cursor is none of ours: begin without one")
}

// next answers the address of the page at a cursor, and links to it.
func (a *API) next(c *fiber.Ctx, at uint32) *string {
	u, err := url.Parse(c.OriginalURL())
	if err != nil {
		return nil
	}
	q := u.Query()
	q.Set("cursor", base64.RawURLEncoding.EncodeToString([]byte(strconv.FormatUint(uint64(at), 36))))
	u.RawQuery = q.Encode()
	to := u.String()
	c.Append(fiber.HeaderLink, "<"+to+`>; rel="next"`)
	return &to
}

func (a *API) openSearch(c *fiber.Ctx) error {
	q, err := openQuery(c)
	if err != nil {
		return err
	}
	q.Text, q.Lang, q.Kind, q.Topic = strings.TrimSpace(c.Query("q")), c.Query("lang"), catalogue.Kind(c.Query("kind")), c.Query("topic")
	if len(q.Text) > maxSearch {
		return refuse("invalid", "the text to search for is too long: use fewer words")
	}
	if q.Kind != "" && !slices.Contains(catalogue.Kinds, q.Kind) {
		return refuse("invalid", "there is no kind "+strconv.Quote(string(q.Kind))+": use topic, idea, proposal or answer")
	}
	cluster, err := query(c, "cluster", 0, 1<<31)
	if err != nil {
		return err
	}
	only, err := query(c, "number", 0, 1<<31)
	if err != nil {
		return err
	}
	at, err := cursor(c)
	if err != nil {
		return err
	}
	q.Offset, q.Cluster, q.Number = int(at), uint32(cluster), uint32(only)
	return openAnswer(a, c, func() (any, error) {
		leave, err := a.searches.enter(c.UserContext(), searchWait)
		if err != nil {
			return nil, err
		}
		defer leave()
		found, err := a.Catalogue.Search(c.UserContext(), q, a.uris(c))
		if err != nil {
			return nil, err
		}
		for i := range found.Entries {
			if e := &found.Entries[i]; q.Text != "" {
				e.Marks = similar.Marks(e.Text, e.Lang, q.Text)
			}
		}
		v := openSearchView{Licence: a.Open.Licence, Total: found.Total, Kinds: found.Kinds, Entries: found.Entries}
		if q.Offset+q.Limit < found.Total {
			v.Next = a.next(c, uint32(q.Offset+q.Limit))
		}
		return v, nil
	})
}

func (a *API) openTopics(c *fiber.Ctx) error {
	q, err := openQuery(c)
	if err != nil {
		return err
	}
	at, err := cursor(c)
	if err != nil {
		return err
	}
	q.Kind, q.Offset = catalogue.KindTopic, int(at)
	return openAnswer(a, c, func() (any, error) {
		found, err := a.Catalogue.Search(c.UserContext(), q, a.uris(c))
		if err != nil {
			return nil, err
		}
		v := openListView{Licence: a.Open.Licence, Total: found.Total, Entries: found.Entries}
		if q.Offset+q.Limit < found.Total {
			v.Next = a.next(c, uint32(q.Offset+q.Limit))
		}
		return v, nil
	})
}

// openKind is the kind of the entries that an address lists.
func openKind(c *fiber.Ctx) catalogue.Kind {
	parts := strings.Split(c.Route().Path, "/") // "", api, open, v1, topics, :topic, ideas
	name, _, _ := strings.Cut(parts[6], ".")
	return map[string]catalogue.Kind{"ideas": catalogue.KindIdea, "proposals": catalogue.KindProposal, "answers": catalogue.KindAnswer}[name]
}

func (a *API) openList(c *fiber.Ctx) error {
	q, err := openQuery(c)
	if err != nil {
		return err
	}
	cluster, err := query(c, "cluster", 0, 1<<31)
	if err != nil {
		return err
	}
	if q.After, err = cursor(c); err != nil {
		return err
	}
	q.Topic, q.Kind, q.ByNumber, q.Cluster = c.Params("topic"), openKind(c), true, uint32(cluster)
	return openAnswer(a, c, func() (any, error) {
		limit := q.Limit
		q.Limit++ // one more, to know whether there is a next page
		found, err := a.Catalogue.Search(c.UserContext(), q, a.uris(c))
		if err != nil {
			return nil, err
		}
		v := openListView{Licence: a.Open.Licence, Total: found.Total, Entries: found.Entries}
		if len(v.Entries) > limit {
			v.Entries = v.Entries[:limit]
			v.Next = a.next(c, v.Entries[limit-1].Number)
		}
		return v, nil
	})
}

// openRecord is a record with the licence beside its fields.
type openRecord struct {
	Licence Licence `json:"licence"`
	catalogue.Entry
}

func (a *API) openTopic(c *fiber.Ctx) error {
	return a.openEntry(c, catalogue.Query{Kind: catalogue.KindTopic})
}

func (a *API) openOne(c *fiber.Ctx) error {
	n, err := number(c, "number")
	if err != nil {
		return err
	}
	if n == 0 {
		return fiber.ErrNotFound
	}
	return a.openEntry(c, catalogue.Query{Kind: openKind(c), Number: n})
}

func (a *API) openEntry(c *fiber.Ctx, q catalogue.Query) error {
	q.Topic, q.Limit = c.Params("topic"), 1
	return openAnswer(a, c, func() (any, error) {
		found, err := a.Catalogue.Search(c.UserContext(), q, a.uris(c))
		if err != nil {
			return nil, err
		}
		if len(found.Entries) == 0 {
			return nil, topic.NewFault(topic.CodeNotFound, "there is no %s %d, or it is not for everyone to read", q.Kind, q.Number)
		}
		return openRecord{a.Open.Licence, found.Entries[0]}, nil
	})
}

// Resolve leads from a lasting address, its part after /id/, to where people read
// what it names, or programs where they ask for JSON.
func Resolve(c *fiber.Ctx) error {
	page, data, ok := catalogue.PageOf(c.Params("*"))
	if !ok {
		return fiber.ErrNotFound
	}
	c.Vary(fiber.HeaderAccept)
	if c.Accepts(fiber.MIMETextHTML, fiber.MIMEApplicationJSON) == fiber.MIMEApplicationJSON {
		return c.Redirect(OpenBase+data, http.StatusSeeOther)
	}
	return c.Redirect(page, http.StatusSeeOther)
}
