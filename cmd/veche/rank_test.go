package main

import (
	"bytes"
	"context"
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
