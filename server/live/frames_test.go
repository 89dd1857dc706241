package live

import (
	"testing"
)

// headers reads frames one after another from the whole input, as RFC 6455 5.2
// puts it, and answers whether one of them is broken.
func headers(b []byte) bool {
	within, pieces := false, 0
	for len(b) > 0 {
		fin, rsv, op := b[0]&0x80 != 0, b[0]>>4&7, b[0]&15
		first, control := op == 1 || op == 2, op >= 8
		if rsv != 0 && (rsv != 4 || !first) || op > 10 || op > 2 && op < 8 || control && !fin || (op == 0) != within && !control {
			return true
		}
		if len(b) < 2 {
			return false
		}
		n, size := uint64(b[1]&0x7f), 0
		if b[1]&0x80 == 0 || control && n > 125 || op == 8 && n == 1 {
			return true
		}
		switch n {
		case 126:
			size = 2
		case 127:
			size = 8
		}
		if b = b[2:]; len(b) < size {
			return false
		}
		if size > 0 {
			n = 0
			for _, x := range b[:size] {
				n = n<<8 | uint64(x)
			}
			if n < 126 || size == 8 && n>>16 == 0 || n>>63 != 0 {
				return true
			}
			b = b[size:]
		}
		if !control {
			if pieces++; pieces > maxPieces {
				return true
			}
			if within = !fin; !within {
				pieces = 0
			}
		}
		b = b[min(n+4, uint64(len(b))):]
	}
	return false
}

// In whatever pieces bytes come, they pass up to the same one, and a frame is
// broken if the standard says so.
func FuzzFrames(f *testing.F) {
	f.Add([]byte("\x81\x8c....{\"t\":\"ping\"}\x89\x80....\x88\x82....\x03\xe8"), uint8(1))
	f.Add([]byte("\x01\xfe\x00\x80...."), uint8(3))
	f.Add([]byte("\xc1\xff\x00\x00\x00\x00\x00\x01\x00\x00"), uint8(2))
	f.Add([]byte("\x88\x81....a"), uint8(7))
	f.Add([]byte("\x81\x00"), uint8(0))
	f.Fuzz(func(t *testing.T, b []byte, cut uint8) {
		var whole, parts frames
		passed := whole.pass(b)
		if broken := headers(b); broken != (whole.broken != 0) || broken != (passed < len(b)) {
			t.Fatalf("% x: %v after %d of %d bytes, but broken is %v", b, whole.broken, passed, len(b), broken)
		}
		n := 0
		for n < len(b) && parts.broken == 0 {
			part := b[n:min(len(b), n+1+int(cut))]
			took := parts.pass(part)
			if n += took; took < len(part) {
				break
			}
		}
		if n != passed || parts.broken != whole.broken {
			t.Fatalf("% x: %d bytes and %v at once, %d and %v in parts", b, passed, whole.broken, n, parts.broken)
		}
	})
}

func TestFrameFaultsHaveWords(t *testing.T) {
	for b := frameReserved; b <= framePieces; b++ {
		if b.Error() == "" || brokenEnding(b) == nil {
			t.Errorf("fault %d has no words", b)
		}
	}
}
