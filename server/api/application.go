package api

import (
	"github.com/gofiber/fiber/v2"

	"veche/server/journal"
	"veche/server/topic"
)

func (a *API) apply(c *fiber.Ctx) error {
	var in struct {
		ClientID  string            `json:"client_id" class:"none"`
		Answers   map[string]string `json:"answers" class:"answers"`
		Interests []string          `json:"interests" class:"answers"`
		Sessions  []string          `json:"sessions" class:"answers"`
		Languages []string          `json:"languages" class:"answers"`
		Household string            `json:"household" class:"answers"`
		Consent   string            `json:"consent" class:"consent"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	view, err := a.view(c)
	if err != nil {
		return err
	}
	if err := a.sureEnough(c, view); err != nil {
		return err
	}
	var row topic.Row
	view.Read(func(s *topic.State, _ uint64) {
		if err = s.Permit(topic.RoleCitizen, topic.ActionApply); err == nil {
			row, err = s.Settings.Form.NewRow(in.Answers, in.Interests, in.Sessions, in.Languages, in.Household)
		}
	})
	if err != nil {
		return err
	}
	text := journal.NewText(string(row.Bytes()))
	ack, err := a.submit(c, in.ClientID, topic.Apply{Row: text.Digest(), Consent: in.Consent}, text)
	if err != nil {
		return err
	}
	digest := text.Digest()
	if ack.Repeated { // the first sending's row stands
		view.Read(func(s *topic.State, _ uint64) { digest = s.Applications[ack.Answer-1].Row })
	}
	return c.Status(fiber.StatusCreated).JSON(fiber.Map{"ack": ack, "status": "applied", "receipt": receipt(ack.Answer, digest)})
}

func (a *API) withdraw(c *fiber.Ctx) error {
	ack, err := a.submit(c, c.Query("client_id"), topic.Withdraw{})
	if err != nil {
		return err
	}
	return c.JSON(fiber.Map{"ack": ack, "status": "withdrawn"})
}
