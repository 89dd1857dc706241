package main

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
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
func TestScripts(t *testing.T) {
	data := os.Getenv("VECHE_DATA")
	if data == "" {
		data = filepath.Join("..", "..", "..", "shared", "data")
	}
	data, err := filepath.Abs(data)
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:  "testdata/script",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"bundle": bundleFile, "flip": flipByte, "debatetopic": debateTopic, "fingerprint": fingerprint, "rehearsing": rehearsing},
		Setup: func(env *testscript.Env) error {
			env.Setenv("VECHE_DATA", data)
			return nil
		},
		Condition: func(name string) (bool, error) {
			if name != "data" {
				return false, fmt.Errorf("unknown condition %q", name)
			}
			_, err := os.Stat(data)
			return err == nil, nil
		},
	})
}
