package server

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"time"

	"veche/server/audit"
	"veche/server/notary"
)

// The demo's witness shows what a witness does, and vouches for nothing: it lives
// in the server that it watches.
const (
	demoWitness      = "demo-witness"
	demoWitnessPause = time.Minute
)

func newWitnessSeed() string {
	seed := make([]byte, ed25519.SeedSize)
	rand.Read(seed) // never fails
	return hex.EncodeToString(seed)
}

// openDemo reads the demo's sign-ins and makes its witness one that is trusted.
func (s *Server) openDemo(ctx context.Context) error {
	record, err := s.loadDemo(ctx)
	if err != nil {
		return err
	}
	s.demo = record.Links
	if record.Witness == "" {
		return nil
	}
	key, err := audit.ParseSeed(record.Witness)
	if err != nil {
		return err
	}
	if s.witness, err = audit.NewCosigner(demoWitness, key); err != nil {
		return err
	}
	s.options.Witnesses = append(s.options.Witnesses[:len(s.options.Witnesses):len(s.options.Witnesses)], s.witness.PublicKey())
	return nil
}

// witnessDemo signs every topic's newest checkpoint now and then, until ctx ends.
func (s *Server) witnessDemo(ctx context.Context) {
	if s.witness == nil {
		return
	}
	tick := time.NewTicker(demoWitnessPause)
	defer tick.Stop()
	for {
		if err := s.cosignAll(ctx); err != nil && ctx.Err() == nil {
			s.options.Log.Warn("the demo's witness did not sign", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (s *Server) cosignAll(ctx context.Context) error {
	key, err := audit.ParseKey(s.notary.Key())
	if err != nil {
		return err
	}
	topics, err := s.Journal.Topics(ctx)
	if err != nil {
		return err
	}
	for _, id := range topics {
		point, err := s.notary.Newest(ctx, id)
		if errors.Is(err, notary.ErrEmpty) {
			continue
		}
		if err != nil {
			return err
		}
		both, err := s.witness.Cosign([]byte(point.Note), key, s.options.Clock())
		if err != nil {
			return err
		}
		if err := s.notary.Cosign(ctx, id, both); err != nil {
			return err
		}
	}
	return nil
}
