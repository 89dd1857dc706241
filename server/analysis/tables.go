package analysis

import (
	"context"

	"veche/selection"
	"veche/server/topic"
)

// DefaultTableSize is the most people at a table where the settings name none.
const DefaultTableSize = 12

// erasedValue stands for every feature of someone who sits on the panel though
// their pool row was erased.
const erasedValue = "(erased)"

// TablesResult is the result of a seating: how even the tables are. Who sits
// where stands in the event; what a single table is made of stands nowhere.
type TablesResult struct {
	Schema    int                    `json:"schema"`
	InputSeq  uint64                 `json:"input_seq"`
	TableSize int                    `json:"table_size"`
	Features  []string               `json:"features"`
	Seed      Seed                   `json:"seed"`
	Report    selection.TablesReport `json:"report"`
}

// Tables puts the people who accepted a seat at tables balanced by the features
// that the settings name, else by those with quotas, else by all of the form.
// rows holds the pool row of every application with an accepted seat; someone
// whose row was erased is seated too.
//
// Errors are a [*topic.Fault] (conflict where nobody has accepted), a
// [*MissingError], or the context's.
func Tables(ctx context.Context, s *topic.State, rows map[uint64]Text, seed string) (topic.TablesSeated, Blobs, error) {
	none := topic.TablesSeated{}
	var applications []uint64
	var seats []int
	extra := ""
	for i := range s.Seats {
		if s.Seats[i].Status != topic.SeatAccepted {
			continue
		}
		n := s.Seats[i].Application
		if _, ok := rows[n]; !ok {
			if s.Applications[n-1].Status == topic.ApplicationOpen {
				return none, nil, &MissingError{What: "pool row of application", Number: n, Digest: s.Applications[n-1].Row}
			}
			extra = erasedValue
		}
		applications, seats = append(applications, n), append(seats, i)
	}
	if len(applications) == 0 {
		return none, nil, topic.NewFault(topic.CodeConflict, "nobody has accepted a seat yet, so there is no one to seat")
	}
	p, err := poolOf(s, applications, rows, extra)
	if err != nil {
		return none, nil, err
	}
	size := int(s.Settings.TableSize)
	if size == 0 {
		size = DefaultTableSize
	}
	x := selection.Seating{Pool: p.Pool, Features: tableFeatures(&s.Settings), TableSize: size, Rounds: 1}
	for i := range applications {
		x.People = append(x.People, i)
	}
	policy, err := digestOf("veche/analysis/tables/1", struct {
		Features  []string `json:"features"`
		TableSize int      `json:"table_size"`
	}{x.Features, size})
	if err != nil {
		return none, nil, err
	}
	seeds := NewSeed(p.root, policy, seed, uint64(len(s.Seating)))
	x.Seed = seeds.Digest
	tables, err := selection.Seat(ctx, x)
	if err != nil {
		return none, nil, err
	}
	result, err := encode(TablesResult{Schema: Schema, InputSeq: s.Seq, TableSize: size, Features: x.Features, Seed: seeds, Report: tables.Report})
	if err != nil {
		return none, nil, err
	}
	event := topic.TablesSeated{InputSeq: s.Seq, Seed: seed, Result: Digest(result), Tables: uint32(tables.Count), Seats: make([]uint32, len(s.Seats))}
	for i, place := range tables.Places[0] {
		event.Seats[seats[i]] = uint32(place.Table)
	}
	return event, Blobs{result}, nil
}

// tableFeatures are the features that tables are balanced by.
func tableFeatures(t *topic.Settings) []string {
	if len(t.TableFeatures) > 0 {
		return t.TableFeatures
	}
	list := []string{}
	for _, f := range t.Form.Features {
		for _, q := range t.Quotas {
			if q.Feature == f.Name {
				list = append(list, f.Name)
				break
			}
		}
	}
	if len(list) == 0 {
		for _, f := range t.Form.Features {
			list = append(list, f.Name)
		}
	}
	return list
}

// ParseTables reads the result of a seating.
func ParseTables(b []byte) (*TablesResult, error) {
	return parse("seating", b, func(r *TablesResult) int { return r.Schema })
}
