package catalogue

import (
	"context"
	"errors"
	"slices"

	"veche/server/topic"
)

// Change is an entry that may look different since an event, or is gone.
type Change struct {
	URI     string `json:"uri"`
	Kind    Kind   `json:"kind"`
	Number  uint32 `json:"number"`
	Removed bool   `json:"removed"`
	Entry   *Entry `json:"entry,omitempty"` // as it is now; none where Removed
}

// Changes are a page of what changed.
type Changes struct {
	Next    uint64   `json:"next"`  // ask for what came since this
	Top     uint64   `json:"top"`   // the topic's last event
	Whole   bool     `json:"whole"` // so much changed that all lists are to be read anew
	Changes []Change `json:"changes"`
}

const (
	changesRead = 20_000 // events of a page
	changesMost = 2000   // entries of a page; more are Whole
)

var errEnough = errors.New("enough")

// touched is what some events may have changed.
type touched struct {
	whole, topic bool
	ideas        map[uint32]bool
	clusters     map[uint32]bool // whose ideas
	proposals    map[uint32]bool // with their answers, and the ideas that led there
	first, next  uint64          // ideas that were made after first up to next
}

// see takes in one event. What is not named changes no entry.
func (t *touched) see(e *topic.Event) {
	ideas := func(list ...uint32) {
		for _, n := range list {
			t.ideas[n] = true
		}
	}
	switch b := e.Body.(type) {
	case *topic.TopicCreated, *topic.SettingsChanged:
		t.topic = true
	case *topic.StageOpened, *topic.Clustered, *topic.ItemsFrozen, *topic.Tallied, *topic.OperationUndone, *topic.RuleSet:
		t.topic, t.whole = true, true
	case *topic.IdeaLinked:
		ideas(b.Idea, b.Of)
	case *topic.IdeasShown:
		ideas(b.Ideas...)
	case *topic.IdeasMoved:
		ideas(b.Ideas...)
	case *topic.ClusterSplit:
		ideas(b.Ideas...)
	case *topic.ClusterShown:
		t.clusters[b.Cluster] = true
	case *topic.ClusterRenamed:
		t.clusters[b.Cluster] = true
	case *topic.ClustersMerged:
		t.clusters[b.Into] = true
	case *topic.TextReviewed:
		if b.Subject.Kind == topic.SubjectIdea {
			ideas(uint32(b.Subject.Number))
		}
	case *topic.TextMasked:
		if b.Subject.Kind == topic.SubjectIdea {
			ideas(uint32(b.Subject.Number))
		}
	case *topic.TextErased:
		switch b.Target {
		case topic.EraseIdea:
			ideas(uint32(b.Number))
		case topic.EraseTitle:
			t.whole = true
		}
	case *topic.ProposalPut:
		if b.Proposal != 0 { // a new one is found by its seq
			t.proposals[b.Proposal] = true
		}
	case *topic.ProposalAnswered:
		t.proposals[b.Proposal] = true
	case *topic.ProposalProgressed:
		t.proposals[b.Proposal] = true
	}
}

// Changes answers the entries of a topic that may look different since an event,
// as they are now, and those that are gone since: hidden, erased, or in a group
// that was hidden. It may name one that is as it was. O(events read + ideas).
func (c *Catalogue) Changes(ctx context.Context, topicID string, since uint64, uris URIs) (*Changes, error) {
	if err := c.CatchUp(ctx); err != nil {
		return nil, err
	}
	view, err := c.journal.View(ctx, topicID)
	if err != nil {
		return nil, err
	}
	t := touched{ideas: map[uint32]bool{}, clusters: map[uint32]bool{}, proposals: map[uint32]bool{}, first: since, next: since}
	err = c.journal.ReadAfter(ctx, topicID, since, func(e *topic.Event) error {
		if e.Seq > since+changesRead {
			return errEnough
		}
		t.next = e.Seq
		t.see(e)
		return nil
	})
	if err != nil && !errors.Is(err, errEnough) {
		return nil, err
	}
	out := &Changes{Next: t.next, Changes: []Change{}}
	var hits []hit
	view.Read(func(s *topic.State, _ uint64) {
		out.Top = s.Seq
		c.mu.RLock()
		defer c.mu.RUnlock()
		if k := c.topics[topicID]; k != nil && !s.Draft() {
			hits = k.changed(s, &t)
		}
	})
	if t.whole || len(hits) > changesMost {
		out.Whole = true
		return out, nil
	}
	entries, err := c.entries(ctx, hits, uris)
	if err != nil {
		return nil, err
	}
	for _, h := range hits {
		x := Change{URI: uris.Thing(topicID, string(h.kind)+"s", h.number), Kind: h.kind, Number: h.number, Removed: true}
		if h.kind == KindTopic {
			x.URI = uris.Topic(topicID)
		}
		for i := range entries {
			if entries[i].Kind == h.kind && entries[i].Number == h.number {
				x.Removed, x.Entry = false, &entries[i]
			}
		}
		out.Changes = append(out.Changes, x)
	}
	return out, nil
}

// changed are the entries that were touched, in the order of kinds and numbers.
func (k *known) changed(s *topic.State, t *touched) (hits []hit) {
	add := func(kind Kind, n uint32, digest topic.Digest) {
		h := hit{place: place{k, kind, n}, digest: digest}
		if docs := k.docs[kind]; int(n) <= len(docs) {
			h.terms = docs[n-1].terms
		}
		hits = append(hits, h)
	}
	if t.topic {
		add(KindTopic, 1, headDigest(&s.Settings))
	}
	for i := range s.Proposals {
		if p := &s.Proposals[i]; p.Seq > t.first && p.Seq <= t.next {
			t.proposals[uint32(i+1)] = true
		}
	}
	live := map[uint32]bool{}
	for n := range t.clusters {
		live[s.Board.Live(n)] = true
	}
	w := waysOf(s)
	for i := range s.Ideas {
		n, x := uint32(i+1), &s.Ideas[i]
		item := w.item(n)
		if t.ideas[n] || x.Seq > t.first && x.Seq <= t.next || len(live) > 0 && live[s.Board.Cluster(n)] || item != 0 && t.proposals[w.proposal[item]] {
			add(KindIdea, n, x.Text)
		}
	}
	var proposals []uint32
	for n := range t.proposals {
		proposals = append(proposals, n)
	}
	slices.Sort(proposals)
	for _, n := range proposals {
		add(KindProposal, n, topic.Digest{})
	}
	for _, n := range proposals {
		if lastAnswer(&s.Proposals[n-1]) != nil {
			add(KindAnswer, n, topic.Digest{})
		}
	}
	return hits
}
