package server

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"veche/server/audit"
	"veche/server/backup"
	"veche/server/privacy"
	"veche/server/store"
)

func keysDir(data string) string { return filepath.Join(data, backup.KeysDir) }

// haveKeys refuses data whose keys are not there: with new ones in their place
// nobody's name would open any more, nor anything that is sealed.
func haveKeys(ctx context.Context, s store.Records, data string) error {
	missing := missingKey(data)
	if missing == "" {
		return nil
	}
	people := 0
	err := s.List(ctx, privacy.PersonKeys, "", store.Range{}, 1, func(store.Record) error { people++; return nil })
	if err != nil || people == 0 {
		return err // nothing is sealed yet: they are made
	}
	lost, left := privacy.Loss(filepath.Base(missing))
	return fmt.Errorf("%s is missing, without which %s: put it back with veche restore --keys FILE --data %s, or from wherever it is; %s", missing, lost, data, left)
}

// missingKey is the path of a key that can't be found, "" if all are there.
func missingKey(data string) string {
	if list := missingKeys(data); len(list) > 0 {
		return list[0]
	}
	return ""
}

// missingKeys are the paths of all keys that can't be found.
func missingKeys(data string) (list []string) {
	for _, name := range privacy.KeyFiles() {
		path := filepath.Join(keysDir(data), name)
		if _, err := os.Stat(path); err != nil {
			list = append(list, path)
		}
	}
	return list
}

// Key tells of one of an installation's keys, without telling it.
type Key struct {
	privacy.KeyInfo
	Name string `json:"name"` // the number of a sealing key; a signing key as the city publishes it
}

// Keys are what the command line does with an installation's keys: by itself, or
// through the server that runs on the same data.
type Keys interface {
	// RotateKey makes a new key of a kind, seal or checkpoint, answers its name and
	// how many people's keys were wrapped anew. A rotation of the sealing key that
	// was interrupted is finished first, without another key.
	RotateKey(ctx context.Context, kind string) (name string, people int, err error)
	// RetireKeys destroys the sealing keys that nobody needs any more, and answers
	// their numbers. It refuses while something on its way may still be sealed under
	// one, unless now is true.
	RetireKeys(ctx context.Context, now bool) ([]string, error)
}

// OpenKeys answers the keys of the data at o.Data; close them after use.
func OpenKeys(ctx context.Context, o Options) (Keys, func() error, error) {
	a, done, err := OpenAccounts(ctx, o)
	if err != nil {
		return nil, nil, err
	}
	return a.(Keys), done, nil // a server or its desk: both are
}

func (d desk) RotateKey(ctx context.Context, kind string) (string, int, error) {
	r, err := d.ask(ctx, errand{Do: "rotate", Key: kind})
	return r.ID, r.Count, err
}

func (d desk) RetireKeys(ctx context.Context, now bool) ([]string, error) {
	r, err := d.ask(ctx, errand{Do: "retire", Now: now})
	return r.Keys, err
}

// ReplaceLost makes another key that signs, where the file of the old one is gone and
// no copy of it is left, and answers it as the city publishes it. Nothing leads from
// the lost key to it. No server may run on the data.
func ReplaceLost(ctx context.Context, data, kind string) (string, error) {
	if kind != privacy.KeyCheckpoint {
		return "", fmt.Errorf("only the key that signs, %s, can be replaced when it is lost: put back the others from their copy", privacy.KeyCheckpoint)
	}
	if c, err := deskDialer.DialContext(ctx, "unix", filepath.Join(data, deskFile)); err == nil {
		return "", errors.Join(errors.New("a server runs on this data: stop it first"), c.Close())
	}
	missing := missingKeys(data)
	if len(missing) == 0 {
		return "", fmt.Errorf("no key of %s is missing: veche keys rotate %s replaces one that is there", data, kind)
	}
	for _, path := range missing {
		if lost, left := privacy.Loss(filepath.Base(path)); filepath.Base(path) != privacy.CheckpointFile {
			return "", fmt.Errorf("%s is missing too, without which %s: put it back first; %s", path, lost, left)
		}
	}
	keys, err := privacy.OpenKeyring(keysDir(data), nil)
	if err != nil {
		return "", err
	}
	s, err := newSigning(keys)
	if err != nil {
		return "", err
	}
	return s.signer.PublicKey(), nil
}

// Keys tells of all keys, those in use first.
func (s *Server) Keys(ctx context.Context) ([]Key, error) {
	infos, err := s.Vault.Keys(ctx)
	if err != nil {
		return nil, err
	}
	list := make([]Key, len(infos))
	for i, x := range infos {
		list[i] = Key{x, x.Number}
		if x.Kind == privacy.KeyCheckpoint {
			if list[i].Name, err = audit.PublicKeyText(signerName, x.Public); err != nil {
				return nil, err
			}
		}
	}
	return list, nil
}

// key answers the key of a kind that is in use, and how many of the kind there are
// besides.
func (s *Server) key(ctx context.Context, kind string) (used Key, older int, err error) {
	list, err := s.Keys(ctx)
	for _, k := range list {
		switch {
		case k.Kind != kind:
		case k.InUse:
			used = k
		case k.People > 0:
			older++
		}
	}
	return used, older, err
}

// RotateKey implements [Keys].
func (s *Server) RotateKey(ctx context.Context, kind string) (name string, people int, err error) {
	if err := s.onlyAlone(); err != nil {
		return "", 0, err
	}
	s.rotating.Lock()
	defer s.rotating.Unlock()
	_, unfinished, err := s.key(ctx, kind)
	switch {
	case err != nil:
		return "", 0, err
	case kind == privacy.KeyCheckpoint:
		err = s.keys.ReplaceSigner(handOver)
	case kind != privacy.KeySeal:
		return "", 0, fmt.Errorf("there is no key %q that can be rotated: %s or %s", kind, privacy.KeySeal, privacy.KeyCheckpoint)
	case unfinished == 0:
		err = s.keys.AddSealKey()
	}
	if err != nil {
		return "", 0, err
	}
	if kind == privacy.KeySeal {
		if people, err = s.Vault.Rewrap(ctx, nil); err != nil {
			return "", people, fmt.Errorf("%d were wrapped anew, then: %w: rotate again to go on, nothing is lost", people, err)
		}
	}
	k, _, err := s.key(ctx, kind)
	if err == nil {
		s.options.Log.Warn("a key was rotated", "kind", kind, "key", k.Name, "people", people)
	}
	return k.Name, people, err
}

// onTheWay is how long what is sealed on its way, as letters are, may need the key
// that sealed it.
const onTheWay = 24 * time.Hour

// RetireKeys implements [Keys].
func (s *Server) RetireKeys(ctx context.Context, now bool) ([]string, error) {
	if err := s.onlyAlone(); err != nil {
		return nil, err
	}
	s.rotating.Lock()
	defer s.rotating.Unlock()
	k, _, err := s.key(ctx, privacy.KeySeal)
	if err != nil {
		return nil, err
	}
	if age := s.options.Clock().Sub(k.Made); !now && age < onTheWay {
		return nil, fmt.Errorf("the new sealing key is %s old: letters and sign-ins on their way may still need the older one; wait until it is a day old, or say --now and they have to be asked for again", age.Round(time.Minute))
	}
	gone, err := s.Vault.RetireSealKeys(ctx)
	if err == nil && len(gone) > 0 {
		s.options.Log.Warn("sealing keys were retired", "keys", gone)
	}
	return gone, err
}
