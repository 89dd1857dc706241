package tally

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"math"
	"math/rand/v2"
	"slices"
)

const (
	mostGroups        = 5
	smallestGroup     = 5 // ballots; fewer people are no opinion group and could be recognised
	restarts          = 20
	agreementDraws    = 10
	agreementRestarts = 4
	mostLloyd         = 100
	silhouetteSample  = 3000
)

type point struct{ x, y float64 }

func (p point) squared(q point) float64 {
	dx, dy := p.x-q.x, p.y-q.y
	return float64(dx*dx) + float64(dy*dy)
}

// Trial is one number of opinion groups that was tried.
type Trial struct {
	Groups   int `json:"groups"`   // 2 … 5
	Smallest int `json:"smallest"` // ballots in the smallest of them
	// Silhouette says how far apart the groups are, −1 … 1 (Rousseeuw 1987).
	Silhouette float64 `json:"silhouette"`
	// Agreement is the mean adjusted Rand index between these groups and those
	// found from ballots drawn again with replacement on the same axes: 1 where
	// they always come back, about 0 where they are chance.
	Agreement float64 `json:"agreement"`
	Chosen    bool    `json:"chosen"`
}

// opinionGroups numbers the qualified rows from 1 (the largest group) and all
// others −1. Rows are projected on the leading axes that are real, two at the
// most, scaled as Polis does by √(items/votes) against the pull of missing
// votes to the middle, and put into k groups by k-means from seeded k-means++
// starts, the best of all restarts; k is the one with the best mean silhouette
// among those without a group below smallestGroup. With fewer than
// enoughBallots rows, no real axis, or no such k, all rows are one group.
func opinionGroups(ctx context.Context, m *matrix, a *axes, seed string) ([]int32, []Trial, error) {
	numbers := make([]int32, m.rows())
	for r := range numbers {
		numbers[r] = -1
	}
	if len(a.rows) == 0 {
		return numbers, nil, nil
	}
	labels := make([]int, len(a.rows))
	var trials []Trial
	if len(a.rows) >= enoughBallots && a.real > 0 {
		var err error
		if labels, trials, err = divide(ctx, a.project(m), seed); err != nil {
			return nil, nil, err
		}
	}
	number := bySize(labels)
	for i, r := range a.rows {
		numbers[r] = number[labels[i]]
	}
	return numbers, trials, nil
}

// divide tries every number of groups; all labels are 0 where none will do.
func divide(ctx context.Context, points []point, seed string) (best []int, trials []Trial, err error) {
	best = make([]int, len(points))
	sample := newSample(points)
	chosen := -1
	for k := 2; k <= min(mostGroups, 2+len(points)/12, distinct(points)); k++ {
		centres, err := kmeans(ctx, points, k, restarts, func(restart int) *rand.Rand { return source("groups", seed, k*restarts+restart) })
		if err != nil {
			return nil, nil, err
		}
		labels := make([]int, len(points))
		assign(points, centres, labels)
		trial := Trial{Groups: k, Smallest: smallest(labels, k), Silhouette: sample.silhouette(labels, k)}
		if trial.Agreement, err = comeBack(ctx, points, labels, k, seed); err != nil {
			return nil, nil, err
		}
		if trial.Smallest >= smallestGroup && (chosen < 0 || trial.Silhouette > trials[chosen].Silhouette) {
			best, chosen = labels, len(trials)
		}
		trials = append(trials, trial)
	}
	if chosen >= 0 {
		trials[chosen].Chosen = true
	}
	return best, trials, nil
}

// comeBack is Trial.Agreement.
func comeBack(ctx context.Context, points []point, labels []int, k int, seed string) (float64, error) {
	total := 0.0
	drawn, again := make([]point, len(points)), make([]int, len(points))
	for draw := range agreementDraws {
		rng := source("agreement", seed, k*agreementDraws+draw)
		for i := range drawn {
			drawn[i] = points[rng.IntN(len(points))]
		}
		centres, err := kmeans(ctx, drawn, k, agreementRestarts, func(int) *rand.Rand { return rng })
		if err != nil {
			return 0, err
		}
		assign(points, centres, again)
		total += adjustedRand(labels, again, k)
	}
	return total / agreementDraws, nil
}

// adjustedRand compares two divisions of the same points into at most k groups
// (Hubert & Arabie 1985); 1 where both are one group.
func adjustedRand(a, b []int, k int) float64 {
	cells, rows, columns := make([]int, k*k), make([]int, k), make([]int, k)
	for i := range a {
		cells[a[i]*k+b[i]]++
		rows[a[i]]++
		columns[b[i]]++
	}
	pairs := func(counts []int) (n float64) {
		for _, c := range counts {
			n += float64(c * (c - 1) / 2)
		}
		return n
	}
	both, one, two := pairs(cells), pairs(rows), pairs(columns)
	expected := float64(one*two) / pairs([]int{len(a)})
	most := float64((one + two) / 2)
	if most == expected {
		return 1
	}
	return (both - expected) / (most - expected)
}

// project places the qualified rows on the plane of the real axes.
func (a *axes) project(m *matrix) []point {
	included := 0
	for _, it := range m.items {
		if !it.Excluded {
			included++
		}
	}
	points := make([]point, len(a.rows))
	for i, r := range a.rows {
		cols, vals := m.row(int(r))
		var p point
		votes := 0
		for i, j := range cols {
			if m.items[j].Excluded {
				continue
			}
			votes++
			c := float64(vals[i]) - a.mean[j]
			p.x += float64(c * a.axis[0][j])
			if a.real > 1 {
				p.y += float64(c * a.axis[1][j])
			}
		}
		scale := math.Sqrt(float64(included) / float64(votes))
		points[i] = point{float64(p.x * scale), float64(p.y * scale)}
	}
	return points
}

func distinct(points []point) int {
	sorted := slices.Clone(points)
	slices.SortFunc(sorted, func(a, b point) int {
		switch {
		case a.x < b.x || a.x == b.x && a.y < b.y:
			return -1
		case a == b:
			return 0
		}
		return 1
	})
	return len(slices.Compact(sorted))
}

// kmeans returns the centres of the restart with the least inertia.
func kmeans(ctx context.Context, points []point, k, restarts int, rng func(restart int) *rand.Rand) (best []point, err error) {
	least := math.Inf(1)
	for restart := range restarts {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		centres, inertia := lloyd(points, plusPlus(points, k, rng(restart)))
		if inertia < least {
			best, least = centres, inertia
		}
	}
	return best, nil
}

// source derives the generator of one draw for one purpose.
func source(purpose, seed string, draw int) *rand.Rand {
	b := append([]byte("veche/tally/1\x00"+purpose+"\x00"), seed...)
	h := sha256.Sum256(binary.BigEndian.AppendUint32(b, uint32(draw)))
	return rand.New(rand.NewPCG(binary.BigEndian.Uint64(h[:]), binary.BigEndian.Uint64(h[8:])))
}

// plusPlus picks k starting centres (Arthur & Vassilvitskii 2007). It needs k
// distinct points.
func plusPlus(points []point, k int, rng *rand.Rand) []point {
	centres := []point{points[rng.IntN(len(points))]}
	near := make([]float64, len(points))
	for i := range near {
		near[i] = math.Inf(1)
	}
	for len(centres) < k {
		total := 0.0
		for i, p := range points {
			near[i] = min(near[i], p.squared(centres[len(centres)-1]))
			total += near[i]
		}
		at, pick := float64(rng.Float64()*total), -1
		for i, d := range near {
			if d == 0 {
				continue
			}
			pick = i
			if at -= d; at < 0 {
				break
			}
		}
		if pick < 0 {
			break
		}
		centres = append(centres, points[pick])
	}
	return centres
}

// lloyd moves the centres until no point changes sides.
func lloyd(points, centres []point) ([]point, float64) {
	sums, sizes := make([]point, len(centres)), make([]int, len(centres))
	labels, next := make([]int, len(points)), make([]int, len(points))
	inertia := assign(points, centres, labels)
	for range mostLloyd {
		clear(sums)
		clear(sizes)
		for i, p := range points {
			c := labels[i]
			sums[c].x, sums[c].y = sums[c].x+p.x, sums[c].y+p.y
			sizes[c]++
		}
		for c, n := range sizes {
			if n > 0 { // an empty group keeps its centre
				centres[c] = point{sums[c].x / float64(n), sums[c].y / float64(n)}
			}
		}
		inertia = assign(points, centres, next)
		if slices.Equal(labels, next) {
			break
		}
		labels, next = next, labels
	}
	return centres, inertia
}

// assign labels each point with its nearest centre, the first of equals, and
// returns the sum of the squared distances.
func assign(points, centres []point, labels []int) (inertia float64) {
	for i, p := range points {
		least := math.Inf(1)
		for c, q := range centres {
			if d := p.squared(q); d < least {
				labels[i], least = c, d
			}
		}
		inertia += least
	}
	return inertia
}

// sample holds the pairwise distances of the first rows. Rows stand in the
// order of their digests, so the first ones are an unbiased sample.
type sample struct {
	n        int
	distance []float32
}

func newSample(points []point) *sample {
	s := &sample{n: min(len(points), silhouetteSample)}
	s.distance = make([]float32, s.n*s.n)
	for i := range s.n {
		for j := range i {
			d := float32(math.Sqrt(points[i].squared(points[j])))
			s.distance[i*s.n+j], s.distance[j*s.n+i] = d, d
		}
	}
	return s
}

// silhouette is the mean over the sample of (b−a)/max(a,b), a being the mean
// distance to one's own group and b to the nearest other (Rousseeuw 1987);
// 0 for a member alone in its group.
func (s *sample) silhouette(labels []int, k int) float64 {
	sizes := make([]int, k)
	for _, c := range labels[:s.n] {
		sizes[c]++
	}
	total := 0.0
	sums := make([]float64, k)
	for i := range s.n {
		clear(sums)
		for j, d := range s.distance[i*s.n : (i+1)*s.n] {
			sums[labels[j]] += float64(d)
		}
		own := labels[i]
		if sizes[own] < 2 {
			continue
		}
		a, b := sums[own]/float64(sizes[own]-1), math.Inf(1)
		for c := range k {
			if c != own && sizes[c] > 0 {
				b = min(b, sums[c]/float64(sizes[c]))
			}
		}
		if most := max(a, b); most > 0 && !math.IsInf(b, 1) {
			total += (b - a) / most
		}
	}
	return total / float64(s.n)
}

func smallest(labels []int, k int) int {
	sizes := make([]int, k)
	for _, c := range labels {
		sizes[c]++
	}
	return slices.Min(sizes)
}

// bySize numbers labels from 1 by falling size, ties by first appearance.
func bySize(labels []int) []int32 {
	sizes := make([]int, slices.Max(labels)+1)
	var order []int
	for _, c := range labels {
		if sizes[c] == 0 {
			order = append(order, c)
		}
		sizes[c]++
	}
	slices.SortStableFunc(order, func(a, b int) int { return compare(sizes[b], sizes[a]) })
	number := make([]int32, len(sizes))
	for n, c := range order {
		number[c] = int32(n + 1)
	}
	return number
}
