package nlp

import (
	"fmt"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"veche/nlp/sample"
)

func TestSimilarFromTheFirstIdea(t *testing.T) {
	x := NewIndex()
	if hits := x.Similar("Plant trees", "en", 5); len(hits) != 0 {
		t.Fatalf("an empty index answers %v", hits)
	}
	x.Add("1", "Plant more trees on Main Street", "en")
	hits := x.Similar("planting a tree on the main street", "", 5)
	if len(hits) != 1 || hits[0].ID != "1" || hits[0].Score < 0.3 {
		t.Fatalf("got %v", hits)
	}
	if hits := x.Similar("Cheaper bus tickets", "en", 5); len(hits) != 0 {
		t.Fatalf("an unlike idea answers: %v", hits)
	}
}

func TestSimilarKnowsWordForms(t *testing.T) {
	x := NewIndex()
	ideas := []string{
		"Посадить деревья вдоль главной улицы",
		"Ночной автобус до вокзала",
		"Отремонтировать детскую площадку во дворе",
		"Plant trees along the main street",
		"A night bus to the station",
		"Repair the playgrounds in our yards",
		"Больше скамеек в парке",
	}
	for i, text := range ideas {
		x.Add(strconv.Itoa(i), text, "")
	}
	for _, c := range []struct {
		text string
		want int
	}{
		{"больше деревьев на главных улицах", 0},
		{"ночные автобусы к вокзалам", 1},
		{"ремонт детских площадок в нашем дворе", 2},
		{"tree planting along main streets", 3},
		{"buses at night to stations", 4},
		{"playground repairs in the yard", 5},
		{"скамейки в парках", 6},
		{"ночнй автобс до вокзала", 1}, // two typing errors
	} {
		hits := x.Similar(c.text, "", 3)
		if len(hits) == 0 || hits[0].ID != strconv.Itoa(c.want) {
			t.Errorf("%q: got %v, want idea %d: %q", c.text, hits, c.want, ideas[c.want])
		}
	}
}

// TestSimilarToADraft: somebody who has typed two words is shown longer
// ideas that hold them.
func TestSimilarToADraft(t *testing.T) {
	x := NewIndex()
	x.Add("1", "Нужен ночной автобус из центра в Заводской район после 23 часов, люди едут ночью со смены", "ru")
	x.Add("2", "Посадите деревья вдоль улицы Южный Ветер, в жару там совсем нет тени", "ru")
	x.Add("3", "Отремонтировать автобусную остановку", "ru")
	hits := x.Similar("ночные автобусы", "ru", 3)
	if len(hits) == 0 || hits[0].ID != "1" || hits[0].Score < 0.35 {
		t.Errorf("got %v", hits)
	}
}

func TestSimilarOddTexts(t *testing.T) {
	x := NewIndex()
	for i, text := range []string{"", "   ", "?!", "🙂🙂", "the and of", "что и как", "1234", "a\x00b\xff", "<p></p>"} {
		x.Add(strconv.Itoa(i), text, "")
	}
	for _, text := range []string{"", "🙂", "the and of", "1234", "\xff\xfe", "<b>"} {
		for _, hit := range x.Similar(text, "", 10) {
			if hit.Score <= 0 || hit.Score > 1 {
				t.Errorf("%q: score %v", text, hit)
			}
		}
	}
	if hits := x.Similar("the and of", "", 1); len(hits) != 1 || hits[0].Score < 0.99 {
		t.Errorf("the same stop words are not found: %v", hits)
	}
	if hits := x.Similar("что", "", 0); hits != nil {
		t.Errorf("none were wanted: %v", hits)
	}
}

// TestIndexModel compares with a plain list under random changes.
func TestIndexModel(t *testing.T) {
	documents, _ := madeIdeas(60, 5, "")
	rapid.Check(t, func(t *rapid.T) {
		x, model := NewIndex(), map[string]string{}
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			id := strconv.Itoa(rapid.IntRange(0, 15).Draw(t, "id"))
			text := documents[rapid.IntRange(0, len(documents)-1).Draw(t, "text")].Text
			switch rapid.IntRange(0, 2).Draw(t, "step") {
			case 0, 1:
				x.Add(id, text, "")
				model[id] = text
			default:
				x.Remove(id)
				delete(model, id)
			}
			if x.Len() != len(model) {
				t.Fatalf("%d ideas, want %d", x.Len(), len(model))
			}
			hits := x.Similar(text, "", 20)
			for i, h := range hits {
				if _, ok := model[h.ID]; !ok {
					t.Fatalf("%q was removed", h.ID)
				}
				if i > 0 && (hits[i-1].Score < h.Score || hits[i-1].Score == h.Score && hits[i-1].ID >= h.ID) {
					t.Fatalf("out of order: %v", hits)
				}
			}
			for id, other := range model {
				if other == text && !slices.ContainsFunc(hits, func(h Hit) bool { return h.ID == id && h.Score > 0.999 }) {
					t.Fatalf("the same text %q of %s is not among %v", text, id, hits)
				}
			}
		}
	})
}

func TestIndexConcurrent(t *testing.T) {
	documents, _ := madeIdeas(400, 9, "")
	x := NewIndex()
	var wait sync.WaitGroup
	for w := range 4 {
		wait.Go(func() {
			for i := w; i < len(documents); i += 4 {
				x.Add(documents[i].ID, documents[i].Text, "")
				x.Similar(documents[(i*7)%len(documents)].Text, "", 5)
				if i%9 == 0 {
					x.Remove(documents[i].ID)
				}
			}
		})
	}
	wait.Wait()
	if want := 400 - len(documents)/9 - 1; x.Len() != want {
		t.Errorf("%d ideas left, want %d", x.Len(), want)
	}
}

// benchIndex is an index of 100,000 ideas.
var benchIndex = sync.OnceValue(func() *Index {
	documents, _ := madeIdeas(100000, 1, "")
	x := NewIndex()
	for i, d := range documents {
		x.Add(d.ID, fmt.Sprintf("%s %s", d.Text, sample.Word(uint64(i%5000))), "")
	}
	return x
})

func BenchmarkSimilarAt100000(b *testing.B) {
	x := benchIndex()
	queries, _ := madeIdeas(512, 2, "")
	worst := time.Duration(0)
	for i := 0; b.Loop(); i++ {
		begin := time.Now()
		x.Similar(queries[i%len(queries)].Text+" "+sample.Word(uint64(i%5000)), "", 5)
		worst = max(worst, time.Since(begin))
	}
	b.ReportMetric(float64(worst.Microseconds()), "worst-µs")
}

func BenchmarkIndexAdd(b *testing.B) {
	x := benchIndex()
	queries, _ := madeIdeas(512, 2, "")
	for i := 0; b.Loop(); i++ {
		x.Add("new"+strconv.Itoa(i%512), queries[i%512].Text, "")
	}
}
