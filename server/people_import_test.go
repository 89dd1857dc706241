package server

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"veche/server/topic"
)

// peopleFile is a file of n people for the form of topicBody, from id first.
func peopleFile(first, n int) string {
	var b strings.Builder
	b.WriteString("id,age\n")
	for i := range n {
		fmt.Fprintf(&b, "%d,%s\n", first+i, []string{"young", "old"}[i%2])
	}
	return b.String()
}

// importing is a town whose topic takes applications.
func importing(t *testing.T) *town {
	w := openTown(t, t.TempDir())
	w.must(201, "POST", "/api/topics", "planner", topicBody)
	w.must(200, "POST", "/api/topics/bank/stage", "planner", `{"client_id":"a","stage":0}`)
	return w
}

func (w *town) must(status int, method, path, as, body string, headers ...string) answer {
	w.Helper()
	a := w.send(method, path, as, body, headers...)
	if a.status != status {
		w.Fatalf("%s %s as %s: %d, want %d: %s", method, path, as, a.status, status, a.body)
	}
	return a
}

const peopleURL, importsURL = "/api/topics/bank/people", "/api/topics/bank/imports"

// An import is listed and can be taken back: its people leave the pool, no word
// of their rows stays, and they can come again.
func TestImportTakenBack(t *testing.T) {
	w := importing(t)
	csv := []string{"Content-Type", "text/csv"}
	w.must(200, "POST", peopleURL, "registrar", peopleFile(1, 1200), csv...)
	if a := w.must(200, "GET", importsURL, "planner", ""); !strings.Contains(a.body, `{"import":1,"people":1200,"time":`) || !strings.Contains(a.body, `"status":"complete"`) || !strings.Contains(a.body, `"rows":2000000`) {
		t.Errorf("the list is %s", a.body)
	}
	rows := w.rows()
	if len(rows) != 1200 {
		t.Fatalf("%d rows", len(rows))
	}
	w.must(403, "DELETE", importsURL+"/1", "moderator", "")
	w.must(404, "DELETE", importsURL+"/9", "planner", "")
	w.must(200, "DELETE", importsURL+"/1", "planner", "")
	w.must(200, "DELETE", importsURL+"/1", "planner", "")
	if texts, err := w.server.Journal.Texts(t.Context(), "bank", rows); err != nil || len(texts) != 0 {
		t.Errorf("%d rows are still there, %v", len(texts), err)
	}
	if a := w.must(200, "GET", "/api/topics/bank/pool", "planner", ""); a.field("people") != 0.0 {
		t.Errorf("the pool is %s", a.body)
	}
	if a := w.must(200, "GET", importsURL, "registrar", ""); !strings.Contains(a.body, `"status":"withdrawn"`) {
		t.Errorf("the list is %s", a.body)
	}
	w.must(200, "POST", peopleURL, "registrar", peopleFile(1, 1200), csv...)
	if a := w.must(200, "GET", "/api/topics/bank/pool", "planner", ""); a.field("people") != 1200.0 {
		t.Errorf("the pool is %s", a.body)
	}
	if a := w.must(200, "GET", "/api/topics/bank/history", "planner", ""); !strings.Contains(a.body, "import 1 withdrawn: 1200 people left the pool") {
		t.Errorf("the history is %s", a.body)
	}
}

// rows are the digests of the rows of all applications.
func (w *town) rows() (list []topic.Digest) {
	w.Helper()
	view, err := w.server.Journal.View(w.Context(), "bank")
	if err != nil {
		w.Fatal(err)
	}
	view.Read(func(s *topic.State, _ uint64) {
		for i := range s.Applications {
			list = append(list, s.Applications[i].Row)
		}
	})
	return list
}

// The same file sent several times at once is taken once; the others are refused
// in words.
func TestImportsAtOnce(t *testing.T) {
	w := importing(t)
	file := peopleFile(1, 3000)
	answers := make([]answer, 4)
	var wg sync.WaitGroup
	for i := range answers {
		wg.Go(func() { answers[i] = w.send("POST", peopleURL, "registrar", file, "Content-Type", "text/csv") })
	}
	wg.Wait()
	taken := 0
	for _, a := range answers {
		switch a.status {
		case 200:
			taken++
		case 409:
			if !strings.Contains(a.body, "another import into this topic is running") {
				t.Errorf("refused with %s", a.body)
			}
		case 422: // it came when the first was done
		default:
			t.Errorf("%d: %s", a.status, a.body)
		}
	}
	if a := w.must(200, "GET", "/api/topics/bank/pool", "planner", ""); taken != 1 || a.field("people") != 3000.0 {
		t.Errorf("taken %d times, the pool is %s", taken, a.body)
	}
}

// Who leaves while a file is taken has given it up: nobody joins, and nothing
// goes on.
func TestImportAbandoned(t *testing.T) {
	w := importing(t)
	ctx, leave := context.WithCancel(t.Context())
	// The whole file is sent before its sender leaves.
	body := &sent{Reader: bytes.NewReader([]byte(peopleFile(1, 60_000))), end: make(chan struct{})}
	r, err := http.NewRequestWithContext(ctx, "POST", w.url+peopleURL, body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Origin", w.url)
	r.Header.Set("Content-Type", "text/csv")
	r.AddCookie(&http.Cookie{Name: "veche_session", Value: w.cookies["registrar"]})
	done := make(chan error, 1)
	go func() {
		res, err := w.client.Do(r)
		if err == nil {
			res.Body.Close()
		}
		done <- err
	}()
	<-body.end
	for w.server.Intake.Running("bank") == nil {
		time.Sleep(time.Millisecond)
	}
	leave()
	if err := <-done; err == nil {
		t.Fatal("the import was through before its sender left: the test shows nothing")
	}
	for late := time.Now().Add(20 * time.Second); w.server.Intake.Running("bank") != nil; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(late) {
			t.Fatal("the import goes on")
		}
	}
	if a := w.must(200, "GET", "/api/topics/bank/pool", "planner", ""); a.field("people") != 0.0 {
		t.Errorf("the pool is %s", a.body)
	}
	if a := w.must(200, "GET", importsURL, "planner", ""); strings.Contains(a.body, "complete") || strings.Contains(a.body, "broken-off") {
		t.Errorf("the list is %s", a.body)
	}
	if a := w.must(409, "POST", "/api/topics/bank/stage", "planner", `{"client_id":"b","stage":1}`); !strings.Contains(a.body, "nobody has applied yet") {
		t.Errorf("refused with %s", a.body)
	}
	w.must(200, "POST", peopleURL, "registrar", peopleFile(1, 20), "Content-Type", "text/csv")
}

type sent struct {
	io.Reader
	end chan struct{}
}

func (s *sent) Read(p []byte) (int, error) {
	n, err := s.Reader.Read(p)
	if err != nil {
		close(s.end)
	}
	return n, err
}

// A file that is too large is refused by its head, in words.
func TestImportTooLarge(t *testing.T) {
	w := importing(t)
	c, err := net.Dial("tcp", strings.TrimPrefix(w.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(c, "POST %s HTTP/1.1\r\nHost: %s\r\nOrigin: %s\r\nContent-Type: text/csv\r\nCookie: veche_session=%s\r\nContent-Length: 999999999\r\n\r\nid,age\n",
		peopleURL, strings.TrimPrefix(w.url, "http://"), w.url, w.cookies["registrar"])
	if err := c.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(c)
	if err != nil || !bytes.Contains(b, []byte(" 413 ")) || !bytes.Contains(b, []byte("at most 2,000,000 people")) {
		t.Errorf("answered %s, %v", b, err)
	}
}
