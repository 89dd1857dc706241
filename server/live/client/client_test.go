package client

import (
	"context"
	"errors"
	"io"
	"regexp"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"veche/server/journal"
	"veche/server/live/protocol"
)

func TestWhatEndsTheClient(t *testing.T) {
	for _, c := range []struct {
		err  error
		want bool
	}{
		{&websocket.CloseError{Code: protocol.CloseRestart}, false},
		{&websocket.CloseError{Code: protocol.CloseGoingAway}, false},
		{&websocket.CloseError{Code: protocol.CloseSlow}, false},
		{&websocket.CloseError{Code: 1006}, false},
		{&websocket.CloseError{Code: protocol.CloseBye}, true},
		{&websocket.CloseError{Code: protocol.CloseSignedOut}, true},
		{&websocket.CloseError{Code: protocol.CloseForbidden}, true},
		{&websocket.CloseError{Code: protocol.CloseTooMany}, true},
		{&websocket.CloseError{Code: protocol.CloseTooBig}, true},
		{&StatusError{401}, true},
		{&StatusError{403}, true},
		{&StatusError{429}, false},
		{&StatusError{503}, false},
		{io.ErrUnexpectedEOF, false},
		{errors.New("connection refused"), false},
	} {
		if got := final(c.err); got != c.want {
			t.Errorf("%v: final %v, want %v", c.err, got, c.want)
		}
	}
}

func TestRetryHint(t *testing.T) {
	for text, want := range map[string]time.Duration{"retry_ms=1500": 1500 * time.Millisecond, "retry_ms=": 0, "retry_ms=-1": 0, "retry_ms=99999999999": 0, "bye": 0, "": 0} {
		if got := retryHint(&websocket.CloseError{Code: protocol.CloseRestart, Text: text}); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
	if got := retryHint(&websocket.CloseError{Code: protocol.CloseSlow, Text: "retry_ms=1500"}); got != 0 {
		t.Errorf("of another code: %v", got)
	}
	if got := retryHint(context.Canceled); got != 0 {
		t.Errorf("of no close: %v", got)
	}
}

func TestNewID(t *testing.T) {
	v4 := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	seen := map[string]bool{}
	for range 100 {
		id := NewID()
		if !v4.MatchString(id) || seen[id] {
			t.Errorf("%q is no new uuid", id)
		}
		seen[id] = true
	}
}

// The rules of keeping up, as package protocol states them.
func TestApply(t *testing.T) {
	at := func(epoch, last uint64, ids ...uint32) *Room {
		r := &Room{Epoch: epoch, Last: last}
		for _, id := range ids {
			r.Remarks = append(r.Remarks, journal.Remark{ID: id})
		}
		return r
	}
	remark := func(id uint32) protocol.Event {
		return protocol.Event{E: "remark", Remark: &journal.Remark{ID: id}}
	}
	events := func(epoch, prev, last uint64, list ...protocol.Event) *protocol.Message {
		return &protocol.Message{T: "events", Room: 1, Epoch: epoch, Prev: prev, Last: last, Events: list}
	}
	for _, c := range []struct {
		name         string
		have         *Room
		m            *protocol.Message
		applied, gap bool
		last         uint64
		ids          []uint32
	}{
		{"continues", at(7, 10, 1), events(7, 10, 12, remark(2), remark(3)), true, false, 12, []uint32{1, 2, 3}},
		{"old news", at(7, 10, 1), events(7, 5, 10, remark(1)), false, false, 10, []uint32{1}},
		{"overlaps", at(7, 10, 1, 2), events(7, 5, 12, remark(2), remark(3)), true, false, 12, []uint32{1, 2, 3}},
		{"gap", at(7, 10, 1), events(7, 11, 12, remark(3)), false, true, 10, []uint32{1}},
		{"next epoch", at(7, 10, 1), events(8, 10, 12, remark(2)), false, true, 10, []uint32{1}},
		{"epoch before", at(7, 10, 1), events(6, 10, 12, remark(2)), false, false, 10, []uint32{1}},
		{"reset", at(7, 10, 1), &protocol.Message{T: "reset", Room: 1, Epoch: 8, Last: 3, Remarks: []journal.Remark{{ID: 9}}}, true, false, 3, []uint32{9}},
		{"beat that is level", at(7, 10, 1), &protocol.Message{T: "beat", Epoch: 7, Tops: [][2]uint64{{1, 10}}}, true, false, 10, []uint32{1}},
		{"beat that is behind", at(7, 10, 1), &protocol.Message{T: "beat", Epoch: 7, Tops: [][2]uint64{{1, 9}}}, true, false, 10, []uint32{1}},
		{"beat that is ahead", at(7, 10, 1), &protocol.Message{T: "beat", Epoch: 7, Tops: [][2]uint64{{1, 11}}}, true, true, 10, []uint32{1}},
		{"beat of another room", at(7, 10, 1), &protocol.Message{T: "beat", Epoch: 7, Tops: [][2]uint64{{2, 99}}}, true, false, 10, []uint32{1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			k := &Client{rooms: map[uint32]*Room{1: c.have}, options: Options{Keep: 10}}
			applied, gap := k.apply(c.m)
			if applied != c.applied || gap != c.gap || c.have.Last != c.last {
				t.Errorf("applied %v, gap %v, last %d", applied, gap, c.have.Last)
			}
			var ids []uint32
			for _, r := range c.have.Remarks {
				ids = append(ids, r.ID)
			}
			if len(ids) != len(c.ids) || ids[0] != c.ids[0] || ids[len(ids)-1] != c.ids[len(c.ids)-1] {
				t.Errorf("remarks %v, want %v", ids, c.ids)
			}
		})
	}
}
