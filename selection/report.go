package selection

import (
	"cmp"
	"math"
	"slices"
)

// Report is what a draw tells the public: no identifiers in it. Probabilities
// are of the people who could be drawn in this round.
type Report struct {
	People         int       `json:"people"`
	Eligible       int       `json:"eligible"`
	Excluded       int       `json:"excluded"`
	Size           int       `json:"size"`
	Seated         int       `json:"seated_before"`
	Types          int       `json:"types"`
	Objective      Objective `json:"objective"`
	Reason         string    `json:"reason"`
	Solver         string    `json:"solver"`
	MinProbability float64   `json:"min_probability"`
	MaxProbability float64   `json:"max_probability"`
	WithoutChance  int       `json:"without_chance"` // people with chance 0, the unlisted among them
	// Unlisted are people whom no panel of the list holds, though one that is not
	// listed may; the others without a chance are proved to be on no panel at all.
	Unlisted int `json:"without_chance_unlisted,omitempty"`
	// KindSpread is the largest difference between chances of people of one kind,
	// alike in every quota feature: households and whole panels make it.
	KindSpread    float64 `json:"kind_spread,omitempty"`
	Gini          float64 `json:"gini"`
	GeometricMean float64 `json:"geometric_mean"`
	// MinByWeight is the lowest chance divided by the person's weight, which is what
	// the objectives make high and what the bound is of; 0 where nobody has a weight
	// of their own and MinProbability is the same.
	MinByWeight              float64       `json:"min_probability_by_weight,omitempty"`
	UpperBoundMinProbability float64       `json:"upper_bound_min_probability"` // no lottery reaches more for everyone, by weight
	Quotas                   []QuotaResult `json:"quotas"`
	QuotasMet                bool          `json:"quotas_met"`
	Landing                  landing       `json:"landing"`
	Lottery                  *Lottery      `json:"lottery,omitempty"`
	Panels                   *PanelList    `json:"panels,omitempty"`
	HouseholdRedraws         int           `json:"household_redraws"`
	HouseholdMoves           int           `json:"household_moves"`
	Realised                 Realised      `json:"realised"`
	Fit                      *Fit          `json:"fit,omitempty"`
	LeftOut                  []GroupCount  `json:"left_out,omitempty"`        // by reason, people in each that concerns them
	LeftOutPeople            int           `json:"left_out_people,omitempty"` // by any of these reasons, each once
	WithoutAddress           int           `json:"without_address,omitempty"` // where others gave one: taken as living alone
	Invited                  *Invited      `json:"invited,omitempty"`
	SeatedBy                 []GroupCount  `json:"seated_by,omitempty"`
	Among                    string        `json:"among"`
}

// GroupCount is how many people a published reason concerned.
type GroupCount struct {
	Reason string `json:"reason"`
	People int    `json:"people"`
}

// Invited tells that more people are drawn than are wanted, because not all come.
// It is said by the organiser and no part of the draw.
type Invited struct {
	Wanted   int     `json:"wanted"`   // people who shall come
	Rate     float64 `json:"rate"`     // expected to come, of everyone
	Expected float64 `json:"expected"` // people expected to come
	AllMet   float64 `json:"all_met"`  // at least this likely, all minimums are met
	Source   string  `json:"source"`   // of the rates
}

// counts are groups by number, people in each that names them, and how many people
// there are in all.
func counts(groups []Group) ([]GroupCount, int) {
	var out []GroupCount
	in := map[int]int{} // the last group that a person was counted in, from 1
	for k, g := range groups {
		n := 0
		for _, i := range g.People {
			if in[i] != k+1 {
				in[i] = k + 1
				n++
			}
		}
		out = append(out, GroupCount{Reason: g.Reason, People: n})
	}
	return out, len(in)
}

// Realised tells how near the published chances are to those that the draw,
// with households and rounding, really gives.
type Realised struct {
	How           string  `json:"how"` // RealisedExact, RealisedMeasured or RealisedTarget
	Replays       int     `json:"replays,omitempty"`
	MaxDeviation  float64 `json:"max_deviation,omitempty"`  // largest difference seen of a group's chance, as a part of it
	StandardError float64 `json:"standard_error,omitempty"` // of that difference, as a part of the chance
	Note          string  `json:"note,omitempty"`
}

// The ways in which published chances hold.
const (
	RealisedExact    = "exact"    // by construction
	RealisedMeasured = "measured" // by replays with other seeds
	RealisedTarget   = "target"   // aimed at, not measured in this draw
)

// Fit is the price of preferring interest: the measures of the chances with the
// preference, which are the report's own, and without.
type Fit struct {
	What                  string    `json:"what"`   // weights, or the features whose quotas prefer
	People                int       `json:"people"` // preferred
	MinProbability        float64   `json:"min_probability"`
	MinProbabilityWithout float64   `json:"min_probability_without"`
	Gini                  float64   `json:"gini"`
	GiniWithout           float64   `json:"gini_without"`
	GeometricMean         float64   `json:"geometric_mean"`
	GeometricMeanWithout  float64   `json:"geometric_mean_without"`
	Bands                 []FitBand `json:"bands,omitempty"`
	Note                  string    `json:"note"`
}

// QuotaResult is a quota and what the panel holds of it. People is how many
// applied with the value.
type QuotaResult struct {
	Feature  string `json:"feature"`
	Value    string `json:"value"`
	Min      int    `json:"min"`
	Max      int    `json:"max"`
	Selected int    `json:"selected"`
	People   int    `json:"people"`
	// Population is the value's share of the whole population, from 0 to 1, where it is known.
	Population *float64 `json:"population,omitempty"`
}

func (d *drawing) finish(team *lineup) Report {
	in, r := d.in, d.report
	r.People, r.Eligible, r.Size, r.Seated = d.Pool.Len(), in.eligible, d.Size, takenBy(d.Fixed)
	r.Excluded = r.People - r.Eligible - r.Seated
	r.LeftOut, r.LeftOutPeople = counts(d.Excluded)
	r.SeatedBy, _ = counts(d.Fixed)
	r.WithoutAddress = d.Pool.WithoutAddress()
	r.Types = in.types()
	r.Realised.How = cmp.Or(r.Realised.How, RealisedTarget)
	r.UpperBoundMinProbability = d.cert.UpperBound
	r.HouseholdRedraws, r.HouseholdMoves = team.redraw, team.moved
	r.Among = "chances are among those who applied"
	r.chances(d.groups())
	r.MinByWeight = d.lowestByWeight()
	inPool := d.Pool.Counts()
	r.QuotasMet = team.panel.size == in.size && len(team.seated) == in.size
	for _, one := range in.reported(team.panel.rows) {
		got := one.seated
		q := QuotaResult{Feature: one.feature, Value: one.value, Min: one.quota.Min, Max: one.quota.Max, Selected: got}
		f := d.Pool.FeatureIndex(one.feature)
		if v := slices.Index(d.Pool.features[f].Values, one.value); v >= 0 {
			q.People = inPool[f][v]
		}
		if share, ok := d.Population.Share(q.Feature, q.Value); ok {
			q.Population = &share
		}
		r.Quotas = append(r.Quotas, q)
		r.QuotasMet = r.QuotasMet && got >= q.Min && got <= q.Max
	}
	return r
}

// lowestByWeight is the lowest chance of those who can be drawn, each divided by
// the person's weight; 0 where nobody has a weight.
func (d *drawing) lowestByWeight() float64 {
	if d.in.weight == nil || d.in.eligible == 0 {
		return 0
	}
	lowest, chance := math.Inf(1), d.personal()
	for i, t := range d.in.typeOf {
		if t >= 0 {
			lowest = min(lowest, float64(chance[i])/ChanceUnit/d.in.weight[t])
		}
	}
	return lowest
}

// Lowest is the lowest chance by weight: what UpperBoundMinProbability bounds.
func (r *Report) Lowest() float64 { return cmp.Or(r.MinByWeight, r.MinProbability) }

// Reached is the part of the proven bound that the lowest chance by weight
// reaches, 1 where no lottery does better and where there is no bound.
func (r *Report) Reached() float64 {
	if r.UpperBoundMinProbability <= 0 {
		return 1
	}
	return r.Lowest() / r.UpperBoundMinProbability
}

// chances fills in the measures of a distribution given by type.
func (r *Report) chances(chance []int64, count []int) {
	order := make([]int, 0, len(count))
	for t := range count {
		order = append(order, t)
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case chance[a] < chance[b]:
			return -1
		case chance[a] > chance[b]:
			return 1
		}
		return 0
	})
	var people, sum, area, logs float64
	zero := false
	for i, t := range order {
		p, n := float64(chance[t])/ChanceUnit, float64(count[t])
		if i == 0 {
			r.MinProbability = p
		}
		r.MaxProbability = p
		area += float64(float64(p*n) * (2*people + n))
		people += n
		sum += float64(p * n)
		if p > 0 {
			logs += float64(n * ln(p))
		} else {
			zero = true
			r.WithoutChance += count[t]
		}
	}
	if people == 0 || sum == 0 {
		return
	}
	r.Gini = max(0, area/float64(people*sum)-1)
	if !zero {
		r.GeometricMean = exp(logs / people)
	}
	r.Gini = math.Round(r.Gini*1e12) / 1e12
}
