package server

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

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
	return fmt.Errorf("%s is missing, without which the people of this data can't be read: put it back with veche restore --keys FILE --data %s, or from wherever it is", missing, data)
}

// missingKey is the path of a key that can't be found, "" if all are there.
func missingKey(data string) string {
	for _, name := range privacy.KeyFiles() {
		path := filepath.Join(keysDir(data), name)
		if _, err := os.Stat(path); err != nil {
			return path
		}
	}
	return ""
}
