package audit_test

import (
	"bytes"
	"strings"
	"testing"

	"veche/server/audit"
)

const pairVotes = "ballot,item,vote,day\n" + ballotA + ",1,agree,2026-03-01\n" + ballotB + ",1,agree,2026-03-01\n"

const (
	ballotA = "0a000000000000000000000000000000"
	ballotB = "0b000000000000000000000000000000"
	pairsAt = "ballot,first,second,better,day\n"
)

func readPairs(tb testing.TB, file string) (*audit.Votes, error) {
	tb.Helper()
	v, err := audit.ReadVotes(strings.NewReader(pairVotes), 3)
	if err != nil {
		tb.Fatal(err)
	}
	return v, v.ReadPairs(strings.NewReader(file), 3)
}

func TestPairsThatAreNotInForm(t *testing.T) {
	for name, file := range map[string]string{
		"no header":         ballotA + ",1,2,1,2026-03-01\n",
		"a column less":     pairsAt + ballotA + ",1,2,1\n",
		"big digits":        pairsAt + strings.ToUpper(ballotA) + ",1,2,1,2026-03-01\n",
		"no such ballot":    pairsAt + "0c" + ballotA[2:] + ",1,2,1,2026-03-01\n",
		"no such item":      pairsAt + ballotA + ",1,4,1,2026-03-01\n",
		"in wrong order":    pairsAt + ballotA + ",2,1,1,2026-03-01\n",
		"a third better":    pairsAt + ballotA + ",1,2,3,2026-03-01\n",
		"no day":            pairsAt + ballotA + ",1,2,1,yesterday\n",
		"ballots turned":    pairsAt + ballotB + ",1,2,1,2026-03-01\n" + ballotA + ",1,2,1,2026-03-01\n",
		"said twice":        pairsAt + ballotA + ",1,2,1,2026-03-01\n" + ballotA + ",1,2,2,2026-03-01\n",
		"items turned":      pairsAt + ballotA + ",1,3,1,2026-03-01\n" + ballotA + ",1,2,2,2026-03-01\n",
		"a leading zero":    pairsAt + ballotA + ",01,2,1,2026-03-01\n",
		"a ballot too long": pairsAt + ballotA + "00,1,2,1,2026-03-01\n",
	} {
		if _, err := readPairs(t, file); err == nil {
			t.Errorf("%s: it was read", name)
		}
	}
}

// What is read is written back to the same bytes.
func FuzzReadPairs(f *testing.F) {
	f.Add(pairsAt + ballotA + ",1,2,1,2026-03-01\n" + ballotA + ",1,3,0,2026-03-02\n" + ballotB + ",2,3,3,2026-03-02\n")
	f.Add(pairsAt)
	f.Fuzz(func(t *testing.T, file string) {
		v, err := readPairs(t, file)
		if err != nil {
			return
		}
		again := v.PairsCSV()
		if len(again) == 0 {
			again = []byte(pairsAt)
		}
		if !strings.HasSuffix(file, "\n") {
			file += "\n"
		}
		if !bytes.Equal(again, []byte(file)) {
			t.Errorf("written back it is\n%s\nnot\n%s", again, file)
		}
	})
}
