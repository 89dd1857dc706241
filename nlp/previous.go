package nlp

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// ReadPrevious reads the assignments.csv of an earlier run, for
// Options.Previous: the columns id and cluster, others are passed over. It
// returns InputErrors where the content is at fault.
func ReadPrevious(r io.Reader) ([]Placed, error) {
	table := csv.NewReader(r)
	table.ReuseRecord = true
	header, err := table.Read()
	if errors.Is(err, io.EOF) {
		return nil, InputErrors{{Message: "the file is empty: the assignments.csv of an earlier run was expected"}}
	}
	if err != nil {
		return nil, InputErrors{csvFault(0, err)}
	}
	header = slices.Clone(header)
	header[0] = strings.TrimPrefix(header[0], "\ufeff")
	id, cluster := slices.Index(header, "id"), slices.Index(header, "cluster")
	if id < 0 || cluster < 0 {
		return nil, InputErrors{{Line: 1, Message: fmt.Sprintf("the columns id and cluster are needed, the header has %s", strings.Join(header, ", "))}}
	}
	var out []Placed
	var faults InputErrors
	for len(faults) < mostFaults {
		record, err := table.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, InputErrors{csvFault(len(out)+1, err)}
		}
		line, _ := table.FieldPos(cluster)
		n, err := strconv.Atoi(record[cluster])
		if err != nil || n < 0 {
			faults = append(faults, &InputError{Line: line, Column: "cluster", Message: fmt.Sprintf("%q is no number of a cluster: 0 or more was expected", record[cluster])})
			continue
		}
		out = append(out, Placed{ID: strings.Clone(record[id]), Cluster: n})
	}
	if len(faults) > 0 {
		return nil, faults
	}
	return out, nil
}

// ReadMap reads where clusters lay on the map from the clusters.json of an
// earlier run, for Options.PreviousMap.
func ReadMap(r io.Reader) ([]MapPlace, error) {
	var list []struct {
		ID  int       `json:"id"`
		Map []float64 `json:"map"`
	}
	if err := json.NewDecoder(r).Decode(&list); err != nil {
		return nil, InputErrors{{Message: fmt.Sprintf("no clusters.json of an earlier run: %v", err)}}
	}
	var out []MapPlace
	for _, c := range list {
		if len(c.Map) == 2 {
			out = append(out, MapPlace{c.ID, [2]float64{c.Map[0], c.Map[1]}})
		}
	}
	return out, nil
}

// WriteMoves writes moved.csv: id, from, to, why, gain, in the order of the
// input.
func WriteMoves(w io.Writer, r *Result) error {
	table := csv.NewWriter(w)
	if err := table.Write([]string{"id", "from", "to", "why", "gain"}); err != nil {
		return err
	}
	for _, m := range r.Moves {
		if err := table.Write([]string{m.ID, strconv.Itoa(m.From), strconv.Itoa(m.To), m.Why, fixedPoint(m.Gain)}); err != nil {
			return err
		}
	}
	table.Flush()
	return table.Error()
}
