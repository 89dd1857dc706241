package selection

import (
	"fmt"
	"unicode"
)

// Quota is the number of seats, from Min to Max, that go to people with a
// value of a feature. MinFlex and MaxFlex are how far a suggested change may
// go; both zero stands for "as far as needed".
type Quota struct {
	Feature string `json:"feature"`
	Value   string `json:"value"`
	Min     int    `json:"min"`
	Max     int    `json:"max"`
	MinFlex int    `json:"min_flex,omitempty"`
	MaxFlex int    `json:"max_flex,omitempty"`
}

// Quotas are the quotas of a draw, those of one feature in the order of its values.
type Quotas []Quota

// Features are the features that the quotas speak of with the values they
// name, in order of first appearance.
func (q Quotas) Features() []Feature {
	var out []Feature
	at := map[string]int{}
	for _, one := range q {
		i, ok := at[one.Feature]
		if !ok {
			i = len(out)
			at[one.Feature] = i
			out = append(out, Feature{Name: one.Feature})
		}
		out[i].Values = append(out[i].Values, one.Value)
	}
	return out
}

// Check refuses quotas that contradict themselves: an empty name, a value
// named twice, a negative number, min above max.
func (q Quotas) Check() error {
	seen := map[[2]string]bool{}
	for i, one := range q {
		name := fmt.Sprintf("quota %d (%s: %s)", i+1, one.Feature, one.Value)
		key := [2]string{one.Feature, one.Value}
		switch {
		case one.Feature == "":
			return fmt.Errorf("%s names no feature", name)
		case seen[key]:
			return fmt.Errorf("%s is given twice", name)
		case one.Min < 0:
			return fmt.Errorf("%s: min %d is negative", name, one.Min)
		case one.Min > one.Max:
			return fmt.Errorf("%s: min %d is above max %d", name, one.Min, one.Max)
		case one.MinFlex < 0 || (one.MaxFlex != 0 && one.MinFlex > one.Min):
			return fmt.Errorf("%s: min_flex %d must lie between 0 and min %d", name, one.MinFlex, one.Min)
		case one.MaxFlex != 0 && one.MaxFlex < one.Max:
			return fmt.Errorf("%s: max_flex %d is below max %d", name, one.MaxFlex, one.Max)
		}
		seen[key] = true
	}
	return nil
}

func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) }
