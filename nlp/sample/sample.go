// Package sample makes texts for benchmarks of clustering: topics with words of
// their own among words that all share, frequencies as in a language, some near
// repeats. Everything follows from a seed. The words mean nothing: quality is
// measured on real texts, never on these.
package sample

import (
	"encoding/csv"
	"io"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
)

const (
	topics   = 60
	own      = 300   // words of a topic
	shared   = 20000 // words of all
	repeated = 50    // one text in so many repeats another with a word added
)

// Texts yields n texts of 5 to 25 words, 15 in the mean.
func Texts(n int, seed uint64) []string {
	r := rand.New(rand.NewPCG(seed, 1))
	zipf := func(m int) int { return int(math.Pow(float64(m), r.Float64())) - 1 }
	out := make([]string, n)
	for i := range out {
		if i > 100 && r.IntN(repeated) == 0 {
			out[i] = out[r.IntN(i)] + " " + Word(uint64(r.IntN(shared)))
			continue
		}
		topic := r.IntN(topics)
		words := make([]string, 5+r.IntN(21))
		for w := range words {
			if r.IntN(5) < 2 {
				words[w] = Word(uint64(shared + topic*own + zipf(own)))
			} else {
				words[w] = Word(uint64(zipf(shared)))
			}
		}
		out[i] = strings.Join(words, " ")
	}
	return out
}

// Word is a pronounceable word of three syllables; words of different numbers
// are different, up to 600,000 of them.
func Word(n uint64) string {
	const consonants, vowels = "bcdfghjklmnprstvz", "aeiou"
	const syllables = uint64(len(consonants) * len(vowels))
	n = (n*386_093 + 7919) % (syllables * syllables * syllables) // spread, one to one
	var out [6]byte
	for i := 0; i < len(out); i += 2 {
		s := n % syllables
		n /= syllables
		out[i], out[i+1] = consonants[s/uint64(len(vowels))], vowels[s%uint64(len(vowels))]
	}
	return string(out[:])
}

// WriteCSV writes texts as `id,text`, ids from 1.
func WriteCSV(w io.Writer, texts []string) error {
	c := csv.NewWriter(w)
	if err := c.Write([]string{"id", "text"}); err != nil {
		return err
	}
	for i, text := range texts {
		if err := c.Write([]string{strconv.Itoa(i + 1), text}); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}
