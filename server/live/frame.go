package live

import (
	"fmt"

	"github.com/gorilla/websocket"
)

// compressFrom is the size from which deflating a frame pays.
const compressFrom = 512

// frame is a server frame, made once for all who get it. It is written to the
// connection in one piece, which conn relies on.
type frame struct {
	message  *websocket.PreparedMessage
	compress bool
}

func newFrame(b []byte) *frame {
	m, err := websocket.NewPreparedMessage(websocket.TextMessage, b)
	if err != nil { // it writes to memory
		panic(fmt.Sprintf("live: preparing a frame: %v", err))
	}
	return &frame{message: m, compress: len(b) >= compressFrom}
}

// messages makes a frame of protocol messages.
func messages(list ...any) *frame { return newFrame(encode(list)) }
