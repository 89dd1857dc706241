package server

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"veche/server/api"
)

// description is the committed description of the open interface.
func description(t testing.TB) map[string]any {
	t.Helper()
	b, err := os.ReadFile("api/openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	v, err := readYAML(string(b))
	if err != nil {
		t.Fatalf("openapi.yaml: %v", err)
	}
	return v.(map[string]any)
}

// schemas holds values against JSON Schema 2020-12, of which it knows what the
// description uses; a keyword that it does not know is a fault of the schema.
type schemas struct{ root map[string]any }

// at follows a path of keys or a reference.
func (x schemas) at(ref string) map[string]any {
	var v any = x.root
	for part := range strings.SplitSeq(strings.TrimPrefix(ref, "#/"), "/") {
		m, _ := v.(map[string]any)
		v = m[part]
	}
	m, _ := v.(map[string]any)
	return m
}

// follow resolves a reference.
func (x schemas) follow(m map[string]any) map[string]any {
	if ref, ok := m["$ref"].(string); ok {
		return x.at(ref)
	}
	return m
}

// faults are where a value is not as its schema says.
func (x schemas) faults(schema map[string]any, v any, where string) (list []string) {
	bad := func(format string, args ...any) { list = append(list, where+": "+fmt.Sprintf(format, args...)) }
	if schema == nil {
		return []string{where + ": there is no such schema"}
	}
	object, _ := v.(map[string]any)
	array, _ := v.([]any)
	number, isNumber := v.(float64)
	for word, want := range schema {
		switch word {
		case "$ref":
			list = append(list, x.faults(x.at(want.(string)), v, where)...)
		case "description":
		case "type":
			kinds, ok := want.([]any)
			if !ok {
				kinds = []any{want}
			}
			if !slices.ContainsFunc(kinds, func(k any) bool { return isOf(v, k.(string)) }) {
				bad("%v is no %v", v, want)
			}
		case "enum":
			if !slices.Contains(want.([]any), v) {
				bad("%v is none of %v", v, want)
			}
		case "minimum":
			if isNumber && number < want.(float64) {
				bad("%v is less than %v", v, want)
			}
		case "maximum":
			if isNumber && number > want.(float64) {
				bad("%v is more than %v", v, want)
			}
		case "required":
			for _, name := range want.([]any) {
				if _, there := object[name.(string)]; !there {
					bad("it lacks %s", name)
				}
			}
		case "properties":
			for name, sub := range want.(map[string]any) {
				if value, there := object[name]; there {
					list = append(list, x.faults(sub.(map[string]any), value, where+"."+name)...)
				}
			}
		case "additionalProperties":
			known, _ := schema["properties"].(map[string]any)
			for name, value := range object {
				if _, named := known[name]; named {
					continue
				}
				if sub, ok := want.(map[string]any); ok {
					list = append(list, x.faults(sub, value, where+"."+name)...)
				} else {
					bad("%s is not described", name)
				}
			}
		case "items":
			for i, value := range array {
				list = append(list, x.faults(want.(map[string]any), value, fmt.Sprintf("%s[%d]", where, i))...)
			}
		case "allOf":
			for _, sub := range want.([]any) {
				list = append(list, x.faults(sub.(map[string]any), v, where)...)
			}
		case "anyOf":
			if !slices.ContainsFunc(want.([]any), func(sub any) bool { return len(x.faults(sub.(map[string]any), v, where)) == 0 }) {
				bad("it is none of the ways that it can be: %v", v)
			}
		default:
			bad("the schema has the unknown keyword %s", word)
		}
	}
	slices.Sort(list)
	return list
}

func isOf(v any, kind string) bool {
	switch kind {
	case "null":
		return v == nil
	case "integer":
		n, ok := v.(float64)
		return ok && n == float64(int64(n))
	}
	return v != nil && reflect.TypeOf(v).Kind() == map[string]reflect.Kind{"object": reflect.Map, "array": reflect.Slice, "string": reflect.String, "number": reflect.Float64, "boolean": reflect.Bool}[kind]
}

// The description has every address of the open interface and no other, each with
// its parameters, and what a running server answers is what it says.
func TestDescriptionIsKept(t *testing.T) {
	doc := schemas{description(t)}
	w := openTown(t, t.TempDir(), "anna")
	openBank(t, w)
	w.must(200, "POST", "/api/topics/bank/proposals/1/progress", "planner", `{"client_id":"far","status":"planned","note":"Soon."}`)
	w.must(200, "POST", "/api/topics/bank/stage", "planner", `{"client_id":"end","stage":2}`) // while ratings are open a small record stays unsigned
	paths := doc.at("#/paths")
	described := map[string]bool{}
	for path := range paths {
		described[api.OpenBase+strings.TrimSuffix(path, "/")] = true
	}
	for _, r := range w.server.app.GetRoutes(true) {
		if r.Method != "GET" || !strings.HasPrefix(r.Path, api.OpenBase) {
			continue
		}
		path := strings.NewReplacer(":topic", "{topic}", ":number", "{number}").Replace(r.Path)
		if !described[path] {
			t.Errorf("%s is not described", path)
		}
		delete(described, path)
	}
	for path := range described {
		t.Errorf("%s is described and not there", path)
	}
	for _, line := range listOf(w.send("GET", api.OpenBase, "", "").field("addresses")) {
		line := line.(map[string]any)
		path := strings.TrimPrefix(line["path"].(string), api.OpenBase)
		if path == "" {
			path = "/"
		}
		if get := orNone(orNone(paths[path])["get"]); get["summary"] != line["summary"] {
			t.Errorf("%s is %q to those who ask and %q in the description", path, line["summary"], get["summary"])
		}
	}
	ids := map[string]bool{}
	for path := range paths {
		get := doc.at("#/paths")[path].(map[string]any)["get"].(map[string]any)
		id, _ := get["operationId"].(string)
		if id == "" || ids[id] || get["summary"] == "" {
			t.Errorf("%s has the id %q", path, id)
		}
		ids[id] = true
		named := url.Values{}
		for _, p := range listOf(get["parameters"]) {
			p := doc.follow(p.(map[string]any))
			if p["in"] == "query" {
				named.Set(p["name"].(string), map[string]string{"q": "bridge", "kind": "idea", "topic": "bank", "from": "2026-03-01", "to": "2026-12-31", "limit": "1", "since": "1", "status": "partly", "number": "3", "older": "1", "size": "1"}[p["name"].(string)])
			}
			if p["in"] == "path" && !strings.Contains(path, "{"+p["name"].(string)+"}") {
				t.Errorf("%s has no parameter %s", path, p["name"])
			}
		}
		filled := api.OpenBase + strings.NewReplacer("{topic}", "bank", "{number}", "1").Replace(strings.TrimSuffix(path, "/"))
		for _, q := range []string{"", "?" + named.Encode(), "?cursor=!", "?from=x"} {
			checkAnswer(t, w, doc, get, filled+q)
		}
		checkAnswer(t, w, doc, get, strings.Replace(filled, "bank", "nowhere", 1))
		checkAnswer(t, w, doc, get, strings.Replace(filled, "/1", "/99", 1)+"?kind=idea")
	}
	// A schema that fits everything would hold nothing.
	if faults := doc.faults(doc.at("#/components/schemas/Entry"), map[string]any{"uri": 7.0, "name": "Anna"}, "it"); len(faults) < 10 {
		t.Errorf("a wrong record has only the faults %q", faults)
	}
}

func listOf(v any) []any {
	list, _ := v.([]any)
	return list
}

// checkAnswer holds what an address answers against its operation.
func checkAnswer(t *testing.T, w *town, doc schemas, get map[string]any, path string) {
	t.Helper()
	a := w.send("GET", path, "", "")
	response := doc.follow(orNone(get["responses"].(map[string]any)[fmt.Sprint(a.status)]))
	media, _, _ := strings.Cut(a.header.Get("Content-Type"), ";")
	if media == "application/problem+json" && response == nil && (a.status == 404 || a.status == 400) {
		return // an address or a query that this operation does not know
	}
	content := orNone(orNone(response["content"])[media])
	if content == nil {
		t.Errorf("%s is answered %d as %s, which is not described", path, a.status, media)
		return
	}
	schema := orNone(content["schema"])
	var values []any
	switch media {
	case "application/json", "application/ld+json", "application/problem+json":
		values = append(values, decoded(t, a.body))
	case "application/x-ndjson":
		for line := range strings.Lines(a.body) {
			values = append(values, decoded(t, line))
		}
	default:
		values = append(values, a.body)
	}
	for _, v := range values {
		if faults := doc.faults(schema, v, path); len(faults) > 0 {
			t.Errorf("%d: %s", a.status, strings.Join(faults, "\n"))
		}
	}
}

func orNone(v any) map[string]any {
	m, _ := v.(map[string]any)
	return m
}

func decoded(t *testing.T, text string) (v any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v: %.200s", err, text)
	}
	return v
}
