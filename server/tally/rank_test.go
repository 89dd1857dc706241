package tally_test

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"veche/server/tally"
	"veche/server/tally/sample"
)

func encoded(tb testing.TB, r *tally.Ranking) []byte {
	tb.Helper()
	b, err := r.MarshalBinary()
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

// shuffled is the same rating as another installation might hold it: items and
// votes in another order, ballots under other numbers. ballot[b] is the new
// number of b.
func shuffled(in tally.Input, rng *rand.Rand) (out tally.Input, ballot []int) {
	out = in
	ballot = rng.Perm(in.Ballots)
	out.Items = slices.Clone(in.Items)
	rng.Shuffle(len(out.Items), func(i, j int) { out.Items[i], out.Items[j] = out.Items[j], out.Items[i] })
	out.Votes = tally.Votes{}
	for _, i := range rng.Perm(in.Votes.Len()) {
		seq := uint64(i)
		if in.Votes.Seq != nil {
			seq = in.Votes.Seq[i]
		}
		out.Votes.Append(uint32(ballot[in.Votes.Ballot[i]]), in.Votes.Item[i], in.Votes.Value[i])
		out.Votes.Seq = append(out.Votes.Seq, seq)
	}
	if in.Given != nil {
		out.Given = make([]int32, in.Ballots)
		for b, g := range in.Given {
			out.Given[ballot[b]] = g
		}
	}
	return out, ballot
}

func mustNotChange(t interface {
	Helper()
	Fatalf(string, ...any)
}, a, b *tally.Ranking, ballot []int) {
	t.Helper()
	x, errX := a.MarshalBinary()
	y, errY := b.MarshalBinary()
	if errX != nil || errY != nil {
		t.Fatalf("%v, %v", errX, errY)
	}
	if !bytes.Equal(x, y) {
		t.Fatalf("the shuffled rating has another result:\n%s\n%s", x, y)
	}
	for i, n := range ballot {
		if a.Ballots[i] != b.Ballots[n] {
			t.Fatalf("ballot %d is in group %d, shuffled in %d", i, a.Ballots[i], b.Ballots[n])
		}
	}
}

// drawn is any small rating: repeated votes, equal ballots, empty ballots,
// excluded items, groups given or not.
func drawn(t *rapid.T) tally.Input {
	in := tally.Input{Ballots: rapid.IntRange(0, 40).Draw(t, "ballots"), Seed: rapid.StringN(0, 3, -1).Draw(t, "seed"), Resamples: rapid.IntRange(0, 3).Draw(t, "resamples")}
	ids := rapid.SliceOfNDistinct(rapid.Uint32Range(0, 60), 1, 12, rapid.ID[uint32]).Draw(t, "items")
	for _, id := range ids {
		in.Items = append(in.Items, tally.Item{ID: id, Excluded: rapid.IntRange(0, 4).Draw(t, "excluded") == 0})
	}
	if in.Ballots > 0 {
		for range rapid.IntRange(0, 300).Draw(t, "votes") {
			in.Votes.Append(uint32(rapid.IntRange(0, in.Ballots-1).Draw(t, "ballot")), rapid.SampledFrom(ids).Draw(t, "item"),
				tally.Value(rapid.IntRange(-1, 1).Draw(t, "value")))
		}
	}
	if rapid.Bool().Draw(t, "timed") { // with ties
		in.Votes.Seq = make([]uint64, in.Votes.Len())
		for i := range in.Votes.Seq {
			in.Votes.Seq[i] = uint64(rapid.IntRange(0, 3).Draw(t, "seq"))
		}
	}
	if rapid.Bool().Draw(t, "given") {
		in.Given = make([]int32, in.Ballots)
		for b := range in.Given {
			in.Given[b] = int32(rapid.IntRange(-2, 3).Draw(t, "group"))
		}
	}
	return in
}

func TestOrderNeverMatters(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := drawn(t)
		a, err := tally.Rank(context.Background(), in)
		if err != nil {
			t.Fatal(err)
		}
		other, ballot := shuffled(in, rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "shuffle"), 1)))
		b, err := tally.Rank(context.Background(), other)
		if err != nil {
			t.Fatal(err)
		}
		mustNotChange(t, a, b, ballot)
	})
}

// Every figure of a row follows from the votes by its definition.
func TestRowsHoldTheirDefinitions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := drawn(t)
		r, err := tally.Rank(context.Background(), in)
		if err != nil {
			t.Fatal(err)
		}
		last := map[[2]uint32]int{}
		for i := range in.Votes.Len() {
			key := [2]uint32{in.Votes.Ballot[i], in.Votes.Item[i]}
			if j, ok := last[key]; ok && in.Votes.Seq != nil {
				s := in.Votes.Seq
				if s[i] < s[j] || s[i] == s[j] && in.Votes.Value[i] >= in.Votes.Value[j] {
					continue
				}
			}
			last[key] = i
		}
		seen := map[uint32][4]int{}
		for key, i := range last {
			n := seen[key[1]]
			n[in.Votes.Value[i]+1]++
			n[3]++
			seen[key[1]] = n
		}
		size := 0
		for _, g := range r.Groups {
			size += g.Size
		}
		grouped := 0
		for b, g := range r.Ballots {
			if g >= 0 {
				grouped++
			}
			if in.Given != nil && max(in.Given[b], -1) != g {
				t.Fatalf("ballot %d: given group %d became %d", b, in.Given[b], g)
			}
		}
		if size != grouped {
			t.Fatalf("groups hold %d ballots, %d have a group", size, grouped)
		}
		ranks := [3][]int{}
		for i, row := range r.Rows {
			if i > 0 && r.Rows[i-1].Item >= row.Item {
				t.Fatalf("rows are not in the order of items")
			}
			n := seen[row.Item]
			if row.Disagree != n[0] || row.Pass != n[1] || row.Agree != n[2] || row.Seen != n[3] {
				t.Fatalf("item %d: counts %+v, want %v", row.Item, row.Count, n)
			}
			product, worst := 1.0, 1.0
			for _, g := range row.Groups {
				p := float64(g.Agree+1) / float64(g.Seen()+2)
				product, worst = product*p, min(worst, p)
			}
			if len(r.Groups) == 0 {
				product, worst = row.Posterior, row.Posterior
			}
			if math.Abs(product-row.GroupConsensus) > 1e-15 || worst != row.WorstGroup {
				t.Fatalf("item %d: consensus %v and worst %v, want %v and %v", row.Item, row.GroupConsensus, row.WorstGroup, product, worst)
			}
			if !(0 <= row.WilsonLow && row.WilsonLow <= row.AgreeShare && row.AgreeShare <= row.WilsonHigh && row.WilsonHigh <= 1) {
				t.Fatalf("item %d: %v is not within %v … %v", row.Item, row.AgreeShare, row.WilsonLow, row.WilsonHigh)
			}
			if math.IsNaN(row.Bridging) || math.Abs(row.Bridging) > 1.5 {
				t.Fatalf("item %d: bridging %v", row.Item, row.Bridging)
			}
			if (row.Stability != nil) != (in.Resamples > 0) {
				t.Fatalf("item %d: stability %v after %d resamples", row.Item, row.Stability, in.Resamples)
			}
			ranks[0], ranks[1], ranks[2] = append(ranks[0], row.RankSupport), append(ranks[1], row.RankConsensus), append(ranks[2], row.RankBridging)
			for _, other := range r.Rows {
				if row.Excluded && !other.Excluded && (row.RankSupport < other.RankSupport || row.RankConsensus < other.RankConsensus || row.RankBridging < other.RankBridging) {
					t.Fatalf("excluded item %d stands before item %d", row.Item, other.Item)
				}
				if row.Excluded == other.Excluded && (row.WilsonLow > other.WilsonLow && row.RankSupport > other.RankSupport ||
					row.GroupConsensus > other.GroupConsensus && row.RankConsensus > other.RankConsensus ||
					row.Bridging > other.Bridging && row.RankBridging > other.RankBridging) {
					t.Fatalf("items %d and %d stand in the wrong order", row.Item, other.Item)
				}
			}
		}
		for _, of := range ranks {
			slices.Sort(of)
			for i, n := range of {
				if n != i+1 {
					t.Fatalf("ranks %v", of)
				}
			}
		}
	})
}

// Excluded items are measured, but move nobody else.
func TestExcludedItemsMoveNoOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := drawn(t)
		in.Resamples, in.Given = 0, nil
		a, err := tally.Rank(context.Background(), in)
		if err != nil {
			t.Fatal(err)
		}
		without := tally.Input{Ballots: in.Ballots, Seed: in.Seed}
		kept := map[uint32]bool{}
		for _, it := range in.Items {
			if !it.Excluded {
				without.Items = append(without.Items, it)
				kept[it.ID] = true
			}
		}
		if len(without.Items) == 0 {
			t.Skip("all items are excluded")
		}
		for i := range in.Votes.Len() {
			if kept[in.Votes.Item[i]] {
				without.Votes.Append(in.Votes.Ballot[i], in.Votes.Item[i], in.Votes.Value[i])
				if in.Votes.Seq != nil {
					without.Votes.Seq = append(without.Votes.Seq, in.Votes.Seq[i])
				}
			}
		}
		b, err := tally.Rank(context.Background(), without)
		if err != nil {
			t.Fatal(err)
		}
		// Ballots stand in another canonical order, so sums may differ in the
		// last bits and restarts may find another grouping; counts may not.
		rows := map[uint32]tally.Row{}
		for _, row := range b.Rows {
			rows[row.Item] = row
		}
		for _, row := range a.Rows {
			if other, ok := rows[row.Item]; ok && (row.Count != other.Count || row.RankSupport > len(b.Rows) || math.Abs(row.Bridging-other.Bridging) > 1e-4) {
				t.Fatalf("item %d: %+v with excluded items, %+v without", row.Item, row, other)
			}
		}
	})
}

func TestOrderNeverMattersOnRealVotes(t *testing.T) {
	for _, name := range []string{"scoop-hivemind.biodiversity", "bg2050-volunteers", "london.youth.policing"} {
		t.Run(name, func(t *testing.T) {
			in := conversation(t, name).Input(false, "veche")
			in.Resamples = 5
			want := rank(t, in)
			shuffles := uint64(3)
			if raced {
				shuffles = 1
			}
			for n := range shuffles {
				other, ballot := shuffled(in, rand.New(rand.NewPCG(7, n)))
				mustNotChange(t, want, rank(t, other), ballot)
			}
		})
	}
}

func TestRankRefusesContradictions(t *testing.T) {
	ok := func() tally.Input {
		in := tally.Input{Items: []tally.Item{{ID: 1}, {ID: 9}}, Ballots: 2}
		in.Votes.Append(0, 1, tally.Agree)
		in.Votes.Append(1, 9, tally.Pass)
		return in
	}
	rank(t, ok())
	for _, c := range []struct {
		spoil func(*tally.Input)
		want  string
	}{
		{func(in *tally.Input) { in.Items = nil }, "no items"},
		{func(in *tally.Input) { in.Items[1].ID = 1 }, "item 1 is listed twice"},
		{func(in *tally.Input) { in.Votes.Item[1] = 2 }, "there is no item 2"},
		{func(in *tally.Input) { in.Votes.Item[1] = 1 << 31 }, "there is no item 2147483648"},
		{func(in *tally.Input) { in.Votes.Ballot[0] = 2 }, "ballot 2 is not below 2"},
		{func(in *tally.Input) { in.Votes.Value[0] = 2 }, "value 2"},
		{func(in *tally.Input) { in.Votes.Value = in.Votes.Value[:1] }, "differ in length"},
		{func(in *tally.Input) { in.Votes.Seq = []uint64{1} }, "differ in length"},
		{func(in *tally.Input) { in.Given = []int32{1} }, "1 given groups for 2 ballots"},
		{func(in *tally.Input) { in.Ballots = -1 }, "-1 ballots"},
		{func(in *tally.Input) { in.Resamples = -1 }, "-1 resamples"},
		{func(in *tally.Input) { in.Resamples = tally.MostResamples + 1 }, "10001 resamples"},
	} {
		in := ok()
		c.spoil(&in)
		if _, err := tally.Rank(context.Background(), in); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want %q", err, c.want)
		}
	}
}

func TestRankStopsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := tally.Rank(ctx, sample.Votes(100, 20, 1000)); err != context.Canceled {
		t.Errorf("got %v, want context.Canceled", err)
	}
}

// Two planted camps are found, whatever the seed.
func TestPlantedGroupsAreFound(t *testing.T) {
	seeds := 5
	if raced {
		seeds = 1
	}
	for seed := range seeds {
		in := sample.Votes(600, 60, 36_000)
		in.Seed = fmt.Sprint(seed)
		r := rank(t, in)
		if len(r.Groups) != 2 {
			t.Fatalf("seed %d: groups %v, want 2", seed, r.Groups)
		}
		camps := make([]int32, in.Ballots)
		for b := range camps {
			camps[b] = int32(b * 7 / in.Ballots % 2)
		}
		for _, trial := range r.Trials {
			if trial.Chosen != (trial.Groups == 2) || trial.Groups == 2 && (trial.Agreement < .9 || trial.Silhouette < .4) {
				t.Errorf("seed %d: trials %+v", seed, r.Trials)
			}
		}
		if ari := adjustedRand(r.Ballots, camps); ari < .9 {
			t.Errorf("seed %d: the planted camps are found with ARI %.2f, want ≥ .9", seed, ari)
		}
	}
}

// Where chance alone explains the votes, nobody is divided.
func TestNoGroupsWithoutReason(t *testing.T) {
	seeds := uint64(12)
	if raced {
		seeds = 2
	}
	for seed := range seeds {
		rng := rand.New(rand.NewPCG(seed, 9))
		in := tally.Input{Ballots: 400}
		for j := range 40 {
			in.Items = append(in.Items, tally.Item{ID: uint32(j)})
		}
		for b := range in.Ballots {
			for j := range 40 {
				if rng.IntN(3) > 0 {
					in.Votes.Append(uint32(b), uint32(j), tally.Value(rng.IntN(3)-1))
				}
			}
		}
		if r := rank(t, in); len(r.Groups) != 1 || r.Groups[0].Size != 400 {
			t.Errorf("seed %d: random votes give groups %v, want one of 400", seed, r.Groups)
		}
	}
}

// Bridging prefers what both camps support to what the larger camp alone
// supports, even where the latter has more support.
func TestBridgingLooksAcrossCamps(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	in := tally.Input{Ballots: 400}
	chances := [][2]float64{{.72, .72}, {.98, .1}, {.1, .98}} // by item mod 3: both, first, second
	for j := range 30 {
		in.Items = append(in.Items, tally.Item{ID: uint32(j)})
	}
	for b := range in.Ballots {
		camp := 0
		if b >= 320 {
			camp = 1
		}
		for j := range 30 {
			v := tally.Disagree
			if rng.Float64() < chances[j%3][camp] {
				v = tally.Agree
			}
			in.Votes.Append(uint32(b), uint32(j), v)
		}
	}
	r := rank(t, in)
	for _, row := range r.Rows {
		if row.Item%3 == 0 && (row.RankBridging > 10 || row.RankConsensus > 10) {
			t.Errorf("item %d that both camps support: bridging rank %d, consensus rank %d, want ≤ 10", row.Item, row.RankBridging, row.RankConsensus)
		}
		if row.Item%3 == 1 && row.RankSupport > 10 {
			t.Errorf("item %d of the larger camp: support rank %d, want ≤ 10", row.Item, row.RankSupport)
		}
	}
}

// The spread of a rank covers the rank, and the top share follows the spread.
func TestStability(t *testing.T) {
	in := sample.Votes(500, 60, 20_000)
	in.Resamples = 200
	r := rank(t, in)
	inside := 0
	for _, row := range r.Rows {
		for _, s := range []struct {
			rank int
			tally.Spread
		}{{row.RankSupport, row.Stability.Support}, {row.RankConsensus, row.Stability.Consensus}, {row.RankBridging, row.Stability.Bridging}} {
			if s.Low < 1 || s.High > len(r.Rows) || s.Low > s.High {
				t.Fatalf("item %d: spread %+v", row.Item, s)
			}
			if s.Low <= s.rank && s.rank <= s.High {
				inside++
			}
			if s.High <= 10 && s.Top < .95 || s.Low > 10 && s.Top > .05 {
				t.Errorf("item %d: spread %+v", row.Item, s)
			}
		}
	}
	if want := 3 * len(r.Rows) * 9 / 10; inside < want {
		t.Errorf("%d ranks lie in their spread, want ≥ %d", inside, want)
	}
	in.Seed = "another"
	if other := rank(t, in); bytes.Equal(encoded(t, r), encoded(t, other)) {
		t.Error("another seed draws the same resamples")
	}
}

func TestWilson(t *testing.T) {
	for _, c := range []struct {
		successes, trials int
		low, high         float64
	}{ // R: prop.test(x, n, correct = FALSE)$conf.int
		{0, 0, 0, 1},
		{0, 10, 0, 0.2775328},
		{10, 10, 0.7224672, 1},
		{1, 1, 0.2065493, 1},
		{5, 10, 0.2365931, 0.7634069},
		{81, 263, 0.2552885, 0.3662096},
		{656, 784, 0.8092317, 0.8609539},
	} {
		low, high := tally.Wilson(c.successes, c.trials)
		if math.Abs(low-c.low) > 1e-6 || math.Abs(high-c.high) > 1e-6 {
			t.Errorf("Wilson(%d, %d) = %.7f, %.7f, want %.7f, %.7f", c.successes, c.trials, low, high, c.low, c.high)
		}
	}
}

func TestCanonicalFormReadsBack(t *testing.T) {
	in := sample.Votes(60, 12, 500)
	in.Resamples = 3
	want := encoded(t, rank(t, in))
	var r tally.Ranking
	if err := r.UnmarshalBinary(want); err != nil {
		t.Fatal(err)
	}
	if got := encoded(t, &r); !bytes.Equal(got, want) {
		t.Errorf("read back and written again:\n%s\nwant\n%s", got, want)
	}
	for _, bad := range []string{"", "{}", `{"schema":3}`, string(want) + "{}", strings.Replace(string(want), `"rows"`, `"lines"`, 1), "null"} {
		if err := new(tally.Ranking).UnmarshalBinary([]byte(bad)); err == nil {
			t.Errorf("%.40q is read as a ranking", bad)
		}
	}
}
