package catalogue

import (
	"context"
	"slices"
	"strings"

	"veche/nlp"
	"veche/server/topic"
)

// Vocabularies are the words that all topics share.
type Vocabularies struct {
	Districts []Term    `json:"districts"`
	Themes    []Term    `json:"themes"`
	Features  []Feature `json:"features"`
}

// Term is a district or a theme, with the topics that know it.
type Term struct {
	Label  string   `json:"label"`
	Topics []string `json:"topics"`
}

// Feature is what applicants state in some topic.
type Feature struct {
	Name   string   `json:"name"`
	Label  string   `json:"label"`
	Values []string `json:"values"`
	Topics []string `json:"topics"`
}

// districtNames are what a form may call the feature of where people live.
var districtNames = []string{"district", "район", "округ", "borough", "neighbourhood", "area"}

// districtsOf are the districts that a topic's form knows.
func districtsOf(f *topic.Form) []string {
	for i := range f.Features {
		if slices.Contains(districtNames, strings.ToLower(f.Features[i].Name)) {
			return f.Features[i].Options
		}
	}
	return nil
}

// Keywords are the districts and themes that a topic knows.
func Keywords(t *topic.Settings) []string {
	return slices.Concat(districtsOf(&t.Form), t.Form.Interests)
}

// finders are a topic's vocabulary as its texts are held against it.
type finders struct {
	districts, themes []string
	lang              string
	where, what       *nlp.Names
}

func findersOf(t *topic.Settings) finders {
	f := finders{districts: slices.Clone(districtsOf(&t.Form)), themes: slices.Clone(t.Form.Interests), lang: t.Lang}
	f.where, f.what = nlp.NewNames(f.districts, t.Lang, false), nlp.NewNames(f.themes, t.Lang, true)
	return f
}

// same says that other settings have the same vocabulary.
func (f *finders) same(t *topic.Settings) bool {
	return f.where != nil && f.lang == t.Lang && slices.Equal(f.districts, districtsOf(&t.Form)) && slices.Equal(f.themes, t.Form.Interests)
}

// terms are what a text names: districts by their places, themes after them.
func (f *finders) terms(text, lang string) []uint16 {
	var out []uint16
	for _, n := range f.where.In(text, lang) {
		out = append(out, uint16(n))
	}
	for _, n := range f.what.In(text, lang) {
		out = append(out, uint16(len(f.districts)+n))
	}
	return out
}

// labels are the districts and themes of some terms.
func (f *finders) labels(terms []uint16) (districts, themes []string) {
	districts, themes = []string{}, []string{}
	for _, n := range terms {
		if int(n) < len(f.districts) {
			districts = append(districts, f.districts[n])
		} else {
			themes = append(themes, f.themes[int(n)-len(f.districts)])
		}
	}
	return districts, themes
}

// has says that some terms hold a district or a theme of that label.
func (f *finders) has(terms []uint16, list []string, from int, label string) bool {
	at := slices.Index(list, label)
	return at >= 0 && slices.Contains(terms, uint16(from+at))
}

// Vocabularies gathers the words of all topics that have opened.
func (c *Catalogue) Vocabularies(ctx context.Context) (Vocabularies, error) {
	v := Vocabularies{Districts: []Term{}, Themes: []Term{}, Features: []Feature{}}
	put := func(list []Term, label, id string) []Term {
		if i := slices.IndexFunc(list, func(t Term) bool { return t.Label == label }); i >= 0 {
			list[i].Topics = append(list[i].Topics, id)
			return list
		}
		return append(list, Term{label, []string{id}})
	}
	err := c.each(ctx, func(id string, s *topic.State) {
		form := &s.Settings.Form
		for _, d := range districtsOf(form) {
			v.Districts = put(v.Districts, d, id)
		}
		for _, t := range form.Interests {
			v.Themes = put(v.Themes, t, id)
		}
		for _, f := range form.Features {
			i := slices.IndexFunc(v.Features, func(x Feature) bool { return x.Name == f.Name && slices.Equal(x.Values, f.Options) })
			if i < 0 {
				i = len(v.Features)
				v.Features = append(v.Features, Feature{Name: f.Name, Label: f.Label, Values: orEmpty(slices.Clone(f.Options))})
			}
			v.Features[i].Topics = append(v.Features[i].Topics, id)
		}
	})
	byLabel := func(a, b Term) int { return strings.Compare(a.Label, b.Label) }
	slices.SortFunc(v.Districts, byLabel)
	slices.SortFunc(v.Themes, byLabel)
	return v, err
}

func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
