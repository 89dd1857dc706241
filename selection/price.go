package selection

import (
	"context"
	"math"
	"slices"
	"sort"

	"veche/selection/solver"
)

// pricer looks for panels worth much under prices of the types: by exchanges
// from panels at hand, and exactly by the solver.
type pricer struct {
	in    *instance
	value []float64 // of a seat of each type
	cost  []float64 // of giving one up, the same unless seats are worth less the more there are
	order []int32   // types, the dearest first
	mark  []uint64  // a random word for each row: exchanges that cancel add up to 0
	sign  []uint64  // of each type over the features with no room
	table map[uint64]exchange
	made  []exchange // by the last call of single or double
	exact *solver.Solver
}

// exchange is one person of type out leaving for one of type in.
type exchange struct {
	out, in int32
	gain    float64
}

func newPricer(in *instance, d dice) *pricer {
	p := &pricer{
		in: in, value: make([]float64, in.types()), order: make([]int32, in.types()),
		mark: make([]uint64, len(in.rows)), sign: make([]uint64, in.types()), table: map[uint64]exchange{},
	}
	for r := range p.mark {
		p.mark[r] = d.source.Uint64()
	}
	return p
}

// price sets the values and sorts the types by them.
func (p *pricer) price(value []float64) {
	p.value, p.cost = value, value
	for t := range p.order {
		p.order[t] = int32(t)
	}
	sort.SliceStable(p.order, func(a, b int) bool { return value[p.order[a]] > value[p.order[b]] })
}

func (p *pricer) worth(q *panel) float64 {
	sum := 0.0
	for t, n := range q.seats {
		sum += float64(float64(n) * p.value[t])
	}
	return sum
}

// improve exchanges people as long as the panel gets worth more: one for one,
// and where that ends two for two with what one pair upsets set right by the
// other. double limits the latter, which costs more.
func (p *pricer) improve(q *panel, double int) {
	for {
		if p.single(q) {
			continue
		}
		if double == 0 || !p.double(q) {
			return
		}
		double--
	}
}

const least = 1e-12 // gains below are none

// single makes the best exchange of one person, if any.
func (p *pricer) single(q *panel) bool {
	best := exchange{gain: least}
	for k := len(p.order) - 1; k >= 0; k-- { // the cheapest first: what they gain rules the others out
		a := p.order[k]
		if q.seats[a] == 0 {
			continue
		}
		mine := p.in.rowsOf(int(a))
	next:
		for _, b := range p.order {
			gain := p.value[b] - p.cost[a]
			if gain <= best.gain {
				break
			}
			if int(q.seats[b]) >= p.in.count[b] {
				continue
			}
			for f, to := range p.in.rowsOf(int(b)) {
				if from := mine[f]; from != to && (q.rows[from] <= p.in.rows[from].lo || q.rows[to] >= p.in.rows[to].hi) {
					continue next
				}
			}
			best = exchange{a, b, gain}
			break
		}
	}
	if best.gain <= least {
		return false
	}
	p.made = append(p.made[:0], best)
	q.add(int(best.out), -1)
	q.add(int(best.in), 1)
	return true
}

// double makes the best pair of exchanges that together keep the features with
// no room exactly as they are.
func (p *pricer) double(q *panel) bool {
	const dearest = 120
	for t := range p.sign {
		sum := uint64(0)
		for f, r := range p.in.rowsOf(t) {
			if !p.in.rows[r].home && p.tight(q, f) { // households: left to fits
				sum += p.mark[r]
			}
		}
		p.sign[t] = sum
	}
	clear(p.table)
	var one, two exchange
	best := least
	for a, n := range q.seats {
		if n == 0 {
			continue
		}
		for k, b := range p.order {
			if k >= dearest {
				break
			}
			if int(b) == a || int(q.seats[b]) >= p.in.count[b] {
				continue
			}
			this := exchange{int32(a), b, p.value[b] - p.cost[a]}
			key := p.sign[b] - p.sign[a]
			if other, ok := p.table[-key]; ok && other.gain+this.gain > best && p.fits(q, this, other) {
				best, one, two = other.gain+this.gain, this, other
			}
			if other, ok := p.table[key]; !ok || this.gain > other.gain {
				p.table[key] = this
			}
		}
	}
	if best <= least {
		return false
	}
	p.made = append(p.made[:0], one, two)
	for _, e := range p.made {
		q.add(int(e.out), -1)
		q.add(int(e.in), 1)
	}
	return true
}

// tight tells whether a feature has a value at the end of its quota.
func (p *pricer) tight(q *panel, f int) bool {
	for r := p.in.group[f]; r < p.in.group[f+1]; r++ {
		if q.rows[r] <= p.in.rows[r].lo || q.rows[r] >= p.in.rows[r].hi {
			return true
		}
	}
	return false
}

// fits tells whether two exchanges together leave a panel.
func (p *pricer) fits(q *panel, a, b exchange) bool {
	if a.out == b.out && q.seats[a.out] < 2 || a.in == b.in && int(q.seats[a.in])+2 > p.in.count[a.in] || a.in == b.out || a.out == b.in {
		return false
	}
	good := true
	move := func(e exchange, by int) {
		for _, r := range p.in.rowsOf(int(e.out)) {
			q.rows[r] -= by
		}
		for _, r := range p.in.rowsOf(int(e.in)) {
			q.rows[r] += by
		}
	}
	move(a, 1)
	move(b, 1)
	for _, e := range []exchange{a, b} {
		for _, t := range []int32{e.out, e.in} {
			for _, r := range p.in.rowsOf(int(t)) {
				good = good && q.rows[r] >= p.in.rows[r].lo && q.rows[r] <= p.in.rows[r].hi
			}
		}
	}
	move(a, -1)
	move(b, -1)
	return good
}

// exactNodes limits the solver's search; a limit on nodes ends alike everywhere.
const exactNodes = 20_000

// best finds the dearest panel by the solver, nil where its limit ended the
// search before there was one, with the proven bound of its worth.
func (p *pricer) best(ctx context.Context) (*panel, float64, error) {
	if p.exact == nil {
		s, err := solver.New(ctx)
		if err != nil {
			return nil, 0, err
		}
		if err := s.Load(p.program()); err != nil {
			s.Close()
			return nil, 0, err
		}
		s.SetFloat("mip_rel_gap", 1e-6)
		s.SetInt("mip_max_nodes", exactNodes)
		p.exact = s
	}
	p.exact.SetCosts(p.value)
	status, err := p.exact.Run()
	if err != nil {
		return nil, 0, err
	}
	if status == solver.Infeasible {
		return nil, 0, p.in.onlyFractions()
	}
	x, _, err := p.exact.Solution()
	if err != nil {
		return nil, 0, err
	}
	seats := make([]int32, len(x))
	for t, v := range x {
		seats[t] = int32(math.Round(v))
	}
	q := newPanel(p.in, seats)
	bound := p.exact.Bound()
	if q.off() != 0 {
		return nil, bound, nil
	}
	return q, bound, nil
}

func (p *pricer) close() {
	if p.exact != nil {
		p.exact.Close()
	}
}

// program is the integer program of all panels.
func (p *pricer) program() solver.Program {
	in := p.in
	rows := make([][]int32, len(in.rows)+1)
	for t := range in.count {
		for _, r := range in.rowsOf(t) {
			rows[r] = append(rows[r], int32(t))
		}
		rows[len(in.rows)] = append(rows[len(in.rows)], int32(t))
	}
	out := solver.Program{Maximise: true, Integer: true, Cost: slices.Clone(p.value), Start: []int32{0}}
	for t := range in.count {
		out.ColLo = append(out.ColLo, 0)
		out.ColHi = append(out.ColHi, float64(in.count[t]))
	}
	for r, list := range rows {
		lo, hi := float64(in.size), float64(in.size)
		if r < len(in.rows) {
			lo, hi = float64(in.rows[r].lo), float64(in.rows[r].hi)
		}
		out.RowLo, out.RowHi = append(out.RowLo, lo), append(out.RowHi, hi)
		out.Index = append(out.Index, list...)
		for range list {
			out.Value = append(out.Value, 1)
		}
		out.Start = append(out.Start, int32(len(out.Index)))
	}
	return out
}
