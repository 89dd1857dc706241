package api

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"veche/server/export"
	"veche/server/job"
	"veche/server/privacy"
	"veche/server/topic"
)

func (a *API) answerSeat(c *fiber.Ctx) error {
	var in struct {
		ClientID string `json:"client_id"`
		Answer   string `json:"answer"`
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
		ClientID string   `json:"client_id"`
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
		ClientID string   `json:"client_id"`
		Seats    []uint32 `json:"seats"`
		Answer   string   `json:"answer"`
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

// getSeats lists the seats with what their people answered.
func (a *API) getSeats(c *fiber.Ctx) error {
	list, err := a.Jobs.Seats(c.UserContext(), c.Params("topic"))
	if err != nil {
		return err
	}
	return c.JSON(fiber.Map{"seats": list})
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
	ids := map[topic.Pseudonym]string{}
	registrar := person(c).Has(topic.RoleRegistrar)
	header := []string{"seat", "round", "status", "table"}
	if registrar {
		header = append([]string{"id"}, header...)
		of := map[topic.Pseudonym]bool{}
		for _, s := range list {
			of[s.Pseudonym] = s.Round == round
		}
		err := a.Pseudonyms.Enrolled(c.UserContext(), id, func(p topic.Pseudonym) bool { return of[p] }, func(m privacy.Member) error {
			ids[m.Debate] = m.ExternalID
			return nil
		})
		if err != nil {
			return err
		}
	}
	var b bytes.Buffer
	b.WriteString("\ufeff")
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	record := append(header, features...)
	for i := range record {
		record[i] = export.Escape(record[i])
	}
	if err := w.Write(record); err != nil {
		return err
	}
	for _, s := range list {
		if s.Round != round {
			continue
		}
		record := seatRecord(&s, registrar, ids[s.Pseudonym], features)
		if err := w.Write(record); err != nil {
			return err
		}
	}
	w.Flush()
	if err := w.Error(); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "text/csv; charset=utf-8")
	c.Set(fiber.HeaderContentDisposition, fmt.Sprintf("attachment; filename=%q", fmt.Sprintf("seats-%s-%d.csv", id, round)))
	return c.Send(b.Bytes())
}

// seatRecord is a seat as a row of a file.
func seatRecord(s *job.SeatView, withID bool, id string, features []string) []string {
	var r []string
	if withID {
		r = append(r, export.Escape(id))
	}
	r = append(r, strconv.FormatUint(uint64(s.Seat), 10), strconv.FormatUint(uint64(s.Round), 10), s.Status, strconv.FormatUint(uint64(s.Table), 10))
	for _, f := range features {
		r = append(r, export.Escape(s.Features[f]))
	}
	return r
}
