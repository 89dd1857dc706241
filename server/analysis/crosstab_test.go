package analysis

import (
	"testing"

	"pgregory.net/rapid"
)

func TestSuppressExamples(t *testing.T) {
	for _, tt := range []struct {
		name         string
		counts, want [][]int
	}{
		{"nothing small", [][]int{{9, 8}, {7, 6}}, [][]int{{9, 8}, {7, 6}}},
		{"one small takes three others", [][]int{{3, 8, 20}, {9, 7, 30}, {20, 40, 50}}, [][]int{{-1, -1, 20}, {-1, -1, 30}, {20, 40, 50}}},
		{"a value that nobody has", [][]int{{9, 0, 8}, {7, 0, 6}}, [][]int{{9, 0, 8}, {7, 0, 6}}},
		{"a line of its own is not enough", [][]int{{1, 0}}, nil},
		{"two by two with nothing to hide behind", [][]int{{1, 0}, {0, 40}}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := suppress(tt.counts)
			if len(got) != len(tt.want) {
				t.Fatalf("got %v, want %v", got, tt.want)
			}
			for r := range got {
				for c := range got[r] {
					if got[r][c] != tt.want[r][c] {
						t.Fatalf("got %v, want %v", got, tt.want)
					}
				}
			}
		})
	}
}

// Whoever knows the sums can fill in every hidden count in two ways at least,
// found here by trying all fillings of small tables.
func TestSuppressedCountsCantBeWorkedOut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows, columns := rapid.IntRange(1, 3).Draw(t, "rows"), rapid.IntRange(1, 3).Draw(t, "columns")
		counts := make([][]int, rows)
		for r := range counts {
			counts[r] = rapid.SliceOfN(rapid.IntRange(0, 14), columns, columns).Draw(t, "row")
		}
		out := suppress(counts)
		if out == nil {
			return
		}
		var open [][2]int
		for r := range counts {
			for c, n := range counts[r] {
				switch {
				case out[r][c] == -1:
					open = append(open, [2]int{r, c})
				case out[r][c] != n || n < smallCell && !empty(counts, r, c):
					t.Fatalf("%v is shown as %v", counts, out)
				}
			}
		}
		seen := make([]map[int]bool, len(open))
		for i := range seen {
			seen[i] = map[int]bool{}
		}
		rowLeft, columnLeft := make([]int, rows), make([]int, columns)
		for _, at := range open {
			rowLeft[at[0]] += counts[at[0]][at[1]]
			columnLeft[at[1]] += counts[at[0]][at[1]]
		}
		filled := make([]int, len(open))
		tries := 0
		var fill func(i int)
		fill = func(i int) {
			if tries++; tries > 20_000 {
				return
			}
			if i == len(open) {
				for _, left := range [][]int{rowLeft, columnLeft} {
					for _, n := range left {
						if n != 0 {
							return
						}
					}
				}
				for k, n := range filled {
					seen[k][n] = true
				}
				return
			}
			r, c := open[i][0], open[i][1]
			for n := 0; n <= min(rowLeft[r], columnLeft[c]); n++ {
				filled[i] = n
				rowLeft[r] -= n
				columnLeft[c] -= n
				fill(i + 1)
				rowLeft[r] += n
				columnLeft[c] += n
			}
		}
		fill(0)
		if tries > 20_000 {
			return // too many to try, hence many ways
		}
		for i, at := range open {
			top := 0
			for n := range seen[i] {
				top = max(top, n)
			}
			if len(seen[i]) < 2 || top < smallCell {
				t.Fatalf("of %v, shown as %v, the count at %v can only be %v", counts, out, at, seen[i])
			}
		}
	})
}
