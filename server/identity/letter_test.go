package identity

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"veche/server/topic"
)

// digestOf stands for that of package selection.
func digestOf(code string) func([32]byte) string {
	return func(key [32]byte) string { return fmt.Sprintf("%x-%s", key[:2], code) }
}

func (o *office) bring(t *testing.T, topicID string, key byte, codes map[string]string) int {
	t.Helper()
	digests := map[string]string{}
	for code, person := range codes {
		digests[digestOf(code)([32]byte{key})] = person
	}
	n, err := o.BringLetters(t.Context(), topicID, [32]byte{key}, digests, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// A letter's code signs in once: whom it was sent to, or one person of its own.
func TestLetter(t *testing.T) {
	o := openOffice()
	vera, err := o.Add(t.Context(), "Vera")
	if err != nil {
		t.Fatal(err)
	}
	if n := o.bring(t, "bank", 1, map[string]string{"a": "", "b": "", "c": vera.ID}); n != 3 {
		t.Errorf("%d new", n)
	}
	o.bring(t, "bridge", 2, map[string]string{"d": ""})
	redeem := func(code string) (Person, string, error) {
		t.Helper()
		token, p, id, err := o.RedeemLetter(t.Context(), digestOf(code))
		if err == nil {
			if got, err := o.Resolve(t.Context(), Cookie(p, token)); err != nil || got.ID != p.ID {
				t.Errorf("%s: signed in as %+v, %v", code, got, err)
			}
		}
		return p, id, err
	}
	people := map[string]bool{}
	for code, want := range map[string]string{"a": "bank", "b": "bank", "d": "bridge", "c": "bank"} {
		p, id, err := redeem(code)
		if err != nil || id != want || p.Assurance != AssuranceRoster || len(p.Roles) != 0 || (p.ID == vera.ID) != (code == "c") {
			t.Errorf("%s: %+v, %q, %v", code, p, id, err)
		}
		people[p.Key] = true
	}
	if len(people) != 4 {
		t.Errorf("four letters are %d people", len(people))
	}
	// Bringing the mailing again renews no code.
	if n := o.bring(t, "bank", 1, map[string]string{"a": "", "b": "", "c": vera.ID, "e": ""}); n != 1 {
		t.Errorf("%d new", n)
	}
	for _, code := range []string{"a", "c", "d", "nobody's"} {
		if p, _, err := redeem(code); !errors.Is(err, ErrLetter) {
			t.Errorf("%s again: %+v, %v", code, p, err)
		}
	}
	if _, _, err := redeem("e"); err != nil {
		t.Error(err)
	}
}

// What is erased, taken away or over opens nothing.
func TestLetterEnds(t *testing.T) {
	o := openOffice()
	var ids [2]string
	for i := range ids {
		p, err := o.Add(t.Context(), "x", topic.RolePlanner)
		if err != nil {
			t.Fatal(err)
		}
		ids[i] = p.ID
	}
	o.bring(t, "bank", 1, map[string]string{"erased": ids[0], "revoked": ids[1], "late": ""})
	if err := o.Erase(t.Context(), ids[0]); err != nil {
		t.Fatal(err)
	}
	if err := o.Revoke(t.Context(), ids[1]); err != nil {
		t.Fatal(err)
	}
	o.now = o.now.Add(time.Hour + time.Second)
	for _, code := range []string{"erased", "revoked", "late"} {
		if _, _, _, err := o.RedeemLetter(t.Context(), digestOf(code)); !errors.Is(err, ErrLetter) {
			t.Errorf("%s: %v", code, err)
		}
	}
	if err := o.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, kind := range []string{kindMailing, kindLetter} {
		if err := o.records.Each(t.Context(), kind, "", func(id string, _ []byte) error {
			t.Errorf("there is still the %s %s", kind, id)
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
}

// Of many who type one code at the same moment one is signed in.
func TestLetterWorksOnce(t *testing.T) {
	o := openOffice()
	o.bring(t, "bank", 1, map[string]string{"a": ""})
	var in atomic.Int32
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			switch _, _, _, err := o.RedeemLetter(t.Context(), digestOf("a")); {
			case err == nil:
				in.Add(1)
			case !errors.Is(err, ErrLetter):
				t.Error(err)
			}
		})
	}
	all.Wait()
	if in.Load() != 1 {
		t.Errorf("%d were signed in", in.Load())
	}
}
