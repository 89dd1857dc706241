package selection_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"veche/selection"
)

// TestReceiptRounds leaves rounds out of a receipt, and puts one of another draw in.
func TestReceiptRounds(t *testing.T) {
	first, second := replacement(t, true)
	early, late := receiptsOf(t, first), receiptsOf(t, second)
	i := slices.IndexFunc(second.result.Chances, func(units int64) bool { return units > 0 && units < selection.ChanceUnit })
	total := func(r *selection.Receipt, proofs ...*selection.Proof) (string, error) {
		steps, err := r.Verify(proofs...)
		k := slices.IndexFunc(steps, func(s selection.Step) bool { return s.Name == "total" })
		if k < 0 {
			return "", err
		}
		return steps[k].Detail, err
	}
	if said, err := total(receipt(t, late, i, *receipt(t, early, i)), first.proof, second.proof); err != nil || !strings.HasPrefix(said, "over 2 rounds the chance was") {
		t.Errorf("whole: %q %v", said, err)
	}
	if said, err := total(receipt(t, late, i), second.proof); err != nil || !strings.HasPrefix(said, "of these rounds only (1) the chance was") {
		t.Errorf("without the first round: %q %v", said, err)
	}
	if said, err := total(receipt(t, early, i), first.proof); err != nil || said != "" {
		t.Errorf("the first round alone: %q %v", said, err)
	}
	other := drawCommitted(t, nil, func(p *selection.Problem) { p.ByType, p.Reserves = true, 5 })
	mixed := receipt(t, late, i, *receipt(t, receiptsOf(t, other), i))
	if _, err := mixed.Verify(other.proof, second.proof); err == nil || !strings.HasPrefix(err.Error(), "rounds: ") {
		t.Errorf("a round of another draw: %v", err)
	}
}

// TestReceiptHousemate words the receipt of somebody who lives with a seated one.
func TestReceiptHousemate(t *testing.T) {
	x := drawCommitted(t, nil, func(p *selection.Problem) { p.ByType = true })
	mate := -1
	for i := range x.pool.Len() {
		if h := x.pool.Household(i); h != "" && i != 3 && i != 9 && (h == x.pool.Household(3) || h == x.pool.Household(9)) {
			mate = i
		}
	}
	if mate < 0 {
		t.Fatal("nobody lives with a seated person")
	}
	steps, err := receipt(t, receiptsOf(t, x), mate).Verify(x.proof)
	last := steps[len(steps)-1]
	if err != nil || !strings.HasPrefix(last.Detail, "without a chance in this round") || !strings.HasSuffix(last.Detail, "came out as not selected") {
		t.Errorf("%v: %+v", err, last)
	}
}

// TestChainTimes puts a commitment that was not published between two that were.
func TestChainTimes(t *testing.T) {
	pool, quotas := people(t, smallTown)
	p := selection.Problem{Pool: pool, Quotas: quotas, Size: 40, ByType: true}
	roll, err := selection.NewRoll(pool, nil)
	if err != nil {
		t.Fatal(err)
	}
	value, promise, at := round(t)
	for _, c := range []struct {
		third time.Time
		good  bool
	}{{at.Add(time.Minute), true}, {at.Add(-time.Minute), false}} {
		terms := selection.Terms{Program: selection.ThisProgram(), Beacon: promise, Time: at}
		first := prepared(t, &p, roll, terms, value)
		terms.Previous, terms.Reason, terms.Time = first, "again", time.Time{}
		second := prepared(t, &p, roll, terms, value)
		terms.Previous, terms.Time = second, c.third
		third := prepared(t, &p, roll, terms, value)
		r, err := selection.Draw(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := selection.NewProof(p, roll, r, third, value, *first, *second); (err == nil) != c.good {
			t.Errorf("published at %v and %v: %v", at, c.third, err)
		}
	}
}
