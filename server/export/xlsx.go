package export

import (
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"
	"unicode"

	"github.com/xuri/excelize/v2"
)

const rankingSheet, aboutSheet = "Ranking", "About"

// mostCellUnits is Excel's limit on a cell, in UTF-16 units.
const mostCellUnits = excelize.TotalCellChars

// RankingXLSX writes the ranking as a workbook: the table of RankingCSV with
// typed cells and a frozen header, and a sheet that says what it is. Texts are
// string cells, which no spreadsheet runs; characters that XML can't hold
// become U+FFFD, numbers keep 15 digits as Excel does, and a text beyond Excel's 32,767 units is an error.
func RankingXLSX(w io.Writer, r Ranking) (err error) {
	f := excelize.NewFile()
	defer func() {
		if e := f.Close(); err == nil {
			err = e
		}
	}()
	if err := f.SetSheetName("Sheet1", rankingSheet); err != nil {
		return err
	}
	made := time.UnixMilli(r.Time).UTC().Format(time.RFC3339)
	if err := f.SetDocProps(&excelize.DocProperties{Title: r.Topic, Creator: "Veche", Created: made, Modified: made}); err != nil {
		return err
	}
	if err := writeTable(f, &r); err != nil {
		return err
	}
	if err := writeAbout(f, &r, made); err != nil {
		return err
	}
	_, err = f.WriteTo(w)
	return err
}

func writeTable(f *excelize.File, r *Ranking) error {
	styles, err := newStyles(f)
	if err != nil {
		return err
	}
	header := r.columns()
	for i, name := range header {
		at, err := excelize.CoordinatesToCellName(i+1, 1)
		if err != nil {
			return err
		}
		if err := f.SetCellStr(rankingSheet, at, name); err != nil {
			return err
		}
	}
	rows := byRank(r.Rows)
	for n := range rows {
		for i, c := range r.cells(&rows[n]) {
			at, err := excelize.CoordinatesToCellName(i+1, n+2)
			if err != nil {
				return err
			}
			if err := writeCell(f, at, c); err != nil {
				return fmt.Errorf("item %s, column %s: %w", rows[n].Item, header[i], err)
			}
		}
	}
	last, err := excelize.CoordinatesToCellName(len(header), len(rows)+1)
	if err != nil {
		return err
	}
	if err := styles.apply(f, r, header, len(rows)); err != nil {
		return err
	}
	if err := f.SetPanes(rankingSheet, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	return f.AutoFilter(rankingSheet, "A1:"+last, nil)
}

func writeCell(f *excelize.File, at string, c cell) error {
	switch c.kind {
	case wholeCell:
		return f.SetCellInt(rankingSheet, at, int64(c.number))
	case shareCell, realCell:
		return f.SetCellFloat(rankingSheet, at, c.number, -1, 64)
	}
	s, err := xmlText(c.text)
	if err != nil || s == "" {
		return err
	}
	if err := f.SetCellStr(rankingSheet, at, s); err != nil {
		return err
	}
	if c.kind == linkCell && len(s) < excelize.MaxFieldLength &&
		(strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://")) {
		return f.SetCellHyperLink(rankingSheet, at, s, "External")
	}
	return nil
}

// escapeForm is how workbooks write characters that XML can't hold.
var escapeForm = regexp.MustCompile(`_(x[0-9a-fA-F]{4}_)`)

// xmlText replaces what XML 1.0 can't hold, and parts a text that has the form
// of a workbook's escape (_x0041_ would be shown as A) by a zero-width space:
// excelize neither escapes that form in shared strings nor handles two that
// overlap.
func xmlText(s string) (string, error) {
	for escapeForm.MatchString(s) {
		s = escapeForm.ReplaceAllString(s, "_\u200b$1")
	}
	units := 0
	s = strings.Map(func(c rune) rune {
		units++
		switch {
		case c >= 0x10000:
			units++
		case c < 0x20 && c != '\t' && c != '\n' && c != '\r', c == 0xFFFE, c == 0xFFFF:
			return unicode.ReplacementChar
		}
		return c
	}, s)
	if units > mostCellUnits {
		return "", fmt.Errorf("the text has %d characters; a cell holds %d: use CSV or JSON", units, mostCellUnits)
	}
	return s, nil
}

// styles are the looks of the table's columns.
type styles struct{ head, body, percent, decimals int }

func newStyles(f *excelize.File) (s styles, err error) {
	top := &excelize.Alignment{Vertical: "top", WrapText: true}
	decimals := "0.000"
	for _, one := range []struct {
		to    *int
		style excelize.Style
	}{
		{&s.head, excelize.Style{Font: &excelize.Font{Bold: true}, Alignment: top,
			Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E8ECF1"}}}},
		{&s.body, excelize.Style{Alignment: top}},
		{&s.percent, excelize.Style{Alignment: top, NumFmt: 10}},
		{&s.decimals, excelize.Style{Alignment: top, CustomNumFmt: &decimals}},
	} {
		if *one.to, err = f.NewStyle(&one.style); err != nil {
			return s, err
		}
	}
	return s, nil
}

func (s styles) apply(f *excelize.File, r *Ranking, header []string, rows int) error {
	kinds := r.cells(&Row{})
	for i, name := range header {
		column, err := excelize.ColumnNumberToName(i + 1)
		if err != nil {
			return err
		}
		style, width := s.body, 11.0
		switch kinds[i].kind {
		case shareCell:
			style = s.percent
		case realCell:
			style = s.decimals
		}
		switch name {
		case "text":
			width = 70
		case "cluster_title", "author_note", "link":
			width = 30
		}
		if err := f.SetColWidth(rankingSheet, column, column, width); err != nil {
			return err
		}
		if rows > 0 {
			if err := f.SetCellStyle(rankingSheet, column+"2", fmt.Sprintf("%s%d", column, rows+1), style); err != nil {
				return err
			}
		}
		if err := f.SetCellStyle(rankingSheet, column+"1", column+"1", s.head); err != nil {
			return err
		}
	}
	return nil
}

func writeAbout(f *excelize.File, r *Ranking, made string) error {
	if _, err := f.NewSheet(aboutSheet); err != nil {
		return err
	}
	w := wordsOf(r.Language)
	lines := [][2]string{
		{w["topic"], r.Topic}, {w["question"], r.Question}, {w["people"], fmt.Sprint(r.Ballots)}, {w["votes"], fmt.Sprint(r.Votes)},
		{w["run"], fmt.Sprint(r.Run)}, {w["sequence"], fmt.Sprint(r.InputSeq)}, {w["seed"], r.Seed}, {w["digest"], r.Digest},
		{w["schema"], fmt.Sprint(SchemaVersion)},
	}
	if r.Time != 0 {
		lines = append(lines, [2]string{w["made"], made})
	}
	for _, g := range r.Groups {
		lines = append(lines, [2]string{fmt.Sprintf("%s %d", w["group"], g.Number), fmt.Sprint(g.Size)})
	}
	for _, method := range w.methods(r) {
		lines = append(lines, [2]string{w["method"], method})
	}
	for _, note := range r.Notes {
		lines = append(lines, [2]string{w["note"], note})
	}
	for i, line := range lines {
		for j, s := range line {
			s, err := xmlText(s)
			if err != nil {
				return fmt.Errorf("sheet %s, %s: %w", aboutSheet, line[0], err)
			}
			at, err := excelize.CoordinatesToCellName(j+1, i+1)
			if err != nil {
				return err
			}
			if err := f.SetCellStr(aboutSheet, at, s); err != nil {
				return err
			}
		}
	}
	if err := f.SetColWidth(aboutSheet, "A", "A", 24); err != nil {
		return err
	}
	return f.SetColWidth(aboutSheet, "B", "B", 110)
}
