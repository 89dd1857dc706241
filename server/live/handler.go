package live

import (
	"errors"
	"strings"

	"github.com/gofiber/fiber/v2"

	"veche/server/live/protocol"
)

// errNotKept is a fault of the server's wiring.
var errNotKept = errors.New("live: app.Server().KeepHijackedConns is not set: sockets would be closed at once")

// Handler answers GET /live. Refusals are [*fiber.Error] or what Identify
// answered, before anything is upgraded: 426 no websocket or another
// version or subprotocol, 401, 403 foreign Origin, 429 and 503 limits.
func (h *Hub) Handler() fiber.Handler {
	return func(c *fiber.Ctx) error {
		err := h.open(c)
		if err != nil {
			h.metrics.turnedAway(err)
		}
		return err
	}
}

// open makes a request a socket.
func (h *Hub) open(c *fiber.Ctx) error {
	if !c.App().Server().KeepHijackedConns {
		return errNotKept
	}
	if !websocketRequest(c) {
		return fiber.NewError(fiber.StatusUpgradeRequired, "this address takes websockets of subprotocol "+Subprotocol)
	}
	if !h.originAllowed(c) {
		return fiber.NewError(fiber.StatusForbidden, "sockets are not taken from this origin")
	}
	revoked := h.revoked.Load()
	person, err := h.options.Identify(c)
	if err != nil {
		return err
	}
	if person.ID == "" || person.Who == nil {
		return fiber.NewError(fiber.StatusUnauthorized, "sign in first")
	}
	s := &socket{hub: h, person: person, address: h.Address(c)}
	if err := h.admit(s); err != nil {
		return err
	}
	// A revocation since Identify began did not see this socket.
	if h.revoked.Load() != revoked {
		if _, err := h.options.Identify(c); err != nil {
			h.turnAway(s)
			return err
		}
	}
	err = upgrade(c, h.upgrader, s.serve, func() { h.turnAway(s) })
	if err != nil {
		h.turnAway(s)
	}
	return err
}

func websocketRequest(c *fiber.Ctx) bool {
	h := &c.Request().Header
	if !strings.EqualFold(string(h.Peek(fiber.HeaderUpgrade)), "websocket") {
		return false
	}
	for _, p := range strings.Split(string(h.Peek(fiber.HeaderSecWebSocketProtocol)), ",") {
		if strings.TrimSpace(p) == Subprotocol {
			return true
		}
	}
	return false
}

// originAllowed compares the Origin, which every browser sends and no page can
// forge, byte by byte.
func (h *Hub) originAllowed(c *fiber.Ctx) bool {
	given := c.Request().Header.PeekAll(fiber.HeaderOrigin)
	if len(given) != 1 {
		return false
	}
	if len(h.options.Origins) == 0 {
		return string(given[0]) == c.Protocol()+"://"+string(c.Request().Host())
	}
	for _, o := range h.options.Origins {
		if string(given[0]) == o {
			return true
		}
	}
	return false
}

// admit reserves the socket's place.
func (h *Hub) admit(s *socket) (err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closing {
		return fiber.NewError(fiber.StatusServiceUnavailable, "the server is going down: try again in a moment")
	}
	s.revoked, err = h.doors.admit(s.person.ID, s.address)
	return err
}

// turnAway gives back the place of a socket that was not opened.
func (h *Hub) turnAway(s *socket) {
	h.mu.Lock()
	h.doors.leave(s.person.ID, s.address, nil)
	h.mu.Unlock()
}

// enter makes the socket known. Code is not 0 if it is to be closed at once,
// and -1 if the hub is closed altogether.
func (h *Hub) enter(s *socket) (code int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		h.doors.leave(s.person.ID, s.address, nil)
		return -1
	}
	h.work.Add(1)
	h.sockets[s] = struct{}{}
	s.slot = h.slots % beatSlots
	h.slots++
	switch {
	case !h.doors.open(s):
		return protocol.CloseSignedOut
	case h.closing:
		return protocol.CloseRestart
	}
	return 0
}

// exit forgets the socket.
func (h *Hub) exit(s *socket) {
	h.mu.Lock()
	delete(h.sockets, s)
	h.doors.leave(s.person.ID, s.address, s)
	h.mu.Unlock()
	h.work.Done()
}
