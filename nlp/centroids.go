package nlp

// centroids are k unit vectors, the middles of clusters. A cluster that
// never had a member with a vector has no middle and attracts nothing.
type centroids struct {
	k, d int
	data []float32
	live []bool
}

func newCentroids(k, d int) *centroids {
	return &centroids{k: k, d: d, data: make([]float32, k*d), live: make([]bool, k)}
}

// set makes x the middle of cluster j unless x is zero.
func (c *centroids) set(j int, x []float32) {
	if dot(x, x) > 0 {
		copy(c.row(j), x)
		c.live[j] = true
	}
}

func (c *centroids) row(j int) []float32 { return c.data[j*c.d : (j+1)*c.d : (j+1)*c.d] }

// nearest returns the best centroid of x, its cosine and the next best
// cosine; −1 where there is no centroid.
func (c *centroids) nearest(x []float32) (best int, first, second float32) {
	best, first, second = -1, -2, -2
	var s [4]float32
	for j := 0; j < c.k; j += 4 {
		last := c.k - 1
		s[0], s[1], s[2], s[3] = dotFour(x, c.row(j), c.row(min(j+1, last)), c.row(min(j+2, last)), c.row(min(j+3, last)))
		for i, s := range s[:min(4, c.k-j)] {
			switch {
			case s <= second || !c.live[j+i]:
			case s > first:
				best, first, second = j+i, s, first
			default:
				second = s
			}
		}
	}
	return best, first, second
}

// assignAll puts each row to its nearest centroid.
func (c *centroids) assignAll(v *vectors) []int32 {
	of := make([]int32, v.n)
	inBlocks(v.n, 512, func(_, from, to int) {
		for i := from; i < to; i++ {
			best, _, _ := c.nearest(v.row(i))
			of[i] = int32(best)
		}
	})
	return of
}

// members lists the rows of each of k clusters in row order; rows with a
// negative cluster are in none.
func members(of []int32, k int) [][]int32 {
	size := make([]int32, k)
	for _, j := range of {
		if j >= 0 {
			size[j]++
		}
	}
	lists := make([][]int32, k)
	for j, s := range size {
		lists[j] = make([]int32, 0, s)
	}
	for i, j := range of {
		if j >= 0 {
			lists[j] = append(lists[j], int32(i))
		}
	}
	return lists
}

// settle moves each centroid to the weighted mean direction of its members.
// A cluster is added up by one worker in row order. A cluster without
// members, or whose members cancel out, keeps its centroid.
func (c *centroids) settle(v *vectors, of []int32, boost []float32) {
	lists := members(of, c.k)
	inBlocks(c.k, 1, func(j, _, _ int) {
		sum := make([]float64, c.d)
		for _, i := range lists[j] {
			weight := float64(v.weight[i])
			if boost != nil {
				weight *= float64(boost[i])
			}
			addScaled64(weight, v.row(int(i)), sum)
		}
		row := make([]float32, c.d)
		for x, s := range sum {
			row[x] = float32(s)
		}
		if unit(row) > 0 {
			c.set(j, row)
		}
	})
}
