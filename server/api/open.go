package api

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/gofiber/fiber/v2"

	"veche/server/catalogue"
	"veche/server/journal"
	"veche/server/limit"
	"veche/server/topic"
)

// OpenBase is where the open read interface is.
const OpenBase = "/api/open/v1"

// Licence is that of the open data.
type Licence struct {
	Name string `json:"name"`
	URL  string `json:"url"`
}

// OpenData is how an installation gives its open data.
type OpenData struct {
	Licence   Licence
	Publisher string                   // "" for the installation's address
	PerSecond int                      // requests of one address, over time
	Burst     int                      // at once
	Address   func(*fiber.Ctx) string  // whom a request comes from
	Network   func(*fiber.Ctx) string  // from where; "" for this machine
	Base      func(host string) string // the installation's own address
}

//go:embed openapi.yaml
var openAPI []byte

// openRoute is one line of the open interface. It knows nobody: no cookie is read.
type openRoute struct {
	path, summary string
	handle        func(a *API, c *fiber.Ctx) error
}

var openRoutes []openRoute

func init() {
	openRoutes = []openRoute{
		{"/", "What this interface offers", (*API).openIndex},
		{"/openapi.yaml", "Its description as OpenAPI 3.1", (*API).openDescription},
		{"/catalog.jsonld", "What data there are (DCAT-AP)", (*API).openCatalogue},
		{"/search", "Search topics, ideas, proposals and answers", (*API).openSearch},
		{"/vocabularies", "Districts, themes and features of all topics", (*API).openVocabularies},
		{"/topics", "All topics", (*API).openTopics},
		{"/topics/:topic", "One topic", (*API).openTopic},
		{"/topics/:topic/catalog.jsonld", "What data of the topic there are (DCAT-AP)", (*API).openCatalogue},
		{"/topics/:topic/changes", "What changed after an event, and what went", (*API).openChanges},
		{"/topics/:topic/events", "The public history", (*API).openEvents},
		{"/topics/:topic/record", "The signed checkpoint of the whole record, and what witnesses signed", (*API).openRecord},
		{"/topics/:topic/record/consistency", "The proof that an older record is the beginning of the signed one", (*API).openConsistency},
		{"/topics/:topic/record/groups/:number", "The proof of 64 neighbouring entries of the record", (*API).openGroup},
		{"/topics/:topic/clusters", "Groups of similar ideas", (*API).openClusters},
		{"/topics/:topic/clusters/:number", "One group", (*API).openClusters},
		{"/topics/:topic/items", "The rating list, with the ranking once it is public", (*API).openItems},
		{"/topics/:topic/items/:number", "One rating item", (*API).openItems},
		{"/topics/:topic/ideas.ndjson", "All ideas, a JSON object a line", (*API).openWhole},
		{"/topics/:topic/ideas.csv", "All ideas as a table", (*API).openWhole},
		{"/topics/:topic/ideas", "Ideas by number", (*API).openList},
		{"/topics/:topic/ideas/:number", "One idea", (*API).openOne},
		{"/topics/:topic/proposals.ndjson", "All proposals, a JSON object a line", (*API).openWhole},
		{"/topics/:topic/proposals.csv", "All proposals as a table", (*API).openWhole},
		{"/topics/:topic/proposals", "Proposals by number", (*API).openList},
		{"/topics/:topic/proposals/:number", "One proposal", (*API).openOne},
		{"/topics/:topic/answers", "The city's answers, by the proposal's number", (*API).openList},
		{"/topics/:topic/answers/:number", "The answer to one proposal", (*API).openOne},
	}
}

// mountOpen puts the open interface under r.
func (a *API) mountOpen(r fiber.Router) {
	rand.Read(a.openSalt[:]) // never fails
	a.visitors = limit.NewCrowd(limit.Rate{PerSecond: float64(a.Open.PerSecond), Burst: a.Open.Burst}, a.Clock)
	r.Use("/open/v1", a.openDoor)
	for _, rt := range openRoutes {
		r.Get("/open/v1"+strings.TrimSuffix(rt.path, "/"), func(c *fiber.Ctx) error { return rt.handle(a, c) })
	}
}

// openDoor lets every site's pages read, without anybody's cookie, so many times a
// second, and names the licence.
func (a *API) openDoor(c *fiber.Ctx) error {
	c.Set(fiber.HeaderAccessControlAllowOrigin, "*")
	c.Set(fiber.HeaderAccessControlExposeHeaders, "ETag, Link, Retry-After")
	c.Set(fiber.HeaderLink, fmt.Sprintf(`<%s>; rel="license"`, a.Open.Licence.URL))
	switch c.Method() {
	case fiber.MethodOptions:
		c.Set(fiber.HeaderAccessControlAllowMethods, "GET, HEAD, OPTIONS")
		c.Set(fiber.HeaderAccessControlAllowHeaders, "If-None-Match")
		c.Set(fiber.HeaderAccessControlMaxAge, "86400")
		return c.SendStatus(http.StatusNoContent)
	case fiber.MethodGet, fiber.MethodHead:
	default:
		return fiber.ErrMethodNotAllowed
	}
	if wait := a.visitors.Take(a.Open.Address(c)); wait > 0 {
		a.Guard.Refused(limit.Reads, limit.Stranger)
		return later(c, wait, "this address asks too often: take whole lists as .ndjson or .csv")
	}
	return c.Next()
}

// uris makes lasting addresses for the one that the request came to.
func (a *API) uris(c *fiber.Ctx) catalogue.URIs {
	return catalogue.URIs(a.Open.Base(c.Get(fiber.HeaderHost)))
}

// unchanged names what a request is answered with by the state that it is made
// from, and says whether the asker has it already.
func (a *API) unchanged(c *fiber.Ctx) (bool, error) {
	h := sha256.New()
	h.Write(a.openSalt[:])
	fmt.Fprintln(h, a.uris(c), c.OriginalURL())
	if id := c.Params("topic"); id != "" {
		s, err := a.opened(c)
		if err != nil {
			return false, err
		}
		fmt.Fprintln(h, id, s)
	} else {
		ids, err := a.Journal.Topics(c.UserContext())
		if err != nil {
			return false, err
		}
		for _, id := range ids {
			view, err := a.Journal.View(c.UserContext(), id)
			if err != nil {
				return false, err
			}
			view.Read(func(s *topic.State, _ uint64) { fmt.Fprintln(h, id, s.Seq) })
		}
	}
	tag := `"` + base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:12]) + `"`
	c.Set(fiber.HeaderETag, "W/"+tag)
	c.Set(fiber.HeaderCacheControl, "public, no-cache")
	for _, have := range strings.Split(c.Get(fiber.HeaderIfNoneMatch), ",") {
		if have = strings.TrimPrefix(strings.TrimSpace(have), "W/"); have == tag || have == "*" {
			return true, c.SendStatus(http.StatusNotModified)
		}
	}
	return false, nil
}

// opened answers the seq of the request's topic. One whose first step has not
// opened is not there.
func (a *API) opened(c *fiber.Ctx) (seq uint64, err error) {
	view, err := a.view(c)
	if err != nil {
		return 0, err
	}
	there := false
	view.Read(func(s *topic.State, _ uint64) { there, seq = !s.Draft(), s.Seq })
	if !there {
		return 0, journal.NoTopic(c.Params("topic"))
	}
	return seq, nil
}

// openAnswer sends what make makes, unless the asker has it.
func openAnswer(a *API, c *fiber.Ctx, make func() (any, error)) error {
	if have, err := a.unchanged(c); have || err != nil {
		return err
	}
	v, err := make()
	if err != nil {
		return err
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSONCharsetUTF8)
	return c.Send(b.Bytes())
}

type openIndexView struct {
	Licence   Licence         `json:"licence"`
	Publisher string          `json:"publisher"`
	Describes string          `json:"openapi"`
	Addresses []openIndexLine `json:"addresses"`
}

type openIndexLine struct {
	Path    string `json:"path"`
	Summary string `json:"summary"`
}

func (a *API) publisher(c *fiber.Ctx) string {
	if a.Open.Publisher != "" {
		return a.Open.Publisher
	}
	return string(a.uris(c))
}

func (a *API) openIndex(c *fiber.Ctx) error {
	return openAnswer(a, c, func() (any, error) {
		v := openIndexView{Licence: a.Open.Licence, Publisher: a.publisher(c), Describes: OpenBase + "/openapi.yaml"}
		for _, r := range openRoutes {
			v.Addresses = append(v.Addresses, openIndexLine{OpenBase + strings.TrimSuffix(templated(r.path), "/"), r.summary})
		}
		return v, nil
	})
}

// templated writes a route's path as OpenAPI does.
func templated(path string) string {
	parts := strings.Split(path, "/")
	for i, p := range parts {
		if name, ok := strings.CutPrefix(p, ":"); ok {
			parts[i] = "{" + name + "}"
		}
	}
	return strings.Join(parts, "/")
}

func (a *API) openDescription(c *fiber.Ctx) error {
	if have, err := a.unchanged(c); have || err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "application/yaml; charset=utf-8")
	return c.Send(openAPI)
}

func (a *API) openVocabularies(c *fiber.Ctx) error {
	return openAnswer(a, c, func() (any, error) {
		v, err := a.Catalogue.Vocabularies(c.UserContext())
		return struct {
			Licence Licence `json:"licence"`
			catalogue.Vocabularies
		}{a.Open.Licence, v}, err
	})
}
