package selection_test

import (
	"testing"

	"veche/selection"
	"veche/selection/beacon"
)

// phrase is the value of a beacon that needs none.
var phrase = beacon.Value{Kind: beacon.Phrase, Text: "beacon"}

// prepared commits to a problem and gives it the seed that comes of the value.
func prepared(t testing.TB, p *selection.Problem, roll *selection.Roll, terms selection.Terms, v beacon.Value) *selection.Commitment {
	t.Helper()
	c, err := selection.Commit(p, roll, terms)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Prepare(p, v); err != nil {
		t.Fatal(err)
	}
	return c
}
