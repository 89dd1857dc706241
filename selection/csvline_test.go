package selection

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"
	"testing"
)

// FuzzTable compares what a Table reads with what encoding/csv reads, records,
// faults and their lines.
func FuzzTable(f *testing.F) {
	for _, text := range []string{
		"a,b\n1,2\n", "a,b\r\n1,2\r\n\r\n\"3\",4\r\n5,6", "a\n\r", "a\n1\r", "a,b\n\n\n1,\"x\ny\"\n2,z\n3,\"x\"\"y\"\n4,5\n", "a,b\n1,x\"y\n2,z\n",
		"a,b\n1,2\n\n3,\"x", "a,b\n\"1\"x,2\n3,4\n", "a\n1\r\r\n2\n", "a,b\n" + strings.Repeat("x", 5000) + ",\"" + strings.Repeat("y\n", 5000) + "\"\n1,2\n",
		"a\n" + strings.Repeat("x", maxHeader+5) + "\n1\n\"2\"\n",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		table, err := NewTable(strings.NewReader(text))
		if err != nil || table.Comma != ',' || strings.HasPrefix(text, "\xef\xbb\xbf") || strings.HasPrefix(strings.ToLower(text), "sep=") {
			return
		}
		r := csv.NewReader(strings.NewReader(text))
		r.FieldsPerRecord = -1
		if _, err := r.Read(); err != nil {
			t.Fatal(err)
		}
		for {
			want, wrong := r.Read()
			got, err := table.next()
			if wrong == io.EOF && err == io.EOF {
				return
			}
			if wrong == nil && err == nil {
				if fmt.Sprintf("%q", got) != fmt.Sprintf("%q", want) {
					t.Fatalf("%q, not %q", got, want)
				}
				continue
			}
			if fmt.Sprint(table.wrap(err)) != fmt.Sprint((&Table{row: table.row, lines: &lines{}}).wrap(wrong)) {
				t.Fatalf("%v, not %v", table.wrap(err), wrong)
			}
			if err == nil || wrong == nil {
				return
			}
		}
	})
}
