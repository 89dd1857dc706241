package server

import (
	"context"
	"fmt"

	"veche/server/journal"
	"veche/server/notary"
	"veche/server/topic"
)

// openNotary makes who signs checkpoints for everyone.
func (s *Server) openNotary() (*notary.Notary, error) {
	if _, err := newSigning(s.keys); err != nil {
		return nil, err
	}
	witnesses, err := notary.ParseWitnesses(s.options.Witnesses)
	if err != nil {
		return nil, fmt.Errorf("witnesses: %w", err)
	}
	return notary.New(logs{s.Journal}, records{s.store}, s.signing, witnesses), nil
}

// logs gives the notary what it needs of the journal.
type logs struct{ *journal.Journal }

func (l logs) Voting(ctx context.Context, topicID string) (voting bool, err error) {
	view, err := l.View(ctx, topicID)
	if err == nil {
		view.Read(func(s *topic.State, _ uint64) { voting = s.StageKind() == topic.StageRating })
	}
	return voting, err
}

// PublicKey is the key that checkpoints and bundles are signed with, as the city
// publishes it.
func (s *Server) PublicKey() string { return s.notary.Key() }
