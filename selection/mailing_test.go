package selection

import (
	"crypto/sha256"
	"fmt"
	"math"
	"math/bits"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// register makes a register of addresses, each a list of strata of those there.
func register(t testing.TB, homes []string, strata string) *Pool {
	t.Helper()
	var b strings.Builder
	b.WriteString("id,kind,home\n")
	n := 0
	for h, people := range homes {
		for _, kind := range people {
			n++
			fmt.Fprintf(&b, "p%04d,%c,h%d\n", n*7919%10007, kind, h)
		}
	}
	pool, err := (&Register{Strata: []Strata{{Column: "kind"}}, Address: []string{"home"}}).Read(strings.NewReader(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	return pool
}

func testSeed(n int) [32]byte { return sha256.Sum256([]byte{byte(n), byte(n >> 8), byte(n >> 16)}) }

// checkLetters holds a mailing's result against its promises.
func checkLetters(t interface{ Fatalf(string, ...any) }, m Mailing, l *Letters) {
	if len(l.Selected) != m.Letters || l.Report.Letters != m.Letters {
		t.Fatalf("%d letters of %d", len(l.Selected), m.Letters)
	}
	var hi, lo uint64
	home := map[string]int64{}
	for i, c := range l.Chances {
		if c < 0 || c > ChanceUnit {
			t.Fatalf("chance %d", c)
		}
		var carry uint64
		lo, carry = bits.Add64(lo, uint64(c), 0)
		hi += carry
		if h := m.Register.Household(i); h != "" {
			if home[h] += c; home[h] > ChanceUnit {
				t.Fatalf("address %s has chance %d", h, home[h])
			}
		}
	}
	if wantHi, wantLo := bits.Mul64(uint64(m.Letters), ChanceUnit); hi != wantHi || lo != wantLo {
		t.Fatalf("chances add up to %v letters of %d", float64(lo)/ChanceUnit, m.Letters)
	}
	seen := map[string]bool{}
	for _, i := range l.Selected {
		if l.Chances[i] == 0 {
			t.Fatalf("%s has a letter without a chance", m.Register.ID(i))
		}
		if h := m.Register.Household(i); h != "" {
			if seen[h] {
				t.Fatalf("two letters to %s", h)
			}
			seen[h] = true
		}
		if slices.Contains(m.Excluded, i) {
			t.Fatalf("a letter to %s, who is excluded", m.Register.ID(i))
		}
	}
	for _, s := range l.Report.Strata {
		if math.Abs(float64(s.Letters)-s.Expected) >= 1 {
			t.Fatalf("stratum %v: %d letters of an expected %v", s.Values, s.Letters, s.Expected)
		}
		if s.Weight == 0 && s.Letters > 0 {
			t.Fatalf("stratum %v without weight has letters", s.Values)
		}
	}
}

func TestMailingHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		homes := rapid.SliceOfN(rapid.StringMatching(`[abc]{1,5}`), 1, 60).Draw(t, "homes")
		var b strings.Builder
		b.WriteString("id;kind;home\n")
		n := 0
		for h, people := range homes {
			for _, kind := range people {
				n++
				fmt.Fprintf(&b, "p%d;%c;h%d\n", n, kind, h)
			}
		}
		o := &Register{Strata: []Strata{{Column: "kind"}}}
		if rapid.Bool().Draw(t, "addresses") {
			o.Address = []string{"home"}
		}
		pool, err := o.Read(strings.NewReader(b.String()))
		if err != nil {
			t.Fatal(err)
		}
		m := Mailing{Register: pool, Equal: rapid.SampledFrom([]Equal{EqualPeople, EqualAddresses}).Draw(t, "equal"), Seed: testSeed(rapid.IntRange(0, 1000).Draw(t, "seed"))}
		for i := range pool.Len() {
			if rapid.IntRange(0, 9).Draw(t, "out") == 0 {
				m.Excluded = append(m.Excluded, i)
			}
		}
		if rapid.Bool().Draw(t, "weights") {
			m.Weights = []StratumRate{{[]string{"a"}, 2}, {[]string{"b"}, 0.5}}
		}
		m.Letters = rapid.IntRange(1, len(homes)).Draw(t, "letters")
		l, err := m.Draw()
		if err != nil {
			if s := err.Error(); !strings.Contains(s, "can take") && !strings.Contains(s, "more than the") && !strings.Contains(s, "nobody is left") {
				t.Fatal(err)
			}
			return
		}
		checkLetters(t, m, l)
	})
}

// Chances within a stratum are equal, whatever the addresses, while no address
// is crowded; with equal addresses those who share one share its chance.
func TestMailingEqual(t *testing.T) {
	pool := register(t, []string{"a", "aa", "aab", "b", "bb", "a", "abbb", "b"}, "ab")
	l, err := Mailing{Register: pool, Letters: 3, Equal: EqualPeople, Seed: testSeed(1)}.Draw()
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range l.Chances {
		if want := 3.0 / 15 * ChanceUnit; math.Abs(float64(c)-want) > 1 {
			t.Errorf("%s: %d", pool.ID(i), c)
		}
	}
	l, err = Mailing{Register: pool, Letters: 2, Equal: EqualAddresses, Seed: testSeed(1)}.Draw()
	if err != nil {
		t.Fatal(err)
	}
	share := map[string]int64{}
	for i, c := range l.Chances {
		share[pool.Household(i)] += c
	}
	for h, c := range share {
		if math.Abs(float64(c)-ChanceUnit/4) > 8 {
			t.Errorf("address %s: %d", h, c)
		}
	}
}

// A crowded address gets one letter, which its people share; the rest goes on.
func TestMailingCrowded(t *testing.T) {
	pool := register(t, []string{"aaaaaaaa", "a", "a", "a", "a", "a"}, "a")
	m := Mailing{Register: pool, Letters: 3, Equal: EqualPeople, Seed: testSeed(1)}
	l, err := m.Draw()
	if err != nil {
		t.Fatal(err)
	}
	checkLetters(t, m, l)
	if l.Report.Crowded != 8 || l.Report.MinChance != 0.125 || math.Abs(l.Report.MaxChance-0.4) > 1e-9 {
		t.Errorf("%+v", l.Report)
	}
	m.Letters = 7
	if _, err := m.Draw(); err == nil || !strings.Contains(err.Error(), "7 letters are more than the 6 addresses") {
		t.Error(err)
	}
	m = Mailing{Register: register(t, []string{"aab", "b", "b"}, "ab"), Letters: 2, Equal: EqualPeople, Weights: []StratumRate{{[]string{"a"}, 9}}, Seed: testSeed(1)}
	if _, err := m.Draw(); err == nil || !strings.Contains(err.Error(), `stratum "a" can take`) {
		t.Error(err)
	}
}

// Chi-square over replays: letters come as often as the published chances say,
// with a crowded address, mixed addresses and weights.
func TestMailingFrequencies(t *testing.T) {
	if RaceOn {
		t.Skip("a measurement: one goroutine, no race to find")
	}
	pool := register(t, []string{"aaaa", "ab", "abb", "b", "b", "a", "c", "cc", "bc", "a"}, "abc")
	m := Mailing{Register: pool, Letters: 6, Equal: EqualPeople, Weights: []StratumRate{{[]string{"c"}, 1.2}}}
	const replays = 20_000
	count := make([]float64, pool.Len())
	var l *Letters
	for r := range replays {
		m.Seed = testSeed(r)
		var err error
		if l, err = m.Draw(); err != nil {
			t.Fatal(err)
		}
		for _, i := range l.Selected {
			count[i]++
		}
	}
	if l.Report.Crowded == 0 {
		t.Error("no address is crowded: the test shows less than it should")
	}
	chi := 0.0
	for i, c := range l.Chances {
		p := float64(c) / ChanceUnit
		z := (count[i] - p*replays) / math.Sqrt(replays*p*(1-p))
		chi += z * z
	}
	// About chi-square of 18 degrees, whose 99.99 % point is 49: sixty other runs of
	// as many replays lay between 7 and 30, their mean at 18.
	if chi > 49 {
		t.Errorf("chi-square %.1f for %d people", chi, pool.Len())
	}
	t.Logf("chi-square %.1f for %d people", chi, pool.Len())
}

// The order of the rows leaves no trace.
func TestMailingSameLetters(t *testing.T) {
	rows := []string{"p1,x,10,1", "p2,y,20,1", "p3,x,30,2", "p4,y,10,3", "p5,x,20,3", "p6,y,30,4"}
	draw := func() (string, string) {
		o := &Register{Strata: []Strata{{Column: "s"}, {Column: "n", Cuts: []int{15}}}, Address: []string{"home"}}
		pool, err := o.Read(strings.NewReader("id,s,n,home\n" + strings.Join(rows, "\n") + "\n"))
		if err != nil {
			t.Fatal(err)
		}
		c, err := NewRoll(pool, nil)
		if err != nil {
			t.Fatal(err)
		}
		l, err := Mailing{Register: pool, Letters: 2, Equal: EqualPeople, Seed: NewSeed(c.Root(), [32]byte{}, []byte("x"), 0)}.Draw()
		if err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, i := range l.Selected {
			ids = append(ids, pool.ID(i))
		}
		slices.Sort(ids)
		return strings.Join(ids, " "), fmt.Sprint(l.Report)
	}
	ids, report := draw()
	for range 5 {
		rows = append(rows[2:], rows[1], rows[0])
		if again, same := draw(); again != ids || same != report {
			t.Fatalf("%q %q, %s %s", ids, again, report, same)
		}
	}
}
