package analysis_test

import (
	"bytes"
	"testing"

	"veche/server/analysis"
	"veche/server/analysis/rehearsal"
)

// parsers read the results; each must take what was written and nothing else.
var parsers = []func([]byte) error{
	func(b []byte) error { _, err := analysis.ParseDraw(b); return err },
	func(b []byte) error { _, err := analysis.ParseRoll(b); return err },
	func(b []byte) error { _, err := analysis.ParseTables(b); return err },
	func(b []byte) error { _, err := analysis.ParseCluster(b); return err },
	func(b []byte) error { _, err := analysis.ParseTally(b); return err },
	func(b []byte) error { _, err := analysis.ParseCommitment(b); return err },
}

func results(tb testing.TB) [][]byte {
	p := rehearsal.Whole(tb)
	draw, err := analysis.ParseDraw(p.Blobs[p.State.Rounds[0].Result])
	if err != nil {
		tb.Fatal(err)
	}
	var list [][]byte
	for _, d := range [][32]byte{p.State.Rounds[0].Result, draw.Roll, p.State.Seating[0].Result, p.State.Board.Result, p.State.Tallies[0].Result, p.State.Commitments[0].Result} {
		list = append(list, p.Blobs[d])
	}
	return list
}

func TestResultsAreReadOnlyAsWritten(t *testing.T) {
	for i, b := range results(t) {
		if err := parsers[i](b); err != nil {
			t.Errorf("parser %d: %v", i, err)
		}
		for j, parse := range parsers {
			if i != j && parse(b) == nil {
				t.Errorf("parser %d reads the result of parser %d", j, i)
			}
		}
		if i == 4 {
			continue // the tally's own form is checked by its digest alone
		}
		for _, other := range [][]byte{append(bytes.Clone(b), ' '), append(bytes.Clone(b), b...), renumbered(b), b[:len(b)-1], nil} {
			if parsers[i](other) == nil {
				t.Errorf("parser %d reads %.60q…", i, other)
			}
		}
	}
}

// renumbered is a result of a schema of the future.
func renumbered(b []byte) []byte {
	for _, name := range []string{`{"schema":`, `{"version":`, "veche roll "} {
		if rest, ok := bytes.CutPrefix(b, []byte(name)); ok {
			return append([]byte(name+"9"), rest[1:]...)
		}
	}
	return nil
}

func FuzzResults(f *testing.F) {
	for i, b := range results(f) {
		f.Add(uint8(i), b)
	}
	f.Fuzz(func(_ *testing.T, which uint8, b []byte) {
		_ = parsers[int(which)%len(parsers)](b) // must answer, not panic
	})
}
