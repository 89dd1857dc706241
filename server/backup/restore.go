package backup

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"veche/server/audit"
	"veche/server/journal"
	"veche/server/store"
	"veche/server/store/sqlite"
)

// KeysDir is the directory of the keys in a data directory.
const KeysDir = "keys"

// Order says what is to be restored.
type Order struct {
	File string // the backup
	Data string // the new data directory: missing or empty; "" only checks the backup
	Keys Keys   // nil if they are put there by hand
	// Topic is one that is to end with the last batch that reaches no further than
	// event To; "" for none.
	Topic string
	To    uint64
	// Ends are kinds of records that do not live on: sessions.
	Ends []string
	// Tied are kinds of records, by topic, that tell of a log as it was at its end:
	// a topic that is cut loses them.
	Tied []string
	// Finish works on the new data before it gets its name, and can refuse it. The
	// store is closed. It answers nothing but whether all went well.
	Finish func(ctx context.Context, dir string) error
}

// Restored says what was restored.
type Restored struct {
	Manifest
	Topics []Topic // as they are now
	Cut    Cut
	Ended  int64 // records that do not live on
}

// Cut is what was left out of a topic that was restored to an earlier event.
type Cut struct {
	Topic   string
	To      uint64 // its last event now
	Batches int64
	Events  uint64
	Texts   int64
	Blobs   int
}

// Restore makes an installation of a backup. Everything is checked before the
// new directory is there; if anything is wrong it is not there.
func Restore(ctx context.Context, o Order) (r Restored, err error) {
	fail := func(err error) (Restored, error) { return Restored{}, fmt.Errorf("restore %s: %w", o.File, err) }
	data := filepath.Clean(o.Data)
	if o.Data == "" {
		if data, err = os.MkdirTemp("", "veche-check-*"); err != nil {
			return fail(err)
		}
		defer func() { err = errors.Join(err, os.RemoveAll(data)) }()
	}
	if err := checkEmpty(data); err != nil {
		return fail(err)
	}
	stage, err := os.MkdirTemp(filepath.Dir(data), ".veche-restore-*")
	if err != nil {
		return fail(err)
	}
	defer func() {
		if gone := os.RemoveAll(stage); gone != nil { // renamed by then if all went well
			err = errors.Join(err, gone)
		}
	}()
	if r.Manifest, err = unpack(ctx, o.File, stage); err != nil {
		return fail(err)
	}
	if err := o.fill(ctx, stage, &r); err != nil {
		return fail(err)
	}
	if o.Keys != nil {
		if err := o.Keys.Put(filepath.Join(stage, KeysDir)); err != nil {
			return fail(err)
		}
	}
	if o.Finish != nil {
		if err := o.Finish(ctx, stage); err != nil {
			return fail(err)
		}
	}
	if err := r.settle(ctx, stage); err != nil {
		return fail(err)
	}
	if o.Data == "" {
		return r, nil
	}
	if err := os.Remove(data); err != nil && !errors.Is(err, os.ErrNotExist) { // it is empty
		return fail(err)
	}
	if err := os.Rename(stage, data); err != nil {
		return fail(err)
	}
	if err := syncDir(filepath.Dir(data)); err != nil {
		return fail(err)
	}
	return r, nil
}

// checkEmpty refuses a directory that holds something.
func checkEmpty(dir string) error {
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil
	case err != nil:
		return err
	case len(entries) > 0:
		return fmt.Errorf("%s is not empty, it has %s: nothing is written over what is there", dir, entries[0].Name())
	}
	return nil
}

// ReadManifest reads what a backup says of itself; its data is not looked at.
func ReadManifest(file string) (Manifest, error) {
	z, _, m, err := open(file)
	if err != nil {
		return Manifest{}, fmt.Errorf("%s: %w", file, err)
	}
	return m, z.Close()
}

// open opens a backup as far as its manifest. Where err is nil the caller closes
// it.
func open(file string) (in *os.File, parts map[string]*zip.File, m Manifest, err error) {
	opened, err := os.Open(file)
	if err != nil {
		return nil, nil, m, err
	}
	defer func() {
		if err != nil {
			_ = opened.Close() // only read
		}
	}()
	about, err := opened.Stat()
	if err != nil {
		return nil, nil, m, err
	}
	if !about.Mode().IsRegular() {
		return nil, nil, m, errors.New("it is no backup: it is no file")
	}
	z, err := audit.OpenZip(opened, about.Size())
	if err != nil {
		return nil, nil, m, fmt.Errorf("it is no backup, or it breaks off: %w", oneLine{err})
	}
	parts = map[string]*zip.File{}
	for _, f := range z.File {
		if parts[f.Name] != nil {
			return nil, nil, m, fmt.Errorf("it holds %.60q twice", f.Name)
		}
		parts[f.Name] = f
	}
	head := parts[manifestName]
	if head == nil {
		return nil, nil, m, fmt.Errorf("it is no backup: it has no %s", manifestName)
	}
	h, err := head.Open()
	if err != nil {
		return nil, nil, m, err
	}
	b, err := io.ReadAll(io.LimitReader(h, maxManifest+1))
	if closed := h.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return nil, nil, m, fmt.Errorf("its %s can't be read, the backup is damaged: %w", manifestName, err)
	}
	if len(b) > maxManifest {
		return nil, nil, m, fmt.Errorf("its %s is too large", manifestName)
	}
	if m, err = readManifest(b); err != nil {
		return nil, nil, m, err
	}
	var unpacked uint64
	for _, f := range m.Files {
		if unpacked += uint64(f.Size); unpacked > audit.MostUnpacked(about.Size()) {
			return nil, nil, m, fmt.Errorf("its %s says that the files of %d bytes come to more than %d: no backup is packed so tightly, it is made to fill the disk", manifestName, about.Size(), audit.MostUnpacked(about.Size()))
		}
	}
	return opened, parts, m, nil
}

// unpack writes the database of a backup into a directory, if everything in the
// file is as its manifest says.
func unpack(ctx context.Context, file, dir string) (m Manifest, err error) {
	z, parts, m, err := open(file)
	if err != nil {
		return m, err
	}
	defer func() {
		if closed := z.Close(); err == nil {
			err = closed
		}
	}()
	if len(parts) != len(m.Files)+1 {
		return m, fmt.Errorf("it holds %d files, its %s names %d", len(parts)-1, manifestName, len(m.Files))
	}
	if m.Schema > sqlite.NewestSchema() {
		return m, fmt.Errorf("its database has schema %d, this program knows up to %d: use a newer veche", m.Schema, sqlite.NewestSchema())
	}
	for _, f := range m.Files {
		part := parts[f.Name]
		if part == nil {
			return m, fmt.Errorf("%s is missing from it", f.Name)
		}
		to := ""
		if f.Name == dataName {
			to = sqlite.Files(dir)[0]
		}
		if err := extract(ctx, part, f, to); err != nil {
			return m, fmt.Errorf("%s: %w", f.Name, err)
		}
	}
	return m, nil
}

// oneLine tells a joined error in one line.
type oneLine struct{ error }

func (e oneLine) Unwrap() error { return e.error }
func (e oneLine) Error() string { return strings.ReplaceAll(e.error.Error(), "\n", ": ") }

// extract reads a part whole, compares it with what the manifest says, and writes
// it to a file, unless that is "".
func extract(ctx context.Context, part *zip.File, want File, to string) (err error) {
	p, err := part.Open()
	if err != nil {
		return err
	}
	defer func() {
		if closed := p.Close(); err == nil {
			err = closed
		}
	}()
	out := io.Discard
	if to != "" {
		f, e := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if e != nil {
			return e
		}
		defer func() {
			if err == nil {
				err = f.Sync()
			}
			if closed := f.Close(); err == nil {
				err = closed
			}
		}()
		out = f
	}
	h := sha256.New()
	n, err := io.Copy(io.MultiWriter(out, h), io.LimitReader(reader{ctx, p}, want.Size+1))
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return fmt.Errorf("the backup is damaged: %w", err)
	case n != want.Size:
		return fmt.Errorf("it is not %d bytes long, as the manifest says: the backup is damaged", want.Size)
	case hex.EncodeToString(h.Sum(nil)) != want.SHA256:
		return errors.New("its digest is not that of the manifest: the backup is damaged")
	}
	return nil
}

// fill checks the data of a backup and makes of it what is to be restored.
func (o Order) fill(ctx context.Context, dir string, r *Restored) (err error) {
	s, err := sqlite.Open(ctx, dir, sqlite.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	flaws, err := s.Check(ctx)
	if err != nil {
		return err
	}
	if len(flaws) > 0 {
		return fmt.Errorf("%w: %s", store.ErrCorrupt, flaws[0])
	}
	topics, err := measureAll(ctx, s)
	if err != nil {
		return err
	}
	if !slices.Equal(topics, r.Manifest.Topics) {
		return fmt.Errorf("%w: its topics are not those of its %s", store.ErrCorrupt, manifestName)
	}
	if o.Topic != "" {
		if r.Cut, err = cut(ctx, s, o.Topic, o.To); err != nil {
			return err
		}
		for _, kind := range o.Tied {
			if _, err := s.Drop(ctx, kind, []string{o.Topic}); err != nil {
				return err
			}
		}
	}
	for _, kind := range o.Ends {
		n, err := s.Drop(ctx, kind, nil)
		if err != nil {
			return err
		}
		r.Ended += n
	}
	return s.LeapEpochs(ctx)
}

// settle reads once more what was made, through another opening of it, and
// forces it to the disk.
func (r *Restored) settle(ctx context.Context, dir string) error {
	s, err := sqlite.Open(ctx, dir, sqlite.Options{})
	if err != nil {
		return err
	}
	flaws, err := s.Check(ctx)
	if err == nil && len(flaws) > 0 {
		err = fmt.Errorf("%w: %s", store.ErrCorrupt, flaws[0])
	}
	if err == nil {
		r.Topics, err = measureAll(ctx, s)
	}
	deleted := map[string]bool{}
	if err == nil {
		err = s.List(ctx, journal.KindTombstone, "", store.Range{}, 0, func(x store.Record) error { deleted[x.ID] = true; return nil })
	}
	if err := errors.Join(err, s.Close()); err != nil {
		return err
	}
	for _, was := range r.Manifest.Topics {
		at := slices.IndexFunc(r.Topics, func(t Topic) bool { return t.ID == was.ID })
		if at < 0 && deleted[was.ID] {
			continue // as the register of erasures says
		}
		if at < 0 || was.ID != r.Cut.Topic && (r.Topics[at].Events < was.Events) {
			return fmt.Errorf("topic %s is not whole after all", was.ID)
		}
	}
	return syncDir(dir)
}
