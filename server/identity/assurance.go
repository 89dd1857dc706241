package identity

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
)

// Assurance is how surely a person is known to be one person; more is surer.
type Assurance uint8

// The levels. Nobody has the zero one.
const (
	AssuranceMail   Assurance = iota + 1 // reads mail at an address, or texts at a number; who has two is two people
	AssuranceRoster                      // came by a file of people or was entered by the office: a letter or a code of theirs
	AssuranceCity                        // verified by the city's identity point
)

var assuranceNames = [...]string{"", "mail", "roster", "city"}

func (a Assurance) String() string {
	if int(a) < len(assuranceNames) {
		return assuranceNames[a]
	}
	return fmt.Sprintf("assurance %d", a)
}

// proof is one way in which a person was verified.
type proof struct {
	Level Assurance `json:"level"`
	Key   string    `json:"key" class:"contact"`   // keyed hash of what was verified
	Value []byte    `json:"value" class:"contact"` // what was verified, sealed under the person's key
}

// kindProof are records by level and key that lead to the person.
const kindProof = "proof"

func proofID(level Assurance, key string) string { return level.String() + "/" + key }

// ofProofs answers the surest level among proofs, with its key. Whoever has none
// was entered by the office, or came by file.
func ofProofs(id string, proofs []proof) (level Assurance, key string) {
	for _, p := range proofs {
		if p.Level > level {
			level, key = p.Level, p.Level.String()+"/"+p.Key
		}
	}
	if level == 0 {
		return AssuranceRoster, AssuranceRoster.String() + "/" + id
	}
	return level, key
}

// Verified answers the person who was verified at a level by value, such as an
// e-mail address or the subject of an identity point, and makes one at the first
// time. domain is what makes value unique, such as the point's address.
func (d *Directory) Verified(ctx context.Context, level Assurance, domain, value string) (Person, error) {
	key := d.sealer.Lookup("proof/"+level.String()+"/"+domain, value)
	for {
		data, rev, err := d.records.Load(ctx, kindProof, proofID(level, key))
		if err != nil {
			return Person{}, err
		}
		if rev != 0 {
			if err := d.learn(ctx, string(data), level, key, value); err != nil {
				return Person{}, err
			}
			return d.Person(ctx, string(data))
		}
		p, err := d.enter(ctx, level, key, value)
		if err == nil {
			return p, nil
		}
		// Someone else may have entered them at the same moment.
		if _, rev, again := d.records.Load(ctx, kindProof, proofID(level, key)); again != nil || rev == 0 {
			return Person{}, err
		}
	}
}

// enter makes a person with one proof. The record that leads to them comes last:
// without it the others are never found.
func (d *Directory) enter(ctx context.Context, level Assurance, key, value string) (Person, error) {
	id := NewID()
	if err := d.sealer.AddPerson(ctx, id); err != nil {
		return Person{}, fmt.Errorf("identity: adding a person: %w", err)
	}
	sealed, err := d.sealer.Seal(ctx, id, "proof/"+level.String(), []byte(value))
	if err != nil {
		return Person{}, err
	}
	proofs := []proof{{level, key, sealed}}
	p := Person{ID: id, proofs: proofs}
	p.Assurance, p.Key = ofProofs(id, proofs)
	if err := d.save(ctx, p, 0); err != nil {
		return Person{}, err
	}
	if err := d.records.Save(ctx, kindProof, proofID(level, key), 0, []byte(id)); err != nil {
		return Person{}, errors.Join(err, d.records.Remove(ctx, kindPerson, id), d.sealer.ErasePerson(ctx, id))
	}
	return p, nil
}

// Proofs answers by what a person was verified: each level with its value.
func (d *Directory) Proofs(ctx context.Context, id string) (map[Assurance]string, error) {
	p, _, err := d.load(ctx, id)
	if err != nil {
		return nil, err
	}
	values := map[Assurance]string{}
	for _, proof := range p.proofs {
		value, err := d.sealer.Open(ctx, id, "proof/"+proof.Level.String(), proof.Value)
		if err != nil {
			return nil, err
		}
		values[proof.Level] = string(value)
	}
	return values, nil
}

// removeProofs destroys the records that lead to a person.
func (d *Directory) removeProofs(ctx context.Context, id string) error {
	data, rev, err := d.records.Load(ctx, kindPerson, id)
	if err != nil || rev == 0 {
		return err
	}
	var r personRecord
	if err := json.Unmarshal(data, &r); err != nil {
		return fmt.Errorf("identity: the record of person %s is damaged: %w", id, err)
	}
	for _, p := range r.Proofs {
		leads, _, err := d.records.Load(ctx, kindProof, proofID(p.Level, p.Key))
		if err != nil {
			return err
		}
		if string(leads) != id {
			continue // it was joined to another account
		}
		if err := d.records.Remove(ctx, kindProof, proofID(p.Level, p.Key)); err != nil {
			return err
		}
	}
	return nil
}
