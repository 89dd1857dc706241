package identity

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// The refusals of a join.
var (
	ErrJoined   = errors.New("this identity belongs to another account that signs in in several ways: sign in with it, and go on there")
	ErrJoinBoth = errors.New("another account with this identity has taken part already: sign in with it instead; two accounts that have both taken part stay two, for one person takes part once")
	ErrHasCity  = errors.New("this account is joined with an identity of the city already")
)

// Empty says whether an account has taken part in nothing.
type Empty func(ctx context.Context, person string) (bool, error)

// attach makes what was verified just now one more way in which a person is known.
// Where it led to another account until now, that one must be known by nothing else,
// have no role and no second step, and have taken part in nothing: then it ends.
//
// The record that leads from what was verified to its person is changed first, by
// whoever is first: of two at once one is refused. Somebody found by it whose own
// record lacks it, after a crash, gets it there when they sign in; see Verified.
func (d *Directory) attach(ctx context.Context, person string, level Assurance, domain, value string, empty Empty) error {
	key := d.sealer.Lookup("proof/"+level.String()+"/"+domain, value)
	p, _, err := d.load(ctx, person)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(p.proofs, func(x proof) bool { return x.Level == level && x.Key != key }) {
		return ErrHasCity
	}
	at := proofID(level, key)
	data, rev, err := d.records.Load(ctx, kindProof, at)
	if err != nil {
		return err
	}
	other := string(data)
	if rev != 0 && other == person {
		return d.learn(ctx, person, level, key, value)
	}
	if rev != 0 {
		if err := d.yields(ctx, other, key, empty); err != nil {
			return err
		}
	}
	if err := d.records.Save(ctx, kindProof, at, rev, []byte(person)); err != nil {
		if _, now, again := d.records.Load(ctx, kindProof, at); again == nil && now != rev {
			return ErrJoined // somebody else was first
		}
		return err
	}
	if rev != 0 {
		// It may have been used until this moment: nobody can sign in by it any more.
		if err := d.yields(ctx, other, key, empty); err != nil {
			return errors.Join(err, d.records.Save(ctx, kindProof, at, rev+1, data))
		}
	}
	if err := d.learn(ctx, person, level, key, value); err != nil {
		return err
	}
	if rev == 0 {
		return nil
	}
	gone, at2, err := d.load(ctx, other)
	if err != nil || at2 == 0 {
		return err
	}
	gone.proofs = nil // it leads elsewhere now
	if err := d.save(ctx, gone, at2); err != nil {
		return err
	}
	return d.Erase(ctx, other)
}

// yields answers nil where an account, known by that key alone, may end for
// another's sake; it is signed out then. One that is just taking the key over has it
// in its own record last, and yields to nobody.
func (d *Directory) yields(ctx context.Context, id, key string, empty Empty) error {
	other, _, err := d.load(ctx, id)
	if err != nil {
		return err
	}
	step, err := d.HasFactor(ctx, id)
	if err != nil {
		return err
	}
	if len(other.proofs) != 1 || other.proofs[0].Key != key || len(other.Roles) > 0 || step {
		return ErrJoined
	}
	if err := d.EndAll(ctx, id); err != nil {
		return err
	}
	nothing, err := empty(ctx, id)
	if err == nil && !nothing {
		err = ErrJoinBoth
	}
	return err
}

// learn enters a proof into a person's own record, and ends their sessions where
// that changes how surely they are known.
func (d *Directory) learn(ctx context.Context, person string, level Assurance, key, value string) error {
	for {
		p, rev, err := d.load(ctx, person)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(p.proofs, func(x proof) bool { return x.Level == level && x.Key == key }) {
			return nil
		}
		sealed, err := d.sealer.Seal(ctx, person, "proof/"+level.String(), []byte(value))
		if err != nil {
			return fmt.Errorf("identity: sealing: %w", err)
		}
		p.proofs = append(p.proofs, proof{level, key, sealed})
		if err := d.save(ctx, p, rev); err == nil {
			return d.EndAll(ctx, person)
		} else if _, now, again := d.load(ctx, person); again != nil || now == rev {
			return err
		}
	}
}
