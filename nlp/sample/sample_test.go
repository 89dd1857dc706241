package sample

import (
	"slices"
	"strings"
	"testing"
)

func TestWordsAreDifferent(t *testing.T) {
	seen := map[string]uint64{}
	for n := range uint64(shared + topics*own) {
		w := Word(n)
		if first, ok := seen[w]; ok {
			t.Fatalf("words %d and %d are both %q", first, n, w)
		}
		seen[w] = n
	}
}

func TestTextsFollowFromTheSeed(t *testing.T) {
	one, two, other := Texts(500, 1), Texts(500, 1), Texts(500, 2)
	if !slices.Equal(one, two) || slices.Equal(one, other) {
		t.Error("texts do not follow from the seed alone")
	}
	words := 0
	for _, text := range one {
		n := len(strings.Fields(text))
		if n < 5 || n > 60 {
			t.Errorf("a text of %d words: %q", n, text)
		}
		words += n
	}
	if mean := float64(words) / 500; mean < 14 || mean > 17 {
		t.Errorf("%.1f words in the mean, want about 15", mean)
	}
}
