package nlp

import (
	"cmp"
	"container/heap"
	"math"
	"slices"
	"strings"
	"sync"

	"veche/nlp/lang"
)

const (
	rareTerms        = 12   // of a query, so many of its rarest words open posting lists
	postingsRead     = 6000 // entries read in all; past that only candidates are scored
	likeTermShare    = 0.6  // weight of shared words in a hit's score, the rest is spelling
	leastSimilarity  = 0.16 // what is less alike is not shown: half of it would be on another theme
	longerText       = 2.25 // a text that says much more is treated as saying so many times as much
	candidatesScored = 150  // entries that are compared in full
)

// Hit is an idea that is like a text. Score is 0…1; 1 is the same text,
// and from about 0.5 on a reader would call it the same idea.
type Hit struct {
	ID    string
	Score float64
}

// Index finds ideas that are like a text, from the very first idea of a
// topic and without any clustering. It compares stems, so that inflected
// forms meet, and character 5-grams, so that misspelt ones do. It is safe
// for concurrent use; a change is seen by the next query. Memory is about
// 330 bytes an idea.
type Index struct {
	mu       sync.RWMutex
	number   map[string]int32 // stem → term
	postings [][]int32        // term → entries, in the order of arrival
	entries  []indexEntry
	of       map[string]int32 // id → entry
	live     int
	length   int                    // words of all live entries
	spoken   map[*lang.Language]int // ideas in each language
	stems    sync.Pool
	scratch  sync.Pool
}

type indexEntry struct {
	id    string
	gone  bool
	terms []int32 // sorted, distinct
	times []uint8 // how often each of them stands in the text, 255 at most
	grams []uint32

	length   int32 // words that carry a topic
	language *lang.Language
}

// count is how often a term stands in the entry.
func (e *indexEntry) count(term int32) int {
	at, ok := slices.BinarySearch(e.terms, term)
	if !ok {
		return 0
	}
	return int(e.times[at])
}

// NewIndex returns an empty index.
func NewIndex() *Index {
	x := &Index{number: map[string]int32{}, of: map[string]int32{}, spoken: map[*lang.Language]int{}}
	x.stems.New = func() any { return stemmers{} }
	x.scratch.New = func() any { return &indexScratch{} }
	return x
}

type indexScratch struct {
	score   []float32
	touched []int32
}

// Len is the number of ideas in the index.
func (x *Index) Len() int {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.live
}

// stemsOf returns the stems of a text, sorted. Where a text is nothing but stop
// words, these are its stems.
func (x *Index) stemsOf(text, locale string) ([]string, *lang.Language) {
	language, _ := detect(text, languageOf(locale), nil)
	stem := x.stems.Get().(stemmers)
	defer x.stems.Put(stem)
	var topic, rest []string
	for _, t := range stem.tokens(text, language, nil) {
		if t.topic {
			topic = append(topic, t.stem)
		} else {
			rest = append(rest, "\x00"+t.stem)
		}
	}
	if len(topic) == 0 {
		topic = rest
	}
	slices.Sort(topic)
	return topic, language
}

// Add puts an idea into the index, in place of an earlier one of the same
// id. locale is the author's; "" lets the text tell. About 20 µs.
func (x *Index) Add(id, text, locale string) {
	text = Normalise(text)
	all, language := x.stemsOf(text, locale)
	stems := slices.Compact(slices.Clone(all))
	shape := slices.Clone(grams(text, nil))
	x.mu.Lock()
	defer x.mu.Unlock()
	x.remove(id)
	entry := int32(len(x.entries))
	e := indexEntry{id: id, grams: shape, terms: make([]int32, 0, len(stems)), length: int32(len(all)), language: language}
	for _, s := range stems {
		t, ok := x.number[s]
		if !ok {
			t = int32(len(x.postings))
			x.number[strings.Clone(s)] = t
			x.postings = append(x.postings, nil)
		}
		x.postings[t] = append(x.postings[t], entry)
		e.terms = append(e.terms, t)
	}
	slices.Sort(e.terms)
	e.times = make([]uint8, len(e.terms))
	for _, s := range all {
		if at, ok := slices.BinarySearch(e.terms, x.number[s]); ok && e.times[at] < 255 {
			e.times[at]++
		}
	}
	x.entries = append(x.entries, e)
	x.of[id] = entry
	x.live++
	x.length += len(all)
	x.spoken[language]++
}

// Remove takes an idea out; an unknown id is no error.
func (x *Index) Remove(id string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.remove(id)
}

func (x *Index) remove(id string) {
	i, ok := x.of[id]
	if !ok {
		return
	}
	for _, t := range x.entries[i].terms {
		list := x.postings[t]
		if at, found := slices.BinarySearch(list, i); found {
			x.postings[t] = slices.Delete(list, at, at+1)
		}
	}
	x.length -= int(x.entries[i].length)
	x.spoken[x.entries[i].language]--
	x.entries[i] = indexEntry{gone: true}
	delete(x.of, id)
	x.live--
}

// Similar returns at most n ideas that are like the text, the most alike
// first, equals by id. It returns none for an empty text or n ≤ 0. The
// score is 0.6·(cosine of idf weights over stems) + 0.4·(Jaccard of
// character 5-grams), and at least that Jaccard; the length of a text that
// says much more than the query counts in part only. About 1 ms at 100,000
// ideas.
func (x *Index) Similar(text, locale string, n int) []Hit {
	text = Normalise(text)
	stems, _ := x.stemsOf(text, locale)
	stems = slices.Compact(stems)
	shape := grams(text, nil)
	x.mu.RLock()
	defer x.mu.RUnlock()
	if n <= 0 || len(stems) == 0 || x.live == 0 {
		return nil
	}
	type queryTerm struct {
		term int32
		idf  float32
	}
	var query []queryTerm
	square := float32(0)
	for _, s := range stems {
		idf := x.idf(0)
		t, ok := x.number[s]
		if ok {
			idf = x.idf(len(x.postings[t]))
			query = append(query, queryTerm{t, idf})
		}
		square += float32(idf * idf)
	}
	slices.SortFunc(query, func(a, b queryTerm) int {
		return cmp.Or(cmp.Compare(len(x.postings[a.term]), len(x.postings[b.term])), cmp.Compare(a.term, b.term))
	})
	s := x.scratch.Get().(*indexScratch)
	defer x.scratch.Put(s)
	if len(s.score) < len(x.entries) {
		s.score = make([]float32, len(x.entries)+len(x.entries)/8+64)
	}
	s.touched = s.touched[:0]
	read := 0
	for i, q := range query[:min(len(query), rareTerms)] {
		list := x.postings[q.term]
		if i > 0 && read+len(list) > postingsRead {
			break // the words so far are rarer: what shares none of them is not alike
		}
		read += len(list)
		for _, e := range list {
			if s.score[e] == 0 {
				s.touched = append(s.touched, e)
			}
			s.score[e] += float32(q.idf * q.idf)
		}
	}
	length := float32(math.Sqrt(float64(square)))
	weight := make(map[int32]float32, len(query))
	for _, q := range query {
		weight[q.term] = q.idf
	}
	best := &bestEntries{index: x, score: s.score}
	keep := max(candidatesScored, 4*n)
	for _, e := range s.touched {
		if len(best.list) < keep {
			heap.Push(best, e)
		} else if best.before(e, best.list[0]) {
			best.list[0] = e
			heap.Fix(best, 0)
		}
	}
	for _, e := range s.touched {
		s.score[e] = 0
	}
	hits := make([]Hit, 0, len(best.list))
	for _, e := range best.list {
		entry := &x.entries[e]
		common, own := float32(0), float32(0)
		for _, t := range entry.terms {
			idf := x.idf(len(x.postings[t]))
			own += float32(idf * idf)
			if _, ok := weight[t]; ok {
				common += float32(idf * idf)
			}
		}
		cosine := 0.0
		if own = min(own, longerText*square); own > 0 {
			cosine = float64(common / float32(length*float32(math.Sqrt(float64(own)))))
		}
		spelling := jaccard(shape, entry.grams)
		score := max(spelling, float64(likeTermShare*cosine)+float64((1-likeTermShare)*spelling))
		if score >= leastSimilarity {
			hits = append(hits, Hit{entry.id, min(score, 1)})
		}
	}
	slices.SortFunc(hits, func(a, b Hit) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.ID, b.ID))
	})
	return hits[:min(len(hits), n)]
}

// bestEntries is a heap with the least promising entry on top.
type bestEntries struct {
	index *Index
	score []float32
	list  []int32
}

// before reports whether a promises more than b: more common weight, then
// fewer words, then the first by id.
func (h *bestEntries) before(a, b int32) bool {
	if h.score[a] != h.score[b] {
		return h.score[a] > h.score[b]
	}
	x, y := &h.index.entries[a], &h.index.entries[b]
	if len(x.terms) != len(y.terms) {
		return len(x.terms) < len(y.terms)
	}
	return x.id < y.id
}

func (h *bestEntries) Len() int           { return len(h.list) }
func (h *bestEntries) Less(i, j int) bool { return h.before(h.list[j], h.list[i]) }
func (h *bestEntries) Swap(i, j int)      { h.list[i], h.list[j] = h.list[j], h.list[i] }
func (h *bestEntries) Push(e any)         { h.list = append(h.list, e.(int32)) }
func (h *bestEntries) Pop() any {
	last := len(h.list) - 1
	e := h.list[last]
	h.list = h.list[:last]
	return e
}

// idf is the weight of a word that so many ideas hold. In a young topic all
// words weigh nearly the same.
func (x *Index) idf(df int) float32 {
	return float32(logarithm(float64(x.live+1)/float64(df+1)) + 1)
}
