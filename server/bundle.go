package server

import (
	"context"
	"io"

	"veche/server/topic"
)

// bundles writes bundles of the server's topics.
type bundles struct{ server *Server }

func (b bundles) Write(ctx context.Context, topicID, audience string, w io.Writer) error {
	return b.server.WriteBundle(ctx, topicID, audience, w)
}

// WriteBundle writes a topic's bundle for an audience, public or auditor.
func (s *Server) WriteBundle(ctx context.Context, topicID, audience string, w io.Writer) error {
	return topic.NewFault(topic.CodeConflict, "bundles are not written yet")
}
