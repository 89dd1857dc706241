package selection

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// writeRows writes whole rows of CSV.
func writeRows(w io.Writer, rows [][]string) error {
	c := csv.NewWriter(w)
	if err := c.WriteAll(rows); err != nil {
		return err
	}
	return c.Error()
}

// LinkPlace is what stands in a link for a letter's code.
const LinkPlace = "CODE"

// WriteLetters writes the file to print letters from: the rows of the register
// that got one, all columns in the order of the register, with `code` and, where
// a link is given, `link`: the link with the code in the place of CODE. Codes are
// by person in ascending order, as Letters.Selected. Register must be read from
// its beginning again.
func WriteLetters(w io.Writer, register io.Reader, people []int, codes []string, link string) error {
	t, err := NewTable(register)
	if err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.Comma = t.Comma
	added := []string{"code"}
	if link != "" {
		if !strings.Contains(link, LinkPlace) {
			return fmt.Errorf("the link %q has no %s in it: that is where each letter's code goes", link, LinkPlace)
		}
		added = append(added, "link")
	}
	for _, name := range added {
		if slices.Contains(t.Header, name) {
			return fmt.Errorf("the register has a column %q, which letters need for their own: rename it", name)
		}
	}
	if err := out.Write(append(slices.Clone(t.Header), added...)); err != nil {
		return err
	}
	next := 0
	for person := 0; next < len(people); {
		record, err := t.Next()
		if errors.Is(err, io.EOF) {
			return fmt.Errorf("the register ends after %d people: it changed while it was read", person)
		}
		if err != nil {
			return err
		}
		if blank(record) {
			continue
		}
		if person == people[next] {
			row := append(slices.Clone(record), codes[next])
			if link != "" {
				row = append(row, strings.ReplaceAll(link, LinkPlace, codes[next]))
			}
			if err := out.Write(row); err != nil {
				return err
			}
			next++
		}
		person++
	}
	out.Flush()
	return out.Error()
}

// WriteCodes writes `digest`: what a server needs, beside the key of the digests,
// to know the codes, sorted so that their order tells nothing.
func WriteCodes(w io.Writer, key [32]byte, codes []string) error {
	rows := make([][]string, 0, len(codes)+1)
	for _, code := range codes {
		text, err := CodeDigest(key, code).MarshalText()
		if err != nil {
			return err
		}
		rows = append(rows, []string{string(text)})
	}
	slices.SortFunc(rows, func(a, b []string) int { return strings.Compare(a[0], b[0]) })
	return writeRows(w, slices.Insert(rows, 0, []string{"digest"}))
}

// ReadCodes reads what WriteCodes wrote: the digests, as text. O(rows).
func ReadCodes(r io.Reader) ([]string, error) {
	t, err := NewTable(r)
	if err != nil {
		return nil, err
	}
	var errs InputErrors
	at := t.need(&errs, "digest")
	if errs != nil {
		return nil, errs
	}
	var list []string
	err = t.each(&errs, func(record []string) {
		var d Digest
		if err := d.UnmarshalText([]byte(record[at])); err != nil {
			errs.add(t.fault(at, record[at], "this is no digest of a code: 64 hexadecimal digits are needed"))
			return
		}
		list = append(list, d.String())
	})
	if err == nil && errs != nil {
		err = errs
	}
	return list, err
}

// ReadLetterCodes reads identifiers and codes of the rows that WriteLetters wrote.
// id is the identifier's column, "" as in a register. O(rows).
func ReadLetterCodes(r io.Reader, id string, do func(id, code string)) error {
	t, err := NewTable(r)
	if err != nil {
		return err
	}
	ids, err := t.idColumn(id)
	if err != nil {
		return err
	}
	var errs InputErrors
	at := t.need(&errs, "code")
	if errs != nil {
		return errs
	}
	err = t.each(&errs, func(record []string) {
		code, err := ParseCode(record[at])
		if err != nil {
			errs.add(t.fault(at, record[at], err.Error()))
			return
		}
		do(strings.Clone(strings.TrimSpace(record[ids])), code)
	})
	if err == nil && errs != nil {
		err = errs
	}
	return err
}
