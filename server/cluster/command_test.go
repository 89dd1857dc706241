package cluster

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"veche/server/bus"
	"veche/server/journal"
	"veche/server/topic"
)

// Every command of package topic can be sent from node to node.
func TestAllCommands(t *testing.T) {
	files, err := filepath.Glob("../topic/*.go")
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Recv == nil || f.Name.Name != "decide" {
				continue
			}
			if name, ok := f.Recv.List[0].Type.(*ast.Ident); ok && name.IsExported() {
				want = append(want, name.Name)
			}
		}
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(commands))); diff != "" {
		t.Errorf("commands that topic has (-) and that can be sent (+):\n%s", diff)
	}
}

// fill gives each field a value of its own; with no n, what is easily lost: empty
// lists and pointers to zero.
func fill(t *testing.T, v reflect.Value, n *uint64, depth int) {
	t.Helper()
	next := func() uint64 {
		if n == nil {
			return 0
		}
		*n++
		return *n
	}
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(n != nil)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(-int64(next() % 100))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(next() % 200)
	case reflect.Float32, reflect.Float64:
		v.SetFloat(float64(next()) / 3)
	case reflect.String:
		v.SetString(strings.Repeat("я", int(next()%5)))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(t, v.Elem(), n, depth)
	case reflect.Slice:
		size := 2
		if n == nil {
			size = 0
		}
		v.Set(reflect.MakeSlice(v.Type(), size, size))
		for i := range size {
			fill(t, v.Index(i), n, depth)
		}
	case reflect.Array:
		for i := range v.Len() {
			fill(t, v.Index(i), n, depth)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if !v.Type().Field(i).IsExported() {
				t.Fatalf("%s.%s does not travel: only exported fields do", v.Type(), v.Type().Field(i).Name)
			}
			fill(t, v.Field(i), n, depth)
		}
	case reflect.Interface:
		if depth == 0 {
			c := reflect.New(commands["MoveIdeas"]).Elem()
			fill(t, c, n, 1)
			v.Set(c)
		}
	default:
		t.Fatalf("a %s does not travel", v.Type())
	}
}

func TestRequestsTravel(t *testing.T) {
	n := uint64(1)
	for name, of := range commands {
		for _, count := range []*uint64{&n, nil} {
			v := reflect.New(of).Elem()
			fill(t, v, count, 0)
			sent := journal.Request{Who: topic.Who{Role: topic.RoleModerator, Pseudonym: topic.Pseudonym{1, 2}}, ClientID: "ü1", Command: v.Interface().(topic.Command), Texts: []journal.Text{journal.NewText("a"), journal.NewText("")}}
			id, got, err := decodeRequest(encodeRequest("t", sent))
			if err != nil || id != "t" {
				t.Fatalf("%s: %q, %v", name, id, err)
			}
			if !reflect.DeepEqual(sent, got) {
				t.Errorf("%s:\nsent %+v\ncame %+v", name, sent, got)
			}
		}
	}
}

func FuzzRequest(f *testing.F) {
	f.Add(encodeRequest("t", journal.Request{ClientID: "x", Command: topic.OnBoard{Command: topic.MoveIdeas{}, Seen: 3}, Texts: []journal.Text{journal.NewText("a")}}))
	f.Add(encodeRequest("t", journal.Request{Command: topic.Vote{}}))
	f.Add([]byte{1, 't', 0, 0, 7, 'O', 'n', 'B', 'o', 'a', 'r', 'd', 7})
	f.Fuzz(func(t *testing.T, b []byte) {
		if heard, err := (Codec{}).Decode(bus.Message{Topic: "t", Epoch: 2, First: 1, Last: 3}, b); err == nil && heard.(Heard).Epoch != 2 {
			t.Errorf("a commit was read as %+v", heard)
		}
		id, r, err := decodeRequest(b)
		if err != nil {
			return
		}
		again, same, err := decodeRequest(encodeRequest(id, r))
		if err != nil || again != id || !reflect.DeepEqual(r, same) {
			t.Errorf("%+v was written and read as %+v, %v", r, same, err)
		}
	})
}
