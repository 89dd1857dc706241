package server

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"veche/server/audit"
	"veche/server/deletion"
	"veche/server/identity"
	"veche/server/journal"
	"veche/server/store"
	"veche/server/topic"
)

const deletionWeek = topic.DeletionWindow * time.Millisecond

// agreeToDelete lets two people of the staff agree that the bank's topic goes.
func (w *town) agreeToDelete() {
	w.Helper()
	w.must(201, "POST", bankURL+"/deletion", "administrator", `{"client_id":"gone","title":"The river bank","reason":"It was a rehearsal."}`)
	w.must(200, "POST", bankURL+"/deletion/answer", "planner", `{"client_id":"gone","outcome":"agreed"}`)
}

func (w *town) sweep(want ...string) {
	w.Helper()
	done, err := w.server.Deletions.Sweep(w.Context())
	if err != nil || strings.Join(done, " ") != strings.Join(want, " ") {
		w.Fatalf("deleted %q, %v, want %q", done, err, want)
	}
}

// A topic that two people delete is there for a week. Then nothing is left of it, on
// disk neither, but a signed notice; other topics lose nothing; nobody can put
// another in its place; and a backup that is restored loses it again.
func TestDeletion(t *testing.T) {
	dir, clock := t.TempDir(), clockAt(time.Now())
	w := openTownWith(t, Options{Data: dir, Clock: clock.now}, "anna", "boris", "vera", "gleb", "dasha")
	w.discuss(forumIdeas)
	w.debate("other", "anna")
	ctx := t.Context()
	members, err := w.server.Vault.Enrol(ctx, "bank", []string{"file-77"}, identity.NewID, nil)
	if err != nil {
		t.Fatal(err)
	}
	w.must(200, "GET", bankURL+"/ideas", "anna", "")
	file := filepath.Join(t.TempDir(), "b.zip")
	if _, err := Backup(ctx, BackupOrder{Data: dir, Out: file}); err != nil {
		t.Fatal(err)
	}
	checkpoint, err := w.server.notary.Newest(ctx, "bank")
	if err != nil {
		t.Fatal(err)
	}

	w.agreeToDelete()
	clock.pass(deletionWeek - time.Minute)
	w.sweep()
	clock.pass(time.Minute)
	w.sweep("bank")
	w.sweep()

	for _, name := range []string{"anna", "planner"} { // their sessions ended long ago
		w.signIn(name, w.person(name))
	}
	for _, x := range []struct{ method, path, body string }{
		{"GET", bankURL, ""}, {"GET", bankURL + "/history", ""}, {"GET", bankURL + "/bundle.zip", ""}, {"GET", "/api/open/v1/topics/bank/record", ""},
		{"POST", bankURL + "/rooms/0/remarks", `{"client_id":"late","text":"too late"}`}, {"POST", "/api/topics", forum},
	} {
		as := "anna"
		if x.path == "/api/topics" {
			as = "planner"
		}
		if a := w.must(410, x.method, x.path, as, x.body); !strings.Contains(a.body, `"code":"gone"`) || !strings.Contains(a.body, "/api/deleted") {
			t.Errorf("%s %s: %s", x.method, x.path, a.body)
		}
	}
	if a := w.must(200, "GET", "/api/topics", "", ""); strings.Contains(a.body, `"bank"`) || !strings.Contains(a.body, `"other"`) {
		t.Errorf("the list: %s", a.body)
	}
	if a := w.must(200, "GET", "/api/search?q=xylophone", "", ""); strings.Contains(a.body, "pavilion") {
		t.Errorf("the search finds it: %s", a.body)
	}
	w.must(200, "GET", "/api/topics/other/rooms/0/remarks", "anna", "")

	// What stays.
	a := w.must(200, "GET", "/api/deleted", "", "")
	var list struct {
		Deleted []struct {
			deletion.Notice
			Note string
		}
	}
	if err := json.Unmarshal([]byte(a.body), &list); err != nil || len(list.Deleted) != 1 {
		t.Fatal(err, a.body)
	}
	told := list.Deleted[0]
	key, err := audit.ParseKey(w.server.notary.Key())
	if err != nil {
		t.Fatal(err)
	}
	n, err := deletion.Read(told.Note, key)
	if err != nil || n != told.Notice || n.Title != "The river bank" || n.Reason != "It was a rehearsal." || n.AgreedBy != "planner" || n.Events < checkpoint.Size || n.Origin != checkpoint.Origin || len(n.Root) != 44 {
		t.Errorf("the notice is %+v, %v", n, err)
	}
	if _, err := deletion.Read(strings.Replace(told.Note, "rehearsal", "mistake", 1), key); err == nil {
		t.Error("a changed notice is taken")
	}
	w.nothingOf("bank", members[0].Person)
	for end := time.Now().Add(20 * time.Second); w.in("xylophone") || w.in("boris speaks") || w.in("anna Street"); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the words are on the disk")
		}
	}

	// A backup from before, in another place.
	again := filepath.Join(t.TempDir(), "again")
	if _, err := Restore(ctx, RestoreOrder{File: file, Data: again}); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(keysDir(again), os.DirFS(keysDir(dir))); err != nil { // with the register
		t.Fatal(err)
	}
	v := openTownWith(t, Options{Data: again, Clock: clock.now})
	v.nothingOf("bank", members[0].Person)
	if b := v.must(200, "GET", "/api/deleted", "", ""); b.body != a.body {
		t.Errorf("the notice of the restored one: %s", b.body)
	}
	v.must(410, "GET", bankURL, "", "")
}

// nothingOf fails where something is kept of a topic, or of a person who came by
// file for it alone; everybody else's account stays.
func (w *town) nothingOf(topicID, person string) {
	w.Helper()
	ctx := w.Context()
	s := w.server.timed.Store.(store.Movable)
	kinds, err := s.Kinds(ctx)
	if err != nil {
		w.Fatal(err)
	}
	for _, kind := range kinds {
		err := s.List(ctx, kind, "", store.Range{}, 0, func(r store.Record) error {
			if (r.ID == topicID && kind != journal.KindTombstone) || strings.HasPrefix(r.ID, topicID+"/") || r.ID == person || strings.HasPrefix(r.ID, person+"/") {
				w.Errorf("a record of it is there: %s %s", kind, r.ID)
			}
			return nil
		})
		if err != nil {
			w.Fatal(err)
		}
	}
	blobs, err := s.BlobList(ctx)
	if err != nil || len(blobs) != 0 {
		w.Errorf("results are there: %q, %v", blobs, err)
	}
	if tail, err := s.Tail(ctx, topicID); err != nil || tail.No != 0 {
		w.Errorf("the log is there: %+v, %v", tail, err)
	}
	people := 0
	if err := w.server.People.People(ctx, func(identity.Person) error { people++; return nil }); err != nil || people < len(forumIdeas) {
		w.Errorf("%d people are left, %v", people, err)
	}
}

// What a death interrupts is gone on with at the next start, and the topic is closed
// from the first moment on.
func TestDeletionGoesOn(t *testing.T) {
	dir, clock := t.TempDir(), clockAt(time.Now())
	t.Run("before", func(t *testing.T) {
		w := openTownWith(t, Options{Data: dir, Clock: clock.now}, "anna", "boris", "vera", "gleb", "dasha")
		w.discuss(forumIdeas)
		w.agreeToDelete()
		clock.pass(deletionWeek)
		died := errors.New("died")
		err := w.server.Journal.Destroy(t.Context(), journal.Tombstone{Topic: "bank", Note: "This topic was deleted.\n{\"topic\":\"bank\"}\n\n"}, func(context.Context) error { return died })
		if !errors.Is(err, died) {
			t.Fatal(err)
		}
		w.must(410, "GET", bankURL, "", "")
		if tail, err := w.server.store.Tail(t.Context(), "bank"); err != nil || tail.No == 0 {
			t.Fatalf("the log went before what it names: %+v, %v", tail, err)
		}
	})
	w := openTownWith(t, Options{Data: dir, Clock: clock.now})
	w.nothingOf("bank", "nobody")
	w.must(410, "GET", bankURL, "", "")
	w.sweep()
}

// A topic can't be destroyed where nothing can be entered into the register.
func TestDeletionNeedsTheRegister(t *testing.T) {
	dir, clock := t.TempDir(), clockAt(time.Now())
	w := openTownWith(t, Options{Data: dir, Clock: clock.now}, "anna", "boris", "vera", "gleb", "dasha")
	w.discuss(forumIdeas)
	w.agreeToDelete()
	clock.pass(deletionWeek)
	if err := os.Mkdir(ErasedRegister(dir), 0o700); err != nil {
		t.Fatal(err)
	}
	if done, err := w.server.Deletions.Sweep(t.Context()); err == nil || len(done) != 0 || !strings.Contains(err.Error(), "register") {
		t.Errorf("deleted %q, %v", done, err)
	}
	if a := w.send("GET", bankURL, "", ""); a.status != http.StatusOK {
		t.Errorf("the topic: %d %s", a.status, a.body)
	}
}
