package api

import (
	"context"
	"errors"
	"strings"

	"github.com/gofiber/fiber/v2"

	"veche/selection"
	"veche/server/identity"
)

// Ways are the ways to sign in that an installation has besides codes.
type Ways struct {
	// Post sends a letter, with a link that leads on to the path next; nil where
	// there is no mail.
	Post func(ctx context.Context, l identity.Letter, lang, next string) error
	// Text sends digits to a telephone; nil where there is no provider.
	Text func(ctx context.Context, l identity.Letter, lang string) error
	// Reset tells somebody at an address that their second step was taken away; nil
	// where there is no mail.
	Reset     func(ctx context.Context, address string) error
	City      *identity.City // nil where there is none
	CityLabel string         // what people know it by, may be empty
}

type waysView struct {
	Mail      bool   `json:"mail"`
	Phone     bool   `json:"phone"`
	City      bool   `json:"city"`
	CityLabel string `json:"city_label,omitempty" class:"none"`
}

func (a *API) ways() waysView {
	return waysView{a.Ways.Post != nil, a.Ways.Text != nil, a.Ways.City != nil, a.Ways.CityLabel}
}

// What the browser keeps that began a sign-in.
func (a *API) mailCookie() string { return cookieName("veche_mail", a.Secure) }
func (a *API) cityCookie() string { return cookieName("veche_city", a.Secure) }

var errNoWay = refuse("not-found", "this installation has no such sign-in")

// askByMail sends a letter. It answers alike whether the address has an account:
// nothing looks.
func (a *API) askByMail(c *fiber.Ctx) error {
	var in struct {
		Address string `json:"address" class:"contact"`
		Lang    string `json:"lang" class:"text"`
		Next    string `json:"next" class:"none"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	if a.Ways.Post == nil {
		return errNoWay
	}
	address, err := identity.MailAddress(in.Address)
	if err != nil {
		return err
	}
	if err := a.mayLetter(c, address); err != nil {
		return err
	}
	letter, browser, err := a.Identity.AskByMail(c.UserContext(), address)
	if err != nil {
		return err
	}
	if err := a.Ways.Post(c.UserContext(), letter, in.Lang, ownPath(in.Next)); err != nil {
		return err
	}
	return a.underWay(c, browser)
}

// underWay answers that a message is under way, which the browser's cookie belongs to.
func (a *API) underWay(c *fiber.Ctx, browser string) error {
	a.setCookie(c, a.mailCookie(), browser, identity.MailLife)
	return c.Status(fiber.StatusAccepted).JSON(fiber.Map{"minutes": int(identity.MailLife.Minutes())})
}

// askByPhone sends digits to a telephone, and answers as askByMail does.
func (a *API) askByPhone(c *fiber.Ctx) error {
	var in struct {
		Number string `json:"number" class:"contact"`
		Lang   string `json:"lang" class:"text"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	if a.Ways.Text == nil {
		return errNoWay
	}
	number, err := identity.PhoneNumber(in.Number)
	if err != nil {
		return err
	}
	if err := a.mayLetter(c, number); err != nil {
		return err
	}
	letter, browser, err := a.Identity.AskByPhone(c.UserContext(), number)
	if err != nil {
		return err
	}
	if err := a.Ways.Text(c.UserContext(), letter, in.Lang); err != nil {
		return err
	}
	return a.underWay(c, browser)
}

// ownPath answers a path of our own, or "" where it could lead elsewhere.
func ownPath(path string) string {
	if len(path) > 200 || !strings.HasPrefix(path, "/") || len(path) > 1 && (path[1] == '/' || path[1] == '\\') ||
		strings.ContainsFunc(path, func(r rune) bool { return r <= ' ' || r == '#' || r == '\\' || r > '~' }) {
		return ""
	}
	return path
}

func (a *API) signInByLink(c *fiber.Ctx) error {
	var in struct {
		Link string `json:"link" class:"sign-in"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	if in.Link == "" {
		return refuse("invalid", "link is missing: send the part of the link after #")
	}
	onDevice(c)
	token, p, err := a.Identity.RedeemLink(c.UserContext(), in.Link)
	if err != nil {
		return a.guessed(c, err)
	}
	a.setCookie(c, a.mailCookie(), "", 0)
	return a.signedIn(c, p, token)
}

func (a *API) signInByDigits(c *fiber.Ctx) error {
	var in struct {
		Digits string `json:"digits" class:"sign-in"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	if len(in.Digits) < 6 || len(in.Digits) > 20 {
		return identity.ErrDigits
	}
	if err := a.mayDigits(c); err != nil {
		return err
	}
	onDevice(c)
	token, p, err := a.Identity.RedeemDigits(c.UserContext(), c.Cookies(a.mailCookie()), in.Digits)
	if errors.Is(err, identity.ErrDigits) {
		a.wrongDigits(c)
	}
	if err != nil {
		return err
	}
	a.setCookie(c, a.mailCookie(), "", 0)
	return a.signedIn(c, p, token)
}

// signInByLetter signs in by the code of a letter on paper, and answers the topic
// that it was sent for.
func (a *API) signInByLetter(c *fiber.Ctx) error {
	var in struct {
		Code string `json:"code" class:"sign-in"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	if len(in.Code) > 100 {
		return refuse("invalid", "a code has 12 signs")
	}
	code, err := selection.ParseCode(in.Code)
	if err != nil { // a typing error, which no guess is: no letter has such a code
		return refuse("invalid", err.Error())
	}
	if err := a.mayOpen(c); err != nil {
		return err
	}
	onDevice(c)
	token, p, id, err := a.Identity.RedeemLetter(c.UserContext(), func(key [32]byte) string { return selection.CodeDigest(key, code).String() })
	if errors.Is(err, identity.ErrLetter) {
		a.wrongLetter(c)
	}
	if err != nil {
		return err
	}
	session, err := a.entered(c, p, token)
	if err != nil {
		return err
	}
	return c.JSON(fiber.Map{"topic": id, "session": session})
}

// beginCity answers where at the identity point the person goes.
func (a *API) beginCity(c *fiber.Ctx) error { return a.toCity(c, "") }

// beginJoin does the same for somebody who is signed in, to join what the point
// verifies to their account.
func (a *API) beginJoin(c *fiber.Ctx) error { return a.toCity(c, person(c).ID) }

func (a *API) toCity(c *fiber.Ctx, joining string) error {
	if a.Ways.City == nil {
		return errNoWay
	}
	if wait := a.guesses.asks.Take(a.Open.Address(c)); wait > 0 {
		return later(c, wait, "too many sign-ins were asked for from here")
	}
	location, browser, err := a.Identity.BeginJoin(c.UserContext(), a.Ways.City, joining)
	if err != nil {
		return err
	}
	a.setCookie(c, a.cityCookie(), browser, identity.CityLife)
	return c.JSON(fiber.Map{"location": location})
}

// tookPartInNothing is an [identity.Empty].
func (a *API) tookPartInNothing(ctx context.Context, id string) (bool, error) {
	d, err := a.Subjects.Dossier(ctx, id)
	return err == nil && len(d.Topics) == 0, err
}

// finishCity signs in who came back from the identity point. The page that they
// came back to sends what stands in its address: no GET changes anything.
func (a *API) finishCity(c *fiber.Ctx) error {
	var in struct {
		State string `json:"state" class:"sign-in"`
		Code  string `json:"code" class:"sign-in"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	if a.Ways.City == nil {
		return errNoWay
	}
	onDevice(c)
	token, p, err := a.Identity.FinishCity(c.UserContext(), a.Ways.City, c.Cookies(a.cityCookie()), in.State, in.Code, person(c).ID, a.tookPartInNothing)
	a.setCookie(c, a.cityCookie(), "", 0)
	if err != nil {
		return err
	}
	return a.signedIn(c, p, token)
}
