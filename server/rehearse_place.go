package server

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
)

// rehearsalPrefix begins the names of rehearsals' directories in a data
// directory; a rehearsal whose data is to be looked at is renamed.
const (
	rehearsalPrefix = "rehearsal-"
	keptPrefix      = "kept-"
)

// rehearsalPlace is the directory of a rehearsal under way. The processes of the
// rehearsal hold its lock together, so it is free once all of them have ended,
// however that was.
type rehearsalPlace struct {
	dir  string
	lock *os.File
}

// takeRehearsalPlace makes a directory for a rehearsal: on the same disk as the
// data, which is what is rehearsed.
func takeRehearsalPlace(data string) (_ *rehearsalPlace, err error) {
	all, err := lockDirectory(data, syscall.LOCK_EX)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, all.Close()) }()
	dir, err := os.MkdirTemp(data, rehearsalPrefix)
	if err != nil {
		return nil, err
	}
	lock, err := lockDirectory(dir, syscall.LOCK_EX|syscall.LOCK_NB)
	if err != nil {
		return nil, errors.Join(err, os.Remove(dir))
	}
	return &rehearsalPlace{dir, lock}, nil
}

// bind ties a process of the rehearsal to this one, and has it hold the lock.
func (p *rehearsalPlace) bind(c *exec.Cmd) {
	bind(c)
	c.ExtraFiles = append(c.ExtraFiles, p.lock)
}

// leave removes the directory, or, if keep, renames it so that nothing removes
// it; it answers its new name.
func (p *rehearsalPlace) leave(keep bool) (kept string, err error) {
	if keep {
		kept = filepath.Join(filepath.Dir(p.dir), keptPrefix+filepath.Base(p.dir))
		err = os.Rename(p.dir, kept)
	} else {
		err = os.RemoveAll(p.dir)
	}
	return kept, errors.Join(err, p.lock.Close())
}

// SweepRehearsals removes from a data directory what rehearsals left that were
// killed, and answers how many there were. A rehearsal under way is not touched.
func SweepRehearsals(data string) (n int, err error) {
	if _, err := os.Stat(data); errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	all, err := lockDirectory(data, syscall.LOCK_EX)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, all.Close()) }()
	entries, err := os.ReadDir(data)
	if err != nil {
		return 0, err
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), rehearsalPrefix) || !e.IsDir() {
			continue
		}
		dir := filepath.Join(data, e.Name())
		lock, err := lockDirectory(dir, syscall.LOCK_EX|syscall.LOCK_NB)
		if errors.Is(err, syscall.EWOULDBLOCK) {
			continue // somebody rehearses
		}
		if err == nil {
			err = errors.Join(os.RemoveAll(dir), lock.Close())
		}
		if err != nil {
			return n, fmt.Errorf("removing what a rehearsal left: %w", err)
		}
		n++
	}
	return n, nil
}

// lockDirectory holds a directory until the file is closed, here and in every
// process that has it from here.
func lockDirectory(dir string, how int) (*os.File, error) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	for {
		err = syscall.Flock(int(f.Fd()), how)
		if !errors.Is(err, syscall.EINTR) {
			break
		}
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("locking %s: %w", dir, err), f.Close())
	}
	return f, nil
}
