package api

import (
	"github.com/gofiber/fiber/v2"

	"veche/server/identity"
)

// passStep takes the second step of a sign-in: a code of the app, or a recovery
// code.
func (a *API) passStep(c *fiber.Ctx) error {
	code, err := readStep(c)
	if err != nil {
		return err
	}
	onDevice(c)
	token, p, err := a.Identity.PassFactor(c.UserContext(), c.Cookies(SessionCookie(a.Secure)), code)
	if err != nil {
		return err
	}
	return a.signedIn(c, p, token)
}

func readStep(c *fiber.Ctx) (string, error) {
	var in struct {
		Code string `json:"code"`
	}
	if err := readJSON(c, &in); err != nil {
		return "", err
	}
	if len(in.Code) < 6 || len(in.Code) > 40 {
		return "", identity.ErrStep
	}
	return in.Code, nil
}

// proposeStep makes the secret of a second step, for an app to read.
func (a *API) proposeStep(c *fiber.Ctx) error {
	p, err := a.Identity.ProposeFactor(c.UserContext(), c.Cookies(SessionCookie(a.Secure)), a.Site)
	if err != nil {
		return err
	}
	return c.JSON(fiber.Map{"secret": p.Secret, "uri": p.URI, "size": p.Size, "path": p.Path})
}

// confirmStep puts it in force, and tells the recovery codes this once.
func (a *API) confirmStep(c *fiber.Ctx) error {
	code, err := readStep(c)
	if err != nil {
		return err
	}
	onDevice(c)
	recovery, token, p, err := a.Identity.ConfirmFactor(c.UserContext(), c.Cookies(SessionCookie(a.Secure)), code)
	if err != nil {
		return err
	}
	a.setCookie(c, SessionCookie(a.Secure), identity.Cookie(p, token), identity.SessionLife)
	return c.JSON(fiber.Map{"recovery": recovery, "session": a.sessionView(p)})
}
