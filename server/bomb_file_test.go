package server

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"veche/server/audit"
	"veche/server/backup"
	"veche/server/intake"
	"veche/server/topic"
)

// endless reads as one text again and again.
type endless struct {
	text string // many times
	at   int
}

func anew(text string) *endless { return &endless{text: strings.Repeat(text, 1<<16/len(text)+1)} }

func (e *endless) Read(p []byte) (int, error) {
	n := copy(p, e.text[e.at:])
	e.at = (e.at + n) % len(e.text)
	return n, nil
}

// packed is a file of an archive that somebody makes to do harm: what is in it and
// the size that its manifest gives, that of its content if 0.
type packed struct {
	name    string
	content io.Reader
	says    uint64
}

// pack writes files into an archive; end gets what they came to and adds what has to
// stand behind them.
func pack(t *testing.T, files []packed, end func(z *zip.Writer, list []audit.File)) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	var list []audit.File
	for _, f := range files {
		method := zip.Deflate
		if _, short := f.content.(*strings.Reader); short {
			method = zip.Store
		}
		w, err := z.CreateHeader(&zip.FileHeader{Name: f.name, Method: method})
		if err != nil {
			t.Fatal(err)
		}
		h := sha256.New()
		n, err := io.Copy(io.MultiWriter(w, h), f.content)
		if err != nil {
			t.Fatal(err)
		}
		size := uint64(n)
		if f.says != 0 {
			size = f.says
		}
		list = append(list, audit.File{Name: f.name, Size: size, Digest: audit.Hash(h.Sum(nil))})
	}
	end(z, list)
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// put adds a file to an archive as it is.
func put(t *testing.T, z *zip.Writer, name string, content []byte) {
	t.Helper()
	w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
	if err == nil {
		_, err = w.Write(content)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// layOver lets every file of an archive but the last two be the first: its sizes, its
// checksum and its place.
func layOver(t *testing.T, archive []byte) []byte {
	t.Helper()
	var at []int
	for i := 0; ; {
		n := bytes.Index(archive[i:], []byte("PK\x01\x02"))
		if n < 0 {
			break
		}
		at = append(at, i+n)
		i += n + 4
	}
	if len(at) < 4 {
		t.Fatalf("%d files", len(at))
	}
	first := archive[at[0]:]
	for _, i := range at[1 : len(at)-2] {
		copy(archive[i+16:i+28], first[16:28])
		copy(archive[i+42:i+46], first[42:46])
	}
	return archive
}

// Whatever bundle, backup or table a stranger makes to be much more than it looks
// costs a bounded piece of memory and is refused in plain words.
func TestBombsInFiles(t *testing.T) {
	const mib = 1 << 20
	nothing := func(n int64) io.Reader { return io.LimitReader(anew("\x00"), n) }
	sealed := func(z *zip.Writer, list []audit.File) {
		m := audit.Manifest{Schema: audit.BundleSchema, Topic: "bank", For: audit.Public, Files: list}
		encoded, err := m.Encode()
		if err != nil {
			t.Fatal(err)
		}
		put(t, z, audit.ManifestFile, encoded)
		put(t, z, audit.SignatureFile, []byte("nobody's"))
	}
	bundle := func(files ...packed) []byte { return pack(t, files, sealed) }
	said := func(z *zip.Writer, list []audit.File) {
		m := backup.Manifest{Format: backup.Format, Made: time.Unix(1_700_000_000, 0), Topics: []backup.Topic{}}
		for _, f := range list {
			m.Files = append(m.Files, backup.File{Name: f.Name, Size: int64(f.Size), SHA256: hex.EncodeToString(f.Digest[:])})
		}
		b, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		put(t, z, "manifest.json", b)
	}
	saved := func(files ...packed) []byte { return pack(t, files, said) }
	many := func(end func(z *zip.Writer, list []audit.File)) []byte {
		var files []packed
		for i := range 100_000 {
			files = append(files, packed{name: fmt.Sprintf("log/%d", i), content: strings.NewReader("")})
		}
		return pack(t, files, end)
	}
	over := func(end func(z *zip.Writer, list []audit.File)) []byte {
		files := []packed{{name: "log/first", content: nothing(4 * mib)}}
		for i := range 200 {
			files = append(files, packed{name: fmt.Sprintf("log/%d", i), content: strings.NewReader("x")})
		}
		return layOver(t, pack(t, files, func(z *zip.Writer, list []audit.File) {
			end(z, list)
			put(t, z, "last", nil)
		}))
	}
	verify := func(b []byte) error {
		r, err := audit.Verify(t.Context(), bytes.NewReader(b), int64(len(b)), audit.Options{})
		if err == nil && r.Failures() > 0 {
			var words []string
			for _, s := range r.Steps {
				if s.Outcome == audit.Failed {
					words = append(words, s.Name+": "+s.Detail)
				}
			}
			err = fmt.Errorf("%s", strings.Join(words, "; "))
		}
		return err
	}
	restore := func(b []byte) error {
		dir := t.TempDir()
		file := filepath.Join(dir, "backup")
		if err := os.WriteFile(file, b, 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := backup.Restore(t.Context(), backup.Order{File: file, Data: filepath.Join(dir, "data")})
		if list, e := os.ReadDir(dir); e != nil || len(list) != 1 {
			t.Errorf("%v stays beside the backup: %v", list, e)
		}
		return err
	}
	form := topic.Form{Features: []topic.Feature{{Name: "age", Label: "Age", Options: []string{"young", "old"}}}}
	people := func(r io.Reader) error { _, err := intake.ReadPeople(r, &form); return err }
	papers := func(r io.Reader) error {
		_, err := intake.ReadPapers(t.Context(), r, "en", time.Unix(1_700_000_000, 0))
		return err
	}
	table := func(head, text string, n int64) io.Reader {
		return io.MultiReader(strings.NewReader(head), io.LimitReader(anew(text), n))
	}
	long := binary.AppendUvarint([]byte("veche-log-1\ne"), 8*mib)
	archived := func(f func([]byte) error, b []byte) func() error { return func() error { return f(b) } }
	for _, c := range []struct {
		name  string
		open  func() error
		words string
		most  uint64 // MiB
	}{
		{"a bundle of 80 MiB of nothing", archived(verify, bundle(packed{name: audit.LogFile, content: nothing(80 * mib)})), "packed so tightly", 32},
		{"a key of 8 MiB", archived(verify, bundle(packed{name: audit.KeyFile, content: nothing(8 * mib)})), "no such file has more", 32},
		{"a log of 8 MiB that is none", archived(verify, bundle(packed{name: audit.LogFile, content: nothing(8 * mib)})), "does not begin as a log", 32},
		{"an event that says it is long", archived(verify, bundle(packed{name: audit.LogFile, content: bytes.NewReader(long)})), "breaks off inside event 1", 48},
		{"a bundle that says 2^60 bytes", archived(verify, bundle(packed{name: audit.LogFile, content: nothing(1), says: 1 << 60})), "packed so tightly", 32},
		{"a bundle that says 10 bytes of 16 MiB", archived(verify, bundle(packed{name: audit.LogFile, content: nothing(16 * mib), says: 10})), "not the one that the manifest names", 32},
		{"a bundle of 100,000 files", archived(verify, many(sealed)), "list of files is longer", 64},
		{"a bundle whose files lie over each other", archived(verify, over(sealed)), "lie over each other", 32},

		{"a backup of 80 MiB of nothing", archived(restore, saved(packed{name: "veche.db", content: nothing(80 * mib)})), "packed so tightly", 32},
		{"a backup that says 2^40 bytes", archived(restore, saved(packed{name: "veche.db", content: nothing(1), says: 1 << 40})), "packed so tightly", 32},
		{"a backup that says 10 bytes of 16 MiB", archived(restore, saved(packed{name: "veche.db", content: nothing(16 * mib), says: 10})), "it is not 10 bytes long", 32},
		{"a backup of 100,000 files", archived(restore, many(said)), "list of files is longer", 64},
		{"a backup whose files lie over each other", archived(restore, over(said)), "lie over each other", 32},
		{"what a backup says of itself, 20 MiB of it", archived(restore, pack(t, []packed{{name: "manifest.json", content: nothing(20 * mib)}}, func(*zip.Writer, []audit.File) {})), "too large", 128},

		{"people in one line of 1 GiB", func() error { return people(table("id,age\n", "young", 1<<30)) }, "the row is longer than", 64},
		{"a header of 1 GiB", func() error { return people(table("id,age", ",age", 1<<30)) }, "the row is longer than", 128},
		{"a person of 1 GiB of cells", func() error { return people(table("id,age\n", "1,", 1<<30)) }, "the row is longer than", 160},
		{"a cell of 1 GiB in quotes", func() error { return people(table("id,age\n1,\"", "young\n", 1<<30)) }, "the row is longer than", 64},
		{"ideas in one line of 1 GiB", func() error { return papers(table("id,text,source\n", "a", 1<<30)) }, "the row is longer than", 64},
		{"blank lines of 1 GiB", func() error { return papers(table("id,text,source\n", "\n", 1<<30)) }, "longer than", 64},
	} {
		t.Run(c.name, func(t *testing.T) {
			var err error
			most := highWater(func() { err = c.open() })
			if err == nil || !strings.Contains(err.Error(), c.words) || len(err.Error()) > 2000 {
				t.Errorf("refused with %.300v, want %q", err, c.words)
			}
			if most > c.most*mib {
				t.Errorf("%d MiB were held, want at most %d", most/mib, c.most)
			}
			t.Logf("%.1f MiB, %.160v", float64(most)/mib, err)
		})
	}
}
