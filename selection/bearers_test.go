package selection

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// sharedPool is a pool of households of one to four in three features, and a
// chance for each type.
func sharedPool(t *testing.T, homes, size int) (*instance, []int64) {
	t.Helper()
	r := rand.New(rand.NewPCG(7, 1))
	features := []Feature{{Name: "a", Values: []string{"1", "2"}}, {Name: "b", Values: []string{"1", "2", "3", "4", "5"}}, {Name: "c", Values: []string{"1", "2", "3"}}}
	pool, err := NewPool(features)
	if err != nil {
		t.Fatal(err)
	}
	for home := range homes {
		place := uint16(r.IntN(3))
		for range 1 + r.IntN(4) {
			p := Person{ID: fmt.Sprintf("p%06d", pool.Len()), Household: fmt.Sprint(home), Values: []uint16{uint16(r.IntN(2)), uint16(r.IntN(3) + r.IntN(3)), place}}
			if r.IntN(8) == 0 {
				p.Values[2] = uint16(r.IntN(3))
			}
			if err := pool.Add(p); err != nil {
				t.Fatal(err)
			}
		}
	}
	var quotas Quotas
	for _, f := range features {
		for _, v := range f.Values {
			quotas = append(quotas, Quota{Feature: f.Name, Value: v, Max: size})
		}
	}
	in, err := newInstance(&Problem{Pool: pool, Quotas: quotas, Size: size})
	if err != nil {
		t.Fatal(err)
	}
	chance := make([]int64, in.types())
	for i := range chance {
		chance[i] = int64(float64(in.size) / float64(in.eligible) * (.5 + r.Float64()) * ChanceUnit)
	}
	return in, chance
}

// TestDeputiesKeepRows draws deputies again and again: every household has one,
// who stands for its sum but for what the last few move, the rows expect the seats
// that they did, and everybody is a deputy as often as their chance says.
func TestDeputiesKeepRows(t *testing.T) {
	for _, c := range []struct {
		homes, draws int
		bearers      bool
	}{{300, 100, false}, {40_000, 10, true}} {
		if c.bearers && RaceOn {
			continue
		}
		in, chance := sharedPool(t, c.homes, 50)
		h := in.homes()
		if some := bearersFor(h.len()) < h.len(); some != c.bearers {
			t.Fatalf("%d shared households, %d of them bearers", h.len(), bearersFor(h.len()))
		}
		want := make([]float64, len(in.rows))
		for k, n := range in.count {
			for _, r := range in.rowsOf(k) {
				want[r] += float64(n) * float64(chance[k]) / ChanceUnit
			}
		}
		stood := make([]int, in.pool.Len())
		for seed := range c.draws {
			all := in.deputise(h, chance, newDice([32]byte{byte(seed)}, "test"))
			rows := make([]float64, len(in.rows))
			for k, e := range all.expected {
				for _, r := range in.rowsOf(k) {
					rows[r] += e
				}
			}
			for r := range rows {
				if math.Abs(rows[r]-want[r]) > 1e-4 {
					t.Errorf("%d households, seed %d: row %d expects %.6f seats, not %.6f", h.len(), seed, r, rows[r], want[r])
				}
			}
			for _, i := range all.member {
				stood[i]++
			}
		}
		chi, people := 0.0, 0.0
		for k := range h.len() {
			sum := h.under(k, in, chance, ChanceUnit)
			seen := 0
			for _, i := range h.people(k) {
				p := float64(chance[in.typeOf[i]]) / float64(sum)
				off := float64(stood[i]) - p*float64(c.draws)
				chi += off * off / (float64(c.draws) * p)
				seen += stood[i]
			}
			people += float64(len(h.people(k)) - 1)
			if seen != c.draws {
				t.Fatalf("household %d has %d deputies in %d draws", k, seen, c.draws)
			}
		}
		z := (chi - people) / math.Sqrt(2*people)
		t.Logf("%d households: chi-square %.0f for %.0f, %.2f standard deviations", h.len(), chi, people, z)
		if math.Abs(z) > 5 {
			t.Errorf("people of %d households do not stand for them by their chances: chi-square %.0f for %.0f", h.len(), chi, people)
		}
	}
}
