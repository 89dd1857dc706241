package selection

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
)

// short are the conflicts that can be seen without solving: too few people or
// households in all or of a value, minima or maxima of a feature that miss the size.
func (in *instance) short() []Conflict {
	var out []Conflict
	homes, largest := in.households(func(int) bool { return true })
	switch {
	case in.eligible < in.size:
		out = append(out, Conflict{Message: fmt.Sprintf("%d seats are to be filled but only %s can be drawn", in.size, people(in.eligible))})
	case homes < in.size:
		out = append(out, Conflict{Message: fmt.Sprintf("%d seats are to be filled, one a household, but the %s who can be drawn live in only %d households", in.size, people(in.eligible), homes)})
	}
	for i, r := range in.rows {
		here := r.people
		if r.people >= r.lo && r.people < r.lo*largest {
			here, _ = in.households(func(t int) bool { return slices.Contains(in.rowsOf(t), int32(i)) })
		}
		switch {
		case r.hi < 0:
			out = append(out, Conflict{r.feature, r.value, fmt.Sprintf(
				"%s: %s may have %d seats at most but %d are taken already", r.feature, r.value, r.quota.Max, r.seated)})
		case r.people < r.lo && r.seated > 0:
			out = append(out, Conflict{r.feature, r.value, fmt.Sprintf(
				"%s: %s needs %d seats more but %s of it can be drawn", r.feature, r.value, r.lo, atMost(r.people))})
		case r.people < r.lo:
			out = append(out, Conflict{r.feature, r.value, fmt.Sprintf(
				"%s: %s needs at least %d seats but %s of it can be drawn: lower its min to %d or find %d more",
				r.feature, r.value, r.quota.Min, atMost(r.people), r.people, r.lo-r.people)})
		case here < r.lo:
			out = append(out, Conflict{r.feature, r.value, fmt.Sprintf(
				"%s: %s needs at least %d seats, one a household, but its %s live in only %d households", r.feature, r.value, r.lo, people(r.people), here)})
		}
	}
	if c, ok := in.otherSize(); ok {
		out = append(out, c)
	}
	for g := range in.width {
		lo, hi := 0, 0
		first := in.rows[in.group[g]]
		for _, r := range in.ofFeature(g) {
			lo += r.lo
			hi += max(0, min(r.hi, in.size))
		}
		if lo > in.size {
			out = append(out, Conflict{Feature: first.feature, Message: fmt.Sprintf(
				"%s: the minima add up to %d seats but there are %d: lower them by %d", first.feature, lo, in.size, lo-in.size)})
		}
		if hi < in.size {
			out = append(out, Conflict{Feature: first.feature, Message: fmt.Sprintf(
				"%s: the maxima add up to %d seats but there are %d to fill: raise them by %d", first.feature, hi, in.size, in.size-hi)})
		}
	}
	return out
}

// otherSize tells whether the quotas of every feature miss the size and fit
// another: then the size is what is wrong.
func (in *instance) otherSize() (Conflict, bool) {
	least, most, seats := 0, math.MaxInt, in.size
	for g := range in.width {
		lo, hi, seated := 0, 0, 0
		for _, r := range in.ofFeature(g) {
			lo, hi, seated = lo+r.quota.Min, hi+r.quota.Max, seated+r.seated
		}
		seats = in.size + seated
		if lo <= seats && seats <= hi {
			return Conflict{}, false
		}
		least, most = max(least, lo), min(most, hi)
	}
	if in.width == 0 || least > most {
		return Conflict{}, false
	}
	fit := fmt.Sprintf("%d to %d", least, most)
	if least == most {
		fit = fmt.Sprint(least)
	}
	return Conflict{Message: fmt.Sprintf("the quotas of every feature are for a panel of %s seats, and %d are to be filled: is that number right?", fit, seats)}, true
}

// households is how many people of the types chosen could be seated at once as
// far as households go, where shared ones count once, and how many of them share
// one at most.
func (in *instance) households(of func(t int) bool) (n, largest int) {
	sharing := make([]int32, len(in.pool.households.end))
	for t := range in.count {
		if !of(t) {
			continue
		}
		for _, i := range in.people(t) {
			h := in.pool.household[i]
			if h >= 0 {
				sharing[h]++
				largest = max(largest, int(sharing[h]))
			}
			if h < 0 || sharing[h] == 1 {
				n++
			}
		}
	}
	return n, max(largest, 1)
}

func people(n int) string {
	switch n {
	case 0:
		return "nobody"
	case 1:
		return "1 person"
	}
	return fmt.Sprintf("%d people", n)
}

// atMost is people of whom more are needed.
func atMost(n int) string {
	if n == 0 {
		return "nobody"
	}
	return "only " + people(n)
}

// limit is one side of a row.
type limit struct {
	row int
	up  bool // its max
}

// mostTests bounds how often limits are left out to see whether the others
// conflict without them.
const mostTests = 200

// clash finds limits that cannot hold together and none of which can be left out
// of the conflict, as far as mostTests goes, and says why; nil where there is
// no conflict or none was proven. Rows are those of the limits.
func (in *instance) clash(ctx context.Context, caps []homeCap) (*Conflict, []int, error) {
	whole := false // no conflict on average: whole people are to blame
	impossible := func(keep []limit) (bool, error) {
		left := in.holding(keep)
		if whole {
			out, err := left.wholePanel(ctx, caps, true)
			return out.seats == nil && out.proven, err
		}
		feasible, err := left.onAverage(caps)
		return !feasible, err
	}
	set := in.limits()
	bad, err := impossible(set)
	if err != nil {
		return nil, nil, err
	}
	if !bad {
		whole = true
		if bad, err = impossible(set); err != nil || !bad {
			return nil, nil, err
		}
	} else {
		set = in.support(caps, set)
	}
	// Limits of values with many people first: those of rare values tell more.
	order := slices.Clone(set)
	slices.SortStableFunc(order, func(a, b limit) int { return cmp.Compare(in.rows[b.row].people, in.rows[a.row].people) })
	tests := mostTests
	if in.types() > manyAre {
		tests = 30
	}
	for _, one := range order {
		if tests--; tests < 0 {
			break
		}
		without := slices.DeleteFunc(slices.Clone(set), func(l limit) bool { return l == one })
		bad, err := impossible(without)
		if err != nil {
			return nil, nil, err
		}
		if bad {
			set = without
		}
	}
	homes := false
	if len(caps) > 0 {
		all := caps
		caps = nil
		in := in.holding(set)
		if whole {
			in = in.alone()
		}
		feasible, err := in.onAverage(nil)
		if whole && err == nil {
			out, failed := in.wholePanel(ctx, nil, true)
			feasible, err = out.seats != nil || !out.proven, failed
		}
		if err != nil {
			return nil, nil, err
		}
		homes = feasible
		caps = all
	}
	var rows []int // of the features concerned: their other limits tell the same again
	for g := range in.width {
		first, end := in.group[g], in.group[g+1]
		if slices.ContainsFunc(set, func(l limit) bool { return l.row >= first && l.row < end }) {
			for r := first; r < end; r++ {
				rows = append(rows, r)
			}
		}
	}
	c := in.words(set, whole, homes)
	return &c, rows, nil
}

// alone is the instance without households.
func (in *instance) alone() *instance {
	out := *in
	pool := *in.pool
	pool.household = slices.Repeat([]int32{-1}, len(in.pool.household))
	out.pool = &pool
	return &out
}

// limits are all sides of rows that can stand in the way.
func (in *instance) limits() []limit {
	var out []limit
	for r, one := range in.rows {
		if one.lo > 0 {
			out = append(out, limit{r, false})
		}
		if one.hi < min(one.people, in.size) {
			out = append(out, limit{r, true})
		}
	}
	return out
}

// holding is the instance with no other limits.
func (in *instance) holding(keep []limit) *instance {
	out := in.loose()
	for r := range out.rows {
		if !slices.Contains(keep, limit{r, false}) {
			out.rows[r].lo = 0
		}
		if !slices.Contains(keep, limit{r, true}) {
			out.rows[r].hi = max(out.rows[r].hi, in.size)
		}
	}
	return out
}

// support are the limits that the multipliers of the linear program name: they
// conflict by themselves (Farkas).
func (in *instance) support(caps []homeCap, set []limit) []limit {
	s := newLP(in, nil, caps)
	if feasible, done := s.solve(lpLimit); feasible || !done {
		return set
	}
	out := slices.DeleteFunc(slices.Clone(set), func(l limit) bool {
		y := s.y[l.row]
		return y > -1e-9 && y < 1e-9
	})
	if feasible, err := in.holding(out).onAverage(caps); err != nil || feasible {
		return set
	}
	return out
}

// side is what limits ask of one feature.
type side struct {
	feature    string
	values     []string
	least      []row // rows whose min counts
	most       []row // rows whose max counts
	leastIs    int   // seats that the minima ask for
	mostIs     int   // seats that the maxima leave
	leastAt    map[int32]bool
	mostAt     map[int32]bool
	seatedHere bool
}

func (in *instance) sides(set []limit) []side {
	var out []side
	for g := range in.width {
		s := side{feature: in.rows[in.group[g]].feature, leastAt: map[int32]bool{}, mostAt: map[int32]bool{}}
		for r := in.group[g]; r < in.group[g+1]; r++ {
			one := in.rows[r]
			s.values = append(s.values, one.value)
			if slices.Contains(set, limit{r, false}) {
				s.least, s.leastIs, s.leastAt[int32(r)] = append(s.least, one), s.leastIs+one.lo, true
				s.seatedHere = s.seatedHere || one.seated > 0
			}
			if slices.Contains(set, limit{r, true}) {
				s.most, s.mostIs, s.mostAt[int32(r)] = append(s.most, one), s.mostIs+one.hi, true
				s.seatedHere = s.seatedHere || one.seated > 0
			}
		}
		if len(s.least)+len(s.most) > 0 {
			out = append(out, s)
		}
	}
	return out
}

// limitsSaid is "age: 16–29 (at least 6) and 30–44 (at least 4)".
func (s side) limitsSaid() string {
	var said []string
	for _, r := range s.least {
		if slices.ContainsFunc(s.most, func(o row) bool { return o.value == r.value }) {
			continue
		}
		said = append(said, fmt.Sprintf("%s (at least %d)", r.value, r.lo))
	}
	for _, r := range s.most {
		how := "at most"
		if slices.ContainsFunc(s.least, func(o row) bool { return o.value == r.value }) && r.lo == r.hi {
			how = "exactly"
		} else if slices.ContainsFunc(s.least, func(o row) bool { return o.value == r.value }) {
			how = fmt.Sprintf("%d to", r.lo)
		}
		said = append(said, fmt.Sprintf("%s (%s %d)", r.value, how, r.hi))
	}
	return s.feature + ": " + list(said, "and")
}

// fits tells whether a type is what the side asks for.
func (s side) fits(rows []int32) bool {
	if len(s.least) > 0 {
		return slices.ContainsFunc(rows, func(r int32) bool { return s.leastAt[r] })
	}
	return !slices.ContainsFunc(rows, func(r int32) bool { return s.mostAt[r] })
}

// needs is how many of the seats must go to people who fit.
func (s side) needs(size int) int {
	if len(s.least) > 0 {
		return s.leastIs
	}
	return size - s.mostIs
}

// who is "with age 16–29 or 30–44", "without place hill", whichever is shorter.
func (s side) who() string {
	var with, without []string
	for _, value := range s.values {
		named := func(r row) bool { return r.value == value }
		if slices.ContainsFunc(s.least, named) || len(s.least) == 0 && !slices.ContainsFunc(s.most, named) {
			with = append(with, value)
		} else {
			without = append(without, value)
		}
	}
	if len(with) <= len(without) {
		return "with " + s.feature + " " + list(with, "or")
	}
	return "without " + s.feature + " " + list(without, "or")
}

func list(said []string, last string) string {
	const most = 8
	if len(said) > most {
		said = append(slices.Clone(said[:most]), fmt.Sprintf("%d more", len(said)-most))
		last = "and"
	}
	if len(said) < 2 {
		return strings.Join(said, "")
	}
	return strings.Join(said[:len(said)-1], ", ") + " " + last + " " + said[len(said)-1]
}

// words say why limits cannot hold together: of one or two features by the
// people who would have to be both, of more by how far the people who fit best
// get, else by naming them.
func (in *instance) words(set []limit, whole, homes bool) Conflict {
	sides := in.sides(set)
	said, who := make([]string, len(sides)), make([]string, len(sides))
	plain, seated, needs := true, false, 0
	for i, s := range sides {
		said[i], who[i] = s.limitsSaid(), s.who()
		plain = plain && (len(s.least) == 0 || len(s.most) == 0)
		seated = seated || s.seatedHere
		needs += s.needs(in.size)
	}
	c := Conflict{}
	if len(sides) > 0 {
		c.Feature = sides[0].feature
		if len(set) == 1 {
			c.Value = in.rows[set[0].row].value
		}
	}
	if len(sides) == 0 {
		c.Message = fmt.Sprintf("%d seats cannot be filled", in.size)
		if homes {
			c.Message += " with one person a household"
		}
		return c
	}
	fit := make([]int, len(sides)+1) // people by how many sides they fit
	for t, n := range in.count {
		k := 0
		for _, s := range sides {
			if s.fits(in.rowsOf(t)) {
				k++
			}
		}
		fit[k] += n
	}
	slices.SortStableFunc(who, func(a, b string) int { return cmp.Compare(a[:5], b[:5]) }) // "with " before "witho"
	together := strings.Join(said, "; ")
	both := needs - (len(sides)-1)*in.size
	all := fit[len(sides)]
	count := atMost(all) + " like that can be drawn"
	if homes {
		all, _ = in.households(func(t int) bool {
			return !slices.ContainsFunc(sides, func(s side) bool { return !s.fits(in.rowsOf(t)) })
		})
		count = fmt.Sprintf("the %s like that who can be drawn live in only %d households", people(fit[len(sides)]), all)
	}
	reach, left := 0, in.size
	for k := len(sides); k > 0; k-- {
		n := min(left, fit[k])
		reach, left = reach+k*n, left-n
	}
	switch {
	case plain && both > 0 && all < both && len(sides) <= 2:
		c.Message = fmt.Sprintf("%s: so at least %d of the %d seats must go to people %s, but %s",
			together, both, in.size, list(who, "and"), count)
	case plain && reach < needs && !homes:
		c.Message = fmt.Sprintf("%s: these cannot hold together, because they ask %d times for somebody who fits and the %d people who fit most of them come to %d",
			together, needs, in.size, reach)
	default:
		c.Message = together + ": these cannot hold together"
		if whole {
			c.Message += ", though they could on average: no whole people fit them all"
		}
		if homes {
			c.Message += " with one person a household"
		}
	}
	if seated {
		c.Message += " (numbers are of the seats still to fill)"
	}
	return c
}
