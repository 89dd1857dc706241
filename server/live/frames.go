package live

import (
	"encoding/binary"
	"errors"

	"veche/server/live/protocol"
)

// maxPieces is how many frames one message may come in.
const maxPieces = 1024

// frames follows the frame headers of what a client sends, before gorilla sees
// it: gorilla lets pass a reserved bit on what is no first frame of a message,
// a close frame with half a code, lengths in more bytes than they need, and a
// message of any number of empty pieces, and answers a length of 2^63 by
// hanging up. What a payload holds is looked at elsewhere.
type frames struct {
	left    uint64 // bytes of payload that are still to come
	head    [10]byte
	got     uint8 // bytes of head that have come
	pieces  uint16
	message bool // a message has begun and has not ended
	broken  brokenFrame
}

// brokenFrame is what is wrong with a client's frame; the zero value is nothing.
type brokenFrame uint8

const (
	frameReserved brokenFrame = 1 + iota
	frameOpcode
	frameUnmasked
	frameControl
	frameOrder
	frameLength
	frameClose
	framePieces
)

var frameFaults = [...]string{
	frameReserved: "a reserved bit is set",
	frameOpcode:   "there is no such kind of frame",
	frameUnmasked: "the frame is not masked",
	frameControl:  "a control frame is whole and short",
	frameOrder:    "a piece without its beginning, or a message within another",
	frameLength:   "the length is not written as it must be",
	frameClose:    "half a close code",
	framePieces:   "the message comes in too many pieces",
}

func (b brokenFrame) Error() string { return frameFaults[b] }

// ending is how the socket of err ends if a frame was broken.
func brokenEnding(err error) *ending {
	var b brokenFrame
	if !errors.As(err, &b) {
		return nil
	}
	code := protocol.CloseProtocol
	if b == framePieces {
		code = protocol.CloseTooMany
	}
	return &ending{code: code, reason: b.Error()}
}

// pass answers how many bytes of b may be read: all, or those before the first
// broken frame's header is known to be so.
func (f *frames) pass(b []byte) int {
	for at := 0; at < len(b); {
		if f.left > 0 {
			n := min(f.left, uint64(len(b)-at))
			f.left -= n
			at += int(n)
			continue
		}
		f.head[f.got] = b[at]
		f.got++
		if f.broken = f.check(); f.broken != 0 {
			return at
		}
		at++
	}
	return len(b)
}

// check looks at the header as far as it has come; with its last byte before
// the mask the payload, and the mask as part of it, begins.
func (f *frames) check() brokenFrame {
	first := f.head[0]
	opcode, final, control := first&0x0f, first&0x80 != 0, first&0x08 != 0
	switch f.got {
	case 1:
		switch {
		case first&0x30 != 0, first&0x40 != 0 && opcode != 1 && opcode != 2:
			return frameReserved
		case opcode > 2 && opcode < 8, opcode > 10:
			return frameOpcode
		case control && !final:
			return frameControl
		case !control && f.message != (opcode == 0):
			return frameOrder
		}
		return 0
	case 2:
		n := f.head[1] & 0x7f
		switch {
		case f.head[1]&0x80 == 0:
			return frameUnmasked
		case control && n > 125:
			return frameControl
		case opcode == 8 && n == 1:
			return frameClose
		case n < 126:
			return f.begin(uint64(n))
		}
	case 4:
		if f.head[1]&0x7f == 126 {
			n := binary.BigEndian.Uint16(f.head[2:])
			if n < 126 {
				return frameLength
			}
			return f.begin(uint64(n))
		}
	case 10:
		n := binary.BigEndian.Uint64(f.head[2:])
		if n < 1<<16 || n >= 1<<63 {
			return frameLength
		}
		return f.begin(n)
	}
	return 0
}

// begin goes on to the mask and the payload of n bytes.
func (f *frames) begin(n uint64) brokenFrame {
	const mask = 4
	f.left, f.got = n+mask, 0
	if f.head[0]&0x08 != 0 {
		return 0
	}
	if f.pieces++; f.pieces > maxPieces {
		return framePieces
	}
	if f.message = f.head[0]&0x80 == 0; !f.message {
		f.pieces = 0
	}
	return 0
}
