package server

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// What names a test in a table of promises: a function of Go, a suite of the
// browser or a script of the command line.
var testName = regexp.MustCompile(`\b(?:(?:Test|Fuzz|Benchmark)[A-Z]\w*|e2e/[\w-]+\.test\.mjs|[\w-]+\.txtar)`)

// testsThere are the names of every test in the tree.
func testsThere(t *testing.T) map[string]bool {
	t.Helper()
	function := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz|Benchmark)[A-Z]\w*)\(`)
	there := map[string]bool{}
	for _, root := range []string{".", "../cmd", "../selection", "../nlp", "../frontend/e2e"} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			switch name := d.Name(); {
			case strings.HasSuffix(name, ".txtar"):
				there[name] = true
			case strings.HasSuffix(name, ".test.mjs"):
				there["e2e/"+name] = true
			case strings.HasSuffix(name, "_test.go"):
				b, err := os.ReadFile(path)
				if err != nil {
					return err
				}
				for _, f := range function.FindAllSubmatch(b, -1) {
					there[string(f[1])] = true
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return there
}

// Every test that a table of promises names is there, and what the page for the
// public says is held by a test that a table names too.
func TestPromisesAreHeldByTests(t *testing.T) {
	there := testsThere(t)
	if len(there) < 500 {
		t.Fatalf("only %d tests were found", len(there))
	}
	var tabled []string
	for _, file := range []string{"doc.go", "identity/doc.go", "privacy/doc.go", "audit/doc.go", "../selection/doc.go", "../frontend/src/lib/trust.ts"} {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		names := testName.FindAllString(string(b), -1)
		for _, name := range names {
			if !there[name] {
				t.Errorf("%s promises by %s, which is not there", file, name)
			}
		}
		if strings.HasSuffix(file, ".ts") {
			if len(names) < 30 {
				t.Errorf("%s names only %d tests", file, len(names))
			}
			for _, name := range names {
				if !slices.Contains(tabled, name) {
					t.Errorf("the page promises by %s, which no table of a doc.go names", name)
				}
			}
		}
		tabled = append(tabled, names...)
	}
}
