package swarm

import (
	"context"
	"encoding/json"
	"reflect"
	"slices"
	"testing"
	"time"

	"veche/server/journal"
	"veche/server/live/protocol"
)

// The scanner finds in real messages what the measurements need.
func TestVecheRead(t *testing.T) {
	b, err := json.Marshal([]any{
		protocol.Joined{T: "joined", Topic: "t", Epoch: 3, Rooms: []uint32{0, 4}, Number: 7, Role: "participant"},
		protocol.Reset{T: "reset", Room: 4, Epoch: 3, Last: 90, Remarks: []journal.Remark{{ID: 1, Text: "@5 #1 old"}}},
		protocol.Events{T: "events", Room: 4, Epoch: 3, Prev: 90, Last: 92, Events: []protocol.Event{
			{E: "remark", Remark: &journal.Remark{ID: 2, Text: "@17 #2 \"word\" }]"}}, {E: "removed", Gone: 1, Reason: "rude"}}},
		protocol.Ack{T: "ack", ID: "a-1", Epoch: 3, Seq: 92, Remark: 2},
		protocol.Refused{T: "problem", ID: "a-2", Problem: protocol.Problem{Code: "retry", Title: "T", Detail: "{"}},
		protocol.Presence{T: "presence", Room: 4, Here: 2},
		protocol.Beat{T: "beat", Epoch: 3, Tops: [][2]uint64{{4, 92}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []message{
		{kind: "joined", epoch: 3},
		{kind: "reset", room: 4, epoch: 3, last: 90},
		{kind: "events", room: 4, epoch: 3, prev: 90, last: 92, said: []stamp{{17, 2}}},
		{kind: "ack", id: "a-1", epoch: 3, seq: 92},
		{kind: "problem", id: "a-2", code: "retry"},
		{kind: "presence", room: 4},
		{kind: "beat", epoch: 3},
	}
	if got := (&Veche{}).read(b); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	for _, bad := range []string{"", "{}", "[{", `[{"t":"x"`} {
		if got := (&Veche{}).read([]byte(bad)); len(got) != 1 || got[0].kind != "broken" {
			t.Errorf("%q: %+v", bad, got)
		}
	}
}

func TestCentrifugeRead(t *testing.T) {
	got := Centrifuge{}.read([]byte(`{"id":1,"connect":{"client":"x"}}` + "\n" + `{"id":2,"subscribe":{}}` + "\n" +
		`{"push":{"channel":"room","pub":{"data":{"text":"@17 #2 word"}}}}` + "\n" + `{"id":26,"publish":{}}` + "\n" + `{"id":27,"error":{"code":1}}` + "\n{}"))
	want := []message{{}, {kind: "live"}, {kind: "live", said: []stamp{{17, 2}}}, {kind: "ack", id: "-10"}, {kind: "problem", id: "-11", code: `{"code":1}`}, {}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestRoomApply(t *testing.T) {
	for _, c := range []struct {
		name       string
		m          message
		gap, reset bool
		last       uint64
	}{
		{"continues", message{kind: "events", epoch: 2, prev: 10, last: 12}, false, false, 12},
		{"overlaps", message{kind: "events", epoch: 2, prev: 5, last: 12}, false, false, 12},
		{"old news", message{kind: "events", epoch: 2, prev: 5, last: 10}, false, false, 10},
		{"gap", message{kind: "events", epoch: 2, prev: 11, last: 12}, true, false, 12},
		{"an epoch that it was not told of", message{kind: "events", epoch: 3, prev: 10, last: 12}, true, false, 12},
		{"of an epoch that is over", message{kind: "events", epoch: 1, prev: 10, last: 12}, false, false, 10},
		{"reset", message{kind: "reset", epoch: 3, last: 4}, false, true, 4},
		{"presence", message{kind: "presence"}, false, false, 10},
	} {
		r := room{Epoch: 2, Last: 10}
		if gap, reset := r.apply(&c.m); gap != c.gap || reset != c.reset || r.Last != c.last {
			t.Errorf("%s: gap %v, reset %v, last %d", c.name, gap, reset, r.Last)
		}
	}
}

// serveRaw runs a raw server until the test ends.
func serveRaw(t *testing.T) *Raw {
	t.Helper()
	r, err := NewRaw(10 * time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- r.Serve(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	return r
}

// Sockets get what each says, once, and come back when they are cut.
func TestSwarm(t *testing.T) {
	r := serveRaw(t)
	s, err := New(20, r.Address(), Bare{}, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Connect(t.Context(), s.Sockets, 4, 10*time.Second); err != nil {
		t.Fatal(err)
	}
	if s.Entry.Count() != 20 || s.Live() != 20 {
		t.Fatalf("%d entries, %d live", s.Entry.Count(), s.Live())
	}
	s.Begin()
	if err := s.Rate(t.Context(), 200, 100*time.Millisecond, func(n int) { s.Say(s.Sockets[n%20], 200) }); err != nil {
		t.Fatal(err)
	}
	if ok, err := s.Until(t.Context(), 10*time.Second, func() bool { return s.Delivered == 400 }); !ok || err != nil {
		t.Fatalf("%d of 400 delivered, %v", s.Delivered, err)
	}
	if s.Said != 20 || s.Receipt.Count() != 400 || s.Receipt.Times().Max <= 0 || s.PerSecond() <= 0 || s.Fault() != nil || s.Bytes < 400*200 {
		t.Errorf("said %d, %d receipts, %v/s, %d bytes, %v", s.Said, s.Receipt.Count(), s.PerSecond(), s.Bytes, s.Fault())
	}
	s.Begin()
	s.ComeBack = true
	for _, k := range s.Sockets[:5] {
		s.Cut(k)
	}
	if s.Live() != 15 {
		t.Errorf("%d live after 5 were cut", s.Live())
	}
	if ok, err := s.Until(t.Context(), 10*time.Second, func() bool { return s.Live() == 20 }); !ok || err != nil {
		t.Fatalf("%d are back, %v", s.Live(), err)
	}
	if s.Entry.Count() != 5 || s.Cuts != 0 {
		t.Errorf("%d entries, %d cuts", s.Entry.Count(), s.Cuts)
	}
}

// A server that goes away is seen, and a frame that is larger than a read is
// put together.
func TestSwarmOfAServerThatEnds(t *testing.T) {
	r, err := NewRaw(time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- r.Serve(ctx) }()
	s, err := New(2, r.Address(), Bare{}, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Connect(t.Context(), s.Sockets, 2, 10*time.Second); err != nil {
		t.Fatal(err)
	}
	s.Begin()
	for range 300 {
		s.Say(s.Sockets[0], 2000) // 600 KB may go as one frame
	}
	if ok, err := s.Until(t.Context(), 10*time.Second, func() bool { return s.Delivered == 600 }); !ok || err != nil {
		t.Fatalf("%d of 600 delivered, %v, %v", s.Delivered, err, s.Fault())
	}
	stop()
	if err := <-served; err != nil {
		t.Fatal(err)
	}
	if ok, err := s.Until(t.Context(), 10*time.Second, func() bool { return s.Live() == 0 }); !ok || err != nil {
		t.Fatalf("%d live, %v", s.Live(), err)
	}
	if s.Cuts != 2 || s.Fault() == nil || s.Codes[1006] != 2 {
		t.Errorf("%d cuts, %v, codes %v", s.Cuts, s.Fault(), s.Codes)
	}
}

func TestReadAnswer(t *testing.T) {
	whole := "HTTP/1.1 201 Created\r\nServer: x\r\ncontent-length: 2\r\n\r\n{}"
	for _, c := range []struct {
		in        string
		status, n int
		fails     bool
	}{
		{whole, 201, len(whole), false},
		{whole + "HTTP", 201, len(whole), false},
		{whole[:len(whole)-1], 201, 0, false},
		{whole[:30], 0, 0, false},
		{"HTTP/1.1 200 OK\r\n\r\n", 0, 0, true},
		{"nonsense\r\n\r\n", 0, 0, true},
		{"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", 0, 0, true},
	} {
		status, n, err := readAnswer([]byte(c.in))
		if n != c.n || (err != nil) != c.fails || (!c.fails && status != c.status) {
			t.Errorf("%q: %d, %d, %v", c.in, status, n, err)
		}
	}
}

func FuzzReadAnswer(f *testing.F) {
	f.Add([]byte("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"))
	f.Add([]byte("HTTP/1.1 x\r\n\r\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, n, err := readAnswer(slices.Clone(b)); n > len(b) || n < 0 || (err != nil && n != 0) {
			t.Errorf("%d of %d bytes, %v", n, len(b), err)
		}
	})
}
