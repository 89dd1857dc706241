package api

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"veche/server/journal"
	"veche/server/topic"
)

// sanctionView is a warning, a time-out or a suspension as those see it who give
// them: of a participant by number, in this topic.
type sanctionView struct {
	Sanction   uint32               `json:"sanction"`
	Kind       topic.SanctionKind   `json:"kind"`
	Person     uint64               `json:"person"` // application
	Author     journal.RemarkAuthor `json:"author"`
	Reason     string               `json:"reason" class:"conduct"`
	By         string               `json:"by" class:"pseudonym"`
	Time       int64                `json:"time" class:"conduct"`
	Until      int64                `json:"until"`
	Lifted     int64                `json:"lifted"`
	LiftReason string               `json:"lift_reason" class:"conduct"`
	Holds      bool                 `json:"holds"`

	reason, lift topic.Digest
}

// listSanctions answers the sanctions of a topic, the last first.
func (a *API) listSanctions(c *fiber.Ctx) error {
	view, err := a.view(c)
	if err != nil {
		return err
	}
	now := a.now()
	list, digests := []sanctionView{}, []topic.Digest{}
	view.Read(func(s *topic.State, _ uint64) {
		for i := len(s.Sanctions) - 1; i >= 0 && len(list) < maxCases; i-- {
			x := &s.Sanctions[i]
			list = append(list, sanctionView{
				Sanction: uint32(i + 1), Kind: x.Kind, Person: x.Application, Author: journal.Author(s, topic.Actor{Role: topic.RoleCitizen, Number: x.Application}),
				By: doer(x.By), Time: x.Time, Until: x.Until, Lifted: x.Lifted, reason: x.Reason, lift: x.LiftReason,
				Holds: x.Lifted == 0 && x.Kind != topic.SanctionWarning && (x.Until == 0 || now < x.Until),
			})
			digests = append(digests, x.Reason, x.LiftReason)
		}
	})
	texts, err := a.Journal.Texts(c.UserContext(), c.Params("topic"), digests)
	if err != nil {
		return err
	}
	for i := range list {
		list[i].Reason, list[i].LiftReason = string(texts[list[i].reason].Body), string(texts[list[i].lift].Body)
	}
	return c.JSON(fiber.Map{"now": now, "sanctions": list})
}

func (a *API) punish(c *fiber.Ctx) error {
	var in struct {
		ClientID string             `json:"client_id" class:"none"`
		Person   uint64             `json:"person"` // application, as a case tells it
		Kind     topic.SanctionKind `json:"kind"`
		Minutes  uint32             `json:"minutes"`
		Reason   string             `json:"reason" class:"conduct"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	reason, err := reasonText(in.Reason)
	if err != nil {
		return err
	}
	if err := a.notAbout(c, topic.Actor{Role: topic.RoleCitizen, Number: in.Person}); err != nil {
		return err
	}
	ack, err := a.submit(c, in.ClientID, topic.PunishPerson{Application: in.Person, Kind: in.Kind, Minutes: in.Minutes, Reason: reason.Digest()}, reason)
	if err != nil {
		return err
	}
	return acknowledge(c, fiber.StatusCreated, ack, fiber.Map{"sanction": ack.Answer})
}

func (a *API) liftSanction(c *fiber.Ctx) error {
	n, err := number(c, "sanction")
	if err != nil {
		return err
	}
	var in struct {
		ClientID string `json:"client_id" class:"none"`
		Reason   string `json:"reason" class:"conduct"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	reason, err := reasonText(in.Reason)
	if err != nil {
		return err
	}
	if err := a.notAbout(c, a.authorsOf(c, topic.Subject{Kind: topic.SubjectSanction, Number: uint64(n)})...); err != nil {
		return err
	}
	ack, err := a.submit(c, in.ClientID, topic.LiftSanction{Sanction: n, Reason: reason.Digest()}, reason)
	if err != nil {
		return err
	}
	return acknowledge(c, fiber.StatusOK, ack, nil)
}

// authorsOf are those whom subjects concern.
func (a *API) authorsOf(c *fiber.Ctx, list ...topic.Subject) []topic.Actor {
	view, err := a.view(c)
	if err != nil {
		return nil // what comes next meets it again
	}
	var authors []topic.Actor
	view.Read(func(s *topic.State, _ uint64) {
		for _, x := range list {
			authors = append(authors, s.AuthorOf(x))
		}
	})
	return authors
}

// notAbout refuses someone of the staff who would decide about themselves: as a
// participant they have another name in the log, which the log can't join.
func (a *API) notAbout(c *fiber.Ctx, people ...topic.Actor) error {
	view, who, err := a.visit(c)
	if err != nil {
		return err
	}
	own := false
	view.Read(func(s *topic.State, _ uint64) {
		mine := who.actors(s)
		own = slices.ContainsFunc(people, func(p topic.Actor) bool { return slices.Contains(mine, p) })
	})
	if own {
		return topic.NewFault(topic.CodeForbidden, "this concerns yourself: somebody else decides")
	}
	return nil
}
