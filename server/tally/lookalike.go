package tally

import "slices"

// lookalikes answers by canonical row whether the ballot says exactly what one
// before it says, on enoughVotes items at least (all, where there are fewer).
// In canonical order such ballots stand side by side.
func (m *matrix) lookalikes() []bool {
	out := make([]bool, m.rows())
	enough := min(enoughVotes, len(m.items))
	for r := 1; r < m.rows(); r++ {
		cols, vals := m.row(r)
		before, said := m.row(r - 1)
		out[r] = len(cols) >= enough && slices.Equal(cols, before) && slices.Equal(vals, said)
	}
	return out
}
