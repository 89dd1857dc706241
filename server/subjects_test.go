package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"veche/server/audit"
	"veche/server/config"
	"veche/server/privacy"
	"veche/server/subject"
	"veche/server/topic"
)

// forum is a topic that is open to all, from the applications to the rating.
const forum = `{"client_id":"make","id":"bank","title":"The river bank","question":"What should the bank be?","lang":"en",
	"stages":[{"kind":"applications"},{"kind":"debate"},{"kind":"curation"},{"kind":"rating"}],
	"form":{"consent_version":"1","consent":"You agree.","features":[{"name":"age","options":["young","old"]}],"interests":[],"sessions":[],"languages":["en"]},"table_size":8}`

// discuss makes the topic and lets people apply with an address of their own, say
// something and put an idea; then the ideas are sorted and rated.
func (w *town) discuss(ideas map[string]string) {
	w.Helper()
	w.must(201, "POST", "/api/topics", "planner", forum)
	step := func(n int) {
		w.must(200, "POST", "/api/topics/bank/stage", "planner", fmt.Sprintf(`{"client_id":"step %d","stage":%d}`, n, n))
	}
	step(0)
	for name := range ideas {
		w.must(201, "POST", "/api/topics/bank/application", name, fmt.Sprintf(`{"client_id":"apply","answers":{"age":"old"},"languages":["en"],"household":"%s Street 7","consent":"1"}`, name))
	}
	step(1)
	for name, idea := range ideas {
		w.must(201, "POST", "/api/topics/bank/rooms/0/remarks", name, fmt.Sprintf(`{"client_id":"say","text":"%s speaks"}`, name))
		w.must(201, "POST", "/api/topics/bank/ideas", name, fmt.Sprintf(`{"client_id":"idea","text":%q,"lang":"en"}`, idea))
	}
	step(2)
	w.must(200, "POST", "/api/topics/bank/clustering", "moderator", `{"client_id":"first","clusters":2}`)
}

var forumIdeas = map[string]string{
	"anna":  "xylophone concerts in the riverside pavilion every summer evening",
	"boris": "xylophone lessons in the riverside pavilion for children",
	"vera":  "more bus lines across the bridge at night",
	"gleb":  "night buses across the bridge on weekends",
	"dasha": "buses that run later over the bridge",
}

// person answers the id of somebody who is signed in.
func (w *town) person(name string) string {
	id, _, _ := strings.Cut(w.cookies[name], ".")
	return id
}

// verifies says that both bundles of the topic hold, all run again.
func (w *town) verifies() {
	w.Helper()
	for _, audience := range []string{"public", "auditor"} {
		var b bytes.Buffer
		if err := w.server.WriteBundle(w.Context(), "bank", audience, &b); err != nil {
			w.Fatal(err)
		}
		r, err := audit.Verify(w.Context(), bytes.NewReader(b.Bytes()), int64(b.Len()), audit.Options{Full: true})
		if err != nil {
			w.Fatal(err)
		}
		for _, s := range r.Steps {
			if s.Outcome == audit.Failed {
				w.Errorf("the bundle for %s: %s: %s", audience, s.Name, s.Detail)
			}
		}
	}
}

// in says whether a file of the data holds what, apart from the keys.
func (w *town) in(what string) bool {
	w.Helper()
	files, err := filepath.Glob(filepath.Join(w.server.options.Data, "veche.db*"))
	if err != nil || len(files) == 0 {
		w.Fatal(files, err)
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			w.Fatal(err)
		}
		if bytes.Contains(b, []byte(what)) {
			return true
		}
	}
	return false
}

// Erasing oneself destroys name, key, answers, texts and the words that a
// clustering took from them, on disk too; certificate and bundles hold, and
// others lose nothing.
func TestErasure(t *testing.T) {
	w := openTown(t, t.TempDir(), "anna", "boris", "vera", "gleb", "dasha")
	w.discuss(forumIdeas)
	anna, boris := w.person("anna"), w.person("boris")
	a := w.must(200, "GET", "/api/my-data", "anna", "")
	for _, want := range []string{`"name":"anna"`, "anna speaks", "xylophone concerts", "anna Street 7", `"version":"1"`, "You agree."} {
		if !strings.Contains(a.body, want) {
			t.Errorf("what is held of her lacks %q: %s", want, a.body)
		}
	}
	if strings.Contains(a.body, "boris") {
		t.Error("what is held of her tells of others")
	}
	file := w.must(200, "GET", "/api/my-data/file", "anna", "")
	if !strings.HasPrefix(file.header.Get("Content-Disposition"), "attachment") || !json.Valid([]byte(file.body)) {
		t.Errorf("the file: %v", file.header)
	}
	w.must(422, "POST", "/api/my-data/erasure", "anna", `{}`)
	if !strings.Contains(w.words(), "concert") {
		t.Fatalf("the clustering took no word of hers, so nothing is tested: %s", w.words())
	}
	cookie := w.cookies["anna"]
	a = w.must(200, "POST", "/api/my-data/erasure", "anna", `{"texts":true}`)
	var c subject.Certificate
	if err := json.Unmarshal([]byte(a.body), &c); err != nil {
		t.Fatal(err)
	}
	if len(c.Topics) != 1 || c.Topics[0].Answers != 1 || c.Topics[0].Texts != 2 || c.Topics[0].Left != 0 {
		t.Errorf("the certificate says %+v", c)
	}
	w.certified(c)
	w.must(200, "POST", "/api/my-data/erasure", "boris", `{"texts":false}`)

	w.cookies["anna"] = cookie
	w.must(401, "GET", "/api/my-data", "anna", "")
	for _, id := range []string{anna, boris} {
		if _, err := w.server.ExportSubject(t.Context(), id); !errors.Is(err, privacy.ErrErased) {
			t.Errorf("something is still held of %s: %v", id, err)
		}
	}
	if a = w.must(200, "GET", "/api/topics/bank/ideas", "", ""); strings.Contains(a.body, "concerts") || !strings.Contains(a.body, "xylophone lessons") || !strings.Contains(a.body, "night buses") {
		t.Errorf("the ideas after it: %s", a.body)
	}
	if words := w.words(); strings.Contains(words, "concert") || !strings.Contains(words, "Bridge") {
		t.Errorf("the clustering's words are %s", words)
	}
	w.verifies()
	var held int
	err := w.server.Vault.Members(t.Context(), "bank", func(privacy.Pseudonyms) { held++ })
	if err != nil || held != 5 { // vera, gleb, dasha, planner, moderator
		t.Errorf("%d names are left: %v", held, err)
	}
	w.until("everything is gone from the disk", func() bool {
		return !w.in("concerts") && !w.in("anna Street") && !w.in("boris Street") && !w.in("anna speaks")
	})
	if !w.in("lessons") {
		t.Error("what he left went too")
	}
}

// words are the last clustering's, as its result has them now.
func (w *town) words() string {
	w.Helper()
	view, err := w.server.Journal.View(w.Context(), "bank")
	if err != nil {
		w.Fatal(err)
	}
	var result topic.Digest
	view.Read(func(s *topic.State, _ uint64) { result = s.Board.Result })
	r, err := w.server.Jobs.Clusters(w.Context(), result)
	if err != nil {
		w.Fatal(err)
	}
	b, err := json.Marshal(r)
	if err != nil {
		w.Fatal(err)
	}
	return string(b)
}

// certified checks that the certificate is signed, has no name, and that the log
// had that root.
func (w *town) certified(c subject.Certificate) {
	w.Helper()
	signer, err := audit.NewSigner(signerName, w.server.keys.Signer())
	if err != nil {
		w.Fatal(err)
	}
	key, err := audit.ParseKey(signer.PublicKey())
	if err != nil {
		w.Fatal(err)
	}
	text, err := audit.OpenText([]byte(c.Note), key)
	if err != nil {
		w.Fatal(err)
	}
	if strings.Contains(text, "anna") || !strings.Contains(text, c.Number) {
		w.Errorf("the certificate reads %s", text)
	}
	for _, part := range c.Topics {
		cp, err := audit.ParseCheckpoint(part.Checkpoint)
		if err != nil {
			w.Fatal(err)
		}
		var cover audit.Cover
		err = w.server.Journal.ReadBytes(w.Context(), part.ID, func(seq uint64, event []byte) error {
			if seq <= cp.Size {
				cover.Append(audit.LeafHash(event))
			}
			return nil
		})
		if err != nil || cover.Root() != cp.Root {
			w.Errorf("the log never had the certificate's root: %v", err)
		}
	}
}

// A backup that is restored beside the register forgets again who and what was
// erased, before anybody is served.
func TestRestoredDataForgetsAgain(t *testing.T) {
	dir, restored := t.TempDir(), t.TempDir()
	var anna, cookie string
	t.Run("before", func(t *testing.T) {
		w := openTown(t, dir, "anna", "boris", "vera", "gleb", "dasha")
		w.discuss(forumIdeas)
		anna, cookie = w.person("anna"), w.cookies["moderator"]
	})
	if err := os.CopyFS(restored, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	var idea topic.Digest
	t.Run("erase", func(t *testing.T) {
		w := openTown(t, dir)
		w.cookies["moderator"] = cookie
		var n int
		n, idea = w.idea("weekends")
		w.must(200, "POST", "/api/topics/bank/texts/erase", "moderator", fmt.Sprintf(`{"client_id":"gone","idea":%d,"reason":"court-order"}`, n))
		if _, err := w.server.EraseSubject(t.Context(), anna, true); err != nil {
			t.Fatal(err)
		}
	})
	register, err := os.ReadFile(filepath.Join(dir, "keys", privacy.RegisterFile))
	if err == nil {
		err = os.WriteFile(filepath.Join(restored, "keys", privacy.RegisterFile), register, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	w := openTown(t, restored)
	if _, err := w.server.ExportSubject(t.Context(), anna); !errors.Is(err, privacy.ErrErased) {
		t.Errorf("she is there again: %v", err)
	}
	view, err := w.server.Journal.View(t.Context(), "bank")
	if err != nil {
		t.Fatal(err)
	}
	view.Read(func(s *topic.State, _ uint64) {
		reasons := map[topic.Digest]string{}
		for _, e := range s.Erasures {
			reasons[e.Digest] = e.Reason
		}
		if reasons[idea] != "court-order" {
			t.Errorf("the idea is erased for %q", reasons[idea])
		}
	})
	texts, err := w.server.Journal.Texts(t.Context(), "bank", []topic.Digest{idea})
	if err != nil || len(texts) != 0 {
		t.Errorf("the text is there again: %v", err)
	}
	w.verifies()
}

// idea answers number and digest of the idea whose text holds a word.
func (w *town) idea(word string) (n int, d topic.Digest) {
	w.Helper()
	view, err := w.server.Journal.View(w.Context(), "bank")
	if err != nil {
		w.Fatal(err)
	}
	var digests []topic.Digest
	view.Read(func(s *topic.State, _ uint64) {
		for i := range s.Ideas {
			digests = append(digests, s.Ideas[i].Text)
		}
	})
	texts, err := w.server.Journal.Texts(w.Context(), "bank", digests)
	if err != nil {
		w.Fatal(err)
	}
	for i, x := range digests {
		if strings.Contains(string(texts[x].Body), word) {
			return i + 1, x
		}
	}
	w.Fatalf("no idea says %q", word)
	return 0, d
}

// An erasure that broke off is finished by the next start.
func TestErasureIsFinished(t *testing.T) {
	dir := t.TempDir()
	var anna string
	t.Run("breaks off", func(t *testing.T) {
		w := openTown(t, dir, "anna")
		anna = w.person("anna")
		w.must(201, "POST", "/api/topics", "planner", forum)
		w.must(200, "POST", "/api/topics/bank/stage", "planner", `{"client_id":"s","stage":0}`)
		w.must(201, "POST", "/api/topics/bank/application", "anna", `{"client_id":"a","answers":{"age":"old"},"languages":["en"],"consent":"1"}`)
		if err := w.server.keys.Erased().Add(privacy.Erased{Time: time.Now(), Person: anna}); err != nil {
			t.Fatal(err)
		}
	})
	w := openTown(t, dir)
	if there, err := w.server.Vault.HasKey(t.Context(), anna); err != nil || there {
		t.Errorf("her key is there: %v", err)
	}
	view, err := w.server.Journal.View(t.Context(), "bank")
	if err != nil {
		t.Fatal(err)
	}
	view.Read(func(s *topic.State, _ uint64) {
		if a := s.Applications[0]; !a.Erased || a.Leaving != topic.LeftForGood {
			t.Errorf("her application is %+v", a)
		}
	})
}

// Consent that is taken back ends the application and destroys the answers, and
// nothing that was said.
func TestConsentIsTakenBack(t *testing.T) {
	w := openTown(t, t.TempDir(), "anna", "boris", "vera", "gleb", "dasha")
	w.discuss(forumIdeas)
	a := w.must(200, "DELETE", "/api/topics/bank/consent?client_id=back", "anna", "")
	if a.field("answers") != 1.0 || a.field("left") != 2.0 {
		t.Errorf("taking back answers %s", a.body)
	}
	w.must(200, "DELETE", "/api/topics/bank/consent?client_id=back", "anna", "") // again changes nothing
	a = w.must(200, "GET", "/api/my-data", "anna", "")
	if strings.Contains(a.body, "anna Street") || !strings.Contains(a.body, "anna speaks") || !strings.Contains(a.body, `"ended":true`) {
		t.Errorf("what is held after it: %s", a.body)
	}
	w.must(404, "DELETE", "/api/topics/nowhere/consent?client_id=back", "anna", "")
	w.must(401, "DELETE", "/api/topics/bank/consent", "", "")
	w.verifies()
}

// A consent text that changed is asked again, and each application keeps its own.
func TestConsentIsAskedAgain(t *testing.T) {
	w := openTown(t, t.TempDir(), "anna")
	w.must(201, "POST", "/api/topics", "planner", forum)
	w.must(200, "POST", "/api/topics/bank/stage", "planner", `{"client_id":"s","stage":0}`)
	w.must(201, "POST", "/api/topics/bank/application", "anna", `{"client_id":"a","answers":{"age":"old"},"languages":["en"],"consent":"1"}`)
	changed := strings.NewReplacer(`"consent_version":"1"`, `"consent_version":"2"`, "You agree.", "You agree to less.", `"client_id":"make"`, `"client_id":"change"`).Replace(forum)
	w.must(200, "PUT", "/api/topics/bank/settings", "planner", changed)
	a := w.must(200, "GET", "/api/my-data", "anna", "")
	if !strings.Contains(a.body, `"consent":{"version":"1","text":"You agree."`) || !strings.Contains(a.body, `"asks":{"version":"2","text":"You agree to less."}`) {
		t.Errorf("after the change: %s", a.body)
	}
	w.must(200, "PUT", "/api/topics/bank/consent", "anna", `{"client_id":"yes","version":"2"}`)
	if a = w.must(200, "GET", "/api/my-data", "anna", ""); strings.Contains(a.body, `"asks"`) || !strings.Contains(a.body, `"consent":{"version":"2"`) {
		t.Errorf("after agreeing: %s", a.body)
	}
}

// drawTwo has all citizens apply for a topic, and two of them drawn.
func (w *town) drawTwo() {
	w.Helper()
	w.must(201, "POST", "/api/topics", "planner", strings.NewReplacer(`"panel_size":6`, `"panel_size":2`, `"min":3,"max":3`, `"min":1,"max":1`).Replace(topicBody))
	w.must(200, "POST", "/api/topics/bank/stage", "planner", `{"client_id":"0","stage":0}`)
	for i, name := range citizens {
		w.must(201, "POST", "/api/topics/bank/application", name, fmt.Sprintf(`{"client_id":"a","answers":{"age":%q},"interests":["parks"],"languages":["en"],"consent":"1"}`, []string{"young", "old"}[i%2]))
	}
	w.must(200, "POST", "/api/topics/bank/stage", "planner", `{"client_id":"1","stage":1}`)
	w.must(200, "POST", "/api/topics/bank/draw", "planner", `{"client_id":"d","seed":"s"}`)
}

// What has been kept long enough goes, of those who were not drawn first; until
// then, and where a dry run looks, nothing does.
func TestRetention(t *testing.T) {
	clock := clockAt(time.Now())
	w := openTownWith(t, Options{Data: t.TempDir(), Clock: clock.now, Retention: config.Retention{Pool: 30, Panel: 365}}, citizens...)
	w.drawTwo()
	w.must(200, "POST", "/api/topics/bank/stage", "planner", `{"client_id":"5","stage":5}`)
	held := func() (rows int) {
		view, err := w.server.Journal.View(t.Context(), "bank")
		if err != nil {
			t.Fatal(err)
		}
		var digests []topic.Digest
		view.Read(func(s *topic.State, _ uint64) {
			for i := range s.Applications {
				digests = append(digests, s.Applications[i].Row)
			}
		})
		texts, err := w.server.Journal.Texts(t.Context(), "bank", digests)
		if err != nil {
			t.Fatal(err)
		}
		return len(texts)
	}
	keep := func(dry bool) []subject.Due {
		list, err := w.server.Subjects.Keep(t.Context(), w.server.times(), dry)
		if err != nil {
			t.Fatal(err)
		}
		return list
	}
	for _, c := range []struct {
		days, left int
		class      string
	}{{29, 4, ""}, {2, 2, subject.ClassPool}, {300, 2, ""}, {40, 0, subject.ClassPanel}} {
		clock.pass(time.Duration(c.days) * 24 * time.Hour)
		before := held()
		due := keep(true)
		if held() != before {
			t.Error("a dry run destroyed something")
		}
		if done := keep(false); len(done) != len(due) || (len(done) == 1) != (c.class != "") || len(done) == 1 && (done[0].Class != c.class || done[0].Rows != 2) {
			t.Errorf("after %d days more: due %+v, done %+v", c.days, due, done)
		}
		if n := held(); n != c.left {
			t.Errorf("after %d days more %d answers are left, want %d", c.days, n, c.left)
		}
	}
	if kept, err := w.server.Subjects.Kept(t.Context()); err != nil || len(kept) != 2 || kept[0].Class != subject.ClassPanel {
		t.Errorf("what was destroyed: %+v, %v", kept, err)
	}
	if a := w.send("GET", "/api/topics/bank", "", ""); !strings.Contains(a.body, `"applications":4`) {
		t.Errorf("how many applied is forgotten: %s", a.body)
	}
	w.verifies()
}
