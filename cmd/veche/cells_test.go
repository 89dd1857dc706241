package main

import (
	"bytes"
	"encoding/csv"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"

	"veche/server/export"
)

// What commands write as CSV runs as no formula. Every table goes through cells, but
// for the rows of a register, which a draw and a mailing give back as they came: who
// reads them joins them with the register again.
func TestTablesOfCommandsRunNoFormula(t *testing.T) {
	corpus := []string{"=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1", "＋1", "－1", "＠x", "−1", "\u200b=1", "'=1", "=cmd|' /C calc'!A0"}
	var b bytes.Buffer
	var rows [][]string
	for _, s := range corpus {
		rows = append(rows, []string{"before", s})
	}
	if err := writeCells(&b, rows); err != nil {
		t.Fatal(err)
	}
	list, err := csv.NewReader(&b).ReadAll()
	if err != nil || len(list) != len(corpus) {
		t.Fatalf("%d rows: %v", len(list), err)
	}
	for i, row := range list {
		if row[0] != "before" || !strings.HasPrefix(row[1], "'") || export.Unescape(row[1]) != strings.ReplaceAll(corpus[i], "\r\n", "\n") {
			t.Errorf("%q is written as %q", corpus[i], row[1])
		}
	}

	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok && s.Sel.Name == "NewWriter" {
				if x, ok := s.X.(*ast.Ident); ok && x.Name == "csv" {
					found[name] = true
				}
			}
			return true
		})
	}
	for name := range found {
		if name != "cells.go" && name != "letters_answers.go" {
			t.Errorf("%s writes CSV of its own: write it with writeCells", name)
		}
	}
	if !found["cells.go"] {
		t.Error("no writer of CSV was found: look for it as it is written now")
	}
}
