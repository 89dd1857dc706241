package api

import (
	"github.com/gofiber/fiber/v2"

	"veche/server/analysis"
	"veche/server/topic"
)

// pairsAtOnce is how many pairs are routed ahead, as [nextAtOnce] items are.
const pairsAtOnce = 5

type pairView struct {
	Left  uint32 `json:"left"`
	Right uint32 `json:"right"`
}

// getPairs answers the pairs of near-ties to put before the voter next, none
// before they have rated enough.
func (a *API) getPairs(c *fiber.Ctx) error {
	view, who, err := a.visit(c)
	if err != nil {
		return err
	}
	pairs, compared := []pairView{}, 0
	view.Read(func(s *topic.State, _ uint64) {
		if s.StageKind() != topic.StageRating {
			return
		}
		ballot := who.ballot(s)
		compared = len(s.PairsOf(ballot))
		for _, p := range analysis.RoutePairs(s, ballot, pairsAtOnce, who.owns(s)) {
			pairs = append(pairs, pairView{p[0], p[1]})
		}
	})
	return c.JSON(fiber.Map{"pairs": pairs, "compared": compared})
}

func (a *API) comparePair(c *fiber.Ctx) error {
	var in struct {
		ClientID string         `json:"client_id"`
		Left     uint32         `json:"left"`
		Right    uint32         `json:"right"`
		Word     topic.PairWord `json:"word"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	view, who, err := a.visit(c)
	if err != nil {
		return err
	}
	// Whose an idea is no ballot may tell, so the log can't: here both are known.
	view.Read(func(s *topic.State, _ uint64) {
		ballot := who.ballot(s)
		if s.StageKind() != topic.StageRating || ballot == 0 || in.Left == in.Right || in.Word == 0 || !s.RatedEnough(ballot) {
			return // the command says what is wrong
		}
		if !analysis.PutsPair(s, ballot, in.Left, in.Right, who.owns(s)) {
			err = topic.NewFault(topic.CodeConflict, "items %d and %d are not put to you side by side: ask for the next pairs", in.Left, in.Right)
		}
	})
	if err != nil {
		return err
	}
	ack, err := a.submit(c, in.ClientID, topic.ComparePair{PairCompared: topic.PairCompared{Left: in.Left, Right: in.Right, Word: in.Word}})
	if err != nil {
		return err
	}
	return c.JSON(fiber.Map{"ack": ack})
}
