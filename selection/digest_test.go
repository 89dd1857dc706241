package selection_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"veche/selection"
	"veche/selection/beacon"
	"veche/selection/sample"
)

var update = flag.Bool("update", false, "write golden files anew")

// TestSameBytes compares draws and seatings with committed digests: the same
// input and seed must give the same bytes on every machine.
func TestSameBytes(t *testing.T) {
	if selection.RaceOn {
		t.Skip("runs without the race detector on several machines")
	}
	var lines []string
	add := func(name string, parts ...any) {
		h := sha256.New()
		for _, part := range parts {
			body, err := json.Marshal(part)
			if err != nil {
				t.Fatal(err)
			}
			h.Write(body)
		}
		lines = append(lines, name+" "+hex.EncodeToString(h.Sum(nil)))
	}
	for _, town := range []sample.Town{
		sample.City(6_000, 300),
		{People: 3_000, Seats: 120, Values: []int{2, 4, 5, 3}, Exact: true, Homes: 3, Skew: .8, Seed: 2},
		{People: 400, Seats: 30, Values: []int{2, 4, 5, 3, 6, 3}, Tolerance: .05, Skew: .5, Seed: 3},
	} {
		s := sample.New(town)
		pool, err := s.Pool()
		if err != nil {
			t.Fatal(err)
		}
		roll, err := selection.NewRoll(pool, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, objective := range []selection.Objective{selection.Nash, selection.Maximin} {
			p := selection.Problem{Pool: pool, Quotas: s.Quotas, Size: town.Seats, Objective: objective, Reserves: 20, ByType: town.Homes > 0}
			commitment := prepared(t, &p, roll, selection.Terms{Beacon: beacon.Promise{Kind: beacon.Phrase}}, phrase)
			r, err := selection.Draw(t.Context(), p)
			if err != nil {
				t.Fatal(err)
			}
			proof, err := selection.NewProof(p, roll, r, commitment, phrase)
			if err != nil {
				t.Fatal(err)
			}
			var page bytes.Buffer
			if err := selection.WriteReportHTML(&page, selection.ReportPage{Report: r.Report, Proof: proof}); err != nil {
				t.Fatal(err)
			}
			add(fmt.Sprintf("draw-%d-%d-%s", town.People, town.Seats, objective), r.Selected, r.Reserves, r.Chances, r.Report, proof, page.String())
			if objective == selection.Nash {
				tables, err := selection.Seat(t.Context(), selection.Seating{Pool: pool, People: r.Selected, TableSize: 12, Rounds: 3, Seed: p.Seed})
				if err != nil {
					t.Fatal(err)
				}
				add(fmt.Sprintf("tables-%d-%d", town.People, town.Seats), tables)
			}
		}
	}
	const golden = "testdata/digests.txt"
	got := strings.Join(lines, "\n") + "\n"
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		for _, line := range lines {
			if !slices.Contains(strings.Split(string(want), "\n"), line) {
				t.Errorf("not the committed bytes: %s", line)
			}
		}
		t.Error("run with -update where a change of the result is meant")
	}
}
