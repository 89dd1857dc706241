package server

import (
	"context"
	"errors"
	"fmt"

	"veche/server/journal"
	"veche/server/topic"
)

// attend lets the clocks of debates that are on run, before anyone has come back.
func (s *Server) attend(ctx context.Context) error {
	topics, err := s.Journal.Topics(ctx)
	if err != nil {
		return err
	}
	for _, id := range topics {
		view, err := s.Journal.View(ctx, id)
		if errors.Is(err, journal.ErrDamaged) {
			continue // the others can be read
		}
		if err != nil {
			return err
		}
		on := false
		view.Read(func(st *topic.State, _ uint64) { on = st.StageKind() == topic.StageDebate })
		if !on {
			continue
		}
		if err := s.hub.Attend(ctx, id); err != nil {
			return fmt.Errorf("starting the clocks of topic %s: %w", id, err)
		}
	}
	return nil
}
