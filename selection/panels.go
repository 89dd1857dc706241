package selection

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
)

// mostPanelSeats bounds the seats of all panels written for a draw by hand.
const mostPanelSeats = 50_000_000

// PanelList tells about the equally likely panels written for a public draw.
type PanelList struct {
	Panels         int     `json:"panels"`
	Different      int     `json:"different"`
	Drawn          int     `json:"drawn"`           // from 1
	WorstDeviation float64 `json:"worst_deviation"` // largest change of somebody's chance by writing panels
	LowestBefore   float64 `json:"lowest_before"`   // the lowest chance before, above 0
	LowestAfter    float64 `json:"lowest_after"`
	Note           string  `json:"note,omitempty"`
}

// public keys the dice of what must be settled before the seed is known.
func (d *drawing) public() [32]byte {
	if d.Panels > 0 {
		return d.Listing
	}
	return [32]byte{}
}

// cast is a list of equally likely panels by type at work: the seats that each
// type has in all of them together should come near to want.
//
// Flanigan, Kehne and Procaccia (Fair sortition made transparent, NeurIPS 2021)
// round the shares of panels to multiples of 1/M by an integer program, by
// Beck-Fiala or at random; since panels are cheap to change here, the panels
// themselves are exchanged and mended until the sums fit, which ends nearer than
// choosing among given ones can.
type cast struct {
	in     *instance
	panels []*panel
	want   []float64
	short  []float64                  // want less what the panels hold
	due    func(person int32) float64 // seats that a person should have by now, nil: all alike
	rough  bool                       // even need not go to the end
	dice   dice
}

// equal writes Problem.Panels panels in the place of a lottery and draws one.
func (b *listing) equal(l *lottery, units []int64) (*lineup, error) {
	d := b.drawing
	if err := d.panelRoom(); err != nil {
		return nil, err
	}
	d.say(fmt.Sprintf("writing %d equally likely panels", d.Panels))
	c := &cast{in: b.in, want: make([]float64, b.in.types()), dice: b.dice}
	for t, p := range l.chances() {
		c.want[t] = float64(float64(p*float64(b.in.count[t])) * float64(d.Panels))
	}
	l.rounded(units, d.Panels, c)
	if err := c.even(b, l); err != nil {
		return nil, err
	}
	chance := make([]float64, b.in.types())
	for t, w := range c.want {
		chance[t] = w / float64(d.Panels) / float64(b.in.count[t])
	}
	return d.deal(c, chance)
}

func (d *drawing) panelRoom() error {
	if d.Panels > mostPanelSeats/max(1, d.in.size) {
		return fmt.Errorf("%d panels of %d seats are too many to write: %d seats in all are possible", d.Panels, d.in.size, mostPanelSeats)
	}
	return nil
}

// rounded takes m panels by systematic sampling of the shares: each as often as
// its share says, rounded down or up.
func (l *lottery) rounded(units []int64, m int, c *cast) {
	order := make([]int, 0, len(units))
	for k, u := range units {
		if u > 0 {
			order = append(order, k)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { // likely panels first
		switch {
		case units[a] > units[b]:
			return -1
		case units[a] < units[b]:
			return 1
		}
		return 0
	})
	sum, next := -c.dice.unit(), 0
	for _, k := range order {
		sum += float64(float64(units[k]) / ChanceUnit * float64(m))
		for ; next < m && float64(next) < sum; next++ {
			c.panels = append(c.panels, l.panel(k))
		}
	}
	for len(c.panels) < m {
		c.panels = append(c.panels, l.panel(order[0]))
	}
}

const (
	castPasses = 40
	castLists  = 200_000_000 // steps spent on exchanging whole panels, at most
)

// even exchanges whole panels for listed ones and people within panels as long as
// that brings the sums nearer: Σ short²/people, the squares of what the chances
// are off. It ends where a pass leaves nearly all of it.
func (c *cast) even(b *listing, l *lottery) error {
	c.short = slices.Clone(c.want)
	for _, q := range c.panels {
		for t, n := range q.seats {
			c.short[t] -= float64(n)
		}
	}
	prices := newPricer(c.in, c.dice)
	defer prices.close()
	value, cost := make([]float64, c.in.types()), make([]float64, c.in.types())
	worth := func(t int) {
		n := float64(c.in.count[t])
		value[t], cost[t] = (2*c.short[t]-1)/n, (2*c.short[t]+1)/n
	}
	order := make([]int, len(c.panels))
	for j := range order {
		order[j] = j
	}
	budget := castLists / max(1, len(l.panels)*c.in.size)
	before, enough := c.off(), 0.999
	if c.rough {
		enough = 0.9
	}
	for range castPasses {
		shuffle(c.dice, order)
		for _, j := range order {
			if err := b.ctx.Err(); err != nil {
				return err
			}
			if budget > 0 {
				budget--
				c.replace(j, l)
			}
			for t := range c.short {
				worth(t)
			}
			prices.price(value)
			prices.cost = cost
			for range c.in.size {
				if !prices.single(c.panels[j]) && (c.rough || !prices.double(c.panels[j])) {
					break
				}
				if !c.keep(prices.made, c.panels[j]) {
					break
				}
				for _, e := range prices.made { // the order of the types may stay a little behind
					worth(int(e.out))
					worth(int(e.in))
				}
			}
		}
		after := c.off()
		if after >= float64(before*enough) {
			return nil
		}
		before = after
	}
	return nil
}

func (c *cast) off() float64 {
	sum := 0.0
	for t, s := range c.short {
		sum += float64(s*s) / float64(c.in.count[t])
	}
	return sum
}

// keep enters exchanges made in a panel, or takes them back where together they
// do not bring the sums nearer.
func (c *cast) keep(made []exchange, q *panel) bool {
	gain := 0.0
	move := func(t int32, by float64) {
		s := c.short[t]
		c.short[t] = s - by
		gain += float64(float64(2*s*by)-float64(by*by)) / float64(c.in.count[t])
	}
	for _, e := range made {
		move(e.out, -1)
		move(e.in, 1)
	}
	if gain > least {
		return true
	}
	for _, e := range made {
		move(e.out, 1)
		move(e.in, -1)
		q.add(int(e.out), 1)
		q.add(int(e.in), -1)
	}
	return false
}

// replace takes the listed panel that brings the sums nearest in the place of
// panel j, if one does.
func (c *cast) replace(j int, l *lottery) {
	old := c.panels[j]
	for t, n := range old.seats {
		c.short[t] += float64(n)
	}
	worth := func(t int, n float64) float64 {
		return float64(float64(2*c.short[t]*n)-float64(n*n)) / float64(c.in.count[t])
	}
	best, at := least, -1
	for t, n := range old.seats {
		if n > 0 {
			best += worth(t, float64(n))
		}
	}
	for k, list := range l.panels {
		sum := 0.0
		for _, one := range list {
			sum += worth(int(one.t), float64(one.n))
		}
		if sum > best {
			best, at = sum, k
		}
	}
	if at >= 0 {
		c.panels[j] = l.panel(at)
	}
	for t, n := range c.panels[j].seats {
		c.short[t] -= float64(n)
	}
}

// equalByType writes panels of a draw by type. The seats of all of them together
// are rounded at once, then split in halves again and again, each half within
// its share of every quota: so each type has within a seat what its chance
// gives it, where panels rounded one by one would be off by many.
func (d *drawing) equalByType(expected []float64) (*lineup, error) {
	if err := d.panelRoom(); err != nil {
		return nil, err
	}
	d.say(fmt.Sprintf("writing %d equally likely panels", d.Panels))
	c := &cast{in: d.in, dice: newDice(d.Listing, "panels")}
	chance := make([]float64, d.in.types())
	whole := d.in.times(d.Panels)
	sums := make([]float64, len(expected))
	for t, e := range expected {
		sums[t] = float64(e * float64(d.Panels))
		chance[t] = e / float64(d.in.count[t])
	}
	all, told, err := land(d.ctx, whole, sums, c.dice)
	if err == nil {
		d.report.Landing = told
		err = c.split(d, all.seats, d.Panels)
	}
	if err != nil { // no such halves: panels one by one
		if d.ctx.Err() != nil {
			return nil, d.ctx.Err()
		}
		c.panels = nil
		for range d.Panels {
			one, told, err := land(d.ctx, d.in, expected, c.dice)
			if err != nil {
				return nil, err
			}
			d.report.Landing = told
			c.panels = append(c.panels, one)
		}
	}
	return d.deal(c, chance)
}

// times is the instance of m panels together.
func (in *instance) times(m int) *instance {
	out := *in
	out.size *= m
	out.rows, out.count = slices.Clone(in.rows), slices.Clone(in.count)
	for t := range out.count {
		out.count[t] *= m
	}
	for r := range out.rows {
		one := &out.rows[r]
		one.lo, one.hi, one.people = one.lo*m, one.hi*m, one.people*m
	}
	out.tighten()
	return &out
}

// split divides the seats of m panels into halves until each is a panel.
func (c *cast) split(d *drawing, seats []int32, m int) error {
	if m == 1 {
		p := newPanel(c.in, seats)
		if p.off() != 0 {
			return fmt.Errorf("a half is no panel")
		}
		c.panels = append(c.panels, p)
		return nil
	}
	one := m / 2
	two := m - one
	sum := newPanel(c.in, seats)
	half := *c.in
	half.rows, half.count = slices.Clone(c.in.rows), make([]int, c.in.types())
	base := newPanel(c.in, make([]int32, c.in.types()))
	expected := make([]float64, c.in.types())
	for t, n := range seats { // what the other half cannot hold is settled
		must := max(0, int(n)-two*c.in.count[t])
		half.count[t] = min(int(n), one*c.in.count[t]) - must
		if must > 0 {
			base.add(t, must)
		}
		expected[t] = max(0, min(float64(half.count[t]), float64(float64(n)*float64(one)/float64(m))-float64(must)))
	}
	half.size = one*c.in.size - base.size
	for r := range half.rows {
		in := c.in.rows[r]
		half.rows[r].lo = max(one*in.lo, sum.rows[r]-two*in.hi) - base.rows[r]
		half.rows[r].hi = min(one*in.hi, sum.rows[r]-two*in.lo) - base.rows[r]
		half.rows[r].people = sum.rows[r]
	}
	half.tighten()
	p, _, err := land(d.ctx, &half, expected, c.dice)
	if err != nil {
		return err
	}
	rest := make([]int32, len(seats))
	for t := range rest {
		p.seats[t] += base.seats[t]
		rest[t] = seats[t] - p.seats[t]
	}
	if err := c.split(d, p.seats, one); err != nil {
		return err
	}
	return c.split(d, rest, two)
}

// deal gives the seats of each panel to people, those first who have had fewer,
// and draws one of the panels. Chances are then what the panels hold.
func (d *drawing) deal(c *cast, before []float64) (*lineup, error) {
	had := make([]int32, d.Pool.Len())
	var drawn *lineup
	number := newDice(d.Seed, "seats").below(d.Panels)
	different := map[string]bool{}
	for j, p := range c.panels {
		if err := d.ctx.Err(); err != nil {
			return nil, err
		}
		team := c.seat(p, had)
		if team == nil { // households leave no room: an exact search, by dice that all know
			sub := *d
			binary.BigEndian.PutUint64(sub.Seed[:], uint64(j))
			sub.Seed = sha256.Sum256(append(d.Listing[:], sub.Seed[:8]...))
			expected := make([]float64, d.in.types())
			for t, v := range d.chance {
				expected[t] = float64(v) / ChanceUnit * float64(d.in.count[t])
			}
			var err error
			if team, err = sub.people(p, expected); err != nil {
				return nil, err
			}
		}
		list := make([]int, 0, d.in.size)
		var key []byte
		for i := range team.seated {
			list = append(list, int(i))
			had[i]++
		}
		slices.Sort(list)
		for _, i := range list {
			key = binary.BigEndian.AppendUint32(key, uint32(i))
		}
		sum := sha256.Sum256(key)
		different[string(sum[:])] = true
		d.panels = append(d.panels, list)
		if j == number {
			drawn = team
		}
	}
	told := &PanelList{Panels: d.Panels, Different: len(different), Drawn: number + 1, LowestBefore: 1, LowestAfter: 1}
	for _, i := range d.in.member {
		p, after := before[c.in.typeOf[i]], float64(had[i])/float64(d.Panels)
		told.WorstDeviation = max(told.WorstDeviation, math.Abs(after-p))
		if p > 0 {
			told.LowestBefore = min(told.LowestBefore, p)
			told.LowestAfter = min(told.LowestAfter, after)
			if after == 0 {
				d.unproved++
			}
		}
	}
	if told.LowestAfter == 0 {
		told.Note = fmt.Sprintf("%d panels are too few to give everyone a chance: about %d would be needed", d.Panels, int(math.Ceil(2/told.LowestBefore)))
	}
	d.report.Panels, d.number = told, number+1
	d.report.Realised = Realised{How: RealisedExact, Note: fmt.Sprintf("chances are how many of the %d panels hold a person", d.Panels)}
	d.counted(had)
	// The lineup of the drawn panel, by the whole instance's types.
	seats, chosen := make([]int32, d.in.types()), make([][]int32, d.in.types())
	for _, i := range d.panels[number] {
		t := d.in.typeOf[i]
		seats[t]++
		chosen[t] = append(chosen[t], int32(i))
	}
	return &lineup{
		in: d.in, panel: newPanel(d.in, seats), chosen: chosen, seated: drawn.seated, byHome: drawn.byHome,
		redraw: drawn.redraw, moved: drawn.moved,
	}, nil
}

// seat gives the seats of one panel to those who had fewest, nil where
// households leave no room for it.
func (c *cast) seat(p *panel, had []int32) *lineup {
	l := &lineup{
		in: c.in, panel: p, chosen: make([][]int32, c.in.types()),
		seated: map[int32]bool{}, byHome: map[int32]int32{}, dice: c.dice,
	}
	var order []int
	for t, x := range p.seats {
		if x > 0 {
			order = append(order, t)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return (c.in.count[a] - int(p.seats[a])) - (c.in.count[b] - int(p.seats[b]))
	})
	var missing []int
	for _, t := range order {
		all := slices.Clone(c.in.people(t))
		shuffle(c.dice, all)
		slices.SortStableFunc(all, func(a, b int32) int {
			if c.due == nil {
				return int(had[a]) - int(had[b])
			}
			return cmp.Compare(float64(had[a])-c.due(a), float64(had[b])-c.due(b))
		})
		for _, person := range all {
			if len(l.chosen[t]) == int(p.seats[t]) {
				break
			}
			if l.blocker(person) >= 0 {
				l.redraw++
				continue
			}
			l.seat(t, person)
		}
		for range int(p.seats[t]) - len(l.chosen[t]) {
			missing = append(missing, t)
		}
	}
	for _, t := range missing {
		if _, ok := l.augment(t); ok {
			continue
		}
		p.add(t, -1)
		l.moved++
		if !l.exchange(t) {
			p.add(t, 1)
			return nil
		}
	}
	return l
}

// counted sets the chances to what the panels hold.
func (d *drawing) counted(had []int32) {
	d.own = make([]int64, d.Pool.Len())
	d.chance = make([]int64, d.in.types())
	d.kinds = nil
	for t, n := range d.in.count {
		sum := 0.0
		at := map[int64]int{}
		for _, i := range d.in.people(t) {
			u := int64(math.Round(float64(had[i]) / float64(d.Panels) * ChanceUnit))
			d.own[i] = u
			sum += float64(u)
			k, ok := at[u]
			if !ok {
				k = len(d.kinds)
				at[u] = k
				d.kinds = append(d.kinds, ProofType{Chance: u})
			}
			d.kinds[k].People++
		}
		d.chance[t] = min(ChanceUnit, int64(math.Round(sum/float64(n))))
	}
}

// WritePanels writes the panels for a public draw as panels.csv: panel,id, by
// panel from 1 and identifier.
func WritePanels(w io.Writer, pool *Pool, r *Result) error {
	out := csv.NewWriter(w)
	if err := out.Write([]string{"panel", "id"}); err != nil {
		return err
	}
	for k, people := range r.Panels {
		ids := make([]string, len(people))
		for i, person := range people {
			ids[i] = pool.ID(person)
		}
		slices.Sort(ids)
		for _, id := range ids {
			if err := out.Write([]string{strconv.Itoa(k + 1), id}); err != nil {
				return err
			}
		}
	}
	out.Flush()
	return out.Error()
}
