package doctor

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"veche/server/backup"
	"veche/server/readiness"
	"veche/server/store/sqlite"
)

// What a disk should have free: less than the first is a fault, less than the
// second to be looked at.
const (
	leastFree = 64 << 20
	someFree  = 1 << 30
	// muchAhead is a write-ahead log that should have been merged long ago.
	muchAhead = 256 << 20
)

// place examines the directory, its files, the disk and the clock.
func (x *examination) place() {
	dir := x.Data
	info, err := os.Stat(dir)
	if err != nil || !info.IsDir() {
		x.add(Fault, "place", dir, "name the data directory with --data", "there is no such directory")
		return
	}
	sound := true
	private := func(path string, level Level) {
		info, err := os.Stat(path)
		if errors.Is(err, fs.ErrNotExist) {
			return
		}
		switch {
		case err != nil:
			x.add(Fault, "place", path, "see who owns it", "it can't be looked at: %v", err)
		case info.Mode().Perm()&0o077 != 0:
			x.add(level, "place", path, "chmod go= "+path, "others than its owner may open it (mode %04o)", info.Mode().Perm())
		default:
			return
		}
		sound = false
	}
	private(dir, Fault)
	keys := filepath.Join(dir, backup.KeysDir)
	private(keys, Fault)
	for _, name := range x.KeyFiles {
		path := filepath.Join(keys, name)
		private(path, Fault)
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			lost, left := x.Loss(name)
			x.add(Fault, "keys", path, "put the keys back: veche restore --keys FILE --data "+dir+"; "+left, "it is missing: %s", lost)
			x.keyless = true
		}
	}
	if sound {
		x.add(Sound, "place", dir, "", "only its owner may read it")
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		x.add(Fault, "place", dir, "see who owns it", "it can't be read: %v", err)
	}
	for _, e := range entries {
		if e.IsDir() && (strings.HasPrefix(e.Name(), "rehearsal-") || strings.HasPrefix(e.Name(), ".veche-")) {
			x.add(Look, "place", filepath.Join(dir, e.Name()), "remove it, unless something runs there now", "it was left behind")
		}
	}
	size := int64(0)
	for _, path := range sqlite.Files(dir) {
		if info, err := os.Stat(path); err == nil {
			size += info.Size()
		}
	}
	switch free := readiness.DiskFree(dir); {
	case free != free: // not a number: unknown
	case free < leastFree:
		x.add(Fault, "place", dir, "make room: the server refuses what is written once there is none", "its disk has %s free", bytes(free))
	case free < someFree || free < float64(size):
		x.add(Look, "place", dir, "make room: a backup takes as much as the data for a while", "its disk has %s free, the data takes %s", bytes(free), bytes(float64(size)))
	default:
		x.add(Sound, "place", dir, "", "its disk has %s free, the data takes %s", bytes(free), bytes(float64(size)))
	}
	if readiness.ClockDisciplined() == 0 {
		x.add(Look, "place", "clock", "let chrony or systemd-timesyncd keep it", "no time service keeps it: steps, deadlines and sessions go by it")
	}
}
