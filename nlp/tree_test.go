package nlp

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// clustersAt are the clusters of the ideas in a cut: its places, −1 unsorted.
func clustersAt(r *Result, n int, bound []int) []int32 {
	at := make([]int32, r.Tree.Parts+1)
	at[0] = -1
	for i, c := range r.Tree.Cut(n, bound) {
		for _, p := range c.Parts {
			at[p] = int32(i)
		}
	}
	of := make([]int32, len(r.Assignments))
	for i, a := range r.Assignments {
		of[i] = at[a.Part]
	}
	return of
}

func TestCutsNest(t *testing.T) {
	for _, n := range []int{3, 40, 160, 700} {
		documents, _ := madeIdeas(n, 5, "")
		r, err := Cluster(context.Background(), documents, Options{})
		if err != nil {
			t.Fatal(err)
		}
		k := len(r.Clusters)
		if AdjustedRand(clustersOf(r), clustersAt(r, k, nil)) != 1 {
			t.Errorf("%d ideas: the cut at %d clusters is not the run's", n, k)
		}
		for _, c := range r.Tree.Cut(k, nil) {
			if c.Number == 0 || len(c.From) != 1 || c.Node == 0 || r.Tree.Nodes[c.Node-1].Cluster != c.Number {
				t.Errorf("%d ideas: %+v is not a cluster of the run", n, c)
			}
		}
		coarser := r.Tree.Cut(1, nil)
		for want := len(coarser); want <= r.Tree.Parts; want++ {
			cut := r.Tree.Cut(want, nil)
			if len(cut) != want {
				t.Fatalf("%d ideas: %d clusters, want %d", n, len(cut), want)
			}
			size, numbers := 0, map[int]bool{}
			for _, c := range cut {
				size += c.Size
				inside := slices.ContainsFunc(coarser, func(o CutCluster) bool {
					return !slices.ContainsFunc(c.Parts, func(p int) bool { return !slices.Contains(o.Parts, p) })
				})
				if !inside || c.Node == 0 || r.Tree.Nodes[c.Node-1].Label == "" || c.Size != r.Tree.Nodes[c.Node-1].Size {
					t.Fatalf("%d ideas: %+v of %d is in none of %d, or has no name", n, c, want, want-1)
				}
				if c.Number > 0 && numbers[c.Number] {
					t.Fatalf("%d ideas cut into %d: two clusters keep the number %d", n, want, c.Number)
				}
				numbers[c.Number] = true
			}
			if size != n {
				t.Fatalf("%d of %d ideas are in a cut into %d", size, n, want)
			}
			coarser = cut
		}
	}
}

// TestTreeShowsWhatACutGives: what a cut of the kept tree shows is what a run
// with that number gives.
func TestTreeShowsWhatACutGives(t *testing.T) {
	for _, n := range []int{40, 160, 700} {
		documents, _ := madeIdeas(n, 5, "")
		r, err := Cluster(context.Background(), documents, Options{Seed: "one"})
		if err != nil {
			t.Fatal(err)
		}
		o := Options{Seed: "another"}
		for _, a := range r.Assignments {
			o.Previous = append(o.Previous, Placed{a.ID, a.Cluster})
		}
		for _, bound := range [][]int{nil, {1}, {2, 3}} {
			o.Keep = bound
			for _, k := range []int{max(1, len(r.Clusters)-2), len(r.Clusters) + 3} {
				o.Clusters = k
				second, err := Cluster(context.Background(), documents, o)
				if err != nil {
					t.Fatal(err)
				}
				cut := r.Tree.Cut(k, bound)
				found := slices.DeleteFunc(slices.Clone(second.Clusters), func(c ClusterInfo) bool { return c.Size == 0 })
				if len(found) != len(cut) {
					t.Fatalf("%d ideas in %d clusters, the tree shows %d", n, len(found), len(cut))
				}
				at := make([]CutCluster, r.Tree.Parts+1)
				for _, c := range cut {
					for _, p := range c.Parts {
						at[p] = c
					}
				}
				if AdjustedRand(clustersOf(second), clustersAt(r, k, bound)) != 1 {
					t.Errorf("%d ideas in %d clusters are not those that the tree shows", n, k)
				}
				for i, a := range second.Assignments {
					if want := at[r.Assignments[i].Part].Number; want > 0 && a.Cluster != want {
						t.Fatalf("idea %s is in %d, the tree shows %d", a.ID, a.Cluster, want)
					}
				}
				for _, m := range second.Moves {
					if m.Why != MovedByCut {
						t.Errorf("%+v, not by the cut", m)
					}
				}
			}
		}
	}
}

// TestBoundClustersStay: in any made tree, cuts leave bound clusters whole.
func TestBoundClustersStay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		documents, _ := madeIdeas(rapid.SampledFrom([]int{30, 90}).Draw(t, "n"), rapid.Uint64Range(0, 9).Draw(t, "texts"), "")
		r, err := Cluster(context.Background(), documents, Options{NounPhrases: []string{}})
		if err != nil {
			t.Fatal(err)
		}
		var bound []int
		for _, c := range r.Clusters {
			if rapid.Bool().Draw(t, "bound") {
				bound = append(bound, c.ID)
			}
		}
		cut := r.Tree.Cut(rapid.IntRange(0, 40).Draw(t, "clusters"), bound)
		parts := 0
		for _, c := range cut {
			parts += len(c.Parts)
			if slices.ContainsFunc(c.From, func(f int) bool { return slices.Contains(bound, f) }) && len(c.From) > 1 {
				t.Fatalf("%+v joins a bound cluster of %v", c, bound)
			}
			if len(c.From) == 1 && slices.Contains(bound, c.From[0]) && c.Number != c.From[0] {
				t.Fatalf("%+v is a part of a bound cluster of %v", c, bound)
			}
		}
		if parts != r.Tree.Parts {
			t.Fatalf("%d of %d parts", parts, r.Tree.Parts)
		}
	})
}

func TestWriteTree(t *testing.T) {
	r := run1(t, Options{}, "Plant trees along the street", "Trees along our streets", "Night buses", "More night buses", "?")
	var out bytes.Buffer
	if err := WriteTree(&out, r); err != nil {
		t.Fatal(err)
	}
	var back struct {
		Parts int `json:"parts"`
		Nodes []struct {
			Joins []int    `json:"joins"`
			Size  int      `json:"size"`
			Ideas []string `json:"ideas"`
		} `json:"nodes"`
	}
	if err := json.Unmarshal(out.Bytes(), &back); err != nil {
		t.Fatal(err)
	}
	ideas := 0
	for i, n := range back.Nodes {
		ideas += len(n.Ideas)
		if i < back.Parts != (len(n.Joins) == 0) || i < back.Parts && len(n.Ideas) != n.Size {
			t.Errorf("node %d: %+v", i+1, n)
		}
	}
	if back.Parts != r.Tree.Parts || ideas != 4 {
		t.Errorf("%d parts with %d ideas, want %d and 4: %s", back.Parts, ideas, r.Tree.Parts, out.String())
	}
}
