package backup

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"veche/server/journal"
	"veche/server/store"
	"veche/server/store/sqlite"
	"veche/server/topic"
)

var (
	ctx  = context.Background()
	made = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
)

// town is a store with topics that grow by remarks.
type town struct {
	*testing.T
	store   *sqlite.Store
	journal *journal.Journal
	who     topic.Who
}

func newTown(t *testing.T, topics ...string) *town {
	t.Helper()
	s, err := sqlite.Open(ctx, t.TempDir(), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	w := &town{T: t, store: s, journal: journal.Open(s, journal.Options{Sole: true}), who: topic.Who{Role: topic.RoleCitizen, Pseudonym: topic.Pseudonym{1}}}
	t.Cleanup(func() {
		if err := errors.Join(w.journal.Close(), s.Close()); err != nil {
			t.Error(err)
		}
	})
	planner := topic.Who{Role: topic.RolePlanner}
	for _, id := range topics {
		_, err := w.journal.Create(ctx, journal.Request{Who: planner, Command: topic.Create{Settings: topic.Settings{
			ID: id, Title: "T", Question: "Q", Lang: "en", Stages: []topic.Stage{{Kind: topic.StageDebate}},
		}}})
		if err != nil {
			t.Fatal(err)
		}
		w.do(id, planner, topic.OpenStage{})
		row := journal.NewText("{}")
		w.do(id, w.who, topic.Apply{Row: row.Digest()}, row)
	}
	return w
}

func (w *town) do(id string, who topic.Who, c topic.Command, texts ...journal.Text) journal.Ack {
	w.Helper()
	ack, err := w.journal.Submit(ctx, id, journal.Request{Who: who, Command: c, Texts: texts})
	if err != nil {
		w.Fatal(err)
	}
	return ack
}

// say posts a remark and answers its event and text.
func (w *town) say(id, body string) (uint64, topic.Digest) {
	w.Helper()
	text := journal.NewText(body)
	return w.do(id, w.who, topic.Say{Text: text.Digest()}, text).Seq, text.Digest()
}

func (w *town) backup() string {
	w.Helper()
	out := filepath.Join(w.TempDir(), "b.zip")
	if _, err := Write(ctx, w.store, out, Origin{Code: "test", Signer: "s", Now: made}); err != nil {
		w.Fatal(err)
	}
	return out
}

// stored reads what is in a data directory: the log of each topic and the bodies
// of texts.
func stored(t *testing.T, dir string) (topics []Topic, texts []string) {
	t.Helper()
	s, err := sqlite.OpenReadOnly(ctx, dir)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if topics, err = measureAll(ctx, s); err != nil {
		t.Fatal(err)
	}
	err = s.List(ctx, journal.TextKind, "", store.Range{}, 0, func(r store.Record) error {
		_, text, err := journal.TextOf(r)
		texts = append(texts, string(text.Body))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(texts)
	return topics, texts
}

// What is restored has every log with its root and every text, and nobody is
// signed in.
func TestRestore(t *testing.T) {
	w := newTown(t, "north", "south")
	for i := range 20 {
		w.say("north", fmt.Sprint("remark ", i))
	}
	if _, err := w.store.PutIfRev(ctx, store.Record{Kind: "session", ID: "x"}); err != nil {
		t.Fatal(err)
	}
	out := w.backup()
	w.say("south", "after the backup")
	dir := filepath.Join(t.TempDir(), "new")
	r, err := Restore(ctx, Order{File: out, Data: dir, Ends: []string{"session"}, Keys: Keys{"a.key": []byte("a")}})
	if err != nil {
		t.Fatal(err)
	}
	topics, texts := stored(t, dir)
	if diff := cmp.Diff(r.Manifest.Topics, topics); diff != "" {
		t.Error(diff)
	}
	if len(texts) != 22 || slices.Contains(texts, "after the backup") || r.Ended != 1 || !r.Made.Equal(made) {
		t.Errorf("%d texts, %d sessions ended, made %s", len(texts), r.Ended, r.Made)
	}
	if info, err := os.Stat(filepath.Join(dir, KeysDir, "a.key")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the keys: %v", err)
	}
	// It goes on from there, under epochs that nobody has seen.
	s, err := sqlite.Open(ctx, dir, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	j := journal.Open(s, journal.Options{Sole: true})
	text := journal.NewText("later")
	before := w.do("north", w.who, topic.Say{Text: text.Digest()}, text)
	ack, err := j.Submit(ctx, "north", journal.Request{Who: w.who, Command: topic.Say{Text: text.Digest()}, Texts: []journal.Text{text}})
	if err != nil || ack.Seq != before.Seq || ack.Epoch <= before.Epoch+1000 {
		t.Errorf("the next event is %d of epoch %d, %v; it was %d of epoch %d", ack.Seq, ack.Epoch, err, before.Seq, before.Epoch)
	}
	if err := errors.Join(j.Close(), s.Close()); err != nil {
		t.Error(err)
	}
}

// Restored to any event a topic is its log up to the last whole batch, with the
// root it had then; later texts, results and the snapshot are gone, what is still
// named is there, and the other topic is whole.
func TestRestoreToEvent(t *testing.T) {
	w := newTown(t, "north", "south")
	result := []byte("result of a run")
	sum := sha256.Sum256(result)
	digest := hex.EncodeToString(sum[:])
	var ends []uint64
	for i := range 6 {
		seq, _ := w.say("north", fmt.Sprint("remark ", i))
		ends = append(ends, seq)
		w.say("south", fmt.Sprint("south ", i))
	}
	if err := w.store.PutBlob(ctx, digest, bytes.NewReader(result)); err != nil {
		t.Fatal(err)
	}
	snapshot := []byte("snapshot of the later state")
	sum = sha256.Sum256(snapshot)
	if err := w.store.PutBlob(ctx, hex.EncodeToString(sum[:]), bytes.NewReader(snapshot)); err != nil {
		t.Fatal(err)
	}
	if _, err := w.store.PutIfRev(ctx, store.Record{Kind: "snapshot", ID: "north", Data: fmt.Appendf(nil, `{"blob":%q,"seq":1}`, hex.EncodeToString(sum[:]))}); err != nil {
		t.Fatal(err)
	}
	out := w.backup()
	whole, _ := Measure(ctx, w.store, "south", 0, nil)
	first, last := ends[0], ends[len(ends)-1]
	for to := first - 1; to <= last; to++ {
		dir := filepath.Join(t.TempDir(), "new")
		r, err := Restore(ctx, Order{File: out, Data: dir, Topic: "north", To: to})
		if err != nil {
			t.Fatalf("to %d: %v", to, err)
		}
		want, err := Measure(ctx, w.store, "north", r.Cut.To, nil)
		if err != nil {
			t.Fatal(err)
		}
		topics, texts := stored(t, dir)
		if diff := cmp.Diff([]Topic{want, whole}, topics); diff != "" {
			t.Errorf("to %d: %s", to, diff)
		}
		said := 0
		for _, end := range ends {
			if end <= r.Cut.To {
				said++
			}
		}
		if r.Cut.To > to || r.Cut.Events != last-r.Cut.To || r.Cut.Texts != int64(6-said) || len(texts) != 2+6+said {
			t.Errorf("to %d: %+v, texts %q", to, r.Cut, texts)
		}
		s, err := sqlite.OpenReadOnly(ctx, dir)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Get(ctx, "snapshot", "north"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("to %d: the snapshot is there: %v", to, err)
		}
		// A blob that no event names is not the restore's to judge.
		if blobs, err := s.BlobList(ctx); err != nil || !cmp.Equal(blobs, []string{digest}) {
			t.Errorf("to %d: blobs %q, %v", to, blobs, err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	for _, c := range []struct {
		topic string
		to    uint64
		want  string
	}{
		{"north", last + 1, "ends at event"},
		{"nowhere", 1, "no topic"},
	} {
		dir := filepath.Join(t.TempDir(), "new")
		if _, err := Restore(ctx, Order{File: out, Data: dir, Topic: c.topic, To: c.to}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s to %d: %v", c.topic, c.to, err)
		}
		nothing(t, dir)
	}
}

// A topic that the last step deletes, as the register of erasures says, may be
// missing from what is restored; one that is missing otherwise may not.
func TestRestoreWithoutADeletedTopic(t *testing.T) {
	w := newTown(t, "north", "south")
	out := w.backup()
	for _, told := range []bool{true, false} {
		dir := filepath.Join(t.TempDir(), "new")
		r, err := Restore(ctx, Order{File: out, Data: dir, Finish: func(ctx context.Context, dir string) error {
			s, err := sqlite.Open(ctx, dir, sqlite.Options{})
			if err != nil {
				return err
			}
			if told {
				_, err = s.PutIfRev(ctx, store.Record{Kind: journal.KindTombstone, ID: "north", Data: []byte("{}")})
			}
			return errors.Join(err, s.DropLog(ctx, "north"), s.Close())
		}})
		if told {
			if err != nil || len(r.Topics) != 1 || r.Topics[0].ID != "south" {
				t.Errorf("restored %+v, %v", r.Topics, err)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), "topic north is not whole") {
			t.Errorf("restored without a topic: %v", err)
		}
		nothing(t, dir)
	}
}

// nothing fails where a directory is there, or anything beside it.
func nothing(t *testing.T, dir string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(dir))
	if err != nil || len(entries) != 0 {
		t.Errorf("something is left: %v %v", entries, err)
	}
}

// A backup with any byte changed, cut off anywhere, or that lies about itself
// restores the same or is refused, and then nothing is left.
func TestDamagedBackup(t *testing.T) {
	w := newTown(t, "north")
	w.say("north", "a remark")
	out := w.backup()
	whole, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	good, err := Restore(ctx, Order{File: out, Data: filepath.Join(t.TempDir(), "new")})
	if err != nil {
		t.Fatal(err)
	}
	try := func(name string, b []byte) bool {
		t.Helper()
		file := filepath.Join(t.TempDir(), "b.zip")
		if err := os.WriteFile(file, b, 0o600); err != nil {
			t.Fatal(err)
		}
		dir := filepath.Join(t.TempDir(), "new")
		r, err := Restore(ctx, Order{File: file, Data: dir})
		if err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("%s: %v: want one line", name, err)
			}
			nothing(t, dir)
			return false
		}
		if !cmp.Equal(r.Topics, good.Topics) {
			t.Errorf("%s: restored other topics", name)
		}
		return true
	}
	same := 0
	for at := 0; at < len(whole); at += 1 + len(whole)/60 {
		b := bytes.Clone(whole)
		b[at] ^= 0x11
		if try(fmt.Sprint("byte ", at), b) {
			same++ // a time in the archive, or the first copy of a header
		}
	}
	if same > 12 {
		t.Errorf("%d changed bytes made no difference", same)
	}
	for cut := 0; cut < len(whole); cut += 1 + len(whole)/10 {
		if try(fmt.Sprint("cut to ", cut), whole[:cut]) {
			t.Errorf("cut to %d bytes it was restored", cut)
		}
	}
	for name, change := range map[string]func(parts map[string][]byte, m *Manifest){
		"newer format": func(_ map[string][]byte, m *Manifest) { m.Format++ },
		"newer schema": func(_ map[string][]byte, m *Manifest) { m.Schema++ },
		"other root":   func(_ map[string][]byte, m *Manifest) { m.Topics[0].Root[0] ^= 1 },
		"fewer topics": func(_ map[string][]byte, m *Manifest) { m.Topics = nil },
		"path": func(p map[string][]byte, m *Manifest) {
			p["../x"] = nil
			m.Files[0].Name = "../x"
			delete(p, readmeName)
		},
		"more files":     func(p map[string][]byte, _ *Manifest) { p["more"] = nil },
		"no database":    func(p map[string][]byte, m *Manifest) { delete(p, dataName); m.Files = m.Files[:1] },
		"claims smaller": func(_ map[string][]byte, m *Manifest) { m.Files[1].Size-- },
		"claims larger":  func(_ map[string][]byte, m *Manifest) { m.Files[1].Size++ },
		"other content":  func(p map[string][]byte, _ *Manifest) { p[dataName] = bytes.Clone(p[dataName]); p[dataName][5000] ^= 1 },
		"no sqlite": func(p map[string][]byte, m *Manifest) {
			p[dataName] = []byte("no database at all")
			sum := sha256.Sum256(p[dataName])
			m.Files[1] = File{dataName, int64(len(p[dataName])), hex.EncodeToString(sum[:])}
		},
	} {
		if try(name, repack(t, whole, change)) {
			t.Errorf("%s: it was restored", name)
		}
	}
	if !try("unchanged", repack(t, whole, func(map[string][]byte, *Manifest) {})) {
		t.Error("packing it again is enough to have it refused: the table has shown nothing")
	}
}

// repack changes what is in a backup and writes it anew.
func repack(t *testing.T, whole []byte, change func(map[string][]byte, *Manifest)) []byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(whole), int64(len(whole)))
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if parts[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
	var m Manifest
	if err := json.Unmarshal(parts[manifestName], &m); err != nil {
		t.Fatal(err)
	}
	delete(parts, manifestName)
	change(parts, &m)
	if parts[manifestName], err = json.Marshal(m); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	out := zip.NewWriter(&b)
	for name, content := range parts {
		f, err := out.Create(name)
		if err == nil {
			_, err = f.Write(content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Nothing is written over what is there, and a step at the end that fails leaves
// nothing.
func TestRestoreIsWholeOrNothing(t *testing.T) {
	out := newTown(t, "north").backup()
	full := t.TempDir()
	if err := os.WriteFile(filepath.Join(full, "x"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Restore(ctx, Order{File: out, Data: full}); err == nil || !strings.Contains(err.Error(), "not empty") {
		t.Errorf("into a full directory: %v", err)
	}
	dir := filepath.Join(t.TempDir(), "new")
	broken := errors.New("no")
	_, err := Restore(ctx, Order{File: out, Data: dir, Finish: func(context.Context, string) error { return broken }})
	if !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	nothing(t, dir)
	gone, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := Restore(gone, Order{File: out, Data: dir}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	nothing(t, dir)
	if _, err := Restore(ctx, Order{File: out}); err != nil { // only looks
		t.Error(err)
	}
	nothing(t, dir)
	empty := t.TempDir()
	if _, err := Restore(ctx, Order{File: out, Data: empty}); err != nil {
		t.Errorf("into an empty directory: %v", err)
	}
}
