package api

import (
	"context"
	"time"
)

// gate lets a few at a time do what costs as much as a whole topic has texts or
// events, whoever asks and how often.
type gate chan struct{}

// How many at a time search all texts, and how many take a bundle.
const (
	searchers  = 4
	downloads  = 8
	searchWait = 5 * time.Second
)

// enter waits for a place for that long at most, and answers how to leave it.
func (g gate) enter(ctx context.Context, wait time.Duration) (leave func(), err error) {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case g <- struct{}{}:
		return func() { <-g }, nil
	default:
	}
	select {
	case g <- struct{}{}:
		return func() { <-g }, nil
	case <-timer.C:
		return nil, refuse("rate-limited", "too many ask for this at once: try again in a moment")
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
