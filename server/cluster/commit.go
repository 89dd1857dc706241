package cluster

import (
	"fmt"
	"reflect"

	"veche/server/bus"
	"veche/server/journal"
	"veche/server/topic"
)

// Heard is a commit of another node, as it comes from a bus.
type Heard struct{ journal.Committed }

// Codec writes commits for a bus between nodes and reads them as [Heard].
type Codec struct{}

// Encode writes a [journal.Committed].
func (Codec) Encode(payload any) ([]byte, error) {
	c, ok := payload.(journal.Committed)
	if !ok {
		return nil, fmt.Errorf("cluster: a %T is no commit", payload)
	}
	b := appendValue(nil, reflect.ValueOf(c.Reset))
	b = appendValue(b, reflect.ValueOf(topic.AppendBatch(nil, c.Events)))
	texts := make([]journal.Text, 0, len(c.Texts))
	for _, t := range c.Texts { // they have no order
		texts = append(texts, t)
	}
	return appendValue(b, reflect.ValueOf(texts)), nil
}

// Decode reads what Encode wrote; it may hold anything.
func (Codec) Decode(m bus.Message, body []byte) (any, error) {
	c := journal.Committed{Topic: m.Topic, Epoch: m.Epoch, Followed: true}
	w := wire{rest: body}
	var batch []byte
	var texts []journal.Text
	for _, part := range []any{&c.Reset, &batch, &texts} {
		if err := w.value(reflect.ValueOf(part).Elem()); err != nil {
			return nil, fmt.Errorf("cluster: a commit can't be read: %w", err)
		}
	}
	if len(batch) > 0 {
		err := topic.ReadBatch(batch, m.First, func(seq uint64, bytes []byte) error {
			e, err := topic.DecodeEvent(bytes, seq)
			c.Events = append(c.Events, e)
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("cluster: a commit can't be read: %w", err)
		}
	}
	if n := len(c.Events); n > 0 && c.Events[n-1].Seq != m.Last || n == 0 && !c.Reset {
		return nil, fmt.Errorf("cluster: a commit of topic %s does not hold what it says", m.Topic)
	}
	c.Texts = make(map[topic.Digest]journal.Text, len(texts))
	for _, t := range texts {
		c.Texts[t.Digest()] = t
	}
	return Heard{c}, nil
}
