package topic

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Row is what an applicant answered: a pool row. Its bytes are an erasable text,
// the log holds their salted digest.
type Row struct {
	Answers   []Answer `json:"answers"` // in the form's order, every feature once
	Interests []string `json:"interests" class:"answers"`
	Sessions  []string `json:"sessions" class:"answers"`
	Languages []string `json:"languages" class:"answers"`
	Household string   `json:"household,omitempty" class:"answers"` // address as given, for one person a household
}

// Answer is the value that someone stated for a feature.
type Answer struct {
	Feature string `json:"feature" class:"answers"`
	Value   string `json:"value" class:"answers"`
}

// NewRow checks answers against the form and puts them in its order. The error
// is a Fault with a Place for every field that is wrong.
func (f *Form) NewRow(answers map[string]string, interests, sessions, languages []string, household string) (Row, error) {
	row := Row{Household: strings.TrimSpace(household)}
	var places []Place
	known := 0
	for _, x := range f.Features {
		v, ok := answers[x.Name]
		if ok {
			known++
		}
		if v == "" {
			places = append(places, Place{Field: x.Name, Column: x.Name, Message: "needs an answer"})
		} else if x.option(v) < 0 {
			places = append(places, Place{Field: x.Name, Column: x.Name, Value: clip(v), Message: fmt.Sprintf("%q is none of the options: %s", clip(v), optionList(x.Options))})
		}
		row.Answers = append(row.Answers, Answer{Feature: x.Name, Value: v})
	}
	if known != len(answers) {
		places = append(places, Place{Field: "answers", Message: "has answers to questions that the form does not ask"})
	}
	if len(row.Household) > 500 || !utf8.ValidString(row.Household) {
		places = append(places, Place{Field: "household", Column: "household", Message: "is longer than 500 bytes or not valid UTF-8"})
	}
	choose := func(field string, options, chosen []string) []string {
		picked := map[string]bool{}
		for _, c := range chosen {
			picked[c] = true
		}
		var list []string
		for _, o := range options {
			if picked[o] {
				list = append(list, o)
				delete(picked, o)
			}
		}
		for _, c := range chosen {
			if picked[c] {
				places = append(places, Place{Field: field, Column: field, Value: clip(c), Message: fmt.Sprintf("%q is none of the options: %s", clip(c), optionList(options))})
				delete(picked, c)
			}
		}
		return list
	}
	row.Interests = choose("interests", f.Interests, interests)
	row.Sessions = choose("sessions", f.Sessions, sessions)
	row.Languages = choose("languages", f.Languages, languages)
	if len(places) > 0 {
		return Row{}, &Fault{Code: CodeInvalid, Detail: fmt.Sprintf("%d answer(s) are missing or wrong, the first: %s %s", len(places), places[0].Field, places[0].Message), Places: places}
	}
	return row, nil
}

func optionList(options []string) string {
	if len(options) > 12 {
		options = append(options[:12:12], "…")
	}
	return strings.Join(options, ", ")
}

// Bytes is the row's one encoding, whose salted digest stands in the log.
func (r Row) Bytes() []byte {
	b, err := json.Marshal(r)
	if err != nil {
		panic(err) // strings and lists of strings always encode
	}
	return b
}

// ParseRow reads what Bytes wrote.
func ParseRow(b []byte) (Row, error) {
	var r Row
	if err := json.Unmarshal(b, &r); err != nil {
		return Row{}, fmt.Errorf("pool row: %w", err)
	}
	return r, nil
}
