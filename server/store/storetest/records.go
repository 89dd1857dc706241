package storetest

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"veche/server/store"
)

var recordCases = []testCase{
	{name: "Records/CompareAndSet", run: func(t *testing.T, s store.Store) {
		r := store.Record{Kind: "topic", ID: unique("r"), Data: []byte("one"), Index: map[string]string{"state": "open", "name": "б"}}
		_, err := s.Get(ctx, r.Kind, r.ID)
		wantErr(t, err, store.ErrNotFound)
		missing := r
		missing.Rev = 1
		_, err = s.PutIfRev(ctx, missing)
		wantErr(t, err, store.ErrConflict)

		rev, err := s.PutIfRev(ctx, r)
		must(t, err)
		if rev != 1 {
			t.Fatalf("first revision is %d", rev)
		}
		_, err = s.PutIfRev(ctx, r)
		wantErr(t, err, store.ErrConflict)
		r.Rev = rev
		if diff := cmp.Diff(r, get(t, s, r)); diff != "" {
			t.Fatal(diff)
		}
		r.Data, r.Index = nil, map[string]string{"state": "closed"}
		r.Rev, err = s.PutIfRev(ctx, r)
		must(t, err)
		got := get(t, s, r)
		if got.Rev != 2 || len(got.Data) != 0 || !cmp.Equal(got.Index, r.Index) {
			t.Fatalf("got %+v, want %+v", got, r)
		}
		for _, rev := range []uint64{0, 1, 3} {
			old := r
			old.Rev = rev
			_, err = s.PutIfRev(ctx, old)
			wantErr(t, err, store.ErrConflict)
		}
		_, err = s.Get(ctx, "other", r.ID)
		wantErr(t, err, store.ErrNotFound)
	}},
	{name: "Records/Purge", run: func(t *testing.T, s store.Store) {
		prefix := unique("topic") + "/"
		kept := []store.Record{
			{Kind: "text", ID: strings.TrimSuffix(prefix, "/"), Data: []byte("the name alone")},
			{Kind: "text", ID: strings.TrimSuffix(prefix, "/") + "0", Data: []byte("the next name")},
			{Kind: "member", ID: prefix + "1", Data: []byte("of another kind"), Index: map[string]string{"by": "v"}},
		}
		must(t, s.Insert(ctx, kept))
		var rows []store.Record
		for i := range 2500 { // more than a portion
			r := store.Record{Kind: "text", ID: fmt.Sprintf("%sя%d", prefix, i), Data: []byte("x")}
			if i%100 == 0 {
				r.Index = map[string]string{"by": "v"}
			}
			rows = append(rows, r)
		}
		must(t, s.Insert(ctx, rows))
		must(t, s.Purge(ctx, "text", prefix))
		must(t, s.Purge(ctx, "text", prefix))
		if left := list(t, s, "text", "", store.Range{From: prefix, To: store.AfterPrefix(prefix)}, 0); len(left) != 0 {
			t.Fatalf("%d are there still", len(left))
		}
		if left := list(t, s, "text", "by", store.Range{}, 0); slices.ContainsFunc(left, func(id string) bool { return strings.HasPrefix(id, prefix) }) {
			t.Fatalf("the index still has %q", left)
		}
		for _, r := range kept {
			if have, err := s.Get(ctx, r.Kind, r.ID); err != nil || !have.SameContent(r) {
				t.Errorf("%s/%s went with them: %v", r.Kind, r.ID, err)
			}
		}
		must(t, s.Insert(ctx, rows[:1]))
		wantErr(t, s.Purge(ctx, "text", ""), store.ErrInvalid)
	}},
	{name: "Records/Delete", run: func(t *testing.T, s store.Store) {
		r := store.Record{Kind: "text", ID: unique("r"), Data: []byte("x"), Index: map[string]string{"by": unique("v")}}
		wantErr(t, s.Delete(ctx, r.Kind, r.ID, 1), store.ErrNotFound)
		_, err := s.PutIfRev(ctx, r)
		must(t, err)
		wantErr(t, s.Delete(ctx, r.Kind, r.ID, 2), store.ErrConflict)
		wantErr(t, s.Delete(ctx, r.Kind, r.ID, 0), store.ErrConflict)
		must(t, s.Delete(ctx, r.Kind, r.ID, 1))
		wantErr(t, s.Delete(ctx, r.Kind, r.ID, 1), store.ErrNotFound)
		_, err = s.Get(ctx, r.Kind, r.ID)
		wantErr(t, err, store.ErrNotFound)
		if ids := list(t, s, r.Kind, "by", store.Range{From: r.Index["by"]}, 1); slices.Contains(ids, r.ID) {
			t.Fatal("a deleted record is still in its index")
		}
		rev, err := s.PutIfRev(ctx, r) // and may come again
		must(t, err)
		if rev != 1 {
			t.Fatalf("revision %d after delete", rev)
		}
	}},
	{name: "Records/Insert", run: func(t *testing.T, s store.Store) {
		must(t, s.Insert(ctx, nil))
		base := unique("r")
		var rows []store.Record
		for i := range 1000 {
			rows = append(rows, store.Record{Kind: "person", ID: fmt.Sprintf("%s-%04d", base, i), Data: fmt.Appendf(nil, "%d", i), Index: map[string]string{"topic": base}})
		}
		must(t, s.Insert(ctx, rows[:600]))
		must(t, s.Insert(ctx, rows)) // a retry that goes further
		if ids := list(t, s, "person", "topic", store.Range{From: base, To: base + "\x00"}, 0); len(ids) != 1000 {
			t.Fatalf("%d records, want 1000", len(ids))
		}
		for _, change := range []func(*store.Record){
			func(r *store.Record) { r.Data = []byte("other") },
			func(r *store.Record) { r.Index = map[string]string{"topic": "other"} },
			func(r *store.Record) { r.Index = nil },
		} {
			other := rows[7]
			change(&other)
			wantErr(t, s.Insert(ctx, []store.Record{other}), store.ErrConflict)
		}
		wantErr(t, s.Insert(ctx, []store.Record{{Kind: "person", ID: "x", Rev: 1}}), store.ErrInvalid)
	}},
	{name: "Records/GetMany", run: func(t *testing.T, s store.Store) {
		base := unique("r")
		var rows []store.Record
		var ids []string
		for i := range 1300 { // more than a chunk
			r := store.Record{Kind: "text", ID: fmt.Sprintf(`%s-"%d'ё`, base, i), Data: fmt.Appendf(nil, "%d", i)}
			rows = append(rows, r)
			ids = append(ids, r.ID, base+"-missing", r.ID)
		}
		must(t, s.Insert(ctx, rows))
		got, err := s.GetMany(ctx, "text", ids)
		must(t, err)
		slices.SortFunc(got, func(a, b store.Record) int { return strings.Compare(a.ID, b.ID) })
		slices.SortFunc(rows, func(a, b store.Record) int { return strings.Compare(a.ID, b.ID) })
		for i := range rows {
			rows[i].Rev = 1
		}
		if diff := cmp.Diff(rows, got); diff != "" {
			t.Fatal(diff)
		}
		got, err = s.GetMany(ctx, "text", nil)
		must(t, err)
		if len(got) != 0 {
			t.Fatalf("nothing asked for, %d given", len(got))
		}
	}},
	{name: "Records/List", run: func(t *testing.T, s store.Store) {
		kind := "k" + strings.ToLower(unique("")[1:20])
		values := []string{"", "a", "a b", "ab", "B", "b", "ж", "я", "~", "b"}
		type entry struct{ value, id string }
		var want []entry
		var rows []store.Record
		for i := range 700 { // more than a page
			e := entry{values[i%len(values)], fmt.Sprintf("%03d", i*331%1000)}
			want = append(want, e)
			rows = append(rows, store.Record{Kind: kind, ID: e.id, Index: map[string]string{"by": e.value, "alike": "x"}})
		}
		must(t, s.Insert(ctx, append(rows, store.Record{Kind: kind, ID: "without"})))
		slices.SortFunc(want, func(a, b entry) int {
			if c := strings.Compare(a.value, b.value); c != 0 {
				return c
			}
			return strings.Compare(a.id, b.id)
		})
		for _, r := range []store.Range{{}, {From: "a"}, {To: "b"}, {From: "a", To: "b"}, {From: "a\x00", To: "b\x00"}, {From: "ж"}, {From: "b", To: "a"}} {
			for _, desc := range []bool{false, true} {
				for _, limit := range []int{0, 69, 513} {
					r.Desc = desc
					var ids []string
					for _, e := range want {
						if e.value >= r.From && (r.To == "" || e.value < r.To) {
							ids = append(ids, e.id)
						}
					}
					if desc {
						slices.Reverse(ids)
					}
					if limit > 0 && len(ids) > limit {
						ids = ids[:limit]
					}
					if diff := cmp.Diff(ids, list(t, s, kind, "by", r, limit)); diff != "" {
						t.Fatalf("%+v limit %d: %s", r, limit, diff)
					}
				}
			}
		}
		byID := list(t, s, kind, "", store.Range{From: "5"}, 0)
		if !slices.IsSorted(byID) || byID[0] < "5" || byID[len(byID)-1] != "without" {
			t.Fatalf("by ID: %q…", byID[:3])
		}
		down := list(t, s, kind, "", store.Range{To: "5", Desc: true}, 600)
		slices.Reverse(down)
		if !slices.IsSorted(down) || down[len(down)-1] >= "5" || len(down)+len(byID) != 701 {
			t.Fatalf("by ID downwards: %d and %d", len(down), len(byID))
		}
		if got := list(t, s, kind, "none", store.Range{}, 0); len(got) != 0 {
			t.Fatalf("an index that nobody has lists %q", got)
		}
		stop := errors.New("enough")
		if err := s.List(ctx, kind, "alike", store.Range{}, 0, func(store.Record) error { return stop }); err != stop {
			t.Fatalf("got %v, want the callback's own error", err)
		}
	}},
	{name: "Records/ListFollowsChanges", run: func(t *testing.T, s store.Store) {
		v := unique("v")
		r := store.Record{Kind: "idea", ID: unique("r"), Index: map[string]string{"state": v + "1", "lang": "ru"}}
		in := func(value string) bool {
			return slices.Contains(list(t, s, "idea", "state", store.Range{From: value, To: value + "\x00"}, 0), r.ID)
		}
		var err error
		r.Rev, err = s.PutIfRev(ctx, r)
		must(t, err)
		if !in(v + "1") {
			t.Fatal("not listed under its value")
		}
		r.Index = map[string]string{"state": v + "2"}
		r.Rev, err = s.PutIfRev(ctx, r)
		must(t, err)
		if in(v+"1") || !in(v+"2") {
			t.Fatal("still listed under its old value, or not under its new one")
		}
		r.Index = nil
		_, err = s.PutIfRev(ctx, r)
		must(t, err)
		if in(v + "2") {
			t.Fatal("listed without a value")
		}
	}},
	{name: "Records/LargeData", run: func(t *testing.T, s store.Store) {
		kind := "k" + strings.ToLower(unique("")[1:20])
		for i := range 2 {
			data := bytes.Repeat([]byte{byte(i), 7}, store.MaxBytes/2)
			_, err := s.PutIfRev(ctx, store.Record{Kind: kind, ID: fmt.Sprint(i), Data: data})
			must(t, err)
		}
		i := 0
		must(t, s.List(ctx, kind, "", store.Range{}, 0, func(r store.Record) error {
			if !bytes.Equal(r.Data, bytes.Repeat([]byte{byte(i), 7}, store.MaxBytes/2)) {
				t.Errorf("record %d came back changed", i)
			}
			i++
			return nil
		}))
		if i != 2 {
			t.Fatalf("%d records, want 2", i)
		}
	}},
	{name: "Records/RefusesMalformed", run: func(t *testing.T, s store.Store) {
		ok := store.Record{Kind: "text", ID: "x"}
		for _, change := range []func(*store.Record){
			func(r *store.Record) { r.Kind = "" },
			func(r *store.Record) { r.Kind = "Text" },
			func(r *store.Record) { r.Kind = "a.b" },
			func(r *store.Record) { r.Kind = strings.Repeat("k", 33) },
			func(r *store.Record) { r.ID = "" },
			func(r *store.Record) { r.ID = "a\x00" },
			func(r *store.Record) { r.ID = string([]byte{0xc3}) },
			func(r *store.Record) { r.ID = strings.Repeat("i", store.MaxKey+1) },
			func(r *store.Record) { r.Index = map[string]string{"$by": "x"} },
			func(r *store.Record) { r.Index = map[string]string{"": "x"} },
			func(r *store.Record) { r.Index = map[string]string{"by": "x\x00"} },
			func(r *store.Record) { r.Index = map[string]string{"by": string([]byte{0xff})} },
			func(r *store.Record) { r.Index = map[string]string{"by": strings.Repeat("v", store.MaxValue+1)} },
			func(r *store.Record) { r.Data = make([]byte, store.MaxBytes+1) },
			func(r *store.Record) {
				r.Index = map[string]string{}
				for i := range store.MaxIndexes + 1 {
					r.Index[fmt.Sprintf("i%d", i)] = ""
				}
			},
		} {
			r := ok
			change(&r)
			_, err := s.PutIfRev(ctx, r)
			wantErr(t, err, store.ErrInvalid)
			wantErr(t, s.Insert(ctx, []store.Record{r}), store.ErrInvalid)
		}
		_, err := s.Get(ctx, "Text", "x")
		wantErr(t, err, store.ErrInvalid)
		_, err = s.GetMany(ctx, "text", []string{"x", ""})
		wantErr(t, err, store.ErrInvalid)
		wantErr(t, s.List(ctx, "text", "By", store.Range{}, 0, nil), store.ErrInvalid)
		wantErr(t, s.Delete(ctx, "", "x", 1), store.ErrInvalid)
	}},
	{name: "Records/NoUpdateIsLost", concurrent: true, run: func(t *testing.T, s store.Store) {
		id := unique("r")
		const writers, each = 16, 8
		var wg sync.WaitGroup
		for w := range writers {
			wg.Go(func() {
				for i := range each {
					mark := fmt.Sprintf("%d.%d ", w, i)
					for try := 0; ; try++ {
						if try == 10_000 {
							t.Errorf("update %s is refused for good", mark)
							return
						}
						r, err := s.Get(ctx, "list", id)
						if errors.Is(err, store.ErrNotFound) {
							r, err = store.Record{Kind: "list", ID: id}, nil
						}
						if err != nil {
							t.Error(err)
							return
						}
						r.Data = append(r.Data, mark...)
						rev, err := s.PutIfRev(ctx, r)
						if err == nil {
							if rev != r.Rev+1 {
								t.Errorf("revision %d after %d", rev, r.Rev)
							}
							break
						}
						if !errors.Is(err, store.ErrConflict) {
							t.Error(err)
							return
						}
					}
				}
			})
		}
		wg.Wait()
		r, err := s.Get(ctx, "list", id)
		must(t, err)
		seen := map[string]int{}
		for _, mark := range strings.Fields(string(r.Data)) {
			seen[mark]++
		}
		if len(seen) != writers*each || r.Rev != writers*each || len(strings.Fields(string(r.Data))) != writers*each {
			t.Fatalf("%d updates acknowledged, %d kept at revision %d", writers*each, len(seen), r.Rev)
		}
	}},
	{name: "Records/OneCreator", concurrent: true, run: func(t *testing.T, s store.Store) {
		for range 20 {
			id := unique("r")
			var wg sync.WaitGroup
			var mu sync.Mutex
			wins := 0
			for w := range 8 {
				wg.Go(func() {
					_, err := s.PutIfRev(ctx, store.Record{Kind: "seat", ID: id, Data: []byte{byte(w)}, Index: map[string]string{"by": id}})
					if err == nil {
						mu.Lock()
						wins++
						mu.Unlock()
					} else if !errors.Is(err, store.ErrConflict) {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			if wins != 1 {
				t.Fatalf("%d writers were told that they made the record", wins)
			}
			if ids := list(t, s, "seat", "by", store.Range{From: id, To: id + "\x00"}, 0); len(ids) != 1 {
				t.Fatalf("index lists %q", ids)
			}
		}
	}},
}

func get(t *testing.T, s store.Store, r store.Record) store.Record {
	t.Helper()
	got, err := s.Get(ctx, r.Kind, r.ID)
	must(t, err)
	return got
}
