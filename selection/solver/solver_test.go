package solver

import (
	"context"
	"errors"
	"math"
	"testing"
	"time"
)

func open(t *testing.T, ctx context.Context) *Solver {
	t.Helper()
	s, err := New(ctx)
	if errors.Is(err, ErrAbsent) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// maximise 3x+2y under x+y ≤ 4, x+3y ≤ 7, 0 ≤ x ≤ 3: at (3, 1), value 11.
func small(integer bool) Program {
	return Program{Maximise: true, Cost: []float64{3, 2}, ColLo: []float64{0, 0}, ColHi: []float64{3, Inf},
		RowLo: []float64{-Inf, -Inf}, RowHi: []float64{4, 7}, Start: []int32{0, 2, 4}, Index: []int32{0, 1, 0, 1}, Value: []float64{1, 1, 1, 3}, Integer: integer}
}

func TestLinear(t *testing.T) {
	s := open(t, t.Context())
	if err := s.Load(small(false)); err != nil {
		t.Fatal(err)
	}
	status, err := s.Run()
	if err != nil || status != Optimal {
		t.Fatal(status, err)
	}
	x, y, err := s.Solution()
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(s.Objective()-11) > 1e-9 || math.Abs(x[0]-3) > 1e-9 || math.Abs(x[1]-1) > 1e-9 || math.Abs(math.Abs(y[0])-2) > 1e-9 {
		t.Errorf("value %v at %v, multipliers %v", s.Objective(), x, y)
	}
	s.AddColumn(5, 0, 1, []int32{0}, []float64{1})
	if status, err = s.Run(); err != nil || status != Optimal || math.Abs(s.Objective()-14) > 1e-9 {
		t.Errorf("with a column: %v %v %v", status, err, s.Objective())
	}
	s.SetRow(0, 100, 200)
	if status, err = s.Run(); err != nil || status != Infeasible {
		t.Errorf("infeasible rows: %v %v", status, err)
	}
}

func TestInteger(t *testing.T) {
	s := open(t, t.Context())
	p := small(true)
	p.RowHi = []float64{3.5, 7}
	if err := s.Load(p); err != nil {
		t.Fatal(err)
	}
	status, err := s.Run()
	if err != nil || status != Optimal || s.Objective() != 9 || s.Bound() != 9 {
		t.Errorf("%v %v value %v bound %v, want 9", status, err, s.Objective(), s.Bound())
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
	s := open(t, ctx)
	if err := s.Load(small(false)); err != nil {
		t.Fatal(err)
	}
	cancel()
	if _, err := s.Run(); !errors.Is(err, context.Canceled) {
		t.Errorf("after cancel: %v", err)
	}
}
