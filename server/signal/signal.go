package signal

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"slices"
)

// Kind is what a signal is about.
type Kind string

// The kinds.
const (
	Votes   Kind = "votes"   // ballots that agree improbably
	Texts   Kind = "texts"   // the same words from different authors
	Burst   Kind = "burst"   // much more at once than usual
	Airtime Kind = "airtime" // one person says most of what a table says
)

// Kinds are all kinds, in the order of a result.
var Kinds = []Kind{Votes, Texts, Burst, Airtime}

// Signal is something improbable that somebody may want to look into: advice and
// nothing more. Exactly one of the four is there, that of its kind; so one that
// names ballots never names an author.
type Signal struct {
	Key    string  `json:"key"` // of what it is about: the same in a later result
	Kind   Kind    `json:"kind"`
	Chance float64 `json:"chance"` // log10 of the chance of such a thing among all that was looked at, 0 or less

	Accord  *Accord    `json:"accord,omitempty"`
	Copies  *Copies    `json:"copies,omitempty"`
	Arrival *Surge     `json:"arrival,omitempty"`
	Table   *Dominance `json:"table,omitempty"`
}

// newKey makes a signal's key: the SHA-256 of its kind and numbers.
func newKey(kind Kind, numbers ...uint64) string {
	b := append([]byte("veche signal "), kind...)
	for _, n := range numbers {
		b = binary.BigEndian.AppendUint64(b, n)
	}
	d := sha256.Sum256(b)
	return hex.EncodeToString(d[:])
}

// alpha is the share of false signals that is put up with among those of a kind.
const alpha = 0.01

// discoveries answers how many of the logarithms of chances, sorted from the
// smallest, are discoveries among tests in all, by Benjamini and Hochberg (1995):
// of the discoveries at most the share alpha is expected to be false. tests is at
// least 1.
func discoveries(sorted []float64, tests float64) int {
	bar := ln(alpha / tests)
	for k := len(sorted); k > 0; k-- {
		if sorted[k-1] <= bar+ln(float64(k)) {
			return k
		}
	}
	return 0
}

// inAll turns the logarithm of one test's chance into log10 of that of the best
// among tests, to two places.
func inAll(chance, tests float64) float64 {
	return rounded(min(0, (chance+ln(tests))/ln(10)), 100)
}

// rounded is x to so many parts of one.
func rounded(x, parts float64) float64 {
	n := x * parts
	if n < 0 {
		n -= 0.5
	} else {
		n += 0.5
	}
	if n = float64(int64(n)) / parts; n == 0 {
		return 0 // not −0
	}
	return n
}

// byChance sorts signals, the least probable first, equals by key.
func byChance(list []Signal) {
	slices.SortFunc(list, func(a, b Signal) int {
		switch {
		case a.Chance != b.Chance && a.Chance < b.Chance:
			return -1
		case a.Chance != b.Chance:
			return 1
		case a.Key < b.Key:
			return -1
		case a.Key > b.Key:
			return 1
		}
		return 0
	})
}
