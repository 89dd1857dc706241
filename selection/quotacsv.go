package selection

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// quotaHeaders are the names of the feature and value columns that are in use.
var quotaHeaders = [][2]string{{"feature", "value"}, {"category", "feature"}, {"category", "name"}}

// valueColumns finds the columns of feature and value under any of their names;
// −1 where there are none.
func (t *Table) valueColumns() (feature, value int) {
	for _, pair := range quotaHeaders {
		if feature, value = t.anyCase(pair[0]), t.anyCase(pair[1]); feature >= 0 && value >= 0 {
			return feature, value
		}
	}
	return -1, -1
}

// headerFault says that a file's header is not of its kind.
func (t *Table) headerFault(kind, want string) error {
	header := strings.Join(t.Header, ",")
	return InputErrors{{Row: 1, Value: header, Message: fmt.Sprintf("the header %q is not one of %s: %s is needed", header, kind, want)}}
}

// ReadQuotas reads `feature,value,min,max[,min_flex,max_flex]` and the older
// headers `category,feature,min,max` and `category,name,min,max`. Other columns
// are passed over. Errors are InputErrors with row, column and value.
func ReadQuotas(r io.Reader) (Quotas, error) {
	t, err := NewTable(r)
	if err != nil {
		return nil, wrapInput(err)
	}
	feature, value := t.valueColumns()
	names := []string{"min", "max", "min_flex", "max_flex"}
	at := make([]int, len(names))
	for i, name := range names {
		at[i] = t.anyCase(name)
	}
	if feature < 0 || at[0] < 0 || at[1] < 0 {
		return nil, t.headerFault("quotas", "feature,value,min,max[,min_flex,max_flex]")
	}
	var (
		out  Quotas
		errs InputErrors
		seen = map[[2]string]int{}
	)
	err = t.each(&errs, func(record []string) {
		before := errs.Count()
		var n [4]int
		for i, name := range names {
			if at[i] < 0 {
				continue
			}
			text := strings.TrimSpace(record[at[i]])
			if text == "" && strings.HasSuffix(name, "_flex") {
				continue
			}
			v, err := strconv.Atoi(text)
			if err != nil || v < 0 || v > mostSeats {
				errs.add(t.fault(at[i], text, fmt.Sprintf("%q is not a whole number of seats", text)))
				continue
			}
			n[i] = v
		}
		q := Quota{Feature: strings.Clone(strings.TrimSpace(record[feature])), Value: strings.Clone(strings.TrimSpace(record[value])),
			Min: n[0], Max: n[1], MinFlex: n[2], MaxFlex: n[3]}
		if errs.Count() > before {
			return
		}
		key := [2]string{q.Feature, q.Value}
		if first, ok := seen[key]; ok {
			errs.add(t.fault(value, q.Value, fmt.Sprintf("%s: %s has a quota in row %d already", q.Feature, q.Value, first)))
			return
		}
		seen[key] = t.Row()
		if fault := q.fault(); fault != "" {
			errs.add(t.fault(at[0], record[at[0]], fault))
			return
		}
		out = append(out, q)
	})
	if err != nil {
		return nil, err
	}
	if len(errs) > 0 {
		return nil, errs
	}
	if len(out) == 0 {
		return nil, InputErrors{{Message: "no quota in the file: one row a feature's value is needed"}}
	}
	return out, nil
}

// WriteQuotas writes `feature,value,min,max`, with `min_flex,max_flex` where a
// quota has them, so that ReadQuotas reads it back.
func WriteQuotas(w io.Writer, quotas Quotas) error {
	c := csv.NewWriter(w)
	header := []string{"feature", "value", "min", "max", "min_flex", "max_flex"}
	if !slices.ContainsFunc(quotas, func(q Quota) bool { return q.MinFlex != 0 || q.MaxFlex != 0 }) {
		header = header[:4]
	}
	if err := c.Write(header); err != nil {
		return err
	}
	for _, q := range quotas {
		record := []string{q.Feature, q.Value, strconv.Itoa(q.Min), strconv.Itoa(q.Max), strconv.Itoa(q.MinFlex), strconv.Itoa(q.MaxFlex)}
		if err := c.Write(record[:len(header)]); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}
