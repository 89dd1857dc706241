// Package beacon gives a draw its randomness: a value that nobody could know
// when the draw's rules were published. It is pure: values are handed in, never
// fetched, and a round of drand is checked by its signature.
//
//	promise, _ := beacon.Quicknet.Promise(beacon.Quicknet.RoundAfter(meeting)) // published before the draw
//	value, _ := beacon.ReadRound(file, promise.Chain)                          // drand's JSON, once the round is out
//	status, err := value.Check(promise)                                        // Checked: signed by the chain's key
//	seed := value.Bytes()
//
// # Design
//
// A phrase binds nobody: whoever runs the draw could try phrases until a panel
// suits. A public value, such as a lottery's numbers, binds as far as its source
// is out of the organiser's hands and everyone reads the same text. A drand
// round is signed by a group of institutions and nobody can know it before its
// time, so it can be checked years later without asking anyone.
//
// A chain's hash covers its key, period and beginning (drand, chain.Info.Hash),
// so a chain that this program doesn't know can be handed in beside its round and
// is held to the hash that was promised. What that doesn't tell is who runs it.
package beacon

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"time"
	"unicode/utf8"
)

// Kind is where a beacon's value comes from.
type Kind string

// The kinds of beacon.
const (
	Phrase Kind = "phrase" // a text that the organiser gives: not proof against the organiser
	Public Kind = "public" // a value that others publish, such as a lottery's numbers
	Drand  Kind = "drand"  // a round of a drand chain
)

// Status tells what became of a value's signature.
type Status string

// The states of a signature.
const (
	Unsigned  Status = "none"        // this kind has none
	Unchecked Status = "not checked" // the chain's key is not at hand
	Checked   Status = "checked"
)

const (
	maxText  = 10_000  // bytes of a phrase, a public value or a source
	maxRound = 1 << 40 // thousands of years of any chain
	maxFile  = 1 << 20 // bytes of a round or chain
)

// Promise names the value that will seed a draw, before it can be known.
type Promise struct {
	Kind   Kind   `json:"kind"`
	Chain  string `json:"chain,omitempty"`  // drand: the chain's hash in hex
	Round  uint64 `json:"round,omitempty"`  // drand: from 1
	Source string `json:"source,omitempty"` // public: what will be published, by whom and where
	// Expected is when it will be out, in milliseconds since 1970; 0: not said, which
	// a drand round must. It is held to the chain's schedule as soon as the chain is at
	// hand: at once where this program knows it, else when it comes with the value.
	Expected int64 `json:"expected,omitempty"`
}

// Check refuses a promise that names no value, or too little of it.
func (p Promise) Check() error {
	if p.Expected < 0 {
		return fmt.Errorf("beacon: the time %d lies before 1970", p.Expected)
	}
	if len(p.Source) > maxText || !utf8.ValidString(p.Source) {
		return fmt.Errorf("beacon: the source must be a text of at most %d bytes", maxText)
	}
	switch p.Kind {
	case Phrase, Public:
		if p.Chain != "" || p.Round != 0 {
			return fmt.Errorf("beacon: chain and round belong to drand, the kind is %q", p.Kind)
		}
		if p.Kind == Public && p.Source == "" {
			return fmt.Errorf("beacon: a public value needs its source: what will be published, by whom and where")
		}
	case Drand:
		if raw, err := hex.DecodeString(p.Chain); err != nil || len(raw) != 32 {
			return fmt.Errorf("beacon: %q is not the hash of a drand chain (64 hex digits)", p.Chain)
		}
		if p.Round == 0 || p.Round > maxRound {
			return fmt.Errorf("beacon: drand rounds count from 1, got %d", p.Round)
		}
		if p.Expected == 0 {
			return fmt.Errorf("beacon: the promise does not say when drand round %d comes out (expected)", p.Round)
		}
		if c := Known(p.Chain); c != nil {
			return c.keeps(p)
		}
	default:
		return fmt.Errorf("beacon: kind %q is unknown: phrase, public or drand", p.Kind)
	}
	return nil
}

// After refuses a promise whose value may be known at t already.
func (p Promise) After(t time.Time) error {
	if p.Expected == 0 || p.Expected > t.UnixMilli() {
		return nil
	}
	what := "the value"
	if p.Kind == Drand {
		what = fmt.Sprintf("drand round %d", p.Round)
	}
	return fmt.Errorf("beacon: %s came out at %s, which is not after %s: name a later one", what,
		time.UnixMilli(p.Expected).UTC().Format(time.RFC3339), t.UTC().Format(time.RFC3339))
}

// String says in words what was promised.
func (p Promise) String() string {
	switch p.Kind {
	case Drand:
		name := "the drand chain " + p.Chain
		if c := Known(p.Chain); c != nil {
			name = "drand's chain " + c.Name()
		}
		return fmt.Sprintf("round %d of %s", p.Round, name)
	case Public:
		return fmt.Sprintf("the public value %q", p.Source)
	}
	return "a phrase"
}

// Value is what a beacon gave. Text is the whole value of a phrase or of a
// public source; a drand round has its signature and, on a chained chain, the one
// before it.
type Value struct {
	Kind       Kind   `json:"kind"`
	Text       string `json:"text,omitempty"`
	Chain      string `json:"chain,omitempty"`
	Round      uint64 `json:"round,omitempty"`
	Randomness Hex    `json:"randomness,omitempty"` // SHA-256 of the signature
	Signature  Hex    `json:"signature,omitempty"`
	Previous   Hex    `json:"previous_signature,omitempty"`
	// Info is the chain where it isn't one that this program knows; its hash must be Chain.
	Info *Chain `json:"chain_info,omitempty"`
}

// Bytes are what goes into the seed.
func (v Value) Bytes() []byte {
	if v.Kind == Drand {
		return v.Randomness
	}
	return []byte(v.Text)
}

// String is the value for a report: the text, or the randomness in hex.
func (v Value) String() string {
	if v.Kind == Drand {
		return hex.EncodeToString(v.Randomness)
	}
	return v.Text
}

// Check tells whether the value is the one promised and whether its signature
// was checked; a wrong signature is an error, and so is a round that the chain's
// schedule puts at another time than promised. A drand round whose chain is neither
// known nor handed in is Unchecked: when it came out is then only said.
func (v Value) Check(p Promise) (Status, error) {
	if err := p.Check(); err != nil {
		return "", err
	}
	if v.Kind != p.Kind || v.Chain != p.Chain || v.Round != p.Round {
		return "", fmt.Errorf("beacon: promised was %v, given is %v", p, Promise{Kind: v.Kind, Chain: v.Chain, Round: v.Round, Source: p.Source})
	}
	if v.Kind != Drand {
		switch {
		case v.Text == "":
			return "", fmt.Errorf("beacon: the value is empty")
		case len(v.Text) > maxText || !utf8.ValidString(v.Text):
			return "", fmt.Errorf("beacon: the value must be a text of at most %d bytes", maxText)
		case v.Randomness != nil || v.Signature != nil || v.Previous != nil || v.Info != nil:
			return "", fmt.Errorf("beacon: a signature belongs to drand, the kind is %q", v.Kind)
		}
		return Unsigned, nil
	}
	if v.Text != "" {
		return "", fmt.Errorf("beacon: a drand round has no text")
	}
	if n := len(v.Signature); n != 48 && n != 96 {
		return "", fmt.Errorf("beacon: a drand signature has 48 or 96 bytes, this has %d", n)
	}
	if sum := sha256.Sum256(v.Signature); !bytes.Equal(sum[:], v.Randomness) {
		return "", fmt.Errorf("beacon: the randomness is not the SHA-256 of the signature")
	}
	chain := Known(v.Chain)
	if v.Info != nil {
		if got := v.Info.Hash(); got != v.Chain {
			return "", fmt.Errorf("beacon: the chain handed in has the hash %s, promised was %s", got, v.Chain)
		}
		if chain == nil {
			chain = v.Info
		}
	}
	if chain == nil {
		return Unchecked, nil
	}
	if err := chain.keeps(p); err != nil {
		return "", err
	}
	if err := chain.verify(v.Round, v.Signature, v.Previous); err != nil {
		return "", err
	}
	return Checked, nil
}

// ReadRound reads a round as drand's HTTP interface gives it: {"round",
// "signature", "randomness", "previous_signature"}, the latter two where they are
// given. Chain is the hash of the chain it is of; it is not checked yet.
func ReadRound(r io.Reader, chain string) (Value, error) {
	var file struct {
		Round      uint64 `json:"round"`
		Randomness Hex    `json:"randomness"`
		Signature  Hex    `json:"signature"`
		Previous   Hex    `json:"previous_signature"`
	}
	if err := decode(r, &file, "a drand round"); err != nil {
		return Value{}, err
	}
	if file.Round == 0 || len(file.Signature) == 0 {
		return Value{}, fmt.Errorf(`this is not a drand round: {"round", "signature", …} is needed, as https://api.drand.sh/CHAIN/public/ROUND gives it`)
	}
	sum := sha256.Sum256(file.Signature)
	if file.Randomness != nil && !bytes.Equal(file.Randomness, sum[:]) {
		return Value{}, fmt.Errorf("drand round %d: the randomness is not the SHA-256 of the signature", file.Round)
	}
	return Value{Kind: Drand, Chain: chain, Round: file.Round, Randomness: sum[:], Signature: file.Signature, Previous: file.Previous}, nil
}

// Hex is bytes that read and write as hex in JSON.
type Hex []byte

// MarshalText writes hex.
func (h Hex) MarshalText() ([]byte, error) { return []byte(hex.EncodeToString(h)), nil }

// UnmarshalText reads hex.
func (h *Hex) UnmarshalText(text []byte) error {
	raw, err := hex.DecodeString(string(text))
	if err != nil {
		return fmt.Errorf("%.80q is not hex", text)
	}
	*h = raw
	return nil
}

func decode(r io.Reader, to any, what string) error {
	body, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return err
	}
	if len(body) > maxFile {
		return fmt.Errorf("%s of more than %d bytes", what, maxFile)
	}
	if err := json.Unmarshal(body, to); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}
