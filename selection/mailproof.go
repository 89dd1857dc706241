package selection

import (
	"bytes"
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
	if !at.IsZero() {
		c.Time = at.UTC().Truncate(time.Second)
	}
	return c, c.check()
}

// check refuses a commitment that contradicts itself.
func (c *MailingCommitment) check() error {
	switch {
	case c.Version != MailingVersion:
		return fmt.Errorf("commitment version %d is not known to this program, which reads version %d", c.Version, MailingVersion)
	case c.People < 1 || c.People > maxPeople || c.Policy.Letters < 0 || c.Policy.Out < 0 || c.Policy.Out > c.People:
		return fmt.Errorf("%d letters to a register of %d people, %d of them left out", c.Policy.Letters, c.People, c.Policy.Out)
	case c.Policy.Digest() != c.PolicyDigest:
		return fmt.Errorf("the policy has the digest %.12s…, the commitment says %.12s…: it was changed", c.Policy.Digest(), c.PolicyDigest)
	case (c.Round > 0) != (c.Policy.Previous != Digest{}):
		return fmt.Errorf("round %d does not agree with the wave before, whose policy is %.12s…: the first wave is round 0 and has none before, every other has", c.Round, c.Policy.Previous)
	}
	if err := c.Beacon.Check(); err != nil {
		return err
	}
	if c.Time.IsZero() {
		return nil
	}
	return c.Beacon.After(c.Time)
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
	if err := c.check(); err != nil {
		return err
	}
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
	"it cannot show that this is the only mailing: one that was aborted, or drawn and not liked, leaves no trace here; look for other commitments where this one was published",
}

// sameValueLimit is of a wave with the beacon's value of the wave before.
const sameValueLimit = "the beacon's value is that of the wave before: the sender knew it when settling this wave's letters"

// limits are what the proof cannot show; before is the proof of the wave before,
// nil for the first.
func (p *MailingProof) limits(before *MailingProof) []string {
	// What randomness and time cannot show is as in a draw.
	out := append(slices.Clone(mailingLimits), limitsOf(&Commitment{Time: p.Time}, &p.Value)[len(limits):]...)
	if before != nil && bytes.Equal(before.Value.Bytes(), p.Value.Bytes()) {
		out = append(out, sameValueLimit)
	}
	return out
}

// NewMailingProof writes down a mailing that keeps its commitment; the mailing's
// seed must be the commitment's, and before is the proof of the wave before, nil
// for the first, whose chances the report must carry (LettersReport.Carry).
func NewMailingProof(m Mailing, c *MailingCommitment, roll *Roll, l *Letters, v beacon.Value, before *MailingProof) (*MailingProof, error) {
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
	out.Limits = out.limits(before)
	if before != nil {
		if err := out.follows(before); err != nil {
			return nil, err
		}
	} else if c.Round > 0 {
		return nil, fmt.Errorf("round %d follows a wave whose proof is not given", c.Round)
	}
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

// follows tells whether a proof is of the wave after the one given.
func (p *MailingProof) follows(before *MailingProof) error {
	switch {
	case p.Policy.Previous != before.Policy.Digest():
		return fmt.Errorf("the wave before has the policy %.12s…, the one given has %.12s…", p.Policy.Previous, before.Policy.Digest())
	case p.Round != before.Round+1:
		return fmt.Errorf("round %d cannot follow round %d", p.Round, before.Round)
	case p.Root != before.Root || p.People != before.People:
		return fmt.Errorf("the register has the root %.12s… of %d people, that of the wave before %.12s… of %d", p.Root, p.People, before.Root, before.People)
	case !p.Time.IsZero() && p.Time.Before(before.Time):
		return fmt.Errorf("the wave was committed at %s, before the one that it follows (%s)", p.Time.Format(time.RFC3339), before.Time.Format(time.RFC3339))
	}
	return nil
}

// VerifyMailing checks a proof step by step; with the register it draws the
// letters again and compares all that the proof says of them. Before is the proof
// of the wave before, nil where there is none or it is not at hand; it is held to
// the link, not verified itself. The error is of the first step that failed; the
// steps are given in any case.
func VerifyMailing(proof *MailingProof, register *Pool, before *MailingProof) ([]Step, error) {
	if proof.Version != MailingVersion {
		return nil, fmt.Errorf("proof version %d is not known to this program, which reads version %d", proof.Version, MailingVersion)
	}
	v := &mailingCheck{p: proof, before: before}
	v.settled()
	v.shares()
	if register == nil {
		v.absent("needs the register", "register", "letters", "chances", "whole report")
		return v.steps, v.err
	}
	return v.steps, v.rerun(register)
}

type mailingCheck struct {
	verification
	p, before *MailingProof
}

// settled looks at what was fixed beforehand.
func (v *mailingCheck) settled() {
	p := v.p
	v.expect("policy", p.Policy.Digest() == p.PolicyDigest, Proved, "rules and lists have the digest that was published")
	err := p.check()
	if err == nil && p.CommitmentDigest != p.MailingCommitment.Digest() {
		err = fmt.Errorf("it has the digest %s, the proof says %s", p.MailingCommitment.Digest(), p.CommitmentDigest)
	}
	v.try("commitment", err, Proved, fmt.Sprintf("register, rules and beacon have the digest %s", p.CommitmentDigest))
	seed, signed, err := p.MailingCommitment.Seed(p.Value)
	detail := fmt.Sprintf("%v was promised and is given", p.Beacon)
	if p.Value.Kind == beacon.Drand {
		detail += ", signature " + string(signed)
	}
	v.try("beacon", err, Proved, detail)
	v.expect("seed", seed == p.Seed, Proved, "the seed comes from the register's root, the policy, the beacon and the round")
	const times = "times"
	switch out := time.UnixMilli(p.Beacon.Expected).UTC(); {
	case p.Time.IsZero():
		v.absent("no commitment was published before the mailing", times)
	case p.Beacon.Expected == 0:
		v.absent("when the beacon's value came out is not said", times)
	case signed == beacon.Unchecked && p.Time.Before(out):
		v.absent("that the round came out when the commitment says is not shown: the chain's schedule is not known to this program and was not given", times)
	default:
		v.expect(times, p.Time.Before(out), Proved, fmt.Sprintf("the commitment says that it was made at %s, before %v came out at %s",
			p.Time.Format(time.RFC3339), p.Beacon, out.Format(time.RFC3339)))
	}
	const wave = "wave"
	switch {
	case v.before != nil:
		v.try(wave, p.follows(v.before), Proved, fmt.Sprintf("it follows the wave given, as number %d", p.Round+1))
	case p.Round > 0:
		v.absent("needs the proof of the wave before", wave)
	}
	want := p.limits(v.before)
	same := slices.Equal(p.Limits, want)
	if v.before == nil && p.Round > 0 {
		same = same || slices.Equal(p.Limits, append(want, sameValueLimit))
	}
	v.expect("limits", same, Proved, "what the proof cannot show is listed in full")
}

// shares looks at what the report says of strata.
func (v *mailingCheck) shares() {
	r := &v.p.Report
	sum, letters, within := 0.0, 0, r.Letters == v.p.Policy.Letters && r.Equal == v.p.Policy.Equal && r.People == v.p.People && uint64(r.Wave) == v.p.Round+1
	for _, s := range r.Strata {
		sum += s.Expected
		letters += s.Letters
		within = within && math.Abs(s.Expected-float64(s.Letters)) < 1
	}
	v.expect("strata", within && letters == v.p.Policy.Letters && math.Abs(sum-float64(letters)) < 1e-3, Proved,
		"the report says that each stratum has within one letter of what it should, and they add up to the letters of the policy")
}

// rerun draws the letters again and compares.
func (v *mailingCheck) rerun(register *Pool) error {
	p := v.p
	c, err := NewRoll(register, nil)
	if err != nil {
		return err
	}
	v.expect("register", c.Root() == p.Root && register.Len() == p.People, Rerun, "the register has the root that was published")
	if v.err != nil {
		return v.err
	}
	m, l, err := p.Again(register, c)
	if err != nil {
		return fmt.Errorf("letters: %w", err)
	}
	again := m.MailingPolicy(p.Policy.Register, c, p.Policy.Previous)
	v.expect("lists", again.Excluded == p.Policy.Excluded && again.Out == p.Policy.Out, Rerun, "who was left out is as published")
	v.expect("letters", c.letters(l.Selected) == p.Letters, Rerun, "the same letters come out")
	chances, err := c.ChancesRoot(l.Chances)
	if err != nil {
		return err
	}
	v.expect("chances", chances == p.Chances, Rerun, "the same chances come out")
	detail := "every figure of the report comes out the same"
	switch {
	case v.before != nil:
		l.Report.Carry(v.before.Report)
		if err := v.spared(register, c, m); err != nil {
			return err
		}
	case p.Round > 0: // over all waves: shown by the proof of the wave before
		detail += ", but for the chances over all waves, which need the proof of the wave before"
		l.Report.Wave = p.Report.Wave
		if len(l.Report.Strata) == len(p.Report.Strata) {
			for s := range l.Report.Strata {
				l.Report.Strata[s].Total = p.Report.Strata[s].Total
			}
		}
	}
	v.expect("whole report", digestOf("", l.Report) == digestOf("", p.Report), Rerun, detail)
	return v.err
}

// spared looks at whether nobody at an address with a letter of the wave before
// could get another.
func (v *mailingCheck) spared(register *Pool, c *Roll, m Mailing) error {
	first, l, err := v.before.Again(register, c)
	if err != nil {
		return fmt.Errorf("letters of the wave before: %w", err)
	}
	out := make([]bool, register.Len())
	for _, i := range m.Excluded {
		out[i] = true
	}
	all := c.letters(l.Selected) == v.before.Letters
	for _, i := range l.After(first) {
		all = all && out[i]
	}
	v.expect("letters before", all, Rerun, "nobody at an address that got a letter of the wave before, or was left out of it, can get one")
	return nil
}
