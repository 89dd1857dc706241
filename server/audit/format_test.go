package audit_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"veche/server/analysis/rehearsal"
	"veche/server/audit"
	"veche/server/topic"
)

func TestVotesReadBack(t *testing.T) {
	p := rehearsal.Whole(t)
	var v audit.Votes
	for i, b := range p.Events {
		e, err := topic.DecodeEvent(b, uint64(i+1))
		if err != nil {
			t.Fatal(err)
		}
		if err := v.Observe(&e); err != nil {
			t.Fatal(err)
		}
	}
	if v.Count() != p.State.VoteCount {
		t.Errorf("%d votes, the state has %d", v.Count(), p.State.VoteCount)
	}
	var first, second bytes.Buffer
	if _, err := v.WriteTo(&first); err != nil {
		t.Fatal(err)
	}
	read, err := audit.ReadVotes(bytes.NewReader(first.Bytes()), len(p.State.Items))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := read.WriteTo(&second); err != nil || !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Errorf("read back and written again the votes differ: %v", err)
	}
	ballot := "00112233445566778899aabbccddeeff"
	for _, bad := range []string{
		"", "ballot,item\n", "ballot,item,vote,day\nxx,1,agree,2026-03-01\n",
		"ballot,item,vote,day\n" + ballot + ",0,agree,2026-03-01\n",
		"ballot,item,vote,day\n" + ballot + ",99,agree,2026-03-01\n",
		"ballot,item,vote,day\n" + ballot + ",01,agree,2026-03-01\n",
		"ballot,item,vote,day\n" + ballot + ",1,yes,2026-03-01\n",
		"ballot,item,vote,day\n" + ballot + ",1,agree,2026-03-01T10:00\n",
		"ballot,item,vote,day\n" + ballot + ",1,agree,2026-03-01\n" + ballot + ",1,agree,2026-03-01\n",
		"ballot,item,vote,day\n" + strings.ToUpper(ballot) + ",1,agree,2026-03-01\n",
	} {
		if _, err := audit.ReadVotes(strings.NewReader(bad), 10); err == nil {
			t.Errorf("%q is taken for votes", bad)
		}
	}
}

func FuzzVotes(f *testing.F) {
	f.Add("ballot,item,vote,day\n00112233445566778899aabbccddeeff,1,agree,2026-03-01\n")
	f.Add("ballot,item,vote,day\n00112233445566778899aabbccddeeff,1,agree,2026-03-01\r\n")
	f.Fuzz(func(t *testing.T, text string) {
		v, err := audit.ReadVotes(strings.NewReader(text), 50)
		if err != nil {
			return
		}
		var again bytes.Buffer
		if _, err := v.WriteTo(&again); err != nil {
			t.Fatal(err)
		}
		if again.String() != text {
			t.Errorf("%q is read as %q", text, again.String())
		}
	})
}

func FuzzLines(f *testing.F) {
	f.Add(`{"event":5,"kind":"idea","index":0,"salt":"00112233445566778899aabbccddeeff","text":"A bench."}` + "\n")
	f.Add(`{"event":5,"kind":"idea","index":0,"erased":"unlawful"}` + "\n")
	f.Fuzz(func(_ *testing.T, text string) {
		_ = audit.ReadLines(strings.NewReader(text), func(l audit.Line) error {
			_, _, err := l.Body()
			return err
		})
	})
}

func FuzzLog(f *testing.F) {
	f.Add(rewriteLog(f, [][]byte{[]byte("one"), []byte("two"), []byte("three")}))
	f.Fuzz(func(t *testing.T, b []byte) {
		var list [][]byte
		cover, err := audit.ReadLog(bytes.NewReader(b), func(_ uint64, e []byte) error {
			list = append(list, bytes.Clone(e))
			return nil
		})
		if err == nil && uint64(len(list)) == cover.Len() && cover.Root() != audit.Hash(plainRoot(list)) {
			t.Error("the root is not that of the events")
		}
	})
}

func FuzzManifest(f *testing.F) {
	m := audit.Manifest{Schema: 1, For: audit.Public, Files: []audit.File{{Name: "log/events.bin", Size: 3}}}
	b, err := m.Encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := audit.ParseManifest(b)
		if err != nil {
			return
		}
		if again, err := m.Encode(); err != nil || !bytes.Equal(again, b) {
			t.Errorf("it reads back otherwise: %v", err)
		}
	})
}

func FuzzBundle(f *testing.F) {
	f.Add(rehearsal.Whole(f).Bundle(audit.Public))
	f.Fuzz(func(_ *testing.T, b []byte) { broken(b) }) // must answer, not panic
}

func FuzzCheckpoint(f *testing.F) {
	f.Add(audit.Checkpoint{Origin: "city.example/t", Size: 7}.Text())
	f.Fuzz(func(t *testing.T, text string) {
		if c, err := audit.ParseCheckpoint(text); err == nil && c.Text() != text {
			t.Errorf("%q is read as %q", text, c.Text())
		}
	})
}

func FuzzSignedText(f *testing.F) {
	key := signer(f, 1)
	signed, err := audit.SignText("city.example/t\n7\nx\n", key)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(key.PublicKey(), signed)
	f.Add("city.example+00000000+AQ==", []byte("x\n\n— city.example AAAAAA==\n"))
	f.Fuzz(func(t *testing.T, text string, note []byte) {
		k, err := audit.ParseKey(text)
		if err != nil {
			return
		}
		if got, err := audit.OpenText(note, k); err == nil && text == key.PublicKey() && !bytes.Equal(note, signed) {
			t.Fatalf("%q was never signed", got)
		}
	})
}

func FuzzBallotReceipt(f *testing.F) {
	p := rehearsal.Whole(f)
	for _, r := range polled(f, p)[:2] {
		b, err := json.Marshal(r)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := audit.ParseBallotReceipt(b)
		if err == nil && len(r.Ballot) != 32 {
			t.Fatalf("the receipt is of ballot %q", r.Ballot)
		}
	})
}
