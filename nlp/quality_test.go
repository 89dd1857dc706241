package nlp

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	sets "veche/nlp/labelled"
)

// notUnderRace leaves a measurement to a run without the race detector,
// which makes it ten times as long and would find nothing that the runs on
// made ideas don't show it.
func notUnderRace(t *testing.T) {
	t.Helper()
	if slow {
		t.Skip("measured without the race detector only")
	}
}

// dataFolder is where real data lies that is not part of the repository.
func dataFolder() string {
	if folder := os.Getenv("VECHE_DATA"); folder != "" {
		return folder
	}
	return filepath.Join("..", "..", "shared", "data")
}

// labelled reads a set of texts with known classes, or skips the test.
func labelled(t testing.TB, name string) (documents []Document, classes []int32, k int) {
	t.Helper()
	set, err := sets.Read(dataFolder(), name)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("the set %s is not here (set VECHE_DATA to the data folder): %v", name, err)
	}
	if err != nil {
		t.Fatal(err)
	}
	for i, text := range set.Texts {
		documents = append(documents, Document{ID: set.IDs[i], Text: text})
	}
	return documents, set.Classes, set.K
}

func clustersOf(r *Result) []int32 {
	of := make([]int32, len(r.Assignments))
	for i, a := range r.Assignments {
		of[i] = int32(a.Cluster)
	}
	return of
}

// TestQuality holds what is measured on sets with known classes above what
// it must not fall below: the number of clusters is that of the classes, the
// figures are means over seeds.
func TestQuality(t *testing.T) {
	for _, c := range []struct {
		set                   string
		seeds                 int
		accuracy, information float64
	}{
		{"kz_ru_complaints", 5, 0.72, 0.67},
		{"banking77", 1, 0.46, 0.66},
		{"stackoverflow", 1, 0.79, 0.69},
		{"agnews8k", 1, 0.80, 0.55},
		{"clinc150", 1, 0.57, 0.77},
		{"barcelona", 1, 0.23, 0.29},
	} {
		t.Run(c.set, func(t *testing.T) {
			notUnderRace(t)
			documents, truth, k := labelled(t, c.set)
			var accuracy, information float64
			for seed := range c.seeds {
				r, err := Cluster(context.Background(), documents, Options{Clusters: k, Seed: strconv.Itoa(seed), NounPhrases: []string{}})
				if err != nil {
					t.Fatal(err)
				}
				a, n := sets.Agreement(clustersOf(r), truth)
				accuracy += a / float64(c.seeds)
				information += n / float64(c.seeds)
			}
			t.Logf("accuracy %.3f, information %.3f", accuracy, information)
			if accuracy < c.accuracy || information < c.information {
				t.Errorf("accuracy %.3f and information %.3f, want %.2f and %.2f", accuracy, information, c.accuracy, c.information)
			}
		})
	}
}

// TestNumberOfClusters: on broad topics about as many clusters are chosen
// as there are classes.
func TestNumberOfClusters(t *testing.T) {
	for _, c := range []struct {
		set         string
		least, most int
	}{{"kz_ru_complaints", 8, 16}, {"stackoverflow", 16, 25}} {
		t.Run(c.set, func(t *testing.T) {
			notUnderRace(t)
			documents, _, _ := labelled(t, c.set)
			r, err := Cluster(context.Background(), documents, Options{NounPhrases: []string{}})
			if err != nil {
				t.Fatal(err)
			}
			if k := len(r.Clusters); k < c.least || k > c.most {
				t.Errorf("%d clusters, want %d to %d", k, c.least, c.most)
			}
		})
	}
}

// TestWarmRunsOnRealTexts: with a tenth more ideas the old ones mostly stay.
func TestWarmRunsOnRealTexts(t *testing.T) {
	notUnderRace(t)
	documents, _, k := labelled(t, "kz_ru_complaints")
	documents = shuffled(documents, 4)
	old := documents[:len(documents)*10/11]
	first, err := Cluster(context.Background(), old, Options{Clusters: k})
	if err != nil {
		t.Fatal(err)
	}
	var o Options
	for _, a := range first.Assignments {
		o.Previous = append(o.Previous, Placed{a.ID, a.Cluster})
	}
	second, err := Cluster(context.Background(), documents, o)
	if err != nil {
		t.Fatal(err)
	}
	same := AdjustedRand(clustersOf(first), clustersOf(second)[:len(old)])
	t.Logf("adjusted Rand index of the old ideas %.3f", same)
	if same < 0.8 {
		t.Errorf("adjusted Rand index of the old ideas %.3f, want 0.80", same)
	}
}

// TestPlacedIdeasTeach: ten ideas a cluster that a moderator placed make the
// others better placed too.
func TestPlacedIdeasTeach(t *testing.T) {
	notUnderRace(t)
	documents, truth, k := labelled(t, "kz_ru_complaints")
	order := random{9}
	count := make([]int, k)
	var o Options
	taught := map[string]bool{}
	cold, err := Cluster(context.Background(), documents, Options{Clusters: k})
	if err != nil {
		t.Fatal(err)
	}
	for range 20 * len(documents) {
		i := order.below(len(documents))
		class := truth[i]
		if count[class] < 10 && !taught[documents[i].ID] {
			count[class]++
			taught[documents[i].ID] = true
			o.Held = append(o.Held, Placed{documents[i].ID, int(class) + 1})
		}
	}
	o.Clusters = k
	r, err := Cluster(context.Background(), documents, o)
	if err != nil {
		t.Fatal(err)
	}
	rest := func(r *Result) float64 {
		var of, classes []int32
		for i, a := range r.Assignments {
			if !taught[a.ID] {
				of, classes = append(of, int32(a.Cluster)), append(classes, truth[i])
			}
		}
		accuracy, _ := sets.Agreement(of, classes)
		return accuracy
	}
	t.Logf("accuracy of the other ideas: %.3f, before %.3f", rest(r), rest(cold))
	if rest(r) < 0.85 {
		t.Errorf("accuracy of the other ideas %.3f, want 0.85; before it was %.3f", rest(r), rest(cold))
	}
}
