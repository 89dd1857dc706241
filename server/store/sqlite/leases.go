package sqlite

import (
	"context"
	"fmt"
	"time"

	"veche/server/store"
)

type leaseRow struct {
	owner string
	epoch int64
	until int64 // unix ms; 0: released
}

func (w *writer) lease(name string) (l leaseRow, err error) {
	_, err = w.row(`SELECT owner, epoch, until FROM leases WHERE name = ?`, []any{name}, &l.owner, &l.epoch, &l.until)
	return l, err
}

func (w *writer) setLease(name string, l leaseRow) error {
	_, err := w.exec(`INSERT INTO leases (name, owner, epoch, until) VALUES (?, ?, ?, ?)
		ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, epoch = excluded.epoch, until = excluded.until`, name, l.owner, l.epoch, l.until)
	return err
}

// Claim implements [store.Leases].
func (s *Store) Claim(ctx context.Context, name, owner string, ttl time.Duration, now time.Time) (epoch uint64, err error) {
	err = s.changeLease(ctx, name, owner, ttl, func(w *writer) error {
		l, err := w.lease(name)
		if err != nil {
			return err
		}
		if l.owner != owner && l.until > now.UnixMilli() {
			return &store.HeldError{Name: name, Owner: l.owner, Until: time.UnixMilli(l.until)}
		}
		epoch = uint64(l.epoch) + 1
		return w.setLease(name, leaseRow{owner, l.epoch + 1, now.Add(ttl).UnixMilli()})
	})
	if err != nil {
		return 0, fmt.Errorf("claim lease %s: %w", name, err)
	}
	return epoch, nil
}

// Renew implements [store.Leases].
func (s *Store) Renew(ctx context.Context, name, owner string, epoch uint64, ttl time.Duration, now time.Time) error {
	err := s.changeLease(ctx, name, owner, ttl, func(w *writer) error {
		if err := w.holds(name, owner, epoch); err != nil {
			return err
		}
		return w.setLease(name, leaseRow{owner, int64(epoch), now.Add(ttl).UnixMilli()})
	})
	if err != nil {
		return fmt.Errorf("renew lease %s: %w", name, err)
	}
	return nil
}

// Release implements [store.Leases].
func (s *Store) Release(ctx context.Context, name, owner string, epoch uint64) error {
	err := s.changeLease(ctx, name, owner, time.Millisecond, func(w *writer) error {
		if err := w.holds(name, owner, epoch); err != nil {
			return err
		}
		return w.setLease(name, leaseRow{"", int64(epoch), 0})
	})
	if err != nil {
		return fmt.Errorf("release lease %s: %w", name, err)
	}
	return nil
}

// holds tells, as store.ErrLost, whether owner has the lease under epoch.
func (w *writer) holds(name, owner string, epoch uint64) error {
	l, err := w.lease(name)
	if err == nil && (l.owner != owner || uint64(l.epoch) != epoch) {
		err = fmt.Errorf("%w: it is at epoch %d of %q, not epoch %d of %q", store.ErrLost, l.epoch, l.owner, epoch, owner)
	}
	return err
}

func (s *Store) changeLease(ctx context.Context, name, owner string, ttl time.Duration, do func(*writer) error) error {
	if err := store.CheckLease(name, owner, ttl); err != nil {
		return err
	}
	return s.submit(ctx, &op{do: do})
}
