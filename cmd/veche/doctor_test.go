package main

import (
	"bytes"
	"os"

	"github.com/rogpeppe/go-internal/testscript"
)

// spoil changes one bit of the words wherever they stand in a file: spoil FILE
// WORDS.
func spoil(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: spoil FILE WORDS")
	}
	path, words := ts.MkAbs(args[0]), []byte(args[1])
	b, err := os.ReadFile(path)
	ts.Check(err)
	if !bytes.Contains(b, words) {
		ts.Fatalf("%s has no %q", args[0], args[1])
	}
	other := bytes.Clone(words)
	other[0] ^= 1
	ts.Check(os.WriteFile(path, bytes.ReplaceAll(b, words, other), 0o600))
}
