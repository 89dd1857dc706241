package tally

// Consensus is Polis's group-informed consensus Π_g (A_g+1)/(S_g+2) over the
// groups in the order given, S_g being agree + disagree + pass inside group g
// (Small et al. 2021, "Polis: scaling deliberation by mapping high dimensional
// opinion spaces", section on group-informed consensus). Its values shrink
// with the number of groups, so they compare inside one ranking only. 1
// without groups.
func Consensus(groups []Count) float64 {
	product := 1.0
	for _, g := range groups {
		product = float64(product * Posterior(g.Agree, g.Seen()))
	}
	return product
}

// Worst is the smallest (A_g+1)/(S_g+2) over the groups: what the group that
// likes the item least thinks of it. 1 without groups.
func Worst(groups []Count) float64 {
	worst := 1.0
	for _, g := range groups {
		worst = min(worst, Posterior(g.Agree, g.Seen()))
	}
	return worst
}
