package similar

import (
	"strconv"

	"veche/nlp"
)

// Options answers at most n of a poll's options that are like text, the likest
// first; a hit's ID is the option's number, from 1. About 20 µs an option.
func Options(options []string, text, lang string, n int) []Hit {
	ix := nlp.NewIndex()
	for i, o := range options {
		ix.Add(strconv.Itoa(i+1), o, "")
	}
	hits := []Hit{}
	for _, h := range ix.Similar(text, lang, n) {
		if option, err := strconv.Atoi(h.ID); err == nil {
			hits = append(hits, Hit{ID: uint32(option), Text: options[option-1], Score: h.Score})
		}
	}
	return hits
}
