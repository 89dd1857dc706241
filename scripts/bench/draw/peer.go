package main

import (
	"context"
	"fmt"
	"math"

	"veche/selection"
	"veche/selection/solver"
)

// peer is the method of the field (Flanigan, Gölz, Gupta, Hennig, Procaccia:
// Fair algorithms for selecting citizens' assemblies, Nature 2021): everyone in
// the pool is a variable of 0 or 1, panels are found one by one by an integer
// program over all people, and the chances by linear programs over the panels
// found so far, until no panel is worth more under their prices.
type peer struct {
	ctx    context.Context
	people int
	ilp    *solver.Solver
	panels [][]int32
	known  map[string]bool
	solves int
}

// enough is where the published code stops: a panel worth less more than its
// price than this adds nothing.
const enough = 5e-4

// warmUp is how many panels are sought under changing weights before the first
// linear program.
const warmUp = 200

func newPeer(ctx context.Context, pool *selection.Pool, quotas selection.Quotas, size int) (*peer, error) {
	p := &peer{ctx: ctx, people: pool.Len(), known: map[string]bool{}}
	var rows []struct {
		lo, hi float64
		who    []int32
	}
	add := func(lo, hi int, has func(i int) bool) {
		var who []int32
		for i := range p.people {
			if has(i) {
				who = append(who, int32(i))
			}
		}
		rows = append(rows, struct {
			lo, hi float64
			who    []int32
		}{float64(lo), float64(hi), who})
	}
	for _, q := range quotas {
		f := pool.FeatureIndex(q.Feature)
		add(q.Min, q.Max, func(i int) bool { return pool.Value(i, f) == q.Value })
	}
	add(size, size, func(int) bool { return true })
	homes := map[string]bool{"": true}
	for first := range p.people {
		home := pool.Household(first)
		if !homes[home] {
			homes[home] = true
			add(0, 1, func(i int) bool { return pool.Household(i) == home })
		}
	}
	program := solver.Program{Maximise: true, Integer: true, Start: []int32{0}}
	for range p.people {
		program.Cost = append(program.Cost, 0)
		program.ColLo, program.ColHi = append(program.ColLo, 0), append(program.ColHi, 1)
	}
	for _, r := range rows {
		program.RowLo, program.RowHi = append(program.RowLo, r.lo), append(program.RowHi, r.hi)
		program.Index = append(program.Index, r.who...)
		for range r.who {
			program.Value = append(program.Value, 1)
		}
		program.Start = append(program.Start, int32(len(program.Index)))
	}
	s, err := solver.New(ctx)
	if err != nil {
		return nil, err
	}
	if err := s.Load(program); err != nil {
		s.Close()
		return nil, err
	}
	p.ilp = s
	return p, nil
}

func (p *peer) close() { p.ilp.Close() }

// best finds the panel worth most and enters it; fresh tells whether it is new.
func (p *peer) best(worth []float64) (value float64, fresh bool, err error) {
	p.solves++
	p.ilp.SetCosts(worth)
	status, err := p.ilp.Run()
	if err != nil {
		return 0, false, err
	}
	if status != solver.Optimal {
		return 0, false, fmt.Errorf("the integer program ended with status %d", status)
	}
	x, _, err := p.ilp.Solution()
	if err != nil {
		return 0, false, err
	}
	var panel []int32
	key := make([]byte, (p.people+7)/8)
	for i, v := range x {
		if v > .5 {
			panel = append(panel, int32(i))
			key[i/8] |= 1 << (i % 8)
			value += worth[i]
		}
	}
	if p.known[string(key)] {
		return value, false, nil
	}
	p.known[string(key)] = true
	p.panels = append(p.panels, panel)
	return value, true, nil
}

// start finds panels that between them hold everyone who can be held, by
// multiplicative weights.
func (p *peer) start() error {
	weight := make([]float64, p.people)
	for i := range weight {
		weight[i] = 1
	}
	for range warmUp {
		_, fresh, err := p.best(weight)
		if err != nil {
			return err
		}
		sum := 0.0
		if fresh {
			for _, i := range p.panels[len(p.panels)-1] {
				weight[i] *= .8
			}
		}
		for _, w := range weight {
			sum += w
		}
		mean := sum / float64(p.people)
		for i := range weight {
			if weight[i] /= mean; !fresh {
				weight[i] = .9*weight[i] + .1
			}
		}
	}
	held := make([]bool, p.people)
	for _, panel := range p.panels {
		for _, i := range panel {
			held[i] = true
		}
	}
	one := make([]float64, p.people)
	for i := range held {
		if held[i] {
			continue
		}
		clear(one)
		one[i] = 1
		if _, _, err := p.best(one); err != nil {
			return err
		}
		for _, j := range p.panels[len(p.panels)-1] {
			held[j] = true
		}
	}
	return nil
}

// stage solves max z with chance ≥ z for the free people and ≥ fixed for the
// others, by column generation on its dual
//
//	min cap − Σ fixed·y   subject to   Σ_free y = 1,  Σ_panel y ≤ cap,  y ≥ 0
//
// and returns z and the prices.
func (p *peer) stage(fixed []float64) (z float64, prices []float64, err error) {
	n := p.people
	program := solver.Program{Start: []int32{0}}
	for i := range n {
		cost := 0.0
		if fixed[i] >= 0 {
			cost = -fixed[i]
		} else {
			program.Index = append(program.Index, int32(i))
			program.Value = append(program.Value, 1)
		}
		program.Cost = append(program.Cost, cost)
		program.ColLo, program.ColHi = append(program.ColLo, 0), append(program.ColHi, solver.Inf)
	}
	program.Cost = append(program.Cost, 1)
	program.ColLo, program.ColHi = append(program.ColLo, 0), append(program.ColHi, solver.Inf)
	program.RowLo, program.RowHi = []float64{1}, []float64{1}
	program.Start = append(program.Start, int32(len(program.Index)))
	for _, panel := range p.panels {
		for _, i := range panel {
			program.Index, program.Value = append(program.Index, i), append(program.Value, 1)
		}
		program.Index, program.Value = append(program.Index, int32(n)), append(program.Value, -1)
		program.RowLo, program.RowHi = append(program.RowLo, math.Inf(-1)), append(program.RowHi, 0)
		program.Start = append(program.Start, int32(len(program.Index)))
	}
	s, err := solver.New(p.ctx)
	if err != nil {
		return 0, nil, err
	}
	defer s.Close()
	if err := s.Load(program); err != nil {
		return 0, nil, err
	}
	for {
		if status, err := s.Run(); err != nil || status != solver.Optimal {
			return 0, nil, fmt.Errorf("the linear program ended with status %d: %w", status, err)
		}
		x, _, err := s.Solution()
		if err != nil {
			return 0, nil, err
		}
		value, fresh, err := p.best(x[:n])
		if err != nil {
			return 0, nil, err
		}
		if value <= x[n]+enough || !fresh {
			return s.Objective(), x[:n], nil
		}
		panel := p.panels[len(p.panels)-1]
		values := make([]float64, 0, len(panel)+1)
		for range panel {
			values = append(values, 1)
		}
		s.AddRow(math.Inf(-1), 0, append(append([]int32(nil), panel...), int32(n)), append(values, -1))
	}
}

// lottery works out everyone's chance: the lowest as high as possible, and under
// leximin those that cannot be higher held and the next lowest raised, and so on.
func (p *peer) lottery(leximin bool) ([]float64, error) {
	if err := p.start(); err != nil {
		return nil, err
	}
	fixed := make([]float64, p.people)
	for i := range fixed {
		fixed[i] = -1
	}
	for left := p.people; left > 0; {
		z, prices, err := p.stage(fixed)
		if err != nil {
			return nil, err
		}
		before := left
		for i, y := range prices {
			if fixed[i] < 0 && (y > enough || !leximin) {
				fixed[i] = max(0, z)
				left--
			}
		}
		if left == before {
			return nil, fmt.Errorf("no price above %g among %d people", enough, left)
		}
	}
	return p.shares(fixed)
}

// shares is the distribution over the panels whose chances come nearest to the
// target from below, and those chances.
func (p *peer) shares(target []float64) ([]float64, error) {
	m := len(p.panels)
	holding := make([][]int32, p.people)
	program := solver.Program{Start: []int32{0}}
	for c, panel := range p.panels {
		program.Cost = append(program.Cost, 0)
		program.ColLo, program.ColHi = append(program.ColLo, 0), append(program.ColHi, 1)
		for _, i := range panel {
			holding[i] = append(holding[i], int32(c))
		}
	}
	program.Cost = append(program.Cost, 1)
	program.ColLo, program.ColHi = append(program.ColLo, 0), append(program.ColHi, 1)
	row := func(lo, hi float64, cols []int32) {
		program.RowLo, program.RowHi = append(program.RowLo, lo), append(program.RowHi, hi)
		program.Index = append(program.Index, cols...)
		for range cols {
			program.Value = append(program.Value, 1)
		}
		program.Start = append(program.Start, int32(len(program.Index)))
	}
	all := make([]int32, m)
	for c := range all {
		all[c] = int32(c)
	}
	row(1, 1, all)
	for i, t := range target {
		row(t, solver.Inf, append(holding[i], int32(m)))
	}
	s, err := solver.New(p.ctx)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	if err := s.Load(program); err != nil {
		return nil, err
	}
	if status, err := s.Run(); err != nil || status != solver.Optimal {
		return nil, fmt.Errorf("the last linear program ended with status %d: %w", status, err)
	}
	x, _, err := s.Solution()
	if err != nil {
		return nil, err
	}
	chance := make([]float64, p.people)
	for c, panel := range p.panels {
		for _, i := range panel {
			chance[i] += x[c]
		}
	}
	return chance, nil
}
