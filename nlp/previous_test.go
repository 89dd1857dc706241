package nlp

import (
	"bytes"
	"slices"
	"strings"
	"testing"
)

func TestReadPrevious(t *testing.T) {
	for name, c := range map[string]struct {
		file, fault string
		want        []Placed
	}{
		"as written":     {"id,cluster,score,margin,duplicate_of\na,3,0.5,0.1,\nb,0,0,0,a\n", "", []Placed{{"a", 3}, {"b", 0}}},
		"another order":  {"\ufeffcluster,id\r\n1,x\r\n", "", []Placed{{"x", 1}}},
		"no row":         {"id,cluster\n", "", nil},
		"empty":          {"", "the file is empty", nil},
		"another file":   {"id,text\n1,trees\n", "the columns id and cluster are needed, the header has id, text", nil},
		"no number":      {"id,cluster\na,1\nb,two\n", `line 3, column "cluster": "two" is no number of a cluster`, nil},
		"negative":       {"id,cluster\na,-1\n", `line 2, column "cluster"`, nil},
		"a row too long": {"id,cluster\na,1,2\n", "line 2", nil},
	} {
		got, err := ReadPrevious(strings.NewReader(c.file))
		switch {
		case c.fault == "" && (err != nil || !slices.Equal(got, c.want)):
			t.Errorf("%s: %v, %v", name, got, err)
		case c.fault != "" && (err == nil || !strings.Contains(err.Error(), c.fault)):
			t.Errorf("%s: %v, want %q", name, err, c.fault)
		}
	}
}

func FuzzReadPrevious(f *testing.F) {
	f.Add([]byte("id,cluster\na,1\n"))
	f.Add([]byte("\ufeffcluster,id\n\"1\n"))
	f.Fuzz(func(t *testing.T, file []byte) {
		placed, err := ReadPrevious(bytes.NewReader(file))
		for _, p := range placed {
			if err == nil && p.Cluster < 0 {
				t.Errorf("cluster %d", p.Cluster)
			}
		}
	})
}

func FuzzReadMap(f *testing.F) {
	f.Add(`[{"id":1,"map":[0.5,-1]},{"id":2}]`)
	f.Add(`[{"id":1,"map":[1e999,0]}]`)
	f.Fuzz(func(t *testing.T, text string) {
		places, err := ReadMap(strings.NewReader(text))
		if err != nil && (err.Error() == "" || places != nil) {
			t.Fatalf("%v with %v", err, places)
		}
	})
}
