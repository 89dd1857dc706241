package main

import (
	"path/filepath"
	"strings"
	"testing"

	"veche/server"
	"veche/server/journal"
	"veche/server/topic"
)

// After the signing key was replaced, a witness and a verifier who know the old key
// are led to the new one, and what they kept still holds; who knows another is not.
func TestOldKeyLeadsToTheNew(t *testing.T) {
	dir := t.TempDir()
	data, secret, state := filepath.Join(dir, "data"), filepath.Join(dir, "w.key"), filepath.Join(dir, "state")
	code, key := said(t, "witness", "new", "auditor.example", "--secret", secret)
	if code != 0 {
		t.Fatal(key)
	}
	key = strings.TrimSpace(key)
	other := ""
	served(t, filepath.Join(dir, "other"), nil, func(s *server.Server) { other = s.PublicKey() })
	served(t, data, []string{key}, func(s *server.Server) {
		if _, err := s.Journal.Create(t.Context(), journal.Request{Who: topic.Who{Role: topic.RolePlanner}, Command: topic.Create{Settings: river("The river")}}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Journal.Submit(t.Context(), "river", journal.Request{Who: topic.Who{Role: topic.RolePlanner}, Command: topic.OpenStage{Index: 0}}); err != nil {
			t.Fatal(err)
		}
		plan(t, s, "one")
		old := s.PublicKey()
		visit := func() (int, string) {
			return said(t, "witness", s.URL(), "--key", old, "--secret", secret, "--state", state)
		}
		if code, out := visit(); code != 0 {
			t.Fatal(out)
		}
		kept := filepath.Join(state, "river.note")
		if code, out := said(t, "keys", "rotate", "checkpoint", "--data", data); code != 0 || !strings.Contains(out, s.PublicKey()) || s.PublicKey() == old {
			t.Fatal(code, out)
		}
		plan(t, s, "two")
		bundle := bundled(t, s, filepath.Join(dir, "bundle.zip"))
		for _, k := range []string{old, s.PublicKey()} {
			if code, out := said(t, "verify", bundle, "--key", k, "--witness", key, "--checkpoint", kept); code != 0 || !strings.Contains(out, "auditor.example signed the first") || strings.Contains(out, "handed over") != (k == old) {
				t.Errorf("verified by %s: %d %s", k, code, out)
			}
		}
		if code, out := said(t, "verify", bundle, "--key", other); code != 1 || !strings.Contains(out, "has not handed over") {
			t.Errorf("verified by a stranger's key: %d %s", code, out)
		}
		if code, out := visit(); code != 0 || !strings.Contains(out, "they begin with the") || !strings.Contains(out, "give --key "+s.PublicKey()) {
			t.Errorf("the witness: %d %s", code, out)
		}
		old = other
		if code, out := visit(); code != 1 || !strings.Contains(out, "has not handed over") {
			t.Errorf("a witness with a stranger's key: %d %s", code, out)
		}
	})
}
