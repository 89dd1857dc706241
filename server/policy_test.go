package server

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	fast "github.com/valyala/fasthttp"

	"veche/server/api"
	"veche/server/config"
	"veche/server/identity"
	"veche/server/journal"
	"veche/server/live"
	"veche/server/live/client"
	"veche/server/live/protocol"
	"veche/server/privacy"
	"veche/server/store"
	"veche/server/topic"
)

var update = flag.Bool("update", false, "write the golden files anew")

// allStages is a topic with every step once.
var allStages = []topic.StageKind{topic.StageApplications, topic.StageDraw, topic.StageDebate, topic.StageCuration, topic.StageRating, topic.StagePoll, topic.StageResults}

// walker walks over what the server serves, as each kind of person, in each step of
// a topic.
type walker struct {
	*town
	handle  fast.RequestHandler
	kept    *writes
	conn    net.Conn // what requests come by that are handed to the routes at once
	people  []string // "" is nobody
	roles   map[string][]topic.Role
	routes  []fiber.Route
	served  map[string][]topic.Action
	checked struct{ routes, decisions, headers, messages int }
}

// The server does what the policy says and nothing else: every route and every
// message of a socket is tried as everyone, in every step of a topic, and who is
// let in, who is kept out and what waits for another step is compared with the
// table. Every answer bears the security headers, and no GET changes anything.
func TestPolicyHoldsEverywhere(t *testing.T) {
	limits := config.Default().Limits
	limits.ActsBurst, limits.RemarksBurst, limits.MessagesBurst, limits.RoomBurst = 100_000, 100_000, 100_000, 100_000
	limits.RequestsPercent = 0
	kept := &writes{}
	wrap := func(s store.Store) store.Store { kept.Store = s; return kept }
	w := &walker{kept: kept, town: openTownWith(t, Options{Data: t.TempDir(), Limits: limits, wrap: wrap}, "citizen", "participant"), roles: map[string][]topic.Role{}, served: served()}
	w.handle = w.server.app.Handler()
	var other net.Conn
	w.conn, other = net.Pipe()
	t.Cleanup(func() { _, _ = w.conn.Close(), other.Close() })
	w.people = []string{"", "citizen", "participant"}
	for _, r := range staffOf {
		w.people = append(w.people, r.String())
		w.roles[r.String()] = []topic.Role{r}
	}
	// Roles are of the installation: who has them for another topic has them here.
	for _, r := range w.server.app.GetRoutes(true) {
		if r.Method != http.MethodHead {
			w.routes = append(w.routes, r)
		}
	}
	w.open("bank")
	w.goldenAccess()
	w.walk("bank", "-")
	for i, kind := range allStages {
		w.stage("bank", i)
		w.seat("bank", kind)
		w.walk("bank", kind.String())
		w.speak("bank", kind.String())
	}
	stages := len(allStages) + 1
	if want := len(w.routes) * len(w.people) * stages; w.checked.decisions != want {
		t.Errorf("%d decisions were checked, want %d routes × %d kinds of people × %d stages = %d", w.checked.decisions, len(w.routes), len(w.people), stages, want)
	}
	t.Logf("%d routes × %d kinds of people × %d steps = %d decisions as in the table, security headers on %d of %d answers; %d messages of sockets", len(w.routes), len(w.people), stages, w.checked.decisions, w.checked.headers, w.checked.decisions, w.checked.messages)
}

// open makes a topic with every step.
func (w *walker) open(id string) {
	w.Helper()
	s := topic.Settings{ID: id, Title: "The bank", Question: "What?", Lang: "en", PanelSize: 1,
		Form: topic.Form{ConsentVersion: "1", Features: []topic.Feature{{Name: "age", Options: []string{"young", "old"}}}}}
	for _, k := range allStages {
		s.Stages = append(s.Stages, topic.Stage{Kind: k})
	}
	if _, err := w.server.Journal.Create(w.Context(), journal.Request{Who: topic.Who{Role: topic.RolePlanner}, Command: topic.Create{Settings: s}}); err != nil {
		w.Fatal(err)
	}
}

func (w *walker) stage(id string, index int) {
	w.Helper()
	if a := w.send("POST", "/api/topics/"+id+"/stage", "planner", fmt.Sprintf(`{"client_id":"stage %d","stage":%d}`, index, index)); a.status != 200 {
		w.Fatalf("step %d: %d %s", index, a.status, a.body)
	}
}

// seat lets the participant apply, be drawn, accept and give an idea, which is put to
// the rating.
func (w *walker) seat(id string, stage topic.StageKind) {
	w.Helper()
	do := func(path, as, body string, want int) {
		if a := w.send("POST", "/api/topics/"+id+path, as, body); a.status != want {
			w.Fatalf("%s as %s: %d %s", path, as, a.status, a.body)
		}
	}
	switch stage {
	case topic.StageApplications:
		do("/application", "participant", `{"client_id":"1","answers":{"age":"old"},"consent":"1"}`, 201)
	case topic.StageDraw:
		do("/draw", "planner", `{"client_id":"1","seed":"s"}`, 200)
		do("/seat", "participant", `{"client_id":"1","answer":"accept"}`, 200)
	case topic.StageDebate:
		do("/ideas", "participant", `{"client_id":"1","text":"Plant willows along the bank, and let the water have the meadow","lang":"en"}`, 201)
	case topic.StageCuration:
		do("/items", "moderator", `{"client_id":"1","items":[{"idea":1}]}`, 200)
	}
}

// walk tries every route as everyone in the topic's present step, with a body that
// says nothing: past the policy it is refused for that.
func (w *walker) walk(id, stage string) {
	w.Helper()
	fill := strings.NewReplacer(":topic", id, "*", "x", ":", "1")
	now := w.kind(id)
	for _, r := range w.routes {
		path := make([]string, 0, 8)
		for part := range strings.SplitSeq(r.Path, "/") {
			if strings.HasPrefix(part, ":") && part != ":topic" {
				part = "1"
			}
			path = append(path, fill.Replace(part))
		}
		for _, who := range w.people {
			if r.Method != http.MethodGet { // it may have ended the session
				w.renew(who)
			}
			w.decide(r, strings.Join(path, "/"), who, now, stage)
		}
	}
}

// kind is the topic's present step.
func (w *walker) kind(id string) (k topic.StageKind) {
	view, err := w.server.Journal.View(w.Context(), id)
	if err != nil {
		w.Fatal(err)
	}
	view.Read(func(s *topic.State, _ uint64) { k = s.StageKind() })
	return k
}

// renew signs in someone whose session has ended.
func (w *walker) renew(who string) {
	if who == "" {
		return
	}
	id, _, _ := strings.Cut(w.cookies[who], ".")
	if _, err := w.server.People.Resolve(w.Context(), w.cookies[who]); !errors.Is(err, identity.ErrSession) {
		return
	}
	code, err := w.server.People.NewCode(w.Context(), id, time.Hour, false)
	if err != nil {
		w.Fatal(err)
	}
	token, p, err := w.server.People.Redeem(w.Context(), code)
	if err != nil {
		w.Fatal(err)
	}
	w.cookies[who] = identity.Cookie(p, token)
}

// What the policy does with a request.
const (
	letIn    = "let in"
	unknown  = "to sign in first"
	keptOut  = "kept out by role"
	notInNow = "kept out by the step"
	notThere = "told that there is no such topic"
)

// wanted is what the table says about someone who wants one of the actions.
func wanted(actions []topic.Action, signedIn bool, roles []topic.Role, now topic.StageKind, inTopic bool) string {
	kept := keptOut
	if !signedIn {
		kept = unknown
	}
	for _, a := range actions {
		rule := topic.RuleOf(a)
		switch {
		case !rule.Lets(signedIn, roles):
		case !inTopic || len(rule.Stages) == 0 || slices.Contains(rule.Stages, now):
			return letIn
		default:
			kept = notInNow
		}
	}
	return kept
}

// verdict is what the server did, by its answer.
func verdict(status int, body string) string {
	a := answer{status: status, body: body}
	detail, _ := a.field("detail").(string)
	switch {
	case status == 404 && strings.HasPrefix(detail, "there is no topic "):
		return notThere
	case status == 401 && detail == identity.ErrSession.Error():
		return unknown
	case status == 403 && strings.HasPrefix(detail, "this needs the role "):
		return keptOut
	case status == 409 && a.field("code") == string(topic.CodeWrongStage) && strings.HasPrefix(detail, "this is possible in the step "):
		return notInNow
	}
	return letIn
}

func (w *walker) decide(r fiber.Route, path, who string, now topic.StageKind, stage string) {
	var ctx fast.RequestCtx
	ctx.Init2(w.conn, nil, false)
	ctx.Request.Header.SetMethod(r.Method)
	ctx.Request.SetRequestURI(path)
	ctx.Request.Header.SetHost(strings.TrimPrefix(w.url, "http://"))
	if r.Method != http.MethodGet {
		ctx.Request.Header.Set("Origin", w.url)
		ctx.Request.Header.SetContentType("application/json")
		ctx.Request.SetBodyString("{}")
	}
	if who == "" && r.Path == "/live" { // for others see speak
		ctx.Request.Header.Set("Upgrade", "websocket")
		ctx.Request.Header.Set("Sec-WebSocket-Protocol", protocol.Version)
		ctx.Request.Header.Set("Origin", w.url)
	}
	if who != "" {
		ctx.Request.Header.SetCookie("veche_session", w.cookies[who])
	}
	before := len(w.kept.since(0))
	w.handle(&ctx)
	if found := slices.DeleteFunc(w.kept.since(before), answered); r.Method == http.MethodGet && len(found) > 0 {
		w.Errorf("%s %s as %q in %s wrote %q", r.Method, r.Path, who, stage, found)
	}
	header := http.Header{}
	ctx.Response.Header.VisitAll(func(k, v []byte) { header.Add(string(k), string(v)) })
	w.checked.decisions++
	name := fmt.Sprintf("%s %s as %q in %s", r.Method, r.Path, who, stage)
	w.secured(name, answer{header: header})
	if header.Get("Content-Security-Policy") != "" {
		w.checked.headers++
	}
	var body string
	if status := ctx.Response.StatusCode(); status >= 400 {
		body = string(ctx.Response.Body())
	}
	inTopic := strings.Contains(r.Path, ":topic")
	want := wanted(w.served[r.Method+" "+r.Path], who != "", w.roles[who], now, inTopic)
	// Before the first step who has no duty does not learn that there is a topic, or what
	// they might do in another step. Open data and the record that witnesses follow begin
	// with the first step for everyone.
	public := strings.HasPrefix(r.Path, "/api/open/") || strings.HasSuffix(r.Path, "/catalog.jsonld") || strings.Contains(r.Path, "/record/")
	draft := inTopic && now == topic.StageNone && (public || !topic.RuleOf(topic.ActionSeeDrafts).Lets(who != "", w.roles[who]))
	if draft && (want == letIn || want == notInNow) {
		want = notThere
	}
	if got := verdict(ctx.Response.StatusCode(), body); got != want {
		w.Errorf("%s: %s, want %s\n%d %s", name, got, want, ctx.Response.StatusCode(), body)
	}
	if status := ctx.Response.StatusCode(); status >= 500 {
		w.Errorf("%s: %d %s", name, status, body)
	}
	if ctx.Response.IsBodyStream() { // a file is not written out, only let go
		if err := ctx.Response.CloseBodyStream(); err != nil {
			w.Error(err)
		}
	}
}

// answered says that what was written is how much of a public record was signed for
// whoever asked, so that nobody is ever told of less.
func answered(write string) bool { return write == "a checkpoint" }

// speak sends every message of a socket as everyone who can open one.
func (w *walker) speak(id, stage string) {
	w.Helper()
	now := w.kind(id)
	for _, who := range w.people {
		c, err := client.Dial(w.Context(), w.url+"/live", "veche_session="+w.cookies[who], client.Options{Topic: id})
		var refused *client.StatusError
		if who == "" {
			if !errors.As(err, &refused) || refused.Status != 401 {
				w.Errorf("a socket for nobody: %v", err)
			}
			continue
		}
		if err != nil {
			w.Fatalf("a socket for %s: %v", who, err)
		}
		role := api.WhoFor(identity.Person{Roles: w.roles[who]}, privacy.Pseudonyms{}, topic.ActionSay).Role
		for _, what := range slices.Sorted(maps.Keys(live.Actions)) {
			var err error
			ctx, cancel := context.WithTimeout(w.Context(), 2*time.Minute)
			if what == "say" {
				_, err = c.Say(ctx, 99, "good evening", 0)
			} else {
				_, err = c.Do(ctx, protocol.Do{What: what, Room: 99, Remark: 99, Reaction: "agree"})
			}
			cancel()
			w.checked.messages++
			rule := topic.RuleOf(live.Actions[what])
			want, got := letIn, letIn
			switch { // in a room one acts under one role
			case !slices.Contains(rule.Roles, role):
				want = keptOut
			case len(rule.Stages) > 0 && !slices.Contains(rule.Stages, now):
				want = notInNow
			}
			var p *client.ProblemError
			if errors.As(err, &p) {
				got = verdict(map[string]int{"forbidden": 403, "wrong-stage": 409}[p.Code], fmt.Sprintf(`{"code":%q,"detail":%q}`, p.Code, p.Detail))
			} else if err != nil {
				w.Fatalf("%s as %s in %s: %v", what, who, stage, err)
			}
			if got != want {
				w.Errorf("%s as %s in %s: %s, want %s: %v", what, who, stage, got, want, err)
			}
		}
		c.Close()
	}
}

// goldenAccess keeps the routes with their actions and who these let in, for reviews.
func (w *walker) goldenAccess() {
	w.Helper()
	var b strings.Builder
	for _, r := range w.routes {
		actions := w.served[r.Method+" "+r.Path]
		var may []string
		for _, who := range w.people {
			if who != "participant" && wanted(actions, who != "", w.roles[who], 0, false) == letIn {
				may = append(may, map[bool]string{true: who, false: "nobody"}[who != ""])
			}
		}
		names := make([]string, len(actions))
		for i, a := range actions {
			names[i] = string(a)
		}
		everyone := strings.Join(may, " ")
		switch len(may) {
		case len(w.people) - 1:
			everyone = "everyone"
		case len(w.people) - 2:
			everyone = "signed in"
		}
		fmt.Fprintf(&b, "%-6s %-45s %-16s %s\n", r.Method, r.Path, strings.Join(names, "+"), everyone)
	}
	const file = "testdata/access.golden"
	if *update {
		if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
			w.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		w.Fatal(err)
	}
	if b.String() != string(want) {
		w.Errorf("who may use which route is not as in %s: run with -update and read what changed\n%s", file, b.String())
	}
}

// Every message that a socket takes stands under the policy.
func TestMessagesHaveActions(t *testing.T) {
	for _, what := range append([]string{"say"}, protocol.Whats...) {
		if topic.RuleOf(live.Actions[what]) == nil {
			t.Errorf("%q stands under no rule of the policy", what)
		}
	}
	if len(live.Actions) != len(protocol.Whats)+1 {
		t.Errorf("%d kinds of messages have an action, there are %d", len(live.Actions), len(protocol.Whats)+1)
	}
}

// No server starts with a route that the policy does not know.
func TestRouteWithoutPolicy(t *testing.T) {
	app := fiber.New(fiber.Config{DisableStartupMessage: true})
	app.Get("/back-door", func(*fiber.Ctx) error { return nil })
	defer func() {
		if said := fmt.Sprint(recover()); !strings.Contains(said, "/back-door stands under no policy") {
			t.Errorf("a route without a policy was taken: %s", said)
		}
	}()
	mustBeServed(app)
}
