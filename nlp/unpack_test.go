package nlp

import (
	"bytes"
	"compress/gzip"
	"io"
	"runtime"
	"strings"
	"testing"
)

// allocated is how many bytes f allocates in all, with what is thrown away at once.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// A file of a megabyte that is made to be a gigabyte, and a row without an end, are
// refused before they fill memory.
func TestBombsOfIdeas(t *testing.T) {
	pack := func(text string, times int) []byte {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		if _, err := io.WriteString(z, strings.Repeat(text, times)); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	const part = 8 << 20
	row, quoted, blank := pack("a", part), pack("\"a\nb\nc\n\",", part/9), pack("\n", part)
	line := pack(`{"text":"A bench"}`+"\n", 1)
	again := func(b []byte) io.Reader { // 1 GiB, in 128 parts as gzip allows
		return bytes.NewReader(bytes.Repeat(b, 128))
	}
	for _, c := range []struct {
		name, format string
		file         io.Reader
		words        string
		most         uint64 // MiB
	}{
		{"one row of a table", "csv", again(row), "the row is longer", 160},
		{"one line", "jsonl", again(row), "longer than 16 MiB", 160},
		{"one line of tabs", "tsv", again(row), "token too long", 160},
		{"cells in quotes", "csv", again(quoted), "longer", 900},
		{"blank lines", "jsonl", io.MultiReader(bytes.NewReader(line), again(blank)), "packed so tightly", 160},
	} {
		var err error
		held := allocated(func() { _, err = ReadIdeas(c.file, Columns{Format: c.format}) })
		if err == nil || !strings.Contains(err.Error(), c.words) || len(err.Error()) > 1000 {
			t.Errorf("%s: %.300v, want %q", c.name, err, c.words)
		}
		if held > c.most<<20 {
			t.Errorf("%s: %d MiB were allocated, want at most %d", c.name, held>>20, c.most)
		}
		t.Logf("%s: %.1f MiB, %.100v", c.name, float64(held)/(1<<20), err)
	}
}
