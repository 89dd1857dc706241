package selection

import (
	"math"
	"slices"
)

// offset is what keeps the rows' expected seats where they were when the last
// households are decided, those that the flight left: people decided already
// bear the difference, in proportion to their chances. Their share is as likely
// up as down, so over all seeds nobody's chance is another for it.
type offset struct {
	in     *instance
	level  *balancing
	bears  []float64 // expected seats of each type that bear it
	share  []float64 // of each type, as a part of its chance
	fixed  []bool    // types whose share is as large as it may be
	matrix []float64 // Σ bears·column·columnᵀ over the types not fixed
	normal []float64 // the same, factored
}

const (
	mostShare  = 0.5 // a chance is moved by half of itself at most
	mostBorne  = ChanceUnit / 2
	leastMoved = 1e-12
)

func (in *instance) offset(h *homes, contests []contest, left []int32, chance []int64) *offset {
	o := &offset{in: in, level: in.balancing(), share: make([]float64, in.types())}
	if len(left) == 0 {
		return o
	}
	o.bears, o.fixed = make([]float64, in.types()), make([]bool, in.types())
	alone := slices.Clone(in.count)
	for _, i := range h.member {
		alone[in.typeOf[i]]--
	}
	for t, n := range alone {
		if chance[t] <= mostBorne {
			o.bears[t] = float64(n) * float64(chance[t]) / ChanceUnit
		}
	}
	last := map[int32]bool{}
	for _, k := range left {
		last[k] = true
	}
	for k := range contests {
		if p := &contests[k]; !last[int32(k)] && p.ahead <= mostBorne {
			o.bears[p.aheadType] += float64(p.ahead) / ChanceUnit
		}
	}
	o.factor()
	return o
}

func (o *offset) factor() {
	n := o.level.size
	mat := make([]float64, n*n)
	var column []term
	for t, w := range o.bears {
		if w == 0 || o.fixed[t] {
			continue
		}
		column = o.level.column(int32(t), column[:0])
		for _, a := range column {
			for _, b := range column {
				mat[int(a.row)*n+int(b.row)] += float64(w * float64(a.v*b.v))
			}
		}
	}
	o.matrix, o.normal = mat, make([]float64, n*n)
	factor(mat, o.normal, n)
}

// bearable finds the shares that move the rows by right; false where the types
// cannot bear that, as none that has a value has the others too: rows that hang
// together would drift then, and with them the size.
func (o *offset) bearable(right, along []float64) bool {
	substitute(o.normal, right, along)
	n := len(along)
	for i, v := range right {
		for j, x := range along {
			v -= float64(o.matrix[i*n+j] * x)
		}
		if math.Abs(v) > nearWhole {
			return false
		}
	}
	return true
}

// decide decides a meeting in which the one ahead has come to chance phi, and
// lets the others bear what that moves; true when the one ahead stays so.
func (o *offset) decide(p *contest, phi float64, d dice) bool {
	n := o.level.size
	right, along := make([]float64, n), make([]float64, n)
	slope := make([]float64, len(o.share))
	for {
		clear(right)
		for _, e := range o.level.exchange(p.aheadType, p.rivalType, float64(p.ahead+p.rival)/ChanceUnit, nil) {
			right[e.row] -= e.v
		}
		if !o.bearable(right, along) {
			return d.unit() < phi
		}
		up, down := 1-phi, phi
		var column []term
		for t, w := range o.bears {
			slope[t] = 0
			if w == 0 || o.fixed[t] {
				continue
			}
			column = o.level.column(int32(t), column[:0])
			for _, e := range column {
				slope[t] += float64(along[e.row] * e.v)
			}
			g := math.Abs(slope[t])
			if g < leastMoved {
				continue
			}
			here := o.share[t]
			if slope[t] < 0 {
				here = -here
			}
			if most := (mostShare - here) / g; most < up {
				up = max(0, most)
			}
			if most := (mostShare + here) / g; most < down {
				down = max(0, most)
			}
		}
		step := up
		if float64(d.unit()*(up+down)) >= down {
			step = -down
		}
		phi += step
		for t, v := range slope {
			o.share[t] += float64(step * v)
		}
		switch {
		case phi < whole:
			return false
		case phi > 1-whole:
			return true
		case !o.fix():
			return d.unit() < phi
		}
	}
}

// fix takes out the types that bear as much as they may; false where there is
// none.
func (o *offset) fix() bool {
	found := false
	for t, s := range o.share {
		if math.Abs(s) > mostShare-whole && !o.fixed[t] {
			o.fixed[t], found = true, true
		}
	}
	if found {
		o.factor()
	}
	return found
}

// bear gives the chances of the households' deputies with their shares.
func (o *offset) bear(units []int64, contests []contest, left []int32) []int64 {
	for k := range contests {
		if !slices.Contains(left, int32(k)) {
			units[k] = o.borne(contests[k].aheadType, units[k])
		}
	}
	return units
}

// alone gives the chances of people who share no household with their shares.
func (o *offset) alone(chance []int64) []int64 {
	out := make([]int64, len(chance))
	for t, c := range chance {
		out[t] = o.borne(int32(t), c)
	}
	return out
}

func (o *offset) borne(t int32, chance int64) int64 {
	if chance > mostBorne || o.share[t] == 0 {
		return chance
	}
	return int64(math.Round(float64(float64(chance) * (1 + o.share[t]))))
}
