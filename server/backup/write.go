package backup

import (
	"archive/zip"
	"bufio"
	"compress/flate"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"veche/server/store/sqlite"
)

// Origin is what a backup says of where it comes from.
type Origin struct {
	Code   string // version of the program
	Signer string // public key of the installation's checkpoints
	Now    time.Time
}

// Write writes a backup of what the store holds at one moment to a file, beside
// the process that may be writing to the store. The file is there whole or not
// at all. It takes room for two copies of the data next to it for a while.
func Write(ctx context.Context, s *sqlite.Store, out string, o Origin) (m Manifest, err error) {
	fail := func(err error) (Manifest, error) { return Manifest{}, fmt.Errorf("backup to %s: %w", out, err) }
	dir, err := os.MkdirTemp(filepath.Dir(out), ".veche-backup-*")
	if err != nil {
		return fail(err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if err := s.CopyTo(ctx, dir); err != nil {
		return fail(err)
	}
	m = Manifest{Format: Format, Made: o.Now.UTC().Truncate(time.Second), Code: o.Code, Signer: o.Signer}
	if err := describe(ctx, dir, &m); err != nil {
		return fail(err)
	}
	readme := []byte(readme(m))
	data, err := digestFile(sqlite.Files(dir)[0])
	if err != nil {
		return fail(err)
	}
	data.Name = dataName
	sum := sha256.Sum256(readme)
	m.Files = []File{{readmeName, int64(len(readme)), hex.EncodeToString(sum[:])}, data}
	err = writeWhole(out, func(w io.Writer) error {
		z := zip.NewWriter(w)
		z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestSpeed) })
		manifest, err := json.MarshalIndent(m, "", " ")
		if err != nil {
			return err
		}
		add := func(name string, from func(io.Writer) error) error {
			f, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: m.Made})
			if err != nil {
				return err
			}
			return from(f)
		}
		bytes := func(b []byte) func(io.Writer) error {
			return func(w io.Writer) error { _, err := w.Write(b); return err }
		}
		if err := errors.Join(add(manifestName, bytes(manifest)), add(readmeName, bytes(readme))); err != nil {
			return err
		}
		if err := add(dataName, func(w io.Writer) error { return copyFile(ctx, w, sqlite.Files(dir)[0]) }); err != nil {
			return err
		}
		return z.Close()
	})
	if err != nil {
		return fail(err)
	}
	return m, nil
}

// describe reads a copy and enters what it holds.
func describe(ctx context.Context, dir string, m *Manifest) (err error) {
	c, err := sqlite.OpenReadOnly(ctx, dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	if m.Schema, err = c.Schema(ctx); err != nil {
		return err
	}
	m.Topics, err = measureAll(ctx, c)
	return err
}

func readme(m Manifest) string {
	return fmt.Sprintf(`The data of a Veche installation as it was on %s: %d topics.

It holds what people wrote and answered, but not the keys: names and the links
from people to what they said open only with the backup of the keys, which
belongs in another place than this file.

To see whether it is sound:  veche restore FILE --check
To make an installation:     veche restore FILE --data NEWDIR --keys KEYSFILE
`, m.Made.Format(time.RFC1123), len(m.Topics))
}

// writeWhole writes beside the target, forces it to the disk and renames it, so
// that neither a crash nor a full disk leaves half a file under the name.
func writeWhole(path string, write func(io.Writer) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	b := bufio.NewWriterSize(f, 1<<18)
	if err = write(b); err == nil {
		err = b.Flush()
	}
	if err == nil {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	if err = os.Rename(f.Name(), path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// copyFile copies a file until ctx ends.
func copyFile(ctx context.Context, w io.Writer, path string) (err error) {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	_, err = io.Copy(w, reader{ctx, f})
	return err
}

// reader reads until ctx ends.
type reader struct {
	ctx context.Context
	r   io.Reader
}

func (r reader) Read(b []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(b)
}

func digestFile(path string) (File, error) {
	h := sha256.New()
	f, err := os.Open(path)
	if err != nil {
		return File{}, err
	}
	n, err := io.Copy(h, f)
	return File{Name: filepath.Base(path), Size: n, SHA256: hex.EncodeToString(h.Sum(nil))}, errors.Join(err, f.Close())
}
