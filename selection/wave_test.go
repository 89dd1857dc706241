package selection

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"veche/selection/beacon"
)

// mailed draws a mailing over a register file and proves it.
func mailed(t testing.TB, file string, rule Register, m Mailing, phrase string, before *MailingProof) (Mailing, *Letters, *MailingProof) {
	t.Helper()
	pool, err := rule.Read(strings.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	roll, err := NewRoll(pool, nil)
	if err != nil {
		t.Fatal(err)
	}
	m.Register = pool
	previous, round := Digest{}, uint64(0)
	if before != nil {
		previous, round = before.PolicyDigest, before.Round+1
	}
	c, err := CommitMailing(m, rule, roll, round, previous, beacon.Promise{Kind: beacon.Phrase}, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	value := beacon.Value{Kind: beacon.Phrase, Text: phrase}
	seed, _, err := c.Seed(value)
	if err != nil {
		t.Fatal(err)
	}
	m.Seed = seed
	l, err := m.Draw()
	if err != nil {
		t.Fatal(err)
	}
	if before != nil {
		l.Report.Carry(before.Report)
	}
	proof, err := NewMailingProof(m, c, roll, l, value, before)
	if err != nil {
		t.Fatal(err)
	}
	return m, l, proof
}

// town is a register of 400 people at 200 addresses in two quarters.
func town() (string, Register) {
	var b strings.Builder
	b.WriteString("id,quarter,home\n")
	for i := range 400 {
		fmt.Fprintf(&b, "p%03d,%s,h%d\n", i, []string{"North", "North", "South", "North"}[i/2%4], i/2)
	}
	return b.String(), Register{Strata: []Strata{{Column: "quarter"}}, Address: []string{"home"}}
}

func TestMailingProof(t *testing.T) {
	file, rule := town()
	m, _, proof := mailed(t, file, rule, Mailing{Letters: 40, Equal: EqualPeople, Excluded: []int{3, 9}}, "spring", nil)
	body, err := json.Marshal(proof)
	if err != nil {
		t.Fatal(err)
	}
	check := func(change func(p *MailingProof), register *Pool) error {
		p := new(MailingProof)
		if err := json.Unmarshal(body, p); err != nil {
			t.Fatal(err)
		}
		change(p)
		steps, err := VerifyMailing(p, register, nil)
		if err == nil && slices.ContainsFunc(steps, func(s Step) bool { return s.Outcome == Failed }) {
			t.Error("a step failed without an error")
		}
		return err
	}
	for _, register := range []*Pool{nil, m.Register} {
		if err := check(func(*MailingProof) {}, register); err != nil {
			t.Error(err)
		}
	}
	for what, change := range map[string]func(p *MailingProof){
		"policy":     func(p *MailingProof) { p.Policy.Letters++ },
		"beacon":     func(p *MailingProof) { p.Value.Kind = beacon.Drand },
		"seed":       func(p *MailingProof) { p.Value.Text = "summer" },
		"strata":     func(p *MailingProof) { p.Report.Strata[0].Letters += 2 },
		"lists":      func(p *MailingProof) { p.Excluded = p.Excluded[:1] },
		"letters":    func(p *MailingProof) { p.Letters[0]++ },
		"chances":    func(p *MailingProof) { p.Chances[0]++ },
		"commitment": func(p *MailingProof) { p.Round++ },
		"limits":     func(p *MailingProof) { p.Limits = p.Limits[1:] },
		"whole report": func(p *MailingProof) { // adds up as well
			p.Report.Strata[0].Letters, p.Report.Strata[1].Letters = p.Report.Strata[1].Letters, p.Report.Strata[0].Letters
			p.Report.Strata[0].Expected, p.Report.Strata[1].Expected = p.Report.Strata[1].Expected, p.Report.Strata[0].Expected
		},
		"root": func(p *MailingProof) {
			p.Root[0]++
			p.Seed = NewSeed(p.Root, p.PolicyDigest, p.Value.Bytes(), p.Round)
			p.CommitmentDigest = p.MailingCommitment.Digest()
		},
	} {
		if what == "root" {
			what = "register"
		}
		if err := check(change, m.Register); err == nil || !strings.HasPrefix(err.Error(), what) {
			t.Errorf("%s changed: %v", what, err)
		}
	}
}

// TestMailingForged forges what a mailing's proof says of itself.
func TestMailingForged(t *testing.T) {
	file, rule := town()
	register, err := rule.Read(strings.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	roll, err := NewRoll(register, nil)
	if err != nil {
		t.Fatal(err)
	}
	out := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	m := Mailing{Register: register, Letters: 40, Equal: EqualPeople}
	promise, value := beacon.Promise{Kind: beacon.Public, Source: "lottery", Expected: out.UnixMilli()}, beacon.Value{Kind: beacon.Public, Text: "4 8"}
	if _, err := CommitMailing(m, rule, roll, 5, Digest{}, promise, out.AddDate(0, -1, 0)); err == nil {
		t.Error("a fifth wave that follows none is committed to")
	}
	if _, err := CommitMailing(m, rule, roll, 0, Digest{1}, promise, out.AddDate(0, -1, 0)); err == nil {
		t.Error("a first wave that follows another is committed to")
	}
	c, err := CommitMailing(m, rule, roll, 0, Digest{}, promise, out.AddDate(0, -1, 0))
	if err != nil {
		t.Fatal(err)
	}
	seed, _, err := c.Seed(value)
	if err != nil {
		t.Fatal(err)
	}
	m.Seed = seed
	l, err := m.Draw()
	if err != nil {
		t.Fatal(err)
	}
	proof, err := NewMailingProof(m, c, roll, l, value, nil)
	if err != nil {
		t.Fatal(err)
	}
	if steps, err := VerifyMailing(proof, register, nil); err != nil || slices.ContainsFunc(steps, func(s Step) bool { return s.Outcome == Absent }) {
		t.Fatalf("%v: %+v", err, steps)
	}
	for name, change := range map[string]func(*MailingProof){
		"late":           func(p *MailingProof) { p.Time = out.AddDate(0, 5, 0) },
		"of no time":     func(p *MailingProof) { p.Time = time.Time{} }, // the limits tell
		"another wave":   func(p *MailingProof) { p.Report.Wave = 2 },
		"more letters":   func(p *MailingProof) { p.Report.Letters++ },
		"fewer people":   func(p *MailingProof) { p.Report.People-- },
		"another policy": func(p *MailingProof) { p.Policy.Previous[0]++ },
	} {
		forged := *proof
		change(&forged)
		forged.PolicyDigest = forged.Policy.Digest()
		forged.CommitmentDigest = forged.MailingCommitment.Digest()
		if steps, err := VerifyMailing(&forged, nil, nil); err == nil {
			t.Errorf("%s: %+v", name, steps)
		}
	}
	for name, change := range map[string]func(*LettersReport){
		"chance":    func(r *LettersReport) { r.MinChance = .9 },
		"crowded":   func(r *LettersReport) { r.Crowded++ },
		"eligible":  func(r *LettersReport) { r.Eligible-- },
		"addresses": func(r *LettersReport) { r.Addresses++ },
		"of a stratum": func(r *LettersReport) {
			r.Strata = slices.Clone(r.Strata)
			r.Strata[0].Chance, r.Strata[0].MaxChance = .9, .9
		},
		"total": func(r *LettersReport) { r.Strata = slices.Clone(r.Strata); r.Strata[0].Total = 1 },
	} {
		forged := *proof
		change(&forged.Report)
		if steps, err := VerifyMailing(&forged, register, nil); err == nil || !strings.HasPrefix(err.Error(), "whole report") {
			t.Errorf("%s: %v: %+v", name, err, steps)
		}
	}
}

// answersTo answers a share of the letters of each quarter.
func answersTo(t *testing.T, m Mailing, l *Letters, proof *MailingProof, every map[string]int) *Answers {
	t.Helper()
	a := NewAnswers(proof.Report)
	count := map[string]int{}
	for _, i := range l.Selected {
		q := m.Register.Value(i, 0)
		at := slices.IndexFunc(a.Strata, func(s StratumAnswers) bool { return s.Values[0] == q })
		a.Strata[at].Letters++
		a.Letters++
		if count[q]++; count[q]%every[q] == 0 {
			a.Strata[at].Answers++
			a.Answers++
		}
	}
	if err := a.Rates(func(int, int) (float64, float64) { return 0, 1 }); err != nil {
		t.Fatal(err)
	}
	return a
}

func TestNextWave(t *testing.T) {
	file, rule := town()
	m, l, proof := mailed(t, file, rule, Mailing{Letters: 60, Equal: EqualPeople}, "spring", nil)
	roll, err := NewRoll(m.Register, nil)
	if err != nil {
		t.Fatal(err)
	}
	answers := answersTo(t, m, l, proof, map[string]int{"North": 3, "South": 7})
	next, err := NextWave(proof, m.Register, roll, answers, 28)
	if err != nil {
		t.Fatal(err)
	}
	_, second, proof2 := mailed(t, file, rule, Mailing{Letters: next.Letters, Equal: next.Equal, Weights: next.Weights, Excluded: next.Excluded}, "spring", proof)
	checkLetters(t, next, second)
	home := map[string]bool{}
	for _, i := range l.Selected {
		home[m.Register.Household(i)] = true
	}
	for _, i := range second.Selected {
		if home[m.Register.Household(i)] {
			t.Fatalf("a second letter to %s", m.Register.Household(i))
		}
	}
	// 15 of 45 in the North and 2 of 15 in the South: 6 and 5 of 28 are missing.
	want := 6/answers.Strata[0].Smoothed + 5/answers.Strata[1].Smoothed
	if math.Abs(float64(next.Letters)-want) > 1 || second.Report.Strata[1].Letters <= second.Report.Strata[0].Letters {
		t.Errorf("%d letters for %.1f: %+v", next.Letters, want, second.Report.Strata)
	}
	for _, earlier := range []*MailingProof{proof, nil} {
		for _, register := range []*Pool{m.Register, nil} {
			steps, err := VerifyMailing(proof2, register, earlier)
			if err != nil || slices.ContainsFunc(steps, func(s Step) bool { return s.Name == "wave" && s.Outcome == Absent }) != (earlier == nil) {
				t.Errorf("%v: %+v", err, steps)
			}
		}
	}
	if !slices.Contains(proof2.Limits, sameValueLimit) || proof2.Report.Wave != 2 {
		t.Errorf("wave %d, limits %q", proof2.Report.Wave, proof2.Limits)
	}
	for name, change := range map[string]func(forged, earlier *MailingProof){
		"the limit of a known value left out": func(f, _ *MailingProof) { f.Limits = f.Limits[:len(f.Limits)-1] },
		"another wave before":                 func(_, e *MailingProof) { e.Policy.Letters++ },
		"another register before":             func(_, e *MailingProof) { e.Root[0]++ },
		"a wave between":                      func(_, e *MailingProof) { e.Round++ },
		"chances before": func(_, e *MailingProof) {
			e.Report.Strata = slices.Clone(e.Report.Strata)
			e.Report.Strata[0].Total /= 2
		},
		"chances in all": func(f, _ *MailingProof) {
			f.Report.Strata = slices.Clone(f.Report.Strata)
			f.Report.Strata[0].Total = 1
		},
		"letters before": func(_, e *MailingProof) { e.Seed[0]++ },
	} {
		forged, earlier := *proof2, *proof
		change(&forged, &earlier)
		if steps, err := VerifyMailing(&forged, m.Register, &earlier); err == nil {
			t.Errorf("%s: %+v", name, steps)
		}
	}
	r := second.Report
	s, before := r.Strata[0], proof.Report.Strata[0]
	if want := 1 - (1-before.Chance)*(1-s.Chance); r.Wave != 2 || math.Abs(s.Total-want) > 1e-12 || s.Total <= before.Chance {
		t.Errorf("total chance %v of %v and %v", s.Total, before.Chance, s.Chance)
	}
	if _, err := NextWave(proof, m.Register, roll, answers, 3); err == nil || !strings.Contains(err.Error(), "no letter is missing") {
		t.Error(err)
	}
	// More than the addresses left can give: what they can, no error.
	most, err := NextWave(proof, m.Register, roll, answers, 5000)
	if err != nil || most.Letters != 133 { // 0.95 of 140
		t.Error(most.Letters, err)
	}
	if _, err := most.Draw(); err != nil {
		t.Error(err)
	}
	wrong := *proof
	wrong.Letters[0]++
	if _, err := NextWave(&wrong, m.Register, roll, answers, 28); err == nil {
		t.Error("a wave after letters that do not come out again was no error")
	}
}

func TestForRates(t *testing.T) {
	file, rule := town()
	pool, err := rule.Read(strings.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	letters, weights, err := ForRates(pool, []StratumRate{{[]string{"South"}, 0.05}, {[]string{""}, 0.25}}, 10)
	if err != nil || letters != 30+50 || weights[0].Rate != 4 || weights[1].Rate != 20 {
		t.Errorf("%d %+v %v", letters, weights, err)
	}
	if _, _, err := ForRates(pool, []StratumRate{{[]string{"South"}, 0.05}}, 10); err == nil || !strings.Contains(err.Error(), `stratum "North" has no rate`) {
		t.Error(err)
	}
}
