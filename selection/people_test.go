package selection

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestFeaturesWithoutAColumn(t *testing.T) {
	quotas := Quotas{{Feature: "sex", Value: "w", Max: 2}, {Feature: "Age group", Value: "old", Max: 2}}
	_, err := ReadPeople(strings.NewReader("id,sex,age_group\n1,w,old\n"), quotas, PeopleOptions{})
	var missing *HeaderError
	if !errors.As(err, &missing) || !slices.Equal(missing.Features, []string{"Age group"}) {
		t.Fatalf("%v", err)
	}
	want := `the feature "Age group" of the quotas is not a column of the people; "Age group" may be "age_group": write names alike in both files (columns: id, sex, age_group)`
	if err.Error() != want {
		t.Errorf("%q, want %q", err, want)
	}
}

func TestPeopleWithoutIdentifiers(t *testing.T) {
	quotas := Quotas{{Feature: "sex", Value: "w", Max: 2}}
	text := "sex,place\nw,hill\n\nw,shore\n"
	_, err := ReadPeople(strings.NewReader(text), quotas, PeopleOptions{})
	if err == nil || !strings.Contains(err.Error(), "no column of identifiers is among sex, place") {
		t.Errorf("%v", err)
	}
	pool, err := ReadPeople(strings.NewReader(text), quotas, PeopleOptions{ID: RowNumber})
	if err != nil || pool.Len() != 2 || pool.ID(0) != "1" || pool.ID(1) != "2" {
		t.Fatalf("%v", err)
	}
	people, err := ReadIDs(strings.NewReader("number\n2\n"), pool, RowNumber)
	if err != nil || !slices.Equal(people, []int{1}) {
		t.Errorf("%v %v", people, err)
	}
}

// TestRuleMistyped names the value that nobody has and what there is instead.
func TestRuleMistyped(t *testing.T) {
	for _, c := range []struct{ rule, want string }{
		{"interest=hihg", `nobody has the value "hihg" in column "interest"; it has: high, low`},
		{"interest=high|lwo", `nobody has the value "lwo" in column "interest"; it has: high, low`},
		{"interest=high|low", ""},
		{"interest=high", ""},
	} {
		rule, err := ParseRule(c.rule, false)
		if err != nil {
			t.Fatal(err)
		}
		_, _, err = ReadApplicants(strings.NewReader("id,interest\n1,high\n2,low\n3,\n"), nil, PeopleOptions{Rules: []Rule{rule}})
		if got := fmt.Sprint(err); c.want == "" && err != nil || c.want != "" && got != c.want {
			t.Errorf("%s: %s", c.rule, got)
		}
	}
}

func TestRulesLeaveOut(t *testing.T) {
	quotas := Quotas{{Feature: "age", Value: "young", Max: 2}, {Feature: "age", Value: "old", Max: 2}}
	text := "id,age,district,when\n1,young,north,sat; sun\n2,child,north,sat\n3,old,south,sat\n4,old,north,mon\n5,child,south,mon\n"
	var rules []Rule
	for _, one := range []string{"age=young|old", "district=north"} {
		r, err := ParseRule(one, false)
		if err != nil {
			t.Fatal(err)
		}
		rules = append(rules, r)
	}
	attends, err := ParseRule(" when = sun | sat ", true)
	if err != nil {
		t.Fatal(err)
	}
	pool, out, err := ReadApplicants(strings.NewReader(text), quotas, PeopleOptions{Rules: append(rules, attends)})
	if err != nil {
		t.Fatal(err)
	}
	want := []Group{{"age is not young or old", []int{1, 4}}, {"district is not north", []int{2, 4}}, {"when holds none of sun, sat", []int{3, 4}}}
	if !slices.EqualFunc(out, want, func(a, b Group) bool { return a.Reason == b.Reason && slices.Equal(a.People, b.People) }) {
		t.Errorf("%v", out)
	}
	if pool.Len() != 5 || pool.Value(1, 0) != NoQuota {
		t.Errorf("%d people, the second %q", pool.Len(), pool.Value(1, 0))
	}
	r, err := Draw(t.Context(), Problem{Pool: pool, Quotas: quotas, Size: 1, Excluded: out})
	if err != nil || !slices.Equal(r.Selected, []int{0}) {
		t.Fatalf("%v %v", r, err)
	}
	if got := r.Report.LeftOut; len(got) != 3 || got[0] != (GroupCount{"age is not young or old", 2}) {
		t.Errorf("left out %v", got)
	}
	for _, bad := range []string{"", "age", "=young", "age=", "age=|"} {
		if _, err := ParseRule(bad, false); err == nil {
			t.Errorf("rule %q was read", bad)
		}
	}
}

func TestCrossedFeature(t *testing.T) {
	quotas := Quotas{{Feature: "sex × age", Value: "w × old", Max: 1}, {Feature: "sex × age", Value: "m × old", Max: 1}}
	pool, err := ReadPeople(strings.NewReader("id,age,sex\n1,old,w\n2, old,m \n"), quotas, PeopleOptions{})
	if err != nil || pool.Value(1, 0) != "m × old" {
		t.Fatalf("%v", err)
	}
	_, err = ReadPeople(strings.NewReader("id,age,sex\n1,old,w\n2,young,m\n"), quotas, PeopleOptions{})
	var one *InputError
	if !errors.As(err, &one) || one.Row != 3 || one.Value != "m × young" {
		t.Errorf("%v", err)
	}
}

func TestHouseholdsMatch(t *testing.T) {
	text := "id,street,door\n1,Mill Lane,1\n2,mill lane,1\n3,Mill Lane,1\n4, ,\n5,,\n"
	for exact, want := range map[bool][]bool{false: {true, true}, true: {false, true}} {
		pool, err := ReadPeople(strings.NewReader(text), nil, PeopleOptions{Household: []string{"street", "door"}, Exact: exact})
		if err != nil {
			t.Fatal(err)
		}
		got := []bool{pool.Household(0) == pool.Household(1), pool.Household(0) == pool.Household(2)}
		if !slices.Equal(got, want) || pool.Household(3) != "" || pool.Household(4) != "" {
			t.Errorf("exact %v: the first lives with the second, the third: %v, want %v", exact, got, want)
		}
	}
}

func TestReadWeights(t *testing.T) {
	people := "person,topic\na,housing\nb,parks\nc,parks\n"
	weights := func(text string) (*Weights, *Pool) {
		w, err := ReadWeights(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		pool, err := ReadPeople(strings.NewReader(people), nil, PeopleOptions{Weights: w})
		if err != nil {
			t.Fatal(err)
		}
		return w, pool
	}
	for name, text := range map[string]string{
		"by person": "person,weight\na,1\nb,2.5\n c,2.5\n",
		"by value":  "feature;value;weight\ntopic;parks;2,5\nperson;a;1\n",
	} {
		w, pool := weights(text)
		if pool.Weight(0) != 1 || pool.Weight(1) != 2.5 || pool.Weight(2) != 2.5 || w.Unused() != nil {
			t.Errorf("%s: %v %v %v, %v", name, pool.Weight(0), pool.Weight(1), pool.Weight(2), w.Unused())
		}
	}
	w, _ := weights("id,weight\na,2\nz,2\n")
	if err := w.Unused(); err == nil || err.Error() != `row 3: "z" is not among the people` {
		t.Errorf("%v", err)
	}
	for name, text := range map[string]string{"too large": "id,weight\na,4\n", "below 1": "id,weight\na,0.5\n", "twice": "id,weight\na,2\na,2\n",
		"no column": "id,size\na,2\n", "nothing": "id,weight\n", "no feature": "feature,value,weight\n,x,2\n", "not a number": "id,weight\na,NaN\n"} {
		if _, err := ReadWeights(strings.NewReader(text)); err == nil {
			t.Errorf("%s: read", name)
		}
	}
}

func TestReadGroups(t *testing.T) {
	pool, err := ReadPeople(strings.NewReader("id\na\nb\nc\nd\n"), nil, PeopleOptions{})
	if err != nil {
		t.Fatal(err)
	}
	groups, err := ReadGroups(strings.NewReader("reason,id\nofficial,b\n,a\nofficial,d\nmoved,b\n"), pool, "", "cannot be drawn")
	want := []Group{{"official", []int{1, 3}}, {"cannot be drawn", []int{0}}}
	if err != nil || !slices.EqualFunc(groups, want, func(a, b Group) bool { return a.Reason == b.Reason && slices.Equal(a.People, b.People) }) {
		t.Errorf("%v, %v", groups, err)
	}
}

func TestFaultsAreCounted(t *testing.T) {
	var text strings.Builder
	text.WriteString("id,sex\n")
	for i := range 300 {
		text.WriteString(strings.Repeat("p", i+1) + ",x\n")
		text.WriteString(strings.Repeat("q", i+1) + "," + strings.Repeat("y", i+1) + "\n")
	}
	_, err := ReadPeople(strings.NewReader(text.String()), Quotas{{Feature: "sex", Value: "w", Max: 2}}, PeopleOptions{})
	var errs InputErrors
	if !errors.As(err, &errs) || len(errs) != maxInputErrors || errs.Count() != 600 || errs[0].More != 299 {
		t.Fatalf("%v", err)
	}
	if !strings.HasSuffix(err.Error(), "(and 599 more like it)") {
		t.Errorf("%v", err)
	}
}

func FuzzReadLists(f *testing.F) {
	f.Add("id,weight\n1,2\n2,1\n")
	f.Add("feature;value;weight\nsex;w;2,5\n")
	f.Add("id,reason\n1,official\n2,\n")
	f.Fuzz(func(t *testing.T, text string) {
		pool, err := ReadPeople(strings.NewReader("id,sex\n1,w\n2,m\n"), nil, PeopleOptions{})
		if err != nil {
			t.Fatal(err)
		}
		for _, read := range []func() error{
			func() error { _, err := ReadGroups(strings.NewReader(text), pool, "", "none"); return err },
			func() error { _, err := ReadWeights(strings.NewReader(text)); return err },
		} {
			if err := read(); err != nil && err.Error() == "" {
				t.Fatal("an error without words")
			}
		}
	})
}
