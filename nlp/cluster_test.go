package nlp

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	sets "veche/nlp/labelled"
)

func run1(t *testing.T, options Options, texts ...string) *Result {
	t.Helper()
	var documents []Document
	for i, text := range texts {
		documents = append(documents, Document{ID: fmt.Sprint(i + 1), Text: text})
	}
	r, err := Cluster(context.Background(), documents, options)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Assignments) != len(texts) {
		t.Fatalf("%d assignments of %d ideas", len(r.Assignments), len(texts))
	}
	return r
}

func TestFewAndOddIdeas(t *testing.T) {
	long := strings.Repeat("Plant trees along the street and repair the road. ", 100)
	for _, c := range []struct {
		name     string
		texts    []string
		clusters int
		unsorted int
	}{
		{"none", nil, 0, 0},
		{"one", []string{"Plant trees"}, 1, 0},
		{"two unlike", []string{"Plant trees", "Night buses"}, 2, 0},
		{"two alike", []string{"Plant trees along the street", "Trees along our streets"}, 1, 0},
		{"all equal", []string{"Plant trees", "Plant trees", "Plant trees", "plant trees!"}, 1, 0},
		{"empty texts", []string{"", " ", "\t\n"}, 0, 3},
		{"emoji only", []string{"🙂", "🌳🌳"}, 0, 2},
		{"stop words only", []string{"the and of", "и в на"}, 0, 2},
		{"long text", []string{long, "Plant trees along the street"}, 1, 0},
		{"HTML and control characters", []string{"<p>Plant&nbsp;<b>trees</b></p>\x00", "plant trees\u200b"}, 1, 0},
		{"broken UTF-8", []string{"Plant \xff\xfe trees", "Plant trees"}, 1, 0},
		{"two scripts", []string{"Plant trees in the streets", "Trees in streets", "Деревья на улицах", "Посадить деревья на улице"}, 2, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := run1(t, Options{}, c.texts...)
			unsorted := 0
			for _, a := range r.Assignments {
				if a.Cluster == 0 {
					unsorted++
				}
			}
			if len(r.Clusters) != c.clusters || unsorted != c.unsorted {
				t.Errorf("%d clusters and %d unsorted, want %d and %d: %+v", len(r.Clusters), unsorted, c.clusters, c.unsorted, r.Clusters)
			}
			for _, k := range r.Clusters {
				if k.Label == "" || k.Lang == "" || len(k.Representatives) == 0 {
					t.Errorf("a cluster without a name or a voice: %+v", k)
				}
			}
		})
	}
}

func TestClustersWantedIsTheTotal(t *testing.T) {
	for _, n := range []int{20, 120, 900} {
		if slow && n > 50 {
			continue
		}
		documents, _ := madeIdeas(n, 4, "")
		for _, k := range []int{1, 2, 3, 7, 15} {
			r, err := Cluster(context.Background(), documents, Options{Clusters: k})
			if err != nil {
				t.Fatal(err)
			}
			if len(r.Clusters) != k {
				t.Errorf("%d ideas: %d clusters, want %d", n, len(r.Clusters), k)
			}
		}
	}
}

func TestScriptsDontMix(t *testing.T) {
	for _, n := range []int{16, 60, 140, 900} {
		documents, themeOf := madeIdeas(n, 8, "")
		r, err := Cluster(context.Background(), documents, Options{})
		if err != nil {
			t.Fatal(err)
		}
		language := map[int]string{}
		for i, a := range r.Assignments {
			l := themes[themeOf[i]].lang
			if a.Cluster > 0 && language[a.Cluster] != "" && language[a.Cluster] != l {
				t.Errorf("%d ideas: cluster %d mixes languages at %q", n, a.Cluster, documents[i].Text)
			}
			language[a.Cluster] = l
		}
		for _, c := range r.Clusters {
			if c.Lang != language[c.ID] {
				t.Errorf("cluster %d says %s, its ideas are in %s", c.ID, c.Lang, language[c.ID])
			}
		}
	}
}

func TestThemesAreFound(t *testing.T) {
	documents, themeOf := madeIdeas(900, 21, "")
	r, err := Cluster(context.Background(), documents, Options{Clusters: len(themes)})
	if err != nil {
		t.Fatal(err)
	}
	if accuracy, information := sets.Agreement(clustersOf(r), themeOf); accuracy < 0.8 || information < 0.8 {
		t.Errorf("accuracy %.3f, information %.3f: the made themes are not found", accuracy, information)
	}
}

func TestClusterRefuses(t *testing.T) {
	ctx := context.Background()
	for _, c := range []struct {
		documents []Document
		options   Options
		want      string
	}{
		{[]Document{{ID: "1"}, {ID: "1"}}, Options{}, `idea 2 has the same id "1" as idea 1`},
		{[]Document{{ID: ""}}, Options{}, "idea 1 has no id"},
		{nil, Options{Clusters: -1}, "number of clusters -1"},
		{nil, Options{Held: []Placed{{"1", -4}}}, `idea "1" is placed in cluster -4`},
	} {
		if _, err := Cluster(ctx, c.documents, c.options); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want %q", err, c.want)
		}
	}
	ended, cancel := context.WithCancel(ctx)
	cancel()
	documents, _ := madeIdeas(300, 1, "")
	if _, err := Cluster(ended, documents, Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the context's error", err)
	}
}

func TestPlaceAgreesWithTheRun(t *testing.T) {
	for _, n := range []int{60, 800} {
		documents, _ := madeIdeas(n, 6, "")
		r, err := Cluster(context.Background(), documents, Options{})
		if err != nil {
			t.Fatal(err)
		}
		same := 0
		for i, a := range r.Assignments {
			p := r.Model.Place(documents[i].Text, "")
			if p.Cluster == a.Cluster {
				same++
			}
			if p.Score < -1 || p.Score > 1 || p.Margin < 0 {
				t.Fatalf("%q: %+v", documents[i].Text, p)
			}
		}
		if same*100 < n*90 {
			t.Errorf("%d of %d ideas are placed where the run put them", same, n)
		}
		if p := r.Model.Place("zyzzyva qwertz", "en"); p.Cluster != 0 {
			t.Errorf("unknown words are placed: %+v", p)
		}
		if p := r.Model.Place("", ""); p.Cluster != 0 {
			t.Errorf("an empty text is placed: %+v", p)
		}
	}
}

// TestWarmRunsKeepClusters: with a tenth more ideas, clusters keep their
// numbers and old ideas mostly their clusters.
func TestWarmRunsKeepClusters(t *testing.T) {
	documents, _ := madeIdeas(900, 31, "")
	old := documents[:800]
	first, err := Cluster(context.Background(), old, Options{})
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
	stayed := 0
	for i, a := range first.Assignments {
		if second.Assignments[i].Cluster == a.Cluster {
			stayed++
		}
	}
	if stayed*100 < len(old)*90 {
		t.Errorf("%d of %d ideas stayed", stayed, len(old))
	}
	for _, c := range second.Clusters {
		if !c.Continues {
			t.Errorf("cluster %d is new", c.ID)
		}
	}
}

func TestLabelsReadWell(t *testing.T) {
	documents, _ := madeIdeas(900, 2, "")
	r, err := Cluster(context.Background(), documents, Options{})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for _, c := range r.Clusters {
		if first, ok := seen[c.Label]; ok {
			t.Errorf("clusters %d and %d have the same label %q", first, c.ID, c.Label)
		}
		seen[c.Label] = c.ID
		if r := []rune(c.Label); len(r) < 3 || strings.ToUpper(string(r[0])) != string(r[0]) {
			t.Errorf("label %q", c.Label)
		}
	}
}

// TestLostClustersAreFilled: a cluster that lost all its rows gets one back.
func TestLostClustersAreFilled(t *testing.T) {
	v, c := newVectors(4, 2), newCentroids(3, 2)
	for i, x := range [][]float32{{1, 0}, {0.9, 0.4358899}, {0, 1}, {0.1, 0.9949874}} {
		copy(v.row(i), x)
	}
	c.set(0, []float32{1, 0})
	c.set(1, []float32{0.8, 0.6})
	c.set(2, []float32{0, 1})
	of := []int32{0, 0, 2, 2}
	fill(v, c, of, &fixed{held: []int32{-1, -1, -1, -1}, from: []int32{-1, -1, -1, -1}, k: 3})
	if want := []int32{0, 1, 2, 2}; !slices.Equal(of, want) {
		t.Errorf("got %v, want %v", of, want)
	}
	of = []int32{0, 0, 2, 2}
	fill(v, c, of, &fixed{held: []int32{0, 0, 2, 2}, from: []int32{-1, -1, -1, -1}, k: 3})
	if want := []int32{0, 0, 2, 2}; !slices.Equal(of, want) {
		t.Errorf("held rows moved: %v", of)
	}
}
