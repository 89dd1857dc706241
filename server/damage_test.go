package server

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"veche/server/journal"
	"veche/server/store/sqlite"
	"veche/server/topic"
)

// One topic whose log has a flipped byte is refused as damaged, and named to the
// operators; the server starts, and shows and takes everything else.
func TestDamagedPage(t *testing.T) {
	k := newKilling(t, 1)
	mark := strings.Repeat("Kilroy was here. ", 20)
	s, err := Open(t.Context(), Options{Data: k.dir})
	if err != nil {
		t.Fatal(err)
	}
	planner := topic.Who{Role: topic.RolePlanner}
	if _, err := s.Journal.Create(t.Context(), journal.Request{Who: planner, Command: topic.Create{Settings: topic.Settings{
		ID: "damaged", Title: "D", Question: mark, Lang: "en", Stages: []topic.Stage{{Kind: topic.StageDebate}},
	}}}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	dropSnapshots(t, k.dir)
	path := sqlite.Files(k.dir)[0]
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(raw, []byte(mark))
	if at < 0 {
		t.Fatal("the question is not in the file")
	}
	raw[at+100] ^= 1
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd, stdin, url := k.launch("127.0.0.1:0")
	defer stdin.Close()
	defer k.kill(cmd)
	client := &http.Client{Timeout: 2 * time.Minute}
	defer client.CloseIdleConnections()
	if got := k.get(client, url+"/api/topics/damaged"); !strings.HasPrefix(got, "500 ") || !strings.Contains(got, `"code":"damaged"`) || !strings.Contains(got, "veche doctor") {
		t.Errorf("the damaged topic: %s", got)
	}
	if got := k.get(client, url+"/api/topics"); !strings.Contains(got, `"id":"t"`) || strings.Contains(got, `"id":"damaged"`) {
		t.Errorf("topics: %s", got)
	}
	if got := k.get(client, url+"/healthz"); !strings.Contains(got, `"code":"damaged"`) || !strings.Contains(got, `"topics":1`) {
		t.Errorf("health: %s", got)
	}
	if status, body := k.send(client, url, 0, "it goes on"); status != http.StatusCreated {
		t.Errorf("the other topic: %d %s", status, body)
	}
}

// dropSnapshots has every topic read from its log.
func dropSnapshots(t *testing.T, dir string) {
	t.Helper()
	s, err := sqlite.Open(t.Context(), dir, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	snapshots, err := journal.Snapshots(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	for id := range snapshots {
		if err := journal.DropSnapshot(t.Context(), s, id); err != nil {
			t.Fatal(err)
		}
	}
}

// However much of the write-ahead log is lost, the server starts from what is
// left: the first events of the log, each with its text, none twice, none out of
// order. What was cut off is gone, whatever was acknowledged: SQLite promises no
// more where a disk loses what it said it had.
func TestTruncatedWAL(t *testing.T) {
	k := newKilling(t, 4)
	cmd, stdin, url := k.launch("127.0.0.1:0")
	defer stdin.Close()
	client := &http.Client{Timeout: 2 * time.Minute}
	defer client.CloseIdleConnections()
	for i := range 40 {
		if status, body := k.send(client, url, i%4, fmt.Sprint("remark ", i)); status != http.StatusCreated {
			t.Fatalf("%d %s", status, body)
		}
	}
	k.kill(cmd)
	files := map[string][]byte{}
	for _, path := range sqlite.Files(k.dir)[:2] {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		files[path] = b
	}
	wal := sqlite.Files(k.dir)[1]
	if len(files[wal]) == 0 {
		t.Fatal("there is no write-ahead log: the test has shown nothing")
	}
	rng := rand.New(rand.NewPCG(1, 2))
	lost := 0
	for _, left := range []int{len(files[wal]), len(files[wal]) - 1, rng.IntN(len(files[wal])), rng.IntN(len(files[wal])), 33, 0} {
		for path, b := range files {
			if path == wal {
				b = b[:left]
			}
			if err := os.WriteFile(path, b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Remove(sqlite.Files(k.dir)[2]); err != nil && !os.IsNotExist(err) { // as after a restart of the machine
			t.Fatal(err)
		}
		lost = k.prefix()
		if left == len(files[wal]) && lost != 0 {
			t.Errorf("nothing was cut off and %d remarks are lost", lost)
		}
		if t.Failed() {
			t.Fatalf("with %d of %d bytes left", left, len(files[wal]))
		}
	}
	if lost == 0 {
		t.Error("without the whole log nothing is lost: the test has shown nothing")
	}
}

// prefix demands that the log is the beginning of what was acknowledged, with its
// texts, and answers how many remarks are missing at its end.
func (k *killing) prefix() (lost int) {
	k.Helper()
	s, err := Open(k.Context(), Options{Data: k.dir})
	if err != nil {
		k.Fatal(err)
	}
	defer s.Close()
	said := map[uint64]topic.Digest{}
	var digests []topic.Digest
	end := uint64(0)
	err = s.Journal.ReadAfter(k.Context(), "t", 0, func(e *topic.Event) error {
		if e.Seq != end+1 {
			return fmt.Errorf("seq %d follows %d", e.Seq, end)
		}
		end = e.Seq
		if r, ok := e.Body.(*topic.RemarkPosted); ok {
			said[e.Seq], digests = r.Text, append(digests, r.Text)
		}
		return nil
	})
	if err != nil {
		k.Fatal(err)
	}
	texts, err := s.Journal.Texts(k.Context(), "t", digests)
	if err != nil {
		k.Fatal(err)
	}
	for body, ack := range k.acked {
		switch d, ok := said[ack.Seq]; {
		case ack.Seq > end:
			lost++
		case !ok || string(texts[d].Body) != body:
			k.Errorf("seq %d is not %q any more", ack.Seq, body)
		}
	}
	return lost
}
