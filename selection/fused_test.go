package selection

import (
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// TestNothingFuses compiles the package for arm64, where a*b+c becomes one
// instruction with one rounding unless the product is converted: only exact
// products may be fused, which are those with a power of two.
func TestNothingFuses(t *testing.T) {
	if testing.Short() || RaceOn {
		t.Skip("compiles the package for another machine")
	}
	goTool, err := exec.LookPath("go")
	if err != nil {
		t.Skip("no go tool on the path")
	}
	c := exec.Command(goTool, "build", "-tags", "noasm", "-gcflags=-S", ".")
	c.Env = append(c.Environ(), "GOARCH=arm64", "CGO_ENABLED=0")
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	fused := regexp.MustCompile(`selection/([a-z]+\.go:\d+)\)\s+FN?M(ADD|SUB)`)
	if !strings.Contains(string(out), "FMULD") {
		t.Fatal("the compiler's listing shows no multiplication: the test shows nothing")
	}
	for _, line := range strings.Split(string(out), "\n") {
		if m := fused.FindStringSubmatch(line); m != nil && !strings.HasPrefix(m[1], "search.go") { // unit() is a product with 2^-53
			t.Errorf("%s fuses a product with a sum: write float64(a*b)", m[1])
		}
	}
}
