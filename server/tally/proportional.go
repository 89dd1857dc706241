package tally

import "slices"

// mostServed bounds the part of a list that is put in proportion; what follows
// goes by support.
const mostServed = 200

// Proportional answers the items in an order in which each opinion group is
// served in proportion to its size from the top on, so that a large group can't
// fill the first page: each place goes to the item that the groups agree with
// most, a group counting the less the more it has been served (sequential
// proportional approval, Thiele 1895, with the share of a group that agrees as
// its approval; LiquidFeedback orders its lists by the same idea). Items that
// were taken out stand last, and without groups the order is that of support.
// O(items · served · groups).
func (r *Ranking) Proportional() []uint32 {
	rows := bySupport(r.Rows)
	order := make([]uint32, 0, len(rows))
	served := make([]float64, len(r.Groups))
	taken := make([]bool, len(rows))
	for len(r.Groups) > 1 && len(order) < min(mostServed, len(rows)) {
		best, most := -1, 0.0
		for j, row := range rows { // ties go to the better supported
			if taken[j] || row.Excluded {
				continue
			}
			gain := 0.0
			for g := range r.Groups {
				c := row.Groups[g].Count
				gain += float64(float64(float64(r.Groups[g].Size)*Posterior(c.Agree, c.Seen())) / (1 + served[g]))
			}
			if best < 0 || gain > most {
				best, most = j, gain
			}
		}
		if best < 0 {
			break
		}
		taken[best] = true
		order = append(order, rows[best].Item)
		for g := range served {
			c := rows[best].Groups[g].Count
			served[g] += Posterior(c.Agree, c.Seen())
		}
	}
	for j, row := range rows {
		if !taken[j] {
			order = append(order, row.Item)
		}
	}
	return slices.Clip(order)
}
