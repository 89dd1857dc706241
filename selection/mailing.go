package selection

import (
	"fmt"
	"math"
	"math/bits"
	"slices"
	"strings"
)

// Mailing is the first stage of a lottery: who of a register gets a letter. It
// goes to one person an address, with a chance that depends on the stratum
// alone, or on the stratum and how many share the address.
type Mailing struct {
	Register *Pool // from Register.Read: features are strata columns, households addresses
	Letters  int
	Equal    Equal
	// Weights make the letters of a stratum so many times what its size gives
	// it; nil or missing: 1. Only their proportions matter.
	Weights  []StratumRate
	Excluded []int    // gets no letter; others at the address may
	Seed     [32]byte // from NewSeed over the register's root and the policy's digest
}

// Equal says whose chances of a stratum are equal.
type Equal string

// With EqualPeople everyone has the same chance, so an address of four is four
// times as likely to get a letter as an address of one; with EqualAddresses
// every address has the same chance and those who live there share it.
const (
	EqualPeople    Equal = "people"
	EqualAddresses Equal = "addresses"
)

// Letters are a mailing's result. Chances are exact: the probabilities of the
// random choice itself, whole units of ChanceUnit that add up to Letters.
type Letters struct {
	Selected []int   // ascending numbers of people in the register
	Chances  []int64 // of each person in the register, in units of ChanceUnit
	Report   LettersReport
}

// LettersReport is what a mailing tells the public: no identifiers in it.
type LettersReport struct {
	People    int              `json:"people"`    // rows of the register
	Eligible  int              `json:"eligible"`  // who could get a letter
	Addresses int              `json:"addresses"` // at which they live; equal to Eligible where each row is its own
	Letters   int              `json:"letters"`
	Equal     Equal            `json:"equal"`
	Wave      int              `json:"wave"`    // 1, 2, …
	Columns   []string         `json:"columns"` // that split the register
	Strata    []StratumLetters `json:"strata"`
	MinChance float64          `json:"min_chance"`
	MaxChance float64          `json:"max_chance"`
	Crowded   int              `json:"crowded"` // people whose address is sure of a letter and who share it, with less chance than others of their stratum
	Among     string           `json:"among"`
}

// StratumLetters is one stratum. Chance is that of its people whose address is
// not crowded; with EqualAddresses it is the address's.
type StratumLetters struct {
	Values    []string `json:"values"`
	People    int      `json:"people"`
	Eligible  int      `json:"eligible"`
	Letters   int      `json:"letters"`
	Expected  float64  `json:"expected"` // within one of Letters
	Weight    float64  `json:"weight"`
	Chance    float64  `json:"chance"`
	MinChance float64  `json:"min_chance"` // of a person
	MaxChance float64  `json:"max_chance"`
	Total     float64  `json:"total_chance"` // with the waves before: of a person who lives alone
}

// mailing is a Mailing on its way to letters.
type mailing struct {
	Mailing
	order   []int32 // eligible people by stratum's address: sorted by address, then identifier
	start   []int32 // address k's people are order[start[k]:start[k+1]]
	rank    []int32 // person → place in the order of identifiers
	stratum []int32 // profile → stratum in the order of their values
	values  []int32 // stratum → profile
	weight  []float64
	size    []float64 // by stratum: people, or addresses by the share that lives there
	reached []float64 // by stratum: expected letters a unit of size; not for the crowded
	chance  []int64
	crowded []bool // by address
}

// Draw draws the letters. The same register, whatever the order of its rows,
// rules and seed give the same letters on any machine: all that is random is
// done in whole numbers.
//
// Every stratum gets within one of the letters expected of it, the whole gets
// Letters, no address gets two. Where an address of many would be more than sure
// of a letter its people share that one, and the rest goes to others of their
// strata. It is an error when a stratum cannot take its letters.
//
// Cost: O(people log people + addresses × strata); memory some 100 bytes a person.
func (m Mailing) Draw() (*Letters, error) {
	w, err := m.prepare()
	if err != nil {
		return nil, err
	}
	if err := w.solve(); err != nil {
		return nil, err
	}
	return w.draw(), nil
}

func (m Mailing) prepare() (*mailing, error) {
	if m.Register == nil || m.Register.Len() == 0 {
		return nil, fmt.Errorf("a mailing needs a register with somebody in it")
	}
	if m.Letters < 1 {
		return nil, fmt.Errorf("the number of letters is %d: 1 or more is needed", m.Letters)
	}
	if m.Equal != EqualPeople && m.Equal != EqualAddresses {
		return nil, fmt.Errorf("equal chances for %q: write people or addresses", m.Equal)
	}
	p := m.Register
	w := &mailing{Mailing: m, chance: make([]int64, p.Len()), rank: make([]int32, p.Len())}
	out := make([]bool, p.Len())
	for _, i := range m.Excluded {
		if i < 0 || i >= p.Len() {
			return nil, fmt.Errorf("person number %d is excluded but the register has %d people", i, p.Len())
		}
		out[i] = true
	}
	if err := w.split(); err != nil {
		return nil, err
	}
	canonical := p.byID()
	for k, i := range canonical {
		w.rank[i] = int32(k)
	}
	// Addresses in the order of the first identifier at each, people in theirs.
	number, place := make([]int32, len(p.households.end)), int32(0)
	size := []int32{}
	at := make([]int32, p.Len())
	for _, i := range canonical {
		if out[i] {
			continue
		}
		k := place
		if h := p.household[i]; h >= 0 {
			if number[h] == 0 {
				number[h] = place + 1
			}
			k = number[h] - 1
		}
		if k == place {
			place++
			size = append(size, 0)
		}
		at[i] = k
		size[k]++
	}
	if place == 0 {
		return nil, fmt.Errorf("nobody is left to write to: all %d people of the register are excluded", p.Len())
	}
	if m.Letters > int(place) {
		return nil, fmt.Errorf("%d letters are more than the %d addresses that can get one", m.Letters, place)
	}
	w.start = make([]int32, place+1)
	for k, n := range size {
		w.start[k+1] = w.start[k] + n
	}
	w.order = make([]int32, w.start[place])
	fill := slices.Clone(w.start)
	for _, i := range canonical {
		if !out[i] {
			w.order[fill[at[i]]] = i
			fill[at[i]]++
		}
	}
	return w, nil
}

// split numbers the strata in the order of their values and weighs them.
func (w *mailing) split() error {
	p := w.Register
	width := len(p.features)
	profiles := len(p.profileKey)
	if profiles > mostStrata {
		return fmt.Errorf("the columns make %d strata, at most %d are possible: take fewer columns, or cuts that make bands", profiles, mostStrata)
	}
	w.values = make([]int32, profiles)
	for k := range w.values {
		w.values[k] = int32(k)
	}
	row := func(k int32) []uint16 { return p.profiles[int(k)*width : (int(k)+1)*width] }
	slices.SortFunc(w.values, func(a, b int32) int { return slices.Compare(row(a), row(b)) })
	w.stratum, w.weight = make([]int32, profiles), make([]float64, profiles)
	byValues, rest := map[string]float64{}, 1.0
	for _, one := range w.Weights {
		if len(one.Values) != width || !(one.Rate >= 0) || math.IsInf(one.Rate, 0) {
			return fmt.Errorf("weight %v of stratum %q: a number for the %d strata columns is needed", one.Rate, one.Values, width)
		}
		byValues[strings.Join(one.Values, "\x00")] = one.Rate
		if width > 0 && strings.Join(one.Values, "") == "" {
			rest = one.Rate
		}
	}
	for s, k := range w.values {
		w.stratum[k] = int32(s)
		weight, ok := byValues[strings.Join(w.names(s), "\x00")]
		if !ok {
			weight = rest
		}
		w.weight[s] = weight
	}
	return nil
}

// names are a stratum's values in words.
func (w *mailing) names(s int) []string {
	p := w.Register
	out := make([]string, len(p.features))
	for f := range out {
		out[f] = p.features[f].Values[p.profiles[int(w.values[s])*len(out)+f]]
	}
	return out
}

func (w *mailing) addresses() int { return max(0, len(w.start)-1) }

// at are the people of an address.
func (w *mailing) at(k int) []int32 { return w.order[w.start[k]:w.start[k+1]] }

func (w *mailing) stratumOf(person int32) int32 { return w.stratum[w.Register.profileOf[person]] }

// part is what one of n people at an address counts in the size of a stratum.
func (w *mailing) part(n int) float64 {
	if w.Equal == EqualAddresses {
		return 1 / float64(n)
	}
	return 1
}

// solve finds everyone's chance.
func (w *mailing) solve() error {
	strata := len(w.values)
	w.size = make([]float64, strata)
	for k := range w.addresses() {
		people := w.at(k)
		for _, i := range people {
			w.size[w.stratumOf(i)] += w.part(len(people))
		}
	}
	sum := 0.0
	for s, size := range w.size {
		sum += float64(size * w.weight[s])
	}
	if sum == 0 {
		return fmt.Errorf("every stratum that can get letters has the weight 0")
	}
	want := make([]float64, strata)
	w.reached = make([]float64, strata)
	for s, size := range w.size {
		if size > 0 {
			want[s] = float64(w.Letters) * (size * w.weight[s] / sum)
			w.reached[s] = want[s] / size
		}
	}
	// Crowded addresses get one letter; what their people lose goes to others of
	// their strata, until each stratum has what it should.
	w.crowded = make([]bool, w.addresses())
	const rounds = 500
	for round := 0; ; round++ {
		got := make([]float64, strata)
		for k := range w.addresses() {
			people := w.at(k)
			part, sum := w.part(len(people)), 0.0
			for _, i := range people {
				sum += float64(part * w.reached[w.stratumOf(i)])
			}
			if w.crowded[k] = sum > 1+1e-12; !w.crowded[k] {
				sum = 1
			}
			for _, i := range people {
				s := w.stratumOf(i)
				got[s] += part * w.reached[s] / sum
			}
		}
		worst, at := 0.0, 0
		for s := range got {
			if short := want[s] - got[s]; short > worst {
				worst, at = short, s
			}
		}
		if worst < 1e-9*float64(w.Letters) {
			break
		}
		if round == rounds {
			return fmt.Errorf("stratum %s can take %.1f letters of the %.1f that it should get: write fewer letters, or give it less weight",
				w.called(at), got[at], want[at])
		}
		for s := range got {
			if got[s] > 0 {
				w.reached[s] *= want[s] / got[s]
			}
		}
	}
	return w.units()
}

// called names a stratum in an error.
func (w *mailing) called(s int) string {
	if len(w.Register.features) == 0 {
		return "“everyone”"
	}
	return fmt.Sprintf("%q", strings.Join(w.names(s), ", "))
}

// units turns chances into whole units: a crowded address has exactly one
// letter, and what rounding leaves of Letters goes to the others in turn.
func (w *mailing) units() error {
	var sum int64 // in units; Letters units fit 9 million letters
	for k := range w.addresses() {
		people := w.at(k)
		part, whole := w.part(len(people)), 1.0
		if w.crowded[k] {
			whole = 0
			for _, i := range people {
				whole += float64(part * w.reached[w.stratumOf(i)])
			}
		}
		here := int64(0)
		for _, i := range people {
			w.chance[i] = int64(float64(part * w.reached[w.stratumOf(i)] / whole * ChanceUnit))
			here += w.chance[i]
		}
		if w.crowded[k] || here > ChanceUnit {
			here = w.spread(people, ChanceUnit-here)
		}
		sum += here
	}
	hi, lo := bits.Mul64(uint64(w.Letters), ChanceUnit)
	if hi != 0 || lo > math.MaxInt64 {
		return fmt.Errorf("%d letters are too many: at most %d", w.Letters, math.MaxInt64/ChanceUnit)
	}
	left := int64(lo) - sum
	for range 50 {
		if left == 0 {
			return nil
		}
		people := int64(0)
		for k := range w.addresses() {
			if !w.crowded[k] {
				people += int64(len(w.at(k)))
			}
		}
		for k := range w.addresses() {
			if w.crowded[k] || left == 0 {
				continue
			}
			at := w.at(k)
			here := int64(0)
			for _, i := range at {
				here += w.chance[i]
			}
			share := left / max(1, people) * int64(len(at))
			if share == 0 { // less than one each: the first get one
				share = max(-int64(len(at)), min(int64(len(at)), left))
			}
			share = max(-here, min(share, ChanceUnit-here))
			left -= w.spread(at, share) - here
		}
	}
	if left != 0 {
		return fmt.Errorf("the chances leave %v letters over: write fewer letters", float64(left)/ChanceUnit)
	}
	return nil
}

// spread adds units, few beside the chances, to those of people who have one, as
// evenly as whole numbers go, and returns the sum of all.
func (w *mailing) spread(people []int32, units int64) int64 {
	some, sum := int64(0), int64(0)
	for _, i := range people {
		sum += w.chance[i]
		if w.chance[i] > 0 {
			some++
		}
	}
	for _, i := range people {
		if w.chance[i] == 0 {
			continue
		}
		share := max(units/some, -w.chance[i])
		w.chance[i] += share
		sum += share
		units -= share
		some--
	}
	return sum
}

// draw gives each address one of the strata that live there, or no letter, and
// the letter to one of its people of that stratum.
func (w *mailing) draw() *Letters {
	strata := len(w.values)
	none := int32(strata)
	d := newDice(w.Seed, "letters")
	order := make([]int32, w.addresses())
	for k := range order {
		order[k] = int32(k)
	}
	shuffle(d, order)
	a := newApportion(strata+1, w.addresses(), d)
	var kinds []int32
	var units []int64
	for _, k := range order {
		kinds, units = kinds[:0], units[:0]
		left := int64(ChanceUnit)
		for _, i := range w.at(int(k)) {
			s := w.stratumOf(i)
			at := slices.Index(kinds, s)
			if at < 0 {
				at = len(kinds)
				kinds, units = append(kinds, s), append(units, 0)
			}
			units[at] += w.chance[i]
			left -= w.chance[i]
		}
		a.put(k, append(kinds, none), append(units, left))
	}
	out := &Letters{Chances: w.chance}
	for k, s := range a.finish() {
		if s == none {
			continue
		}
		var among []int32
		sum := int64(0)
		for _, i := range w.at(k) {
			if w.stratumOf(i) == s {
				among = append(among, i)
				sum += w.chance[i]
			}
		}
		pick := int64(0)
		if len(among) > 1 {
			pick = int64(d.wide(uint64(sum)))
		}
		for _, i := range among {
			if pick -= w.chance[i]; pick < 0 {
				out.Selected = append(out.Selected, int(i))
				break
			}
		}
	}
	slices.Sort(out.Selected)
	out.Report = w.report(out.Selected)
	return out
}

func (w *mailing) report(selected []int) LettersReport {
	p := w.Register
	r := LettersReport{People: p.Len(), Eligible: len(w.order), Addresses: w.addresses(), Letters: len(selected), Equal: w.Equal, Wave: 1,
		Columns: []string{}, MinChance: 1, Among: "chances are among those in the register"}
	for _, f := range p.features {
		r.Columns = append(r.Columns, f.Name)
	}
	for s := range w.values {
		r.Strata = append(r.Strata, StratumLetters{Values: w.names(s), Weight: w.weight[s], Chance: min(1, w.reached[s]), Total: min(1, w.reached[s]), MinChance: 1})
	}
	for i := range p.Len() {
		r.Strata[w.stratumOf(int32(i))].People++
	}
	expected := make([]int64, len(w.values))
	for k := range w.addresses() {
		people := w.at(k)
		if w.crowded[k] {
			r.Crowded += len(people)
		}
		for _, i := range people {
			at := w.stratumOf(i)
			s := &r.Strata[at]
			chance := float64(w.chance[i]) / ChanceUnit
			s.MinChance, s.MaxChance = min(s.MinChance, chance), max(s.MaxChance, chance)
			r.MinChance, r.MaxChance = min(r.MinChance, chance), max(r.MaxChance, chance)
			s.Eligible++
			expected[at] += w.chance[i]
		}
	}
	for s := range r.Strata {
		r.Strata[s].Expected = float64(expected[s]) / ChanceUnit
		if r.Strata[s].Eligible == 0 {
			r.Strata[s].MinChance = 0
		}
	}
	for _, i := range selected {
		r.Strata[w.stratumOf(int32(i))].Letters++
	}
	return r
}
