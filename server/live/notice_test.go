package live

import (
	"testing"
	"time"
)

// The more are here, the longer they take to ask.
func TestNoticesAreSpread(t *testing.T) {
	f := &forum{}
	for members, want := range map[int]string{0: `{}`, 24: `{}`, 25: `{,"within":100}`, 10_000: `{,"within":40000}`} {
		f.size = members
		if got := string(appendWithin([]byte{'{'}, f.spread(askers))); got != want {
			t.Errorf("%d people are told %s, want %s", members, got, want)
		}
	}
	f.size = 10_000
	f.board, f.boardAt = 1, time.Unix(100, 0)
	if at, pending := f.due(time.Time{}); !pending || at != time.Unix(141, 0) {
		t.Errorf("the next notice is due at %v (%v)", at.Unix(), pending)
	}
}
