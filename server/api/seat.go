package api

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"veche/server/export"
	"veche/server/job"
	"veche/server/privacy"
	"veche/server/topic"
)

func (a *API) answerSeat(c *fiber.Ctx) error {
	var in struct {
		ClientID string `json:"client_id" class:"none"`
		Answer   string `json:"answer" class:"seat"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	if in.Answer != "accept" && in.Answer != "decline" {
		return refuse("invalid", "answer is accept or decline")
	}
	ack, err := a.submit(c, in.ClientID, topic.AnswerSeat{Accept: in.Answer == "accept"})
	if err != nil {
		return err
	}
	return c.JSON(fiber.Map{"ack": ack, "status": map[string]string{"accept": "accepted", "decline": "declined"}[in.Answer]})
}

// acceptSeats accepts all seats that are still open: the people said so by
// letter or telephone.
func (a *API) acceptSeats(c *fiber.Ctx) error {
	var in struct {
		ClientID string   `json:"client_id" class:"none"`
		Seats    []uint32 `json:"seats"`
		All      bool     `json:"all"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	view, err := a.view(c)
	if err != nil {
		return err
	}
	if in.All {
		in.Seats = nil
		view.Read(func(s *topic.State, _ uint64) {
			for i := range s.Seats {
				// Who applied here answers here.
				if s.Seats[i].Status == topic.SeatInvited && s.Applications[s.Seats[i].Application-1].Import != 0 {
					in.Seats = append(in.Seats, uint32(i+1))
				}
			}
		})
	}
	ack, err := a.submit(c, in.ClientID, topic.AnswerForPanel{Seats: in.Seats, Accept: true})
	if err != nil {
		return err
	}
	return c.JSON(fiber.Map{"ack": ack, "accepted": len(in.Seats)})
}

// answerSeats answers seats for people who answered by letter or telephone.
func (a *API) answerSeats(c *fiber.Ctx) error {
	var in struct {
		ClientID string   `json:"client_id" class:"none"`
		Seats    []uint32 `json:"seats"`
		Answer   string   `json:"answer" class:"seat"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	if in.Answer != "accept" && in.Answer != "decline" {
		return refuse("invalid", "answer is accept or decline")
	}
	if len(in.Seats) == 0 {
		return refuse("invalid", "name the seats that were answered")
	}
	ack, err := a.submit(c, in.ClientID, topic.AnswerForPanel{Seats: in.Seats, Accept: in.Answer == "accept"})
	if err != nil {
		return err
	}
	return c.JSON(fiber.Map{"ack": ack, "answered": len(in.Seats)})
}

// namesWithRegistrar is what a planner reads where ids stand for the registrar.
const namesWithRegistrar = "the ids of the people who came by file are with the registrar: they see them in the list of seats and in its file"

// getSeats lists the seats with what their people answered. The registrar's list
// has the ids of the people who came by file, and ?id= finds the seats of one.
func (a *API) getSeats(c *fiber.Ctx) error {
	id := c.Params("topic")
	list, err := a.Jobs.Seats(c.UserContext(), id)
	if err != nil {
		return err
	}
	registrar := person(c).Has(topic.RoleRegistrar)
	wanted := strings.TrimSpace(c.Query("id"))
	switch {
	case wanted != "" && !registrar:
		return topic.NewFault(topic.CodeForbidden, "seats are found by the id of a person by the registrar alone")
	case wanted != "":
		known, err := a.Pseudonyms.Known(c.UserContext(), id, []string{wanted})
		if err != nil {
			return err
		}
		p, ok := known[wanted]
		if !ok {
			return topic.NewFault(topic.CodeNotFound, "nobody of the id %q came by file", wanted)
		}
		list = slices.DeleteFunc(list, func(s job.SeatView) bool { return s.Pseudonym != p })
		for i := range list {
			list[i].ID = wanted
		}
	case registrar:
		if err := a.identifySeats(c, list); err != nil {
			return err
		}
	}
	answer := fiber.Map{"seats": list}
	if !registrar {
		answer["ids"] = namesWithRegistrar
	}
	return c.JSON(answer)
}

// identifySeats sets the ids that the registrar's file gave people.
func (a *API) identifySeats(c *fiber.Ctx, list []job.SeatView) error {
	at := make(map[topic.Pseudonym]int, len(list))
	for i := range list {
		at[list[i].Pseudonym] = i
	}
	keep := func(p topic.Pseudonym) bool { _, ok := at[p]; return ok }
	return a.Pseudonyms.Enrolled(c.UserContext(), c.Params("topic"), keep, func(m privacy.Member) error {
		list[at[m.Debate]].ID = m.ExternalID
		return nil
	})
}

// downloadSeats is the seats of a round as CSV; the registrar's has the ids of
// the people who came by file.
func (a *API) downloadSeats(c *fiber.Ctx) error {
	round, err := number(c, "round")
	if err != nil {
		return err
	}
	id := c.Params("topic")
	list, err := a.Jobs.Seats(c.UserContext(), id)
	if err != nil {
		return err
	}
	view, err := a.view(c)
	if err != nil {
		return err
	}
	var features []string
	rounds := 0
	view.Read(func(s *topic.State, _ uint64) {
		rounds = len(s.Rounds)
		for _, f := range s.Settings.Form.Features {
			features = append(features, f.Name)
		}
	})
	if round == 0 || int(round) > rounds {
		return topic.NewFault(topic.CodeNotFound, "there is no draw %d", round)
	}
	list = slices.DeleteFunc(list, func(s job.SeatView) bool { return s.Round != round })
	registrar := person(c).Has(topic.RoleRegistrar)
	header := []string{"seat", "round", "status", "table", "seated_by"}
	if registrar {
		header = append([]string{"id"}, header...)
		if err := a.identifySeats(c, list); err != nil {
			return err
		}
	}
	var b bytes.Buffer
	w, err := export.NewCSV(&b, true)
	if err != nil {
		return err
	}
	var row []any
	for _, name := range append(header, features...) {
		row = append(row, name)
	}
	if err := w.Row(row...); err != nil {
		return err
	}
	for i := range list {
		if err := w.Row(seatRecord(&list[i], registrar, features)...); err != nil {
			return err
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "text/csv; charset=utf-8")
	c.Set(fiber.HeaderContentDisposition, fmt.Sprintf("attachment; filename=%q", fmt.Sprintf("seats-%s-%d.csv", id, round)))
	return c.Send(b.Bytes())
}

// seatRecord is a seat as a row of a file.
func seatRecord(s *job.SeatView, withID bool, features []string) []any {
	var r []any
	if withID {
		r = append(r, s.ID)
	}
	r = append(r, uint64(s.Seat), uint64(s.Round), s.Status, uint64(s.Table), s.SeatedBy)
	for _, f := range features {
		r = append(r, s.Features[f])
	}
	return r
}
