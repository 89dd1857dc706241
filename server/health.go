package server

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/prometheus/client_golang/prometheus"

	"veche/server/journal"
	"veche/server/store"
)

// healthWait is how long the store may take to answer before the node is called
// not ready.
const healthWait = 2 * time.Second

// getHealth says that the process answers: whoever watches it starts it anew
// where it does not. What is wrong is told besides and is no reason to start it
// anew, nor to send nobody: what is there can be read.
func (s *Server) getHealth(c *fiber.Ctx) error {
	if list := s.troubles(); len(list) > 0 {
		return c.JSON(fiber.Map{"ok": false, "trouble": list})
	}
	return c.JSON(fiber.Map{"ok": true})
}

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
	if n := s.nodes.self; n != nil && !n.Holds() {
		return fiber.NewError(fiber.StatusServiceUnavailable, "the other servers may take this one for dead")
	}
	return c.JSON(fiber.Map{"ok": true})
}

// trouble is what is wrong, for whoever watches over the server: no topic is
// named, since the address is open to all.
type trouble struct {
	Code   string    `json:"code"` // full, unwritable, damaged, unconfirmed
	Topics int       `json:"topics"`
	Since  time.Time `json:"since"` // the first
	Advice string    `json:"advice"`
}

var troubleAdvice = map[string]string{
	"full":        "the disk of the data is full: make room, writing goes on by itself",
	"unwritable":  "the disk of the data can't be written: see whether it is mounted read-only or failing",
	"damaged":     "data on the disk is damaged: run veche doctor, which says where",
	"unconfirmed": "commits fail: see the log",
}

// troubles answers what is wrong, by code.
func (s *Server) troubles() []trouble {
	list := []trouble{}
	for _, t := range s.Journal.Troubles() {
		code := "unconfirmed"
		switch {
		case t.Damaged():
			code = "damaged"
		case errors.Is(t.Err, journal.ErrFull):
			code = "full"
		case errors.Is(t.Err, journal.ErrUnwritable):
			code = "unwritable"
		}
		at := slices.IndexFunc(list, func(x trouble) bool { return x.Code == code })
		if at < 0 {
			at, list = len(list), append(list, trouble{Code: code, Since: t.Since.UTC(), Advice: troubleAdvice[code]})
		}
		list[at].Topics++
		if t.Since.Before(list[at].Since) {
			list[at].Since = t.Since.UTC()
		}
	}
	return list
}

// troubleGauge tells how many topics each kind of trouble is with.
type troubleGauge struct{ s *Server }

var troubleMetric = prometheus.NewDesc("veche_troubles", "Topics that can't be changed or read, by what is wrong.", []string{"code"}, nil)

// Describe implements [prometheus.Collector].
func (troubleGauge) Describe(c chan<- *prometheus.Desc) { c <- troubleMetric }

// Collect implements [prometheus.Collector].
func (g troubleGauge) Collect(c chan<- prometheus.Metric) {
	list := g.s.troubles()
	for code := range troubleAdvice {
		n := 0
		if at := slices.IndexFunc(list, func(t trouble) bool { return t.Code == code }); at >= 0 {
			n = list[at].Topics
		}
		c <- prometheus.MustNewConstMetric(troubleMetric, prometheus.GaugeValue, float64(n), code)
	}
}
