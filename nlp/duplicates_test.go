package nlp

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"
)

// damage changes a text as people do who say the same again.
func damage(text, how string, r *random) string {
	words := strings.Fields(text)
	i := r.below(len(words))
	switch how {
	case "typo":
		w := []rune(words[i])
		w[r.below(len(w))] = 'x'
		words[i] = string(w)
	case "dropped word":
		words = append(words[:i:i], words[i+1:]...)
	case "greeting":
		words = append([]string{"Hello,"}, words...)
	case "reorder":
		words = append(words[len(words)/2:len(words):len(words)], words[:len(words)/2]...)
	}
	return strings.Join(words, " ")
}

// TestNearDuplicateRecall: of ideas said again a little differently, nearly
// all are found.
func TestNearDuplicateRecall(t *testing.T) {
	for _, set := range []string{"kz_ru_complaints", "stackoverflow"} {
		documents, _, _ := labelled(t, set)
		for _, how := range []string{"typo", "dropped word", "greeting", "reorder"} {
			r := random{7}
			var both []Document
			asked := 0
			for i := 0; asked < 400; i++ {
				d := documents[i%len(documents)]
				if len(strings.Fields(d.Text)) < 7 {
					continue
				}
				asked++
				both = append(both, Document{ID: "a" + d.ID, Text: d.Text}, Document{ID: "b" + d.ID, Text: damage(d.Text, how, &r)})
			}
			c, err := analyse(context.Background(), both, nil)
			if err != nil {
				t.Fatal(err)
			}
			leader := nearDuplicates(c.rows)
			of := map[string]string{}
			for i, l := range leader {
				of[c.rows[i].id] = c.rows[l].id
			}
			found := 0
			for i := 0; i < len(both); i += 2 {
				if of[both[i].ID] == of[both[i+1].ID] {
					found++
				}
			}
			if recall := float64(found) / float64(asked); recall < 0.98 {
				t.Errorf("%s, %s: recall %.3f", set, how, recall)
			}
		}
	}
}

func TestNearDuplicatesAreDirect(t *testing.T) {
	documents, _ := madeIdeas(1500, 13, "")
	c, err := analyse(context.Background(), documents, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i, l := range nearDuplicates(c.rows) {
		if j := jaccard(grams(c.rows[i].text, nil), grams(c.rows[l].text, nil)); j < sameText {
			t.Errorf("%q is said to repeat %q: %.2f", c.rows[i].text, c.rows[l].text, j)
		}
	}
}

func TestLeaderIsTheFirstOfEquals(t *testing.T) {
	r := run1(t, Options{}, "Plant trees!", "plant trees", "Plant more trees along the streets", "Plant trees")
	for i, want := range []string{"", "1", "", "1"} {
		if got := r.Assignments[i].DuplicateOf; got != want {
			t.Errorf("idea %d repeats %q, want %q", i+1, got, want)
		}
	}
}

// TestCampaigns: a text that thousands send, as it is or each with a name and a
// house of their own, is found as one, and costs about as much as other texts.
func TestCampaigns(t *testing.T) {
	const n = 10_000
	plea := "Build the tram line to the northern quarter that was promised to us ten years ago, and build it before the new houses are let"
	for name, text := range map[string]func(i int) string{
		"the same text": func(int) string { return plea },
		"signed":        func(i int) string { return fmt.Sprintf("%s. Signed %x, house %d", plea, 7919*i, i) },
	} {
		var documents []Document
		for i := range n {
			documents = append(documents, Document{ID: fmt.Sprint(i), Text: text(i)})
		}
		c, err := analyse(context.Background(), documents, nil)
		if err != nil {
			t.Fatal(err)
		}
		begin := time.Now()
		leaders := map[int32]bool{}
		for _, l := range nearDuplicates(c.rows) {
			leaders[l] = true
		}
		took := time.Since(begin)
		t.Logf("%s: %d leaders of %d texts in %v", name, len(leaders), n, took)
		if len(leaders) > n/1000 || took > time.Minute { // minutes where each is compared with each
			t.Errorf("%s: %d leaders of %d texts, found in %v", name, len(leaders), n, took)
		}
	}
}
