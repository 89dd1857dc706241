package signal

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"veche/server/tally"
)

var polis = filepath.Join("..", "..", "..", "shared", "data", "polis")

// polisVotes are the votes of a stored Polis conversation.
func polisVotes(t testing.TB, name string) []Vote {
	t.Helper()
	dir := filepath.Join(polis, name)
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("the Polis conversations are not at %s: %v", polis, err)
	}
	c, err := tally.ReadPolis(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	votes := make([]Vote, len(c.Votes))
	for i, v := range c.Votes {
		votes[i] = Vote{Ballot: uint64(v.Participant + 1), Item: uint32(v.Statement + 1), Value: Value(v.Value + 1), Time: v.Time}
	}
	return votes
}

// Where nobody is known to have cheated, next to nothing is found: at most so many
// ballots of a hundred that were compared. In Bowling Green anybody could vote
// again from another device.
func TestPolisIsQuiet(t *testing.T) {
	for _, c := range []struct {
		name string
		most float64 // ballots named, of a hundred
	}{
		{"vtaiwan.uberx", 0}, {"american-assembly.bowling-green", 2}, {"scoop-hivemind.biodiversity", 0},
		{"ssis.land-bank-farmland.2rumnecbeh.2021-08-01", 1}, {"bg2050-volunteers", 0}, {"london.youth.policing", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			list, compared := accords(polisVotes(t, c.name))
			_, _, named := score(list, nil)
			t.Logf("%d signals, %d of %d ballots named", len(list), named, compared)
			if compared < 20 {
				t.Fatalf("only %d ballots were compared", compared)
			}
			if got := 100 * float64(named) / float64(compared); got > c.most {
				t.Errorf("%.1f of a hundred ballots are named, want %.1f at most", got, c.most)
			}
		})
	}
}

// made is a conversation of people with two opinion groups and leanings of their
// own, with rings that copy one ballot and sets of honest friends.
type made struct {
	people, items, ring, rings, friends int
	answers                             float64 // share of the items that a person votes on
	noise                               float64 // share of its votes that a copying ballot changes
	seed                                uint64
	sure                                bool // groups agree within themselves on most items
	together                            bool // rings vote at the same times
}

func (m made) votes() (votes []Vote, ringOf map[uint64]int) {
	r := rand.New(rand.NewPCG(m.seed, 1))
	rate := make([][2][values]float64, m.items)
	for i := range rate {
		for g := range 2 {
			agree, pass := 0.1+0.8*r.Float64(), 0.05+0.2*r.Float64()
			if m.sure {
				agree, pass = 0.08+0.84*float64(r.IntN(2)), 0.03
			}
			rate[i][g] = [values]float64{(1 - agree) * (1 - pass), pass, agree * (1 - pass)}
		}
	}
	draw := func(p [values]float64) Value {
		switch x := r.Float64(); {
		case x < p[Disagree]:
			return Disagree
		case x < p[Disagree]+p[Pass]:
			return Pass
		}
		return Agree
	}
	start := int64(1_700_000_000_000)
	order, ringStart := r.Perm(m.items), start+r.Int64N(7*24*3_600_000)
	add := func(ballot uint64, copied bool, of func(i int) (Value, bool)) {
		at, items := start+r.Int64N(7*24*3_600_000), r.Perm(m.items)
		if copied && m.together {
			at, items = ringStart, order
		}
		for _, i := range items {
			v, ok := of(i)
			if !ok {
				continue
			}
			step := 3000 + r.Int64N(20_000)
			if copied && m.together {
				step = 20_000
			}
			at += step
			votes = append(votes, Vote{ballot, uint32(i + 1), v, at})
		}
	}
	ringOf = map[uint64]int{}
	next := uint64(1)
	for p := 0; p < m.people; p++ {
		g := r.IntN(2)
		add(next, false, func(i int) (Value, bool) { return draw(rate[i][g]), r.Float64() < m.answers })
		next++
	}
	for ring := range m.rings {
		g := r.IntN(2)
		leader := make([]Value, m.items)
		picked := make([]bool, m.items)
		for i := range leader {
			leader[i], picked[i] = draw(rate[i][g]), r.Float64() < m.answers
		}
		for range m.ring {
			add(next, true, func(i int) (Value, bool) {
				if r.Float64() < m.noise {
					return draw(rate[i][g]), picked[i]
				}
				return leader[i], picked[i]
			})
			ringOf[next] = ring + 1
			next++
		}
	}
	for range m.friends { // the same group, the same evening, votes of their own
		add(next, false, func(i int) (Value, bool) { return draw(rate[i][0]), r.Float64() < m.answers })
		next++
	}
	return votes, ringOf
}

// score answers how many of the ballots named are of a ring, and how many of
// those of a ring are named.
func score(list []Signal, ringOf map[uint64]int) (precision, recall float64, named int) {
	hit := 0
	for _, s := range list {
		for _, b := range s.Accord.Ballots {
			named++
			if ringOf[b] != 0 {
				hit++
			}
		}
	}
	precision, recall = 1, 1
	if named > 0 {
		precision = float64(hit) / float64(named)
	}
	if len(ringOf) > 0 {
		recall = float64(hit) / float64(len(ringOf))
	}
	return precision, recall, named
}

// Rings are found, honest friends are not.
func TestPlantedRings(t *testing.T) {
	var named, hit, planted int
	for _, c := range []struct {
		size   int
		noise  float64
		recall float64 // at least
	}{
		{5, 0, 1}, {5, 0.05, 1}, {15, 0, 1}, {15, 0.05, 1}, {15, 0.10, 0.8}, {50, 0, 1}, {50, 0.05, 1}, {50, 0.10, 0.9},
	} {
		t.Run(fmt.Sprintf("%d ballots, noise %.2f", c.size, c.noise), func(t *testing.T) {
			votes, ringOf := made{people: 1500, items: 100, ring: c.size, rings: 2, friends: 60, answers: 0.7, noise: c.noise, seed: 7}.votes()
			list, _ := accords(votes)
			precision, recall, n := score(list, ringOf)
			t.Logf("%d signals, %d ballots named of %d planted: precision %.3f, recall %.3f", len(list), n, len(ringOf), precision, recall)
			named, planted, hit = named+n, planted+len(ringOf), hit+int(precision*float64(n)+0.5)
			if precision < 0.99 || recall < c.recall {
				t.Errorf("precision %.3f and recall %.3f, want 0.99 and %.2f at least", precision, recall, c.recall)
			}
		})
	}
	t.Logf("together: precision %.3f, recall %.3f", float64(hit)/float64(named), float64(hit)/float64(planted))
}

// People of one opinion group who vote for themselves are nobody's ring, however
// sure their group is of everything.
func TestHonestFriendsAreNoRing(t *testing.T) {
	for seed := range uint64(5) {
		votes, _ := made{people: 400, items: 120, friends: 300, answers: 0.8, seed: seed, sure: true}.votes()
		if list, compared := accords(votes); len(list) > 0 || compared < 600 {
			t.Errorf("seed %d: %d signals among %d ballots, want none", seed, len(list), compared)
		}
	}
}

// Who always says the same agrees with all who do: that is a habit.
func TestHabitIsNoRing(t *testing.T) {
	votes, _ := made{people: 500, items: 100, answers: 0.7, seed: 3}.votes()
	for ballot := uint64(1000); ballot < 1040; ballot++ {
		for i := range uint32(60) {
			votes = append(votes, Vote{ballot, i + 1, Value(ballot % values), 0})
		}
	}
	if list, _ := accords(votes); len(list) > 0 {
		t.Errorf("%d signals, want none: %+v", len(list), list[0].Accord)
	}
}

// Where a ring votes within the same minutes, that is told, and adds to it.
func TestTimingIsTold(t *testing.T) {
	votes, ringOf := made{people: 600, items: 100, answers: 0.7, seed: 3, ring: 4, rings: 1, together: true}.votes()
	list, _ := accords(votes)
	if _, recall, _ := score(list, ringOf); len(list) != 1 || recall != 1 {
		t.Fatalf("%d signals with recall %.2f, want the ring", len(list), recall)
	}
	x := list[0].Accord
	if x.Near < 0.9 || x.NearBy > 0.5 || x.Same != 1 || x.Chance > 0.8 || len(x.Rows) != mostRows || x.Rows[0].By < 2 {
		t.Errorf("the evidence is %+v", x)
	}
}

// The same votes in another order, on one processor or more, give the same bytes.
func TestSameBytes(t *testing.T) {
	votes, _ := made{people: 300, items: 80, ring: 6, rings: 2, answers: 0.8, seed: 5}.votes()
	want, err := json.Marshal(Find(Evidence{Votes: votes}))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(want, []byte(`"accord"`)) {
		t.Fatal("nothing was found")
	}
	for seed := range uint64(3) {
		rand.New(rand.NewPCG(seed, 9)).Shuffle(len(votes), func(i, j int) { votes[i], votes[j] = votes[j], votes[i] })
		before := runtime.GOMAXPROCS(int(1 + seed))
		got, err := json.Marshal(Find(Evidence{Votes: votes}))
		runtime.GOMAXPROCS(before)
		if err != nil || !bytes.Equal(got, want) {
			t.Fatalf("other bytes in another order: %v", err)
		}
	}
	if d := fmt.Sprintf("%x", sha256.Sum256(want)); d != sameBytes {
		t.Errorf("the digest is %s, it was %s: results would differ from earlier ones, or from another machine's", d, sameBytes)
	}
}

const sameBytes = "c803e5aa9da2f2354137f6eee54966452a347b3428d00ba1327a40e662a71f8b"

// 10,000 ballots × 300 items, two million votes: on two cores CPU seconds are at
// most twice ns/op.
func BenchmarkAccords(b *testing.B) {
	votes, _ := made{people: 9_950, items: 300, ring: 25, rings: 2, answers: 0.667, noise: 0.05, seed: 11}.votes()
	b.ReportMetric(float64(len(votes)), "votes")
	for b.Loop() {
		list, _ := accords(votes)
		if len(list) != 2 {
			b.Fatalf("%d signals, want the two rings", len(list))
		}
	}
}
