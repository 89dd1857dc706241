package selection

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// After are the people who can get no letter after a mailing: those left out of
// it and all who share an address with a letter.
func (l *Letters) After(m Mailing) []int {
	p := m.Register
	home, out := make([]bool, len(p.households.end)), make([]bool, p.Len())
	for _, i := range m.Excluded {
		out[i] = true
	}
	for _, i := range l.Selected {
		out[i] = true
		if h := p.household[i]; h >= 0 {
			home[h] = true
		}
	}
	var list []int
	for i, h := range p.household {
		if out[i] || (h >= 0 && home[h]) {
			list = append(list, i)
		}
	}
	return list
}

// mostOfStratum is the part of a stratum's addresses that a second wave may ask
// for: beyond it chances of shared addresses would have to bend too far.
const mostOfStratum = 0.95

// NextWave is the mailing after the one of a proof: nobody at an address that got
// a letter, or that was left out before, gets another. Each stratum gets as many
// letters as its rate of answers says are missing to its share of target, the
// answers wanted in all; none when it has them already, and what can be had where
// too few addresses are left. The error tells when no letter is missing.
//
// Seed and further exclusions are for the caller to add. Cost: that of the
// mailing before, which is drawn again and held against its proof.
func NextWave(before *MailingProof, register *Pool, c *Roll, answers *Answers, target int) (Mailing, error) {
	m, l, err := before.Again(register, c)
	if err != nil {
		return Mailing{}, err
	}
	if c.letters(l.Selected) != before.Letters {
		return Mailing{}, fmt.Errorf("the letters of the wave before do not come out of this register again: verify it first")
	}
	next := Mailing{Register: register, Equal: m.Equal, Excluded: l.After(m), Letters: 1}
	w, err := next.prepare()
	if err != nil {
		return Mailing{}, err
	}
	size, room := make([]float64, len(w.values)), make([]float64, len(w.values))
	for k := range w.addresses() {
		people := w.at(k)
		for _, i := range people {
			s := w.stratumOf(i)
			size[s] += w.part(len(people))
			room[s] += 1 / float64(len(people))
		}
	}
	whole := 0
	for _, s := range answers.Strata {
		whole += s.People
	}
	total, met := 0.0, true
	for s := range size {
		names := w.names(s)
		at := slices.IndexFunc(answers.Strata, func(a StratumAnswers) bool { return slices.Equal(a.Values, names) })
		if at < 0 || size[s] == 0 {
			continue
		}
		a, letters := answers.Strata[at], 0.0
		missing := float64(float64(target)*(float64(a.People)/float64(max(1, whole)))) - float64(a.Answers)
		if missing > 0 {
			letters = missing / a.Smoothed
			if most := mostOfStratum * room[s]; letters > most {
				letters, met = most, false
			}
		}
		total += letters
		next.Weights = append(next.Weights, StratumRate{names, letters / size[s]})
	}
	next.Letters = int(math.Ceil(total - 1e-6))
	if !met {
		next.Letters = int(total)
	}
	if next.Letters < 1 {
		return Mailing{}, fmt.Errorf("no letter is missing: every stratum has its share of %d answers, or nobody is left to write to", target)
	}
	return next, nil
}

// Carry adds to a report the chances of the waves before: of somebody who lives
// alone, 1 − (1 − earlier)·(1 − now).
func (r *LettersReport) Carry(before LettersReport) {
	r.Wave = before.Wave + 1
	for s := range r.Strata {
		one := &r.Strata[s]
		for _, old := range before.Strata {
			if slices.Equal(old.Values, one.Values) {
				one.Total = 1 - float64((1-old.Total)*(1-one.Chance))
			}
		}
	}
}

// CountStrata is a report of a register's strata in which nobody has a letter yet.
func CountStrata(register *Pool) (LettersReport, error) {
	w := &mailing{Mailing: Mailing{Register: register}}
	if err := w.split(); err != nil {
		return LettersReport{}, err
	}
	w.reached = make([]float64, len(w.values))
	return w.report(nil), nil
}

// ForRates turns rates of answers a letter into the weights of a mailing, so that
// groups that answer less get more letters and answers come in the proportions of
// the register, and into the letters that bring the answers wanted: register
// people a stratum, their share of answers over its rate. It is an error when a
// stratum has no rate and there is no row for all others.
func ForRates(register *Pool, rates []StratumRate, answers int) (letters int, weights []StratumRate, err error) {
	w := &mailing{Mailing: Mailing{Register: register}}
	if err := w.split(); err != nil {
		return 0, nil, err
	}
	people := make([]int, len(w.values))
	for i := range register.Len() {
		people[w.stratumOf(int32(i))]++
	}
	var needed float64
	for s := range w.values {
		names := w.names(s)
		at := slices.IndexFunc(rates, func(r StratumRate) bool { return slices.Equal(r.Values, names) })
		if at < 0 {
			at = slices.IndexFunc(rates, func(r StratumRate) bool { return strings.Join(r.Values, "") == "" })
		}
		if at < 0 {
			return 0, nil, fmt.Errorf("stratum %s has no rate: add a row for it, or one of empty values for all that have none", w.called(s))
		}
		weights = append(weights, StratumRate{names, 1 / rates[at].Rate})
		needed += float64(float64(answers)*(float64(people[s])/float64(register.Len()))) / rates[at].Rate
	}
	return int(math.Ceil(needed - 1e-6)), weights, nil
}
