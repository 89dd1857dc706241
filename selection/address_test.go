package selection

import (
	"errors"
	"strings"
	"testing"
)

func TestHouseholdKey(t *testing.T) {
	for _, alike := range [][2]string{
		{"Caf\u00e9 1", "Cafe\u0301 1"},
		{"HAUPTSTRASSE 1", "Hauptstra\u00dfe 1"},
		{"\uff11\uff12 Mill Lane", "12, mill  lane"},
		{"\u041c\u0418\u0420\u0410 5", "\u041c\u0438\u0440\u0430, 5"},
	} {
		if a, b := HouseholdKey(alike[0]), HouseholdKey(alike[1]); a != b || a == "" {
			t.Errorf("%q and %q: %q and %q", alike[0], alike[1], a, b)
		}
	}
	for _, apart := range [][2]string{{"Mill Lane 1", "Mill Lane 11"}, {"Mill Lane 12", "Mill Lane 12\u00bd"}, {"Rue \u00e9", "Rue e"}} {
		if a, b := HouseholdKey(apart[0]), HouseholdKey(apart[1]); a == b {
			t.Errorf("%q and %q: both %q", apart[0], apart[1], a)
		}
	}
}

// Files may spell what looks alike in two ways: identifiers, columns and values
// are one all the same.
func TestSpellingsAreOne(t *testing.T) {
	quotas, err := ReadQuotas(strings.NewReader("feature,value,min,max\ncaf\u00e9,Se\u0301te,1,1\ncaf\u00e9,other,0,1\n"))
	if err != nil {
		t.Fatal(err)
	}
	pool, err := ReadPeople(strings.NewReader("id,cafe\u0301\nRene\u0301,S\u00e9te\nx,other\n"), quotas, PeopleOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := pool.Index("Ren\u00e9"); !ok || pool.Value(0, 0) != "S\u00e9te" {
		t.Errorf("read as %q, %q", pool.ID(0), pool.Value(0, 0))
	}
	var errs InputErrors
	_, err = ReadPeople(strings.NewReader("id,caf\u00e9\nRene\u0301,other\nRen\u00e9,other\n"), quotas, PeopleOptions{})
	if !errors.As(err, &errs) || !strings.Contains(err.Error(), "earlier row") {
		t.Errorf("one identifier in two spellings: %v", err)
	}
}
