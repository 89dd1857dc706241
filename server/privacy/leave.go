package privacy

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
)

// Purger destroys all records of a kind whose id begins with prefix.
type Purger interface {
	Purge(ctx context.Context, kind, prefix string) error
}

// EraseTopic destroys what is kept of people because of one topic: their names in
// it, the ids of files and what these said of them, and what was written on paper. It answers the people who
// came by file, are in none of the topics elsewhere and have no account: their keys
// are destroyed, too, and the register of erasures is not told of each, since it
// names the topic. O(members · topics elsewhere).
func (v *Vault) EraseTopic(ctx context.Context, topicID string, elsewhere []string, account func(ctx context.Context, person string) (bool, error), purge Purger) (nobody map[string]bool, err error) {
	nobody = map[string]bool{}
	for _, kind := range []string{kindExternal, kindPaper} {
		err := v.records.Each(ctx, kind, topicID+"/", func(id string, data []byte) error {
			var e struct {
				Person string `json:"person" class:"link"`
			}
			if err := json.Unmarshal(data, &e); err != nil {
				return fmt.Errorf("privacy: record %s is damaged: %w", id, err)
			}
			nobody[e.Person] = true
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	for person := range nobody { // each on its own
		there, err := account(ctx, person)
		for i := 0; i < len(elsewhere) && err == nil && !there; i++ {
			var rev uint64
			_, rev, err = v.records.Load(ctx, kindMember, memberID(elsewhere[i], person))
			there = rev != 0
		}
		if err != nil {
			return nil, err
		}
		if there {
			delete(nobody, person)
			continue
		}
		if err := v.records.Remove(ctx, kindKey, person); err != nil {
			return nil, err
		}
	}
	// The ids of files last: without them nobody finds the people again.
	for _, kind := range []string{kindContact, kindMember, kindPaper, kindExternal} {
		err = errors.Join(err, purge.Purge(ctx, kind, topicID+"/"))
	}
	return nobody, err
}
