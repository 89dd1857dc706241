package protocol

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"veche/server/journal"
)

const uuid = "3f2a9c1e-0b4d-4e5f-8a6b-7c8d9e0f1a2b"

func TestDecode(t *testing.T) {
	for _, c := range []struct {
		in   string
		want any
	}{
		{`{"t":"ping"}`, Ping{T: "ping"}},
		{` {"t" : "leave"} `, Leave{T: "leave"}},
		{
			`{"t":"join","topic":"square","rooms":[{"room":3,"epoch":7,"last":120},{"room":0,"epoch":0,"last":0}]}`,
			Join{T: "join", Topic: "square", Rooms: []Position{{3, 7, 120}, {0, 0, 0}}},
		},
		{`{"t":"join","topic":"square"}`, Join{T: "join", Topic: "square"}},
		{`{"t":"say","id":"` + uuid + `","room":3,"text":"да \u0041","reply_to":9}`, Say{T: "say", ID: uuid, Room: 3, Text: "да A", ReplyTo: 9}},
		{`{"t":"join","topic":"square","watch":true}`, Join{T: "join", Topic: "square", Watch: true}},
		{`{"t":"do","id":"` + uuid + `","room":3,"what":"yield","turn":7}`, Do{T: "do", ID: uuid, Room: 3, What: Yield, Turn: 7}},
		{`{"t":"do","id":"` + uuid + `","room":3,"what":"move-on","step":2}`, Do{T: "do", ID: uuid, Room: 3, What: MoveOn, Step: 2}},
		{`{"t":"do","id":"` + uuid + `","room":3,"what":"react","remark":9,"reaction":"insight"}`, Do{T: "do", ID: uuid, Room: 3, What: React, Remark: 9, Reaction: "insight"}},
		{`{"t":"do","id":"` + uuid + `","what":"react","remark":9,"reaction":""}`, Do{T: "do", ID: uuid, What: React, Remark: 9}},
		{`{"text":"x","id":"` + uuid + `","t":"say"}`, Say{T: "say", ID: uuid, Text: "x"}},
	} {
		got, err := Decode([]byte(c.in))
		if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v, %v", c.in, got, err)
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	for in, want := range map[string]string{
		``:                          "not complete",
		`{`:                         "not complete",
		`{"t":"ping"`:               "not complete",
		`null`:                      "is a JSON object",
		`[{"t":"ping"}]`:            "is a JSON object",
		`"ping"`:                    "is a JSON object",
		`{}`:                        "must be join, say, do, leave or ping",
		`{"t":"Ping"}`:              "must be join, say, do, leave or ping",
		`{"t":7}`:                   `"t" can't be number`,
		`{"t":"ping"}{"t":"ping"}`:  "after the JSON object",
		`{"t":"ping"} x`:            "after the JSON object",
		`{"t":"ping","t":"leave"}`:  "stands twice",
		`{"T":"ping"}`:              "no field",
		`{"t":"ping","T":"say"}`:    "no field",
		`{"t":"ping","\u0074":"x"}`: "stands twice",
		`{"t":"ping","x":1}`:        "unknown field",
		`{"t":"ping",}`:             "invalid character",
		`{"t":"join","topic":"a","rooms":[{"room":-1}]}`:                                         "can't be number -1",
		`{"t":"join","topic":"a","rooms":[{"room":4294967296}]}`:                                 "can't be number",
		`{"t":"join","topic":"a","rooms":[{"room":1.5}]}`:                                        "can't be number",
		`{"t":"join","topic":"a","rooms":[{"room":1,"room":2}]}`:                                 "stands twice",
		`{"t":"join","topic":"a","rooms":{}}`:                                                    "can't be object",
		`{"t":"join","topic":"a","rooms":[[[[[]]]]]}`:                                            "too deep",
		`{"t":"join","topic":"a","rooms":[` + strings.Repeat(`{"room":1},`, 64) + `{"room":1}]}`: "at most 64",
		`{"t":"say","text":"x"}`:                                                                 "must be a uuid",
		`{"t":"say","id":"x","text":"x"}`:                                                        "must be a uuid",
		`{"t":"say","id":"` + strings.Replace(uuid, "-", "0", 1) + `","text":"x"}`:               "must be a uuid",
		`{"t":"do","what":"raise","room":1}`:                                                     "must be a uuid",
		`{"t":"do","id":"` + uuid + `","room":1}`:                                                "what must be raise, lower, yield, more-time, move-on, stay, react",
		`{"t":"do","id":"` + uuid + `","room":1,"what":"next"}`:                                  "what must be raise",
		`{"t":"do","id":"` + uuid + `","what":"react","remark":1,"reaction":"fire"}`:             "must be agree, insight, unsure or empty",
		`{"t":"do","id":"` + uuid + `","what":"react","remark":-1}`:                              "can't be number -1",
		`{"t":"do","id":"` + uuid + `","what":"raise","present":9}`:                              "unknown field",
	} {
		m, err := Decode([]byte(in))
		if err == nil {
			t.Errorf("%s: accepted as %+v", in, m)
		} else if !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %q does not say %q", in, err, want)
		}
	}
}

// What is accepted is one JSON object with only known fields, and says the same
// when written and read again.
func FuzzDecode(f *testing.F) {
	for _, s := range []string{
		`{"t":"ping"}`, `{"t":"leave"}`, `{"t":"join","topic":"square","rooms":[{"room":3,"epoch":7,"last":120}]}`,
		`{"t":"say","id":"` + uuid + `","room":3,"text":"x","reply_to":0}`, `{"t":"do","id":"` + uuid + `","room":3,"what":"react","remark":9,"reaction":"agree"}`, `{"t":"say","T":"x"}`, `[]`, `{"t":"\ud800"}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := Decode(b)
		if err != nil {
			if err.Error() == "" || !utf8.ValidString(err.Error()) && utf8.Valid(b) {
				t.Errorf("the error %q says nothing readable", err)
			}
			return
		}
		var fields map[string]json.RawMessage
		if err := json.Unmarshal(b, &fields); err != nil {
			t.Fatalf("accepted what is no JSON object: %v", err)
		}
		again, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		for name := range fields {
			if !strings.Contains(`t topic rooms watch id room text reply_to what turn step remark reaction`, name) {
				t.Errorf("accepted the field %q", name)
			}
		}
		back, err := Decode(again)
		if err != nil {
			t.Fatalf("%s is not accepted again: %v", again, err)
		}
		if j, ok := m.(Join); ok && j.Rooms == nil {
			j.Rooms = back.(Join).Rooms
			m = j
		}
		if !reflect.DeepEqual(m, back) {
			t.Errorf("%+v became %+v", m, back)
		}
	})
}

// The wire form is a contract with the browser.
func TestServerMessages(t *testing.T) {
	remark := journal.Remark{ID: 45, Seq: 121, Room: 3, Author: journal.RemarkAuthor{Number: 12, Role: "participant"}, Text: "да", Time: 5}
	const written = `"id":45,"seq":121,"room":3,"author":{"number":12,"role":"participant","mine":false},"text":"да","removed":"","time":5,"reply_to":0`
	reacted := remark
	reacted.Characters, reacted.Reactions = 2, [3]uint32{1, 0, 2}
	floor := journal.Floor{
		Step: 2, Opened: 1, Ends: 9, Turn: 4, Speaker: 12, TurnBegan: 3, TurnEnds: 6, Extended: 1, Queue: []uint64{5}, MoveOn: []uint64{}, Pinned: []uint32{44},
		Seated: 9, Facilitator: 3, Spoken: []journal.Spoken{{Number: 12, Remarks: 1, Characters: 2, Millis: 7}}, Last: 130,
	}
	const floorWritten = `{"step":2,"opened":1,"ends":9,"paused":false,"left":0,"turn":4,"speaker":12,"turn_began":3,"turn_ends":6,"turn_left":0,"extended":1,"queue":[5],"waiting":0,"move_on":[],"pinned":[44],` +
		`"closed":0,"report":false,"report_time":0,"seated":9,"facilitator":3,"spoken":[{"number":12,"remarks":1,"characters":2,"ms":7}],"last":130}`
	for _, c := range []struct {
		m    any
		want string
	}{
		{Joined{T: "joined", Topic: "t", Epoch: 7, Rooms: []uint32{3, 0}, Number: 12, Role: "participant", Now: 5}, `{"t":"joined","topic":"t","epoch":7,"rooms":[3,0],"number":12,"role":"participant","now":5}`},
		{Joined{T: "joined", Rooms: []uint32{}, Reacted: [][2]uint32{{44, 2}}}, `{"t":"joined","topic":"","epoch":0,"rooms":[],"number":0,"role":"","now":0,"reacted":[[44,2]]}`},
		{Reset{T: "reset", Room: 3, Epoch: 7, Last: 121, More: true, Remarks: []journal.Remark{remark}}, `{"t":"reset","room":3,"epoch":7,"last":121,"more":true,"remarks":[{` + written + `}]}`},
		{
			Events{T: "events", Room: 3, Epoch: 7, Prev: 118, Last: 121, Events: []Event{{E: "remark", Remark: &remark}, {E: "removed", Gone: 44, Reason: "off topic"}}},
			`{"t":"events","room":3,"epoch":7,"prev":118,"last":121,"events":[{"e":"remark",` + written + `},{"e":"removed","remark":44,"reason":"off topic"}]}`,
		},
		{
			Events{T: "events", Room: 3, Epoch: 7, Prev: 121, Last: 130, Events: []Event{}, Floor: &floor, Reactions: [][4]uint32{{44, 3, 1, 0}}, Skipped: 2},
			`{"t":"events","room":3,"epoch":7,"prev":121,"last":130,"events":[],"floor":` + floorWritten + `,"reactions":[[44,3,1,0]],"skipped":2}`,
		},
		{
			Reset{T: "reset", Room: 3, Epoch: 7, Last: 121, Remarks: []journal.Remark{reacted}, Floor: &floor},
			`{"t":"reset","room":3,"epoch":7,"last":121,"more":false,"remarks":[{` + written + `,"characters":2,"reactions":[1,0,2]}],"floor":` + floorWritten + `}`,
		},
		{Ack{T: "ack", ID: uuid, Epoch: 7, Seq: 121, Remark: 45}, `{"t":"ack","id":"` + uuid + `","epoch":7,"seq":121,"remark":45}`},
		{Refused{T: "problem", Problem: Problem{Code: "invalid", Title: "T", Detail: "D"}}, `{"t":"problem","id":"","problem":{"code":"invalid","title":"T","detail":"D"}}`},
		{Beat{T: "beat", Epoch: 7, Now: 5, Tops: [][2]uint64{{0, 98}, {3, 121}}}, `{"t":"beat","epoch":7,"now":5,"tops":[[0,98],[3,121]]}`},
		{Presence{T: "presence", Room: 3, Here: 7}, `{"t":"presence","room":3,"here":7}`},
		{Stage{T: "stage", StageIndex: 2}, `{"t":"stage","stage_index":2}`},
		{Board{T: "board", Seq: 9}, `{"t":"board","seq":9}`},
		{Board{T: "board", Seq: 9, Within: 5000}, `{"t":"board","seq":9,"within":5000}`},
	} {
		b, err := json.Marshal(c.m)
		if err != nil || string(b) != c.want {
			t.Errorf("%T is written as\n%s, want\n%s (%v)", c.m, b, c.want, err)
		}
		var back Message
		if err := json.Unmarshal(b, &back); err != nil || back.T == "" {
			t.Errorf("%s is not read back: %v", b, err)
		}
	}
}
