package nats

import (
	"encoding/binary"
	"errors"

	"veche/server/bus"
)

// A message on the wire is a version, a kind, the publisher's run, and either
// one batch or how far each topic of the publisher has come.
const (
	wireVersion = 1
	kindBatch   = 1
	kindBeat    = 2

	runSize = 16
	// mostBeats is how many topics one heartbeat names; more take several.
	mostBeats = 500
)

// run tells one publisher from all others, and from itself before a restart.
type run [runSize]byte

// beat says how far a topic has come: count is how many messages of it this
// publisher has published.
type beat struct {
	topic string
	epoch uint64
	last  uint64
	count uint64
}

// packet is what one message on the wire says.
type packet struct {
	from  run
	batch *bus.Message // without its payload
	count uint64       // of the batch
	whole bool         // the payload is there
	body  []byte       // the payload
	beats []beat
}

var errWire = errors.New("message is not of this bus")

func appendHead(b []byte, from run, kind byte) []byte {
	return append(append(b, wireVersion, kind), from[:]...)
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func appendNumbers(b []byte, values ...uint64) []byte {
	for _, v := range values {
		b = binary.AppendUvarint(b, v)
	}
	return b
}

// encodeBatch writes a batch; a nil body is left out, to be read in the log.
func encodeBatch(from run, m bus.Message, count uint64, body []byte) []byte {
	b := appendHead(make([]byte, 0, len(body)+len(m.Topic)+64), from, kindBatch)
	b = appendText(b, m.Topic)
	b = appendNumbers(b, m.Epoch, m.First, m.Last, count)
	if body == nil {
		return append(b, 0)
	}
	return append(append(b, 1), body...)
}

func encodeBeats(from run, beats []beat) []byte {
	b := appendHead(nil, from, kindBeat)
	b = appendNumbers(b, uint64(len(beats)))
	for _, t := range beats {
		b = appendText(b, t.topic)
		b = appendNumbers(b, t.epoch, t.last, t.count)
	}
	return b
}

// decode reads a message; it may hold anything.
func decode(b []byte) (packet, error) {
	var p packet
	if len(b) < 2+runSize || b[0] != wireVersion {
		return p, errWire
	}
	kind := b[1]
	copy(p.from[:], b[2:])
	r := reader{rest: b[2+runSize:]}
	switch kind {
	case kindBatch:
		m := bus.Message{Topic: r.text(), Epoch: r.number(), First: r.number(), Last: r.number()}
		p.count = r.number()
		if len(r.rest) == 0 || r.bad || m.Topic == "" || p.count == 0 || r.rest[0] > 1 || r.rest[0] == 0 && len(r.rest) > 1 {
			return p, errWire
		}
		p.batch, p.whole, p.body = &m, r.rest[0] == 1, r.rest[1:]
		return p, nil
	case kindBeat:
		n := r.number()
		if n > mostBeats {
			return p, errWire
		}
		for range n {
			p.beats = append(p.beats, beat{topic: r.text(), epoch: r.number(), last: r.number(), count: r.number()})
			if r.bad || p.beats[len(p.beats)-1].topic == "" {
				return p, errWire
			}
		}
		if r.bad || len(r.rest) > 0 {
			return p, errWire
		}
		return p, nil
	}
	return p, errWire
}

// reader takes fields off the front; once one is missing, bad stays set.
type reader struct {
	rest []byte
	bad  bool
}

func (r *reader) number() uint64 {
	v, n := binary.Uvarint(r.rest)
	if n <= 0 {
		r.bad, r.rest = true, nil
		return 0
	}
	r.rest = r.rest[n:]
	return v
}

func (r *reader) text() string {
	n := r.number()
	if n > uint64(len(r.rest)) {
		r.bad, r.rest = true, nil
		return ""
	}
	s := string(r.rest[:n])
	r.rest = r.rest[n:]
	return s
}
