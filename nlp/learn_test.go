package nlp

import (
	"context"
	"testing"
)

// learnt clusters what was there before a class came, and learns from it.
type learnt struct {
	model               *Model
	fit, unfit          float64 // shares of later ideas of the known classes, and of the new one, that fit
	right, check, other float64 // shares of later ideas in the cluster of most of their class: all, marked, not marked
	proposals, noise    []Proposal
}

func learnWithout(t *testing.T, documents []Document, truth []int32, class int32, clusters int) (l learnt) {
	t.Helper()
	var before, calm []Document
	var classes []int32
	later := make([]bool, len(documents))
	for i, r := 0, (random{7}); i < len(later); i++ {
		later[i] = r.below(10) == 0
	}
	for i, d := range documents {
		if truth[i] == class {
			continue
		}
		calm = append(calm, d)
		if !later[i] {
			before, classes = append(before, d), append(classes, truth[i])
		}
	}
	first, err := Cluster(context.Background(), before, Options{Clusters: clusters})
	if err != nil {
		t.Fatal(err)
	}
	var o Options
	votes := map[int]map[int32]int{}
	for i, a := range first.Assignments {
		o.Previous = append(o.Previous, Placed{a.ID, a.Cluster})
		if votes[a.Cluster] == nil {
			votes[a.Cluster] = map[int32]int{}
		}
		votes[a.Cluster][classes[i]]++
	}
	most := map[int]int32{}
	for c, list := range votes {
		for class, n := range list {
			if n > list[most[c]] || n == list[most[c]] && class < most[c] {
				most[c] = class
			}
		}
	}
	if l.model, _, err = Learn(context.Background(), before, o); err != nil {
		t.Fatal(err)
	}
	var known, fresh, marked int
	for i, d := range documents {
		if truth[i] != class && !later[i] {
			continue
		}
		p := l.model.Place(d.Text, d.Lang)
		fits, right := 0.0, 0.0
		if p.Fits {
			fits = 1
		}
		if truth[i] == class {
			fresh++
			l.unfit += fits
			continue
		}
		known++
		l.fit += fits
		if most[p.Cluster] == truth[i] {
			right = 1
		}
		l.right += right
		if p.Check {
			marked++
			l.check += right
		} else {
			l.other += right
		}
	}
	l.fit, l.unfit, l.right = l.fit/float64(known), l.unfit/float64(fresh), l.right/float64(known)
	l.check, l.other = l.check/float64(max(1, marked)), l.other/float64(max(1, known-marked))
	if _, l.noise, err = Learn(context.Background(), calm, o); err != nil {
		t.Fatal(err)
	}
	if _, l.proposals, err = Learn(context.Background(), documents, o); err != nil {
		t.Fatal(err)
	}
	return l
}

// TestLearn: between runs ideas of known themes are placed and fit, those of a new
// one mostly don't and are proposed as a cluster; what is marked is less certain.
func TestLearn(t *testing.T) {
	documents, truth := madeIdeas(900, 5, "en")
	l := learnWithout(t, documents, truth, 2, 4)
	t.Logf("fit %.2f, of a new theme %.2f; right %.2f, marked %.2f, others %.2f", l.fit, l.unfit, l.right, l.check, l.other)
	if l.fit < 0.8 || l.unfit > 0.4 || l.right < 0.85 || l.check > l.other {
		t.Errorf("%.2f fit, %.2f of a new theme; %.2f are right, %.2f of those marked, %.2f of the others", l.fit, l.unfit, l.right, l.check, l.other)
	}
	if len(l.noise) > 0 {
		t.Errorf("proposed though nothing new came: %+v", l.noise)
	}
	if purity, recall := best(&Result{Proposals: l.proposals}, documents, truth, 2); purity < 0.7 || recall < 0.2 {
		t.Errorf("the new theme is proposed with purity %.2f, recall %.2f", purity, recall)
	}
}

func TestLearnOnRealTexts(t *testing.T) {
	notUnderRace(t)
	documents, truth, k := labelled(t, "kz_ru_complaints")
	var fit, unfit, right, check, other float64
	found := 0
	for class := range int32(4) {
		l := learnWithout(t, documents, truth, class*2+1, k-1)
		fit, unfit, right = fit+l.fit/4, unfit+l.unfit/4, right+l.right/4
		check, other = check+l.check/4, other+l.other/4
		if purity, recall := best(&Result{Proposals: l.proposals}, documents, truth, class*2+1); purity > 0.5 && recall > 0.3 {
			found++
		}
	}
	t.Logf("fit %.2f, of a new theme %.2f; right %.2f, marked %.2f, others %.2f; %d of 4 new themes proposed", fit, unfit, right, check, other, found)
	if fit < 0.88 || fit-unfit < 0.35 || other < 0.85 || other-check < 0.25 || found < 3 {
		t.Errorf("fit %.2f, of a new theme %.2f; %.2f of those marked are right, %.2f of the others; %d of 4 new themes proposed", fit, unfit, check, other, found)
	}
}

// TestLearnFollowsModerators: an idea is placed where moderators put those like it.
func TestLearnFollowsModerators(t *testing.T) {
	documents, truth := madeIdeas(300, 3, "en")
	var o Options
	for i, d := range documents {
		o.Previous = append(o.Previous, Placed{d.ID, 100 + int(truth[i])})
	}
	model, proposals, err := Learn(context.Background(), documents, o)
	if err != nil || len(proposals) > 0 {
		t.Fatal(err, proposals)
	}
	same := 0
	for i, d := range documents {
		if model.Place(d.Text, "en").Cluster == 100+int(truth[i]) {
			same++
		}
	}
	if same*10 < len(documents)*9 {
		t.Errorf("%d of %d ideas are placed where they were put", same, len(documents))
	}
	if p := model.Place("zyzzyva qwertz", "en"); p.Cluster != 0 || p.Fits {
		t.Errorf("unknown words are placed: %+v", p)
	}
	for _, few := range [][]Document{nil, documents[:1], documents[:3]} {
		if _, _, err := Learn(context.Background(), few, o); err != nil {
			t.Errorf("%d ideas: %v", len(few), err)
		}
		if _, _, err := Learn(context.Background(), few, Options{}); err != nil {
			t.Errorf("%d ideas, no clusters: %v", len(few), err)
		}
	}
}

func BenchmarkLearn10000(b *testing.B) {
	documents, truth := madeIdeas(10_000, 3, "en")
	var o Options
	for i, d := range documents {
		o.Previous = append(o.Previous, Placed{d.ID, 1 + int(truth[i])})
	}
	for b.Loop() {
		if _, _, err := Learn(context.Background(), documents, o); err != nil {
			b.Fatal(err)
		}
	}
}
