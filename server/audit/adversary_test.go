package audit_test

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"veche/server/analysis/rehearsal"
	"veche/server/audit"
	"veche/server/topic"
)

// reseal writes a bundle anew after edit has had its way with the files, with
// right digests and a right signature: what a server could do that lies.
func reseal(tb testing.TB, bundle []byte, signer *audit.Signer, edit func(files map[string][]byte) (extra []string)) []byte {
	tb.Helper()
	files := unzip(tb, bundle)
	m := manifest(tb, bundle)
	extra := edit(files)
	var out bytes.Buffer
	w := audit.NewWriter(&out)
	add := func(name string) {
		if content, ok := files[name]; ok {
			if err := w.Add(name, content); err != nil {
				tb.Fatal(err)
			}
		}
	}
	for _, f := range m.Files {
		add(f.Name)
	}
	for _, name := range extra {
		add(name)
	}
	if err := w.Close(*m, func(text string) ([]byte, error) { return audit.SignText(text, signer) }); err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}

func replace(name, was, becomes string) func(map[string][]byte) []string {
	return func(files map[string][]byte) []string {
		changed := bytes.Replace(files[name], []byte(was), []byte(becomes), 1)
		if bytes.Equal(changed, files[name]) {
			panic(name + " does not hold " + was)
		}
		files[name] = changed
		return nil
	}
}

// A server that changes its record and signs it again is found out by the step
// that the change concerns.
func TestALyingServerIsFound(t *testing.T) {
	p := rehearsal.Whole(t)
	drop := func(name string) func(map[string][]byte) []string {
		return func(files map[string][]byte) []string { delete(files, name); return nil }
	}
	tests := []struct {
		name     string
		audience audit.Audience
		step     string // that must fail
		edit     func(files map[string][]byte) []string
	}{
		{"an idea says something else", audit.Public, "texts", replace("ideas/ideas.jsonl", "slow ferry", "old ferry")},
		{"an idea is said to be erased", audit.Public, "texts", func(files map[string][]byte) []string {
			lines := strings.SplitAfter(string(files["ideas/ideas.jsonl"]), "\n")
			head, _, _ := strings.Cut(lines[0], `,"salt"`)
			lines[0] = head + `,"erased":"author-request"}` + "\n"
			files["ideas/ideas.jsonl"] = []byte(strings.Join(lines, ""))
			return nil
		}},
		{"an idea is left out", audit.Public, "texts", func(files map[string][]byte) []string {
			_, rest, _ := bytes.Cut(files["ideas/ideas.jsonl"], []byte("\n"))
			files["ideas/ideas.jsonl"] = rest
			return nil
		}},
		{"a remark is withheld that nobody removed", audit.Public, "texts", func(files map[string][]byte) []string {
			lines := strings.SplitAfter(string(files["log/remarks.jsonl"]), "\n")
			head, _, _ := strings.Cut(lines[0], `,"salt"`)
			lines[0] = head + `,"withheld":true}` + "\n"
			files["log/remarks.jsonl"] = []byte(strings.Join(lines, ""))
			return nil
		}},
		{"a row is withheld from the auditor", audit.Auditor, "texts", func(files map[string][]byte) []string {
			lines := strings.SplitAfter(string(files["draw/pool.jsonl"]), "\n")
			head, _, _ := strings.Cut(lines[0], `,"salt"`)
			lines[0] = head + `,"withheld":true}` + "\n"
			files["draw/pool.jsonl"] = []byte(strings.Join(lines, ""))
			return nil
		}},
		{"the ideas are left out", audit.Public, "texts", drop("ideas/ideas.jsonl")},
		{"a vote is turned", audit.Public, "tally 1", replace("votes/votes.csv", ",1,disagree,", ",1,agree,")},
		{"a vote is taken out", audit.Public, "tally 1", func(files map[string][]byte) []string {
			lines := strings.SplitAfter(string(files["votes/votes.csv"]), "\n")
			files["votes/votes.csv"] = []byte(strings.Join(append(lines[:5], lines[6:]...), ""))
			return nil
		}},
		{"votes stand in another order", audit.Public, "votes", func(files map[string][]byte) []string {
			lines := strings.SplitAfter(string(files["votes/votes.csv"]), "\n")
			lines[1], lines[2] = lines[2], lines[1]
			files["votes/votes.csv"] = []byte(strings.Join(lines, ""))
			return nil
		}},
		{"an open vote is turned", audit.Public, "tally 1", replace("votes/open.csv", ",1,agree,", ",1,disagree,")},
		{"an open vote is turned", audit.Auditor, "votes", replace("votes/open.csv", ",1,agree,", ",1,disagree,")},
		{"a comparison is turned", audit.Public, "tally 1", replace("votes/pairs.csv", ",2,4,4,", ",2,4,2,")},
		{"a comparison is turned", audit.Auditor, "votes", replace("votes/pairs.csv", ",2,4,4,", ",2,4,2,")},
		{"the open votes are left out", audit.Public, "tally 1", drop("votes/open.csv")},
		{"a vote has another day", audit.Auditor, "votes", replace("votes/votes.csv", "2026-03-0", "2026-02-0")},
		{"the tally says something else", audit.Public, "tally 1", replace("tally/tally-1.json", `"agree":`, `"agree":1`)},
		{"the tally is left out", audit.Public, "tally 1", drop("tally/tally-1.json")},
		{"the ranking's table is another", audit.Public, "ranking", func(files map[string][]byte) []string {
			files["tally/ranking.csv"] = regexp.MustCompile(`(?m)^(\d+),(\d)`).ReplaceAll(files["tally/ranking.csv"], []byte("$1,1$2"))
			return nil
		}},
		{"a cluster has another label", audit.Public, "clustering 2", replace("clusters/run-2.json", `"label":"`, `"label":"No `)},
		{"a cluster's label in the auditor's", audit.Auditor, "clustering 2", replace("clusters/run-2.json", `"label":"`, `"label":"No `)},
		{"a draw has another report", audit.Public, "draw 1", replace("draw/round-1.json", `"min_probability":0.`, `"min_probability":0.1`)},
		{"a draw's chances are others", audit.Auditor, "draw 1", replace("draw/round-1-roll.bin", "\x00\x00\x00\x01", "\x00\x00\x00\x02")},
		{"a commitment has another quota", audit.Public, "commitment 2", replace("draw/commitment-2.json", `"min":12`, `"min":11`)},
		{"a commitment's reason is another", audit.Public, "commitment 2", replace("draw/commitment-2.json", "mistyped", "fine")},
		{"an aborted commitment is left out", audit.Public, "commitment 1", drop("draw/commitment-1.json")},
		{"the reason of an abortion is another", audit.Auditor, "log", replace("log/events.bin", "mistyped", "misprint")},
		{"a draw has another value of the beacon", audit.Public, "draw 1", replace("draw/round-1.json", `"text":"4 8 15`, `"text":"9 8 15`)},
		{"a seating is more even than it was", audit.Public, "tables 1", replace("tables/seating-1.json", `"max_deviation":0.`, `"max_deviation":0.0`)},
		{"a pool row says something else", audit.Auditor, "texts", replace("draw/pool.jsonl", "female", "male")},
		{"an event is changed", audit.Auditor, "log", replace("log/events.bin", "second beacon", "another beacn")},
		{"an event is hidden from the auditor", audit.Auditor, "log", func(files map[string][]byte) []string {
			files["log/events.bin"] = hideOne(t, p, 100)
			return nil
		}},
		{"an event is dropped", audit.Auditor, "log", func(files map[string][]byte) []string {
			files["log/events.bin"] = rewriteLog(t, append(p.Events[:50:50], p.Events[51:]...))
			return nil
		}},
		{"two events change places", audit.Auditor, "log", func(files map[string][]byte) []string {
			list := append([][]byte{}, p.Events...)
			list[20], list[21] = list[21], list[20]
			files["log/events.bin"] = rewriteLog(t, list)
			return nil
		}},
		{"an event stands twice", audit.Auditor, "log", func(files map[string][]byte) []string {
			files["log/events.bin"] = rewriteLog(t, append(p.Events[:50:50], p.Events[49:]...))
			return nil
		}},
		{"the log is cut short", audit.Auditor, "log", func(files map[string][]byte) []string {
			files["log/events.bin"] = rewriteLog(t, p.Events[:200])
			return nil
		}},
		{"the checkpoint is of another log", audit.Public, "checkpoint", func(files map[string][]byte) []string {
			signed, err := audit.SignCheckpoint(audit.Checkpoint{Origin: "rehearsal.example/other", Size: 289}, p.Signer())
			if err != nil {
				t.Fatal(err)
			}
			files["checkpoints/checkpoint.note"] = signed
			return nil
		}},
		{"a file is added", audit.Public, "leftovers", func(files map[string][]byte) []string {
			files["draw/notes.txt"] = []byte("believe me")
			return []string{"draw/notes.txt"}
		}},
	}
	bundles := map[audit.Audience][]byte{audit.Public: p.Bundle(audit.Public), audit.Auditor: p.Bundle(audit.Auditor)}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := verify(t, reseal(t, bundles[tt.audience], p.Signer(), tt.edit), audit.Options{})
			failed := false
			for _, s := range r.Steps {
				if s.Outcome == audit.Failed {
					failed = failed || s.Name == tt.step
					t.Logf("%s: %s", s.Name, s.Detail)
				}
			}
			if !failed {
				t.Errorf("step %q did not fail:\n%s", tt.step, outcomes(r))
			}
		})
	}
	same := reseal(t, bundles[audit.Public], p.Signer(), func(map[string][]byte) []string { return nil })
	if !bytes.Equal(same, bundles[audit.Public]) {
		t.Error("sealed anew without a change the bundle has other bytes")
	}
}

func rewriteLog(tb testing.TB, events [][]byte) []byte {
	var out bytes.Buffer
	w := audit.NewLogWriter(&out)
	for _, e := range events {
		w.Show(e)
	}
	if _, _, err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}

func hideOne(tb testing.TB, p *rehearsal.Play, seq int) []byte {
	var out bytes.Buffer
	w := audit.NewLogWriter(&out)
	for i, e := range p.Events {
		if i+1 == seq {
			w.Hide(e)
		} else {
			w.Show(e)
		}
	}
	if _, _, err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}

// A log may be anyone's making: events that no topic would have decided end the
// verification with a failed step, not with all memory or never.
func TestAHostileLogEnds(t *testing.T) {
	reason := topic.Digest{1}
	for name, bodies := range map[string][]topic.Body{
		"clusters merged in a ring":   {&topic.ClustersMerged{Into: 3, From: []uint32{4}, Reason: reason}, &topic.ClustersMerged{Into: 4, From: []uint32{3}, Reason: reason}},
		"a cluster merged in itself":  {&topic.ClustersMerged{Into: 3, From: []uint32{3}, Reason: reason}},
		"four billion clusters":       {&topic.Clustered{InputSeq: 5, New: 1<<32 - 1, Base: []uint32{1}}},
		"a remark in a far room":      {&topic.RemarkPosted{Room: 1<<32 - 1, Text: reason}},
		"four billion tables":         {&topic.TablesSeated{InputSeq: 5, Tables: 1<<32 - 1, Seats: []uint32{1}}},
		"a vote of no ballot":         {&topic.Voted{Item: 1, Value: topic.Agree}},
		"a seat of nobody":            {&topic.Drawn{InputSeq: 5, Seats: []uint64{1 << 60}}},
		"an idea that was never said": {&topic.TextErased{Target: topic.EraseIdea, Number: 1 << 50, Reason: "unlawful"}},
		"an input in the future":      {&topic.Tallied{InputSeq: 1 << 60}},
		"an undone split of clusters": {&topic.ClusterSplit{From: 1 << 31, Ideas: []uint32{1}, Reason: reason}},
	} {
		t.Run(name, func(t *testing.T) {
			p := rehearsal.Whole(t)
			for _, b := range bodies {
				e := topic.Event{Time: p.Now, Body: b}
				p.Events = append(p.Events, e.AppendTo(nil))
			}
			var out bytes.Buffer
			w := audit.NewWriter(&out)
			log, err := w.Create(audit.LogFile)
			if err != nil {
				t.Fatal(err)
			}
			l := audit.NewLogWriter(log)
			for _, e := range p.Events {
				l.Show(e)
			}
			size, root, err := l.Close()
			if err != nil {
				t.Fatal(err)
			}
			signed, err := audit.SignCheckpoint(audit.Checkpoint{Origin: "rehearsal.example/river-park", Size: size, Root: root}, p.Signer())
			if err != nil {
				t.Fatal(err)
			}
			for name, content := range map[string][]byte{audit.KeyFile: []byte(p.Signer().PublicKey() + "\n"), audit.CheckpointFile: signed} {
				if err := w.Add(name, content); err != nil {
					t.Fatal(err)
				}
			}
			m := audit.Manifest{Topic: "river-park", For: audit.Auditor, Events: size, Root: root}
			if err := w.Close(m, func(text string) ([]byte, error) { return audit.SignText(text, p.Signer()) }); err != nil {
				t.Fatal(err)
			}
			r := verify(t, out.Bytes(), audit.Options{})
			for _, s := range r.Steps {
				switch s.Name {
				case "log":
					if s.Outcome != audit.Proved {
						t.Errorf("log: %s", s.Detail)
					}
				case "state":
					t.Log(s.Detail)
					if s.Outcome != audit.Failed && name != "an input in the future" {
						t.Error("the state is said to follow")
					}
				}
			}
			if r.Failures() == 0 {
				t.Error("nothing failed")
			}
		})
	}
}
