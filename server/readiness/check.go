package readiness

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
)

// Verdict is what a check says.
type Verdict uint8

// The verdicts.
const (
	Go Verdict = iota
	Look
	NoGo
)

var verdictNames = [...]string{"go", "look", "no-go"}

// String is the verdict's name.
func (v Verdict) String() string { return verdictNames[v] }

// MarshalText writes the verdict's name.
func (v Verdict) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// Check is one line of the list.
type Check struct {
	Area    string  // host, topic, server, room, restart
	Name    string  // what was measured
	Value   float64 // NaN where it was not
	Unit    string  // "" for a plain number, [YesNo] for 1 and 0
	Most    bool    // a small value is good
	Go      float64 // the bound up to which it is go
	Stop    float64 // the bound beyond which it is no-go; infinite if it never is
	Verdict Verdict
	Advice  string // what to do; "" where it is go
}

// Measured is the value with its unit.
func (c Check) Measured() string {
	if math.IsNaN(c.Value) {
		return "not measured"
	}
	return withUnit(c.Value, c.Unit)
}

// Want is the bound in words.
func (c Check) Want() string {
	switch {
	case c.Unit == YesNo:
		return withUnit(c.Go, c.Unit)
	case !c.Most:
		return "≥ " + withUnit(c.Go, c.Unit)
	case c.Go == 0:
		return "none"
	}
	return "≤ " + withUnit(c.Go, c.Unit)
}

// YesNo is the unit of what is so (1) or not (0).
const YesNo = "yes/no"

func withUnit(v float64, unit string) string {
	if unit == YesNo {
		if v == 0 {
			return "no"
		}
		return "yes"
	}
	text := figure(v)
	if unit == "" {
		return text
	}
	return text + " " + unit
}

// figure writes whole numbers as they are, and others with three digits that
// say something.
func figure(v float64) string {
	if v == math.Trunc(v) || math.Abs(v) >= 100 {
		return grouped(strconv.FormatFloat(math.Round(v), 'f', 0, 64))
	}
	return strconv.FormatFloat(v, 'g', 3, 64)
}

// grouped puts commas between thousands.
func grouped(digits string) string {
	for at := len(digits) - 3; at > 0 && digits[at-1] != '-'; at -= 3 {
		digits = digits[:at] + "," + digits[at:]
	}
	return digits
}

// judge fills in the verdict.
func (c Check) judge() Check {
	beyond := func(bound float64) bool {
		if c.Most {
			return c.Value > bound
		}
		return c.Value < bound
	}
	switch {
	case math.IsNaN(c.Value):
		c.Verdict, c.Advice = Look, "Look yourself, it could not be measured. "+c.Advice
	case beyond(c.Stop):
		c.Verdict = NoGo
	case beyond(c.Go):
		c.Verdict = Look
	default:
		c.Verdict, c.Advice = Go, ""
	}
	return c
}

// MarshalJSON writes the check with null where nothing was measured and where
// there is no bound.
func (c Check) MarshalJSON() ([]byte, error) {
	number := func(v float64) *float64 {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil
		}
		return &v
	}
	bound := "at_least"
	if c.Most {
		bound = "at_most"
	}
	return json.Marshal(struct {
		Area    string   `json:"area"`
		Name    string   `json:"name"`
		Value   *float64 `json:"value"`
		Unit    string   `json:"unit"`
		Bound   string   `json:"bound"`
		Go      *float64 `json:"go"`
		Stop    *float64 `json:"no_go"`
		Verdict Verdict  `json:"verdict"`
		Advice  string   `json:"advice"`
	}{c.Area, c.Name, number(c.Value), c.Unit, bound, number(c.Go), number(c.Stop), c.Verdict, c.Advice})
}

// String is the check in one line.
func (c Check) String() string {
	return fmt.Sprintf("%s: %s %s, want %s", c.Verdict, c.Name, c.Measured(), c.Want())
}
