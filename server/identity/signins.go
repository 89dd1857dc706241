package identity

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// SignIn is a session of a person that has not ended.
type SignIn struct {
	Started time.Time `json:"started"`
	Seen    time.Time `json:"seen"` // last used, as coarsely as it is kept
}

// SignIns answers a person's sessions, the newest first.
func (d *Directory) SignIns(ctx context.Context, person string) ([]SignIn, error) {
	list := []SignIn{}
	err := d.records.Each(ctx, kindSession, sessionsOf(person), func(id string, data []byte) error {
		var r sessionRecord
		if err := json.Unmarshal(data, &r); err != nil {
			return fmt.Errorf("identity: a session of person %s is damaged: %w", person, err)
		}
		list = append(list, SignIn{r.Started, r.Seen})
		return nil
	})
	slices.SortFunc(list, func(a, b SignIn) int { return b.Started.Compare(a.Started) })
	return list, err
}
