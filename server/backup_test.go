package server

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"veche/server/backup"
	"veche/server/journal"
	"veche/server/privacy"
	"veche/server/store"
	"veche/server/store/sqlite"
	"veche/server/topic"
)

const backupWords = "six words are better than one"

// The drill: a backup while people write, the server killed, its disk lost. What
// was acknowledged before the backup began is in the installation that is made of
// it, with the roots that the logs had; it goes on, and can be made again as it
// was after any event.
func TestDrill(t *testing.T) {
	const writers = 4
	k := newKilling(t, writers)
	cmd, stdin, url := k.launch("127.0.0.1:0")
	defer stdin.Close()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: writers}, Timeout: 2 * time.Minute}
	defer client.CloseIdleConnections()
	var wg sync.WaitGroup
	several := make(chan struct{}, writers)
	for w := range writers {
		wg.Go(func() {
			for i := 0; k.say(client, url, w, fmt.Sprintf("%d.%d", w, i)); i++ {
				if i == 10 {
					several <- struct{}{}
				}
			}
		})
	}
	for range writers {
		<-several
	}
	k.mu.Lock()
	before := maps.Clone(k.acked)
	k.mu.Unlock()
	file, keys := filepath.Join(t.TempDir(), "b.zip"), filepath.Join(t.TempDir(), "k.json")
	made, err := Backup(t.Context(), BackupOrder{Data: k.dir, Out: file, Keys: keys, Passphrase: backupWords})
	if err != nil {
		t.Fatal(err)
	}
	k.kill(cmd)
	wg.Wait()
	lost := filepath.Join(t.TempDir(), "lost")
	if err := os.Rename(k.dir, lost); err != nil {
		t.Fatal(err)
	}
	order := RestoreOrder{File: file, Data: k.dir, Keys: keys, Passphrase: backupWords}
	r, err := Restore(t.Context(), order)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Topics) != 1 || r.Topics[0] != made.Topics[0] || r.Topics[0] != measured(t, lost, made.Topics[0].Events) {
		t.Errorf("restored %+v of %+v", r.Topics, made.Topics)
	}
	k.acked = before
	k.check()

	// It goes on: people sign in again and write.
	end := r.Topics[0].Events
	s, err := Open(t.Context(), Options{Data: k.dir})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.People.Resolve(t.Context(), k.cookies[0]); err == nil {
		t.Error("a session outlived the restore")
	}
	ack, err := s.Journal.Submit(t.Context(), "t", journal.Request{Who: topic.Who{Role: topic.RolePlanner}, Command: topic.OpenStage{}})
	if err == nil { // the debate is its only step
		t.Errorf("the state is not that of the log: %+v", ack)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}

	// As it was half-way.
	order.Data, order.Topic, order.To = filepath.Join(t.TempDir(), "half"), "t", end/2
	if r, err = Restore(t.Context(), order); err != nil {
		t.Fatal(err)
	}
	if got := r.Topics[0]; got.Events > end/2 || got.Events == 0 || got != measured(t, lost, got.Events) {
		t.Errorf("half-way: %+v", got)
	}
	t.Logf("%d acknowledged before the backup, %d events in it", len(before), end)
}

// measured answers what the log of topic t is in its first events.
func measured(t *testing.T, dir string, events uint64) backup.Topic {
	t.Helper()
	s, err := sqlite.Open(t.Context(), dir, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	m, err := backup.Measure(t.Context(), s, "t", events, nil)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// Whoever was erased after a backup was made is erased in what is restored of it,
// and so are texts: by the register in the keys' file, or by one that was kept.
func TestRestoreForgets(t *testing.T) {
	k := newKilling(t, 2)
	s, err := Open(t.Context(), Options{Data: k.dir})
	if err != nil {
		t.Fatal(err)
	}
	var people []string
	for _, cookie := range k.cookies {
		id, _, _ := strings.Cut(cookie, ".")
		people = append(people, id)
	}
	text := journal.NewText("words that go")
	names, err := s.Vault.Pseudonyms(t.Context(), people[0], "t")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Journal.Submit(t.Context(), "t", journal.Request{Who: topic.Who{Role: topic.RoleCitizen, Pseudonym: names.Debate}, Command: topic.Say{Text: text.Digest()}, Texts: []journal.Text{text}}); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	file, older, newer := filepath.Join(dir, "b.zip"), filepath.Join(dir, "older.json"), filepath.Join(dir, "newer.json")
	order := BackupOrder{Data: k.dir, Out: file, Keys: older, Passphrase: backupWords}
	if _, err := Backup(t.Context(), order); err != nil {
		t.Fatal(err)
	}
	if err := s.Vault.ErasePerson(t.Context(), people[0]); err != nil {
		t.Fatal(err)
	}
	if err := s.keys.Erased().Add(privacy.Erased{Time: time.Now(), Topic: "t", Text: text.Digest().String()}); err != nil {
		t.Fatal(err)
	}
	order.Out, order.Keys = "", newer
	if _, err := Backup(t.Context(), order); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, keys, erased string
		forgotten          int
	}{
		{"the newer keys", newer, "", 2},
		{"a register that was kept", older, ErasedRegister(k.dir), 2},
		{"neither", older, "", 0},
	} {
		made := filepath.Join(t.TempDir(), "new")
		r, err := Restore(t.Context(), RestoreOrder{File: file, Data: made, Keys: c.keys, Passphrase: backupWords, Erased: c.erased})
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		gone := c.forgotten > 0
		if r.Forgotten != c.forgotten {
			t.Errorf("%s: forgot %d, want %d", c.name, r.Forgotten, c.forgotten)
		}
		s, err := Open(t.Context(), Options{Data: made})
		if err != nil {
			t.Fatal(err)
		}
		for i, person := range people {
			_, there, err := s.Vault.Find(t.Context(), person, "t")
			if errors.Is(err, privacy.ErrErased) {
				err = nil
			}
			if err != nil || there != (!gone || i != 0) {
				t.Errorf("%s: person %d is there: %v, %v", c.name, i, there, err)
			}
		}
		if texts, err := s.Journal.Texts(t.Context(), "t", []topic.Digest{text.Digest()}); err != nil || (len(texts) == 0) != gone {
			t.Errorf("%s: %d texts, %v", c.name, len(texts), err)
		}
		if gone != s.keys.Erased().Erased(people[0]) {
			t.Errorf("%s: the register does not know it", c.name)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

// Data whose keys are gone is not opened with new ones.
func TestMissingKeys(t *testing.T) {
	k := newKilling(t, 1)
	for _, name := range privacy.KeyFiles() {
		path := filepath.Join(keysDir(k.dir), name)
		if err := os.Rename(path, path+".away"); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(t.Context(), Options{Data: k.dir}); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("without %s: %v", name, err)
		}
		if _, err := os.Stat(path); !os.IsNotExist(err) {
			t.Errorf("%s was made anew: %v", name, err)
		}
		if err := os.Rename(path+".away", path); err != nil {
			t.Fatal(err)
		}
	}
	s, err := Open(t.Context(), Options{Data: k.dir})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if err := haveKeys(t.Context(), store.Store(nil), k.dir); err != nil {
		t.Errorf("with its keys: %v", err)
	}
}
