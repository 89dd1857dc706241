package beacon

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	bls "github.com/cloudflare/circl/ecc/bls12381"
)

// The domain separation tags of hashing to either group (RFC 9380, 8.8; drand,
// crypto/schemes.go).
const (
	tagG1 = "BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_"
	tagG2 = "BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_NUL_"
)

// keySize is the size of a key of the chain's scheme, 0 for a scheme unknown.
func (c *Chain) keySize() int {
	switch c.Scheme {
	case Chained, Unchained:
		return bls.G1SizeCompressed
	case UnchainedOnG1, UnchainedShort:
		return bls.G2SizeCompressed
	}
	return 0
}

// verify checks a round's BLS signature under the key of a chain that has been
// checked: 4 ms.
func (c *Chain) verify(round uint64, signature, previous []byte) error {
	var last [8]byte
	binary.BigEndian.PutUint64(last[:], round)
	signed := last[:]
	switch {
	case c.Scheme == Chained:
		if len(previous) == 0 {
			return fmt.Errorf("beacon: a round of the chain %s needs the signature before it (previous_signature)", c.Name())
		}
		signed = append(append([]byte{}, previous...), last[:]...)
	case len(previous) != 0:
		return fmt.Errorf("beacon: a round of the chain %s has no signature before it", c.Name())
	}
	message := sha256.Sum256(signed)
	good, err := false, error(nil)
	switch c.Scheme {
	case UnchainedShort:
		good, err = onG1(c.Key, signature, message[:], tagG1)
	case UnchainedOnG1:
		good, err = onG1(c.Key, signature, message[:], tagG2)
	default:
		good, err = onG2(c.Key, signature, message[:], tagG2)
	}
	if err != nil {
		return fmt.Errorf("beacon: drand round %d: %w", round, err)
	}
	if !good {
		return fmt.Errorf("beacon: the signature of round %d is not by the key of the chain %s: it is of another round or chain, or was changed", round, c.Name())
	}
	return nil
}

// onG1 checks e(H(m), key) = e(signature, g2).
func onG1(key, signature, message []byte, tag string) (bool, error) {
	var s, h bls.G1
	var k bls.G2
	if err := k.SetBytes(key); err != nil || k.IsIdentity() {
		return false, fmt.Errorf("the chain's key is damaged: take the chain's description from drand again")
	}
	if len(signature) != bls.G1SizeCompressed {
		return false, fmt.Errorf("a signature of this chain has %d bytes, this has %d", bls.G1SizeCompressed, len(signature))
	}
	if err := s.SetBytes(signature); err != nil || s.IsIdentity() {
		return false, fmt.Errorf("what is given is not a signature: it was mistyped, cut or changed; copy the whole answer of drand for this round")
	}
	h.Hash(message, []byte(tag))
	return bls.ProdPairFrac([]*bls.G1{&s, &h}, []*bls.G2{bls.G2Generator(), &k}, []int{1, -1}).IsIdentity(), nil
}

// onG2 checks e(key, H(m)) = e(g1, signature).
func onG2(key, signature, message []byte, tag string) (bool, error) {
	var k bls.G1
	var s, h bls.G2
	if err := k.SetBytes(key); err != nil || k.IsIdentity() {
		return false, fmt.Errorf("the chain's key is damaged: take the chain's description from drand again")
	}
	if len(signature) != bls.G2SizeCompressed {
		return false, fmt.Errorf("a signature of this chain has %d bytes, this has %d", bls.G2SizeCompressed, len(signature))
	}
	if err := s.SetBytes(signature); err != nil || s.IsIdentity() {
		return false, fmt.Errorf("what is given is not a signature: it was mistyped, cut or changed; copy the whole answer of drand for this round")
	}
	h.Hash(message, []byte(tag))
	return bls.ProdPairFrac([]*bls.G1{bls.G1Generator(), &k}, []*bls.G2{&s, &h}, []int{1, -1}).IsIdentity(), nil
}
