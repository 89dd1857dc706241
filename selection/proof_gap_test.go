package selection

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"veche/selection/solver"
)

// TestGapIsProved draws two of five people under quotas that three of them meet
// in fractions only: one panel exists, and the relaxed chances cannot be had.
func TestGapIsProved(t *testing.T) {
	var features []Feature
	var quotas Quotas
	for f := range 3 {
		name := fmt.Sprint("f", f)
		features = append(features, Feature{name, []string{"0", "1"}})
		quotas = append(quotas, Quota{Feature: name, Value: "0", Min: 1, Max: 1}, Quota{Feature: name, Value: "1", Min: 1, Max: 1})
	}
	pool, err := NewPool(features)
	if err != nil {
		t.Fatal(err)
	}
	for i, values := range [][]uint16{{0, 0, 1}, {0, 1, 0}, {1, 0, 0}, {1, 1, 1}, {1, 1, 0}} {
		if err := pool.Add(Person{ID: fmt.Sprint(i), Values: values}); err != nil {
			t.Fatal(err)
		}
	}
	for _, o := range []Objective{Auto, Leximin} {
		p := Problem{Pool: pool, Quotas: quotas, Size: 2, Objective: o}
		r, err := Draw(t.Context(), p)
		var missing *SolverError
		if !solver.Available() && o == Leximin {
			if !errors.As(err, &missing) || !strings.Contains(err.Error(), "./scripts/setup") {
				t.Errorf("without the solver: %v", err)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		checkPanel(t, p, r)
		if !solver.Available() {
			if r.Report.Objective != Nash || !strings.Contains(r.Report.Reason, "./scripts/setup") {
				t.Errorf("without the solver: %s, %s", r.Report.Objective, r.Report.Reason)
			}
			continue
		}
		if l := r.Report.Lottery; !strings.HasPrefix(l.Proof, "proved") || l.Panels != 1 || !strings.Contains(r.Report.Solver, "HiGHS") {
			t.Errorf("lottery %+v, solver %s", l, r.Report.Solver)
		}
		if r.Report.MinProbability != 0 || r.Report.WithoutChance != 3 || r.Probability[0] != 1 {
			t.Errorf("chances %v, %d without", r.Probability, r.Report.WithoutChance)
		}
	}
}
