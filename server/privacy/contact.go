package privacy

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"veche/server/topic"
)

// kindContact are records of what a file said of people besides their answers.
const kindContact = "contact"

// Contact is what a file said of a person besides their answers. It serves to find
// people who applied twice, and goes once nobody can be judged any more.
type Contact struct {
	Name  string `json:"name,omitempty" class:"file"`
	Birth string `json:"birth,omitempty" class:"file"` // a year, or a date with one
	Phone string `json:"phone,omitempty" class:"file"`
	Mail  string `json:"mail,omitempty" class:"file"`
}

// SaveContacts seals contacts under their people's keys; those of the members of a
// topic in their order, of which the empty ones are not kept.
func (v *Vault) SaveContacts(ctx context.Context, topicID string, members []Member, contacts []Contact) error {
	fresh := map[string][]byte{}
	flush := func() error {
		if len(fresh) == 0 {
			return nil
		}
		err := v.records.SaveNew(ctx, kindContact, fresh)
		clear(fresh)
		return err
	}
	for i, m := range members {
		if contacts[i] == (Contact{}) {
			continue
		}
		plain, err := json.Marshal(contacts[i])
		if err != nil {
			return err
		}
		sealed, err := v.Seal(ctx, m.Person, "contact/"+topicID, plain)
		if err != nil {
			return err
		}
		id := memberID(topicID, m.Person)
		_, rev, err := v.records.Load(ctx, kindContact, id)
		if err != nil {
			return err
		}
		if rev != 0 { // they came with a file that was taken back
			if err := v.records.Save(ctx, kindContact, id, rev, sealed); err != nil {
				return err
			}
			continue
		}
		if fresh[id] = sealed; len(fresh) == enrolChunk {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	return flush()
}

// Contact answers what a file said of a person, the zero Contact for nothing.
func (v *Vault) Contact(ctx context.Context, topicID, person string) (c Contact, err error) {
	sealed, rev, err := v.records.Load(ctx, kindContact, memberID(topicID, person))
	if err != nil || rev == 0 {
		return c, err
	}
	plain, err := v.Open(ctx, person, "contact/"+topicID, sealed)
	if err != nil {
		return c, err
	}
	if err := json.Unmarshal(plain, &c); err != nil {
		return c, fmt.Errorf("privacy: the contact of person %s is damaged: %w", person, err)
	}
	return c, nil
}

// ForgetContacts destroys the contacts of a topic but those of members whose debate
// pseudonym passes keep, and answers how many it destroyed. O(contacts).
func (v *Vault) ForgetContacts(ctx context.Context, topicID string, keep func(debate topic.Pseudonym) bool) (int, error) {
	people, err := v.personsOf(ctx, kindContact, topicID)
	if err != nil {
		return 0, err
	}
	gone := 0
	for _, person := range people {
		names, ok, err := v.Find(ctx, person, topicID)
		if err != nil && !errors.Is(err, ErrErased) {
			return gone, err
		}
		if err == nil && ok && keep(names.Debate) {
			continue
		}
		if err := v.records.Remove(ctx, kindContact, memberID(topicID, person)); err != nil {
			return gone, err
		}
		gone++
	}
	return gone, nil
}

// Contacts counts the contacts of a topic.
func (v *Vault) Contacts(ctx context.Context, topicID string) (int, error) {
	people, err := v.personsOf(ctx, kindContact, topicID)
	return len(people), err
}

// Behind calls f with every member of a topic whose debate pseudonym passes keep, and
// with what a file said of them. It joins people with their applications: only the
// search for people who applied twice may call it. O(members).
func (v *Vault) Behind(ctx context.Context, topicID string, keep func(debate topic.Pseudonym) bool, f func(person string, debate topic.Pseudonym, c Contact) error) error {
	people, err := v.personsOf(ctx, kindMember, topicID)
	if err != nil {
		return err
	}
	for _, person := range people {
		names, ok, err := v.Find(ctx, person, topicID)
		if errors.Is(err, ErrErased) || err == nil && (!ok || !keep(names.Debate)) {
			continue
		}
		if err != nil {
			return err
		}
		c, err := v.Contact(ctx, topicID, person)
		if errors.Is(err, ErrErased) { // just now
			continue
		}
		if err == nil {
			err = f(person, names.Debate, c)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// personsOf are the people of a topic who have a record of a kind, by id.
func (v *Vault) personsOf(ctx context.Context, kind, topicID string) (people []string, err error) {
	prefix := memberID(topicID, "")
	err = v.records.Each(ctx, kind, prefix, func(id string, _ []byte) error {
		people = append(people, strings.Clone(strings.TrimPrefix(id, prefix)))
		return nil
	})
	slices.Sort(people)
	return people, err
}
