package selection_test

import (
	"bytes"
	"reflect"
	"slices"
	"strings"
	"testing"

	"veche/selection"
)

const panelFile = "\ufeffname;age;when;tongue\n" +
	"Ada;young;mon;en\n" +
	"Bo;old;tue; ru ;en\n" +
	"Cy;old;;\n"

func readPanel(t testing.TB, text string) selection.Seating {
	t.Helper()
	s, err := selection.ReadPanel(strings.NewReader(text), selection.PanelOptions{Features: []string{"age"}, Session: "when", Language: "tongue"})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestReadPanel(t *testing.T) {
	s := readPanel(t, strings.ReplaceAll(panelFile, " ru ;en", `" ru ;en"`))
	if s.Pool.Len() != 3 || s.Pool.ID(1) != "Bo" || s.Pool.Value(1, 0) != "old" {
		t.Errorf("%d people", s.Pool.Len())
	}
	if want := (selection.Choice{Options: []string{"mon", "tue"}, Of: [][]int{{0}, {1}, nil}}); !reflect.DeepEqual(s.Sessions, want) {
		t.Errorf("sessions %+v", s.Sessions)
	}
	if want := (selection.Choice{Options: []string{"en", "ru"}, Of: [][]int{{0}, {1, 0}, nil}}); !reflect.DeepEqual(s.Languages, want) {
		t.Errorf("languages %+v", s.Languages)
	}
}

// TestTablesFileErrors: an error names row, column and value.
func TestTablesFileErrors(t *testing.T) {
	s := readPanel(t, "id,age,when,tongue\np1,a,mon,en\np2,b,tue,en\n")
	panel := func(text string) error {
		_, err := selection.ReadPanel(strings.NewReader(text), selection.PanelOptions{Features: []string{"age"}, Session: "when"})
		return err
	}
	pairs := func(text string) error {
		_, err := selection.ReadPairs(strings.NewReader(text), s.Pool)
		return err
	}
	tables := func(text string) error {
		_, err := selection.ReadTables(strings.NewReader(text), s)
		return err
	}
	for _, c := range []struct {
		read func(string) error
		text string
		want string
	}{
		{panel, "id,age\np1,a\n", `row 1, column "when": column "when" is missing: the header has id, age`},
		{panel, "id,age,when\np1,a,mon\np1,b,mon\n", `row 3, column "id": identifier "p1" is in row 2 already`},
		{panel, "id,age,when\n,a,mon\n", `row 2, column "id": the identifier is empty`},
		{panel, "id,age,when\n", `nobody in the file: a row a person is needed`},
		{pairs, "a,b\np1,p9\n", `row 2, column "b": "p9" is not on the panel`},
		{pairs, "a,b\np1,p1\n", `row 2, column "b": "p1" is paired with themself`},
		{pairs, "a\np1\n", `row 1: a row has two identifiers, one in each of two columns`},
		{tables, "id,round,table\n", `row 1, column "seat": column "seat" is missing: the header has id, round, table`},
		{tables, "id,round,table,seat\np1,1,0,1\n", `row 2, column "table": "0" is not a number from 1 to 2`},
		{tables, "id,round,table,seat\np3,1,1,1\n", `row 2, column "id": "p3" is not on the panel`},
		{tables, "id,round,table,seat\np1,1,1,1\np1,1,2,1\n", `row 3, column "id": "p1" has a place in round 1 already`},
		{tables, "id,round,table,seat,session\np1,1,1,1,sun\n", `row 2, column "session": "sun" is none of the panel's: mon, tue`},
		{tables, "id,round,table,seat,session\np1,1,1,1,mon\np2,1,1,2,tue\n", `row 3, column "table": table 1 has another session or language in an earlier row`},
	} {
		if err := c.read(c.text); err == nil || err.Error() != c.want {
			t.Errorf("%q: %v; want %s", c.text, err, c.want)
		}
	}
}

// TestReadPairs: with a header and without one.
func TestReadPairs(t *testing.T) {
	s := readPanel(t, "id,age,when,tongue\np1,a,mon,en\np2,b,tue,en\np3,b,tue,en\n")
	for _, text := range []string{"interpreter,person\np1,p2\np3,p1\n", "p1,p2\np3,p1\n", "p1;p2\n\np3; p1\n"} {
		got, err := selection.ReadPairs(strings.NewReader(text), s.Pool)
		if want := [][2]int{{0, 1}, {2, 0}}; err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
}

// TestTablesRoundTrip: tables.csv gives the seating back.
func TestTablesRoundTrip(t *testing.T) {
	s := seatByHand(t, 10, slices.Concat(times(21, "a,mon,en"), times(9, "b,tue,en"), times(20, "b,tue,ru"), times(2, "b,tue,tt"))...)
	tables, err := selection.Seat(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if err := selection.WriteTables(&file, s, tables); err != nil {
		t.Fatal(err)
	}
	again, err := selection.ReadTables(&file, s)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(again.Places, tables.Places) || again.Count != tables.Count || len(again.Groups) != len(tables.Groups) {
		t.Fatalf("read %d tables in %d groups, wrote %d in %d", again.Count, len(again.Groups), tables.Count, len(tables.Groups))
	}
	for i, g := range again.Groups {
		want := tables.Groups[i]
		if g.Session != want.Session || g.Language != want.Language || g.First != want.First || g.Tables != want.Tables {
			t.Errorf("group %+v, was %+v", g, want)
		}
	}
}

func FuzzReadPanel(f *testing.F) {
	f.Add([]byte("id,age,when,tongue\np1,a,mon;tue,en\n"))
	f.Add([]byte(panelFile))
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := selection.ReadPanel(bytes.NewReader(text), selection.PanelOptions{Features: []string{"age"}, Session: "when", Language: "tongue"})
		if err != nil || s.Pool.Len() > 40 {
			return
		}
		s.TableSize, s.Rounds = 5, 1
		if _, err := selection.Seat(t.Context(), s); err != nil {
			t.Fatalf("a panel that was read can't be seated: %v", err)
		}
	})
}

func FuzzReadTables(f *testing.F) {
	s := readPanel(f, "id,age,when,tongue\np1,a,mon,en\np2,b,tue,en\np3,b,tue,ru\n")
	s.TableSize = 5
	f.Add([]byte("id,round,table,seat,session\np1,1,1,1,mon\np2,1,2,1,tue\n"))
	f.Add([]byte("id,round,table,seat\np1,1,3,1\np3,2,1,1\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		tables, err := selection.ReadTables(bytes.NewReader(text), s)
		if err != nil {
			return
		}
		if _, err := selection.Join(selection.Attendance{Seating: s, Tables: tables, Round: 1, Present: []bool{true, false, true}}); err != nil {
			t.Fatalf("tables that were read can't be joined: %v", err)
		}
	})
}

func FuzzReadPairs(f *testing.F) {
	s := readPanel(f, "id,age,when,tongue\np1,a,mon,en\np2,b,tue,en\np3,b,tue,ru\n")
	f.Add([]byte("a,b\np1,p2\n"))
	f.Add([]byte("p1;p2\np3;p1\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		pairs, err := selection.ReadPairs(bytes.NewReader(text), s.Pool)
		for _, p := range pairs {
			if err == nil && (p[0] == p[1] || min(p[0], p[1]) < 0 || max(p[0], p[1]) > 2) {
				t.Fatalf("pair %v", p)
			}
		}
	})
}
