package server

import (
	"crypto/rand"
	"log/slog"
	"net/netip"
	"time"

	"github.com/gofiber/fiber/v2"

	"veche/server/api"
	"veche/server/mishap"
)

// trace gives each request a number of its own, by which its lines in the log
// and an answer that somebody complains of are found. A proxy that is trusted
// may have given one. What is logged is the route and not the address, which may
// hold words that somebody searched for.
func (s *Server) trace(c *fiber.Ctx) error {
	id := c.Get(fiber.HeaderXRequestID)
	if !requestNumber(id) || !s.fromProxy(c) {
		id = rand.Text()[:16]
	}
	c.Set(fiber.HeaderXRequestID, id)
	began := time.Now()
	err := c.Next()
	if err != nil {
		if err = c.App().ErrorHandler(c, err); err != nil {
			return err
		}
	}
	s.options.Log.LogAttrs(c.UserContext(), slog.LevelInfo, "request",
		slog.String(api.RequestKey, id), slog.String("method", c.Method()), slog.String("route", c.Route().Path),
		slog.Int("status", c.Response().StatusCode()), slog.Duration("took", time.Since(began)))
	return nil
}

// requestNumber says whether a proxy's number can stand in a log: 16 to 64
// hexadecimal digits and hyphens, as proxies make them. A proxy that hands on what
// a client called its request brings no word and no telephone number in by that.
func requestNumber(id string) bool {
	digits := 0
	for _, r := range id {
		switch {
		case r >= '0' && r <= '9', r >= 'a' && r <= 'f', r >= 'A' && r <= 'F':
			digits++
		case r != '-':
			return false
		}
	}
	return digits >= 16 && len(id) <= 64
}

// caught turns a panic of a route into an error that says where it was, and not
// with what.
func caught(c *fiber.Ctx) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = mishap.Told(r)
		}
	}()
	return c.Next()
}

// fromProxy says whether a proxy that is trusted sent the request.
func (s *Server) fromProxy(c *fiber.Ctx) bool {
	peer, ok := netip.AddrFromSlice(c.Context().RemoteIP())
	if !ok {
		return false
	}
	peer = peer.Unmap().WithZone("")
	for _, p := range s.options.Proxies {
		if p.Contains(peer) {
			return true
		}
	}
	return false
}
