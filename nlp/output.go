package nlp

import (
	"encoding/csv"
	"encoding/json"
	"io"
	"math"
	"strconv"
)

// WriteAssignments writes assignments.csv: id, cluster, score, margin,
// duplicate_of, a row an idea in input order.
func WriteAssignments(w io.Writer, r *Result) error {
	table := csv.NewWriter(w)
	if err := table.Write([]string{"id", "cluster", "score", "margin", "duplicate_of"}); err != nil {
		return err
	}
	for _, a := range r.Assignments {
		if err := table.Write([]string{a.ID, strconv.Itoa(a.Cluster), fixedPoint(a.Score), fixedPoint(a.Margin), a.DuplicateOf}); err != nil {
			return err
		}
	}
	table.Flush()
	return table.Error()
}

func fixedPoint(x float64) string { return strconv.FormatFloat(x, 'f', 6, 64) }

// WriteClusters writes clusters.json: an array of id, lang, label,
// alternatives, size, share, representatives (ids), cohesion, group (of
// clusters that share a map) and map (their place on it, −1 to 1), the largest
// first.
func WriteClusters(w io.Writer, r *Result) error {
	type cluster struct {
		ID              int         `json:"id"`
		Lang            string      `json:"lang"`
		Label           string      `json:"label"`
		Alternatives    []string    `json:"alternatives"`
		Size            int         `json:"size"`
		Share           json.Number `json:"share"`
		Representatives []string    `json:"representatives"`
		Cohesion        json.Number `json:"cohesion"`
		Group           int         `json:"group"`
		Map             []float64   `json:"map"`
	}
	list := make([]cluster, 0, len(r.Clusters))
	for _, c := range r.Clusters {
		list = append(list, cluster{
			c.ID, c.Lang, c.Label, append([]string{}, c.Alternatives...), c.Size, json.Number(fixedPoint(c.Share)),
			append([]string{}, c.Representatives...), json.Number(fixedPoint(c.Cohesion)),
			c.Group, []float64{micro(c.Map[0]), micro(c.Map[1])},
		})
	}
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	return out.Encode(list)
}

// micro rounds to six places.
func micro(x float64) float64 { return math.Round(x*1e6) / 1e6 }
