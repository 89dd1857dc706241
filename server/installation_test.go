package server

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"veche/server/api"
	"veche/server/config"
	"veche/server/identity"
	"veche/server/privacy"
)

// The administrator's page tells what is due when, what the job did, the age of keys
// and backups, and what an examination found; nobody's name or id, and no secret.
func TestInstallation(t *testing.T) {
	clock, dir := clockAt(time.Now()), t.TempDir()
	if err := os.Chmod(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	secret := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(secret, []byte("hunter2-of-the-mail"), 0o600); err != nil {
		t.Fatal(err)
	}
	settings, err := config.Load(config.Sources{Environ: []string{"VECHE_MAIL_HOST=mail.invalid", "VECHE_MAIL_FROM=veche@city.example", "VECHE_MAIL_USER=clerk.private", "VECHE_MAIL_PASSWORD_FILE=" + secret}})
	if err != nil {
		t.Fatal(err)
	}
	w := openTownWith(t, Options{Data: dir, Clock: clock.now, Retention: config.Retention{Pool: 30, Panel: 365}, Settings: settings.List(), SignIn: SignIn{Mail: settings.Mail}}, citizens...)
	w.drawTwo()
	look := func() *api.Installation {
		t.Helper()
		x, err := w.server.Installation(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	class := func(name string) api.RetentionClass {
		t.Helper()
		for _, c := range look().Retention.Classes {
			if c.Class == name {
				return c
			}
		}
		t.Fatalf("no class %s", name)
		return api.RetentionClass{}
	}
	if c := class("pool"); c.Rows != 0 || c.Next != 0 || c.Due != 0 || !c.Ends {
		t.Errorf("before the last step something goes: %+v", c)
	}
	w.must(200, "POST", "/api/topics/bank/stage", "planner", `{"client_id":"5","stage":5}`)
	opened := clock.now()
	for name, days := range map[string]int{"pool": 30, "panel": 365} {
		if c, want := class(name), opened.Add(time.Duration(days)*24*time.Hour).UnixMilli(); c.Rows != 2 || c.Due != 0 || c.Next != want {
			t.Errorf("%s: %+v, want 2 rows at %d", name, c, want)
		}
	}

	// Whoever looks is told of nobody.
	w.must(200, "GET", "/api/installation/examination", "auditor", "")
	said := w.must(200, "GET", "/api/installation", "administrator", "").body
	hidden := []string{"hunter2", "clerk.private"}
	err = w.server.People.People(t.Context(), func(p identity.Person) error {
		hidden = append(hidden, p.ID, `"`+p.Name+`"`)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	keys, err := filepath.Glob(filepath.Join(dir, "keys", "*"))
	if err != nil || len(keys) < len(privacy.KeyFiles()) || len(hidden) < 10 {
		t.Fatal(keys, hidden, err)
	}
	for _, path := range keys {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.FieldsSeq(string(b)) {
			if len(line) >= 40 && !strings.Contains(line, w.server.PublicKey()) {
				hidden = append(hidden, line[:40])
			}
		}
	}
	for _, s := range hidden {
		if s != `""` && !strings.HasPrefix(s, `"administrator`) && strings.Contains(said, s) {
			t.Errorf("the answer tells %.12s…", s)
		}
	}
	for _, s := range []string{`"mail":{"waiting":0,"sent":0,"failed":0}`, `{"key":"mail.user","value":"\"…\"","set":true}`, `{"key":"listen","value":"\"127.0.0.1:8080\"","set":false}`, `"kind":"checkpoint"`, `"backup":{"data":0,"keys":0}`, `"can_examine":true`} {
		if !strings.Contains(said, s) {
			t.Errorf("the answer has no %s:\n%s", s, said)
		}
	}
	if x := look().Examination; x == nil || x.Sound < 5 {
		t.Errorf("the examination found %+v", x)
	} else {
		for _, f := range x.Findings {
			if f.Fault && f.Area != "place" {
				t.Errorf("sound data has a fault: %+v", f)
			}
		}
	}

	// A backup is told of, with or without keys.
	if _, err := Backup(t.Context(), BackupOrder{Data: dir, Out: filepath.Join(t.TempDir(), "b.zip")}); err != nil {
		t.Fatal(err)
	}
	if b := look().Backup; b.Data == 0 || b.Keys != 0 {
		t.Errorf("after a backup of the data: %+v", b)
	}
	if _, err := Backup(t.Context(), BackupOrder{Data: dir, Keys: filepath.Join(t.TempDir(), "k"), Passphrase: backupWords}); err != nil {
		t.Fatal(err)
	}
	if b := look().Backup; b.Data == 0 || b.Keys == 0 {
		t.Errorf("after a backup of the keys: %+v", b)
	}

	// What is due is told before it goes, and what went afterwards.
	clock.pass(31 * 24 * time.Hour)
	if c := class("pool"); c.Due != 2 || c.Rows != 0 {
		t.Errorf("after 31 days: %+v", c)
	}
	if _, err := w.server.Subjects.Keep(t.Context(), w.server.times(), false); err != nil {
		t.Fatal(err)
	}
	if r := look().Retention; len(r.Done) != 1 || r.Done[0].Rows != 2 || r.Done[0].Class != "pool" || r.Done[0].Topic != "bank" || class("pool").Due != 0 {
		t.Errorf("after the job: %+v", r)
	}

	// Keys grow old; an older sealing key is to be retired.
	advice := func() (list []string) {
		for _, k := range look().Keys {
			list = append(list, k.Kind+" "+k.State+" "+k.Advice)
		}
		return list
	}
	if got := fmt.Sprint(advice()); strings.Contains(got, "rotate") {
		t.Errorf("young keys: %s", got)
	}
	clock.pass(365 * 24 * time.Hour)
	if got := fmt.Sprint(advice()); !strings.Contains(got, "seal used rotate") || !strings.Contains(got, "checkpoint used rotate") {
		t.Errorf("keys of a year: %s", got)
	}
	if _, _, err := w.server.RotateKey(t.Context(), privacy.KeySeal); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(advice()); !strings.Contains(got, "seal older retire") || strings.Contains(got, "seal used rotate") {
		t.Errorf("after a rotation: %s", got)
	}
}
