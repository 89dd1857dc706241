package selection

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
)

// The reasons that a replacement round gives for who is seated and left out.
const (
	acceptedReason = "has a seat from an earlier round"
	declinedReason = "declined"
)

// Next is the problem of the round after the one of a proof: whoever got a seat
// and is not among the declined keeps it, the declined and those left out before
// cannot be drawn, everything else is as it was. Pool and roll must be those of
// the proof. Declined are people of the pool; it is an error when none of them
// has a seat. Others among them are left out too: they withdrew.
//
// The chances of the round are given who has a seat; the quotas are of the whole
// panel, so they hold again when the round is drawn.
func (p *Proof) Next(pool *Pool, roll *Roll, declined []int) (*Problem, error) {
	if roll.Root() != p.Root || pool.Len() != p.People {
		return nil, fmt.Errorf("this is not the pool of the round before: its root is %.12s… of %d people, that of round %d %.12s… of %d (the same file, columns, weights and addresses are needed)",
			roll.Root(), pool.Len(), p.Round, p.Root, p.People)
	}
	out := make([]bool, pool.Len())
	for _, i := range declined {
		out[i] = true
	}
	next := &Problem{Pool: pool, Quotas: p.Policy.Quotas, Size: p.Policy.Size, Objective: p.Policy.Objective, ByType: p.Policy.ByType,
		Reserves: p.Policy.Reserves, Panels: p.Policy.Panels, Replays: p.Policy.Replays, FitFeatures: p.Policy.Fit,
		Excluded: roll.groups(p.Excluded, p.Policy.Excluded)}
	keep, freed := Group{Reason: acceptedReason}, 0
	seats := slices.Clone(p.Selected)
	for _, list := range p.Fixed {
		seats = append(seats, list...)
	}
	slices.Sort(seats)
	for _, leaf := range seats {
		if leaf < 0 || leaf >= pool.Len() {
			return nil, fmt.Errorf("leaf %d of the proof is not in the pool of %d", leaf, pool.Len())
		}
		if i := roll.Person(leaf); out[i] {
			freed++
		} else {
			keep.People = append(keep.People, i)
		}
	}
	if freed == 0 {
		return nil, fmt.Errorf("none of the %d people who declined has a seat of round %d: there is nothing to draw", len(declined), p.Round)
	}
	if len(keep.People) > 0 {
		next.Fixed = []Group{keep}
	}
	at := slices.IndexFunc(next.Excluded, func(g Group) bool { return g.Reason == declinedReason })
	if at < 0 {
		at = len(next.Excluded)
		next.Excluded = append(next.Excluded, Group{Reason: declinedReason})
	}
	group := &next.Excluded[at]
	for _, i := range declined {
		if !slices.Contains(group.People, i) {
			group.People = append(group.People, i)
		}
	}
	return next, nil
}

// phrase is a sentence of report.html by its name, with what fills it in: said in
// the language of the reader.
type phrase struct {
	name   string
	values []any
}

// ChangesSince names what of seats, objective and quotas is not as in the policy of
// the round before, in English words; nil where all is.
func (p *Policy) ChangesSince(before *Policy) []string {
	return english.sayAll(p.changesSince(before))
}

func (p *Policy) changesSince(before *Policy) []phrase {
	var out []phrase
	add := func(name string, values ...any) { out = append(out, phrase{name, values}) }
	if p.Size != before.Size {
		add("change_seats", p.Size, before.Size)
	}
	if p.Objective != before.Objective {
		add("change_objective", p.Objective, before.Objective)
	}
	was := map[[2]string]Quota{}
	for _, q := range before.Quotas {
		was[[2]string{q.Feature, q.Value}] = q
	}
	for _, q := range p.Quotas {
		key := [2]string{q.Feature, q.Value}
		switch old, ok := was[key]; {
		case !ok:
			add("change_new", q.Feature, q.Value, q.Min, q.Max)
		case old.Min != q.Min || old.Max != q.Max:
			add("change_quota", q.Feature, q.Value, q.Min, q.Max, old.Min, old.Max)
		}
		delete(was, key)
	}
	for _, q := range before.Quotas {
		if _, left := was[[2]string{q.Feature, q.Value}]; left {
			add("change_gone", q.Feature, q.Value)
		}
	}
	return out
}

// Changed is what of the rules is not as in the round before, in English, and why;
// nothing for the first round, and where all is as it was.
func (p *Proof) Changed() (changes []string, reason string) {
	phrases, reason := p.changed()
	return english.sayAll(phrases), reason
}

func (p *Proof) changed() (changes []phrase, reason string) {
	for i := len(p.Earlier) - 1; i >= 0 && p.Round > 0; i-- {
		if p.Earlier[i].Round != p.Round-1 {
			continue // a commitment of this round that was aborted
		}
		next := &p.Commitment
		if i+1 < len(p.Earlier) {
			next = &p.Earlier[i+1]
		}
		if next.After != nil {
			reason = next.After.Reason
		}
		return p.Policy.changesSince(&p.Earlier[i].Policy), reason
	}
	return nil, ""
}

// ReadTotals reads everyone's chance over the rounds so far from a
// probabilities.csv: its column `total` or, of the first round, `probability`. In
// the order of the pool; everyone must be in it.
func ReadTotals(r io.Reader, pool *Pool) ([]float64, error) {
	t, err := NewTable(r)
	if err != nil {
		return nil, wrapInput(err)
	}
	id, chance := t.Column("id"), t.Column("total")
	if chance < 0 {
		chance = t.Column("probability")
	}
	if id < 0 || chance < 0 {
		return nil, InputErrors{{Row: 1, Value: strings.Join(t.Header, ","), Message: fmt.Sprintf("the header %q is not that of a probabilities.csv: id,probability[,total] is needed", strings.Join(t.Header, ","))}}
	}
	out, found := make([]float64, pool.Len()), 0
	for i := range out {
		out[i] = -1
	}
	var errs InputErrors
	err = t.each(&errs, func(record []string) {
		i, ok := pool.Index(record[id])
		switch p, err := strconv.ParseFloat(record[chance], 64); {
		case !ok:
			errs.add(t.fault(id, record[id], fmt.Sprintf("%q is not in the pool", record[id])))
		case out[i] >= 0:
			errs.add(t.fault(id, record[id], fmt.Sprintf("%q is in an earlier row already", record[id])))
		case err != nil || !(p >= 0 && p <= 1):
			errs.add(t.fault(chance, record[chance], fmt.Sprintf("%q is not a probability", record[chance])))
		default:
			out[i] = p
			found++
		}
	})
	switch {
	case err != nil:
		return nil, err
	case len(errs) > 0:
		return nil, errs
	}
	if found < pool.Len() {
		i := slices.Index(out, -1)
		return nil, InputErrors{{Message: fmt.Sprintf("%d of the %d people of the pool are missing, %q among them", pool.Len()-found, pool.Len(), pool.ID(i))}}
	}
	return out, nil
}

// Totals are everyone's chances to be drawn in any round so far, in the order of
// the pool: 1 − (1 − before)·(1 − now) for those who could be drawn in this
// round, and what it was before for the others.
func (r *Result) Totals(p *Problem, before []float64) []float64 {
	out := slices.Clone(before)
	seated := make([]bool, len(out))
	for _, i := range peopleOf(p.Fixed) {
		seated[i] = true
	}
	for i, now := range r.Probability {
		if !seated[i] {
			miss := float64((1 - before[i]) * (1 - now))
			out[i] = math.Round((1-miss)*ChanceUnit) / ChanceUnit
		}
	}
	return out
}

// WriteTotals writes `id,probability,total`: a replacement round's
// probabilities.csv. Probability is this round's, given what was settled before.
func WriteTotals(w io.Writer, pool *Pool, r *Result, totals []float64) error {
	c := csv.NewWriter(w)
	if err := c.Write([]string{"id", "probability", "total"}); err != nil {
		return err
	}
	record := make([]string, 3)
	for i, p := range r.Probability {
		record[0], record[1], record[2] = pool.ID(i), strconv.FormatFloat(p, 'f', -1, 64), strconv.FormatFloat(totals[i], 'f', -1, 64)
		if err := c.Write(record); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}
