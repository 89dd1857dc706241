package selection_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"veche/selection"
)

// TestBoundRows narrows a limit of the bound's rows so that worse chances look
// like the best: that the limit is the pool's is not proved by the quotas.
func TestBoundRows(t *testing.T) {
	x := drawCommitted(t, nil, func(p *selection.Problem) { p.ByType = true })
	bound := func(change func(*selection.BoundSums)) selection.Step {
		p, err := selection.ReadProof(bytes.NewReader(body(t, x.proof)))
		if err != nil {
			t.Fatal(err)
		}
		change(p.Bound)
		steps, _ := selection.Verify(t.Context(), p, nil, nil)
		return steps[slices.IndexFunc(steps, func(s selection.Step) bool { return s.Name == "bound" })]
	}
	last := len(x.proof.Bound.Rows) - 1
	name := strings.Join(x.proof.Bound.Of[last][:], " ") + ": "
	if s := bound(func(*selection.BoundSums) {}); s.Outcome != selection.Proved || !strings.Contains(s.Detail, "which needs the pool") {
		t.Errorf("untouched: %+v", s)
	}
	// A limit is a free choice only where its multiplier is 0.
	free := slices.Index(x.proof.Certificate.Multipliers[:last+1], 0)
	if free < 0 {
		t.Fatal("no row without a multiplier")
	}
	of := strings.Join(x.proof.Bound.Of[free][:], " ") + ": "
	if s := bound(func(b *selection.BoundSums) { b.Rows[free][1] = b.Rows[free][0] }); s.Outcome == selection.Proved && !strings.Contains(s.Detail, of) {
		t.Errorf("a narrower limit of %s is not named: %+v", of, s)
	}
	for what, change := range map[string]func(*selection.BoundSums){
		"more than the quota": func(b *selection.BoundSums) { b.Rows[last][1] = 40 },
		"fewer than none":     func(b *selection.BoundSums) { b.Rows[last][0] = -1 },
		"crossed":             func(b *selection.BoundSums) { b.Rows[last] = [2]int{b.Rows[last][1] + 1, b.Rows[last][1]} },
		"too many asked for":  func(b *selection.BoundSums) { b.Rows[last][0] = b.Rows[last][1] },
		"a row left out":      func(b *selection.BoundSums) { b.Rows, b.Of = b.Rows[:last], b.Of[:last] },
		"no names":            func(b *selection.BoundSums) { b.Of = nil },
		"a row twice":         func(b *selection.BoundSums) { b.Of[last] = b.Of[last-1] },
		"a strange row":       func(b *selection.BoundSums) { b.Of[last][1] = "nowhere" },
	} {
		if s := bound(change); s.Outcome != selection.Failed {
			t.Errorf("%s (%s): %+v", what, name, s)
		}
	}
}

// TestMatchesReport changes a report in ways that leave what is read of it alike.
func TestMatchesReport(t *testing.T) {
	x := drawCommitted(t, nil, func(p *selection.Problem) { p.ByType = true })
	report := x.result.Report
	report.Reason += " <&>"
	x.proof.Report = selection.ReportDigest(report)
	plain := string(body(t, report))
	var indented bytes.Buffer
	e := json.NewEncoder(&indented)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(report); err != nil {
		t.Fatal(err)
	}
	matches := func(text string) (selection.Step, error) { return x.proof.MatchesReport(strings.NewReader(text)) }
	for _, text := range []string{plain, indented.String()} {
		if s, err := matches(text); err != nil || s.Outcome != selection.Proved || strings.Contains(s.Detail, "population") {
			t.Errorf("untouched: %+v %v", s, err)
		}
	}
	for name, text := range map[string]string{
		"a field of no report": strings.Replace(plain, `{"people":600`, `{"audited_by":"the court","people":600`, 1),
		"a field twice":        strings.Replace(plain, `{"people":600`, `{"min_probability":0.99,"people":600`, 1),
		"something behind":     plain + "trailing",
		"a second value":       plain + "{}",
		"another number":       strings.Replace(plain, `{"people":600`, `{"people":601`, 1),
		"another writing":      strings.Replace(plain, `{"people":600`, `{"PEOPLE":600`, 1),
		"out of order":         strings.Replace(plain, `"selected":`, `"population":0.01,"selected":`, 1),
	} {
		if text == plain {
			t.Fatalf("%s: nothing changed", name)
		}
		if s, err := matches(text); err == nil && s.Outcome != selection.Failed {
			t.Errorf("%s: %+v", name, s)
		}
	}
	share := 0.25
	report.Quotas[0].Population = &share
	if s, err := matches(string(body(t, report))); err != nil || s.Outcome != selection.Proved || !strings.Contains(s.Detail, "which the proof does not bind") {
		t.Errorf("with shares of the population: %+v %v", s, err)
	}
}
