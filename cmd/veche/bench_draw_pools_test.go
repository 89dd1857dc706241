package main

import (
	"strings"
	"testing"

	"veche/selection"
)

func TestShareQuotas(t *testing.T) {
	var people strings.Builder
	people.WriteString("id,gender,place\n")
	for i := range 100 {
		gender, place := "female", "a"
		switch {
		case i < 40:
			gender = "male"
		case i < 50:
			gender = "other"
		}
		if i >= 33 {
			place = "b"
		}
		people.WriteString("p" + string(rune('A'+i%26)) + "," + gender + "," + place + "\n")
	}
	var out strings.Builder
	if err := shareQuotas(strings.NewReader(people.String()), &out, 20); err != nil {
		t.Fatal(err)
	}
	quotas, err := selection.ReadQuotas(strings.NewReader(out.String()))
	if err != nil {
		t.Fatal(err)
	}
	want := selection.Quotas{
		{Feature: "gender", Value: "female", Min: 8, Max: 12},
		{Feature: "gender", Value: "male", Min: 8, Max: 12},
		{Feature: "gender", Value: "other", Max: 1},
		{Feature: "place", Value: "a", Min: 6, Max: 7},
		{Feature: "place", Value: "b", Min: 13, Max: 14},
	}
	if len(quotas) != len(want) {
		t.Fatalf("%+v", quotas)
	}
	for i, q := range quotas {
		if q != want[i] {
			t.Errorf("%+v, want %+v", q, want[i])
		}
	}
}
