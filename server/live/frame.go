package live

import (
	"fmt"

	"github.com/gorilla/websocket"
)

// compressFrom is the size from which deflating a frame pays.
const compressFrom = 512

// writeBuffer is gorilla's buffer for a frame that one socket gets; a larger
// one would leave it in two pieces.
const writeBuffer = 1024

// frame is a server frame. It is written to the connection in one piece, which
// conn relies on.
type frame struct {
	message  *websocket.PreparedMessage // made once for all who get it
	compress bool
	size     int    // of the text
	alone    []byte // instead of message: text for one socket
}

// newFrame makes a frame for many sockets.
func newFrame(b []byte) *frame {
	return &frame{message: prepare(websocket.TextMessage, b), compress: len(b) >= compressFrom, size: len(b)}
}

// pingFrame asks for a sign of life.
var pingFrame = &frame{message: prepare(websocket.PingMessage, nil)}

func prepare(kind int, b []byte) *websocket.PreparedMessage {
	m, err := websocket.NewPreparedMessage(kind, b)
	if err != nil { // it writes to memory
		panic(fmt.Sprintf("live: preparing a frame: %v", err))
	}
	return m
}

// frameFor makes a frame for one socket. Preparing one costs 5 KiB of garbage,
// which short ones are not worth.
func frameFor(b []byte) *frame {
	if len(b) < min(compressFrom, writeBuffer) {
		return &frame{alone: b}
	}
	return newFrame(b)
}

// messages makes a frame of protocol messages for one socket.
func messages(list ...any) *frame { return frameFor(encode(list)) }

// write writes the frame.
func (f *frame) write(ws *websocket.Conn) error {
	ws.EnableWriteCompression(f.compress)
	if f.message == nil {
		return ws.WriteMessage(websocket.TextMessage, f.alone)
	}
	return ws.WritePreparedMessage(f.message)
}
