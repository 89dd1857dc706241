package protocol

import "veche/server/journal"

// Joined answers a [Join], or tells that the rooms or the table have changed since. Number
// and Role are the author of one's own remarks; Number is 0 for someone whom
// the topic does not know yet.
type Joined struct {
	T      string   `json:"t" ts:"'joined'" class:"none"`
	Topic  string   `json:"topic" class:"none"`
	Epoch  uint64   `json:"epoch"`
	Rooms  []uint32 `json:"rooms"`
	Number uint64   `json:"number"`
	Role   string   `json:"role" class:"pseudonym"`
	As     string   `json:"as,omitempty" class:"account"` // names the person to their own browser alone
	Table  uint32   `json:"table,omitempty"`              // where one sits, 0 for nowhere
	Now    int64    `json:"now"`                          // the server's clock, Unix milliseconds
	// Reacted are one's own reactions to the newest remarks of the rooms: remark,
	// and the kind as its place in [Reactions], from 1.
	Reacted [][2]uint32 `json:"reacted,omitempty"`
}

// Reset replaces what a client holds of a room: its newest remarks, oldest
// first. More says that there are older ones.
type Reset struct {
	T       string           `json:"t" ts:"'reset'" class:"none"`
	Room    uint32           `json:"room"`
	Epoch   uint64           `json:"epoch"`
	Last    uint64           `json:"last"`
	More    bool             `json:"more"`
	Remarks []journal.Remark `json:"remarks"`
	Floor   *journal.Floor   `json:"floor,omitempty"`
}

// Events continues a room. Prev is the seq of the room's event before these.
type Events struct {
	T      string  `json:"t" ts:"'events'" class:"none"`
	Room   uint32  `json:"room"`
	Epoch  uint64  `json:"epoch"`
	Prev   uint64  `json:"prev"`
	Last   uint64  `json:"last"`
	Events []Event `json:"events" ts:"(RemarkEvent | RemovedEvent)[]"`
	// Floor is what goes on in the room by now, when it has changed.
	Floor *journal.Floor `json:"floor,omitempty"`
	// Reactions are remarks whose reactions have changed, with how many there are
	// of each of [Reactions] now.
	Reactions [][1 + len(Reactions)]uint32 `json:"reactions,omitempty"`
	// Skipped is how many remarks were left out, because they came too fast.
	Skipped uint32 `json:"skipped,omitempty"`
}

// Event is a new remark (E "remark", with its fields) or one whose text is not
// shown any more (E "removed").
type Event struct {
	E string `json:"e" class:"none"`
	*journal.Remark
	Gone   uint32 `json:"remark,omitempty"`
	Reason string `json:"reason,omitempty" class:"decision"`
}

// RemarkEvent is how an [Event] with a new remark is written.
type RemarkEvent struct {
	E string `json:"e" ts:"'remark'" class:"none"`
	journal.Remark
}

// RemovedEvent is how an [Event] is written that takes a remark's text away.
type RemovedEvent struct {
	E      string `json:"e" ts:"'removed'" class:"none"`
	Gone   uint32 `json:"remark"`
	Reason string `json:"reason" class:"decision"`
}

// Ack says that a [Say] or [Do] is on disk; Remark is the number of the remark,
// or what else came of it.
type Ack struct {
	T      string `json:"t" ts:"'ack'" class:"none"`
	ID     string `json:"id" class:"none"`
	Epoch  uint64 `json:"epoch"`
	Seq    uint64 `json:"seq"`
	Remark uint64 `json:"remark"`
}

// Refused says what is wrong with the message of that id, "" for a message
// without one.
type Refused struct {
	T       string  `json:"t" ts:"'problem'" class:"none"`
	ID      string  `json:"id" class:"none"`
	Problem Problem `json:"problem"`
}

// Problem is an RFC 9457 problem in short. With code "retry" or "rate-limited"
// the same message may be sent again later.
type Problem struct {
	Code   string `json:"code" class:"none"`
	Title  string `json:"title" class:"none"`
	Detail string `json:"detail" class:"none"`
}

// Beat comes every 15 s with the top seq of each room that one is in.
type Beat struct {
	T     string      `json:"t" ts:"'beat'" class:"none"`
	Epoch uint64      `json:"epoch"`
	Now   int64       `json:"now"`  // the server's clock, Unix milliseconds
	Tops  [][2]uint64 `json:"tops"` // room, seq
}

// Presence is how many people are in a room now: at a table those who sit there,
// in the main hall everyone who does not only watch.
type Presence struct {
	T    string `json:"t" ts:"'presence'" class:"none"`
	Room uint32 `json:"room"`
	Here int    `json:"here"`
}

// Stage says that the topic moved to a stage. Who fetches it does so at a random
// time within that many milliseconds, so that not all ask at once.
type Stage struct {
	T          string `json:"t" ts:"'stage'" class:"none"`
	StageIndex int32  `json:"stage_index"`
	Within     uint32 `json:"within,omitempty"`
}

// Board says that the topic changed outside its rooms: fetch again what is
// shown of it, at a random time within that many milliseconds.
type Board struct {
	T      string `json:"t" ts:"'board'" class:"none"`
	Seq    uint64 `json:"seq"`
	Within uint32 `json:"within,omitempty"`
}

// Message is any server message, for reading; T says which.
type Message struct {
	T          string                       `json:"t" class:"none"`
	Topic      string                       `json:"topic" class:"none"`
	Epoch      uint64                       `json:"epoch"`
	Rooms      []uint32                     `json:"rooms"`
	Number     uint64                       `json:"number"`
	Role       string                       `json:"role" class:"pseudonym"`
	As         string                       `json:"as" class:"account"`
	Room       uint32                       `json:"room"`
	Prev       uint64                       `json:"prev"`
	Last       uint64                       `json:"last"`
	More       bool                         `json:"more"`
	Remarks    []journal.Remark             `json:"remarks"`
	Events     []Event                      `json:"events"`
	ID         string                       `json:"id" class:"none"`
	Seq        uint64                       `json:"seq"`
	Remark     uint64                       `json:"remark"`
	Problem    Problem                      `json:"problem"`
	Tops       [][2]uint64                  `json:"tops"`
	Here       int                          `json:"here"`
	StageIndex int32                        `json:"stage_index"`
	Within     uint32                       `json:"within"`
	Now        int64                        `json:"now"`
	Table      uint32                       `json:"table"`
	Reacted    [][2]uint32                  `json:"reacted"`
	Floor      *journal.Floor               `json:"floor"`
	Reactions  [][1 + len(Reactions)]uint32 `json:"reactions"`
	Skipped    uint32                       `json:"skipped"`
}
