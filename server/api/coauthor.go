package api

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"veche/server/topic"
)

// coauthorView is somebody whom an author invited, by the number that others see.
type coauthorView struct {
	Number   uint64                   `json:"number"`
	Standing topic.InvitationStanding `json:"standing"`
}

// coauthorsOf views an idea's invitations for its author.
func coauthorsOf(s *topic.State, idea uint32) []coauthorView {
	list := []coauthorView{}
	for _, x := range s.InvitationsOf(idea) {
		list = append(list, coauthorView{Number: s.Number(x.Application), Standing: x.Standing})
	}
	return list
}

// numbersOf are applications as others see them.
func numbersOf(s *topic.State, applications []uint64) []uint64 {
	list := make([]uint64, len(applications))
	for i, n := range applications {
		list[i] = s.Number(n)
	}
	return list
}

// invitationView asks the person to be a co-author.
type invitationView struct {
	Idea ideaView `json:"idea"`
	Time int64    `json:"time" class:"text"`
}

// invitationsTo are the open invitations of a person to ideas that all may see.
func invitationsTo(s *topic.State, application uint64) []invitationView {
	list := []invitationView{}
	for _, x := range s.Invitations {
		if application != 0 && x.Application == application && x.Standing == topic.InvitationOpen && visible(s, x.Idea) && s.Ideas[x.Idea-1].Newer == 0 {
			list = append(list, invitationView{Idea: ideaOf(s, x.Idea, application), Time: x.Time})
		}
	}
	return list
}

// tablemates are the numbers of those who sit at a person's table, but their own.
func tablemates(s *topic.State, application uint64) []uint64 {
	list := []uint64{}
	table, ok := s.Participant(application)
	if !ok || table == 0 {
		return list
	}
	for i := range s.Seats {
		if x := &s.Seats[i]; x.Table == table && x.Status == topic.SeatAccepted && x.Application != application {
			list = append(list, uint64(i+1))
		}
	}
	return list
}

// fillInvitations adds the texts.
func (a *API) fillInvitations(c *fiber.Ctx, list []invitationView) error {
	ideas := make([]ideaView, len(list))
	for i := range list {
		ideas[i] = list[i].Idea
	}
	if err := a.fill(c, ideas); err != nil {
		return err
	}
	for i := range list {
		list[i].Idea = ideas[i]
	}
	return nil
}

func (a *API) inviteCoauthor(c *fiber.Ctx) error {
	return a.withCoauthor(c, func(idea uint32, in coauthorRequest) topic.Command {
		return topic.InviteCoauthor{Idea: idea, Number: in.Number}
	})
}

func (a *API) answerInvitation(c *fiber.Ctx) error {
	return a.withCoauthor(c, func(idea uint32, in coauthorRequest) topic.Command {
		return topic.AnswerInvitation{Idea: idea, Accept: in.Accept}
	})
}

// endInvitation withdraws an invitation, or leaves an idea as its co-author.
func (a *API) endInvitation(c *fiber.Ctx) error {
	return a.withCoauthor(c, func(idea uint32, in coauthorRequest) topic.Command {
		return topic.EndInvitation{Idea: idea, Number: in.Number}
	})
}

// coauthorRequest is what the three commands are asked with.
type coauthorRequest struct {
	ClientID string `json:"client_id" class:"none"`
	Number   uint64 `json:"number"` // as others see it; to leave, 0
	Accept   bool   `json:"accept"`
}

func (a *API) withCoauthor(c *fiber.Ctx, command func(idea uint32, in coauthorRequest) topic.Command) error {
	idea, err := number(c, "idea")
	if err != nil {
		return err
	}
	var in coauthorRequest
	if err := readJSON(c, &in); err != nil {
		return err
	}
	ack, err := a.submit(c, in.ClientID, command(idea, in))
	if err != nil {
		return err
	}
	return acknowledge(c, fiber.StatusOK, ack, nil)
}

// isCoauthor says that somebody is a co-author of an idea, and not its author.
func isCoauthor(s *topic.State, application uint64, idea uint32) bool {
	return application != 0 && slices.Contains(s.Coauthors(idea), application)
}
