package selection

import (
	"math"
	"slices"
)

// lottery is a distribution over panels by type: what a small draw draws from.
// Every panel in it meets every quota, so the chances that it gives are exact.
type lottery struct {
	in     *instance
	panels [][]seatsOf
	known  map[string]bool
	share  []float64 // of each panel, summing to 1
}

// seatsOf is the number of seats of a type in a panel.
type seatsOf struct{ t, n int32 }

func (l *lottery) add(p *panel) bool {
	var list []seatsOf
	var key []byte
	for t, n := range p.seats {
		if n != 0 {
			list = append(list, seatsOf{int32(t), n})
			key = append(key, byte(t>>16), byte(t>>8), byte(t), byte(n>>8), byte(n))
		}
	}
	if l.known[string(key)] {
		return false
	}
	l.known[string(key)] = true
	l.panels = append(l.panels, list)
	return true
}

// panel is panel c in full.
func (l *lottery) panel(c int) *panel {
	seats := make([]int32, l.in.types())
	for _, one := range l.panels[c] {
		seats[one.t] = one.n
	}
	return newPanel(l.in, seats)
}

// chances are the chances of each type that the shares give.
func (l *lottery) chances() []float64 {
	out := make([]float64, l.in.types())
	for c, share := range l.share {
		if share == 0 {
			continue
		}
		for _, one := range l.panels[c] {
			out[one.t] += float64(share * float64(one.n))
		}
	}
	for t := range out {
		out[t] /= float64(l.in.count[t])
	}
	return out
}

// draw picks a panel by the shares, as integers of ChanceUnit so that the draw
// and the published chances are exact.
func (l *lottery) draw(units []int64, d dice) int {
	at := int64(d.wide(ChanceUnit))
	for c, u := range units {
		if at < u {
			return c
		}
		at -= u
	}
	return slices.IndexFunc(units, func(u int64) bool { return u > 0 })
}

// units are the shares in whole units that sum to ChanceUnit; the remainder of
// rounding down goes to the largest.
func (l *lottery) units() []int64 {
	out := make([]int64, len(l.share))
	left, largest := int64(ChanceUnit), 0
	for c, v := range l.share {
		out[c] = int64(math.Floor(float64(v * ChanceUnit)))
		left -= out[c]
		if v > l.share[largest] {
			largest = c
		}
	}
	out[largest] += left
	return out
}
