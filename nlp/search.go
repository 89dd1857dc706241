package nlp

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"veche/nlp/lang"
)

const (
	bm25Saturation = 1.2  // k1
	bm25Length     = 0.75 // b
	prefixLetters  = 3    // from so many letters on a word that is still being typed finds its endings
	prefixTerms    = 64   // of them at most, the most frequent ones
)

// Match is an idea that a search found.
type Match struct {
	ID    string
	Words int     // how many of the words searched for it holds
	Score float64 // BM25, above 0; comparable within one search
}

// Search returns the ideas that hold words of the query in any of their forms:
// those that hold most of the words first, then by BM25 (Robertson and others,
// TREC-3, 1994; k1 1.2, b 0.75), then by id. Words that carry no topic count
// only where there are no others; the last word may be unfinished. locale is
// the reader's; words are also cut as the languages of the ideas ask for. It
// answers nil where nothing holds a word. O(postings of the words).
func (x *Index) Search(query, locale string) []Match {
	x.mu.RLock()
	defer x.mu.RUnlock()
	words := x.wanted(query, locale)
	if len(words) == 0 || x.live == 0 {
		return nil
	}
	mean := float64(x.length) / float64(x.live)
	matchOf := make([]int32, len(x.entries)) // entry → its place in list, from 1
	often := make([]int32, len(x.entries))   // entry → how often it holds the word
	var list []Match
	var holders []int32
	for _, terms := range words {
		holders = holders[:0]
		for _, t := range terms {
			for _, e := range x.postings[t] {
				if often[e] == 0 {
					holders = append(holders, e)
				}
				often[e] += int32(x.entries[e].count(t))
			}
		}
		rarity := logarithm(1 + (float64(x.live-len(holders))+0.5)/(float64(len(holders))+0.5))
		for _, e := range holders {
			if matchOf[e] == 0 {
				list = append(list, Match{ID: x.entries[e].id})
				matchOf[e] = int32(len(list))
			}
			m, tf := &list[matchOf[e]-1], float64(often[e])
			often[e] = 0
			long := 1 - bm25Length + float64(bm25Length*float64(x.entries[e].length))/mean
			m.Words++
			m.Score += float64(rarity*tf) * (bm25Saturation + 1) / (tf + float64(bm25Saturation*long))
		}
	}
	slices.SortFunc(list, func(a, b Match) int {
		switch {
		case a.Words != b.Words:
			return b.Words - a.Words
		case a.Score != b.Score:
			return cmp.Compare(b.Score, a.Score)
		}
		return strings.Compare(a.ID, b.ID)
	})
	return list
}

// wanted are the terms that stand for each word of a query.
func (x *Index) wanted(query, locale string) [][]int32 {
	query = Normalise(query)
	var out [][]int32
	words := searched(query, x.tongues(query, locale))
	for i, w := range words {
		var terms []int32
		for _, s := range w.stems {
			if t, ok := x.number[s]; ok {
				terms = append(terms, t)
			}
		}
		if i == len(words)-1 && w.unfinished {
			terms = append(terms, x.beginning(w.text)...)
		}
		slices.Sort(terms)
		if terms = slices.Compact(terms); len(terms) > 0 {
			out = append(out, terms)
		}
	}
	return out
}

// tongues are the languages in which a query's words may be meant: the
// reader's, the one that it shows, and those of its script among the ideas.
func (x *Index) tongues(query, locale string) []*lang.Language {
	shown, _ := detect(query, languageOf(locale), nil)
	list := []*lang.Language{shown}
	for _, l := range languages {
		if x.spoken[l] > 0 && l.Script == shown.Script && l != shown {
			list = append(list, l)
		}
	}
	return list
}

// beginning are the terms that begin like an unfinished word.
func (x *Index) beginning(word string) []int32 {
	type term struct {
		stem   string
		number int32
	}
	var list []term
	for s, t := range x.number {
		if len(x.postings[t]) > 0 && strings.HasPrefix(s, word) {
			list = append(list, term{s, t})
		}
	}
	slices.SortFunc(list, func(a, b term) int {
		return cmp.Or(cmp.Compare(len(x.postings[b.number]), len(x.postings[a.number])), strings.Compare(a.stem, b.stem))
	})
	var out []int32
	for _, t := range list[:min(len(list), prefixTerms)] {
		out = append(out, t.number)
	}
	return out
}

// searchedWord is a word of a query.
type searchedWord struct {
	text       string // folded
	stems      []string
	unfinished bool // it ends the query and may have more letters
}

// searched cuts a normalised query to words, each with its stems in all of the
// languages. Words without a topic are left out where there are others.
func searched(query string, in []*lang.Language) []searchedWord {
	var all []searchedWord
	var topic []bool
	stem := stemmers{}
	for n, l := range in {
		for i, t := range stem.tokens(query, l, nil) {
			if n == 0 {
				text := fold(query[t.start:t.end])
				all = append(all, searchedWord{text: text, unfinished: t.end == len(query) && utf8.RuneCountInString(text) >= prefixLetters})
				topic = append(topic, t.topic)
			}
			if t.topic {
				all[i].stems = append(all[i].stems, t.stem)
			} else {
				all[i].stems = append(all[i].stems, "\x00"+t.stem)
			}
		}
	}
	if !slices.Contains(topic, true) {
		return all
	}
	var out []searchedWord
	for i, w := range all {
		if topic[i] {
			out = append(out, w)
		}
	}
	return out
}

// Highlight tells which parts of a text a search for the query found: from and
// to of each word, in bytes, rising. textLocale and locale are the author's and
// the reader's; "" lets the texts tell.
func Highlight(text, textLocale, query, locale string) [][2]int {
	query = Normalise(query)
	own, _ := detect(text, languageOf(textLocale), nil)
	in := []*lang.Language{own}
	if shown, _ := detect(query, languageOf(locale), nil); shown != own {
		in = append(in, shown)
	}
	words := searched(query, in)
	var out [][2]int
	for _, t := range (stemmers{}).tokens(text, own, nil) {
		key, plain := t.stem, fold(text[t.start:t.end])
		if !t.topic {
			key = "\x00" + key
		}
		for _, w := range words {
			if slices.Contains(w.stems, key) || w.unfinished && strings.HasPrefix(plain, w.text) {
				out = append(out, [2]int{t.start, t.end})
				break
			}
		}
	}
	return joinedMarks(text, out)
}

// joinedMarks makes one mark of two that only spaces part.
func joinedMarks(text string, marks [][2]int) [][2]int {
	var out [][2]int
	for _, m := range marks {
		if n := len(out); n > 0 && strings.TrimFunc(text[out[n-1][1]:m[0]], unicode.IsSpace) == "" {
			out[n-1][1] = m[1]
			continue
		}
		out = append(out, m)
	}
	return out
}
