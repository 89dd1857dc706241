package api

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"veche/server/topic"
)

// steer leads rooms through their agenda: from and to are tables, both included,
// or both 0 for the main hall.
func (a *API) steer(c *fiber.Ctx) error {
	var in struct {
		ClientID string `json:"client_id"`
		From     uint32 `json:"from"`
		To       uint32 `json:"to"`
		Action   string `json:"action"`
		Step     uint32 `json:"step"`
		Seconds  int32  `json:"seconds"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	var cmd topic.Command
	switch in.Action {
	case "step":
		cmd = topic.OpenStep{From: in.From, To: in.To, Step: in.Step}
	case "extend":
		cmd = topic.ExtendStep{From: in.From, To: in.To, Seconds: in.Seconds}
	case "pause", "resume":
		cmd = topic.PauseRooms{From: in.From, To: in.To, Paused: in.Action == "pause"}
	case "take":
		cmd = topic.TakeTables{First: in.From, Last: in.To}
	default:
		return refuse("invalid", "action is "+strconv.Quote(in.Action)+": use step, extend, pause, resume or take")
	}
	ack, err := a.submit(c, in.ClientID, cmd)
	if err != nil {
		return err
	}
	return acknowledge(c, fiber.StatusOK, ack, nil)
}
