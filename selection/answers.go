package selection

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// Answers are the answers to letters, by stratum. Rates are answers a letter, Low
// and High bound them with 95 % confidence.
type Answers struct {
	Columns []string         `json:"columns"`
	Letters int              `json:"letters"`
	Answers int              `json:"answers"`
	Rate    float64          `json:"rate"`
	Low     float64          `json:"low"`
	High    float64          `json:"high"`
	Strata  []StratumAnswers `json:"strata"`
}

// StratumAnswers is one stratum. Smoothed is its rate drawn towards that of all
// by as much as ten letters weigh, so that one answer more or less of few letters
// is not taken for a trend; it is above 0.
type StratumAnswers struct {
	Values   []string `json:"values"`
	People   int      `json:"people"` // in the register
	Letters  int      `json:"letters"`
	Answers  int      `json:"answers"`
	Rate     float64  `json:"rate"`
	Low      float64  `json:"low"`
	High     float64  `json:"high"`
	Smoothed float64  `json:"smoothed"`
}

// AnswerList is a list of who answered, by the code of the letter or by
// identifier.
type AnswerList struct {
	by      string // "code", or empty for the identifier
	row     map[string]int
	matched map[string]bool
}

// ReadAnswers reads who answered: a column `code` of codes as people typed them,
// else the identifiers of the register. An answer given twice counts once.
// Errors are InputErrors with row, column and value; a mistyped code is one.
func ReadAnswers(r io.Reader, id string) (*AnswerList, error) {
	t, err := NewTable(r)
	if err != nil {
		return nil, wrapInput(err)
	}
	out := &AnswerList{row: map[string]int{}, matched: map[string]bool{}}
	at := t.anyCase("code")
	if at >= 0 {
		out.by = "code"
	} else if at, err = t.idColumn(id); err != nil {
		return nil, err
	}
	var errs InputErrors
	err = t.each(&errs, func(record []string) {
		name := strings.Clone(strings.TrimSpace(record[at]))
		if out.by == "code" {
			code, err := ParseCode(name)
			if err != nil {
				errs.add(t.fault(at, name, err.Error()))
				return
			}
			name = code
		}
		if _, ok := out.row[name]; !ok {
			out.row[name] = t.Row()
		}
	})
	if err != nil {
		return nil, err
	}
	if len(errs) > 0 {
		return nil, errs
	}
	return out, nil
}

// Len is the number of different answers.
func (a *AnswerList) Len() int { return len(a.row) }

// Unmatched is an answer that is no letter's, the first in its file, as an error;
// nil when every answer belongs to a letter.
func (a *AnswerList) Unmatched() error {
	first, row, n := "", 0, 0
	for name, at := range a.row {
		if !a.matched[name] {
			if n++; row == 0 || at < row {
				first, row = name, at
			}
		}
	}
	if n == 0 {
		return nil
	}
	what := "identifier"
	if a.by != "" {
		what = a.by
	}
	more := ""
	if n > 1 {
		more = fmt.Sprintf(" (and %d more like it)", n-1)
	}
	return &InputError{Row: row, Column: what, Value: first, Message: fmt.Sprintf("%s %s is on none of the letters%s: give the letters of every wave", what, first, more)}
}

// NewAnswers begins to count answers by the strata of a mailing's report.
func NewAnswers(r LettersReport) *Answers {
	out := &Answers{Columns: r.Columns}
	for _, s := range r.Strata {
		out.Strata = append(out.Strata, StratumAnswers{Values: s.Values, People: s.People})
	}
	return out
}

// Count adds the rows of a letters.csv, and to answered, if it is not nil, the
// header and the rows that were answered. The strata are those of the register
// that the letters were drawn from.
func (a *Answers) Count(letters io.Reader, register Register, list *AnswerList, answered func(record []string, comma rune) error) error {
	in, err := register.reader(letters)
	if err != nil {
		return err
	}
	code := in.t.Column("code")
	if list.by == "code" && code < 0 {
		return InputErrors{{Row: 1, Column: "code", Message: "column \"code\" is missing: this is no letters.csv"}}
	}
	at := map[string]int{}
	for s, one := range a.Strata {
		at[strings.Join(one.Values, "\x00")] = s
	}
	if answered != nil {
		if err := answered(in.t.Header, in.t.Comma); err != nil {
			return err
		}
	}
	values := make([]string, len(in.columns))
	var errs InputErrors
	var failed error
	err = in.t.each(&errs, func(record []string) {
		var err error
		for f, column := range in.columns {
			if values[f], err = register.Strata[f].value(record[column]); err != nil {
				errs.add(in.t.fault(column, record[column], err.Error()))
				return
			}
		}
		s, ok := at[strings.Join(values, "\x00")]
		if !ok {
			errs.add(&InputError{Row: in.t.Row(), Value: strings.Join(values, ", "), Message: fmt.Sprintf("stratum %q is not in the register that the letters were drawn from", strings.Join(values, ", "))})
			return
		}
		name := strings.TrimSpace(record[in.id])
		if list.by == "code" {
			if name, err = ParseCode(record[code]); err != nil {
				errs.add(in.t.fault(code, record[code], err.Error()))
				return
			}
		}
		a.Strata[s].Letters++
		a.Letters++
		if _, ok := list.row[name]; !ok || list.matched[name] {
			return
		}
		list.matched[strings.Clone(name)] = true
		a.Strata[s].Answers++
		a.Answers++
		if answered != nil && failed == nil {
			failed = answered(record, in.t.Comma)
		}
	})
	switch {
	case err != nil:
		return err
	case len(errs) > 0:
		return errs
	}
	return failed
}

// smoothing is what the rate of all weighs in that of a stratum, in letters.
const smoothing = 10

// Rates works the rates out; interval bounds a rate (Wilson's score interval).
// It is an error when nobody answered.
func (a *Answers) Rates(interval func(answers, letters int) (low, high float64)) error {
	if a.Letters == 0 {
		return fmt.Errorf("no letters: rates cannot be told")
	}
	if a.Answers == 0 {
		return fmt.Errorf("none of %d letters is answered: rates cannot be told", a.Letters)
	}
	a.Rate = float64(a.Answers) / float64(a.Letters)
	a.Low, a.High = interval(a.Answers, a.Letters)
	for s := range a.Strata {
		one := &a.Strata[s]
		one.Smoothed = (float64(one.Answers) + float64(smoothing*a.Rate)) / float64(one.Letters+smoothing)
		if one.Letters > 0 {
			one.Rate = float64(one.Answers) / float64(one.Letters)
			one.Low, one.High = interval(one.Answers, one.Letters)
		} else {
			one.High = 1
		}
	}
	return nil
}

// Write writes a row a stratum: its columns, register, letters, answers, observed,
// low, high, rate. The last is the smoothed rate, which ReadRates reads back.
func (a *Answers) Write(w io.Writer) error {
	rows := [][]string{append(slices.Clone(a.Columns), "register", "letters", "answers", "observed", "low", "high", "rate")}
	share := func(v float64) string { return strconv.FormatFloat(v, 'f', 4, 64) }
	for _, s := range a.Strata {
		rows = append(rows, append(slices.Clone(s.Values), strconv.Itoa(s.People), strconv.Itoa(s.Letters), strconv.Itoa(s.Answers),
			share(s.Rate), share(s.Low), share(s.High), strconv.FormatFloat(s.Smoothed, 'f', -1, 64)))
	}
	return writeRows(w, rows)
}
