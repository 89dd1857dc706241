package swarm

import (
	"encoding/json"
	"reflect"
	"testing"
)

func TestScan(t *testing.T) {
	got := map[string]string{}
	rest := scan([]byte(` { "a":1, "b" : "x\"}," ,"c":{"d":[1,"]"]},"e":[ {} ],"f":null } ,tail`), func(k, v []byte) { got[string(k)] = string(v) })
	want := map[string]string{"a": "1", "b": `"x\"},"`, "c": `{"d":[1,"]"]}`, "e": `[ {} ]`, "f": "null"}
	if !reflect.DeepEqual(got, want) || string(rest) != " ,tail" {
		t.Errorf("%v, rest %q", got, rest)
	}
	for _, bad := range []string{"", "[", "7", "{", `{"a"`, `{"a":`, `{"a":1`, `{"a":"x`, `{"a":[1}`, `{a:1}`, `{"a" 1}`} {
		if rest := scan([]byte(bad), func(_, _ []byte) {}); rest != nil {
			t.Errorf("%s: taken, rest %q", bad, rest)
		}
	}
}

func TestStamps(t *testing.T) {
	got := stamps([]byte(`[{"text":"@17 #3 word"},{"text":"@18 #4"},{"text":"@x #4 w"},{"text":"plain"},{"text":"@19 #5 w`))
	if want := []stamp{{17, 3}, {19, 5}}; !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// Every JSON object is read whole, with each field as encoding/json has it.
func FuzzScan(f *testing.F) {
	for _, s := range []string{`{"a":1}`, `{"t":"events","events":[{"text":"@1 #2 x"}]}`, `{"a":{"b":"\\"},"c":-1.5e3}`, `{}`, `{"a":"}"`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		got := map[string]string{}
		rest := scan(b, func(k, v []byte) { got[string(k)] = string(v) })
		var want map[string]json.RawMessage
		if json.Unmarshal(b, &want) != nil || want == nil {
			return
		}
		if rest == nil || len(space(rest)) != 0 {
			t.Fatalf("%s: rest %q", b, rest)
		}
		for k, v := range got {
			var name string
			if json.Unmarshal([]byte(`"`+k+`"`), &name) != nil {
				t.Fatalf("%s: the field name %q", b, k)
			}
			if w, ok := want[name]; !ok || (name == k && !sameJSON(v, string(w)) && len(got) == len(want)) {
				t.Errorf("%s: field %q is %s, want %s", b, k, v, w)
			}
		}
		if len(got) < len(want) {
			t.Errorf("%s: %d fields, want %d", b, len(got), len(want))
		}
	})
}

func sameJSON(a, b string) bool {
	var x, y any
	return json.Unmarshal([]byte(a), &x) == nil && json.Unmarshal([]byte(b), &y) == nil && reflect.DeepEqual(x, y)
}
