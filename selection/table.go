package selection

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// Seating is a panel to be put at tables.
type Seating struct {
	Pool      *Pool
	People    []int    // who sits, by index in the pool
	Features  []string // to balance; empty: all of the pool
	TableSize int      // the most at one table, 2 or more
	Smallest  int      // the fewest at one table; 0: 8, or TableSize where that is less
	Rounds    int      // how often people are mixed, 1 or more
	Seed      [32]byte

	Sessions  Choice // when people can come; no options: there is one session
	Languages Choice // what people speak; no options: there is one language

	Together [][2]int // pairs who share every table, by index in the pool
	Apart    [][2]int // pairs who share no table
}

// Choice is a question that people answer with any number of its options.
type Choice struct {
	Options []string
	Of      [][]int // by position in People: indexes of the options that suit; none: any
}

// Tables is a seating. Tables of a group (a session and a language) have
// consecutive numbers; the groups stand in the order of the options, sessions
// first. All tables of a group are within one person of the same size, unless
// pairs that stay together leave too few others to fill up with.
type Tables struct {
	Count    int          // tables in each round
	Groups   []TableGroup // who was put together, at least one
	Places   [][]Place    // by round, in the order of Seating.People; no place: unplaced
	Unplaced []Unplaced
	Report   TablesReport
}

// TableGroup is the people of one session and language, and their tables.
type TableGroup struct {
	Session  int   // index of the option, -1 where there is no choice
	Language int   // the same
	First    int   // number of its first table, from 1
	Tables   int   // how many tables it has
	People   []int // positions in Seating.People, rising
}

// Place is a table and a seat at it, both counted from 1.
type Place struct{ Table, Seat int }

// Unplaced is someone for whom there is no table, and why.
type Unplaced struct {
	Person int // position in Seating.People
	Reason string
}

// SeatingError says why people can't be seated as asked. Text names them by %s
// in the order of People.
type SeatingError struct {
	Text   string
	People []string // identifiers
}

func (e *SeatingError) Error() string {
	return e.Named(func(id string) string { return `"` + id + `"` })
}

// Named is the error with other names for the people.
func (e *SeatingError) Named(name func(id string) string) string {
	args := make([]any, len(e.People))
	for i, id := range e.People {
		args[i] = name(id)
	}
	return fmt.Sprintf(e.Text, args...)
}

// defaultSmallest is the fewest people at a table that can hold as many.
const defaultSmallest = 8

// Seat puts people at tables. First everyone gets a session that suits and a
// language they speak, so that each group fills whole tables and is made up like
// all the others; a language has tables only where someone needs them. Then each
// group is seated, round by round: dealt around its tables sorted by features,
// so that each table gets a slice through all of them, and bettered by exchanges
// that lessen squared deviations from the group's make-up and repeated meetings.
// Threshold accepting (Dueck and Scheuer 1990) lets exchanges that are a little
// worse pass at first; after the last round each is gone over once more with all
// the others known.
//
// Someone whose sessions and languages leave no whole table is unplaced; in a
// single group everyone sits, at tables as whole as their number allows. Errors
// are a [*SeatingError] for pairs that contradict each other or find no table,
// and the context's.
//
// Cost: O(rounds · offers · (features + table size · rounds)), offers 200 to
// 4,000 a person: 10,000 people and five rounds take seconds.
func Seat(ctx context.Context, s Seating) (*Tables, error) {
	p, err := newPlan(s)
	if err != nil {
		return nil, err
	}
	groups, err := p.divide()
	if err != nil {
		return nil, err
	}
	out := &Tables{Places: make([][]Place, s.Rounds), Unplaced: p.unplaced}
	for round := range out.Places {
		out.Places[round] = make([]Place, len(s.People))
	}
	b := newBalance(p)
	for _, g := range groups {
		h, err := p.seat(ctx, g)
		if err != nil {
			return nil, err
		}
		g.First, g.Tables = out.Count+1, h.tables
		h.write(out.Places, g.First)
		b.note(h, g)
		for i, k := range g.People {
			g.People[i] = p.order[k]
		}
		slices.Sort(g.People)
		out.Groups = append(out.Groups, g)
		out.Count += h.tables
	}
	slices.SortFunc(out.Unplaced, func(a, b Unplaced) int { return a.Person - b.Person })
	out.Report = b.report(out)
	return out, nil
}

// plan is a seating with everything named by canonical position: people in the
// order of their identifiers, so that the order of the list has no bearing.
type plan struct {
	Seating
	order    []int // canonical position → position in People
	features []int // of the pool
	offset   []int // of each feature's values in a line of counts
	width    int
	value    []int32 // canonical position × feature: column in the line of counts
	ties
	unplaced []Unplaced
}

func newPlan(s Seating) (*plan, error) {
	switch {
	case s.Pool == nil || len(s.People) == 0:
		return nil, fmt.Errorf("nobody to seat")
	case s.TableSize < 2:
		return nil, fmt.Errorf("a table needs at least 2 seats, got %d", s.TableSize)
	case s.Rounds < 1:
		return nil, fmt.Errorf("at least one round is needed, got %d", s.Rounds)
	case s.Smallest < 0 || s.Smallest > s.TableSize:
		return nil, fmt.Errorf("tables of %d to %d people are impossible", s.Smallest, s.TableSize)
	}
	if s.Smallest == 0 {
		s.Smallest = min(defaultSmallest, s.TableSize)
	}
	for _, c := range []Choice{s.Sessions, s.Languages} {
		if err := c.check(len(s.People)); err != nil {
			return nil, err
		}
	}
	p := &plan{Seating: s}
	for i, person := range s.People {
		if person < 0 || person >= s.Pool.Len() {
			return nil, fmt.Errorf("person number %d is not in the pool of %d", person, s.Pool.Len())
		}
		p.order = append(p.order, i)
	}
	slices.SortStableFunc(p.order, func(a, b int) int { return strings.Compare(s.Pool.ID(s.People[a]), s.Pool.ID(s.People[b])) })
	for k := 1; k < len(p.order); k++ {
		if p.person(k) == p.person(k-1) {
			return nil, fmt.Errorf("%q is to be seated twice", p.id(k))
		}
	}
	if err := p.lay(); err != nil {
		return nil, err
	}
	return p, p.tie()
}

// lay lays the values of the features to balance out in a line.
func (p *plan) lay() error {
	if len(p.Features) == 0 {
		for f := range p.Pool.features {
			p.features = append(p.features, f)
		}
	}
	for _, name := range p.Features {
		f := p.Pool.FeatureIndex(name)
		if f < 0 {
			return fmt.Errorf("the panel has no feature %q", name)
		}
		p.features = append(p.features, f)
	}
	for _, f := range p.features {
		p.offset = append(p.offset, p.width)
		p.width += len(p.Pool.features[f].Values)
	}
	p.value = make([]int32, 0, len(p.order)*len(p.features))
	for k := range p.order {
		values := p.Pool.Values(p.person(k))
		for i, f := range p.features {
			p.value = append(p.value, int32(p.offset[i]+int(values[f])))
		}
	}
	return nil
}

// person is who stands at a canonical position, by index in the pool.
func (p *plan) person(k int) int { return p.People[p.order[k]] }

func (p *plan) id(k int) string { return p.Pool.ID(p.person(k)) }

// refuse makes an error about people at canonical positions.
func (p *plan) refuse(text string, people ...int) error {
	e := &SeatingError{Text: text}
	for _, k := range people {
		e.People = append(e.People, p.id(k))
	}
	return e
}

// check tells whether the answers are to the options.
func (c Choice) check(people int) error {
	if len(c.Of) > people {
		return fmt.Errorf("%d answers for %d people", len(c.Of), people)
	}
	for i, answer := range c.Of {
		for _, o := range answer {
			if o < 0 || o >= len(c.Options) {
				return fmt.Errorf("person %d chose option %d of %d", i+1, o+1, len(c.Options))
			}
		}
	}
	return nil
}

// suits lists the options that suit a person, rising and each once; −1 alone
// where there is no choice.
func (c Choice) suits(i int) []int {
	if len(c.Options) == 0 {
		return []int{-1}
	}
	if i >= len(c.Of) || len(c.Of[i]) == 0 {
		all := make([]int, len(c.Options))
		for o := range all {
			all[o] = o
		}
		return all
	}
	list := slices.Clone(c.Of[i])
	slices.Sort(list)
	return slices.Compact(list)
}

// name is an option in words, empty for −1.
func (c Choice) name(o int) string {
	if o < 0 {
		return ""
	}
	return c.Options[o]
}
