package doctor_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"veche/server/backup"
	"veche/server/doctor"
	"veche/server/journal"
	"veche/server/store"
	"veche/server/store/sqlite"
	"veche/server/topic"
)

var ctx = context.Background()

const keyFile = "a.key"

// installation makes a data directory with two topics, texts and a result.
func installation(t *testing.T) (dir string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "data")
	s, err := sqlite.Open(ctx, dir, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	j := journal.Open(s, journal.Options{Sole: true})
	planner, who := topic.Who{Role: topic.RolePlanner}, topic.Who{Role: topic.RoleCitizen, Pseudonym: topic.Pseudonym{1}}
	do := func(id string, who topic.Who, c topic.Command, texts ...journal.Text) {
		t.Helper()
		if _, err := j.Submit(ctx, id, journal.Request{Who: who, Command: c, Texts: texts}); err != nil {
			t.Fatal(err)
		}
	}
	for _, id := range []string{"north", "south"} {
		if _, err := j.Create(ctx, journal.Request{Who: planner, Command: topic.Create{Settings: topic.Settings{
			ID: id, Title: "T", Question: "question of " + id, Lang: "en", Stages: []topic.Stage{{Kind: topic.StageDebate}},
		}}}); err != nil {
			t.Fatal(err)
		}
		do(id, planner, topic.OpenStage{})
		row := journal.NewText("{}")
		do(id, who, topic.Apply{Row: row.Digest()}, row)
		for i := range 5 {
			text := journal.NewText(fmt.Sprintf("remark %d of %s", i, id))
			do(id, who, topic.Say{Text: text.Digest()}, text)
		}
	}
	// The north has a snapshot, the south is read from its log.
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(journal.DropSnapshot(ctx, s, "south"), s.Close(), backup.Keys{keyFile: []byte("k")}.Put(filepath.Join(dir, backup.KeysDir))); err != nil {
		t.Fatal(err)
	}
	return dir
}

func examine(t *testing.T, dir string, change func(*doctor.Order)) *doctor.Report {
	t.Helper()
	o := doctor.Order{Data: dir, Now: time.Now(), KeyFiles: []string{keyFile}, Loss: func(string) (string, string) { return "nothing opens", "begin anew" }, Keys: func(context.Context, store.Store) (int, error) { return 2, nil }}
	if change != nil {
		change(&o)
	}
	r, err := doctor.Examine(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// open opens the data for a change that a server would not make.
func open(t *testing.T, dir string) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(ctx, dir, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// flip changes one bit of the first occurrence of words in the database.
func flip(t *testing.T, dir, words string) {
	t.Helper()
	path := sqlite.Files(dir)[0]
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(b, []byte(words))
	if at < 0 {
		t.Fatalf("%q is not in the file", words)
	}
	b[at+len(words)-1] ^= 1
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

// Whatever is broken is found, named with its place, and said what to do about;
// what is whole is said to be so beside it.
func TestExamine(t *testing.T) {
	text := func(t *testing.T, s *sqlite.Store, body string) (r store.Record) {
		t.Helper()
		err := s.List(ctx, journal.TextKind, "", store.Range{}, 0, func(x store.Record) error {
			if strings.HasSuffix(string(x.Data), body) {
				r = x
			}
			return nil
		})
		if err != nil || r.ID == "" {
			t.Fatalf("no text %q: %v", body, err)
		}
		return r
	}
	result := []byte("a result that nobody names")
	sum := sha256.Sum256(result)
	for _, c := range []struct {
		name  string
		spoil func(t *testing.T, dir string)
		order func(*doctor.Order)
		level doctor.Level
		area  string
		where string
		what  string
		whole string // where something is said to be sound all the same
	}{
		{name: "nothing", whole: "north"},
		{name: "a batch", spoil: func(t *testing.T, dir string) { flip(t, dir, "question of south") }, level: doctor.Fault, area: "topic", where: "south", what: "checksum", whole: "north"},
		{name: "a text", spoil: func(t *testing.T, dir string) { flip(t, dir, "remark 3 of north") }, level: doctor.Fault, area: "text", where: "north/", what: "damaged", whole: "south"},
		{name: "a missing text", spoil: func(t *testing.T, dir string) {
			s := open(t, dir)
			x := text(t, s, "remark 2 of south")
			if err := errors.Join(s.Delete(ctx, x.Kind, x.ID, x.Rev), s.Close()); err != nil {
				t.Fatal(err)
			}
		}, level: doctor.Fault, area: "text", where: "of south, event", what: "missing", whole: "north"},
		{name: "a text in the register of erasures", spoil: func(t *testing.T, dir string) {
			s := open(t, dir)
			x := text(t, s, "remark 2 of south")
			if err := errors.Join(s.Delete(ctx, x.Kind, x.ID, x.Rev), s.Close()); err != nil {
				t.Fatal(err)
			}
		}, order: func(o *doctor.Order) { o.Erased = func(id string, _ topic.Digest) bool { return id == "south" } }, whole: "south"},
		{name: "a loose text", spoil: func(t *testing.T, dir string) {
			s := open(t, dir)
			d := journal.NewText("loose")
			x := store.Record{Kind: journal.TextKind, ID: journal.TextID("south", d.Digest()), Data: append(d.Salt[:], d.Body...)}
			if err := errors.Join(s.Insert(ctx, []store.Record{x}), s.Close()); err != nil {
				t.Fatal(err)
			}
		}, level: doctor.Look, area: "text", what: "1 of 13 texts"},
		{name: "a loose result", spoil: func(t *testing.T, dir string) {
			s := open(t, dir)
			if err := errors.Join(s.PutBlob(ctx, hex.EncodeToString(sum[:]), bytes.NewReader(result)), s.Close()); err != nil {
				t.Fatal(err)
			}
		}, level: doctor.Look, area: "result", what: "1 of 2 results"},
		{name: "a result", spoil: func(t *testing.T, dir string) {
			s := open(t, dir)
			if err := errors.Join(s.PutBlob(ctx, hex.EncodeToString(sum[:]), bytes.NewReader(result)), s.Close()); err != nil {
				t.Fatal(err)
			}
			flip(t, dir, string(result))
		}, level: doctor.Fault, area: "result", where: hex.EncodeToString(sum[:8]), what: "damaged", whole: "north"},
		{name: "the beginning of a page", spoil: func(t *testing.T, dir string) {
			path := sqlite.Files(dir)[0]
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			at := bytes.Index(b, []byte("remark 3 of north")) &^ 4095
			copy(b[at:], make([]byte, 8))
			if err := os.WriteFile(path, b, 0o600); err != nil {
				t.Fatal(err)
			}
		}, level: doctor.Fault, area: "database", where: "veche.db"},
		{name: "no database at all", spoil: func(t *testing.T, dir string) {
			if err := os.WriteFile(sqlite.Files(dir)[0], []byte("what is this"), 0o600); err != nil {
				t.Fatal(err)
			}
		}, level: doctor.Fault, area: "database", where: "veche.db", what: "does not open"},
		{name: "a newer database", spoil: func(t *testing.T, dir string) {
			db, err := sql.Open("sqlite", sqlite.Files(dir)[0])
			if err == nil {
				_, err = db.Exec("PRAGMA user_version = 999")
				err = errors.Join(err, db.Close())
			}
			if err != nil {
				t.Fatal(err)
			}
		}, level: doctor.Fault, area: "database", where: "veche.db", what: "use a newer veche"},
		{name: "a key for all to read", spoil: func(t *testing.T, dir string) {
			if err := os.Chmod(filepath.Join(dir, backup.KeysDir, keyFile), 0o644); err != nil {
				t.Fatal(err)
			}
		}, level: doctor.Fault, area: "place", where: keyFile, what: "others than its owner"},
		{name: "a directory for all to read", spoil: func(t *testing.T, dir string) {
			if err := os.Chmod(dir, 0o755); err != nil {
				t.Fatal(err)
			}
		}, level: doctor.Fault, area: "place", where: "data", what: "others than its owner"},
		{name: "a missing key", spoil: func(t *testing.T, dir string) {
			if err := os.Remove(filepath.Join(dir, backup.KeysDir, keyFile)); err != nil {
				t.Fatal(err)
			}
		}, level: doctor.Fault, area: "keys", where: keyFile, what: "missing", whole: "north"},
		{name: "keys of other data", order: func(o *doctor.Order) {
			o.Keys = func(context.Context, store.Store) (int, error) { return 0, errors.New("not those of this data") }
		}, level: doctor.Fault, area: "keys", what: "not those of this data", whole: "north"},
		{name: "a clock that is behind", order: func(o *doctor.Order) { o.Now = o.Now.Add(-time.Hour) }, level: doctor.Fault, area: "topic", where: "north", what: "ahead of the clock"},
		{name: "what a restore left", spoil: func(t *testing.T, dir string) {
			if err := os.Mkdir(filepath.Join(dir, ".veche-restore-1"), 0o700); err != nil {
				t.Fatal(err)
			}
		}, level: doctor.Look, area: "place", where: ".veche-restore-1", what: "left behind"},
		{name: "events that a backup has", order: against(func(m *backup.Manifest) { m.Topics[1].Events++ }), level: doctor.Fault, area: "topic", where: "south", what: "acknowledged", whole: "north"},
		{name: "other events than a backup", order: against(func(m *backup.Manifest) { m.Topics[1].Root[0] ^= 1 }), level: doctor.Fault, area: "topic", where: "south", what: "are not those of the backup", whole: "north"},
		{name: "a topic that a backup has", order: against(func(m *backup.Manifest) { m.Topics = append(m.Topics, backup.Topic{ID: "west", Events: 1}) }), level: doctor.Fault, area: "topic", where: "west", what: "not here"},
		{name: "as in the backup", order: against(func(*backup.Manifest) {}), whole: "south"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := installation(t)
			change := c.order
			if change != nil {
				change = func(o *doctor.Order) { o.Data = dir; c.order(o) }
			}
			if c.spoil != nil {
				c.spoil(t, dir)
			}
			r := examine(t, dir, change)
			found, whole := c.level == doctor.Sound, c.whole == ""
			for _, f := range r.Findings {
				if f.Level != doctor.Sound && f.Do == "" {
					t.Errorf("nothing is said to do: %+v", f)
				}
				if f.Where == "clock" || f.Where == dir && strings.Contains(f.What, "free") {
					continue // of the machine that the test runs on
				}
				if f.Level == doctor.Sound {
					whole = whole || f.Where == c.whole
					continue
				}
				if f.Level == c.level && f.Area == c.area && strings.Contains(f.Where, c.where) && (strings.Contains(f.What, c.what) || strings.Contains(f.Do, c.what)) {
					found = true
				} else if c.level == doctor.Sound {
					t.Errorf("found %+v", f)
				}
			}
			if !found || !whole || c.level == doctor.Fault && !r.Faulty() {
				b, err := json.MarshalIndent(r.Findings, "", " ")
				t.Errorf("not found, or not said to be whole: %s %v", b, err)
			}
			var out bytes.Buffer
			if err := r.Write(&out); err != nil || c.level == doctor.Fault && !strings.HasPrefix(out.String(), "fault") {
				t.Errorf("%v: %s", err, out.String())
			}
		})
	}
}

// against holds the data against a backup of itself that is changed.
func against(change func(*backup.Manifest)) func(*doctor.Order) {
	return func(o *doctor.Order) {
		s, err := sqlite.OpenReadOnly(ctx, o.Data)
		if err != nil {
			panic(err)
		}
		m := backup.Manifest{Made: o.Now}
		for _, id := range []string{"north", "south"} {
			t, err := backup.Measure(ctx, s, id, 0, nil)
			if err != nil {
				panic(err)
			}
			m.Topics = append(m.Topics, t)
		}
		if err := s.Close(); err != nil {
			panic(err)
		}
		change(&m)
		o.Against = &m
	}
}

// Beside a server that writes, all is whole; a hundred damaged texts are a short
// list.
func TestExamineBesideAWriter(t *testing.T) {
	dir := installation(t)
	s := open(t, dir)
	defer s.Close()
	if r := examine(t, dir, nil); r.Count(doctor.Fault) > 0 && r.Findings[0].Area != "place" {
		t.Errorf("%+v", r.Findings[0])
	}
	var rows []store.Record
	for i := range 100 {
		d := journal.NewText(fmt.Sprint(i))
		rows = append(rows, store.Record{Kind: journal.TextKind, ID: journal.TextID("south", d.Digest()), Data: append(d.Salt[:], 'x')})
	}
	if err := s.Insert(ctx, rows); err != nil {
		t.Fatal(err)
	}
	r := examine(t, dir, nil)
	texts := 0
	for _, f := range r.Findings {
		if f.Area == "text" && f.Level == doctor.Fault {
			if texts == 0 && !strings.Contains(f.What, "and 80 more") {
				t.Errorf("%+v", f)
			}
			texts++
		}
	}
	if texts != 20 {
		t.Errorf("%d lines for a hundred damaged texts", texts)
	}
}
