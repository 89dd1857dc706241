package mongo_test

import (
	"testing"

	"veche/server/store"
	"veche/server/store/mongo"
	"veche/server/store/mongo/mongotest"
	"veche/server/store/storetest"
)

// The suite that every store passes: whole against a real server, its
// concurrent cases left out, by name, against the double.
func TestConformance(t *testing.T) {
	at := mongotest.Find(t)
	addresses := map[store.Store]string{}
	storetest.Run(t, storetest.Target{
		New: func(t *testing.T) store.Store {
			address := at.Database(t)
			s := open(t, address, mongo.Options{})
			addresses[s] = address
			return s
		},
		Reopen: func(t *testing.T, s store.Store) store.Store {
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			return open(t, addresses[s], mongo.Options{})
		},
		Serial: !at.Real,
	})
}
