package main

import (
	"strings"
	"testing"
)

func FuzzSortitionSettings(f *testing.F) {
	f.Add("id_column = \"id\"\ncheck_same_address = true\ncheck_same_address_columns = [\n  \"street\",\n]\n")
	f.Add("\ufeffselection_algorithm = \"legacy\" # comment\n[more]\nkey = 1\n")
	f.Add("columns_to_keep = [\"a\", 1]\n")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := readSortitionSettings(strings.NewReader(text))
		if err != nil {
			if err.Error() == "" || strings.Contains(err.Error(), "\n") {
				t.Fatalf("an error without words, or over several lines: %q", err)
			}
			return
		}
		d := &drawing{}
		if err := s.apply(d, newDrawCommand().Flags()); err == nil && d.household != "" && d.match != "exact" {
			t.Fatalf("addresses %q are matched %q", d.household, d.match)
		}
	})
}
