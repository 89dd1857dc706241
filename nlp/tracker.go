package nlp

import "math"

// driftSlack is more than rounding can make of a distance.
const driftSlack = 2e-3

// tracker assigns rows to centroids again and again while these move, and
// skips the rows that can't change: a row nearer to its centroid than to any
// other by more than the centroids moved since both were measured stays
// (Hamerly 2010). The result is that of measuring every row anew.
type tracker struct {
	of    []int32
	own   []float32 // no less than the distance of a row to its centroid
	other []float32 // no more than that to any other centroid
	last  *centroids
}

// assign puts each row to the nearest centroid that it may go to and returns
// how many moved. f may be nil: all rows are free.
func (t *tracker) assign(c *centroids, v *vectors, f *fixed) (moved int) {
	first := t.of == nil
	if first {
		t.of, t.own, t.other = make([]int32, v.n), make([]float32, v.n), make([]float32, v.n)
	}
	drift, most, next, far := t.drift(c)
	const block = 512
	changed := make([]int, (v.n+block-1)/block)
	inBlocks(v.n, block, func(b, from, to int) {
		for i := from; i < to; i++ {
			if f != nil && !f.free(i) {
				if j := f.place(i, c, v.row(i)); first || j != t.of[i] {
					t.of[i] = j
					changed[b]++
				}
				continue
			}
			if was := t.of[i]; drift != nil && was >= 0 {
				t.own[i] += drift[was]
				if int(was) == far {
					t.other[i] -= next
				} else {
					t.other[i] -= most
				}
				if t.own[i] < t.other[i]-driftSlack {
					continue
				}
				t.own[i] = apart(dot(v.row(i), c.row(int(was))))
				if t.own[i] < t.other[i]-driftSlack {
					continue
				}
			}
			best, near, second := c.nearest(v.row(i))
			t.own[i], t.other[i] = apart(near), apart(second)
			if first || int32(best) != t.of[i] {
				t.of[i] = int32(best)
				changed[b]++
			}
		}
	})
	for _, n := range changed {
		moved += n
	}
	return moved
}

// apart is the distance of two unit vectors.
func apart(cosine float32) float32 {
	return float32(math.Sqrt(float64(max(0, 2-float32(2*cosine)))))
}

// drift tells how far each centroid moved since the last call, the largest
// and the next largest of these and whose the largest is; nil the first time
// and when a centroid came to life.
func (t *tracker) drift(c *centroids) (drift []float32, most, next float32, far int) {
	last := t.last
	t.last = &centroids{k: c.k, d: c.d, data: append([]float32(nil), c.data...), live: append([]bool(nil), c.live...)}
	if last == nil {
		return nil, 0, 0, 0
	}
	drift = make([]float32, c.k)
	for j := range c.k {
		if c.live[j] != last.live[j] {
			return nil, 0, 0, 0
		}
		sum := float32(0)
		for x, a := range c.row(j) {
			gap := a - last.row(j)[x]
			sum += float32(gap * gap)
		}
		drift[j] = float32(math.Sqrt(float64(sum)))
		if drift[j] > most {
			most, next, far = drift[j], most, j
		} else {
			next = max(next, drift[j])
		}
	}
	return drift, most, next, far
}
