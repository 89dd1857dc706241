package live

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"io"
	"sync"

	"github.com/gorilla/websocket"
)

// compressFrom is the size from which deflating a frame pays.
const compressFrom = 512

// frame is a server frame as it goes over the wire, made once for all who get
// it. It is written to the connection in one piece, which conn relies on.
// Gorilla, which reads and answers control frames, is not asked to write it: its
// way to the connection takes a fifth of what a frame to a socket costs.
type frame struct {
	plain []byte
	size  int // of the text

	once     sync.Once
	deflated []byte // the same compressed, once somebody takes it
}

// newFrame makes a frame of a text.
func newFrame(b []byte) *frame {
	return &frame{plain: append(frameHead(websocket.TextMessage, len(b), false), b...), size: len(b)}
}

// pingFrame asks for a sign of life.
var pingFrame = &frame{plain: frameHead(websocket.PingMessage, 0, false)}

// frameHead is the head of a whole unmasked frame (RFC 6455 5.2), deflated as
// RFC 7692 marks it.
func frameHead(kind, length int, deflated bool) []byte {
	head := append(make([]byte, 0, 10+length), 0x80|byte(kind))
	if deflated {
		head[0] |= 0x40
	}
	switch {
	case length <= 125:
		return append(head, byte(length))
	case length <= 0xffff:
		return binary.BigEndian.AppendUint16(append(head, 126), uint16(length))
	}
	return binary.BigEndian.AppendUint64(append(head, 127), uint64(length))
}

// messages makes a frame of protocol messages.
func messages(list ...any) *frame { return newFrame(encode(list)) }

// write writes the frame.
func (f *frame) write(c *conn) error {
	b := f.plain
	if c.deflates && f.size >= compressFrom {
		f.once.Do(f.deflate)
		b = f.deflated
	}
	_, err := c.Write(b)
	return err
}

var deflaters = sync.Pool{New: func() any {
	w, err := flate.NewWriter(io.Discard, flate.BestSpeed)
	if err != nil { // there is such a level
		panic(err)
	}
	return w
}}

// deflate compresses the frame by itself (RFC 7692 7.2.1, no context taken over).
func (f *frame) deflate() {
	var b bytes.Buffer
	w := deflaters.Get().(*flate.Writer)
	defer deflaters.Put(w)
	w.Reset(&b)
	_, err := w.Write(f.plain[len(f.plain)-f.size:])
	if err == nil {
		err = w.Flush()
	}
	if err != nil { // it writes to memory
		panic(err)
	}
	text := bytes.TrimSuffix(b.Bytes(), []byte{0, 0, 0xff, 0xff})
	f.deflated = append(frameHead(websocket.TextMessage, len(text), true), text...)
}
