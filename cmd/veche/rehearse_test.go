package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"veche/server"
	"veche/server/journal"
	"veche/server/topic"
)

// debateTopic makes an installation with one topic that has an agenda, and
// nobody yet: debatetopic DIR ID SEATS.
func debateTopic(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: debatetopic DIR ID SEATS")
	}
	var seats uint32
	if _, err := fmt.Sscan(args[2], &seats); err != nil {
		ts.Fatalf("%s is no number of seats", args[2])
	}
	ctx := context.Background()
	s, err := server.Open(ctx, server.Options{Data: ts.MkAbs(args[0])})
	ts.Check(err)
	settings := topic.Settings{
		ID: args[1], Title: "The river", Question: "What should the bank become?", Lang: "en", PanelSize: seats, TableSize: 6,
		Stages: []topic.Stage{{Kind: topic.StageApplications}, {Kind: topic.StageDraw}, {Kind: topic.StageDebate}},
		Debate: topic.Debate{Agenda: []topic.Step{
			{Kind: topic.StepDiscussion, Title: "Talk", Minutes: 20, Turns: true, TurnSeconds: 60},
			{Kind: topic.StepQuestions, Title: "Ask", Minutes: 10},
			{Kind: topic.StepReport, Title: "Report", Minutes: 10},
		}},
	}
	_, err = s.Journal.Create(ctx, journal.Request{Who: topic.Who{Role: topic.RolePlanner}, Command: topic.Create{Settings: settings}})
	ts.Check(err)
	ts.Check(s.Close())
}

// fingerprint writes a digest of all that an installation keeps: fingerprint DIR
// FILE.
func fingerprint(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: fingerprint DIR FILE")
	}
	var list []string
	dir := ts.MkAbs(args[0])
	ts.Check(filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := strings.TrimPrefix(path, dir)
		if entry.IsDir() {
			list = append(list, name+"/\n")
			return nil
		}
		b, err := os.ReadFile(path)
		sum := sha256.Sum256(b)
		list = append(list, name+" "+hex.EncodeToString(sum[:])+"\n")
		return err
	}))
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(strings.Join(list, "")), 0o644))
}

// rehearsing waits until a rehearsal's server runs in the script's directory, or
// until none does: [!] rehearsing.
func rehearsing(ts *testscript.TestScript, neg bool, _ []string) {
	here := ts.MkAbs(".")
	for until := time.Now().Add(30 * time.Second); time.Now().Before(until); time.Sleep(20 * time.Millisecond) {
		found := false
		paths, err := filepath.Glob("/proc/[0-9]*")
		ts.Check(err)
		for _, process := range paths {
			cwd, err := os.Readlink(process + "/cwd")
			if err != nil || cwd != here {
				continue
			}
			line, err := os.ReadFile(process + "/cmdline")
			found = found || err == nil && strings.Contains(string(line), "--attended")
		}
		if found != neg {
			return
		}
	}
	ts.Fatalf("after 30 s it is not so")
}
