package identity

import (
	"context"
	"encoding/json"
	"time"
)

// Sweep destroys what has expired: codes, sign-ins that were begun, sessions. What
// has expired works no more whether it is swept or not.
func (d *Directory) Sweep(ctx context.Context) error {
	now := d.clock()
	for _, kind := range []string{kindCode, kindByMail, kindByCity, kindSession} {
		var ids []string
		err := d.records.Each(ctx, kind, "", func(id string, data []byte) error {
			var r struct {
				Expires *time.Time `json:"expires" class:"sign-in"`
				Started *time.Time `json:"started" class:"sign-in"`
				Seen    *time.Time `json:"seen" class:"sign-in"`
				Half    bool       `json:"half"`
			}
			if json.Unmarshal(data, &r) != nil {
				return nil // its readers say that it is damaged
			}
			if r.Expires != nil && now.After(*r.Expires) || r.Started != nil && (now.Sub(*r.Started) > SessionLife || r.Half && now.Sub(*r.Started) > HalfLife) || r.Seen != nil && now.Sub(*r.Seen) > SessionIdle {
				ids = append(ids, id)
			}
			return nil
		})
		if err != nil {
			return err
		}
		for _, id := range ids {
			if err := d.records.Remove(ctx, kind, id); err != nil {
				return err
			}
		}
	}
	return d.sweepLetters(ctx)
}
