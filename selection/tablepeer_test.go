package selection

import (
	"encoding/csv"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
)

// peerCase is a sample of groupselect-lib with the tables to make of it.
type peerCase struct {
	file     string
	features string
	tables   int
	rounds   int
}

var peerCases = []peerCase{
	{"sf_f_40.csv", "a b c d e f g", 5, 3},
	{"sf_f_40.csv", "a b c d e f g", 5, 5},
	{"sf_f_40.csv", "a b c", 4, 4},
	{"100i_4j_3k_3d_data.csv", "gender age region nation", 10, 5},
	{"100i_4j_3k_3d_data.csv", "gender age region", 8, 10},
	{"philipps_example_data.csv", "gender age education ethnicity region", 7, 5},
	{"30i_4j_3k_3d_data.csv", "gender age region", 3, 3},
}

// TestBeatsGroupSelect seats the samples of groupselect-lib by its two ways and
// by ours, with the same number of tables and rounds. Ours must be as close to the
// panel's make-up as the closest of three runs of either, and as many people must
// meet as in the one of the three where most do.
func TestBeatsGroupSelect(t *testing.T) {
	if RaceOn {
		t.Skip("measures results, not races")
	}
	for _, c := range peerCases {
		x := readPeer(t, c)
		tables, err := Seat(t.Context(), x.seating())
		if err != nil {
			t.Fatal(err)
		}
		rounds := make([][]int, c.rounds)
		for r, places := range tables.Places {
			for _, p := range places {
				rounds[r] = append(rounds[r], p.Table-1)
			}
		}
		ours := x.score(rounds)
		line := fmt.Sprintf("%-26s %3d people, %d features, %2d tables, %2d rounds: distance %.3f meetings %d of %d", c.file, len(x.people), x.fields, c.tables, c.rounds, ours.distance, ours.meetings, tables.Report.MostMeetings)
		for _, way := range []struct {
			name string
			seat func(*rand.Rand) [][]int
		}{{"legacy", x.legacy}, {"Pareto swaps", x.paretoSwaps}} {
			runs := 1
			if Long() > 0 {
				runs = 3
			}
			closest, most, distance, meetings := math.Inf(1), 0, 0.0, 0.0
			for run := range runs {
				one := x.score(way.seat(rand.New(rand.NewPCG(1, uint64(run)))))
				closest, most = min(closest, one.distance), max(most, one.meetings)
				distance, meetings = distance+one.distance/float64(runs), meetings+float64(one.meetings)/float64(runs)
			}
			if ours.distance > closest+1e-9 || ours.meetings < most {
				t.Errorf("%+v: ours %+v, %s got %.3f and %d", c, ours, way.name, closest, most)
			}
			line += fmt.Sprintf("; %s %.3f (best %.3f), %.0f (best %d)", way.name, distance, closest, meetings, most)
		}
		t.Log(line)
	}
}

type score struct {
	distance float64
	meetings int
}

type peer struct {
	peerCase
	people [][]int // person × field: value
	values []int   // of each field
	fields int
	share  [][]float64
}

func readPeer(t *testing.T, c peerCase) *peer {
	t.Helper()
	f, err := os.Open(sharedData(t, "sortition", "groupselect", c.file))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	x := &peer{peerCase: c}
	for _, name := range strings.Fields(c.features) {
		at := slices.Index(rows[0], name)
		if at < 0 {
			t.Fatalf("%s has no column %s", c.file, name)
		}
		number := map[string]int{}
		for i, row := range rows[1:] {
			if i == len(x.people) {
				x.people = append(x.people, nil)
			}
			v, ok := number[row[at]]
			if !ok {
				v = len(number)
				number[row[at]] = v
			}
			x.people[i] = append(x.people[i], v)
		}
		x.values = append(x.values, len(number))
	}
	x.fields = len(x.values)
	for f, values := range x.values {
		share := make([]float64, values)
		for _, p := range x.people {
			share[p[f]] += 1 / float64(len(x.people))
		}
		x.share = append(x.share, share)
	}
	return x
}

func (x *peer) seating() Seating {
	var features []Feature
	for f, n := range x.values {
		one := Feature{Name: string(rune('a' + f))}
		for v := range n {
			one.Values = append(one.Values, string(rune('a'+v)))
		}
		features = append(features, one)
	}
	pool, err := NewPool(features)
	if err != nil {
		panic(err)
	}
	s := Seating{Pool: pool, TableSize: (len(x.people) + x.tables - 1) / x.tables, Rounds: x.rounds}
	for i, p := range x.people {
		values := make([]uint16, len(p))
		for f, v := range p {
			values[f] = uint16(v)
		}
		if err := pool.Add(Person{ID: string(rune('0'+i/10)) + string(rune('0'+i%10)), Values: values}); err != nil {
			panic(err)
		}
		s.People = append(s.People, i)
	}
	return s
}

// score is the mean over tables and rounds of the sum over fields and values of
// |share of all − share of the table|, which is groupselect-lib's diversity
// score, and how many different pairs meet.
func (x *peer) score(rounds [][]int) score {
	var out score
	met := map[[2]int]bool{}
	for _, at := range rounds {
		for table := range x.tables {
			var here []int
			for i, t := range at {
				if t == table {
					here = append(here, i)
				}
			}
			out.distance += x.distance(here) / float64(x.tables*len(rounds))
			for k, a := range here {
				for _, b := range here[:k] {
					met[[2]int{b, a}] = true
				}
			}
		}
	}
	out.meetings = len(met)
	return out
}

func (x *peer) distance(here []int) float64 {
	sum := 0.0
	for f := range x.fields {
		for v, n := range x.count(here, f) {
			sum += math.Abs(x.share[f][v] - float64(n)/float64(len(here)))
		}
	}
	return sum
}

func (x *peer) count(here []int, f int) []int {
	n := make([]int, x.values[f])
	for _, i := range here {
		n[x.people[i][f]]++
	}
	return n
}

// legacy is groupselect-lib's first way: in each of 100 attempts people sorted
// by their fields go, one by one, to the table with the fewest alike, field
// after field, then with the fewest people; of 100 random combinations of
// rounds the one with the most meetings is taken.
func (x *peer) legacy(r *rand.Rand) [][]int {
	const attempts = 100
	all := make([][][]int, attempts)
	for a := range all {
		for range x.rounds {
			all[a] = append(all[a], x.greedy(r))
		}
	}
	var best [][]int
	most := -1
	for range attempts {
		var one [][]int
		for round := range x.rounds {
			one = append(one, all[r.IntN(attempts)][round])
		}
		if met := x.score(one).meetings; met > most {
			best, most = one, met
		}
	}
	return best
}

func (x *peer) greedy(r *rand.Rand) []int {
	size := (len(x.people) + x.tables - 1) / x.tables
	order := r.Perm(len(x.people))
	slices.SortStableFunc(order, func(a, b int) int { return slices.Compare(x.people[a], x.people[b]) })
	at := make([]int, len(x.people))
	tables := make([][]int, x.tables)
	for _, i := range order {
		var open []int
		for t := range tables {
			if len(tables[t]) < size {
				open = append(open, t)
			}
		}
		fewest := func(of func(t int) int) {
			least := math.MaxInt
			for _, t := range open {
				least = min(least, of(t))
			}
			open = slices.DeleteFunc(open, func(t int) bool { return of(t) > least })
		}
		for f := range x.fields {
			fewest(func(t int) int { return x.count(tables[t], f)[x.people[i][f]] })
		}
		fewest(func(t int) int { return len(tables[t]) })
		at[i] = open[0]
		tables[open[0]] = append(tables[open[0]], i)
	}
	return at
}

// paretoSwaps is the heuristic of Barrett and Gal (2024) with its default of
// one half: people dealt at random; each in turn exchanges with someone at
// another table such that every field they differ in gets better at both
// tables, chosen half of the time by how many fields that are, else by how many
// fewer meetings are repeated, among the exchanges that no other beats in both.
func (x *peer) paretoSwaps(r *rand.Rand) [][]int {
	n := len(x.people)
	met := make([][]int, n)
	for i := range met {
		met[i] = make([]int, n)
	}
	var out [][]int
	for range x.rounds {
		order := r.Perm(n)
		at := make([]int, n)
		for k, i := range order {
			at[i] = k % x.tables
		}
		for _, i := range order {
			if j := x.paretoSwap(r, at, met, i); j >= 0 {
				at[i], at[j] = at[j], at[i]
			}
		}
		for i := range n {
			for j := range i {
				if at[i] == at[j] {
					met[i][j]++
					met[j][i]++
				}
			}
		}
		out = append(out, at)
	}
	return out
}

func (x *peer) paretoSwap(r *rand.Rand, at []int, met [][]int, i int) int {
	type offer struct{ person, better, fresh int }
	tables := make([][]int, x.tables)
	for k, t := range at {
		tables[t] = append(tables[t], k)
	}
	over := func(t, f, v int) float64 {
		return float64(x.count(tables[t], f)[v])/float64(len(tables[t])) - x.share[f][v]
	}
	var offers []offer
	for j := range x.people {
		if at[j] == at[i] {
			continue
		}
		o := offer{person: j}
		good := true
		for f := range x.fields {
			vi, vj := x.people[i][f], x.people[j][f]
			if vi == vj {
				continue
			}
			good = good && over(at[i], f, vi) > 0 && over(at[i], f, vj) < 0 && over(at[j], f, vj) > 0 && over(at[j], f, vi) < 0
			o.better += 2
		}
		if !good {
			continue
		}
		for k := range x.people {
			if k == i || k == j {
				continue
			}
			if at[k] == at[i] {
				o.fresh += 2 * (met[i][k] - met[j][k])
			}
			if at[k] == at[j] {
				o.fresh += 2 * (met[j][k] - met[i][k])
			}
		}
		if o.better > 0 || o.fresh > 0 {
			offers = append(offers, o)
		}
	}
	// Of each number of fields one with the most new meetings, by chance.
	best := map[int][]offer{}
	for _, o := range offers {
		switch list := best[o.better]; {
		case len(list) == 0 || o.fresh > list[0].fresh:
			best[o.better] = []offer{o}
		case o.fresh == list[0].fresh:
			best[o.better] = append(list, o)
		}
	}
	var front []offer
	for better := 0; better <= 2*x.fields; better += 2 {
		if list := best[better]; len(list) > 0 {
			one := list[r.IntN(len(list))]
			front = slices.DeleteFunc(front, func(o offer) bool { return o.fresh <= one.fresh })
			front = append(front, one)
		}
	}
	if len(front) == 0 {
		return -1
	}
	weight := func(o offer) int { return o.better }
	if r.Float64() >= .5 {
		front = slices.DeleteFunc(front, func(o offer) bool { return o.fresh < 0 })
		weight = func(o offer) int { return o.fresh }
	}
	total := 0
	for _, o := range front {
		total += weight(o)
	}
	switch {
	case len(front) == 0:
		return -1
	case len(front) == 1 || total == 0:
		return front[0].person
	}
	at0 := r.IntN(total)
	for _, o := range front {
		if at0 -= weight(o); at0 < 0 {
			return o.person
		}
	}
	return front[len(front)-1].person
}
