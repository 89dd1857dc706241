package nlp

import (
	"slices"
	"strings"
	"sync"

	"github.com/jdkato/prose/v2"

	"veche/nlp/lang/en"
)

// tagger is the one shared model of prose; loading it takes half a second,
// so it happens when the first English label is made.
var tagger = sync.OnceValue(func() *prose.Model { return prose.ModelFromData("veche") })

const contextsTagged = 3 // texts in which a phrase is tagged

// nounPhrases tells which English phrases are noun phrases. The tagger
// breaks ties in map order, so what it said is recorded and can be
// replayed.
type nounPhrases struct {
	replay  bool
	known   map[string]bool
	yes     []string
	tagged  map[int32][]prose.Token
	decided map[string]bool
}

func newNounPhrases(replay []string) *nounPhrases {
	n := &nounPhrases{replay: replay != nil, known: map[string]bool{}, tagged: map[int32][]prose.Token{}, decided: map[string]bool{}}
	for _, p := range replay {
		n.known[p] = true
	}
	n.yes = slices.Clone(replay)
	return n
}

// favour raises the score of English noun phrases and lowers that of others.
func (n *nounPhrases) favour(c *corpus, inside []int32, list []phrase) {
	var english []int32
	for _, r := range inside {
		if c.rows[r].language == en.Language {
			english = append(english, r)
		}
	}
	for i := range list {
		if n.is(c, english, &list[i]) {
			list[i].score *= nounBonus
		} else {
			list[i].score *= soundsOdd
			list[i].odd = !tellsAlone(list[i].surface)
		}
	}
}

// tellsAlone reports whether a phrase that is no noun phrase says something
// without one: what to do ("delete my account") or what happened ("declined").
func tellsAlone(phrase string) bool {
	word := strings.ToLower(phrase)
	return strings.Contains(word, " ") || strings.HasSuffix(word, "ed") || slices.Contains([]string{"lost", "stolen", "broken", "wrong"}, word)
}

func (n *nounPhrases) is(c *corpus, rows []int32, p *phrase) bool {
	if n.replay {
		return n.known[p.surface]
	}
	if n.decided[p.surface] {
		return n.known[p.surface]
	}
	n.decided[p.surface] = true
	words := strings.Fields(strings.ToLower(p.surface))
	seen, noun := 0, 0
	for _, r := range rows[:min(len(rows), surfacesRead)] {
		if !strings.Contains(strings.ToLower(c.rows[r].text), strings.ToLower(p.surface)) {
			continue
		}
		tokens := n.tokens(r, c.rows[r].text)
		for at := 0; at+len(words) <= len(tokens); at++ {
			if match(tokens[at:at+len(words)], words) {
				seen++
				if nounPhrase(tokens[at : at+len(words)]) {
					noun++
				}
				break
			}
		}
		if seen == contextsTagged {
			break
		}
	}
	if noun*2 > seen {
		n.known[p.surface] = true
		n.yes = append(n.yes, p.surface)
	}
	return n.known[p.surface]
}

func (n *nounPhrases) tokens(row int32, text string) []prose.Token {
	if t, ok := n.tagged[row]; ok {
		return t
	}
	document, err := prose.NewDocument(text, prose.UsingModel(tagger()), prose.WithSegmentation(false), prose.WithExtraction(false))
	if err != nil { // its tokenizer and tagger return none
		n.tagged[row] = nil
		return nil
	}
	n.tagged[row] = document.Tokens()
	return n.tagged[row]
}

func match(tokens []prose.Token, words []string) bool {
	for i, w := range words {
		if strings.ToLower(tokens[i].Text) != w {
			return false
		}
	}
	return true
}

// nounPhrase reports whether tags read as adjectives, participles and
// nouns that end in a noun, prepositions allowed in the middle.
func nounPhrase(tokens []prose.Token) bool {
	for i, t := range tokens {
		last := i == len(tokens)-1
		switch {
		case strings.HasPrefix(t.Tag, "NN"):
		case !last && (strings.HasPrefix(t.Tag, "JJ") || t.Tag == "VBG" || t.Tag == "VBN"):
		case !last && i > 0 && (t.Tag == "IN" || t.Tag == "DT" || t.Tag == "CC" || t.Tag == "POS"):
		default:
			return false
		}
	}
	return true
}

// recorded returns the noun phrases in spelling order, never nil, so that
// it replays as "asked".
func (n *nounPhrases) recorded() []string {
	out := slices.Clone(n.yes)
	slices.Sort(out)
	out = slices.Compact(out)
	if out == nil {
		out = []string{}
	}
	return out
}
