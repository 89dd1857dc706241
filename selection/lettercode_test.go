package selection

import (
	"fmt"
	"math"
	"slices"
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

// What is written for a server is read by it again.
func TestReadCodes(t *testing.T) {
	key := [32]byte{1}
	codes := (&LetterKey{2}).Codes([32]byte{3}, []string{"anna", "boris"})
	var written strings.Builder
	if err := WriteCodes(&written, key, codes); err != nil {
		t.Fatal(err)
	}
	digests, err := ReadCodes(strings.NewReader(written.String()))
	if err != nil || len(digests) != 2 {
		t.Fatalf("%v, %v", digests, err)
	}
	var letters strings.Builder
	if err := WriteLetters(&letters, strings.NewReader("name,nr id\nAnna,a1\nBoris,b2\n"), []int{0, 1}, codes, ""); err != nil {
		t.Fatal(err)
	}
	var ids []string
	err = ReadLetterCodes(strings.NewReader(letters.String()), "", func(id, code string) {
		ids = append(ids, id)
		if !slices.Contains(digests, CodeDigest(key, code).String()) {
			t.Errorf("the digest of %s is not there", code)
		}
	})
	if err != nil || !slices.Equal(ids, []string{"a1", "b2"}) {
		t.Errorf("%v, %v", ids, err)
	}
	for text, want := range map[string]string{"code\nabc\n": "digest", "digest\nabc\n": "no digest"} {
		if _, err := ReadCodes(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
	if err := ReadLetterCodes(strings.NewReader("id,code\na,"+codes[0]+"\nb,AAAA\n"), "id", func(string, string) {}); err == nil || !strings.Contains(err.Error(), "12 signs") {
		t.Errorf("%v", err)
	}
}

func FuzzReadCodes(f *testing.F) {
	f.Add("digest\n0000000000000000000000000000000000000000000000000000000000000000\n")
	f.Add("id;code\n1;2222-2222-2222\n")
	f.Fuzz(func(t *testing.T, text string) {
		digests, err := ReadCodes(strings.NewReader(text))
		if err != nil && err.Error() == "" {
			t.Fatal("an error without words")
		}
		for _, d := range digests {
			if len(d) != 64 {
				t.Fatalf("%q", d)
			}
		}
		_ = ReadLetterCodes(strings.NewReader(text), "", func(_, code string) {
			if again, err := ParseCode(code); err != nil || again != code {
				t.Fatalf("%q: %v", code, err)
			}
		})
	})
}
