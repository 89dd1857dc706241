// Package protocol is what goes over a live socket, subprotocol "veche.v1":
// the messages, their JSON, and the close codes. Server, reference client and
// tests share it; the browser follows the same page.
//
// A client frame is one JSON object, a server frame an array of messages, both
// as websocket text. Sequence numbers are the topic's; an epoch is one life of
// its log in a server, and where it differs nothing that a client holds may be
// continued.
//
// # Keeping up
//
// A client keeps, for each room, the epoch and the seq of the last event it
// has seen. An [Events] continues it if prev equals that seq; if its last is
// not beyond that seq it is old news and ignored; otherwise something is
// missing and the client joins again with what it has. A [Reset] replaces all
// that it holds of the room. A [Beat] names the room's top as of what was sent
// before it: a client that is behind it joins again.
//
// What many read is made once for all, so a remark never says here whether it
// is the reader's own: the client compares its author with that of [Joined].
//
// # Sending
//
// A [Say] is answered by [Ack] once it is on disk, or by [Refused]. A client
// that hears neither sends it again with the same id: that counts once, and is
// acknowledged the same.
package protocol

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"veche/server/journal"
)

// Version is the websocket subprotocol.
const Version = "veche.v1"

// MaxMessage is the most bytes of a client's message, decompressed: the longest
// remark with every character escaped fits.
const MaxMessage = 32 << 10

// The close codes. From 4000 on, a client may connect again after 4008 only
// (and resume); before, after 1001, 1006 and 1012.
const (
	CloseBye        = 1000
	CloseGoingAway  = 1001
	CloseProtocol   = 1002
	CloseBinary     = 1003 // messages are text
	CloseInvalid    = 1007 // not UTF-8
	CloseTooBig     = 1009
	CloseRestart    = 1012 // reason "retry_ms=N": connect again after a random time up to N
	CloseSignedOut  = 4001
	CloseForbidden  = 4003
	CloseSlow       = 4008
	CloseTooMany    = 4009
	RetryHintPrefix = "retry_ms="
)

// Position is a room with what a client has seen of it; epoch 0 is nothing.
type Position struct {
	Room  uint32 `json:"room"`
	Epoch uint64 `json:"epoch"`
	Last  uint64 `json:"last"`
}

// Join enters a topic's rooms, instead of all that the socket was in before.
// Without rooms it is the main hall and one's own table.
type Join struct {
	T     string     `json:"t"` // "join"
	Topic string     `json:"topic"`
	Rooms []Position `json:"rooms"`
}

// MaxRooms is the most rooms of a [Join].
const MaxRooms = 64

// Say posts a remark.
type Say struct {
	T       string `json:"t"`  // "say"
	ID      string `json:"id"` // a uuid made by the client
	Room    uint32 `json:"room"`
	Text    string `json:"text"`
	ReplyTo uint32 `json:"reply_to"`
}

// Leave leaves the topic.
type Leave struct {
	T string `json:"t"` // "leave"
}

// Ping asks for a [Beat].
type Ping struct {
	T string `json:"t"` // "ping"
}

// Decode reads a client's message: a [Join], [Say], [Leave] or [Ping]. It takes
// no unknown, repeated or differently cased field, nothing after the object,
// and no number out of range. The error is a sentence for the sender.
func Decode(b []byte) (any, error) {
	if err := checkFields(b); err != nil {
		return nil, err
	}
	var kind struct {
		T string `json:"t"`
	}
	if err := json.Unmarshal(b, &kind); err != nil {
		return nil, explain(err)
	}
	switch kind.T {
	case "join":
		m, err := strict[Join](b)
		if err == nil && len(m.Rooms) > MaxRooms {
			err = fmt.Errorf("a join has at most %d rooms, not %d", MaxRooms, len(m.Rooms))
		}
		return m, err
	case "say":
		m, err := strict[Say](b)
		if err == nil && !validUUID(m.ID) {
			err = errors.New("the field id must be a uuid, such as crypto.randomUUID gives")
		}
		return m, err
	case "leave":
		return strict[Leave](b)
	case "ping":
		return strict[Ping](b)
	}
	return nil, fmt.Errorf("the field t must be join, say, leave or ping, not %.20q", kind.T)
}

func strict[T any](b []byte) (T, error) {
	var m T
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&m); err != nil {
		return m, explain(err)
	}
	return m, nil
}

// maxDepth is how deep a client's JSON may nest; a join has three levels.
const maxDepth = 4

// checkFields walks the JSON: one object and nothing after it, no name twice
// in an object, none with capitals (which encoding/json would let pass for
// another), no deep nesting.
func checkFields(b []byte) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	type level struct {
		names map[string]bool // nil in an array
		value bool            // the next token is a value
	}
	var open []level
	for {
		token, err := d.Token()
		if err != nil {
			return explain(err)
		}
		delim, isDelim := token.(json.Delim)
		if len(open) == 0 && token != json.Delim('{') {
			return errors.New("a message is a JSON object")
		}
		if n := len(open); n > 0 && open[n-1].names != nil && (!isDelim || delim != '}') {
			at := &open[n-1]
			if !at.value {
				name := token.(string) // the decoder takes nothing else here
				if at.names[name] {
					return fmt.Errorf("the field %.40q stands twice", name)
				}
				if strings.ToLower(name) != name {
					return fmt.Errorf("there is no field %.40q", name)
				}
				at.names[name], at.value = true, true
				continue
			}
			at.value = false
		}
		if !isDelim {
			continue
		}
		switch delim {
		case '{':
			open = append(open, level{names: map[string]bool{}})
		case '[':
			open = append(open, level{})
		default:
			open = open[:len(open)-1]
		}
		if len(open) > maxDepth {
			return errors.New("the JSON nests too deep")
		}
		if len(open) == 0 {
			break
		}
	}
	if _, err := d.Token(); err != io.EOF {
		return errors.New("there is something after the JSON object: send one object a frame")
	}
	return nil
}

// explain says what is wrong with JSON without Go's words for types.
func explain(err error) error {
	var wrong *json.UnmarshalTypeError
	switch {
	case errors.As(err, &wrong):
		return fmt.Errorf("the field %q can't be %s", wrong.Field, wrong.Value)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("the JSON is not complete")
	}
	return errors.New(strings.TrimPrefix(err.Error(), "json: "))
}

// validUUID says that s is 8-4-4-4-12 hexadecimal digits.
func validUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		switch i {
		case 8, 13, 18, 23:
			if c != '-' {
				return false
			}
		default:
			if (c < '0' || c > '9') && (c < 'a' || c > 'f') && (c < 'A' || c > 'F') {
				return false
			}
		}
	}
	return true
}

// Joined answers a [Join], or tells that the rooms have changed since. Number
// and Role are the author of one's own remarks; Number is 0 for someone whom
// the topic does not know yet.
type Joined struct {
	T      string   `json:"t"` // "joined"
	Topic  string   `json:"topic"`
	Epoch  uint64   `json:"epoch"`
	Rooms  []uint32 `json:"rooms"`
	Number uint64   `json:"number"`
	Role   string   `json:"role"`
}

// Reset replaces what a client holds of a room: its newest remarks, oldest
// first. More says that there are older ones.
type Reset struct {
	T       string           `json:"t"` // "reset"
	Room    uint32           `json:"room"`
	Epoch   uint64           `json:"epoch"`
	Last    uint64           `json:"last"`
	More    bool             `json:"more"`
	Remarks []journal.Remark `json:"remarks"`
}

// Events continues a room. Prev is the seq of the room's event before these.
type Events struct {
	T      string  `json:"t"` // "events"
	Room   uint32  `json:"room"`
	Epoch  uint64  `json:"epoch"`
	Prev   uint64  `json:"prev"`
	Last   uint64  `json:"last"`
	Events []Event `json:"events"`
}

// Event is a new remark (E "remark", with its fields) or one whose text is not
// shown any more (E "removed").
type Event struct {
	E string `json:"e"`
	*journal.Remark
	Gone   uint32 `json:"remark,omitempty"`
	Reason string `json:"reason,omitempty"`
}

// Ack says that a [Say] is on disk, as that remark.
type Ack struct {
	T      string `json:"t"` // "ack"
	ID     string `json:"id"`
	Epoch  uint64 `json:"epoch"`
	Seq    uint64 `json:"seq"`
	Remark uint64 `json:"remark"`
}

// Refused says what is wrong with the message of that id, "" for a message
// without one.
type Refused struct {
	T       string  `json:"t"` // "problem"
	ID      string  `json:"id"`
	Problem Problem `json:"problem"`
}

// Problem is an RFC 9457 problem in short. With code "retry" or "rate-limited"
// the same message may be sent again later.
type Problem struct {
	Code   string `json:"code"`
	Title  string `json:"title"`
	Detail string `json:"detail"`
}

// Beat comes every 15 s with the top seq of each room that one is in.
type Beat struct {
	T     string      `json:"t"` // "beat"
	Epoch uint64      `json:"epoch"`
	Tops  [][2]uint64 `json:"tops"` // room, seq
}

// Presence is how many people are in a room now.
type Presence struct {
	T    string `json:"t"` // "presence"
	Room uint32 `json:"room"`
	Here int    `json:"here"`
}

// Stage says that the topic moved to a stage.
type Stage struct {
	T          string `json:"t"` // "stage"
	StageIndex int32  `json:"stage_index"`
}

// Board says that the topic changed outside its rooms: fetch again what is
// shown of it.
type Board struct {
	T   string `json:"t"` // "board"
	Seq uint64 `json:"seq"`
}

// Message is any server message, for reading; T says which.
type Message struct {
	T          string           `json:"t"`
	Topic      string           `json:"topic"`
	Epoch      uint64           `json:"epoch"`
	Rooms      []uint32         `json:"rooms"`
	Number     uint64           `json:"number"`
	Role       string           `json:"role"`
	Room       uint32           `json:"room"`
	Prev       uint64           `json:"prev"`
	Last       uint64           `json:"last"`
	More       bool             `json:"more"`
	Remarks    []journal.Remark `json:"remarks"`
	Events     []Event          `json:"events"`
	ID         string           `json:"id"`
	Seq        uint64           `json:"seq"`
	Remark     uint64           `json:"remark"`
	Problem    Problem          `json:"problem"`
	Tops       [][2]uint64      `json:"tops"`
	Here       int              `json:"here"`
	StageIndex int32            `json:"stage_index"`
}
