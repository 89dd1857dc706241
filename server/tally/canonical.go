package tally

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// Schema is the version of the canonical form; it changes with any change of
// method or layout that changes a byte.
const Schema = 2

// canonical is the stored and compared form of a ranking. Groups of ballots
// stand in the order of the ballots' contents, so that a tally of the same
// votes under other ballot numbers has the same bytes.
type canonical struct {
	Schema    int     `json:"schema"`
	Own       bool    `json:"own_groups"`
	Groups    []Group `json:"groups"`
	Trials    []Trial `json:"trials"`
	Resamples int     `json:"resamples"`
	Map       []Cell  `json:"map"`
	Rows      []Row   `json:"rows"`
	Contents  []int32 `json:"ballots_by_content"`
	Open      int     `json:"open_ballots,omitempty"`
}

// MarshalBinary returns the canonical bytes of the result: equal for equal
// items, votes, given groups and seed. They are JSON, one line.
func (r *Ranking) MarshalBinary() ([]byte, error) {
	return json.Marshal(canonical{Schema, r.Own, r.Groups, r.Trials, r.Resamples, r.Map, r.Rows, r.contents, r.OpenBallots})
}

// UnmarshalBinary reads what MarshalBinary wrote; Ballots stays nil.
func (r *Ranking) UnmarshalBinary(b []byte) error {
	var c canonical
	decoder := json.NewDecoder(bytes.NewReader(b))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&c); err != nil {
		return fmt.Errorf("tally: not a ranking: %w", err)
	}
	if decoder.More() {
		return errors.New("tally: not a ranking: bytes follow its end")
	}
	if c.Schema != Schema {
		return fmt.Errorf("tally: ranking has schema %d; this version reads %d", c.Schema, Schema)
	}
	*r = Ranking{Own: c.Own, Groups: c.Groups, Trials: c.Trials, Resamples: c.Resamples, Map: c.Map, Rows: c.Rows, contents: c.Contents, OpenBallots: c.Open}
	return nil
}
