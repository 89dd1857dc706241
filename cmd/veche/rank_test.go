package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// Wrong use ends with 2, what could not be done with 1; each in one line.
func TestRankExitCodes(t *testing.T) {
	empty := t.TempDir()
	for _, c := range []struct {
		args string
		want int
	}{
		{"rank", exitUsage},
		{"rank --out " + empty, exitUsage},
		{"rank --polis x --votes y --out " + empty, exitUsage},
		{"rank --votes y --out " + empty, exitUsage},
		{"rank --polis x --ideas y --out " + empty, exitUsage},
		{"rank --polis x --groups theirs --out " + empty, exitUsage},
		{"rank --votes x --ideas y --groups given --out " + empty, exitUsage},
		{"rank --polis x --lang xx --out " + empty, exitUsage},
		{"rank --polis x --resamples -1 --out " + empty, exitUsage},
		{"rank --polis x --no-such-flag", exitUsage},
		{"rank argument", exitUsage},
		{"rank --polis " + empty + " --out " + empty, exitFail},
		{"rank --polis " + empty + "/none --out " + empty, exitFail},
	} {
		var stdout, stderr bytes.Buffer
		if got := run(context.Background(), strings.Fields(c.args), strings.NewReader(""), &stdout, &stderr); got != c.want {
			t.Errorf("veche %s: exit %d, want %d", c.args, got, c.want)
		}
		if stdout.Len() > 0 || strings.Count(stderr.String(), "\n") != 1 {
			t.Errorf("veche %s: stdout %q, stderr %q: want one line on stderr", c.args, &stdout, &stderr)
		}
	}
}

// readColumns reads a CSV file as rows by column name.
func readColumns(t *testing.T, path string) (rows []map[string]string) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, name := range lines[0] {
			row[name] = line[i]
		}
		rows = append(rows, row)
	}
	return rows
}

// The written file holds Polis's own consensus, to 1e-12 on all 371 statements.
func TestRankReproducesPolisConsensus(t *testing.T) {
	data := os.Getenv("VECHE_DATA")
	if data == "" {
		data = filepath.Join("..", "..", "..", "shared", "data")
	}
	folder := filepath.Join(data, "polis", "bg2050-volunteers")
	if _, err := os.Stat(folder); err != nil {
		t.Skipf("no data at %s: set VECHE_DATA to the folder that holds it", folder)
	}
	out := t.TempDir()
	var stdout, stderr bytes.Buffer
	if code := run(context.Background(), []string{"rank", "--polis", folder, "--groups", "given", "--out", out}, strings.NewReader(""), &stdout, &stderr); code != exitDone {
		t.Fatalf("exit %d: %s", code, &stderr)
	}
	want := map[string]string{}
	for _, row := range readColumns(t, filepath.Join(folder, "comments.csv")) {
		want[row["comment-id"]] = row["group-informed-consensus"]
	}
	got := readColumns(t, filepath.Join(out, "ranking.csv"))
	if len(got) != 371 {
		t.Fatalf("%d rows, want 371", len(got))
	}
	for _, row := range got {
		ours, err := strconv.ParseFloat(row["group_consensus"], 64)
		if err != nil {
			t.Fatal(err)
		}
		theirs, err := strconv.ParseFloat(want[row["comment-id"]], 64)
		if err != nil {
			t.Fatal(err)
		}
		if !(math.Abs(ours-theirs) <= 1e-12) {
			t.Errorf("statement %s: %v, Polis has %v", row["comment-id"], ours, theirs)
		}
	}
}
