package server

import (
	"context"

	"veche/server/api"
	"veche/server/topic"
)

// whoWrote answers who bears a debate pseudonym of a topic, for the one route that
// two people have to agree on.
func (s *Server) whoWrote(ctx context.Context, topicID string, debate topic.Pseudonym) (api.Author, bool, error) {
	who, found, err := s.Vault.Identify(ctx, topicID, debate)
	if err != nil || !found {
		return api.Author{}, false, err
	}
	p, err := s.People.Person(ctx, who.Person)
	if err != nil {
		return api.Author{}, false, err
	}
	return api.Author{Name: p.Name, IDs: append([]string{}, who.ExternalIDs...)}, true, nil
}
