package server

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"veche/selection"
)

// drawn is a town with a topic whose six seats were drawn from six people who came
// by file, with ids 1 to 6.
func openDrawn(t *testing.T) *town {
	t.Helper()
	w := openTown(t, t.TempDir())
	n := 0
	do := func(path, as, body string, headers ...string) {
		t.Helper()
		n++
		a := w.send("POST", path, as, strings.ReplaceAll(body, "$ID", fmt.Sprint("drawn-", n)), headers...)
		if a.status >= 300 {
			t.Fatalf("%s: %d %s", path, a.status, a.body)
		}
	}
	do("/api/topics", "planner", topicBody)
	do("/api/topics/bank/stage", "planner", `{"client_id":"$ID","stage":0}`)
	do("/api/topics/bank/people", "registrar", "id,age\n1,old\n2,old\n3,old\n4,young\n5,young\n6,young\n", "Content-Type", "text/csv")
	do("/api/topics/bank/stage", "planner", `{"client_id":"$ID","stage":1}`)
	do("/api/topics/bank/draw", "planner", `{"client_id":"$ID","seed":"s"}`)
	return w
}

// mailing makes the codes of people and brings them in as the command line does.
func (w *town) mailing(ids []string, toPeople bool) (codes []string) {
	w.Helper()
	key := selection.LetterKey{7}
	codes = key.Codes([32]byte{byte(len(ids))}, ids)
	l := Letters{Key: key.CodesKey(), Life: time.Hour}
	for i, code := range codes {
		l.Digests = append(l.Digests, selection.CodeDigest(l.Key, code).String())
		if toPeople {
			l.IDs = append(l.IDs, ids[i])
		}
	}
	a, done, err := OpenAccounts(w.Context(), Options{Data: w.server.options.Data})
	if err == nil {
		_, err = a.BringLetters(w.Context(), "bank", l)
	}
	if err == nil {
		err = done()
	}
	if err != nil {
		w.Fatal(err)
	}
	return codes
}

func (w *town) letter(code string) answer {
	w.Helper()
	return w.send("POST", "/api/session/letter", "", `{"code":"`+code+`"}`)
}

// Whoever was drawn from a file types the code of their letter, and answers their
// own seat: no other, and the code works once.
func TestLetterAnswersASeat(t *testing.T) {
	w := openDrawn(t)
	codes := w.mailing([]string{"1", "4"}, true)
	for i, answer := range []string{"accept", "decline"} {
		code := codes[i]
		a := w.letter(" " + strings.ToLower(strings.ReplaceAll(code, "-", " ")))
		if a.status != 200 || a.field("topic") != "bank" || a.field("session.signed_in") != true || a.field("session.name") != "" {
			t.Fatalf("%d %s", a.status, a.body)
		}
		w.cookies[code] = a.cookie().Value
		if a := w.letter(code); a.status != 401 {
			t.Errorf("the code again: %d", a.status)
		}
		if a := w.send("GET", "/api/topics/bank", code, ""); a.field("me.seat.status") != "invited" {
			t.Errorf("before the answer: %s", a.body)
		}
		if a := w.send("POST", "/api/topics/bank/seat", code, `{"client_id":"`+answer+`","answer":"`+answer+`"}`); a.status != 200 {
			t.Errorf("%s: %d %s", answer, a.status, a.body)
		}
	}
	seats := w.send("GET", "/api/topics/bank/seats", "registrar", "").body
	for id, status := range map[string]string{"1": "accepted", "4": "declined", "2": "invited", "6": "invited"} {
		if !strings.Contains(seats, fmt.Sprintf(`"id":%q`, id)) {
			t.Fatalf("no seat of %s: %s", id, seats)
		}
		a := w.send("GET", "/api/topics/bank/seats?id="+id, "registrar", "")
		if !strings.Contains(a.body, fmt.Sprintf(`"status":%q`, status)) {
			t.Errorf("the seat of %s is not %s: %s", id, status, a.body)
		}
	}
	if a := w.send("GET", "/api/account", codes[0], ""); a.field("assurance") != "roster" {
		t.Errorf("%s", a.body)
	}
}

// The code of an invitation makes one person of a roster, who applies once; what is
// mistyped is told apart from what is wrong, and counts as no guess.
func TestLetterApplies(t *testing.T) {
	w := openTown(t, t.TempDir())
	if a := w.send("POST", "/api/topics", "planner", strings.Replace(topicBody, `"lang":"en",`, `"lang":"en","assurance":"roster",`, 1)); a.status != 201 {
		t.Fatal(a.body)
	}
	if a := w.send("POST", "/api/topics/bank/stage", "planner", `{"client_id":"a","stage":0}`); a.status != 200 {
		t.Fatal(a.body)
	}
	codes := w.mailing([]string{"x", "y"}, false)
	for i, code := range codes {
		mistyped := "2" + code[1:]
		if code[0] == '2' {
			mistyped = "3" + code[1:]
		}
		for range 100 {
			if a := w.letter(mistyped); a.status != 422 || !strings.Contains(a.body, "mistyped") {
				t.Fatalf("%d %s", a.status, a.body)
			}
		}
		a := w.letter(code)
		if a.status != 200 {
			t.Fatalf("%d %s", a.status, a.body)
		}
		w.cookies[code] = a.cookie().Value
		apply := func(id string) answer {
			return w.send("POST", "/api/topics/bank/application", code, `{"client_id":"`+id+`","answers":{"age":"old"},"interests":["parks"],"sessions":["evening"],"languages":["en"],"consent":"1"}`)
		}
		if a := apply(fmt.Sprint("apply", i)); a.status != 201 {
			t.Errorf("%d %s", a.status, a.body)
		}
		if a := apply(fmt.Sprint("again", i)); a.status != 409 {
			t.Errorf("again: %d %s", a.status, a.body)
		}
	}
}

// Letters that were sent to people whom the topic does not know are not taken.
func TestLettersToStrangers(t *testing.T) {
	w := openDrawn(t)
	if _, err := w.server.BringLetters(t.Context(), "bank", Letters{Digests: []string{"a", "b"}, IDs: []string{"1", "77"}, Life: time.Hour}); err == nil || !strings.Contains(err.Error(), `"77"`) {
		t.Errorf("%v", err)
	}
	if _, err := w.server.BringLetters(t.Context(), "nowhere", Letters{Life: time.Hour}); err == nil {
		t.Error("letters for a topic that is not there")
	}
}
