package analysis

import (
	"context"
	"math"
	"slices"
	"strings"

	"veche/server/tally"
	"veche/server/topic"
)

// WhatIf is what the list would be among one part of the people drawn, and if
// they were weighed to be as the city is. It never ranks.
type WhatIf struct {
	Strata []WhatIfStratum `json:"strata"`
	Raked  *WhatIfRaked    `json:"raked,omitempty"` // nil where the topic knows nothing of its population
	Items  []WhatIfItem    `json:"items"`           // by number
}

// WhatIfStratum is a part of the people drawn.
type WhatIfStratum struct {
	Name   string `json:"name"`
	Voters int    `json:"voters"`
}

// WhatIfRaked says what the weights come from and what they cost.
type WhatIfRaked struct {
	Features     []string `json:"features"`
	DesignEffect float64  `json:"design_effect"` // Kish's
	Least        float64  `json:"least"`         // the smallest and largest weight
	Most         float64  `json:"most"`
	Capped       bool     `json:"capped"` // some would weigh more or less without the bounds
	Off          float64  `json:"off"`    // how far from the population a share still is at most
}

// WhatIfItem is an item's what-ifs.
type WhatIfItem struct {
	Item   uint32              `json:"item"`
	Strata []tally.StratumCell `json:"strata"`
	Rank   int                 `json:"rank"` // raked, 0 without
	// Percent is the raked share, nil where a cell of the item is hidden: beside
	// the plain share it would be a second equation about it.
	Percent *int `json:"percent,omitempty"`
}

// WhatIfOf makes the what-ifs from the votes that stand, nil where the rule
// watches no strata. It is for a rating that is over: two of them a vote apart
// would say how that vote was.
func WhatIfOf(ctx context.Context, s *topic.State) (*WhatIf, error) {
	r := s.Rule()
	if r == nil || len(s.Strata) == 0 || s.VoteCount == 0 {
		return nil, nil
	}
	in := VotesOf(s, r.Seed)
	var of []int32
	voters := make([]int, len(s.Strata))
	for b, choices := range s.Votes {
		if len(choices) == 0 {
			continue
		}
		stratum := int32(-1)
		if b < len(s.StratumOf) && s.StratumOf[b] != 0 {
			stratum = int32(s.StratumOf[b]) - 1
			voters[stratum]++
		}
		of = append(of, stratum)
	}
	table, err := tally.ByStratum(ctx, in, of, len(s.Strata))
	if err != nil {
		return nil, err
	}
	w := &WhatIf{}
	for i, name := range s.Strata {
		w.Strata = append(w.Strata, WhatIfStratum{Name: name, Voters: voters[i]})
	}
	for i := range table {
		w.Items = append(w.Items, WhatIfItem{Item: uint32(i + 1), Strata: table[i]})
	}
	return w, w.rake(ctx, s, in, of)
}

func (w *WhatIf) rake(ctx context.Context, s *topic.State, in tally.Input, of []int32) error {
	features, margins := marginsOf(s, of)
	raked := tally.Rake(in.Ballots, margins)
	if raked == nil {
		return nil
	}
	rows, err := tally.Weighted(ctx, in, raked.Weights)
	if err != nil {
		return err
	}
	w.Raked = &WhatIfRaked{
		Features: features, DesignEffect: raked.DesignEffect, Capped: raked.Capped > 0, Off: raked.Off,
		Least: slices.Min(raked.Weights), Most: slices.Max(raked.Weights),
	}
	for i := range w.Items {
		x := &w.Items[i]
		x.Rank = rows[i].Rank
		if !slices.ContainsFunc(x.Strata, func(c tally.StratumCell) bool { return c.Hidden }) {
			percent := int(math.Round(100 * rows[i].AgreeShare))
			x.Percent = &percent
		}
	}
	return nil
}

// marginsOf are the shares of the population by those features of the strata
// that it is known by, with the value of each voter; of small strata that were
// put together it is not known.
func marginsOf(s *topic.State, of []int32) (features []string, margins []tally.Margin) {
	population := populationOf(&s.Settings.Population)
	for i, name := range s.Rule().Strata {
		var options []string
		for _, f := range s.Settings.Form.Features {
			if f.Name == name {
				options = f.Options
			}
		}
		m := tally.Margin{Shares: make([]float64, len(options)), Of: make([]int32, len(of))}
		known, found := true, false
		for v, o := range options {
			share, ok := population.Share(name, o)
			known, m.Shares[v] = known && ok, share
		}
		for b, stratum := range of {
			m.Of[b] = -1
			if stratum < 0 {
				continue
			}
			if values := strings.Split(s.Strata[stratum], betweenValues); i < len(values) {
				m.Of[b] = int32(slices.Index(options, values[i]))
				found = found || m.Of[b] >= 0
			}
		}
		if known && found {
			features, margins = append(features, name), append(margins, m)
		}
	}
	return features, margins
}
