package server

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"veche/server/api"
)

// What one person wrote does not go out in the name of another who has signed in
// in the same browser since.
func TestWordsOfAnotherPersonAreRefused(t *testing.T) {
	w := openTown(t, t.TempDir(), "anna", "boris")
	w.debate("bank", "anna", "boris")
	mark := func(who string) string {
		var session struct{ As string }
		if err := json.Unmarshal([]byte(w.send("GET", "/api/session", who, "").body), &session); err != nil {
			t.Fatal(err)
		}
		return session.As
	}
	annas, boriss := mark("anna"), mark("boris")
	if annas == "" || annas == boriss || annas != mark("anna") {
		t.Fatalf("the marks are %q and %q", annas, boriss)
	}
	if id, _, _ := strings.Cut(w.cookies["anna"], "."); strings.Contains(annas, id) {
		t.Error("the mark tells the person's id")
	}
	if m := mark(""); m != "" {
		t.Errorf("nobody's mark is %q", m)
	}
	for i, c := range []struct {
		name, id, who, as string
		status            int
		has               string
	}{
		{"another's", "1", "boris", annas, 409, `"code":"other-person"`},
		{"one's own, under the same id", "1", "anna", annas, 201, `"id":1`},
		{"one's own once more", "1", "anna", annas, 201, `"id":1`},
		{"whose it does not say", "2", "boris", "", 201, `"id":2`},
		{"a person's who is signed out", "3", "", annas, 401, `"code":"unauthenticated"`},
		{"nobody's", "4", "boris", "nobody", 409, `"code":"other-person"`},
	} {
		body := fmt.Sprintf(`{"client_id":%q,"text":"remark %d","reply_to":0}`, c.id, i)
		if strings.HasPrefix(c.name, "one's own") {
			body = `{"client_id":"1","text":"said by anna","reply_to":0}`
		}
		a := w.send("POST", "/api/topics/bank/rooms/0/remarks", c.who, body, api.AsHeader, c.as)
		if a.status != c.status || !strings.Contains(a.body, c.has) {
			t.Errorf("%s was answered %d %s", c.name, a.status, a.body)
		}
	}
	// Nor anything else that is done in another's name.
	idea := `{"client_id":"i","text":"A bench by the river","origin":0}`
	if a := w.send("POST", "/api/topics/bank/ideas", "boris", idea, api.AsHeader, annas); a.status != 409 || !strings.Contains(a.body, `"other-person"`) {
		t.Errorf("another's idea was answered %d %s", a.status, a.body)
	}
}
