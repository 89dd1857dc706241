package server

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"veche/server/store/mongo"
	"veche/server/store/mongo/mongotest"
)

// The whole scenario over HTTP with its data in MongoDB; then the data moves to
// a data directory and back, and serves on as it was.
func TestScenarioInMongoDB(t *testing.T) {
	at := mongotest.Double(t)
	t.Cleanup(mongotest.Stop)
	dir, address, other := t.TempDir(), at.Database(t), at.Database(t)
	t.Run("serve", func(t *testing.T) { playScenario(t, Options{Data: dir, Store: address}) })
	seq := func(o Options) (seq uint64) {
		t.Helper()
		s, err := Open(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		}()
		tail, err := s.store.Tail(t.Context(), "bank")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Journal.View(t.Context(), "bank"); err != nil { // claims the topic
			t.Fatal(err)
		}
		return tail.Last
	}
	before := seq(Options{Data: dir, Store: address})
	if before == 0 {
		t.Fatal("the topic is not in the database")
	}
	var told []string
	for _, way := range [][2]string{{address, dir}, {dir, other}} {
		done, err := Migrate(t.Context(), MigrateOrder{From: way[0], To: way[1], Tell: func(s string) { told = append(told, s) }})
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(done, "topics with") {
			t.Errorf("migrate ended with %q", done)
		}
	}
	if len(told) == 0 {
		t.Error("no word of how it goes")
	}
	for _, o := range []Options{{Data: dir}, {Data: dir, Store: other}} {
		if got := seq(o); got != before {
			t.Errorf("the log ends at seq %d, want %d", got, before)
		}
	}
	for _, wrong := range []MigrateOrder{
		{From: dir, To: dir}, {From: filepath.Join(dir, "nothing"), To: t.TempDir()}, {From: dir, To: address}, {From: "$VECHE_NO_SUCH_PLACE", To: dir},
	} {
		if _, err := Migrate(t.Context(), wrong); err == nil {
			t.Errorf("%+v was done", wrong)
		}
	}
}

// A database has one server; one that was killed is waited for no longer than
// its lease, and one that was held up too long stops serving.
func TestOneServerADatabase(t *testing.T) {
	at := mongotest.Double(t)
	t.Cleanup(mongotest.Stop)
	address := at.Database(t)
	dir := t.TempDir()
	one, err := Open(t.Context(), Options{Data: dir, Store: address})
	if err != nil {
		t.Fatal(err)
	}
	defer one.Close()
	if _, err := Open(t.Context(), Options{Data: t.TempDir(), Store: address}); err == nil || !strings.Contains(err.Error(), "in use") {
		t.Fatalf("a second server on the same database: %v", err)
	}
	reader, err := Open(t.Context(), Options{Data: dir, Store: address, ReadOnly: true})
	if err != nil {
		t.Fatalf("reading beside the server: %v", err)
	}
	if err := reader.Close(); err != nil {
		t.Fatal(err)
	}
	// Another process takes it over, as after a stop of minutes.
	db, err := mongo.Open(t.Context(), address, mongo.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Claim(t.Context(), tenureName, "other", time.Minute, time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	select {
	case <-one.lost:
	case <-time.After(3 * tenureRenew):
		t.Fatal("the server never noticed")
	}
}
