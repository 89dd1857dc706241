package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// TestWriteWhole stops half way: what was there before is still there, whole, and
// nothing else.
func TestWriteWhole(t *testing.T) {
	path := filepath.Join(t.TempDir(), "proof.json")
	write := func(text string, then error) error {
		return writeWhole(path, func(w io.Writer) error {
			_, err := io.WriteString(w, text)
			if body, err := os.ReadFile(path); err == nil && string(body) != "old" {
				t.Errorf("while the file is being written its name holds %q", body)
			}
			return errors.Join(err, then)
		})
	}
	if err := write("old", nil); err != nil {
		t.Fatal(err)
	}
	full := errors.New("the disk is full")
	if err := write("new", full); !errors.Is(err, full) {
		t.Errorf("the error is %v", err)
	}
	left, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(left) != 1 {
		t.Errorf("%v are left: %v", left, err)
	}
	if body, _ := os.ReadFile(path); string(body) != "old" {
		t.Errorf("%q is left", body)
	}
	if err := write("new", nil); err != nil {
		t.Fatal(err)
	}
	if body, _ := os.ReadFile(path); string(body) != "new" {
		t.Errorf("%q was written", body)
	}
}
