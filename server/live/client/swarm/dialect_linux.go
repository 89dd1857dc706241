package swarm

import (
	"fmt"
	"strconv"
	"strings"

	"veche/server/live/protocol"
)

// Dialect is what a kind of server is spoken to in.
type Dialect interface {
	// request is the path of the handshake, and header lines.
	request(s *Socket) (path, header string)
	// hello is what is sent first; more says that an answer must come before
	// the socket counts as live.
	hello(s *Socket) (b []byte, more bool)
	say(s *Socket, id, text string) []byte
	read(payload []byte) []message
}

// Veche is the wire of package protocol.
type Veche struct {
	Topic   string
	Cookies []string   // a socket each
	Rooms   [][]uint32 // that each joins; none: the main hall
}

func (v *Veche) request(s *Socket) (string, string) {
	return "/live", "Origin: http://" + s.swarm.address + "\r\nCookie: " + v.Cookies[s.Index] + "\r\nSec-WebSocket-Protocol: " + protocol.Version + "\r\n"
}

func (v *Veche) rooms(i int) []uint32 {
	if len(v.Rooms) == 0 {
		return []uint32{0}
	}
	return v.Rooms[i]
}

func (v *Veche) hello(s *Socket) ([]byte, bool) {
	if s.rooms == nil {
		for _, n := range v.rooms(s.Index) {
			s.rooms = append(s.rooms, room{number: n})
		}
	}
	b := append([]byte(`{"t":"join","topic":`), strconv.Quote(v.Topic)...)
	b = append(b, `,"rooms":[`...)
	for i := range s.rooms {
		r := &s.rooms[i]
		r.joined = false
		if i > 0 {
			b = append(b, ',')
		}
		b = fmt.Appendf(b, `{"room":%d,"epoch":%d,"last":%d}`, r.number, r.Epoch, r.Last)
	}
	return append(b, "]}"...), true
}

func (v *Veche) say(s *Socket, id, text string) []byte {
	return fmt.Appendf(nil, `{"t":"say","id":"%s","room":%d,"text":"%s","reply_to":0}`, id, s.rooms[len(s.rooms)-1].number, text)
}

func (v *Veche) read(payload []byte) (list []message) {
	b := space(payload)
	if len(b) == 0 || b[0] != '[' {
		return []message{{kind: "broken"}}
	}
	for b = space(b[1:]); len(b) > 0 && b[0] == '{'; {
		var m message
		b = scan(b, func(key, v []byte) {
			switch string(key) {
			case "t":
				m.kind = unquote(v)
			case "room":
				m.room = uint32(number(v))
			case "epoch":
				m.epoch = number(v)
			case "prev":
				m.prev = number(v)
			case "last":
				m.last = number(v)
			case "seq":
				m.seq = number(v)
			case "skipped":
				m.skipped = number(v)
			case "id":
				m.id = unquote(v)
			case "problem":
				scan(v, func(key, v []byte) {
					if string(key) == "code" {
						m.code = unquote(v)
					}
				})
			case "events":
				m.said = stamps(v)
			}
		})
		if b == nil {
			return []message{{kind: "broken"}}
		}
		list = append(list, m)
		if b = space(b); len(b) > 0 && b[0] == ',' {
			b = space(b[1:])
		}
	}
	return list
}

// Bare is the wire of [Raw].
type Bare struct{}

func (Bare) request(*Socket) (string, string) { return "/", "" }

func (Bare) hello(*Socket) ([]byte, bool) { return nil, false }

// say sends what everyone is to get: a remark as long as Veche's.
func (Bare) say(_ *Socket, _, text string) []byte { return remarkLike(text) }

// remarkLike is as many bytes as the remark of that text has on Veche's wire.
func remarkLike(text string) []byte {
	return fmt.Appendf(nil, `{"e":"remark","id":100000,"seq":200000,"room":0,"author":{"number":10000,"role":"participant","mine":false},"text":"%s","removed":"","time":1700000000000,"reply_to":0}`, text)
}

func (Bare) read(payload []byte) []message {
	return []message{{kind: "live", said: stamps(payload)}}
}

// Centrifuge is the JSON wire of github.com/centrifugal/centrifuge, with one
// channel that everyone hears and may publish to.
type Centrifuge struct{}

const centrifugeChannel = "room"

func (Centrifuge) request(*Socket) (string, string) { return "/connection/websocket", "" }

func (Centrifuge) hello(*Socket) ([]byte, bool) {
	return []byte(`{"id":1,"connect":{}}` + "\n" + `{"id":2,"subscribe":{"channel":"` + centrifugeChannel + `"}}`), true
}

func (Centrifuge) say(_ *Socket, id, text string) []byte {
	n, _ := strconv.ParseUint(id[strings.LastIndexByte(id, '-')+1:], 16, 64) // [Swarm.id] made it
	return fmt.Appendf(nil, `{"id":%d,"publish":{"channel":"%s","data":%s}}`, n+10, centrifugeChannel, remarkLike(text))
}

// read takes a frame of lines: replies, which have an id, and pushes.
func (Centrifuge) read(payload []byte) (list []message) {
	b := payload
	for b = space(b); len(b) > 0; b = space(b) {
		var m message
		b = scan(b, func(key, v []byte) {
			switch string(key) {
			case "id":
				switch n := number(v); {
				case n == 2:
					m.kind = "live"
				case n >= 10:
					m.kind, m.id = "ack", fmt.Sprintf("-%x", n-10)
				}
			case "push":
				m.kind, m.said = "live", stamps(v)
			case "error":
				m.kind, m.code = "problem", string(v)
			}
		})
		if b == nil {
			return append(list, message{kind: "broken"})
		}
		list = append(list, m)
	}
	return list
}
