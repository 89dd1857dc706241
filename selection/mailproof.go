package selection

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"veche/selection/beacon"
)

// MailingPolicy is what is settled before the beacon is known: everything about
// a mailing but the register and the randomness.
type MailingPolicy struct {
	Register Register      `json:"register"`
	Letters  int           `json:"letters"`
	Equal    Equal         `json:"equal"`
	Weights  []StratumRate `json:"weights,omitempty"`
	Excluded Digest        `json:"excluded"` // digest of the identifiers that get no letter
	Out      int           `json:"excluded_people"`
	Previous Digest        `json:"previous"` // policy of the wave before, zero for the first
}

// MailingPolicy extracts the policy of a mailing from a register read as r says.
func (m Mailing) MailingPolicy(r Register, root [32]byte, previous Digest) MailingPolicy {
	p := Problem{Pool: m.Register}
	return MailingPolicy{Register: r, Letters: m.Letters, Equal: m.Equal, Weights: m.Weights,
		Excluded: p.listDigest(root, m.Excluded), Out: len(m.Excluded), Previous: previous}
}

const mailingDomain = "veche/selection/mailing/v1\n"

// Digest is the SHA-256 of the policy's canonical JSON behind its domain.
func (p MailingPolicy) Digest() [32]byte {
	body, err := json.Marshal(p)
	if err != nil { // only texts and finite numbers
		panic(err)
	}
	return sha256.Sum256(append([]byte(mailingDomain), body...))
}

// mailing is the mailing of the policy over a register.
func (p MailingPolicy) mailing(register *Pool, seed [32]byte, excluded []int) Mailing {
	return Mailing{Register: register, Letters: p.Letters, Equal: p.Equal, Weights: p.Weights, Excluded: excluded, Seed: seed}
}

// MailingProof is a mailing written down so that whoever has the register can
// draw the same letters, and whoever has not can check that seed and rules were
// bound to the register before. People are leaves: places in the order of the
// identifiers.
type MailingProof struct {
	Version      int           `json:"version"`
	Root         Digest        `json:"root"`
	People       int           `json:"people"`
	Policy       MailingPolicy `json:"policy"`
	PolicyDigest Digest        `json:"policy_digest"`
	Value        beacon.Value  `json:"beacon"`
	Round        uint64        `json:"round"` // 0 for the first wave
	Seed         Digest        `json:"seed"`
	Excluded     []int         `json:"excluded,omitempty"`
	Letters      Digest        `json:"letters_digest"` // over the leaves that got one
	Chances      Digest        `json:"chances_digest"`
	Report       LettersReport `json:"report"`
	Limits       []string      `json:"limits"`
}

// MailingVersion is the version of the proofs that this code writes and reads.
const MailingVersion = 1

var mailingLimits = []string{
	"it cannot show that the register is complete or that nobody stands in it twice",
	"it cannot show that every letter was posted and arrived",
}

// NewMailingProof writes a mailing down. Its seed must be
// NewSeed(c.Root(), policy digest, v.Bytes(), round).
func NewMailingProof(m Mailing, policy MailingPolicy, c *Roll, l *Letters, v beacon.Value, round uint64) (*MailingProof, error) {
	chances, err := c.ChancesRoot(l.Chances)
	if err != nil {
		return nil, err
	}
	out := &MailingProof{Version: MailingVersion, Root: c.Root(), People: m.Register.Len(), Policy: policy, PolicyDigest: policy.Digest(),
		Value: v, Round: round, Seed: m.Seed, Letters: c.letters(l.Selected), Chances: chances, Report: l.Report, Limits: slices.Clone(mailingLimits)}
	signed, err := out.beacon()
	if err != nil {
		return nil, err
	}
	switch {
	case v.Kind == beacon.Phrase:
		out.Limits = append(out.Limits, phraseLimit)
	case v.Kind == beacon.Public:
		out.Limits = append(out.Limits, "that the public value is what its source published is for the reader to look up")
	case signed != beacon.Checked:
		out.Limits = append(out.Limits, "signature not checked: the chain's key is not known to this program and was not given")
	}
	if NewSeed(c.Root(), out.PolicyDigest, v.Bytes(), round) != m.Seed {
		return nil, fmt.Errorf("the seed does not come from the register, the policy, the beacon and the round")
	}
	for _, i := range m.Excluded {
		out.Excluded = append(out.Excluded, c.Leaf(i))
	}
	slices.Sort(out.Excluded)
	return out, nil
}

// beacon checks the beacon's value by itself: its signature where it has one.
func (p *MailingProof) beacon() (beacon.Status, error) {
	promise := beacon.Promise{Kind: p.Value.Kind, Chain: p.Value.Chain, Round: p.Value.Round, Source: "a value published by others"}
	if p.Value.Kind != beacon.Public {
		promise.Source = ""
	}
	if c := beacon.Known(promise.Chain); c != nil {
		promise.Expected = c.Time(promise.Round).UnixMilli()
	}
	return p.Value.Check(promise)
}

// letters is the digest of who got a letter, by leaf.
func (c *Roll) letters(people []int) Digest {
	leaves := make([]int32, 0, len(people))
	for _, i := range people {
		leaves = append(leaves, c.leaf[i])
	}
	slices.Sort(leaves)
	h := sha256.New()
	root := c.Root()
	h.Write([]byte(mailingDomain))
	h.Write(root[:])
	for _, leaf := range leaves {
		var one [4]byte
		binary.BigEndian.PutUint32(one[:], uint32(leaf))
		h.Write(one[:])
	}
	return Digest(h.Sum(nil))
}

// Again draws the letters of a proof again from its register.
func (p *MailingProof) Again(register *Pool, c *Roll) (Mailing, *Letters, error) {
	var excluded []int
	for _, leaf := range p.Excluded {
		if leaf < 0 || leaf >= len(c.order) {
			return Mailing{}, nil, fmt.Errorf("excluded: leaf %d is not in the register of %d", leaf, len(c.order))
		}
		excluded = append(excluded, int(c.order[leaf]))
	}
	m := p.Policy.mailing(register, p.Seed, excluded)
	l, err := m.Draw()
	return m, l, err
}

// VerifyMailing checks a proof step by step; with the register it draws the
// letters again. The error is of the first step that failed; the steps are given
// in any case.
func VerifyMailing(proof *MailingProof, register *Pool) ([]Step, error) {
	if proof.Version != MailingVersion {
		return nil, fmt.Errorf("proof version %d is not known to this program, which reads version %d", proof.Version, MailingVersion)
	}
	v := &verification{}
	v.expect("policy", proof.Policy.Digest() == [32]byte(proof.PolicyDigest), Proved, "rules and lists have the digest that was published")
	signed, err := proof.beacon()
	detail := "the beacon's value is well formed"
	if proof.Value.Kind == beacon.Drand {
		detail += ", signature " + string(signed)
	}
	v.expect("beacon", err == nil, Proved, detail)
	v.expect("seed", NewSeed(proof.Root, proof.PolicyDigest, proof.Value.Bytes(), proof.Round) == [32]byte(proof.Seed), Proved,
		"the seed comes from the register's root, the policy, the beacon and the round")
	sum, letters, within := 0.0, 0, true
	for _, s := range proof.Report.Strata {
		sum += s.Expected
		letters += s.Letters
		within = within && math.Abs(s.Expected-float64(s.Letters)) < 1
	}
	v.expect("strata", within && letters == proof.Policy.Letters && math.Abs(sum-float64(letters)) < 1e-3, Proved,
		"each stratum has within one letter of what it should, and they add up")
	if register == nil {
		for _, name := range []string{"register", "letters", "chances"} {
			v.steps = append(v.steps, Step{name, Absent, "needs the register"})
		}
		return v.steps, v.err
	}
	c, err := NewRoll(register, nil)
	if err != nil {
		return v.steps, err
	}
	v.expect("register", c.Root() == proof.Root && register.Len() == proof.People, Rerun, "the register has the root that was published")
	if v.err != nil {
		return v.steps, v.err
	}
	m, l, err := proof.Again(register, c)
	if err != nil {
		return v.steps, fmt.Errorf("letters: %w", err)
	}
	again := m.MailingPolicy(proof.Policy.Register, c.Root(), proof.Policy.Previous)
	v.expect("lists", again.Excluded == proof.Policy.Excluded && again.Out == proof.Policy.Out, Rerun, "who was left out is as published")
	v.expect("letters", c.letters(l.Selected) == proof.Letters, Rerun, "the same letters come out")
	chances, err := c.ChancesRoot(l.Chances)
	if err != nil {
		return v.steps, err
	}
	v.expect("chances", chances == proof.Chances, Rerun, "the same chances come out")
	return v.steps, v.err
}
