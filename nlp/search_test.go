package nlp

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func searchIndex() *Index {
	x := NewIndex()
	for i, text := range []string{
		"Посадить деревья вдоль главной улицы, деревья нужны в жару",
		"Ночной автобус до вокзала по главной улице",
		"Деревьев мало, зато много машин, остановок, киосков, заборов, вывесок и столбов",
		"Plant trees along the main street",
		"A night bus to the station",
		"The and of",
		"Más árboles en la calle mayor",
	} {
		x.Add(strconv.Itoa(i), text, "")
	}
	return x
}

func TestSearchKnowsWordFormsAndRanks(t *testing.T) {
	x := searchIndex()
	for _, c := range []struct {
		query string
		want  string
	}{
		{"дерево", "0 2"},            // another form; twice in the first, once in a longer one
		{"деревья улица", "0 1 2"},   // both words before one; then by rarity and length
		{"автобусы ночью", "1"},      // forms of both
		{"tree", "3"},                // a word of another script does not meet
		{"the bus", "4"},             // words without a topic don't count beside others
		{"the and", "5"},             // and count where there are no others
		{"stat", "4"},                // unfinished
		{"st ", ""},                  // too short to be finished
		{"árbol", "6"},               // a language that the query shows
		{"arboles calle mayor", "6"}, // or does not show
		{"zzz", ""}, {"", ""}, {"?!", ""},
	} {
		var got []string
		for _, m := range x.Search(c.query, "") {
			got = append(got, m.ID)
			if m.Score <= 0 || m.Words < 1 {
				t.Errorf("%q: match %+v", c.query, m)
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%q finds %v, want %s", c.query, got, c.want)
		}
	}
	x.Remove("0")
	if list := x.Search("дерево", ""); len(list) != 1 || list[0].ID != "2" {
		t.Errorf("after a removal: %v", list)
	}
}

func TestHighlight(t *testing.T) {
	for _, c := range []struct{ text, query, want string }{
		{"Посадить деревья вдоль главной улицы", "дерево на улице", "[деревья] [улицы]"},
		{"Plant Trees along the main street", "the main streets", "[main street]"},
		{"A night bus to the station", "stat", "[station]"},
		{"Ёлка у дома", "елка", "[Ёлка]"},
		{"Nothing here", "bus", ""},
		{"", "bus", ""},
	} {
		var got []string
		for _, m := range Highlight(c.text, "", c.query, "") {
			got = append(got, "["+c.text[m[0]:m[1]]+"]")
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%q in %q: %v, want %s", c.query, c.text, got, c.want)
		}
	}
}

// TestSearchFindsWhatItHighlights: an idea that was found has a mark, marks lie
// within the text, and the order of arrival has no bearing.
func TestSearchFindsWhatItHighlights(t *testing.T) {
	words := []string{"tree", "trees", "bus", "station", "дерево", "деревьями", "улица", "улицы", "the", "и", "night", "x"}
	rapid.Check(t, func(t *rapid.T) {
		texts := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) string {
			return strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 1, 8).Draw(t, "words"), " ")
		}), 1, 12).Draw(t, "texts")
		query := strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 1, 3).Draw(t, "query"), " ")
		one, two := NewIndex(), NewIndex()
		for i := range texts {
			one.Add(strconv.Itoa(i), texts[i], "")
			j := len(texts) - 1 - i
			two.Add(strconv.Itoa(j), texts[j], "")
		}
		found := one.Search(query, "")
		if !slices.Equal(found, two.Search(query, "")) {
			t.Fatalf("%q: another order of arrival gives another answer", query)
		}
		for _, m := range found {
			i, _ := strconv.Atoi(m.ID)
			last := 0
			marks := Highlight(texts[i], "", query, "")
			if len(marks) == 0 {
				t.Fatalf("%q found %q but marks nothing", query, texts[i])
			}
			for _, at := range marks {
				if at[0] < last || at[1] <= at[0] || at[1] > len(texts[i]) {
					t.Fatalf("mark %v in %q", at, texts[i])
				}
				last = at[1]
			}
		}
	})
}

func BenchmarkSearch(b *testing.B) {
	x := NewIndex()
	for i := range 100_000 {
		x.Add(strconv.Itoa(i), fmt.Sprintf("plant %d trees in street %d near the station of district %d", i%97, i%1009, i%31), "en")
	}
	for _, query := range []string{"street 1007", "trees near the station"} {
		b.Run(query, func(b *testing.B) {
			for b.Loop() {
				x.Search(query, "en")
			}
		})
	}
}
