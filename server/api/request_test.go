package api

import (
	"io"
	"testing"
)

// waiting is a stream that would wait for more after its end.
type waiting struct {
	t    *testing.T
	left int
}

func (w *waiting) Read(p []byte) (int, error) {
	switch w.left--; {
	case w.left > 0:
		return copy(p, "abc"), nil
	case w.left == 0:
		return 0, io.EOF
	}
	w.t.Error("it was read past its end")
	return 0, io.EOF
}

// What was read to its end is not read again when the rest of a refused request is
// thrown away.
func TestStreamStaysAtItsEnd(t *testing.T) {
	e := &ending{from: &waiting{t, 3}}
	if b, err := io.ReadAll(e); err != nil || string(b) != "abcabc" {
		t.Errorf("%q, %v", b, err)
	}
	if n, err := io.Copy(io.Discard, e); n != 0 || err != nil {
		t.Errorf("%d more, %v", n, err)
	}
}
