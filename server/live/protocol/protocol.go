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
// Whatever happens in a room moves its seq, remarks or not. What is not a remark
// is told by what has become of it: the whole [journal.Floor], and the counts of
// the remarks that got reactions, once for all that came since the last frame.
// Whoever joins gets the floor of each room, with nothing else where nothing was
// missed. A floor has a Last of its own: it may know more than the frame brings,
// and what comes later with a seq up to it is counted in it already.
//
// A main hall that goes faster than its topic's rate brings a choice of remarks
// and says how many it left out (Skipped): they are to be read as pages. What is
// removed is never left out.
//
// What many read is made once for all, so a remark never says here whether it
// is the reader's own: the client compares its author with that of [Joined].
//
// # Sending
//
// A [Say] is answered by [Ack] once it is on disk, or by [Refused]. A client
// that hears neither sends it again with the same id: that counts once, and is
// acknowledged the same. The same holds for a [Do].
package protocol

//go:generate go test -run TestBrowserTypes -update .

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
	CloseLate       = 1008 // a message did not come to its end in time
	CloseTooBig     = 1009
	CloseRestart    = 1012 // reason "retry_ms=N": connect again after a random time up to N
	CloseSignedOut  = 4001
	CloseForbidden  = 4003
	CloseSlow       = 4008
	CloseTooMany    = 4009
	RetryHintPrefix = "retry_ms="
)
