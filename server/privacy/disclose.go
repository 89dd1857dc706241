package privacy

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"veche/server/topic"
)

// Identified is who bears a pseudonym: the person's id, and the ids that files gave
// them in the topic.
type Identified struct {
	Person      string   `class:"link"`
	ExternalIDs []string `class:"contact"`
}

// Identify finds who bears a debate pseudonym, false where nobody does any more. It
// opens the record of one member after the other, O(members): the link between a
// person and what they said is kept in no other place. Only what two people have
// agreed on may call it.
func (v *Vault) Identify(ctx context.Context, topicID string, debate topic.Pseudonym) (who Identified, found bool, err error) {
	people, err := v.personsOf(ctx, kindMember, topicID)
	if err != nil {
		return Identified{}, false, err
	}
	for _, person := range people {
		p, ok, err := v.Find(ctx, person, topicID)
		if errors.Is(err, ErrErased) {
			continue
		}
		if err != nil {
			return Identified{}, false, err
		}
		if ok && p.Debate == debate {
			who.Person = person
			break
		}
	}
	if who.Person == "" {
		return Identified{}, false, nil
	}
	var sealed [][]byte
	err = v.records.Each(ctx, kindExternal, topicID+"/", func(id string, data []byte) error {
		var e external
		if err := json.Unmarshal(data, &e); err != nil {
			return fmt.Errorf("privacy: record %s is damaged: %w", id, err)
		}
		if e.Person == who.Person {
			sealed = append(sealed, e.ID)
		}
		return nil
	})
	for _, x := range sealed {
		id, err := v.Open(ctx, who.Person, "external/"+topicID, x)
		if err != nil {
			return Identified{}, false, err
		}
		who.ExternalIDs = append(who.ExternalIDs, string(id))
	}
	return who, err == nil, err
}
