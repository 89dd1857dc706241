package mongo

import (
	"errors"
	"strings"
	"testing"

	driver "go.mongodb.org/mongo-driver/mongo"
	"pgregory.net/rapid"

	"veche/server/store"
)

// Keys sort as value and ID do, bytewise, give the value back, and a bound cuts
// them where the value would be cut.
func TestIndexKeysSortAsValues(t *testing.T) {
	text := rapid.StringOfN(rapid.RuneFrom([]rune{1, 2, 3, '/', 'a', 'b', 'ж'}), 0, 5, -1)
	rapid.Check(t, func(t *rapid.T) {
		v, w := text.Draw(t, "v"), text.Draw(t, "w")
		id, other := "i"+text.Draw(t, "id"), "i"+text.Draw(t, "other")
		key, next := indexKey("k", v, id), indexKey("k", w, other)
		want := strings.Compare(v, w)
		if want == 0 {
			want = strings.Compare(id, other)
		}
		if got := strings.Compare(key, next); got != want {
			t.Fatalf("%q %q and %q %q compare as %d, their keys as %d", v, id, w, other, want, got)
		}
		if back, ok := indexValue("k", key); !ok || back != v {
			t.Fatalf("%q came back as %q, %v", v, back, ok)
		}
		bound := w
		if rapid.Bool().Draw(t, "nul") {
			bound += "\x00" + text.Draw(t, "rest")
		}
		if got, want := key >= keyBound("k", bound), v >= bound; got != want {
			t.Fatalf("%q is not below %q: %v, by key %v", v, bound, want, got)
		}
		if strings.Contains(key+keyBound("k", bound), "\x00") {
			t.Fatal("a key holds NUL")
		}
		for _, below := range []bool{false, true} {
			op, edge := idBound("k", bound, below)
			full := recordID("k", v)
			got := map[string]bool{"$gte": full >= edge, "$gt": full > edge, "$lt": full < edge, "$lte": full <= edge}[op]
			if want := (v < bound) == below; got != want {
				t.Fatalf("ID %q against %q (below %v): %v, want %v", v, bound, below, got, want)
			}
		}
	})
}

func TestKindsLieApart(t *testing.T) {
	for _, other := range []string{"ke", "k-", "k0", "k_", "j", "l"} {
		for _, index := range []string{"", "by"} {
			from, to := span("k", index, store.Range{})
			key := recordID(other, "id")
			if index != "" {
				key = indexKey(other, "v", "id")
			}
			if key >= from.Value.(string) && key < to.Value.(string) {
				t.Errorf("a list of k by %q holds %s/id", index, other)
			}
		}
	}
}

func TestPasswordsStayOutOfErrors(t *testing.T) {
	for _, address := range []string{
		"mongodb://city:se%3Acret@db.example/veche",
		"mongodb://city:hush@a.example,b.example:27018/veche?replicaSet=rs0",
		"mongodb://city:hu@sh@a.example/%zz",
	} {
		if got := Redact(address); strings.Contains(got, "hush") || strings.Contains(got, "cret") || strings.Contains(got, "hu@sh") {
			t.Errorf("%s", got)
		}
		cause := errors.New("can't reach " + address)
		err := hide(cause, address)
		if strings.Contains(err.Error(), "hush") || strings.Contains(err.Error(), "cret") || !errors.Is(err, cause) {
			t.Errorf("%v", err)
		}
	}
}

func TestWhatIsTriedAgain(t *testing.T) {
	command := func(code int32, labels ...string) error { return driver.CommandError{Code: code, Labels: labels} }
	concern := driver.WriteException{WriteConcernError: &driver.WriteConcernError{Code: 64}}
	duplicate := driver.WriteException{WriteErrors: driver.WriteErrors{{Code: 11000}}}
	for _, c := range []struct {
		name            string
		err             error
		transient, sent bool
	}{
		{"stepped down", command(189), true, true},
		{"labelled", command(4242, "RetryableWriteError"), true, true},
		{"not allowed", command(13), false, false},
		{"a majority is late", concern, true, true},
		{"key taken", duplicate, false, false},
		{"broken pipe", errors.New("write: broken pipe"), true, true},
		{"nothing found", driver.ErrNoDocuments, false, true},
	} {
		if got := transient(c.err); got != c.transient {
			t.Errorf("%s: transient is %v", c.name, got)
		}
		if got := sent(c.err); got != c.sent {
			t.Errorf("%s: sent is %v", c.name, got)
		}
	}
}
