// Package mongotest gives tests a database: in the replica set that
// VECHE_MONGO_URI names, or in the double that VECHE_MONGO_DOUBLE names, the
// program that scripts/mongo-double builds. Without either a test is skipped,
// and says so.
//
// It makes databases of its own under [Prefix], drops them at the end, and
// assumes nothing else about the server.
package mongotest

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
)

const (
	uriVariable    = "VECHE_MONGO_URI"
	doubleVariable = "VECHE_MONGO_DOUBLE"
	// Prefix begins the names of all databases that tests make.
	Prefix = "veche_test_"
)

// Server is what the tests of a process run against.
type Server struct {
	address string
	// Real says that it is no double: it updates atomically, and whoever runs
	// it may stop and start it meanwhile.
	Real bool
}

var shared struct {
	sync.Mutex
	Server
	stop func()
}

// Main runs a package's tests and stops the double after them.
func Main(m *testing.M) int {
	code := m.Run()
	Stop()
	return code
}

// Stop ends the double, if one runs.
func Stop() {
	shared.Lock()
	defer shared.Unlock()
	if shared.stop != nil {
		shared.stop()
		shared.stop, shared.Server = nil, Server{}
	}
}

// HaveDouble says whether [Double] has something to answer.
func HaveDouble() bool { return os.Getenv(uriVariable) == "" && os.Getenv(doubleVariable) != "" }

// Find answers the server of this process, which it starts if it is a double.
// The package's TestMain must call [Main] or [Stop].
func Find(t testing.TB) Server {
	t.Helper()
	shared.Lock()
	defer shared.Unlock()
	if shared.address == "" {
		if address := os.Getenv(uriVariable); address != "" {
			shared.Server = Server{address: address, Real: true}
		} else if binary := os.Getenv(doubleVariable); binary != "" {
			address, stop, err := startDouble(binary)
			if err != nil {
				t.Fatalf("starting %s: %v", binary, err)
			}
			shared.address, shared.stop = address, stop
		} else {
			t.Skipf("no MongoDB: scripts/test mongo runs this against a double; or set %s to the address of a replica set", uriVariable)
		}
	}
	return shared.Server
}

// Double is Find for a test that needs a server that nobody stops meanwhile.
func Double(t testing.TB) Server {
	t.Helper()
	s := Find(t)
	if s.Real {
		t.Skip("needs a server that nobody stops meanwhile: it runs against the double only")
	}
	return s
}

func startDouble(binary string) (address string, stop func(), err error) {
	dir, err := os.MkdirTemp("", "veche-ferret-")
	if err != nil {
		return "", nil, err
	}
	cmd := exec.Command(binary, dir)
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

// Database is the address of a new database, which is dropped at the end.
func (s Server) Database(t testing.TB) string {
	t.Helper()
	u, err := url.Parse(s.address)
	if err != nil {
		t.Fatal("the server's address can't be read")
	}
	name := Prefix + strings.ToLower(rand.Text()[:16])
	if q := u.Query(); q.Get("authSource") == "" && u.User != nil {
		source := strings.TrimPrefix(u.Path, "/") // where the user was known until now
		if source == "" {
			source = "admin"
		}
		q.Set("authSource", source)
		u.RawQuery = q.Encode()
	}
	u.Path = "/" + name
	t.Cleanup(func() { drop(t, u.String(), name) })
	return u.String()
}

func drop(t testing.TB, address, name string) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	client, err := mongo.Connect(ctx, options.Client().ApplyURI(address))
	if err != nil {
		t.Error(err)
		return
	}
	err = client.Database(name).Drop(ctx)
	for err != nil && ctx.Err() == nil { // the server may be coming back
		select {
		case <-time.After(500 * time.Millisecond):
		case <-ctx.Done():
		}
		err = client.Database(name).Drop(ctx)
	}
	if err := errors.Join(err, client.Disconnect(context.WithoutCancel(ctx))); err != nil {
		t.Errorf("database %s was not dropped: %v", name, err)
	}
}
