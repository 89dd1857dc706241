package beacon

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"strings"
	"time"
)

// The signature schemes of drand chains.
const (
	Chained        = "pedersen-bls-chained"     // signs the round and the signature before; keys on G1, signatures on G2
	Unchained      = "pedersen-bls-unchained"   // signs the round; keys on G1, signatures on G2
	UnchainedOnG1  = "bls-unchained-on-g1"      // signs the round; keys on G2, signatures on G1, hashed with the tag of G2
	UnchainedShort = "bls-unchained-g1-rfc9380" // the same with the tag of G1 (RFC 9380)
	defaultBeacon  = "default"
)

// Chain is a drand chain: who signs and when each round comes out.
type Chain struct {
	Key     Hex    `json:"public_key"`
	Period  int64  `json:"period"`       // seconds from round to round
	Genesis int64  `json:"genesis_time"` // of round 1, in seconds since 1970
	Group   Hex    `json:"group_hash"`   // of the first group; round 0 of a chained chain
	Scheme  string `json:"scheme"`
	ID      string `json:"beacon_id,omitempty"`
}

// The chains of the League of Entropy, as its relays publish them under
// /info (docs.drand.love): their keys are confirmed by TestKnownChains, which
// works their hashes out, and by rounds in testdata.
var (
	Quicknet = Chain{
		Key:    mustHex("83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a"),
		Period: 3, Genesis: 1692803367, Scheme: UnchainedShort, ID: "quicknet",
		Group: mustHex("f477d5c89f21a17c863a7f937c6a6d15859414d2be09cd448d4279af331c5d3e"),
	}
	Default = Chain{
		Key:    mustHex("868f005eb8e6e4ca0a47c8a77ceaa5309a47978a7c71bc5cce96366b5d7a569937c529eeda66c7293784a9402801af31"),
		Period: 30, Genesis: 1595431050, Scheme: Chained, ID: defaultBeacon,
		Group: mustHex("176f93498eac9ca337150b46d21dd58673ea4e3581185f869672e59fa4cb390a"),
	}
	known = map[string]*Chain{Quicknet.Hash(): &Quicknet, Default.Hash(): &Default}
)

// Known finds a chain that this program holds by its hash or name, nil where it
// holds none such.
func Known(hashOrName string) *Chain {
	switch hashOrName {
	case Quicknet.ID:
		return &Quicknet
	case Default.ID:
		return &Default
	}
	return known[strings.ToLower(hashOrName)]
}

// Name is what people call the chain.
func (c *Chain) Name() string { return cmp.Or(c.ID, defaultBeacon) }

// Hash names the chain: hex of SHA-256(period ‖ genesis ‖ key ‖ group ‖ id), the
// latter where it isn't "default" (drand, common/chain/info.go). It binds all but
// the scheme, which the key's and the signature's sizes and a check confirm.
func (c *Chain) Hash() string {
	h := sha256.New()
	var b [12]byte
	binary.BigEndian.PutUint32(b[:], uint32(c.Period))
	binary.BigEndian.PutUint64(b[4:], uint64(c.Genesis))
	h.Write(b[:])
	h.Write(c.Key)
	h.Write(c.Group)
	if c.ID != "" && c.ID != defaultBeacon {
		h.Write([]byte(c.ID))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// endOfTime is the last second of the year 9999.
const endOfTime = 253_402_300_799

// Time is when a round comes out; rounds after the year 9999 come out at its end.
func (c *Chain) Time(round uint64) time.Time {
	out, _ := c.schedule(round)
	return out
}

// schedule is when a round comes out, and whether that lies before the year 10000.
func (c *Chain) schedule(round uint64) (time.Time, bool) {
	n := max(round, 1) - 1
	if n > endOfTime || c.Genesis > endOfTime || c.Period > 0 && n > uint64(endOfTime-c.Genesis)/uint64(c.Period) {
		return time.Unix(endOfTime, 0).UTC(), false
	}
	return time.Unix(c.Genesis+int64(n)*c.Period, 0).UTC(), true
}

// keeps refuses a promise that puts a round of the chain at another time than its
// schedule does: one that is out already could be promised as yet to come.
func (c *Chain) keeps(p Promise) error {
	if err := c.check(); err != nil {
		return fmt.Errorf("beacon: %w", err)
	}
	out, ok := c.schedule(p.Round)
	switch {
	case !ok:
		return fmt.Errorf("beacon: round %d of the chain %s comes out after the year 9999", p.Round, c.Name())
	case p.Expected != out.UnixMilli():
		return fmt.Errorf("beacon: round %d of this chain comes out at %s, the promise says %s", p.Round,
			out.Format(time.RFC3339), time.UnixMilli(p.Expected).UTC().Format(time.RFC3339))
	}
	return nil
}

// RoundAfter is the first round that comes out after t.
func (c *Chain) RoundAfter(t time.Time) uint64 {
	passed := t.Unix() - c.Genesis
	if passed < 0 {
		return 1
	}
	return uint64(passed/c.Period) + 2
}

// Promise names a round of the chain.
func (c *Chain) Promise(round uint64) Promise {
	return Promise{Kind: Drand, Chain: c.Hash(), Round: round, Expected: c.Time(round).UnixMilli()}
}

// check refuses a chain that can't be one.
func (c *Chain) check() error {
	switch {
	case c.Period < 1 || c.Period > 1<<31:
		return fmt.Errorf("a drand chain has a period of 1 second or more, this has %d", c.Period)
	case c.Genesis < 0 || c.Genesis > 1<<40:
		return fmt.Errorf("a drand chain that begins at %d seconds after 1970", c.Genesis)
	case len(c.ID) > 200 || len(c.Group) > 64:
		return fmt.Errorf("a drand chain with a name of %d bytes and a group hash of %d", len(c.ID), len(c.Group))
	}
	switch want := c.keySize(); want {
	case 0:
		return fmt.Errorf("the drand scheme %.80q is not known to this program", c.Scheme)
	case len(c.Key):
		return nil
	default:
		return fmt.Errorf("a key of scheme %s has %d bytes, this has %d", c.Scheme, want, len(c.Key))
	}
}

// ReadChain reads a chain as drand's HTTP interface gives it under /CHAIN/info,
// in either of its versions, and checks the hash it says of itself.
func ReadChain(r io.Reader) (*Chain, error) {
	var file struct {
		Chain
		GroupHash Hex    `json:"groupHash"`
		Seed      Hex    `json:"genesis_seed"`
		SchemeID  string `json:"schemeID"`
		Hash      string `json:"hash"`
		ChainHash string `json:"chain_hash"`
		Metadata  struct {
			BeaconID string `json:"beaconID"`
		} `json:"metadata"`
	}
	if err := decode(r, &file, "a drand chain"); err != nil {
		return nil, err
	}
	c := file.Chain
	if c.Group == nil {
		c.Group = file.GroupHash
	}
	if c.Group == nil {
		c.Group = file.Seed
	}
	c.Scheme = cmp.Or(c.Scheme, file.SchemeID, Chained)
	c.ID = cmp.Or(c.ID, file.Metadata.BeaconID)
	if err := c.check(); err != nil {
		return nil, err
	}
	if said := cmp.Or(file.Hash, file.ChainHash); said != "" && said != c.Hash() {
		return nil, fmt.Errorf("the chain says that its hash is %.80s, but it is %s: it was changed, or is of a kind that this program doesn't know", said, c.Hash())
	}
	return &c, nil
}

func mustHex(s string) Hex {
	raw, err := hex.DecodeString(s)
	if err != nil {
		panic(err)
	}
	return raw
}
