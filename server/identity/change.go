package identity

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"veche/server/topic"
)

// What was done to a person's account.
type What string

// The changes that are written down.
const (
	WhatAdded   What = "added"
	WhatRoles   What = "roles"
	WhatRevoked What = "revoked" // roles, codes and sessions
	WhatReset   What = "reset"   // the second step, and sessions
)

// ByCommand does what the command line does.
const ByCommand = "command line"

// Change is an entry of the log of people's changes: who did what to whom. It holds
// ids alone, which lead to nobody once their person is erased.
type Change struct {
	Time   time.Time    `json:"time" class:"account-change"`
	By     string       `json:"by" class:"account-change"` // a person's id, or ByCommand
	Person string       `json:"person" class:"account-change"`
	What   What         `json:"what" class:"account-change"`
	Roles  []topic.Role `json:"roles,omitempty" class:"account-change"` // from then on
}

const kindChange = "people-change"

// ErrOwnReset keeps whoever found somebody's open page from making it their own.
var ErrOwnReset = errors.New("nobody resets their own second step: another administrator does it, or veche user reset on the server")

// Note writes a change down. It comes before what it tells: nothing is done that
// is not written.
func (d *Directory) Note(ctx context.Context, c Change) error {
	c.Time = d.clock().UTC()
	data, err := json.Marshal(c)
	if err != nil {
		return err
	}
	// The newest stands first.
	id := fmt.Sprintf("%016x-%s", math.MaxInt64-c.Time.UnixNano(), strings.ToLower(rand.Text()))
	if err := d.records.Save(ctx, kindChange, id, 0, data); err != nil {
		return fmt.Errorf("identity: writing down a change: %w", err)
	}
	return nil
}

var errEnough = errors.New("identity: enough was read")

// Changes answers the newest changes, at most so many, the newest first.
func (d *Directory) Changes(ctx context.Context, most int) ([]Change, error) {
	list := []Change{}
	err := d.records.Each(ctx, kindChange, "", func(id string, data []byte) error {
		if len(list) == most {
			return errEnough
		}
		var c Change
		if err := json.Unmarshal(data, &c); err != nil {
			return fmt.Errorf("identity: the change %s is damaged: %w", id, err)
		}
		list = append(list, c)
		return nil
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	return list, err
}

// Reset takes a person's second step away and ends their sessions, for whoever has
// lost it, and writes down who did it.
func (d *Directory) Reset(ctx context.Context, by, person string) error {
	if by == person {
		return ErrOwnReset
	}
	known, err := d.HasFactor(ctx, person)
	if err == nil && !known {
		var rev uint64
		_, rev, err = d.records.Load(ctx, kindPerson, person)
		known = rev != 0
	}
	if err != nil {
		return err
	}
	if !known {
		return ErrNobody
	}
	if err := d.Note(ctx, Change{By: by, Person: person, What: WhatReset}); err != nil {
		return err
	}
	return d.ResetFactor(ctx, person)
}

// Staff answers everyone who has a role.
func (d *Directory) Staff(ctx context.Context) ([]Person, error) {
	var ids []string
	err := d.records.Each(ctx, kindPerson, "", func(id string, data []byte) error {
		var r struct {
			Roles []topic.Role `json:"roles"`
		}
		if err := json.Unmarshal(data, &r); err != nil {
			return fmt.Errorf("identity: the record of person %s is damaged: %w", id, err)
		}
		if len(r.Roles) > 0 {
			ids = append(ids, id)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	list := make([]Person, len(ids))
	for i, id := range ids {
		if list[i], err = d.Person(ctx, id); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// ByMail answers whose e-mail address it is, or ErrNobody.
func (d *Directory) ByMail(ctx context.Context, address string) (Person, error) {
	address, err := MailAddress(address)
	if err != nil {
		return Person{}, err
	}
	key := d.sealer.Lookup("proof/"+AssuranceMail.String()+"/", address)
	data, rev, err := d.records.Load(ctx, kindProof, proofID(AssuranceMail, key))
	if err != nil || rev == 0 {
		return Person{}, errors.Join(err, ErrNobody)
	}
	return d.Person(ctx, string(data))
}

// MailOf answers the e-mail address that a person signs in by, "" for none.
func (d *Directory) MailOf(ctx context.Context, person string) (string, error) {
	proofs, err := d.Proofs(ctx, person)
	if err != nil {
		return "", err
	}
	address, err := MailAddress(proofs[AssuranceMail])
	if err != nil { // none, or a telephone number
		return "", nil
	}
	return address, nil
}
