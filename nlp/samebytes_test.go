package nlp

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"flag"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files anew")

// digestOf is a digest over everything that a run promises, floats by their
// bits, assignments by id.
func digestOf(r *Result) string {
	h := sha256.New()
	list := slices.Clone(r.Assignments)
	slices.SortFunc(list, func(a, b Assignment) int { return strings.Compare(a.ID, b.ID) })
	for _, a := range list {
		fmt.Fprintf(h, "%q %d %x %x %q %v\n", a.ID, a.Cluster, math.Float64bits(a.Score), math.Float64bits(a.Margin), a.DuplicateOf, a.Check)
	}
	for _, c := range r.Clusters {
		fmt.Fprintf(h, "%d %q %q %q %d %x %q %x %v %x %x %d\n", c.ID, c.Lang, c.Label, c.Alternatives, c.Size, math.Float64bits(c.Share), c.Representatives, math.Float64bits(c.Cohesion), c.Continues, math.Float64bits(c.Map[0]), math.Float64bits(c.Map[1]), c.Group)
	}
	for _, n := range r.Tree.Nodes {
		fmt.Fprintf(h, "%v %d %d %q %q %q\n", n.Joins, n.Cluster, n.Size, n.Label, n.Alternatives, n.Representatives)
	}
	for _, a := range list {
		fmt.Fprintln(h, a.Part)
	}
	for _, g := range r.Model.groups {
		_ = binary.Write(h, binary.LittleEndian, g.middle.data) // a hash takes everything
	}
	return hex.EncodeToString(h.Sum(nil))
}

// sameBytesRuns are runs that together pass through every stage.
func sameBytesRuns(t testing.TB) []string {
	t.Helper()
	var lines []string
	for _, c := range []struct {
		name string
		n    int
		lang string
		k    int
	}{{"few", 40, "", 0}, {"two languages in one group", 160, "", 0}, {"one language", 700, "en", 0}, {"a language each", 2400, "", 20}} {
		documents, _ := madeIdeas(c.n, 11, c.lang)
		r, err := Cluster(context.Background(), documents, Options{Clusters: c.k, Seed: "same bytes"})
		if err != nil {
			t.Fatal(err)
		}
		warm := Options{Seed: "same bytes", NounPhrases: r.NounPhrases}
		for _, a := range r.Assignments[:len(r.Assignments)/2] {
			warm.Previous = append(warm.Previous, Placed{a.ID, a.Cluster})
		}
		warm.Held = []Placed{{documents[0].ID, 1}, {documents[1].ID, 2}, {documents[2].ID, 999}}
		w, err := Cluster(context.Background(), documents, warm)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, fmt.Sprintf("%s: %s warm %s\n", c.name, digestOf(r), digestOf(w)))
	}
	return lines
}

// TestSameBytes compares with digests that are the same on every machine:
// amd64 at any level, arm64, 386, whatever GOMAXPROCS.
func TestSameBytes(t *testing.T) {
	notUnderRace(t)
	golden := filepath.Join("testdata", "samebytes.golden")
	got := strings.Join(sameBytesRuns(t), "")
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("on %s with GOMAXPROCS %d the result has other bytes:\n%swant\n%s(go test -run SameBytes -update after a change that is meant to change results)", runtime.GOARCH, runtime.GOMAXPROCS(0), got, want)
	}
}

func TestProcessorsChangeNothing(t *testing.T) {
	if slow { // still with several goroutines in every stage
		documents, _ := madeIdeas(420, 11, "")
		if _, err := Cluster(context.Background(), documents, Options{}); err != nil {
			t.Fatal(err)
		}
		return
	}
	before := runtime.GOMAXPROCS(1)
	defer runtime.GOMAXPROCS(before)
	one := sameBytesRuns(t)
	runtime.GOMAXPROCS(4)
	if four := sameBytesRuns(t); !slices.Equal(one, four) {
		t.Errorf("one processor gives %q, four give %q", one, four)
	}
}

func TestOrderChangesNothing(t *testing.T) {
	for _, n := range []int{30, 800} {
		if slow {
			n = min(n, 160)
		}
		documents, _ := madeIdeas(n, 3, "")
		r, err := Cluster(context.Background(), documents, Options{Seed: "order"})
		if err != nil {
			t.Fatal(err)
		}
		for seed := range uint64(3) {
			s, err := Cluster(context.Background(), shuffled(documents, seed), Options{Seed: "order", NounPhrases: r.NounPhrases})
			if err != nil {
				t.Fatal(err)
			}
			if digestOf(r) != digestOf(s) {
				t.Errorf("%d ideas in another order give another result", n)
			}
		}
	}
}

// TestNoFusedArithmetic looks at the machine code for arm64, where the
// compiler may fuse a product with a sum and so skip a rounding.
func TestNoFusedArithmetic(t *testing.T) {
	if os.Getenv("VECHE_CROSS") == "" {
		t.Skip("set VECHE_CROSS=1 to compile for arm64, a minute the first time")
	}
	command := exec.Command("go", "build", "-gcflags=-S", ".")
	command.Env = append(os.Environ(), "GOARCH=arm64", "GOOS=linux", "CGO_ENABLED=0")
	listing, err := command.CombinedOutput()
	if err != nil {
		t.Skipf("no compiler for arm64 here: %v", err)
	}
	for line := range bytes.Lines(listing) {
		for _, fused := range []string{"FMADDD", "FMADDS", "FMSUBD", "FMSUBS", "FNMADDD", "FNMADDS", "FNMSUBD", "FNMSUBS"} {
			if bytes.Contains(line, []byte("\t"+fused+"\t")) {
				t.Errorf("a fused operation: %s", bytes.TrimSpace(line))
			}
		}
	}
}
