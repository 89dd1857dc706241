package selection

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"testing"

	"veche/selection/beacon"
)

// A kept roll gives the receipts that the whole roll gives, for any number of
// people, and to nobody another's.
func TestKeptRoll(t *testing.T) {
	for _, people := range []int{2, 3, 16, 17, 33} {
		pool, err := NewPool([]Feature{{Name: "age", Values: []string{"young", "old"}}})
		if err != nil {
			t.Fatal(err)
		}
		var salts [][16]byte
		for i := range people {
			if err := pool.Add(Person{ID: fmt.Sprintf("p%02d", (i*7)%people+i%2*100), Values: []uint16{uint16(i % 2)}}); err != nil {
				t.Fatal(err)
			}
			salts = append(salts, [16]byte{byte(i), 1})
		}
		roll, err := NewSaltedRoll(pool, salts)
		if err != nil {
			t.Fatal(err)
		}
		problem := Problem{Pool: pool, Size: 1, Objective: Nash, ByType: true}
		c, err := Commit(&problem, roll, Terms{Beacon: beacon.Promise{Kind: beacon.Phrase}})
		if err != nil {
			t.Fatal(err)
		}
		value := beacon.Value{Kind: beacon.Phrase, Text: "x"}
		if _, err := c.Prepare(&problem, value); err != nil {
			t.Fatal(err)
		}
		r, err := Draw(context.Background(), problem)
		if err != nil {
			t.Fatal(err)
		}
		proof, err := NewProof(problem, roll, r, c, value)
		if err != nil {
			t.Fatal(err)
		}
		all, err := NewReceipts(proof, roll, r.Chances)
		if err != nil {
			t.Fatal(err)
		}
		kept := roll.Keep(r.Chances)
		for i := range people {
			want, err := all.Of(i)
			if err != nil {
				t.Fatal(err)
			}
			got, err := kept.Receipt(proof, roll.Leaf(i), want.Row, want.Salt)
			if err != nil {
				t.Fatalf("%d people, person %d: %v", people, i, err)
			}
			if !reflect.DeepEqual(got, want) {
				t.Fatalf("%d people, person %d: kept %+v, whole %+v", people, i, got, want)
			}
			if _, err := kept.Receipt(proof, roll.Leaf((i+1)%people), want.Row, want.Salt); !errors.Is(err, ErrOtherRow) {
				t.Errorf("%d people: person %d got another's receipt: %v", people, i, err)
			}
		}
		if _, err := kept.Receipt(proof, people, ReceiptRow{}, Salt{}); err == nil {
			t.Error("a leaf beyond the roll has a receipt")
		}
	}
}
