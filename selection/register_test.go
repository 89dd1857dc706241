package selection

import (
	"slices"
	"strings"
	"testing"
)

func TestParseStrata(t *testing.T) {
	strata, err := ParseStrata(" district ; born : 1960, 1980")
	if err != nil || len(strata) != 2 || strata[0].Column != "district" || strata[1].Column != "born" || !slices.Equal(strata[1].Cuts, []int{1960, 1980}) {
		t.Errorf("%+v %v", strata, err)
	}
	if strata, err = ParseStrata("a,b"); err != nil || len(strata) != 2 {
		t.Errorf("%+v %v", strata, err)
	}
	for text, want := range map[string]string{
		"born:x":      "not a whole number",
		"born:9,9":    "cuts go upwards",
		"a,a":         "twice",
		":1":          "no column",
		"born:1,city": "not a whole number",
	} {
		if _, err := ParseStrata(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestBands(t *testing.T) {
	s := Strata{Column: "born", Cuts: []int{1960, 1980}}
	for field, want := range map[string]string{
		"1959": "–1959", "1960": "1960–1979", "1979-12-31": "1960–1979", "31.12.1980": "1980–", " 2011 ": "1980–", "1/2/1950": "–1959",
	} {
		if got, err := s.value(field); err != nil || got != want {
			t.Errorf("%q: %q %v, want %q", field, got, err, want)
		}
	}
	for _, field := range []string{"", "x", "12-1990x", "19801", "abc-1980"} {
		if got, err := s.value(field); err == nil && field != "19801" {
			t.Errorf("%q is %q", field, got)
		}
	}
}

func TestReadRegister(t *testing.T) {
	o := &Register{Strata: []Strata{{Column: "quarter"}, {Column: "born", Cuts: []int{1970}}}, Address: []string{"street", "door"}}
	pool, err := o.Read(strings.NewReader("\ufeffname;person_id;quarter;born;street;door\nA;p2;West;1960;Mill Lane;1\nB;p1;East;1980;MILL  lane;1\nC;p3;East;1970;Mill Lane;2\n"))
	if err != nil {
		t.Fatal(err)
	}
	if pool.Len() != 3 || pool.Household(0) != pool.Household(1) || pool.Household(0) == pool.Household(2) {
		t.Errorf("households %q %q %q", pool.Household(0), pool.Household(1), pool.Household(2))
	}
	if f := pool.Features(); !slices.Equal(f[0].Values, []string{"East", "West"}) || !slices.Equal(f[1].Values, []string{"–1969", "1970–"}) {
		t.Errorf("features %v", f)
	}
	if pool.Value(0, 0) != "West" || pool.Value(0, 1) != "–1969" || pool.Value(2, 1) != "1970–" {
		t.Errorf("values %v %v", pool.Values(0), pool.Values(2))
	}
	for text, want := range map[string]string{
		"id,quarter,born,street\n":                            `column "door" is missing`,
		"id,quarter,born,street,door\n1,a,x,s,1\n":            `row 2, column "born": "x" is neither`,
		"id,quarter,born,street,door\n1,a,1,s,1\n1,a,1,s,2\n": "earlier row",
		"id,quarter,born,street,door\n,a,1,s,1\n":             "identifier is empty",
		"id,quarter,born,street,door\n1,a,1,,\n":              "address is empty",
		"id,quarter,born,street,door\n":                       "nobody in the register",
		"id,quarter,born,street,door\n1,a,1\n":                "3 fields",
		"":                                                    "empty",
	} {
		if _, err := o.Read(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestReadRates(t *testing.T) {
	strata := []Strata{{Column: "a"}, {Column: "b"}}
	rates, err := ReadRates(strings.NewReader("b;a;answers;rate\nx;y;3;0,05\n;;9;0.1\n"), strata)
	if err != nil || len(rates) != 2 || !slices.Equal(rates[0].Values, []string{"y", "x"}) || rates[0].Rate != 0.05 || rates[1].Values[0] != "" {
		t.Errorf("%+v %v", rates, err)
	}
	for text, want := range map[string]string{
		"a,rate\n":                   `column "b" is missing`,
		"a,b,rate\nx,y,0\n":          `"0" is not a rate`,
		"a,b,rate\nx,y,.1\nx,y,.2\n": "earlier row",
		"a,b,rate\n":                 "no rate",
	} {
		if _, err := ReadRates(strings.NewReader(text), strata); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func FuzzReadRegister(f *testing.F) {
	f.Add("id,s,n,home\n1,a,1990,x\n2,b,2001-01-01,x\n", 1)
	f.Add("\ufeffs;n;home;nr id\nw;1;\"x;y\";1\n", 2)
	f.Fuzz(func(t *testing.T, text string, letters int) {
		o := &Register{Strata: []Strata{{Column: "s"}, {Column: "n", Cuts: []int{1980, 2000}}}, Address: []string{"home"}}
		pool, err := o.Read(strings.NewReader(text))
		if err != nil {
			if err.Error() == "" {
				t.Fatal("an error without words")
			}
			return
		}
		m := Mailing{Register: pool, Letters: letters, Equal: EqualPeople}
		if l, err := m.Draw(); err == nil {
			checkLetters(t, m, l)
		}
	})
}

func FuzzReadRates(f *testing.F) {
	f.Add("a,rate\nx,0.1\n,1\n")
	f.Fuzz(func(t *testing.T, text string) {
		rates, err := ReadRates(strings.NewReader(text), []Strata{{Column: "a"}})
		if err != nil {
			if err.Error() == "" {
				t.Fatal("an error without words")
			}
			return
		}
		for _, r := range rates {
			if !(r.Rate > 0 && r.Rate <= 1) {
				t.Fatalf("read without complaint: %+v", r)
			}
		}
	})
}

func FuzzParseStrata(f *testing.F) {
	f.Add("district", "12")
	f.Add("birth_year:1960,1980,2000;district", "1975")
	f.Add("a:1,1", "-9223372036854775808")
	f.Fuzz(func(t *testing.T, text, field string) {
		strata, err := ParseStrata(text)
		if err != nil && err.Error() == "" {
			t.Fatal("an error without words")
		}
		for i := range strata {
			if _, err := strata[i].value(field); err != nil && err.Error() == "" {
				t.Fatal("an error without words")
			}
		}
	})
}
