package server

import (
	"context"
	"errors"
	"time"

	"github.com/gofiber/fiber/v2"

	"veche/server/store"
)

// healthWait is how long the store may take to answer before the node is called
// not ready.
const healthWait = 2 * time.Second

// getHealth says that the process answers: whoever watches it starts it anew
// where it does not.
func (s *Server) getHealth(c *fiber.Ctx) error { return c.JSON(fiber.Map{"ok": true}) }

// getReady says whether anybody should be sent here: not while the server shuts
// down, and not while its store does not answer.
func (s *Server) getReady(c *fiber.Ctx) error {
	if s.draining.Load() {
		return fiber.NewError(fiber.StatusServiceUnavailable, "this server is shutting down")
	}
	ctx, cancel := context.WithTimeout(c.UserContext(), healthWait)
	defer cancel()
	if _, err := s.store.Get(ctx, "health", "none"); !errors.Is(err, store.ErrNotFound) {
		s.options.Log.Error("the store does not answer", "error", err)
		return fiber.NewError(fiber.StatusServiceUnavailable, "the store does not answer")
	}
	return c.JSON(fiber.Map{"ok": true})
}
