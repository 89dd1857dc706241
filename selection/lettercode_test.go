package selection

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestCodes(t *testing.T) {
	key := LetterKey{1, 2, 3}
	ids := make([]string, 5000)
	for i := range ids {
		ids[i] = fmt.Sprint(i)
	}
	codes := key.Codes([32]byte{9}, ids)
	seen := map[string]bool{}
	var count [codeSigns][29]float64
	for _, code := range codes {
		if seen[code] {
			t.Fatalf("%s twice", code)
		}
		seen[code] = true
		if again, err := ParseCode(strings.ToLower(strings.ReplaceAll(code, "-", " "))); err != nil || again != code {
			t.Fatalf("%q read as %q: %v", code, again, err)
		}
		for i, r := range strings.ReplaceAll(code, "-", "") {
			count[i][strings.IndexRune(codeAlphabet, r)]++
		}
	}
	for i, signs := range count {
		chi, want := 0.0, float64(len(ids))/29
		for _, n := range signs {
			chi += (n - want) * (n - want) / want
		}
		if chi > 66 { // 99.99 % with 28 degrees of freedom
			t.Errorf("sign %d: chi-square %.1f", i, chi)
		}
	}
	other := LetterKey{1, 2, 4}
	if codes[0] == other.Code([32]byte{9}, "0", 0) || codes[0] == key.Code([32]byte{8}, "0", 0) || codes[0] == key.Code([32]byte{9}, "0", 1) {
		t.Error("key, seed or try do not change the code")
	}
	if CodeDigest(key.CodesKey(), codes[0]) == CodeDigest(other.CodesKey(), codes[0]) {
		t.Error("digests do not hang on the key")
	}
	if bits := float64(codeSigns-1) * math.Log2(29); bits < 53 {
		t.Errorf("%.1f bits", bits)
	}
}

// Every wrong sign and every two neighbours that changed places are told.
func TestCodeTypos(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		key := LetterKey{7}
		code := key.Code([32]byte{}, rapid.String().Draw(t, "id"), 0)
		signs := []byte(strings.ReplaceAll(code, "-", ""))
		at := rapid.IntRange(0, codeSigns-1).Draw(t, "at")
		old := signs[at]
		if rapid.Bool().Draw(t, "swap") {
			next := (at + 1) % codeSigns
			signs[at], signs[next] = signs[next], signs[at]
			if signs[at] == old {
				return
			}
		} else if signs[at] = rapid.SampledFrom([]byte(codeAlphabet)).Draw(t, "sign"); signs[at] == old {
			return
		}
		if read, err := ParseCode(string(signs)); err == nil {
			t.Fatalf("%s read as %s", signs, read)
		}
	})
}

func FuzzParseCode(f *testing.F) {
	key := LetterKey{}
	f.Add(key.Code([32]byte{}, "a", 0))
	f.Add("abcd efgh")
	f.Fuzz(func(t *testing.T, text string) {
		code, err := ParseCode(text)
		if err != nil {
			return
		}
		if again, err := ParseCode(code); err != nil || again != code {
			t.Fatalf("%q read as %q, that as %q: %v", text, code, again, err)
		}
	})
}
