package selection

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// countColumns are the names of the column that counts; those of shares are in
// shareColumns.
var (
	countColumns = []string{"count", "people", "population", "number", "n"}
	shareColumns = []string{"share", "percent", "percentage", "%", "proportion", "population share"}
)

// shareUnit is how many make a whole where a table gives shares.
const shareUnit = 100_000_000

// ReadPopulation reads counts of the whole population: `feature,value,count`
// with all features below one another, or a cross-table such as
// `age,gender,count`, in which every column but the count is a feature, or pairs
// of features below one another, `category 1,feature 1,category 2,feature 2,count`;
// several tables may follow one another, each with its header. In the place of
// count may stand share (adding up to 1) or percent (to 100). Numbers may have
// spaces between thousands and a decimal comma. Errors are InputErrors with row,
// column and value.
func ReadPopulation(r io.Reader) (Population, error) {
	t, err := NewTable(r)
	if err != nil {
		return Population{}, wrapInput(err)
	}
	var out Population
	var errs InputErrors
	one := &census{t: t, out: &out, errs: &errs}
	if err := one.begin(); err != nil {
		return Population{}, wrapInput(err)
	}
	for {
		record, err := t.read()
		if errors.Is(err, io.EOF) {
			break
		}
		if fault, ok := skippable(err); ok {
			errs.add(fault)
			continue
		}
		switch {
		case err != nil:
			return Population{}, err
		case blank(record):
		case counting(record) >= 0: // the header of another table
			one.end()
			if err := t.setHeader(slices.Clone(record)); err != nil {
				return Population{}, wrapInput(err)
			}
			if err := one.begin(); err != nil {
				return Population{}, wrapInput(err)
			}
		case len(record) != len(t.Header):
			errs.add(&InputError{Row: t.row, Message: fmt.Sprintf("%d fields where the header has %d", len(record), len(t.Header))})
		default:
			one.add(record)
		}
	}
	one.end()
	if len(errs) > 0 {
		return Population{}, errs
	}
	if len(out.Tables) == 0 {
		return Population{}, InputErrors{{Message: "no count in the file: one row a feature's value is needed"}}
	}
	return out, nil
}

// counting is the column of a header that counts, −1 where none does.
func counting(header []string) int {
	return slices.IndexFunc(header, func(name string) bool {
		name = strings.ToLower(strings.TrimSpace(name))
		return slices.Contains(countColumns, name) || slices.Contains(shareColumns, name)
	})
}

// census is a table of a population file being read.
type census struct {
	t     *Table
	out   *Population
	errs  *InputErrors
	count int
	share bool
	pairs [][2]int // columns of feature and value; nil for a cross-table
	from  int      // first of the tables begun with this header
	row   map[string]int
	sum   []float64 // by table
	began []int     // row, by table
}

func (c *census) begin() error {
	t := c.t
	c.pairs, c.from, c.row, c.sum, c.began = nil, len(c.out.Tables), map[string]int{}, nil, nil
	if c.count = counting(t.Header); c.count < 0 || len(t.Header) < 2 {
		return &InputError{Row: t.row, Value: strings.Join(t.Header, ","), Message: fmt.Sprintf(
			"the header %q is not one of a population: feature,value,count is needed, or a cross-table such as age,gender,count; share or percent may stand for count", strings.Join(t.Header, ","))}
	}
	c.share = slices.Contains(shareColumns, strings.ToLower(t.Header[c.count]))
	for k := 1; ; k++ {
		n := " " + strconv.Itoa(k)
		feature, value := t.anyCase("category"+n), t.anyCase("feature"+n)
		if feature < 0 || value < 0 {
			break
		}
		c.pairs = append(c.pairs, [2]int{feature, value})
	}
	if feature, value := t.valueColumns(); c.pairs == nil && feature >= 0 {
		c.pairs = [][2]int{{feature, value}}
	}
	return nil
}

// table is the table of these features begun with this header.
func (c *census) table(features []string) int {
	for k := c.from; k < len(c.out.Tables); k++ {
		if slices.Equal(c.out.Tables[k].Features, features) {
			return k
		}
	}
	c.out.Tables = append(c.out.Tables, PopulationTable{Features: features, shares: c.share})
	c.sum, c.began = append(c.sum, 0), append(c.began, c.t.row)
	return len(c.out.Tables) - 1
}

func (c *census) add(record []string) {
	t := c.t
	var features, values []string
	if c.pairs == nil {
		for at, name := range t.Header {
			if at != c.count {
				features, values = append(features, name), append(values, strings.Clone(strings.TrimSpace(record[at])))
			}
		}
	}
	for _, p := range c.pairs {
		features = append(features, strings.Clone(strings.TrimSpace(record[p[0]])))
		values = append(values, strings.Clone(strings.TrimSpace(record[p[1]])))
	}
	if slices.Contains(features, "") {
		c.errs.add(t.fault(0, "", "no feature is named"))
		return
	}
	number, err := plainNumber(record[c.count], c.share)
	if err != nil || c.share && number > 100 || !c.share && number > 1e11 {
		what := "a count of people"
		if c.share {
			what = "a share of the population"
		}
		c.errs.add(t.fault(c.count, record[c.count], fmt.Sprintf("%q is not %s", record[c.count], what)))
		return
	}
	key := strings.Join(append(slices.Clone(features), values...), "\x00")
	if first, ok := c.row[key]; ok {
		c.errs.add(t.fault(0, strings.Join(values, Crossed), fmt.Sprintf("%s: %s is counted in row %d already", strings.Join(features, Crossed), strings.Join(values, Crossed), first)))
		return
	}
	c.row[key] = t.row
	k := c.table(features)
	c.sum[k-c.from] += number
	cell := PopulationCell{Values: values, Count: int(math.Round(number))}
	if c.share { // scaled when the sum is known
		cell.Count = int(math.Round(number * shareUnit))
	}
	c.out.Tables[k].Cells = append(c.out.Tables[k].Cells, cell)
}

// end checks the sums of the tables begun with this header.
func (c *census) end() {
	for i, sum := range c.sum {
		t := &c.out.Tables[c.from+i]
		what := strings.Join(t.Features, Crossed)
		switch {
		case sum == 0:
			c.errs.add(&InputError{Row: c.began[i], Value: "0", Message: fmt.Sprintf("%s: the counts add up to nobody", what)})
		case c.share && math.Abs(sum-100) <= 0.5:
			for k := range t.Cells {
				t.Cells[k].Count = int(math.Round(float64(t.Cells[k].Count) / 100))
			}
		case c.share && math.Abs(sum-1) > 0.005:
			c.errs.add(&InputError{Row: c.began[i], Value: strconv.FormatFloat(sum, 'g', 6, 64), Message: fmt.Sprintf(
				"%s: the shares add up to %.6g: 1 is needed, or 100 where they are per cent; is a value missing?", what, sum)})
		}
	}
}

var thousands = regexp.MustCompile(`^[0-9]{1,3}([.,'’][0-9]{3})+$`)

// plainNumber reads a number as people write it: spaces or marks between
// thousands, a decimal comma, a percent sign.
func plainNumber(text string, share bool) (float64, error) {
	text = strings.Map(func(r rune) rune {
		if r == ' ' || r == '\u00a0' || r == '\u202f' || r == '\u2009' {
			return -1
		}
		return r
	}, strings.TrimSuffix(strings.TrimSpace(text), "%"))
	if !share && thousands.MatchString(text) {
		text = strings.NewReplacer(".", "", ",", "", "'", "", "’", "").Replace(text)
	}
	v, err := strconv.ParseFloat(strings.Replace(text, ",", ".", 1), 64)
	if err == nil && !(v >= 0 && v <= 1e15) || strings.ContainsAny(text, "eExXpPnN_") {
		err = strconv.ErrRange
	}
	if err == nil && !share && v != math.Trunc(v) {
		err = strconv.ErrSyntax
	}
	return v, err
}

// WritePopulationQuotas writes `feature,value,min,max,seats,share`: what a
// population makes of a panel's quotas, with the seats of the largest remainder
// and the share in the population. ReadQuotas reads it back.
func WritePopulationQuotas(w io.Writer, quotas Quotas, p Population, size int) error {
	c := csv.NewWriter(w)
	if err := c.Write([]string{"feature", "value", "min", "max", "seats", "share"}); err != nil {
		return err
	}
	for _, f := range quotas.Features() {
		seats, counted := p.Seats(f, size)
		for v, value := range f.Values {
			i := slices.IndexFunc(quotas, func(q Quota) bool { return q.Feature == f.Name && q.Value == value })
			record := []string{f.Name, value, strconv.Itoa(quotas[i].Min), strconv.Itoa(quotas[i].Max), "", ""}
			if share, ok := p.Share(f.Name, value); ok && counted {
				record[4], record[5] = strconv.Itoa(seats[v]), strconv.FormatFloat(share, 'f', 6, 64)
			}
			if err := c.Write(record); err != nil {
				return err
			}
		}
	}
	c.Flush()
	return c.Error()
}
