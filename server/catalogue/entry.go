package catalogue

import (
	"context"

	"veche/server/analysis"
	"veche/server/export"
	"veche/server/topic"
)

// entries are the records of hits, in their order, those left out whose text went
// meanwhile.
func (c *Catalogue) entries(ctx context.Context, hits []hit, uris URIs) ([]Entry, error) {
	list := make([]Entry, len(hits))
	there := make([]bool, len(hits))
	of := map[*known][]int{}
	var order []*known
	for i := range hits {
		if of[hits[i].topic] == nil {
			order = append(order, hits[i].topic)
		}
		of[hits[i].topic] = append(of[hits[i].topic], i)
	}
	for _, k := range order {
		if err := c.ofTopic(ctx, k, hits, of[k], uris, list, there); err != nil {
			return nil, err
		}
	}
	out := make([]Entry, 0, len(list))
	for i := range list {
		if there[i] {
			out = append(out, list[i])
		}
	}
	return out, nil
}

// ofTopic makes the records of some hits of one topic.
func (c *Catalogue) ofTopic(ctx context.Context, k *known, hits []hit, at []int, uris URIs, list []Entry, there []bool) error {
	view, err := c.journal.View(ctx, k.id)
	if err != nil {
		return err
	}
	var result topic.Digest
	tally := 0
	view.Read(func(s *topic.State, _ uint64) { result, tally = s.Board.Result, waysOf(s).tally })
	run, err := c.results.Clusters(ctx, result)
	if err != nil {
		return err
	}
	var rows []export.Row
	if tally > 0 {
		ranking, err := c.results.Ranking(ctx, k.id, tally)
		if err != nil {
			return err
		}
		rows = ranking.Rows
	}
	var digests []topic.Digest
	titles := make([]topic.Digest, len(hits))
	view.Read(func(s *topic.State, _ uint64) {
		m := maker{id: k.id, s: s, ways: waysOf(s), run: run, rows: rows, uris: uris}
		if m.ways.tally != tally {
			m.rows = nil // they are hidden by now, or counted anew
		}
		for _, i := range at {
			h := &hits[i]
			e, title, ok := m.entry(h)
			if !ok {
				continue
			}
			e.Districts, e.Themes = k.labels(h.terms)
			list[i], there[i], titles[i] = e, true, title
			digests = append(digests, title)
			if h.kind == KindIdea {
				digests = append(digests, h.digest)
			}
		}
	})
	texts, err := c.journal.Texts(ctx, k.id, digests)
	if err != nil {
		return err
	}
	for _, i := range at {
		if t, ok := texts[titles[i]]; ok && list[i].Cluster != nil {
			list[i].Cluster.Title = string(t.Body)
		}
		if there[i] && hits[i].kind == KindIdea {
			t, ok := texts[hits[i].digest]
			list[i].Text, there[i] = string(t.Body), ok
		}
	}
	return nil
}

func (k *known) labels(terms []uint16) (districts, themes []string) { return k.finders.labels(terms) }

// maker makes records of one state.
type maker struct {
	id   string
	s    *topic.State
	ways *ways
	run  *analysis.ClusterResult
	rows []export.Row
	uris URIs
}

// entry makes the record of a hit, all but the text of an idea and the title that
// the digest names; false where it is no longer for everyone.
func (m *maker) entry(h *hit) (Entry, topic.Digest, bool) {
	set := &m.s.Settings
	e := Entry{Kind: h.kind, Topic: m.id, Number: h.number, Lang: set.Lang}
	switch h.kind {
	case KindTopic:
		e.URI, e.Page, e.Seq, e.Time = m.uris.Topic(m.id), "/topics/"+m.id, 1, m.s.Created
		e.Title, e.Text, e.Status = set.Title, set.Question, Status(m.s.StageKind().String())
	case KindIdea:
		title, ok := m.idea(&e, h)
		return e, title, ok
	case KindProposal, KindAnswer:
		p := &m.s.Proposals[h.number-1]
		e.Title, e.Status, e.Answer = p.Title, decision(p), m.answer(h.number)
		if h.kind == KindAnswer {
			e.URI, e.Page = m.at("answers", h.number)
			e.Seq, e.Time, e.Text, e.Proposal = lastAnswer(p).Seq, e.Answer.Time, e.Answer.Reason, m.proposal(h.number)
			return e, topic.Digest{}, true
		}
		e.URI, e.Page = m.at("proposals", h.number)
		e.Seq, e.Time, e.Text, e.Cost = p.Seq, p.Time, p.Summary, p.Cost
		for _, n := range p.Items {
			e.Items = append(e.Items, m.item(n))
		}
		for _, x := range p.Progress {
			e.Progress = append(e.Progress, Progress{x.Status.String(), x.Note, x.Time})
		}
	}
	return e, topic.Digest{}, true
}

func (m *maker) at(collection string, n uint32) (uri, page string) {
	return m.uris.Thing(m.id, collection, n), collections[collection](m.id, n)
}

// idea fills in an idea's record.
func (m *maker) idea(e *Entry, h *hit) (title topic.Digest, ok bool) {
	i := &m.s.Ideas[h.number-1]
	if !Visible(m.s, h.number) || i.Text != h.digest {
		return title, false
	}
	e.URI, e.Page = m.at("ideas", h.number)
	e.Seq, e.Lang, e.Time, e.Status = i.Seq, i.Lang, i.Time, m.ways.status(h.number)
	e.Of, e.Newer, e.Source = i.Of, i.Newer, i.Source.String()
	for _, other := range []*uint32{&e.Of, &e.Newer} {
		if *other != 0 && !Visible(m.s, *other) {
			*other = 0
		}
	}
	if i.Origin != 0 && m.s.Remarks[i.Origin-1].Room == 0 && m.s.Shown(topic.RemarkSubject(i.Origin)) {
		e.Remark = i.Origin
	}
	if c := m.s.Board.Cluster(h.number); c != 0 {
		e.Cluster = &ClusterLink{URI: m.uris.Thing(m.id, "clusters", c), Number: c}
		title, e.Cluster.Title = titleOf(m.s, m.run, c)
	}
	if n := m.ways.item(h.number); n != 0 {
		e.Items = []ItemLink{m.item(n)}
		if p := m.ways.proposal[n]; p != 0 {
			e.Proposal, e.Answer = m.proposal(p), m.answer(p)
		}
	}
	return title, true
}

func (m *maker) item(n uint32) ItemLink {
	uri, _ := m.at("items", n)
	l := ItemLink{URI: uri, Number: n}
	if int(n) <= len(m.rows) {
		r := &m.rows[n-1]
		l.Rank, l.AgreeShare, l.Votes = r.Rank, r.AgreeShare, r.Seen
	}
	return l
}

func (m *maker) proposal(n uint32) *Link {
	uri, _ := m.at("proposals", n)
	return &Link{URI: uri, Number: n, Title: m.s.Proposals[n-1].Title}
}

func (m *maker) answer(n uint32) *Answer {
	a := lastAnswer(&m.s.Proposals[n-1])
	if a == nil {
		return nil
	}
	uri, _ := m.at("answers", n)
	return &Answer{URI: uri, Decision: Status(a.Decision.String()), Reason: a.Reason, Budget: a.Budget, Responsible: a.Responsible, Due: a.Due, Time: a.Time}
}
