package sqlite_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"veche/server/store"
	"veche/server/store/sqlite"
)

const (
	childEnv   = "VECHE_STORE_TEST_CHILD"
	logWriters = 6
	casWriters = 3
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(childEnv); dir != "" {
		fmt.Fprintln(os.Stderr, writeForEver(dir))
		os.Exit(1)
	}
	goleak.VerifyTestMain(m)
}

// writeForEver is the process that is killed. It prints what was acknowledged,
// after it was.
func writeForEver(dir string) error {
	s, err := sqlite.Open(ctx, dir, sqlite.Options{})
	if err != nil {
		return err
	}
	failed := make(chan error, 1)
	run := func(f func() error) { go func() { failed <- f() }() }
	run(func() error {
		_, err := io.Copy(io.Discard, os.Stdin) // the parent has died
		return errors.Join(err, io.EOF)
	})
	for w := range logWriters {
		run(func() error {
			topic := fmt.Sprint("t", w)
			tail, err := s.Tail(ctx, topic)
			for err == nil {
				b := one(topic, tail.No+1)
				row := store.Record{Kind: "text", ID: fmt.Sprintf("%s.%d", topic, b.No), Index: map[string]string{"topic": topic}}
				if err = s.AppendBatch(ctx, b, []store.Record{row}); err == nil {
					fmt.Printf("batch %s %d\n", topic, b.No)
					tail = b
				}
			}
			return err
		})
	}
	for w := range casWriters {
		run(func() error {
			for i := 0; ; i++ {
				mark := fmt.Sprintf("%d.%d.%d", os.Getpid(), w, i)
				for {
					r, err := s.Get(ctx, "list", "shared")
					if errors.Is(err, store.ErrNotFound) {
						r, err = store.Record{Kind: "list", ID: "shared"}, nil
					}
					if err != nil {
						return err
					}
					r.Data = append(append(r.Data, mark...), ' ')
					if _, err = s.PutIfRev(ctx, r); err == nil {
						break
					}
					if !errors.Is(err, store.ErrConflict) {
						return err
					}
				}
				fmt.Printf("mark %s\n", mark)
			}
		})
	}
	run(func() error {
		for i := 0; ; i++ {
			data := bytes.Repeat(fmt.Appendf(nil, "%d.%d ", os.Getpid(), i), 150_000)
			if err := s.PutBlob(ctx, sha(data), bytes.NewReader(data)); err != nil {
				return err
			}
			fmt.Printf("blob %s\n", sha(data))
			time.Sleep(20 * time.Millisecond)
		}
	})
	return <-failed
}

// Killed at 20 random moments under concurrent writers, the store has all
// that was acknowledged, nothing twice, and no gap.
func TestKill(t *testing.T) {
	dir := t.TempDir()
	acked := ackedWrites{batches: map[string]uint64{}}
	rounds := 20
	if testing.Short() {
		rounds = 3
	}
	for round := range rounds {
		acked.readUntilKilled(t, dir, time.Duration(1+rand.IntN(120))*time.Millisecond, round == 0)
		acked.check(t, dir)
		if t.Failed() {
			t.Fatalf("after kill %d", round+1)
		}
	}
	var n uint64
	for _, no := range acked.batches {
		n += no
	}
	t.Logf("%d kills: %d batches, %d updates and %d blobs acknowledged, all there", rounds, n, len(acked.marks), len(acked.blobs))
	if n == 0 || len(acked.marks) == 0 {
		t.Fatal("nothing was acknowledged: the test has shown nothing")
	}
}

type ackedWrites struct {
	batches map[string]uint64
	marks   []string
	blobs   []string
}

func (a *ackedWrites) readUntilKilled(t *testing.T, dir string, after time.Duration, peek bool) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childEnv+"="+dir)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer stdin.Close()
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var once sync.Once
	lines := bufio.NewScanner(stdout)
	for lines.Scan() {
		once.Do(func() {
			if peek {
				if _, err := sqlite.Open(ctx, dir, sqlite.Options{}); err == nil || !strings.Contains(err.Error(), "in use by another") {
					t.Errorf("a second process may write: %v", err)
				}
			}
			time.AfterFunc(after, func() {
				if err := cmd.Process.Kill(); err != nil {
					t.Error(err)
				}
			})
		})
		f := strings.Fields(lines.Text())
		switch {
		case len(f) == 3 && f[0] == "batch":
			no, err := strconv.ParseUint(f[2], 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			a.batches[f[1]] = max(a.batches[f[1]], no)
		case len(f) == 2 && f[0] == "mark":
			a.marks = append(a.marks, f[1])
		case len(f) == 2 && f[0] == "blob":
			a.blobs = append(a.blobs, f[1])
		default:
			t.Fatalf("child printed %q", lines.Text())
		}
	}
	err = cmd.Wait()
	if exit := (*exec.ExitError)(nil); !errors.As(err, &exit) || exit.Exited() {
		t.Fatalf("child ended by itself (%v): %s", err, stderr.String())
	}
}

func (a *ackedWrites) check(t *testing.T, dir string) {
	t.Helper()
	s, err := sqlite.Open(ctx, dir, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	for w := range logWriters {
		topic := fmt.Sprint("t", w)
		var n uint64
		err := s.ReadAfter(ctx, topic, 0, func(b store.Batch) error {
			if n++; b.No != n || b.First != n || !bytes.Equal(b.Bytes, one(topic, n).Bytes) {
				return fmt.Errorf("batch %d is no %d, seq %d, %q", n, b.No, b.First, b.Bytes)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
		if n < a.batches[topic] {
			t.Errorf("topic %s ends at %d, acknowledged up to %d", topic, n, a.batches[topic])
		}
		var rows uint64
		err = s.List(ctx, "text", "topic", store.Range{From: topic, To: topic + "\x00"}, 0, func(store.Record) error { rows++; return nil })
		if err != nil || rows != n {
			t.Errorf("topic %s has %d batches and %d rows (%v)", topic, n, rows, err)
		}
	}
	r, err := s.Get(ctx, "list", "shared")
	if err != nil && len(a.marks) > 0 {
		t.Error(err)
	}
	seen := map[string]bool{}
	for _, mark := range strings.Fields(string(r.Data)) {
		if seen[mark] {
			t.Errorf("update %s twice", mark)
		}
		seen[mark] = true
	}
	for _, mark := range a.marks {
		if !seen[mark] {
			t.Errorf("update %s was acknowledged and is lost", mark)
		}
	}
	for _, digest := range a.blobs {
		b, err := s.GetBlob(ctx, digest)
		if err == nil {
			_, err = io.Copy(io.Discard, b)
			b.Close()
		}
		if err != nil {
			t.Error(err)
		}
	}
}
