package sqlite_test

import (
	"context"
	"testing"

	"veche/server/store"
	"veche/server/store/sqlite"
	"veche/server/store/storetest"
)

var ctx = context.Background()

func open(t testing.TB, dir string, opts sqlite.Options) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(ctx, dir, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestConformance(t *testing.T) {
	dirs := map[store.Store]string{}
	storetest.Run(t, storetest.Target{
		New: func(t *testing.T) store.Store {
			dir := t.TempDir()
			s := open(t, dir, sqlite.Options{})
			dirs[s] = dir
			return s
		},
		Reopen: func(t *testing.T, s store.Store) store.Store {
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			return open(t, dirs[s], sqlite.Options{})
		},
	})
}
