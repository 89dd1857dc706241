package nlp

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
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
	if name == "barcelona" {
		return barcelona(t)
	}
	f, err := os.Open(filepath.Join(dataFolder(), "nlp", name+".tsv.gz"))
	if err != nil {
		t.Skipf("the set %s is not here (set VECHE_DATA to the data folder): %v", name, err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	number := map[string]int32{}
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		class, text, ok := strings.Cut(lines.Text(), "\t")
		if !ok {
			t.Fatalf("%s: line %d has no tab", name, len(documents)+1)
		}
		if _, ok := number[class]; !ok {
			number[class] = int32(len(number))
		}
		classes = append(classes, number[class])
		documents = append(documents, Document{ID: strconv.Itoa(len(documents) + 1), Text: text})
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return documents, classes, len(number)
}

func clustersOf(r *Result) []int32 {
	of := make([]int32, len(r.Assignments))
	for i, a := range r.Assignments {
		of[i] = int32(a.Cluster)
	}
	return of
}

// agreement is the accuracy under the best matching of clusters to classes
// (Hungarian method) and the normalised mutual information (arithmetic
// mean).
func agreement(of, truth []int32) (accuracy, information float64) {
	n := int32(0)
	for i := range of {
		n = max(n, of[i]+1, truth[i]+1)
	}
	table := make([][]float64, n)
	for i := range table {
		table[i] = make([]float64, n)
	}
	a, b := make([]float64, n), make([]float64, n)
	for i := range of {
		table[of[i]][truth[i]]++
		a[of[i]]++
		b[truth[i]]++
	}
	total := float64(len(of))
	var ha, hb, mutual float64
	for i := range table {
		for j, c := range table[i] {
			if c > 0 {
				mutual += c / total * math.Log(c*total/(a[i]*b[j]))
			}
		}
		if a[i] > 0 {
			ha -= a[i] / total * math.Log(a[i]/total)
		}
		if b[i] > 0 {
			hb -= b[i] / total * math.Log(b[i]/total)
		}
	}
	match := hungarian(table)
	right := 0.0
	for i, j := range match {
		right += table[i][j]
	}
	return right / total, 2 * mutual / (ha + hb)
}

// hungarian maximises the sum of a square table (Jonker's shortest paths).
func hungarian(gain [][]float64) []int {
	n := len(gain)
	u, v := make([]float64, n+1), make([]float64, n+1)
	p, way := make([]int, n+1), make([]int, n+1)
	for i := 1; i <= n; i++ {
		p[0] = i
		j0 := 0
		least := make([]float64, n+1)
		used := make([]bool, n+1)
		for j := range least {
			least[j] = math.Inf(1)
		}
		for {
			used[j0] = true
			i0, delta, j1 := p[j0], math.Inf(1), 0
			for j := 1; j <= n; j++ {
				if used[j] {
					continue
				}
				if c := -gain[i0-1][j-1] - u[i0] - v[j]; c < least[j] {
					least[j], way[j] = c, j0
				}
				if least[j] < delta {
					delta, j1 = least[j], j
				}
			}
			for j := 0; j <= n; j++ {
				if used[j] {
					u[p[j]] += delta
					v[j] -= delta
				} else {
					least[j] -= delta
				}
			}
			if j0 = j1; p[j0] == 0 {
				break
			}
		}
		for j0 != 0 {
			p[j0] = p[way[j0]]
			j0 = way[j0]
		}
	}
	match := make([]int, n)
	for j := 1; j <= n; j++ {
		match[p[j]-1] = j - 1
	}
	return match
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
				a, n := agreement(clustersOf(r), truth)
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
		accuracy, _ := agreement(of, classes)
		return accuracy
	}
	t.Logf("accuracy of the other ideas: %.3f, before %.3f", rest(r), rest(cold))
	if rest(r) < 0.85 {
		t.Errorf("accuracy of the other ideas %.3f, want 0.85; before it was %.3f", rest(r), rest(cold))
	}
}

// barcelona reads the citizens' proposals of Barcelona's action plan with
// their subcategories.
func barcelona(t testing.TB) (documents []Document, classes []int32, k int) {
	t.Helper()
	f, err := os.Open(filepath.Join(dataFolder(), "proposals", "decidim-barcelona-pam-2016", "proposals.csv"))
	if err != nil {
		t.Skipf("the proposals of Barcelona are not here (set VECHE_DATA to the data folder): %v", err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	column := func(name string) int { return slices.Index(rows[0], name) }
	number := map[string]int32{}
	for _, row := range rows[1:] {
		if row[column("source")] != "citizen" {
			continue
		}
		class := row[column("subcategory")]
		if _, ok := number[class]; !ok {
			number[class] = int32(len(number))
		}
		classes = append(classes, number[class])
		documents = append(documents, Document{ID: row[column("id")], Text: row[column("title")] + ". " + row[column("summary")]})
	}
	return documents, classes, len(number)
}
