package privacy

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func entries(t *testing.T, r *Register) []Erased {
	t.Helper()
	var list []Erased
	if err := r.Replay(context.Background(), func(_ context.Context, e Erased) error { list = append(list, e); return nil }); err != nil {
		t.Fatal(err)
	}
	return list
}

func openRegister(t *testing.T, dir string) *Register {
	t.Helper()
	r, err := OpenRegister(dir)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// What was entered is there after a restart, in order and once.
func TestRegister(t *testing.T) {
	dir := t.TempDir()
	r := openRegister(t, dir)
	ann, text := Erased{Time: noon, Person: "ann"}, Erased{Time: noon, Topic: "parks", Text: strings.Repeat("ab", 32)}
	for range 2 {
		if err := r.Add(ann, text); err != nil {
			t.Fatal(err)
		}
	}
	if !r.Erased("ann") || r.Erased("bob") || r.Erased("") {
		t.Error("the register does not know who was erased")
	}
	if got := entries(t, openRegister(t, dir)); !cmp.Equal(got, []Erased{ann, text}) {
		t.Errorf("after a restart it holds %v", got)
	}
	info, err := os.Stat(filepath.Join(dir, RegisterFile))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("its file: %v, %v", info, err)
	}
	withTexts := ann
	withTexts.Texts = true // asked for later
	if err := r.Add(withTexts); err != nil {
		t.Fatal(err)
	}
	if got := entries(t, openRegister(t, dir)); !cmp.Equal(got, []Erased{withTexts, text}) {
		t.Errorf("after erasing the texts too it holds %v", got)
	}
	for _, bad := range []Erased{{Time: noon}, {Time: noon, Person: "a", Topic: "b", Text: "c"}} {
		if r.Add(bad) == nil {
			t.Errorf("%v was entered", bad)
		}
	}
}

// A crash in the middle of an entry takes nothing that was acknowledged, and the
// register goes on behind it.
func TestRegisterCutOff(t *testing.T) {
	for cut := 1; cut < 40; cut++ {
		dir := t.TempDir()
		r := openRegister(t, dir)
		if err := r.Add(Erased{Time: noon, Person: "ann"}); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, RegisterFile)
		whole, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, append(bytes.Clone(whole), whole[:cut]...), 0o600); err != nil {
			t.Fatal(err)
		}
		r = openRegister(t, dir)
		if err := r.Add(Erased{Time: noon, Person: "bob"}); err != nil {
			t.Fatal(err)
		}
		if r = openRegister(t, dir); !r.Erased("ann") || !r.Erased("bob") || r.Len() != 2 {
			t.Fatalf("cut at %d it holds %v", cut, entries(t, r))
		}
	}
}

// Bytes that are no register are refused, not passed over.
func TestRegisterDamaged(t *testing.T) {
	for _, bad := range []string{"x\n", "{}\n", `{"time":"2026-03-01T12:00:00Z","person":"a","text":"b"}` + "\n", "[1]\n"} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, RegisterFile), []byte(bad), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := OpenRegister(dir); err == nil {
			t.Errorf("%q was taken for a register", bad)
		}
	}
}

// Merging a backup's register loses nothing of either, in any order.
func TestRegisterMerge(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		dir, err := os.MkdirTemp(t.TempDir(), "")
		if err != nil {
			rt.Fatal(err)
		}
		r, err := OpenRegister(dir)
		if err != nil {
			rt.Fatal(err)
		}
		people := rapid.SliceOfN(rapid.StringMatching(`[a-e]{1,2}`), 0, 6)
		here, there := people.Draw(rt, "here"), people.Draw(rt, "there")
		for _, p := range here {
			if err := r.Add(Erased{Time: noon, Person: p}); err != nil {
				rt.Fatal(err)
			}
		}
		backup := ""
		for _, p := range there {
			backup += `{"time":"2026-03-01T12:00:00Z","person":"` + p + `"}` + "\n"
		}
		if _, err := r.Merge(strings.NewReader(backup)); err != nil {
			rt.Fatal(err)
		}
		again, err := OpenRegister(dir)
		if err != nil {
			rt.Fatal(err)
		}
		distinct := map[string]bool{}
		for _, p := range append(here, there...) {
			distinct[p] = true
			if !again.Erased(p) {
				rt.Fatalf("%s was lost", p)
			}
		}
		if again.Len() != len(distinct) {
			rt.Fatalf("%d entries for %d people", again.Len(), len(distinct))
		}
	})
}
