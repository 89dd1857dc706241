package selection_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"veche/selection"
	"veche/selection/beacon"
	"veche/selection/sample"
)

// committed is a draw of a made town that keeps a published commitment.
type committed struct {
	pool    *selection.Pool
	roll    *selection.Roll
	problem selection.Problem
	result  *selection.Result
	proof   *selection.Proof
}

// round is a published drand round and a time before it.
func round(t testing.TB) (beacon.Value, beacon.Promise, time.Time) {
	t.Helper()
	v, err := beacon.ReadRound(strings.NewReader(`{"round":657413,"signature":"b713718a38ae728dfd477991af2822e08d2f305e47718cef9f7848ce4050e7be41076862b98fad56e91a6b85b89cd97b"}`), beacon.Quicknet.Hash())
	if err != nil {
		t.Fatal(err)
	}
	return v, beacon.Quicknet.Promise(v.Round), beacon.Quicknet.Time(v.Round).Add(-time.Hour)
}

func people(t testing.TB, town sample.Town) (*selection.Pool, selection.Quotas) {
	t.Helper()
	s := sample.New(town)
	pool, err := s.Pool()
	if err != nil {
		t.Fatal(err)
	}
	return pool, s.Quotas
}

var smallTown = sample.Town{People: 600, Seats: 40, Values: []int{2, 4, 3}, Tolerance: .05, Homes: 2, Skew: .6, Seed: 5}

// drawCommitted draws after two commitments: one aborted, one kept.
func drawCommitted(t testing.TB, key *[32]byte, change func(*selection.Problem)) *committed {
	t.Helper()
	pool, quotas := people(t, smallTown)
	x := &committed{pool: pool, problem: selection.Problem{Pool: pool, Quotas: quotas, Size: 40, Reserves: 7,
		Fixed: []selection.Group{{Reason: "must be in", People: []int{3, 9}}}, Excluded: []selection.Group{{Reason: "served before", People: []int{20, 30}}}}}
	if change != nil {
		change(&x.problem)
	}
	var err error
	if x.roll, err = selection.NewRoll(pool, key); err != nil {
		t.Fatal(err)
	}
	value, promise, at := round(t)
	terms := selection.Terms{Topic: "parks", Program: selection.Program{Version: "v1", Method: selection.Method}, Beacon: promise, Time: at.Add(-time.Hour), Household: []string{"street", "door"}}
	first := prepared(t, &x.problem, x.roll, terms, value)
	terms.Previous, terms.Reason, terms.Time = first, "a row was wrong", at
	second := prepared(t, &x.problem, x.roll, terms, value)
	if x.result, err = selection.Draw(t.Context(), x.problem); err != nil {
		t.Fatal(err)
	}
	if x.proof, err = selection.NewProof(x.problem, x.roll, x.result, second, value, *first); err != nil {
		t.Fatal(err)
	}
	return x
}

func body(t testing.TB, v any) []byte {
	t.Helper()
	out, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func outcomes(steps []selection.Step, outcome string) (names []string) {
	for _, s := range steps {
		if s.Outcome == outcome {
			names = append(names, s.Name)
		}
	}
	return names
}

func TestVerify(t *testing.T) {
	for _, key := range []*[32]byte{nil, {1, 2, 3}} {
		x := drawCommitted(t, key, func(p *selection.Problem) { p.ByType = key != nil || selection.RaceOn })
		text := body(t, x.proof)
		for i := range x.pool.Len() {
			if bytes.Contains(text, []byte(x.pool.ID(i))) {
				t.Fatalf("the proof names %s", x.pool.ID(i))
			}
		}
		proof, err := selection.ReadProof(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		steps, err := selection.Verify(t.Context(), proof, x.pool, key)
		if err != nil {
			t.Fatalf("%v: %+v", err, steps)
		}
		if absent := outcomes(steps, selection.Absent); absent != nil || len(outcomes(steps, selection.Rerun)) < 7 {
			t.Errorf("with the pool: %+v", steps)
		}
		steps, err = selection.Verify(t.Context(), proof, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := outcomes(steps, selection.Absent); !slices.Equal(got, []string{"pool", "draw", "same chances"}) {
			t.Errorf("absent without the pool: %v", got)
		}
		if s := x.proof.Matches(&x.proof.Commitment); s.Outcome != selection.Proved {
			t.Error(s)
		}
		if s := x.proof.Matches(&x.proof.Earlier[0]); s.Outcome != selection.Failed {
			t.Error(s)
		}
	}
}

// leavesOf visits every number, text and truth value of a JSON value; change
// alters the one that it is called for and puts it back afterwards.
func leavesOf(path string, v any, visit func(path string, old any, set func(any))) {
	switch v := v.(type) {
	case map[string]any:
		keys := make([]string, 0, len(v))
		for k := range v {
			keys = append(keys, k)
		}
		slices.Sort(keys)
		for _, k := range keys {
			leavesOf(path+"."+k, v[k], visit)
			if !composed(v[k]) {
				visit(path+"."+k, v[k], func(x any) { v[k] = x })
			}
		}
	case []any:
		for i := range v {
			if i > 1 && i < len(v)-1 { // the first, the second and the last stand for all
				continue
			}
			leavesOf(fmt.Sprintf("%s[%d]", path, i), v[i], visit)
			if !composed(v[i]) {
				visit(fmt.Sprintf("%s[%d]", path, i), v[i], func(x any) { v[i] = x })
			}
		}
	}
}

func composed(v any) bool {
	switch v.(type) {
	case map[string]any, []any:
		return true
	}
	return false
}

// altered are other values of the same kind.
func altered(v any) []any {
	switch v := v.(type) {
	case json.Number:
		if v == "0" {
			return []any{json.Number("1"), json.Number("-1")}
		}
		size := strings.TrimPrefix(v.String(), "-")
		return []any{json.Number("1" + size), json.Number("-" + size + "1"), json.Number("0")}
	case bool:
		return []any{!v}
	case string:
		out := []any{"", v + "0"}
		if v == "" {
			out = out[1:]
		} else {
			digit := "0"
			if v[:1] == "0" {
				digit = "1"
			}
			out = append(out, digit+v[1:])
		}
		return out
	}
	return nil
}

// tampered alters every field of a JSON file, one at a time, and answers those
// after whose change check finds nothing wrong.
func tampered(t *testing.T, file []byte, check func([]byte) error) (missed []string, tried int) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(file))
	d.UseNumber()
	var tree any
	if err := d.Decode(&tree); err != nil {
		t.Fatal(err)
	}
	if err := check(body(t, tree)); err != nil {
		t.Fatalf("untouched: %v", err)
	}
	leavesOf("", tree, func(path string, old any, set func(any)) {
		for _, other := range altered(old) {
			set(other)
			tried++
			if check(body(t, tree)) == nil {
				missed = append(missed, fmt.Sprintf("%s: %v for %v", path, other, old))
			}
			set(old)
		}
	})
	return missed, tried
}

// TestProofTampered alters every field of a proof: with the pool nothing passes,
// without it only what needs the pool.
func TestProofTampered(t *testing.T) {
	if selection.RaceOn {
		t.Skip("draws some hundred times, in one goroutine")
	}
	x := drawCommitted(t, nil, func(p *selection.Problem) { p.ByType = true }) // in a moment, for each is drawn again
	file := body(t, x.proof)
	needPool := []string{"report_digest", "chances_root", "objective", "solver", "reserves", "selected", "fixed", "excluded",
		"bound.negative.people", "bound.positive.people", "curve", "bound.rows"}
	var unseen []*selection.Proof
	missed, tried := tampered(t, file, func(file []byte) error {
		p, err := selection.ReadProof(bytes.NewReader(file))
		if err != nil {
			return err
		}
		if _, err = selection.Verify(t.Context(), p, nil, nil); err == nil {
			unseen = append(unseen, p)
		}
		return err
	})
	for _, m := range missed {
		name, _, _ := strings.Cut(strings.TrimPrefix(m, "."), ":")
		name, _, _ = strings.Cut(name, "[")
		if !slices.Contains(needPool, name) {
			t.Errorf("passes without the pool: %s", m)
		}
	}
	if len(unseen) != len(missed)+1 || tried < 200 { // the first is the proof itself
		t.Fatalf("%d of %d changes pass without the pool", len(unseen)-1, tried)
	}
	for i, p := range unseen {
		if _, err := selection.Verify(t.Context(), p, x.pool, nil); (err == nil) != (i == 0) {
			t.Errorf("with the pool, %v: %s", err, append([]string{"the proof itself"}, missed...)[i])
		}
	}
	for name, change := range map[string]func(*selection.Proof){
		"somebody left out":      func(p *selection.Proof) { p.Selected = p.Selected[1:] },
		"somebody twice":         func(p *selection.Proof) { p.Selected[1] = p.Selected[0] },
		"a seated one selected":  func(p *selection.Proof) { p.Selected[0] = p.Fixed[0][0]; slices.Sort(p.Selected) },
		"an earlier one hidden":  func(p *selection.Proof) { p.Earlier = nil },
		"an earlier one twice":   func(p *selection.Proof) { p.Earlier = append(p.Earlier, p.Earlier[0]) },
		"a limit left out":       func(p *selection.Proof) { p.Limits = p.Limits[1:] },
		"panels":                 func(p *selection.Proof) { p.Panels = &selection.PanelDraw{Panels: 10, Number: 3} },
		"no curve":               func(p *selection.Proof) { p.Curve = nil },
		"many people":            func(p *selection.Proof) { p.Curve[0].People += 1000 },
		"sums that do not reach": func(p *selection.Proof) { p.Curve[0].Sum, p.Curve[0].High = 0, p.Curve[0].Low },
		"a signature of no key":  func(p *selection.Proof) { p.Value.Signature, p.Value.Randomness = nil, nil },
	} {
		p, err := selection.ReadProof(bytes.NewReader(file))
		if err != nil {
			t.Fatal(err)
		}
		change(p)
		if _, err := selection.Verify(t.Context(), p, nil, nil); err == nil {
			t.Errorf("%s: passes without the pool", name)
		}
	}
}

// TestVerifyPanels draws one of panels written beforehand.
func TestVerifyPanels(t *testing.T) {
	x := drawCommitted(t, nil, func(p *selection.Problem) { p.Panels, p.ByType, p.Reserves = 20, true, 0 })
	steps, err := selection.Verify(t.Context(), x.proof, x.pool, nil)
	if err != nil || !slices.Contains(outcomes(steps, selection.Rerun), "panels") {
		t.Fatalf("%v: %+v", err, steps)
	}
	if x.proof.Panels.Number != x.result.PanelNumber || x.proof.Panels.Panels != 20 {
		t.Errorf("%+v", x.proof.Panels)
	}
	for name, change := range map[string]func(*selection.PanelDraw){
		"number": func(p *selection.PanelDraw) { p.Number = p.Number%20 + 1 },
		"panels": func(p *selection.PanelDraw) { p.Panels++ },
		"digest": func(p *selection.PanelDraw) { p.Digest[0] ^= 1 },
	} {
		own := *x.proof.Panels
		change(&own)
		proof := *x.proof
		proof.Panels = &own
		if _, err := selection.Verify(t.Context(), &proof, x.pool, nil); err == nil {
			t.Errorf("%s: passes", name)
		}
	}
}

// TestVerifyUnknownChain commits to a round of a chain that the program doesn't
// know: when it came out is shown by the chain alone.
func TestVerifyUnknownChain(t *testing.T) {
	chain, err := beacon.ReadChain(strings.NewReader(`{"public_key":"8200fc249deb0148eb918d6e213980c5d01acd7fc251900d9260136da3b54836ce125172399ddc69c4e3e11429b62c11","period":3,
		"genesis_time":1651677099,"groupHash":"65083634d852ae169e21b6ce5f0410be9ed4cc679b9970236f7875cff667e13d","schemeID":"pedersen-bls-unchained","metadata":{"beaconID":"testnet-unchained-3s"}}`))
	if err != nil {
		t.Fatal(err)
	}
	bare, err := beacon.ReadRound(strings.NewReader(`{"round":7601003,"signature":"af7eac5897b72401c0f248a26b612c5ef68e0ff830b4d78927988c89b5db3e997bfcdb7c24cb19f549830cd02cb854a1143fd53a1d4e0713ded471260869439060d170a77187eb6371742840e43eccfa225657c4cc2d9619f7c3d680470c9743"}`), chain.Hash())
	if err != nil {
		t.Fatal(err)
	}
	with := bare
	with.Info = chain
	pool, quotas := people(t, smallTown)
	roll, err := selection.NewRoll(pool, nil)
	if err != nil {
		t.Fatal(err)
	}
	at := chain.Time(bare.Round).Add(-time.Hour)
	late := chain.Promise(bare.Round)
	late.Expected += 10 * 365 * 24 * time.Hour.Milliseconds()
	for _, c := range []struct {
		promise beacon.Promise
		value   beacon.Value
		at      time.Time
		outcome string // of the order of times; none where the beacon is refused
	}{
		{chain.Promise(bare.Round), with, at, selection.Claimed},
		{chain.Promise(bare.Round), bare, at, selection.Absent},
		{late, bare, at.AddDate(9, 0, 0), selection.Absent},
		{late, with, at.AddDate(9, 0, 0), ""}, // the round was out for nine years
	} {
		p := selection.Problem{Pool: pool, Quotas: quotas, Size: 40, ByType: true}
		own, err := selection.Commit(&p, roll, selection.Terms{Program: selection.ThisProgram(), Beacon: c.promise, Time: c.at})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := own.Prepare(&p, c.value); (err != nil) != (c.outcome == "") {
			t.Fatalf("%+v: %v", c.promise, err)
		} else if err != nil {
			continue
		}
		r, err := selection.Draw(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		proof, err := selection.NewProof(p, roll, r, own, c.value)
		if err != nil {
			t.Fatal(err)
		}
		steps, err := selection.Verify(t.Context(), proof, nil, nil)
		if err != nil || !slices.Contains(outcomes(steps, c.outcome), "order of times") {
			t.Errorf("%+v with the chain %v: %v: %+v", c.promise, c.value.Info != nil, err, steps)
		}
		proof.Value = with
		if steps, _ = selection.Verify(t.Context(), proof, nil, nil); slices.Contains(outcomes(steps, selection.Failed), "beacon") != (c.promise == late) {
			t.Errorf("%+v with the chain: %+v", c.promise, steps)
		}
	}
}

// weighted is a draw in which half of the people weigh 3 and the quotas give them
// a third of the others' chance.
func weighted(t testing.TB, by bool) *committed {
	t.Helper()
	pool, err := selection.NewPool([]selection.Feature{{Name: "g", Values: []string{"a", "b"}}})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 120 {
		if err := pool.Add(selection.Person{ID: fmt.Sprintf("%03d", i), Values: []uint16{uint16(i % 2)}, Weight: float64(3 - 2*(i%2))}); err != nil {
			t.Fatal(err)
		}
	}
	x := &committed{pool: pool, problem: selection.Problem{Pool: pool, Size: 26, ByType: by, Objective: selection.Maximin,
		Quotas: selection.Quotas{{Feature: "g", Value: "a", Min: 6, Max: 6}, {Feature: "g", Value: "b", Min: 20, Max: 20}}}}
	if x.roll, err = selection.NewRoll(pool, nil); err != nil {
		t.Fatal(err)
	}
	c := prepared(t, &x.problem, x.roll, selection.Terms{Program: selection.ThisProgram(), Beacon: beacon.Promise{Kind: beacon.Phrase}}, phrase)
	if x.result, err = selection.Draw(t.Context(), x.problem); err != nil {
		t.Fatal(err)
	}
	if x.proof, err = selection.NewProof(x.problem, x.roll, x.result, c, phrase); err != nil {
		t.Fatal(err)
	}
	return x
}

// TestVerifyWeights compares the bound with the lowest chance by weight: here it
// lies below every chance, and the lottery reaches it.
func TestVerifyWeights(t *testing.T) {
	for _, by := range []bool{true, false} {
		x := weighted(t, by)
		r := &x.result.Report
		if r.MinByWeight != .1/3 || r.MinProbability != .1 || r.Reached() < 1-1e-6 || r.Reached() > 1+1e-6 || r.UpperBoundMinProbability > .034 {
			t.Errorf("by type %v: lowest %v, by weight %v, bound %v", by, r.MinProbability, r.MinByWeight, r.UpperBoundMinProbability)
		}
		for _, pool := range []*selection.Pool{nil, x.pool} {
			if steps, err := selection.Verify(t.Context(), x.proof, pool, nil); err != nil {
				t.Errorf("%v: %+v", err, steps)
			}
		}
		for _, wrong := range []float64{0, .1, .04, .09, .02, -.1} {
			forged := *x.proof
			forged.MinByWeight = wrong
			if _, err := selection.Verify(t.Context(), &forged, nil, nil); err == nil {
				t.Errorf("%v by weight passes", wrong)
			}
		}
		forged := *x.proof
		forged.MinByWeight = .1/3 - 1e-15
		if _, err := selection.Verify(t.Context(), &forged, x.pool, nil); err == nil {
			t.Error("another lowest chance by weight passes with the pool")
		}
		for _, lang := range []string{"en", "ru"} {
			var page strings.Builder
			if err := selection.WriteReportHTML(&page, selection.ReportPage{Lang: lang, Report: *r, Proof: x.proof, Again: "veche verify", Check: "veche verify", Receipt: "veche verify"}); err != nil {
				t.Fatal(err)
			}
			if text := page.String(); !strings.Contains(text, "3.33") && !strings.Contains(text, "3,33") || strings.Contains(text, `class="bound"`) {
				t.Errorf("%s: the page does not say the lowest chance by weight", lang)
			}
		}
	}
}

// TestVerifyPhrase says what a draw from a phrase without a commitment lacks.
func TestVerifyPhrase(t *testing.T) {
	pool, quotas := people(t, smallTown)
	p := selection.Problem{Pool: pool, Quotas: quotas, Size: 40, ByType: true}
	roll, err := selection.NewRoll(pool, nil)
	if err != nil {
		t.Fatal(err)
	}
	c := prepared(t, &p, roll, selection.Terms{Program: selection.Program{Method: selection.Method}, Beacon: beacon.Promise{Kind: beacon.Phrase}}, phrase)
	r, err := selection.Draw(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	proof, err := selection.NewProof(p, roll, r, c, phrase)
	if err != nil {
		t.Fatal(err)
	}
	limits := strings.Join(proof.Limits, "\n")
	if !strings.Contains(limits, "not proof against the organiser") || !strings.Contains(limits, "no commitment was published before the draw") {
		t.Error(limits)
	}
	steps, err := selection.Verify(t.Context(), proof, nil, nil)
	if err != nil || !slices.Contains(outcomes(steps, selection.Absent), "order of times") {
		t.Errorf("%v: %+v", err, steps)
	}
	proof.Program.Method++
	proof.CommitmentDigest = proof.Commitment.Digest()
	steps, err = selection.Verify(t.Context(), proof, pool, nil)
	if err == nil || !strings.Contains(err.Error(), "nothing was run again: drawn by method") || !slices.Equal(outcomes(steps, selection.Failed), []string{"draw"}) {
		t.Errorf("of another method: %v: %+v", err, steps)
	}
	if _, err = selection.Verify(t.Context(), proof, nil, nil); err != nil {
		t.Errorf("of another method, without the pool: %v", err)
	}
}

// TestCurve hides single people and stays short.
func TestCurve(t *testing.T) {
	x := drawCommitted(t, nil, func(p *selection.Problem) { p.ByType = true })
	people := 0
	for _, g := range x.proof.Curve {
		if people += g.People; g.People < 10 {
			t.Errorf("a group of %d", g.People)
		}
	}
	if want := x.result.Report.Eligible; people != want {
		t.Errorf("%d people in the curve, want %d", people, want)
	}
}

func TestReadProof(t *testing.T) {
	for text, want := range map[string]string{
		`{"version":1}`:                      "draw again with the same input and seed",
		`{"version":2,"surprise":1}`:         "unknown field",
		`[]`:                                 "not a proof.json",
		`{"version":2,"selected":[1e400]}`:   "proof:",
		`{"version":2,"selected":"leaves"}`:  "proof:",
		`{"version":2,"chances_root":"123"}`: "not a SHA-256",
	} {
		if _, err := selection.ReadProof(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// FuzzReadProof takes whatever is a proof by its form through verification.
func FuzzReadProof(f *testing.F) {
	f.Add(body(f, drawCommitted(f, nil, func(p *selection.Problem) { p.ByType = true }).proof))
	f.Add([]byte(`{"version":2,"commitment":{"version":1,"people":1,"number":1,"policy":{"size":1,"panels":99999999999,"reserves":9223372036854775807}},"curve":[{"people":1,"low":0,"high":1,"sum":1}]}`))
	f.Add([]byte(`{"version":2,"commitment":{"people":-1},"fixed":[[1]],"excluded":[[0],[0]],"selected":[-1]}`))
	f.Fuzz(func(t *testing.T, file []byte) {
		p, err := selection.ReadProof(bytes.NewReader(file))
		if err != nil {
			return
		}
		if _, err := selection.Verify(t.Context(), p, nil, nil); err == nil && len(p.Selected)+p.Policy.Taken() != p.Policy.Size {
			t.Fatalf("%d selected, %d seats", len(p.Selected), p.Policy.Size)
		}
	})
}
