package similar_test

import (
	"fmt"
	"testing"

	"veche/server/journal"
	"veche/server/similar"
	"veche/server/topic"
)

// wish makes the n-th idea of a theme; ten by six words, so that all differ.
func wish(theme string, n int) string {
	words := map[string][2][]string{
		"trees": {{"Plant oak trees", "Plant more trees", "Let trees grow", "Water the young trees", "Save the old trees", "Trees give shade", "Fruit trees", "A row of trees", "New trees and bushes", "Care for the trees"},
			{"along the river bank", "in the school garden", "on the hot square", "beside the playground and the garden", "in every park", "where the lawn is dry"}},
		"buses": {{"Night buses", "Run the bus more often", "A bus every ten minutes", "The bus comes late", "Shelters at the bus stop", "A cheaper bus ticket", "A timetable for the bus", "Clean buses", "The last bus leaves early", "Low floors in the bus"},
			{"on line seven", "to the station", "for the northern quarter and the station", "on Sunday evenings", "from the hospital stop", "with room for a pram"}},
		"pools": {{"Swimming lessons", "Open the swimming pool", "Warm water in the pool", "Lifeguards", "Lockers that close", "A slide into the water", "Cheaper swimming tickets", "Hot showers", "A sauna", "Swimming for the old"},
			{"at the pool in winter", "in the outdoor pool", "for children who cannot swim", "in the swimming hall", "before work at the pool", "with swimming clubs"}},
	}
	w := words[theme]
	return fmt.Sprintf("%s %s", w[0][n%10], w[1][n/10%6])
}

// Between runs a new idea is placed by what is on the board, moderators' work
// included; those that fit none are proposed as a cluster; a run starts anew.
func TestWaiting(t *testing.T) {
	j, do := talking(t)
	submit := func(theme string, late bool) {
		t.Helper()
		for n := range 60 {
			if late != (n%12 == 0) {
				continue
			}
			x := journal.NewText(wish(theme, n))
			do(anna, topic.SubmitIdea{Text: x.Digest(), Lang: "en"}, x)
		}
	}
	ideas := similar.New(j)
	waiting := func() similar.Waiting {
		t.Helper()
		w, err := ideas.Waiting(t.Context(), "t")
		if err != nil {
			t.Fatal(err)
		}
		return w
	}
	place := func(text string) (similar.Placement, bool) {
		t.Helper()
		p, ok, err := ideas.Place(t.Context(), "t", text, "en")
		if err != nil {
			t.Fatal(err)
		}
		return p, ok
	}
	submit("trees", false) // 55 each
	submit("buses", false)
	if w := waiting(); len(w.Placed)+len(w.Proposals) > 0 {
		t.Errorf("before any run: %+v", w)
	}
	if p, ok := place("A bus to the garden"); ok {
		t.Errorf("before any run a draft is placed: %+v", p)
	}
	base := make([]uint32, 110)
	for i := range base {
		base[i] = uint32(1 + i/55)
	}
	do(moderator, topic.RecordClustering{Clustered: topic.Clustered{InputSeq: 112, Result: topic.Digest{1}, New: 2, Base: base}})
	if w := waiting(); len(w.Placed)+len(w.Proposals) > 0 {
		t.Errorf("with nothing new: %+v", w)
	}
	submit("trees", true) // 5 each
	submit("buses", true)
	w := waiting()
	fit := 0
	for n := uint32(111); n <= 120; n++ {
		p, ok := w.Placed[n]
		if !ok || p.Cluster != 1+(n-111)/5 {
			t.Errorf("idea %d is placed %+v", n, p)
		}
		if p.Fits {
			fit++
		}
	}
	if fit < 7 {
		t.Errorf("%d of 10 ideas on known themes fit", fit)
	}
	if p, ok := place("Please plant trees at the school"); !ok || p.Cluster != 1 {
		t.Errorf("a draft on trees is placed %+v, %v", p, ok)
	}
	if p, ok := place("zyzzyva"); ok {
		t.Errorf("a draft without a known word is placed: %+v", p)
	}
	// What was placed follows a merge; a hidden cluster takes none.
	why := topic.Digest{1}
	do(moderator, topic.MergeClusters{Into: 2, From: []uint32{1}, Reason: why})
	if p := waiting().Placed[111]; p.Cluster != 2 {
		t.Errorf("after a merge idea 111 is placed %+v", p)
	}
	do(moderator, topic.ShowCluster{Cluster: 2, Reason: why})
	if w := waiting(); len(w.Placed) > 0 {
		t.Errorf("hidden clusters take %+v", w.Placed)
	}
	do(moderator, topic.ShowCluster{Cluster: 2, Shown: true, Reason: why})
	// A new subject.
	submit("pools", false)
	w = waiting()
	if len(w.Proposals) != 1 || w.Proposals[0].Label == "" || len(w.Proposals[0].Ideas) < 15 {
		t.Fatalf("55 ideas on a new subject are proposed as %+v", w.Proposals)
	}
	others := 0
	for _, n := range w.Proposals[0].Ideas {
		if n < 121 {
			others++
		}
	}
	if others*10 > len(w.Proposals[0].Ideas) {
		t.Errorf("%d of %d proposed ideas are on other themes", others, len(w.Proposals[0].Ideas))
	}
	do(moderator, topic.MoveIdeas{Ideas: w.Proposals[0].Ideas[:len(w.Proposals[0].Ideas)*2/3], To: 2, Reason: why})
	if w := waiting(); len(w.Proposals) > 0 {
		t.Errorf("what moderators sorted is still proposed: %+v", w.Proposals)
	}
	if _, err := ideas.Waiting(t.Context(), "nowhere"); topic.CodeOf(err) != topic.CodeNotFound {
		t.Errorf("a topic that is not there: %v", err)
	}
}
