package main

import (
	"encoding/csv"
	"io"

	"veche/server/export"
)

// cells writes CSV for people, who open it with spreadsheets: no text in it runs
// as a formula.
type cells struct{ out *csv.Writer }

func newCells(w io.Writer) cells { return cells{csv.NewWriter(w)} }

func (c cells) row(fields ...string) error {
	for i, s := range fields {
		fields[i] = export.Escape(s)
	}
	return c.out.Write(fields)
}

func (c cells) end() error {
	c.out.Flush()
	return c.out.Error()
}

func writeCells(w io.Writer, rows [][]string) error {
	c := newCells(w)
	for _, r := range rows {
		if err := c.row(r...); err != nil {
			return err
		}
	}
	return c.end()
}
