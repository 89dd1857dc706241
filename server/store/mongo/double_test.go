package mongo_test

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	driver "go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"veche/server/store"
	"veche/server/store/mongo"
)

const (
	// uriVariable names a replica set that the whole suite runs against.
	uriVariable = "VECHE_MONGO_URI"
	// doubleVariable names the program that stands in where there is none; it is
	// what scripts/mongo-double builds.
	doubleVariable = "VECHE_MONGO_DOUBLE"
	// prefix begins the names of all databases that the tests make.
	prefix = "veche_test_"
)

var ctx = context.Background()

// target is where the tests run: a real replica set, or the double.
type target struct {
	address string // without a database
	real    bool
	skip    string // why there is none
}

var (
	startOnce sync.Once
	started   target
	stopOnce  = func() {}
)

func TestMain(m *testing.M) {
	code := m.Run()
	stopOnce()
	os.Exit(code)
}

func server(t testing.TB) target {
	t.Helper()
	startOnce.Do(func() {
		if address := os.Getenv(uriVariable); address != "" {
			started = target{address: address, real: true}
			return
		}
		binary := os.Getenv(doubleVariable)
		if binary == "" {
			started.skip = fmt.Sprintf("no server: scripts/test mongo runs this against a double; or set %s to a replica set's address", uriVariable)
			return
		}
		address, stop, err := startDouble(binary)
		if err != nil {
			t.Fatalf("starting %s: %v", binary, err)
		}
		started, stopOnce = target{address: address}, stop
	})
	if started.skip != "" {
		t.Skip(started.skip)
	}
	return started
}

func startDouble(binary string) (address string, stop func(), err error) {
	dir, err := os.MkdirTemp("", "veche-ferret-")
	if err != nil {
		return "", nil, err
	}
	cmd := exec.Command(binary, dir)
	cmd.Stderr = io.Discard
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return "", nil, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return "", nil, err
	}
	if err := cmd.Start(); err != nil {
		return "", nil, err
	}
	stop = func() {
		stdin.Close()
		_ = cmd.Wait() // its directory goes next
		os.RemoveAll(dir)
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		stop()
		return "", nil, fmt.Errorf("it printed no address: %w", err)
	}
	return strings.TrimSpace(line), stop, nil
}

// database makes the address of a new database and drops it at the end.
func database(t testing.TB, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal("the server's address can't be read")
	}
	name := prefix + strings.ToLower(rand.Text()[:16])
	u.Path = "/" + name
	if u.Query().Get("authSource") == "" && u.User != nil {
		q := u.Query()
		q.Set("authSource", "admin")
		u.RawQuery = q.Encode()
	}
	t.Cleanup(func() { drop(t, u.String(), name) })
	return u.String()
}

func drop(t testing.TB, address, name string) {
	within, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	client, err := driver.Connect(within, options.Client().ApplyURI(address))
	if err != nil {
		t.Error(err)
		return
	}
	err = client.Database(name).Drop(within)
	for try := 0; err != nil && try < 20 && within.Err() == nil; try++ { // the server may be coming back
		time.Sleep(500 * time.Millisecond)
		err = client.Database(name).Drop(within)
	}
	if err := errors.Join(err, client.Disconnect(within)); err != nil {
		t.Errorf("database %s was not dropped: %v", name, err)
	}
}

func open(t testing.TB, address string, o mongo.Options) *mongo.Store {
	t.Helper()
	s, err := mongo.Open(ctx, address, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

var _ store.Store = (*mongo.Store)(nil)
