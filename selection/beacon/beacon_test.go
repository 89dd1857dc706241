package beacon

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// vector is a round of a chain as published.
type vector struct {
	Chain string `json:"chain"`
	body  []byte
}

// rounds are the published rounds in testdata: a line each, with the chain's
// name beside what its relay said.
func rounds(t testing.TB) []vector {
	t.Helper()
	body, err := os.ReadFile("testdata/rounds.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	var out []vector
	for line := range bytes.Lines(body) {
		v := vector{body: bytes.TrimSpace(line)}
		if err := json.Unmarshal(line, &v); err != nil {
			t.Fatal(err)
		}
		out = append(out, v)
	}
	return out
}

func (v vector) read(t testing.TB) (Value, Promise) {
	t.Helper()
	chain := Known(v.Chain)
	value, err := ReadRound(bytes.NewReader(v.body), chain.Hash())
	if err != nil {
		t.Fatalf("%s: %v", v.body, err)
	}
	return value, chain.Promise(value.Round)
}

// TestKnownChains works out the hashes that name the chains from their keys.
func TestKnownChains(t *testing.T) {
	for hash, c := range map[string]*Chain{
		"52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971": &Quicknet,
		"8990e7a9aaed2ffed73dbd7092123d6f289930540d7651336225dc172e51b2ce": &Default,
	} {
		if c.Hash() != hash || Known(hash) != c || Known(c.Name()) != c {
			t.Errorf("chain %s has hash %s, want %s", c.Name(), c.Hash(), hash)
		}
	}
}

// TestRounds checks rounds that the chains really published.
func TestRounds(t *testing.T) {
	all := rounds(t)
	if len(all) < 8 {
		t.Fatalf("%d rounds", len(all))
	}
	for _, v := range all {
		value, promise := v.read(t)
		status, err := value.Check(promise)
		if err != nil || status != Checked {
			t.Errorf("%s round %d: %s, %v", v.Chain, value.Round, status, err)
		}
		sum := sha256.Sum256(value.Signature)
		if !bytes.Equal(value.Bytes(), sum[:]) {
			t.Errorf("%s round %d: the seed is not the SHA-256 of the signature", v.Chain, value.Round)
		}
	}
}

// TestChangedRounds changes every part of a round.
func TestChangedRounds(t *testing.T) {
	for _, v := range rounds(t)[:8] {
		chained := v.Chain == "default"
		for name, change := range map[string]func(*Value, *Promise){
			"a bit of the signature": func(x *Value, _ *Promise) { x.sign(func(s Hex) { s[20] ^= 1 }) },
			"the sign of its point":  func(x *Value, _ *Promise) { x.sign(func(s Hex) { s[0] ^= 0x20 }) },
			"infinity": func(x *Value, _ *Promise) {
				x.sign(func(s Hex) { clear(s); s[0] = 0xc0 })
			},
			"a short signature":     func(x *Value, _ *Promise) { x.Signature = x.Signature[:40] },
			"a longer signature":    func(x *Value, _ *Promise) { x.Signature = append(x.Signature, 0) },
			"no signature":          func(x *Value, _ *Promise) { x.Signature = nil },
			"the randomness":        func(x *Value, _ *Promise) { x.Randomness[3] ^= 1 },
			"the round":             func(x *Value, _ *Promise) { x.Round++ },
			"the promised round":    func(_ *Value, p *Promise) { *p = Known(p.Chain).Promise(p.Round + 1) },
			"both rounds":           func(x *Value, p *Promise) { x.Round++; *p = Known(p.Chain).Promise(p.Round + 1) },
			"the chain":             func(x *Value, _ *Promise) { x.Chain = strings.Repeat("0", 64) },
			"the other chain":       other,
			"a phrase":              func(x *Value, _ *Promise) { x.Kind, x.Text = Phrase, "we choose" },
			"a text besides":        func(x *Value, _ *Promise) { x.Text = "we choose" },
			"the time":              func(_ *Value, p *Promise) { p.Expected++ },
			"the signature before":  func(x *Value, _ *Promise) { x.Previous = slices.Concat(x.Previous, Hex{1}) },
			"another chain's key":   func(x *Value, _ *Promise) { c := Quicknet; c.Genesis++; x.Info = &c },
			"an impossible promise": func(x *Value, p *Promise) { p.Round, x.Round = 1<<50, 1<<50 },
		} {
			value, promise := v.read(t)
			change(&value, &promise)
			if status, err := value.Check(promise); err == nil {
				t.Errorf("%s (chained %v): %s changed and still %s", v.Chain, chained, name, status)
			}
		}
	}
}

func (v *Value) sign(change func(Hex)) {
	v.Signature = slices.Clone(v.Signature)
	change(v.Signature)
	sum := sha256.Sum256(v.Signature)
	v.Randomness = sum[:]
}

func other(x *Value, p *Promise) {
	c := &Quicknet
	if x.Chain == c.Hash() {
		c = &Default
	}
	x.Chain, *p = c.Hash(), c.Promise(p.Round)
}

// TestHandedIn holds a chain that the program doesn't know to the hash promised.
func TestHandedIn(t *testing.T) {
	file := `{"public_key":"8200fc249deb0148eb918d6e213980c5d01acd7fc251900d9260136da3b54836ce125172399ddc69c4e3e11429b62c11",
		"period":3,"genesis_time":1651677099,"hash":"7672797f548f3f4748ac4bf3352fc6c6b6468c9ad40ad456a397545c6e2df5bf",
		"groupHash":"65083634d852ae169e21b6ce5f0410be9ed4cc679b9970236f7875cff667e13d","schemeID":"pedersen-bls-unchained","metadata":{"beaconID":"testnet-unchained-3s"}}`
	chain, err := ReadChain(strings.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	value, err := ReadRound(strings.NewReader(`{"round":7601003,"signature":"af7eac5897b72401c0f248a26b612c5ef68e0ff830b4d78927988c89b5db3e997bfcdb7c24cb19f549830cd02cb854a1143fd53a1d4e0713ded471260869439060d170a77187eb6371742840e43eccfa225657c4cc2d9619f7c3d680470c9743"}`), chain.Hash())
	if err != nil {
		t.Fatal(err)
	}
	promise := chain.Promise(value.Round)
	if status, err := value.Check(promise); err != nil || status != Unchecked {
		t.Errorf("without the chain: %s, %v", status, err)
	}
	value.Info = chain
	if status, err := value.Check(promise); err != nil || status != Checked {
		t.Errorf("with the chain: %s, %v", status, err)
	}
	out := chain.Time(value.Round)
	for name, expected := range map[string]int64{"a later time": out.AddDate(5, 0, 0).UnixMilli(), "an earlier time": promise.Expected - 1, "no time": 0} {
		late := promise
		late.Expected = expected
		if status, err := value.Check(late); err == nil {
			t.Errorf("%s promised for a round of %v: %s", name, out, status)
		}
	}
	body, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	var back Value
	if err := json.Unmarshal(body, &back); err != nil {
		t.Fatal(err)
	}
	if status, err := back.Check(promise); err != nil || status != Checked {
		t.Errorf("after a trip through JSON: %s, %v", status, err)
	}
	back.Info.Key[5] ^= 1
	if _, err := back.Check(promise); err == nil || !strings.Contains(err.Error(), "promised was") {
		t.Errorf("with another key: %v", err)
	}
	for _, broken := range []string{
		strings.Replace(file, "7672", "7673", 1),
		strings.Replace(file, `"period":3`, `"period":0`, 1),
		strings.Replace(file, `"period":3`, `"period":-3`, 1),
		strings.Replace(file, "pedersen-bls-unchained", "of-my-own", 1),
		strings.Replace(file, "8200fc", "82fc", 1),
		strings.Replace(file, "8200fc", "82x0fc", 1),
		"[]", "", strings.Repeat(" ", maxFile+1),
	} {
		if c, err := ReadChain(strings.NewReader(broken)); err == nil {
			t.Errorf("%.60s… is read as %+v", broken, c)
		}
	}
}

// TestRoundTimes is the schedule: rounds come out at their time, and the first
// after a moment is after it.
func TestRoundTimes(t *testing.T) {
	if got := Quicknet.Time(35_107_012); got.Unix() != 1_798_124_400 {
		t.Errorf("round 35107012 comes out at %v", got)
	}
	if got := Default.Time(6_426_976).Format(time.RFC3339); got != "2026-09-01T05:25:00Z" {
		t.Errorf("round 6426976 of the default chain comes out at %s", got)
	}
	rapid.Check(t, func(t *rapid.T) {
		c := rapid.SampledFrom([]*Chain{&Quicknet, &Default}).Draw(t, "chain")
		at := time.Unix(rapid.Int64Range(0, 1<<33).Draw(t, "at"), rapid.Int64Range(0, 999_999_999).Draw(t, "ns"))
		r := c.RoundAfter(at)
		if !c.Time(r).After(at) || r > 1 && c.Time(r-1).After(at) {
			t.Fatalf("after %v comes round %d at %v", at, r, c.Time(r))
		}
		p := c.Promise(r)
		if p.Check() != nil || c.Time(r).Before(c.Time(r-1)) || p.After(at) != nil || p.After(c.Time(r)) == nil {
			t.Fatalf("promise %+v", p)
		}
	})
}

// TestLongTimes counts rounds beyond all times.
func TestLongTimes(t *testing.T) {
	slow := Quicknet
	slow.Period, slow.Genesis = 1<<31, 1<<37
	end := time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)
	for _, round := range []uint64{60, 1 << 32, maxRound, math.MaxUint64} {
		if got := slow.Time(round); !got.Equal(end) {
			t.Errorf("round %d comes out at %v", round, got)
		}
		if p := slow.Promise(round); slow.keeps(p) == nil {
			t.Errorf("round %d of no time is kept", round)
		}
	}
	if got := slow.Time(2).Unix(); got != 1<<37+1<<31 {
		t.Errorf("round 2 comes out at %d", got)
	}
	if p := Quicknet.Promise(maxRound); p.Check() == nil {
		t.Errorf("%+v passes", p)
	}
}

func TestPromises(t *testing.T) {
	for _, p := range []Promise{
		{}, {Kind: "dice"}, {Kind: Public}, {Kind: Public, Source: "lottery", Round: 3}, {Kind: Phrase, Chain: "x"},
		{Kind: Drand}, {Kind: Drand, Chain: "quicknet", Round: 5}, {Kind: Drand, Chain: Quicknet.Hash(), Expected: Quicknet.Promise(1).Expected},
		{Kind: Drand, Chain: Quicknet.Hash(), Round: 5}, {Kind: Drand, Chain: strings.Repeat("0", 64), Round: 5}, {Kind: Phrase, Expected: -1}, {Kind: Public, Source: "\xff"},
		{Kind: Public, Source: strings.Repeat("x", maxText+1)},
	} {
		if p.Check() == nil {
			t.Errorf("%+v passes", p)
		}
	}
	public := Promise{Kind: Public, Source: "the six numbers of the state lottery of 5 December, in order"}
	for _, v := range []Value{{}, {Kind: Public}, {Kind: Phrase, Text: "4 8 15"}, {Kind: Public, Text: "\xff"}, {Kind: Public, Text: "4", Signature: Hex{1}}, {Kind: Public, Text: "4", Round: 2}} {
		if _, err := v.Check(public); err == nil {
			t.Errorf("%+v passes", v)
		}
	}
	v := Value{Kind: Public, Text: "4 8 15 16 23 42"}
	if status, err := v.Check(public); err != nil || status != Unsigned || string(v.Bytes()) != v.Text {
		t.Errorf("%s, %v", status, err)
	}
}

func FuzzReadRound(f *testing.F) {
	for _, v := range rounds(f) {
		f.Add(v.body)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		v, err := ReadRound(bytes.NewReader(body), Quicknet.Hash())
		if err != nil {
			return
		}
		if status, err := v.Check(Quicknet.Promise(v.Round)); err == nil && status != Checked {
			t.Fatalf("%s is %s", body, status)
		}
	})
}

func FuzzReadChain(f *testing.F) {
	for _, c := range []Chain{Quicknet, Default} {
		body, err := json.Marshal(c)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		c, err := ReadChain(bytes.NewReader(body))
		if err != nil {
			return
		}
		again, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		back, err := ReadChain(bytes.NewReader(again))
		if err != nil || back.Hash() != c.Hash() {
			t.Fatalf("%s: %v", again, err)
		}
		_ = c.Time(c.RoundAfter(time.Unix(1<<33, 0)))
	})
}

func Example() {
	meeting := time.Date(2026, 12, 1, 18, 0, 0, 0, time.UTC)
	promise := Quicknet.Promise(Quicknet.RoundAfter(meeting))
	fmt.Println(promise, promise.After(meeting))
	// Output: round 34448213 of drand's chain quicknet <nil>
}
