package analysis

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"

	"golang.org/x/mod/sumdb/tlog"

	"veche/selection"
	"veche/server/topic"
)

// Text is an erasable text with its salt, as the journal keeps it.
type Text struct {
	Salt [topic.SaltSize]byte
	Body []byte
}

// MissingError says that a text which the state names was not given: it was
// erased meanwhile, or the reader dropped it.
type MissingError struct {
	What   string // "pool row of application" or "text of idea"
	Number uint64
	Digest topic.Digest
}

func (e *MissingError) Error() string {
	return fmt.Sprintf("the %s %d is missing: it was erased meanwhile, run it again", e.What, e.Number)
}

// Rows reads the pool rows of applications, those that exist. It is asked for at
// most [rowsAtOnce] at a time, so that a million of them need not lie in memory.
type Rows func(ctx context.Context, applications []uint64) (map[uint64]Text, error)

// each hands the rows of applications over one by one, in their order. Those that
// were erased are left out.
func (r Rows) each(ctx context.Context, applications []uint64, f func(n uint64, row *topic.Row)) error {
	for chunk := range slices.Chunk(applications, rowsAtOnce) {
		texts, err := r(ctx, chunk)
		if err != nil {
			return err
		}
		for _, n := range chunk {
			text, ok := texts[n]
			if !ok {
				continue
			}
			row, err := topic.ParseRow(text.Body)
			if err != nil {
				return err
			}
			f(n, &row)
		}
	}
	return nil
}

// RowsOf reads rows that lie in memory.
func RowsOf(rows map[uint64]Text) Rows {
	return func(context.Context, []uint64) (map[uint64]Text, error) { return rows, nil }
}

const rowsAtOnce = 5000

// pool is applicants as the lottery sees them, beside their numbers.
type pool struct {
	*selection.Pool
	numbers []uint64   // application number by index, rising
	salts   [][16]byte // by index, of the rows that are there
}

// readPool reads the rows of the given applications. Each stands under its salted
// digest, so that neither the order of applications nor a number has any bearing.
// An application without a row has the value extra in every feature; it is an
// error where extra is empty. person, where it is not nil, hears of every row and
// may complete the person that it becomes.
func readPool(ctx context.Context, s *topic.State, applications []uint64, rows Rows, extra string, person func(i int, row *topic.Row, p *selection.Person)) (*pool, error) {
	form := &s.Settings.Form
	features := make([]selection.Feature, len(form.Features))
	for i, f := range form.Features {
		features[i] = selection.Feature{Name: f.Name, Values: f.Options}
		if extra != "" {
			features[i].Values = append(slices.Clone(f.Options), extra)
		}
	}
	people, err := selection.NewPool(features)
	if err != nil {
		return nil, err
	}
	p := &pool{Pool: people, numbers: applications}
	values := make([]uint16, len(features))
	var chunk map[uint64]Text
	for i, n := range applications {
		if i%rowsAtOnce == 0 {
			if chunk, err = rows(ctx, applications[i:min(i+rowsAtOnce, len(applications))]); err != nil {
				return nil, err
			}
		}
		digest := s.Applications[n-1].Row
		one := selection.Person{ID: digest.String(), Values: values}
		text, ok := chunk[n]
		switch {
		case ok:
			if topic.DigestOf(text.Salt, text.Body) != digest {
				return nil, fmt.Errorf("the pool row of application %d is not the one in the log", n)
			}
			row, err := topic.ParseRow(text.Body)
			if err != nil {
				return nil, fmt.Errorf("application %d: %w", n, err)
			}
			if err := stated(form, row, values); err != nil {
				return nil, fmt.Errorf("application %d: %w", n, err)
			}
			one.Household = selection.HouseholdKey(row.Household)
			if person != nil {
				person(i, &row, &one)
			}
		case extra != "":
			for f := range values {
				values[f] = uint16(len(features[f].Values) - 1)
			}
		default:
			return nil, &MissingError{What: "pool row of application", Number: n, Digest: digest}
		}
		if err := people.Add(one); err != nil {
			return nil, err
		}
		p.salts = append(p.salts, leafSalt(text.Salt))
	}
	return p, nil
}

// leafSalt is the salt of a row's leaf. It comes of the row's own salt and goes
// with it when the row is erased.
func leafSalt(salt [topic.SaltSize]byte) [16]byte {
	sum := sha256.Sum256(append([]byte("veche/analysis/leaf/2\x00"), salt[:]...))
	return [16]byte(sum[:16])
}

// index finds an application in the pool.
func (p *pool) index(application uint64) (int, bool) {
	return slices.BinarySearch(p.numbers, application)
}

// stated sets the value of each feature of the form.
func stated(form *topic.Form, row topic.Row, values []uint16) error {
	if len(row.Answers) != len(form.Features) {
		return fmt.Errorf("its row has %d answers, the form has %d features", len(row.Answers), len(form.Features))
	}
	for f, a := range row.Answers {
		v := slices.Index(form.Features[f].Options, a.Value)
		if a.Feature != form.Features[f].Name || v < 0 {
			return fmt.Errorf("its row answers %q with %q, which the form does not have", a.Feature, a.Value)
		}
		values[f] = uint16(v)
	}
	return nil
}

// commit is the root of the Merkle tree (RFC 6962) over the salted digests of
// the rows in rising order: it binds the pool and gives nobody away.
func (p *pool) commit(s *topic.State) [32]byte {
	leaves := make([]topic.Digest, len(p.numbers))
	for i, n := range p.numbers {
		leaves[i] = s.Applications[n-1].Row
	}
	return PoolRoot(leaves)
}

// PoolRoot is the root over the salted digests of pool rows, which it sorts.
func PoolRoot(rows []topic.Digest) topic.Digest {
	rows = slices.Clone(rows)
	slices.SortFunc(rows, func(a, b topic.Digest) int { return bytes.Compare(a[:], b[:]) })
	hashes := make([]tlog.Hash, len(rows))
	for i := range rows {
		hashes[i] = tlog.RecordHash(rows[i][:])
	}
	return topic.Digest(merkle(hashes))
}

// merkle is RFC 6962, section 2.1, over leaf hashes.
func merkle(hashes []tlog.Hash) tlog.Hash {
	switch n := len(hashes); n {
	case 0:
		return sha256.Sum256(nil)
	case 1:
		return hashes[0]
	default:
		split := 1
		for 2*split < n {
			split *= 2
		}
		return tlog.NodeHash(merkle(hashes[:split]), merkle(hashes[split:]))
	}
}

// Seed is what the random numbers of a draw or a seating come from:
// SHA-256(domain ‖ root ‖ policy ‖ beacon ‖ round), as [selection.NewSeed] has it.
type Seed struct {
	Root   selection.Digest `json:"root"`   // of the pool rows
	Policy selection.Digest `json:"policy"` // of the rules
	Beacon string           `json:"beacon"` // or the phrase that stands in for it
	Round  uint64           `json:"round"`  // from 0
	Digest selection.Digest `json:"digest"` // the seed itself
}

// NewSeed puts a seed together.
func NewSeed(root, policy [32]byte, beacon string, round uint64) Seed {
	x := Seed{Root: root, Policy: policy, Beacon: beacon, Round: round}
	x.Digest = selection.Digest(selection.NewSeed(root, policy, []byte(beacon), round))
	return x
}

// Check tells whether the seed is what its parts make it.
func (x Seed) Check() error {
	if NewSeed(x.Root, x.Policy, x.Beacon, x.Round) != x {
		return fmt.Errorf("the seed is not what pool, rules, beacon and round make it")
	}
	return nil
}

// digestOf is the SHA-256 of a value's JSON behind a domain.
func digestOf(domain string, v any) ([32]byte, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return [32]byte{}, err
	}
	return sha256.Sum256(append([]byte(domain+"\x00"), b...)), nil
}
