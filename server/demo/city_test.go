package demo

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
)

func seedOf(n byte) (seed [32]byte) {
	for i := range seed {
		seed[i] = n + byte(i)
	}
	return seed
}

func TestCensusTablesAddUp(t *testing.T) {
	sum := func(name string, row []int) {
		t.Helper()
		total := 0
		for _, v := range row {
			total += v
		}
		if total != 1000 {
			t.Errorf("%s adds up to %d permille: %v", name, total, row)
		}
	}
	sum("districts", districtShare[:])
	for i := range ageShare {
		sum(fmt.Sprintf("age, district %d", i), ageShare[i][:])
	}
	for i := range genderShare {
		sum(fmt.Sprintf("gender, age %d", i), genderShare[i][:])
		sum(fmt.Sprintf("languages, age %d", i), languageShare[i][:])
		for k := range 3 {
			sum(fmt.Sprintf("education, age %d, kind %d", i, k), educationShare[i][k][:])
			sum(fmt.Sprintf("housing, age %d, kind %d", i, k), housingShare[i][k][:])
		}
	}
	for f := range features {
		if len(applies[f]) != len(features[f].options) {
			t.Errorf("%s: %d propensities for %d options", features[f].name, len(applies[f]), len(features[f].options))
		}
	}
	most := int64(1)
	for f := range applies {
		most *= int64(slices.Max(applies[f]))
	}
	if most != appliesMost {
		t.Errorf("appliesMost is %d, want %d", appliesMost, most)
	}
	if len(streets) != len(districtShare) || len(interests) != len(interestShare) || len(sessions) != len(sessionShare) {
		t.Error("a table's length is not its labels'")
	}
}

func TestCensus(t *testing.T) {
	totals := make([]int, FeatureCount)
	for _, s := range Census() {
		if s.Persons <= 0 {
			t.Errorf("feature %d value %d: %d persons", s.Feature, s.Value, s.Persons)
		}
		totals[s.Feature] += s.Persons
	}
	for f, n := range totals {
		if n != Population {
			t.Errorf("feature %d: %d persons, want %d", f, n, Population)
		}
	}
}

// counts tallies every value of every feature among the given people.
func counts(people []Person) (out [FeatureCount][]int) {
	for f := range out {
		out[f] = make([]int, len(features[f].options))
	}
	for _, p := range people {
		for f, v := range p.Features {
			out[f][v]++
		}
	}
	return out
}

// Applicants differ from the census the way the propensities say: each value's
// share lies within a point of the share that census and propensity imply, and
// the bias is large enough to make a draw without quotas unfair.
func TestApplicantsMarginals(t *testing.T) {
	const n = Applicants
	got := counts(People(seedOf(1), n))
	var want [FeatureCount][]float64
	for f := range want {
		want[f] = make([]float64, len(features[f].options))
	}
	total := 0.0
	for d, ds := range districtShare {
		for a, as := range ageShare[d] {
			for g, gs := range genderShare[a] {
				for e, es := range educationShare[a][educationKind[d]] {
					for h, hs := range housingShare[a][housingKind[d]] {
						w := float64(ds) * float64(as) * float64(gs) * float64(es) * float64(hs)
						v := [FeatureCount]int{g, a, d, e, h}
						for f := range v {
							w *= float64(applies[f][v[f]])
						}
						total += w
						for f := range v {
							want[f][v[f]] += w
						}
					}
				}
			}
		}
	}
	for f := range want {
		for v := range want[f] {
			have, should := float64(got[f][v])/n, want[f][v]/total
			if d := have - should; d > 0.01 || d < -0.01 {
				t.Errorf("%s %s: share %.4f, want %.4f ± 0.01", features[f].name, features[f].options[v].en, have, should)
			}
		}
	}
	census := censusShares()
	over := float64(got[Education][3]) / n / (float64(census[Education][3]) / shareUnit)
	under := float64(got[Education][0]) / n / (float64(census[Education][0]) / shareUnit)
	if over < 1.3 || under > 0.6 {
		t.Errorf("degrees stand at %.2f and basic schooling at %.2f of the census: too little self-selection", over, under)
	}
}

// Features depend on one another as in a city.
func TestApplicantsDependence(t *testing.T) {
	people := People(seedOf(1), Applicants)
	share := func(given, counted func(Person) bool) float64 {
		n, k := 0, 0
		for _, p := range people {
			if given(p) {
				n++
				if counted(p) {
					k++
				}
			}
		}
		return float64(k) / float64(n)
	}
	young := func(p Person) bool { return p.Features[Age] == 0 }
	old := func(p Person) bool { return p.Features[Age] == 5 }
	owner := func(p Person) bool { return p.Features[Housing] == 0 }
	learned := func(p Person) bool { return p.Features[District] == 7 }
	works := func(p Person) bool { return p.Features[District] == 2 }
	for _, c := range []struct {
		name        string
		more, less  func(Person) bool
		counted     func(Person) bool
		differPoint float64
	}{
		{"older people own homes", old, young, owner, 0.5},
		{"the university district is young", learned, works, young, 0.05},
		{"and has more degrees than the plant's", learned, works, func(p Person) bool { return p.Features[Education] == 3 }, 0.15},
		{"the young cycle", young, old, func(p Person) bool { return p.Interests&2 != 0 }, 0.2},
		{"the old come by day", old, young, func(p Person) bool { return p.Sessions&4 != 0 }, 0.3},
		{"the young speak English", young, old, func(p Person) bool { return p.Languages&2 != 0 }, 0.3},
	} {
		if a, b := share(c.more, c.counted), share(c.less, c.counted); a-b < c.differPoint {
			t.Errorf("%s: %.2f against %.2f", c.name, a, b)
		}
	}
	homes := map[string]int{}
	for _, p := range people {
		homes[features[District].options[p.Features[District]].en+p.Household(English)]++
	}
	together, most := 0, 0
	for _, n := range homes {
		if n > 1 {
			together += n
		}
		most = max(most, n)
	}
	if s := float64(together) / Applicants; s < 0.08 || s > 0.35 || most > 8 {
		t.Errorf("%.3f of the applicants share a household, the largest of %d", s, most)
	}
}

// panelWithin looks for people who meet the quotas: it starts from the first
// ones and swaps one person for another as long as that leaves fewer seats
// wrong. It returns nil where no swap helps.
func panelWithin(people []Person, quotas []Quota, size int) []Person {
	var lo, hi [FeatureCount][16]int
	for _, q := range quotas {
		lo[q.Feature][q.Value], hi[q.Feature][q.Value] = q.Min, q.Max
	}
	panel := slices.Clone(people[:size])
	rest := slices.Clone(people[size:])
	var have [FeatureCount][16]int
	for _, p := range panel {
		for f, v := range p.Features {
			have[f][v]++
		}
	}
	wrong := func(f int, v uint8, n int) int {
		return max(0, lo[f][v]-n) + max(0, n-hi[f][v])
	}
	for pass := 0; pass < 20; pass++ {
		bad := 0
		for f := range have {
			for v := range features[f].options {
				bad += wrong(f, uint8(v), have[f][v])
			}
		}
		if bad == 0 {
			return panel
		}
		changed := false
		for i := range panel {
			best, at := 0, -1
			for j := range rest {
				gain := 0
				for f := range have {
					a, b := panel[i].Features[f], rest[j].Features[f]
					if a != b {
						gain += wrong(f, a, have[f][a]) - wrong(f, a, have[f][a]-1)
						gain += wrong(f, b, have[f][b]) - wrong(f, b, have[f][b]+1)
					}
				}
				if gain > best {
					best, at = gain, j
				}
			}
			if at < 0 {
				continue
			}
			for f := range have {
				have[f][panel[i].Features[f]]--
				have[f][rest[at].Features[f]]++
			}
			panel[i], rest[at] = rest[at], panel[i]
			changed = true
		}
		if !changed {
			return nil
		}
	}
	return nil
}

// The quotas can be met: a panel that meets them is found, and counted.
func TestQuotasCanBeMet(t *testing.T) {
	for _, c := range []struct{ seed, people, seats int }{
		{1, Applicants, 500}, {2, 6000, 500}, {3, 3000, 500}, {4, Applicants, 1000}, {5, 2000, 120},
	} {
		people := People(seedOf(byte(c.seed)), c.people)
		quotas := Quotas(c.seats)
		panel := panelWithin(people, quotas, c.seats)
		if panel == nil {
			t.Errorf("seed %d: no panel of %d found among %d", c.seed, c.seats, c.people)
			continue
		}
		got, pool := counts(panel), counts(people)
		var total [FeatureCount]int
		for _, q := range quotas {
			n := got[q.Feature][q.Value]
			total[q.Feature] += n
			if n < q.Min || n > q.Max {
				t.Errorf("seed %d: feature %d value %d has %d seats, want %d to %d", c.seed, q.Feature, q.Value, n, q.Min, q.Max)
			}
			if have := pool[q.Feature][q.Value]; have < q.Max {
				t.Errorf("seed %d: feature %d value %d has %d applicants for %d seats", c.seed, q.Feature, q.Value, have, q.Max)
			}
		}
		for f, n := range total {
			if n != c.seats {
				t.Errorf("seed %d: feature %d fills %d seats, want %d", c.seed, f, n, c.seats)
			}
		}
	}
}

// The first applicants alone would not meet the quotas, or they would show nothing.
func TestQuotasBind(t *testing.T) {
	got := counts(People(seedOf(1), 500))
	broken := 0
	for _, q := range Quotas(500) {
		if q.Min < 0 || q.Min > q.Max || q.Max-q.Min > 20 {
			t.Errorf("quota %+v", q)
		}
		if n := got[q.Feature][q.Value]; n < q.Min || n > q.Max {
			broken++
		}
	}
	if broken < 5 {
		t.Errorf("the first 500 applicants break %d quotas only", broken)
	}
}

func TestPeopleCSV(t *testing.T) {
	people := People(seedOf(7), 300)
	for _, l := range []Lang{Russian, English} {
		var b bytes.Buffer
		if err := WritePeople(&b, l, people); err != nil {
			t.Fatal(err)
		}
		if !utf8.Valid(b.Bytes()) {
			t.Errorf("%s: broken UTF-8", l)
		}
		rows, err := csv.NewReader(&b).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		if got, want := strings.Join(rows[0], ","), "id,gender,age,district,education,housing,interests,sessions,languages,household"; got != want {
			t.Errorf("header %s, want %s", got, want)
		}
		if len(rows) != 301 {
			t.Fatalf("%d rows, want 301", len(rows))
		}
		ids := map[string]bool{}
		form := Features(l)
		for i, row := range rows[1:] {
			if ids[row[0]] {
				t.Errorf("row %d: id %s again", i+1, row[0])
			}
			ids[row[0]] = true
			for f := range form {
				if row[1+f] != form[f].Options[people[i].Features[f]] {
					t.Errorf("row %d: %s is %q", i+1, form[f].Name, row[1+f])
				}
			}
			for c, options := range map[int][]string{6: Interests(l), 7: Sessions(l), 8: Languages()} {
				for _, v := range strings.Split(row[c], ";") {
					if !slices.Contains(options, v) {
						t.Errorf("row %d: %q is not among %v", i+1, v, options)
					}
				}
			}
			if row[9] == "" {
				t.Errorf("row %d: no household", i+1)
			}
		}
	}
	if err := WritePeople(&bytes.Buffer{}, "fr", people); err == nil {
		t.Error("WritePeople in French: no error")
	}
}

func TestQuotasCSV(t *testing.T) {
	quotas := Quotas(500)
	var b bytes.Buffer
	if err := WriteQuotas(&b, English, quotas); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&b).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 1+3+6+10+4+3 || strings.Join(rows[0], ",") != "feature,value,min,max" {
		t.Fatalf("%d rows, header %v", len(rows), rows[0])
	}
	for i, q := range quotas {
		want := []string{features[q.Feature].name, features[q.Feature].options[q.Value].en, strconv.Itoa(q.Min), strconv.Itoa(q.Max)}
		if !slices.Equal(rows[1+i], want) {
			t.Errorf("row %v, want %v", rows[1+i], want)
		}
	}
	if err := WriteQuotas(&b, "fr", quotas); err == nil {
		t.Error("WriteQuotas in French: no error")
	}
}

func TestFewerApplicantsAreAPrefix(t *testing.T) {
	if !slices.Equal(People(seedOf(3), 1000)[:400], People(seedOf(3), 400)) {
		t.Error("the first 400 of 1,000 are not the 400")
	}
	if slices.Equal(People(seedOf(3), 400), People(seedOf(4), 400)) {
		t.Error("two seeds gave the same people")
	}
}
