package selection

import (
	"fmt"
	"unicode"
	"unicode/utf8"
)

// mostSeats bounds the numbers of a quota.
const mostSeats = 100_000_000

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
// named twice, a text that is not UTF-8, a number that is negative or above
// 100,000,000, min above max, flex within the quota.
func (q Quotas) Check() error {
	seen := map[[2]string]bool{}
	for i, one := range q {
		name := fmt.Sprintf("quota %d (%s: %s)", i+1, one.Feature, one.Value)
		key := [2]string{one.Feature, one.Value}
		if seen[key] {
			return fmt.Errorf("%s is given twice", name)
		}
		if fault := one.fault(); fault != "" {
			return fmt.Errorf("%s: %s", name, fault)
		}
		seen[key] = true
	}
	return nil
}

// fault is what contradicts itself in a quota, empty where nothing does.
func (q Quota) fault() string {
	switch {
	case q.Feature == "":
		return "no feature is named"
	case !utf8.ValidString(q.Feature) || !utf8.ValidString(q.Value):
		return "feature and value must be UTF-8"
	case max(q.Min, q.Max, q.MinFlex, q.MaxFlex) > mostSeats:
		return fmt.Sprintf("%d seats: at most %d are possible", max(q.Min, q.Max, q.MinFlex, q.MaxFlex), mostSeats)
	case q.Min < 0:
		return fmt.Sprintf("min %d is negative", q.Min)
	case q.Min > q.Max:
		return fmt.Sprintf("min %d is above max %d", q.Min, q.Max)
	case q.MinFlex < 0 || (q.MaxFlex != 0 && q.MinFlex > q.Min):
		return fmt.Sprintf("min_flex %d must lie between 0 and min %d", q.MinFlex, q.Min)
	case q.MaxFlex != 0 && q.MaxFlex < q.Max:
		return fmt.Sprintf("max_flex %d is below max %d", q.MaxFlex, q.Max)
	}
	return ""
}

func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) }
