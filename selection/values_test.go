package selection

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"veche/selection/beacon"
)

// valuesPool is 200 people of the values a and b, a pool that knows others too.
func valuesPool(t *testing.T, others int, more ...Person) *Pool {
	t.Helper()
	values := []string{"a", "b"}
	for k := range others {
		values = append(values, fmt.Sprint("other ", k))
	}
	pool, err := NewPool([]Feature{{Name: "g", Values: values}})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 200 {
		more = append(more, Person{ID: fmt.Sprintf("%03d", i), Values: []uint16{uint16(i % 2)}})
	}
	for _, one := range more {
		if err := pool.Add(one); err != nil {
			t.Fatal(err)
		}
	}
	return pool
}

// Values that nobody has cost nothing and say nothing: tens of thousands of them
// would take hours and all memory.
func TestUnusedValues(t *testing.T) {
	quotas := Quotas{{Feature: "g", Value: "a", Min: 4, Max: 6}}
	want, err := Draw(t.Context(), Problem{Pool: valuesPool(t, 0), Quotas: quotas, Size: 10, ByType: true})
	if err != nil {
		t.Fatal(err)
	}
	many := slices.Clone(quotas)
	for k := range 5000 {
		many = append(many, Quota{Feature: "g", Value: fmt.Sprint("other ", k), Max: 3})
	}
	for name, p := range map[string]Problem{
		"without a quota": {Pool: valuesPool(t, 65_000), Quotas: quotas},
		"with a quota":    {Pool: valuesPool(t, 5000), Quotas: many},
	} {
		p.Size, p.ByType = 10, true
		got, err := Draw(t.Context(), p)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if !slices.Equal(got.Selected, want.Selected) || !slices.Equal(got.Chances, want.Chances) || !got.Report.QuotasMet {
			t.Errorf("%s: another draw than without unused values", name)
		}
		if n := len(got.Report.Quotas); n != len(p.Quotas)+1 { // b has people and no quota
			t.Errorf("%s: %d quotas in the report", name, n)
		}
	}
}

func TestTooManyValues(t *testing.T) {
	var people []Person
	for k := range mostRows {
		people = append(people, Person{ID: fmt.Sprint("x", k), Values: []uint16{uint16(2 + k)}})
	}
	p := Problem{Pool: valuesPool(t, mostRows, people...), Quotas: Quotas{{Feature: "g", Value: "a", Min: 4, Max: 6}}, Size: 10, ByType: true}
	if _, err := Draw(t.Context(), p); err == nil || !strings.Contains(err.Error(), "1002 values") {
		t.Errorf("%d values: %v", mostRows+2, err)
	}
	p.Excluded = []Group{{Reason: "no", People: []int{0, 1}}}
	if in, err := newInstance(&p); err != nil || len(in.rows) != mostRows {
		t.Errorf("with %d values: %v", mostRows, err)
	}
}

// The order of a pool's features and values is nobody's lever: the same people
// under the same policy give the same draw.
func TestOrderOfValues(t *testing.T) {
	quotas := Quotas{{Feature: "g", Value: "a", Min: 3, Max: 4}, {Feature: "g", Value: "b", Min: 3, Max: 4}, {Feature: "h", Value: "y", Min: 2, Max: 5}}
	var want *Result
	for _, order := range [][]string{{"abc", "xyz"}, {"cab", "zyx"}, {"bca", "xzy"}} {
		for _, turned := range []bool{false, true} {
			features := []Feature{{Name: "g", Values: strings.Split(order[0], "")}, {Name: "h", Values: strings.Split(order[1], "")}}
			if turned {
				slices.Reverse(features)
			}
			pool, err := NewPool(features)
			if err != nil {
				t.Fatal(err)
			}
			for i := range 90 {
				values := []uint16{uint16(strings.IndexByte(order[0], "abc"[i%3])), uint16(strings.IndexByte(order[1], "xyz"[i/7%3]))}
				if turned {
					slices.Reverse(values)
				}
				if err := pool.Add(Person{ID: fmt.Sprintf("%02d", i), Values: values}); err != nil {
					t.Fatal(err)
				}
			}
			got, err := Draw(t.Context(), Problem{Pool: pool, Quotas: quotas, Size: 10, ByType: true, Reserves: 5})
			if err != nil {
				t.Fatal(err)
			}
			if want == nil {
				want = got
			}
			if fmt.Sprint(got.Selected, got.Reserves, got.Chances, got.Report.Quotas, got.Certificate) !=
				fmt.Sprint(want.Selected, want.Reserves, want.Chances, want.Report.Quotas, want.Certificate) {
				t.Errorf("values %q, turned %v: another draw", order, turned)
			}
		}
	}
}

// What somebody left out wrote into a cell is published nowhere, and the order
// of the rows has no bearing on a proof.
func TestLeftOutCellsStayHere(t *testing.T) {
	quotas := Quotas{{Feature: "g", Value: "N", Min: 1, Max: 3}, {Feature: "g", Value: "S", Min: 1, Max: 3}}
	rows := []string{"8,women's refuge Elm Street,n", "9,other,n", "10,N,n"}
	for i := range 40 {
		rows = append(rows, fmt.Sprintf("%d,%c,y", 100+i, "NS"[i%2]))
	}
	read := func() (*Pool, []Group) {
		pool, out, err := ReadApplicants(strings.NewReader("id,g,adult\n"+strings.Join(rows, "\n")), quotas,
			PeopleOptions{Rules: []Rule{{Column: "adult", Values: []string{"y"}}}})
		if err != nil {
			t.Fatal(err)
		}
		return pool, out
	}
	pool, out := read()
	p := Problem{Pool: pool, Quotas: quotas, Size: 4, Excluded: out}
	roll, err := NewRoll(pool, nil)
	if err != nil {
		t.Fatal(err)
	}
	value := beacon.Value{Kind: beacon.Phrase, Text: "x"}
	c, err := Commit(&p, roll, Terms{Beacon: beacon.Promise{Kind: beacon.Phrase}, Program: ThisProgram()})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Prepare(&p, value); err != nil {
		t.Fatal(err)
	}
	r, err := Draw(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	proof, err := NewProof(p, roll, r, c, value)
	if err != nil {
		t.Fatal(err)
	}
	for _, published := range []any{c, proof, r.Report} {
		body, err := json.Marshal(published)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(body), "refuge") || strings.Contains(string(body), `"other"`) {
			t.Errorf("a cell of somebody left out is published in %.200s…", body)
		}
	}
	if n := len(r.Report.Quotas); n != len(quotas) {
		t.Errorf("%d quotas in the report: %+v", n, r.Report.Quotas)
	}
	slices.Reverse(rows)
	turned, _ := read()
	if _, err := Verify(t.Context(), proof, turned, nil); err != nil {
		t.Errorf("the same rows in another order: %v", err)
	}
}
