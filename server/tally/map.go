package tally

import (
	"cmp"
	"math"
	"slices"
)

// MapGrid is how many cells the opinion map has each way.
const MapGrid = 24

// Cell is a place of the opinion map with how many ballots of a group lie in
// it. The map is a grid and not points, so that no single ballot moves about
// on it.
type Cell struct {
	X       int `json:"x"` // 0 … MapGrid−1 along the leading axis
	Y       int `json:"y"`
	Group   int `json:"group"`
	Ballots int `json:"ballots"`
}

// opinionMap lays the grouped ballots out on the leading axes, both at one
// scale with the middle of opinion in the middle, cells by row, column and
// group. Nil where no axis stands out from chance.
func opinionMap(m *matrix, a *axes, groups []int32) []Cell {
	if a.real == 0 {
		return nil
	}
	points := a.project(m)
	far := 0.0
	for _, p := range points {
		far = max(far, math.Abs(p.x), math.Abs(p.y))
	}
	if far == 0 {
		return nil
	}
	place := func(x float64) int {
		return min(int(float64((x/far+1)/2)*MapGrid), MapGrid-1)
	}
	at := map[Cell]int{}
	for i, p := range points {
		at[Cell{X: place(p.x), Y: place(p.y), Group: int(groups[a.rows[i]])}]++
	}
	cells := make([]Cell, 0, len(at))
	for c, n := range at { // sorted below
		c.Ballots = n
		cells = append(cells, c)
	}
	slices.SortFunc(cells, func(a, b Cell) int {
		return cmp.Or(cmp.Compare(a.Y, b.Y), cmp.Compare(a.X, b.X), cmp.Compare(a.Group, b.Group))
	})
	return cells
}
