package topic

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strconv"
)

// DrawRules are what a planner settles about the draw besides seats and quotas.
// The zero value draws from everyone, one person a household, with the most even
// chances, and half the panel again as reserves.
type DrawRules struct {
	Objective    string     `json:"objective" class:"none"` // "" for nash by type, else auto, leximin, maximin, nash or goldilocks
	Reserves     uint32     `json:"reserves"`               // 0 for half the panel
	Panels       uint32     `json:"panels"`                 // equally likely panels for a public draw by hand, 0 for none
	Eligible     []Eligible `json:"eligible"`               // who may be drawn; everyone where empty
	Sessions     []string   `json:"sessions" class:"none"`  // who can attend none of them is left out
	Languages    []string   `json:"languages" class:"none"` // who speaks none of them is left out
	Interests    []string   `json:"interests" class:"none"` // who ticked one of them weighs Weight
	Weight       Weight     `json:"weight"`
	FitFeatures  []string   `json:"fit_features" class:"none"` // features of interest whose price the report tells
	AnyHousehold bool       `json:"any_household"`             // people of one household may be drawn together
}

// Eligible are the values of a feature that may be drawn.
type Eligible struct {
	Feature string   `json:"feature" class:"none"`
	Values  []string `json:"values" class:"none"`
}

// Objectives are the names that DrawRules.Objective may have.
var Objectives = []string{"", "auto", "leximin", "maximin", "nash", "goldilocks"}

// MaxWeight is how much someone can be preferred at most.
const MaxWeight = 3

// Weight is a preference in hundredths, from 1 to [MaxWeight] in JSON; 0 is none.
type Weight uint16

// Float is the weight as a number, 1 for none.
func (w Weight) Float() float64 {
	if w == 0 {
		return 1
	}
	return float64(w) / 100
}

// MarshalJSON writes a number such as 1.5.
func (w Weight) MarshalJSON() ([]byte, error) {
	return strconv.AppendFloat(nil, float64(w)/100, 'f', -1, 64), nil
}

// UnmarshalJSON reads a number of at most two decimals.
func (w *Weight) UnmarshalJSON(b []byte) error {
	if bytes.Equal(b, []byte("null")) {
		return nil
	}
	v, err := strconv.ParseFloat(string(b), 64)
	hundredths := math.Round(v * 100)
	if err != nil || !(v >= 0 && v <= 100) || math.Abs(v*100-hundredths) > 1e-6 {
		return faultf(CodeInvalid, "the weight %s is no number from 1 to %d with two decimals at most", clip(string(b)), MaxWeight)
	}
	*w = Weight(hundredths)
	return nil
}

func (r *DrawRules) validate(form *Form, bad func(field, format string, args ...any)) {
	if !slices.Contains(Objectives, r.Objective) {
		bad("draw.objective", "%q is no objective: auto, leximin, maximin, nash or goldilocks", clip(r.Objective))
	}
	if r.Reserves > 2*MaxPanel {
		bad("draw.reserves", "is %d, the most are %d", r.Reserves, 2*MaxPanel)
	}
	if r.Panels > MaxPanel {
		bad("draw.panels", "is %d, the most are %d", r.Panels, MaxPanel)
	}
	seen := map[string]bool{}
	for i, e := range r.Eligible {
		field := fmt.Sprintf("draw.eligible[%d]", i)
		f := form.feature(e.Feature)
		switch {
		case f == nil:
			bad(field+".feature", "the form has no feature %q", clip(e.Feature))
			continue
		case seen[e.Feature]:
			bad(field+".feature", "%q stands twice", clip(e.Feature))
		case len(e.Values) == 0:
			bad(field+".values", "is empty: nobody could be drawn")
		}
		seen[e.Feature] = true
		subset(field+".values", e.Values, f.Options, bad)
	}
	subset("draw.sessions", r.Sessions, form.Sessions, bad)
	subset("draw.languages", r.Languages, form.Languages, bad)
	subset("draw.interests", r.Interests, form.Interests, bad)
	subset("draw.fit_features", r.FitFeatures, form.names(), bad)
	if r.Weight != 0 && (r.Weight < 100 || r.Weight > 100*MaxWeight) {
		bad("draw.weight", "is %v: from 1 (no preference) to %d", float64(r.Weight)/100, MaxWeight)
	}
	if r.Weight > 100 && len(r.Interests) == 0 {
		bad("draw.interests", "is empty: name the interests that weigh more, or set the weight to 1")
	}
}

// subset demands that a list holds some of the options, each once.
func subset(field string, list, options []string, bad func(field, format string, args ...any)) {
	seen := map[string]bool{}
	for i, v := range list {
		at := fmt.Sprintf("%s[%d]", field, i)
		switch {
		case !slices.Contains(options, v):
			bad(at, "%q is none of the form's: %s", clip(v), optionList(options))
		case seen[v]:
			bad(at, "%q stands twice", clip(v))
		}
		seen[v] = true
	}
}

// Population is what the whole population is made of, counted by a census.
type Population struct {
	Tables []PopulationTable `json:"tables"`
}

// PopulationTable counts people by one feature or by several at once.
type PopulationTable struct {
	Features []string         `json:"features" class:"none"`
	Cells    []PopulationCell `json:"cells"`
}

// PopulationCell is how many people have a value of each of the table's features.
type PopulationCell struct {
	Values []string `json:"values" class:"none"`
	Count  uint64   `json:"count"`
}

// Bounds of a population: its cells, and the people of one of them, so that sums
// stay exact in every reader.
const (
	MaxPopulationCells = 10_000
	MaxPopulationCount = 10_000_000_000
)

// Check lists what in a population does not fit a form, nil where nothing: a
// feature as the column, a value of it as the value.
func (p *Population) Check(form *Form) []Place {
	var places []Place
	seen := map[string]bool{}
	say := func(column, value, format string, args ...any) {
		if message := fmt.Sprintf(format, args...); !seen[message] {
			seen[message] = true
			places = append(places, Place{Column: column, Value: value, Message: message})
		}
	}
	for _, t := range p.Tables {
		for k, name := range t.Features {
			f := form.feature(name)
			if f == nil {
				say(name, "", "the form has no feature %q: its features are %s", clip(name), optionList(form.names()))
				continue
			}
			for _, c := range t.Cells {
				if f.option(c.Values[k]) < 0 {
					say(name, clip(c.Values[k]), "%q has no option %q: its options are %s", clip(name), clip(c.Values[k]), optionList(f.Options))
				}
			}
		}
	}
	if places == nil {
		p.validate(form, func(field, format string, args ...any) {
			say(field, "", "%s "+format, append([]any{field}, args...)...)
		})
	}
	return places
}

func (f *Form) names() []string {
	names := make([]string, len(f.Features))
	for i := range names {
		names[i] = f.Features[i].Name
	}
	return names
}

func (p *Population) validate(form *Form, bad func(field, format string, args ...any)) {
	cells := 0
	for i, t := range p.Tables {
		field := fmt.Sprintf("population.tables[%d]", i)
		cells += len(t.Cells)
		if len(t.Features) == 0 || len(t.Cells) == 0 {
			bad(field, "needs a feature and a count")
			continue
		}
		known := true
		for k, name := range t.Features {
			switch at := fmt.Sprintf("%s.features[%d]", field, k); {
			case form.feature(name) == nil:
				bad(at, "the form has no feature %q", clip(name))
				known = false
			case slices.Index(t.Features, name) != k:
				bad(at, "%q stands twice", clip(name))
			}
		}
		if !known {
			continue
		}
		seen := map[string]bool{}
		people := uint64(0)
		for c, cell := range t.Cells {
			at := fmt.Sprintf("%s.cells[%d]", field, c)
			if len(cell.Values) != len(t.Features) {
				bad(at+".values", "has %d values for %d features", len(cell.Values), len(t.Features))
				continue
			}
			for k, v := range cell.Values {
				if f := form.feature(t.Features[k]); f.option(v) < 0 {
					bad(fmt.Sprintf("%s.values[%d]", at, k), "%q has no option %q", clip(f.Name), clip(v))
				}
			}
			key := fmt.Sprintf("%q", cell.Values)
			if seen[key] {
				bad(at, "these values stand twice")
			}
			seen[key] = true
			if cell.Count > MaxPopulationCount {
				bad(at+".count", "is %d, the most are %d", cell.Count, uint64(MaxPopulationCount))
				continue
			}
			people += cell.Count
		}
		if people == 0 {
			bad(field, "counts nobody")
		}
	}
	if cells > MaxPopulationCells {
		bad("population", "has %d counts, the most are %d", cells, MaxPopulationCells)
	}
}
