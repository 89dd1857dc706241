package tally_test

import (
	"bytes"
	"crypto/sha256"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"veche/server/tally"
	"veche/server/tally/sample"
)

var update = flag.Bool("update", false, "write testdata/bytes.golden anew")

// TestSameBytes compares results with digests that every machine must give:
// amd64 at any GOAMD64 level, 386, arm64, any GOMAXPROCS.
func TestSameBytes(t *testing.T) {
	if raced {
		t.Skip("the race detector changes no byte, only the time")
	}
	var lines strings.Builder
	digest := func(name string, r *tally.Ranking) {
		fmt.Fprintf(&lines, "%s %x\n", name, sha256.Sum256(encoded(t, r)))
	}
	for _, size := range []struct{ ballots, items, votes int }{{0, 3, 0}, {12, 9, 60}, {300, 40, 9_000}, {2_000, 150, 100_000}} {
		in := sample.Votes(size.ballots, size.items, size.votes)
		in.Resamples = 20
		digest(fmt.Sprintf("own-%dx%dx%d", size.ballots, size.items, size.votes), rank(t, in))
		in.Given = make([]int32, in.Ballots)
		for b := range in.Given {
			in.Given[b] = int32(b%4) - 1
		}
		digest(fmt.Sprintf("given-%dx%dx%d", size.ballots, size.items, size.votes), rank(t, in))
	}
	golden := filepath.Join("testdata", "bytes.golden")
	if *update {
		if err := os.WriteFile(golden, []byte(lines.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(want, []byte(lines.String())) {
		t.Errorf("on %s, GOMAXPROCS %d:\n%swant\n%s", runtime.GOARCH, runtime.GOMAXPROCS(0), &lines, want)
	}
}
