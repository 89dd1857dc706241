package identity

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// SignIn is a session of a person that has not ended.
type SignIn struct {
	ID      string    `json:"-" class:"sign-in"`                // names it to its person; it opens nothing
	Device  string    `json:"device,omitempty" class:"sign-in"` // what it began on, as far as that is told
	Started time.Time `json:"started" class:"sign-in"`
	Seen    time.Time `json:"seen" class:"sign-in"` // last used, as coarsely as it is kept
}

// SignIns answers a person's sessions, the newest first.
func (d *Directory) SignIns(ctx context.Context, person string) ([]SignIn, error) {
	list := []SignIn{}
	var devices [][]byte
	err := d.records.Each(ctx, kindSession, sessionsOf(person), func(id string, data []byte) error {
		var r sessionRecord
		if err := json.Unmarshal(data, &r); err != nil {
			return fmt.Errorf("identity: a session of person %s is damaged: %w", person, err)
		}
		list = append(list, SignIn{ID: strings.TrimPrefix(id, sessionsOf(person)), Started: r.Started, Seen: r.Seen})
		devices = append(devices, r.Device)
		return nil
	})
	if err != nil {
		return nil, err
	}
	for i, sealed := range devices {
		if len(sealed) == 0 {
			continue
		}
		device, err := d.sealer.Open(ctx, person, fieldDevice, sealed)
		if err != nil {
			return nil, err
		}
		list[i].Device = string(device)
	}
	slices.SortFunc(list, func(a, b SignIn) int { return b.Started.Compare(a.Started) })
	return list, nil
}

const fieldDevice = "session/device"

type deviceKey struct{}

// OnDevice says what sign-ins of ctx are done on, in a few words such as "Firefox,
// Android", by which their person knows them again.
func OnDevice(ctx context.Context, device string) context.Context {
	return context.WithValue(ctx, deviceKey{}, device)
}

// sealDevice is what a session keeps of it.
func (d *Directory) sealDevice(ctx context.Context, person string) ([]byte, error) {
	device, _ := ctx.Value(deviceKey{}).(string)
	if device == "" {
		return nil, nil
	}
	return d.sealer.Seal(ctx, person, fieldDevice, []byte(device))
}

// Current is the ID of the session of a cookie; "" where it is none.
func Current(cookie string) string {
	_, token, err := parseCookie(cookie)
	if err != nil {
		return ""
	}
	return hash(token)
}

// EndSignIn ends one session of a person, by its ID; all of the person's sockets
// close, and those of other sessions come back by themselves.
func (d *Directory) EndSignIn(ctx context.Context, person, id string) error {
	if len(id) != len(hash("")) || strings.ContainsFunc(id, foreign) {
		return ErrNoSignIn
	}
	_, rev, err := d.records.Load(ctx, kindSession, sessionsOf(person)+id)
	if err != nil {
		return err
	}
	if rev == 0 {
		return ErrNoSignIn
	}
	return d.endOne(ctx, person, id)
}

// endOne ends a session that is there.
func (d *Directory) endOne(ctx context.Context, person, id string) error {
	if err := d.records.Remove(ctx, kindSession, sessionsOf(person)+id); err != nil {
		return err
	}
	d.forget(func(key secretHash, _ session) bool { return key.String() == id })
	if d.onEnd != nil {
		d.onEnd(person)
	}
	return nil
}
