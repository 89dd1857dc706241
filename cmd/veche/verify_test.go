package main

import (
	"os"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"veche/server/analysis/rehearsal"
	"veche/server/audit"
)

// bundleFile is the script command "bundle AUDIENCE FILE": the rehearsed
// topic's bundle.
func bundleFile(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: bundle public|auditor FILE")
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), rehearsal.Whole(failing{ts: ts}).Bundle(audit.Audience(args[0])), 0o600))
}

// flipByte is the script command "flip FILE PART": it changes the byte that lies
// PART hundredths into the file.
func flipByte(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: flip FILE PART")
	}
	part, err := strconv.Atoi(args[1])
	ts.Check(err)
	path := ts.MkAbs(args[0])
	b, err := os.ReadFile(path)
	ts.Check(err)
	b[len(b)*part/100] ^= 1
	ts.Check(os.WriteFile(path, b, 0o600))
}

// failing is a script as far as a rehearsal needs a test: to fail it.
type failing struct {
	testing.TB
	ts *testscript.TestScript
}

func (failing) Helper() {}

func (f failing) Fatal(args ...any) { f.ts.Fatalf("%v", args) }

func (f failing) Fatalf(format string, args ...any) { f.ts.Fatalf(format, args...) }
