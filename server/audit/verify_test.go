package audit_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"veche/server/analysis/rehearsal"
	"veche/server/audit"
	"veche/server/topic"
)

var update = flag.Bool("update", false, "write the golden files anew")

func verify(tb testing.TB, bundle []byte, o audit.Options) audit.Report {
	tb.Helper()
	r, err := audit.Verify(context.Background(), bytes.NewReader(bundle), int64(len(bundle)), o)
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

func outcomes(r audit.Report) string {
	var b strings.Builder
	for _, s := range r.Steps {
		b.WriteString(s.Name + ": " + string(s.Outcome) + "\n")
	}
	return b.String()
}

func TestPublicBundleProvesWhatItSays(t *testing.T) {
	bundle := rehearsal.Whole(t).Bundle(audit.Public)
	r := verify(t, bundle, audit.Options{})
	want := `files: proved
signature: proved
checkpoint: proved
log: proved
texts: proved
people: not-in-bundle
state: re-run
commitment 1: proved
commitment 2: proved
commitment 3: proved
draw 1: proved
draw 2: proved
limits: not-in-bundle
tables 1: proved
clustering 1: not-in-bundle
clustering 2: re-run
votes: not-in-bundle
tally 1: re-run
ranking: re-run
`
	if got := outcomes(r); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
		for _, s := range r.Steps {
			t.Logf("%s: %s", s.Name, s.Detail)
		}
	}
	if r.Failures() != 0 || r.Topic != "river-park" || r.Events != 361 {
		t.Errorf("report %+v", r)
	}
}

func TestAuditorRunsEverythingAgain(t *testing.T) {
	p := rehearsal.Whole(t)
	p.Tally() // a second one, so that the first is run again with Full only
	r := verify(t, p.Bundle(audit.Auditor), audit.Options{Full: true})
	for _, s := range r.Steps {
		if s.Outcome == audit.Failed || s.Outcome == audit.NotInBundle && s.Name != "clustering 1" && s.Name != "limits" {
			t.Errorf("%s: %s, %s", s.Name, s.Outcome, s.Detail)
		}
	}
	if got := outcomes(r); strings.Count(got, "re-run") != 12 {
		t.Errorf("steps\n%s", got)
	}
	if got := outcomes(verify(t, p.Bundle(audit.Auditor), audit.Options{})); !strings.Contains(got, "tally 1: proved\nvotes: re-run\ntally 2: re-run") {
		t.Errorf("without Full\n%s", got)
	}
	if got := outcomes(verify(t, p.Bundle(audit.Public), audit.Options{})); !strings.Contains(got, "tally 1: not-in-bundle\nvotes: not-in-bundle\ntally 2: re-run") {
		t.Errorf("public\n%s", got)
	}
}

// Erasing what a computation read leaves a bundle that verifies and no longer
// holds the text.
func TestErasureLeavesABundleThatVerifies(t *testing.T) {
	p := rehearsal.Whole(t)
	seated := p.State.Seats[0].Application
	p.Erase(topic.EraseApplication, seated, "author-request")
	p.Erase(topic.EraseIdea, 9, "author-request") // "Plant more trees …"
	merge := slices.IndexFunc(p.State.Board.Operations, func(o topic.Operation) bool { return o.Kind == topic.OperationMerge })
	p.Erase(topic.EraseReason, p.State.Board.Operations[merge].Seq, "personal-data")
	for _, audience := range []audit.Audience{audit.Public, audit.Auditor} {
		bundle := p.Bundle(audience)
		r := verify(t, bundle, audit.Options{Full: true})
		if r.Failures() != 0 {
			t.Errorf("%s: %+v", audience, r.Steps)
		}
		got := outcomes(r)
		if !strings.Contains(got, "clustering 2: not-in-bundle") || !strings.Contains(got, "draw 1: proved") || !strings.Contains(got, "tables 1: proved") {
			t.Errorf("%s:\n%s", audience, got)
		}
		for name, content := range unzip(t, bundle) {
			for _, gone := range []string{"Plant more trees", "Anna Petrova", "Call me on", "both speak of paths"} {
				if bytes.Contains(content, []byte(gone)) {
					t.Errorf("%s: %s still says %q", audience, name, gone)
				}
			}
		}
	}
}

// The public bundle tells nothing of what it may not tell.
func TestPublicBundleKeepsSilent(t *testing.T) {
	p := rehearsal.Whole(t)
	files := unzip(t, p.Bundle(audit.Public))
	secrets := [][]byte{[]byte("the salt of the pairs")}
	for i := range p.State.Applications {
		a := &p.State.Applications[i]
		secrets = append(secrets, a.Pseudonym[:], []byte(hex.EncodeToString(a.Pseudonym[:])))
		if row, ok := p.Texts[a.Row]; ok {
			secrets = append(secrets, row.Body, []byte(hex.EncodeToString(row.Salt[:])), row.Salt[:])
		}
	}
	for i := range p.State.Remarks {
		if m := &p.State.Remarks[i]; m.Room != 0 {
			salt := p.Texts[m.Text].Salt
			secrets = append(secrets, []byte(hex.EncodeToString(salt[:])), m.Text[:])
		}
	}
	for _, e := range p.Events {
		decoded, err := topic.DecodeEvent(e, 1)
		if err != nil {
			t.Fatal(err)
		}
		switch decoded.Body.(type) {
		case *topic.Applied, *topic.Withdrawn, *topic.SeatAnswered, *topic.Voted, *topic.BallotsIssued:
			secrets = append(secrets, e)
		}
	}
	for name, content := range files {
		for _, s := range secrets {
			if len(s) > 0 && bytes.Contains(content, s) {
				t.Fatalf("%s holds %q", name, s)
			}
		}
	}
	insult := append([]byte(`"text":"`), p.Texts[p.State.Remarks[4].Text].Body...)
	if remarks := files["log/remarks.jsonl"]; bytes.Contains(remarks, insult) || !bytes.Contains(remarks, []byte(`"withheld":true`)) || !bytes.Contains(remarks, []byte("an insult")) {
		t.Errorf("the remark that was removed is not withheld with its reason:\n%s", remarks)
	}
	votes := string(files[audit.VotesFile])
	if strings.Contains(votes, ":") || !strings.Contains(votes, "2026-03-0") {
		t.Errorf("votes.csv has other times than days:\n%.200s", votes)
	}
	lines := strings.Split(strings.TrimSpace(votes), "\n")[1:]
	if !slices.IsSorted(lines) {
		t.Error("the order of votes is not that of the pseudonyms")
	}
}

func unzip(tb testing.TB, bundle []byte) map[string][]byte {
	tb.Helper()
	z, err := zip.NewReader(bytes.NewReader(bundle), int64(len(bundle)))
	if err != nil {
		tb.Fatal(err)
	}
	files := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			tb.Fatal(err)
		}
		var b bytes.Buffer
		if _, err := b.ReadFrom(r); err != nil {
			tb.Fatal(err)
		}
		files[f.Name] = b.Bytes()
	}
	return files
}

// found says whether anything is found to be wrong, by the cheap checks first.
func found(b []byte) bool {
	a, err := audit.OpenArchive(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return true
	}
	bad := false
	a.CheckFiles(func(string, string) { bad = true })
	return bad || a.CheckContainer() != nil || broken(b)
}

// broken says whether a verification finds something wrong.
func broken(bundle []byte) bool {
	r, err := audit.Verify(context.Background(), bytes.NewReader(bundle), int64(len(bundle)), audit.Options{})
	return err != nil || r.Failures() > 0
}

// A byte changed alone is found, wherever it stands: in headers, in the gaps
// between files and in the signature every byte is tried, in the files' data,
// which two digests bind, one in eleven.
func TestAnyChangedByteIsFound(t *testing.T) {
	bundle := rehearsal.Whole(t).Bundle(audit.Public)
	z, err := zip.NewReader(bytes.NewReader(bundle), int64(len(bundle)))
	if err != nil {
		t.Fatal(err)
	}
	data := make([]bool, len(bundle))
	for _, f := range z.File {
		at, err := f.DataOffset()
		if err != nil {
			t.Fatal(err)
		}
		if f.Name == audit.SignatureFile {
			continue
		}
		for i := range f.CompressedSize64 - 1 { // the last byte has bits that say nothing
			data[at+int64(i)] = true
		}
	}
	if found(bundle) {
		t.Fatal("the bundle is found to be changed as it is")
	}
	every := 11
	if raceEnabled {
		every = 101
	}
	tried := 0
	for at := range bundle {
		if (data[at] || raceEnabled) && at%every != 0 {
			continue
		}
		tried++
		b := bytes.Clone(bundle)
		b[at] ^= 1 << (at * 5 % 8)
		if !found(b) {
			t.Errorf("byte %d of %d, changed from %02x to %02x, is not found", at, len(b), bundle[at], b[at])
		}
	}
	t.Logf("%d changes tried", tried)
}

func TestTamperingIsFound(t *testing.T) {
	bundle := rehearsal.Whole(t).Bundle(audit.Auditor)
	rapid.Check(t, func(t *rapid.T) {
		b := bytes.Clone(bundle)
		at := rapid.IntRange(0, len(b)-1).Draw(t, "at")
		switch rapid.IntRange(0, 4).Draw(t, "how") {
		case 0:
			b[at] ^= byte(rapid.IntRange(1, 255).Draw(t, "with"))
		case 1:
			b = b[:at] // truncated
		case 2:
			b = append(b[:at:at], b[at+1:]...) // a byte dropped
		case 3:
			b = slices.Insert(b, at, byte(rapid.IntRange(0, 255).Draw(t, "byte")))
		case 4:
			b = append(b, make([]byte, rapid.IntRange(1, 100).Draw(t, "tail"))...)
		}
		if !found(b) {
			t.Fatal("not found")
		}
	})
}

func TestSameBytesBundle(t *testing.T) {
	var got strings.Builder
	for _, audience := range []audit.Audience{audit.Public, audit.Auditor} {
		p := rehearsal.Whole(t)
		first, second := p.Bundle(audience), rehearsal.Whole(t).Bundle(audience)
		if !bytes.Equal(first, second) {
			t.Errorf("two bundles for the %s differ", audience)
		}
		files := unzip(t, first)
		for _, f := range manifest(t, first).Files {
			sum := sha256.Sum256(files[f.Name])
			got.WriteString(hex.EncodeToString(sum[:]) + "  " + string(audience) + "/" + f.Name + "\n")
		}
	}
	golden := filepath.Join("testdata", "bundle.sha256")
	if *update {
		if err := os.WriteFile(golden, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got.String() != string(want) {
		t.Errorf("the bundle's files have other bytes; if a method was changed on purpose, raise its schema and run with -update:\n%s", got.String())
	}
}

func manifest(tb testing.TB, bundle []byte) *audit.Manifest {
	tb.Helper()
	a, err := audit.OpenArchive(bytes.NewReader(bundle), int64(len(bundle)))
	if err != nil {
		tb.Fatal(err)
	}
	return a.Manifest
}

func TestKeyCanBePinned(t *testing.T) {
	p := rehearsal.Whole(t)
	bundle := p.Bundle(audit.Public)
	if r := verify(t, bundle, audit.Options{Key: p.Signer().PublicKey()}); r.Failures() != 0 {
		t.Errorf("with its own key: %+v", r.Steps)
	}
	other, err := audit.NewSigner("rehearsal.example", ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)))
	if err != nil {
		t.Fatal(err)
	}
	if r := verify(t, bundle, audit.Options{Key: other.PublicKey()}); r.Failures() == 0 {
		t.Error("another key is taken for the bundle's")
	}
}

// People who withdraw between commitment and draw stay in the pool that was
// published; the audit draws from it as it was.
func TestAuditDrawsFromThePoolAsCommitted(t *testing.T) {
	p := rehearsal.New(t)
	p.Apply(60)
	p.Do(rehearsal.Planner, topic.OpenStage{Index: 1})
	l := p.Lottery()
	p.Commit(topic.Beacon{Kind: topic.BeaconPublic, Source: "numbers"})
	for n := uint64(20); n < 30; n++ {
		p.Do(p.Citizen(n), topic.Withdraw{})
	}
	p.Keeping(l, "4 8 15")
	declined := 0
	for _, seat := range p.State.Seats {
		if gone := seat.Application >= 20 && seat.Application < 30; gone != (seat.Status == topic.SeatDeclined) {
			t.Errorf("the seat of application %d is %s", seat.Application, seat.Status)
		} else if gone {
			declined++
		}
	}
	if declined == 0 {
		t.Fatal("none of the ten was drawn: choose others")
	}
	p.Round("the rest")
	last := p.State.Seats[len(p.State.Seats)-1].Application
	p.Do(p.Citizen(last), topic.AnswerSeat{Accept: false})
	p.Commit(topic.Beacon{Kind: topic.BeaconPhrase}) // and one left open
	for _, audience := range []audit.Audience{audit.Auditor, audit.Public} {
		r := verify(t, p.Bundle(audience), audit.Options{Full: true})
		if r.Failures() > 0 {
			t.Errorf("%s: %+v", audience, r.Steps)
		}
		for _, s := range r.Steps {
			if s.Name == "commitment 3" && !strings.HasSuffix(s.Detail, "still open") || s.Name == "draw 2" && !strings.HasPrefix(s.Detail, "24 seats from 49 people") {
				t.Errorf("%s: %+v", audience, s)
			}
		}
	}
}
