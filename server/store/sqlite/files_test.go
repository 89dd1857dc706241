package sqlite_test

import (
	"bytes"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"veche/server/store"
	"veche/server/store/sqlite"
)

func sha(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

func TestSecondWriterIsRefused(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "данные ?#% 1")
	s := open(t, dir, sqlite.Options{})
	_, err := sqlite.Open(ctx, dir, sqlite.Options{})
	if err == nil || !strings.Contains(err.Error(), dir) || !strings.Contains(err.Error(), "in use") || strings.Contains(err.Error(), "\n") {
		t.Fatalf("got %v, want one line that names the directory", err)
	}
	if err := s.AppendBatch(ctx, one("t", 1), nil); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	open(t, dir, sqlite.Options{})
}

func TestCleanCloseLeavesOneFile(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, sqlite.Options{})
	for no := uint64(1); no <= 50; no++ {
		if err := s.AppendBatch(ctx, one("t", no), nil); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"-wal", "-shm"} {
		if _, err := os.Stat(filepath.Join(dir, sqlite.DataFile+name)); err == nil {
			t.Errorf("%s is left", name)
		}
	}
}

func TestReadOnly(t *testing.T) {
	dir := t.TempDir()
	if _, err := sqlite.OpenReadOnly(ctx, dir); err == nil || !strings.Contains(err.Error(), dir) {
		t.Fatalf("empty directory: %v", err)
	}
	w := open(t, dir, sqlite.Options{})
	for range 2 { // beside a writer, and alone
		r, err := sqlite.OpenReadOnly(ctx, dir)
		if err != nil {
			t.Fatal(err)
		}
		tail, err := r.Tail(ctx, "t")
		if err != nil {
			t.Fatal(err)
		}
		if tail.No == 0 {
			if err := w.AppendBatch(ctx, one("t", 1), nil); err != nil {
				t.Fatal(err)
			}
			if tail, err = r.Tail(ctx, "t"); err != nil || tail.No != 1 {
				t.Fatalf("does not see the writer's batch: %+v, %v", tail, err)
			}
		}
		if err := r.AppendBatch(ctx, one("t", 2), nil); !errors.Is(err, store.ErrReadOnly) {
			t.Fatalf("got %v, want ErrReadOnly", err)
		}
		if err := r.PutBlob(ctx, sha(nil), bytes.NewReader(nil)); !errors.Is(err, store.ErrReadOnly) {
			t.Fatalf("got %v, want ErrReadOnly", err)
		}
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestForeignAndNewerFilesAreRefused(t *testing.T) {
	for _, c := range []struct{ script, want string }{
		{"CREATE TABLE x (y)", "is not a Veche database"},
		{"CREATE TABLE x (y); PRAGMA application_id = 0x56656368; PRAGMA user_version = 999", "use a newer veche"},
	} {
		dir := t.TempDir()
		path := filepath.Join(dir, sqlite.DataFile)
		db, err := sql.Open("sqlite", path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.Exec(c.script); err != nil {
			t.Fatal(err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err = sqlite.Open(ctx, dir, sqlite.Options{}); err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), path) {
			t.Errorf("got %v, want %q", err, c.want)
		}
		if _, err = sqlite.OpenReadOnly(ctx, dir); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("read-only: got %v, want %q", err, c.want)
		}
	}
}

// inFiles counts how often content lies in the files, wherever in them.
func inFiles(t *testing.T, dir, content string) (n int) {
	t.Helper()
	for _, name := range sqlite.ContentFiles {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
		n += bytes.Count(data, []byte(content))
	}
	return n
}

func TestErasedContentLeavesTheFiles(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, sqlite.Options{})
	const secret = "the words that must go"
	blob := bytes.Repeat([]byte(secret), 50_000)
	for i := range 20 {
		rec := store.Record{Kind: "text", ID: fmt.Sprint(i), Data: []byte("harmless")}
		if i%4 == 0 {
			rec.Data, rec.Index = []byte(secret), map[string]string{"by": secret}
		}
		if _, err := s.PutIfRev(ctx, rec); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.PutBlob(ctx, sha(blob), bytes.NewReader(blob)); err != nil {
		t.Fatal(err)
	}
	if inFiles(t, dir, secret) == 0 {
		t.Fatal("the content is not in the files to begin with: the test shows nothing")
	}
	for i := 0; i < 20; i += 4 {
		if err := s.Delete(ctx, "text", fmt.Sprint(i), 1); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.DeleteBlob(ctx, sha(blob)); err != nil {
		t.Fatal(err)
	}
	deadline := time.Now().Add(10 * time.Second)
	for inFiles(t, dir, secret) > 0 {
		if time.Now().After(deadline) {
			t.Fatalf("%d pieces are still there", inFiles(t, dir, secret))
		}
		time.Sleep(50 * time.Millisecond)
	}
	if _, err := s.Get(ctx, "text", "1"); err != nil {
		t.Fatal(err)
	}
}

func TestDamageIsFound(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, sqlite.Options{})
	blob := bytes.Repeat([]byte("immutable "), 1000)
	for no := uint64(1); no <= 3; no++ {
		b := one("t", no)
		b.Bytes = fmt.Appendf(nil, "event bytes of batch %d", no)
		if err := s.AppendBatch(ctx, b, nil); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.PutBlob(ctx, sha(blob), bytes.NewReader(blob)); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, sqlite.DataFile)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"event bytes of batch 2", "immutable immutable"} {
		i := bytes.Index(data, []byte(part))
		if i < 0 {
			t.Fatalf("%q is not in the file", part)
		}
		data[i+3] ^= 0x20
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	s = open(t, dir, sqlite.Options{})
	err = s.ReadAfter(ctx, "t", 0, func(store.Batch) error { return nil })
	if !errors.Is(err, store.ErrCorrupt) || !strings.Contains(err.Error(), "batch no 2") {
		t.Errorf("got %v, want ErrCorrupt that names batch no 2", err)
	}
	r, err := s.GetBlob(ctx, sha(blob))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if _, err := r.Read(make([]byte, 5)); err != nil {
		t.Fatal(err)
	}
	var sink bytes.Buffer
	if _, err = sink.ReadFrom(r); !errors.Is(err, store.ErrCorrupt) {
		t.Errorf("got %v, want ErrCorrupt", err)
	}
}
