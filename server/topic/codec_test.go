package topic

import (
	"bytes"
	"encoding/binary"
	"os"
	"reflect"
	"runtime"
	"strings"
	"testing"
)

// seeds gives a fuzz test the golden log's parts.
func seeds(f *testing.F, add func(log []byte, events [][]byte, s *State)) {
	log, err := os.ReadFile(goldenLog)
	if err != nil {
		f.Fatal(err)
	}
	var events [][]byte
	s := NewState()
	err = ReadBatch(log, 1, func(seq uint64, b []byte) error {
		e, err := DecodeEvent(b, seq)
		if err == nil {
			events = append(events, b)
			s.Apply(&e)
		}
		return err
	})
	if err != nil {
		f.Fatal(err)
	}
	add(log, events, s)
}

// What decodes is canonical: it re-encodes to the same bytes.
func FuzzDecodeEvent(f *testing.F) {
	seeds(f, func(_ []byte, events [][]byte, _ *State) {
		for _, b := range events {
			f.Add(b)
		}
	})
	f.Fuzz(func(t *testing.T, b []byte) {
		var e Event
		var err error
		frugal(t, len(b), func() { e, err = DecodeEvent(b, 1) })
		if err != nil {
			return
		}
		if again := e.AppendTo(nil); !bytes.Equal(again, b) {
			t.Fatalf("%x decodes as %s and re-encodes to %x", b, e.Kind(), again)
		}
		if e.Summary() == "" {
			t.Error("the event has no summary")
		}
	})
}

func FuzzDecodeBatch(f *testing.F) {
	seeds(f, func(log []byte, _ [][]byte, _ *State) { f.Add(log); f.Add(log[:len(log)/2]) })
	f.Fuzz(func(t *testing.T, b []byte) {
		var events []Event
		var err error
		frugal(t, len(b), func() { events, err = DecodeBatch(b, 7) })
		if err != nil {
			return
		}
		for i := range events {
			if events[i].Seq != 7+uint64(i) {
				t.Fatalf("event %d has seq %d", i, events[i].Seq)
			}
		}
		if again := AppendBatch(nil, events); !bytes.Equal(again, b) {
			t.Fatalf("%x re-encodes to %x", b, again)
		}
	})
}

// A snapshot that is read is whole: it re-encodes, and the state can be asked
// and folded on.
func FuzzReadSnapshot(f *testing.F) {
	seeds(f, func(_ []byte, _ [][]byte, s *State) {
		f.Add(s.AppendSnapshot(nil))
		f.Add(NewState().AppendSnapshot(nil))
		sc := newScene(f)
		sc.debate()
		f.Add(sc.state.AppendSnapshot(nil))
	})
	f.Fuzz(func(t *testing.T, b []byte) {
		var s *State
		var err error
		frugal(t, len(b), func() { s, err = ReadSnapshot(b) })
		if err != nil {
			return
		}
		if again := s.AppendSnapshot(nil); !bytes.Equal(again, b) {
			t.Fatalf("re-encodes to other bytes:\n%x\n%x", b, again)
		}
		s.Counts()
		for n := range s.Applications {
			s.Participant(uint64(n + 1))
			s.Number(uint64(n + 1))
		}
		for n := range s.Ideas {
			s.Board.Cluster(uint32(n + 1))
		}
		for _, o := range s.Board.Operations {
			_ = s.CanUndo(o.Seq) // either answer will do
		}
	})
}

// frugal fails where f takes much more memory than its input has bytes.
func frugal(t *testing.T, n int, f func()) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	if got, limit := after.TotalAlloc-before.TotalAlloc, uint64(1<<20+200*n); got > limit {
		t.Errorf("%d bytes of input took %d bytes of memory, want at most %d", n, got, limit)
	}
}

// Bytes that an encoder of another mind would write are refused.
func TestDecodeEventRefuses(t *testing.T) {
	vote := Event{Time: 5, Actor: Actor{RoleBallot, 3}, Body: &Voted{Item: 2, Value: Agree}}
	good := vote.AppendTo(nil)
	if _, err := DecodeEvent(good, 1); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name  string
		bytes []byte
		says  string
	}{
		{"nothing", nil, "format version"},
		{"another format", append([]byte{2}, good[1:]...), "format version"},
		{"cut short", good[:len(good)-1], "voted"},
		{"too long", append(bytes.Clone(good), 0), "left over"},
		{"no kind 0", replaced(good, 1, 0), "unknown kind 0"},
		{"a kind of the future", append(append(bytes.Clone(good[:1]), 0xC8, 0x01), good[2:]...), "unknown kind 200"},
		{"the first kind that is none", append(binary.AppendUvarint(bytes.Clone(good[:1]), uint64(len(current))), good[2:]...), "unknown kind"},
		{"a version of the future", replaced(good, 2, 3), "unknown version 3"},
		{"a role that is none", replaced(good, 4, byte(len(roleNames))), "unknown role"},
		{"a long zero", append(append(bytes.Clone(good[:1]), 0x9A, 0x00), good[2:]...), "header"},
		{"a value beyond its type", append(append(bytes.Clone(good[:len(good)-4]), 0x81, 2), good[len(good)-3:]...), "Value"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := DecodeEvent(c.bytes, 9)
			if err == nil {
				t.Fatalf("%x was read", c.bytes)
			}
			if !strings.Contains(err.Error(), "event 9") || !strings.Contains(err.Error(), c.says) {
				t.Errorf("the error %q does not say where and what (%q)", err, c.says)
			}
		})
	}
}

func replaced(b []byte, at int, v byte) []byte {
	b = bytes.Clone(b)
	b[at] = v
	return b
}

// A list that claims to be longer than its bytes is refused before it is made.
func TestLongListIsRefusedUnmade(t *testing.T) {
	b := (&Event{Time: 5, Actor: Actor{RolePlanner, 1}, Body: &PeopleImported{Import: 1}}).AppendTo(nil)
	b = binary.AppendUvarint(b[:len(b)-1], 1<<20)
	b = append(b, make([]byte, 1<<20)...) // a byte each, where each needs 48
	frugal(t, len(b)/200, func() {
		if _, err := DecodeEvent(b, 1); err == nil {
			t.Error("read")
		}
	})
}

// Every exported field of an event's body is of a kind that the codec writes,
// and no body hides one.
func TestBodiesHaveCanonicalFields(t *testing.T) {
	for k, s := range current {
		if s.fresh == nil {
			if k != 0 && Kind(k) <= KindProposalProgressed { // later ones are given out in blocks
				t.Errorf("kind %d has no schema", k)
			}
			continue
		}
		body := reflect.TypeOf(s.fresh()).Elem()
		for i := range body.NumField() {
			if !body.Field(i).IsExported() {
				t.Errorf("%s.%s is not in the bytes", body.Name(), body.Field(i).Name)
			}
		}
		e := Event{Body: s.fresh()}
		if e.Kind() != Kind(k) {
			t.Errorf("%s says it is a %s, its schema stands at %s", body.Name(), e.Kind(), Kind(k))
		}
		if _, err := DecodeEvent(e.AppendTo(nil), 1); err != nil {
			t.Errorf("an empty %s: %v", Kind(k), err)
		}
	}
}

// What is stored beside the log: rows of the pool, digests, weights of a draw.
func FuzzParts(f *testing.F) {
	f.Add([]byte(`{"answers":{"district":"Hill"},"interests":["a"]}`))
	f.Add([]byte(`1.25`))
	f.Add([]byte(strings.Repeat("ab", 32)))
	f.Fuzz(func(t *testing.T, b []byte) {
		if r, err := ParseRow(b); err == nil {
			if again, err := ParseRow(r.Bytes()); err != nil || !bytes.Equal(again.Bytes(), r.Bytes()) {
				t.Fatalf("the row %s reads back as %s: %v", r.Bytes(), again.Bytes(), err)
			}
		}
		if d, err := ParseDigest(string(b)); err == nil && !strings.EqualFold(d.String(), string(b)) {
			t.Fatalf("%q is read as %v", b, d)
		}
		var w Weight
		if w.UnmarshalJSON(b) == nil && w > 100*100 {
			t.Fatalf("%q is read as the weight %d", b, w)
		}
	})
}
