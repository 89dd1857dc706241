// Package similar answers which ideas of a topic, or questions to its experts, are
// like a text, or hold its words, from the very first one on: an index of each
// live topic, caught up with the committed log whenever it is asked. Once ideas
// were sorted it also says where a new one belongs, by a model that is learned
// from the board as moderators left it; nothing of that is recorded, the next run
// decides.
package similar

import (
	"context"
	"strconv"
	"sync"
	"sync/atomic"
	"unicode/utf16"

	"veche/nlp"
	"veche/server/journal"
	"veche/server/topic"
)

// Hit is an idea or a question that is like a text.
type Hit struct {
	ID    uint32  `json:"id"`
	Text  string  `json:"text"`
	Score float64 `json:"score"` // 0 to 1
}

// Ideas is the indexes of all topics' ideas.
type Ideas struct {
	indexes
	placers map[string]*placer // by topic, under indexes.mu
}

// Questions is the indexes of all topics' questions to the experts.
type Questions struct{ indexes }

// New makes indexes of ideas over a journal.
func New(j *journal.Journal) *Ideas {
	x := &Ideas{indexes: indexes{journal: j, topics: map[string]*index{}, erasure: topic.EraseIdea, count: func(s *topic.State) int { return len(s.Ideas) },
		text: func(s *topic.State, n int) (topic.Digest, string) {
			if s.Ideas[n].Erased { // its text may not be destroyed yet
				return topic.Digest{}, ""
			}
			return s.Ideas[n].Text, s.Ideas[n].Lang
		}}}
	x.begin()
	return x
}

// NewQuestions makes indexes of questions over a journal.
func NewQuestions(j *journal.Journal) *Questions {
	x := &Questions{indexes{journal: j, topics: map[string]*index{}, erasure: topic.EraseQuestion, count: func(s *topic.State) int { return len(s.Questions) },
		text: func(s *topic.State, n int) (topic.Digest, string) { return s.Questions[n].Text, "" }}}
	x.begin()
	return x
}

// indexes is those of all topics over one kind of texts.
type indexes struct {
	journal *journal.Journal
	erasure topic.ErasureTarget
	count   func(*topic.State) int
	text    func(s *topic.State, n int) (d topic.Digest, lang string) // counted from 0

	mu     sync.Mutex
	topics map[string]*index
	closed bool

	reading sync.WaitGroup // indexes read in the background
	life    context.Context
	end     context.CancelFunc
}

// index is one topic's, holding its texts up to known.
type index struct {
	mu       sync.Mutex
	nlp      *nlp.Index
	known    int
	erasures int
	failed   error // of the last reading in the background, until it is told

	reading atomic.Bool // in the background
}

// soon is the most texts that an index is caught up with while somebody waits: a
// quarter of a second.
const soon = 2 * catchUp

// begin readies indexes to be read in the background.
func (x *indexes) begin() { x.life, x.end = context.WithCancel(context.Background()) }

// Close ends what is read in the background, and waits for it.
func (x *indexes) Close() {
	x.mu.Lock()
	x.closed = true
	x.mu.Unlock()
	x.end()
	x.reading.Wait()
}

// Forget drops the index of a topic that was deleted.
func (x *indexes) Forget(topicID string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	delete(x.topics, topicID)
}

// Forget drops what is held of a topic that was deleted.
func (x *Ideas) Forget(topicID string) {
	x.indexes.Forget(topicID)
	x.mu.Lock()
	defer x.mu.Unlock()
	delete(x.placers, topicID)
}

// Prepare says whether a topic's index is caught up, but for a few texts. Where it
// is not it is read in the background, by one reader at a time, and a failure of
// that is answered by the next call.
func (x *indexes) Prepare(ctx context.Context, topicID string) (bool, error) {
	view, err := x.journal.View(ctx, topicID)
	if err != nil {
		return false, err
	}
	ix := x.index(topicID)
	if ix.reading.Load() {
		return false, nil
	}
	count := 0
	view.Read(func(s *topic.State, _ uint64) { count = x.count(s) })
	ix.mu.Lock()
	missing, failed := count-ix.known, ix.failed
	ix.failed = nil
	ix.mu.Unlock()
	if failed != nil || missing <= soon {
		return failed == nil, failed
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.closed || !ix.reading.CompareAndSwap(false, true) {
		return false, nil
	}
	x.reading.Go(func() {
		ix.mu.Lock()
		defer ix.mu.Unlock()
		defer ix.reading.Store(false)
		ix.failed = x.catchUp(x.life, topicID, view, ix)
	})
	return false, nil
}

// catchUp is how many texts are read at once.
const catchUp = 2000

// Similar answers at most n shown ideas that are like text, the likest first.
func (x *Ideas) Similar(ctx context.Context, topicID, text, lang string, n int) ([]Hit, error) {
	return x.like(ctx, topicID, text, lang, n, func(s *topic.State, number uint32) (topic.Digest, bool) {
		c := s.Board.Cluster(number)
		idea := &s.Ideas[number-1]
		return idea.Text, !idea.Erased && !s.Board.Hidden(number) && (c == 0 || !s.Board.Veiled(c))
	})
}

// Similar answers at most n questions that are like text, the likest first; none
// that is folded into another.
func (x *Questions) Similar(ctx context.Context, topicID, text, lang string, n int) ([]Hit, error) {
	return x.like(ctx, topicID, text, lang, n, func(s *topic.State, number uint32) (topic.Digest, bool) {
		q := &s.Questions[number-1]
		return q.Text, q.Into == 0
	})
}

// like answers at most n texts that are shown and like text.
func (x *indexes) like(ctx context.Context, topicID, text, lang string, n int, shown func(s *topic.State, number uint32) (topic.Digest, bool)) ([]Hit, error) {
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
			if err != nil || id == 0 || int(id) > x.count(s) || len(hits) == n {
				continue
			}
			if d, ok := shown(s, uint32(id)); ok {
				hits, digests = append(hits, Hit{ID: uint32(id), Score: h.Score}), append(digests, d)
			}
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
// the best first, hidden ones too. lang is the reader's. It answers false while the
// index is being read, and what was read of it is searched: see [indexes.Prepare].
func (x *Ideas) Search(ctx context.Context, topicID, query, lang string) ([]uint32, bool, error) {
	ready, err := x.Prepare(ctx, topicID)
	if err != nil {
		return nil, false, err
	}
	ix := x.index(topicID).nlp
	if ready {
		view, err := x.journal.View(ctx, topicID)
		if err != nil {
			return nil, false, err
		}
		if ix, err = x.current(ctx, topicID, view); err != nil {
			return nil, false, err
		}
	}
	var ideas []uint32
	for _, m := range ix.Search(query, lang) {
		n, err := strconv.ParseUint(m.ID, 10, 32)
		if err != nil {
			return nil, false, err
		}
		ideas = append(ideas, uint32(n))
	}
	return ideas, ready, nil
}

// Marks tells which parts of a text a search found, from and to of each in
// UTF-16 code units, as browsers count.
func Marks(text, lang, query string) [][2]int {
	return units(text, nlp.Highlight(text, lang, query, ""))
}

// units turns places in bytes, rising and apart, into places in UTF-16 code
// units.
func units(text string, places [][2]int) [][2]int {
	at, n := 0, 0
	count := func(to int) int {
		for _, r := range text[at:to] {
			n += utf16.RuneLen(r)
		}
		at = to
		return n
	}
	for i, m := range places {
		places[i] = [2]int{count(m[0]), count(m[1])}
	}
	return places
}

func (x *indexes) index(topicID string) *index {
	x.mu.Lock()
	defer x.mu.Unlock()
	ix := x.topics[topicID]
	if ix == nil {
		ix = &index{nlp: nlp.NewIndex()}
		x.topics[topicID] = ix
	}
	return ix
}

// current is a topic's index, caught up with its log.
func (x *indexes) current(ctx context.Context, topicID string, view *journal.View) (*nlp.Index, error) {
	ix := x.index(topicID)
	ix.mu.Lock()
	defer ix.mu.Unlock()
	if err := x.catchUp(ctx, topicID, view, ix); err != nil {
		return nil, err
	}
	return ix.nlp, nil
}

// catchUp adds what was committed since the index was last asked.
func (x *indexes) catchUp(ctx context.Context, topicID string, view *journal.View, ix *index) error {
	for {
		type fresh struct {
			number int
			digest topic.Digest // zero where the text was erased
			lang   string
		}
		var batch []fresh
		var erased []uint64
		known := ix.known
		view.Read(func(s *topic.State, _ uint64) {
			for ; known < x.count(s) && known < ix.known+catchUp; known++ {
				d, lang := x.text(s, known)
				batch = append(batch, fresh{known + 1, d, lang})
			}
			for _, e := range s.Erasures[min(ix.erasures, len(s.Erasures)):] {
				if e.Target != x.erasure || e.Number > uint64(ix.known) {
					continue
				}
				erased = append(erased, e.Number)
				if d, lang := x.text(s, int(e.Number)-1); d != e.Digest { // a masked text took its place
					batch = append(batch, fresh{int(e.Number), d, lang})
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
				ix.nlp.Add(strconv.Itoa(batch[i].number), string(t.Body), batch[i].lang)
			}
		}
		ix.known = known
	}
}
