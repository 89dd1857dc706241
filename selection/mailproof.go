package selection

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"time"

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

// MailingPolicy extracts the policy of a mailing from a register read as r says,
// and the register's roll.
func (m Mailing) MailingPolicy(r Register, roll *Roll, previous Digest) MailingPolicy {
	return MailingPolicy{Register: r, Letters: m.Letters, Equal: m.Equal, Weights: m.Weights,
		Excluded: roll.listDigest(m.Excluded), Out: len(m.Excluded), Previous: previous}
}

const mailingDomain = "veche/selection/mailing/v1\n"

// Digest is the SHA-256 of the policy's canonical JSON behind its domain.
func (p MailingPolicy) Digest() Digest { return digestOf(mailingDomain, p) }

// mailing is the mailing of the policy over a register.
func (p MailingPolicy) mailing(register *Pool, seed [32]byte, excluded []int) Mailing {
	return Mailing{Register: register, Letters: p.Letters, Equal: p.Equal, Weights: p.Weights, Excluded: excluded, Seed: seed}
}

// MailingCommitment is everything of a mailing but its randomness, and where that
// will come from: published before the beacon's value can be known, it leaves the
// sender no choice. It names nobody.
type MailingCommitment struct {
	Version      int            `json:"version"`
	Root         Digest         `json:"root"` // of the register
	People       int            `json:"people"`
	Policy       MailingPolicy  `json:"policy"`
	PolicyDigest Digest         `json:"policy_digest"`
	Round        uint64         `json:"round"` // 0 for the first wave
	Beacon       beacon.Promise `json:"beacon"`
	// Time is when it was made, as the sender says, zero where it was not published
	// before the draw.
	Time time.Time `json:"time,omitzero"`
}

// CommitMailing settles a mailing of a register read as rule says. Previous is the
// policy of the wave before, zero for the first; it refuses a beacon whose value
// may be known at the time given.
func CommitMailing(m Mailing, rule Register, roll *Roll, round uint64, previous Digest, promise beacon.Promise, at time.Time) (*MailingCommitment, error) {
	policy := m.MailingPolicy(rule, roll, previous)
	c := &MailingCommitment{Version: MailingVersion, Root: roll.Root(), People: m.Register.Len(), Policy: policy, PolicyDigest: policy.Digest(), Round: round, Beacon: promise}
	if err := promise.Check(); err != nil {
		return nil, err
	}
	if !at.IsZero() {
		c.Time = at.UTC().Truncate(time.Second)
		return c, promise.After(c.Time)
	}
	return c, nil
}

// Digest is what to publish where a whole commitment is too much.
func (c *MailingCommitment) Digest() Digest { return digestOf(mailingDomain, c) }

// Seed is the seed of the mailing that keeps the commitment; it refuses a value
// that is not the one promised.
func (c *MailingCommitment) Seed(v beacon.Value) (Digest, beacon.Status, error) {
	status, err := v.Check(c.Beacon)
	if err != nil {
		return Digest{}, "", err
	}
	return NewSeed(c.Root, c.PolicyDigest, v.Bytes(), c.Round), status, nil
}

// Keeps tells whether a mailing is the one committed to: nil, or what differs.
func (c *MailingCommitment) Keeps(m Mailing, roll *Roll) error {
	again := m.MailingPolicy(c.Policy.Register, roll, c.Policy.Previous)
	var d []string
	switch {
	case roll.Root() != c.Root || m.Register.Len() != c.People:
		d = append(d, fmt.Sprintf("register: root %.12s… of %d people was committed, now %.12s… of %d", c.Root, c.People, roll.Root(), m.Register.Len()))
	case again.Digest() != c.PolicyDigest:
		d = append(d, fmt.Sprintf("rules: %d letters with the policy %.12s… were committed, now %d with %.12s…", c.Policy.Letters, c.PolicyDigest, m.Letters, again.Digest()))
	}
	if len(d) > 0 {
		return &BrokenError{d}
	}
	return nil
}

// MailingProof is a mailing written down so that whoever has the register can
// draw the same letters, and whoever has not can check that seed and rules were
// bound to the register before. People are leaves: places in the order of the
// identifiers.
type MailingProof struct {
	MailingCommitment `json:"commitment"`
	CommitmentDigest  Digest        `json:"commitment_digest"`
	Value             beacon.Value  `json:"value"`
	Seed              Digest        `json:"seed"`
	Excluded          []int         `json:"excluded,omitempty"`
	Letters           Digest        `json:"letters_digest"` // over the leaves that got one
	Chances           Digest        `json:"chances_root"`
	Report            LettersReport `json:"report"`
	Limits            []string      `json:"limits"`
}

// MailingVersion is the version of the proofs that this code writes and reads.
const MailingVersion = 1

var mailingLimits = []string{
	"it cannot show that the register is complete or that nobody stands in it twice",
	"it cannot show that every letter was posted and arrived",
}

// NewMailingProof writes down a mailing that keeps its commitment; the mailing's
// seed must be the commitment's.
func NewMailingProof(m Mailing, c *MailingCommitment, roll *Roll, l *Letters, v beacon.Value) (*MailingProof, error) {
	if err := c.Keeps(m, roll); err != nil {
		return nil, err
	}
	seed, _, err := c.Seed(v)
	if err != nil {
		return nil, err
	}
	if seed != Digest(m.Seed) {
		return nil, fmt.Errorf("the seed does not come from the register, the policy, the beacon and the round")
	}
	chances, err := roll.ChancesRoot(l.Chances)
	if err != nil {
		return nil, err
	}
	out := &MailingProof{MailingCommitment: *c, CommitmentDigest: c.Digest(), Value: v, Seed: seed,
		Letters: roll.letters(l.Selected), Chances: chances, Report: l.Report, Excluded: roll.leaves(m.Excluded)}
	slices.Sort(out.Excluded)
	// What randomness and time cannot show is as in a draw.
	out.Limits = append(slices.Clone(mailingLimits), limitsOf(&Commitment{Time: c.Time}, &v)[len(limits):]...)
	return out, nil
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
	v.expect("commitment", proof.CommitmentDigest == proof.MailingCommitment.Digest(), Proved, fmt.Sprintf("register, rules and beacon have the digest %s", proof.CommitmentDigest))
	seed, signed, err := proof.MailingCommitment.Seed(proof.Value)
	detail := fmt.Sprintf("%v was promised and is given", proof.Beacon)
	if proof.Value.Kind == beacon.Drand {
		detail += ", signature " + string(signed)
	}
	v.try("beacon", err, Proved, detail)
	v.expect("seed", seed == proof.Seed, Proved, "the seed comes from the register's root, the policy, the beacon and the round")
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
	again := m.MailingPolicy(proof.Policy.Register, c, proof.Policy.Previous)
	v.expect("lists", again.Excluded == proof.Policy.Excluded && again.Out == proof.Policy.Out, Rerun, "who was left out is as published")
	v.expect("letters", c.letters(l.Selected) == proof.Letters, Rerun, "the same letters come out")
	chances, err := c.ChancesRoot(l.Chances)
	if err != nil {
		return v.steps, err
	}
	v.expect("chances", chances == proof.Chances, Rerun, "the same chances come out")
	return v.steps, v.err
}
