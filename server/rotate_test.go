package server

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"veche/server/audit"
	"veche/server/identity"
	"veche/server/privacy"
	"veche/server/store"
)

// rotateEnv names the data whose sealing key a child process begins to rotate.
const rotateEnv = "VECHE_SERVER_TEST_ROTATE"

// stuck is a store that takes so many keys that were wrapped anew, and then says so
// and stands still.
type stuck struct {
	store.Store
	left, taken atomic.Int64
}

// beforeStuck is how many it takes.
const beforeStuck = 10

func (s *stuck) PutIfRev(ctx context.Context, r store.Record) (uint64, error) {
	if r.Kind != privacy.PersonKeys || r.Rev == 0 {
		return s.Store.PutIfRev(ctx, r)
	}
	if s.left.Add(-1) < 0 {
		select {}
	}
	rev, err := s.Store.PutIfRev(ctx, r)
	if err == nil && s.taken.Add(1) == beforeStuck {
		fmt.Println("in the midst")
	}
	return rev, err
}

// rotateForEver is the process that is killed: it never comes to the end.
func rotateForEver(dir string) error {
	s, err := Open(context.Background(), Options{Data: dir, wrap: func(in store.Store) store.Store {
		out := &stuck{Store: in}
		out.left.Store(beforeStuck)
		return out
	}})
	if err != nil {
		return err
	}
	_, _, err = s.RotateKey(context.Background(), privacy.KeySeal)
	return errors.Join(err, errors.New("the rotation came to its end"))
}

// A process that is killed while it rotates the sealing key leaves everybody's name
// to be opened; the next rotation goes on with the same key, and a backup from
// before opens with the keys of its time alone.
func TestKilledRotation(t *testing.T) {
	top := t.TempDir()
	dir, escrow, backedUp := filepath.Join(top, "data"), filepath.Join(top, "keys"), filepath.Join(top, "backup.zip")
	const people, words = 30, "six words are better than one"
	clock := clockAt(time.Now())
	open := func() *Server {
		t.Helper()
		s, err := Open(t.Context(), Options{Data: dir, Clock: clock.now})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	closed := func(s *Server) {
		t.Helper()
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	names := func(s *Server) int {
		t.Helper()
		n := 0
		if err := s.People.People(t.Context(), func(p identity.Person) error {
			if strings.HasPrefix(p.Name, "person ") {
				n++
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		return n
	}
	s := open()
	for n := range people {
		if _, err := s.People.Add(t.Context(), fmt.Sprint("person ", n)); err != nil {
			t.Fatal(err)
		}
	}
	closed(s)
	if _, err := Backup(t.Context(), BackupOrder{Data: dir, Out: backedUp}); err != nil {
		t.Fatal(err)
	}
	before := ""
	for range 2 { // killed twice
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), rotateEnv+"="+dir)
		cmd.Stderr = os.Stderr
		out, err := cmd.StdoutPipe()
		if err == nil {
			err = cmd.Start()
		}
		if err != nil {
			t.Fatal(err)
		}
		line, err := bufio.NewReader(out).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) || line != "in the midst\n" {
			t.Fatalf("%q, %v", line, err)
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait() // killed
		s = open()
		if n := names(s); n != people {
			t.Errorf("%d of %d people are there", n, people)
		}
		k, older, err := s.key(t.Context(), privacy.KeySeal)
		if err != nil || older != 1 || k.People == 0 || k.People == people {
			t.Errorf("in the midst: %+v, %d older, %v", k, older, err)
		}
		if before != "" && k.Name != before {
			t.Errorf("the second began with %s, the first had made %s", k.Name, before)
		}
		before = k.Name
		closed(s)
	}
	s = open()
	name, _, err := s.RotateKey(t.Context(), privacy.KeySeal)
	if err != nil || name != before {
		t.Errorf("it ended with %s, not %s: %v", name, before, err)
	}
	if k, older, err := s.key(t.Context(), privacy.KeySeal); err != nil || older != 0 || k.People != people {
		t.Errorf("at the end: %+v, %d older, %v", k, older, err)
	}
	if _, err := s.RetireKeys(t.Context(), false); err == nil || !strings.Contains(err.Error(), "--now") {
		t.Errorf("retired at once: %v", err)
	}
	if _, err := Backup(t.Context(), BackupOrder{Data: dir, Keys: escrow, Passphrase: words}); err != nil {
		t.Fatal(err)
	}
	clock.pass(25 * time.Hour)
	if gone, err := s.RetireKeys(t.Context(), false); err != nil || len(gone) != 1 {
		t.Errorf("retired %v, %v", gone, err)
	}
	if n := names(s); n != people {
		t.Errorf("%d of %d people are there without the old key", n, people)
	}
	closed(s)

	newer := filepath.Join(top, "newer")
	if _, err := Backup(t.Context(), BackupOrder{Data: dir, Keys: newer, Passphrase: words}); err != nil {
		t.Fatal(err)
	}
	if _, err := Restore(t.Context(), RestoreOrder{File: backedUp, Data: filepath.Join(top, "r1"), Keys: newer, Passphrase: words}); err == nil || !strings.Contains(err.Error(), "not those of this data") {
		t.Errorf("an older backup with the keys of now: %v", err)
	}
	if _, err := Restore(t.Context(), RestoreOrder{File: backedUp, Data: filepath.Join(top, "r2"), Keys: escrow, Passphrase: words}); err != nil {
		t.Errorf("an older backup with the copy of the keys: %v", err)
	}
}

// The signing key is replaced beside readers: what was signed before and after
// holds under the key that either knows, a certificate too, and no other key does.
func TestSigningKeyIsHandedOver(t *testing.T) {
	w := openTownWith(t, Options{Data: t.TempDir(), Witnesses: []string{witness(t).PublicKey()}}, "anna")
	w.must(201, "POST", "/api/topics", "planner", topicBody)
	w.must(200, "POST", "/api/topics/bank/stage", "planner", `{"client_id":"s","stage":0}`)
	const record = "/api/open/v1/topics/bank/record"
	old := w.must(200, "GET", record, "", "")
	w.must(200, "POST", "/api/topics/bank/record/cosignatures", "", cosigned(w, old))
	for range 2 {
		if _, _, err := w.server.RotateKey(t.Context(), privacy.KeyCheckpoint); err != nil {
			t.Fatal(err)
		}
	}
	now := w.must(200, "GET", record, "", "")
	var notes []string
	for _, v := range now.field("handovers").([]any) {
		notes = append(notes, v.(string))
	}
	succession, err := audit.OpenSuccession(notes)
	if err != nil || len(notes) != 2 {
		t.Fatal(notes, err)
	}
	first, last := old.field("key").(string), now.field("key").(string)
	if first == last || last != w.server.PublicKey() || !succession.Leads(first, last) || succession.Leads(last, first) {
		t.Errorf("from %s to %s", first, last)
	}
	key, err := audit.ParseKey(last)
	if err != nil {
		t.Fatal(err)
	}
	a, err := audit.OpenCheckpoint([]byte(now.field("checkpoint").(string)), key)
	if err != nil {
		t.Error(err)
	}
	before, err := audit.ParseKey(first)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := audit.OpenCheckpoint([]byte(old.field("checkpoint").(string)), before); err != nil || a != b {
		t.Errorf("%v and %v, %v", a, b, err)
	}
	// What the witness signed under the first key stays; it signs under the last.
	if list := now.field("cosigned").([]any); len(list) != 1 {
		t.Errorf("cosigned: %v", list)
	}
	w.must(200, "POST", "/api/topics/bank/record/cosignatures", "", cosigned(w, now))
	list, err := w.server.Keys(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	signers := 0
	for _, k := range list {
		if k.Kind == privacy.KeyCheckpoint {
			signers++
			if k.InUse != (k.Name == last) || !k.InUse && !k.Handed {
				t.Errorf("a key is %+v", k)
			}
		}
	}
	if signers != 3 {
		t.Errorf("%d signing keys", signers)
	}
	w.must(422, "POST", "/api/topics/bank/record/cosignatures", "", `{"note":"`+strings.ReplaceAll(notes[0], "\n", `\n`)+`"}`)
	if _, _, err := w.server.RotateKey(t.Context(), privacy.KeyLookup); err == nil {
		t.Error("a key was rotated that can't be")
	}
}
