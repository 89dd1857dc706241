package signal

import (
	"cmp"
	"math/bits"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// Accord is ballots that say the same more often than their opinions explain.
type Accord struct {
	Open    bool     `json:"open"` // ballots of the open rating, which have numbers of their own
	Ballots []uint64 `json:"ballots"`
	Pairs   int      `json:"pairs"`   // of them that stand out
	Common  int      `json:"common"`  // items that a pair of those voted on both, in the middle
	Same    float64  `json:"same"`    // share of them on which it says the same, 0 to 1
	Chance  float64  `json:"chance"`  // share on which it would by the opinions of its ballots
	Near    float64  `json:"near"`    // share of the same votes at most a minute apart, −1 where times are unknown
	NearBy  float64  `json:"near_by"` // what chance would give, with the hours at which its ballots vote; −1
	Rows    []Said   `json:"rows"`    // what they agree on most improbably
}

// Said is evidence: what ballots of an accord say on an item.
type Said struct {
	Item  uint32  `json:"item"`
	Value Value   `json:"value"`
	By    int     `json:"by"`    // of the accord
	All   float64 `json:"all"`   // share of all other ballots with a vote on it that say so
	Gives float64 `json:"gives"` // evidence, in decimal digits of the likelihood ratio, of a typical pair
}

const (
	leastCommon = 12   // items that two ballots must share to be compared
	leastSame   = 0.85 // share of them on which they say the same
	tempering   = 0.5  // of the likelihood ratio: half of the evidence is not believed
	nearMillis  = 60_000
	mostNear    = 3.0 // decimal digits that timing can add
	mostRows    = 12
)

// noises are the shares of their votes that copying ballots change.
var noises = [...]float64{0.02, 0.10, 0.25}

// pair is two rows and the logarithm of their evidence.
type pair struct {
	a, b  int32
	ratio float64
}

// judge weighs pairs of a rating.
type judge struct {
	*rating
	*expectation
	gain  [len(noises)][]float32 // by vote: what another ballot's same vote gives
	loss  [len(noises)]float64   // what another vote takes
	equal float64                // ln of one over the number of ways to copy
}

func newJudge(r *rating) *judge {
	j := &judge{rating: r, expectation: r.expect(), equal: ln(0.5 / float64(len(noises)))}
	chance := make([]float32, len(r.item))
	for row := range r.ballots {
		for i := r.first[row]; i < r.first[row+1]; i++ {
			chance[i] = float32(j.of(row, int(r.item[i]))[r.value[i]])
		}
	}
	for k, e := range noises {
		j.gain[k], j.loss[k] = make([]float32, len(r.item)), ln(e)
		var of [1<<12 + 1]float32 // by chance, in steps; 0 for not known yet
		for i, p := range chance {
			at := int(float64(p) * (1 << 12))
			if of[at] == 0 {
				of[at] = float32(ln((1-e)/(float64(at+1)/(1<<12)) + e))
			}
			j.gain[k][i] = of[at]
		}
	}
	return j
}

// ratio is the logarithm of the likelihood ratio that one of two ballots copies
// the other with some noise, to that each votes by its opinions. Its mean over
// honest pairs is 1, whatever they have in common, so it exceeds x with chance
// 1/x at most.
func (j *judge) ratio(a, b int) float64 {
	both, same := j.common(a, b)
	differ := float64(both - same)
	var of [2][len(noises)]float64
	for w := range j.words {
		for set := j.agree(a, b, w); set != 0; set &= set - 1 {
			bit := uint(bits.TrailingZeros64(set))
			x, y := j.vote(a, w, bit), j.vote(b, w, bit)
			for k := range noises {
				of[0][k] += float64(j.gain[k][x])
				of[1][k] += float64(j.gain[k][y])
			}
		}
	}
	sum := -1e9
	for side := range of {
		for k := range noises {
			sum = lnSum(sum, of[side][k]+float64(differ*j.loss[k])+j.equal)
		}
	}
	return sum
}

// agree are the items of a word on which two rows say the same.
func (r *rating) agree(a, b, w int) uint64 {
	x, y := a*values*r.words+w, b*values*r.words+w
	n := r.words
	return r.said[x]&r.said[y] | r.said[x+n]&r.said[y+n] | r.said[x+2*n]&r.said[y+2*n]
}

// timing is how many of a pair's same votes are at most a minute apart, what would
// be if each ballot had given its votes in any order at its times, and the
// logarithm of how improbable that is (Chernoff); known is false without times.
func (j *judge) timing(a, b int) (near, same int, by float64, evidence float64, known bool) {
	var mine, theirs []int64
	for w := range j.words {
		for set := j.agree(a, b, w); set != 0; set &= set - 1 {
			bit := uint(bits.TrailingZeros64(set))
			s, t := j.time[j.vote(a, w, bit)], j.time[j.vote(b, w, bit)]
			if s == 0 || t == 0 {
				return 0, 0, 0, 0, false
			}
			if s-t <= nearMillis && t-s <= nearMillis {
				near++
			}
			mine, theirs = append(mine, s), append(theirs, t)
		}
	}
	same = len(mine)
	if same == 0 {
		return 0, 0, 0, 0, false
	}
	slices.Sort(theirs)
	for _, s := range mine {
		from, _ := slices.BinarySearch(theirs, s-nearMillis)
		to, _ := slices.BinarySearch(theirs, s+nearMillis+1)
		by += float64(to-from) / float64(same)
	}
	if x := float64(near); x > by {
		mean := max(by, 0.5)
		evidence = max(0, float64(x*(ln(x)-ln(mean)))-x+mean)
	}
	return near, same, by, evidence, true
}

// weigh is what is believed of a pair's evidence: half of the logarithm that the
// votes give, and of that of the timing what keeps it a bet at fair odds (a chance
// p pays ½·p^−½), three digits at most.
func (j *judge) weigh(a, b int) float64 {
	x := float64(tempering * j.ratio(a, b))
	if _, _, _, evidence, known := j.timing(a, b); known && x > 0 {
		x += min(float64(mostNear*ln(10)), max(0, evidence/2+ln(0.5)))
	}
	return x
}

// accords finds ballots that agree improbably. Ballots compared is how many had
// enough votes. O(ballots² · items/64).
func accords(votes []Vote) (list []Signal, compared int) {
	r := newRating(votes)
	rows := r.enough()
	if len(rows) < 2 {
		return nil, len(rows)
	}
	j := newJudge(r)
	tests := float64(len(rows)) * float64(len(rows)-1) / 2
	pairs := j.search(ln(1 / alpha))
	slices.SortFunc(pairs, func(x, y pair) int {
		return cmp.Or(cmp.Compare(y.ratio, x.ratio), cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b))
	})
	chances := make([]float64, len(pairs))
	for i := range pairs {
		chances[i] = -pairs[i].ratio
	}
	pairs = pairs[:discoveries(chances, tests)]
	for _, group := range groups(pairs, len(r.ballots)) {
		list = append(list, j.accord(group, tests))
	}
	byChance(list)
	return list, len(rows)
}

// search answers the pairs with at least so much evidence, in any order.
func (j *judge) search(least float64) []pair {
	var mu sync.Mutex
	var found []pair
	j.pairs(func(a, b int) {
		if e := j.weigh(a, b); e >= least {
			mu.Lock()
			found = append(found, pair{int32(a), int32(b), e})
			mu.Unlock()
		}
	})
	return found
}

// pairs calls f, on all processors at once, for all pairs of rows that have enough
// in common and say nearly the same. O(rows² · items/64).
func (r *rating) pairs(f func(a, b int)) {
	rows := r.enough()
	var next atomic.Int64
	var wait sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			for {
				x := int(next.Add(1)) - 1
				if x >= len(rows) {
					return
				}
				for _, y := range rows[x+1:] {
					if both, same := r.common(rows[x], y); both >= leastCommon && float64(same) >= float64(leastSame*float64(both)) {
						f(rows[x], y)
					}
				}
			}
		})
	}
	wait.Wait()
}

// enough are the rows with votes enough to be compared.
func (r *rating) enough() []int {
	var rows []int
	for row := range r.ballots {
		if r.first[row+1]-r.first[row] >= leastCommon {
			rows = append(rows, row)
		}
	}
	return rows
}

// groups joins pairs that share a ballot; each is in the order of the pairs, the
// groups in that of their first.
func groups(pairs []pair, rows int) [][]pair {
	root := make([]int32, rows)
	for i := range root {
		root[i] = int32(i)
	}
	find := func(x int32) int32 {
		for root[x] != x {
			root[x] = root[root[x]]
			x = root[x]
		}
		return x
	}
	for _, p := range pairs {
		root[find(p.a)] = find(p.b)
	}
	at := map[int32]int{}
	var list [][]pair
	for _, p := range pairs {
		g := find(p.a)
		if _, there := at[g]; !there {
			at[g] = len(list)
			list = append(list, nil)
		}
		list[at[g]] = append(list[at[g]], p)
	}
	return list
}

// accord describes a group of pairs by the one in their middle.
func (j *judge) accord(group []pair, tests float64) Signal {
	var rows []int32
	for _, p := range group {
		rows = append(rows, p.a, p.b)
	}
	slices.Sort(rows)
	rows = slices.Compact(rows)
	middle := group[len(group)/2]
	a, b := int(middle.a), int(middle.b)
	x := &Accord{Pairs: len(group), Near: -1, NearBy: -1}
	both, same := j.common(a, b)
	x.Common, x.Same, x.Chance = both, rounded(float64(same)/float64(both), 1000), rounded(j.byOpinion(a, b), 1000)
	if near, of, by, _, known := j.timing(a, b); known {
		x.Near, x.NearBy = rounded(float64(near)/float64(of), 1000), rounded(by/float64(of), 1000)
	}
	for _, row := range rows {
		x.Ballots = append(x.Ballots, j.ballots[row])
	}
	x.Rows = j.evidence(rows, a, b)
	return Signal{Key: newKey(Votes, x.Ballots...), Kind: Votes, Chance: inAll(-middle.ratio, tests), Accord: x}
}

// byOpinion is the share of the items of both that two rows would say the same on
// if each voted by its opinions.
func (j *judge) byOpinion(a, b int) float64 {
	sum, n := 0.0, 0
	for w := range j.words {
		for set := j.answered(a, w) & j.answered(b, w); set != 0; set &= set - 1 {
			column := 64*w + bits.TrailingZeros64(set)
			p, q := j.of(a, column), j.of(b, column)
			for v := range p {
				sum += float64(p[v] * q[v])
			}
			n++
		}
	}
	return min(1, sum/float64(n))
}

// evidence are the votes of a pair that speak most for it.
func (j *judge) evidence(rows []int32, a, b int) []Said {
	list := []Said{}
	for w := range j.words {
		for set := j.agree(a, b, w); set != 0; set &= set - 1 {
			bit := uint(bits.TrailingZeros64(set))
			i := j.vote(a, w, bit)
			gives := float64(tempering*float64(max(j.gain[1][i], j.gain[1][j.vote(b, w, bit)]))) / ln(10)
			list = append(list, Said{Item: j.items[j.item[i]], Value: j.value[i], Gives: rounded(gives, 100)})
		}
	}
	slices.SortStableFunc(list, func(x, y Said) int { return cmp.Compare(y.Gives, x.Gives) })
	list = list[:min(len(list), mostRows)]
	for n := range list {
		column, _ := slices.BinarySearch(j.items, list[n].Item)
		word, bit := column/64, uint64(1)<<(column%64)
		answered, so := 0, 0
		for row := range j.ballots {
			_, member := slices.BinarySearch(rows, int32(row))
			says := j.said[(row*values+int(list[n].Value))*j.words+word]&bit != 0
			switch {
			case member && says:
				list[n].By++
			case !member && j.answered(row, word)&bit != 0:
				answered++
				if says {
					so++
				}
			}
		}
		if answered > 0 {
			list[n].All = rounded(float64(so)/float64(answered), 1000)
		}
	}
	return list
}
