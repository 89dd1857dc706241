package tally_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"veche/server/tally"
	"veche/server/tally/sample"
)

// standings are the rows of a full tally as a running count tells them.
func standings(r *tally.Ranking) []tally.Standing {
	var list []tally.Standing
	for _, x := range r.Rows {
		list = append(list, tally.Standing{
			Item: x.Item, Excluded: x.Excluded, Count: x.Count, Seen: x.Seen, AgreeShare: x.AgreeShare,
			WilsonLow: x.WilsonLow, WilsonHigh: x.WilsonHigh, GroupConsensus: x.GroupConsensus,
			RankSupport: x.RankSupport, RankConsensus: x.RankConsensus,
		})
	}
	return list
}

func addAll(tb testing.TB, r *tally.Running, v *tally.Votes, from int) {
	tb.Helper()
	for i := from; i < v.Len(); i++ {
		if err := r.Add(v.Ballot[i], v.Item[i], v.Value[i]); err != nil {
			tb.Fatal(err)
		}
	}
}

func runningOf(tb testing.TB, in *tally.Input) *tally.Running {
	tb.Helper()
	r, err := tally.NewRunning(in.Items)
	if err != nil {
		tb.Fatal(err)
	}
	addAll(tb, r, &in.Votes, 0)
	return r
}

func excludedIn(items []tally.Item) func(uint32) bool {
	return func(id uint32) bool {
		return items[slices.IndexFunc(items, func(x tally.Item) bool { return x.ID == id })].Excluded
	}
}

// Whatever is voted, changed and said again, and whenever a full tally hands over
// its groups, the running count stands as a full recount with these groups does.
func TestRunningIsAFullRecount(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := tally.Input{Ballots: rapid.IntRange(1, 12).Draw(t, "ballots")}
		for j := range rapid.IntRange(1, 5).Draw(t, "items") {
			in.Items = append(in.Items, tally.Item{ID: uint32(7 * (5 - j)), Excluded: rapid.Bool().Draw(t, "excluded")})
		}
		r, err := tally.NewRunning(in.Items)
		if err != nil {
			t.Fatal(err)
		}
		groups := make([]int32, in.Ballots)
		for b := range groups {
			groups[b] = -1
		}
		for range rapid.IntRange(1, 6).Draw(t, "steps") {
			for range rapid.IntRange(0, 25).Draw(t, "votes") {
				b := uint32(rapid.IntRange(0, in.Ballots-1).Draw(t, "ballot"))
				item := rapid.SampledFrom(in.Items).Draw(t, "item").ID
				v := tally.Value(rapid.IntRange(-1, 1).Draw(t, "value"))
				in.Votes.Append(b, item, v)
				if err := r.Add(b, item, v); err != nil {
					t.Fatal(err)
				}
			}
			if rapid.Bool().Draw(t, "regroup") {
				voted := tally.Input{Items: in.Items}
				drawn := map[string]int32{} // by what a ballot says: in a result, ballots alike are in one group
				for b, said := range lastVotes(in) {
					if groups[b] = -1; len(said) == 0 {
						continue
					}
					content := fmt.Sprint(said) // a map prints in the order of its keys
					if _, there := drawn[content]; !there {
						drawn[content] = int32(rapid.IntRange(-1, 2).Draw(t, "group"))
					}
					groups[b] = drawn[content]
					for item, v := range said {
						voted.Votes.Append(uint32(voted.Ballots), item, v)
					}
					voted.Given = append(voted.Given, groups[b])
					voted.Ballots++
				}
				if voted.Ballots == 0 {
					continue
				}
				full, err := tally.Rank(context.Background(), voted)
				if err != nil {
					t.Fatal(err)
				}
				if err := r.Regroup(context.Background(), full); err != nil {
					t.Fatal(err)
				}
			}
			all := in
			all.Given = groups
			full, err := tally.Rank(context.Background(), all)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(standings(full), r.Standing(excludedIn(in.Items))); d != "" {
				t.Fatalf("the running count is not the full one (-full +running):\n%s", d)
			}
		}
	})
}

// lastVotes is what each ballot says, by item.
func lastVotes(in tally.Input) []map[uint32]tally.Value {
	said := make([]map[uint32]tally.Value, in.Ballots)
	for i, b := range in.Votes.Ballot {
		if said[b] == nil {
			said[b] = map[uint32]tally.Value{}
		}
		said[b][in.Votes.Item[i]] = in.Votes.Value[i]
	}
	return said
}

// A result that was written and read again hands over the groups it found.
func TestRunningTakesTheGroupsOfAStoredResult(t *testing.T) {
	in := sample.Votes(600, 60, 36_000)
	full := rank(t, in)
	if len(full.Groups) < 2 {
		t.Fatalf("groups %v, want at least two", full.Groups)
	}
	var stored tally.Ranking
	if err := stored.UnmarshalBinary(encoded(t, full)); err != nil {
		t.Fatal(err)
	}
	r := runningOf(t, &in)
	if err := r.Regroup(context.Background(), &stored); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(standings(full), r.Standing(excludedIn(in.Items))); d != "" {
		t.Errorf("the running count is not the stored result (-stored +running):\n%s", d)
	}
	before := r.Votes()
	if err := r.Add(600, in.Items[0].ID, tally.Agree); err != nil || r.Votes() != before+1 || r.Voters() != 601 {
		t.Errorf("a ballot more: %d votes of %d ballots, %v", r.Votes(), r.Voters(), err)
	}
	if err := r.Regroup(context.Background(), &stored); err == nil {
		t.Error("the groups of a tally of other votes are taken over")
	}
}

func TestRunningRefusesWhatIsNoVote(t *testing.T) {
	if _, err := tally.NewRunning([]tally.Item{{ID: 3}, {ID: 3}}); err == nil {
		t.Error("an item listed twice is taken")
	}
	r, err := tally.NewRunning([]tally.Item{{ID: 3}})
	if err != nil {
		t.Fatal(err)
	}
	if r.Add(0, 4, tally.Agree) == nil || r.Add(0, 3, 2) == nil || r.Votes() != 0 {
		t.Errorf("what is no vote is counted: %d votes", r.Votes())
	}
}

// BenchmarkRunning times 1,000 new votes, with how things stand after them, beside
// a full tally of the same rating.
func BenchmarkRunning(b *testing.B) {
	for _, items := range []int{300, 2_000} {
		in := sample.Votes(10_000, items, 2_000_000)
		b.Run(fmt.Sprintf("10000x%dx2000000", items), func(b *testing.B) {
			began := time.Now()
			full := rank(b, in)
			whole := time.Since(began)
			r := runningOf(b, &in)
			if err := r.Regroup(context.Background(), full); err != nil {
				b.Fatal(err)
			}
			none := func(uint32) bool { return false }
			rng := rand.New(rand.NewPCG(8, 9))
			runs, began := 0, time.Now()
			for b.Loop() {
				for range 1_000 {
					if err := r.Add(uint32(rng.IntN(in.Ballots)), uint32(1+rng.IntN(items)), tally.Value(rng.IntN(3)-1)); err != nil {
						b.Fatal(err)
					}
				}
				if len(r.Standing(none)) != items {
					b.Fatal("items are missing")
				}
				runs++
			}
			each := time.Since(began) / time.Duration(runs)
			b.ReportMetric(float64(each.Microseconds())/1000, "ms/1000-votes")
			b.ReportMetric(float64(whole.Milliseconds()), "ms/full")
			b.ReportMetric(float64(whole)/float64(each), "full/1000-votes")
		})
	}
}
