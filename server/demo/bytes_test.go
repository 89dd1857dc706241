package demo

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"flag"
	"os"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files anew")

// One seed gives one city and one set of votes, on every machine.
func TestSameBytesDemo(t *testing.T) {
	h := sha256.New()
	seed := seedOf(1)
	people := People(seed, Applicants)
	for _, l := range []Lang{Russian, English} {
		if err := WritePeople(h, l, people); err != nil {
			t.Fatal(err)
		}
		if err := WriteQuotas(h, l, Quotas(500)); err != nil {
			t.Fatal(err)
		}
	}
	// The texts may be edited without a new digest, so fixed items stand
	// in for theirs.
	items := make([]Item, 100)
	for i := range items {
		items[i] = Item{Stance: float64(i%21-10) / 10, Quality: float64(i) / 100}
	}
	v := Opinions(seed, 500, items)
	for _, column := range []any{v.Ballot, v.Item, v.Value, v.Group} {
		if err := binary.Write(h, binary.LittleEndian, column); err != nil {
			t.Fatal(err)
		}
	}
	got := []byte(hex.EncodeToString(h.Sum(nil)) + "\n")
	const golden = "testdata/digest.txt"
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("digest %s, want %s: run with -update if the change is meant", bytes.TrimSpace(got), bytes.TrimSpace(want))
	}
}
