package tally_test

import (
	"math"
	"slices"
	"testing"

	"veche/server/tally"
)

// Figures worked out by hand from Polis's formulas: 9 of 10 agree inside, 2 of
// 20 elsewhere.
func TestMarkOfIsPolis(t *testing.T) {
	m := tally.MarkOf(tally.Count{Agree: 9, Disagree: 1}, tally.Count{Agree: 2, Disagree: 12, Pass: 6}, true)
	for _, c := range []struct {
		what      string
		got, want float64
	}{
		{"share", m.Share, 10. / 12}, {"z", m.Z, 2 * math.Sqrt(11) * (10./11 - .5)}, {"ratio", m.Ratio, (10. / 12) / (3. / 22)},
		{"ratio z", m.RatioZ, (10./11 - 3./21) / math.Sqrt(13./32*(1-13./32)*(1./11+1./21))},
	} {
		if math.Abs(c.got-c.want) > 1e-12 {
			t.Errorf("%s is %v, want %v", c.what, c.got, c.want)
		}
	}
	if d := tally.MarkOf(tally.Count{Disagree: 3}, tally.Count{Disagree: 3}, false); d.RatioZ != 0 || d.Agree {
		t.Errorf("where all disagree alike: %+v", d)
	}
}

// Marks on a real conversation pass both tests, agreements first, each kind by
// falling weight, and there are at most so many.
func TestMarksOfARealConversation(t *testing.T) {
	r := rank(t, conversation(t, "ssis.land-bank-farmland.2rumnecbeh.2021-08-01").Input(true, ""))
	for i, g := range r.Groups {
		marks := r.Marks(i, 5)
		if len(marks) == 0 || len(marks) > 5 {
			t.Fatalf("group %d is marked by %d items", g.Number, len(marks))
		}
		for k, m := range marks {
			if m.Z <= 1.2816 || m.RatioZ <= 1.2816 {
				t.Errorf("group %d: %+v tells nothing", g.Number, m)
			}
			if k == 0 {
				continue
			}
			before := marks[k-1]
			if m.Agree && !before.Agree {
				t.Errorf("group %d: an agreement follows a disagreement", g.Number)
			}
			if m.Agree == before.Agree && m.Ratio*m.RatioZ*m.Share*m.Z > before.Ratio*before.RatioZ*before.Share*before.Z+1e-9 {
				t.Errorf("group %d: mark %d is clearer than the one before", g.Number, k+1)
			}
		}
	}
}

// Two groups, of 60 and of 30, like different items: the first nine of the
// plain list are all the large group's, those of the proportional one are two
// to one.
func TestProportionalServesEachGroup(t *testing.T) {
	in := tally.Input{Ballots: 90, Given: make([]int32, 90)}
	for j := range 20 {
		in.Items = append(in.Items, tally.Item{ID: uint32(j + 1), Excluded: j == 19})
	}
	for b := range 90 {
		small := b >= 60
		if small {
			in.Given[b] = 1
		}
		for j := range 20 {
			v := tally.Disagree
			if (j >= 10) == small || j == 19 {
				v = tally.Agree
			}
			in.Votes.Append(uint32(b), uint32(j+1), v)
		}
	}
	r := rank(t, in)
	order := r.Proportional()
	small := 0
	for _, item := range order[:9] {
		if item > 10 {
			small++
		}
	}
	if small != 3 {
		t.Errorf("the smaller group has %d of the first nine places, want 3: %v", small, order)
	}
	if order[19] != 20 {
		t.Errorf("what was taken out stands at %d", slices.Index(order, 20)+1)
	}
	sorted := slices.Clone(order)
	slices.Sort(sorted)
	if len(slices.Compact(sorted)) != 20 {
		t.Errorf("the order is no order: %v", order)
	}
}

// Ten ballots alike count once in the what-if, and only there.
func TestLookalikesAreAWhatIf(t *testing.T) {
	in := tally.Input{Ballots: 13}
	for j := range 8 {
		in.Items = append(in.Items, tally.Item{ID: uint32(j + 1)})
		for b := range 13 {
			v := tally.Agree
			if b >= 10 && (b+j)%3 == 0 {
				v = tally.Disagree
			}
			if b == 12 && j > 2 {
				continue
			}
			in.Votes.Append(uint32(b), uint32(j+1), v)
		}
	}
	r := rank(t, in)
	if row := r.Rows[0]; row.Seen != 13 || row.Distinct.Seen() != 4 {
		t.Errorf("13 ballots of which 10 are alike count %d and %d", row.Seen, row.Distinct.Seen())
	}
}

// The map holds every grouped ballot once, and nothing where nothing divides.
func TestMapHoldsEveryGroupedBallot(t *testing.T) {
	r := rank(t, conversation(t, "ssis.land-bank-farmland.2rumnecbeh.2021-08-01").Input(false, "veche"))
	on := map[int]int{}
	for _, c := range r.Map {
		if c.X < 0 || c.Y < 0 || c.X >= tally.MapGrid || c.Y >= tally.MapGrid || c.Ballots < 1 {
			t.Errorf("a cell %+v", c)
		}
		on[c.Group] += c.Ballots
	}
	for _, g := range r.Groups {
		if on[g.Number] != g.Size {
			t.Errorf("group %d has %d ballots, %d on the map", g.Number, g.Size, on[g.Number])
		}
	}
	if r := rank(t, tally.Input{Items: []tally.Item{{ID: 1}}, Ballots: 1}); r.Map != nil {
		t.Errorf("a map of nobody: %v", r.Map)
	}
}
