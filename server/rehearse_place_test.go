package server

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// What is left of a rehearsal goes once no process has it, and not before.
func TestSweepRehearsals(t *testing.T) {
	data := t.TempDir()
	for _, other := range []string{"keys", "kept-rehearsal-1", "rehearsal-left"} {
		if err := os.MkdirAll(filepath.Join(data, other, "data"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	place, err := takeRehearsalPlace(data)
	if err != nil {
		t.Fatal(err)
	}
	child := exec.Command("cat")
	place.bind(child)
	in, err := child.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	sweep := func(want int, when string, left ...string) {
		t.Helper()
		n, err := SweepRehearsals(data)
		if err != nil || n != want {
			t.Errorf("%s %d were removed, want %d: %v", when, n, want, err)
		}
		found, err := filepath.Glob(filepath.Join(data, "*"))
		if err != nil || len(found) != len(left) {
			t.Errorf("%s there are %v, want %v: %v", when, found, left, err)
		}
		for _, dir := range left {
			if _, err := os.Stat(filepath.Join(data, dir)); err != nil {
				t.Errorf("%s: %v", when, err)
			}
		}
	}
	under := filepath.Base(place.dir)
	sweep(1, "under way", "keys", "kept-rehearsal-1", under)
	if err := place.lock.Close(); err != nil { // as if this process had been killed
		t.Fatal(err)
	}
	sweep(0, "while its child lives", "keys", "kept-rehearsal-1", under)
	if err := in.Close(); err != nil {
		t.Fatal(err)
	}
	if err := child.Wait(); err != nil {
		t.Fatal(err)
	}
	sweep(1, "after all ended", "keys", "kept-rehearsal-1")
	if n, err := SweepRehearsals(filepath.Join(data, "nothing")); n != 0 || err != nil {
		t.Errorf("where there is no data: %d, %v", n, err)
	}
}

// What is to be looked at stays.
func TestKeptRehearsal(t *testing.T) {
	data := t.TempDir()
	place, err := takeRehearsalPlace(data)
	if err != nil {
		t.Fatal(err)
	}
	kept, err := place.leave(true)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := SweepRehearsals(data); n != 0 || err != nil {
		t.Errorf("%d were removed: %v", n, err)
	}
	if _, err := os.Stat(kept); err != nil {
		t.Error(err)
	}
}
