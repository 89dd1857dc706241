package nlp

// apartFrom is the height from which a join of a few ideas puts unlike
// things together: two ideas without a common word join at 1.
const apartFrom = 0.93

// fewClusters picks the number of clusters of a small topic from its tree:
// joins above apartFrom are undone, but there are at most mostFor(n).
func fewClusters(tree []merge, n int, s space) int {
	unlike := float64(s.likeness(1) - s.likeness(0)) // 2 where half of a vector's length is its script
	k := 1
	for _, t := range tree {
		if t.height*unlike > apartFrom {
			k++
		}
	}
	return min(k, mostFor(n), n)
}
