package nats

import (
	"slices"
	"testing"

	"veche/server/bus"
)

func FuzzDecode(f *testing.F) {
	from := run{1, 2, 3}
	f.Add(encodeBatch(from, bus.Message{Topic: "t", Epoch: 1, First: 5, Last: 9}, 3, []byte("payload")))
	f.Add(encodeBatch(from, bus.Message{Topic: "t", Epoch: 1 << 40, First: 10, Last: 9}, 1, nil))
	f.Add(encodeBeats(from, []beat{{"t", 1, 9, 3}, {"тема", 2, 0, 1}}))
	f.Add(encodeBeats(from, nil))
	f.Add([]byte{wireVersion, kindBeat})
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := decode(b)
		if err != nil {
			return
		}
		var again []byte
		switch {
		case p.batch != nil && p.whole:
			again = encodeBatch(p.from, *p.batch, p.count, p.body)
		case p.batch != nil:
			again = encodeBatch(p.from, *p.batch, p.count, nil)
		default:
			again = encodeBeats(p.from, p.beats)
		}
		q, err := decode(again)
		if err != nil || q.from != p.from || q.count != p.count || q.whole != p.whole || string(q.body) != string(p.body) || !slices.Equal(q.beats, p.beats) {
			t.Fatalf("%+v came back as %+v, %v", p, q, err)
		}
	})
}
