package selection

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"time"

	"veche/selection/beacon"
)

// ProofVersion is the version of proof.json.
const ProofVersion = 2

// Proof is proof.json: what lets a doubter check a draw. With the pool, the
// whole draw is run again to the same bytes; without it, the commitment, the
// beacon, the seed and the arithmetic are proved, and everyone's receipt their
// own row and chance. It holds no identifiers and no values of people.
type Proof struct {
	Version          int `json:"version"`
	Commitment       `json:"commitment"`
	CommitmentDigest Digest `json:"commitment_digest"`
	// Earlier are the topic's commitments before, the first first, each named by
	// the next with the reason why there was another.
	Earlier   []Commitment `json:"earlier,omitempty"`
	Value     beacon.Value `json:"value"` // what the beacon gave
	Seed      Digest       `json:"seed"`
	Objective Objective    `json:"objective"` // as chosen, where the policy says auto
	Solver    string       `json:"solver"`
	Report    Digest       `json:"report_digest"` // of report.json, see ReportDigest

	// Curve is who has which chance, from the lowest: no group so small, where
	// the pool allows it, that it tells of a single person.
	Curve []ChanceGroup `json:"curve"`
	// Chances is the Merkle root over everyone's exact chance.
	Chances     Digest      `json:"chances_root"`
	Certificate Certificate `json:"certificate"`
	// MinByWeight is the report's lowest chance by weight, which the certificate
	// bounds; 0 where nobody has a weight and the curve's lowest chance is the same.
	MinByWeight float64    `json:"min_probability_by_weight,omitempty"`
	Bound       *BoundSums `json:"bound,omitempty"` // what the certificate adds up to

	Selected []int      `json:"selected"`        // leaves, ascending
	Reserves []int      `json:"reserves"`        // leaves, in order
	Fixed    [][]int    `json:"fixed,omitempty"` // leaves, by the policy's lists
	Excluded [][]int    `json:"excluded,omitempty"`
	Panels   *PanelDraw `json:"panels,omitempty"`
	Limits   []string   `json:"limits"` // what this proof cannot show
}

// ProofType is a type without its values: how many people and the chance of
// each in units of ChanceUnit.
type ProofType struct {
	People int   `json:"people"`
	Chance int64 `json:"chance"`
}

// ChanceGroup is people with neighbouring chances, in units of ChanceUnit: the
// lowest, the highest and the sum of their chances.
type ChanceGroup struct {
	People int    `json:"people"`
	Low    int64  `json:"low"`
	High   int64  `json:"high"`
	Sum    uint64 `json:"sum"`
}

// PanelDraw tells which of the panels written before the beacon was drawn.
type PanelDraw struct {
	Panels int    `json:"panels"`
	Digest Digest `json:"digest"` // of all of them, by leaves
	Number int    `json:"number"` // from 1
}

const (
	curveGroup  = 10  // people in the smallest group of a curve
	curveGroups = 400 // groups of a long curve, about
)

// limits are what no proof of a draw can show.
var limits = []string{
	"it cannot show that every applicant exists or applied only once: the organiser could have invented applicants",
	"it cannot show who never applied: chances are among those who applied",
}

const (
	phraseLimit  = "the seed comes from a phrase that the organiser could choose: not proof against the organiser"
	publicLimit  = "that the public value is what its source published, word for word, is for the reader to look up"
	lateLimit    = "no commitment was published before the draw: the organiser could have known the beacon's value when settling pool and rules"
	timeLimit    = "when and where the commitment was published is shown by the place of publication, not by this file; a commitment that was never published can be left out"
	unknownLimit = "the drand chain is not one that this program knows: who holds its keys is for the reader to find out"
	keyLimit     = "signature not checked: the chain's key is not known to this program and was not given"
)

// limitsOf are what the proof of a draw cannot show.
func limitsOf(c *Commitment, v *beacon.Value) []string {
	out := slices.Clone(limits)
	switch {
	case v.Kind == beacon.Phrase:
		out = append(out, phraseLimit)
	case v.Kind == beacon.Public:
		out = append(out, publicLimit)
	case beacon.Known(v.Chain) == nil && v.Info == nil:
		out = append(out, unknownLimit, keyLimit)
	case beacon.Known(v.Chain) == nil:
		out = append(out, unknownLimit)
	}
	if c.Published() {
		return append(out, timeLimit)
	}
	return append(out, lateLimit)
}

// NewProof writes down a draw that keeps the commitment. The problem must have
// been prepared by it (Commitment.Prepare); earlier are the topic's commitments
// before, the first first.
func NewProof(p Problem, roll *Roll, r *Result, c *Commitment, v beacon.Value, earlier ...Commitment) (*Proof, error) {
	if err := c.Keeps(&p, roll, c.Program); err != nil {
		return nil, err
	}
	seed, _, err := c.Seed(v)
	if err != nil {
		return nil, err
	}
	if seed != Digest(p.Seed) {
		return nil, fmt.Errorf("the draw's seed does not come from its commitment and the beacon's value")
	}
	tree, err := roll.chances(r.Chances)
	if err != nil {
		return nil, err
	}
	out := &Proof{Version: ProofVersion, Commitment: *c, CommitmentDigest: c.Digest(), Earlier: earlier, Value: v, Seed: seed,
		Objective: r.Report.Objective, Solver: r.Report.Solver, Report: ReportDigest(r.Report),
		Curve: curve(r.types), Chances: tree.root, Certificate: r.Certificate, MinByWeight: r.Report.MinByWeight, Bound: r.bound, Limits: limitsOf(c, &v),
		Selected: roll.leaves(r.Selected), Reserves: roll.leaves(r.Reserves), Fixed: roll.lists(p.Fixed), Excluded: roll.lists(p.Excluded)}
	slices.Sort(out.Selected)
	if p.Panels > 0 {
		out.Panels = &PanelDraw{Panels: len(r.Panels), Number: r.PanelNumber, Digest: roll.panels(r.Panels)}
	}
	return out, out.chain()
}

func (r *Roll) leaves(people []int) []int {
	out := make([]int, len(people))
	for k, i := range people {
		out[k] = r.Leaf(i)
	}
	return out
}

func (r *Roll) lists(groups []Group) (out [][]int) {
	for _, g := range groups {
		list := r.leaves(g.People)
		slices.Sort(list)
		out = append(out, list)
	}
	return out
}

// panels is the digest of panels by sorted leaves.
func (r *Roll) panels(panels [][]int) Digest {
	out := make([][]int, len(panels))
	for k, people := range panels {
		out[k] = r.leaves(people)
		slices.Sort(out[k])
	}
	return digestOf("veche/selection/panels/v1\n", out)
}

// ReportDigest is the SHA-256 of a report's canonical JSON behind its domain,
// without what is no part of a draw: the shares of the population, and why so many
// are invited.
func ReportDigest(r Report) Digest {
	r.Invited = nil
	r.Quotas = slices.Clone(r.Quotas)
	for i := range r.Quotas {
		r.Quotas[i].Population = nil
	}
	return digestOf("veche/selection/report/v1\n", r)
}

// curve joins types, ordered by chance, to groups.
func curve(types []ProofType) []ChanceGroup {
	people := 0
	for _, t := range types {
		people += t.People
	}
	least := max(curveGroup, people/curveGroups)
	out := []ChanceGroup{}
	for _, t := range types {
		if n := len(out); n == 0 || out[n-1].People >= least && out[n-1].High != t.Chance {
			out = append(out, ChanceGroup{Low: t.Chance})
		}
		out[len(out)-1].add(ChanceGroup{People: t.People, High: t.Chance, Sum: uint64(t.People) * uint64(t.Chance)})
	}
	if n := len(out); n > 1 && out[n-1].People < curveGroup {
		out[n-2].add(out[n-1])
		out = out[:n-1]
	}
	return out
}

func (g *ChanceGroup) add(other ChanceGroup) {
	g.People += other.People
	g.High = other.High
	g.Sum += other.Sum
}

// steps are the curve as a picture of it needs: of each group the lowest, the
// highest and between them the mean.
func (p *Proof) steps() []ProofType {
	var out []ProofType
	for _, g := range p.Curve {
		if g.High == g.Low || g.People < 3 {
			out = append(out, ProofType{People: g.People, Chance: g.Low})
			continue
		}
		mean := (g.Sum - uint64(g.Low) - uint64(g.High)) / uint64(g.People-2)
		out = append(out, ProofType{1, g.Low}, ProofType{g.People - 2, int64(mean)}, ProofType{1, g.High})
	}
	return out
}

// chain checks that the earlier commitments lead to this one without a gap.
func (p *Proof) chain() error {
	all := append(slices.Clone(p.Earlier), p.Commitment)
	if all[0].Number != 1 {
		return fmt.Errorf("the topic's first commitment is missing: this proof begins with number %d", all[0].Number)
	}
	var latest *Commitment // that was published
	for i := range all {
		one := &all[i]
		if err := one.check(); err != nil {
			return err
		}
		if i > 0 {
			if err := one.follows(&all[i-1]); err != nil {
				return err
			}
		}
		if !one.Published() {
			continue
		}
		if latest != nil && one.Time.Before(latest.Time) {
			return fmt.Errorf("commitment %d was made at %s, before commitment %d (%s)", one.Number, one.Time.Format(time.RFC3339), latest.Number, latest.Time.Format(time.RFC3339))
		}
		latest = one
	}
	return nil
}

const maxProof = 1 << 30 // bytes; a proof of 10,000 seats has some 200,000

// ReadProof reads proof.json. It refuses fields that it does not know and other
// versions, and says what to do.
func ReadProof(r io.Reader) (*Proof, error) {
	p := new(Proof)
	return p, readJSON(r, p, "proof", ProofVersion)
}

// ReadCommitment reads commitment.json and refuses one that contradicts itself.
func ReadCommitment(r io.Reader) (*Commitment, error) {
	c := new(Commitment)
	if err := readJSON(r, c, "commitment", CommitmentVersion); err != nil {
		return nil, err
	}
	return c, c.check()
}

// readJSON reads one value of a known version and nothing behind it.
func readJSON(r io.Reader, to any, what string, version int) error {
	body, err := io.ReadAll(io.LimitReader(r, maxProof+1))
	if err != nil {
		return err
	}
	if len(body) > maxProof {
		return fmt.Errorf("a %s of more than %d bytes", what, maxProof)
	}
	var head struct {
		Version int `json:"version"`
	}
	if err := json.Unmarshal(body, &head); err != nil {
		return fmt.Errorf("this is not a %s.json: %w", what, err)
	}
	if head.Version != version {
		return fmt.Errorf("%s version %d: this program reads version %d; use the veche that wrote it, or draw again with the same input and seed to get a proof of this version", what, head.Version, version)
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(to); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}
