package selection

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/bits"
	"slices"
	"strings"
	"time"

	"veche/selection/beacon"
	"veche/selection/solver"
)

// Step is one thing that was looked at.
type Step struct {
	Name    string `json:"name"`
	Outcome string `json:"outcome"`
	Detail  string `json:"detail"` // what the outcome shows, in words
}

// The outcomes of a step.
const (
	Rerun   = "re-run"             // computed again, to the same bytes
	Proved  = "proved"             // bound by a digest, a signature or arithmetic that was checked
	Claimed = "claimed"            // said by whoever made the file, and by nothing else
	Absent  = "not in this bundle" // could not be looked at, and why
	Failed  = "failed"             // not so
)

// verification collects steps.
type verification struct {
	steps []Step
	err   error
}

// expect notes a step: outcome where it holds. The first that doesn't is the error.
func (v *verification) expect(name string, good bool, outcome, detail string) bool {
	var err error
	if !good {
		err = errors.New("it is not so that " + detail)
	}
	return v.try(name, err, outcome, detail)
}

// try notes a step: outcome without an error.
func (v *verification) try(name string, err error, outcome, detail string) bool {
	if err != nil {
		outcome, detail = Failed, err.Error()
		if v.err == nil {
			v.err = fmt.Errorf("%s: %w", name, err)
		}
	}
	v.steps = append(v.steps, Step{name, outcome, detail})
	return err == nil
}

func (v *verification) absent(why string, names ...string) {
	for _, name := range names {
		v.steps = append(v.steps, Step{name, Absent, why})
	}
}

// Verify checks a proof step by step. With the pool (and the key of its salts,
// nil where they come from the pool) it runs the draw again and compares all;
// without, it proves what it can and names what it cannot. A pool given in vain,
// because this build cannot run the draw, is an error too. The error is of the first
// step that failed; the steps are given in any case.
//
// Cost: without the pool O(size of the proof), with it that of Draw.
func Verify(ctx context.Context, proof *Proof, pool *Pool, key *[32]byte) ([]Step, error) {
	if proof.Version != ProofVersion {
		return nil, fmt.Errorf("proof version %d: this program reads version %d; use the veche that wrote it", proof.Version, ProofVersion)
	}
	v := &proofCheck{p: proof}
	v.seed, v.status, v.unseeded = proof.Commitment.Seed(proof.Value)
	v.settled()
	v.randomness()
	v.panel()
	v.arithmetic()
	if proof.SaltedRows && key == nil {
		v.absent(SaltedRowsNote, "pool", "draw", "same chances")
		return v.steps, v.err
	}
	if pool == nil {
		v.absent("needs the pool of people: its holder runs the draw again", "pool", "draw", "same chances")
		return v.steps, v.err
	}
	return v.steps, v.rerun(ctx, pool, key)
}

// SaltedRowsNote says who can run a draw again from a pool of [NewSaltedRoll].
const SaltedRowsNote = "this pool's rows are salted one by one, so a file of people can't give its root: the auditor's bundle runs the draw again (veche verify bundle.zip)"

// Matches tells whether a proof is of the commitment that somebody saw published:
// the only thing that shows a proof's commitment to be older than its beacon.
func (p *Proof) Matches(published *Commitment) Step { return p.MatchesDigest(published.Digest()) }

// MatchesDigest is Matches for who saw the digest of a commitment published.
func (p *Proof) MatchesDigest(published Digest) Step {
	v := verification{}
	var err error
	if published != p.Commitment.Digest() {
		err = fmt.Errorf("the draw keeps the commitment %s and not the one that you hold, %s", p.Commitment.Digest(), published)
	}
	v.try("published", err, Proved, fmt.Sprintf("the draw keeps the commitment that you hold (%s): what you saw published is what was drawn from", published))
	return v.steps[0]
}

// Witnessed is the steps of Verify as they are for a reader who saw a commitment
// published, at a time of which zero stands for not said: what was only claimed
// is proved as far as the reader's own eyes show it.
func (p *Proof) Witnessed(steps []Step, published Digest, seen time.Time) []Step {
	match := p.MatchesDigest(published)
	out := append(slices.Clone(steps), match)
	if match.Outcome == Failed {
		return out
	}
	for i := range out {
		switch one := &out[i]; {
		case one.Outcome != Claimed:
		case one.Name == stepChain:
			one.Outcome, one.Detail = Proved, "the commitment that you saw published calls itself the topic's first"
		case one.Name == stepTimes && !seen.IsZero():
			came := time.UnixMilli(p.Promise().Expected).UTC()
			if seen.Before(came) {
				one.Outcome, one.Detail = Proved, fmt.Sprintf("you saw the commitment at %s, %s before %v came out at %s",
					seen.UTC().Format(time.RFC3339), came.Sub(seen).Round(time.Second), p.Promise(), came.Format(time.RFC3339))
				continue
			}
			one.Detail += fmt.Sprintf("; you saw it at %s, when the value was out", seen.UTC().Format(time.RFC3339))
		}
	}
	return out
}

// The steps that a reader's own eyes can add to.
const (
	stepChain = "commitments"
	stepTimes = "order of times"
)

// MatchesReport tells whether a report.json is the one that the proof names: every
// byte but white space, and but the shares of the population, which are no part of
// a draw.
func (p *Proof) MatchesReport(r io.Reader) (Step, error) {
	body, err := io.ReadAll(io.LimitReader(r, maxProof+1))
	if err != nil {
		return Step{}, err
	}
	if len(body) > maxProof {
		return Step{}, fmt.Errorf("a report of more than %d bytes", maxProof)
	}
	var report Report
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(&report); err != nil {
		return Step{}, fmt.Errorf("this is not a report.json: %w", err)
	}
	said, err := json.Marshal(report)
	if err != nil {
		return Step{}, err
	}
	var file, escaped bytes.Buffer
	if err := json.Compact(&file, body); err != nil {
		return Step{}, fmt.Errorf("this is not a report.json alone: %w", err)
	}
	json.HTMLEscape(&escaped, file.Bytes())
	v, detail := verification{}, "the report is the one that the proof was made with"
	if n := slices.IndexFunc(report.Quotas, func(q QuotaResult) bool { return q.Population != nil }); n >= 0 {
		detail += ", but for the shares of the population in it, which the proof does not bind"
	}
	switch {
	case ReportDigest(report) != p.Report:
		v.expect("report", false, Proved, detail)
	case !bytes.Equal(escaped.Bytes(), said):
		v.try("report", errors.New("the file was changed: it is not written as a report is, such as with a field twice or in another order"), Proved, "")
	default:
		v.expect("report", true, Proved, detail)
	}
	return v.steps[0], nil
}

type proofCheck struct {
	verification
	p        *Proof
	seed     Digest // of the commitment and the value given
	status   beacon.Status
	unseeded error
}

// settled looks at what was fixed beforehand.
func (v *proofCheck) settled() {
	p := v.p
	good := p.PolicyDigest == p.Policy.Digest() && p.CommitmentDigest == p.Commitment.Digest()
	v.expect("commitment", good, Proved, fmt.Sprintf("pool root, rules, program and beacon have the digest %s", p.CommitmentDigest))
	links, shown := "it calls itself the topic's first; that there was none before is shown by where commitments are published", Claimed
	if n := len(p.Earlier); n > 0 {
		others := "1 other"
		if n > 1 {
			others = fmt.Sprintf("%d others", n)
		}
		links, shown = fmt.Sprintf("it follows %s of the topic, each listed with the reason for the next: %s", others, p.reasons()), Proved
	}
	v.try(stepChain, p.chain(), shown, links)
	if changes, reason := p.Changed(); len(changes) > 0 {
		v.expect("changed rules", true, Proved, fmt.Sprintf("this round has %s, for the reason given: %s", strings.Join(changes, "; "), reason))
	}
	switch {
	case !p.Published():
		v.absent("no commitment was published before the draw", stepTimes)
	case p.Promise().Expected == 0:
		v.absent(fmt.Sprintf("the commitment says that it was made at %s; when the beacon's value came out is not said", p.Time.Format(time.RFC3339)), stepTimes)
	default:
		out := time.UnixMilli(p.Promise().Expected).UTC()
		said := fmt.Sprintf("the commitment says that it was made at %s, %s before %v came out at %s",
			p.Time.Format(time.RFC3339), out.Sub(p.Time).Round(time.Second), p.Promise(), out.Format(time.RFC3339))
		if p.Time.Before(out) && v.status == beacon.Unchecked {
			v.absent(said+"; that the round came out then is not shown: the chain's schedule is not known to this program and was not given", stepTimes)
			return
		}
		v.expect(stepTimes, p.Time.Before(out), Claimed, said)
	}
}

// Promise is where the commitment says that the randomness comes from.
func (p *Proof) Promise() beacon.Promise { return p.Commitment.Beacon }

// reasons are why there is another commitment after each.
func (p *Proof) reasons() string {
	text := ""
	for i, c := range append(p.Earlier[1:len(p.Earlier):len(p.Earlier)], p.Commitment) {
		if i > 0 {
			text += "; "
		}
		reason := ""
		if c.After != nil {
			reason = c.After.Reason
		}
		if why, aborted := strings.CutPrefix(reason, "aborted: "); aborted {
			text += fmt.Sprintf("commitment %d was broken off: %q", c.Number-1, why)
		} else {
			text += fmt.Sprintf("commitment %d came after commitment %d: %q", c.Number, c.Number-1, reason)
		}
	}
	return text
}

// randomness looks at the beacon and the seed.
func (v *proofCheck) randomness() {
	p := v.p
	seed, status, err := v.seed, v.status, v.unseeded
	switch {
	case err != nil:
		v.try("beacon", err, Proved, "")
	case status == beacon.Unchecked:
		v.absent(fmt.Sprintf("%v is promised and its value has the right form; signature not checked: the chain's key is not known to this program and was not given", p.Promise()), "beacon")
	case status == beacon.Checked && beacon.Known(p.Value.Chain) == nil:
		v.expect("beacon", true, Proved, fmt.Sprintf("%v was signed by the chain's key, which the chain's hash covers; who holds it is not known to this program", p.Promise()))
	case status == beacon.Checked:
		v.expect("beacon", true, Proved, fmt.Sprintf("%v was signed by the chain's key: nobody could know it before", p.Promise()))
	case p.Value.Kind == beacon.Public:
		v.expect("beacon", true, Proved, fmt.Sprintf("%v was promised and %q is given: look up that it is what was published", p.Promise(), p.Value.Text))
	default:
		v.expect("beacon", true, Proved, fmt.Sprintf("the phrase %q: not proof against the organiser", p.Value.Text))
	}
	v.expect("seed", err == nil && seed == p.Seed, Proved, "the seed comes from the pool's root, the policy, the beacon and the round")
	switch {
	case (p.Panels != nil) != (p.Policy.Panels > 0):
		v.expect("panel number", false, Proved, fmt.Sprintf("one of %d panels written beforehand was drawn", p.Policy.Panels))
	case p.Panels != nil:
		good := p.Panels.Panels == p.Policy.Panels && p.Panels.Number == panelNumber(p.Seed, p.Policy.Panels)
		v.expect("panel number", good, Proved, fmt.Sprintf("the seed picks number %d of the %d panels written beforehand", p.Panels.Number, p.Panels.Panels))
	}
	v.expect("limits", slices.Equal(p.Limits, limitsOf(&p.Commitment, &p.Value)), Proved, "what the proof cannot show is listed in full")
}

// panelNumber is which of the panels written beforehand a seed picks, from 1.
func panelNumber(seed [32]byte, panels int) int {
	return newDice(seed, "seats").below(panels) + 1
}

// panel looks at who is named: nobody twice, and as many as the policy says.
func (v *proofCheck) panel() {
	p := v.p
	seen := map[int]bool{}
	each := func(leaves []int, once bool) bool {
		for _, leaf := range leaves {
			if leaf < 0 || leaf >= p.People || once && seen[leaf] {
				return false
			}
			seen[leaf] = true
		}
		return true
	}
	lists := func(leaves [][]int, said []List, once bool) bool {
		good := len(leaves) == len(said)
		for k := 0; good && k < len(said); k++ {
			good = len(leaves[k]) == said[k].People && slices.IsSorted(leaves[k]) && each(leaves[k], once)
		}
		return good
	}
	good := lists(p.Fixed, p.Policy.Seated, true)
	good = lists(p.Excluded, p.Policy.Excluded, false) && good
	v.expect("lists", good, Proved, "who was seated before and who was left out are people of the committed pool, as many as the policy says")
	want := p.Policy.Size - p.Policy.Taken()
	good = len(p.Selected) == want && slices.IsSorted(p.Selected) && each(p.Selected, true)
	v.expect("panel", good, Proved, fmt.Sprintf("%d different people of the committed pool are selected, nobody of them seated before or left out", want))
	v.expect("reserves", len(p.Reserves) <= p.Policy.Reserves && each(p.Reserves, true), Proved, "the reserves are different people of the committed pool, in an order")
}

// arithmetic looks at chances and bound.
func (v *proofCheck) arithmetic() {
	p := v.p
	var sum, over uint64
	people, good, last := 0, true, int64(-1)
	for _, g := range p.Curve {
		low, high := uint64(max(g.Low, 0)), uint64(max(g.High, 0))
		good = good && g.People > 0 && g.People <= p.People && g.Low >= 0 && g.Low > last && g.High >= g.Low && g.High <= ChanceUnit &&
			low*uint64(g.People) <= g.Sum && g.Sum <= high*uint64(g.People)
		if !good {
			break
		}
		last, people = g.High, people+g.People
		sum, over = bits.Add64(sum, g.Sum, 0)
		good = over == 0 && people <= p.People
	}
	seats := uint64(p.Policy.Size - p.Policy.Taken())
	off := max(sum, seats*ChanceUnit) - min(sum, seats*ChanceUnit)
	v.expect("chances", good && off <= ChanceUnit/100, Proved, fmt.Sprintf("the chances of %d people add up to the %d seats of this round", people, seats))
	bound, lowest := p.Certificate.UpperBound, 0.0
	if len(p.Curve) > 0 {
		lowest = float64(p.Curve[0].Low) / ChanceUnit
	}
	said := fmt.Sprintf("the lowest chance is %.6g", lowest)
	good = bound >= 0 && bound <= 1
	if by := p.MinByWeight; by != 0 {
		// Whoever has the lowest chance by weight has at most MaxWeight times it.
		good = good && by > 0 && by <= lowest && lowest <= by*MaxWeight*(1+1e-12)
		lowest, said = by, fmt.Sprintf("%s, and divided by a person's weight it is said to be %.6g", said, by)
	}
	good = good && lowest <= bound+1e-9
	switch {
	case !good:
		v.expect("bound", false, Proved, "the lowest chance (by weight) lies below the bound and that between 0 and 1")
	case p.Bound == nil:
		v.absent("its sums would tell of single people, or there is nothing to prove: the pool's holder checks it", "bound")
	default:
		rest := "the sums by cost are the pool's"
		narrower, err := p.rests()
		if len(narrower) > 0 {
			rest = fmt.Sprintf("%s, and so are limits narrower than the quotas' (%s)", rest, some(narrower, 5))
		}
		if err != nil {
			v.try("bound", err, Proved, "")
			return
		}
		sums := p.Bound.bound(p.Certificate.Multipliers)
		enough := p.Bound.Negative.People >= 0 && p.Bound.Positive.People >= 0 && p.Bound.Negative.Sum >= 0 &&
			p.Bound.Seats == int(seats) && p.Bound.Negative.People+p.Bound.Positive.People <= p.People
		v.expect("bound", enough && sums == bound, Proved, fmt.Sprintf(
			"no lottery gives everyone more than %.6g%s, if %s, which needs the pool; %s", bound, p.times(), rest, said))
	}
}

// some are the first most texts, and how many more there are.
func some(texts []string, most int) string {
	if len(texts) <= most {
		return strings.Join(texts, "; ")
	}
	return fmt.Sprintf("%s; and %d more", strings.Join(texts[:most], "; "), len(texts)-most)
}

// times are the words for a bound on chances by weight.
func (p *Proof) times() string {
	if p.MinByWeight != 0 {
		return " times their weight"
	}
	return ""
}

// rerun draws again and compares.
func (v *proofCheck) rerun(ctx context.Context, pool *Pool, key *[32]byte) error {
	p := v.p
	if v.err != nil {
		v.absent("not run: the steps before failed", "pool", "draw", "same chances")
		return v.err
	}
	roll, err := NewRoll(pool, key)
	if err != nil {
		return err
	}
	if !v.expect("pool", roll.Root() == p.Root && pool.Len() == p.People && slices.EqualFunc(pool.features, p.Features, func(a, b Feature) bool {
		return a.Name == b.Name && slices.Equal(a.Values, b.Values)
	}), Rerun, "the pool has the root that was committed") {
		return v.err
	}
	switch {
	case p.Program.Method != Method:
		return v.notRun(fmt.Errorf("drawn by method %d; this program runs method %d: use the veche that drew (%v)", p.Program.Method, Method, p.Program))
	case strings.Contains(p.Solver, solver.Name) && !solver.Available():
		return v.notRun(errors.New("drawn with the solver, which this build does not hold: run ./scripts/setup and build again"))
	}
	problem := Problem{Pool: pool, Quotas: p.Policy.Quotas, Size: p.Policy.Size, Objective: p.Policy.Objective, ByType: p.Policy.ByType,
		Reserves: p.Policy.Reserves, Panels: p.Policy.Panels, Replays: p.Policy.Replays, FitFeatures: p.Policy.Fit,
		Fixed: roll.groups(p.Fixed, p.Policy.Seated), Excluded: roll.groups(p.Excluded, p.Policy.Excluded)}
	if _, err := p.Commitment.Prepare(&problem, p.Value); err != nil {
		return err
	}
	if !v.try("people on lists", p.Keeps(&problem, roll, p.Program), Rerun, "who was seated before and who was left out is as committed") {
		return v.err
	}
	r, err := Draw(ctx, problem)
	if err != nil {
		return fmt.Errorf("draw: %w", err)
	}
	v.expect("program", true, Rerun, fmt.Sprintf("drawn by %v, run again by %v", p.Program, ThisProgram()))
	again, err := NewProof(problem, roll, r, &p.Commitment, p.Value, p.Earlier...)
	if err != nil {
		return err
	}
	v.same(again, r)
	return v.err
}

// notRun is for a pool that was given in vain: nothing was compared with it.
func (v *proofCheck) notRun(why error) error {
	v.try("draw", fmt.Errorf("nothing was run again: %w", why), Rerun, "")
	v.absent("the draw was not run again", "same chances")
	return v.err
}

// groups are lists of leaves as people.
func (r *Roll) groups(leaves [][]int, said []List) (out []Group) {
	for k, list := range leaves {
		g := Group{Reason: said[k].Reason}
		for _, leaf := range list {
			g.People = append(g.People, r.Person(leaf))
		}
		out = append(out, g)
	}
	return out
}

// same compares the proof with that of the draw run again.
func (v *proofCheck) same(again *Proof, r *Result) {
	p := v.p
	v.expect("draw", slices.Equal(again.Selected, p.Selected) && slices.Equal(again.Reserves, p.Reserves), Rerun, "the same panel and reserves come out")
	v.expect("same chances", again.Chances == p.Chances && slices.Equal(again.Curve, p.Curve), Rerun, "everyone's chance comes out the same")
	v.expect("quotas", r.Report.QuotasMet, Rerun, "the panel meets every quota")
	sums := func(b *BoundSums) string { return digestOf("", b).String() }
	v.expect("certificate", slices.Equal(again.Certificate.Multipliers, p.Certificate.Multipliers) && again.Certificate.UpperBound == p.Certificate.UpperBound &&
		again.MinByWeight == p.MinByWeight && sums(again.Bound) == sums(p.Bound), Rerun, "the certificate's multipliers, sums and bound come out the same")
	if p.Panels != nil || again.Panels != nil {
		v.expect("panels", p.Panels != nil && again.Panels != nil && *p.Panels == *again.Panels, Rerun, "the panels written beforehand come out the same, and the one drawn")
	}
	v.expect("report", again.Report == p.Report && again.Objective == p.Objective && again.Solver == p.Solver, Rerun, "the report comes out the same: measures, quotas, method")
}
