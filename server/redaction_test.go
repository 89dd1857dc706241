package server

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	gorilla "github.com/gorilla/websocket"

	"veche/server/config"
	"veche/server/live/protocol"
	"veche/server/mail/mailtest"
	"veche/server/privacy"
	"veche/server/store"
)

// seeded are what people are, typed and said, by what it is. No word with zq or qv
// in it is said by anything else.
var seeded = map[string]string{
	"name":        "Zyanka Qvortop",
	"mail":        "zqbrevno.pelin@qvorst.example",
	"phone":       "+420777123987",
	"address":     "Krivokolenny Qvartal 77",
	"file id":     "zqfileid4711",
	"paper id":    "zqpaper4712",
	"paper name":  "Agafya Zqlykova",
	"paper place": "Zqlibrary of Nowhere",
	"remark":      "zqremark the heron stands still",
	"idea":        "zqidea benches under the willows",
	"paper idea":  "zqletter lanterns along the quay",
	"reason":      "zqreason it repeats another one",
	"garbage":     "zqgarbage what nobody asked for",
	"panic":       "zqpanic what broke",
}

// sealed are those that the database may not tell either: names, addresses and
// numbers, and what opens something.
var sealed = []string{"name", "mail", "phone", "file id", "paper id", "paper name", "code", "session", "link", "browser"}

// brittle is a store that breaks when it is told to, with words that nobody may
// read in a log.
type brittle struct {
	store.Store
	how atomic.Int32 // 0 sound, 1 panics, 2 fails
}

func (b *brittle) Get(ctx context.Context, kind, id string) (store.Record, error) {
	if kind == privacy.PersonKeys {
		switch b.how.Load() {
		case 1:
			panic(seeded["panic"])
		case 2:
			return store.Record{}, errors.New("the disk does not answer")
		}
	}
	return b.Store.Get(ctx, kind, id)
}

// leaks looks for what was seeded where none of it may be.
type leaks struct {
	*town
	needles map[string]string // seeded, and what people were given
	looked  int               // places
	found   int
}

// in looks for the needles of these names, all where there are none.
func (l *leaks) in(where string, b []byte, names ...string) {
	l.Helper()
	l.looked++
	if names == nil {
		names = l.all()
	}
	for _, name := range names {
		for _, form := range forms(l.needles[name]) {
			if at := bytes.Index(b, []byte(form)); at >= 0 {
				l.found++
				l.Errorf("%s tells the %s: …%q…", where, name, b[max(0, at-120):min(len(b), at+len(form)+60)])
			}
		}
	}
}

// forms are the ways in which words are written down: as they are, in a URL, and
// the word that is nowhere else alone.
func forms(needle string) []string {
	list := []string{needle, url.QueryEscape(needle), url.PathEscape(needle)}
	if strings.ContainsAny(needle, " @") {
		list = append(list, rareWord.FindString(needle))
	}
	return list
}

var rareWord = regexp.MustCompile(`(?i)\w*(zq|qv)\w*`)

// all are the names of all needles but those that are left out.
func (l *leaks) all(but ...string) (list []string) {
	for name := range l.needles {
		if !slices.Contains(but, name) {
			list = append(list, name)
		}
	}
	return list
}

// Who people are, what they typed and the secrets they hold is in no line of the
// log, in either form and at any level, in no metric, event, answer of an error,
// temporary file, nor beside the database; the database tells no name, address,
// number or code. Everything is tried that can go wrong: input of every kind on
// every route and over sockets, a broken head, a store that fails or panics.
func TestNothingPersonalIsTold(t *testing.T) {
	var text, structured, plain page
	log.SetOutput(&plain)
	t.Cleanup(func() { log.SetOutput(os.Stderr) })
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	level := &slog.HandlerOptions{Level: slog.LevelDebug - 4, AddSource: true}
	sink := mailtest.Open(t)
	texts := make(chan string, 4)
	broken := &brittle{}
	dir := t.TempDir()
	w := openTownWith(t, Options{
		Data: dir, Metrics: "127.0.0.1:0", Log: slog.New(both{slog.NewTextHandler(&text, level), slog.NewJSONHandler(&structured, level)}),
		Proxies: config.Default().Proxies(),
		SignIn: SignIn{
			Mail: config.Mail{Host: sink.Host, Port: sink.Port, Security: "none", From: "City <city@veche.example>"},
			Text: func(_ context.Context, _, words string) error { texts <- words; return nil },
		},
		wrap: func(s store.Store) store.Store { broken.Store = s; return broken },
	})
	l := &leaks{town: w, needles: maps.Clone(seeded)}
	l.seed(sink, texts, &text)
	l.garble(broken)

	for name, b := range map[string]*page{"the log": &text, "the log in JSON": &structured, "standard error": &plain} {
		if name != "standard error" && !strings.Contains(b.String(), "panic with a string at server") {
			t.Errorf("%s says nothing of what was broken", name)
		}
		l.in(name, []byte(b.String()))
	}
	res, err := w.client.Get(w.server.MetricsURL)
	if err != nil {
		t.Fatal(err)
	}
	metrics, err := io.ReadAll(res.Body)
	if err = errors.Join(err, res.Body.Close()); err != nil || !bytes.Contains(metrics, []byte("veche_")) {
		t.Fatal(err)
	}
	l.in("the metrics", metrics)
	events := 0
	err = w.server.Journal.ReadBytes(t.Context(), "bank", func(seq uint64, event []byte) error {
		events++
		l.in(fmt.Sprintf("event %d", seq), event)
		return nil
	})
	if err != nil || events < 12 {
		t.Fatalf("%d events: %v", events, err)
	}
	for _, root := range []string{dir, temp} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() {
				return err
			}
			b, err := os.ReadFile(path)
			var names []string
			if strings.HasPrefix(d.Name(), "veche.db") {
				names = sealed
			}
			l.in(filepath.Base(path), b, names...)
			l.in("the name of a file", []byte(path))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d seeded words looked for in %d places: %d hits", len(l.needles), l.looked, l.found)
}

// seed plays people through a topic; what they are given is added to the needles.
func (l *leaks) seed(sink *mailtest.Sink, texts <-chan string, logged *page) {
	l.Helper()
	w, needles := l.town, l.needles
	csv := []string{"Content-Type", "text/csv"}
	p, err := w.server.People.Add(w.Context(), needles["name"])
	if err != nil {
		w.Fatal(err)
	}
	w.signIn("zyanka", p.ID)
	needles["session"] = w.cookies["zyanka"]
	code, err := w.server.People.NewCode(w.Context(), p.ID, 1e12, false)
	if err != nil {
		w.Fatal(err)
	}
	needles["code"] = code
	letter, browser := w.ask(sink, needles["mail"])
	needles["link"], _ = w.secrets(letter) // six digits stand anywhere by chance
	needles["browser"] = browser
	w.must(200, "POST", "/api/session/link", "", `{"link":"`+needles["link"]+`"}`)
	sink.Answer(func(step, _ string) string { // refused, with the address in the refusal
		if step == "RCPT" {
			return "550 <" + needles["mail"] + "> is unknown here"
		}
		return ""
	})
	w.must(202, "POST", "/api/session/mail", "", `{"address":"`+needles["mail"]+`","lang":"en"}`)
	for refused := time.Now().Add(30 * time.Second); !strings.Contains(logged.String(), "was given up"); time.Sleep(time.Millisecond) {
		if time.Now().After(refused) {
			w.Fatal("the refused letter is in no line of the log")
		}
	}
	w.must(202, "POST", "/api/session/phone", "", `{"number":"`+needles["phone"]+`","lang":"en"}`)
	<-texts

	w.must(201, "POST", "/api/topics", "planner", forum)
	step := func(n int) {
		w.must(200, "POST", "/api/topics/bank/stage", "planner", fmt.Sprintf(`{"client_id":"step %d","stage":%d}`, n, n))
	}
	step(0)
	w.must(201, "POST", "/api/topics/bank/application", "zyanka", `{"client_id":"apply","answers":{"age":"old"},"languages":["en"],"household":"`+needles["address"]+`","consent":"1"}`)
	w.must(200, "POST", "/api/topics/bank/people", "registrar", "id,age\n"+needles["file id"]+",old\n", csv...)
	step(1)
	w.must(201, "POST", "/api/topics/bank/rooms/0/remarks", "zyanka", `{"client_id":"say","text":"`+needles["remark"]+`"}`)
	w.must(201, "POST", "/api/topics/bank/ideas", "zyanka", `{"client_id":"idea","text":"`+needles["idea"]+`","lang":"en"}`)
	w.must(200, "POST", paperURL+"/file?client_id=i", "registrar", "id,text,source,lang,author,place\n"+needles["paper id"]+","+needles["paper idea"]+",letter,en,"+needles["paper name"]+","+needles["paper place"]+"\n", csv...)
	step(2)
	w.must(200, "POST", "/api/topics/bank/remarks/1/remove", "moderator", `{"client_id":"remove","reason":"`+needles["reason"]+`"}`)
}

// garble sends whatever can be wrong, to every route, as somebody with every role,
// and in every way that a request can break.
func (l *leaks) garble(broken *brittle) {
	l.Helper()
	w, bad := l.town, l.needles["garbage"]
	w.enter("clumsy", staffOf...)
	others := l.all("garbage") // a refusal may say again what its own request held
	handle := func(method, path, as, body string, headers ...string) {
		a := w.send(method, path, as, body, headers...)
		if a.status >= 400 {
			l.in(fmt.Sprintf("the refusal of %s %s", method, path), []byte(a.body), others...)
		}
		if a.status == http.StatusUnauthorized && as == "clumsy" { // one of the routes ends sessions
			w.signIn("clumsy", w.person("clumsy"))
		}
	}
	seen := map[string]bool{}
	for _, r := range w.server.app.GetRoutes(true) {
		key := r.Method + " " + r.Path
		if seen[key] || r.Method == http.MethodHead || r.Method == http.MethodConnect || r.Method == http.MethodTrace {
			continue
		}
		seen[key] = true
		parts := strings.Split(r.Path, "/")
		for i, part := range parts {
			switch {
			case part == ":topic":
				parts[i] = "bank"
			case strings.HasPrefix(part, ":"), part == "*":
				parts[i] = url.PathEscape(bad)
			}
		}
		path := strings.Join(parts, "/")
		query := "?q=" + url.QueryEscape(bad) + "&limit=" + url.QueryEscape(bad) + "&after=" + url.QueryEscape(bad)
		for _, body := range []string{
			`{"client_id":"garble","` + bad + `":1}`,
			`{"client_id":{"` + bad + `":"` + bad + `"}}`,
			`{"client_id":"` + bad + `","text":"` + bad + `","reason":"` + bad + `","name":"` + bad + `","code":"` + bad + `","number":"` + bad + `","address":"` + bad + `"}`,
			bad + "\xff",
			"id,text,source,age\n" + bad + "," + bad + "," + bad + "," + bad + "\n",
		} {
			kind := "application/json"
			if strings.HasPrefix(body, "id,") {
				kind = "text/csv"
			}
			handle(r.Method, path+query, "clumsy", body, "Content-Type", kind, "Referer", w.url+"/"+bad, "User-Agent", bad, "X-Request-Id", strings.ReplaceAll(bad, " ", "-"), "X-Forwarded-For", bad)
			if r.Method == http.MethodGet {
				break
			}
		}
	}
	for _, as := range []string{"zyanka", ""} { // their own, where it does not belong
		for _, name := range []string{"idea", "remark", "address"} {
			handle("POST", "/api/topics/bank/ideas", as, `{"client_id":"`+l.needles[name]+`","text":"`+l.needles[name]+`","lang":"`+l.needles[name]+`"}`)
		}
	}
	handle("POST", "/api/session", "", `{"code":"`+bad+`"}`)

	// Heads that are no HTTP, too long, or break off.
	address := strings.TrimPrefix(w.url, "http://")
	for _, head := range []string{
		"GET /" + url.PathEscape(bad) + " HTTP/9.9\r\n\r\n",
		bad + "\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: " + address + "\r\nCookie: veche_session=" + strings.Repeat(bad, 1000) + "\r\n\r\n",
		"POST /api/topics/bank/ideas HTTP/1.1\r\nHost: " + address + "\r\nContent-Length: 1000\r\n\r\n" + bad,
	} {
		c, err := net.Dial("tcp", address)
		if err != nil {
			w.Fatal(err)
		}
		if _, err = io.WriteString(c, head); err == nil {
			err = c.(*net.TCPConn).CloseWrite()
		}
		if err != nil {
			w.Logf("%.20q was refused before its end: %v", head, err)
		}
		b, _ := io.ReadAll(c) // an answer, or an end
		l.in("the answer to a broken head", b)
		_ = c.Close()
	}

	// Over a socket.
	for _, message := range []string{bad, `{"t":"` + bad + `"}`, `{"t":"say","` + bad + `":1}`, `{"t":"say","id":"` + bad + `","topic":"bank","room":0,"text":"` + bad + `"}`, "\xff\xfe" + bad} {
		dialer := gorilla.Dialer{Subprotocols: []string{protocol.Version}}
		c, _, err := dialer.DialContext(w.Context(), "ws"+strings.TrimPrefix(w.url, "http")+"/live", http.Header{"Origin": {w.url}, "Cookie": {"veche_session=" + w.cookies["clumsy"]}, "User-Agent": {bad}})
		if err == nil {
			err = c.WriteMessage(gorilla.TextMessage, []byte(message))
		}
		if err != nil {
			w.Fatal(err)
		}
		for err == nil { // until it is refused, or closed
			var b []byte
			_, b, err = c.ReadMessage()
			l.in("the answer over a socket", b, others...)
			if bytes.Contains(b, []byte(`"t":"problem"`)) {
				break
			}
		}
		_ = c.Close()
	}

	// A store that panics, and one that fails.
	for how := int32(1); how <= 2; how++ {
		broken.how.Store(how)
		for _, path := range []string{"/api/my-data", "/api/my-data/file", "/api/topics/bank"} {
			a := w.send("GET", path, "zyanka", "")
			if a.status != http.StatusInternalServerError {
				w.Errorf("%s of a broken store answers %d", path, a.status)
			}
			l.in("the answer of a broken store", []byte(a.body))
		}
		broken.how.Store(0)
	}
}

// both hands every line to two handlers, whatever its level.
type both [2]slog.Handler

func (h both) Enabled(context.Context, slog.Level) bool { return true }
func (h both) Handle(ctx context.Context, r slog.Record) error {
	return errors.Join(h[0].Handle(ctx, r.Clone()), h[1].Handle(ctx, r.Clone()))
}
func (h both) WithAttrs(a []slog.Attr) slog.Handler {
	return both{h[0].WithAttrs(a), h[1].WithAttrs(a)}
}
func (h both) WithGroup(n string) slog.Handler { return both{h[0].WithGroup(n), h[1].WithGroup(n)} }

// page is what was written, by many at once.
type page struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (p *page) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.b.Write(b)
}

func (p *page) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.b.String()
}
