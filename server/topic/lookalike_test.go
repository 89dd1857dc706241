package topic

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestHiddenCharactersGo(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"nothing hidden", "Größe – 5 m², да", "Größe – 5 m², да"},
		{"a space of no width", "Y\u200Bes", "Yes"},
		{"a soft hyphen", "Y\u00ADes", "Yes"},
		{"an override", "\u202Etxt.exe\u202C", "txt.exe"},
		{"isolates", "a\u2066b\u2069c", "abc"},
		{"marks of direction", "a\u200E\u200F\u061Cb", "ab"},
		{"fillers", "a\u3164\u115F\u2800b", "ab"},
		{"tags", "a\U000E0041\U000E007Fb", "ab"},
		{"a separator of lines", "a\u2028b", "ab"},
		{"a joiner between letters that need none", "a\u200Db\u200Cc", "abc"},
		{"a joiner of Persian", "می\u200Cخواهم", "می\u200Cخواهم"},
		{"a joiner of a picture", "👩\u200D🚒", "👩\u200D🚒"},
		{"a heart that is coloured", "❤\uFE0F", "❤\uFE0F"},
		{"marks piled up", "Z" + strings.Repeat("\u0336", 40) + "a", "Z" + strings.Repeat("\u0336", mostMarks) + "a"},
		{"lines", "a\nb\tc", "a\nb\tc"},
	} {
		got, err := CleanText("text", c.text, 100)
		if err != nil || got != c.want {
			t.Errorf("%s: %+q is kept as %+q, want %+q: %v", c.name, c.text, got, c.want, err)
		}
	}
	for _, empty := range []string{"\u200B", "\u3164\u2800", "\u202E\u202C", " \u00AD\n"} {
		if got, err := CleanText("text", empty, 100); err == nil {
			t.Errorf("%+q is kept as %+q", empty, got)
		}
	}
}

func TestLookalikes(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"Yes", "Yеs", true}, // е of Cyrillic
		{"Yes", "Υes", true}, // Υ of Greek
		{"Anna Petrova", "Аnna  Реtrоvа", true},
		{"moderator", "mоderatоr", true},
		{"Yes", "Ｙｅｓ", true},
		{"Yes", "Y\u200Bes", true},
		{"Вася", "Bacя", true},
		{"Да", "Нет", false},
		{"Stairs", "A slope", false},
		{"10 benches", "20 benches", false},
	} {
		if got := Skeleton(c.a) == Skeleton(c.b); got != c.same {
			t.Errorf("%q and %q: %v (%q, %q)", c.a, c.b, got, Skeleton(c.a), Skeleton(c.b))
		}
	}
	for name, mixed := range map[string]string{"Anna Petrova": "", "Анна Петрова": "", "Anna (Анна) Petrova": "", "Аnna Petrova": "Аnna", "Pétrovа-Smith": "Pétrovа", "": ""} {
		if word, one, other := MixedWord(name); word != mixed || (word != "") != (one != "" && other != "" && one != other) {
			t.Errorf("%q: %q of %s and %s, want %q", name, word, one, other, mixed)
		}
	}
}

// Two answers that can't be told apart at a glance never stand in one poll, nor in
// one question of the form.
func TestLookalikeOptionsAreRefused(t *testing.T) {
	for _, options := range [][]string{{"Yes", "No", "Yеs"}, {"Yes", "No", "Y\u200Bes"}, {"Yes", "yes "}} {
		terms := PollTerms{Question: "Which?", Options: options, Min: 1, Max: 1, Electorate: ElectorateEveryone, When: PollWindow}
		if err := terms.check(NewState()); err == nil {
			t.Errorf("a poll of %+q", options)
		}
	}
}

func FuzzSkeleton(f *testing.F) {
	f.Add("Y\u200Bеs")
	f.Add("\u0336\u200D👩\u200D\xff")
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) {
			return
		}
		clean := withoutHidden(text)
		if withoutHidden(clean) != clean {
			t.Fatalf("%+q is cleaned to %+q, and that again otherwise", text, clean)
		}
		if Skeleton(text) != Skeleton(clean) {
			t.Fatalf("%+q and what is kept of it look unlike", text)
		}
	})
}
