package api

import (
	"github.com/gofiber/fiber/v2"

	"veche/server/identity"
	"veche/server/topic"
)

type personView struct {
	ID      string       `json:"id" class:"account"`
	Name    string       `json:"name" class:"name"` // "" for nobody who was entered by name
	Roles   []topic.Role `json:"roles" class:"account"`
	Step    bool         `json:"step"`     // has a second step
	SignIns int          `json:"sign_ins"` // sessions that have not ended
	You     bool         `json:"you"`
}

type changeView struct {
	Time   int64         `json:"time"`
	By     string        `json:"by" class:"name"`     // "" for somebody who has no role any more
	Server bool          `json:"server"`              // on the command line
	Person string        `json:"person" class:"name"` // as By
	What   identity.What `json:"what" class:"account-change"`
	Roles  []topic.Role  `json:"roles,omitempty"`
}

// mostChanges is how many of the newest changes are shown.
const mostChanges = 100

// personView is what an administrator sees of an account.
func (a *API) personView(c *fiber.Ctx, p identity.Person) (v personView, err error) {
	v = personView{ID: p.ID, Name: p.Name, Roles: p.Roles, You: p.ID == person(c).ID}
	if v.Roles == nil {
		v.Roles = []topic.Role{}
	}
	if v.Step, err = a.Identity.HasFactor(c.UserContext(), p.ID); err != nil {
		return v, err
	}
	list, err := a.Identity.SignIns(c.UserContext(), p.ID)
	v.SignIns = len(list)
	return v, err
}

// listPeople answers who has a role here, and the log of people's changes.
func (a *API) listPeople(c *fiber.Ctx) error {
	staff, err := a.Identity.Staff(c.UserContext())
	if err != nil {
		return err
	}
	people := make([]personView, len(staff))
	names := map[string]string{}
	for i, p := range staff {
		names[p.ID] = p.Name
		if people[i], err = a.personView(c, p); err != nil {
			return err
		}
	}
	list, err := a.Identity.Changes(c.UserContext(), mostChanges)
	if err != nil {
		return err
	}
	changes := make([]changeView, len(list))
	for i, x := range list {
		changes[i] = changeView{Time: x.Time.UnixMilli(), By: names[x.By], Server: x.By == identity.ByCommand, Person: names[x.Person], What: x.What, Roles: x.Roles}
	}
	return c.JSON(fiber.Map{"people": people, "changes": changes})
}

// findPerson answers the account of an e-mail address, of which its person told.
func (a *API) findPerson(c *fiber.Ctx) error {
	var in struct {
		Address string `json:"address" class:"contact"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	p, err := a.Identity.ByMail(c.UserContext(), in.Address)
	if err != nil {
		return err
	}
	v, err := a.personView(c, p)
	if err != nil {
		return err
	}
	return c.JSON(v)
}

// resetPerson takes a person's second step away and ends their sessions, writes it
// down, and tells them where they have an address.
func (a *API) resetPerson(c *fiber.Ctx) error {
	id := c.Params("person")
	if err := a.Identity.Reset(c.UserContext(), person(c).ID, id); err != nil {
		return err
	}
	address, err := a.Identity.MailOf(c.UserContext(), id)
	if err != nil {
		return err
	}
	told := address != "" && a.Ways.Reset != nil
	if told {
		if err := a.Ways.Reset(c.UserContext(), address); err != nil {
			return err
		}
	}
	return c.JSON(fiber.Map{"told": told})
}
