package catalogue

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"veche/server/topic"
)

// Query says what is looked for. Zero values ask for nothing.
type Query struct {
	Text     string // words, in any of their forms
	Lang     string // the reader's
	Kind     Kind
	Topic    string
	District string
	Theme    string
	Status   Status
	Cluster  uint32 // of ideas
	Number   uint32 // this one alone
	From, To int64  // Unix milliseconds; To is left out itself

	ByNumber      bool   // in the order of numbers, those after After
	After         uint32 // only with ByNumber
	Offset, Limit int
}

// Found is a page of what was found.
type Found struct {
	Total   int
	Kinds   map[Kind]int // how many of each kind there are, whatever Query.Kind asks for
	Entries []Entry
}

// hit is an entry that may be shown.
type hit struct {
	place
	digest topic.Digest
	terms  []uint16
	time   int64
	rank   int // place in the search's order
}

// Search answers entries that everyone may read: the best first where words were
// given, else the newest first. It holds every hit against the committed state, so
// that nothing that is hidden by then is shown or counted. O(postings of the
// words), without words O(entries · log entries).
func (c *Catalogue) Search(ctx context.Context, q Query, uris URIs) (*Found, error) {
	if err := c.CatchUp(ctx); err != nil {
		return nil, err
	}
	hits, err := c.hits(ctx, &q)
	if err != nil {
		return nil, err
	}
	found := &Found{Kinds: map[Kind]int{}, Entries: []Entry{}}
	for _, k := range Kinds {
		found.Kinds[k] = 0
	}
	for i := range hits {
		found.Kinds[hits[i].kind]++
	}
	if q.Kind != "" {
		hits = slices.DeleteFunc(hits, func(h hit) bool { return h.kind != q.Kind })
	}
	slices.SortFunc(hits, func(a, b hit) int {
		if q.ByNumber {
			return cmp.Or(strings.Compare(a.topic.id, b.topic.id), cmp.Compare(a.number, b.number))
		}
		return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(b.time, a.time), strings.Compare(a.topic.id, b.topic.id), cmp.Compare(a.kind, b.kind), cmp.Compare(b.number, a.number))
	})
	found.Total = len(hits)
	if q.ByNumber {
		hits = slices.DeleteFunc(hits, func(h hit) bool { return h.number <= q.After })
	}
	page := hits[min(q.Offset, len(hits)):min(q.Offset+q.Limit, len(hits))]
	found.Entries, err = c.entries(ctx, page, uris)
	return found, err
}

// hits are the entries that fit the query and that everyone may read.
func (c *Catalogue) hits(ctx context.Context, q *Query) ([]hit, error) {
	var ranks map[*known]map[Kind]map[uint32]int // nil where no words were given
	if q.Text != "" {
		ranks = map[*known]map[Kind]map[uint32]int{}
		matches := c.index.Search(q.Text, q.Lang)
		c.mu.RLock()
		for i, m := range matches {
			n, err := strconv.Atoi(m.ID)
			if err != nil || n >= len(c.places) {
				continue
			}
			p := c.places[n]
			if ranks[p.topic] == nil {
				ranks[p.topic] = map[Kind]map[uint32]int{}
			}
			if ranks[p.topic][p.kind] == nil {
				ranks[p.topic][p.kind] = map[uint32]int{}
			}
			ranks[p.topic][p.kind][p.number] = i
		}
		c.mu.RUnlock()
	}
	var hits []hit
	err := c.each(ctx, func(id string, s *topic.State) {
		if q.Topic != "" && q.Topic != id {
			return
		}
		c.mu.RLock()
		defer c.mu.RUnlock()
		if k := c.topics[id]; k != nil && (ranks == nil || ranks[k] != nil) {
			hits = k.fitting(s, q, ranks[k], ranks == nil, hits)
		}
	})
	return hits, err
}

// fitting appends what of a topic fits, by the state as it is now.
func (k *known) fitting(s *topic.State, q *Query, ranks map[Kind]map[uint32]int, all bool, hits []hit) []hit {
	w := waysOf(s)
	f := &k.finders
	add := func(kind Kind, n uint32, digest topic.Digest, time int64, status func() Status) {
		docs := k.docs[kind]
		rank, matched := ranks[kind][n]
		if !all && !matched || int(n) > len(docs) || q.Number != 0 && q.Number != n || q.Cluster != 0 && (kind != KindIdea || s.Board.Cluster(n) != q.Cluster) {
			return
		}
		d := &docs[n-1]
		if d.digest != digest || q.From != 0 && time < q.From || q.To != 0 && time >= q.To ||
			q.District != "" && !f.has(d.terms, f.districts, 0, q.District) || q.Theme != "" && !f.has(d.terms, f.themes, len(f.districts), q.Theme) ||
			q.Status != "" && status() != q.Status {
			return
		}
		hits = append(hits, hit{place{k, kind, n}, digest, d.terms, time, rank})
	}
	add(KindTopic, 1, headDigest(&s.Settings), s.Created, func() Status { return Status(s.StageKind().String()) })
	for i := range s.Proposals {
		p, n := &s.Proposals[i], uint32(i+1)
		add(KindProposal, n, topic.Digest{}, p.Time, func() Status { return decision(p) })
		if a := lastAnswer(p); a != nil {
			add(KindAnswer, n, topic.Digest{}, a.Time, func() Status { return decision(p) })
		}
	}
	idea := func(n uint32) {
		if Visible(s, n) {
			add(KindIdea, n, s.Ideas[n-1].Text, s.Ideas[n-1].Time, func() Status { return w.status(n) })
		}
	}
	if all {
		for n := range s.Ideas {
			idea(uint32(n + 1))
		}
		return hits
	}
	for n := range ranks[KindIdea] { // sorted by the caller
		if int(n) <= len(s.Ideas) {
			idea(n)
		}
	}
	return hits
}
