package storetest

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"veche/server/store"
)

var moveCases = []testCase{
	{name: "Move/ListsEverything", run: func(t *testing.T, s store.Store) {
		m := movable(t, s)
		kind := strings.ToLower(unique("k")[:12])
		var rows []store.Record
		for i := range 3 {
			rows = append(rows, store.Record{Kind: kind, ID: string(rune('a' + i))}, store.Record{Kind: kind + "-more", ID: string(rune('a' + i))})
		}
		must(t, s.Insert(ctx, rows))
		kinds, err := m.Kinds(ctx)
		must(t, err)
		if !slices.IsSorted(kinds) || !slices.Contains(kinds, kind) || !slices.Contains(kinds, kind+"-more") || len(slices.Compact(slices.Clone(kinds))) != len(kinds) {
			t.Fatalf("kinds %q", kinds)
		}
		blobs := [][]byte{randomBytes(10), randomBytes(20)}
		for _, b := range blobs {
			must(t, s.PutBlob(ctx, digestOf(b), bytes.NewReader(b)))
		}
		digests, err := m.BlobList(ctx)
		must(t, err)
		if !slices.IsSorted(digests) || !slices.Contains(digests, digestOf(blobs[0])) || !slices.Contains(digests, digestOf(blobs[1])) {
			t.Fatalf("digests %q", digests)
		}
		name := unique("lease")
		for range 3 {
			_, err := s.Claim(ctx, name, "a", ttl, start)
			must(t, err)
		}
		epochs := map[string]uint64{}
		must(t, m.Epochs(ctx, func(name string, epoch uint64) error { epochs[name] = epoch; return nil }))
		if epochs[name] != 3 {
			t.Fatalf("epochs %v, want 3 of %s", epochs, name)
		}
	}},
	{name: "Move/RestoresAsItWas", run: func(t *testing.T, s store.Store) {
		m := movable(t, s)
		id := unique("r")
		rows := []store.Record{
			{Kind: "text", ID: id + "a", Rev: 7, Data: []byte("one"), Index: map[string]string{"by": id}},
			{Kind: "text", ID: id + "b", Rev: 1, Data: []byte("two")},
		}
		must(t, m.Restore(ctx, nil))
		must(t, m.Restore(ctx, rows[:1]))
		must(t, m.Restore(ctx, rows)) // a retry that goes further
		for _, r := range rows {
			if diff := cmp.Diff(r, get(t, s, r)); diff != "" {
				t.Fatal(diff)
			}
		}
		if ids := list(t, s, "text", "by", store.Range{From: id, To: id + "\x00"}, 0); len(ids) != 1 {
			t.Fatalf("index lists %q", ids)
		}
		for _, change := range []func(*store.Record){
			func(r *store.Record) { r.Rev = 8 },
			func(r *store.Record) { r.Data = []byte("other") },
			func(r *store.Record) { r.Index = nil },
		} {
			other := rows[0]
			change(&other)
			wantErr(t, m.Restore(ctx, []store.Record{other}), store.ErrConflict)
		}
		wantErr(t, m.Restore(ctx, []store.Record{{Kind: "text", ID: id}}), store.ErrInvalid)
		rev, err := s.PutIfRev(ctx, rows[0])
		must(t, err)
		if rev != 8 {
			t.Fatalf("revision %d after a restored 7", rev)
		}

		name := unique("lease")
		must(t, m.RestoreEpoch(ctx, name, 41))
		must(t, m.RestoreEpoch(ctx, name, 40))
		epoch, err := s.Claim(ctx, name, "a", ttl, start)
		must(t, err)
		if epoch != 42 {
			t.Fatalf("epoch %d after a restored 41", epoch)
		}
		wantErr(t, m.RestoreEpoch(ctx, "", 1), store.ErrInvalid)
	}},
}

func movable(t *testing.T, s store.Store) store.Movable {
	t.Helper()
	m, ok := s.(store.Movable)
	if !ok {
		t.Fatalf("a %T can't be moved", s)
	}
	return m
}
