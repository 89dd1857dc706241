package api

import (
	"context"
	"io"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"veche/server/journal"
	"veche/server/store/sqlite"
	"veche/server/topic"
)

// Those who read the main hall over HTTP, and they may be thousands, cost no look
// at who is present, and who has the floor already is told so with the clock.
func TestTheHallsFloorIsCheap(t *testing.T) {
	s, err := sqlite.Open(t.Context(), t.TempDir(), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	j := journal.Open(s, journal.Options{})
	defer j.Close()
	settings := topic.Settings{ID: "t", Title: "T", Question: "Q", Lang: "en", Stages: []topic.Stage{{Kind: topic.StageDebate}}}
	if _, err := j.Create(t.Context(), journal.Request{Who: topic.Who{Role: topic.RolePlanner}, Command: topic.Create{Settings: settings}}); err != nil {
		t.Fatal(err)
	}
	if _, err := j.Submit(t.Context(), "t", journal.Request{Who: topic.Who{Role: topic.RolePlanner}, Command: topic.OpenStage{}}); err != nil {
		t.Fatal(err)
	}
	at := time.UnixMilli(1_700_000_000_000)
	app := fiber.New(fiber.Config{Immutable: true})
	Mount(app, Options{
		Journal: j, Clock: func() time.Time { return at },
		Present: func(string) map[uint32][]uint64 {
			t.Error("everyone who is present was looked at")
			return nil
		},
		PresentAt: func(string, uint32) []uint64 {
			t.Error("those in the hall were looked at")
			return nil
		},
		Here: func(string, uint32) int { return 7 },
	})
	get := func(tag string) (int, string, string, string) {
		t.Helper()
		r := httptest.NewRequestWithContext(context.Background(), "GET", "/topics/t/rooms/0/floor", nil)
		r.Header.Set("If-None-Match", tag)
		a, err := app.Test(r)
		if err != nil {
			t.Fatal(err)
		}
		defer a.Body.Close()
		b, err := io.ReadAll(a.Body)
		if err != nil {
			t.Fatal(err)
		}
		return a.StatusCode, string(b), a.Header.Get("Etag"), a.Header.Get(NowHeader)
	}
	status, body, tag, _ := get("")
	if status != 200 || !strings.HasPrefix(body, `{"now":1700000000000,`) || !strings.Contains(body, `"here":7`) || tag == "" {
		t.Errorf("%d %s, tag %q", status, body, tag)
	}
	at = at.Add(time.Minute)
	if status, body, _, now := get(tag); status != 304 || body != "" || now != "1700000060000" {
		t.Errorf("again: %d %q at %s", status, body, now)
	}
}
