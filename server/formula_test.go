package server

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"mime"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/xuri/excelize/v2"

	"veche/server/journal"
	"veche/server/tally"
	"veche/server/topic"
)

// formulas begin as what spreadsheets run, in all forms that they read.
var formulas = []string{"=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1+1", "－1+1", "＠SUM(A1)", "−1+1", "\u00a0=1", "\u200b=1", "'=1", `=HYPERLINK("https://evil.example";"x")`, "=cmd|' /C calc'!A0"}

// seedFormulas makes two topics in which every text and number of people that a
// table tells begins like a formula: bank with a counted rating and an answered
// proposal, drawn with seats and a poll.
func seedFormulas(w *town) {
	w.Helper()
	c := &tally.Conversation{Topic: "=bank"}
	for i, s := range formulas {
		c.Statements = append(c.Statements, tally.Statement{ID: fmt.Sprint(i), Text: fmt.Sprintf("%s seeded, way %d to the water", s, i), Time: time.Date(2026, 3, 1, 12, i, 0, 0, time.UTC).UnixMilli()})
	}
	for p := range 6 {
		c.Participants = append(c.Participants, tally.Participant{ID: fmt.Sprint("=", p)})
		for s := range c.Statements {
			c.Votes = append(c.Votes, tally.Cast{Statement: s, Participant: p, Value: tally.Agree})
		}
	}
	w.bringIn(c)
	w.must(200, "POST", "/api/topics/bank/tally", "planner", `{"client_id":"count"}`)
	w.must(201, "POST", "/api/topics/bank/proposals", "planner", `{"client_id":"put","items":[1],"title":"=1 seeded title","summary":"+1 seeded summary","cost":"-1 seeded cost"}`)
	w.must(200, "POST", "/api/topics/bank/proposals/1/answer", "planner", `{"client_id":"answer","decision":"partly","reason":"@1 seeded reason","budget":"＝1 seeded budget","responsible":"=1 seeded office","due":1893456000000}`)

	options := []string{"=young", "+old"}
	s := topic.Settings{ID: "drawn", Title: "=drawn", Question: "=What?", Lang: "en", PanelSize: uint32(len(formulas)),
		Stages: []topic.Stage{{Kind: topic.StageApplications}, {Kind: topic.StageDraw}, {Kind: topic.StagePoll}},
		Form:   topic.Form{ConsentVersion: "1", Features: []topic.Feature{{Name: "=age", Options: options}}}}
	planner := topic.Who{Role: topic.RolePlanner}
	do := func(c topic.Command) {
		w.Helper()
		if _, err := w.server.Journal.Submit(w.Context(), "drawn", journal.Request{Who: planner, Command: c}); err != nil {
			w.Fatal(err)
		}
	}
	if _, err := w.server.Journal.Create(w.Context(), journal.Request{Who: planner, Command: topic.Create{Settings: s}}); err != nil {
		w.Fatal(err)
	}
	do(topic.OpenStage{})
	var file bytes.Buffer
	people := csv.NewWriter(&file)
	_ = people.Write([]string{"id", "=age"}) // into memory
	for i, s := range formulas {
		_ = people.Write([]string{fmt.Sprint(s, "seeded", i), options[i%2]})
	}
	people.Flush()
	w.must(200, "POST", "/api/topics/drawn/people", "registrar", file.String(), "Content-Type", "text/csv")
	do(topic.OpenStage{Index: 1})
	w.must(200, "POST", "/api/topics/drawn/draw", "planner", `{"client_id":"draw","seed":"s"}`)
	do(topic.MakePoll{PollMade: topic.PollMade{Terms: topic.PollTerms{Question: "=Which seeded?", Options: []string{"+A seeded", "＠B seeded"}, Min: 1, Max: 1, Electorate: topic.ElectorateEveryone, When: topic.PollWindow, Entitled: 10}}})
	do(topic.OpenPoll{Poll: 1})
	for i := range topic.FewBallots {
		name := fmt.Sprint("voter", i)
		w.enter(name)
		w.must(200, "PUT", "/api/topics/drawn/polls/1/ballot", name, fmt.Sprintf(`{"client_id":"b","options":[%d]}`, i%2+1))
	}
	do(topic.ClosePoll{Poll: 1})
}

var number = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?$`)

// runs says that a spreadsheet could run a cell of CSV.
func runs(cell string) bool {
	if number.MatchString(cell) {
		return false
	}
	if strings.HasPrefix(cell, "\t") || strings.HasPrefix(cell, "\r") || strings.HasPrefix(cell, "\n") {
		return true
	}
	seen := strings.TrimLeftFunc(cell, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.In(r, unicode.Cc, unicode.Cf)
	})
	return seen != "" && strings.ContainsRune("=+-@＝＋－＠−", []rune(seen)[0])
}

// fileName is what a downloaded file may be called on any system.
var fileName = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]*(\.[a-z0-9]+)+$`)

// No cell of a table that any route gives runs as a formula, whatever people, files
// and planners wrote; and every file has a plain name. What selection, nlp and tally
// write gives a register's own columns back as they came, so that they can be joined
// with it again: that is for the commands of who holds the register, and no route.
func TestNoTableRunsFormulas(t *testing.T) {
	for _, s := range formulas {
		if s != "'=1" && !runs(s) {
			t.Fatalf("%q is not known to run", s)
		}
	}
	w := openTown(t, t.TempDir())
	seedFormulas(w)
	w.enter("clerk", staffOf...)
	tables, files := map[string]int{}, 0
	for _, r := range w.server.app.GetRoutes(true) {
		if r.Method != http.MethodGet || r.Path == "/live" || strings.Contains(r.Path, "*") {
			continue
		}
		table := strings.HasSuffix(r.Path, ".csv") || strings.HasSuffix(r.Path, ".xlsx")
		if table {
			tables[r.Path] += 0
		}
		for _, id := range []string{"bank", "drawn"} {
			parts := strings.Split(r.Path, "/")
			for i, p := range parts {
				if p == ":topic" {
					parts[i] = id
				} else if strings.HasPrefix(p, ":") {
					parts[i] = "1"
				}
			}
			a := w.send("GET", strings.Join(parts, "/"), "clerk", "")
			if a.status != 200 {
				continue
			}
			if d := a.header.Get("Content-Disposition"); d != "" {
				files++
				if kind, params, err := mime.ParseMediaType(d); err != nil || kind != "attachment" || !fileName.MatchString(params["filename"]) {
					t.Errorf("%s is kept as %s: %v", r.Path, d, err)
				}
			}
			switch kind := a.header.Get("Content-Type"); {
			case strings.HasPrefix(kind, "text/csv"):
				tables[r.Path] += harmlessCSV(t, r.Path, a.body)
			case strings.Contains(kind, "spreadsheet"):
				tables[r.Path] += harmlessSheet(t, r.Path, a.body)
			}
			if table && a.header.Get("Content-Disposition") == "" {
				t.Errorf("%s has no name to be kept by", r.Path)
			}
		}
	}
	cells := 0
	for path, n := range tables {
		if cells += n; n == 0 {
			t.Errorf("%s told nothing of what was seeded, so that the test shows nothing of it", path)
		}
	}
	if len(tables) < 5 || files < 8 {
		t.Errorf("only %d tables and %d files were looked at", len(tables), files)
	}
	t.Logf("%d routes give tables; %d seeded cells in them, none runs; %d names of files", len(tables), cells, files)
}

// harmlessCSV answers how many seeded cells a table has, none of which may run.
func harmlessCSV(t *testing.T, path, body string) (seeded int) {
	t.Helper()
	list, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(body, "\ufeff"))).ReadAll()
	if err != nil {
		t.Errorf("%s: %v", path, err)
	}
	for _, cell := range slices.Concat(list...) {
		if runs(cell) {
			t.Errorf("%s: the cell %q would run", path, cell)
		}
		if strings.Contains(cell, "seeded") {
			seeded++
		}
	}
	return seeded
}

// harmlessSheet answers the same of a workbook, whose texts are kept as texts.
func harmlessSheet(t *testing.T, path, body string) (seeded int) {
	t.Helper()
	f, err := excelize.OpenReader(strings.NewReader(body))
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	defer f.Close()
	for _, sheet := range f.GetSheetList() {
		rows, err := f.GetRows(sheet, excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		for y, row := range rows {
			for x, cell := range row {
				at, err := excelize.CoordinatesToCellName(x+1, y+1)
				if err != nil {
					t.Fatal(err)
				}
				formula, err := f.GetCellFormula(sheet, at)
				if err != nil || formula != "" {
					t.Errorf("%s: %s!%s runs %q: %v", path, sheet, at, formula, err)
				}
				if link, target, err := f.GetCellHyperLink(sheet, at); err != nil || link && !strings.HasPrefix(target, "https://") && !strings.HasPrefix(target, "http://") {
					t.Errorf("%s: %s!%s leads to %q: %v", path, sheet, at, target, err)
				}
				if strings.Contains(cell, "seeded") {
					seeded++
				}
			}
		}
	}
	return seeded
}

// A topic is named so that its files can be kept by the name.
func TestTopicsAreNamedForFiles(t *testing.T) {
	w := openTown(t, t.TempDir())
	for _, id := range []string{"", "..", "../../etc/passwd", `a\\b`, "a/b", `a\"; filename=\"b.exe`, `a\r\nX-Evil: 1`, "a\u202egpj", "=1+1", "-rf", ".hidden", "a b", "банк", "A", "con:", "%2e%2e", strings.Repeat("x", 300)} {
		body := `{"id":"` + id + `","title":"The bank","question":"What?","lang":"en","stages":[{"kind":"debate"}],"form":{"consent_version":"1","consent":"You agree."}}`
		if a := w.send("POST", "/api/topics", "planner", body); a.status != 422 || !strings.Contains(a.body, `"field":"id"`) {
			t.Errorf("%q: %d %s", id, a.status, a.body)
		}
	}
}
