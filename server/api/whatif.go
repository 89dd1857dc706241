package api

import (
	"github.com/gofiber/fiber/v2"

	"veche/server/analysis"
	"veche/server/topic"
)

// getWhatIf answers what the list would be among a part of the people drawn, and
// weighed as the city is; nothing while people rate or before a count.
func (a *API) getWhatIf(c *fiber.Ctx) error {
	n, _, err := a.lastTally(c)
	if err != nil {
		return err
	}
	var w *analysis.WhatIf
	if n > 0 {
		if w, err = a.Jobs.WhatIf(c.UserContext(), c.Params("topic")); err != nil {
			return err
		}
	}
	var features []string
	view, err := a.view(c)
	if err != nil {
		return err
	}
	view.Read(func(s *topic.State, _ uint64) {
		if r := s.Rule(); r != nil {
			features = r.Strata
		}
	})
	return c.JSON(fiber.Map{"features": orEmpty(features), "what_if": w})
}
