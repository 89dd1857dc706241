// Package similar answers which ideas of a topic are like a text, or hold its
// words, from the very first idea on: an index of each live topic, caught up with
// the committed log whenever it is asked.
package similar

import (
	"context"
	"strconv"
	"sync"
	"unicode/utf16"

	"veche/nlp"
	"veche/server/journal"
	"veche/server/topic"
)

// Hit is an idea that is like a text.
type Hit struct {
	ID    uint32  `json:"id"`
	Text  string  `json:"text"`
	Score float64 `json:"score"` // 0 to 1
}

// Ideas is the indexes of all topics.
type Ideas struct {
	journal *journal.Journal

	mu     sync.Mutex
	topics map[string]*index
}

// index is one topic's, holding its ideas up to known.
type index struct {
	mu       sync.Mutex
	nlp      *nlp.Index
	known    int
	erasures int
}

// catchUp is how many texts are read at once.
const catchUp = 2000

// New makes indexes over a journal.
func New(j *journal.Journal) *Ideas { return &Ideas{journal: j, topics: map[string]*index{}} }

// Similar answers at most n shown ideas that are like text, the likest first.
func (x *Ideas) Similar(ctx context.Context, topicID, text, lang string, n int) ([]Hit, error) {
	view, err := x.journal.View(ctx, topicID)
	if err != nil {
		return nil, err
	}
	ix, err := x.current(ctx, topicID, view)
	if err != nil {
		return nil, err
	}
	found := ix.Similar(text, lang, 4*n) // some may be hidden
	var hits []Hit
	var digests []topic.Digest
	view.Read(func(s *topic.State, _ uint64) {
		for _, h := range found {
			id, err := strconv.ParseUint(h.ID, 10, 32)
			if err != nil || id == 0 || int(id) > len(s.Ideas) || len(hits) == n {
				continue
			}
			number := uint32(id)
			if c := s.Board.Cluster(number); s.Ideas[number-1].Erased || s.Board.Hidden(number) || (c != 0 && s.Board.Veiled(c)) {
				continue
			}
			hits = append(hits, Hit{ID: number, Score: h.Score})
			digests = append(digests, s.Ideas[number-1].Text)
		}
	})
	texts, err := x.journal.Texts(ctx, topicID, digests)
	if err != nil {
		return nil, err
	}
	for i := range hits {
		hits[i].Text = string(texts[digests[i]].Body)
	}
	return hits, nil
}

// Search answers the ideas that hold words of the query in any of their forms,
// the best first, hidden ones too. lang is the reader's.
func (x *Ideas) Search(ctx context.Context, topicID, query, lang string) ([]uint32, error) {
	view, err := x.journal.View(ctx, topicID)
	if err != nil {
		return nil, err
	}
	ix, err := x.current(ctx, topicID, view)
	if err != nil {
		return nil, err
	}
	var ideas []uint32
	for _, m := range ix.Search(query, lang) {
		n, err := strconv.ParseUint(m.ID, 10, 32)
		if err != nil {
			return nil, err
		}
		ideas = append(ideas, uint32(n))
	}
	return ideas, nil
}

// Marks tells which parts of a text a search found, from and to of each in
// UTF-16 code units, as browsers count.
func Marks(text, lang, query string) [][2]int {
	list := nlp.Highlight(text, lang, query, "")
	at, units := 0, 0
	count := func(to int) int {
		for _, r := range text[at:to] {
			units += utf16.RuneLen(r)
		}
		at = to
		return units
	}
	for i, m := range list {
		list[i] = [2]int{count(m[0]), count(m[1])}
	}
	return list
}

// current is a topic's index, caught up with its log.
func (x *Ideas) current(ctx context.Context, topicID string, view *journal.View) (*nlp.Index, error) {
	x.mu.Lock()
	ix := x.topics[topicID]
	if ix == nil {
		ix = &index{nlp: nlp.NewIndex()}
		x.topics[topicID] = ix
	}
	x.mu.Unlock()
	ix.mu.Lock()
	defer ix.mu.Unlock()
	if err := x.catchUp(ctx, topicID, view, ix); err != nil {
		return nil, err
	}
	return ix.nlp, nil
}

// catchUp adds what was committed since the index was last asked.
func (x *Ideas) catchUp(ctx context.Context, topicID string, view *journal.View, ix *index) error {
	for {
		type fresh struct {
			digest topic.Digest // zero where the idea was erased
			lang   string
		}
		var batch []fresh
		var erased []uint64
		view.Read(func(s *topic.State, _ uint64) {
			for n := ix.known; n < len(s.Ideas) && len(batch) < catchUp; n++ {
				x := fresh{s.Ideas[n].Text, s.Ideas[n].Lang}
				if s.Ideas[n].Erased { // its text may not be destroyed yet
					x.digest = topic.Digest{}
				}
				batch = append(batch, x)
			}
			for _, e := range s.Erasures[min(ix.erasures, len(s.Erasures)):] {
				if e.Target == topic.EraseIdea {
					erased = append(erased, e.Number)
				}
			}
			ix.erasures = len(s.Erasures)
		})
		for _, n := range erased {
			ix.nlp.Remove(strconv.FormatUint(n, 10))
		}
		if len(batch) == 0 {
			return nil
		}
		digests := make([]topic.Digest, len(batch))
		for i := range batch {
			digests[i] = batch[i].digest
		}
		texts, err := x.journal.Texts(ctx, topicID, digests)
		if err != nil {
			return err
		}
		for i := range batch {
			if t, ok := texts[batch[i].digest]; ok { // an erased one is left out
				ix.nlp.Add(strconv.Itoa(ix.known+i+1), string(t.Body), batch[i].lang)
			}
		}
		ix.known += len(batch)
	}
}
