package nlp

import (
	"cmp"
	"slices"
	"strings"

	"veche/nlp/lang"
	"veche/nlp/lang/en"
)

const (
	saidTogether  = 0.4
	readsWell     = 0.5 // from here on a phrase may stand in a label beside another
	oddIsBetter   = 2   // so many times the score of one that reads well makes up for reading badly
	phrasesTagged = 14  // candidates of a cluster that are read for how they sound
	phrasesOfNode = 5   // of a part or a join
	saysEnough    = 0.6 // a phrase that so large a share of a cluster holds is a label by itself
	saidTwice     = 0.3 // what a second phrase counts for in texts that hold the first too
	// A single word leaves more open.
	wordSaysEnough = 0.9
	soundsOdd      = 0.7  // what an English phrase that is no noun phrase keeps of its score
	worthTelling   = 0.06 // an alternative has so much of the best phrase's score
	exactEnough    = 0.35 // a longer phrase with so large a part of a word's texts and score says it better
	formsRead      = 6000 // texts in which the forms of words are counted
)

// title is the name of a cluster.
type title struct {
	label        string
	alternatives []string
}

// nameless is what is to be named: lists of the units of a group.
type nameless struct {
	lists    [][]int32
	sampled  []float64 // which part of a whole each list is
	clusters int       // the first lists are clusters, the others nodes of the tree
}

func unnamed(of []int32, k int) nameless {
	n := nameless{lists: members(of, k), clusters: k}
	for range k {
		n.sampled = append(n.sampled, 1)
	}
	return n
}

// titles names lists: phrases by lift, in the form in which they read best.
func (r *run) titles(g *group, what nameless, nouns *nounPhrases) []title {
	lists := what.lists
	phrases := phraseLift(r.corpus, g.units, g.v, what)
	inside := make([][]int32, len(lists))
	every := slices.Clone(phrases)
	for j, list := range lists {
		for _, u := range list {
			inside[j] = append(inside[j], g.units[u])
		}
		want := phrasesTagged
		if j >= what.clusters {
			want = phrasesOfNode
		}
		phrases[j] = diverse(r.corpus, phrases[j], want)
	}
	inBlocks(len(lists), 1, func(j, _, _ int) {
		read := inside[j]
		if j >= what.clusters {
			read = read[:min(len(read), surfacesOfNode)]
		}
		surfaces(r.corpus, read, phrases[j])
	})
	forms := r.forms(g, phrases)
	out := make([]title, len(lists))
	for j, list := range phrases {
		if len(inside[j]) == 0 {
			continue
		}
		l := mostLanguage(r.corpus, inside[j])
		headline := func(list []phrase) {
			for i := range list {
				text, reads := l.Headline(headlineWords(r.corpus, list[i], forms))
				list[i].score *= reads
				list[i].odd = reads < readsWell
				if !strings.ContainsAny(list[i].surface, "-\u2011") { // a compound stays as it is
					list[i].surface = text
				}
			}
		}
		switch {
		case l == en.Language:
			nouns.favour(r.corpus, inside[j], list)
		case l.Headline != nil:
			headline(list)
		}
		out[j] = name(r.corpus, inside[j], list, func(a, b phrase) string {
			both, ok := compound(r.corpus, every[j], a, b)
			if !ok {
				return ""
			}
			one := []phrase{both}
			surfaces(r.corpus, inside[j], one)
			if l.Headline != nil {
				headline(one)
			}
			if one[0].odd {
				return ""
			}
			return one[0].surface
		})
	}
	return out
}

func mostLanguage(c *corpus, rows []int32) *lang.Language {
	var seen []*lang.Language
	var count []int
	for _, r := range rows {
		i := slices.Index(seen, c.rows[r].language)
		if i < 0 {
			i = len(seen)
			seen, count = append(seen, c.rows[r].language), append(count, 0)
		}
		count[i]++
	}
	best := 0
	for i, n := range count {
		if n > count[best] || n == count[best] && seen[i].Code < seen[best].Code {
			best = i
		}
	}
	return seen[best]
}

// wordForms is how one stem stands in the texts.
type wordForms struct {
	list   []lang.Form
	inside int // occurrences that begin no sentence
	names  int // of these, with a capital
}

// forms counts the forms of the words of all candidate phrases in up to
// formsRead texts of the group (a random sample: rows go by digest).
func (r *run) forms(g *group, phrases [][]phrase) map[int32]*wordForms {
	found := map[int32]*wordForms{}
	counts := map[int32]map[string]int{}
	wanted := false
	for _, list := range phrases {
		for _, p := range list {
			for _, w := range p.key.words() {
				if found[w] == nil {
					found[w], counts[w] = &wordForms{}, map[string]int{}
				}
			}
		}
	}
	stem := stemmers{}
	var tokens []token
	for _, i := range g.rows[:min(len(g.rows), formsRead)] {
		row := &r.corpus.rows[i]
		if row.language.Headline == nil {
			continue
		}
		wanted = true
		tokens = stem.tokens(row.text, row.language, tokens[:0])
		at := 0
		for n, t := range tokens {
			if t.gap {
				at++
			}
			id := row.words[at]
			at++
			f := found[id]
			if f == nil {
				continue
			}
			raw := row.text[t.start:t.end]
			small := strings.ToLower(raw)
			counts[id][small]++
			if n > 0 && !t.gap {
				f.inside++
				if raw != small {
					f.names++
				}
			}
		}
	}
	if !wanted {
		return found
	}
	for w, f := range found { // each by itself: the order is nothing to the result
		for text, n := range counts[w] {
			f.list = append(f.list, lang.Form{Text: text, Count: n})
		}
		slices.SortFunc(f.list, func(a, b lang.Form) int {
			return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Text, b.Text))
		})
	}
	return found
}

// headlineWords are the words of a phrase with all that is known of them.
func headlineWords(c *corpus, p phrase, forms map[int32]*wordForms) []lang.Word {
	keys := p.key.words()
	surface := strings.FieldsFunc(p.surface, func(r rune) bool { return r == ' ' || r == '-' || r == '\u2011' })
	words := make([]lang.Word, len(keys))
	for i, k := range keys {
		words[i] = lang.Word{Surface: c.lexicon.stems[k], Stem: c.lexicon.stems[k], Topic: c.lexicon.topic[k]}
		if len(surface) == len(keys) {
			words[i].Surface = surface[i]
		}
		if f := forms[k]; f != nil {
			words[i].Forms = f.list
			words[i].Name = f.inside > 0 && f.names*10 >= f.inside*7
		}
	}
	return words
}

// name makes a title of phrases: the best one, and where it speaks for less
// than saysEnough of the ideas the one that says most about the others.
// together says how two of them are one, "" if they are not.
func name(c *corpus, inside []int32, list []phrase, together func(a, b phrase) string) title {
	list = slices.DeleteFunc(diverse(c, list, phrasesTagged), func(p phrase) bool { return p.surface == "" })
	if len(list) == 0 {
		return title{label: shorten(c.rows[inside[0]].text)}
	}
	promote(list)
	if better := slices.IndexFunc(list, func(p phrase) bool { return !p.odd }); better > 0 && list[better].score*oddIsBetter > list[0].score {
		list[0], list[better] = list[better], list[0]
	}
	texts := []string{upperFirst(list[0].surface)}
	rest := list[1:]
	enough := saysEnough
	if len(list[0].key.words()) == 1 {
		enough = wordSaysEnough
	}
	if with := holders(c, inside, list[0].key); float64(covered(with)) < enough*float64(len(inside)) {
		best, top := -1, 0.0
		for i, p := range rest[:min(len(rest), phrasesKept)] {
			gain := 0.0
			for n, holds := range holders(c, inside, p.key) {
				switch {
				case holds && !with[n]:
					gain++
				case holds:
					gain += saidTwice
				}
			}
			if value := p.score * gain / float64(len(inside)); value > top && !p.odd && !alike(p.surface, list[0].surface) {
				best, top = i, value
			}
		}
		if best >= 0 {
			if both := together(list[0], rest[best]); both != "" {
				texts[0] = upperFirst(both)
			} else {
				texts[0] += ", " + rest[best].surface
			}
			rest = slices.Delete(slices.Clone(rest), best, best+1)
		}
	}
	for _, p := range rest {
		if len(texts) < phrasesKept && p.score > worthTelling*list[0].score && !slices.ContainsFunc(texts, func(t string) bool { return repeats(t, p.surface) }) {
			texts = append(texts, upperFirst(p.surface))
		}
	}
	return title{texts[0], texts[1:]}
}

// compound is the phrase that people make of two words ("credit card", "meaning
// of life"), if so many who say the rarer one do.
func compound(c *corpus, list []phrase, a, b phrase) (phrase, bool) {
	x, y := a.key.words(), b.key.words()
	if len(x) != 1 || len(y) != 1 {
		return phrase{}, false
	}
	best := phrase{}
	for _, p := range list {
		words := p.key.words()
		first, last := words[0], words[len(words)-1]
		if len(words) > 1 && (first == x[0] && last == y[0] || first == y[0] && last == x[0]) && p.inside > best.inside {
			if len(words) == 3 && c.lexicon.topic[words[1]] {
				continue
			}
			best = p
		}
	}
	return best, best.inside >= saidTogether*min(a.inside, b.inside)
}

// promote puts a phrase before the single word that it says more exactly
// ("night bus" before "bus"), if enough ideas hold it.
func promote(list []phrase) {
	first := list[0].key.words()
	if len(first) > 1 {
		return
	}
	for i, p := range list[1:] {
		words := p.key.words()
		if len(words) > 1 && slices.Contains(words, first[0]) && p.inside >= exactEnough*list[0].inside && p.score > exactEnough*list[0].score {
			copy(list[1:i+2], list[:i+1])
			list[0] = p
			return
		}
	}
}

// repeats reports whether all words of a phrase begin like words of a text.
func repeats(text, phrase string) bool {
	for w := range strings.FieldsSeq(phrase) {
		if !alike(text, w) {
			return false
		}
	}
	return true
}

// alike reports whether two phrases share a word or its beginning, so that
// one says little beside the other.
func alike(a, b string) bool {
	for x := range strings.FieldsSeq(strings.ToLower(a)) {
		for y := range strings.FieldsSeq(strings.ToLower(b)) {
			u, v := []rune(strings.Trim(x, ",")), []rune(strings.Trim(y, ","))
			same := 0
			for same < min(len(u), len(v)) && u[same] == v[same] {
				same++
			}
			if same >= 3 && same*5 >= 3*max(len(u), len(v)) || same >= 5 {
				return true
			}
		}
	}
	return false
}

// holders tells which rows hold a phrase.
func holders(c *corpus, rows []int32, key phraseKey) []bool {
	out := make([]bool, len(rows))
	words := key.words()
	for i, r := range rows {
		text := c.rows[r].words
		for at := 0; at+len(words) <= len(text) && !out[i]; at++ {
			out[i] = slices.Equal(text[at:at+len(words)], words)
		}
	}
	return out
}

func covered(holds []bool) int {
	n := 0
	for _, h := range holds {
		if h {
			n++
		}
	}
	return n
}

// shorten cuts a text to a few words.
func shorten(text string) string {
	words := strings.Fields(text)
	if len(words) > 8 {
		return strings.Join(words[:8], " ") + "…"
	}
	return strings.Join(words, " ")
}
