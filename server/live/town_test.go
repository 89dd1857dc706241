package live_test

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"veche/server/journal"
	"veche/server/live"
	"veche/server/live/client"
	"veche/server/store"
	"veche/server/store/sqlite"
	"veche/server/topic"
)

// town is a live server over a real store, with a topic in debate whose people
// sit at tables. Person n has the cookie "p<n>", or "m<n>" as one who moderates
// too; "f" is a facilitator, "r" only reads.
type town struct {
	t       *testing.T
	dir     string
	options live.Options
	store   store.Store
	journal *journal.Journal
	hub     *live.Hub
	app     *fiber.App
	address string
	fault   func() sqlite.Fault
	debate  topic.Debate
	ahead   atomic.Int64 // nanoseconds that its clock is ahead
	handing sync.Mutex   // held while what is committed waits to be handed out
}

func (w *town) publish(c journal.Committed) {
	w.handing.Lock()
	defer w.handing.Unlock()
	w.hub.Publish(c)
}

func (w *town) now() time.Time { return time.Now().Add(time.Duration(w.ahead.Load())) }

// pass lets time pass.
func (w *town) pass(d time.Duration) { w.ahead.Add(int64(d)) }

const topicID = "square"

// everything is a rate at which the main hall leaves nothing out.
const everything = 1 << 30

func person(n int) topic.Who {
	var p topic.Pseudonym
	binary.BigEndian.PutUint64(p[8:], uint64(n))
	return topic.Who{Role: topic.RoleCitizen, Pseudonym: p}
}

var (
	planner     = topic.Who{Role: topic.RolePlanner, Pseudonym: topic.Pseudonym{1}}
	moderator   = topic.Who{Role: topic.RoleModerator, Pseudonym: topic.Pseudonym{2}}
	facilitator = topic.Who{Role: topic.RoleFacilitator, Pseudonym: topic.Pseudonym{3}}
)

// newTown seats people at tables of two.
func newTown(t *testing.T, people int, o live.Options) *town {
	t.Helper()
	w := &town{debate: topic.Debate{HallRate: everything}}
	w.start(t, people, o)
	return w
}

func (w *town) start(t *testing.T, people int, o live.Options) {
	t.Helper()
	w.begin(t, people, o)
	t.Cleanup(w.close)
}

// begin is start for a town that is closed before the test ends.
func (w *town) begin(t *testing.T, people int, o live.Options) {
	t.Helper()
	w.t, w.dir, w.options = t, t.TempDir(), o
	w.open(freeAddress(t))
	ctx := context.Background()
	_, err := w.journal.Create(ctx, journal.Request{Who: planner, Command: topic.Create{Settings: topic.Settings{
		ID: topicID, Title: "The square", Question: "What shall it be?", Lang: "en",
		Stages: []topic.Stage{{Kind: topic.StageApplications}, {Kind: topic.StageDraw}, {Kind: topic.StageDebate}, {Kind: topic.StageResults}},
		Form:   topic.Form{ConsentVersion: "1"}, PanelSize: uint32(people), TableSize: 2, Debate: w.debate,
	}}})
	if err != nil {
		t.Fatal(err)
	}
	w.do(planner, topic.OpenStage{Index: 0})
	var seats []uint64
	var tables []uint32
	for n := 1; n <= people; n++ {
		w.do(person(n), topic.Apply{Row: journal.NewText("row").Digest(), Consent: "1"})
		seats = append(seats, uint64(n))
		tables = append(tables, uint32((n+1)/2))
	}
	w.do(planner, topic.OpenStage{Index: 1})
	w.do(planner, topic.RecordDraw{Drawn: topic.Drawn{Size: uint32(people), Seed: "dice", Seats: seats}})
	for n := 1; n <= people; n++ {
		w.do(person(n), topic.AnswerSeat{Accept: true})
	}
	w.seat(tables...)
	w.do(planner, topic.OpenStage{Index: 2})
}

// seat puts seat i+1 at table tables[i].
func (w *town) seat(tables ...uint32) {
	w.t.Helper()
	most := uint32(0)
	for _, n := range tables {
		most = max(most, n)
	}
	w.do(planner, topic.RecordTables{TablesSeated: topic.TablesSeated{Tables: most, Seats: tables}})
}

// freeAddress is one that a server can be started at again and again: below the
// ports that outgoing connections are given (from 16,000 on, or higher), which a
// client that dials while the server is away could be given itself.
func freeAddress(t *testing.T) string {
	t.Helper()
	for range 100 {
		ln, err := net.Listen("tcp4", fmt.Sprint("127.0.0.1:", 10_000+rand.IntN(6_000)))
		if err == nil {
			defer ln.Close()
			return ln.Addr().String()
		}
	}
	t.Fatal("no port is free")
	return ""
}

func (w *town) open(address string) {
	w.t.Helper()
	var err error
	if w.store, err = sqlite.Open(context.Background(), w.dir, sqlite.Options{Fault: w.fault}); err != nil {
		w.t.Fatal(err)
	}
	w.journal = journal.Open(w.store, journal.Options{Clock: w.now, Publish: w.publish})
	w.options.Identify, w.options.Clock = identify, w.now
	w.hub = live.New(w.journal, w.options)
	w.app = fiber.New(fiber.Config{DisableStartupMessage: true, ReadTimeout: 2 * time.Second, IdleTimeout: 2 * time.Second, WriteTimeout: 2 * time.Second})
	w.app.Server().KeepHijackedConns = true
	w.app.Get("/live", w.hub.Handler())
	ln, err := net.Listen("tcp4", address)
	for range 500 { // another test may be trying whether the port is free
		if !errors.Is(err, syscall.EADDRINUSE) {
			break
		}
		time.Sleep(20 * time.Millisecond)
		ln, err = net.Listen("tcp4", address)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	w.address = ln.Addr().String()
	go func() {
		if err := w.app.Listener(ln); err != nil {
			panic(err)
		}
	}()
	w.awaitServing()
}

// awaitServing waits for an answer of the app: a shutdown before it serves would
// pass it by.
func (w *town) awaitServing() {
	w.t.Helper()
	c, err := net.Dial("tcp4", w.address)
	if err == nil {
		defer c.Close()
		_, err = fmt.Fprint(c, "GET / HTTP/1.0\r\n\r\n")
	}
	if err == nil {
		_, err = c.Read(make([]byte, 1))
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *town) close() {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := w.hub.Shutdown(ctx); err != nil {
		w.t.Error(err)
	}
	if err := w.app.Shutdown(); err != nil {
		w.t.Error(err)
	}
	if err := w.journal.Close(); err != nil {
		w.t.Error(err)
	}
	if err := w.store.Close(); err != nil {
		w.t.Error(err)
	}
}

// stumbling is somebody whose join meets a fault of the program, which has their
// words in it.
const (
	stumbling      = "s1"
	stumblingWords = "words of somebody"
)

func identify(c *fiber.Ctx) (live.Person, error) {
	name := c.Cookies("who")
	var who topic.Who
	var roles []topic.Role
	n := 0
	for _, d := range []byte(name)[min(1, len(name)):] {
		n = 10*n + int(d-'0')
	}
	switch name {
	case "":
		return live.Person{}, fiber.NewError(fasthttp.StatusUnauthorized, "sign in first")
	case "f":
		who, roles = facilitator, []topic.Role{topic.RoleFacilitator}
	default:
		who = person(n)
		if name[0] == 'm' {
			roles = []topic.Role{topic.RoleModerator}
		}
	}
	id := string([]byte(name))
	if id == stumbling {
		return live.Person{ID: id, Who: func(context.Context, string) (topic.Who, error) { panic(stumblingWords) }}, nil
	}
	return live.Person{ID: id, Mark: "mark of " + id, Roles: roles, Who: func(context.Context, string) (topic.Who, error) { return who, nil }}, nil
}

func (w *town) do(who topic.Who, c topic.Command, texts ...journal.Text) journal.Ack {
	w.t.Helper()
	ack, err := w.journal.Submit(context.Background(), topicID, journal.Request{Who: who, Command: c, Texts: texts})
	if err != nil {
		w.t.Fatalf("%T: %v", c, err)
	}
	return ack
}

// say posts straight to the journal.
func (w *town) say(n int, room uint32, text string) journal.Ack {
	w.t.Helper()
	x := journal.NewText(text)
	return w.do(person(n), topic.Say{Room: room, Text: x.Digest()}, x)
}

func (w *town) dial(name string, o client.Options) *client.Client {
	w.t.Helper()
	if o.Topic == "" {
		o.Topic = topicID
	}
	if o.MinBackoff == 0 {
		o.MinBackoff = 5 * time.Millisecond
	}
	c, err := client.Dial(context.Background(), "http://"+w.address+"/live", "who="+name, o)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(c.Close)
	return c
}

// eventually waits until ok answers true.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for range 4000 {
		if ok() {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatal("not in time: " + what)
}
