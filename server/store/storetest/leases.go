package storetest

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"veche/server/store"
)

var start = time.Date(2031, 3, 4, 5, 6, 7, 0, time.UTC)

const ttl = 10 * time.Second

var leaseCases = []testCase{
	{name: "Leases/Life", run: func(t *testing.T, s store.Store) {
		name := unique("lease")
		claim := func(owner string, at time.Duration, want uint64) {
			t.Helper()
			epoch, err := s.Claim(ctx, name, owner, ttl, start.Add(at))
			must(t, err)
			if epoch != want {
				t.Fatalf("%s got epoch %d, want %d", owner, epoch, want)
			}
		}
		held := func(owner string, at, until time.Duration) {
			t.Helper()
			_, err := s.Claim(ctx, name, owner, ttl, start.Add(at))
			wantErr(t, err, store.ErrHeld)
			var h *store.HeldError
			if !errors.As(err, &h) || h.Owner != "a" || !h.Until.Equal(start.Add(until)) {
				t.Fatalf("got %v, want held by a until %s", err, start.Add(until))
			}
		}
		wantErr(t, s.Renew(ctx, name, "a", 1, ttl, start), store.ErrLost)
		wantErr(t, s.Release(ctx, name, "a", 1), store.ErrLost)
		claim("a", 0, 1)
		held("b", 0, ttl)
		held("b", ttl-time.Millisecond, ttl)
		must(t, s.Renew(ctx, name, "a", 1, ttl, start.Add(9*time.Second)))
		held("b", 18*time.Second, 19*time.Second)
		// The holder may start anew, and its older self is fenced.
		claim("a", 10*time.Second, 2)
		wantErr(t, s.Renew(ctx, name, "a", 1, ttl, start.Add(11*time.Second)), store.ErrLost)
		wantErr(t, s.Release(ctx, name, "a", 1), store.ErrLost)
		// Expired, but nobody has taken it: still the owner's to renew.
		must(t, s.Renew(ctx, name, "a", 2, ttl, start.Add(60*time.Second)))
		held("b", 61*time.Second, 70*time.Second)
		// Expired and taken.
		claim("b", 70*time.Second, 3)
		wantErr(t, s.Renew(ctx, name, "a", 2, ttl, start.Add(71*time.Second)), store.ErrLost)
		wantErr(t, s.Release(ctx, name, "a", 2), store.ErrLost)
		wantErr(t, s.Renew(ctx, name, "b", 2, ttl, start.Add(71*time.Second)), store.ErrLost)
		// Released: free at once, and the epoch grows on.
		must(t, s.Release(ctx, name, "b", 3))
		wantErr(t, s.Renew(ctx, name, "b", 3, ttl, start.Add(71*time.Second)), store.ErrLost)
		claim("c", 71*time.Second, 4)
	}},
	{name: "Leases/RefusesMalformed", run: func(t *testing.T, s store.Store) {
		_, err := s.Claim(ctx, "", "a", ttl, start)
		wantErr(t, err, store.ErrInvalid)
		_, err = s.Claim(ctx, "x", "", ttl, start)
		wantErr(t, err, store.ErrInvalid)
		_, err = s.Claim(ctx, "x", "a", 0, start)
		wantErr(t, err, store.ErrInvalid)
	}},
	{name: "Leases/OneHolder", concurrent: true, run: func(t *testing.T, s store.Store) {
		name := unique("lease")
		for round := range 10 {
			now := start.Add(time.Duration(round) * time.Hour)
			var mu sync.Mutex
			var epochs []uint64
			var wg sync.WaitGroup
			for w := range 8 {
				wg.Go(func() {
					epoch, err := s.Claim(ctx, name, fmt.Sprintf("%d.%d", round, w), ttl, now)
					if err == nil {
						mu.Lock()
						epochs = append(epochs, epoch)
						mu.Unlock()
					} else if !errors.Is(err, store.ErrHeld) {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			if len(epochs) != 1 || epochs[0] != uint64(round+1) {
				t.Fatalf("round %d: epochs %d, want one, %d", round, epochs, round+1)
			}
		}
	}},
}
