package selection

import (
	"context"
	"errors"
	"math"
	"slices"
)

// widening is the elastic program of an instance: the fewest seats by which
// quotas must be widened so that a panel of whole people exists. It is the
// linear program by types with columns besides for every seat by which a min is
// lowered or a max raised, solved by branch and bound; where nothing may be
// widened it tells whether a panel exists.
type widening struct {
	*lp
	slack []slack // the columns behind those of the types

	found    []float64 // the best whole solution, nil while there is none
	best     float64
	complete bool // nothing better is left
	nodes    int
}

// slack is a column by which a row gives way: seats added to a row that lacks
// them, or, for a max, room that is left of the most it may be raised by.
type slack struct {
	row    int
	up     bool // raises the max
	beyond bool // further than the quota's flex allows
	room   float64
	cost   float64 // of a seat
	step   float64 // how many ties it costs besides, to choose among equals
}

const (
	widenNodes = 3000 // linear programs of a search
	manyAre    = 5000 // types: beyond, only widenings are searched for by branch and bound, and the panel by a draw
)

func newWidening(in *instance, caps []homeCap, rigid bool) *widening {
	w := &widening{best: math.Inf(1), nodes: widenNodes}
	least, most := make([]int32, len(in.rows)), make([]int32, len(in.rows)) // rows of the program, −1 for none
	m := 0
	for r, one := range in.rows {
		least[r], most[r] = -1, -1
		if one.lo > 0 {
			least[r] = int32(m)
			m++
		}
		if one.hi < min(one.people, in.size) {
			most[r] = int32(m)
			m++
		}
	}
	first := m // of the caps
	m += len(caps) + 1
	s := &lp{in: in, m: m, from: []int32{0}, lo: make([]float64, m), hi: make([]float64, m), rowWeight: make([]float64, m),
		basis: make([]int32, m), inv: make([]float64, m*m), xb: make([]float64, m), y: make([]float64, m)}
	w.lp = s
	column := func(room float64) {
		s.from = append(s.from, int32(len(s.vals)))
		s.colLo, s.colHi, s.cost = append(s.colLo, 0), append(s.colHi, room), append(s.cost, 0)
		s.n++
	}
	for t := range in.count {
		for _, r := range in.rowsOf(t) {
			for _, row := range []int32{least[r], most[r]} {
				if row >= 0 {
					s.vals = append(s.vals, row)
				}
			}
		}
		for c, limit := range caps {
			if _, ok := slices.BinarySearch(limit.types, int32(t)); ok {
				s.vals = append(s.vals, int32(first+c))
			}
		}
		s.vals = append(s.vals, int32(m-1))
		column(float64(in.count[t]))
	}
	for r := range in.rows {
		if least[r] >= 0 {
			w.give(r, least[r], false, rigid)
		}
		if most[r] >= 0 {
			w.give(r, most[r], true, rigid)
		}
	}
	for c, limit := range caps {
		s.hi[first+c] = float64(limit.most)
	}
	s.lo[m-1], s.hi[m-1] = float64(in.size), float64(in.size)
	s.state = make([]int8, s.n+m)
	for i := range s.basis {
		s.basis[i], s.state[s.n+i], s.inv[i*m+i], s.rowWeight[i] = int32(s.n+i), basic, -1, 1
	}
	return w
}

// beyondFlex makes a seat beyond its flex dearer than all within.
func (in *instance) beyondFlex() float64 {
	sum := 1.0
	for _, one := range in.rows {
		sum += float64(min(in.size, one.quota.Min) + min(in.size, max(0, one.quota.MaxFlex-one.quota.Max)))
	}
	return min(sum, 1e5)
}

// give sets the bounds of a row of the program and adds the columns by which it
// gives way: within the flex at the cost of 1 a seat, beyond it at more.
func (w *widening) give(r int, row int32, up, rigid bool) {
	in, one := w.in, w.in.rows[r]
	w.lo[row], w.hi[row] = float64(one.lo), float64(in.size+one.lo)
	room, flex, seats := one.lo, one.quota.Min-one.quota.MinFlex, one.quota.Min
	free := one.quota.MinFlex == 0
	if up {
		w.lo[row], w.hi[row] = float64(min(0, one.hi)), float64(one.hi)
		room, flex, seats = in.size-one.hi, one.quota.MaxFlex-one.quota.Max, one.quota.Max
		free = one.quota.MaxFlex == 0
	}
	if free || flex > room {
		flex = room
	}
	if rigid {
		return
	}
	for _, part := range parts(seats, flex) {
		w.column(row, slack{row: r, up: up, room: part.seats, cost: 1, step: part.step})
	}
	for _, part := range parts(seats, room-flex) {
		w.column(row, slack{row: r, up: up, beyond: true, room: part.seats, cost: in.beyondFlex(), step: part.step})
	}
}

// part is a part of the room by which a quota may give way.
type part struct{ seats, step float64 }

// parts cut the room of a quota into a quarter of its seats, a half, all of them
// and the rest: each costs a little more than the one before, so that of equal
// sums the one spread over more quotas, and large ones, is chosen.
func parts(seats, room int) []part {
	var out []part
	done := 0
	for i, end := range []int{(seats + 3) / 4, (seats + 1) / 2, seats, room} {
		end = min(max(end, i+1, done), room)
		out = append(out, part{float64(end - done), float64(i) + 1/float64(1+seats)})
		done = end
	}
	return out
}

// column adds a column by which a row of the program gives way.
func (w *widening) column(row int32, s slack) {
	if s.room <= 0 {
		return
	}
	w.slack = append(w.slack, s)
	w.vals = append(w.vals, row)
	w.from = append(w.from, int32(len(w.vals)))
	w.colLo, w.colHi = append(w.colLo, 0), append(w.colHi, s.room)
	if s.up {
		w.hi[row] += s.room
	}
	w.cost = append(w.cost, 0)
	w.n++
}

// settleCosts sets the costs, with ties so small that all of them together come to
// less than a seat in solutions of up to twice the seats that chances need.
func (w *widening) settleCosts() {
	set := func(tie float64) {
		for k := range w.slack {
			s := &w.slack[k]
			cost := s.cost + float64(s.step*tie)
			if s.up {
				cost = -cost
			}
			w.cost[w.in.types()+k] = cost
		}
	}
	set(0)
	feasible, done := w.solve(400 * (w.m + 20))
	if !feasible || !done {
		return // the search tells
	}
	x, seats := w.point(), 0.0
	for k := range w.slack {
		seats += w.by(k, x)
	}
	set(0.1 / (4 * 2 * (seats + 10)))
}

// by is by how many seats a slack widens its row in a solution.
func (w *widening) by(k int, x []float64) float64 {
	v := x[w.in.types()+k]
	if w.slack[k].up {
		return w.slack[k].room - v
	}
	return v
}

func (w *widening) value(x []float64) float64 {
	sum := 0.0
	for k, s := range w.slack {
		cost := w.cost[w.in.types()+k]
		if s.up {
			cost = -cost
		}
		sum += float64(cost * w.by(k, x))
	}
	return sum
}

// dive looks for whole solutions below the present column bounds, widenings
// first, until nothing that is cheaper by a seat is left or the nodes are used up.
func (w *widening) dive(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if w.nodes--; w.nodes < 0 {
		w.complete = false
		return nil
	}
	feasible, done := w.solve(400 * (w.m + 20))
	if !done {
		w.complete = false
		return nil
	}
	if !feasible {
		return nil
	}
	x := w.point()
	v := w.value(x)
	if v > w.best-0.5 {
		return nil
	}
	branch, gap := -1, 1e-6
	for k := range x { // slacks first
		j := (k + w.in.types()) % w.n
		if w.in.types() > manyAre && j < w.in.types() {
			break
		}
		if g := math.Abs(x[j] - math.Round(x[j])); g > gap {
			branch, gap = j, g
		}
		if j == w.n-1 && branch >= 0 {
			break
		}
	}
	if branch < 0 {
		w.best, w.found = v, x
		return nil
	}
	lo, hi := w.colLo[branch], w.colHi[branch]
	down := math.Floor(x[branch])
	upFirst := x[branch]-down >= 0.5
	if k := branch - w.in.types(); k >= 0 {
		upFirst = !w.slack[k].up
	}
	for side := range 2 {
		if (side == 0) == upFirst {
			w.colLo[branch] = down + 1
		} else {
			w.colHi[branch] = down
		}
		err := w.dive(ctx)
		w.colLo[branch], w.colHi[branch] = lo, hi
		if err != nil || w.rigid() && w.found != nil {
			return err
		}
	}
	return nil
}

func (w *widening) rigid() bool { return len(w.slack) == 0 }

// outcome is what a search for a panel came to: a panel within the widened rows,
// or none. Proven says that nothing less would do, or that there is none.
type outcome struct {
	in     *instance // of the panel; households may be told apart in it
	seats  []int32   // nil where no panel was found
	by     []change
	proven bool
	caps   []homeCap // what households allow, of all panels whatever the quotas
}

// change is by how much a row is widened on one side.
type change struct {
	row        int
	up, beyond bool
	seats      int
}

// wholePanel looks for a panel of whole people, one a household: within the
// rows, or where they may be widened with the fewest seats. What households
// leave no room for becomes a limit, as in a draw.
func (in *instance) wholePanel(ctx context.Context, caps []homeCap, rigid bool) (outcome, error) {
	if in.eligible < in.size || in.size < 0 {
		return outcome{in: in, proven: true}, nil
	}
	if in.types() > manyAre {
		return in.drawnPanel(ctx, caps, rigid)
	}
	for range homeCaps {
		out, err := in.seek(ctx, caps, rigid)
		if err != nil || out.seats == nil {
			return out, err
		}
		limit, ok := in.room(out.seats)
		if ok {
			return out, nil
		}
		caps = append(slices.Clip(caps), limit)
		if len(caps) == apartAfter {
			if homes := in.apart(); homes != nil {
				out, err := homes.seek(ctx, homes.caps, rigid)
				out.caps = caps
				return out, err
			}
		}
	}
	return outcome{in: in, caps: caps}, nil
}

// drawnPanel is wholePanel for many types: the widenings that chances need, and
// a draw by type that shows that whole people meet them, one a household. They
// are the least then, because nothing less will do on average. Without widening
// it leaves the answer open.
func (in *instance) drawnPanel(ctx context.Context, caps []homeCap, rigid bool) (outcome, error) {
	open := outcome{in: in, caps: caps}
	if rigid {
		return open, nil
	}
	out, err := in.seek(ctx, caps, rigid)
	if err != nil || out.seats == nil {
		return out, err
	}
	wide := in.loose()
	for _, c := range out.by {
		wide.widen(c)
	}
	wide.tighten()
	d := &drawing{Problem: Problem{Pool: in.pool, Size: in.size, Objective: Maximin}, ctx: ctx, in: wide, large: true}
	d.report.Objective = Maximin
	team, err := d.byType()
	var none *InfeasibleError
	switch {
	case errors.As(err, &none):
		return open, nil
	case err != nil:
		return open, err
	}
	out.seats = team.panel.seats
	return out, nil
}

// seek solves the program once.
func (in *instance) seek(ctx context.Context, caps []homeCap, rigid bool) (outcome, error) {
	w := newWidening(in, caps, rigid)
	w.complete = true
	if !rigid {
		w.settleCosts()
	}
	if err := w.dive(ctx); err != nil {
		return outcome{}, err
	}
	out := outcome{in: in, proven: w.complete, caps: caps}
	if w.found == nil {
		return out, nil
	}
	out.seats = make([]int32, in.types())
	for t := range out.seats {
		out.seats[t] = int32(math.Round(w.found[t]))
	}
	for k, s := range w.slack {
		if n := int(math.Round(w.by(k, w.found))); n > 0 {
			out.by = append(out.by, change{row: s.row, up: s.up, beyond: s.beyond, seats: n})
		}
	}
	return out, nil
}

// room tells whether the seats of each type can go to people of different
// households, or what stands in the way.
func (in *instance) room(seats []int32) (homeCap, bool) {
	l := &lineup{in: in, panel: newPanel(in, seats), chosen: make([][]int32, in.types()),
		seated: map[int32]bool{}, byHome: map[int32]int32{}, dice: newDice([32]byte{}, "room")}
	for t, want := range seats {
		for _, i := range in.people(t) {
			if len(l.chosen[t]) == int(want) {
				break
			}
			if l.blocker(i) < 0 {
				l.seat(t, i)
			}
		}
		for len(l.chosen[t]) < int(want) {
			if limit, ok := l.augment(t); !ok {
				return limit, false
			}
		}
	}
	return homeCap{}, true
}
