package server

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"veche/selection"
	"veche/server/config"
	"veche/server/identity"
	"veche/server/mail/mailtest"
)

// openMailTown is a town that sends mail, at a moment that does not pass.
func openMailTown(t testing.TB, citizens ...string) (*town, *mailtest.Sink) {
	t.Helper()
	sink := mailtest.Open(t)
	m := config.Mail{Host: sink.Host, Port: sink.Port, Security: "none", From: "City <city@veche.example>"}
	return openTownWith(t, Options{Data: t.TempDir(), SignIn: SignIn{Mail: m}, Proxies: config.Default().Proxies(), Clock: clockAt(time.Now()).now}, citizens...), sink
}

// ask asks for a letter and answers it, with the cookie of the browser that asked.
func (w *town) ask(sink *mailtest.Sink, address string) (letter mailtest.Letter, browser string) {
	w.Helper()
	a := w.send("POST", "/api/session/mail", "", `{"address":"`+address+`","lang":"en","next":"/topics/bank"}`)
	if a.status != http.StatusAccepted {
		w.Fatalf("asking for %s: %d %s", address, a.status, a.body)
	}
	return sink.Next(), a.cookie().Value
}

var (
	inLetter  = regexp.MustCompile(`(http://\S+/sign-in/mail\?next=%2Ftopics%2Fbank)#(\S+)`)
	digitsRow = regexp.MustCompile(`(?m)^ {4}(\d{3}) (\d{3})$`)
)

// secrets are the link's word and the digits of a letter.
func (w *town) secrets(l mailtest.Letter) (word, digits string) {
	w.Helper()
	link, row := inLetter.FindStringSubmatch(l.Text), digitsRow.FindStringSubmatch(l.Text)
	if link == nil || row == nil || !strings.HasPrefix(link[1], w.url+"/") {
		w.Fatalf("the letter has no link of ours, or no digits:\n%s", l.Text)
	}
	return link[2], row[1] + row[2]
}

func (w *town) link(word string) answer {
	w.Helper()
	return w.send("POST", "/api/session/link", "", `{"link":"`+word+`"}`)
}

func (w *town) digits(browser, digits string) answer {
	w.Helper()
	return w.send("POST", "/api/session/digits", "", `{"digits":"`+digits+`"}`, "Cookie", "veche_mail="+browser)
}

func TestMailSignsIn(t *testing.T) {
	w, sink := openMailTown(t)
	letter, _ := w.ask(sink, "Anna@Mail.example")
	word, _ := w.secrets(letter)
	// Whoever only opens the page, as mail programs do, uses nothing up.
	for range 3 {
		if a := w.send("GET", "/sign-in/mail?next=%2Ftopics%2Fbank", "", ""); a.status != 200 {
			t.Fatalf("the page: %d", a.status)
		}
		if a := w.send("GET", "/api/session/link", "", ""); a.status != 404 {
			t.Errorf("reading the link: %d", a.status)
		}
	}
	a := w.link(word)
	if a.status != 200 || a.field("signed_in") != true {
		t.Fatalf("the link: %d %s", a.status, a.body)
	}
	first := a.field("as")
	if a := w.link(word); a.status != 401 {
		t.Errorf("the link again: %d", a.status)
	}
	letter, browser := w.ask(sink, "anna@mail.example")
	word, digits := w.secrets(letter)
	if a := w.digits("", digits); a.status != 422 {
		t.Errorf("the digits in another browser: %d", a.status)
	}
	if a := w.digits(browser, digits); a.status != 200 || a.field("as") != first {
		t.Errorf("the digits: %d %s", a.status, a.body)
	}
	if a := w.link(word); a.status != 401 {
		t.Errorf("the link after the digits: %d", a.status)
	}
}

// Nobody learns from an answer whether an address has an account; what is no
// address is refused; the link leads here whatever the request called the server.
func TestAskingTellsNothing(t *testing.T) {
	w, sink := openMailTown(t)
	letter, _ := w.ask(sink, "anna@mail.example")
	word, _ := w.secrets(letter)
	if a := w.link(word); a.status != 200 {
		t.Fatal(a.status)
	}
	shape := func(address string) string {
		a := w.send("POST", "/api/session/mail", "", `{"address":"`+address+`"}`)
		sink.Next()
		c := a.cookie()
		var names []string
		for name := range a.header {
			names = append(names, name)
		}
		slices.Sort(names)
		return fmt.Sprint(a.status, a.body, names, c.Name, len(c.Value), c.MaxAge, c.HttpOnly, c.SameSite)
	}
	if known, unknown := shape("anna@mail.example"), shape("nobody@mail.example"); known != unknown {
		t.Errorf("known: %s\nunknown: %s", known, unknown)
	}
	for _, address := range []string{"", "anna", "a@b", "a@b.c\\r\\nBcc: d@e.f", "Anna <a@b.c>", "a@b.c,d@e.f", strings.Repeat("a", 300) + "@b.c"} {
		if a := w.send("POST", "/api/session/mail", "", `{"address":"`+address+`"}`); a.status != 422 {
			t.Errorf("%q: %d %s", address, a.status, a.body)
		}
	}
	for next, want := range map[string]string{"//evil.example": "", "https://evil.example": "", `/\\evil.example`: "", "/a b": "", "/topics/x": "?next=%2Ftopics%2Fx"} {
		a := w.send("POST", "/api/session/mail", "", `{"address":"x`+fmt.Sprint(len(next))+`@mail.example","next":"`+next+`"}`, "Forwarded", "host=evil.example", "X-Forwarded-Host", "evil.example")
		if l := sink.Next(); a.status != 202 || !strings.Contains(l.Text, w.url+"/sign-in/mail"+want+"#") || strings.Contains(l.Text, "evil") {
			t.Errorf("%q: %d\n%s", next, a.status, l.Text)
		}
	}
}

// An address gets a few letters only, and the newest goes on working; others are
// not held up.
func TestLettersAreBounded(t *testing.T) {
	w, sink := openMailTown(t)
	var newest mailtest.Letter
	sent := 0
	for range 20 {
		a := w.send("POST", "/api/session/mail", "", `{"address":"anna@mail.example","next":"/topics/bank"}`)
		if a.status == 429 && a.header.Get("Retry-After") != "" {
			break
		}
		newest = sink.Next()
		sent++
	}
	if sent != 6 {
		t.Errorf("%d letters to one address, want 6", sent)
	}
	word, _ := w.secrets(newest)
	if a := w.link(word); a.status != 200 {
		t.Errorf("the newest link: %d", a.status)
	}
	w.ask(sink, "boris@mail.example")
}

var guessesFlag = flag.Int("guesses", 3000, "how many sign-ins TestGuesses guesses at; the figure in the package's description is of 100000")

// Guessing at links, codes, digits and letters hits nothing, and the sign-ins of others go
// on working meanwhile, from the same place too.
func TestGuesses(t *testing.T) {
	w, sink := openMailTown(t, "anna")
	if a := w.send("POST", "/api/topics", "planner", topicBody); a.status != 201 {
		t.Fatal(a.body)
	}
	letter, browser := w.ask(sink, "victim@mail.example")
	word, digits := w.secrets(letter)
	id, _, _ := strings.Cut(word, ".")
	p, err := w.server.People.Add(t.Context(), "Boris")
	if err != nil {
		t.Fatal(err)
	}
	hits, refused, slowed := 0, 0, 0
	var worst time.Duration
	honest := func(i int) {
		code, err := w.server.People.NewCode(t.Context(), p.ID, time.Hour, false)
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		if a := w.send("POST", "/api/session", "", `{"code":"`+code+`"}`); a.status != 200 {
			t.Fatalf("an honest code after %d guesses: %d %s", i, a.status, a.body)
		}
		if a := w.send("GET", "/api/session", "anna", ""); a.field("signed_in") != true {
			t.Fatalf("somebody who is signed in, after %d guesses: %s", i, a.body)
		}
		worst = max(worst, time.Since(began))
	}
	open := w.mailing([]string{"one", "two"}, false)
	typed := selection.LetterKey{99} // codes without a typing error
	for i := range *guessesFlag {
		var a answer
		switch i % 5 {
		case 0:
			a = w.link(identity.NewID() + "." + strings.ToUpper(identity.NewID()))
		case 1:
			a = w.link(id + "." + strings.ToUpper(identity.NewID())) // whose public half is known
		case 2:
			a = w.send("POST", "/api/session", "", `{"code":"`+strings.ToUpper(identity.NewID())+`"}`)
		case 3: // even in the right browser
			guess := fmt.Sprintf("%06d", i*97%1_000_000)
			if guess == digits {
				continue
			}
			a = w.digits(browser, guess)
		}
		if i%5 == 4 {
			a = w.letter(typed.Code([32]byte{}, fmt.Sprint(i), 0))
		}
		switch a.status {
		case 200:
			hits++
		case 401, 422:
			refused++
		case 429:
			slowed++
		default:
			t.Fatalf("a guess: %d %s", a.status, a.body)
		}
		if i%(*guessesFlag/20) == 0 {
			honest(i)
		}
	}
	if hits != 0 || slowed == 0 || refused == 0 {
		t.Errorf("%d hits, %d refused, %d slowed", hits, refused, slowed)
	}
	if a := w.link(word); a.status != 200 {
		t.Errorf("the link that was guessed at: %d %s", a.status, a.body)
	}
	// From the place that guesses codes of letters nobody opens one; from others they do.
	if a := w.letter(open[0]); a.status != 429 || a.header.Get("Retry-After") == "" {
		t.Errorf("a letter from the same place: %d %s", a.status, a.body)
	}
	if a := w.send("POST", "/api/session/letter", "", `{"code":"`+open[0]+`"}`, "X-Forwarded-For", "198.51.7.7"); a.status != 200 {
		t.Errorf("a letter from another place: %d %s", a.status, a.body)
	}
	t.Logf("%d guesses: %d hits, %d refused, %d slowed; an honest sign-in took at most %v", *guessesFlag, hits, refused, slowed, worst)
}

// Digits of many letters cannot be guessed at either: only so many wrong ones are
// looked at from one place, and in all, however many places guess.
func TestDigitsAreBoundedInAll(t *testing.T) {
	for _, c := range []struct {
		name            string
		places, letters int
		want            int
	}{{"one place", 1, 20, 60}, {"many places", 1 << 16, 205, 1000}} {
		t.Run(c.name, func(t *testing.T) {
			w, sink := openMailTown(t)
			from := func(i int) []string {
				return []string{"X-Forwarded-For", fmt.Sprintf("198.51.%d.%d", i%c.places/250, i%c.places%250)}
			}
			digits := func(i int, browser, digits string) answer {
				return w.send("POST", "/api/session/digits", "", `{"digits":"`+digits+`"}`, append(from(i), "Cookie", "veche_mail="+browser)...)
			}
			looked := 0
			for i := range c.letters {
				letter, browser := w.ask(sink, fmt.Sprintf("victim%d@mail.example", i))
				_, right := w.secrets(letter)
				for g := range 5 {
					guess := fmt.Sprintf("%06d", g)
					if guess == right {
						guess = "999999"
					}
					if a := digits(i, browser, guess); a.status == 422 {
						looked++
					}
				}
			}
			if looked != c.want {
				t.Errorf("%d wrong digits were looked at, want %d", looked, c.want)
			}
			letter, browser := w.ask(sink, "honest@mail.example")
			word, right := w.secrets(letter)
			if a := digits(0, browser, right); a.status != 429 || a.header.Get("Retry-After") == "" {
				t.Errorf("digits: %d %s", a.status, a.body)
			}
			if a := w.link(word); a.status != 200 {
				t.Errorf("the link: %d %s", a.status, a.body)
			}
		})
	}
}

// A new installation lets nobody in: there is no account before the command line
// has made one.
func TestNoDefaultAccount(t *testing.T) {
	s, err := Open(t.Context(), Options{Data: t.TempDir(), Listen: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Users(t.Context(), func(id, _ string, _ []string) error {
		t.Errorf("%s has an account", id)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for _, kind := range []string{"person", "code", "session", "proof"} {
		if err := (records{s.store}).Each(t.Context(), kind, "", func(id string, _ []byte) error {
			t.Errorf("there is a %s: %s", kind, id)
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
}

// Who signs in where somebody was signed in ends that: no cookie that was replaced
// opens anything.
func TestSigningInEndsWhatWasBefore(t *testing.T) {
	w := openTown(t, t.TempDir(), "anna", "boris")
	p := w.enter("vera")
	code, err := w.server.People.NewCode(t.Context(), p.ID, time.Hour, false)
	if err != nil {
		t.Fatal(err)
	}
	if a := w.send("POST", "/api/session", "anna", `{"code":"wrong"}`); a.status != 401 {
		t.Errorf("a wrong code: %d", a.status)
	}
	if a := w.send("GET", "/api/session", "anna", ""); a.field("signed_in") != true {
		t.Errorf("a wrong code signed her out: %s", a.body)
	}
	if a := w.send("POST", "/api/session", "anna", `{"code":"`+code+`"}`); a.status != 200 || a.field("name") != "vera" {
		t.Fatalf("%d %s", a.status, a.body)
	}
	for as, in := range map[string]bool{"anna": false, "boris": true, "vera": true} {
		if a := w.send("GET", "/api/session", as, ""); a.field("signed_in") != in {
			t.Errorf("%s: %s", as, a.body)
		}
	}
}

// Staff have no role before their second step, over sockets neither.
func TestStaffNeedTheSecondStep(t *testing.T) {
	clock := clockAt(time.Now())
	w := openTownWith(t, Options{Data: t.TempDir(), SignIn: SignIn{NeedsFactor: true}, Clock: clock.now}, "citizen")
	if a := w.send("GET", "/api/session", "citizen", ""); a.field("signed_in") != true || a.field("step") != nil {
		t.Errorf("a citizen: %s", a.body)
	}
	if a := w.send("GET", "/api/session", "planner", ""); a.field("signed_in") != false || a.field("step") != "new" || a.field("as") != nil {
		t.Errorf("half a session: %s", a.body)
	}
	refused := func(when string) {
		t.Helper()
		if a := w.send("POST", "/api/topics", "planner", "{}"); a.status != 401 {
			t.Errorf("%s: making a topic: %d", when, a.status)
		}
		if err := w.dial("planner", make(chan error, 1)); err == nil {
			t.Errorf("%s: a socket opened", when)
		}
	}
	refused("before")
	a := w.send("POST", "/api/session/step/new", "planner", "{}")
	secret, _ := a.field("secret").(string)
	if a.status != 200 || len(secret) != 32 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	if a := w.send("POST", "/api/session/step/confirm", "planner", `{"code":"wrong!"}`); a.status != 422 {
		t.Errorf("a wrong code: %d", a.status)
	}
	refused("proposed")
	shown := func() string {
		c, err := totp.GenerateCode(secret, clock.now())
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	a = w.send("POST", "/api/session/step/confirm", "planner", `{"code":"`+shown()+`"}`)
	if a.status != 200 || a.field("session.signed_in") != true {
		t.Fatalf("%d %s", a.status, a.body)
	}
	w.cookies["planner"] = a.cookie().Value
	if a := w.send("POST", "/api/topics", "planner", "{}"); a.status == 401 || a.status == 403 {
		t.Errorf("after both steps: making a topic: %d", a.status)
	}
	if err := w.dial("planner", make(chan error, 1)); err != nil {
		t.Errorf("after both steps: a socket: %v", err)
	}
}

// A session ends at once for sockets too: within a second of signing out nobody
// hears or says anything by it.
func TestSigningOutClosesSockets(t *testing.T) {
	w := openTown(t, t.TempDir(), "anna", "boris")
	others := make(chan error, 10)
	if err := w.dial("boris", others); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 10)
	if err := w.dial("anna", ended); err != nil {
		t.Fatal(err)
	}
	if a := w.send("DELETE", "/api/session", "anna", ""); a.status != 200 {
		t.Fatal(a.status)
	}
	select {
	case err := <-ended:
		if err == nil || !strings.Contains(err.Error(), "4001") {
			t.Errorf("it ended with %v", err)
		}
	case <-time.After(time.Second):
		t.Error("the socket is open after a second")
	}
	if err := w.dial("anna", ended); err == nil {
		t.Error("the old cookie opens a socket")
	}
	select {
	case err := <-others:
		t.Errorf("another's socket ended: %v", err)
	default:
	}
}

// A person sees where they are signed in and ends any of it; nobody else's.
func TestAccount(t *testing.T) {
	w := openTown(t, t.TempDir(), "boris")
	firefox := "Mozilla/5.0 (Android 14; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0"
	p := w.enter("anna")
	code, err := w.server.People.NewCode(t.Context(), p.ID, time.Hour, false)
	if err != nil {
		t.Fatal(err)
	}
	a := w.send("POST", "/api/session", "", `{"code":"`+code+`"}`, "User-Agent", firefox)
	w.cookies["anna's phone"] = a.cookie().Value
	list := func(as string) (rows []map[string]any) {
		t.Helper()
		a := w.send("GET", "/api/account", as, "")
		if a.status != 200 || a.field("assurance") != "roster" || a.field("step") != false {
			t.Fatalf("%d %s", a.status, a.body)
		}
		for _, row := range a.field("sign_ins").([]any) {
			rows = append(rows, row.(map[string]any))
		}
		return rows
	}
	rows := list("anna")
	if len(rows) != 2 {
		t.Fatalf("%v", rows)
	}
	var phone string
	for _, row := range rows {
		if row["here"] == false {
			phone = row["id"].(string)
			if row["device"] != "Firefox, Android" {
				t.Errorf("%v", row)
			}
		}
	}
	if a := w.send("POST", "/api/account/sign-ins/end", "boris", `{"id":"`+phone+`"}`); a.status != 404 {
		t.Errorf("another's: %d", a.status)
	}
	for _, id := range []string{"", "x", "../" + phone, strings.Repeat("0", 64)} {
		if a := w.send("POST", "/api/account/sign-ins/end", "anna", `{"id":"`+id+`"}`); a.status != 404 {
			t.Errorf("%q: %d", id, a.status)
		}
	}
	if a := w.send("GET", "/api/session", "anna's phone", ""); a.field("signed_in") != true {
		t.Errorf("the phone: %s", a.body)
	}
	ended := make(chan error, 10)
	if err := w.dial("anna's phone", ended); err != nil {
		t.Fatal(err)
	}
	if a := w.send("POST", "/api/account/sign-ins/end", "anna", `{"id":"`+phone+`"}`); a.status != 200 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	select {
	case <-ended:
	case <-time.After(time.Second):
		t.Error("the phone's socket is open after a second")
	}
	if a := w.send("GET", "/api/session", "anna's phone", ""); a.field("signed_in") != false {
		t.Errorf("the phone is signed in still: %s", a.body)
	}
	if rows := list("anna"); len(rows) != 1 || rows[0]["here"] != true {
		t.Errorf("%v", rows)
	}
	if a := w.send("POST", "/api/account/sign-ins/end", "anna", `{"all":true}`); a.status != 200 || a.cookie().Value != "" {
		t.Errorf("everywhere: %d %v", a.status, a.cookie())
	}
	if a := w.send("GET", "/api/account", "anna", ""); a.status != 401 {
		t.Errorf("after the end: %d", a.status)
	}
}

// Where an installation has a provider of texts, digits sign in by telephone; where
// it has none nothing is offered.
func TestPhoneSignsIn(t *testing.T) {
	texts := make(chan [2]string, 10)
	w := openTownWith(t, Options{Data: t.TempDir(), SignIn: SignIn{Text: func(_ context.Context, number, text string) error {
		texts <- [2]string{number, text}
		return nil
	}}})
	if a := w.send("GET", "/api/session", "", ""); a.field("ways.phone") != true || a.field("ways.mail") != false {
		t.Errorf("%s", a.body)
	}
	a := w.send("POST", "/api/session/phone", "", `{"number":"+7 495 123-45-67","lang":"ru"}`)
	if a.status != 202 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	sent := <-texts
	if sent[0] != "+74951234567" || !strings.HasSuffix(sent[1], "#"+sent[1][:6]) {
		t.Fatalf("%q", sent)
	}
	if a := w.digits(a.cookie().Value, sent[1][:6]); a.status != 200 || a.field("signed_in") != true {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a := w.send("POST", "/api/session/phone", "", `{"number":"1234"}`); a.status != 422 {
		t.Errorf("no number: %d", a.status)
	}
	none := openTown(t, t.TempDir())
	if a := none.send("POST", "/api/session/phone", "", `{"number":"+74951234567"}`); a.status != 404 {
		t.Errorf("without a provider: %d", a.status)
	}
}
