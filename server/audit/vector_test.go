package audit_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"veche/server/audit"
	"veche/server/topic"
)

// What the verify page of the browser reads is what this side writes: the page's
// own tests read the same file.
func TestVectorsOfTheVerifyPage(t *testing.T) {
	signer, err := audit.NewSigner("city.example", ed25519.NewKeyFromSeed(bytes.Repeat([]byte{3}, 32)))
	if err != nil {
		t.Fatal(err)
	}
	witness, err := audit.NewCosigner("auditor.example", ed25519.NewKeyFromSeed(bytes.Repeat([]byte{9}, 32)))
	if err != nil {
		t.Fatal(err)
	}
	events := vectorLog()
	tree, g := new(audit.Tree), new(audit.Grove)
	var leaves []audit.Leaf
	g.Read = func(group uint64) ([]audit.Leaf, error) { return leaves[group*audit.GroupSize:][:audit.GroupSize], nil }
	for i, e := range events {
		l, err := audit.NewLeaf(uint64(i+1), e)
		if err != nil {
			t.Fatal(err)
		}
		leaves = append(leaves, l)
		g.Append(l)
		if err := tree.Append(e); err != nil {
			t.Fatal(err)
		}
	}
	size := g.Size()
	point := func(n uint64) audit.Checkpoint {
		root, err := tree.Root(n)
		if err != nil {
			t.Fatal(err)
		}
		return audit.Checkpoint{Origin: "city.example/river-park", Size: n, Root: root}
	}
	signed := func(n uint64) []byte {
		b, err := audit.SignCheckpoint(point(n), signer)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	key, err := audit.ParseKey(signer.PublicKey())
	if err != nil {
		t.Fatal(err)
	}
	cosigned := func(n uint64) string {
		b, err := witness.Cosign(signed(n), key, time.Date(2026, 3, 20, 12, 0, 0, 0, time.UTC))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	type consistency struct {
		Older string       `json:"older"`
		Proof []audit.Hash `json:"proof"`
	}
	v := struct {
		Key        string              `json:"key"`
		Witness    string              `json:"witness"`
		Checkpoint string              `json:"checkpoint"`
		Cosigned   string              `json:"cosigned"`
		Groups     []audit.Group       `json:"groups"`
		Receipt    audit.EventReceipt  `json:"receipt"`
		Ballot     audit.BallotReceipt `json:"ballot"`
		Older      []consistency       `json:"older"`
		Bundle     []byte              `json:"bundle"`
		OldKey     string              `json:"old_key"` // before the key; what it signed stands
		Handover   string              `json:"handover"`
	}{Key: signer.PublicKey(), Witness: witness.PublicKey(), Cosigned: cosigned(size), Checkpoint: string(signed(size))}
	v.Receipt = audit.NewEventReceipt("river-park", audit.ReceiptOfApplication, 5, events[4])
	ballot, err := topic.DecodeEvent(events[vectorBallot-1], vectorBallot)
	if err != nil {
		t.Fatal(err)
	}
	v.Ballot = audit.NewBallotReceipt("river-park", &ballot, topic.Pseudonym{7})
	for group := range (size + audit.GroupSize - 1) / audit.GroupSize {
		one, err := g.Group(group, size)
		if err != nil {
			t.Fatal(err)
		}
		v.Groups = append(v.Groups, one)
	}
	for _, older := range []uint64{1, 2, 7, 63, 64, 65, 200, 256, 300, size} {
		proof, err := tree.Consistency(older, size)
		if err != nil {
			t.Fatal(err)
		}
		if proof == nil {
			proof = []audit.Hash{}
		}
		v.Older = append(v.Older, consistency{string(signed(older)), proof})
	}
	v.Bundle = vectorBundle(t, events, signer, signed(size), cosigned(vectorPart), v.Ballot.Ballot)
	old, err := audit.NewSigner("city.example", ed25519.NewKeyFromSeed(bytes.Repeat([]byte{4}, 32)))
	if err != nil {
		t.Fatal(err)
	}
	v.OldKey = old.PublicKey()
	if v.Handover, err = audit.SignHandover(old, signer, time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)); err != nil {
		t.Fatal(err)
	}
	got, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	got = append(got, '\n')
	golden := filepath.Join("..", "..", "frontend", "src", "lib", "verify", "record.golden.json")
	if *update {
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("the page's vectors are others; if that was meant, run with -update and the page's tests")
	}
}

const (
	vectorBallot = 40 // the event that casts the ballot of the receipt
	vectorPart   = 100
)

// vectorLog is a log of every kind of event that a proof treats in its own way;
// its form stays when settings change.
func vectorLog() [][]byte {
	var out [][]byte
	for i := range 361 {
		e := topic.Event{Time: 1_770_000_000_000 + int64(i)*1000, Body: &topic.StageOpened{Index: uint32(i % 3)}}
		switch {
		case i+1 == vectorBallot:
			e.Actor, e.Body = topic.Actor{Role: topic.RoleBallot, Number: 1}, &topic.BallotCast{Poll: 1, Marks: 0b101, Salt: [topic.SaltedBallot]byte{byte(i), 1}}
		case i > 2 && i < 30:
			e.Body = &topic.Applied{Pseudonym: topic.Pseudonym{byte(i), 1}, Row: topic.Digest{byte(i), 2}, Consent: "1"}
		case i > 150 && i < 290:
			e.Actor, e.Body = topic.Actor{Role: topic.RoleBallot, Number: uint64(i % 9)}, &topic.Voted{Item: uint32(i % 20), Value: topic.Agree}
		}
		out = append(out, e.AppendTo(nil))
	}
	return out
}

// vectorBundle is a bundle for the public, as far as a browser reads one.
func vectorBundle(t *testing.T, events [][]byte, signer *audit.Signer, checkpoint []byte, cosigned, ballot string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := audit.NewWriter(&out)
	f, err := w.Create(audit.LogFile)
	if err != nil {
		t.Fatal(err)
	}
	log := audit.NewLogWriter(f)
	for i, b := range events {
		if i == vectorPart {
			log.Part()
		}
		e, err := topic.DecodeEvent(b, uint64(i+1))
		if err != nil {
			t.Fatal(err)
		}
		switch e.Body.(type) {
		case *topic.StageOpened:
			log.Show(b)
		case *topic.BallotCast:
			log.Leaf(b)
		default:
			log.Hide(b)
		}
	}
	size, root, err := log.Close()
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range []struct {
		name, content string
	}{
		{audit.KeyFile, signer.PublicKey() + "\n"}, {audit.CheckpointFile, string(checkpoint)}, {audit.WitnessFile(1), cosigned},
		{audit.VotesFile, "ballot,item,vote,day\n00ff,1,agree,2026-03-01\n00ff,2,disagree,2026-03-01\n01ff,1,agree,2026-03-01\n"},
		{audit.PollFile(1), "ballot,options\n" + ballot + ",1 3\n"},
	} {
		if err := w.Add(file.name, []byte(file.content)); err != nil {
			t.Fatal(err)
		}
	}
	m := audit.Manifest{Code: "test", Topic: "river-park", For: audit.Public, Events: size, Root: root}
	if err := w.Close(m, func(text string) ([]byte, error) { return audit.SignText(text, signer) }); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
