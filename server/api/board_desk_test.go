package api

import (
	"testing"
	"time"

	"veche/server/topic"
)

// Who has not been heard of for a while is not at work any more.
func TestDesks(t *testing.T) {
	var d desks
	now := time.Unix(1000, 0)
	anna, boris := topic.Pseudonym{1}, topic.Pseudonym{2}
	if others := d.put("a", anna, 3, now); len(others) != 0 {
		t.Errorf("the first is not alone: %v", others)
	}
	if others := d.put("b", boris, 1, now); len(others) != 0 {
		t.Errorf("another topic's are told: %v", others)
	}
	if others := d.put("a", boris, 0, now.Add(deskLife)); others[anna].cluster != 3 {
		t.Errorf("the first is not told: %v", others)
	}
	if others := d.put("a", boris, 0, now.Add(deskLife+1)); len(others) != 0 {
		t.Errorf("who has left is told: %v", others)
	}
	if others := d.put("a", anna, 0, now.Add(deskLife+2)); len(others) != 1 {
		t.Errorf("who comes back is alone: %v", others)
	}
}
