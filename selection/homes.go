package selection

// homes are the households that several people who can be drawn share, in an
// order that does not hang on the pool's: that of their first members by type
// and identifier.
type homes struct {
	start  []int32 // members of home h: member[start[h]:start[h+1]]
	member []int32 // people, those of one type side by side
}

func (h *homes) len() int             { return len(h.start) - 1 }
func (h *homes) people(k int) []int32 { return h.member[h.start[k]:h.start[k+1]] }

// sharing are the draw's shared households.
func (d *drawing) sharing() *homes {
	if d.homes == nil {
		d.homes = d.in.homes()
	}
	return d.homes
}

func (in *instance) homes() *homes {
	pool := in.pool
	count := make([]int32, len(pool.households.end))
	for _, i := range in.member {
		if h := pool.household[i]; h >= 0 {
			count[h]++
		}
	}
	out := &homes{start: []int32{0}}
	next := make([]int32, len(count)) // where the next member goes, from 1
	for _, i := range in.member {
		if h := pool.household[i]; h >= 0 && count[h] > 1 && next[h] == 0 {
			last := out.start[len(out.start)-1]
			next[h] = last + 1
			out.start = append(out.start, last+count[h])
		}
	}
	out.member = make([]int32, out.start[out.len()])
	for _, i := range in.member {
		if h := pool.household[i]; h >= 0 && next[h] > 0 {
			out.member[next[h]-1] = i
			next[h]++
		}
	}
	return out
}

// roomy is the highest chance, in units, that can be given to anybody for no
// household to have more than a seat, with the chances of the others as they
// are: ChanceUnit where none has, 0 where there is none.
func (h *homes) roomy(in *instance, chance []int64) int64 {
	most := int64(ChanceUnit)
	for k := range h.len() {
		for h.under(k, in, chance, most) > ChanceUnit {
			lo, hi := int64(0), most
			for hi-lo > 1 {
				if mid := (lo + hi) / 2; h.under(k, in, chance, mid) > ChanceUnit {
					hi = mid
				} else {
					lo = mid
				}
			}
			most = lo
		}
	}
	return most
}

// under is the sum of home k's chances, none of them above most.
func (h *homes) under(k int, in *instance, chance []int64, most int64) int64 {
	sum := int64(0)
	for _, i := range h.people(k) {
		sum += min(most, chance[in.typeOf[i]])
	}
	return sum
}

// WithoutAddress is how many people have no address where others have one, 0 where
// nobody has.
func (p *Pool) WithoutAddress() int {
	n := 0
	for _, home := range p.household {
		if home < 0 {
			n++
		}
	}
	if n == len(p.household) {
		return 0
	}
	return n
}
