package demo

import (
	"crypto/sha256"
	"math/bits"
	"math/rand/v2"
)

// stream is a source of numbers for one purpose. Two purposes never share a
// stream, so asking for more of one thing does not change another.
type stream struct{ src *rand.ChaCha8 }

func newStream(purpose string, seed [32]byte) stream {
	h := sha256.New()
	h.Write([]byte("veche/demo/" + purpose + "\n"))
	h.Write(seed[:])
	return stream{rand.NewChaCha8([32]byte(h.Sum(nil)))}
}

// below returns a number in [0,n) by the high word of a product: one draw a
// number whatever comes, so that the order of draws is plain to see. Its bias
// is under n/2^64.
func (s stream) below(n int) int { return int(s.below64(int64(n))) }

func (s stream) below64(n int64) int64 {
	hi, _ := bits.Mul64(s.src.Uint64(), uint64(n))
	return int64(hi)
}

// chance is true in permille cases of 1,000.
func (s stream) chance(permille int) bool { return s.below(1000) < permille }

// pick returns an index with chances in proportion to weights.
func (s stream) pick(weights []int) int {
	total := 0
	for _, w := range weights {
		total += w
	}
	at := s.below(total)
	for i, w := range weights {
		if at < w {
			return i
		}
		at -= w
	}
	return len(weights) - 1
}

func (s stream) shuffle(n int, swap func(i, j int)) {
	for i := n - 1; i > 0; i-- {
		swap(i, s.below(i+1))
	}
}
