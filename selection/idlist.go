package selection

import (
	"cmp"
	"fmt"
	"io"
	"strings"
)

// ReadIDs reads a list of people: a column of identifiers, with the header the
// pool's identifier column has, or the first column of a file with a header.
// Everyone is in it once, in the order of the file. Errors are InputErrors.
func ReadIDs(r io.Reader, pool *Pool, column string) ([]int, error) {
	groups, err := ReadGroups(r, pool, column, "")
	if err != nil {
		return nil, err
	}
	return peopleOf(groups), nil
}

// ReadGroups reads a list of people as ReadIDs does, in groups by what the
// column "reason" says, in the order in which reasons appear; where there is no
// such column or a cell of it is empty the reason is the one given.
func ReadGroups(r io.Reader, pool *Pool, column, reason string) ([]Group, error) {
	t, err := NewTable(r)
	if err != nil {
		return nil, wrapInput(err)
	}
	id, err := t.idColumn(column)
	if err != nil {
		if id, err = t.idColumn(""); err != nil {
			return nil, err
		}
	}
	why := t.anyCase("reason")
	var (
		out  []Group
		errs InputErrors
		at   = map[string]int{}
		seen = map[int]bool{}
	)
	err = t.each(&errs, func(record []string) {
		name := strings.TrimSpace(record[id])
		i, ok := pool.Index(name)
		if !ok {
			errs.add(t.fault(id, name, fmt.Sprintf("%q is not in the pool", name)))
			return
		}
		if seen[i] {
			return
		}
		seen[i] = true
		said := reason
		if why >= 0 {
			said = cmp.Or(strings.TrimSpace(record[why]), reason)
		}
		k, ok := at[said]
		if !ok {
			k = len(out)
			said = strings.Clone(said)
			at[said] = k
			out = append(out, Group{Reason: said})
		}
		out[k].People = append(out[k].People, i)
	})
	if err != nil {
		return nil, err
	}
	if len(errs) > 0 {
		return nil, errs
	}
	return out, nil
}
