package live_test

import (
	"bufio"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"veche/server/live"
	"veche/server/live/protocol"
)

// The families of Autobahn's test suite (1 framing, 2 pings, 3 reserved bits,
// 4 opcodes, 5 fragments, 6 UTF-8, 7 closing, 10 pieces, 12 and 13 compression)
// as far as they say something of a server whose messages are JSON text of at
// most 32 KiB.

const (
	text         = 0x1
	binaryFrame  = 0x2
	continuation = 0x0
	closeFrame   = 0x8
	ping         = 0x9
	pong         = 0xa
	fin          = 0x80
	rsv1         = 0x40
	rsv2         = 0x20
	rsv3         = 0x10
	noContext    = "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
)

// frame makes a client frame with a mask that is not zero.
func frame(head byte, payload string) []byte {
	b := []byte{head}
	switch n := len(payload); {
	case n < 126:
		b = append(b, 0x80|byte(n))
	case n < 1<<16:
		b = binary.BigEndian.AppendUint16(append(b, 0x80|126), uint16(n))
	default:
		b = binary.BigEndian.AppendUint64(append(b, 0x80|127), uint64(n))
	}
	mask := [4]byte{0x37, 0xfa, 0x21, 0x3d}
	b = append(b, mask[:]...)
	for i := range len(payload) {
		b = append(b, payload[i]^mask[i%4])
	}
	return b
}

// closing makes a close frame.
func closing(code int, reason string) []byte {
	return frame(fin|closeFrame, string(binary.BigEndian.AppendUint16(nil, uint16(code)))+reason)
}

// pieces sends payload in pieces of n bytes, with something between them.
func pieces(head byte, payload string, n int, between ...[]byte) []byte {
	var b []byte
	for at := 0; at < len(payload) || at == 0; at += n {
		if at > 0 {
			head = continuation
			for _, x := range between {
				b = append(b, x...)
			}
		}
		end := min(len(payload), at+n)
		if end == len(payload) {
			head |= fin
		}
		b = append(b, frame(head, payload[at:end])...)
	}
	return b
}

func join(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

// asked is a good message of n bytes, answered by a beat.
func asked(n int) string {
	const m = `{"t":"ping"}`
	return m + strings.Repeat(" ", n-len(m))
}

// heard reads what the server sends until it closes, and says it in words: the
// kinds of messages, "pong" with its payload, "close" with its code.
func heard(t *testing.T, c net.Conn, r *bufio.Reader) (list []string) {
	t.Helper()
	if err := c.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	for {
		head := make([]byte, 2)
		if _, err := io.ReadFull(r, head); err != nil {
			return append(list, "end")
		}
		n := int(head[1])
		if n == 126 {
			long := make([]byte, 2)
			if _, err := io.ReadFull(r, long); err != nil {
				return append(list, "end within a frame")
			}
			n = int(binary.BigEndian.Uint16(long))
		}
		if n == 127 || head[0]&fin == 0 {
			t.Fatalf("the server sent a frame that the test does not read: % x", head)
		}
		payload := make([]byte, n)
		if _, err := io.ReadFull(r, payload); err != nil {
			return append(list, "end within a frame")
		}
		switch head[0] &^ fin {
		case text:
			var messages []protocol.Message
			if err := json.Unmarshal(payload, &messages); err != nil {
				t.Fatalf("%s: %v", payload, err)
			}
			for _, m := range messages {
				list = append(list, m.T)
			}
		case pong:
			list = append(list, fmt.Sprintf("pong %.8q", payload))
		case closeFrame:
			if len(payload) == 0 {
				return append(list, "close")
			}
			return append(list, fmt.Sprint("close ", binary.BigEndian.Uint16(payload)))
		}
	}
}

type conformance struct {
	name       string
	extensions string
	bytes      []byte
	chopped    bool // one byte a write
	want       string
}

// byItself appends a good close, so that what came before must have been taken.
func byItself(name string, b []byte, want string) conformance {
	return conformance{name: name, bytes: join(b, closing(1000, "")), want: strings.TrimPrefix(want+" close 1000", " ")}
}

func conformanceCases() (list []conformance) {
	add := func(c ...conformance) { list = append(list, c...) }
	refuse := func(name string, b []byte, code int) {
		add(conformance{name: name, bytes: b, want: fmt.Sprint("close ", code)})
	}
	// 1: framing
	for _, n := range []int{12, 125, 126, 127, 128, 4096, protocol.MaxMessage} {
		add(byItself(fmt.Sprint("1.1 text of ", n), frame(fin|text, asked(n)), "beat"))
		chopped := byItself(fmt.Sprint("1.1 text of ", n, " in single bytes"), frame(fin|text, asked(n)), "beat")
		if chopped.chopped = true; n < 1000 {
			add(chopped)
		}
	}
	add(byItself("1.1 empty text", frame(fin|text, ""), "problem"))
	refuse("1.1 text of 65,536", frame(fin|text, asked(65_536)), 1009)
	refuse("1.2 binary", frame(fin|binaryFrame, asked(12)), 1003)
	refuse("1.2 empty binary", frame(fin|binaryFrame, ""), 1003)
	// 2: pings and pongs
	for name, payload := range map[string]string{"2.1 empty": "", "2.2 text": "Hello", "2.3 bytes": "\x00\xff\xfe\xfd\xfc\xfb\x00\xff", "2.4 of 125": strings.Repeat("\xfe", 125)} {
		add(byItself(name, frame(fin|ping, payload), fmt.Sprintf("pong %.8q", payload)))
		add(conformance{name: name + " in single bytes", chopped: true, bytes: join(frame(fin|ping, payload), closing(1000, "")), want: fmt.Sprintf("pong %.8q close 1000", payload)})
	}
	refuse("2.5 ping of 126", frame(fin|ping, strings.Repeat("\xfe", 126)), 1002)
	add(
		byItself("2.7 pong", frame(fin|pong, ""), ""),
		byItself("2.8 pong with payload", frame(fin|pong, "unsolicited"), ""),
		byItself("2.9 pong and ping", join(frame(fin|pong, "unsolicited"), frame(fin|ping, "p")), `pong "p"`),
		byItself("2.10 pings in a row", join(frame(fin|ping, "1"), frame(fin|ping, "2"), frame(fin|ping, "3")), `pong "1" pong "2" pong "3"`),
	)
	// 3: reserved bits; what came before counts
	for name, bits := range map[string]byte{"3.1 first": rsv1, "3.2 second": rsv2, "3.3 both": rsv1 | rsv2, "3.4 third": rsv3, "3.5 first and third": rsv1 | rsv3, "3.6 second and third": rsv2 | rsv3, "3.7 all": rsv1 | rsv2 | rsv3} {
		refuse(name+" reserved bit of a text", frame(fin|bits|text, asked(12)), 1002)
		refuse(name+" reserved bit of a ping", frame(fin|bits|ping, ""), 1002)
		refuse(name+" reserved bit of a close", frame(fin|bits|closeFrame, ""), 1002)
		add(conformance{name: name + " reserved bit after a text", bytes: join(frame(fin|text, asked(12)), frame(fin|bits|binaryFrame, asked(12)), frame(fin|ping, "")), want: "beat close 1002"})
	}
	// 4: opcodes
	for op := byte(3); op < 16; op++ {
		if op > 7 && op < 11 {
			continue
		}
		refuse(fmt.Sprint("4 opcode ", op), frame(fin|op, ""), 1002)
		refuse(fmt.Sprint("4 opcode ", op, " with payload"), frame(fin|op, "x"), 1002)
		add(conformance{name: fmt.Sprint("4 opcode ", op, " after a text"), bytes: join(frame(fin|text, asked(12)), frame(fin|op, ""), frame(fin|ping, "")), want: "beat close 1002"})
	}
	// 5: fragments
	refuse("5.1 ping in pieces", join(frame(ping, "a"), frame(fin|continuation, "b")), 1002)
	refuse("5.2 pong in pieces", join(frame(pong, "a"), frame(fin|continuation, "b")), 1002)
	add(
		byItself("5.3 text in two", pieces(text, asked(12), 6), "beat"),
		conformance{name: "5.5 text in single bytes of frames and writes", chopped: true, bytes: join(pieces(text, asked(12), 1), closing(1000, "")), want: "beat close 1000"},
		byItself("5.6 a ping between", pieces(text, asked(12), 6, frame(fin|ping, "p")), `pong "p" beat`),
		byItself("5.7 a pong between", pieces(text, asked(12), 6, frame(fin|pong, "p")), "beat"),
		byItself("5.19 pings between", pieces(text, asked(12), 3, frame(fin|ping, "p")), `pong "p" pong "p" pong "p" beat`),
		byItself("empty pieces", join(frame(text, ""), frame(continuation, asked(12)), frame(fin|continuation, "")), "beat"),
		byItself("1,024 pieces", pieces(text, asked(1024), 1), "beat"),
	)
	refuse("1,025 pieces", pieces(text, asked(1025), 1), 4009)
	refuse("empty pieces without end", join(frame(text, "x"), bytes.Repeat(frame(continuation, ""), 5000)), 4009)
	refuse("5.9 continuation of nothing", frame(fin|continuation, asked(12)), 1002)
	refuse("5.12 continuation of nothing, not the last", frame(continuation, asked(12)), 1002)
	add(conformance{name: "5.15 continuation after a whole", bytes: join(pieces(text, asked(12), 6), frame(fin|continuation, "x")), want: "beat close 1002"})
	refuse("5.18 text within a text", join(frame(text, asked(12)), frame(fin|text, asked(12))), 1002)
	refuse("5.18 binary within a text", join(frame(text, asked(12)), frame(fin|binaryFrame, "x")), 1002)
	refuse("a reserved bit within a text", join(frame(text, asked(12)), frame(fin|rsv1|continuation, "x")), 1002)
	// 6: UTF-8. A text that is valid and no message is a problem, not an end.
	for name, s := range map[string]string{
		"6.2 mixed": "Hello-µ@ßöäüàá-UTF-8!!", "6.5 Greek": "κόσμε", "6.7 first of a length": "\x00\u0080\u0800\U00010000", "6.9 last of a length": "\x7f\u07ff\uffff\U0010ffff",
		"6.11 around the surrogates": "\ud7ff\ue000\ufffd", "6.22 non-characters": "\ufffe\uffff\U0001fffe",
	} {
		add(byItself(name, frame(fin|text, s), "problem"))
		add(byItself(name+" in single bytes", pieces(text, s, 1), "problem"))
	}
	for name, s := range map[string]string{
		"6.3 in the middle": "κόσμε\xed\xa0\x80edited", "6.6 cut short": "\xce\xba\xe1\xbd", "6.8 of five bytes": "\xf8\x88\x80\x80\x80", "6.8 of six bytes": "\xfc\x84\x80\x80\x80\x80",
		"6.10 beyond the last": "\xf4\x90\x80\x80", "6.12 lone continuation": "\x80", "6.13 lone beginnings": "\xc0 \xc1 \xc2 ", "6.14 last byte missing": "\xf0\x80\x80",
		"6.16 impossible": "\xfe", "6.16 impossible too": "\xfe\xfe\xff\xff", "6.17 overlong slash": "\xc0\xaf", "6.18 overlong": "\xf0\x8f\xbf\xbf", "6.19 overlong nothing": "\xc0\x80",
		"6.20 single surrogate": "\xed\xa0\x80", "6.21 paired surrogates": "\xed\xa0\x80\xed\xb0\x80",
	} {
		refuse(name, frame(fin|text, s), 1007)
		refuse(name+" in single bytes", pieces(text, s, 1), 1007)
	}
	// 7: closing
	add(
		conformance{name: "7.1.1 text, then close", bytes: join(frame(fin|text, asked(12)), closing(1000, "")), want: "beat close 1000"},
		conformance{name: "7.1.2 two closes", bytes: join(closing(1000, ""), closing(1000, "")), want: "close 1000"},
		conformance{name: "7.1.3 ping after the close", bytes: join(closing(1000, ""), frame(fin|ping, "")), want: "close 1000"},
		conformance{name: "7.1.4 text after the close", bytes: join(closing(1000, ""), frame(fin|text, asked(12))), want: "close 1000"},
		conformance{name: "7.1.5 close within a text", bytes: join(frame(text, asked(12)), closing(1000, "")), want: "close 1000"},
		conformance{name: "7.3.1 close without a code", bytes: frame(fin|closeFrame, ""), want: "close"},
		conformance{name: "7.3.4 close with a reason", bytes: closing(1000, "Hello World!"), want: "close 1000"},
		conformance{name: "7.3.5 close with the longest reason", bytes: closing(1000, strings.Repeat("*", 123)), want: "close 1000"},
	)
	refuse("7.3.2 half a code", frame(fin|closeFrame, "a"), 1002)
	refuse("half a code within a text", join(frame(text, asked(12)), frame(fin|closeFrame, "a")), 1002)
	refuse("7.3.6 close with too long a reason", closing(1000, strings.Repeat("*", 124)), 1002)
	refuse("7.5.1 reason that is not UTF-8", closing(1000, "κόσμε\xed\xa0\x80edited"), 1002)
	refuse("close in pieces", frame(closeFrame, "\x03\xe8"), 1002)
	for _, code := range []int{1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999} {
		add(conformance{name: fmt.Sprint("7.7 code ", code), bytes: closing(code, ""), want: fmt.Sprint("close ", code)})
	}
	for _, code := range []int{0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535} {
		refuse(fmt.Sprint("7.9 code ", code), closing(code, ""), 1002)
	}
	// 10: pieces as middleboxes make them
	add(byItself("10.1 30,000 bytes in pieces of 1,300", pieces(text, asked(30_000), 1300), "beat"))
	// 12 and 13: compression, under each offer that a client may make
	for _, offer := range []string{
		"permessage-deflate", noContext, "permessage-deflate; client_max_window_bits", "permessage-deflate; server_max_window_bits=10; client_max_window_bits, permessage-deflate",
	} {
		with := func(c ...conformance) {
			for _, c := range c {
				c.name, c.extensions = c.name+" under "+offer, offer
				add(c)
			}
		}
		whole := string(deflated([]byte(asked(20_000))))
		with(
			byItself("12 deflated", frame(fin|rsv1|text, whole), "beat"),
			byItself("12 deflated in pieces", pieces(rsv1|text, whole, 7), "beat"),
			byItself("12 deflated twice", join(frame(fin|rsv1|text, whole), frame(fin|rsv1|text, whole)), "beat beat"),
			byItself("12 not deflated", frame(fin|text, asked(200)), "beat"),
			byItself("12 stored", frame(fin|rsv1|text, "\x00\x0c\x00\xf3\xff"+asked(12)+"\x00"), "beat"),
			byItself("12 final block", frame(fin|rsv1|text, string(finished([]byte(asked(300))))), "beat"),
			byItself("12 a ping between", pieces(rsv1|text, whole, len(whole)-1, frame(fin|ping, "p")), `pong "p" beat`),
		)
		for name, b := range map[string][]byte{
			"12 a reserved bit on a piece":    join(frame(rsv1|text, whole[:5]), frame(fin|rsv1|continuation, whole[5:])),
			"12 a deflated ping":              frame(fin|rsv1|ping, ""),
			"12 a second reserved bit":        frame(fin|rsv1|rsv2|text, whole),
			"12 nonsense instead of a stream": frame(fin|rsv1|text, "\xff\xff\xff\xff nonsense"),
		} {
			with(conformance{name: name, bytes: b, want: "close 1002"})
		}
		with(
			conformance{name: "12 deflated binary", bytes: frame(fin|rsv1|binaryFrame, whole), want: "close 1003"},
			conformance{name: "12 deflated text that is not UTF-8", bytes: frame(fin|rsv1|text, string(deflated([]byte("\xff\xfe")))), want: "close 1007"},
			conformance{name: "12 deflated beyond what is read", bytes: frame(fin|rsv1|text, string(deflated([]byte(asked(protocol.MaxMessage+1))))), want: "close 1009"},
		)
	}
	// What the suite has not: lengths.
	mask := []byte{0, 0, 0, 0}
	refuse("length of 2^63", join([]byte{fin | text, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0}, mask), 1002)
	refuse("length of 2^64-1", join([]byte{fin | text, 0xff}, bytes.Repeat([]byte{0xff}, 8), mask), 1002)
	refuse("length of 2^63-1", join([]byte{fin | text, 0xff, 0x7f}, bytes.Repeat([]byte{0xff}, 7), mask), 1009)
	refuse("length of 4 GiB", join([]byte{fin | text, 0xff, 0, 0, 0, 1, 0, 0, 0, 0}, mask), 1009)
	refuse("short length in two bytes", join([]byte{fin | text, 0xfe, 0, 12}, mask, []byte(asked(12))), 1002)
	refuse("short length in eight bytes", join([]byte{fin | text, 0xff, 0, 0, 0, 0, 0, 0, 0, 12}, mask, []byte(asked(12))), 1002)
	refuse("ping with a long length", join([]byte{fin | ping, 0xfe, 0, 1}, mask, []byte("x")), 1002)
	refuse("not masked", append([]byte{fin | text, 12}, asked(12)...), 1002)
	refuse("ping that is not masked", []byte{fin | ping, 0}, 1002)
	refuse("close that is not masked", []byte{fin | closeFrame, 2, 3, 0xe8}, 1002)
	refuse("HTTP", []byte("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), 1002)
	return list
}

func finished(b []byte) []byte {
	var out bytes.Buffer
	w, err := flate.NewWriter(&out, 9)
	if err != nil {
		panic(err)
	}
	if _, err := w.Write(b); err != nil {
		panic(err)
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return append(out.Bytes(), 0)
}

// Every case of the suite ends as it must, and none leaves anything behind.
func TestConformance(t *testing.T) {
	w := newTown(t, 2, live.Options{Limits: live.Limits{PerPerson: -1, Messages: -1}})
	cases := conformanceCases()
	t.Logf("%d cases", len(cases))
	slices.SortFunc(cases, func(a, b conformance) int { return strings.Compare(a.name, b.name) })
	run := func(c conformance) {
		conn, r := w.raw("p1", c.extensions, "")
		defer conn.Close()
		step := len(c.bytes)
		if c.chopped {
			step = 1
		}
		for at := 0; at < len(c.bytes); at += step {
			if _, err := conn.Write(c.bytes[at:min(len(c.bytes), at+step)]); err != nil {
				break // the server has closed: what it said shows why
			}
		}
		if got := strings.Join(heard(t, conn, r), " "); got != c.want {
			t.Errorf("%s: heard %s, want %s", c.name, got, c.want)
		}
	}
	var first, after runtime.MemStats
	for round := range 2 {
		for _, c := range cases {
			run(c)
		}
		eventually(t, "all sockets gone", func() bool { return w.hub.Sockets() == 0 })
		runtime.GC()
		runtime.GC() // what pools keep goes with the second
		if round == 0 {
			runtime.ReadMemStats(&first)
		}
	}
	runtime.ReadMemStats(&after)
	if grown := int64(after.HeapAlloc) - int64(first.HeapAlloc); grown > int64(len(cases))*2<<10 {
		t.Errorf("%d cases left %d bytes behind", len(cases), grown)
	}
}

// Two hundred peers that each withhold the end of what they have begun take at
// most what a message of full length takes, whatever they announce.
func TestUnfinishedTakesLittleMemory(t *testing.T) {
	const peers = 200
	w := newTown(t, 2, live.Options{Limits: live.Limits{PerPerson: -1}})
	for name, b := range map[string][]byte{
		"a header":               {fin | text},
		"an announced length":    frame(fin|text, asked(protocol.MaxMessage))[:14],
		"all but the last":       frame(fin|text, asked(protocol.MaxMessage))[:protocol.MaxMessage],
		"a bomb without its end": frame(rsv1|text, string(deflated(make([]byte, 30_000)))),
		"a ping's header":        frame(fin|ping, strings.Repeat("x", 125))[:5],
	} {
		var before, during runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		var conns []net.Conn
		for range peers {
			conn, _ := w.raw("p1", noContext, "")
			if _, err := conn.Write(b); err != nil {
				t.Fatal(err)
			}
			conns = append(conns, conn)
		}
		time.Sleep(100 * time.Millisecond) // for the server to read
		runtime.GC()
		runtime.ReadMemStats(&during)
		each := (int64(during.HeapAlloc+during.StackInuse) - int64(before.HeapAlloc+before.StackInuse)) / peers
		t.Logf("%s: %d bytes each, with the client's own", name, each)
		if each > 96<<10 {
			t.Errorf("%s takes %d bytes of each peer", name, each)
		}
		for _, c := range conns {
			c.Close()
		}
		eventually(t, "all sockets gone", func() bool { return w.hub.Sockets() == 0 })
	}
}

// A close frame that the reference client's library reads has the reason, too.
func TestBrokenFrameIsExplained(t *testing.T) {
	t.Parallel()
	w := newTown(t, 2, live.Options{})
	ws := w.wire("p1")
	if _, err := ws.NetConn().Write([]byte{fin | text, 12}); err != nil {
		t.Fatal(err)
	}
	_, _, err := ws.ReadMessage()
	if !websocket.IsCloseError(err, protocol.CloseProtocol) || !strings.Contains(err.Error(), "not masked") {
		t.Errorf("closed with %v", err)
	}
}
