package intake

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"veche/server/topic"
)

var form = topic.Form{
	Features:  []topic.Feature{{Name: "age", Options: []string{"young", "old"}}, {Name: "district", Options: []string{"north", "south"}}},
	Interests: []string{"parks", "buses"}, Languages: []string{"en", "ru"},
}

func TestReadPeople(t *testing.T) {
	for _, c := range []struct{ name, file, want string }{
		{"plain", "id,age,district\n1,young,north\n2,old,south\n", "1 young north [] []; 2 old south [] []"},
		{"semicolons, a byte order mark, CRLF", "\xEF\xBB\xBFid;age;district\r\n1;young;north\r\n", "1 young north [] []"},
		{"columns in another order, some unknown", "district,name,id,age\nnorth,Anna,1,young\n", "1 young north [] []"},
		{"lists", "id,age,district,interests,languages\n1,young,north,buses;parks,ru|en\n", "1 young north [parks buses] [en ru]"},
		{"spaces around", " id , age,district\n 1 , young , north \n", "1 young north [] []"},
		{"quotes", "id,age,district\n\"1,2\",\"young\",north\n", "1,2 young north [] []"},
	} {
		t.Run(c.name, func(t *testing.T) {
			people, err := ReadPeople(strings.NewReader(c.file), &form)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, p := range people {
				got = append(got, fmt.Sprint(p.ID, " ", p.Row.Answers[0].Value, " ", p.Row.Answers[1].Value, " ", p.Row.Interests, " ", p.Row.Languages))
			}
			if s := strings.Join(got, "; "); s != c.want {
				t.Errorf("read as %s, want %s", s, c.want)
			}
		})
	}
}

// Every fault is said by row and column, all of them at once.
func TestReadPeopleFaults(t *testing.T) {
	for _, c := range []struct{ name, file, want string }{
		{"empty", "", "1 "},
		{"only a header", "id,age,district\n", "2 "},
		{"columns missing", "name,age\nAnna,young\n", "1 id, 1 district"},
		{"a column twice", "id,age,age,district\n", "1 age"},
		{"an id twice", "id,age,district\n1,young,north\n1,old,south\n", "3 id"},
		{"no id", "id,age,district\n,young,north\n", "2 id"},
		{"broken UTF-8", "id,age,district\n1,young,north\n2,old,s\xffth\n", "3 district"},
		{"values that are no options", "id,age,district\n1,ancient,north\n2,,west\n", "2 age, 3 age, 3 district"},
		{"an interest that is no option", "id,age,district,interests\n1,young,north,war\n", "2 interests"},
		{"a short row, then a good one", "id,age,district\n1,young\n2,old,south\n", "2 "},
		{"an open quote", "id,age,district\n1,young,\"north\n", "2 "},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := ReadPeople(strings.NewReader(c.file), &form)
			var f *FileError
			if !errors.As(err, &f) {
				t.Fatalf("%v is no FileError", err)
			}
			var got []string
			for _, p := range f.Places {
				if p.Message == "" {
					t.Errorf("row %d, column %s: no message", p.Row, p.Column)
				}
				got = append(got, fmt.Sprint(p.Row, " ", p.Column))
			}
			if s := strings.Join(got, ", "); s != c.want {
				t.Errorf("the places are %s, want %s", s, c.want)
			}
		})
	}
}

// However many rows are wrong, the answer stays short and counts the rest.
func TestReadPeopleCountsManyFaults(t *testing.T) {
	_, err := ReadPeople(strings.NewReader("id,age,district\n"+strings.Repeat("x,ancient,north\n", 1000)), &form)
	var f *FileError
	if !errors.As(err, &f) || len(f.Places) != maxPlaces || f.More != 1000-maxPlaces || !strings.Contains(f.Error(), "1000 fault(s)") {
		t.Errorf("%v", err)
	}
}

// What is read holds: every person has an id of its own and answers the form.
func FuzzReadPeople(f *testing.F) {
	f.Add("id,age,district\n1,young,north\n")
	f.Add("\xEF\xBB\xBFid;age;district;interests\n1;young;north;parks|buses\n2;old;south;\n")
	f.Add("id,age,district\n\"1\n2\",young,north\n1,old,s\xffth\n")
	f.Fuzz(func(t *testing.T, file string) {
		people, err := ReadPeople(strings.NewReader(file), &form)
		if err != nil {
			if err.Error() == "" || people != nil {
				t.Errorf("refused without a word, or with %d people", len(people))
			}
			return
		}
		ids := map[string]bool{}
		for _, p := range people {
			if p.ID == "" || ids[p.ID] || len(p.Row.Answers) != len(form.Features) {
				t.Fatalf("%+v", p)
			}
			ids[p.ID] = true
			if back, err := topic.ParseRow(p.Row.Bytes()); err != nil || string(back.Bytes()) != string(p.Row.Bytes()) {
				t.Fatalf("the row %s reads back as %+v, %v", p.Row.Bytes(), back, err)
			}
		}
	})
}
