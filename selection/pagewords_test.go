package selection

import (
	"regexp"
	"slices"
	"testing"
)

// TestPageWords compares the languages: the same texts, with the same places
// for the same kinds of values.
func TestPageWords(t *testing.T) {
	verbs := regexp.MustCompile(`%[a-z]`)
	for name, text := range english.texts {
		other, ok := russian.texts[name]
		if !ok || other == "" {
			t.Errorf("no Russian text %q", name)
		}
		if a, b := verbs.FindAllString(text, -1), verbs.FindAllString(other, -1); !slices.Equal(a, b) {
			t.Errorf("%s: English has places %v, Russian %v", name, a, b)
		}
	}
	if len(russian.texts) != len(english.texts) {
		t.Errorf("%d Russian texts, %d English ones", len(russian.texts), len(english.texts))
	}
	for noun, forms := range english.nouns {
		if len(forms) != 2 || len(russian.nouns[noun]) != 3 {
			t.Errorf("%s: 2 English and 3 Russian forms are wanted", noun)
		}
	}
	for _, o := range []Objective{Leximin, Maximin, Nash, Goldilocks} {
		if english.objectives[o] == "" || russian.objectives[o] == "" {
			t.Errorf("objective %s has no words", o)
		}
	}
}

func TestPageNumbers(t *testing.T) {
	for _, tc := range []struct {
		got, want string
	}{
		{english.number(1200000), "1,200,000"},
		{english.number(-45), "−45"},
		{english.number(999), "999"},
		{russian.number(1200), "1200"},
		{russian.number(12000), "12\u00a0000"},
		{english.odds(0), "no chance"},
		{english.odds(1), "certain"},
		{english.odds(0.004), "about 1 in 250"},
		{english.odds(0.25), "about 1 in 4"},
		{english.odds(0.7), "about 70 in 100"},
		{english.odds(0.1816), "about 18 in 100"},
		{russian.odds(0.04), "примерно 1 из 25"},
		{english.percent(0.004236), "0.424\u00a0%"},
		{russian.percent(0.5), "50,0\u00a0%"},
		{english.percent(0), "0\u00a0%"},
		{russian.count(21, "person"), "21 человек"},
		{russian.count(22, "person"), "22 человека"},
		{russian.count(11, "seat"), "11 мест"},
		{english.count(1, "drawn"), "1 participant was"},
	} {
		if tc.got != tc.want {
			t.Errorf("got %q, want %q", tc.got, tc.want)
		}
	}
}

func TestNiceStep(t *testing.T) {
	for _, tc := range []struct{ x, want float64 }{{0.003, 0.005}, {0.02, 0.02}, {0.21, 0.5}, {375, 500}, {1, 1}, {6, 10}} {
		if got, _ := niceStep(tc.x); got != tc.want {
			t.Errorf("niceStep(%v) = %v, want %v", tc.x, got, tc.want)
		}
	}
}
