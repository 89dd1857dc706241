package selection

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// Population is what the whole population is made of, counted by a census: for
// quotas, and to stand beside pool and panel. The zero value knows nothing.
type Population struct {
	Tables []PopulationTable `json:"tables"`
}

// PopulationTable counts people by one feature or by several at once.
type PopulationTable struct {
	Features []string         `json:"features"`
	Cells    []PopulationCell `json:"cells"`

	shares bool // counts are shares of shareUnit, so the sum tells nothing
}

// PopulationCell is how many people have a value of each of the table's features.
type PopulationCell struct {
	Values []string `json:"values"`
	Count  int      `json:"count"`
}

// Share is the part of the population with a value of a feature, from 0 to 1,
// by the first table that counts the feature; false where none does. A feature
// that crosses others, as "age × gender", is counted by a table of all of them.
func (p Population) Share(feature, value string) (float64, bool) {
	for _, t := range p.Tables {
		of := t.columns(feature)
		if of == nil {
			continue
		}
		sum, all := 0, 0
		for _, c := range t.Cells {
			all += c.Count
			if c.crossed(of) == value {
				sum += c.Count
			}
		}
		if all == 0 {
			return 0, false
		}
		return float64(sum) / float64(all), true
	}
	return 0, false
}

// columns are the table's features that make a feature, in its order; nil where
// the table does not count it.
func (t PopulationTable) columns(feature string) []int {
	if f := slices.Index(t.Features, feature); f >= 0 {
		return []int{f}
	}
	names := strings.Split(feature, Crossed)
	if len(names) < 2 {
		return nil
	}
	out := make([]int, len(names))
	for i, name := range names {
		if out[i] = slices.Index(t.Features, name); out[i] < 0 {
			return nil
		}
	}
	return out
}

func (c PopulationCell) crossed(of []int) string {
	if len(of) == 1 {
		return c.Values[of[0]]
	}
	out := make([]string, len(of))
	for i, f := range of {
		out[i] = c.Values[f]
	}
	return strings.Join(out, Crossed)
}

// Features are the features counted, each with its values, in the order in
// which they appear.
func (p Population) Features() []Feature {
	var out []Feature
	for _, t := range p.Tables {
		for f, name := range t.Features {
			if slices.ContainsFunc(out, func(o Feature) bool { return o.Name == name }) {
				continue
			}
			out = append(out, Feature{Name: name, Values: t.values([]int{f})})
		}
	}
	return out
}

// values are those of columns taken together, in the order in which they appear.
func (t PopulationTable) values(of []int) []string {
	var out []string
	seen := map[string]bool{}
	for _, c := range t.Cells {
		if v := c.crossed(of); !seen[v] {
			seen[v] = true
			out = append(out, v)
		}
	}
	return out
}

// Among is the population without those whom rules leave out, as far as its
// tables count what the rules go by; the tables' own features alone can tell.
func (p Population) Among(rules []Rule) Population {
	out := Population{}
	for _, t := range p.Tables {
		for _, rule := range rules {
			f := slices.Index(t.Features, rule.Column)
			if f < 0 || rule.Several {
				continue
			}
			t.Cells = slices.DeleteFunc(slices.Clone(t.Cells), func(c PopulationCell) bool { return !new(ruleUse).holds(&rule, c.Values[f]) })
		}
		out.Tables = append(out.Tables, t)
	}
	return out
}

// Quotas are those that make a panel of the size like the population, feature
// by feature: a cross-table gives the quotas of each feature by itself. A value
// with the share s has s·size seats of its own; its quota reaches tolerance·size
// seats to both sides of that, tolerance from 0 to 1, but never over half of the
// value's own seats, so that no small group is lost in the tolerance, and always
// out to whole numbers, unless one is nearer than a twentieth of a seat. No bound is left that the others of its feature rule out,
// so the largest remainder's seats (Seats) meet every quota. It is an error when
// the population counts nothing.
func (p Population) Quotas(size int, tolerance float64) (Quotas, error) {
	return p.quotas(size, tolerance, p.Features())
}

// CrossQuotas are Quotas and besides those of every cross-table's cells, on
// features such as "age × gender". They hold a panel to the population more
// closely, with many more kinds of people and smaller groups: a cell of half a
// seat may get none, which is why they are only made when asked for.
func (p Population) CrossQuotas(size int, tolerance float64) (Quotas, error) {
	features := p.Features()
	for _, t := range p.Tables {
		if len(t.Features) < 2 {
			continue
		}
		of := make([]int, len(t.Features))
		for f := range of {
			of[f] = f
		}
		features = append(features, Feature{Name: strings.Join(t.Features, Crossed), Values: t.values(of)})
	}
	return p.quotas(size, tolerance, features)
}

func (p Population) quotas(size int, tolerance float64, features []Feature) (Quotas, error) {
	switch {
	case size < 1:
		return nil, fmt.Errorf("quotas for %d seats: at least one seat is needed", size)
	case !(tolerance >= 0 && tolerance <= 1):
		return nil, fmt.Errorf("a tolerance of %v: a part of the seats from 0 to 1 is needed, 0.05 as a rule", tolerance)
	}
	var out Quotas
	for _, f := range features {
		one, least, most, err := p.bounds(f, size, tolerance, nearlyWhole)
		if err == nil && (least > size || most < size) {
			one, least, most, err = p.bounds(f, size, tolerance, 1e-9)
		}
		if err != nil {
			return nil, err
		}
		for _, q := range one {
			lo, hi := q.Min, q.Max
			q.Min, q.Max = max(lo, size-(most-hi)), min(hi, size-(least-lo))
			out = append(out, q)
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("the population has no table: nothing to make quotas of")
	}
	return out, nil
}

// nearlyWhole is the part of a seat by which a bound may miss a whole number and
// still be it: counts seldom come to whole percents, and a share of 11.9999 %
// must not get a seat more of room than one of 12 %.
const nearlyWhole = 0.05

// bounds are the quotas of a feature out to whole numbers, with their sums.
func (p Population) bounds(f Feature, size int, tolerance, nearly float64) (one Quotas, least, most int, err error) {
	for _, v := range f.Values {
		share, ok := p.Share(f.Name, v)
		if !ok {
			return nil, 0, 0, fmt.Errorf("%s: the population table counts nobody", f.Name)
		}
		own := float64(share * float64(size))
		room := min(float64(tolerance*float64(size)), own/2)
		q := Quota{Feature: f.Name, Value: v, Min: max(0, int(math.Floor(own-room+nearly))), Max: min(size, int(math.Ceil(own+room-nearly)))}
		q.Max = max(q.Max, q.Min)
		least, most = least+q.Min, most+q.Max
		one = append(one, q)
	}
	return one, least, most, nil
}

// Seats are a feature's seats by value if all of size went by the population:
// whole numbers that add up to it, by the largest remainder, the earlier value
// first where remainders are equal. False where the feature is not counted.
func (p Population) Seats(feature Feature, size int) ([]int, bool) {
	out := make([]int, len(feature.Values))
	rest := make([]float64, len(out))
	left := size
	for v, value := range feature.Values {
		share, ok := p.Share(feature.Name, value)
		if !ok {
			return nil, false
		}
		own := float64(share * float64(size))
		out[v] = int(math.Floor(own + 1e-9))
		rest[v] = own - float64(out[v])
		left -= out[v]
	}
	order := make([]int, len(out))
	for v := range order {
		order[v] = v
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch d := rest[b] - rest[a]; {
		case d > 1e-9:
			return 1
		case d < -1e-9:
			return -1
		}
		return 0
	})
	for _, v := range order[:min(max(0, left), len(order))] {
		out[v]++
	}
	return out, true
}

// totalsApart is the part by which totals of two tables may differ unsaid.
const totalsApart = 0.005

// Notes says where tables do not fit together: different totals, or different
// shares for one feature.
func (p Population) Notes() []string {
	var out []string
	total := func(t PopulationTable) int {
		sum := 0
		for _, c := range t.Cells {
			sum += c.Count
		}
		return sum
	}
	first := -1
	for i, t := range p.Tables {
		if t.shares {
			continue
		}
		if first < 0 {
			first = i
			continue
		}
		a, b := total(p.Tables[first]), total(t)
		if math.Abs(float64(a-b)) > totalsApart*float64(max(a, b)) {
			out = append(out, fmt.Sprintf("the population tables of %s and of %s count different totals, %d and %d: each is used by its shares",
				strings.Join(p.Tables[first].Features, Crossed), strings.Join(t.Features, Crossed), a, b))
		}
	}
	for i, t := range p.Tables {
		for _, name := range t.Features {
			for _, earlier := range p.Tables[:i] {
				if earlier.columns(name) == nil {
					continue
				}
				if note := (Population{[]PopulationTable{earlier}}).apart(Population{[]PopulationTable{t}}, name); note != "" {
					out = append(out, note)
				}
				break
			}
		}
	}
	return out
}

// Against says which values features, those of quotas or of a pool, have and the
// population does not, or the other way round.
func (p Population) Against(features []Feature) []string {
	var out []string
	for _, f := range features {
		known := p.valuesOf(f.Name)
		if known == nil {
			continue
		}
		if only := without(f.Values, known); only != nil {
			out = append(out, fmt.Sprintf("%s: the population does not know %s: write values as it does (%s)", f.Name, quoted(only), listed(known)))
		}
		if only := without(known, f.Values); only != nil {
			out = append(out, fmt.Sprintf("%s: the population counts %s, which nobody else names", f.Name, quoted(only)))
		}
	}
	return out
}

// apart says where two populations give a value shares that differ.
func (p Population) apart(q Population, feature string) string {
	for _, value := range p.valuesOf(feature) {
		a, _ := p.Share(feature, value)
		b, _ := q.Share(feature, value)
		if math.Abs(a-b) > totalsApart {
			return fmt.Sprintf("%s: two population tables give %q different shares, %.1f %% and %.1f %%: the first is used", feature, value, 100*a, 100*b)
		}
	}
	return ""
}

func (p Population) valuesOf(feature string) []string {
	for _, t := range p.Tables {
		if of := t.columns(feature); of != nil {
			return t.values(of)
		}
	}
	return nil
}

func without(all, some []string) []string {
	var out []string
	for _, v := range all {
		if !slices.Contains(some, v) {
			out = append(out, v)
		}
	}
	return out
}
