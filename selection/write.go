package selection

import (
	"encoding/csv"
	"io"
	"strconv"
)

// WriteReserves writes `order,id`.
func WriteReserves(w io.Writer, pool *Pool, r *Result) error {
	c := csv.NewWriter(w)
	if err := c.Write([]string{"order", "id"}); err != nil {
		return err
	}
	for k, i := range r.Reserves {
		if err := c.Write([]string{strconv.Itoa(k + 1), pool.ID(i)}); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

// WriteProbabilities writes `id,probability`, everyone in the order of the pool.
func WriteProbabilities(w io.Writer, pool *Pool, r *Result) error {
	c := csv.NewWriter(w)
	if err := c.Write([]string{"id", "probability"}); err != nil {
		return err
	}
	record := make([]string, 2)
	for i, p := range r.Probability {
		record[0], record[1] = pool.ID(i), strconv.FormatFloat(p, 'f', -1, 64)
		if err := c.Write(record); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}
