package live

import (
	"bufio"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/gorilla/websocket"
	"github.com/valyala/fasthttp"
	"github.com/valyala/fasthttp/fasthttpadaptor"

	"veche/server/live/protocol"
)

// Subprotocol names the version of the protocol; a client must offer it.
const Subprotocol = protocol.Version

// readBuffer is the least that gorilla takes over from a Hijacker, and holds
// any control frame. A larger message is read past it.
const readBuffer = 257

var writeBuffers sync.Pool

// upgrader leaves the Origin to the handler, which has refused foreign ones.
func upgrader() *websocket.Upgrader {
	return &websocket.Upgrader{
		WriteBufferPool:   &writeBuffers, // never asked: gorilla writes control frames only, which need none
		EnableCompression: true,
		Subprotocols:      []string{Subprotocol},
		CheckOrigin:       func(*http.Request) bool { return true },
		Error: func(w http.ResponseWriter, _ *http.Request, status int, reason error) {
			if status == http.StatusBadRequest {
				status = http.StatusUpgradeRequired // RFC 6455 4.4
			}
			w.(*response).refused = fiber.NewError(status, reason.Error())
		},
	}
}

// response is what gorilla's Upgrader sees of a Fiber request: it takes the
// connection, writes its 101 there, and goes on from there as on net/http.
type response struct {
	ctx     *fasthttp.RequestCtx
	header  http.Header
	conn    *conn // once taken
	reader  *bufio.Reader
	refused error
}

func (w *response) Header() http.Header         { return w.header }
func (w *response) WriteHeader(int)             {}
func (w *response) Write(p []byte) (int, error) { return len(p), nil }

// Hijack gives the raw connection, with the reader that gorilla is to keep and a
// writer so small that it takes its own.
func (w *response) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	w.conn = newConn(w.ctx.Conn())
	w.reader = bufio.NewReaderSize(w.conn, readBuffer)
	return w.conn, bufio.NewReadWriter(w.reader, bufio.NewWriterSize(w.conn, 16)), nil
}

// upgrade answers 101 and calls serve with the socket once fasthttp has let go
// of the connection; serve must not stay. A refusal is an ordinary Fiber error; then serve is not
// called. gone is called if the connection ends before serve.
func upgrade(c *fiber.Ctx, up *websocket.Upgrader, serve func(*websocket.Conn, *bufio.Reader, *conn), gone func()) error {
	ctx := c.Context()
	var r http.Request
	if err := fasthttpadaptor.ConvertRequest(ctx, &r, true); err != nil {
		return fiber.ErrBadRequest
	}
	w := &response{ctx: ctx, header: http.Header{}}
	ws, err := up.Upgrade(w, &r, nil)
	if err != nil {
		if w.conn != nil { // taken, but the 101 could not be written
			_ = w.conn.Close()
		}
		if w.refused != nil {
			return w.refused
		}
		return err
	}
	ctx.HijackSetNoResponse(true) // the 101 is written
	ctx.Hijack(func(nc net.Conn) {
		if pipelined(nc) {
			_, _ = w.conn.Write(serverClose(websocket.CloseProtocolError, "sent before the handshake was answered"))
			_ = w.conn.Close()
			gone()
			return
		}
		serve(ws, w.reader, w.conn) // returns at once, which frees fasthttp's context and reader
	})
	return nil
}

// pipelined tells whether fasthttp has read bytes beyond the handshake, which
// would be lost: RFC 6455 4.1 forbids a client to send them. What has not been
// read yet comes to the socket as usual.
func pipelined(nc net.Conn) bool {
	if nc.SetReadDeadline(time.Unix(1, 0)) != nil { // long past: only what is buffered
		return true
	}
	var b [1]byte
	n, _ := nc.Read(b[:])
	return n > 0 || nc.SetReadDeadline(time.Time{}) != nil
}
