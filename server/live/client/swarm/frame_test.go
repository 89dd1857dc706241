package swarm

import (
	"bytes"
	"strings"
	"testing"
)

func TestReadFrame(t *testing.T) {
	for _, size := range []int{0, 1, 125, 126, 65535, 65536, 200_000} {
		for _, masked := range []bool{false, true} {
			payload := bytes.Repeat([]byte("ab"), (size+1)/2)[:size]
			b := appendFrame(nil, opText, payload, masked)
			if masked { // a mask that is not nothing
				at := len(b) - size
				copy(b[at-4:at], []byte{1, 2, 3, 4})
				for i := range size {
					b[at+i] ^= byte(i%4 + 1)
				}
			}
			for _, cut := range []int{0, 1, min(9, len(b)-1), len(b) - 1} {
				if _, n, err := readFrame(b[:cut], masked); n != 0 || err != nil {
					t.Errorf("%d bytes, masked %v, cut at %d: %d, %v", size, masked, cut, n, err)
				}
			}
			f, n, err := readFrame(append(b, "next"...), masked)
			if err != nil || n != len(b) || f.op != opText || !bytes.Equal(f.payload, payload) {
				t.Errorf("%d bytes, masked %v: op %d, %d bytes of payload, used %d of %d, %v", size, masked, f.op, len(f.payload), n, len(b), err)
			}
		}
	}
}

func TestReadFrameRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		b    []byte
		want string
	}{
		"compressed":     {[]byte{0xc1, 0}, "reserved bit"},
		"first fragment": {[]byte{0x01, 0}, "fragmented"},
		"continuation":   {[]byte{0x80, 0}, "fragmented"},
		"masked":         {[]byte{0x81, 0x80}, "mask true"},
		"long ping":      {[]byte{0x89, 126}, "control frame"},
		"huge":           {[]byte{0x81, 127, 0xff, 0, 0, 0, 0, 0, 0, 0}, "the longest is"},
	} {
		if _, n, err := readFrame(c.b, false); err == nil || n != 0 || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %d, %v", name, n, err)
		}
	}
}

// What is taken is what appendFrame writes, and never longer than what was given.
func FuzzReadFrame(f *testing.F) {
	f.Add([]byte{0x81, 2, 'h', 'i'}, false)
	f.Add(appendFrame(nil, opText, bytes.Repeat([]byte("x"), 300), true), true)
	f.Add([]byte{0x88, 0x80, 0, 0, 0, 0}, true)
	f.Add([]byte{0x81, 127, 0, 0, 0, 0, 0, 0, 0, 1, 'x'}, false)
	f.Fuzz(func(t *testing.T, b []byte, masked bool) {
		given := len(b)
		fr, n, err := readFrame(bytes.Clone(b), masked)
		if err != nil || n == 0 {
			return
		}
		if n > given || len(fr.payload) > n {
			t.Fatalf("%d bytes gave a frame of %d with %d of payload", given, n, len(fr.payload))
		}
		again, m, err := readFrame(appendFrame(nil, fr.op, bytes.Clone(fr.payload), masked), masked)
		if err != nil || m == 0 || again.op != fr.op || !bytes.Equal(again.payload, fr.payload) {
			t.Fatalf("op %d, %d bytes: written and read again: %+v, %d, %v", fr.op, len(fr.payload), again, m, err)
		}
	})
}
