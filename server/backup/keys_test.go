package backup

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const passphrase = "correct horse battery"

// cheap costs a test nothing.
var cheap = sealing{Time: 2, Memory: 64, Lanes: 2}

func TestKeys(t *testing.T) {
	dir := t.TempDir()
	want := Keys{"seal.json": []byte("{}"), "lookup.key": bytes.Repeat([]byte{7}, 32), "erased.jsonl": []byte("\n")}
	if err := want.Put(filepath.Join(dir, "keys")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "keys", ".key-half"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(dir, "k.json")
	if err := WriteKeys(filepath.Join(dir, "keys"), out, passphrase); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(out); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info, err)
	}
	got, err := LoadKeys(out, passphrase)
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
	if _, err := LoadKeys(out, passphrase+" "); err == nil || !strings.Contains(err.Error(), "passphrase is wrong") {
		t.Errorf("with another passphrase: %v", err)
	}
	if err := want.Put(filepath.Join(dir, "keys")); err == nil {
		t.Error("keys were written over others")
	}
	if _, err := SealKeys(want, "too short"); err == nil {
		t.Error("a short passphrase was taken")
	}
	if err := WriteKeys(t.TempDir(), out, passphrase); err == nil {
		t.Error("no keys were backed up")
	}
}

// A file of keys with any part changed does not open; asking for more work than
// anyone would is refused before it is done.
func TestDamagedKeys(t *testing.T) {
	sealed, err := cheap.seal(Keys{"a": []byte("secret")}, passphrase)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(sealed, []byte("secret")) {
		t.Fatal("the key stands there in clear")
	}
	for _, c := range []struct{ old, new string }{
		{`"time": 2`, `"time": 1`}, {`"memory_kib": 64`, `"memory_kib": 72`}, {`"lanes": 2`, `"lanes": 1`},
		{`"time": 2`, `"time": 4000000000`}, {`"memory_kib": 64`, `"memory_kib": 4294967295`}, {`"lanes": 2`, `"lanes": 0`},
		{`veche-keys-1`, `veche-keys-2`}, {`veche-keys-1`, `other-keys-1`}, {`argon2id`, `none`}, {`"salt": "`, `"salt": "AAAA`},
		{`"sealed": "`, `"sealed": "AAAA`}, {`{`, `{"more": 1,`}, {`}`, ``},
	} {
		changed := bytes.Replace(sealed, []byte(c.old), []byte(c.new), 1)
		if bytes.Equal(changed, sealed) {
			t.Fatalf("nothing was changed by %q", c.old)
		}
		if _, err := OpenKeys(changed, passphrase); err == nil {
			t.Errorf("with %q for %q it opens", c.new, c.old)
		}
	}
	for _, name := range []string{"../x", "a/b", ".", "..", ".hidden", ""} {
		sealed, err := cheap.seal(Keys{name: nil}, passphrase)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := OpenKeys(sealed, passphrase); err == nil {
			t.Errorf("a key named %q was taken", name)
		}
	}
}

// A manifest is refused or is what it says, whatever is in it.
func FuzzManifest(f *testing.F) {
	f.Add([]byte(`{"format":1,"made":"2026-03-01T12:00:00Z","code":"c","schema":1,"signer":"s","topics":[{"id":"a","batches":1,"events":1,"root":"` +
		strings.Repeat("00", 32) + `"}],"files":[{"name":"veche.db","size":1,"sha256":"` + strings.Repeat("00", 32) + `"}]}`))
	f.Add([]byte(`{"format":2,"code":"newer"}`))
	f.Add([]byte(`{}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := readManifest(b)
		if err != nil {
			return
		}
		for _, file := range m.Files {
			if file.Name != filepath.Base(file.Name) || file.Size < 0 || len(file.SHA256) != 64 {
				t.Errorf("it took %+v", file)
			}
		}
	})
}
