package nlp

import (
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/words"
)

// wordsOf yields the words of a text and where each begins: the segments of
// UAX #29 that begin with a letter or a digit. "+" and "#" directly after a
// word belong to it (C++, C#).
func wordsOf(text string) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		start, end := -1, -1 // the word not yet yielded
		segments := words.FromString(text)
		at := 0
		for segments.Next() {
			segment := segments.Value()
			from := at
			at += len(segment)
			if start >= 0 && from == end && (segment == "+" || segment == "#") {
				end = at
				continue
			}
			if start >= 0 {
				if !yield(start, text[start:end]) {
					return
				}
				start = -1
			}
			if r, _ := utf8.DecodeRuneInString(segment); unicode.IsLetter(r) || unicode.IsDigit(r) {
				start, end = from, at
			}
		}
		if start >= 0 {
			yield(start, text[start:end])
		}
	}
}

// joined reports whether two words with this text between them can belong
// to one phrase.
func joined(between string) bool {
	return strings.IndexFunc(between, func(r rune) bool { return !unicode.IsSpace(r) && r != '-' && r != '‑' }) < 0
}

// number reports whether a word holds no letter.
func number(word string) bool {
	return strings.IndexFunc(word, unicode.IsLetter) < 0
}
