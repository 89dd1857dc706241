package api

import (
	"github.com/gofiber/fiber/v2"

	"veche/server/identity"
	"veche/server/journal"
	"veche/server/topic"
)

// assuranceOf is how surely somebody is known to be one person. Who was entered by
// the office or came by its files is on a roster.
func assuranceOf(p identity.Person) topic.Assurance {
	switch p.Assurance {
	case identity.AssuranceCity:
		return topic.AssuranceCity
	case identity.AssuranceMail:
		return topic.AssuranceMail
	}
	return topic.AssuranceRoster
}

// sureEnough refuses who is known less surely than the topic asks for, and whose
// application a registrar set aside as a second one of somebody, before they apply or
// vote: there, each person counts once.
func (a *API) sureEnough(c *fiber.Ctx, view *journal.View) error {
	who, err := a.standing(c)
	if err != nil {
		return err
	}
	var asked topic.Assurance
	aside := false
	view.Read(func(s *topic.State, _ uint64) {
		asked = s.Settings.Assurance
		n := who.application(s)
		aside = n != 0 && s.Applications[n-1].Status == topic.ApplicationDouble
	})
	if aside {
		return topic.NewFault(topic.CodeForbidden, "another application of yours stands, and each person counts once: sign in as you did when you made that one")
	}
	if assuranceOf(person(c)).Meets(asked) {
		return nil
	}
	how := map[topic.Assurance]string{
		topic.AssuranceRoster: "with the code from your letter or from the office",
		topic.AssuranceCity:   "through the city's identity point",
	}[asked]
	return topic.NewFault(topic.CodeForbidden, "in this topic each person counts once, and an address of mail is not enough to know that: sign in %s", how)
}
