package nlp

import (
	"context"
	"slices"
	"strings"
	"testing"
)

// tableOf is an Embedder for tests.
type tableOf struct {
	dims int
	of   func(word string, out []float32) bool
}

func (t tableOf) Dims() int                             { return t.dims }
func (t tableOf) Embed(word string, out []float32) bool { return t.of(word, out) }

// knowing is a table that tells the themes of words apart.
func knowing() Embedder {
	return tableOf{len(themes), func(word string, out []float32) bool {
		clear(out)
		for i, m := range themes {
			for _, thing := range append(slices.Clone(m.things), m.wishes...) {
				for w := range strings.FieldsSeq(strings.ToLower(thing)) {
					if strings.HasPrefix(w, word) || strings.HasPrefix(word, w) {
						out[i]++
					}
				}
			}
		}
		return true
	}}
}

// guessing is a table without meaning.
func guessing() Embedder {
	return tableOf{40, func(word string, out []float32) bool {
		r := random{}
		for _, b := range []byte(word) {
			r.state = r.next() ^ uint64(b)
		}
		for i := range out {
			out[i] = float32(r.unitFloat() - 0.5)
		}
		return true
	}}
}

// TestEmbedderIsUsedWhereItHelps: a table that knows is taken, one that
// doesn't and one of another language are not and change nothing.
func TestEmbedderIsUsedWhereItHelps(t *testing.T) {
	documents, _ := madeIdeas(70, 17, "en") // few: what is learned from them is shaky
	run := func(e Embedder) *Result {
		t.Helper()
		r, err := Cluster(context.Background(), documents, Options{Embedder: e, NounPhrases: []string{}})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	without := run(nil)
	if !slices.Equal(without.Spaces, []string{SpaceLearned}) {
		t.Fatalf("without a table: %v", without.Spaces)
	}
	foreign := tableOf{3, func(string, []float32) bool { return false }}
	broken := tableOf{0, func(string, []float32) bool { panic("asked") }}
	for name, e := range map[string]Embedder{"guessing": guessing(), "foreign": foreign, "empty": broken} {
		if r := run(e); r.Spaces[0] == SpaceLearned && digestOf(r) != digestOf(without) {
			t.Errorf("%s: another result in the same space", name)
		} else if name != "guessing" && r.Spaces[0] != SpaceLearned {
			t.Errorf("%s: compared in %s", name, r.Spaces[0])
		}
	}
	if r := run(guessing()); r.Spaces[0] == SpaceEmbedded {
		t.Error("a table without meaning was taken alone")
	}
	r := run(knowing())
	if r.Spaces[0] == SpaceLearned {
		t.Error("a table that knows the themes was not taken")
	}
	for _, a := range r.Assignments[:50] {
		if p := r.Model.Place(documents[slices.IndexFunc(documents, func(d Document) bool { return d.ID == a.ID })].Text, "en"); p.Cluster == 0 {
			t.Errorf("idea %s can't be placed", a.ID)
		}
	}
	if again := run(knowing()); digestOf(again) != digestOf(r) {
		t.Error("the same table gave another result")
	}
}
