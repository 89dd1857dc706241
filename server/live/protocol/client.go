package protocol

// Position is a room with what a client has seen of it; epoch 0 is nothing.
type Position struct {
	Room  uint32 `json:"room"`
	Epoch uint64 `json:"epoch"`
	Last  uint64 `json:"last"`
}

// Join enters a topic's rooms, instead of all that the socket was in before.
// Without rooms it is the main hall and one's own table.
type Join struct {
	T     string     `json:"t" ts:"'join'" class:"none"`
	Topic string     `json:"topic" class:"none"`
	Rooms []Position `json:"rooms"`
	Watch bool       `json:"watch,omitempty"` // reads along without being counted as present; without rooms it is in none
}

// MaxRooms is the most rooms of a [Join].
const MaxRooms = 64

// Say posts a remark.
type Say struct {
	T       string `json:"t" ts:"'say'" class:"none"`
	ID      string `json:"id" class:"none"` // a uuid made by the client
	Room    uint32 `json:"room"`
	Text    string `json:"text" class:"text"`
	ReplyTo uint32 `json:"reply_to"`
	As      string `json:"as,omitempty" class:"account"` // whose words they are, as [Joined] names them: another's are refused
}

// Do is what one does in a room besides speaking. A turn or step that is not the
// one that the room is at is refused: it came too late.
type Do struct {
	T        string `json:"t" ts:"'do'" class:"none"`
	ID       string `json:"id" class:"none"` // a uuid made by the client
	Room     uint32 `json:"room"`
	What     string `json:"what" ts:"What" class:"conduct"`
	Turn     uint32 `json:"turn,omitempty"`                                   // of yield and more-time
	Step     uint32 `json:"step,omitempty"`                                   // of move-on and stay
	Remark   uint32 `json:"remark,omitempty"`                                 // of react
	Reaction string `json:"reaction,omitempty" ts:"Reaction" class:"conduct"` // of react; "" takes it back
	As       string `json:"as,omitempty" class:"account"`                     // as in [Say]
}

// What a [Do] does.
const (
	Raise    = "raise" // a hand
	Lower    = "lower"
	Yield    = "yield"     // give one's turn back
	MoreTime = "more-time" // for one's turn
	MoveOn   = "move-on"   // wish the next step
	Stay     = "stay"      // take that back
	React    = "react"     // to a remark
)

// Whats are all that a [Do] can do.
var Whats = []string{Raise, Lower, Yield, MoreTime, MoveOn, Stay, React}

// Reactions are the kinds of reactions in the order in which they are counted.
var Reactions = [...]string{"agree", "insight", "unsure"}

// Leave leaves the topic.
type Leave struct {
	T string `json:"t" ts:"'leave'" class:"none"`
}

// Ping asks for a [Beat].
type Ping struct {
	T string `json:"t" ts:"'ping'" class:"none"`
}
