package identity

import (
	"sync"
	"testing"
	"time"

	"veche/server/privacy/memory"
)

// Whoever is verified again is the same person with the same key, even where
// they come twice at the same moment; other values, domains and levels are others.
func TestVerifiedIsOnePerson(t *testing.T) {
	m := memory.New()
	d := NewDirectory(m, memory.Unsealed{}, time.Now)
	var wait sync.WaitGroup
	found := make([]Person, 8)
	for i := range found {
		wait.Go(func() {
			p, err := d.Verified(t.Context(), AssuranceCity, "https://id.example", "4711")
			if err != nil {
				t.Error(err)
			}
			found[i] = p
		})
	}
	wait.Wait()
	p := found[0]
	for _, other := range found {
		if other.ID != p.ID || other.Key != p.Key || other.Assurance != AssuranceCity || other.Key == "" {
			t.Errorf("%+v is not %+v", other, p)
		}
	}
	keys := map[string]bool{p.Key: true}
	for _, c := range []struct {
		level         Assurance
		domain, value string
	}{{AssuranceCity, "https://id.example", "4712"}, {AssuranceCity, "https://other.example", "4711"}, {AssuranceMail, "https://id.example", "4711"}} {
		o, err := d.Verified(t.Context(), c.level, c.domain, c.value)
		if err != nil || o.ID == p.ID || keys[o.Key] || o.Assurance != c.level {
			t.Errorf("%v is %+v, %v", c, o, err)
		}
		keys[o.Key] = true
	}
	persons := 0
	if err := d.People(t.Context(), func(Person) error { persons++; return nil }); err != nil || persons != 4 {
		t.Errorf("%d people, want 4: %v", persons, err)
	}
	if values, err := d.Proofs(t.Context(), p.ID); err != nil || values[AssuranceCity] != "4711" {
		t.Errorf("verified by %v: %v", values, err)
	}
	if err := d.Erase(t.Context(), p.ID); err != nil {
		t.Fatal(err)
	}
	if again, err := d.Verified(t.Context(), AssuranceCity, "https://id.example", "4711"); err != nil || again.ID == p.ID || again.Key != p.Key {
		t.Errorf("erased and verified again: %+v, %v", again, err)
	}
}

// People whom the office entered, and those who came by file, are each known once.
func TestRosterIsTheDefault(t *testing.T) {
	d := NewDirectory(memory.New(), memory.Unsealed{}, time.Now)
	entered, err := d.Add(t.Context(), "Anna")
	if err != nil {
		t.Fatal(err)
	}
	filed, err := d.Person(t.Context(), NewID())
	if err != nil {
		t.Fatal(err)
	}
	if entered.Assurance != AssuranceRoster || filed.Assurance != AssuranceRoster || entered.Key == filed.Key || entered.Key == "" || filed.Key == "" {
		t.Errorf("entered %+v, by file %+v", entered, filed)
	}
	if again, err := d.Person(t.Context(), entered.ID); err != nil || again.Key != entered.Key {
		t.Errorf("read again: %+v, %v", again, err)
	}
}
