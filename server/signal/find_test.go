package signal

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
)

func TestCopiesAreOfDifferentAuthors(t *testing.T) {
	const plea = "Plant lime trees along the whole of River Street and water them for the first three summers, please"
	texts := []Text{
		{1, 11, plea}, {2, 12, "plant lime trees along the whole of River Street and water them for the first three summers"},
		{3, 13, plea + "!"}, // three people with the same words
		{4, 14, "Build a new tram line from the station to the hospital, every ten minutes"},
		{5, 15, "More benches in the old park, and a drinking fountain near the playground"},
		{6, 16, "Open the school yards at weekends so that children have somewhere to play"},
		{7, 17, "Turn the lights of empty office towers off at night"}, {8, 17, "Turn the lights of empty office towers off at night."}, // one person twice
		{9, 18, "More trees"}, {10, 19, "More trees"}, // two words: nothing to it
		{11, 20, "Let shops deliver by cargo bike and give them places to load"},
	}
	list := copies(texts)
	if len(list) != 1 {
		t.Fatalf("%d signals, want one: %+v", len(list), list)
	}
	x := list[0].Copies
	if !slices.Equal(x.People, []uint64{11, 12, 13}) || !slices.Equal(x.Texts, []uint32{1, 2, 3}) || x.Words < 15 || list[0].Chance > -2 {
		t.Errorf("found %+v at 10^%.1f", x, list[0].Chance)
	}
	if got := copies(nil); got != nil {
		t.Errorf("of no texts: %+v", got)
	}
}

// arrivals of remarks: thirty people at three tables, for some hours, evenly.
func evenly(seed uint64) (list []Arrival) {
	r := rand.New(rand.NewPCG(seed, 2))
	for minute := range int64(300) {
		for range r.IntN(5) {
			person := uint64(1 + r.IntN(30))
			list = append(list, Arrival{Flow: FlowRemarks, Time: 1_700_000_000_000 + minute*60_000 + r.Int64N(60_000), Person: person, Room: uint32(1 + person%3)})
		}
	}
	return list
}

func TestSurges(t *testing.T) {
	for seed := range uint64(20) {
		if list, tests := surges(evenly(seed)); len(list) > 0 || tests < 500 {
			t.Errorf("seed %d: %d signals in %d windows of an even talk, want none", seed, len(list), tests)
		}
	}
	list := evenly(1)
	for i := range int64(60) { // a flood of one person
		list = append(list, Arrival{Flow: FlowRemarks, Time: 1_700_009_000_000 + i*2000, Person: 7, Room: 2})
	}
	found, _ := surges(list)
	if !slices.ContainsFunc(found, func(s Signal) bool {
		return s.Arrival.Person == 7 && s.Arrival.Count >= 30 && s.Arrival.Expected < 5 && s.Chance < -4
	}) {
		t.Errorf("the flood is not told: %+v", found)
	}
	for _, s := range found {
		if p := s.Arrival.Person; p != 0 && p != 7 {
			t.Errorf("person %d is named for what 7 did", p)
		}
	}
}

// Of votes the time is told to the hour, and no ballot.
func TestVotesKeepTheirTime(t *testing.T) {
	var list []Arrival
	for i := range int64(240) {
		for range 3 {
			list = append(list, Arrival{Flow: FlowVotes, Time: 1_700_000_000_000 + i*60_000})
		}
		if i >= 120 && i < 128 {
			for range 200 {
				list = append(list, Arrival{Flow: FlowVotes, Time: 1_700_000_000_000 + i*60_000})
			}
		}
	}
	found, _ := surges(list)
	if len(found) == 0 {
		t.Fatal("two hundred votes a minute are no surge")
	}
	for _, s := range found {
		if a := s.Arrival; a.From%hour != 0 || a.Person != 0 || a.Room != -1 {
			t.Errorf("found %+v", a)
		}
	}
}

func TestDominance(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	var tables []Seating
	for n := range uint32(200) { // honest tables: some say four times what others do
		table := Seating{Table: n + 1}
		for p := range uint64(10) {
			remarks := 2 + r.IntN(7)
			table.People = append(table.People, Spoken{uint64(n)*10 + p + 1, remarks, remarks * (60 + r.IntN(60))})
		}
		tables = append(tables, table)
	}
	if list := dominances(tables); len(list) > 0 {
		t.Errorf("%d signals among honest tables, want none: %+v", len(list), list[0].Table)
	}
	tables[17].People[3] = Spoken{174, 45, 45 * 200}
	list := dominances(tables)
	if len(list) != 1 {
		t.Fatalf("%d signals, want one", len(list))
	}
	if x := list[0].Table; x.Table != 18 || x.Person != 174 || x.Share < 0.6 || x.Gini < 0.4 || x.Own != 45 || x.People != 10 {
		t.Errorf("found %+v", x)
	}
}

// Tails against gonum's.
func TestTails(t *testing.T) {
	for _, c := range []struct {
		k, n int
		p    float64
	}{{1, 10, 0.1}, {5, 10, 0.5}, {30, 60, 0.1}, {100, 400, 0.2}, {0, 5, 0.3}, {10, 10, 0.9}} {
		want := 1.0
		if c.k > 0 {
			want = distuv.Binomial{N: float64(c.n), P: c.p}.Survival(float64(c.k) - 0.5)
		}
		if got := math.Exp(binomialTail(c.k, c.n, c.p)); math.Abs(got-want) > 1e-9 && math.Abs(got/want-1) > 1e-6 {
			t.Errorf("%d or more of %d at %g: %g, want %g", c.k, c.n, c.p, got, want)
		}
	}
	for _, c := range []struct {
		x          int
		mean, size float64
	}{{3, 2, 1}, {20, 5, 2}, {12, 0.5, 50}, {0, 3, 3}} {
		sum := 0.0 // the sum of the rest, by the gamma function
		for k := range c.x {
			a, _ := math.Lgamma(float64(k) + c.size)
			b, _ := math.Lgamma(c.size)
			d, _ := math.Lgamma(float64(k) + 1)
			sum += math.Exp(a - b - d + c.size*math.Log(c.size/(c.size+c.mean)) + float64(k)*math.Log(c.mean/(c.size+c.mean)))
		}
		if got := math.Exp(surgeTail(c.x, c.mean, c.size)); math.Abs(got-(1-sum)) > 1e-9 {
			t.Errorf("%d or more of mean %g: %g, want %g", c.x, c.mean, got, 1-sum)
		}
	}
}

func TestDiscoveries(t *testing.T) {
	logs := func(p ...float64) []float64 {
		for i := range p {
			p[i] = math.Log(p[i])
		}
		return p
	}
	for _, c := range []struct {
		chances []float64
		tests   float64
		want    int
	}{
		{nil, 10, 0},
		{logs(0.0005, 0.0015, 0.0029, 0.2), 10, 3}, // bars .001, .002, .003
		{logs(0.0015, 0.0016), 10, 2},              // the second lifts the first
		{logs(0.0015, 0.0025), 10, 0},
	} {
		if got := discoveries(c.chances, c.tests); got != c.want {
			t.Errorf("%d discoveries of %v among %g, want %d", got, c.chances, c.tests, c.want)
		}
	}
}

// The open rating has ballots of its own: they are never compared with the others.
func TestOpenBallotsAreApart(t *testing.T) {
	votes, _ := made{people: 300, items: 80, ring: 6, rings: 1, answers: 0.8, seed: 5}.votes()
	f := Find(Evidence{Votes: votes, Open: votes})
	if len(f.Signals) != 2 || f.Signals[0].Accord.Open == f.Signals[1].Accord.Open || f.Signals[0].Key == f.Signals[1].Key || f.Ballots != 612 {
		t.Errorf("%d signals of %d ballots: %+v", len(f.Signals), f.Ballots, f.Signals)
	}
}

// Nothing at all gives nothing, and no signal ever names both ballots and people.
func TestFindKeepsApart(t *testing.T) {
	if f := Find(Evidence{}); len(f.Signals) != 0 || f.Signals == nil {
		t.Errorf("of nothing: %+v", f)
	}
	votes, _ := made{people: 300, items: 80, ring: 6, rings: 1, answers: 0.8, seed: 5}.votes()
	const plea = "Plant lime trees along the whole of River Street and water them for three summers"
	f := Find(Evidence{Votes: votes, Texts: []Text{{1, 1, plea}, {2, 2, plea}, {3, 3, "A bridge for those who walk, from the market to the island, with lights that stay on"}}, Arrivals: evenly(2)})
	kinds := map[Kind]int{}
	for _, s := range f.Signals {
		kinds[s.Kind]++
		parts := 0
		for _, there := range []bool{s.Accord != nil, s.Copies != nil, s.Arrival != nil, s.Table != nil} {
			if there {
				parts++
			}
		}
		if parts != 1 || len(s.Key) != 64 {
			t.Errorf("%s has %d parts and the key %q", s.Kind, parts, s.Key)
		}
	}
	if kinds[Votes] != 1 || kinds[Texts] != 1 || len(f.Signals) != 2 {
		t.Errorf("found %v, want one of votes and one of texts", kinds)
	}
}
