package nlp

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	longestPhrase  = 3
	longerIsBetter = 0.45 // a phrase of n words scores 1 + 0.45·(n−1) times
	phrasesWeighed = 200  // candidates of a cluster that are compared with the rest
	phrasesKept    = 6    // label and alternatives
	seldom         = 0.08 // a longer phrase in less than this share of a cluster is a chance one
	rareShare      = 400  // a phrase of fewer than one text in so many labels no cluster
	surfacesRead   = 300  // texts in which the form of a phrase is looked up
	surfacesOfNode = 100  // for a part or a join of a tree
	nounBonus      = 1.25
)

// phraseKey packs up to three lexicon numbers, 21 bits each, plus one so
// that absent words are zero.
type phraseKey uint64

func (k phraseKey) words() []int32 {
	words := make([]int32, 0, longestPhrase)
	for shift := 42; shift >= 0; shift -= 21 {
		if w := int32(k>>shift) & (1<<21 - 1); w > 0 {
			words = append(words, w-1)
		}
	}
	return words
}

// phrasesOf yields the distinct phrases of a row: one to three words in a
// sequence, no stop word or number at either end, across no punctuation.
func phrasesOf(words []int32, topic []bool, out []phraseKey) []phraseKey {
	out = out[:0]
	for i, w := range words {
		if w < 0 || !topic[w] || w >= 1<<21-1 {
			continue
		}
		key := phraseKey(w + 1)
		out = append(out, key)
		for _, next := range words[i+1 : min(len(words), i+longestPhrase)] {
			if next < 0 || next >= 1<<21-1 {
				break
			}
			key = key<<21 | phraseKey(next+1)
			if topic[next] && next != w {
				out = append(out, key)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// phrase is a candidate label of a cluster.
type phrase struct {
	key     phraseKey
	inside  float64 // weight of the cluster's texts that hold it
	score   float64
	surface string
	odd     bool // it reads badly by itself
}

// phraseLift finds for each list of units the phrases that are frequent
// inside and rare outside:
//
//	share inside · ln(share inside / share outside) · (1 + 0.45·(words−1)),
//
// the most frequent first. O(words), on all processors.
func phraseLift(c *corpus, units []int32, v *vectors, what nameless) [][]phrase {
	lists, sampled, k := what.lists, what.sampled, len(what.lists)
	candidates := make([][]phrase, k)
	mass := make([]float64, k)
	inBlocks(k, 1, func(j, _, _ int) {
		inside := map[phraseKey]int32{} // → index in found
		var found []phrase
		var keys []phraseKey
		// A first pass counts in few slots, so that the many phrases that are
		// said once or twice in a large cluster never reach the map.
		least := uint16(min(len(lists[j])/rareShare, math.MaxUint16))
		var slots []uint16
		if least > 1 {
			slots = make([]uint16, 1<<16)
			for _, u := range lists[j] {
				keys = phrasesOf(c.rows[units[u]].words, c.lexicon.topic, keys)
				for _, key := range keys {
					if s := &slots[mix(uint64(key))>>48]; *s < math.MaxUint16 {
						*s++
					}
				}
			}
		}
		for _, u := range lists[j] {
			mass[j] += float64(v.weight[u])
			keys = phrasesOf(c.rows[units[u]].words, c.lexicon.topic, keys)
			for _, key := range keys {
				if slots != nil && slots[mix(uint64(key))>>48] < least {
					continue
				}
				i, ok := inside[key]
				if !ok {
					i = int32(len(found))
					inside[key] = i
					found = append(found, phrase{key: key})
				}
				found[i].inside += float64(v.weight[u])
			}
		}
		most := phrasesWeighed
		if j >= what.clusters {
			most /= 4
		}
		found = mostHeld(found, most)
		mass[j] /= sampled[j]
		for i := range found {
			found[i].inside /= sampled[j]
		}
		slices.SortFunc(found, func(a, b phrase) int {
			if a.inside != b.inside {
				return cmp.Compare(b.inside, a.inside)
			}
			return compareKeys(c, a.key, b.key)
		})
		candidates[j] = slices.Clone(found[:min(len(found), most)]) // what is left of found is large
	})
	wanted := map[phraseKey]int32{}
	for _, list := range candidates {
		for _, p := range list {
			if _, ok := wanted[p.key]; !ok {
				wanted[p.key] = int32(len(wanted))
			}
		}
	}
	const block = 8192
	parts := make([][]float64, (len(units)+block-1)/block)
	inBlocks(len(units), block, func(b, from, to int) {
		count := make([]float64, len(wanted))
		var keys []phraseKey
		for u := from; u < to; u++ {
			keys = phrasesOf(c.rows[units[u]].words, c.lexicon.topic, keys)
			for _, key := range keys {
				if i, ok := wanted[key]; ok {
					count[i] += float64(v.weight[u])
				}
			}
		}
		parts[b] = count
	})
	everywhere := make([]float64, len(wanted))
	for _, part := range parts {
		for i, n := range part {
			everywhere[i] += n
		}
	}
	total := 0.0
	for u := range units {
		total += float64(v.weight[u])
	}
	for j, list := range candidates {
		for i := range list {
			p := &list[i]
			share := p.inside / mass[j]
			outside := max(0, everywhere[wanted[p.key]]-p.inside)
			elsewhere := (outside + 0.5) / (max(0, total-mass[j]) + 1)
			lift := logarithm(max(share/elsewhere, 1.01))
			words := len(p.key.words())
			p.score = share * lift * (1 + float64(longerIsBetter*float64(words-1)))
			switch {
			case p.inside < 2 && mass[j] >= 3:
				p.score *= 0.3 // said once, it speaks for nobody else
			case words > 1 && share < seldom:
				p.score *= 0.5 // a turn of phrase of a few
			}
		}
		candidates[j] = list
	}
	return candidates
}

// mostHeld drops what can't be among the phrases that most texts hold,
// so that the many phrases of one text are not sorted.
func mostHeld(list []phrase, most int) []phrase {
	if len(list) <= most {
		return list
	}
	counts := make([]float64, len(list))
	for i, p := range list {
		counts[i] = -p.inside
	}
	slices.Sort(counts)
	least := -counts[most-1]
	return slices.DeleteFunc(list, func(p phrase) bool { return p.inside < least })
}

// compareKeys orders phrases by their words; lexicon numbers say nothing
// to a reader.
func compareKeys(c *corpus, a, b phraseKey) int {
	return slices.CompareFunc(a.words(), b.words(), func(x, y int32) int {
		return strings.Compare(c.lexicon.stems[x], c.lexicon.stems[y])
	})
}

// diverse picks phrases by score, each lowered by the share of its words
// that those before it hold.
func diverse(c *corpus, list []phrase, want int) []phrase {
	list = slices.Clone(list)
	slices.SortFunc(list, func(a, b phrase) int {
		return cmp.Or(cmp.Compare(b.score, a.score), compareKeys(c, a.key, b.key))
	})
	var chosen []phrase
	said := map[int32]bool{}
	for len(chosen) < want {
		best, top := -1, 0.0
		for i, p := range list {
			if p.key == 0 {
				continue
			}
			topics, repeated := 0, 0
			for _, w := range p.key.words() {
				if c.lexicon.topic[w] {
					topics++
					if said[w] {
						repeated++
					}
				}
			}
			if value := p.score * (1 - float64(repeated)/float64(topics)); value > top {
				best, top = i, value
			}
		}
		if best < 0 {
			break
		}
		chosen = append(chosen, list[best])
		for _, w := range list[best].key.words() {
			said[w] = true
		}
		list[best].key = 0
	}
	return chosen
}

// surfaces writes each phrase as people write it most often in the given
// texts.
func surfaces(c *corpus, rows []int32, list []phrase) {
	counts := make([]map[string]int, len(list))
	for i := range counts {
		counts[i] = map[string]int{}
	}
	stem := stemmers{}
	var tokens []token
	read := 0
	for _, r := range rows {
		row := &c.rows[r]
		if read >= surfacesRead {
			break
		}
		read++
		tokens = stem.tokens(row.text, row.language, tokens[:0])
		for i, p := range list {
			words := p.key.words()
			for at := 0; at+len(words) <= len(tokens); at++ {
				if !spells(c, tokens[at:at+len(words)], words) {
					continue
				}
				form := row.text[tokens[at].start:tokens[at+len(words)-1].end]
				if first := at == 0 || tokens[at].gap; first {
					form = lowerFirst(form)
				}
				counts[i][form]++
			}
		}
	}
	for i, p := range list {
		list[i].surface = commonest(counts[i])
		if list[i].surface == "" {
			var stems []string
			for _, w := range p.key.words() {
				stems = append(stems, c.lexicon.stems[w])
			}
			list[i].surface = strings.Join(stems, " ")
		}
	}
}

func spells(c *corpus, tokens []token, words []int32) bool {
	for i, w := range words {
		t := tokens[i]
		if i > 0 && t.gap || t.topic != c.lexicon.topic[w] || t.stem != c.lexicon.stems[w] {
			return false
		}
	}
	return true
}

// commonest is the most frequent key, the first by spelling among equals.
func commonest(counts map[string]int) string {
	forms := make([]string, 0, len(counts))
	for form := range counts { // sorted below
		forms = append(forms, form)
	}
	slices.Sort(forms)
	best := ""
	for _, form := range forms {
		if best == "" || counts[form] > counts[best] {
			best = form
		}
	}
	return best
}

// lowerFirst lowers a capital that only begins a sentence: the second
// letter is small, so it is no abbreviation.
func lowerFirst(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	second, _ := utf8.DecodeRuneInString(s[size:])
	if unicode.IsUpper(r) && !unicode.IsUpper(second) && !unicode.IsDigit(second) {
		return string(unicode.ToLower(r)) + s[size:]
	}
	return s
}

// upperFirst makes a title of a phrase.
func upperFirst(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[size:]
}
