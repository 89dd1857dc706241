package nlp

import (
	"slices"
	"testing"
)

// Names are found in any forms of their words: whole ones by all words in a row,
// themes by any part.
func TestNames(t *testing.T) {
	for _, c := range []struct {
		names  []string
		locale string
		parts  bool
		text   string
		want   []int
	}{
		{[]string{"Old Town", "Harbour"}, "en", false, "Benches in the old town, please", []int{0}},
		{[]string{"Old Town", "Harbour"}, "en", false, "An old bridge to town", nil},
		{[]string{"Old Town", "Harbour"}, "en", false, "From the harbours to the Old Town", []int{0, 1}},
		{[]string{"Новый Город", "Сосновка"}, "ru", false, "Лавки в Новом Городе и в Сосновке", []int{0, 1}},
		{[]string{"parks and trees", "city services online"}, "en", true, "Plant a tree in the city", []int{0}},
		{[]string{"parks and trees", "city services online"}, "en", true, "City services should be online", nil},
		{[]string{"парки и деревья", "школы, культура и молодёжь"}, "ru", true, "Больше деревьев у школы", []int{0, 1}},
		{nil, "en", true, "anything", nil},
		{[]string{"a"}, "en", true, "a", nil},
		{[]string{"Harbour"}, "en", false, "", nil},
	} {
		if got := NewNames(c.names, c.locale, c.parts).In(c.text, c.locale); !slices.Equal(got, c.want) {
			t.Errorf("%q in %q: %v, want %v", c.names, c.text, got, c.want)
		}
	}
}
