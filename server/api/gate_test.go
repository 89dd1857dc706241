package api

import (
	"context"
	"errors"
	"testing"
	"time"
)

// A full gate refuses after a while, and lets in again who comes after one left.
func TestGate(t *testing.T) {
	g := make(gate, 1)
	leave, err := g.enter(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	var p *problem
	if _, err := g.enter(t.Context(), time.Millisecond); !errors.As(err, &p) || p.Status != 429 {
		t.Errorf("a full gate answers %v", err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := g.enter(gone, time.Minute); !errors.Is(err, context.Canceled) {
		t.Errorf("who has gone is answered %v", err)
	}
	leave()
	if leave, err = g.enter(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	leave()
}
