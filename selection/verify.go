package selection

import (
	"context"
	"encoding/hex"
	"fmt"
	"slices"
)

// ProofVersion is the version of proof.json.
const ProofVersion = 1

// Proof is proof.json: what lets a doubter check a draw. With the pool, the
// whole draw is run again to the same bytes; without it, the seed, the quotas
// and each selected person's place under the root are proved. It holds no
// identifiers and no values of people.
type Proof struct {
	Version      int          `json:"version"`
	Root         Digest       `json:"root"`
	People       int          `json:"people"`
	Features     []Feature    `json:"features"`
	Household    []string     `json:"household,omitempty"`
	Policy       Policy       `json:"policy"`
	PolicyDigest Digest       `json:"policy_digest"`
	Beacon       string       `json:"beacon"`
	BeaconKind   string       `json:"beacon_kind"`
	Round        uint64       `json:"round"`
	Seed         Digest       `json:"seed"`
	Objective    Objective    `json:"objective"` // as chosen, where the policy says auto
	Solver       string       `json:"solver"`
	Types        []ProofType  `json:"types"`
	Certificate  Certificate  `json:"certificate"`
	Selected     []ProofPlace `json:"selected"`
	Reserves     []int        `json:"reserves"`        // leaves, in order
	Fixed        [][]int      `json:"fixed,omitempty"` // leaves, by the policy's lists
	Excluded     [][]int      `json:"excluded,omitempty"`
	Chances      Digest       `json:"chances_digest"`
	Limits       []string     `json:"limits"`
}

// ProofType is a type without its values: how many people and the chance of
// each in units of ChanceUnit.
type ProofType struct {
	People int   `json:"people"`
	Chance int64 `json:"chance"`
}

// ProofPlace is a selected person's leaf and its path to the root.
type ProofPlace struct {
	Leaf int      `json:"leaf"`
	Hash Digest   `json:"hash"`
	Path []Digest `json:"path"`
}

// The kinds of a beacon.
const (
	BeaconPhrase = "phrase" // a text that stands in for it: not proof against the organiser
	BeaconPublic = "public" // a value published by others after the commitment
)

// limits are what no proof of a draw can show.
var limits = []string{
	"it cannot show that every applicant exists or applied only once",
	"it cannot show who chose not to apply: chances are among those who applied",
}

const phraseLimit = "the seed comes from a phrase that the organiser could choose: not proof against the organiser"

// NewProof writes down a draw. The problem's seed must be
// NewSeed(c.Root(), policy digest, beacon, round).
func NewProof(p Problem, c *Commitment, r *Result, beacon []byte, kind string, round uint64) (*Proof, error) {
	policy := p.Policy(c.root)
	out := &Proof{Version: ProofVersion, Root: c.root, People: p.Pool.Len(), Features: p.Pool.features,
		Policy: policy, PolicyDigest: policy.Digest(), Beacon: hex.EncodeToString(beacon), BeaconKind: kind, Round: round,
		Seed: p.Seed, Objective: r.Report.Objective, Solver: r.Report.Solver,
		Types: r.types, Certificate: r.Certificate, Chances: c.chances(r.Chances), Limits: slices.Clone(limits)}
	if kind != BeaconPublic {
		out.Limits = append(out.Limits, phraseLimit)
	}
	if NewSeed(c.root, out.PolicyDigest, beacon, round) != p.Seed {
		return nil, fmt.Errorf("the draw's seed does not come from its pool, policy, beacon and round")
	}
	for _, i := range r.Selected {
		path, err := c.Path(i)
		if err != nil {
			return nil, err
		}
		out.Selected = append(out.Selected, ProofPlace{Leaf: c.Leaf(i), Hash: c.leafHash(i), Path: path})
	}
	slices.SortFunc(out.Selected, func(a, b ProofPlace) int { return a.Leaf - b.Leaf })
	leaves := func(people []int) (list []int) {
		for _, i := range people {
			list = append(list, c.Leaf(i))
		}
		return list
	}
	out.Reserves = leaves(r.Reserves)
	lists := func(groups []Group) (out [][]int) {
		for _, g := range groups {
			list := leaves(g.People)
			slices.Sort(list)
			out = append(out, list)
		}
		return out
	}
	out.Fixed, out.Excluded = lists(p.Fixed), lists(p.Excluded)
	return out, nil
}

// Step is one thing that Verify looked at.
type Step struct {
	Name    string `json:"name"`
	Outcome string `json:"outcome"`
	Detail  string `json:"detail"`
}

// The outcomes of a step.
const (
	Rerun  = "re-run"
	Proved = "proved"
	Absent = "not in this bundle"
	Failed = "failed"
)

// Verify checks a proof step by step. With the pool (and the key of its salts,
// nil where they come from the pool) it runs the draw again and compares all;
// without, it proves what it can and names what it cannot. The error is of the
// first step that failed; the steps are given in any case.
func Verify(ctx context.Context, proof *Proof, pool *Pool, key *[32]byte) ([]Step, error) {
	v := &verification{proof: proof}
	if proof.Version != ProofVersion {
		return nil, fmt.Errorf("proof version %d is not known to this program, which reads version %d", proof.Version, ProofVersion)
	}
	v.expect("policy", proof.Policy.Digest() == [32]byte(proof.PolicyDigest), Proved, "quotas, size and lists have the digest that was published")
	beacon, err := hex.DecodeString(proof.Beacon)
	v.expect("seed", err == nil && NewSeed(proof.Root, proof.PolicyDigest, beacon, proof.Round) == [32]byte(proof.Seed), Proved,
		"the seed comes from the pool's root, the policy, the beacon and the round")
	v.paths()
	v.expect("chances", v.sums(), Proved, "the chances add up to the seats")
	if pool == nil {
		for _, name := range []string{"pool", "draw", "bound"} {
			v.steps = append(v.steps, Step{name, Absent, "needs the pool"})
		}
		return v.steps, v.err
	}
	return v.steps, v.rerun(ctx, pool, key)
}

type verification struct {
	proof *Proof
	steps []Step
	err   error
}

func (v *verification) expect(name string, good bool, outcome, detail string) {
	if !good {
		outcome = Failed
		if v.err == nil {
			v.err = fmt.Errorf("%s: not so: %s", name, detail)
		}
	}
	v.steps = append(v.steps, Step{name, outcome, detail})
}

func (v *verification) paths() {
	p := v.proof
	good := true
	last := -1
	for _, place := range p.Selected {
		good = good && place.Leaf > last && checkHash(place, p.People, p.Root) == nil
		last = place.Leaf
	}
	want := p.Policy.Size - p.Policy.Taken()
	v.expect("panel", good && len(p.Selected) == want, Proved,
		fmt.Sprintf("%d different people of the committed pool are selected", want))
}

func (v *verification) sums() bool {
	p := v.proof
	sum, people := 0.0, 0
	for _, t := range p.Types {
		if t.Chance < 0 || t.Chance > ChanceUnit {
			return false
		}
		sum += float64(float64(t.People) * (float64(t.Chance) / ChanceUnit))
		people += t.People
	}
	off := sum - float64(p.Policy.Size-p.Policy.Taken())
	return off > -0.01 && off < 0.01 && people <= p.People
}

func (v *verification) rerun(ctx context.Context, pool *Pool, key *[32]byte) error {
	p := v.proof
	c, err := Commit(pool, key)
	if err != nil {
		return err
	}
	v.expect("pool", c.root == [32]byte(p.Root) && pool.Len() == p.People, Rerun, "the pool has the root that was published")
	if v.err != nil {
		return v.err
	}
	problem := Problem{Pool: pool, Quotas: p.Policy.Quotas, Size: p.Policy.Size, Objective: p.Objective, ByType: p.Policy.ByType,
		Seed: p.Seed, Reserves: p.Policy.Reserves, Panels: p.Policy.Panels, Replays: p.Policy.Replays, FitFeatures: p.Policy.Fit}
	problem.Listing = NewListing(p.Root, p.PolicyDigest)
	for _, list := range []struct {
		from [][]int
		said []List
		to   *[]Group
	}{{p.Fixed, p.Policy.Seated, &problem.Fixed}, {p.Excluded, p.Policy.Excluded, &problem.Excluded}} {
		if len(list.from) != len(list.said) {
			return fmt.Errorf("lists: %d are given, the policy has %d", len(list.from), len(list.said))
		}
		for k, leaves := range list.from {
			g := Group{Reason: list.said[k].Reason}
			for _, leaf := range leaves {
				if leaf < 0 || leaf >= len(c.order) {
					return fmt.Errorf("lists: leaf %d is not in the pool of %d", leaf, len(c.order))
				}
				g.People = append(g.People, int(c.order[leaf]))
			}
			*list.to = append(*list.to, g)
		}
	}
	policy := problem.Policy(c.root)
	v.expect("lists", slices.Equal(policy.Seated, p.Policy.Seated) && slices.Equal(policy.Excluded, p.Policy.Excluded), Rerun, "who was seated before and who was left out is as published")
	r, err := Draw(ctx, problem)
	if err != nil {
		return fmt.Errorf("draw: %w", err)
	}
	same := len(r.Selected) == len(p.Selected)
	leaves := make([]int, 0, len(r.Selected))
	for _, i := range r.Selected {
		leaves = append(leaves, c.Leaf(i))
	}
	slices.Sort(leaves)
	for i := range leaves {
		same = same && leaves[i] == p.Selected[i].Leaf
	}
	reserves := make([]int, 0, len(r.Reserves))
	for _, i := range r.Reserves {
		reserves = append(reserves, c.Leaf(i))
	}
	v.expect("draw", same && slices.Equal(reserves, p.Reserves), Rerun, "the same panel and reserves come out")
	v.expect("chances", c.chances(r.Chances) == p.Chances, Rerun, "the same chances come out")
	v.expect("quotas", r.Report.QuotasMet, Rerun, "the panel meets every quota")
	v.expect("bound", slices.Equal(r.Certificate.Multipliers, p.Certificate.Multipliers) && r.Certificate.UpperBound == p.Certificate.UpperBound, Rerun,
		"the certificate gives the published bound")
	return v.err
}
