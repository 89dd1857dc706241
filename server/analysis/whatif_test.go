package analysis

import (
	"context"
	"testing"

	"veche/server/topic"
)

// wardRating is a rating of one item by 30 people of the north, who are for it,
// and 10 of the south, who mostly are not, in a city of halves.
func wardRating(t *testing.T) *topic.State {
	t.Helper()
	s := ratingOf(2, 40)
	s.Settings.Form.Features = []topic.Feature{{Name: "ward", Options: []string{"north", "south"}}}
	s.Settings.Population.Tables = []topic.PopulationTable{{Features: []string{"ward"}, Cells: []topic.PopulationCell{{Values: []string{"north"}, Count: 500}, {Values: []string{"south"}, Count: 500}}}}
	s.Rules = []topic.RuleEntry{{Rule: topic.RatingRule{Order: topic.OrderSupport, Strata: []string{"ward"}}}}
	b := topic.BallotsStratified{First: 1, Strata: []string{"north", "south"}}
	for n := range 40 {
		b.Of = append(b.Of, uint32(1+n/30))
	}
	voted(s, 0, &b)
	for n := uint64(1); n <= 40; n++ {
		v := topic.Agree
		if n > 30 && n <= 38 || n == 1 {
			v = topic.Disagree
		}
		voted(s, n, &topic.Voted{Item: 1, Value: v})
		if n <= 33 { // of the south three alone answer the second
			voted(s, n, &topic.Voted{Item: 2, Value: v})
		}
	}
	return s
}

func TestWhatIfTheCityHadRated(t *testing.T) {
	w, err := WhatIfOf(context.Background(), wardRating(t))
	if err != nil {
		t.Fatal(err)
	}
	if w.Strata[0] != (WhatIfStratum{"north", 30}) || w.Strata[1] != (WhatIfStratum{"south", 10}) {
		t.Errorf("strata %+v", w.Strata)
	}
	first, second := w.Items[0], w.Items[1]
	if first.Strata[0].Percent != 97 || first.Strata[1].Percent != 20 || first.Percent == nil || *first.Percent != 58 {
		t.Errorf("item 1: %+v, raked %v", first, first.Percent)
	}
	if !second.Strata[0].Hidden || !second.Strata[1].Hidden || second.Percent != nil {
		t.Errorf("the three of the south can be worked out: %+v", second)
	}
	if r := w.Raked; r == nil || r.DesignEffect < 1.3 || r.DesignEffect > 1.4 || r.Capped || r.Off > 1e-6 {
		t.Errorf("raked %+v", w.Raked)
	}
}

func TestWhatIfNeedsStrata(t *testing.T) {
	s := ratingOf(2, 4)
	voted(s, 1, &topic.Voted{Item: 1, Value: topic.Agree})
	s.Rules = []topic.RuleEntry{{Rule: topic.RatingRule{Order: topic.OrderSupport}}}
	if w, err := WhatIfOf(context.Background(), s); w != nil || err != nil {
		t.Errorf("%+v, %v", w, err)
	}
	s = wardRating(t)
	s.Settings.Population = topic.Population{}
	if w, err := WhatIfOf(context.Background(), s); err != nil || w.Raked != nil || w.Items[0].Percent != nil {
		t.Errorf("without a population: %+v, %v", w, err)
	}
}
