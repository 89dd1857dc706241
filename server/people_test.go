package server

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"veche/server/identity"
	"veche/server/privacy"
	"veche/server/topic"
)

// dated is a server's parts over real files, under a clock that the test moves.
type dated struct {
	*Server
	dir   string
	clock *handClock
}

func openDated(t *testing.T) *dated {
	t.Helper()
	d := &dated{dir: t.TempDir(), clock: clockAt(time.Date(2030, 1, 1, 9, 0, 0, 0, time.UTC))}
	s, err := Open(t.Context(), Options{Data: d.dir, Clock: d.clock.now})
	if err != nil {
		t.Fatal(err)
	}
	d.Server = s
	t.Cleanup(func() { d.close(t) })
	return d
}

func (d *dated) close(t *testing.T) {
	t.Helper()
	if d.Server == nil {
		return
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
	d.Server = nil
}

// signIn starts a session and answers its cookie.
func (d *dated) signIn(t *testing.T, p identity.Person) string {
	t.Helper()
	code, err := d.People.NewCode(t.Context(), p.ID, time.Hour, false)
	if err != nil {
		t.Fatal(err)
	}
	token, who, err := d.People.Redeem(t.Context(), code)
	if err != nil {
		t.Fatal(err)
	}
	return identity.Cookie(who, token)
}

func (d *dated) add(t *testing.T, name string, roles ...topic.Role) identity.Person {
	t.Helper()
	p, err := d.People.Add(t.Context(), name, roles...)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// inFiles says whether any file of the data but the keys holds what.
func (d *dated) inFiles(t *testing.T, what []byte) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(d.dir, "veche.db*"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	return slices.ContainsFunc(files, func(f string) bool {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		return bytes.Contains(b, what)
	})
}

// Sessions end after their time without use, after their whole time, when one
// signs out, and all of a person's when the roles change.
func TestSessionsEnd(t *testing.T) {
	d := openDated(t)
	anna, boris := d.add(t, "Anna", topic.RolePlanner), d.add(t, "Boris")
	stands := func(cookie string, want bool) {
		t.Helper()
		p, err := d.People.Resolve(t.Context(), cookie)
		if want && (err != nil || p.ID == "") {
			t.Errorf("the session does not stand: %v", err)
		}
		if !want && !errors.Is(err, identity.ErrSession) {
			t.Errorf("the session stands: %+v, %v", p, err)
		}
	}
	c := d.signIn(t, anna)
	stands(c, true)
	for _, forged := range []string{"", ".", "x", anna.ID + ".", boris.ID + c[len(anna.ID):], c + "A", c[:len(c)-1]} {
		stands(forged, false)
	}

	d.clock.pass(identity.SessionIdle - time.Hour)
	stands(c, true)
	d.clock.pass(identity.SessionIdle + 2*time.Hour)
	stands(c, false)

	c = d.signIn(t, anna)
	for range 29 { // used every day
		d.clock.pass(24 * time.Hour)
		stands(c, true)
	}
	d.clock.pass(identity.SessionLife - 29*24*time.Hour + time.Hour)
	stands(c, false)

	one, other, his := d.signIn(t, anna), d.signIn(t, anna), d.signIn(t, boris)
	if err := d.People.End(t.Context(), one); err != nil {
		t.Fatal(err)
	}
	stands(one, false)
	stands(other, true)
	if err := d.People.SetRoles(t.Context(), anna.ID, nil); err != nil {
		t.Fatal(err)
	}
	stands(other, false)
	stands(his, true)
	if p, err := d.People.Resolve(t.Context(), d.signIn(t, anna)); err != nil || p.Has(topic.RolePlanner) {
		t.Errorf("with the role taken away: %+v, %v", p, err)
	}
}

// A code works once, whoever tries at the same time, and not after its time.
func TestSignInCodes(t *testing.T) {
	d := openDated(t)
	anna := d.add(t, "Anna")
	code, err := d.People.NewCode(t.Context(), anna.ID, time.Hour, false)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	errs := make([]error, 20)
	for i := range errs {
		wg.Go(func() { _, _, errs[i] = d.People.Redeem(t.Context(), code) })
	}
	wg.Wait()
	worked := 0
	for _, err := range errs {
		if err == nil {
			worked++
		} else if !errors.Is(err, identity.ErrCode) {
			t.Error(err)
		}
	}
	if worked != 1 {
		t.Errorf("the code worked %d times", worked)
	}
	late, err := d.People.NewCode(t.Context(), anna.ID, time.Hour, false)
	if err != nil {
		t.Fatal(err)
	}
	d.clock.pass(time.Hour + time.Second)
	if _, _, err := d.People.Redeem(t.Context(), late); !errors.Is(err, identity.ErrCode) {
		t.Errorf("an old code: %v", err)
	}
}

// The database holds no name, no id of a file, no code and no token; whoever
// copies it learns nothing and opens nothing.
func TestDatabaseTellsNobody(t *testing.T) {
	d := openDated(t)
	p := d.add(t, "Anna Zeltabor")
	code, err := d.People.NewCode(t.Context(), p.ID, time.Hour, true)
	if err != nil {
		t.Fatal(err)
	}
	cookie := d.signIn(t, p)
	members, err := d.Vault.Enrol(t.Context(), "bank", []string{"passport-77310042"}, identity.NewID, nil)
	if err != nil {
		t.Fatal(err)
	}
	names, err := d.Vault.Pseudonyms(t.Context(), p.ID, "bank")
	if err != nil {
		t.Fatal(err)
	}
	d.close(t)
	if !d.inFiles(t, []byte(p.ID)) {
		t.Fatal("the person is not in the files: the test would show nothing")
	}
	for what, b := range map[string][]byte{
		"the name": []byte("Zeltabor"), "the id of the file": []byte("77310042"), "the code": []byte(code), "the token": []byte(cookie[len(p.ID)+1:]),
		"the debate pseudonym": names.Debate[:], "the ballot pseudonym": names.Ballot[:], "a member's ballot pseudonym": members[0].Ballot[:],
	} {
		if d.inFiles(t, b) {
			t.Errorf("%s lies open in the database", what)
		}
	}
}

// What is sealed opens at its place only, and nowhere once the person's key is
// destroyed.
func TestVault(t *testing.T) {
	d := openDated(t)
	anna, boris := d.add(t, "Anna"), d.add(t, "Boris")
	sealed, err := d.Vault.Seal(t.Context(), anna.ID, "phone", []byte("555"))
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := d.Vault.Open(t.Context(), anna.ID, "phone", sealed); err != nil || string(plain) != "555" {
		t.Errorf("opened as %q, %v", plain, err)
	}
	if _, err := d.Vault.Open(t.Context(), anna.ID, "mail", sealed); err == nil {
		t.Error("opened as another field")
	}
	if _, err := d.Vault.Open(t.Context(), boris.ID, "phone", sealed); err == nil {
		t.Error("opened as another person's")
	}
	for i := range sealed {
		bad := bytes.Clone(sealed)
		bad[i] ^= 1
		if _, err := d.Vault.Open(t.Context(), anna.ID, "phone", bad); err == nil {
			t.Fatalf("opened with byte %d changed", i)
		}
	}
	if err := d.People.Erase(t.Context(), anna.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Vault.Open(t.Context(), anna.ID, "phone", sealed); !errors.Is(err, privacy.ErrErased) {
		t.Errorf("after the erasure: %v", err)
	}
	if _, err := d.Vault.Pseudonyms(t.Context(), anna.ID, "bank"); !errors.Is(err, privacy.ErrErased) {
		t.Errorf("an erased person got pseudonyms: %v", err)
	}
}

// A person has the same pseudonyms in a topic whoever asks at once, others in
// another, and no two alike; ballots come sorted and only of those kept.
func TestPseudonyms(t *testing.T) {
	d := openDated(t)
	anna := d.add(t, "Anna")
	all := make([]privacy.Pseudonyms, 20)
	var wg sync.WaitGroup
	for i := range all {
		wg.Go(func() {
			var err error
			if all[i], err = d.Vault.Pseudonyms(t.Context(), anna.ID, "bank"); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for _, p := range all {
		if p != all[0] {
			t.Fatal("one person has two sets of pseudonyms")
		}
	}
	other, err := d.Vault.Pseudonyms(t.Context(), anna.ID, "park")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[topic.Pseudonym]bool{}
	for _, p := range []topic.Pseudonym{all[0].Debate, all[0].Ballot, all[0].Staff, other.Debate, other.Ballot, other.Staff} {
		if seen[p] || p == (topic.Pseudonym{}) {
			t.Error("two pseudonyms are alike, or one is empty")
		}
		seen[p] = true
	}
	var ids []string
	for i := range 30 {
		ids = append(ids, fmt.Sprint("id ", i))
	}
	first, err := d.Vault.Enrol(t.Context(), "bank", ids, identity.NewID, nil)
	if err != nil {
		t.Fatal(err)
	}
	again, err := d.Vault.Enrol(t.Context(), "bank", append([]string{"id 7"}, ids...), identity.NewID, nil)
	if err != nil || again[0] != first[7] || !slices.Equal(again[1:], first) {
		t.Errorf("enrolled again they are others: %v", err)
	}
	kept := map[topic.Pseudonym]bool{first[3].Debate: true, first[5].Debate: true, first[9].Debate: true}
	var ballots []topic.Pseudonym
	err = d.Vault.Members(t.Context(), "bank", func(p privacy.Pseudonyms) {
		if kept[p.Debate] {
			ballots = append(ballots, p.Ballot)
		}
	})
	if err != nil || len(ballots) != 3 {
		t.Errorf("ballots %x, %v", ballots, err)
	}
	for _, i := range []int{3, 5, 9} {
		if !slices.Contains(ballots, first[i].Ballot) {
			t.Errorf("member %d has no ballot", i)
		}
	}
}
