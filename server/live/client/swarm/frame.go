package swarm

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// The opcodes of RFC 6455.
const (
	opText  = 1
	opClose = 8
	opPing  = 9
	opPong  = 10
)

// maxFrame is the longest payload that is taken.
const maxFrame = 16 << 20

// frame is one websocket frame.
type frame struct {
	op      byte
	payload []byte // of the bytes it was read from
}

var errFragment = errors.New("a fragmented message: neither side of a measurement sends any")

// readFrame reads the frame that b begins with and answers its length, 0 if it
// is not complete yet. masked says which side sent it; a mask is taken off in b
// itself. Only whole, uncompressed messages are taken.
func readFrame(b []byte, masked bool) (frame, int, error) {
	if len(b) < 2 {
		return frame{}, 0, nil
	}
	f := frame{op: b[0] & 15}
	control := f.op >= opClose
	switch {
	case b[0]&0x70 != 0:
		return f, 0, fmt.Errorf("frame byte %#x has a reserved bit: no extension was agreed", b[0])
	case b[0]&0x80 == 0 || f.op == 0:
		return f, 0, errFragment
	case (b[1]&0x80 != 0) != masked:
		return f, 0, fmt.Errorf("mask %v, want %v", !masked, masked)
	case control && b[1]&0x7f > 125:
		return f, 0, errors.New("a control frame of more than 125 bytes")
	}
	head, n := 2, uint64(b[1]&0x7f)
	switch n {
	case 126:
		head = 4
	case 127:
		head = 10
	}
	if len(b) < head {
		return f, 0, nil
	}
	switch n {
	case 126:
		n = uint64(binary.BigEndian.Uint16(b[2:]))
	case 127:
		n = binary.BigEndian.Uint64(b[2:])
	}
	if n > maxFrame {
		return f, 0, fmt.Errorf("a frame of %d bytes, the longest is %d", n, maxFrame)
	}
	var mask []byte
	if masked {
		if len(b) < head+4 {
			return f, 0, nil
		}
		mask = b[head : head+4]
		head += 4
	}
	end := head + int(n)
	if len(b) < end {
		return f, 0, nil
	}
	f.payload = b[head:end]
	for i := range mask {
		for at := i; at < len(f.payload); at += 4 {
			f.payload[at] ^= mask[i]
		}
	}
	return f, end, nil
}

// appendFrame appends a whole frame, as a client's under a mask of zeros: the
// mask is there for proxies, and there are none.
func appendFrame(b []byte, op byte, payload []byte, masked bool) []byte {
	bit := byte(0)
	if masked {
		bit = 0x80
	}
	b = append(b, 0x80|op)
	switch n := len(payload); {
	case n < 126:
		b = append(b, bit|byte(n))
	case n < 1<<16:
		b = binary.BigEndian.AppendUint16(append(b, bit|126), uint16(n))
	default:
		b = binary.BigEndian.AppendUint64(append(b, bit|127), uint64(n))
	}
	if masked {
		b = append(b, 0, 0, 0, 0)
	}
	return append(b, payload...)
}
