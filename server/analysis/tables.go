package analysis

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"veche/selection"
	"veche/server/topic"
)

// DefaultTableSize is the most people at a table where the settings name none.
const DefaultTableSize = 12

// erasedValue stands for every feature of someone who sits on the panel though
// their pool row was erased.
const erasedValue = "(erased)"

// tablesSchema is the version of the layout of TablesResult and Pairs.
const tablesSchema = 2

// TablesResult is the result of a seating: how even the tables are, as a whole
// and by session and language. Who sits where stands in the event; what a single
// table is made of stands nowhere.
type TablesResult struct {
	Schema    int                    `json:"schema"`
	InputSeq  uint64                 `json:"input_seq"`
	TableSize int                    `json:"table_size"`
	Rounds    int                    `json:"rounds"`
	Features  []string               `json:"features"`
	Seed      Seed                   `json:"seed"`
	Pairs     *selection.Digest      `json:"pairs,omitempty"` // SHA-256 of the Pairs, where there are any
	Report    selection.TablesReport `json:"report"`
}

// Pairs are seats, by number, whose people share every table or none. They are
// nobody's business: the result names their digest, which the salt keeps from
// being guessed.
type Pairs struct {
	Schema   int         `json:"schema"`
	Salt     string      `json:"salt"`
	Together [][2]uint32 `json:"together"`
	Apart    [][2]uint32 `json:"apart"`
}

// NewPairs makes pairs under a salt of 32 random characters or more; nil where
// there are none.
func NewPairs(salt string, together, apart [][2]uint32) *Pairs {
	if len(together)+len(apart) == 0 {
		return nil
	}
	return &Pairs{Schema: tablesSchema, Salt: salt, Together: together, Apart: apart}
}

// ParsePairs reads the pairs of a seating.
func ParsePairs(b []byte) (*Pairs, error) {
	return parseAs("seating's pairs", b, tablesSchema, func(p *Pairs) int { return p.Schema })
}

// Tables puts the people who accepted a seat at tables balanced by the features
// that the settings name, else by those with quotas, else by all of the form:
// within a session and a language that they gave, for as many rounds as the
// settings have, and with the pairs kept, nil for none. rows holds the pool row of
// every application with an accepted seat; someone whose row was erased, or who
// gave no session or language, is seated where there is room. Someone whose
// answers leave no whole table has no table. The blobs are the result and, where
// there are pairs, the pairs.
//
// Errors are a [*topic.Fault] (conflict where nobody has accepted or where pairs
// contradict each other, which names seats), a [*MissingError], or the context's.
func Tables(ctx context.Context, s *topic.State, rows map[uint64]Text, seed string, pairs *Pairs) (topic.TablesSeated, Blobs, error) {
	none := topic.TablesSeated{}
	g, err := gather(ctx, s, rows, false)
	if err != nil {
		return none, nil, err
	}
	x, seats, bySeat := g.Seating, g.seats, g.bySeat
	form, sessions, languages := &s.Settings.Form, x.Sessions.Options, x.Languages.Options
	root := g.pool.commit(s)
	policy := tablesPolicy{Features: x.Features, TableSize: x.TableSize, Rounds: x.Rounds, Sessions: sessions, Languages: languages}
	var sealed []byte
	if pairs != nil {
		if x.Together, err = seated(pairs.Together, bySeat); err != nil {
			return none, nil, err
		}
		if x.Apart, err = seated(pairs.Apart, bySeat); err != nil {
			return none, nil, err
		}
		if sealed, err = encode(pairs); err != nil {
			return none, nil, err
		}
		d := selection.Digest(Digest(sealed))
		policy.Pairs = &d
	}
	digest, err := digestOf("veche/analysis/tables/2", policy)
	if err != nil {
		return none, nil, err
	}
	seeds := NewSeed(root, digest, seed, uint64(len(s.Seating)))
	x.Seed = seeds.Digest
	tables, err := selection.Seat(ctx, x)
	var refused *selection.SeatingError
	if errors.As(err, &refused) {
		return none, nil, topic.NewFault(topic.CodeContradiction, "%s", refused.Named(func(id string) string {
			i, _ := x.Pool.Index(id)
			return fmt.Sprintf("seat %d", seats[i]+1)
		}))
	}
	if err != nil {
		return none, nil, err
	}
	if tables.Count == 0 {
		return none, nil, topic.NewFault(topic.CodeConflict, "no session and language fills a whole table: allow smaller tables")
	}
	for i := range tables.Report.Groups {
		tables.Report.Groups[i].Worst = nil // of a single table
	}
	result, err := encode(TablesResult{Schema: tablesSchema, InputSeq: s.Seq, TableSize: x.TableSize, Rounds: x.Rounds, Features: x.Features, Seed: seeds, Pairs: policy.Pairs, Report: tables.Report})
	if err != nil {
		return none, nil, err
	}
	event := topic.TablesSeated{
		InputSeq: s.Seq, Seed: seed, Result: Digest(result), Tables: uint32(tables.Count), Rounds: uint32(x.Rounds), Seats: make([]uint32, len(s.Seats)*x.Rounds),
	}
	for round, places := range tables.Places {
		for i, place := range places {
			event.Seats[round*len(s.Seats)+seats[i]] = uint32(place.Table)
		}
	}
	if len(form.Sessions)+len(form.Languages) > 0 {
		for _, g := range tables.Groups { // numbered as in the form
			event.Groups = append(event.Groups, topic.TableGroup{Session: numberIn(form.Sessions, sessions, g.Session), Language: numberIn(form.Languages, languages, g.Language), Tables: uint32(g.Tables)})
		}
	}
	blobs := Blobs{result}
	if sealed != nil {
		blobs = append(blobs, sealed)
	}
	return event, blobs, nil
}

// Panel is the people with a seat, as a seating sees them.
type Panel struct {
	selection.Seating
	pool   *pool
	seats  []int          // index of each person's seat
	bySeat map[uint32]int // person by the number of the seat
}

// Gather reads who has accepted a seat or may yet; rows and errors are as of
// [Tables].
func Gather(ctx context.Context, s *topic.State, rows map[uint64]Text) (*Panel, error) {
	return gather(ctx, s, rows, true)
}

func gather(ctx context.Context, s *topic.State, rows map[uint64]Text, invited bool) (*Panel, error) {
	var applications []uint64
	var seats []int
	extra := ""
	for i := range s.Seats {
		if status := s.Seats[i].Status; status != topic.SeatAccepted && (!invited || status != topic.SeatInvited) {
			continue
		}
		n := s.Seats[i].Application
		if _, ok := rows[n]; !ok {
			if s.Applications[n-1].Status == topic.ApplicationOpen {
				return nil, &MissingError{What: "pool row of application", Number: n, Digest: s.Applications[n-1].Row}
			}
			extra = erasedValue
		}
		applications, seats = append(applications, n), append(seats, i)
	}
	if len(applications) == 0 {
		return nil, topic.NewFault(topic.CodeConflict, "nobody has accepted a seat yet, so there is no one to seat")
	}
	form := &s.Settings.Form
	rules := &s.Settings.Draw
	sessions, languages := named(rules.Sessions, form.Sessions), named(rules.Languages, form.Languages)
	g := &Panel{seats: seats, bySeat: make(map[uint32]int, len(seats)), Seating: selection.Seating{
		Features: tableFeatures(&s.Settings), TableSize: tableSize(&s.Settings), Rounds: int(max(1, s.Settings.TableRounds)),
		Sessions:  selection.Choice{Options: sessions, Of: make([][]int, len(applications))},
		Languages: selection.Choice{Options: languages, Of: make([][]int, len(applications))},
	}}
	var err error
	g.pool, err = readPool(ctx, s, applications, RowsOf(rows), extra, func(i int, row *topic.Row, _ *selection.Person) {
		g.Sessions.Of[i], g.Languages.Of[i] = chosen(sessions, row.Sessions), chosen(languages, row.Languages)
	})
	if err != nil {
		return nil, err
	}
	g.Pool = g.pool.Pool
	for i, seat := range seats {
		g.People = append(g.People, i)
		g.bySeat[uint32(seat+1)] = i
	}
	return g, nil
}

// tableSize is the most people at a table.
func tableSize(t *topic.Settings) int {
	if t.TableSize == 0 {
		return DefaultTableSize
	}
	return int(t.TableSize)
}

// named are the options of the form that the draw's rules name, in the form's
// order; all where the rules name none.
func named(rules, form []string) []string {
	if len(rules) == 0 {
		return form
	}
	var list []string
	for _, o := range form {
		if slices.Contains(rules, o) {
			list = append(list, o)
		}
	}
	return list
}

// numberIn is the number in the form, from 1, of option i of a list; 0 where i is
// none.
func numberIn(form, list []string, i int) uint32 {
	if i < 0 || i >= len(list) {
		return 0
	}
	return uint32(slices.Index(form, list[i]) + 1)
}

// tablesPolicy is what a seating goes by.
type tablesPolicy struct {
	Features  []string          `json:"features"`
	TableSize int               `json:"table_size"`
	Rounds    int               `json:"rounds"`
	Sessions  []string          `json:"sessions"`
	Languages []string          `json:"languages"`
	Pairs     *selection.Digest `json:"pairs,omitempty"`
}

// chosen lists the indexes of the options that were chosen.
func chosen(options, chosen []string) []int {
	var list []int
	for i, o := range options {
		if slices.Contains(chosen, o) {
			list = append(list, i)
		}
	}
	return list
}

// seated turns pairs of seats into pairs of people.
func seated(pairs [][2]uint32, bySeat map[uint32]int) ([][2]int, error) {
	var list [][2]int
	for _, pair := range pairs {
		var p [2]int
		for i, seat := range pair {
			at, ok := bySeat[seat]
			if !ok {
				return nil, topic.NewFault(topic.CodeConflict, "nobody has accepted seat %d, so it can't be in a pair", seat)
			}
			p[i] = at
		}
		list = append(list, p)
	}
	return list, nil
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
	return parseAs("seating", b, tablesSchema, func(r *TablesResult) int { return r.Schema })
}
