package analysis

import "slices"

// Without answers the bytes of the result without every word that may come from
// the ideas that are gone: what the tagger said, and the labels of each cluster
// and node that one of them is in. Who is where stays. Bytes of a result that
// holds no such words any more are the same again.
func (r *ClusterResult) Without(gone map[uint32]bool) ([]byte, error) {
	out := *r
	out.NounPhrases = []string{}
	clusters, nodes := map[uint32]bool{}, map[int]bool{}
	for _, idea := range r.Ideas {
		if gone[idea.Idea] {
			clusters[idea.Cluster] = true
			nodes[idea.Part] = true
		}
	}
	out.Clusters = slices.Clone(r.Clusters)
	for i := range out.Clusters {
		if c := &out.Clusters[i]; clusters[c.Cluster] {
			c.Label, c.Alternatives = "", []string{}
			c.Representatives = without(c.Representatives, gone)
		}
	}
	out.Tree = slices.Clone(r.Tree)
	for i := range out.Tree { // a node comes after those that it joins
		n := &out.Tree[i]
		for _, x := range n.Joins {
			nodes[i+1] = nodes[i+1] || nodes[x]
		}
		if nodes[i+1] || n.Cluster != 0 && clusters[n.Cluster] {
			n.Label, n.Alternatives, n.Representatives = "", nil, without(n.Representatives, gone)
		}
	}
	return encode(out)
}

func without(list []uint32, gone map[uint32]bool) []uint32 {
	return slices.DeleteFunc(slices.Clone(list), func(n uint32) bool { return gone[n] })
}
