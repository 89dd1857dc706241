package api

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"veche/server/identity"
	"veche/server/subject"
	"veche/server/topic"
)

// Subjects is what people ask about what is held of them.
type Subjects interface {
	Dossier(ctx context.Context, person string) (subject.Dossier, error)
	TakeBack(ctx context.Context, person, topicID string) (subject.ErasedPart, error)
	Erase(ctx context.Context, person string, texts bool) (subject.Certificate, error)
	ForgetWords(ctx context.Context, topicID string) error
}

func (a *API) getMyData(c *fiber.Ctx) error {
	d, err := a.Subjects.Dossier(c.UserContext(), person(c).ID)
	if err != nil {
		return err
	}
	return c.JSON(d)
}

func (a *API) downloadMyData(c *fiber.Ctx) error {
	d, err := a.Subjects.Dossier(c.UserContext(), person(c).ID)
	if err != nil {
		return err
	}
	b, err := d.File()
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "application/json")
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="my-data.json"`)
	return c.Send(b)
}

// eraseMe erases the person who asks, with or without what they wrote.
func (a *API) eraseMe(c *fiber.Ctx) error {
	var in struct {
		Texts *bool `json:"texts"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	if in.Texts == nil {
		return refuse("invalid", "say with texts whether what you wrote is erased too: true, or false to leave it without an author")
	}
	certificate, err := a.Subjects.Erase(c.UserContext(), person(c).ID, *in.Texts)
	if err != nil {
		return err
	}
	a.setCookie(c, SessionCookie(a.Secure), "", 0)
	c.Locals(personKey, identity.Person{})
	return c.JSON(certificate)
}

// giveConsent agrees to a text that changed since the person applied.
func (a *API) giveConsent(c *fiber.Ctx) error {
	var in struct {
		ClientID string `json:"client_id" class:"none"`
		Version  string `json:"version" class:"consent"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	ack, err := a.submit(c, in.ClientID, topic.GiveConsent{Version: in.Version})
	if err != nil {
		return err
	}
	return c.JSON(fiber.Map{"ack": ack})
}

func (a *API) withdrawConsent(c *fiber.Ctx) error {
	if err := checkClientID(c.Query("client_id")); err != nil {
		return err
	}
	part, err := a.Subjects.TakeBack(c.UserContext(), person(c).ID, c.Params("topic"))
	if err != nil {
		return err
	}
	return c.JSON(part)
}
