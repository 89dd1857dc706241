package protocol

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Decode reads a client's message: a [Join], [Say], [Do],
// [Leave] or [Ping]. It takes
// no unknown, repeated or differently cased field, nothing after the object,
// and no number out of range. The error is a sentence for the sender.
func Decode(b []byte) (any, error) {
	if err := checkFields(b); err != nil {
		return nil, err
	}
	var kind struct {
		T string `json:"t" class:"none"`
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
			err = errNoUUID
		}
		return m, err
	case "do":
		m, err := strict[Do](b)
		switch {
		case err != nil:
		case !validUUID(m.ID):
			err = errNoUUID
		case !slices.Contains(Whats, m.What):
			err = fmt.Errorf("the field what must be %s, not %.20q", strings.Join(Whats, ", "), m.What)
		case m.Reaction != "" && !slices.Contains(Reactions[:], m.Reaction):
			err = fmt.Errorf("the field reaction must be %s or empty, not %.20q", strings.Join(Reactions[:], ", "), m.Reaction)
		}
		return m, err
	case "leave":
		return strict[Leave](b)
	case "ping":
		return strict[Ping](b)
	}
	return nil, fmt.Errorf("the field t must be join, say, do, leave or ping, not %.20q", kind.T)
}

var errNoUUID = errors.New("the field id must be a uuid, such as crypto.randomUUID gives")

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
