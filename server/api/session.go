package api

import (
	"errors"
	"time"

	"github.com/gofiber/fiber/v2"

	"veche/server/identity"
	"veche/server/topic"
)

// SessionCookie is the cookie's name; over https its prefix makes browsers
// refuse one set by another host or path.
func SessionCookie(secure bool) string { return cookieName("veche_session", secure) }

func cookieName(name string, secure bool) string {
	if secure {
		return "__Host-" + name
	}
	return name
}

type sessionView struct {
	SignedIn  bool         `json:"signed_in"`
	As        string       `json:"as,omitempty" class:"account"` // see [identity.Person.Mark]
	Name      string       `json:"name" class:"name"`
	Roles     []topic.Role `json:"roles"`
	Demo      bool         `json:"demo"`
	DemoLinks []DemoLink   `json:"demo_links,omitempty"`
	Ways      waysView     `json:"ways"`
	Step      string       `json:"step,omitempty" class:"sign-in"` // "enter" or "new" where a sign-in waits for its second step
}

func (a *API) sessionView(p identity.Person) sessionView {
	v := sessionView{SignedIn: p.ID != "", As: p.Mark(), Name: p.Name, Roles: []topic.Role{}, Ways: a.ways()}
	if v.SignedIn {
		v.Roles = append([]topic.Role{topic.RoleCitizen}, p.Roles...)
	}
	if a.Demo != nil {
		v.Demo, v.DemoLinks = true, a.Demo()
	}
	return v
}

func (a *API) getSession(c *fiber.Ctx) error {
	v := a.sessionView(person(c))
	if cookie := c.Cookies(SessionCookie(a.Secure)); !v.SignedIn && cookie != "" {
		step, err := a.step(c, cookie)
		if err != nil {
			return err
		}
		v.Step = step
	}
	return c.JSON(v)
}

// step says what a sign-in waits for, "" where it is done or there is none.
func (a *API) step(c *fiber.Ctx, cookie string) (string, error) {
	half, err := a.Identity.Waiting(c.UserContext(), cookie)
	switch {
	case errors.Is(err, identity.ErrNoStep):
		return "", nil
	case err != nil:
		return "", err
	case half.Enrol:
		return "new", nil
	}
	return "enter", nil
}

func (a *API) signIn(c *fiber.Ctx) error {
	var in struct {
		Code string `json:"code" class:"sign-in"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	onDevice(c)
	token, p, err := a.Identity.Redeem(c.UserContext(), in.Code)
	if err != nil {
		return a.guessed(c, err)
	}
	return a.signedIn(c, p, token)
}

// signedIn answers who has signed in, with the session's cookie; nobody yet where
// the second step is missing. Whoever was signed in here before is so no more.
func (a *API) signedIn(c *fiber.Ctx, p identity.Person, token string) error {
	v, err := a.entered(c, p, token)
	if err != nil {
		return err
	}
	return c.JSON(v)
}

func (a *API) entered(c *fiber.Ctx, p identity.Person, token string) (sessionView, error) {
	if before := c.Cookies(SessionCookie(a.Secure)); before != "" {
		if err := a.Identity.End(c.UserContext(), before); err != nil {
			return sessionView{}, err
		}
	}
	cookie := identity.Cookie(p, token)
	step, err := a.step(c, cookie)
	if err != nil {
		return sessionView{}, err
	}
	if step != "" {
		a.setCookie(c, SessionCookie(a.Secure), cookie, identity.HalfLife)
		v := a.sessionView(identity.Person{})
		v.Step = step
		return v, nil
	}
	a.setCookie(c, SessionCookie(a.Secure), cookie, identity.SessionLife)
	return a.sessionView(p), nil
}

func (a *API) signOut(c *fiber.Ctx) error {
	if cookie := c.Cookies(SessionCookie(a.Secure)); cookie != "" {
		if err := a.Identity.End(c.UserContext(), cookie); err != nil {
			return err
		}
	}
	a.setCookie(c, SessionCookie(a.Secure), "", 0)
	return c.JSON(a.sessionView(identity.Person{}))
}

// setCookie gives a cookie a life, 0 to end it.
func (a *API) setCookie(c *fiber.Ctx, name, value string, life time.Duration) {
	cookie := fiber.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: int(life.Seconds()),
		HTTPOnly: true, Secure: a.Secure, SameSite: fiber.CookieSameSiteLaxMode,
	}
	if life == 0 {
		cookie.Expires = time.Unix(1, 0) // no age would keep it until the browser closes
	}
	c.Cookie(&cookie)
}
