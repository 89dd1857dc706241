package selection

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"math/big"
	"slices"
	"strings"
)

// ReceiptVersion is the version of receipt.json.
const ReceiptVersion = 2

// Receipt is receipt.json: one person's own proof of a draw. It belongs to that
// person, because it holds their row: with it they show to anyone that they were
// in the pool, as what, with which chance, and what came out.
type Receipt struct {
	Version    int    `json:"version"`
	Topic      string `json:"topic,omitempty"`
	Commitment Digest `json:"commitment"` // digest of the draw's
	Round      uint64 `json:"round"`

	Row  ReceiptRow `json:"row"`
	Salt Salt       `json:"salt"`
	// Leaf of People leaves, and its path to the root of the pool.
	Leaf   int      `json:"leaf"`
	People int      `json:"people"`
	Path   []Digest `json:"path"`
	Root   Digest   `json:"root"`

	Standing Standing `json:"standing"`
	Reason   string   `json:"reason,omitempty"` // why seated before or left out
	// Chance in this round in units of ChanceUnit, given what was settled before
	// it, and its path to the root of the chances.
	Chance      int64    `json:"chance"`
	ChancePath  []Digest `json:"chance_path"`
	ChancesRoot Digest   `json:"chances_root"`
	Outcome     Outcome  `json:"outcome"`
	Reserve     int      `json:"reserve,omitempty"` // place among the reserves, from 1

	// Earlier are the receipts of the rounds before, the first first, and Total
	// is the chance to be drawn in any of the rounds so far, in units of
	// ChanceUnit: 1 − ∏(1 − chance) over the rounds in which the person could be
	// drawn, each given how the ones before went.
	Earlier []Receipt `json:"earlier,omitempty"`
	Total   int64     `json:"total"`
}

// ReceiptRow is a person's row in words.
type ReceiptRow struct {
	ID        string         `json:"id"`
	Household string         `json:"household,omitempty"` // as the draw compares it
	Weight    float64        `json:"weight"`
	Values    []ReceiptValue `json:"values"`
}

// ReceiptValue is a person's value of a feature.
type ReceiptValue struct {
	Feature string `json:"feature"`
	Value   string `json:"value"`
}

// Salt is what keeps a row from being guessed; it reads and writes as hex.
type Salt [16]byte

// MarshalText writes hex.
func (s Salt) MarshalText() ([]byte, error) { return []byte(hex.EncodeToString(s[:])), nil }

// UnmarshalText reads hex.
func (s *Salt) UnmarshalText(text []byte) error {
	raw, err := hex.DecodeString(string(text))
	if err != nil || len(raw) != len(s) {
		return fmt.Errorf("%.80q is not a salt of %d bytes in hex", text, len(s))
	}
	copy(s[:], raw)
	return nil
}

// Standing is how a person entered a round.
type Standing string

// The standings.
const (
	Drawable Standing = "could be drawn"
	Seated   Standing = "seated before"
	LeftOut  Standing = "left out"
)

// Outcome is what a round brought a person.
type Outcome string

// The outcomes of a round for one person.
const (
	Selected    Outcome = "selected"
	Reserved    Outcome = "reserve"
	NotSelected Outcome = "not selected"
)

// Receipts makes the receipts of a round.
type Receipts struct {
	proof   *Proof
	roll    *Roll
	chances *tree
	units   []int64
	places  places
}

// place is what a proof says of a leaf.
type place struct {
	standing Standing
	reason   string
	outcome  Outcome
	reserve  int
}

// NewReceipts prepares the receipts of a proof's round. Chances are everyone's in
// units of ChanceUnit, in the order of the pool, as Draw gave them; it refuses
// those, and a pool, that are not the proof's.
func NewReceipts(proof *Proof, roll *Roll, chances []int64) (*Receipts, error) {
	if roll.Root() != proof.Root || len(roll.order) != proof.People {
		return nil, fmt.Errorf("this is not the pool of the proof: its root is %.12s… of %d people, the proof has %.12s… of %d (the same file, columns and addresses are needed)",
			roll.Root(), len(roll.order), proof.Root, proof.People)
	}
	if len(chances) != proof.People {
		return nil, fmt.Errorf("%d chances for %d people", len(chances), proof.People)
	}
	tree, err := roll.chances(chances)
	if err != nil {
		return nil, err
	}
	if tree.root != proof.Chances {
		return nil, fmt.Errorf("these are not the chances of the proof: their root is %.12s…, the proof has %.12s…", tree.root, proof.Chances)
	}
	places, err := proof.places()
	if err != nil {
		return nil, err
	}
	return &Receipts{proof: proof, roll: roll, chances: tree, units: chances, places: places}, nil
}

// places are what a proof says of the leaves that it names; of all others it
// says that they could be drawn and were not.
type places map[int]place

func (p *Proof) places() (places, error) {
	v := &proofCheck{p: p}
	if v.panel(); v.err != nil {
		return nil, v.err
	}
	out := places{}
	for k, list := range p.Fixed {
		for _, leaf := range list {
			out[leaf] = place{standing: Seated, reason: p.Policy.Seated[k].Reason, outcome: NotSelected}
		}
	}
	for k, list := range p.Excluded {
		for _, leaf := range list {
			if _, named := out[leaf]; !named { // the first reason counts
				out[leaf] = place{standing: LeftOut, reason: p.Policy.Excluded[k].Reason, outcome: NotSelected}
			}
		}
	}
	for _, leaf := range p.Selected {
		out[leaf] = place{standing: Drawable, outcome: Selected}
	}
	for k, leaf := range p.Reserves {
		out[leaf] = place{standing: Drawable, outcome: Reserved, reserve: k + 1}
	}
	return out, nil
}

func (x places) at(leaf int) place {
	if one, ok := x[leaf]; ok {
		return one
	}
	return place{standing: Drawable, outcome: NotSelected}
}

// Of is the receipt of person i of the pool. Earlier are their receipts of the
// rounds before, the first first.
func (s *Receipts) Of(i int, earlier ...Receipt) (*Receipt, error) {
	if i < 0 || i >= len(s.units) {
		return nil, fmt.Errorf("person number %d is not in the pool of %d", i, len(s.units))
	}
	leaf, pool := s.roll.Leaf(i), s.roll.pool
	at := s.places.at(leaf)
	r := &Receipt{Version: ReceiptVersion, Topic: s.proof.Topic, Commitment: s.proof.CommitmentDigest, Round: s.proof.Round,
		Row:  ReceiptRow{ID: pool.ID(i), Household: pool.Household(i), Weight: pool.Weight(i)},
		Salt: s.roll.Salt(i), Leaf: leaf, People: s.proof.People, Root: s.proof.Root,
		Standing: at.standing, Reason: at.reason, Outcome: at.outcome, Reserve: at.reserve,
		Chance: s.units[i], ChancesRoot: s.proof.Chances, Earlier: earlier}
	for f := range pool.features {
		r.Row.Values = append(r.Row.Values, ReceiptValue{pool.features[f].Name, pool.Value(i, f)})
	}
	var err error
	if r.Path, err = s.roll.Path(i); err != nil {
		return nil, err
	}
	if r.ChancePath, err = s.chances.path(leaf); err != nil {
		return nil, err
	}
	for k := range r.Earlier { // one level: each round once
		r.Earlier[k].Earlier = nil
	}
	r.Total = r.total()
	return r, r.check()
}

// bytes are the content of the row's leaf.
func (r *ReceiptRow) bytes(salt Salt) []byte {
	b := appendHead(nil, salt[:], []byte(r.ID), []byte(r.Household), r.Weight)
	for _, v := range r.Values {
		b = appendValue(b, v.Feature, v.Value)
	}
	return b
}

// total is the chance over all rounds. A seat held from the first round on is
// certain; one held later came of an earlier round, which counts already.
func (r *Receipt) total() int64 {
	unit := big.NewInt(ChanceUnit)
	miss, over := big.NewInt(1), big.NewInt(1) // miss/over is the chance of no round
	for k, one := range append(slices.Clone(r.Earlier), *r) {
		if one.Standing == Seated && k == 0 {
			return ChanceUnit
		}
		if one.Standing == Drawable {
			miss.Mul(miss, big.NewInt(ChanceUnit-one.Chance))
			over.Mul(over, unit)
		}
	}
	half := new(big.Int).Rsh(over, 1)
	miss.Mul(miss, unit).Add(miss, half).Quo(miss, over)
	return ChanceUnit - miss.Int64()
}

// maxRounds bounds the rounds of one receipt.
const maxRounds = 1000

// check refuses a receipt that contradicts itself.
func (r *Receipt) check() error {
	if r.Version != ReceiptVersion {
		return fmt.Errorf("receipt version %d is not known to this program, which reads version %d", r.Version, ReceiptVersion)
	}
	if len(r.Earlier) > maxRounds {
		return fmt.Errorf("a receipt over %d rounds", len(r.Earlier))
	}
	if err := r.alone(); err != nil {
		return err
	}
	for k := range r.Earlier {
		one := &r.Earlier[k]
		next := r
		if k+1 < len(r.Earlier) {
			next = &r.Earlier[k+1]
		}
		switch {
		case one.Version != ReceiptVersion || len(one.Earlier) > 0:
			return fmt.Errorf("round %d: not a receipt of one round", one.Round)
		case one.Round >= next.Round:
			return fmt.Errorf("round %d stands before round %d", one.Round, next.Round)
		case one.Row.ID != r.Row.ID:
			return fmt.Errorf("round %d is of %q, round %d of %q", one.Round, one.Row.ID, r.Round, r.Row.ID)
		case one.Topic != r.Topic:
			return fmt.Errorf("round %d is of the topic %q, round %d of %q", one.Round, one.Topic, r.Round, r.Topic)
		}
		if err := one.alone(); err != nil {
			return fmt.Errorf("round %d: %w", one.Round, err)
		}
		if one.Total != one.total() {
			return fmt.Errorf("round %d: the chance in total is %d, the receipt says %d", one.Round, one.total(), one.Total)
		}
	}
	if total := r.total(); total != r.Total {
		return fmt.Errorf("the chance over all rounds is %d of %d, the receipt says %d", total, int64(ChanceUnit), r.Total)
	}
	return nil
}

// alone checks the receipt of one round.
func (r *Receipt) alone() error {
	if r.Chance < 0 || r.Chance > ChanceUnit {
		return fmt.Errorf("a chance of %d units; 0 to %d are possible", r.Chance, int64(ChanceUnit))
	}
	if r.People < 1 || r.People > maxPeople || r.Leaf < 0 || r.Leaf >= r.People {
		return fmt.Errorf("leaf %d of %d", r.Leaf, r.People)
	}
	if w := r.Row.Weight; !(w >= 1 && w <= MaxWeight) {
		return fmt.Errorf("a weight of %v; 1 to %d is possible", w, MaxWeight)
	}
	if err := CheckPath(r.Path, r.People, r.Leaf, r.Row.bytes(r.Salt), r.Root); err != nil {
		return fmt.Errorf("the row does not stand at leaf %d under the pool's root: %w", r.Leaf, err)
	}
	if err := CheckPath(r.ChancePath, r.People, r.Leaf, appendChance(nil, r.Salt, r.Leaf, r.Chance), r.ChancesRoot); err != nil {
		return fmt.Errorf("the chance does not stand at leaf %d under the root of the chances: %w", r.Leaf, err)
	}
	return nil
}

// Verify checks a receipt with the proofs of its round and of the rounds before,
// in any order, and says in words what each step shows. Without the proof of a
// round the receipt's own roots are all that it is held to. The error is of the
// first step that failed.
func (r *Receipt) Verify(proofs ...*Proof) ([]Step, error) {
	v := &verification{}
	v.try("receipt", r.check(), Proved, "rows, chances and paths agree with the roots that the receipt names")
	if v.err != nil {
		return v.steps, v.err
	}
	byCommitment := map[Digest]*Proof{}
	for _, p := range proofs {
		byCommitment[p.Commitment.Digest()] = p
	}
	used := 0
	for _, one := range append(slices.Clone(r.Earlier), *r) {
		p := byCommitment[one.Commitment]
		if p == nil {
			v.absent(fmt.Sprintf("the proof of round %d is not given: that the roots are the published ones is not shown", one.Round), fmt.Sprintf("round %d", one.Round))
			continue
		}
		used++
		one.against(v, p)
	}
	if used < len(byCommitment) {
		v.try("proofs", fmt.Errorf("%d of the %d proofs given are of no round that this receipt names", len(byCommitment)-used, len(byCommitment)), Proved, "")
	}
	if p := byCommitment[r.Commitment]; p != nil {
		r.listed(v, p)
	}
	switch whole := r.whole(); {
	case !whole:
		v.expect("total", true, Proved, fmt.Sprintf("of these rounds only (%s) the chance was %s: the receipt leaves others out", r.rounds(), inWords(r.Total)))
	case len(r.Earlier) > 0:
		v.expect("total", true, Proved, fmt.Sprintf("over %d rounds the chance was %s", len(r.Earlier)+1, inWords(r.Total)))
	}
	return v.steps, v.err
}

// whole tells whether the receipt has all rounds up to its own: 0, 1, 2, ….
func (r *Receipt) whole() bool {
	for k := range r.Earlier {
		if r.Earlier[k].Round != uint64(k) {
			return false
		}
	}
	return r.Round == uint64(len(r.Earlier))
}

// rounds are the numbers of the receipt's rounds.
func (r *Receipt) rounds() string {
	text := ""
	for k := range r.Earlier {
		text += fmt.Sprintf("%d, ", r.Earlier[k].Round)
	}
	return text + fmt.Sprint(r.Round)
}

// listed holds the rounds before to the commitments that the proof of the last
// round follows.
func (r *Receipt) listed(v *verification, p *Proof) {
	if len(r.Earlier) == 0 {
		return
	}
	before := map[Digest]uint64{}
	for i := range p.Earlier {
		before[p.Earlier[i].Digest()] = p.Earlier[i].Round
	}
	var err error
	for k := range r.Earlier {
		if round, ok := before[r.Earlier[k].Commitment]; err == nil && (!ok || round != r.Earlier[k].Round) {
			err = fmt.Errorf("the proof of round %d follows no commitment %.12s… for round %d", r.Round, r.Earlier[k].Commitment, r.Earlier[k].Round)
		}
	}
	v.try("rounds", err, Proved, "the rounds before are among the commitments that the last round follows")
}

// against holds the receipt of one round to the proof of that round.
func (r *Receipt) against(v *verification, p *Proof) {
	name := func(what string) string { return fmt.Sprintf("round %d: %s", r.Round, what) }
	steps, err := Verify(context.Background(), p, nil, nil)
	v.try(name("proof"), err, Proved, fmt.Sprintf("the proof holds in %d steps without the pool", len(steps)))
	if err != nil {
		return
	}
	var values []string
	known := len(r.Row.Values) == len(p.Features)
	for f, value := range r.Row.Values {
		values = append(values, value.Feature+" "+value.Value)
		known = known && value.Feature == p.Features[f].Name && slices.Contains(p.Features[f].Values, value.Value)
	}
	v.expect(name("pool"), known && r.Root == p.Root && r.People == p.People && r.Round == p.Round && r.Topic == p.Topic, Proved,
		fmt.Sprintf("%s was in the committed pool of %d people as %s", r.Row.ID, r.People, strings.Join(values, ", ")))
	v.expect(name("chance"), r.ChancesRoot == p.Chances, Proved, fmt.Sprintf("the chance in this round was %s", inWords(r.Chance)))
	places, err := p.places()
	said := place{r.Standing, r.Reason, r.Outcome, r.Reserve}
	if err == nil && places.at(r.Leaf) != said {
		err = fmt.Errorf("the proof says %v, the receipt %v", places.at(r.Leaf), said)
	}
	detail := said.String()
	if r.Standing == Drawable && r.Chance == 0 {
		detail = fmt.Sprintf("without a chance in this round: no panel that meets the quotas could hold them, or they share a household with somebody who is seated; came out as %s", r.Outcome)
	}
	v.try(name("outcome"), err, Proved, detail)
}

// String says in words what a round was for a person.
func (x place) String() string {
	switch {
	case x.standing != Drawable:
		return fmt.Sprintf("%s (%s)", x.standing, x.reason)
	case x.outcome == Reserved:
		return fmt.Sprintf("%s, came out as reserve number %d", x.standing, x.reserve)
	}
	return fmt.Sprintf("%s, came out as %s", x.standing, x.outcome)
}

// inWords is a chance as people say it.
func inWords(units int64) string {
	p := float64(units) / ChanceUnit
	switch {
	case units == 0:
		return "0"
	case units == ChanceUnit:
		return "1: certain"
	}
	return fmt.Sprintf("%.6g (about 1 in %.3g)", p, 1/p)
}

// ReadReceipt reads receipt.json.
func ReadReceipt(r io.Reader) (*Receipt, error) {
	out := new(Receipt)
	return out, readJSON(r, out, "receipt", ReceiptVersion)
}
