package live

import (
	"bufio"
	"bytes"
	"compress/flate"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/gorilla/websocket"
)

// hijacked is a handshake over a connection.
type hijacked struct {
	http.ResponseWriter
	conn net.Conn
}

func (h hijacked) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return h.conn, bufio.NewReadWriter(bufio.NewReader(h.conn), bufio.NewWriter(h.conn)), nil
}

// written keeps what is written.
type written struct {
	net.Conn
	bytes.Buffer
}

func (w *written) Write(p []byte) (int, error) { return w.Buffer.Write(p) }
func (w *written) Read(p []byte) (int, error)  { return 0, io.EOF }

// A frame stands on the wire as gorilla would have written it, and a compressed
// one holds the same text.
func TestFrameIsWhatGorillaWrites(t *testing.T) {
	there, here := net.Pipe()
	defer there.Close()
	w := &written{Conn: here}
	defer w.Close()
	header := http.Header{"Connection": {"Upgrade"}, "Upgrade": {"websocket"}, "Sec-Websocket-Version": {"13"}, "Sec-Websocket-Key": {"dGhlIHNhbXBsZSBub25jZQ=="}}
	ws, err := (&websocket.Upgrader{WriteBufferSize: 1 << 20}).Upgrade(hijacked{conn: w}, &http.Request{Method: "GET", Header: header}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, size := range []int{0, 1, 125, 126, 127, compressFrom - 1, compressFrom, 65_535, 65_536, 300_000} {
		text := []byte(strings.Repeat("На мостах темно. ", size/17+1)[:size])
		f := newFrame(text)
		w.Reset()
		if err := ws.WriteMessage(websocket.TextMessage, text); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(f.plain, w.Bytes()) {
			t.Errorf("%d bytes: %.20x, gorilla writes %.20x", size, f.plain, w.Bytes())
		}
		f.once.Do(f.deflate)
		head := 2
		switch f.deflated[1] {
		case 126:
			head = 4
		case 127:
			head = 10
		}
		if !bytes.Equal(f.deflated[:head], frameHead(websocket.TextMessage, len(f.deflated)-head, true)) || f.deflated[0] != 0xc1 {
			t.Errorf("%d bytes: the compressed frame begins with %.10x", size, f.deflated)
		}
		got, err := io.ReadAll(flate.NewReader(io.MultiReader(bytes.NewReader(f.deflated[head:]), strings.NewReader("\x00\x00\xff\xff\x01\x00\x00\xff\xff"))))
		if err != nil || !bytes.Equal(got, text) {
			t.Errorf("%d bytes: %d are back: %v", size, len(got), err)
		}
	}
	w.Reset()
	if err := ws.WriteMessage(websocket.PingMessage, nil); err != nil || !bytes.Equal(w.Bytes(), pingFrame.plain) {
		t.Errorf("a ping is %x, gorilla writes %x: %v", pingFrame.plain, w.Bytes(), err)
	}
}
