package export

import (
	"bytes"
	"encoding/csv"
	"io"
	"strings"
	"testing"
)

// harmless fails where a cell of a CSV file could be run by a spreadsheet: it
// begins with a sign of a formula and is no number. A column's mere number may
// begin with a minus.
func harmless(t interface {
	Fatalf(string, ...any)
	Helper()
}, file []byte) {
	t.Helper()
	r := csv.NewReader(bytes.NewReader(file))
	r.FieldsPerRecord = -1
	for {
		row, err := r.Read()
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Fatalf("no CSV: %v", err)
		}
		for _, cell := range row {
			if cell = strings.TrimPrefix(cell, byteOrderMark); risky(cell) && strings.Trim(cell, "-0123456789.") != "" {
				t.Fatalf("the cell %q would run", cell)
			}
		}
	}
}

var dangerous = []string{"=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1", "−1", "'=1", "''=1", "\u00a0=1", "\u200b=1", "=cmd|' /C calc'!A0", "a\"b,c", "\xff=", "_x003D_1", "https://x?=1"}

// No text of a table runs as a formula, and each comes back as it was written.
func FuzzTableCells(f *testing.F) {
	for _, s := range dangerous {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var b bytes.Buffer
		out, err := NewCSV(&b, false)
		if err != nil {
			t.Fatal(err)
		}
		if err := out.Row("before", s, -1, -0.5, uint32(7)); err != nil {
			t.Fatal(err)
		}
		if err := out.Flush(); err != nil {
			t.Fatal(err)
		}
		harmless(t, b.Bytes())
		row, err := csv.NewReader(bytes.NewReader(b.Bytes())).Read()
		if err != nil {
			t.Fatal(err)
		}
		if want := oneBreak.Replace(s); Unescape(row[1]) != want || row[2] != "-1" || row[3] != "-0.5" || row[4] != "7" {
			t.Fatalf("%q came back as %q", want, row)
		}
	})
}
