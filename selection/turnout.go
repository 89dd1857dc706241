package selection

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Turnout is how likely somebody with a value of a feature comes when invited,
// above 0 and at most 1. An empty feature is everyone: the rate of values that
// have no row of their own.
type Turnout struct {
	Feature string  `json:"feature"`
	Value   string  `json:"value"`
	Rate    float64 `json:"rate"`
}

// Invitation is a draw made larger so that enough of those drawn come.
type Invitation struct {
	Quotas     Quotas         `json:"quotas"`     // for the people to invite; give these to Draw
	Size       int            `json:"size"`       // people to invite; give this to Draw
	Seats      int            `json:"seats"`      // people wanted
	Rate       float64        `json:"rate"`       // of everyone invited, expected to come
	Expected   float64        `json:"expected"`   // people expected to come; at least Seats
	Confidence float64        `json:"confidence"` // asked for, of each minimum by itself
	AllMet     float64        `json:"all_met"`    // at least this likely all minimums are met at once (union bound)
	Reserves   int            `json:"reserves"`   // ordered replacements to hold instead, see ReservesFor
	Values     []InvitedValue `json:"values"`     // in the order of the quotas
}

// InvitedValue is what one quota needs.
type InvitedValue struct {
	Feature  string  `json:"feature"`
	Value    string  `json:"value"`
	Rate     float64 `json:"rate"`
	Given    bool    `json:"given"`    // the rate is the value's own, not that of everyone
	Wanted   int     `json:"wanted"`   // the quota's minimum among those who come
	Invite   int     `json:"invite"`   // fewest to invite
	Met      float64 `json:"met"`      // probability that the minimum is met when the fewest are invited
	Expected float64 `json:"expected"` // people expected to come of the fewest
}

// Invite finds how many people to draw so that those who come meet the quotas:
// for each value the fewest that bring its minimum with at least the given
// probability (exact binomial sums, everyone coming or not by themselves at the
// rate of the value), and in all so many that the expected number who come is
// at least size. Where the minimums need more than that, more are invited and
// Expected says how many to expect. Maximums are widened by the rate, and where
// the invited would not fit under them.
//
// Quotas, size: of the people wanted. Confidence: above 0, below 1, 0.95 as a
// rule. Values without a rate take that of everyone: the row with an empty
// feature, else the lowest that a feature with a rate for each value gives. It
// is an error when there is none, when a rate names no quota and when no number
// below a million is enough. Cost: O(invited) a value.
func Invite(quotas Quotas, size int, rates []Turnout, confidence float64) (*Invitation, error) {
	if err := quotas.Check(); err != nil {
		return nil, err
	}
	if size < 1 {
		return nil, fmt.Errorf("a panel needs at least one seat, got %d", size)
	}
	t, err := newTurnouts(quotas, rates, confidence)
	if err != nil {
		return nil, err
	}
	out := &Invitation{Seats: size, Rate: t.all, Confidence: confidence, Quotas: slices.Clone(quotas), AllMet: 1}
	out.Size = int(math.Ceil(float64(size)/t.all - 1e-9))
	least := map[string]int{}
	for i, q := range quotas {
		v := InvitedValue{Feature: q.Feature, Value: q.Value, Wanted: q.Min}
		v.Rate, v.Given = t.rate(i)
		if v.Invite, v.Met, err = enough(q.Min, v.Rate, confidence); err != nil {
			return nil, fmt.Errorf("%s: %s: %w", q.Feature, q.Value, err)
		}
		v.Expected = float64(float64(v.Invite) * v.Rate)
		out.AllMet -= 1 - v.Met
		out.Values = append(out.Values, v)
		least[q.Feature] += v.Invite
		out.Size = max(out.Size, least[q.Feature])
	}
	out.AllMet = max(0, out.AllMet)
	for _, f := range quotas.Features() {
		share, expected := t.shares(f.Name), 0.0
		for i, q := range quotas {
			if q.Feature != f.Name {
				continue
			}
			to := &out.Quotas[i]
			rate := out.Values[i].Rate
			to.Min = out.Values[i].Invite
			to.Max = max(to.Min, int(math.Ceil(float64(q.Max)/rate-1e-9)), int(math.Ceil(float64(share[i]*float64(out.Size))-1e-9)))
			to.MinFlex, to.MaxFlex = 0, 0
			expected += float64(float64(share[i]*float64(out.Size)) * rate)
		}
		if out.Expected == 0 || expected < out.Expected {
			out.Expected = expected
		}
	}
	if len(quotas) == 0 {
		out.Expected = float64(float64(out.Size) * t.all)
	}
	out.Reserves, err = reservesFor(quotas, size, t, confidence)
	return out, err
}

// ReservesFor is how many ordered replacements to hold for a panel of size
// seats whose people come at the given rates: so many that each value's expected
// seats, and the panel as a whole, are filled with at least the given
// probability when those who stay away are replaced by people alike, who may
// stay away too.
func ReservesFor(quotas Quotas, size int, rates []Turnout, confidence float64) (int, error) {
	if err := quotas.Check(); err != nil {
		return 0, err
	}
	t, err := newTurnouts(quotas, rates, confidence)
	if err != nil {
		return 0, err
	}
	return reservesFor(quotas, size, t, confidence)
}

func reservesFor(quotas Quotas, size int, t *turnouts, confidence float64) (int, error) {
	need, _, err := enough(size, t.all, confidence)
	if err != nil {
		return 0, err
	}
	most := need - size
	for _, f := range quotas.Features() {
		sum := 0
		for i, q := range quotas {
			if q.Feature != f.Name {
				continue
			}
			rate, _ := t.rate(i)
			need, _, err := enough(q.Min, rate, confidence)
			if err != nil {
				return 0, fmt.Errorf("%s: %s: %w", q.Feature, q.Value, err)
			}
			sum += need - q.Min
		}
		most = max(most, sum)
	}
	return most, nil
}

// turnouts are the rates by quota.
type turnouts struct {
	quotas Quotas
	own    []float64 // by quota, 0 where none is given
	all    float64
}

func newTurnouts(quotas Quotas, rates []Turnout, confidence float64) (*turnouts, error) {
	if !(confidence > 0 && confidence < 1) {
		return nil, fmt.Errorf("the confidence is %v: a probability above 0 and below 1 is needed, 0.95 as a rule", confidence)
	}
	t := &turnouts{quotas: quotas, own: make([]float64, len(quotas))}
	at := map[[2]string]int{}
	for i, q := range quotas {
		at[[2]string{q.Feature, q.Value}] = i
	}
	for _, r := range rates {
		if !(r.Rate > 0 && r.Rate <= 1) {
			return nil, fmt.Errorf("%s: %s: rate %v: above 0 and at most 1 is needed", r.Feature, r.Value, r.Rate)
		}
		if r.Feature == "" {
			if t.all != 0 {
				return nil, fmt.Errorf("the rate of everyone is given twice")
			}
			t.all = r.Rate
			continue
		}
		i, ok := at[[2]string{r.Feature, r.Value}]
		if !ok {
			return nil, fmt.Errorf("%s: %s has a rate but no quota: write names as the quotas do", r.Feature, r.Value)
		}
		if t.own[i] != 0 {
			return nil, fmt.Errorf("%s: %s has two rates", r.Feature, r.Value)
		}
		t.own[i] = r.Rate
	}
	if t.all != 0 {
		return t, nil
	}
	for _, f := range quotas.Features() {
		seats, invited := 0.0, 0.0
		for i, q := range quotas {
			if q.Feature == f.Name {
				seats += middle(q)
				invited += middle(q) / t.own[i] // infinite without a rate: then the feature says nothing
			}
		}
		if mean := seats / invited; seats > 0 && mean > 0 && (t.all == 0 || mean < t.all) {
			t.all = mean
		}
	}
	if t.all == 0 {
		return nil, fmt.Errorf("no rate of everyone: give a row with empty feature and value, or a rate for each value of one feature")
	}
	return t, nil
}

// middle is twice the middle of a quota.
func middle(q Quota) float64 { return float64(q.Min + q.Max) }

// rate is the rate of quota i and whether it is the value's own.
func (t *turnouts) rate(i int) (float64, bool) {
	if t.own[i] != 0 {
		return t.own[i], true
	}
	return t.all, false
}

// shares are the parts of the invited that each value of a feature would have
// for the middle of its quota to come, by quota.
func (t *turnouts) shares(feature string) []float64 {
	out, sum := make([]float64, len(t.quotas)), 0.0
	for i, q := range t.quotas {
		if q.Feature == feature {
			rate, _ := t.rate(i)
			out[i] = middle(q) / rate
			sum += out[i]
		}
	}
	for i := range out {
		if sum > 0 {
			out[i] /= sum
		}
	}
	return out
}

// mostInvited bounds the people invited for one value.
const mostInvited = 1_000_000

// enough is the smallest n with P(Binomial(n, rate) ≥ wanted) ≥ confidence, and
// that probability. The wanted-th success falls on trial j with probability
// C(j−1, wanted−1)·rate^wanted·(1−rate)^(j−wanted): these are added up by their
// logarithms, which neither overflow nor vanish.
func enough(wanted int, rate, confidence float64) (int, float64, error) {
	if wanted == 0 || rate == 1 {
		return wanted, 1, nil
	}
	log, stay := float64(float64(wanted)*ln(rate)), ln(1-rate)
	sum := 0.0
	for n := wanted; n < mostInvited; n++ {
		sum += exp(log)
		if sum >= confidence-1e-12 { // a tie is enough, whatever the last digit
			return n, min(1, sum), nil
		}
		odds := float64(n) / float64(n-wanted+1)
		log += ln(odds) + stay
	}
	return 0, 0, fmt.Errorf("%d people at a rate of %v need more than %d invited: lower the minimum or the confidence", wanted, rate, mostInvited)
}

// ReadTurnout reads `feature,value,rate`, or a history `feature,value,invited,came`
// of which the rates are made: came/invited, drawn a little towards the rate of
// everyone by as much as two people weigh, so that nobody came of three does not
// read as never. A row with empty feature and value is everyone. Errors are
// InputErrors with row, column and value.
func ReadTurnout(r io.Reader) ([]Turnout, error) {
	t, err := NewTable(r)
	if err != nil {
		return nil, wrapInput(err)
	}
	feature, value, rate := t.anyCase("feature"), t.anyCase("value"), t.anyCase("rate")
	invited, came := t.anyCase("invited"), t.anyCase("came")
	history := invited >= 0 && came >= 0
	if feature < 0 || value < 0 || (rate < 0 && !history) {
		return nil, InputErrors{{Row: 1, Value: strings.Join(t.Header, ","), Message: fmt.Sprintf(
			"the header %q is not one of turnout: feature,value,rate or feature,value,invited,came is needed", strings.Join(t.Header, ","))}}
	}
	type count struct{ invited, came float64 }
	var (
		out    []Turnout
		counts []count
		errs   InputErrors
	)
	number := func(record []string, at int, most float64, what string) float64 {
		v, err := parseDecimal(record[at])
		if err != nil || !(v >= 0 && v <= most) {
			errs.add(t.fault(at, record[at], fmt.Sprintf("%q is not %s", record[at], what)))
			return -1
		}
		return v
	}
	err = t.each(&errs, func(record []string) {
		one := Turnout{Feature: strings.Clone(strings.TrimSpace(record[feature])), Value: strings.Clone(strings.TrimSpace(record[value]))}
		if history {
			c := count{number(record, invited, 1e9, "a number of people"), number(record, came, 1e9, "a number of people")}
			if c.came > c.invited && c.invited >= 0 {
				errs.add(t.fault(came, record[came], fmt.Sprintf("%v came of %v invited", c.came, c.invited)))
			}
			counts = append(counts, c)
		} else if one.Rate = number(record, rate, 1, "a rate above 0 and at most 1"); one.Rate == 0 {
			errs.add(t.fault(rate, "0", "a rate of 0: nobody would come however many are invited"))
		}
		out = append(out, one)
	})
	if err != nil {
		return nil, err
	}
	if len(errs) > 0 {
		return nil, errs
	}
	if len(out) == 0 {
		return nil, InputErrors{{Message: "no rate in the file: a row a value is needed"}}
	}
	if history {
		var all count // of the row of everyone, else of the first feature
		for i, one := range out {
			if one.Feature == out[0].Feature {
				all.invited, all.came = all.invited+counts[i].invited, all.came+counts[i].came
			}
		}
		for i, one := range out {
			if one.Feature == "" {
				all = counts[i]
			}
		}
		if all.came == 0 {
			return nil, InputErrors{{Message: "nobody came in this history: rates cannot be told from it"}}
		}
		mean := all.came / all.invited
		for i, c := range counts {
			out[i].Rate = (c.came + float64(2*mean)) / (c.invited + 2)
		}
		if !slices.ContainsFunc(out, func(one Turnout) bool { return one.Feature == "" }) {
			out = append(out, Turnout{Rate: mean})
		}
	}
	return out, nil
}

// parseDecimal reads a number with a point or a comma.
func parseDecimal(text string) (float64, error) {
	return strconv.ParseFloat(strings.Replace(strings.TrimSpace(text), ",", ".", 1), 64)
}
