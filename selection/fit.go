package selection

import (
	"fmt"
	"slices"
	"strings"
)

// FitBand is a group of people preferred alike, and their mean chance with the
// preference and without.
type FitBand struct {
	Name        string  `json:"name"`
	People      int     `json:"people"`
	Mean        float64 `json:"mean_probability"`
	MeanWithout float64 `json:"mean_probability_without"`
}

type weightBand struct {
	most float64
	name string
}

// weightBands are the bands of weights by their upper ends.
var weightBands = []weightBand{{1, "weight 1"}, {1.5, "weight above 1 to 1.5"}, {2, "weight above 1.5 to 2"}, {2.5, "weight above 2 to 2.5"}, {MaxWeight, "weight above 2.5 to 3"}}

// fit tells the price of preferring interest: the chances are solved for again
// with all weights 1 and without the quotas of the features of interest. It is
// nil where nothing is preferred.
func (d *drawing) fit(chance []int64) (*Fit, error) {
	weighted := d.in.weight != nil
	if !weighted && len(d.FitFeatures) == 0 || d.in.size == 0 {
		return nil, nil
	}
	d.say("telling the price of fit")
	without, err := d.withoutFit()
	if err != nil {
		return nil, fmt.Errorf("the price of fit: %w", err)
	}
	var with, plain Report
	with.chances(d.groups())
	plain.chances(without.groups())
	f := &Fit{
		MinProbability: with.MinProbability, MinProbabilityWithout: plain.MinProbability,
		Gini: with.Gini, GiniWithout: plain.Gini, GeometricMean: with.GeometricMean, GeometricMeanWithout: plain.GeometricMean,
	}
	plainChance := without.personal()
	var what []string
	if weighted {
		what = append(what, "weights")
		for _, i := range d.in.member {
			if d.Pool.Weight(int(i)) > 1 {
				f.People++
			}
		}
		f.bands(d, chance, plainChance, len(weightBands), func(i int32) int {
			return slices.IndexFunc(weightBands, func(b weightBand) bool { return d.Pool.Weight(int(i)) <= b.most })
		}, func(k int) string { return weightBands[k].name })
	}
	for _, name := range d.FitFeatures {
		what = append(what, "quotas of "+name)
		at := d.Pool.FeatureIndex(name)
		f.bands(d, chance, plainChance, len(d.Pool.features[at].Values), func(i int32) int { return int(d.Pool.Values(int(i))[at]) },
			func(k int) string { return name + ": " + d.Pool.features[at].Values[k] })
	}
	if !weighted { // whom the quotas favour
		for _, i := range d.in.member {
			if float64(chance[i]) > 1.001*float64(plainChance[i]) {
				f.People++
			}
		}
	}
	f.What = strings.Join(what, " and ")
	f.Note = fmt.Sprintf("nobody who can be seated has a chance below %.4g; without the preference the lowest would be %.4g", f.MinProbability, f.MinProbabilityWithout)
	return f, nil
}

// withoutFit solves for the chances without any preference, by the objective of
// the draw.
func (d *drawing) withoutFit() (*drawing, error) {
	p := d.Problem
	p.Quotas = slices.DeleteFunc(slices.Clone(p.Quotas), func(q Quota) bool { return slices.Contains(d.FitFeatures, q.Feature) })
	in, err := newInstance(&p)
	if err != nil {
		return nil, err
	}
	in.weight = nil
	sub := &drawing{Problem: p, ctx: d.ctx, in: in, report: Report{Objective: d.report.Objective}, listing: d.listing}
	switch {
	case in.size == in.eligible:
		sub.chance = make([]int64, in.types())
		for t := range sub.chance {
			sub.chance[t] = ChanceUnit
		}
	case d.listing:
		target, err := sub.targets()
		if err != nil {
			return nil, err
		}
		for _, v := range target {
			sub.chance = append(sub.chance, int64(v*ChanceUnit))
		}
	default:
		if sub.chance, err = sub.chances(); err != nil {
			return nil, err
		}
	}
	return sub, nil
}

// bands adds the mean chances of groups of people.
func (f *Fit) bands(d *drawing, with, without []int64, groups int, group func(person int32) int, name func(k int) string) {
	people, sum, plain := make([]int, groups), make([]float64, groups), make([]float64, groups)
	for _, i := range d.in.member {
		k := group(i)
		people[k]++
		sum[k] += float64(with[i]) / ChanceUnit
		plain[k] += float64(without[i]) / ChanceUnit
	}
	for k, n := range people {
		if n > 0 {
			f.Bands = append(f.Bands, FitBand{Name: name(k), People: n, Mean: sum[k] / float64(n), MeanWithout: plain[k] / float64(n)})
		}
	}
}
