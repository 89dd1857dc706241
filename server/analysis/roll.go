package analysis

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"veche/selection"
	"veche/server/topic"
)

// Roll is what is kept sealed of a round so that everyone who was in the pool can
// get their receipt: whose the leaves are, their chances, and hashes.
type Roll struct {
	selection.KeptRoll
	Applications []uint64 // by leaf
}

// rollMagic begins a roll's bytes: its name and schema.
const rollMagic = "veche roll 1\n"

// A leaf takes four bytes for the application, eight for its chance and two
// hashes.
const rollLeaf = 4 + 8 + 32 + 32

func newRoll(p *pool, roll *selection.Roll, chances []int64) *Roll {
	r := &Roll{KeptRoll: *roll.Keep(chances), Applications: make([]uint64, p.Len())}
	for i, n := range p.numbers {
		r.Applications[roll.Leaf(i)] = n
	}
	return r
}

func (r *Roll) encode() ([]byte, error) {
	b := make([]byte, 0, len(rollMagic)+rollLeaf*len(r.Applications))
	b = append(b, rollMagic...)
	for leaf, n := range r.Applications {
		if n > 1<<32-1 {
			return nil, fmt.Errorf("application %d is beyond what a roll holds", n)
		}
		b = binary.BigEndian.AppendUint32(b, uint32(n))
		b = binary.BigEndian.AppendUint64(b, uint64(r.Units[leaf]))
		b = append(b, r.Rows[leaf][:]...)
		b = append(b, r.Chances[leaf][:]...)
	}
	return b, nil
}

// ParseRoll reads a sealed roll. The error says that it is none.
func ParseRoll(b []byte) (*Roll, error) {
	rest, ok := bytes.CutPrefix(b, []byte(rollMagic))
	if !ok || len(rest)%rollLeaf != 0 {
		return nil, errors.New("not the roll of a draw")
	}
	r := &Roll{}
	for ; len(rest) > 0; rest = rest[rollLeaf:] {
		r.Applications = append(r.Applications, uint64(binary.BigEndian.Uint32(rest)))
		r.Units = append(r.Units, int64(binary.BigEndian.Uint64(rest[4:])))
		r.Rows = append(r.Rows, selection.Digest(rest[12:]))
		r.Chances = append(r.Chances, selection.Digest(rest[44:]))
	}
	return r, nil
}

// Chance answers the chance of an application in units of 1/[selection.ChanceUnit],
// false where it was not in the pool.
func (r *Roll) Chance(application uint64) (int64, bool) {
	if leaf := slices.Index(r.Applications, application); leaf >= 0 {
		return r.Units[leaf], true
	}
	return 0, false
}

// Receipt makes the receipt of an application whose row is still there, false
// where it was not in the pool of the round with that row. Earlier are its receipts of the
// rounds before.
func (d *DrawResult) Receipt(roll *Roll, form *topic.Form, application uint64, text Text, earlier ...selection.Receipt) (*selection.Receipt, bool, error) {
	leaf := slices.Index(roll.Applications, application)
	if leaf < 0 {
		return nil, false, nil
	}
	row, err := topic.ParseRow(text.Body)
	if err != nil {
		return nil, false, err
	}
	values := make([]uint16, len(form.Features))
	if err := stated(form, row, values); err != nil {
		return nil, false, err
	}
	p := selection.Person{ID: topic.DigestOf(text.Salt, text.Body).String(), Household: selection.HouseholdKey(row.Household)}
	complete(&d.Rules, &row, &p)
	said := selection.ReceiptRow{ID: p.ID, Household: p.Household, Weight: max(p.Weight, 1)}
	for f, v := range values {
		said.Values = append(said.Values, selection.ReceiptValue{Feature: form.Features[f].Name, Value: form.Features[f].Options[v]})
	}
	receipt, err := roll.KeptRoll.Receipt(&d.Proof, leaf, said, leafSalt(text.Salt), earlier...)
	if errors.Is(err, selection.ErrOtherRow) { // they applied anew since
		return nil, false, nil
	}
	return receipt, err == nil, err
}
