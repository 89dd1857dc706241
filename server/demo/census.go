package demo

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
)

// Population is how many people of 16 and over live in the made city.
const Population = 612_400

// The census as a chain of shares in permille: district; age by district;
// gender by age; education by age and the district's kind; housing likewise.
// Five permille factors multiply exactly in an int64, so the marginals are
// exact too.
var (
	districtShare = [10]int{62, 128, 141, 74, 152, 58, 93, 105, 133, 54}

	ageShare = [10][6]int{
		{110, 170, 170, 150, 160, 240}, // Stary Torg
		{120, 160, 200, 180, 150, 190}, // Zarechye
		{120, 160, 180, 170, 170, 200}, // Zavodskoy
		{100, 140, 170, 180, 180, 230}, // Sloboda
		{130, 190, 220, 170, 130, 160}, // Severny
		{90, 130, 190, 200, 180, 210},  // Sosnovka
		{140, 190, 180, 160, 150, 180}, // Vokzalny
		{260, 220, 160, 120, 100, 140}, // Universitetsky
		{130, 270, 260, 150, 90, 100},  // Novy Gorod
		{120, 170, 180, 170, 160, 200}, // Pristan
	}

	genderShare = [6][3]int{
		{488, 498, 14}, {495, 495, 10}, {508, 486, 6}, {522, 474, 4}, {556, 441, 3}, {634, 364, 2},
	}

	// educationKind: 0 works, 1 ordinary, 2 learned.
	educationKind  = [10]int{2, 1, 0, 1, 1, 1, 0, 2, 2, 0}
	educationShare = [6][3][4]int{
		{{300, 330, 250, 120}, {270, 330, 200, 200}, {130, 450, 100, 320}},
		{{80, 190, 420, 310}, {50, 170, 330, 450}, {30, 120, 200, 650}},
		{{70, 190, 450, 290}, {50, 170, 370, 410}, {30, 120, 230, 620}},
		{{70, 230, 470, 230}, {60, 200, 410, 330}, {40, 150, 290, 520}},
		{{90, 270, 450, 190}, {80, 240, 410, 270}, {50, 190, 310, 450}},
		{{210, 290, 360, 140}, {180, 280, 340, 200}, {100, 230, 290, 380}},
	}

	// housingKind: 0 ordinary, 1 rented flats, 2 detached houses.
	housingKind  = [10]int{0, 0, 0, 2, 0, 2, 1, 1, 0, 0}
	housingShare = [6][3][3]int{
		{{80, 270, 650}, {60, 380, 560}, {80, 120, 800}},
		{{420, 400, 180}, {290, 530, 180}, {480, 250, 270}},
		{{650, 250, 100}, {540, 370, 90}, {740, 140, 120}},
		{{760, 160, 80}, {680, 240, 80}, {840, 90, 70}},
		{{820, 110, 70}, {760, 170, 70}, {890, 60, 50}},
		{{860, 60, 80}, {820, 90, 90}, {900, 40, 60}},
	}
)

// shareUnit is the denominator of census shares: five factors of 1,000.
const shareUnit = 1_000_000_000_000_000

// censusShares sums the chain to each value's share, over shareUnit.
func censusShares() [FeatureCount][]int64 {
	var out [FeatureCount][]int64
	for f := range out {
		out[f] = make([]int64, len(features[f].options))
	}
	for d, ds := range districtShare {
		for a, as := range ageShare[d] {
			for g, gs := range genderShare[a] {
				for e, es := range educationShare[a][educationKind[d]] {
					for h, hs := range housingShare[a][housingKind[d]] {
						w := int64(ds) * int64(as) * int64(gs) * int64(es) * int64(hs)
						out[Gender][g] += w
						out[Age][a] += w
						out[District][d] += w
						out[Education][e] += w
						out[Housing][h] += w
					}
				}
			}
		}
	}
	return out
}

// Share is one line of the census: how many of the city's people have a value.
type Share struct {
	Feature, Value int // feature and option numbers
	Persons        int // of Population
}

// Census returns the marginals of every feature in feature and option order;
// each feature's persons add up to Population.
func Census() []Share {
	var out []Share
	for f, shares := range censusShares() {
		for v, n := range apportion(shares, Population) {
			out = append(out, Share{f, v, n})
		}
	}
	return out
}

// apportion divides total in proportion to shares by largest remainder, ties
// to the earlier.
func apportion(shares []int64, total int) []int {
	out := make([]int, len(shares))
	rest := make([]int64, len(shares))
	left := total
	for i, s := range shares {
		// s·total needs more than 64 bits at full precision, and no seat
		// hangs on the last six of fifteen digits.
		p := s / 1_000_000 * int64(total)
		out[i] = int(p / (shareUnit / 1_000_000))
		rest[i] = p % (shareUnit / 1_000_000)
		left -= out[i]
	}
	for ; left > 0; left-- {
		best := 0
		for i := range rest {
			if rest[i] > rest[best] {
				best = i
			}
		}
		out[best]++
		rest[best] = -1
	}
	return out
}

// Quota is the least and the most seats that a value may get.
type Quota struct {
	Feature, Value int // feature and option numbers
	Min, Max       int // seats, inclusive
}

// Quotas returns quotas for a panel of the given size, for every value of
// every feature, around the census share: 2 % of the seats to either side,
// yet never more than half the value's own seats, so that a small minority's
// quota still means something.
func Quotas(seats int) []Quota {
	var out []Quota
	for f, shares := range censusShares() {
		for v, target := range apportion(shares, seats) {
			slack := min(seats/50, (target+1)/2)
			out = append(out, Quota{f, v, target - slack, max(1, target+slack)}) // a seat must be possible for everyone
		}
	}
	return out
}

// WriteQuotas writes quotas.csv: feature,value,min,max with values in
// language l.
func WriteQuotas(w io.Writer, l Lang, quotas []Quota) error {
	if err := l.check(); err != nil {
		return err
	}
	c := csv.NewWriter(w)
	rows := [][]string{{"feature", "value", "min", "max"}}
	for _, q := range quotas {
		f := features[q.Feature]
		rows = append(rows, []string{f.name, f.options[q.Value].in(l), strconv.Itoa(q.Min), strconv.Itoa(q.Max)})
	}
	if err := c.WriteAll(rows); err != nil {
		return fmt.Errorf("demo: write quotas: %w", err)
	}
	return nil
}
