package selection

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func readPopulation(t *testing.T, text string) Population {
	t.Helper()
	p, err := ReadPopulation(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestReadPopulation(t *testing.T) {
	for name, one := range map[string]struct {
		text   string
		tables int
		want   map[[2]string]float64
	}{
		"features":      {"feature,value,count\nage,young,\"1,250\"\nage,old,3 750\nsex,w,2600\nsex,m,2400\n", 2, map[[2]string]float64{{"age", "young"}: 0.25, {"sex", "w"}: 0.52}},
		"older header":  {"category;name;people\nage;young;1.250\nage;old;3.750\n", 1, map[[2]string]float64{{"age", "old"}: 0.75}},
		"per cent":      {"feature;value;percent\nage;young;25,5 %\nage;old;74,5 %\n", 1, map[[2]string]float64{{"age", "young"}: 0.255}},
		"shares":        {"feature,value,share\nage,young,0.125\nage,old,0.875\n", 1, map[[2]string]float64{{"age", "young"}: 0.125}},
		"cross-table":   {"age,sex,count\nyoung,w,1\nyoung,m,2\nold,w,3\nold,m,4\n", 1, map[[2]string]float64{{"age", "young"}: 0.3, {"sex", "w"}: 0.4, {"sex × age", "w × old"}: 0.3}},
		"several":       {"age,sex,count\nyoung,w,1\nold,m,3\n\nfeature,value,share\nplace,hill,1\n", 2, map[[2]string]float64{{"age", "young"}: 0.25, {"place", "hill"}: 1}},
		"pairs":         {"category 1,feature 1,category 2,feature 2,population share\na,a1,b,b1,0.5\na,a2,b,b1,0.5\na,a1,c,c1,0.5\na,a2,c,c2,0.5\n", 2, map[[2]string]float64{{"a", "a1"}: 0.5, {"c", "c2"}: 0.5, {"a × c", "a1 × c1"}: 0.5}},
		"other columns": {"note,count,sex\nx,3,w\ny,1,w\n", 1, map[[2]string]float64{{"sex", "w"}: 1, {"note", "x"}: 0.75}},
	} {
		p, err := ReadPopulation(strings.NewReader(one.text))
		if err != nil || len(p.Tables) != one.tables {
			t.Errorf("%s: %d tables, %v", name, len(p.Tables), err)
			continue
		}
		for key, want := range one.want {
			if got, ok := p.Share(key[0], key[1]); !ok || got != want {
				t.Errorf("%s: %s %s is %v, want %v", name, key[0], key[1], got, want)
			}
		}
		if notes := p.Notes(); notes != nil {
			t.Errorf("%s: %v", name, notes)
		}
	}
	for name, one := range map[string][2]string{
		"no count":      {"feature,value\nage,young\n", "feature,value,count is needed"},
		"not a number":  {"feature,value,count\nage,young,many\n", `row 2, column "count": "many" is not a count`},
		"half a person": {"feature,value,count\nage,young,1.5\n", `"1.5" is not a count`},
		"negative":      {"feature,value,share\nage,young,-1\n", `"-1" is not a share`},
		"twice":         {"feature,value,count\nage,young,1\nage,young,2\n", "age: young is counted in row 2 already"},
		"shares short":  {"feature,value,percent\nage,young,40\nage,old,50\n", "the shares add up to 90"},
		"nobody":        {"feature,value,count\nage,young,0\n", "add up to nobody"},
		"empty":         {"feature,value,count\n", "no count in the file"},
		"ragged":        {"feature,value,count\nage,young\n", "2 fields where the header has 3"},
		"no feature":    {"feature,value,count\n,young,1\n", "no feature is named"},
	} {
		if _, err := ReadPopulation(strings.NewReader(one[0])); err == nil || !strings.Contains(err.Error(), one[1]) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestPopulationQuotas(t *testing.T) {
	p := readPopulation(t, "age,sex,count\nyoung,w,120\nyoung,m,130\nold,w,400\nold,m,330\nolder,w,20\n")
	quotas, err := p.Quotas(40, 0.05)
	if err != nil {
		t.Fatal(err)
	}
	want := Quotas{{Feature: "age", Value: "young", Min: 8, Max: 12}, {Feature: "age", Value: "old", Min: 27, Max: 32}, {Feature: "age", Value: "older", Max: 2},
		{Feature: "sex", Value: "w", Min: 19, Max: 24}, {Feature: "sex", Value: "m", Min: 16, Max: 21}}
	if !slices.Equal(quotas, want) {
		t.Errorf("%v", quotas)
	}
	seats, ok := p.Seats(quotas.Features()[0], 40)
	if !ok || !slices.Equal(seats, []int{10, 29, 1}) {
		t.Errorf("seats %v", seats)
	}
	crossed, err := p.CrossQuotas(40, 0)
	if err != nil || len(crossed) != 10 || crossed[5] != (Quota{Feature: "age × sex", Value: "young × w", Min: 4, Max: 5}) {
		t.Errorf("%v %v", crossed, err)
	}
	var file strings.Builder
	if err := WritePopulationQuotas(&file, quotas, p, 40); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(file.String(), "age,older,0,2,1,0.020000\n") {
		t.Error(file.String())
	}
	again, err := ReadQuotas(strings.NewReader(file.String()))
	if err != nil || !slices.Equal(again, quotas) {
		t.Errorf("%v %v", again, err)
	}
	for _, bad := range []struct {
		size      int
		tolerance float64
	}{{0, 0}, {3, -1}, {3, 2}} {
		if _, err := p.Quotas(bad.size, bad.tolerance); err == nil {
			t.Errorf("%v: quotas made", bad)
		}
	}
	if _, err := (Population{}).Quotas(3, 0); err == nil {
		t.Error("quotas of nothing")
	}
}

func TestPopulationNotes(t *testing.T) {
	p := readPopulation(t, "feature,value,count\nage,young,100\nage,old,300\nsex,w,250\nsex,m,250\n")
	p.Tables = append(p.Tables, readPopulation(t, "feature,value,share\nage,young,0.3\nage,old,0.7\n").Tables...)
	got := append(p.Notes(), p.Against([]Feature{{"age", []string{"young", "aged"}}, {"place", []string{"hill"}}})...)
	want := []string{
		"the population tables of age and of sex count different totals, 400 and 500: each is used by its shares",
		`age: two population tables give "young" different shares, 25.0 % and 30.0 %: the first is used`,
		`age: the population does not know "aged": write values as it does (young, old)`,
		`age: the population counts "old", which nobody else names`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s", strings.Join(got, "\n"))
	}
}

// TestPopulationQuotasHold checks that the largest remainder's seats add up and
// meet the quotas of any population, and that no bound is out of reach.
func TestPopulationQuotasHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var table PopulationTable
		table.Features = []string{"f"}
		all := 0
		for v := range rapid.IntRange(1, 12).Draw(t, "values") {
			n := rapid.IntRange(0, 10_000).Draw(t, "count")
			all += n
			table.Cells = append(table.Cells, PopulationCell{[]string{fmt.Sprint(v)}, n})
		}
		if all == 0 {
			return
		}
		p := Population{[]PopulationTable{table}}
		size := rapid.IntRange(1, 300).Draw(t, "size")
		quotas, err := p.Quotas(size, rapid.Float64Range(0, 1).Draw(t, "tolerance"))
		if err != nil {
			t.Fatal(err)
		}
		seats, _ := p.Seats(quotas.Features()[0], size)
		sum, least, most := 0, 0, 0
		for i, q := range quotas {
			sum, least, most = sum+seats[i], least+q.Min, most+q.Max
			if seats[i] < q.Min || seats[i] > q.Max {
				t.Fatalf("%v: %d seats by the largest remainder", q, seats[i])
			}
		}
		if sum != size {
			t.Fatalf("%d seats of %d", sum, size)
		}
		for _, q := range quotas {
			if least-q.Min+q.Max > size || most-q.Max+q.Min < size {
				t.Fatalf("%v is out of reach of the others in %v", q, quotas)
			}
		}
	})
}

func FuzzReadPopulation(f *testing.F) {
	f.Add("feature,value,count\nage,young,1 250\nage,old,3\n")
	f.Add("age;sex;percent\ny;w;40,5\no;m;59,5\n\nfeature;value;share\nx;y;1\n")
	f.Add("category 1,feature 1,category 2,feature 2,population share\na,a1,b,b1,1\n")
	f.Fuzz(func(t *testing.T, text string) {
		p, err := ReadPopulation(strings.NewReader(text))
		if err != nil {
			if err.Error() == "" {
				t.Fatal("an error without words")
			}
			return
		}
		quotas, err := p.Quotas(100, 0.05)
		if err != nil {
			t.Fatalf("read without complaint, but: %v", err)
		}
		if err := quotas.Check(); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		p.Notes()
		p.Against(quotas.Features())
	})
}

// Counts that come to nearly whole percents get no more room by the rounding.
func TestQuotasOfNearlyWholePercents(t *testing.T) {
	p := Population{Tables: []PopulationTable{{Features: []string{"age"}, Cells: []PopulationCell{
		{[]string{"young"}, 119_999}, {[]string{"old"}, 150_001}, {[]string{"older"}, 300_001}, {[]string{"other"}, 429_999},
	}}}}
	quotas, err := p.Quotas(100, 0.05)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range [][2]int{{7, 17}, {10, 20}, {25, 35}, {38, 48}} {
		if q := quotas[i]; q.Min != want[0] || q.Max != want[1] {
			t.Errorf("%s: %d to %d, want %v", q.Value, q.Min, q.Max, want)
		}
	}
	// A remainder that many share is not lost.
	var many Population
	many.Tables = []PopulationTable{{Features: []string{"district"}}}
	for i := range 50 {
		many.Tables[0].Cells = append(many.Tables[0].Cells, PopulationCell{[]string{string(rune('A' + i))}, 1})
	}
	quotas, err = many.Quotas(101, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range quotas {
		if q.Min > 2 || q.Max < 3 {
			t.Errorf("%s: %d to %d", q.Value, q.Min, q.Max)
		}
	}
}
