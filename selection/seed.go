package selection

import (
	"crypto/sha256"
	"encoding/binary"
	"math/bits"
	"math/rand/v2"
)

const seedDomain = "veche/selection/seed/v1\n"

// NewSeed derives a draw's seed: SHA-256(domain ‖ root ‖ policy ‖ beacon ‖
// round). Root commits to the pool, policy to the rules; the beacon is the
// randomness nobody could know when both were published, or the text that
// stands in for it; round is 0 for the draw and counts its replacements. All
// parts but the beacon have a fixed length, so no two inputs run together.
func NewSeed(root, policy [32]byte, beacon []byte, round uint64) [32]byte {
	h := sha256.New()
	h.Write([]byte(seedDomain))
	h.Write(root[:])
	h.Write(policy[:])
	h.Write(beacon)
	var last [8]byte
	binary.BigEndian.PutUint64(last[:], round)
	h.Write(last[:])
	return [32]byte(h.Sum(nil))
}

const listingDomain = "veche/selection/listing/v1\n"

// NewListing derives what settles a list of panels before the beacon is known:
// SHA-256(domain ‖ root ‖ policy).
func NewListing(root, policy [32]byte) [32]byte {
	return sha256.Sum256(append(append([]byte(listingDomain), root[:]...), policy[:]...))
}

// dice are the random numbers of one use: ChaCha8 (its stream is specified)
// keyed by the seed and the name of the use, with our own reductions, so that a
// replay does not hang on a library's choice of method.
type dice struct{ source *rand.ChaCha8 }

func newDice(seed [32]byte, use string) dice {
	return dice{rand.NewChaCha8(sha256.Sum256(append(seed[:], use...)))}
}

// below is uniform in [0, n), n > 0.
func (d dice) below(n int) int { return int(d.wide(uint64(n))) }

// wide is below for ranges beyond the machine's int (Lemire's method, without bias).
func (d dice) wide(n uint64) uint64 {
	hi, lo := bits.Mul64(d.source.Uint64(), n)
	if lo < n {
		for threshold := -n % n; lo < threshold; {
			hi, lo = bits.Mul64(d.source.Uint64(), n)
		}
	}
	return hi
}

// unit is uniform in [0, 1) with 53 bits.
func (d dice) unit() float64 { return float64(d.source.Uint64()>>11) / (1 << 53) }

func shuffle[E any](d dice, list []E) {
	for i := len(list) - 1; i > 0; i-- {
		j := d.below(i + 1)
		list[i], list[j] = list[j], list[i]
	}
}
