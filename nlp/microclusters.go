package nlp

const (
	sampleUnits = 15000 // micro-clusters are fitted on so many units
	fewUnits    = 400   // up to so many, each unit is its own micro-cluster
	fewMoves    = 200   // fitting ends when fewer than one row in so many moves
)

// microClusters cuts rows into at most m tight groups by spherical k-means
// (Dhillon and Modha 2001) from k-means++ seeds. Rows come in the order of
// their digests, so the first sampleUnits are a random sample; of[i] is the
// group of row i of that sample. Groups may be empty.
func microClusters(v *vectors, m, rounds int, seed uint64) (of []int32, middle *centroids) {
	if v.n <= m {
		middle = newCentroids(v.n, v.d)
		of = make([]int32, v.n)
		for i := range of {
			middle.set(i, v.row(i))
			of[i] = int32(i)
		}
		return of, middle
	}
	sample := v
	if v.n > sampleUnits {
		sample = &vectors{n: sampleUnits, d: v.d, data: v.data[:sampleUnits*v.d], weight: v.weight[:sampleUnits]}
	}
	middle = spread(sample, m, seed)
	var t tracker
	t.assign(middle, sample, nil)
	for range rounds {
		middle.settle(sample, t.of, nil)
		if t.assign(middle, sample, nil)*fewMoves < sample.n {
			break
		}
	}
	middle.settle(sample, t.of, nil)
	return t.of, middle
}

// spread picks m starting rows, each with a chance proportional to its
// distance from those picked before (k-means++, Arthur and Vassilvitskii
// 2007), among at most max(20·m, 2000) rows.
func spread(v *vectors, m int, seed uint64) *centroids {
	n := min(v.n, max(20*m, 2000))
	r := random{seed}
	middle := newCentroids(m, v.d)
	pick := r.below(n)
	far := make([]float32, n)
	for i := range far {
		far[i] = 3
	}
	for j := range m {
		middle.set(j, v.row(pick))
		c := middle.row(j)
		inBlocks(n, 512, func(_, from, to int) {
			for i := from; i < to; i++ {
				far[i] = min(far[i], max(0, 1-dot(v.row(i), c)))
			}
		})
		total := 0.0
		for _, f := range far {
			total += float64(f)
		}
		left := float64(r.unitFloat() * total)
		for i, f := range far {
			if left -= float64(f); left <= 0 && f > 0 {
				pick = i
				break
			}
		}
	}
	return middle
}
