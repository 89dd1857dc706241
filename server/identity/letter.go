package identity

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
)

// ErrLetter says that the code of a letter does not open anything.
var ErrLetter = errors.New("this code does not work: it was used already, or its time is over; the office that sent the letter helps")

const (
	kindMailing = "mailing"
	kindLetter  = "letter"
)

// mailing is letters that were sent together: the key that their codes are digested
// under, and until when they work.
type mailing struct {
	Topic   string    `json:"topic" class:"none"`
	Holder  string    `json:"holder" class:"none"` // nobody: whose key seals the mailing's, so that it is wrapped anew as people's are
	Key     []byte    `json:"key" class:"none"`    // sealed
	Expires time.Time `json:"expires" class:"none"`
}

// letter is a code of a mailing, found by its digest. It stays when it was used, so
// that bringing the mailing in again does not renew it.
type letter struct {
	Person string `json:"person,omitempty" class:"link"` // it was sent to; "" for whoever has it
	Spent  bool   `json:"spent,omitempty"`
}

// lettersAtOnce is how many are written in one commit.
const lettersAtOnce = 500

// BringLetters takes the codes of a mailing: by their digests under its key, with
// the person that each was sent to, "" where it makes an account of its own. Codes
// that are there already stay as they are; it answers how many are new.
func (d *Directory) BringLetters(ctx context.Context, topicID string, key [32]byte, codes map[string]string, life time.Duration) (int, error) {
	id := d.sealer.Lookup("mailing/"+topicID, hex.EncodeToString(key[:]))
	known := map[string]bool{}
	err := d.records.Each(ctx, kindLetter, id+"/", func(id string, _ []byte) error {
		known[id] = true
		return nil
	})
	if err != nil {
		return 0, err
	}
	fresh := make([]string, 0, len(codes))
	for digest := range codes {
		if !known[id+"/"+digest] {
			fresh = append(fresh, digest)
		}
	}
	slices.Sort(fresh)
	for chunk := range slices.Chunk(fresh, lettersAtOnce) {
		batch := map[string][]byte{}
		for _, digest := range chunk {
			data, err := json.Marshal(letter{Person: codes[digest]})
			if err != nil {
				return 0, err
			}
			batch[id+"/"+digest] = data
		}
		if err := d.records.SaveNew(ctx, kindLetter, batch); err != nil {
			return 0, err
		}
	}
	// What leads to them comes last: until then none works.
	data, rev, err := d.records.Load(ctx, kindMailing, id)
	if err != nil {
		return 0, err
	}
	m := mailing{Topic: topicID, Holder: NewID()}
	if rev != 0 {
		if err := json.Unmarshal(data, &m); err != nil {
			return 0, fmt.Errorf("identity: the mailing %s is damaged: %w", id, err)
		}
	} else {
		if err := d.sealer.AddPerson(ctx, m.Holder); err != nil {
			return 0, err
		}
		if m.Key, err = d.sealer.Seal(ctx, m.Holder, kindMailing, key[:]); err != nil {
			return 0, fmt.Errorf("identity: sealing the key of a mailing: %w", err)
		}
	}
	m.Expires = d.clock().Add(life)
	if data, err = json.Marshal(m); err != nil {
		return 0, err
	}
	return len(fresh), d.records.Save(ctx, kindMailing, id, rev, data)
}

// RedeemLetter turns the code of a letter into a session's token, once, and answers
// the topic that it was sent for. digest is the code's under a mailing's key. The
// session is that of the person whom the letter was sent to or, where it was sent to
// an address only, of a person who is known by this letter.
func (d *Directory) RedeemLetter(ctx context.Context, digest func(key [32]byte) string) (token string, p Person, topicID string, err error) {
	mailings := map[string]mailing{}
	err = d.records.Each(ctx, kindMailing, "", func(id string, data []byte) error {
		var m mailing
		if err := json.Unmarshal(data, &m); err != nil {
			return fmt.Errorf("identity: the mailing %s is damaged: %w", id, err)
		}
		if !d.clock().After(m.Expires) {
			mailings[id] = m
		}
		return nil
	})
	if err != nil {
		return "", Person{}, "", err
	}
	for id, m := range mailings { // a code is of one of them
		key, err := d.sealer.Open(ctx, m.Holder, kindMailing, m.Key)
		if err != nil {
			return "", Person{}, "", err
		}
		at := id + "/" + digest([32]byte(key))
		data, rev, err := d.records.Load(ctx, kindLetter, at)
		if err != nil {
			return "", Person{}, "", err
		}
		if rev == 0 {
			continue
		}
		var l letter
		if err := json.Unmarshal(data, &l); err != nil {
			return "", Person{}, "", fmt.Errorf("identity: a letter is damaged: %w", err)
		}
		if l.Spent {
			return "", Person{}, "", ErrLetter
		}
		// Whoever changes the record first has the code; the other is too late.
		if data, err = json.Marshal(letter{Spent: true}); err != nil {
			return "", Person{}, "", err
		}
		if err := d.records.Save(ctx, kindLetter, at, rev, data); err != nil {
			if _, now, again := d.records.Load(ctx, kindLetter, at); again == nil && now != rev {
				return "", Person{}, "", ErrLetter
			}
			return "", Person{}, "", err
		}
		if l.Person != "" {
			p, err = d.Person(ctx, l.Person)
		} else {
			p, err = d.Verified(ctx, AssuranceRoster, "letter/"+id, at)
		}
		if err != nil {
			return "", Person{}, "", err
		}
		token, err = d.start(ctx, p)
		return token, p, m.Topic, err
	}
	return "", Person{}, "", ErrLetter
}

// removeLetters destroys the codes of letters that people have not used, and
// answers how many there were.
func (d *Directory) removeLetters(ctx context.Context, which func(person string) bool) (int, error) {
	var ids []string
	err := d.records.Each(ctx, kindLetter, "", func(id string, data []byte) error {
		var l letter
		if json.Unmarshal(data, &l) == nil && l.Person != "" && which(l.Person) {
			ids = append(ids, id)
		}
		return nil
	})
	for _, id := range ids {
		if err == nil {
			err = d.records.Remove(ctx, kindLetter, id)
		}
	}
	return len(ids), err
}

// sweepLetters destroys mailings whose time is over, with their codes.
func (d *Directory) sweepLetters(ctx context.Context) error {
	var over []string
	holders := map[string]string{}
	err := d.records.Each(ctx, kindMailing, "", func(id string, data []byte) error {
		var m mailing
		if json.Unmarshal(data, &m) == nil && d.clock().After(m.Expires) {
			over, holders[id] = append(over, id), m.Holder
		}
		return nil
	})
	for _, id := range over {
		var codes []string
		if err == nil {
			err = d.records.Each(ctx, kindLetter, id+"/", func(at string, _ []byte) error {
				codes = append(codes, at)
				return nil
			})
		}
		for _, at := range codes {
			if err == nil {
				err = d.records.Remove(ctx, kindLetter, at)
			}
		}
		if err == nil {
			err = d.sealer.ErasePerson(ctx, holders[id])
		}
		if err == nil {
			err = d.records.Remove(ctx, kindMailing, id) // last: it leads to them
		}
	}
	return err
}
