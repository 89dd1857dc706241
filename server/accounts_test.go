package server

import (
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"veche/server/topic"
)

// stepUp sets up a second step for whoever is signed in as name, whose new session
// is kept.
func (w *town) stepUp(name string, now time.Time) {
	w.Helper()
	a := w.send("POST", "/api/session/step/new", name, "{}")
	secret, _ := a.field("secret").(string)
	code, err := totp.GenerateCode(secret, now)
	if err != nil {
		w.Fatalf("%d %s: %v", a.status, a.body, err)
	}
	a = w.send("POST", "/api/session/step/confirm", name, `{"code":"`+code+`"}`)
	if a.status != 200 {
		w.Fatalf("%d %s", a.status, a.body)
	}
	w.cookies[name] = a.cookie().Value
}

// An administrator takes away a second step that was lost: it is written down before
// it is done, its person is signed out and told; nobody else may, and nobody for
// themselves.
func TestAdministratorResetsASecondStep(t *testing.T) {
	w, sink := openMailTown(t, "citizen")
	letter, browser := w.ask(sink, "vera@mail.example")
	_, digits := w.secrets(letter)
	a := w.digits(browser, digits)
	w.cookies["vera"] = cookieNamed(a, "veche_session")
	w.stepUp("vera", w.server.options.Clock())

	find := func(as, address string) answer {
		return w.send("POST", "/api/people/find", as, `{"address":"`+address+`"}`)
	}
	found := find("administrator", "Vera@mail.example")
	id, _ := found.field("id").(string)
	if found.status != 200 || id == "" || found.field("step") != true || found.field("sign_ins") != 1.0 || found.field("name") != "" {
		t.Fatalf("%d %s", found.status, found.body)
	}
	if a := find("administrator", "nobody@mail.example"); a.status != 404 {
		t.Errorf("an address of nobody: %d", a.status)
	}
	if a := find("administrator", "nobody"); a.status != 422 {
		t.Errorf("no address: %d", a.status)
	}
	reset := func(as, id string) answer { return w.send("POST", "/api/people/"+id+"/reset", as, "{}") }
	for _, r := range staffOf {
		if r == topic.RoleAdministrator {
			continue
		}
		for what, a := range map[string]answer{"find": find(r.String(), "vera@mail.example"), "list": w.send("GET", "/api/people", r.String(), ""), "reset": reset(r.String(), id)} {
			if a.status != 403 {
				t.Errorf("%s by a %s: %d", what, r, a.status)
			}
		}
	}
	if a := reset("citizen", id); a.status != 403 {
		t.Errorf("a reset by a citizen: %d", a.status)
	}
	if a := reset("administrator", "nobody"); a.status != 404 {
		t.Errorf("a reset of nobody: %d", a.status)
	}
	if a := w.send("GET", "/api/account", "vera", ""); a.status != 200 {
		t.Fatalf("what was refused signed her out: %d", a.status)
	}
	if a := w.send("GET", "/api/people", "administrator", ""); strings.Contains(a.body, `"what"`) {
		t.Errorf("what was refused is written down as done: %s", a.body)
	}

	if a := reset("administrator", id); a.status != 200 || a.field("told") != true {
		t.Fatalf("%d %s", a.status, a.body)
	}
	if a := w.send("GET", "/api/account", "vera", ""); a.status != 401 {
		t.Errorf("she is still signed in: %d", a.status)
	}
	note := sink.Next()
	if note.To != "vera@mail.example" || !strings.Contains(note.Text, "was reset") || !strings.Contains(note.Text, "сброшен") || !strings.Contains(note.HTML, "was reset") {
		t.Errorf("%+v", note)
	}
	letter, browser = w.ask(sink, "vera@mail.example")
	_, digits = w.secrets(letter)
	if a := w.digits(browser, digits); a.field("signed_in") != true || a.field("step") != nil {
		t.Errorf("signing in afterwards: %s", a.body)
	}
	list := w.send("GET", "/api/people", "administrator", "")
	if want := `"by":"administrator","server":false,"person":"","what":"reset"`; !strings.Contains(list.body, want) {
		t.Errorf("the log of people's changes lacks %s: %s", want, list.body)
	}
	if strings.Contains(list.body, "vera") || strings.Contains(list.body, "mail.example") || strings.Contains(list.body, `"citizen"`) {
		t.Errorf("the list tells of citizens: %s", list.body)
	}

	own := ""
	for _, p := range list.field("people").([]any) {
		if p := p.(map[string]any); p["you"] == true {
			own = p["id"].(string)
		}
	}
	if a := reset("administrator", own); a.status != 403 || !strings.Contains(a.body, "veche user reset") {
		t.Errorf("one's own: %d %s", a.status, a.body)
	}
	// The command line does the same, and is written down too.
	if err := w.server.ResetStep(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if note := sink.Next(); note.To != "vera@mail.example" {
		t.Errorf("%+v", note)
	}
	if a := w.send("GET", "/api/people", "administrator", ""); !strings.Contains(a.body, `"changes":[{"time":`) || strings.Count(a.body, `"what":"reset"`) != 2 || strings.Count(a.body, `"server":true`) != 1 {
		t.Errorf("%s", a.body)
	}
}

// cookieNamed is the value of a cookie that an answer sets.
func cookieNamed(a answer, name string) string {
	for _, line := range a.header.Values("Set-Cookie") {
		if value, ok := strings.CutPrefix(line, name+"="); ok {
			value, _, _ = strings.Cut(value, ";")
			return value
		}
	}
	return ""
}
