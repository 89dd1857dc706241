package swarm

import (
	"bytes"
	"strconv"
)

// message is what a measurement needs to know of one server message.
type message struct {
	kind              string // events, reset, presence, joined, ack, problem, …; "" where there is nothing to do
	room              uint32
	epoch, prev, last uint64
	id                string
	code              string  // of a problem
	seq               uint64  // of an ack
	skipped           uint64  // remarks left out
	said              []stamp // of the remarks in it
}

// stamp is the beginning of a remark's text.
type stamp struct {
	at     int64 // Unix nanoseconds
	number int
}

// mark begins the JSON of a remark's text.
const mark = `"text":"@`

// stamps finds the remarks in any JSON by their mark.
func stamps(b []byte) (found []stamp) {
	for {
		at := bytes.Index(b, []byte(mark))
		if at < 0 {
			return found
		}
		b = b[at+len(mark):]
		if s, ok := readStamp(b); ok {
			found = append(found, s)
		}
	}
}

// readStamp reads "TIME #NUMBER " at the beginning of b.
func readStamp(b []byte) (stamp, bool) {
	ns, rest, ok := digits(b)
	if !ok || !bytes.HasPrefix(rest, []byte(" #")) {
		return stamp{}, false
	}
	n, rest, ok := digits(rest[2:])
	return stamp{int64(ns), int(n)}, ok && len(rest) > 0 && rest[0] == ' '
}

// digits reads the number that b begins with.
func digits(b []byte) (n uint64, rest []byte, ok bool) {
	for len(b) > 0 && '0' <= b[0] && b[0] <= '9' && n < 1<<60 {
		n, b, ok = n*10+uint64(b[0]-'0'), b[1:], true
	}
	return n, b, ok
}

// scan calls f with each field of the object that b begins with, and answers
// what follows it; nil if b is no such object. Values are whole and not looked
// into: an object or array is answered as it stands. It takes more than JSON
// (it does not look at what stands in strings), but all JSON as it is.
func scan(b []byte, f func(key, value []byte)) []byte {
	b = space(b)
	if len(b) == 0 || b[0] != '{' {
		return nil
	}
	b = space(b[1:])
	for len(b) > 0 && b[0] != '}' {
		key, rest := value(b)
		if rest = space(rest); len(key) < 2 || key[0] != '"' || len(rest) == 0 || rest[0] != ':' {
			return nil
		}
		v, rest := value(space(rest[1:]))
		if v == nil {
			return nil
		}
		f(key[1:len(key)-1], v)
		if b = space(rest); len(b) > 0 && b[0] == ',' {
			b = space(b[1:])
		}
	}
	if len(b) == 0 {
		return nil
	}
	return b[1:]
}

func space(b []byte) []byte {
	for len(b) > 0 && (b[0] == ' ' || b[0] == '\n' || b[0] == '\t' || b[0] == '\r') {
		b = b[1:]
	}
	return b
}

// value splits b after the JSON value that it begins with; v is nil if there is
// none.
func value(b []byte) (v, rest []byte) {
	depth := 0
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '"':
			if i = closing(b, i+1); i < 0 {
				return nil, nil
			}
			if depth == 0 {
				return b[:i+1], b[i+1:]
			}
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return scalar(b, i)
			}
			if depth--; depth == 0 {
				return b[:i+1], b[i+1:]
			}
		case ',', ':', ' ', '\n', '\t', '\r':
			if depth == 0 {
				return scalar(b, i)
			}
		}
	}
	if depth > 0 {
		return nil, nil
	}
	return scalar(b, len(b))
}

// closing answers where the string ends whose content begins at i, -1 if it does
// not. It leaps from quote to quote: a swarm that read byte by byte would take
// the processor from the server that it measures.
func closing(b []byte, i int) int {
	for {
		n := bytes.IndexByte(b[i:], '"')
		if n < 0 {
			return -1
		}
		slashes := 0
		for at := i + n - 1; at >= i && b[at] == '\\'; at-- {
			slashes++
		}
		i += n
		if slashes%2 == 0 {
			return i
		}
		i++
	}
}

func scalar(b []byte, end int) (v, rest []byte) {
	if end == 0 {
		return nil, nil
	}
	return b[:end], b[end:]
}

func number(v []byte) uint64 {
	n, err := strconv.ParseUint(string(v), 10, 64)
	if err != nil {
		return 0 // of another kind: no number that matters here
	}
	return n
}

// unquote takes the quotes off a string without escapes, which all are that
// matter here.
func unquote(v []byte) string {
	if len(v) < 2 || v[0] != '"' {
		return ""
	}
	return string(v[1 : len(v)-1])
}
