package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// diskEnv names the test that runs in a mount namespace of its own.
const diskEnv = "VECHE_SERVER_TEST_DISK"

// onSmallDisk runs f with a directory on a disk of its own, of so many megabytes:
// the test is run once more by a process that may mount one.
func onSmallDisk(t *testing.T, megabytes int, f func(t *testing.T, dir string)) {
	t.Helper()
	if os.Getenv(diskEnv) == t.Name() {
		dir := t.TempDir()
		if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%dm", megabytes)); err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
				t.Error(err)
			}
		}()
		f(t, dir)
		return
	}
	cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v", "-test.timeout=2m")
	cmd.Env = append(os.Environ(), diskEnv+"="+t.Name())
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
	}
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Skipf("no disk of its own can be mounted here: %v", err)
	}
	t.Logf("%s", out)
	if err != nil {
		t.Error(err)
	}
}

// fill takes all the room there is, and answers what gives it back.
func fill(t *testing.T, dir string) (free func()) {
	t.Helper()
	f, err := os.CreateTemp(dir, "filler-*")
	if err != nil {
		t.Fatal(err)
	}
	for _, piece := range []int{1 << 20, 4 << 10} {
		for err = nil; err == nil; {
			_, err = f.Write(make([]byte, piece))
		}
	}
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("the disk did not fill up: %v", err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return func() {
		t.Helper()
		if err := os.Remove(f.Name()); err != nil {
			t.Error(err)
		}
	}
}

// A full disk refuses what is written, clearly, and nothing that was acknowledged
// is lost; what is there can be read, also by a server that starts then; and once
// there is room all goes on by itself.
func TestFullDisk(t *testing.T) {
	onSmallDisk(t, 24, func(t *testing.T, dir string) {
		const writers = 4
		k := &killing{T: t, dir: filepath.Join(dir, "data")}
		k.reset()
		k.set(writers)
		cmd, stdin, url := k.launch("127.0.0.1:0")
		defer stdin.Close()
		client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: writers}, Timeout: 2 * time.Minute}
		defer client.CloseIdleConnections()
		for i := range 5 {
			if status, body := k.send(client, url, 0, fmt.Sprint("room ", i)); status != http.StatusCreated {
				t.Fatalf("%d %s", status, body)
			}
		}
		free := fill(t, dir)
		var wg sync.WaitGroup
		for w := range writers {
			wg.Go(func() {
				for i := 0; i < 2000; i++ {
					status, body := k.send(client, url, w, fmt.Sprintf("full %d.%d %s", w, i, strings.Repeat("x", 1000)))
					switch {
					case status == http.StatusCreated:
						continue
					case status == http.StatusInsufficientStorage && strings.Contains(body, `"code":"unwritable"`) && strings.Contains(body, "disk is full"):
					default:
						t.Errorf("on a full disk: %d %s", status, body)
					}
					return
				}
				t.Error("2,000 remarks found room on a full disk")
			})
		}
		wg.Wait()
		k.readable(client, url)
		if t.Failed() {
			return
		}

		// A server that is killed and starts now has what was acknowledged; merging
		// the write-ahead log may have made room, which is taken too.
		k.kill(cmd)
		client.CloseIdleConnections()
		cmd, again, url := k.launch("127.0.0.1:0")
		defer again.Close()
		freeMore := fill(t, dir)
		for i := 0; ; i++ {
			status, body := k.send(client, url, 1, fmt.Sprintf("after the start %d %s", i, strings.Repeat("x", 1000)))
			if status == http.StatusInsufficientStorage {
				break
			}
			if status != http.StatusCreated || i > 2000 {
				t.Fatalf("after a start on a full disk: %d %s", status, body)
			}
		}
		k.readable(client, url)
		free()
		freeMore()
		for end := time.Now().Add(30 * time.Second); ; {
			status, body := k.send(client, url, 2, "room again")
			if status == http.StatusCreated {
				break
			}
			if status != http.StatusInsufficientStorage || time.Now().After(end) {
				t.Fatalf("with room again: %d %s", status, body)
			}
			time.Sleep(20 * time.Millisecond)
		}
		if body := k.get(client, url+"/healthz"); !strings.Contains(body, `"ok":true`) {
			t.Errorf("with room again: %s", body)
		}
		k.kill(cmd)
		k.check()
		t.Logf("%d remarks acknowledged of %d", len(k.acked), len(k.sent))
	})
}

// readable fails unless the server says that its disk is full and shows what is
// there.
func (k *killing) readable(client *http.Client, url string) {
	k.Helper()
	if body := k.get(client, url+"/healthz"); !strings.Contains(body, `"ok":false`) || !strings.Contains(body, `"code":"full"`) {
		k.Errorf("health: %s", body)
	}
	for path, want := range map[string]string{"/api/topics": `"id":"t"`, "/api/topics/t": `"question":"Q"`, "/api/topics/t/rooms/0/remarks": "room 4", "/readyz": `"ok":true`} {
		if body := k.get(client, url+path); !strings.Contains(body, want) {
			k.Errorf("%s: %s", path, body)
		}
	}
}

// get reads an address as the first writer.
func (k *killing) get(client *http.Client, url string) string {
	k.Helper()
	r, err := http.NewRequestWithContext(k.Context(), "GET", url, nil)
	if err != nil {
		k.Fatal(err)
	}
	r.AddCookie(&http.Cookie{Name: "veche_session", Value: k.cookies[0]})
	res, err := client.Do(r)
	if err != nil {
		return err.Error()
	}
	b, err := io.ReadAll(res.Body)
	if err = errors.Join(err, res.Body.Close()); err != nil {
		return err.Error()
	}
	return fmt.Sprint(res.StatusCode, " ", string(b))
}

// A disk that can't be written is refused in a line that says so, and what is on
// it can be read and backed up.
func TestReadOnlyDisk(t *testing.T) {
	onSmallDisk(t, 24, func(t *testing.T, dir string) {
		k := &killing{T: t, dir: filepath.Join(dir, "data")}
		k.reset()
		k.set(1)
		if err := syscall.Mount("", dir, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
			t.Fatal(err)
		}
		_, err := Open(t.Context(), Options{Data: k.dir})
		if err == nil || !strings.Contains(err.Error(), "can't be written") || !strings.Contains(err.Error(), k.dir) || strings.Contains(err.Error(), "\n") {
			t.Errorf("opened for writing: %v", err)
		}
		s, err := Open(t.Context(), Options{Data: k.dir, ReadOnly: true})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Journal.View(t.Context(), "t"); err != nil {
			t.Error(err)
		}
		if err := s.WriteBundle(context.Background(), "t", "public", io.Discard); err != nil {
			t.Error(err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		file := filepath.Join(t.TempDir(), "b.zip")
		if m, err := Backup(t.Context(), BackupOrder{Data: k.dir, Out: file}); err != nil || len(m.Topics) != 1 {
			t.Errorf("backed up %+v, %v", m, err)
		}
	})
}
