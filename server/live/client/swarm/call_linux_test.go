package swarm

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// Requests are answered in each person's order, sent again when the connection
// breaks, and refusals are told.
func TestCall(t *testing.T) {
	var asked atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		if asked.Add(1)%5 == 2 {
			panic(http.ErrAbortHandler) // the answer is lost
		}
		if r.Method != http.MethodPut || r.Header.Get("Cookie") != "a=b" || r.Header.Get("Origin") != "http://"+r.Host {
			t.Errorf("%s with %v", r.Method, r.Header)
		}
		if string(body) == `{"n":7}` {
			w.WriteHeader(http.StatusConflict)
		}
		fmt.Fprint(w, "{}")
	}))
	defer server.Close()
	s, err := New(0, strings.TrimPrefix(server.URL, "http://"), Bare{}, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for n := range 20 {
		s.Call(n%3, http.MethodPut, "/votes", "a=b", fmt.Sprintf(`{"n":%d}`, n))
	}
	if ok, err := s.Until(t.Context(), 20*time.Second, func() bool { return s.Outstanding() == 0 }); !ok || err != nil {
		t.Fatalf("%+v, %v", s.Outstanding(), err)
	}
	c := &s.Calls
	if c.Called != 20 || c.Done != 19 || c.Refused != 1 || c.Again == 0 || c.Answer.Count() != 19 || int(asked.Load()) != 20+c.Again {
		t.Errorf("called %d, done %d, refused %d, again %d, asked %d", c.Called, c.Done, c.Refused, c.Again, asked.Load())
	}
	if s.Fault() == nil || !strings.Contains(s.Fault().Error(), "409") {
		t.Errorf("the refusal is told as %v", s.Fault())
	}
}

// Headers that never end keep their connections, and come back when they are cut.
func TestDripHeaders(t *testing.T) {
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ReadHeaderTimeout = 700 * time.Millisecond
	server.Start()
	defer server.Close()
	s, err := New(0, server.Listener.Addr().String(), Bare{}, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	s.DripHeaders(3)
	all := func() bool { return s.Dripping() == 3 }
	for _, want := range []func() bool{all, func() bool { return s.Dripping() < 3 }, all} {
		if ok, err := s.Until(t.Context(), 10*time.Second, want); !ok || err != nil {
			t.Fatalf("%d drip, %v", s.Dripping(), err)
		}
	}
	s.StopDripping()
	if s.Dripping() != 0 {
		t.Errorf("%d drip after the end", s.Dripping())
	}
}
