package analysis_test

import (
	"bytes"
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"

	"veche/server/analysis"
	"veche/server/topic"
)

// hall is a topic in which n people accepted a seat; answer gives each sessions
// and languages.
func hall(t *testing.T, n int, answer func(i int) (sessions, languages []string)) (*topic.State, map[uint64]analysis.Text) {
	t.Helper()
	s := topic.NewState()
	s.Settings = topic.Settings{TableSize: 10, TableRounds: 3, Form: topic.Form{
		Features: []topic.Feature{{Name: "sex", Options: []string{"female", "male"}}},
		Sessions: []string{"monday", "tuesday"}, Languages: []string{"en", "ru"},
	}}
	rows := map[uint64]analysis.Text{}
	for i := range n {
		sessions, languages := answer(i)
		row, err := s.Settings.Form.NewRow(map[string]string{"sex": []string{"female", "male"}[i%2]}, nil, sessions, languages, "")
		if err != nil {
			t.Fatal(err)
		}
		text := analysis.Text{Salt: [topic.SaltSize]byte{byte(i), 1}, Body: row.Bytes()}
		rows[uint64(i+1)] = text
		s.Applications = append(s.Applications, topic.Application{Row: topic.DigestOf(text.Salt, text.Body), Status: topic.ApplicationOpen, Seat: uint32(i + 1)})
		s.Seats = append(s.Seats, topic.Seat{Application: uint64(i + 1), Status: topic.SeatAccepted})
	}
	return s, rows
}

// Everyone sits in a session and a language that they gave, pairs hold in every
// round, and the result names the pairs by a digest only.
func TestTablesWithin(t *testing.T) {
	s, rows := hall(t, 45, func(i int) ([]string, []string) {
		switch {
		case i < 20:
			return []string{"monday"}, []string{"en"}
		case i < 30:
			return []string{"tuesday"}, []string{"en", "ru"}
		case i < 43:
			return []string{"tuesday"}, []string{"ru"}
		default:
			return []string{"monday"}, []string{"ru"} // too few for a table
		}
	})
	pairs := analysis.NewPairs("a salt", [][2]uint32{{1, 2}}, [][2]uint32{{3, 4}})
	event, blobs, err := analysis.Tables(context.Background(), s, rows, "seed", pairs)
	if err != nil {
		t.Fatal(err)
	}
	if !event.Sound() || event.Rounds != 3 || len(event.Seats) != 3*45 {
		t.Fatalf("%+v", event)
	}
	if want := []topic.TableGroup{{Session: 1, Language: 1, Tables: 2}, {Session: 2, Language: 2, Tables: 3}}; !reflect.DeepEqual(event.Groups, want) {
		t.Errorf("groups %v, want %v", event.Groups, want)
	}
	for round := range 3 {
		at := event.Seats[round*45:][:45]
		for seat, table := range at {
			switch {
			case seat < 20 && (table < 1 || table > 2), seat >= 20 && seat < 43 && table < 3, seat >= 43 && table != 0:
				t.Errorf("round %d: seat %d is at table %d", round+1, seat+1, table)
			}
		}
		if at[0] != at[1] || at[2] == at[3] {
			t.Errorf("round %d: pairs at tables %v", round+1, at[:4])
		}
	}
	result, err := analysis.ParseTables(blobs[0])
	if err != nil {
		t.Fatal(err)
	}
	if result.Report.Unplaced != 2 || len(result.Report.Groups) != 2 || result.Report.Groups[1].Language != "ru" || result.Report.Together != 1 {
		t.Errorf("%+v", result.Report)
	}
	if len(blobs) != 2 || analysis.Digest(blobs[1]) != topic.Digest(*result.Pairs) || bytes.Contains(blobs[0], []byte("salt")) {
		t.Errorf("%d blobs, pairs %v", len(blobs), result.Pairs)
	}
	kept, err := analysis.ParsePairs(blobs[1])
	if err != nil || !reflect.DeepEqual(kept, pairs) {
		t.Errorf("pairs %+v: %v", kept, err)
	}
	again, more, err := analysis.Tables(context.Background(), s, rows, "seed", kept)
	if err != nil || !reflect.DeepEqual(again, event) || !reflect.DeepEqual(more, blobs) {
		t.Errorf("not the same again: %v", err)
	}
}

// Pairs that can't be are refused with the numbers of the seats.
func TestTablesRefused(t *testing.T) {
	s, rows := hall(t, 20, func(i int) ([]string, []string) {
		return []string{s2(i < 10, "monday", "tuesday")}, []string{"en"}
	})
	s.Seats[19].Status = topic.SeatInvited
	for _, c := range []struct {
		together, apart [2]uint32
		want            string
		code            topic.Code
	}{
		{[2]uint32{1, 2}, [2]uint32{2, 1}, "are to sit together and apart", topic.CodeContradiction},
		{[2]uint32{1, 11}, [2]uint32{3, 4}, "stay together, but no session suits them all", topic.CodeContradiction},
		{[2]uint32{1, 20}, [2]uint32{3, 4}, "nobody has accepted seat 20, so it can't be in a pair", topic.CodeConflict},
		{[2]uint32{1, 2}, [2]uint32{3, 4}, " are to sit apart, but there is one table only", topic.CodeContradiction},
	} {
		_, _, err := analysis.Tables(context.Background(), s, rows, "seed", analysis.NewPairs("a salt", [][2]uint32{c.together}, [][2]uint32{c.apart}))
		var fault *topic.Fault
		if !errors.As(err, &fault) || fault.Code != c.code || !strings.Contains(fault.Detail, c.want) || !strings.Contains(fault.Detail, "seat ") {
			t.Errorf("%v, %v: %v; want %s", c.together, c.apart, err, c.want)
		}
	}
}

func s2(is bool, a, b string) string {
	if is {
		return a
	}
	return b
}

// Where the rules of the draw name sessions and languages, tables are held in
// those only, numbered as in the form.
func TestTablesKeepToTheRules(t *testing.T) {
	s, rows := hall(t, 40, func(i int) ([]string, []string) { return []string{"monday", "tuesday"}, []string{"en", "ru"} })
	s.Settings.Draw.Sessions, s.Settings.Draw.Languages = []string{"tuesday"}, []string{"ru"}
	event, blobs, err := analysis.Tables(context.Background(), s, rows, "seed", nil)
	if err != nil {
		t.Fatal(err)
	}
	if want := []topic.TableGroup{{Session: 2, Language: 2, Tables: 4}}; !reflect.DeepEqual(event.Groups, want) {
		t.Errorf("groups %v, want %v", event.Groups, want)
	}
	if bytes.Contains(blobs[0], []byte("monday")) {
		t.Errorf("the result tells of another session: %s", blobs[0])
	}
}
