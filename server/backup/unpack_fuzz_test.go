package backup

import (
	"archive/zip"
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// A file that is no backup is refused in words, and nothing is written beside the
// folder that it was to be unpacked to.
func FuzzUnpack(f *testing.F) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range map[string]string{manifestName: "{}", "../outside": "x"} {
		w, err := z.Create(name)
		if err != nil {
			f.Fatal(err)
		}
		if _, err := w.Write([]byte(text)); err != nil {
			f.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add([]byte("PK\x05\x06" + string(make([]byte, 18))))
	f.Fuzz(func(t *testing.T, b []byte) {
		dir := t.TempDir()
		file, inside := filepath.Join(dir, "backup"), filepath.Join(dir, "inside")
		if err := os.WriteFile(file, b, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Mkdir(inside, 0o700); err != nil {
			t.Fatal(err)
		}
		if _, err := unpack(t.Context(), file, inside); err != nil && err.Error() == "" {
			t.Fatal("an error without words")
		}
		if list, err := os.ReadDir(dir); err != nil || len(list) != 2 {
			t.Fatalf("%v beside the folder: %v", list, err)
		}
	})
}
