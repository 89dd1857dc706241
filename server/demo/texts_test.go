package demo

import (
	"hash/fnv"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func mustIdeas(t testing.TB, l Lang) []Idea {
	t.Helper()
	ideas, err := Ideas(l)
	if err != nil {
		t.Fatal(err)
	}
	return ideas
}

func checkText(t *testing.T, where, text string, limit int, l Lang) {
	t.Helper()
	switch n := utf8.RuneCountInString(text); {
	case !utf8.ValidString(text):
		t.Errorf("%s: broken UTF-8: %q", where, text)
	case n == 0 || n > limit:
		t.Errorf("%s: %d characters, want 1 to %d: %q", where, n, limit, text)
	case strings.TrimSpace(text) != text || strings.Contains(text, "  "):
		t.Errorf("%s: stray spaces: %q", where, text)
	}
	for _, r := range text {
		if unicode.IsControl(r) || r == utf8.RuneError {
			t.Errorf("%s: character %U: %q", where, r, text)
		}
		if l == English && unicode.Is(unicode.Cyrillic, r) {
			t.Errorf("%s: Cyrillic %q in an English text: %q", where, r, text)
		}
	}
}

var themeSlug = regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`)

func TestIdeas(t *testing.T) {
	for _, c := range []struct {
		lang                     Lang
		ideas, perTheme, offMost int
	}{
		{Russian, 400, 12, 15},
		{English, 260, 8, 10},
	} {
		t.Run(string(c.lang), func(t *testing.T) {
			ideas := mustIdeas(t, c.lang)
			if len(ideas) < c.ideas {
				t.Errorf("%d ideas, want at least %d", len(ideas), c.ideas)
			}
			seen := map[string]bool{}
			themes := map[string]int{}
			long := 0
			for _, idea := range ideas {
				checkText(t, idea.Theme, idea.Text, 1000, c.lang)
				key := strings.Join(words(idea.Text), " ")
				if seen[key] {
					t.Errorf("written twice: %q", idea.Text)
				}
				seen[key] = true
				if !themeSlug.MatchString(idea.Theme) {
					t.Errorf("theme %q is not a slug", idea.Theme)
				}
				themes[idea.Theme]++
				if n := len(strings.Fields(idea.Text)); n > 60 {
					t.Errorf("%d words, want at most 60: %q", n, idea.Text)
				} else if n >= 30 {
					long++
				}
			}
			if long < len(ideas)/20 {
				t.Errorf("%d ideas of 30 words or more, want a twentieth of %d", long, len(ideas))
			}
			if len(themes) < 25 {
				t.Errorf("%d themes, want 24 and the off-topic ones", len(themes))
			}
			for theme, n := range themes {
				if theme == OffTopic && n > c.offMost || theme != OffTopic && n < c.perTheme {
					t.Errorf("theme %s has %d ideas", theme, n)
				}
			}
		})
	}
}

func TestBothLanguagesHaveTheSameThemes(t *testing.T) {
	var got [2][]string
	for i, l := range []Lang{Russian, English} {
		set := map[string]bool{}
		for _, idea := range mustIdeas(t, l) {
			set[idea.Theme] = true
		}
		got[i] = slices.Sorted(maps.Keys(set))
	}
	if !slices.Equal(got[0], got[1]) {
		t.Errorf("ru %v\nen %v", got[0], got[1])
	}
}

// words lowers text and drops all but letters and digits.
func words(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
}

// grams returns the sorted hashes of text's runs of five characters.
func grams(text string) []uint64 {
	r := []rune(strings.Join(words(text), " "))
	var out []uint64
	for i := 0; i+5 <= len(r); i++ {
		h := fnv.New64a()
		h.Write([]byte(string(r[i : i+5])))
		out = append(out, h.Sum64())
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func jaccard(a, b []uint64) float64 {
	both := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		default:
			both++
			i++
			j++
		}
	}
	return float64(both) / float64(len(a)+len(b)-both)
}

// Near-repeats are there to be found, about one idea in twenty, and none of
// them, nor any whole sentence, crosses from theme to theme.
func TestNearRepeats(t *testing.T) {
	for _, l := range []Lang{Russian, English} {
		t.Run(string(l), func(t *testing.T) {
			ideas := mustIdeas(t, l)
			sets := make([][]uint64, len(ideas))
			for i, idea := range ideas {
				sets[i] = grams(idea.Text)
			}
			repeats := 0
			for i := range ideas {
				again := false
				for j := range i {
					s := jaccard(sets[i], sets[j])
					again = again || s >= 0.5
					if s >= 0.25 && ideas[i].Theme != ideas[j].Theme {
						t.Errorf("themes %s and %s share a text (%.2f):\n%s\n%s", ideas[i].Theme, ideas[j].Theme, s, ideas[i].Text, ideas[j].Text)
					}
				}
				if again {
					repeats++
				}
			}
			if share := float64(repeats) / float64(len(ideas)); share < 0.04 || share > 0.08 {
				t.Errorf("%d of %d ideas are near-repeats, want 4 to 8 %%", repeats, len(ideas))
			}
		})
	}
}

func TestRemarks(t *testing.T) {
	for _, l := range []Lang{Russian, English} {
		t.Run(string(l), func(t *testing.T) {
			ideas := mustIdeas(t, l)
			remarks, err := Remarks(l)
			if err != nil {
				t.Fatal(err)
			}
			if len(remarks) < 150 {
				t.Errorf("%d remarks, want at least 150", len(remarks))
			}
			replies := 0
			origin := map[int]bool{}
			themes := map[string]bool{}
			for _, idea := range ideas {
				themes[idea.Theme] = true
			}
			for i, r := range remarks {
				checkText(t, r.Theme, r.Text, 500, l)
				if !themes[r.Theme] {
					t.Errorf("remark %d: theme %q has no ideas", i+1, r.Theme)
				}
				if r.Reply >= 0 {
					replies++
					if remarks[r.Reply].Voice == r.Voice {
						t.Errorf("remark %d answers its own author: %q", i+1, r.Text)
					}
				}
				last := 0
				for _, earlier := range remarks[:i] {
					if earlier.Theme == r.Theme {
						last = max(last, earlier.Voice)
					}
				}
				if r.Voice > last+1 {
					t.Errorf("remark %d of %s: voice %d after %d", i+1, r.Theme, r.Voice, last)
				}
				if r.Idea < 0 {
					continue
				}
				if ideas[r.Idea].Theme != r.Theme {
					t.Errorf("remark %d of %s grew into an idea of %s", i+1, r.Theme, ideas[r.Idea].Theme)
				}
				if origin[r.Idea] {
					t.Errorf("remark %d: idea %q has an origin already", i+1, ideas[r.Idea].Text)
				}
				origin[r.Idea] = true
			}
			if replies < 50 || len(origin) < 25 {
				t.Errorf("%d replies and %d origins, want 50 and 25 at least", replies, len(origin))
			}
		})
	}
}

func TestTopicsMatchAcrossLanguages(t *testing.T) {
	kinds := []string{"applications", "draw", "debate", "curation", "rating", "poll", "results"}
	ru, err := Topics(Russian)
	if err != nil {
		t.Fatal(err)
	}
	en, err := Topics(English)
	if err != nil {
		t.Fatal(err)
	}
	if len(ru) != len(en) || len(ru) < 3 {
		t.Fatalf("%d Russian and %d English topics, want the same, 3 at least", len(ru), len(en))
	}
	themes := map[string]bool{}
	for _, idea := range mustIdeas(t, Russian) {
		themes[idea.Theme] = true
	}
	for i := range ru {
		if ru[i].Slug != en[i].Slug || ru[i].ConsentVersion != en[i].ConsentVersion || len(ru[i].Briefing) != len(en[i].Briefing) ||
			len(ru[i].Stages) != len(en[i].Stages) || !slices.Equal(ru[i].Themes, en[i].Themes) {
			t.Errorf("topic %d: %q and %q differ in more than words", i, ru[i].Slug, en[i].Slug)
			continue
		}
		for j, s := range ru[i].Stages {
			if s.Kind != en[i].Stages[j].Kind || !slices.Contains(kinds, s.Kind) || s.Title == "" {
				t.Errorf("topic %s: stage %d is %q and %q", ru[i].Slug, j, s.Kind, en[i].Stages[j].Kind)
			}
		}
		for l, topic := range map[Lang]Topic{Russian: ru[i], English: en[i]} {
			for _, text := range append([]string{topic.Title, topic.Question, topic.Promise, topic.Consent}, topic.Briefing...) {
				checkText(t, topic.Slug, text, 1000, l)
			}
			for _, theme := range topic.Themes {
				if !themes[theme] || !topic.Has(theme) {
					t.Errorf("topic %s: theme %q has no ideas", topic.Slug, theme)
				}
			}
		}
	}
	if !ru[0].Has(OffTopic) || ru[1].Has(OffTopic) {
		t.Error("the first topic takes every idea, the second only its own")
	}
}

func TestUnknownLanguage(t *testing.T) {
	if _, err := Ideas("fr"); err == nil {
		t.Error("Ideas(fr): no error")
	}
	if _, err := Remarks("fr"); err == nil {
		t.Error("Remarks(fr): no error")
	}
	if _, err := Topics("fr"); err == nil {
		t.Error("Topics(fr): no error")
	}
}

// A damaged file is named by line, whatever is wrong with it.
func TestDamagedLines(t *testing.T) {
	for name, c := range map[string]struct{ line, says string }{
		"no tabs":       {"snow 0.5 text", "line 2: 1 cells"},
		"stance word":   {"snow\tmuch\ttext", `line 2: stance "much"`},
		"stance range":  {"snow\t1.5\ttext", `line 2: stance "1.5"`},
		"stance is NaN": {"snow\tNaN\ttext", `line 2: stance "NaN"`},
	} {
		_, err := parseIdeas([]string{"snow\t0.5\tgood", c.line}, "ideas/en.tsv", English)
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: error %v, want one that says %q", name, err, c.says)
		}
	}
	ideas := []Idea{{Theme: "snow", Text: "Clear the steps"}, {Theme: "snow", Text: "Clear the path"}}
	for name, c := range map[string]struct{ line, says string }{
		"a cell short":    {"snow\t1\t0\ttext", "line 2: 4 cells"},
		"voice zero":      {"snow\t0\t0\t\ttext", `line 2: voice "0"`},
		"too far back":    {"snow\t2\t2\t\ttext", `line 2: "2" lines back`},
		"forward":         {"snow\t2\t-1\t\ttext", `line 2: "-1" lines back`},
		"across themes":   {"ramps\t2\t1\t\ttext", "answers line 1"},
		"no such idea":    {"snow\t2\t1\tMelt\ttext", "no idea starts with"},
		"idea not unique": {"snow\t2\t1\tClear the\ttext", "ideas 1 and 2 both start"},
	} {
		_, err := parseRemarks([]string{"snow\t1\t0\t\tgood", c.line}, "remarks/en.tsv", ideas)
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: error %v, want one that says %q", name, err, c.says)
		}
	}
}
