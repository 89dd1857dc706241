package server

import (
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"veche/server/journal"
	"veche/server/live/client"
	"veche/server/topic"
)

// scrape reads the metrics; a name is with its labels as they are written.
func (w *town) scrape() map[string]float64 {
	w.Helper()
	res, err := w.client.Get(w.server.MetricsURL)
	if err != nil {
		w.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		w.Fatalf("%d %v", res.StatusCode, err)
	}
	values := map[string]float64{}
	for line := range strings.Lines(string(b)) {
		if m := regexp.MustCompile(`^([a-z_]+(?:\{[^}]*\})?) (\S+)\n$`).FindStringSubmatch(line); m != nil {
			if values[m[1]], err = strconv.ParseFloat(m[2], 64); err != nil {
				w.Errorf("%s: %v", line, err)
			}
		} else if !strings.HasPrefix(line, "#") {
			w.Errorf("unreadable: %s", line)
		}
	}
	return values
}

// debate opens a topic that anyone who applied may speak in, and applies the
// people by name.
func (w *town) debate(id string, people ...string) {
	w.Helper()
	planner := topic.Who{Role: topic.RolePlanner}
	_, err := w.server.Journal.Create(w.Context(), journal.Request{Who: planner, Command: topic.Create{Settings: topic.Settings{
		ID: id, Title: "T", Question: "Q", Lang: "en", Stages: []topic.Stage{{Kind: topic.StageDebate}},
	}}})
	if err == nil {
		_, err = w.server.Journal.Submit(w.Context(), id, journal.Request{Who: planner, Command: topic.OpenStage{}})
	}
	if err != nil {
		w.Fatal(err)
	}
	for _, name := range people {
		person, _, _ := strings.Cut(w.cookies[name], ".")
		names, err := w.server.Vault.Pseudonyms(w.Context(), person, id)
		if err != nil {
			w.Fatal(err)
		}
		row := journal.NewText("{}")
		if _, err := w.server.Journal.Submit(w.Context(), id, journal.Request{Who: topic.Who{Role: topic.RoleCitizen, Pseudonym: names.Debate}, Command: topic.Apply{Row: row.Digest()}, Texts: []journal.Text{row}}); err != nil {
			w.Fatal(err)
		}
	}
}

// The metrics count what happens, on a port of their own, and name nobody.
func TestMetrics(t *testing.T) {
	w := openTownWith(t, Options{Data: t.TempDir(), Metrics: "127.0.0.1:0"}, "anna", "boris")
	w.debate("square", "anna", "boris")
	for _, path := range []string{"/metrics", "/api/metrics"} {
		if a := w.send("GET", path, "administrator", ""); strings.Contains(a.body, "veche_sockets") {
			t.Errorf("%s is on the port of the public", path)
		}
	}
	dial := func(name string) *client.Client {
		t.Helper()
		c, err := client.Dial(t.Context(), w.url+"/live", "veche_session="+w.cookies[name], client.Options{Topic: "square"})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(c.Close)
		return c
	}
	a := dial("anna")
	dial("anna")
	b := dial("boris")
	const said = 3
	for range said {
		if _, err := a.Say(t.Context(), 0, "Hello", 0); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := a.Say(t.Context(), 7, "There is no such table", 0); err == nil {
		t.Error("said at no table")
	}
	if _, err := client.Dial(t.Context(), w.url+"/live", "veche_session=forged.x", client.Options{}); err == nil {
		t.Error("a forged session opens a socket")
	}
	b.Close()
	want := map[string]float64{
		"veche_sockets": 2, "veche_people": 1, "veche_rooms": 1, "veche_topics": 1,
		`veche_ack_seconds_count{what="remark"}`: said, `veche_messages_refused_total{code="not-found"}`: 1,
		`veche_handshakes_refused_total{status="401"}`: 1, `veche_sockets_ended_total{code="0"}`: 1,
	}
	var got map[string]float64
	for range 200 {
		got = w.scrape()
		if got["veche_sockets"] == 2 && got[`veche_sockets_ended_total{code="0"}`] == 1 {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	for name, v := range want {
		if got[name] != v {
			t.Errorf("%s is %v, want %v", name, got[name], v)
		}
	}
	for _, name := range []string{"veche_frames_total", "veche_frame_bytes_total", "veche_deliveries_total", "veche_pass_seconds_count", "veche_commit_seconds_count", "veche_connections", "go_goroutines", "process_resident_memory_bytes"} {
		if got[name] <= 0 {
			t.Errorf("%s is %v", name, got[name])
		}
	}
	if events := got["veche_events_total"]; events < 2+2+said {
		t.Errorf("%v events", events)
	}
	for name := range got {
		if strings.Contains(name, "square") || strings.Contains(name, "anna") {
			t.Errorf("%s names a topic or a person", name)
		}
	}
	alertsAreOver(t, got)
}
