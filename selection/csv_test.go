package selection

import (
	"errors"
	"io"
	"strings"
	"testing"
)

func TestReadQuotas(t *testing.T) {
	want := Quotas{{Feature: "age", Value: "16–29", Min: 2, Max: 4}, {Feature: "age", Value: "30, or more", Min: 6, Max: 8}}
	for name, text := range map[string]string{
		"new":          "feature,value,min,max\nage,16–29,2,4\nage,\"30, or more\",6,8\n",
		"older":        "category,feature,min,max\nage,16–29,2,4\nage,\"30, or more\",6,8\n",
		"oldest":       "category,name,min,max\nage,16–29,2,4\nage,\"30, or more\",6,8",
		"semicolons":   "\ufefffeature;value;min;max\r\nage;16–29;2;4\r\n\r\nage;30, or more;6;8\r\n",
		"other order":  "max,min,value,feature\n4,2,16–29,age\n8,6,\"30, or more\",age\n",
		"capitals":     "Feature,Value,Min,Max\nage,16–29,2,4\nage,\"30, or more\",6,8\n",
		"empty flex":   "feature,value,min,max,min_flex,max_flex\nage,16–29,2,4,,\nage,\"30, or more\",6,8,,\n",
		"blank spaces": "feature, value ,min,max\n age ,16–29, 2 ,4\nage,\"30, or more\",6,8\n",
	} {
		got, err := ReadQuotas(strings.NewReader(text))
		if err != nil || len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	flex, err := ReadQuotas(strings.NewReader("feature,value,min,max,min_flex,max_flex\na,x,2,4,1,5\n"))
	if err != nil || flex[0].MinFlex != 1 || flex[0].MaxFlex != 5 {
		t.Errorf("flex: %+v, %v", flex, err)
	}
}

func TestReadErrors(t *testing.T) {
	quotas := Quotas{{Feature: "sex", Value: "w", Max: 2}, {Feature: "sex", Value: "m", Max: 2}}
	for _, one := range []struct {
		name, text string
		quotas     bool
		row        int
		column     string
		value      string
		message    string
	}{
		{"empty quotas", "", true, 0, "", "", "empty"},
		{"only a header", "feature,value,min,max\n", true, 0, "", "", "no quota"},
		{"no number", "feature,value,min,max\na,x,one,2\n", true, 2, "min", "one", "not a whole number"},
		{"negative", "feature,value,min,max\na,x,-1,2\n", true, 2, "min", "-1", "not a whole number"},
		{"twice", "feature,value,min,max\na,x,1,2\na,x,1,2\n", true, 3, "value", "x", "row 2 already"},
		{"flex", "feature,value,min,max,min_flex,max_flex\na,x,1,3,0,2\n", true, 2, "min", "1", "max_flex 2 is below max 3"},
		{"empty people", "", false, 0, "", "", "empty"},
		{"nobody", "id,sex\n", false, 0, "", "", "nobody"},
		{"duplicate column", "id,sex,sex\n1,w,w\n", false, 1, "sex", "sex", "two columns"},
		{"unknown value", "id,sex\n1,w\n2,x\n", false, 3, "sex", "x", "no quota"},
		{"duplicate id", "id,sex\n1,w\n1,m\n", false, 3, "id", "1", "earlier row"},
		{"empty id", "id,sex\n,w\n", false, 2, "id", "", "empty"},
		{"broken UTF-8", "id,sex\n1,w\n2,\xff\n", false, 3, "sex", "\uFFFD", "not UTF-8"},
		{"broken UTF-8 in the header", "id,s\xffx\n1,w\n", false, 1, "", "s\xffx", "not UTF-8"},
		{"ragged", "id,sex\n1,w\n2\n", false, 3, "", "", "1 fields where the header has 2"},
		{"UTF-16", "\xff\xfei\x00d\x00,\x00s\x00e\x00x\x00\n\x00", false, 0, "", "", "UTF-16"},
		{"UTF-16 without a mark", "i\x00d\x00,\x00s\x00e\x00x\x00\n\x00", false, 0, "", "", "UTF-16"},
		{"Windows-1251", "id,sex\n1,w\n2,\xe6\xe5\xed\n", false, 3, "sex", "\uFFFD", "looks like Windows-1251"},
		{"Windows-1252", "id,sex\n1,w\n2,M\xe4nnlich\n", false, 3, "sex", "M\uFFFDnnlich", "looks like Windows-1252"},
		{"a spreadsheet", "PK\x03\x04\x14\x00", false, 0, "", "", "spreadsheet"},
		{"JSON", " {\"quotas\": []}", true, 0, "", "", "this is JSON"},
		{"old Macintosh", "id,sex\r1,w\r2,m\r", false, 0, "", "", "CR alone"},
		{"unknown sep", "sep=|\nid|sex\n", false, 1, "", "|", "a comma, a semicolon or a tab"},
		{"open quote", "id,sex\n1,\"w\n", false, 2, "", "", "line"},
	} {
		var err error
		if one.quotas {
			_, err = ReadQuotas(strings.NewReader(one.text))
		} else {
			_, err = ReadPeople(strings.NewReader(one.text), quotas, PeopleOptions{})
		}
		var got *InputError
		if !errors.As(err, &got) {
			t.Errorf("%s: %v", one.name, err)
			continue
		}
		if got.Row != one.row || got.Column != one.column || got.Value != one.value || !strings.Contains(got.Message, one.message) {
			t.Errorf("%s: row %d column %q value %q: %s", one.name, got.Row, got.Column, got.Value, got.Message)
		}
	}
}

func TestAllErrorsAtOnce(t *testing.T) {
	_, err := ReadPeople(strings.NewReader("id,sex\n1,x\n2,w\n3,y\n"), Quotas{{Feature: "sex", Value: "w", Max: 2}}, PeopleOptions{})
	var errs InputErrors
	if !errors.As(err, &errs) || len(errs) != 2 || errs[0].Row != 2 || errs[1].Row != 4 {
		t.Fatalf("%v", err)
	}
}

func TestReadPeople(t *testing.T) {
	quotas := Quotas{{Feature: "sex", Value: "w", Max: 2}, {Feature: "sex", Value: "m", Max: 2}}
	text := "\ufeffname;person_id;sex;street;zip;w\nA;p1;w;\"Mill Lane 1\";010;1\nB;p2;m;mill lane, 1;010;2.5\nC;p3;m;Mill Lane 1;011;3\n"
	pool, err := ReadPeople(strings.NewReader(text), quotas, PeopleOptions{Household: []string{"street", "zip"}, Weight: "w"})
	if err != nil {
		t.Fatal(err)
	}
	if pool.Len() != 3 || pool.ID(1) != "p2" || pool.Value(1, 0) != "m" || pool.Weight(1) != 2.5 {
		t.Errorf("%q %q %v", pool.ID(1), pool.Value(1, 0), pool.Weight(1))
	}
	if pool.Household(0) != pool.Household(1) || pool.Household(0) == pool.Household(2) {
		t.Errorf("households %q %q %q", pool.Household(0), pool.Household(1), pool.Household(2))
	}
	if i, ok := pool.Index("p3"); !ok || i != 2 {
		t.Errorf("index %d %v", i, ok)
	}
	for name, text := range map[string]string{
		"tabs":          "name\tid\tsex\nA, B\tp1\tw\n",
		"excel's own":   "sep=;\r\nname;id;sex\r\n\"A\nB\";p1;w\r\n",
		"commas inside": "\"name, first; last\",id,sex\nA,p1,w\n",
	} {
		pool, err := ReadPeople(strings.NewReader(text), quotas, PeopleOptions{})
		if err != nil || pool.Len() != 1 || pool.ID(0) != "p1" || pool.Value(0, 0) != "w" {
			t.Errorf("%s: %v", name, err)
		}
	}
	people, err := ReadIDs(strings.NewReader("person_id\np3\np1\np3\n"), pool, "")
	if err != nil || len(people) != 2 || people[0] != 2 || people[1] != 0 {
		t.Errorf("list %v %v", people, err)
	}
}

func FuzzReadQuotas(f *testing.F) {
	f.Add("feature,value,min,max\na,x,1,2\n")
	f.Add("category;name;min;max;min_flex;max_flex\na;\"x;y\";1;2;0;3\n")
	f.Add("\ufeffcategory,feature,min,max\r\n\"\n")
	f.Fuzz(func(t *testing.T, text string) {
		quotas, err := ReadQuotas(strings.NewReader(text))
		if err != nil {
			if err.Error() == "" {
				t.Fatal("an error without words")
			}
			return
		}
		if err := quotas.Check(); err != nil {
			t.Fatalf("read without complaint, but: %v", err)
		}
		if _, err := NewPool(quotas.Features()); err != nil {
			t.Fatalf("no pool over the quotas read: %v", err)
		}
	})
}

func FuzzReadPeople(f *testing.F) {
	f.Add("id,sex,street\n1,w,a\n2,m,b\n")
	f.Add("\ufeffsex;nr id;street\nw;1;\"x;y\"\n")
	f.Add("id,sex,street\n1,w,\"\n\n")
	quotas := Quotas{{Feature: "sex", Value: "w", Max: 2}, {Feature: "sex", Value: "m", Max: 2}}
	f.Fuzz(func(t *testing.T, text string) {
		pool, err := ReadPeople(strings.NewReader(text), quotas, PeopleOptions{Household: []string{"street"}})
		if err != nil {
			if err.Error() == "" {
				t.Fatal("an error without words")
			}
			return
		}
		rows := 0
		err = SplitPeople(strings.NewReader(text), nil, func(i int) io.Writer {
			rows = max(rows, i+1)
			return new(strings.Builder)
		})
		if err != nil || rows != pool.Len() {
			t.Fatalf("%d people read, %d rows split: %v", pool.Len(), rows, err)
		}
		if _, err := NewRoll(pool, nil); err != nil {
			t.Fatal(err)
		}
	})
}
