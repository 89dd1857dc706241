package mongo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"

	"veche/server/store"
)

// leaseDoc is one lease. Mark is the last claim's own.
type leaseDoc struct {
	Name  string `bson:"_id"`
	Owner string `bson:"o"` // "" once released
	Epoch int64  `bson:"e"`
	Until int64  `bson:"u"` // unix ms
	Mark  int64  `bson:"w"`
}

// Claim implements [store.Leases].
func (s *Store) Claim(ctx context.Context, name, owner string, ttl time.Duration, now time.Time) (uint64, error) {
	err := store.CheckLease(name, owner, ttl)
	claimed := leaseDoc{Name: name, Owner: owner, Epoch: 1, Until: now.Add(ttl).UnixMilli(), Mark: newMark()}
	if err == nil {
		// have is what the next attempt replaces; a zero Epoch is no lease yet.
		var have leaseDoc
		look := func(ctx context.Context) (found, error) {
			l, err := s.lease(ctx, name)
			switch {
			case err != nil:
				return 0, err
			case l.Mark == claimed.Mark && l.Epoch > 0:
				claimed = l
				return isStored, nil
			case l.Epoch > 0 && l.Owner != owner && l.Until > now.UnixMilli():
				return 0, &store.HeldError{Name: name, Owner: l.Owner, Until: time.UnixMilli(l.Until)}
			}
			have = l
			claimed.Epoch = l.Epoch + 1
			return isAbsent, nil
		}
		looked := false
		err = s.change(ctx, func(ctx context.Context) error {
			if !looked { // the first attempt has to know what it replaces
				looked = true
				return errRefused
			}
			if have.Epoch == 0 {
				_, err := s.leases.InsertOne(ctx, claimed)
				return err
			}
			done, err := s.leases.UpdateOne(ctx, bson.D{{Key: "_id", Value: name}, {Key: "o", Value: have.Owner}, {Key: "e", Value: have.Epoch}, {Key: "u", Value: have.Until}},
				bson.D{{Key: "$set", Value: bson.D{{Key: "o", Value: owner}, {Key: "e", Value: claimed.Epoch}, {Key: "u", Value: claimed.Until}, {Key: "w", Value: claimed.Mark}}}})
			if err == nil && done.MatchedCount == 0 {
				err = errRefused
			}
			return err
		}, look)
	}
	if err != nil {
		return 0, fmt.Errorf("claim lease %s: %w", name, err)
	}
	return uint64(claimed.Epoch), nil
}

// lease reads a lease; one that never was has epoch 0.
func (s *Store) lease(ctx context.Context, name string) (l leaseDoc, err error) {
	err = s.leases.FindOne(ctx, bson.D{{Key: "_id", Value: name}}).Decode(&l)
	if errors.Is(err, mongo.ErrNoDocuments) {
		err = nil
	}
	return l, err
}

// Renew implements [store.Leases].
func (s *Store) Renew(ctx context.Context, name, owner string, epoch uint64, ttl time.Duration, now time.Time) error {
	err := store.CheckLease(name, owner, ttl)
	if err == nil {
		err = s.setHeld(ctx, name, owner, epoch, bson.D{{Key: "u", Value: now.Add(ttl).UnixMilli()}})
	}
	if err != nil {
		return fmt.Errorf("renew lease %s: %w", name, err)
	}
	return nil
}

// Release implements [store.Leases].
func (s *Store) Release(ctx context.Context, name, owner string, epoch uint64) error {
	err := store.CheckLease(name, owner, time.Millisecond)
	if err == nil {
		err = s.setHeld(ctx, name, owner, epoch, bson.D{{Key: "o", Value: ""}, {Key: "u", Value: int64(0)}})
	}
	if err != nil {
		return fmt.Errorf("release lease %s: %w", name, err)
	}
	return nil
}

// setHeld changes a lease that owner holds under epoch.
func (s *Store) setHeld(ctx context.Context, name, owner string, epoch uint64, set bson.D) error {
	return s.change(ctx, func(ctx context.Context) error {
		done, err := s.leases.UpdateOne(ctx, bson.D{{Key: "_id", Value: name}, {Key: "o", Value: owner}, {Key: "e", Value: int64(epoch)}}, bson.D{{Key: "$set", Value: set}})
		if err == nil && done.MatchedCount == 0 {
			err = errRefused
		}
		return err
	}, func(ctx context.Context) (found, error) {
		l, err := s.lease(ctx, name)
		if err != nil {
			return 0, err
		}
		if l.Owner == owner && l.Epoch == int64(epoch) {
			return isAbsent, nil
		}
		return 0, fmt.Errorf("%w: it is at epoch %d of %q, not epoch %d of %q", store.ErrLost, l.Epoch, l.Owner, epoch, owner)
	})
}
