package main

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"veche/server/store/mongo/mongotest"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"veche": func() {
		if text := os.Getenv("VECHE_TEST_NOW"); text != "" { // scripts commit before rounds that are long out
			clock = func() time.Time {
				at, err := time.Parse(time.RFC3339, text)
				if err != nil {
					panic(err)
				}
				return at
			}
		}
		main()
	}})
}

// TestScripts runs the command lines in testdata/script as a user would.
// $VECHE_DATA is the folder of the shared data, and the condition [data] says
// whether it is there.
func TestScripts(t *testing.T) { runScripts(t, "testdata/script") }

func runScripts(t *testing.T, dir string) {
	t.Helper()
	data := os.Getenv("VECHE_DATA")
	if data == "" {
		data = filepath.Join("..", "..", "..", "shared", "data")
	}
	data, err := filepath.Abs(data)
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:  dir,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"bundle": bundleFile, "flip": flipByte, "debatetopic": debateTopic, "fingerprint": fingerprint, "rehearsing": rehearsing, "mongo": mongoDatabase, "spoil": spoil},
		Setup: func(env *testscript.Env) error {
			env.Values[testKey{}] = env.T()
			env.Setenv("VECHE_DATA", data)
			return nil
		},
		Condition: func(name string) (bool, error) {
			switch name {
			case "data":
				_, err := os.Stat(data)
				return err == nil, nil
			case "mongo":
				return mongotest.HaveDouble(), nil
			}
			return false, fmt.Errorf("unknown condition %q", name)
		},
	})
}

// testKey finds a script's test.
type testKey struct{}

// mongoDatabase sets $MONGO to the address of an empty database.
func mongoDatabase(ts *testscript.TestScript, neg bool, args []string) {
	t, ok := ts.Value(testKey{}).(testing.TB)
	if neg || len(args) > 0 || !ok {
		ts.Fatalf("usage: mongo")
	}
	t.Cleanup(mongotest.Stop)
	ts.Setenv("MONGO", mongotest.Double(t).Database(t))
}
