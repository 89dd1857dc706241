package server

import (
	"context"
	"time"

	"veche/server/topic"
)

// balanceEvery is how often the tables of topics that people are in are looked at.
const balanceEvery = 10 * time.Second

// balance joins tables that have become too small, and places who has none, until
// ctx ends.
func (s *Server) balance(ctx context.Context) {
	tick := time.NewTicker(balanceEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		for _, id := range s.hub.Topics() {
			if !s.Journal.Owns(id) {
				continue // the node that does looks after it
			}
			// A new round of tables may have no place for who came late to the last.
			if err := s.Jobs.PlaceLate(ctx, id, s.hub.Present); err != nil && ctx.Err() == nil {
				s.options.Log.Warn("a latecomer has no table", "topic", id, "reason", err)
			}
			joins, err := s.balancer.Look(ctx, id)
			switch {
			case err != nil && topic.CodeOf(err) == "" && ctx.Err() == nil:
				s.options.Log.Error("small tables were not joined", "topic", id, "error", err)
			case err != nil:
				s.options.Log.Warn("small tables were not joined", "topic", id, "reason", err)
			case len(joins.Joins) > 0:
				s.options.Log.Info("small tables were joined", "topic", id, "tables", len(joins.Joins))
			}
		}
	}
}

// place puts someone who came when the tables had begun at one of them.
func (s *Server) place(ctx context.Context, topicID string, application uint64) {
	if err := s.Jobs.Place(ctx, topicID, application, s.hub.Present); err != nil && ctx.Err() == nil {
		s.options.Log.Warn("a latecomer has no table", "topic", topicID, "reason", err)
	}
}
