package selection_test

import (
	"bytes"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"veche/selection"
	"veche/selection/beacon"
)

// replacement draws a second round: some of the first panel accepted, some
// declined. It answers both rounds.
func replacement(t testing.TB, by bool) (first, second *committed) {
	t.Helper()
	first = drawCommitted(t, nil, func(p *selection.Problem) { p.ByType = by })
	second = &committed{pool: first.pool, roll: first.roll, problem: first.problem}
	accepted, declined := first.result.Selected[:30], first.result.Selected[30:]
	second.problem.Fixed = append(slices.Clone(first.problem.Fixed), selection.Group{Reason: "accepted a seat", People: accepted})
	second.problem.Excluded = append(slices.Clone(first.problem.Excluded), selection.Group{Reason: "declined a seat", People: declined})
	value, promise, at := round(t)
	earlier := append(slices.Clone(first.proof.Earlier), first.proof.Commitment)
	c := prepared(t, &second.problem, second.roll, selection.Terms{Topic: "parks", Round: 1, Program: first.proof.Program, Beacon: promise, Time: at,
		Previous: &first.proof.Commitment, Reason: fmt.Sprintf("drawn; %d seats were declined", len(declined))}, value)
	var err error
	if second.result, err = selection.Draw(t.Context(), second.problem); err != nil {
		t.Fatal(err)
	}
	if second.proof, err = selection.NewProof(second.problem, second.roll, second.result, c, value, earlier...); err != nil {
		t.Fatal(err)
	}
	return first, second
}

func receiptsOf(t testing.TB, x *committed) *selection.Receipts {
	t.Helper()
	s, err := selection.NewReceipts(x.proof, x.roll, x.result.Chances)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func receipt(t testing.TB, s *selection.Receipts, i int, earlier ...selection.Receipt) *selection.Receipt {
	t.Helper()
	r, err := s.Of(i, earlier...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestReceipts gives everyone the receipts of two rounds and checks each of them
// with the proofs alone.
func TestReceipts(t *testing.T) {
	first, second := replacement(t, true)
	early, late := receiptsOf(t, first), receiptsOf(t, second)
	told := map[selection.Standing]map[selection.Outcome]int{}
	for i := range first.pool.Len() {
		r := receipt(t, late, i, *receipt(t, early, i))
		if told[r.Standing] == nil {
			told[r.Standing] = map[selection.Outcome]int{}
		}
		told[r.Standing][r.Outcome]++
		p0, p1 := first.result.Probability[i], second.result.Probability[i]
		want := 1 - (1-p0)*(1-p1)
		switch { // what is settled adds nothing
		case p0 == 1:
			want = 1
		case r.Standing == selection.Seated:
			want = p0
		}
		if got := float64(r.Total) / selection.ChanceUnit; math.Abs(got-want) > 1e-11 {
			t.Fatalf("person %d, %s: %v in total, want %v of %v and %v", i, r.Standing, got, want, p0, p1)
		}
		if i%50 != 0 { // verifying takes the signatures of two rounds
			continue
		}
		back, err := selection.ReadReceipt(bytes.NewReader(body(t, r)))
		if err != nil {
			t.Fatal(err)
		}
		steps, err := back.Verify(second.proof, first.proof)
		if err != nil || outcomes(steps, selection.Absent) != nil {
			t.Fatalf("person %d: %v: %+v", i, err, steps)
		}
		steps, err = back.Verify(second.proof)
		if err != nil || !slices.Equal(outcomes(steps, selection.Absent), []string{"round 0"}) {
			t.Fatalf("person %d without the first proof: %v: %+v", i, err, steps)
		}
	}
	want := fmt.Sprint(map[selection.Standing]map[selection.Outcome]int{
		selection.Seated:   {selection.NotSelected: 32},
		selection.LeftOut:  {selection.NotSelected: 10},
		selection.Drawable: {selection.Selected: 8, selection.Reserved: 7, selection.NotSelected: 543},
	})
	if got := fmt.Sprint(told); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// TestReceiptTampered alters every field of a receipt over two rounds: nothing
// passes with the proofs of both.
func TestReceiptTampered(t *testing.T) {
	if selection.RaceOn {
		t.Skip("checks some hundred signatures, in one goroutine")
	}
	first, second := replacement(t, true)
	early, late := receiptsOf(t, first), receiptsOf(t, second)
	for _, i := range []int{second.result.Selected[0], second.result.Reserves[3], second.problem.Excluded[1].People[0]} {
		file := body(t, receipt(t, late, i, *receipt(t, early, i)))
		missed, tried := tampered(t, file, func(file []byte) error {
			r, err := selection.ReadReceipt(bytes.NewReader(file))
			if err == nil {
				_, err = r.Verify(first.proof, second.proof)
			}
			if err == nil {
				var steps []selection.Step // a proof that no round names any more is not missed
				if steps, err = r.Verify(first.proof, second.proof); len(outcomes(steps, selection.Absent)) > 0 {
					err = fmt.Errorf("absent: %v", outcomes(steps, selection.Absent))
				}
			}
			return err
		})
		if len(missed) > 0 || tried < 80 {
			t.Errorf("%d of %d changes pass:\n%s", len(missed), tried, strings.Join(missed, "\n"))
		}
	}
}

// TestReceiptsRefuse hands in what is not the proof's.
func TestReceiptsRefuse(t *testing.T) {
	x := drawCommitted(t, nil, func(p *selection.Problem) { p.ByType = true })
	chances := slices.Clone(x.result.Chances)
	chances[5]++
	if _, err := selection.NewReceipts(x.proof, x.roll, chances); err == nil || !strings.Contains(err.Error(), "not the chances of the proof") {
		t.Errorf("other chances: %v", err)
	}
	if _, err := selection.NewReceipts(x.proof, x.roll, chances[1:]); err == nil {
		t.Error("too few chances pass")
	}
	other, err := selection.NewRoll(x.pool, &[32]byte{9})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := selection.NewReceipts(x.proof, other, x.result.Chances); err == nil || !strings.Contains(err.Error(), "not the pool of the proof") {
		t.Errorf("another pool: %v", err)
	}
	if _, err := receiptsOf(t, x).Of(x.pool.Len()); err == nil {
		t.Error("a person who is not there has a receipt")
	}
}

// TestHostileSizes verifies receipts with proofs that speak of a thousand million
// people: what it takes follows from the files, not from what they say.
func TestHostileSizes(t *testing.T) {
	x := drawCommitted(t, nil, func(p *selection.Problem) { p.ByType = true })
	r := receipt(t, receiptsOf(t, x), 4)
	huge := *x.proof
	huge.People = 1 << 30
	huge.CommitmentDigest = huge.Commitment.Digest()
	r.Commitment = huge.CommitmentDigest
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, err := r.Verify(&huge); err == nil {
		t.Error("passes")
	}
	runtime.ReadMemStats(&after)
	if took := after.TotalAlloc - before.TotalAlloc; took > 64<<20 {
		t.Errorf("takes %d MiB", took>>20)
	}
}

// TestReceiptPaths proves that for a tree of any size everyone's receipt holds and
// nobody else's row stands in its place.
func TestReceiptPaths(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 130).Draw(t, "people")
		pool, err := selection.NewPool([]selection.Feature{{Name: "f", Values: []string{"a", "b"}}})
		if err != nil {
			t.Fatal(err)
		}
		for i := range n {
			if err := pool.Add(selection.Person{ID: fmt.Sprint(i * 7919 % 1009), Values: []uint16{uint16(i % 2)}}); err != nil {
				t.Fatal(err)
			}
		}
		roll, err := selection.NewRoll(pool, nil)
		if err != nil {
			t.Fatal(err)
		}
		i, j := rapid.IntRange(0, n-1).Draw(t, "i"), rapid.IntRange(0, n-1).Draw(t, "j")
		path, err := roll.Path(i)
		if err != nil {
			t.Fatal(err)
		}
		if err := selection.CheckPath(path, n, roll.Leaf(i), roll.Row(nil, i), roll.Root()); err != nil {
			t.Fatal(err)
		}
		if i != j && selection.CheckPath(path, n, roll.Leaf(j), roll.Row(nil, j), roll.Root()) == nil {
			t.Fatalf("%d stands in the place of %d", j, i)
		}
	})
}

func FuzzReadReceipt(f *testing.F) {
	x := drawCommitted(f, nil, func(p *selection.Problem) { p.ByType = true })
	f.Add(body(f, receipt(f, receiptsOf(f, x), 4)))
	f.Add([]byte(`{"version":2,"row":{"weight":1},"people":1073741824,"leaf":1073741823,"earlier":[{"version":2}]}`))
	f.Add([]byte(`{"version":2,"row":{"weight":1e300},"people":-1}`))
	f.Fuzz(func(t *testing.T, file []byte) {
		r, err := selection.ReadReceipt(bytes.NewReader(file))
		if err != nil {
			return
		}
		if steps, err := r.Verify(x.proof); err == nil && (r.Row.ID != x.pool.ID(4) || len(steps) < 3) && r.Commitment == x.proof.CommitmentDigest {
			t.Fatalf("passes as %q", r.Row.ID)
		}
	})
}

// TestCommitments makes chains of commitments, whole and broken.
func TestCommitments(t *testing.T) {
	pool, quotas := people(t, smallTown)
	p := selection.Problem{Pool: pool, Quotas: quotas, Size: 40}
	roll, err := selection.NewRoll(pool, nil)
	if err != nil {
		t.Fatal(err)
	}
	_, promise, at := round(t)
	terms := selection.Terms{Topic: "parks", Program: selection.ThisProgram(), Beacon: promise, Time: at}
	first, err := selection.Commit(&p, roll, terms)
	if err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		change func(*selection.Terms)
		want   string
	}{
		"too late":         {func(x *selection.Terms) { x.Time = beacon.Quicknet.Time(promise.Round) }, "name a later one"},
		"no reason":        {func(x *selection.Terms) { x.Previous = first }, "no reason"},
		"a blank reason":   {func(x *selection.Terms) { x.Previous, x.Reason = first, " " }, "no reason"},
		"a reason alone":   {func(x *selection.Terms) { x.Reason = "rain" }, "not the commitment before"},
		"another topic":    {func(x *selection.Terms) { x.Previous, x.Reason, x.Topic = first, "rain", "roads" }, "is for"},
		"back in time":     {func(x *selection.Terms) { x.Previous, x.Reason, x.Time = first, "rain", at.Add(-1e9) }, "before the one"},
		"no beacon":        {func(x *selection.Terms) { x.Beacon = beacon.Promise{} }, "kind"},
		"no source":        {func(x *selection.Terms) { x.Beacon = beacon.Promise{Kind: beacon.Public} }, "source"},
		"a wrong schedule": {func(x *selection.Terms) { x.Beacon.Expected++ }, "comes out at"},
	} {
		own := terms
		tc.change(&own)
		if _, err := selection.Commit(&p, roll, own); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, tc := range map[string]struct {
		change func(*selection.Problem, *selection.Program)
		want   []string
	}{
		"nothing":    {func(*selection.Problem, *selection.Program) {}, nil},
		"seats":      {func(p *selection.Problem, _ *selection.Program) { p.Size++ }, []string{"seats: 40 was committed, now 41"}},
		"a quota":    {func(p *selection.Problem, _ *selection.Program) { p.Quotas = slices.Clone(p.Quotas); p.Quotas[2].Max++ }, []string{"quota 3"}},
		"two things": {func(p *selection.Problem, _ *selection.Program) { p.Reserves, p.Objective = 4, selection.Nash }, []string{"reserves", "objective"}},
		"a list": {func(p *selection.Problem, _ *selection.Program) {
			p.Excluded = []selection.Group{{Reason: "x", People: []int{4}}}
		}, []string{"lists of people left out"}},
		"the program":  {func(_ *selection.Problem, p *selection.Program) { p.Sources[0] ^= 1 }, []string{"program"}},
		"the method":   {func(_ *selection.Problem, p *selection.Program) { p.Method++ }, []string{"program"}},
		"fit, by type": {func(p *selection.Problem, _ *selection.Program) { p.FitFeatures, p.ByType = []string{"x"}, true }, []string{"features of interest", "by type"}},
	} {
		own, program := p, selection.ThisProgram()
		tc.change(&own, &program)
		err := first.Keeps(&own, roll, program)
		if tc.want == nil && err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for _, want := range tc.want {
			if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "abort") {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	missed, tried := tampered(t, body(t, first), func(file []byte) error {
		c, err := selection.ReadCommitment(bytes.NewReader(file))
		if err == nil && c.Digest() != first.Digest() {
			err = fmt.Errorf("another digest")
		}
		return err
	})
	if len(missed) > 0 || tried < 50 {
		t.Errorf("%d of %d changes leave the digest as it is:\n%s", len(missed), tried, strings.Join(missed, "\n"))
	}
	if a, b := selection.ThisProgram(), selection.ThisProgram(); a != b || a.Sources == (selection.Digest{}) {
		t.Errorf("%v, %v", a, b)
	}
}

func FuzzReadCommitment(f *testing.F) {
	f.Add(body(f, drawCommitted(f, nil, func(p *selection.Problem) { p.ByType = true }).proof.Commitment))
	f.Add([]byte(`{"version":1,"people":5,"number":1,"policy":{"size":3,"seated":[{"people":9223372036854775807},{"people":9223372036854775807}]}}`))
	f.Fuzz(func(t *testing.T, file []byte) {
		c, err := selection.ReadCommitment(bytes.NewReader(file))
		if err != nil {
			return
		}
		back, err := selection.ReadCommitment(bytes.NewReader(body(t, c)))
		if err != nil || back.Digest() != c.Digest() {
			t.Fatalf("%v: after a trip through JSON another commitment", err)
		}
	})
}
