package signal

import (
	"math"
	"sync/atomic"
)

// The model of what honest people say without each other.
const (
	factors     = 4
	sweeps      = 8
	penalty     = 3.0 // of the factors, in votes
	leaning     = 2.0 // votes that a person's own rates are drawn to the average by
	bins        = 24
	surest      = 0.97 // no vote is more expected than so
	leastChance = 0.01
)

// expectation is what each ballot would say on each item, given what it says on all
// others: how often the item is passed over, and how often this ballot passes; and
// of those who decide, the items' own rates, the ballot's own leaning and
// [factors] directions in which opinions differ, which is more than the opinion
// groups of a tally. It is fitted to the votes themselves, those that are judged
// included, so it expects rather too much than too little.
type expectation struct {
	*model
	low, high float64
	agreeing  [bins]float64     // share of those who decide, by score
	passed    []float64         // log odds of a pass, by item, less the mean
	passes    []float64         // log odds of a pass, by ballot
	style     [][values]float64 // of ballots that nearly always say the same: what they say wherever they look
}

func (r *rating) expect() *expectation {
	e := &expectation{model: r.fit()}
	score := make([]float64, len(r.item))
	for row := range r.ballots {
		for i := r.first[row]; i < r.first[row+1]; i++ {
			score[i] = e.score(row, int(r.item[i]))
			e.low, e.high = min(e.low, score[i]), max(e.high, score[i])
		}
	}
	e.low, e.high = max(e.low, -1.5), min(e.high, 1.5)
	var decided [bins]float64
	for i, v := range r.value {
		if v != Pass {
			b := e.bin(score[i])
			decided[b]++
			if v == Agree {
				e.agreeing[b]++
			}
		}
	}
	for b := range e.agreeing {
		e.agreeing[b] = (e.agreeing[b] + 1) / (decided[b] + 2)
	}
	r.passing(e)
	return e
}

func (e *expectation) bin(x float64) int {
	return min(bins-1, max(0, int((x-e.low)/(e.high-e.low+1e-9)*bins)))
}

// of answers the chances of what a row's ballot says on an item.
func (e *expectation) of(row, column int) (p [values]float64) {
	pass := logistic(e.passed[column] + e.passes[row])
	agree := e.agreeing[e.bin(e.score(row, column))]
	p = [values]float64{Disagree: float64((1 - agree) * (1 - pass)), Pass: pass, Agree: float64(agree * (1 - pass))}
	for v := range p {
		p[v] = min(surest, max(leastChance, p[v], e.style[row][v]))
	}
	return p
}

// passing fits how often items are passed over and ballots pass: odds multiply.
func (r *rating) passing(e *expectation) {
	passed, seen := make([]float64, len(r.items)), make([]float64, len(r.items))
	total := 0.0
	for i, v := range r.value {
		seen[r.item[i]]++
		if v == Pass {
			passed[r.item[i]]++
			total++
		}
	}
	mean := (total + 1) / (float64(len(r.value)) + 2)
	odds := func(p float64) float64 { return ln(p) - ln(1-p) }
	e.passed, e.passes, e.style = make([]float64, len(r.items)), make([]float64, len(r.ballots)), make([][values]float64, len(r.ballots))
	for c := range e.passed {
		e.passed[c] = odds((passed[c]+float64(leaning*mean))/(seen[c]+leaning)) - odds(mean)
	}
	for row := range r.ballots {
		var said [values]float64
		for i := r.first[row]; i < r.first[row+1]; i++ {
			said[r.value[i]]++
		}
		n := float64(r.first[row+1] - r.first[row])
		e.passes[row] = odds((said[Pass] + float64(leaning*mean)) / (n + leaning))
		for v := range said {
			e.style[row][v] = max(0, 2*said[v]/n-1)
		}
	}
}

func logistic(x float64) float64 {
	if x > 0 {
		return 1 / (1 + expNegative(max(-40, -x)))
	}
	y := expNegative(max(-40, x))
	return y / (1 + y)
}

// model is decided votes, ±1, as item's mean + ballot's mean + Σ factors.
type model struct {
	item, ballot []float64
	of, by       [][factors]float64 // of items, by ballot
}

func (m *model) base(row, column int) float64 { return m.item[column] + m.ballot[row] }

func (m *model) score(row, column int) float64 {
	x := m.base(row, column)
	for k := range factors {
		x += float64(m.of[column][k] * m.by[row][k])
	}
	return x
}

// fit is ridge regression by turns, from a start that the items' order fixes.
// O(votes · factors² · sweeps).
func (r *rating) fit() *model {
	m := &model{item: make([]float64, len(r.items)), ballot: make([]float64, len(r.ballots)), of: make([][factors]float64, len(r.items)), by: make([][factors]float64, len(r.ballots))}
	n := make([]float64, len(r.items))
	for i, v := range r.value {
		if v != Pass {
			m.item[r.item[i]] += sign(v)
			n[r.item[i]]++
		}
	}
	for c := range m.item {
		m.item[c] /= n[c] + leaning
	}
	for row := range r.ballots {
		count := leaning
		for i := r.first[row]; i < r.first[row+1]; i++ {
			if v := r.value[i]; v != Pass {
				m.ballot[row] += sign(v) - m.item[r.item[i]]
				count++
			}
		}
		m.ballot[row] /= count
	}
	state := uint64(0x5eed)
	for c := range m.of {
		for k := range factors {
			state += 0x9e3779b97f4a7c15
			z := (state ^ state>>30) * 0xbf58476d1ce4e5b9
			z = (z ^ z>>27) * 0x94d049bb133111eb
			m.of[c][k] = float64((z^z>>31)>>11)/(1<<53) - 0.5
		}
	}
	weight := r.distinct()
	sides := make([]normal, len(r.items))
	for range sweeps {
		clear(sides)
		for row := range r.ballots {
			var own normal
			for i := r.first[row]; i < r.first[row+1]; i++ {
				if v := r.value[i]; v != Pass {
					c := int(r.item[i])
					own.add(&m.of[c], sign(v)-m.base(row, c), 1)
				}
			}
			m.by[row] = own.solve()
			for i := r.first[row]; i < r.first[row+1]; i++ {
				if v := r.value[i]; v != Pass {
					c := int(r.item[i])
					sides[c].add(&m.by[row], sign(v)-m.base(row, c), weight[row])
				}
			}
		}
		for c := range sides {
			m.of[c] = sides[c].solve()
		}
	}
	return m
}

// distinct is by row one over the number of ballots that say nearly the same as
// it, itself included: or else enough ballots that copy each other would be taken
// for an opinion of its own, which explains them. O(ballots² · items/64).
func (r *rating) distinct() []float64 {
	alike := make([]int32, len(r.ballots))
	r.pairs(func(a, b int) {
		atomic.AddInt32(&alike[a], 1)
		atomic.AddInt32(&alike[b], 1)
	})
	weight := make([]float64, len(alike))
	for row, n := range alike {
		weight[row] = 1 / float64(1+n)
	}
	return weight
}

func sign(v Value) float64 { return float64(int(v) - 1) }

// normal is the normal equations of one side's factors.
type normal struct {
	a [factors][factors]float64
	b [factors]float64
}

func (n *normal) add(x *[factors]float64, y, weight float64) {
	for i := range factors {
		for j := 0; j <= i; j++ {
			n.a[i][j] += float64(weight * float64(x[i]*x[j]))
		}
		n.b[i] += float64(weight * float64(x[i]*y))
	}
}

// solve is by Cholesky's decomposition, with the penalty.
func (n *normal) solve() (x [factors]float64) {
	l := n.a
	for i := range factors {
		l[i][i] += penalty
		for j := 0; j <= i; j++ {
			sum := l[i][j]
			for k := range j {
				sum -= float64(l[i][k] * l[j][k])
			}
			if i == j {
				l[i][i] = math.Sqrt(sum)
			} else {
				l[i][j] = sum / l[j][j]
			}
		}
	}
	for i := range factors {
		sum := n.b[i]
		for k := range i {
			sum -= float64(l[i][k] * x[k])
		}
		x[i] = sum / l[i][i]
	}
	for i := factors - 1; i >= 0; i-- {
		sum := x[i]
		for k := i + 1; k < factors; k++ {
			sum -= float64(l[k][i] * x[k])
		}
		x[i] = sum / l[i][i]
	}
	return x
}
