package server

import (
	"crypto/rand"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"veche/selection"
	"veche/server/tally"
)

// wholeAnswer is all that an answer tells, but for what the request said and what is made
// anew for each: status, body, names of headers.
func wholeAnswer(a answer, said string) string {
	return fmt.Sprint(a.status, " ", slices.Sorted(maps.Keys(a.header)), " ", echoed(a.body, said))
}

// echoed takes what the request said out of an answer.
func echoed(body, said string) string {
	if said == "" {
		return body
	}
	return strings.ReplaceAll(body, said, "…")
}

// alike compares the answers about something that is there, and that the asker may
// not know of, with those about something that never was.
func alike(t *testing.T, what string, there, never answer, saidThere, saidNever string) {
	t.Helper()
	if a, b := wholeAnswer(there, saidThere), wholeAnswer(never, saidNever); a != b {
		t.Errorf("%s\n  that is there: %.400s\n  that never was: %.400s", what, a, b)
	}
	if there.status < 300 && strings.HasPrefix(what, "refused ") {
		t.Errorf("%s: %d %.200s", what, there.status, there.body)
	}
}

// A topic that has not opened answers at all its addresses, whatever is asked of it,
// as one that never was.
func TestDraftsCannotBeGuessed(t *testing.T) {
	w := openTown(t, t.TempDir(), "anna")
	w.must(201, "POST", "/api/topics", "planner", topicBody)
	asked := 0
	for _, r := range w.server.app.GetRoutes(true) {
		if r.Method == http.MethodHead || !strings.Contains(r.Path, ":topic") {
			continue
		}
		path := r.Path
		for _, name := range r.Params {
			if name != "topic" {
				path = strings.Replace(path, ":"+name, "1", 1)
			}
		}
		body := `{"client_id":"guess"}`
		if r.Method == http.MethodGet {
			body = ""
		}
		for _, who := range []string{"", "anna"} {
			at := func(id string) answer { return w.send(r.Method, strings.Replace(path, ":topic", id, 1), who, body) }
			there, never := at("bank"), at("bond")
			alike(t, fmt.Sprintf("refused %s %s for %q: a draft", r.Method, r.Path, who), there, never, "bank", "bond")
			asked++
		}
	}
	if asked < 250 {
		t.Errorf("only %d questions were asked", asked)
	}
	t.Logf("%d questions", asked)
}

// What moderators took out answers as an idea that never was.
func TestHiddenIdeasCannotBeGuessed(t *testing.T) {
	w := openTown(t, t.TempDir(), "anna")
	w.bringIn(agreed(4,
		tally.Statement{ID: "0", Text: "plant more trees"},
		tally.Statement{ID: "1", Text: "an insult about the neighbour", Moderation: tally.Out},
		tally.Statement{ID: "2", Text: "mend the bridge"}))
	for _, c := range []struct{ method, path, body string }{
		{"GET", "/api/open/v1/topics/bank/ideas/#", ""},
		{"GET", "/api/topics/bank/ideas?q=%23#", ""},
		{"POST", "/api/topics/bank/ideas/#/flag", `{"client_id":"f","reason":"insult","note":""}`},
		{"POST", "/api/topics/bank/paper/find", `{"number":#,"code":"AAAA-AAAA"}`},
		{"POST", "/api/topics/bank/paper/claim", `{"client_id":"p","number":#,"code":"AAAA-AAAA"}`},
	} {
		for _, who := range []string{"", "anna"} {
			at := func(n string) answer {
				return w.send(c.method, strings.ReplaceAll(c.path, "#", n), who, strings.ReplaceAll(c.body, "#", n))
			}
			there, never := at("2"), at("7")
			alike(t, fmt.Sprintf("%s %s for %q: a hidden idea", c.method, c.path, who), there, never, "2", "7")
			if strings.Contains(there.body, "an insult") {
				t.Errorf("%s %s for %q tells it: %s", c.method, c.path, who, there.body)
			}
		}
	}
}

// Receipts, codes of letters, codes and links to sign in, addresses of mail and
// sessions that are in use or were used answer a stranger as those that never were.
func TestCodesCannotBeGuessed(t *testing.T) {
	t.Run("receipts of ideas on paper", func(t *testing.T) {
		w := paperTown(t)
		a := w.must(201, "POST", paperURL, "registrar", `{"client_id":"t","text":"A bench","lang":"en","source":"paper","author":"Agafya"}`)
		if a.field("idea") != 1.0 {
			t.Fatal(a.body)
		}
		for _, who := range []string{"", "anna"} {
			find := func(n string) answer {
				return w.send("POST", paperURL+"/find", who, `{"number":`+n+`,"code":"AAAA-AAAA"}`)
			}
			alike(t, "refused receipt", find("1"), find("9"), "1", "9")
		}
		claim := func(n string) answer {
			return w.send("POST", paperURL+"/claim", "boris", `{"client_id":"claim","number":`+n+`,"code":"AAAA-AAAA"}`)
		}
		alike(t, "refused claim of a receipt", claim("1"), claim("9"), "1", "9")
	})
	t.Run("letters", func(t *testing.T) {
		w := openDrawn(t)
		codes := w.mailing([]string{"1", "4"}, true)
		if a := w.letter(codes[0]); a.status != 200 {
			t.Fatal(a.body)
		}
		stranger := selection.LetterKey{9}
		never := stranger.Codes([32]byte{1}, []string{"1"})[0]
		alike(t, "refused code of a letter that was used", w.letter(codes[0]), w.letter(never), codes[0], never)
	})
	t.Run("codes to sign in, and sessions", func(t *testing.T) {
		w := openTown(t, t.TempDir(), "anna")
		p := w.enter("boris")
		code, err := w.server.People.NewCode(t.Context(), p.ID, time.Hour, false)
		if err != nil {
			t.Fatal(err)
		}
		in := func(code string) answer { return w.send("POST", "/api/session", "", `{"code":"`+code+`"}`) }
		if a := in(code); a.status != 200 {
			t.Fatal(a.body)
		}
		never := rand.Text()
		alike(t, "refused code that was used", in(code), in(never), code, never)

		ended := w.cookies["boris"]
		if a := w.send("DELETE", "/api/session", "boris", ""); a.status >= 300 {
			t.Fatal(a.body)
		}
		name, _, _ := strings.Cut(ended, ".")
		w.cookies["never"] = strings.Replace(ended, name, strings.Repeat("A", len(name)), 1)
		alike(t, "refused session that ended", w.send("GET", "/api/account", "boris", ""), w.send("GET", "/api/account", "never", ""), "", "")

		list, ok := w.must(200, "GET", "/api/account", "anna", "").field("sign_ins").([]any)
		if !ok || len(list) != 1 {
			t.Fatal(list)
		}
		w.enter("vera")
		id := fmt.Sprint(list[0].(map[string]any)["id"])
		none := strings.Repeat("0", len(id))
		end := func(id string) answer { return w.send("POST", "/api/account/sign-ins/end", "vera", `{"id":"`+id+`"}`) }
		alike(t, "refused sign-in of somebody else", end(id), end(none), id, none)
	})
	t.Run("mail", func(t *testing.T) {
		w, sink := openMailTown(t)
		letter, browser := w.ask(sink, "anna@mail.example")
		word, digits := w.secrets(letter)
		if a := w.link(word); a.status != 200 {
			t.Fatal(a.body)
		}
		never := strings.Repeat("A", len(word))
		alike(t, "refused link that was used", w.link(word), w.link(never), word, never)
		other := strings.Repeat("A", len(browser))
		alike(t, "refused digits that were used", w.digits(browser, digits), w.digits(other, digits), "", "")

		ask := func(address string) answer {
			a := w.send("POST", "/api/session/mail", "", `{"address":"`+address+`"}`)
			sink.Next()
			return a
		}
		alike(t, "address", ask("anna@mail.example"), ask("nobody@mail.example"), "anna@mail.example", "nobody@mail.example")
	})
}
