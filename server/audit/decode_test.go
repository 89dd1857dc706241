package audit_test

import (
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"veche/server/analysis/rehearsal"
	"veche/server/topic"
)

// tiny decodes events by what is written in testdata/format.txt alone: a line a
// kind, "number name version fields". u is a varint, i one that is zigzag coded, b
// a byte 0 or 1, s a string with its length before it, xN N bytes, [t] a list with
// its length before it, (t …) fields one after another. It knows nothing of the
// program's own types; whoever writes another needs no more than this.
type tiny struct {
	b    []byte
	text strings.Builder
	bad  bool
}

func (d *tiny) varint() (v uint64) {
	for shift := 0; ; shift += 7 {
		if len(d.b) == 0 || shift > 63 {
			d.bad = true
			return 0
		}
		c := d.b[0]
		d.b = d.b[1:]
		v |= uint64(c&0x7f) << shift
		if c < 0x80 {
			d.bad = d.bad || c == 0 && shift > 0 || shift == 63 && c > 1
			return v
		}
	}
}

func (d *tiny) take(n uint64) []byte {
	if d.bad || n > uint64(len(d.b)) {
		d.bad = true
		return nil
	}
	b := d.b[:n]
	d.b = d.b[n:]
	return b
}

// value reads one value of the type that form begins with, and answers the rest
// of form.
func (d *tiny) value(form string) (rest string) {
	switch form[0] {
	case 'u':
		fmt.Fprint(&d.text, d.varint())
	case 'i':
		v := d.varint()
		fmt.Fprint(&d.text, int64(v>>1)^-int64(v&1))
	case 'b':
		c := d.take(1)
		d.bad = d.bad || c[0] > 1
		fmt.Fprint(&d.text, !d.bad && c[0] == 1)
	case 's':
		s := d.take(d.varint())
		d.bad = d.bad || !utf8.Valid(s)
		fmt.Fprintf(&d.text, "%q", s)
	case 'x':
		end := 1
		for end < len(form) && form[end] >= '0' && form[end] <= '9' {
			end++
		}
		n, err := strconv.Atoi(form[1:end])
		d.bad = d.bad || err != nil
		d.text.WriteString(hex.EncodeToString(d.take(uint64(n))))
		return form[end:]
	case '[':
		n := d.varint()
		d.bad = d.bad || n > uint64(len(d.b))
		d.text.WriteByte('[')
		for i := uint64(0); i < n && !d.bad; i++ {
			d.value(form[1:])
			d.text.WriteByte(' ')
		}
		d.text.WriteByte(']')
		return form[len(whole(form)):]
	case '(':
		rest := form[len(whole(form)):]
		d.text.WriteByte('(')
		for form = form[1:]; form[0] != ')' && !d.bad; {
			form = strings.TrimPrefix(d.value(form), " ")
			d.text.WriteByte(' ')
		}
		d.text.WriteByte(')')
		return rest
	}
	return form[1:]
}

// whole is the first type of a form, with its brackets.
func whole(form string) string {
	depth := 0
	for i, c := range form {
		switch c {
		case '[', '(':
			depth++
		case ']', ')':
			if depth--; depth == 0 {
				return form[:i+1]
			}
		}
	}
	return form
}

// decode reads an event: format 1, kind, version, time, role, number, client, then
// the fields of its kind.
func decode(forms map[string]string, event []byte) (string, bool) {
	d := &tiny{b: event}
	d.bad = d.varint() != 1
	kind, version := d.varint(), d.varint()
	form, ok := forms[fmt.Sprintf("%d.%d", kind, version)]
	if !ok || d.bad {
		return "", false
	}
	d.value("(i u u u)")
	d.value(form)
	return d.text.String(), !d.bad && len(d.b) == 0
}

// written is what the program's own types hold, in the words of tiny.
func written(v reflect.Value) string {
	var b strings.Builder
	switch v.Kind() {
	case reflect.Slice:
		b.WriteByte('[')
		for i := range v.Len() {
			b.WriteString(written(v.Index(i)) + " ")
		}
		b.WriteByte(']')
	case reflect.Struct:
		b.WriteByte('(')
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				b.WriteString(written(v.Field(i)) + " ")
			}
		}
		b.WriteByte(')')
	case reflect.Array:
		for i := range v.Len() {
			fmt.Fprintf(&b, "%02x", v.Index(i).Uint())
		}
	case reflect.String:
		fmt.Fprintf(&b, "%q", v.String())
	case reflect.Bool:
		fmt.Fprint(&b, v.Bool())
	default:
		if v.CanInt() {
			fmt.Fprint(&b, v.Int())
		} else {
			fmt.Fprint(&b, v.Uint())
		}
	}
	return b.String()
}

func writtenEvent(e *topic.Event) string {
	return fmt.Sprintf("(%d %d %d %d )", e.Time, e.Actor.Role, e.Actor.Number, e.Client) + written(reflect.ValueOf(e.Body).Elem())
}

// form writes a type as format.txt does.
func form(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Slice:
		return "[" + form(t.Elem()) + "]"
	case reflect.Array:
		return "x" + strconv.Itoa(t.Len())
	case reflect.String:
		return "s"
	case reflect.Bool:
		return "b"
	case reflect.Struct:
		var fields []string
		for i := range t.NumField() {
			if t.Field(i).IsExported() {
				fields = append(fields, form(t.Field(i).Type))
			}
		}
		return "(" + strings.Join(fields, " ") + ")"
	}
	if reflect.Zero(t).CanInt() {
		return "i"
	}
	return "u"
}

// goldenEvents are the events of the topic's golden log, which has every kind, and
// one body of each kind.
func goldenEvents(tb testing.TB) (events [][]byte, bodies map[topic.Kind]reflect.Type) {
	tb.Helper()
	log, err := os.ReadFile(filepath.Join("..", "topic", "testdata", "log.3.golden"))
	if err != nil {
		tb.Fatal(err)
	}
	bodies = map[topic.Kind]reflect.Type{}
	for d := (&tiny{b: log}); len(d.b) > 0; {
		b := d.take(d.varint())
		e, err := topic.DecodeEvent(b, uint64(len(events)+1))
		if err != nil || d.bad {
			tb.Fatal(err)
		}
		events = append(events, b)
		bodies[e.Kind()] = reflect.TypeOf(e.Body).Elem()
	}
	return events, bodies
}

// forms reads format.txt, whose lines must be those of the program's own types: a
// kind that changes without a new version is found here.
func forms(tb testing.TB) map[string]string {
	tb.Helper()
	events, bodies := goldenEvents(tb)
	versions := map[topic.Kind]uint64{}
	for _, b := range events {
		d := &tiny{b: b}
		d.varint()
		kind := topic.Kind(d.varint())
		versions[kind] = max(versions[kind], d.varint())
	}
	var lines []string
	for kind, t := range bodies {
		lines = append(lines, fmt.Sprintf("%03d %s %d %s\n", kind, kind, versions[kind], form(t)))
	}
	slices.Sort(lines)
	golden := filepath.Join("testdata", "format.txt")
	if *update {
		if err := os.WriteFile(golden, []byte(strings.Join(lines, "")), 0o644); err != nil {
			tb.Fatal(err)
		}
	}
	text, err := os.ReadFile(golden)
	if err != nil {
		tb.Fatal(err)
	}
	if string(text) != strings.Join(lines, "") {
		tb.Error("the program's events are not what testdata/format.txt says: a new kind is added with -update, a changed one needs a version of its own")
	}
	list := map[string]string{}
	for line := range strings.Lines(string(text)) {
		f := strings.SplitN(strings.TrimSpace(line), " ", 4)
		list[strings.TrimLeft(f[0], "0")+"."+f[2]] = f[3]
	}
	return list
}

// The second decoder reads what the first does, in the golden log, in a log that
// was played, and in events of every kind that chance has filled; and both refuse
// what is cut or longer.
func TestASecondDecoderReadsTheSame(t *testing.T) {
	forms := forms(t)
	golden, bodies := goldenEvents(t)
	read, byOld := 0, 0
	for _, log := range [][][]byte{golden, rehearsal.Whole(t).Events} {
		for i, b := range log {
			e, err := topic.DecodeEvent(b, uint64(i+1))
			if err != nil {
				t.Fatal(err)
			}
			got, ok := decode(forms, b)
			if !ok && !current(forms, b) {
				byOld++
				continue
			}
			if want := writtenEvent(&e); !ok || got != want {
				t.Fatalf("event %d (%s) is read as\n%s\nnot as\n%s", i+1, e.Kind(), got, want)
			}
			read++
		}
	}
	t.Logf("%d events of %d kinds read alike, %d of older versions left to the golden log's own test", read, len(bodies), byOld)
	if byOld > 0 || len(forms) != len(bodies) {
		t.Errorf("%d of %d kinds have a form; %d events have an older one", len(forms), len(bodies), byOld)
	}
	var kinds []topic.Kind
	for k := range bodies {
		kinds = append(kinds, k)
	}
	slices.Sort(kinds)
	for _, kind := range kinds {
		t.Run(kind.String(), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				body := reflect.New(bodies[kind])
				fill(t, body.Elem())
				e := topic.Event{
					Time: rapid.Int64().Draw(t, "time"), Client: rapid.Uint64().Draw(t, "client"), Body: body.Interface().(topic.Body),
					Actor: topic.Actor{Role: topic.Role(rapid.IntRange(0, 6).Draw(t, "role")), Number: rapid.Uint64().Draw(t, "number")},
				}
				b := e.AppendTo(nil)
				again, err := topic.DecodeEvent(b, 1)
				if err != nil {
					t.Fatal(err)
				}
				got, ok := decode(forms, b)
				if want := writtenEvent(&again); !ok || got != want || got != writtenEvent(&e) {
					t.Fatalf("read as\n%s\nnot as\n%s", got, want)
				}
				cut := rapid.IntRange(0, len(b)-1).Draw(t, "cut")
				_, err = topic.DecodeEvent(b[:cut], 1)
				if _, ok := decode(forms, b[:cut]); ok || err == nil {
					t.Fatalf("cut after %d of %d bytes it is read", cut, len(b))
				}
				_, err = topic.DecodeEvent(append(b, 0), 1)
				if _, ok := decode(forms, append(b, 0)); ok || err == nil {
					t.Fatal("with a byte more it is read")
				}
			})
		})
	}
}

// current says that an event is of the newest version of its kind.
func current(forms map[string]string, b []byte) bool {
	d := &tiny{b: b}
	d.varint()
	_, ok := forms[fmt.Sprintf("%d.%d", d.varint(), d.varint())]
	return ok
}

// fill draws every field of a body.
func fill(t *rapid.T, v reflect.Value) {
	switch v.Kind() {
	case reflect.Slice:
		n := rapid.IntRange(0, 3).Draw(t, "length")
		if n == 0 {
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := range n {
			fill(t, v.Index(i))
		}
	case reflect.Array:
		for i := range v.Len() {
			v.Index(i).SetUint(uint64(rapid.Byte().Draw(t, "byte")))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				fill(t, v.Field(i))
			}
		}
	case reflect.String:
		v.SetString(rapid.StringN(0, 8, -1).Draw(t, "text"))
	case reflect.Bool:
		v.SetBool(rapid.Bool().Draw(t, "flag"))
	default:
		bits := v.Type().Bits()
		if v.CanInt() {
			v.SetInt(rapid.Int64().Draw(t, "number") >> (64 - bits))
			return
		}
		v.SetUint(rapid.Uint64().Draw(t, "number") >> (64 - bits))
	}
}
