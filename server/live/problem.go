package live

import (
	"compress/flate"
	"context"
	"errors"
	"io"

	"veche/server/journal"
	"veche/server/live/protocol"
	"veche/server/topic"
)

var errNoTopic = topic.NewFault(topic.CodeConflict, "join a topic before you speak")

var errActs = errors.New("too many clicks at once: wait a few seconds, then try again")

var errRemarks = errors.New("you write faster than others can read: wait a few seconds, then send it again")

var errRoom = errors.New("so many write here at once that nobody can follow: wait a few seconds, then send it again")

var errOther = errors.New("another person is signed in here now: whoever wrote this has to sign in again to send it")

// titles are the problems' titles by code, as in the interface.
var titles = map[string]string{
	"forbidden":    "Not allowed",
	"not-found":    "Not found",
	"wrong-stage":  "Not possible in this step",
	"conflict":     "It has changed meanwhile",
	"invalid":      "Something is wrong with the input",
	"malformed":    "The message can't be read",
	"rate-limited": "Too many at once",
	"retry":        "Not confirmed: send it again",
	"other-person": "Somebody else is signed in here",
}

func malformed(err error) protocol.Refused { return refused("", "malformed", err.Error()) }

func refused(id, code, detail string) protocol.Refused {
	title := titles[code]
	if title == "" {
		title = code
	}
	return protocol.Refused{T: "problem", ID: id, Problem: protocol.Problem{Code: code, Title: title, Detail: detail}}
}

// refusal says err in the protocol. What is neither the domain's nor a known
// condition is not told: the client may send again, the log has the cause.
func refusal(id string, err error) protocol.Refused {
	if code := topic.CodeOf(err); code != "" {
		return refused(id, string(code), err.Error())
	}
	if errors.Is(err, errRemarks) || errors.Is(err, errActs) || errors.Is(err, errRoom) {
		return refused(id, "rate-limited", err.Error())
	}
	if errors.Is(err, errOther) {
		return refused(id, "other-person", err.Error())
	}
	if errors.Is(err, journal.ErrFull) || errors.Is(err, journal.ErrUnwritable) {
		return refused(id, "retry", "nothing can be stored at the moment, the server's disk is full or can't be written: it is sent again by itself")
	}
	if errors.Is(err, journal.ErrBusy) {
		return refused(id, "retry", journal.ErrBusy.Error())
	}
	return refused(id, "retry", journal.ErrRetry.Error())
}

// retryable says that err is a passing condition, or the client's, and no fault of
// the server.
func retryable(err error) bool {
	for _, e := range []error{journal.ErrRetry, journal.ErrClosed, errRemarks, errActs, errRoom, errOther, context.Canceled, context.DeadlineExceeded} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// corrupt says that err is about a message's compressed bytes.
func corrupt(err error) bool {
	var broken flate.CorruptInputError
	return errors.As(err, &broken) || errors.Is(err, io.ErrUnexpectedEOF)
}
