package selection

import (
	"fmt"
	"slices"
)

const (
	stageGap  = 1e-6 // of a master program's value
	stageKept = 2e-5 // of a settled chance that later stages may take, for room
	stageMost = 4    // times the rounds of one target, for all stages
)

// stage raises the lowest of the chances of the free types, each in units of its
// base, with those of the settled types held.
type stage struct {
	*master
	free  []bool    // by type
	base  []float64 // by type, 0: on no panel
	held  []float64 // by type
	reach float64   // no lottery gives all the free types more than this times base
}

// stages is leximin over panels (Flanigan et al., Nature 2021, by column
// generation): the lowest chance as high as any lottery over panels makes it,
// those who cannot have more settled there, the lowest of the rest as high as
// possible, and so on. Prices from the middle of the optimal face are above 0 for
// just those who cannot have more. Under leximin and maximin a chance counts by
// weight, under the others by its target, since what they weigh against each
// other is in that.
func (g *generation) stages(target []float64) error {
	g.say("raising one chance after the other over panels")
	in := g.lottery.in
	p := &stage{
		master: newMaster(g.ctx, g.lottery, target),
		free:   make([]bool, len(target)), base: make([]float64, len(target)), held: make([]float64, len(target)),
	}
	byWeight := g.report.Objective == Leximin || g.report.Objective == Maximin
	left := 0
	for t, v := range target {
		if v <= 0 {
			continue
		}
		p.free[t] = true
		left++
		p.base[t] = v
		if byWeight {
			p.base[t] = in.weightOf(t)
		}
	}
	rounds, all := g.told.Rounds+stageMost*g.rounds(), true
	lowest, bound := 0.0, 0.0
	for left > 0 && g.told.Rounds < rounds {
		p.reach = p.seatsLeft()
		share, before := g.share, p.low()
		s, low, proved, err := g.raise(p, rounds)
		if err != nil {
			return err
		}
		if low < float64(before*(1-stageKept)) || p.lost() { // numbers gave out: what was found before is better
			g.share, all = share, false
			break
		}
		if g.told.Stages == 0 {
			lowest, bound = low, p.reach
		}
		g.told.Stages++
		all = all && proved
		fixed := p.settle(s, low)
		left -= fixed
		if fixed == 0 {
			break
		}
	}
	all = all && left == 0
	of := ""
	if !byWeight {
		of = " of the target"
		g.told.Shortfall = max(0, 1-lowest)
	} else {
		g.told.Shortfall = g.short(target)
	}
	g.told.Proof = fmt.Sprintf("proved: no lottery over panels gives everyone whom one can hold more than %.6g%s; this one gives %.6g", bound, of, lowest)
	if all {
		g.told.Proof += fmt.Sprintf(", and so on for the lowest of the others in %d stages", g.told.Stages)
	}
	return nil
}

// short is the relative shortfall of the chances against a target.
func (l *lottery) short(target []float64) float64 {
	short := 0.0
	for t, v := range l.chances() {
		if target[t] > 0 {
			short = max(short, 1-v/target[t])
		}
	}
	return short
}

// raise solves one stage, and tells the lowest of the free types' chances by
// base and whether it is proved that no lottery makes it higher.
func (g *generation) raise(p *stage, rounds int) (s *priced, low float64, proved bool, err error) {
	for {
		p.rows, p.target, p.give = p.aims()
		if s, err = g.solve(p.master, stageGap); err != nil {
			return nil, 0, false, err
		}
		g.told.Rounds++
		low = p.low()
		more, least, err := g.more(p.master, s)
		if err != nil {
			return nil, 0, false, err
		}
		before := p.reach
		p.reach = max(low, float64(before*(1-least)))
		if p.reach-low < float64(0.2*nearEnough*p.reach) {
			return s, low, true, nil
		}
		if !more && p.reach > float64(0.98*before) || g.told.Rounds >= rounds {
			return s, low, false, nil
		}
	}
}

// aims are the rows of the stage: what is held, and the reach of the free.
func (p *stage) aims() (rows []int32, target, give []float64) {
	target, give = make([]float64, len(p.rows)), make([]float64, len(p.rows))
	for r, t := range p.rows {
		if target[r] = float64(p.held[t] * (1 - stageKept)); p.free[t] {
			target[r] = float64(p.reach * p.base[t])
			give[r] = target[r]
		}
	}
	return p.rows, target, give
}

// seatsLeft is what the free types would have if all the seats that are not
// held were theirs and made them equal.
func (p *stage) seatsLeft() float64 {
	seats, sum := float64(p.in.size), 0.0
	for t, n := range p.in.count {
		if p.free[t] {
			sum += float64(float64(n) * p.base[t])
		} else {
			seats -= float64(float64(n) * float64(p.held[t]*(1-stageKept)))
		}
	}
	return seats / sum
}

// low is the lowest of the free types' chances by base.
func (p *stage) low() float64 {
	var all []float64
	for t, v := range p.chances() {
		if p.free[t] {
			all = append(all, v/p.base[t])
		}
	}
	return slices.Min(all)
}

// lost tells whether a settled chance has fallen.
func (p *stage) lost() bool {
	for t, v := range p.chances() {
		if p.held[t] > 0 && v < float64(p.held[t]*(1-5*stageKept)) {
			return true
		}
	}
	return false
}

// settle holds those who cannot have more and counts them: their price is above
// what they have over the lowest, both in units of the reach.
func (p *stage) settle(s *priced, low float64) int {
	chance, fixed := p.chances(), 0
	for r, t := range p.rows {
		if !p.free[t] {
			continue
		}
		over := (chance[t]/p.base[t] - low) / p.reach
		if float64(s.w[r]*p.give[r]) > over {
			p.free[t], p.held[t] = false, float64(low*p.base[t])
			fixed++
		}
	}
	return fixed
}
