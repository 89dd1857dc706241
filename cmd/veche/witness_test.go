package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"veche/server"
	"veche/server/config"
	"veche/server/journal"
	"veche/server/topic"
)

// served runs an installation on data until the test's step ends, and answers
// what do says about it.
func served(t *testing.T, data string, witnesses []string, do func(s *server.Server)) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	open := config.Default().Open
	open.Burst = 10_000
	s, err := server.Open(ctx, server.Options{Data: data, Listen: "127.0.0.1:0", Witnesses: witnesses, Open: open})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Listen(); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx) }()
	do(s)
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// said runs a command line and answers its code and all that it wrote.
func said(t *testing.T, args ...string) (int, string) {
	t.Helper()
	var out bytes.Buffer
	code := run(t.Context(), args, strings.NewReader(""), &out, &out)
	return code, out.String()
}

func plan(t *testing.T, s *server.Server, titles ...string) {
	t.Helper()
	for _, title := range titles {
		_, err := s.Journal.Submit(t.Context(), "river", journal.Request{Who: topic.Who{Role: topic.RolePlanner}, ClientID: title, Command: topic.ChangeSettings{Settings: river(title)}})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func river(title string) topic.Settings {
	return topic.Settings{ID: "river", Title: title, Question: "What?", Lang: "en", PanelSize: 1, Stages: []topic.Stage{{Kind: topic.StageDebate}}}
}

// A witness signs what grew, keeps what it signed, and refuses a record that was
// set back to a backup, whether it stayed shorter or grew otherwise.
func TestWitnessFindsARecordSetBack(t *testing.T) {
	dir := t.TempDir()
	data, backup, secret, state := filepath.Join(dir, "data"), filepath.Join(dir, "backup"), filepath.Join(dir, "w.key"), filepath.Join(dir, "state")
	code, key := said(t, "witness", "new", "auditor.example", "--secret", secret)
	if code != 0 || !strings.HasPrefix(key, "auditor.example+") {
		t.Fatal(code, key)
	}
	key = strings.TrimSpace(key)
	if code, out := said(t, "witness", "new", "auditor.example", "--secret", secret); code != 1 || !strings.Contains(out, "never replaced") {
		t.Error(code, out)
	}
	if info, err := os.Stat(secret); err != nil || info.Mode().Perm() != 0o600 {
		t.Error(info, err)
	}
	var city string
	visit := func(s *server.Server) (int, string) {
		city = s.PublicKey()
		return said(t, "witness", s.URL(), "--key", city, "--secret", secret, "--state", state)
	}
	served(t, data, []string{key}, func(s *server.Server) {
		for _, c := range []topic.Command{topic.Create{Settings: river("The river")}, topic.OpenStage{Index: 0}} {
			r := journal.Request{Who: topic.Who{Role: topic.RolePlanner}, Command: c}
			_, err := s.Journal.Create(t.Context(), r)
			if _, first := c.(topic.Create); !first {
				_, err = s.Journal.Submit(t.Context(), "river", r)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		plan(t, s, "one")
	})
	if err := os.CopyFS(backup, os.DirFS(data)); err != nil {
		t.Fatal(err)
	}
	served(t, data, []string{key}, func(s *server.Server) {
		if code, out := visit(s); code != 0 || !strings.Contains(out, "the first time") {
			t.Fatal(code, out)
		}
		plan(t, s, "two", "three")
		if code, out := visit(s); code != 0 || !strings.Contains(out, "they begin with the") {
			t.Fatal(code, out)
		}
		if code, out := visit(s); code != 0 {
			t.Error("nothing new:", code, out)
		}
		bundle := bundled(t, s, filepath.Join(dir, "bundle.zip"))
		if code, out := said(t, "verify", bundle, "--key", city, "--witness", key, "--checkpoint", filepath.Join(state, "river.note")); code != 0 || !strings.Contains(out, "auditor.example signed the first") || !strings.Contains(out, "kept checkpoint") {
			t.Error(code, out)
		}
		if code, out := said(t, "witness", s.URL(), "--key", city, "--secret", filepath.Join(dir, "none"), "--state", state); code != 1 || !strings.Contains(out, "there is no key") {
			t.Error(code, out)
		}
	})
	served(t, backup, []string{key}, func(s *server.Server) {
		if code, out := visit(s); code != 1 || !strings.Contains(out, "were taken off its end") {
			t.Errorf("set back: %d %s", code, out)
		}
		bundle := bundled(t, s, filepath.Join(dir, "back.zip"))
		if code, out := said(t, "verify", bundle, "--checkpoint", filepath.Join(state, "river.note")); code != 1 || !strings.Contains(out, "taken off its end") {
			t.Errorf("a bundle of the log that was set back: %d %s", code, out)
		}
		plan(t, s, "another two", "another three", "another four")
		if code, out := visit(s); code != 1 || !strings.Contains(out, "does not begin with") {
			t.Errorf("set back and grown otherwise: %d %s", code, out)
		}
	})
	for _, args := range [][]string{{"witness", "http://127.0.0.1:1"}, {"witness", "nowhere", "--key", city}, {"witness", "http://127.0.0.1:1", "--key", "x"}} {
		if code, out := said(t, args...); code != 2 {
			t.Errorf("%q: %d %s", args, code, out)
		}
	}
}

// bundled writes the river's bundle for the public to a file.
func bundled(t *testing.T, s *server.Server, file string) string {
	t.Helper()
	err := writeWhole(file, func(w io.Writer) error { return s.WriteBundle(t.Context(), "river", "public", w) })
	if err != nil {
		t.Fatal(err)
	}
	return file
}
