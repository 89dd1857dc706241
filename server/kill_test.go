package server

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"veche/server/config"
	"veche/server/journal"
	"veche/server/topic"
)

const (
	childEnv  = "VECHE_SERVER_TEST_CHILD"
	listenEnv = "VECHE_SERVER_TEST_LISTEN"
	// killsEnv is how often the servers of these tests are killed; the promise
	// is held at 20.
	killsEnv = "VECHE_KILLS"
)

func killsOf(t *testing.T) int {
	t.Helper()
	n, err := strconv.Atoi(cmp.Or(os.Getenv(killsEnv), "4"))
	if err != nil || n < 1 {
		t.Fatalf("%s is %q: want a number from 1", killsEnv, os.Getenv(killsEnv))
	}
	return n
}

func TestMain(m *testing.M) {
	if dir := os.Getenv(rotateEnv); dir != "" {
		fmt.Fprintln(os.Stderr, rotateForEver(dir))
		os.Exit(1)
	}
	if dir := os.Getenv(childEnv); dir != "" && os.Getenv(nodeEnv) != "" {
		fmt.Fprintln(os.Stderr, serveNode(dir))
		os.Exit(1)
	}
	if dir := os.Getenv(childEnv); dir != "" {
		fmt.Fprintln(os.Stderr, serveForEver(dir))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// serveForEver is the process that is killed: the server as the serve command
// runs it, but that people may write as fast as they can.
func serveForEver(dir string) error {
	ctx, stop := context.WithCancel(context.Background())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin) // the parent has died
		stop()
	}()
	limits := config.Default().Limits
	limits.RemarksPerMinute, limits.MessagesPerSecond, limits.RoomPerSecond, limits.RequestsPercent = -1, -1, -1, 0
	s, err := Open(ctx, Options{Data: dir, Listen: os.Getenv(listenEnv), Limits: limits})
	if err != nil {
		return err
	}
	if err := s.Listen(); err != nil {
		return err
	}
	fmt.Println(s.URL())
	return s.Serve(ctx)
}

// Killed at random moments while people write over HTTP, the server has every
// acknowledged remark, each once, with its text, in a log without a gap.
func TestKill9(t *testing.T) {
	kills := killsOf(t)
	const writers = 8
	k := newKilling(t, writers)
	for n := range kills {
		k.round(n, writers, time.Duration(rand.IntN(150))*time.Millisecond)
		if t.Failed() {
			t.Fatalf("in round %d", n+1)
		}
	}
	k.check()
	t.Logf("%d kills, %d remarks sent, %d acknowledged", kills, len(k.sent), len(k.acked))
}

func newKilling(t *testing.T, writers int) *killing {
	t.Helper()
	k := &killing{T: t, dir: t.TempDir()}
	k.reset()
	k.set(writers)
	return k
}

func (k *killing) reset() { k.acked, k.sent = map[string]journal.Ack{}, map[string]bool{} }

type killing struct {
	*testing.T
	dir     string
	cookies []string

	mu    sync.Mutex
	acked map[string]journal.Ack
	sent  map[string]bool
}

// set makes a debate that is open to all, with writers who are signed in.
func (k *killing) set(writers int) {
	k.Helper()
	s, err := Open(k.Context(), Options{Data: k.dir})
	if err != nil {
		k.Fatal(err)
	}
	planner := topic.Who{Role: topic.RolePlanner}
	if _, err := s.Journal.Create(k.Context(), journal.Request{Who: planner, Command: topic.Create{Settings: topic.Settings{
		ID: "t", Title: "T", Question: "Q", Lang: "en", Stages: []topic.Stage{{Kind: topic.StageDebate}},
		Debate: topic.Debate{HallRate: 1_000_000},
	}}}); err != nil {
		k.Fatal(err)
	}
	if _, err := s.Journal.Submit(k.Context(), "t", journal.Request{Who: planner, Command: topic.OpenStage{}}); err != nil {
		k.Fatal(err)
	}
	for w := range writers {
		p, err := s.People.Add(k.Context(), fmt.Sprint("writer ", w))
		if err != nil {
			k.Fatal(err)
		}
		names, err := s.Vault.Pseudonyms(k.Context(), p.ID, "t")
		if err != nil {
			k.Fatal(err)
		}
		row := journal.NewText("{}")
		if _, err := s.Journal.Submit(k.Context(), "t", journal.Request{Who: topic.Who{Role: topic.RoleCitizen, Pseudonym: names.Debate}, Command: topic.Apply{Row: row.Digest()}, Texts: []journal.Text{row}}); err != nil {
			k.Fatal(err)
		}
		code, err := s.People.NewCode(k.Context(), p.ID, time.Hour, false)
		if err != nil {
			k.Fatal(err)
		}
		token, p, err := s.People.Redeem(k.Context(), code)
		if err != nil {
			k.Fatal(err)
		}
		k.cookies = append(k.cookies, p.ID+"."+token)
	}
	if err := s.Close(); err != nil {
		k.Fatal(err)
	}
}

// round starts the server, has people write, and kills it that long after the
// first remark was acknowledged.
func (k *killing) round(n, writers int, after time.Duration) {
	k.Helper()
	cmd, stdin, url := k.launch("127.0.0.1:0")
	defer stdin.Close()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: writers}, Timeout: 2 * time.Minute}
	defer client.CloseIdleConnections()
	first := make(chan struct{}, 2*writers)
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := 0; k.say(client, url, w, fmt.Sprintf("%d.%d.%d", n, w, i)); i++ {
				if i == 0 {
					first <- struct{}{}
				}
			}
			first <- struct{}{}
		})
	}
	<-first
	time.Sleep(after)
	k.kill(cmd)
	wg.Wait()
}

// launch starts a server process; it ends in order when stdin is closed.
func (k *killing) launch(listen string) (cmd *exec.Cmd, stdin io.Closer, url string) {
	k.Helper()
	cmd = exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childEnv+"="+k.dir, listenEnv+"="+listen)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		k.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		k.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		k.Fatal(err)
	}
	if url, err = bufio.NewReader(stdout).ReadString('\n'); err != nil {
		k.kill(cmd)
		k.Fatalf("the server did not start: %v\n%s", err, stderr.String())
	}
	return cmd, stdin, strings.TrimSpace(url)
}

// kill sends SIGKILL.
func (k *killing) kill(cmd *exec.Cmd) {
	k.Helper()
	if err := cmd.Process.Kill(); err != nil {
		k.Error(err)
	}
	_ = cmd.Wait() // it was killed
}

// say sends a remark and answers whether it was acknowledged.
func (k *killing) say(client *http.Client, url string, w int, body string) bool {
	k.Helper()
	switch status, answer := k.send(client, url, w, body); status {
	case http.StatusCreated:
		return true
	case 0: // the server is gone
	default:
		k.Errorf("%s: %d %s", body, status, answer)
	}
	return false
}

// send sends a remark and answers the status, 0 if there was no whole answer.
func (k *killing) send(client *http.Client, url string, w int, body string) (status int, answer string) {
	k.mu.Lock()
	k.sent[body] = true
	k.mu.Unlock()
	r, err := http.NewRequest("POST", url+"/api/topics/t/rooms/0/remarks", strings.NewReader(fmt.Sprintf(`{"client_id":%q,"text":%q}`, body[:min(len(body), 30)], body)))
	if err != nil {
		k.Error(err)
		return 0, ""
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Origin", url)
	r.AddCookie(&http.Cookie{Name: "veche_session", Value: k.cookies[w]})
	res, err := client.Do(r)
	if err != nil {
		return 0, err.Error()
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		return 0, err.Error()
	}
	var a struct{ Ack journal.Ack }
	if res.StatusCode == http.StatusCreated {
		if err := json.Unmarshal(b, &a); err != nil {
			k.Errorf("%s: %s", body, b)
			return 0, ""
		}
		k.mu.Lock()
		k.acked[body] = a.Ack
		k.mu.Unlock()
	}
	return res.StatusCode, string(b)
}

// check reads the log and compares it with what was acknowledged.
func (k *killing) check() {
	k.Helper()
	if len(k.acked) == 0 {
		k.Fatal("nothing was acknowledged: the test has shown nothing")
	}
	s, err := Open(k.Context(), Options{Data: k.dir})
	if err != nil {
		k.Fatal(err)
	}
	defer s.Close()
	var digests []topic.Digest
	at := map[topic.Digest]uint64{}
	next := uint64(1)
	err = s.Journal.ReadAfter(k.Context(), "t", 0, func(e *topic.Event) error {
		if e.Seq != next {
			return fmt.Errorf("seq %d follows %d", e.Seq, next-1)
		}
		next++
		if r, ok := e.Body.(*topic.RemarkPosted); ok {
			digests = append(digests, r.Text)
			at[r.Text] = e.Seq
		}
		return nil
	})
	if err != nil {
		k.Fatal(err)
	}
	texts, err := s.Journal.Texts(k.Context(), "t", digests)
	if err != nil {
		k.Fatal(err)
	}
	found := map[string]int{}
	for _, d := range digests {
		t, ok := texts[d]
		if !ok {
			k.Errorf("the text of seq %d is missing", at[d])
			continue
		}
		body := string(t.Body)
		found[body]++
		if a, ok := k.acked[body]; ok && a.Seq != at[d] {
			k.Errorf("%s was acknowledged as seq %d and is seq %d", body, a.Seq, at[d])
		}
		if !k.sent[body] {
			k.Errorf("%s was never sent", body)
		}
	}
	for body := range k.acked {
		if found[body] != 1 {
			k.Errorf("%s was acknowledged and is there %d times", body, found[body])
		}
	}
	for body, n := range found {
		if n > 1 {
			k.Errorf("%s is there %d times", body, n)
		}
	}
}
