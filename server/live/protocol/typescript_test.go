package protocol

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"veche/server/journal"
)

var update = flag.Bool("update", false, "write the files that are compared with")

// The browser's types are written from these, in this order.
const browserFile = "../../../frontend/src/lib/live/protocol.gen.ts"

var (
	clientMessages = []any{Join{}, Say{}, Do{}, Leave{}, Ping{}}
	serverMessages = []any{Joined{}, Reset{}, Events{}, Ack{}, Refused{}, Beat{}, Presence{}, Stage{}, Board{}}
	parts          = []any{Position{}, journal.RemarkAuthor{}, journal.Remark{}, journal.Spoken{}, journal.Floor{}, RemarkEvent{}, RemovedEvent{}, Problem{}}
)

func TestBrowserTypes(t *testing.T) {
	w := browserTypes{docs: map[string]string{}}
	for _, dir := range []string{".", "../../journal"} {
		w.readDocs(t, dir)
	}
	w.print("// Written by `go generate ./server/live/protocol`: change the Go types, not this file.\n\n")
	w.print("export const subprotocol = '%s';\n\n", Version)
	w.print("/** The close codes of the server. */\nexport const closeCodes = {\n")
	for _, c := range []struct {
		name string
		code int
	}{
		{"bye", CloseBye},
		{"goingAway", CloseGoingAway},
		{"protocol", CloseProtocol},
		{"binary", CloseBinary},
		{"invalid", CloseInvalid},
		{"tooBig", CloseTooBig},
		{"restart", CloseRestart},
		{"signedOut", CloseSignedOut},
		{"forbidden", CloseForbidden},
		{"slow", CloseSlow},
		{"tooMany", CloseTooMany},
	} {
		w.print("  %s: %d,\n", c.name, c.code)
	}
	w.print("} as const;\n\n")
	w.print("/** What a `Do` does. */\nexport type What = %s;\n\n", quoted(Whats))
	w.print("/** The kinds of reactions in the order in which they are counted. */\nexport const reactions = [%s] as const;\n\n", strings.ReplaceAll(quoted(Reactions[:]), " | ", ", "))
	w.print("export type Reaction = '' | (typeof reactions)[number];\n\n")
	for _, list := range [][]any{parts, clientMessages, serverMessages} {
		for _, v := range list {
			w.message(t, reflect.TypeOf(v))
		}
	}
	w.print("export type ClientMessage = %s;\n\n", union(clientMessages))
	w.print("export type ServerMessage = %s;\n", union(serverMessages))

	if *update {
		if err := os.WriteFile(browserFile, []byte(w.text.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(browserFile)
	if err != nil {
		t.Fatal(err)
	}
	if string(have) != w.text.String() {
		t.Errorf("%s is not what the Go types say: run go generate ./server/live/protocol", browserFile)
	}
}

type browserTypes struct {
	text strings.Builder
	docs map[string]string // of types and of their fields, as Type and Type.Field
}

func (w *browserTypes) print(format string, args ...any) { fmt.Fprintf(&w.text, format, args...) }

var docLink = regexp.MustCompile(`\[([\w.]+)\]`)

// readDocs reads what the sources of a package say about types and fields.
func (w *browserTypes) readDocs(t *testing.T, dir string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatal("no sources in ", dir, err)
	}
	for _, name := range files {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			d, ok := n.(*ast.GenDecl)
			if !ok || d.Tok != token.TYPE {
				return true
			}
			for _, spec := range d.Specs {
				s := spec.(*ast.TypeSpec)
				w.docs[s.Name.Name] = d.Doc.Text()
				fields, ok := s.Type.(*ast.StructType)
				if !ok {
					continue
				}
				for _, x := range fields.Fields.List {
					for _, id := range x.Names {
						w.docs[s.Name.Name+"."+id.Name] = x.Doc.Text() + x.Comment.Text()
					}
				}
			}
			return false
		})
	}
}

func (w *browserTypes) comment(indent, of string) {
	text := strings.Join(strings.Fields(docLink.ReplaceAllString(w.docs[of], "$1")), " ")
	if text != "" {
		w.print("%s/** %s */\n", indent, text)
	}
}

func (w *browserTypes) message(t *testing.T, of reflect.Type) {
	t.Helper()
	w.comment("", of.Name())
	w.print("export interface %s", of.Name())
	for f := range fieldsOf(of) {
		if f.Anonymous {
			w.print(" extends %s", f.Type.Name())
		}
	}
	w.print(" {\n")
	for f := range fieldsOf(of) {
		if f.Anonymous {
			continue
		}
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" {
			t.Fatalf("%s.%s has no name in JSON", of.Name(), f.Name)
		}
		if options != "" {
			name += "?"
		}
		w.comment("  ", of.Name()+"."+f.Name)
		kind := f.Tag.Get("ts")
		if kind == "" {
			kind = browserType(t, f.Type)
		}
		w.print("  %s: %s;\n", name, kind)
	}
	w.print("}\n\n")
}

// fieldsOf are the fields of a struct that go over the wire.
func fieldsOf(of reflect.Type) func(func(reflect.StructField) bool) {
	return func(yield func(reflect.StructField) bool) {
		for i := range of.NumField() {
			if f := of.Field(i); f.IsExported() && !yield(f) {
				return
			}
		}
	}
}

func browserType(t *testing.T, of reflect.Type) string {
	t.Helper()
	switch of.Kind() {
	case reflect.String:
		return "string"
	case reflect.Bool:
		return "boolean"
	case reflect.Int, reflect.Int32, reflect.Int64, reflect.Uint32, reflect.Uint64:
		return "number"
	case reflect.Pointer:
		return browserType(t, of.Elem())
	case reflect.Struct:
		return of.Name()
	case reflect.Slice:
		return browserType(t, of.Elem()) + "[]"
	case reflect.Array:
		return "[" + strings.TrimSuffix(strings.Repeat(browserType(t, of.Elem())+", ", of.Len()), ", ") + "]"
	}
	t.Fatalf("%s has no type in the browser", of)
	return ""
}

func quoted(list []string) string { return "'" + strings.Join(list, "' | '") + "'" }

func union(messages []any) string {
	var names []string
	for _, m := range messages {
		names = append(names, reflect.TypeOf(m).Name())
	}
	return strings.Join(names, " | ")
}
