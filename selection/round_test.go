package selection

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"veche/selection/beacon"
)

// drawn draws a problem under its own commitment.
func drawn(p *Problem, roll *Roll, terms Terms, phrase string) (*Result, *Proof, error) {
	terms.Beacon, terms.Program = beacon.Promise{Kind: beacon.Phrase}, ThisProgram()
	c, err := Commit(p, roll, terms)
	if err != nil {
		return nil, nil, err
	}
	value := beacon.Value{Kind: beacon.Phrase, Text: phrase}
	if _, err := c.Prepare(p, value); err != nil {
		return nil, nil, err
	}
	r, err := Draw(context.Background(), *p)
	if err != nil {
		return nil, nil, err
	}
	proof, err := NewProof(*p, roll, r, c, value)
	return r, proof, err
}

// Round after round the panel meets its quotas, nobody who declined comes back,
// who accepted stays, and the chance over all rounds never sinks.
func TestRoundsHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawCase(t)
		p.Objective, p.ByType = Nash, true
		roll, err := NewRoll(p.Pool, nil)
		if err != nil {
			t.Fatal(err)
		}
		r, proof, err := drawn(&p, roll, Terms{}, "x")
		if err != nil {
			t.Fatal(err)
		}
		totals := r.Probability
		seats, gone := append(peopleOf(p.Fixed), r.Selected...), map[int]bool{}
		for round := uint64(1); round < 4; round++ {
			var declined []int
			for _, i := range seats {
				if rapid.IntRange(0, 2).Draw(t, "declines") == 0 {
					declined = append(declined, i)
					gone[i] = true
				}
			}
			next, err := proof.Next(p.Pool, roll, declined)
			if len(declined) == 0 {
				if err == nil {
					t.Fatal("a round though nobody declined")
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if r, proof, err = drawn(next, roll, Terms{Round: round}, "x"); err != nil {
				var infeasible *InfeasibleError
				if errors.As(err, &infeasible) {
					return
				}
				t.Fatal(err)
			}
			if !r.Report.QuotasMet || len(r.Selected) != len(declined) {
				t.Fatalf("round %d: %+v", round, r.Report)
			}
			before := totals
			totals = r.Totals(next, before)
			for i, total := range totals {
				if total < before[i]-1e-12 || total > 1 || (gone[i] && total != before[i]) {
					t.Fatalf("round %d: chance %v after %v", round, total, before[i])
				}
			}
			for _, i := range r.Selected {
				if gone[i] {
					t.Fatalf("round %d: %s had declined", round, p.Pool.ID(i))
				}
			}
			seats = slices.DeleteFunc(append(seats, r.Selected...), func(i int) bool { return gone[i] })
			if len(seats) != p.Size {
				t.Fatalf("round %d: %d of %d seats", round, len(seats), p.Size)
			}
		}
	})
}

// Over replays of two rounds people come in as often as the mean of their totals
// says: totals are given how round 0 went, so their mean is the chance before both.
func TestTotalsFrequencies(t *testing.T) {
	if RaceOn {
		t.Skip("a measurement: one goroutine, no race to find")
	}
	quotas := Quotas{{Feature: "sex", Value: "w", Min: 2, Max: 3}, {Feature: "sex", Value: "m", Min: 1, Max: 2}}
	pool, err := NewPool(quotas.Features())
	if err != nil {
		t.Fatal(err)
	}
	for i := range 12 {
		if err := pool.Add(Person{ID: fmt.Sprintf("p%02d", i), Values: []uint16{uint16(i % 3 / 2)}}); err != nil {
			t.Fatal(err)
		}
	}
	roll, err := NewRoll(pool, nil)
	if err != nil {
		t.Fatal(err)
	}
	const replays = 500
	got, want := make([]float64, pool.Len()), make([]float64, pool.Len())
	for k := range replays {
		p := &Problem{Pool: pool, Quotas: quotas, Size: 4, Objective: Nash, ByType: true}
		phrase := fmt.Sprintf("%x", sha256.Sum256([]byte{byte(k), byte(k >> 8)}))
		r, proof, err := drawn(p, roll, Terms{}, phrase)
		if err != nil {
			t.Fatal(err)
		}
		totals := r.Probability
		for _, i := range r.Selected {
			got[i]++
		}
		next, err := proof.Next(pool, roll, r.Selected[:2])
		if err != nil {
			t.Fatal(err)
		}
		if r, _, err = drawn(next, roll, Terms{Round: 1}, phrase); err != nil {
			t.Fatal(err)
		}
		for _, i := range r.Selected {
			got[i]++
		}
		// The chance before both rounds: that of round 0, and that of round 1 for
		// whoever was not drawn in it, which is the total's own weighting.
		for i, total := range r.Totals(next, totals) {
			if now := r.Probability[i]; now > 0 && now < 1 {
				if w := 1 - (1-totals[i])*(1-now); math.Abs(w-total) > 1e-11 {
					t.Fatalf("total %v, not %v", total, w)
				}
			}
			want[i] += totals[i]
			if !slices.ContainsFunc(next.Fixed, func(g Group) bool { return slices.Contains(g.People, i) }) {
				want[i] += r.Probability[i]
			}
		}
	}
	for i := range got {
		if z := (got[i] - want[i]) / math.Sqrt(replays*0.25); math.Abs(z) > 4.5 {
			t.Errorf("%s came in %v times of an expected %.1f", pool.ID(i), got[i], want[i])
		}
	}
}

func TestReadTotals(t *testing.T) {
	pool, err := NewPool([]Feature{{Name: "f", Values: []string{"x"}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"a", "b"} {
		if err := pool.Add(Person{ID: id, Values: []uint16{0}}); err != nil {
			t.Fatal(err)
		}
	}
	for text, want := range map[string][]float64{
		"id,probability\nb,0.5\na,1\n":               {1, 0.5},
		"id,probability,total\na,0,0.25\nb,1,0.75\n": {0.25, 0.75},
	} {
		if got, err := ReadTotals(strings.NewReader(text), pool); err != nil || !slices.Equal(got, want) {
			t.Errorf("%q: %v %v", text, got, err)
		}
	}
	for text, want := range map[string]string{
		"id,p\na,1\n":                          "not that of a probabilities.csv",
		"id,probability\na,1\n":                `1 of the 2 people of the pool are missing, "b"`,
		"id,probability\na,1\na,1\n":           "earlier row",
		"id,probability\na,1.5\n":              `"1.5" is not a probability`,
		"id,probability\na,NaN\n":              `"NaN" is not a probability`,
		"id,probability\nz,1\n":                `"z" is not in the pool`,
		"id,probability\na,1\nb,1,2\n":         "3 fields",
		"id,probability,total\na,1,x\nb,1,1\n": `row 2, column "total": "x"`,
	} {
		if _, err := ReadTotals(strings.NewReader(text), pool); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func FuzzReadTotals(f *testing.F) {
	f.Add("id,probability,total\na,0,0.25\n")
	pool, err := NewPool([]Feature{{Name: "f", Values: []string{"x"}}})
	if err != nil {
		f.Fatal(err)
	}
	if err := pool.Add(Person{ID: "a", Values: []uint16{0}}); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if totals, err := ReadTotals(strings.NewReader(text), pool); err == nil && !(totals[0] >= 0 && totals[0] <= 1) {
			t.Fatalf("read without complaint: %v", totals)
		}
	})
}
