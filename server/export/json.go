package export

import (
	"encoding/json"
	"io"
)

// RankingJSON writes the ranking as one indented JSON object with its schema
// version.
func RankingJSON(w io.Writer, r Ranking) error {
	r.Schema = SchemaVersion
	r.Rows = bySupport(r.Rows)
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	out.SetEscapeHTML(false)
	return out.Encode(r)
}
