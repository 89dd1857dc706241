package nlp

const (
	refineRounds = 5
	heldWeight   = 10 // what a moderator placed counts so many times in the middle of its cluster
)

// fixed says where rows may go.
type fixed struct {
	held  []int32 // row → cluster it is held in, or −1
	from  []int32 // row → cluster it was in before, or −1
	apart []bool  // k×k: no row passes from one to the other; nil if none
	k     int
}

// allowed reports whether row i may go to cluster j of its own accord.
func (f *fixed) allowed(i, j int) bool {
	if f.held[i] >= 0 {
		return int(f.held[i]) == j
	}
	return f.apart == nil || f.from[i] < 0 || !f.apart[int(f.from[i])*f.k+j]
}

// free reports whether row i may go anywhere.
func (f *fixed) free(i int) bool {
	return f.held[i] < 0 && (f.apart == nil || f.from[i] < 0)
}

// assign puts each row to the nearest centroid that it may go to.
func (f *fixed) assign(c *centroids, v *vectors) []int32 {
	of := make([]int32, v.n)
	inBlocks(v.n, 512, func(_, from, to int) {
		for i := from; i < to; i++ {
			if f.free(i) {
				best, _, _ := c.nearest(v.row(i))
				of[i] = int32(best)
				continue
			}
			of[i] = f.place(i, c, v.row(i))
		}
	})
	return of
}

// place is the nearest centroid that row i may go to, −1 if there is none.
func (f *fixed) place(i int, c *centroids, x []float32) int32 {
	best, top := int32(-1), float32(-2)
	for j := range c.k {
		if !f.allowed(i, j) || !c.live[j] && f.held[i] < 0 {
			continue
		}
		if s := dot(x, c.row(j)); s > top {
			top, best = s, int32(j)
		}
	}
	return best
}

// boost is the weight of rows in the middle of their cluster.
func (f *fixed) boost() []float32 {
	out := make([]float32, len(f.held))
	for i, h := range f.held {
		out[i] = 1
		if h >= 0 {
			out[i] = heldWeight
		}
	}
	return out
}

// refine moves rows and centroids in turn (spherical k-means with fixed
// rows) until nothing moves, at most refineRounds times.
func refine(v *vectors, c *centroids, f *fixed) []int32 {
	boost := f.boost()
	var t tracker
	t.assign(c, v, f)
	for range refineRounds {
		c.settle(v, t.of, boost)
		if t.assign(c, v, f) == 0 {
			break
		}
	}
	c.settle(v, t.of, boost)
	return t.of
}

// fill gives each cluster that lost all its rows the free one that is
// nearest to its middle, so that a wanted number of clusters is kept. A
// cluster gives its last row to none.
func fill(v *vectors, c *centroids, of []int32, f *fixed) {
	size := make([]int, c.k)
	for _, j := range of {
		if j >= 0 {
			size[j]++
		}
	}
	for j := range c.k {
		if size[j] > 0 || !c.live[j] {
			continue
		}
		best, top := -1, float32(0)
		for i, was := range of {
			if was < 0 || size[was] < 2 || !f.free(i) {
				continue
			}
			if s := dot(v.row(i), c.row(j)); best < 0 || s > top {
				best, top = i, s
			}
		}
		if best >= 0 {
			size[of[best]]--
			of[best] = int32(j)
			size[j] = 1
		}
	}
}
