// Package labelled reads sets of texts whose classes people gave, and tells how
// well a clustering agrees with them. The sets are no part of the repository;
// tests and benchmarks name the folder where they lie.
package labelled

import (
	"bufio"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Set is texts with their classes.
type Set struct {
	IDs, Texts []string
	Classes    []int32 // from 0
	K          int     // classes
}

// Barcelona is the name of the citizens' proposals for Barcelona's action plan
// of 2016, with their subcategories.
const Barcelona = "barcelona"

// Read reads a set from folder: nlp/NAME.tsv.gz, a class and a text a line, or
// [Barcelona] from proposals/decidim-barcelona-pam-2016/proposals.csv.
func Read(folder, name string) (*Set, error) {
	set, number := &Set{}, map[string]int32{}
	add := func(id, class, text string) {
		if _, ok := number[class]; !ok {
			number[class] = int32(len(number))
		}
		set.IDs, set.Texts, set.Classes = append(set.IDs, id), append(set.Texts, text), append(set.Classes, number[class])
	}
	read := lines
	path := filepath.Join(folder, "nlp", name+".tsv.gz")
	if name == Barcelona {
		read, path = proposals, filepath.Join(folder, "proposals", "decidim-barcelona-pam-2016", "proposals.csv")
	}
	if err := read(path, add); err != nil {
		return nil, err
	}
	set.K = len(number)
	return set, nil
}

func lines(path string, add func(id, class, text string)) (err error) {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	z, err := gzip.NewReader(f)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	scan := bufio.NewScanner(z)
	scan.Buffer(nil, 1<<20)
	for n := 1; scan.Scan(); n++ {
		class, text, ok := strings.Cut(scan.Text(), "\t")
		if !ok {
			return fmt.Errorf("%s: line %d has no tab", path, n)
		}
		add(strconv.Itoa(n), class, text)
	}
	return scan.Err()
}

func proposals(path string, add func(id, class, text string)) (err error) {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil || len(rows) == 0 {
		return fmt.Errorf("%s: no table: %w", path, err)
	}
	at := map[string]int{}
	for _, name := range []string{"id", "source", "subcategory", "title", "summary"} {
		if at[name] = slices.Index(rows[0], name); at[name] < 0 {
			return fmt.Errorf("%s: no column %q", path, name)
		}
	}
	for _, row := range rows[1:] {
		if row[at["source"]] == "citizen" {
			add(row[at["id"]], row[at["subcategory"]], row[at["title"]]+". "+row[at["summary"]])
		}
	}
	return nil
}
