package privacy

import (
	"context"
	"crypto/ed25519"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"
)

// The kinds of keys.
const (
	KeySeal       = "seal"       // wraps the key of each person
	KeyLookup     = "lookup"     // finds a person again by what was not kept
	KeyCheckpoint = "checkpoint" // signs checkpoints
)

// KeyInfo tells of a key without telling it.
type KeyInfo struct {
	Kind   string    `json:"kind" class:"none"`
	Number string    `json:"number,omitempty" class:"none"` // of a sealing key
	Public []byte    `json:"public,omitempty" class:"none"` // half of a key that signs, 32 bytes
	Made   time.Time `json:"made,omitzero" class:"none"`    // at the latest, zero where nobody knows
	Until  time.Time `json:"until,omitzero" class:"none"`   // of a signing key that was replaced
	InUse  bool      `json:"in_use"`                        // it seals, finds or signs what is new
	People int       `json:"people"`                        // whose keys it has wrapped
	Handed bool      `json:"handed,omitempty"`              // a signing key that named the next one
}

// Keys tells of all keys, those in use first.
func (v *Vault) Keys(ctx context.Context) ([]KeyInfo, error) {
	if err := v.keys.again(); err != nil {
		return nil, err
	}
	wrapped, err := v.wrapped(ctx)
	if err != nil {
		return nil, err
	}
	seal, sign := v.keys.sealing(), v.keys.signing()
	var list []KeyInfo
	newest := primary(seal.handle)
	for _, info := range seal.handle.KeysetInfo().GetKeyInfo() {
		id := info.GetKeyId()
		list = append(list, KeyInfo{Kind: KeySeal, Number: number(id), Made: seal.made[number(id)], InUse: id == newest, People: wrapped[id]})
	}
	list = append(list, KeyInfo{Kind: KeyCheckpoint, Public: sign.key.Public().(ed25519.PublicKey), Made: sign.made, InUse: true})
	for _, p := range sign.past {
		list = append(list, KeyInfo{Kind: KeyCheckpoint, Public: p.Key, Made: p.Made, Until: p.Until, Handed: p.Handover != ""})
	}
	lookup := KeyInfo{Kind: KeyLookup, InUse: true}
	if info, err := os.Stat(filepath.Join(v.keys.dir, lookupFile)); err == nil {
		lookup.Made = info.ModTime().UTC().Truncate(time.Second)
	}
	list = append(list, lookup)
	slices.SortStableFunc(list, func(a, b KeyInfo) int {
		switch {
		case a.InUse == b.InUse:
			return b.Made.Compare(a.Made)
		case a.InUse:
			return -1
		}
		return 1
	})
	return list, nil
}

// wrapped counts the people whose key each sealing key has wrapped.
func (v *Vault) wrapped(ctx context.Context) (map[uint32]int, error) {
	count := map[uint32]int{}
	err := v.records.Each(ctx, kindKey, "", func(_ string, data []byte) error { count[sealedUnder(data)]++; return nil })
	return count, err
}

// wrapsAtOnce is how many keys are wrapped anew at the same time: a store commits
// them together.
const wrapsAtOnce = 64

// Rewrap wraps anew, under the newest sealing key, the keys of all persons that an
// older one has wrapped, and answers how many there were. It can be stopped at any
// moment and done again: each key is whole before and after. done hears how many
// are through; nil for nobody.
func (v *Vault) Rewrap(ctx context.Context, done func(people int)) (int, error) {
	newest := primary(v.keys.sealing().handle)
	var older []string
	err := v.records.Each(ctx, kindKey, "", func(id string, data []byte) error {
		if sealedUnder(data) != newest {
			older = append(older, id)
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	people := 0
	for chunk := range slices.Chunk(older, wrapsAtOnce) {
		if err := ctx.Err(); err != nil {
			return people, err
		}
		faults := make([]error, len(chunk))
		var all sync.WaitGroup
		for i, person := range chunk {
			all.Go(func() { faults[i] = v.rewrap(ctx, person) })
		}
		all.Wait()
		if err := errors.Join(faults...); err != nil {
			return people, err
		}
		people += len(chunk)
		if done != nil {
			done(people)
		}
	}
	return people, nil
}

// rewrap wraps one person's key anew. One who was erased meanwhile stays so.
func (v *Vault) rewrap(ctx context.Context, person string) error {
	wrapped, rev, err := v.records.Load(ctx, kindKey, person)
	if err != nil || rev == 0 {
		return err
	}
	key, err := v.keys.decrypt(wrapped, []byte(wrapping+person))
	if err != nil {
		return err
	}
	if wrapped, err = v.keys.encrypt(key, []byte(wrapping+person)); err != nil {
		return err
	}
	err = v.records.Save(ctx, kindKey, person, rev, wrapped)
	if errors.Is(err, ErrChanged) { // erased, or wrapped by somebody else at the same moment
		return nil
	}
	return err
}

// ErrWrapped says that an older sealing key is still needed.
var ErrWrapped = errors.New("privacy: an older sealing key still wraps the keys of people: rotate again, and see veche doctor if it stays so")

// RetireSealKeys destroys the older sealing keys once nothing is wrapped under
// them, and answers their numbers. What was sealed under them and lies elsewhere,
// in backups, opens from then on with a copy of the keys from before alone.
func (v *Vault) RetireSealKeys(ctx context.Context) ([]string, error) {
	if _, err := v.Rewrap(ctx, nil); err != nil { // most of it without keeping anybody waiting
		return nil, err
	}
	v.keys.wraps.Lock()
	defer v.keys.wraps.Unlock()
	if _, err := v.Rewrap(ctx, nil); err != nil {
		return nil, err
	}
	wrapped, err := v.wrapped(ctx)
	if err != nil {
		return nil, err
	}
	delete(wrapped, primary(v.keys.sealing().handle))
	if len(wrapped) > 0 {
		return nil, ErrWrapped
	}
	return v.keys.dropSealKeys()
}
