package main

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// writeWhole writes beside the target and renames, so that no half file is
// left behind. What is no plain file, such as a terminal, is written to as it is.
func writeWhole(path string, write func(io.Writer) error) (err error) {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		return errors.Join(write(f), f.Close())
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	buffered := bufio.NewWriterSize(f, 1<<18)
	if err := cmp.Or(write(buffered), buffered.Flush(), f.Chmod(0o644)); err != nil {
		return errors.Join(fmt.Errorf("%s: %w", path, err), f.Close())
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// outDir is the directory that a draw writes to.
type outDir struct {
	dir, kept string // kept is the commitment.json that the draw keeps, empty for none
	overwrite bool
}

const overwriteUsage = "replace what an earlier draw left in --out"

// check refuses a directory that holds another draw: one that previous names in
// any case, since what follows is proved by it.
func (r outDir) check(previous ...string) error {
	here, err := os.Stat(r.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return err
	}
	for _, dir := range previous {
		if there, err := os.Stat(dir); err == nil && os.SameFile(here, there) {
			return usagef("--out %s is the result of the round before, which this one is proved by: name another directory", r.dir)
		}
	}
	if r.overwrite {
		return nil
	}
	for _, name := range []string{"proof.json", "commitment.json"} {
		path := filepath.Join(r.dir, name)
		if name == "commitment.json" && r.keeps(path) {
			continue
		}
		if _, err := os.Stat(path); err == nil {
			return fmt.Errorf("%s is of another draw: name another directory for --out, or give --overwrite to replace what is there", path)
		} else if !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// keeps tells whether the commitment in the directory is the one that is kept.
func (r outDir) keeps(path string) bool {
	if r.kept == "" {
		return false
	}
	there, err := os.ReadFile(path)
	if err != nil {
		return false
	}
	kept, err := os.ReadFile(r.kept)
	return err == nil && string(there) == string(kept)
}

// clear takes away what an earlier draw left and not every draw writes, and the
// proof, without which the rest is no result; a commitment.json too, but for the
// one that is kept.
func (r outDir) clear() error {
	names := []string{"proof.json", "panels.csv", "invitation.json"}
	if path := filepath.Join(r.dir, "commitment.json"); !r.keeps(path) {
		names = append(names, "commitment.json")
	}
	for _, name := range names {
		if err := os.Remove(filepath.Join(r.dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}
