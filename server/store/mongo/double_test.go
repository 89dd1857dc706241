package mongo_test

import (
	"context"
	"os"
	"testing"

	"veche/server/store/mongo"
	"veche/server/store/mongo/mongotest"
)

var ctx = context.Background()

func TestMain(m *testing.M) { os.Exit(mongotest.Main(m)) }

func open(t testing.TB, address string, o mongo.Options) *mongo.Store {
	t.Helper()
	s, err := mongo.Open(ctx, address, o)
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
