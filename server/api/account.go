package api

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"veche/server/identity"
)

type signInView struct {
	ID      string `json:"id" class:"sign-in"`
	Device  string `json:"device" class:"sign-in"`
	Started int64  `json:"started"` // Unix milliseconds
	Seen    int64  `json:"seen"`    // as coarsely as it is kept
	Here    bool   `json:"here"`    // the one that asks
}

// getAccount answers how the person signs in, and where they are signed in.
func (a *API) getAccount(c *fiber.Ctx) error {
	p := person(c)
	list, err := a.Identity.SignIns(c.UserContext(), p.ID)
	if err != nil {
		return err
	}
	here := identity.Current(c.Cookies(SessionCookie(a.Secure)))
	signIns := make([]signInView, len(list))
	for i, s := range list {
		signIns[i] = signInView{s.ID, s.Device, s.Started.UnixMilli(), s.Seen.UnixMilli(), s.ID == here}
	}
	step, err := a.Identity.HasFactor(c.UserContext(), p.ID)
	if err != nil {
		return err
	}
	address, err := a.Identity.MailOf(c.UserContext(), p.ID)
	if err != nil {
		return err
	}
	return c.JSON(fiber.Map{"address": address, "assurance": p.Assurance.String(), "step": step, "sign_ins": signIns})
}

// endSignIns ends one of the person's sessions, or all of them.
func (a *API) endSignIns(c *fiber.Ctx) error {
	var in struct {
		ID  string `json:"id" class:"sign-in"`
		All bool   `json:"all"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	p := person(c)
	if !in.All {
		return a.ended(c, a.Identity.EndSignIn(c.UserContext(), p.ID, in.ID))
	}
	a.setCookie(c, SessionCookie(a.Secure), "", 0)
	return a.ended(c, a.Identity.EndAll(c.UserContext(), p.ID))
}

func (a *API) ended(c *fiber.Ctx, err error) error {
	if err != nil {
		return err
	}
	return c.JSON(fiber.Map{"ended": true})
}

// Browsers and systems by the words of User-Agent that name them, the telling
// first: most name others too.
var (
	browsers = [][2]string{{"Firefox/", "Firefox"}, {"Edg/", "Edge"}, {"OPR/", "Opera"}, {"YaBrowser/", "Yandex"}, {"SamsungBrowser/", "Samsung"}, {"Chrome/", "Chrome"}, {"CriOS/", "Chrome"}, {"FxiOS/", "Firefox"}, {"Safari/", "Safari"}}
	systems  = [][2]string{{"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Windows", "Windows"}, {"Mac OS X", "macOS"}, {"CrOS", "ChromeOS"}, {"Linux", "Linux"}}
)

// device says in two words what a request comes from, and no more than that.
func device(agent string) string {
	var words []string
	for _, table := range [][][2]string{browsers, systems} {
		for _, row := range table {
			if strings.Contains(agent, row[0]) {
				words = append(words, row[1])
				break
			}
		}
	}
	return strings.Join(words, ", ")
}

// onDevice is the context of a sign-in.
func onDevice(c *fiber.Ctx) {
	c.SetUserContext(identity.OnDevice(c.UserContext(), device(c.Get(fiber.HeaderUserAgent))))
}
