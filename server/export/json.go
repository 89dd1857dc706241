package export

import (
	"encoding/json"
	"errors"
	"io"
	"strconv"
)

// RankingJSON writes the ranking as one indented JSON object with its schema
// version.
func RankingJSON(w io.Writer, r Ranking) error {
	r.Schema, r.Methods = SchemaVersion, wordsOf(r.Language).methods(&r)
	r.Rows = byRank(r.Rows)
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	out.SetEscapeHTML(false)
	return out.Encode(r)
}

// rowFields is a Row without its methods.
type rowFields Row

// rowJSON is a Row whose ids are numbers where they are decimal numbers, as
// everywhere in the API, and texts otherwise.
type rowJSON struct {
	Item    identifier `json:"item"`
	Cluster identifier `json:"cluster,omitempty"`
	rowFields
}

// MarshalJSON writes the ids as numbers where they are numbers.
func (row Row) MarshalJSON() ([]byte, error) {
	return json.Marshal(rowJSON{identifier(row.Item), identifier(row.Cluster), rowFields(row)})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (row *Row) UnmarshalJSON(b []byte) error {
	var r rowJSON
	if err := json.Unmarshal(b, &r); err != nil {
		return err
	}
	*row = Row(r.rowFields)
	row.Item, row.Cluster = string(r.Item), string(r.Cluster)
	return nil
}

// identifier is an id that JSON shows as a number where it is the decimal form
// of one.
type identifier string

func (id identifier) MarshalJSON() ([]byte, error) {
	// 2⁵³ is the last number that every reader keeps.
	if n, err := strconv.ParseUint(string(id), 10, 53); err == nil && strconv.FormatUint(n, 10) == string(id) {
		return []byte(id), nil
	}
	return json.Marshal(string(id))
}

func (id *identifier) UnmarshalJSON(b []byte) error {
	var s string
	if json.Unmarshal(b, &s) == nil {
		*id = identifier(s)
		return nil
	}
	var n json.Number
	if err := json.Unmarshal(b, &n); err != nil {
		return errors.New("an id is a number or a text")
	}
	*id = identifier(n)
	return nil
}
