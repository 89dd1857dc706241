package selection

import (
	"cmp"
	"fmt"
	"slices"
)

// row is one quota as the methods see it: the seats still to fill with people
// of a value, what was seated before already taken off.
type row struct {
	feature, value string
	lo, hi         int   // seats of this round
	least, most    int   // what lo and hi come to once the other values have theirs
	quota          Quota // as given; Max = Size where no quota names the value
	seated         int   // fixed people of the value
	home           bool  // no quota: one seat a household, for those of one make-up
	named          bool  // by a quota
	place          int   // among the rows of a report
	people         int   // people of the value who can be drawn
}

// instance is a draw's problem by type: people who are alike in every quota
// feature, and in weight, are one integer variable. Types are in the order of
// their values and members in the order of their identifiers, so nothing
// depends on the order of the pool.
type instance struct {
	pool  *Pool
	size  int // seats of this round
	rows  []row
	spare []row   // with a quota or a seat of an earlier round, that can hold nobody and need nobody
	width int     // quota features = rows a type stands in
	group []int   // first row of each feature; len = width+1
	vals  []int32 // width row numbers a type
	count []int   // members of each type
	// members of type t: member[start[t]:start[t+1]], numbers of the pool
	start, member []int32
	weight        []float64 // nil while all weigh 1
	typeOf        []int32   // of each person; −1: cannot be drawn
	homeTaken     map[int32]bool
	eligible      int
}

func (in *instance) types() int           { return len(in.count) }
func (in *instance) rowsOf(t int) []int32 { return in.vals[t*in.width : (t+1)*in.width] }
func (in *instance) people(t int) []int32 { return in.member[in.start[t]:in.start[t+1]] }
func (in *instance) weightOf(t int) float64 {
	if in.weight == nil {
		return 1
	}
	return in.weight[t]
}

// mostRows bounds the values that people are told apart by: the methods take
// time by its cube and memory by its square.
const mostRows = 1000

// newInstance groups the people who can be drawn. Rows are in the order of the
// quotas, then values without one by their text, whatever the pool's order: all
// that a draw depends on is in the policy and under the root. It refuses a quota
// on a feature that the pool does not have, and more than mostRows values.
func newInstance(p *Problem) (*instance, error) {
	pool := p.Pool
	in := &instance{pool: pool, size: p.Size - takenBy(p.Fixed), homeTaken: map[int32]bool{}}
	var features []int
	for _, q := range p.Quotas {
		f := pool.FeatureIndex(q.Feature)
		if f < 0 {
			return nil, fmt.Errorf("quota on %q: the pool has no such feature", q.Feature)
		}
		if !slices.Contains(features, f) {
			features = append(features, f)
		}
	}
	in.width = len(features)
	rowAt := make([][]int32, len(features)) // pool value → row
	for i, f := range features {
		in.group = append(in.group, len(in.rows))
		feature, at := pool.features[f], map[string]int32{}
		add := func(q Quota, named bool) {
			at[q.Value] = int32(len(in.rows))
			in.rows = append(in.rows, row{feature: q.Feature, value: q.Value, quota: q, named: named})
		}
		for _, q := range p.Quotas {
			if q.Feature == feature.Name {
				add(q, true)
			}
		}
		for _, v := range slices.Sorted(slices.Values(feature.Values)) {
			if _, ok := at[v]; !ok {
				add(Quota{Feature: feature.Name, Value: v, Max: p.Size}, false)
			}
		}
		for _, v := range feature.Values {
			rowAt[i] = append(rowAt[i], at[v])
		}
	}
	in.group = append(in.group, len(in.rows))

	out := make([]bool, pool.Len())
	for _, i := range peopleOf(p.Excluded) {
		out[i] = true
	}
	for _, i := range peopleOf(p.Fixed) {
		out[i] = true
		if h := pool.household[i]; h >= 0 {
			in.homeTaken[h] = true
		}
		for k, f := range features {
			in.rows[rowAt[k][pool.Values(i)[f]]].seated++
		}
	}
	for i := range in.rows {
		r := &in.rows[i]
		r.lo, r.hi = max(0, r.quota.Min-r.seated), r.quota.Max-r.seated
	}
	in.groupTypes(features, rowAt, out)
	in.thin()
	if len(in.rows) > mostRows {
		return nil, fmt.Errorf("the features with quotas have %d values among the people who can be drawn: at most %d are possible; join values, such as ages to bands",
			len(in.rows), mostRows)
	}
	in.tighten()
	return in, nil
}

// thin takes out the rows that can hold nobody and need nobody, but one of a
// feature that has no other.
func (in *instance) thin() {
	var live []row
	var group []int
	to := make([]int32, len(in.rows))
	for f := range in.width {
		group = append(group, len(live))
		for r := in.group[f]; r < in.group[f+1]; r++ {
			one := in.rows[r]
			one.place = r
			switch {
			case one.people > 0 || one.lo > 0 || one.hi < 0 || r+1 == in.group[f+1] && len(live) == group[f]:
				to[r] = int32(len(live))
				live = append(live, one)
			case one.named || one.seated > 0:
				in.spare = append(in.spare, one)
			}
		}
	}
	in.rows, in.group = live, append(group, len(live))
	for k, r := range in.vals {
		in.vals[k] = to[r]
	}
}

// reported are all rows in the order of the report with the seats that a panel's
// rows add to those seated before.
func (in *instance) reported(panel []int) []row {
	out := slices.Clone(in.rows)
	for r := range out {
		out[r].seated += panel[r]
	}
	out = append(out, in.spare...)
	slices.SortFunc(out, func(a, b row) int { return cmp.Compare(a.place, b.place) })
	return out
}

// ofFeature are the rows of a feature, the spare ones last.
func (in *instance) ofFeature(g int) []row {
	out := slices.Clone(in.rows[in.group[g]:in.group[g+1]])
	for _, one := range in.spare {
		if one.feature == out[0].feature {
			out = append(out, one)
		}
	}
	return out
}

// tighten works out what the sum of a feature's seats leaves to each value.
func (in *instance) tighten() {
	for f := range in.width {
		rows := in.rows[in.group[f]:in.group[f+1]]
		sumLo, sumHi := 0, 0
		for r := range rows {
			rows[r].least = rows[r].lo
			rows[r].most = min(rows[r].hi, rows[r].people, in.size)
			sumLo += rows[r].least
			sumHi += rows[r].most
		}
		for r := range rows {
			lo, hi := rows[r].least, rows[r].most
			rows[r].least = max(lo, in.size-(sumHi-hi))
			rows[r].most = min(hi, in.size-(sumLo-lo))
		}
	}
}

// groupTypes numbers the types in the order of their rows and weight and lists
// their members in the order of their identifiers.
func (in *instance) groupTypes(features []int, rowAt [][]int32, out []bool) {
	pool := in.pool
	type kind struct {
		profile int32
		weight  float64
	}
	var (
		found   []kind
		byKind  = map[kind]int32{}
		profile = make([]int32, len(pool.profileKey))
		raw     = make([]int32, pool.Len())
	)
	for i := range profile {
		profile[i] = -1
	}
	for i := range raw {
		raw[i] = -1
		if h := pool.household[i]; out[i] || (h >= 0 && in.homeTaken[h]) {
			continue
		}
		if pool.weight == nil {
			if profile[pool.profileOf[i]] < 0 {
				profile[pool.profileOf[i]] = int32(len(found))
				found = append(found, kind{pool.profileOf[i], 1})
			}
			raw[i] = profile[pool.profileOf[i]]
			continue
		}
		k := kind{pool.profileOf[i], pool.weight[i]}
		t, ok := byKind[k]
		if !ok {
			t = int32(len(found))
			byKind[k] = t
			found = append(found, k)
		}
		raw[i] = t
	}
	// Rows of each kind, then kinds that differ only in other features join.
	vals := make([]int32, len(found)*in.width)
	for t, k := range found {
		for j, f := range features {
			vals[t*in.width+j] = rowAt[j][pool.profiles[int(k.profile)*len(pool.features)+f]]
		}
	}
	at := func(t int32) []int32 { return vals[int(t)*in.width : (int(t)+1)*in.width] }
	compare := func(a, b int32) int {
		if c := slices.Compare(at(a), at(b)); c != 0 {
			return c
		}
		return cmp.Compare(found[a].weight, found[b].weight)
	}
	order := make([]int32, len(found))
	for t := range order {
		order[t] = int32(t)
	}
	slices.SortFunc(order, compare)
	final := make([]int32, len(found))
	for i, t := range order {
		if i == 0 || compare(order[i-1], t) != 0 {
			in.vals = append(in.vals, at(t)...)
			in.count = append(in.count, 0)
			if pool.weight != nil {
				in.weight = append(in.weight, found[t].weight)
			}
		}
		final[t] = int32(len(in.count) - 1)
	}
	in.typeOf = raw
	for i, t := range raw {
		if t >= 0 {
			raw[i] = final[t]
			in.count[raw[i]]++
			in.eligible++
		}
	}
	in.start = make([]int32, len(in.count)+1)
	for t, c := range in.count {
		in.start[t+1] = in.start[t] + int32(c)
		for _, r := range in.rowsOf(t) {
			in.rows[r].people += c
		}
	}
	in.member = make([]int32, in.eligible)
	next := slices.Clone(in.start[:len(in.count)])
	for _, i := range pool.byID() {
		if t := raw[i]; t >= 0 {
			in.member[next[t]] = i
			next[t]++
		}
	}
}
