package backup

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Whatever a file of a backup is called and is said to be, nothing is made but the
// database, a plain file, and nothing outside the directory is written or read.
func TestBackupStaysInItsDirectory(t *testing.T) {
	const before = "it was here before"
	attack := func(t *testing.T, name string, mode fs.FileMode, listed bool) {
		t.Helper()
		dir := t.TempDir()
		outside, inside, file := filepath.Join(dir, "outside"), filepath.Join(dir, "a", "inside"), filepath.Join(dir, "backup")
		if err := os.MkdirAll(inside, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(outside, []byte(before), 0o600); err != nil {
			t.Fatal(err)
		}
		m := Manifest{Format: Format, Made: time.Unix(1_700_000_000, 0), Topics: []Topic{}}
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		add := func(name, content string, mode fs.FileMode, listed bool) {
			h := &zip.FileHeader{Name: name, Method: zip.Deflate}
			h.SetMode(mode)
			f, err := z.CreateHeader(h)
			if err == nil && !strings.HasSuffix(name, "/") {
				_, err = f.Write([]byte(content))
			}
			if err != nil {
				t.Fatal(err)
			}
			sum := sha256.Sum256([]byte(content))
			if listed {
				m.Files = append(m.Files, File{Name: name, Size: int64(len(content)), SHA256: hex.EncodeToString(sum[:])})
			}
		}
		if name != dataName {
			add(dataName, "a database", 0o600, true)
		}
		add(name, "../../outside", mode, listed)
		manifest, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		add(manifestName, string(manifest), 0o600, false)
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := unpack(ctx, file, inside); err != nil && (strings.Contains(err.Error(), before) || strings.ContainsAny(err.Error(), "\n\x00")) {
			t.Errorf("%.60q: it is refused with %q", name, err)
		}
		if _, err := Restore(ctx, Order{File: file, Data: filepath.Join(dir, "a", "new")}); err == nil {
			t.Errorf("%.60q: what is no database was restored", name)
		}
		err = filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
			if err != nil || path == dir || path == filepath.Dir(inside) || path == inside {
				return err
			}
			if path != file && path != outside && path != filepath.Join(inside, dataName) || !e.Type().IsRegular() {
				t.Errorf("%.60q as %v left %s, %v", name, mode, path, e.Type())
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if now, err := os.ReadFile(outside); err != nil || string(now) != before {
			t.Errorf("%.60q as %v: the file outside is %q, %v", name, mode, now, err)
		}
	}
	modes := map[string]fs.FileMode{
		"file": 0o600, "program that runs as its owner": 0o4755, "symbolic link": fs.ModeSymlink | 0o777, "device": fs.ModeDevice | 0o600,
		"terminal": fs.ModeDevice | fs.ModeCharDevice | 0o600, "pipe": fs.ModeNamedPipe | 0o600, "socket": fs.ModeSocket | 0o600, "directory": fs.ModeDir | 0o700,
	}
	for what, mode := range modes {
		t.Run(what, func(t *testing.T) {
			for _, name := range []string{
				dataName, readmeName, "../outside", "../../outside", "a/../../outside", "./veche.db", "/outside", "//outside", "/dev/null", `..\..\outside`, `C:\outside`, "C:outside", `\\host\share\outside`,
				"veche.db\x00.txt", "\x00", ".", "..", "...", "a/", "../", "veche.db/", "veche.db-wal", "keys", "keys/seal", "%2e%2e%2foutside", "\xc0\xae\xc0\xae/outside", "\xff\xfe", "NUL", "CON.txt",
				strings.Repeat("a", 60_000), strings.Repeat("../", 10_000) + "outside", strings.Repeat("a/", 10_000),
			} {
				attack(t, name, mode, true)
				if name != dataName {
					attack(t, name, mode, false)
				}
			}
		})
	}
}
