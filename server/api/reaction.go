package api

import (
	"github.com/gofiber/fiber/v2"

	"veche/server/topic"
)

func (a *API) react(c *fiber.Ctx) error {
	remark, err := number(c, "remark")
	if err != nil {
		return err
	}
	var in struct {
		ClientID string `json:"client_id" class:"none"`
		Reaction string `json:"reaction" class:"conduct"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	reaction, err := topic.ParseReaction(in.Reaction)
	if err != nil {
		return err
	}
	if err := a.mayDo(c); err != nil {
		return err
	}
	ack, err := a.submit(c, in.ClientID, topic.React{Remark: remark, Reaction: reaction})
	if err != nil {
		return err
	}
	return acknowledge(c, fiber.StatusOK, ack, nil)
}

func (a *API) pin(c *fiber.Ctx) error {
	remark, err := number(c, "remark")
	if err != nil {
		return err
	}
	var in struct {
		ClientID string `json:"client_id" class:"none"`
		Pinned   bool   `json:"pinned"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	ack, err := a.submit(c, in.ClientID, topic.PinRemark{Remark: remark, Pinned: in.Pinned})
	if err != nil {
		return err
	}
	return acknowledge(c, fiber.StatusOK, ack, nil)
}
