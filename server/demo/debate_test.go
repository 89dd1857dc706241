package demo

import (
	"slices"
	"testing"
)

func TestDebatesMatchAcrossLanguages(t *testing.T) {
	both := map[Lang]*Debate{}
	for _, l := range []Lang{English, Russian} {
		d, err := DebateIn(l)
		if err != nil {
			t.Fatal(err)
		}
		both[l] = d
		remarks, err := Remarks(l)
		if err != nil {
			t.Fatal(err)
		}
		spokenOf := func(theme string) bool {
			return slices.ContainsFunc(remarks, func(r Remark) bool { return r.Theme == theme })
		}
		topics, err := Topics(l)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range topics {
			sides := map[string]int{}
			for _, a := range d.Arguments[x.Slug] {
				sides[a.Side]++
				if a.Title == "" || a.Text == "" || a.Source == "" {
					t.Errorf("%s: a card of %s lacks something: %+v", l, x.Slug, a)
				}
			}
			if sides["for"] == 0 || sides["for"] != sides["against"] || len(d.Arguments[x.Slug]) != sides["for"]+sides["against"]+sides["other"] {
				t.Errorf("%s: the cards of %s are not balanced: %v", l, x.Slug, sides)
			}
		}
		for i, q := range d.Questions {
			if !spokenOf(q.Theme) || q.Text == "" || q.Same > i || q.Same < 0 {
				t.Errorf("%s: question %d: %+v", l, i+1, q)
			}
		}
		themes := map[string]bool{}
		for i, r := range d.Reports {
			if !spokenOf(r.Theme) || r.Text == "" || themes[r.Theme] {
				t.Errorf("%s: report %d: %+v", l, i+1, r)
			}
			themes[r.Theme] = true
		}
		for i, f := range d.Flagged {
			if !spokenOf(f.Theme) || f.Voice < 1 || f.Text == "" || (f.Outcome == "") != (f.Because == "") {
				t.Errorf("%s: flagged remark %d: %+v", l, i+1, f)
			}
		}
		for i, s := range append(slices.Clone(d.Agenda), d.HallAgenda...) {
			if s.Title == "" || s.Prompt == "" || s.Minutes < 1 || s.Turns != (s.TurnSeconds > 0) {
				t.Errorf("%s: step %d: %+v", l, i+1, s)
			}
		}
	}
	en, ru := both[English], both[Russian]
	if len(en.Agenda) != len(ru.Agenda) || len(en.HallAgenda) != len(ru.HallAgenda) || len(en.Questions) != len(ru.Questions) || len(en.Reports) != len(ru.Reports) || len(en.Flagged) != len(ru.Flagged) {
		t.Fatal("one language has more than the other")
	}
	for i := range en.Agenda {
		a, b := en.Agenda[i], ru.Agenda[i]
		if a.Kind != b.Kind || a.Minutes != b.Minutes || a.Turns != b.Turns || a.TurnSeconds != b.TurnSeconds {
			t.Errorf("step %d is %+v and %+v", i+1, a, b)
		}
	}
	for i := range en.Questions {
		a, b := en.Questions[i], ru.Questions[i]
		if a.Theme != b.Theme || a.Same != b.Same || a.Support != b.Support || (a.Answer == "") != (b.Answer == "") {
			t.Errorf("question %d is %+v and %+v", i+1, a, b)
		}
	}
	if _, err := DebateIn("fr"); err == nil {
		t.Error("DebateIn(fr): no error")
	}
}
