package live_test

import (
	"bufio"
	"bytes"
	"compress/flate"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/prometheus/client_golang/prometheus"

	"veche/server/live"
	"veche/server/live/client"
	"veche/server/live/protocol"
)

// wire opens a websocket without the reference client.
func (w *town) wire(name string) *websocket.Conn {
	w.t.Helper()
	d := websocket.Dialer{Subprotocols: []string{protocol.Version}}
	ws, _, err := d.Dial("ws://"+w.address+"/live", http.Header{"Origin": {"http://" + w.address}, "Cookie": {"who=" + name}})
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { ws.Close() })
	return ws
}

// raw opens a websocket by hand and answers the bare connection; extensions may
// be "".
func (w *town) raw(name, extensions, behind string) (net.Conn, *bufio.Reader) {
	w.t.Helper()
	c, err := net.Dial("tcp4", w.address)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { c.Close() })
	if extensions != "" {
		extensions = "Sec-WebSocket-Extensions: " + extensions + "\r\n"
	}
	fmt.Fprintf(c, "GET /live HTTP/1.1\r\nHost: %s\r\nOrigin: http://%s\r\nCookie: who=%s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: veche.v1\r\n%s\r\n%s",
		w.address, w.address, name, extensions, behind)
	r := bufio.NewReader(c)
	answer, err := http.ReadResponse(r, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	if answer.StatusCode != http.StatusSwitchingProtocols {
		w.t.Fatalf("handshake answered %d", answer.StatusCode)
	}
	return c, r
}

// masked makes a client frame with the zero mask, which leaves the payload as
// it is.
func masked(head byte, payload []byte) []byte {
	b := []byte{head}
	switch n := len(payload); {
	case n < 126:
		b = append(b, 0x80|byte(n))
	default:
		b = append(b, 0x80|126, byte(n>>8), byte(n))
	}
	return append(append(b, 0, 0, 0, 0), payload...)
}

// closeCode reads frames until the close frame, and answers its code, or 1006.
func closeCode(t *testing.T, c net.Conn, r *bufio.Reader) int {
	t.Helper()
	if err := c.SetReadDeadline(time.Now().Add(5 * time.Second)); err != nil {
		t.Fatal(err)
	}
	for {
		head := make([]byte, 2)
		if _, err := io.ReadFull(r, head); err != nil {
			return websocket.CloseAbnormalClosure
		}
		n := int(head[1] & 0x7f)
		if n >= 126 {
			long := make([]byte, 2+6*(n-126))
			if _, err := io.ReadFull(r, long); err != nil {
				return websocket.CloseAbnormalClosure
			}
			n = 0
			for _, x := range long {
				n = n<<8 | int(x)
			}
		}
		payload := make([]byte, n)
		if _, err := io.ReadFull(r, payload); err != nil {
			return websocket.CloseAbnormalClosure
		}
		if head[0]&0x0f == 8 && n >= 2 {
			return int(payload[0])<<8 | int(payload[1])
		}
	}
}

func deflated(b []byte) []byte {
	var out bytes.Buffer
	w, err := flate.NewWriter(&out, 9)
	if err != nil {
		panic(err)
	}
	if _, err := w.Write(b); err != nil {
		panic(err)
	}
	if err := w.Flush(); err != nil {
		panic(err)
	}
	return bytes.TrimSuffix(out.Bytes(), []byte{0, 0, 0xff, 0xff})
}

func TestTooMuchIsClosedWithItsCode(t *testing.T) {
	t.Parallel()
	w := newTown(t, 2, live.Options{Limits: live.Limits{MessagesBurst: 20, Messages: 1, MessageTimeout: 300 * time.Millisecond, PerPerson: 100}})
	ask := []byte(`{"t":"ping"}`)
	for _, c := range []struct {
		name       string
		extensions string
		bytes      []byte
		want       int
	}{
		{"too big", "", masked(0x81, bytes.Repeat([]byte(" "), protocol.MaxMessage+1)), 1009},
		{"far too big", "", masked(0x81, bytes.Repeat([]byte(" "), 60_000)), 1009},
		{"too big in pieces", "", append(masked(0x01, bytes.Repeat([]byte(" "), 30_000)), masked(0x80, bytes.Repeat([]byte(" "), 30_000))...), 1009},
		{"deflate bomb", noContext, masked(0xc1, deflated(make([]byte, 1<<20))), 1009},
		{"end with a code that is none", "", masked(0x88, []byte{3, 237}), 1002},
		{"flood of messages", "", bytes.Repeat(masked(0x81, ask), 60), 4009},
		{"flood of pings", "", bytes.Repeat(masked(0x89, nil), 60), 4009},
		{"flood of pongs", "", bytes.Repeat(masked(0x8a, nil), 60), 4009},
		{"message that never ends", "", masked(0x81, ask)[:9], 1008},
		{"message in pieces that never ends", "", masked(0x01, ask), 1008},
		{"compressed message that never ends", noContext, masked(0xc1, deflated(ask))[:9], 1008},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			conn, r := w.raw("p1", c.extensions, "")
			if _, err := conn.Write(c.bytes); err != nil {
				t.Log("the server closed while the bytes were being sent:", err)
			}
			if got := closeCode(t, conn, r); got != c.want {
				t.Errorf("closed with %d, want %d", got, c.want)
			}
		})
	}
	t.Cleanup(func() { // of the parallel cases
		eventually(t, "all sockets gone", func() bool { return w.hub.Sockets() == 0 })
		got := w.ended()
		for code, n := range map[string]float64{"1002": 1, "1008": 3, "1009": 4, "4009": 3, "0": 0} {
			if got[code] != n {
				t.Errorf("the metrics count %v sockets that ended with %s, want %v", got[code], code, n)
			}
		}
	})
}

// ended answers how many sockets have ended, by the code in the metrics.
func (w *town) ended() map[string]float64 {
	w.t.Helper()
	r := prometheus.NewRegistry()
	if err := r.Register(w.hub); err != nil {
		w.t.Fatal(err)
	}
	families, err := r.Gather()
	if err != nil {
		w.t.Fatal(err)
	}
	n := map[string]float64{}
	for _, f := range families {
		if f.GetName() != "veche_sockets_ended_total" {
			continue
		}
		for _, m := range f.GetMetric() {
			n[m.GetLabel()[0].GetValue()] = m.GetCounter().GetValue()
		}
	}
	return n
}

func TestDeflateBombTakesNoMemory(t *testing.T) {
	w := newTown(t, 2, live.Options{})
	bomb := masked(0xc1, deflated(make([]byte, 12<<20)))
	conn, r := w.raw("p1", "permessage-deflate", "")
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, err := conn.Write(bomb); err != nil {
		t.Fatal(err)
	}
	if got := closeCode(t, conn, r); got != protocol.CloseTooBig {
		t.Errorf("closed with %d", got)
	}
	runtime.ReadMemStats(&after)
	if took := after.TotalAlloc - before.TotalAlloc; took > 2<<20 {
		t.Errorf("a message of %d bytes that inflates to 12 MiB made the process allocate %d bytes", len(bomb), took)
	}
}

func TestHandshakeRefusals(t *testing.T) {
	t.Parallel()
	w := newTown(t, 2, live.Options{Limits: live.Limits{PerPerson: 2, PerAddress: 4}})
	good := func() http.Header {
		return http.Header{
			"Origin": {"http://" + w.address}, "Cookie": {"who=p1"}, "Upgrade": {"websocket"}, "Connection": {"Upgrade"},
			"Sec-Websocket-Version": {"13"}, "Sec-Websocket-Key": {"dGhlIHNhbXBsZSBub25jZQ=="}, "Sec-Websocket-Protocol": {"veche.v1"},
		}
	}
	status := func(t *testing.T, h http.Header) int {
		t.Helper()
		r, err := http.NewRequest(http.MethodGet, "http://"+w.address+"/live", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header = h
		c := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
		answer, err := c.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		return answer.StatusCode
	}
	for _, c := range []struct {
		name   string
		field  string
		values []string
		want   int
	}{
		{"no websocket", "Upgrade", nil, 426},
		{"no upgrade of the connection", "Connection", nil, 426},
		{"no key", "Sec-Websocket-Key", nil, 426},
		{"old version", "Sec-Websocket-Version", []string{"8"}, 426},
		{"no subprotocol", "Sec-Websocket-Protocol", nil, 426},
		{"another subprotocol", "Sec-Websocket-Protocol", []string{"veche.v9"}, 426},
		{"no origin", "Origin", nil, 403},
		{"foreign origin", "Origin", []string{"http://evil.example"}, 403},
		{"origin of another scheme", "Origin", []string{"https://" + w.address}, 403},
		{"origin of another port", "Origin", []string{"http://127.0.0.1:1"}, 403},
		{"two origins", "Origin", []string{"http://" + w.address, "http://evil.example"}, 403},
		{"not signed in", "Cookie", nil, 401},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := good()
			delete(h, c.field)
			if c.values != nil {
				h[c.field] = c.values
			}
			if got := status(t, h); got != c.want {
				t.Errorf("answered %d, want %d", got, c.want)
			}
		})
	}
	a, b := w.wire("p1"), w.wire("p1")
	if got := status(t, good()); got != http.StatusTooManyRequests {
		t.Errorf("third socket of a person answered %d", got)
	}
	w.wire("p2")
	w.wire("p2")
	other := good()
	other.Set("Cookie", "who=f")
	if got := status(t, other); got != http.StatusTooManyRequests {
		t.Errorf("fifth socket of an address answered %d", got)
	}
	a.Close()
	b.Close()
	eventually(t, "two sockets gone", func() bool { return w.hub.Sockets() == 2 })
	w.wire("p1")
}

func TestOriginList(t *testing.T) {
	t.Parallel()
	w := newTown(t, 2, live.Options{Origins: []string{"https://veche.example", "https://www.veche.example"}})
	for origin, want := range map[string]bool{
		"https://veche.example": true, "https://www.veche.example": true,
		"https://veche.example.evil": false, "http://veche.example": false, "https://veche.example:8443": false,
	} {
		c, err := client.Dial(context.Background(), "http://"+w.address+"/live", "who=p1", client.Options{Origin: origin})
		if (err == nil) != want {
			t.Errorf("origin %s: %v", origin, err)
		}
		if err == nil {
			c.Close()
		}
		var status *client.StatusError
		if !want && (!errors.As(err, &status) || status.Status != http.StatusForbidden) {
			t.Errorf("origin %s: %v", origin, err)
		}
	}
}

// A client that sends before the handshake is answered is refused if the bytes
// came with the request, and never loses them unnoticed.
func TestBytesBehindTheHandshake(t *testing.T) {
	t.Parallel()
	w := newTown(t, 2, live.Options{})
	conn, r := w.raw("p1", "", string(masked(0x81, []byte(`{"t":"ping"}`))))
	if got := closeCode(t, conn, r); got != protocol.CloseProtocol {
		t.Errorf("closed with %d", got)
	}
	eventually(t, "the place given back", func() bool { return w.hub.Sockets() == 0 })
}

func TestMalformedMessagesAreAnswered(t *testing.T) {
	t.Parallel()
	w := newTown(t, 2, live.Options{})
	ws := w.wire("p1")
	for _, bad := range []string{"", "null", "[]", "{", `{"t":"shout"}`, `{"t":"say"}`, `{"t":"ping"} {"t":"ping"}`, `{"t":"join","topic":"square","rooms":[{"room":-1}]}`, `{"t":"ping","x":1}`} {
		if err := ws.WriteMessage(websocket.TextMessage, []byte(bad)); err != nil {
			t.Fatal(err)
		}
		m := answer(t, ws)
		if len(m) != 1 || m[0].T != "problem" || m[0].Problem.Code != "malformed" || m[0].Problem.Detail == "" {
			t.Errorf("%q answered %+v", bad, m)
		}
	}
	if err := ws.WriteMessage(websocket.TextMessage, []byte(`{"t":"ping"}`)); err != nil {
		t.Fatal(err)
	}
	if m := next(t, ws); m[0].T != "beat" {
		t.Errorf("a good message after bad ones answered %+v", m)
	}
}

// answer is the next that is no beat, which comes whenever it is time for it.
func answer(t *testing.T, ws *websocket.Conn) []protocol.Message {
	t.Helper()
	for {
		if m := next(t, ws); m[0].T != "beat" {
			return m
		}
	}
}

func next(t *testing.T, ws *websocket.Conn) []protocol.Message {
	t.Helper()
	if err := ws.SetReadDeadline(time.Now().Add(5 * time.Second)); err != nil {
		t.Fatal(err)
	}
	_, b, err := ws.ReadMessage()
	if err != nil {
		t.Fatal(err)
	}
	var list []protocol.Message
	if err := json.Unmarshal(b, &list); err != nil {
		t.Fatalf("%s: %v", b, err)
	}
	return list
}

// A peer that does not answer pings is cut, one that does is not.
func TestSilentPeerIsCut(t *testing.T) {
	t.Parallel()
	w := newTown(t, 2, live.Options{Beat: 60 * time.Millisecond})
	w.dial("p2", client.Options{Cut: func(err error) { t.Log("cut:", err) }})
	w.raw("p1", "", "")
	eventually(t, "two sockets", func() bool { return w.hub.Sockets() == 2 })
	eventually(t, "the silent one cut", func() bool { return w.hub.Sockets() == 1 })
	time.Sleep(300 * time.Millisecond)
	if n := w.hub.Sockets(); n != 1 {
		t.Errorf("%d sockets are left, want the one that answers", n)
	}
}

// A request whose header never ends does not outlive the server's ReadTimeout.
func TestSlowHeaderIsCut(t *testing.T) {
	t.Parallel()
	w := newTown(t, 2, live.Options{})
	c, err := net.Dial("tcp4", w.address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	begun := time.Now()
	go func() {
		for _, b := range []byte("GET /live HTTP/1.1\r\nHost: x\r\nX: " + strings.Repeat("y", 1000)) {
			if _, err := c.Write([]byte{b}); err != nil {
				return
			}
			time.Sleep(50 * time.Millisecond)
		}
	}()
	if err := c.SetReadDeadline(time.Now().Add(8 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, c); errors.Is(err, context.DeadlineExceeded) || time.Since(begun) > 5*time.Second {
		t.Errorf("still open after %v: %v", time.Since(begun), err)
	}
}

// answered reads on until the answer to the message with that id.
func answered(t *testing.T, ws *websocket.Conn, id string) protocol.Message {
	t.Helper()
	for {
		for _, m := range next(t, ws) {
			if m.ID == id {
				return m
			}
		}
	}
}

func TestARoomTakesSoManyRemarks(t *testing.T) {
	t.Parallel()
	const burst = 5
	w := newTown(t, 4, live.Options{Limits: live.Limits{Remarks: -1, RoomRemarks: 1, RoomBurst: burst}})
	begun := time.Now()
	var refused, taken int
	var sockets []*websocket.Conn
	for _, name := range []string{"p1", "p2"} {
		ws := w.wire(name)
		if err := ws.WriteMessage(websocket.TextMessage, []byte(`{"t":"join","topic":"`+topicID+`"}`)); err != nil {
			t.Fatal(err)
		}
		sockets = append(sockets, ws)
	}
	stranger := w.wire("p99") // takes part in nothing
	if err := stranger.WriteMessage(websocket.TextMessage, []byte(`{"t":"join","topic":"`+topicID+`"}`)); err != nil {
		t.Fatal(err)
	}
	say := func(ws *websocket.Conn, room int) protocol.Message {
		id := client.NewID()
		if err := ws.WriteMessage(websocket.TextMessage, fmt.Appendf(nil, `{"t":"say","id":%q,"room":%d,"text":"hello"}`, id, room)); err != nil {
			t.Fatal(err)
		}
		return answered(t, ws, id)
	}
	for range 4 * burst { // and takes nothing from those who do
		if m := say(stranger, 0); m.Problem.Code != "forbidden" {
			t.Errorf("a stranger was answered %+v", m)
		}
	}
	for i := range 4 * burst {
		switch m := say(sockets[i%2], 0); {
		case m.T == "ack":
			taken++
		case m.Problem.Code == "rate-limited":
			refused++
		default:
			t.Errorf("answered %+v", m)
		}
	}
	if most := burst + 1 + int(time.Since(begun).Seconds()); taken < burst || taken > most || refused == 0 {
		t.Errorf("%d remarks were taken and %d refused, want %d to %d taken", taken, refused, burst, most)
	}
	if m := say(sockets[0], 1); m.T != "ack" {
		t.Errorf("another room answered %+v", m)
	}
}

// A socket that never joins a topic is closed after some beats, though it
// answers pings; one that has joined is not.
func TestASocketWithoutATopicIsClosed(t *testing.T) {
	t.Parallel()
	w := newTown(t, 2, live.Options{Beat: 300 * time.Millisecond})
	w.dial("p2", client.Options{})
	ws := w.wire("p1")
	if err := ws.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	for {
		_, _, err := ws.ReadMessage()
		if websocket.IsCloseError(err, protocol.CloseBye) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	time.Sleep(600 * time.Millisecond)
	if n := w.hub.Sockets(); n != 1 {
		t.Errorf("%d sockets are left, want the one that has joined", n)
	}
}

func TestJoinsCountAsSeveralMessages(t *testing.T) {
	t.Parallel()
	w := newTown(t, 2, live.Options{Limits: live.Limits{Messages: 1, MessagesBurst: 20}})
	conn, r := w.raw("p1", "", "")
	joins := bytes.Repeat(masked(0x81, []byte(`{"t":"join","topic":"`+topicID+`"}`)), 8)
	if _, err := conn.Write(joins); err != nil {
		t.Log("the server closed while the bytes were being sent:", err)
	}
	if got := closeCode(t, conn, r); got != protocol.CloseTooMany {
		t.Errorf("closed with %d", got)
	}
}
