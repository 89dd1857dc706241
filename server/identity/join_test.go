package identity

import (
	"context"
	"errors"
	"sync"
	"testing"

	"veche/server/topic"
)

// taking part: whoever is named has.
func partOf(people ...string) Empty {
	return func(_ context.Context, id string) (bool, error) {
		for _, p := range people {
			if p == id {
				return false, nil
			}
		}
		return true, nil
	}
}

func (o *office) verified(t *testing.T, level Assurance, value string) Person {
	t.Helper()
	p, err := o.Verified(t.Context(), level, "", value)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// One who is known in two ways is one person, whichever came first, and stays who
// they were; the account that yields is gone.
func TestJoin(t *testing.T) {
	for name, before := range map[string]bool{"a new identity": false, "an identity that had an account": true} {
		t.Run(name, func(t *testing.T) {
			o := openOffice()
			anna := o.verified(t, AssuranceMail, "anna@mail.example")
			old := ""
			if before {
				old = o.verified(t, AssuranceCity, "4711").ID
			}
			if err := o.attach(t.Context(), anna.ID, AssuranceCity, "", "4711", partOf(anna.ID)); err != nil {
				t.Fatal(err)
			}
			byMail, byCity := o.verified(t, AssuranceMail, "anna@mail.example"), o.verified(t, AssuranceCity, "4711")
			if byMail.ID != anna.ID || byCity.ID != anna.ID || byMail.Key != byCity.Key || byCity.Assurance != AssuranceCity || byCity.Key == anna.Key {
				t.Errorf("%+v and %+v", byMail, byCity)
			}
			if before {
				if _, rev, err := o.load(t.Context(), old); err != nil || rev != 0 {
					t.Errorf("the account that yielded is there: %d, %v", rev, err)
				}
			}
			if values, err := o.Proofs(t.Context(), anna.ID); err != nil || values[AssuranceMail] != "anna@mail.example" || values[AssuranceCity] != "4711" {
				t.Errorf("%v, %v", values, err)
			}
			// Again it changes nothing; another identity is refused; erased, none leads anywhere.
			if err := o.attach(t.Context(), anna.ID, AssuranceCity, "", "4711", partOf()); err != nil {
				t.Error(err)
			}
			if err := o.attach(t.Context(), anna.ID, AssuranceCity, "", "4712", partOf()); !errors.Is(err, ErrHasCity) {
				t.Errorf("a second identity: %v", err)
			}
			if err := o.Erase(t.Context(), anna.ID); err != nil {
				t.Fatal(err)
			}
			if err := o.records.Each(t.Context(), kindProof, "", func(id string, _ []byte) error {
				t.Errorf("after the erasure there is %s", id)
				return nil
			}); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// Nothing is joined that somebody needs as it is, and what is refused changes nothing.
func TestJoinIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		other func(t *testing.T, o *office, id string)
		took  bool
		want  error
	}{
		"both took part": {func(*testing.T, *office, string) {}, true, ErrJoinBoth},
		"an account with a role": {func(t *testing.T, o *office, id string) {
			_ = o.SetRoles(t.Context(), id, []topic.Role{topic.RolePlanner})
		}, false, ErrJoined},
		"an account known by more": {func(t *testing.T, o *office, id string) {
			if err := o.learn(t.Context(), id, AssuranceMail, "key", "x@mail.example"); err != nil {
				t.Fatal(err)
			}
		}, false, ErrJoined},
	} {
		t.Run(name, func(t *testing.T) {
			o := openOffice()
			anna, other := o.verified(t, AssuranceMail, "anna@mail.example"), o.verified(t, AssuranceCity, "4711")
			c.other(t, o, other.ID)
			empty := partOf(anna.ID)
			if c.took {
				empty = partOf(anna.ID, other.ID)
			}
			if err := o.attach(t.Context(), anna.ID, AssuranceCity, "", "4711", empty); !errors.Is(err, c.want) {
				t.Errorf("%v", err)
			}
			if p := o.verified(t, AssuranceCity, "4711"); p.ID != other.ID {
				t.Errorf("the identity leads to %+v", p)
			}
			if p := o.verified(t, AssuranceMail, "anna@mail.example"); p.ID != anna.ID || p.Assurance != AssuranceMail {
				t.Errorf("%+v", p)
			}
		})
	}
}

// Of many accounts that join one identity at the same moment one does.
func TestJoinsAtOnce(t *testing.T) {
	o := openOffice()
	var ids []string
	for _, name := range []string{"a", "b", "c", "d", "e", "f", "g", "h"} {
		ids = append(ids, o.verified(t, AssuranceMail, name+"@mail.example").ID)
	}
	joined := make([]bool, len(ids))
	var all sync.WaitGroup
	for i, id := range ids {
		all.Go(func() {
			err := o.attach(t.Context(), id, AssuranceCity, "", "4711", partOf())
			if joined[i] = err == nil; err != nil && !errors.Is(err, ErrJoined) {
				t.Error(err)
			}
		})
	}
	all.Wait()
	who := o.verified(t, AssuranceCity, "4711").ID
	for i, id := range ids {
		p, err := o.Person(t.Context(), id)
		if err != nil || joined[i] != (id == who) || (p.Assurance == AssuranceCity) != (id == who) {
			t.Errorf("%d: joined %v, %+v, %v", i, joined[i], p, err)
		}
	}
}

// A join is finished by who began it, signed in as then, and by no other.
func TestJoinIsBoundToItsPerson(t *testing.T) {
	o := openCity(t)
	anna, eve := o.verified(t, AssuranceMail, "anna@mail.example"), o.verified(t, AssuranceMail, "eve@mail.example")
	for _, here := range []string{"", eve.ID} {
		location, browser, err := o.BeginJoin(t.Context(), o.city, anna.ID)
		if err != nil {
			t.Fatal(err)
		}
		state, code := o.point.visit(location)
		if _, p, err := o.FinishCity(t.Context(), o.city, browser, state, code, here, partOf()); !errors.Is(err, ErrCity) {
			t.Errorf("%q: %+v, %v", here, p, err)
		}
	}
	location, browser, err := o.BeginJoin(t.Context(), o.city, anna.ID)
	if err != nil {
		t.Fatal(err)
	}
	before := o.firstStep(t, anna.ID)
	state, code := o.point.visit(location)
	token, p, err := o.FinishCity(t.Context(), o.city, browser, state, code, anna.ID, partOf())
	if err != nil || p.ID != anna.ID || p.Assurance != AssuranceCity {
		t.Fatalf("%+v, %v", p, err)
	}
	if got, err := o.Resolve(t.Context(), Cookie(p, token)); err != nil || got.Assurance != AssuranceCity {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := o.Resolve(t.Context(), before); !errors.Is(err, ErrSession) {
		t.Errorf("a session from before goes on: %v", err)
	}
}
