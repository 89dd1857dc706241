package selection

import (
	"math"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// tail is P(Binomial(n, num/den) ≥ wanted), by whole numbers.
func tail(n, wanted int, num, den int64) float64 {
	sum := new(big.Int)
	for k := wanted; k <= n; k++ {
		term := new(big.Int).Binomial(int64(n), int64(k))
		term.Mul(term, new(big.Int).Exp(big.NewInt(num), big.NewInt(int64(k)), nil))
		term.Mul(term, new(big.Int).Exp(big.NewInt(den-num), big.NewInt(int64(n-k)), nil))
		sum.Add(sum, term)
	}
	out, _ := new(big.Rat).SetFrac(sum, new(big.Int).Exp(big.NewInt(den), big.NewInt(int64(n)), nil)).Float64()
	return out
}

func TestEnoughIsTheFewest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		wanted, percent := rapid.IntRange(1, 60).Draw(t, "wanted"), rapid.Int64Range(20, 99).Draw(t, "percent")
		confidence := rapid.SampledFrom([]float64{0.5, 0.9, 0.95, 0.999}).Draw(t, "confidence")
		n, met, err := enough(wanted, float64(percent)/100, confidence)
		if err != nil {
			t.Fatal(err)
		}
		if exact := tail(n, wanted, percent, 100); math.Abs(exact-met) > 1e-12 || exact < confidence-1e-12 {
			t.Fatalf("%d invited: %v, exactly %v", n, met, exact)
		}
		if fewer := tail(n-1, wanted, percent, 100); fewer > confidence {
			t.Fatalf("%d would do: %v", n-1, fewer)
		}
	})
}

func TestEnoughForLargePanels(t *testing.T) {
	n, met, err := enough(10_000, 0.5, 0.95)
	if err != nil || met < 0.95 {
		t.Fatal(n, met, err)
	}
	// Normal approximation: n/2 − 1.645·√n/2 ≈ 10,000.
	if n < 20_200 || n > 20_260 {
		t.Errorf("%d invited for 10,000 at one half", n)
	}
	if _, _, err := enough(3, 1e-7, 0.95); err == nil {
		t.Error("an endless number of invitations was no error")
	}
}

func TestInvite(t *testing.T) {
	quotas := Quotas{{Feature: "sex", Value: "w", Min: 10, Max: 10}, {Feature: "sex", Value: "m", Min: 10, Max: 10},
		{Feature: "age", Value: "young", Min: 5, Max: 8}, {Feature: "age", Value: "old", Min: 12, Max: 15}}
	rates := []Turnout{{Feature: "sex", Value: "w", Rate: 0.8}, {Feature: "sex", Value: "m", Rate: 0.8},
		{Feature: "age", Value: "young", Rate: 0.5}}
	i, err := Invite(quotas, 20, rates, 0.95)
	if err != nil {
		t.Fatal(err)
	}
	if i.Rate != 0.8 || i.Size != 16+19 || i.Quotas[3].Min != 19 || i.Quotas[0].Min != 16 || i.Quotas[1].Min != 16 {
		t.Errorf("%+v", i)
	}
	// P(Bin(16, .8) ≥ 10) = .9733; P(Bin(15, .8) ≥ 10) = .9389.
	if math.Abs(i.Values[0].Met-tail(16, 10, 8, 10)) > 1e-12 || i.Values[0].Met < 0.95 {
		t.Errorf("met %v", i.Values[0].Met)
	}
	if !i.Values[2].Given || i.Values[3].Given || i.Values[3].Rate != 0.8 {
		t.Errorf("rates %+v", i.Values)
	}
	if i.Expected < 20 {
		t.Errorf("%v expected for 20 seats", i.Expected)
	}
	if err := i.Quotas.Check(); err != nil {
		t.Error(err)
	}
	reserves, err := ReservesFor(quotas, 20, rates, 0.95)
	if err != nil || reserves != 16+19-5-12 || reserves != i.Reserves {
		t.Errorf("%d reserves, %d in the invitation, %v", reserves, i.Reserves, err)
	}
	sure, err := Invite(quotas, 20, []Turnout{{Rate: 1}}, 0.95)
	if err != nil || sure.Size != 20 || sure.Expected != 20 || sure.Reserves != 0 || sure.AllMet != 1 {
		t.Errorf("everyone comes: %+v %v", sure, err)
	}
}

// Whatever the rates, the invited fit their quotas and bring each minimum.
func TestInviteHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var quotas Quotas
		var rates []Turnout
		size := rapid.IntRange(1, 80).Draw(t, "size")
		for _, feature := range []string{"a", "b"} {
			left := size
			for v := range 3 {
				n := left
				if v < 2 {
					n = rapid.IntRange(0, left).Draw(t, "seats")
				}
				left -= n
				q := Quota{Feature: feature, Value: string(rune('x' + v)), Min: max(0, n-rapid.IntRange(0, 3).Draw(t, "below")), Max: n + rapid.IntRange(0, 3).Draw(t, "above")}
				quotas = append(quotas, q)
				if rapid.Bool().Draw(t, "rated") {
					rates = append(rates, Turnout{q.Feature, q.Value, float64(rapid.IntRange(10, 100).Draw(t, "rate")) / 100})
				}
			}
		}
		rates = append(rates, Turnout{Rate: 0.7})
		i, err := Invite(quotas, size, rates, 0.9)
		if err != nil {
			t.Fatal(err)
		}
		low, high := map[string]int{}, map[string]int{}
		for k, q := range i.Quotas {
			low[q.Feature] += q.Min
			high[q.Feature] += q.Max
			if v := i.Values[k]; v.Met < 0.9 || q.Min < quotas[k].Min {
				t.Fatalf("%+v of %+v", v, quotas[k])
			}
		}
		for f := range low {
			if low[f] > i.Size || high[f] < i.Size {
				t.Fatalf("%s: %d invited do not fit %d to %d", f, i.Size, low[f], high[f])
			}
		}
		if float64(float64(i.Size)*0.7) < float64(size)-1e-9 {
			t.Fatalf("%d invited for %d seats", i.Size, size)
		}
	})
}

func TestInviteErrors(t *testing.T) {
	quotas := Quotas{{Feature: "sex", Value: "w", Min: 1, Max: 2}, {Feature: "sex", Value: "m", Min: 1, Max: 2}}
	for _, one := range []struct {
		rates      []Turnout
		confidence float64
		want       string
	}{
		{[]Turnout{{Rate: 0.5}}, 1, "confidence"},
		{[]Turnout{{Rate: 0}}, 0.95, "above 0 and at most 1"},
		{[]Turnout{{Rate: 0.5}, {Rate: 0.6}}, 0.95, "twice"},
		{[]Turnout{{"sex", "x", 0.5}}, 0.95, "no quota"},
		{[]Turnout{{"sex", "w", 0.5}}, 0.95, "no rate of everyone"},
	} {
		if _, err := Invite(quotas, 3, one.rates, one.confidence); err == nil || !strings.Contains(err.Error(), one.want) {
			t.Errorf("%+v: %v", one.rates, err)
		}
	}
}

func TestReadTurnout(t *testing.T) {
	rates, err := ReadTurnout(strings.NewReader("feature;value;rate\nsex;w;0,8\n;;0.75\n"))
	if err != nil || len(rates) != 2 || rates[0] != (Turnout{"sex", "w", 0.8}) || rates[1] != (Turnout{"", "", 0.75}) {
		t.Errorf("%v %v", rates, err)
	}
	rates, err = ReadTurnout(strings.NewReader("feature,value,invited,came\nsex,w,10,8\nsex,m,10,6\nage,young,3,0\n"))
	if err != nil || len(rates) != 4 || rates[3] != (Turnout{Rate: 0.7}) || math.Abs(rates[2].Rate-1.4/5) > 1e-15 {
		t.Errorf("%v %v", rates, err)
	}
	for text, want := range map[string]string{
		"feature,value\na,b\n":                   "is needed",
		"feature,value,rate\na,b,2\n":            `row 2, column "rate": "2"`,
		"feature,value,rate\na,b,0\n":            "nobody would come",
		"feature,value,invited,came\na,b,1,2\n":  "2 came of 1 invited",
		"feature,value,invited,came\na,b,10,0\n": "nobody came",
		"feature,value,rate\n":                   "no rate",
	} {
		if _, err := ReadTurnout(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func FuzzReadTurnout(f *testing.F) {
	f.Add("feature,value,rate\na,x,0.5\n")
	f.Add("feature;value;invited;came\na;x;3;1\n;;9;4\n")
	f.Fuzz(func(t *testing.T, text string) {
		rates, err := ReadTurnout(strings.NewReader(text))
		if err != nil {
			if err.Error() == "" {
				t.Fatal("an error without words")
			}
			return
		}
		for _, r := range rates {
			if !(r.Rate > 0 && r.Rate <= 1) {
				t.Fatalf("read without complaint: %+v", r)
			}
		}
	})
}
