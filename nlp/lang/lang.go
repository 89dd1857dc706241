// Package lang describes a natural language as far as clustering needs it:
// how its words are cut to stems, which words carry no topic, and which
// letters and words give it away. A language is a sub-package with one
// exported value; a language without a stemmer is cut to word beginnings.
package lang

import (
	"strings"
	"unicode/utf8"

	"github.com/blevesearch/snowballstem"
)

// Script is the writing system of a language or of a text.
type Script uint8

// The scripts that are told apart. Everything else is Other.
const (
	None Script = iota // no letters at all
	Latin
	Cyrillic
	Other
)

// Language is one natural language. It is immutable and safe to share.
type Language struct {
	Code    string // ISO 639-1
	Script  Script
	Letters string // lower-case letters that it has and some other language of its script has not

	// Headline is nil where phrases stay as people write them.
	Headline Headline

	stem     func(*snowballstem.Env) bool
	cut      int // with no stemmer: keep so many leading letters
	function map[string]bool
	courtesy map[string]bool
}

// New makes a language. function are words that carry no topic and that
// identify the language; courtesy are greetings and words of asking, which
// carry no topic either but identify nothing. Both are separated by white
// space, in lower case. Without a stemmer a word is cut to its first cut
// letters (0 leaves it whole).
func New(code string, script Script, letters string, stem func(*snowballstem.Env) bool, cut int, function, courtesy string) *Language {
	return &Language{
		Code: code, Script: script, Letters: letters, stem: stem, cut: cut,
		function: set(function), courtesy: set(courtesy),
	}
}

func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

// Function reports whether a lower-case word is a function word.
func (l *Language) Function(word string) bool { return l.function[word] }

// Stop reports whether a lower-case word carries no topic.
func (l *Language) Stop(word string) bool { return l.function[word] || l.courtesy[word] }

// Stemmer cuts words to stems and remembers them. It is not safe for
// concurrent use; a worker has its own.
type Stemmer struct {
	of    *Language
	env   *snowballstem.Env
	known map[string]string
}

// NewStemmer returns a stemmer of the language.
func (l *Language) NewStemmer() *Stemmer {
	return &Stemmer{of: l, env: snowballstem.NewEnv(""), known: map[string]string{}}
}

// maxRemembered bounds a stemmer's memory in a long-lived server.
const maxRemembered = 1 << 16

// Stem returns the stem of a lower-case word; about 0.5 µs for a new word.
func (s *Stemmer) Stem(word string) string {
	if stem, ok := s.known[word]; ok {
		return stem
	}
	word = strings.Clone(word)
	stem := word
	switch {
	case s.of.stem != nil:
		s.env.SetCurrent(word)
		s.of.stem(s.env)
		if cut := s.env.Current(); cut != "" {
			stem = strings.Clone(cut)
		}
	case s.of.cut > 0 && utf8.RuneCountInString(word) > s.of.cut:
		stem = string([]rune(word)[:s.of.cut])
	}
	if len(s.known) >= maxRemembered {
		clear(s.known)
	}
	s.known[word] = stem
	return stem
}
