package selection

import (
	"errors"
	"strings"
	"testing"
)

func TestCountAnswers(t *testing.T) {
	rule := Register{Strata: []Strata{{Column: "quarter"}}}
	report := LettersReport{Columns: []string{"quarter"}, Strata: []StratumLetters{{Values: []string{"North"}, People: 50}, {Values: []string{"South"}, People: 150}}}
	key := LetterKey{5}
	codes := key.Codes([32]byte{}, []string{"a", "b", "c", "d"})
	letters := "id;quarter;code\na;North;" + codes[0] + "\nb;South;" + codes[1] + "\nc;South;" + codes[2] + "\n"
	list, err := ReadAnswers(strings.NewReader("when,Code\nmonday,"+strings.ToLower(codes[0])+"\ntuesday,"+codes[2]+"\nwednesday,"+codes[2]+"\n"), "")
	if err != nil || list.Len() != 2 {
		t.Fatal(list, err)
	}
	a := NewAnswers(report)
	var rows []string
	err = a.Count(strings.NewReader(letters), rule, list, func(record []string, comma rune) error {
		rows = append(rows, strings.Join(record, string(comma)))
		return nil
	})
	if err != nil || list.Unmatched() != nil {
		t.Fatal(err, list.Unmatched())
	}
	if a.Letters != 3 || a.Answers != 2 || a.Strata[0].Answers != 1 || a.Strata[1].Letters != 2 || a.Strata[1].Answers != 1 {
		t.Errorf("%+v", a)
	}
	if len(rows) != 3 || rows[0] != "id;quarter;code" || rows[2] != "c;South;"+codes[2] {
		t.Errorf("%q", rows)
	}
	if err := a.Rates(func(k, n int) (float64, float64) { return float64(k), float64(n) }); err != nil {
		t.Fatal(err)
	}
	if s := a.Strata[1]; s.Rate != 0.5 || s.Low != 1 || s.High != 2 || s.Smoothed != (1+10*2/3.0)/12 {
		t.Errorf("%+v", s)
	}
	var out strings.Builder
	if err := a.Write(&out); err != nil {
		t.Fatal(err)
	}
	rates, err := ReadRates(strings.NewReader(out.String()), rule.Strata)
	if err != nil || len(rates) != 2 || rates[1].Rate != a.Strata[1].Smoothed {
		t.Errorf("read back: %+v %v\n%s", rates, err, out.String())
	}

	// By identifier, and an answer that is no letter's.
	list, err = ReadAnswers(strings.NewReader("id\nb\nx\n"), "")
	if err != nil {
		t.Fatal(err)
	}
	b := NewAnswers(report)
	if err := b.Count(strings.NewReader(letters), rule, list, nil); err != nil || b.Answers != 1 {
		t.Error(b, err)
	}
	var one *InputError
	if err := list.Unmatched(); !errors.As(err, &one) || one.Row != 3 || one.Value != "x" {
		t.Error(err)
	}
	if err := NewAnswers(report).Rates(nil); err == nil {
		t.Error("rates of no letters")
	}
}

func TestReadAnswersErrors(t *testing.T) {
	key := LetterKey{5}
	code := []byte(key.Code([32]byte{}, "a", 0))
	if code[0]++; code[0] == ':' {
		code[0] = '2'
	}
	for text, want := range map[string]string{
		"code\n" + string(code) + "\n": "row 2, column \"code\": a sign is mistyped",
		"code\nABC\n":                  "a code has 12 signs, this has 3",
		"code\nABC0-ABCD-ABCD\n":       "'0' is no sign of a code",
		"":                             "empty",
	} {
		if _, err := ReadAnswers(strings.NewReader(text), ""); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func FuzzAnswers(f *testing.F) {
	key := LetterKey{}
	f.Add("code\n"+key.Code([32]byte{}, "a", 0)+"\n", "id,q,code\na,x,"+key.Code([32]byte{}, "a", 0)+"\n")
	f.Add("id\na\n", "id;q\na;x\n")
	f.Fuzz(func(t *testing.T, answers, letters string) {
		list, err := ReadAnswers(strings.NewReader(answers), "")
		if err != nil {
			return
		}
		a := NewAnswers(LettersReport{Columns: []string{"q"}, Strata: []StratumLetters{{Values: []string{"x"}}}})
		if err := a.Count(strings.NewReader(letters), Register{Strata: []Strata{{Column: "q"}}}, list, nil); err != nil {
			return
		}
		if a.Answers > list.Len() || a.Answers > a.Letters {
			t.Fatalf("%d answers of %d to %d letters", a.Answers, list.Len(), a.Letters)
		}
	})
}
