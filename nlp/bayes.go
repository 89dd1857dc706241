package nlp

// bayesSmoothing is added to every count (Lidstone).
const bayesSmoothing = 0.3

// bayes is one pass of multinomial naive Bayes: each row goes to the
// cluster whose words explain its own best. Rows without words stay.
// O(Σ words·k).
func bayes(texts *sparse, terms int, v *vectors, of []int32, k int, f *fixed) []int32 {
	count := make([]float64, terms*k)
	total := make([]float64, k)
	size := make([]float64, k)
	for i, j := range of {
		if j < 0 {
			continue
		}
		weight := float64(v.weight[i])
		if f.held[i] >= 0 {
			weight *= heldWeight
		}
		size[j] += weight
		index, _ := texts.row(i)
		for _, t := range index {
			count[int(t)*k+int(j)] += weight
		}
		total[j] += float64(weight * float64(len(index)))
	}
	prior, rest := make([]float32, k), make([]float64, k)
	for j := range k {
		prior[j] = float32(logarithm(size[j] + 1))
		rest[j] = logarithm(total[j] + float64(bayesSmoothing*float64(terms)))
	}
	table := make([]float32, terms*k)
	inBlocks(terms, 256, func(_, from, to int) {
		for t := from; t < to; t++ {
			for j := range k {
				table[t*k+j] = float32(logarithm(count[t*k+j]+bayesSmoothing) - rest[j])
			}
		}
	})
	next := make([]int32, len(of))
	inBlocks(len(of), 512, func(_, from, to int) {
		sum := make([]float32, k)
		for i := from; i < to; i++ {
			next[i] = of[i]
			index, _ := texts.row(i)
			if of[i] < 0 || f.held[i] >= 0 || len(index) == 0 {
				continue
			}
			copy(sum, prior)
			for _, t := range index {
				for j, s := range table[int(t)*k : int(t+1)*k] {
					sum[j] += s
				}
			}
			best := int32(-1)
			for j := range k {
				if size[j] > 0 && (best < 0 || sum[j] > sum[best]) && f.allowed(i, j) {
					best = int32(j)
				}
			}
			if best >= 0 {
				next[i] = best
			}
		}
	})
	return next
}
