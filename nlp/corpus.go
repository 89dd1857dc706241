package nlp

import (
	"bytes"
	"context"
	"crypto/sha256"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"veche/nlp/lang"
)

// phraseBreak stands between words that no phrase may span.
const phraseBreak = int32(-1)

// lexicon numbers stems. Numbers are given in the order of the rows, so
// they don't depend on the number of workers.
type lexicon struct {
	number map[string]int32
	stems  []string
	topic  []bool // carries a topic: no stop word, no bare number, two letters or more
}

func (x *lexicon) add(stem string, topic bool) int32 {
	key := stem
	if !topic {
		key = "\x00" + stem // a stop word never meets a stem
	}
	if id, ok := x.number[key]; ok {
		return id
	}
	id := int32(len(x.stems))
	x.number[key] = id
	x.stems = append(x.stems, stem)
	x.topic = append(x.topic, topic)
	return id
}

// row is one text as the stages see it.
type row struct {
	document int // index in the input
	id       string
	text     string // normalised
	language *lang.Language
	sure     bool    // the text itself shows its language
	words    []int32 // lexicon numbers in order, with phraseBreaks
	digest   [sha256.Size]byte
}

// wave is how many rows are cut to words before they are numbered.
const wave = 8192

// corpus is the analysed input: rows in the order of their content
// digests, so that the order of the input can't reach any sum.
type corpus struct {
	rows    []row
	lexicon lexicon
	tongue  tongue
}

// tongue tells the languages of a topic's texts: its own language, nil for none,
// and for each script the one that most texts show.
type tongue struct {
	own   *lang.Language
	usual map[lang.Script]*lang.Language
}

// of tells the language of a normalised text, with its author's locale or "".
func (t *tongue) of(text, locale string) *lang.Language {
	hint := languageOf(locale)
	if hint == nil {
		hint = t.own
	}
	language, sure := detect(text, hint, nil)
	if !sure && hint == nil {
		language, _ = detect(text, nil, t.usual)
	}
	return language
}

// stemmers keeps one stemmer a language for one worker.
type stemmers map[*lang.Language]*lang.Stemmer

func (s stemmers) of(l *lang.Language) *lang.Stemmer {
	if s[l] == nil {
		s[l] = l.NewStemmer()
	}
	return s[l]
}

// token is a word as analysis sees it.
type token struct {
	stem       string
	topic      bool
	gap        bool // a phrase break stands before it
	start, end int  // in the text
}

// tokens appends the words of a normalised text.
func (s stemmers) tokens(text string, l *lang.Language, out []token) []token {
	end := 0
	for at, raw := range wordsOf(text) {
		t := token{gap: end > 0 && !joined(text[end:at]), start: at, end: at + len(raw)}
		end = t.end
		word := fold(raw)
		if l.Script == lang.Latin {
			word = strings.TrimSuffix(word, "'s")
		}
		t.topic = !l.Stop(word) && !number(word) && utf8.RuneCountInString(word) > 1
		t.stem = word
		if t.topic {
			t.stem = s.of(l).Stem(word)
		}
		out = append(out, t)
	}
	return out
}

// analyse normalises, tells languages and cuts to stems. O(characters),
// on all processors.
func analyse(ctx context.Context, documents []Document, hint *lang.Language) (*corpus, error) {
	c := &corpus{rows: make([]row, len(documents)), lexicon: lexicon{number: map[string]int32{}}}
	inBlocks(len(documents), 256, func(_, from, to int) {
		if ctx.Err() != nil {
			return
		}
		for i := from; i < to; i++ {
			d := documents[i]
			r := &c.rows[i]
			r.document, r.id, r.text = i, d.ID, Normalise(d.Text)
			r.digest = sha256.Sum256([]byte(r.text))
			own := hint
			if l := languageOf(d.Lang); l != nil {
				own = l
			}
			r.language, r.sure = detect(r.text, own, nil)
		}
	})
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	slices.SortFunc(c.rows, func(a, b row) int {
		if order := bytes.Compare(a.digest[:], b.digest[:]); order != 0 {
			return order
		}
		return strings.Compare(a.id, b.id)
	})
	c.tongue = tongue{hint, usualLanguages(c.rows)}
	pool := sync.Pool{New: func() any { return stemmers{} }}
	found := make([][]token, min(wave, len(c.rows)))
	for first := 0; first < len(c.rows); first += wave {
		rows := c.rows[first:min(first+wave, len(c.rows))]
		inBlocks(len(rows), 256, func(_, from, to int) {
			stem := pool.Get().(stemmers)
			defer pool.Put(stem)
			for i := from; i < to; i++ {
				r := &rows[i]
				if !r.sure {
					r.language = c.tongue.of(r.text, documents[r.document].Lang)
				}
				found[i] = stem.tokens(r.text, r.language, found[i][:0])
			}
		})
		for i := range rows {
			words := make([]int32, 0, len(found[i])+2)
			for _, t := range found[i] {
				if t.gap {
					words = append(words, phraseBreak)
				}
				words = append(words, c.lexicon.add(t.stem, t.topic))
			}
			rows[i].words = words
		}
	}
	return c, ctx.Err()
}

// usualLanguages is, for each script, the language that most texts show.
func usualLanguages(rows []row) map[lang.Script]*lang.Language {
	count := map[*lang.Language]int{}
	for _, r := range rows {
		if r.sure {
			count[r.language]++
		}
	}
	usual := map[lang.Script]*lang.Language{}
	for _, l := range append(slices.Clone(languages), otherLatin, otherCyrillic) {
		if best := usual[l.Script]; count[l] > 0 && (best == nil || count[l] > count[best]) {
			usual[l.Script] = l
		}
	}
	return usual
}
