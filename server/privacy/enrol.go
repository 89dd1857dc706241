package privacy

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"veche/server/topic"
)

const kindExternal = "external"

// external joins an id of a file (a registrar's number for a person) with the
// person; the id itself is sealed, the record is found by its keyed hash.
type external struct {
	Person string `json:"person" class:"link"`
	ID     []byte `json:"id" class:"contact"`
}

// Member is a person of a topic who came by file.
type Member struct {
	Person     string `class:"link"`
	ExternalID string `class:"contact"`
	Pseudonyms
}

// enrolChunk is how many people are entered in one commit: others write between
// two of them.
const enrolChunk = 500

// Enrol answers the members of a topic that bear the ids of a file, in their
// order, making persons for ids that are new. newID makes a person's id, done hears
// how many ids are through; nil for nobody. [ErrChanged] where someone else
// entered one of the ids at the same moment.
func (v *Vault) Enrol(ctx context.Context, topicID string, ids []string, newID func() string, done func(people int)) ([]Member, error) {
	prefix := topicID + "/"
	known := map[string]string{} // lookup → person
	err := v.records.Each(ctx, kindExternal, prefix, func(id string, data []byte) error {
		var e external
		if err := json.Unmarshal(data, &e); err != nil {
			return fmt.Errorf("privacy: record %s is damaged: %w", id, err)
		}
		known[strings.TrimPrefix(id, prefix)] = e.Person
		return nil
	})
	if err != nil {
		return nil, err
	}
	members := make([]Member, len(ids))
	keys, sealedMembers, externals := map[string][]byte{}, map[string][]byte{}, map[string][]byte{}
	v.keys.wraps.RLock()
	defer v.keys.wraps.RUnlock()
	flush := func() error {
		// The external record comes last: without it the others are never found.
		for _, batch := range []struct {
			kind string
			data map[string][]byte
		}{{kindKey, keys}, {kindMember, sealedMembers}, {kindExternal, externals}} {
			if len(batch.data) == 0 {
				continue
			}
			if err := v.records.SaveNew(ctx, batch.kind, batch.data); err != nil {
				return err
			}
			clear(batch.data)
		}
		return nil
	}
	for i, id := range ids {
		if done != nil && i%enrolChunk == 0 {
			done(i)
		}
		lookup := v.keys.Lookup("external/"+topicID, id)
		if person, ok := known[lookup]; ok {
			p, err := v.Pseudonyms(ctx, person, topicID)
			if err != nil {
				return nil, err
			}
			members[i] = Member{Person: person, ExternalID: id, Pseudonyms: p}
			continue
		}
		person := newID()
		wrapped, err := v.keys.wrapNew(person)
		if err != nil {
			return nil, err
		}
		a, err := v.keys.fieldAEAD(person, wrapped)
		if err != nil {
			return nil, err
		}
		p, plain := newPseudonyms()
		sealed, err := a.Encrypt(plain, []byte(person+"/member/"+topicID))
		if err != nil {
			return nil, err
		}
		e := external{Person: person}
		if e.ID, err = a.Encrypt([]byte(id), []byte(person+"/external/"+topicID)); err != nil {
			return nil, err
		}
		data, err := json.Marshal(e)
		if err != nil {
			return nil, err
		}
		keys[person], sealedMembers[memberID(topicID, person)], externals[prefix+lookup] = wrapped, sealed, data
		known[lookup] = person
		members[i] = Member{Person: person, ExternalID: id, Pseudonyms: p}
		if len(keys) == enrolChunk {
			if err := flush(); err != nil {
				return nil, err
			}
		}
	}
	return members, flush()
}

// Enrolled calls f with every member of a topic who came by file and whose
// debate pseudonym passes keep.
func (v *Vault) Enrolled(ctx context.Context, topicID string, keep func(debate topic.Pseudonym) bool, f func(Member) error) error {
	var list []external
	err := v.records.Each(ctx, kindExternal, topicID+"/", func(id string, data []byte) error {
		var e external
		if err := json.Unmarshal(data, &e); err != nil {
			return fmt.Errorf("privacy: record %s is damaged: %w", id, err)
		}
		list = append(list, e)
		return nil
	})
	if err != nil {
		return err
	}
	for _, e := range list {
		p, ok, err := v.Find(ctx, e.Person, topicID)
		if errors.Is(err, ErrErased) || (err == nil && (!ok || !keep(p.Debate))) {
			continue
		}
		if err != nil {
			return err
		}
		id, err := v.Open(ctx, e.Person, "external/"+topicID, e.ID)
		if err != nil {
			return err
		}
		if err := f(Member{Person: e.Person, ExternalID: string(id), Pseudonyms: p}); err != nil {
			return err
		}
	}
	return nil
}

// Known answers the debate pseudonyms of those ids of a file that belong to
// members of a topic.
func (v *Vault) Known(ctx context.Context, topicID string, ids []string) (map[string]topic.Pseudonym, error) {
	known := map[string]topic.Pseudonym{}
	for _, id := range ids {
		data, rev, err := v.records.Load(ctx, kindExternal, topicID+"/"+v.keys.Lookup("external/"+topicID, id))
		if err != nil {
			return nil, err
		}
		if rev == 0 {
			continue
		}
		var e external
		if err := json.Unmarshal(data, &e); err != nil {
			return nil, fmt.Errorf("privacy: the record of an id of topic %s is damaged: %w", topicID, err)
		}
		p, ok, err := v.Find(ctx, e.Person, topicID)
		if errors.Is(err, ErrErased) || (err == nil && !ok) {
			continue
		}
		if err != nil {
			return nil, err
		}
		known[id] = p.Debate
	}
	return known, nil
}

// FileID answers the id of the file that a person came with to a topic, "" for
// none. O(people who came by file).
func (v *Vault) FileID(ctx context.Context, topicID, person string) (string, error) {
	ids, err := v.FileIDs(ctx, topicID, map[string]bool{person: true})
	return ids[person], err
}

// FileIDs answers the ids of the file that people came with to a topic, by person.
// O(people who came by file).
func (v *Vault) FileIDs(ctx context.Context, topicID string, people map[string]bool) (map[string]string, error) {
	found := map[string][]byte{}
	err := v.records.Each(ctx, kindExternal, topicID+"/", func(id string, data []byte) error {
		var e external
		if err := json.Unmarshal(data, &e); err != nil {
			return fmt.Errorf("privacy: record %s is damaged: %w", id, err)
		}
		if people[e.Person] {
			found[e.Person] = e.ID
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	ids := make(map[string]string, len(found))
	for person, sealed := range found {
		id, err := v.Open(ctx, person, "external/"+topicID, sealed)
		if err != nil {
			return nil, err
		}
		ids[person] = string(id)
	}
	return ids, nil
}
