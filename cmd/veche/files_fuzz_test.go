package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"veche/selection"
)

// Files that a person may give the command line: whatever is in them, they are
// read or refused in words.
func FuzzGivenFiles(f *testing.F) {
	f.Add([]byte(`{"salt":"00","row":{}}`))
	f.Add([]byte(`{"commitment":{"root":"00"}}` + "\n{}"))
	f.Add([]byte("PK\x03\x04"))
	f.Add([]byte("id,probability\n1,0.5\n2,NaN\n"))
	f.Add([]byte("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"))
	f.Add([]byte(strings.Repeat("0f", 32) + "\n"))
	pool, err := selection.ReadPeople(strings.NewReader("id,sex\n1,w\n2,m\n"), nil, selection.PeopleOptions{})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		dir := t.TempDir()
		plain, packed := filepath.Join(dir, "file"), filepath.Join(dir, "file.gz")
		for _, path := range []string{plain, packed, filepath.Join(dir, "codes.key"), filepath.Join(dir, "codes.csv")} {
			if err := os.WriteFile(path, b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		told := func(what string, err error) {
			if err != nil && strings.TrimSpace(err.Error()) == "" {
				t.Fatalf("%s: refused without words", what)
			}
		}
		kind, whole, err := sniff(bytes.NewReader(b))
		told("sniff", err)
		if err == nil {
			if back, err := io.ReadAll(whole); err != nil || !bytes.Equal(back, b) {
				t.Fatalf("%s is given back as %q: %v", kind, back, err)
			}
		}
		told("receipts", new(verifying).receipts(new(cobra.Command), bytes.NewReader(b)))
		_, err = readMailingProof(plain)
		told("mailing proof", err)
		_, err = readChances(plain, pool)
		told("chances", err)
		_, err = (&mailing{key: plain}).codeKey()
		told("key", err)
		_, err = readMailing(dir, true)
		told("codes", err)
		_, err = readRankFile(packed, func(_ string, r io.Reader) (int64, error) { return io.Copy(io.Discard, io.LimitReader(r, 1<<20)) })
		told("packed", err)
		text := string(b)
		_, err = parseTime("--at", text)
		told("time", err)
		_, err = (&ceremony{beaconRound: text, beaconChain: "quicknet"}).promisedRound()
		told("round", err)
		_, _, err = (&seating{sizes: text, size: 2}).bounds(false)
		told("sizes", err)
	})
}
