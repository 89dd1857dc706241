package nlp

import (
	"context"
	"testing"
)

// late clusters the documents without those of a class and one in ten of the
// others, then all but that class, then all.
func late(t *testing.T, documents []Document, truth []int32, class int32, clusters int) (calm, grown *Result) {
	t.Helper()
	var before, without []Document
	for i, d := range documents {
		if truth[i] == class {
			continue
		}
		without = append(without, d)
		if i%10 != 0 {
			before = append(before, d)
		}
	}
	first, err := Cluster(context.Background(), before, Options{Clusters: clusters})
	if err != nil {
		t.Fatal(err)
	}
	var o Options
	for _, a := range first.Assignments {
		o.Previous = append(o.Previous, Placed{a.ID, a.Cluster})
	}
	if calm, err = Cluster(context.Background(), without, o); err != nil {
		t.Fatal(err)
	}
	if grown, err = Cluster(context.Background(), documents, o); err != nil {
		t.Fatal(err)
	}
	return calm, grown
}

// best is the purest proposal: its share of the class, and of the class in it.
func best(r *Result, documents []Document, truth []int32, class int32) (purity, recall float64) {
	of, all := map[string]bool{}, 0
	for i, d := range documents {
		if truth[i] == class {
			of[d.ID] = true
			all++
		}
	}
	for _, p := range r.Proposals {
		n := 0
		for _, id := range p.Ideas {
			if of[id] {
				n++
			}
		}
		if q := float64(n) / float64(len(p.Ideas)); q > purity {
			purity, recall = q, float64(n)/float64(all)
		}
	}
	return purity, recall
}

// TestProposesWhatCameUpLater: a class that no cluster was made for is
// proposed when its ideas come.
func TestProposesWhatCameUpLater(t *testing.T) {
	documents, truth := madeIdeas(900, 5, "en")
	calm, grown := late(t, documents, truth, 2, 4)
	if len(calm.Proposals) > 0 {
		t.Errorf("proposed though nothing new came: %+v", calm.Proposals)
	}
	if purity, recall := best(grown, documents, truth, 2); purity < 0.7 || recall < 0.2 {
		t.Errorf("the new theme is proposed with purity %.2f, recall %.2f", purity, recall)
	}
	for _, p := range grown.Proposals {
		if p.Label == "" || p.Gain <= 0 || p.Cohesion > 1.000001 {
			t.Errorf("proposal %+v", p)
		}
	}
	if cold, err := Cluster(context.Background(), documents, Options{}); err != nil || len(cold.Proposals)+len(cold.Moves) > 0 {
		t.Errorf("a cold run proposes %d and moves %d (%v)", len(cold.Proposals), len(cold.Moves), err)
	}
}

func TestProposesOnRealTexts(t *testing.T) {
	notUnderRace(t)
	documents, truth, k := labelled(t, "kz_ru_complaints")
	found, noise := 0, 0
	for class := range int32(4) {
		calm, grown := late(t, documents, truth, class*2+1, k-1)
		purity, recall := best(grown, documents, truth, class*2+1)
		t.Logf("purity %.2f, recall %.2f; with nothing new %d proposals", purity, recall, len(calm.Proposals))
		noise += len(calm.Proposals)
		if purity > 0.5 && recall > 0.3 {
			found++
		}
	}
	if found < 3 || noise > 12 {
		t.Errorf("%d of 4 new classes were proposed, and %d times something while none came", found, noise)
	}
}

// TestMovesSayWhy: every idea that is elsewhere is told once, with where it was
// and is, and a hand outweighs the rest.
func TestMovesSayWhy(t *testing.T) {
	documents, _ := madeIdeas(400, 7, "ru")
	first, err := Cluster(context.Background(), documents, Options{Clusters: 4})
	if err != nil {
		t.Fatal(err)
	}
	o := Options{Held: []Placed{{documents[0].ID, first.Assignments[1].Cluster}}}
	o.Held[0].Cluster = first.Assignments[0].Cluster%4 + 1
	for i, a := range first.Assignments {
		to := a.Cluster
		if i%7 == 3 { // put where it does not belong
			to = to%4 + 1
		}
		o.Previous = append(o.Previous, Placed{a.ID, to})
	}
	r, err := Cluster(context.Background(), documents, o)
	if err != nil {
		t.Fatal(err)
	}
	told := map[string]Move{}
	for _, m := range r.Moves {
		if _, ok := told[m.ID]; ok {
			t.Errorf("%s is told twice", m.ID)
		}
		told[m.ID] = m
	}
	for i, a := range r.Assignments {
		m, ok := told[a.ID]
		was := o.Previous[i].Cluster
		if ok != (was != a.Cluster) || ok && (m.From != was || m.To != a.Cluster) {
			t.Errorf("%s went from %d to %d, told %+v", a.ID, was, a.Cluster, m)
		}
	}
	if m := told[documents[0].ID]; m.Why != MovedByHand {
		t.Errorf("what a moderator placed moved %q", m.Why)
	}
	why := map[string]int{}
	for _, m := range r.Moves {
		why[m.Why]++
		if (m.Why == MovedCloser) != (m.Gain > 0 && m.Why != MovedByHand && m.Why != MovedWithRepeat) {
			t.Errorf("gain %.3f, why %q", m.Gain, m.Why)
		}
	}
	if why[MovedCloser] == 0 {
		t.Errorf("none moved closer: %v", why)
	}
}
