package selection

import (
	"fmt"
	"slices"
	"strings"
)

// ruleUse is what the cells that a rule was held to hold.
type ruleUse struct {
	met    []bool   // by the rule's values
	others []string // some of the other values
}

// mostOthers bounds the values that a mistyped rule is answered with.
const mostOthers = 12

// holds tells whether a cell has one of the rule's values.
func (u *ruleUse) holds(r *Rule, cell string) bool {
	if !r.Several {
		return u.meets(r, cell)
	}
	good := false
	for one := range strings.FieldsFuncSeq(cell, func(c rune) bool { return c == ';' || c == ',' }) {
		good = u.meets(r, one) || good
	}
	return good
}

func (u *ruleUse) meets(r *Rule, value string) bool {
	value = strings.TrimSpace(value)
	if at := slices.Index(r.Values, value); at >= 0 {
		if u.met == nil {
			u.met = make([]bool, len(r.Values))
		}
		u.met[at] = true
		return true
	}
	if value != "" && len(u.others) < mostOthers && !slices.Contains(u.others, value) {
		u.others = append(u.others, strings.Clone(value))
	}
	return false
}

// unmet adds the rule's values that nobody has, mistyped as a rule.
func (u *ruleUse) unmet(r *Rule, errs *InputErrors) {
	there := slices.Clone(u.others)
	for i, met := range u.met {
		if met {
			there = append(there, r.Values[i])
		}
	}
	slices.Sort(there)
	has := strings.Join(slices.Compact(there), ", ")
	switch {
	case has == "":
		has = "nothing"
	case len(u.others) == mostOthers:
		has += ", …"
	}
	for i, value := range r.Values {
		if u.met == nil || !u.met[i] {
			errs.add(&InputError{Value: value, Message: fmt.Sprintf("nobody has the value %q in column %q; it has: %s", value, r.Column, has)})
		}
	}
}
