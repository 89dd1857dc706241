package nlp

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

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

func TestExplore(t *testing.T) {
	if os.Getenv("EXPLORE") == "" {
		t.Skip()
	}
	for _, name := range strings.Fields(os.Getenv("EXPLORE")) {
		documents, truth, k := labelled(t, name)
		if os.Getenv("AUTO") != "" {
			k = 0
		}
		seeds := 1
		fmt.Sscan(os.Getenv("SEEDS"), &seeds)
		if seeds > 1 {
			var sum [3]float64
			low := 1.0
			for s := range seeds {
				r, err := Cluster(context.Background(), documents, Options{Clusters: k, Seed: strconv.Itoa(s), NounPhrases: []string{}})
				if err != nil {
					t.Fatal(err)
				}
				acc, nmi := agreement(clustersOf(r), truth)
				sum[0] += acc
				sum[1] += nmi
				sum[2] += AdjustedRand(clustersOf(r), truth)
				low = min(low, acc)
			}
			n := float64(seeds)
			fmt.Printf("%s k=%d ACC %.3f (low %.3f) NMI %.3f ARI %.3f\n", name, k, sum[0]/n, low, sum[1]/n, sum[2]/n)
			continue
		}
		start := time.Now()
		last := start
		var stages []string
		r, err := Cluster(context.Background(), documents, Options{Clusters: k, Lang: "", Progress: func(s string) {
			stages = append(stages, fmt.Sprintf("%.2f|%s", time.Since(last).Seconds(), s))
			last = time.Now()
		}})
		if err != nil {
			t.Fatal(err)
		}
		acc, nmi := agreement(clustersOf(r), truth)
		fmt.Printf("%s k=%d/%d ACC %.3f NMI %.3f ARI %.3f in %.2fs %v\n", name, k, len(r.Clusters), acc, nmi, AdjustedRand(clustersOf(r), truth), time.Since(start).Seconds(), stages)
		if os.Getenv("SHOW") != "" {
			for _, c := range r.Clusters {
				fmt.Printf("  %d %s %d %.2f %q %q\n", c.ID, c.Lang, c.Size, c.Cohesion, c.Label, c.Alternatives)
			}
		}
	}
}

func TestExploreSmall(t *testing.T) {
	if os.Getenv("SMALL") == "" {
		t.Skip()
	}
	for _, name := range strings.Fields(os.Getenv("SMALL")) {
		documents, truth, _ := labelled(t, name)
		for _, n := range []int{12, 30, 60, 90, 150, 300, 600, 1500} {
			var acc, nmi, ari, kk, tt float64
			const runs = 4
			for seed := range runs {
				r := random{uint64(seed) + 77}
				var ds []Document
				var tr []int32
				seen := map[int]bool{}
				kinds := map[int32]bool{}
				for len(ds) < min(n, len(documents)*9/10) {
					i := r.below(len(documents))
					if !seen[i] {
						seen[i] = true
						ds = append(ds, documents[i])
						tr = append(tr, truth[i])
						kinds[truth[i]] = true
					}
				}
				k := 0
				if os.Getenv("AUTO") == "" {
					k = len(kinds)
				}
				res, err := Cluster(context.Background(), ds, Options{Clusters: k})
				if err != nil {
					t.Fatal(err)
				}
				a, b := agreement(clustersOf(res), tr)
				acc += a / runs
				nmi += b / runs
				ari += AdjustedRand(clustersOf(res), tr) / runs
				kk += float64(len(res.Clusters)) / runs
				tt += float64(len(kinds)) / runs
			}
			fmt.Printf("%s n=%d true %.1f k %.1f ACC %.3f NMI %.3f ARI %.3f\n", name, n, tt, kk, acc, nmi, ari)
		}
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
