package api

import (
	"bytes"
	"context"
	"errors"
	"time"

	"github.com/gofiber/fiber/v2"

	"veche/server/intake"
	"veche/server/privacy"
	"veche/server/topic"
)

// Papers is what is kept of ideas that came on paper, and stays out of the log.
type Papers interface {
	Code(topicID string, receipt topic.Pseudonym) string
	Papers(ctx context.Context, topicID string, receipts []topic.Pseudonym) (map[topic.Pseudonym]privacy.Paper, error)
	ErasePaper(ctx context.Context, topicID string, receipt topic.Pseudonym) error
}

// shownOfImport is how many receipts an import is answered with; the list has all.
const shownOfImport = 5

// importPaper enters the ideas of a CSV, or with ?check=1 says what it would enter.
func (a *API) importPaper(c *fiber.Ctx) error {
	view, err := a.view(c)
	if err != nil {
		return err
	}
	clientID, check := c.Query("client_id"), c.Query("check") == "1"
	if !check {
		if err := checkClientID(clientID); err != nil {
			return err
		}
	}
	who, err := a.as(c, c.Params("topic"), topic.ActionEnterPaper)
	if err != nil {
		return err
	}
	lang := ""
	view.Read(func(s *topic.State, _ uint64) {
		lang = s.Settings.Lang
		err = s.Permit(who.Role, topic.ActionEnterPaper)
	})
	if err != nil {
		return err
	}
	if err := c.Context().Conn().SetReadDeadline(time.Now().Add(uploadTime)); err != nil {
		return err
	}
	file, err := readBody(c, intake.MaxPaperBytes)
	if err != nil {
		return err
	}
	papers, err := intake.ReadPapers(c.UserContext(), bytes.NewReader(file), lang, a.Clock())
	if err != nil {
		return faultOf(err)
	}
	receipts, err := a.Intake.EnterPapers(c.UserContext(), c.Params("topic"), who, clientID, papers, 2, check)
	if err != nil {
		return faultOf(err)
	}
	known := 0
	for _, r := range receipts {
		if r.Known {
			known++
		}
	}
	first := make([]fiber.Map, min(len(papers), shownOfImport))
	for i := range first {
		p := &papers[i]
		first[i] = fiber.Map{"id": p.ID, "text": p.Text, "lang": p.Lang, "source": p.Source.String(), "written": p.Written, "author": p.Author, "person": p.Person, "place": p.Place, "known": receipts[i].Known}
	}
	return c.JSON(fiber.Map{"rows": len(papers), "known": known, "checked": check, "first": first})
}

// faultOf is an error of intake as the domain refuses.
func faultOf(err error) error {
	var faults *intake.FileError
	if errors.As(err, &faults) {
		return faults.Fault()
	}
	return err
}

// enterPaper enters one idea that a registrar types in.
func (a *API) enterPaper(c *fiber.Ctx) error {
	var in struct {
		ClientID    string `json:"client_id" class:"none"`
		ID          string `json:"id" class:"link"` // the registrar's own, may be left out
		Text        string `json:"text" class:"text"`
		Lang        string `json:"lang" class:"text"`
		Source      string `json:"source" class:"none"`
		Date        string `json:"date" class:"text"`
		Participant uint32 `json:"participant"`
		Person      string `json:"person" class:"name"`
		Author      string `json:"author" class:"name"`
		Place       string `json:"place" class:"contact"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	if err := checkClientID(in.ClientID); err != nil {
		return err
	}
	if _, err := a.view(c); err != nil {
		return err
	}
	if in.ID == "" {
		in.ID = intake.TypedID(in.ClientID)
	}
	p := intake.Paper{Paper: privacy.Paper{ID: in.ID, Author: in.Author, Place: in.Place}, Lang: in.Lang, Person: in.Person, Participant: in.Participant}
	if err := p.Fill(in.Text, in.Source, in.Date, a.Clock()); err != nil {
		return err
	}
	who, err := a.as(c, c.Params("topic"), topic.ActionEnterPaper)
	if err != nil {
		return err
	}
	receipts, err := a.Intake.EnterPapers(c.UserContext(), c.Params("topic"), who, in.ClientID, []intake.Paper{p}, 0, false)
	if err != nil {
		return faultOf(err)
	}
	return c.Status(fiber.StatusCreated).JSON(receipts[0])
}

// paperView is an idea on paper with its receipt, for the registrar.
type paperView struct {
	Idea    ideaView `json:"idea"`
	Code    string   `json:"code" class:"sign-in"`
	Entered int64    `json:"entered"`
	ID      string   `json:"id" class:"link"` // the registrar's own; "" where it was erased
	Author  string   `json:"author" class:"name"`
	Place   string   `json:"place" class:"contact"`

	receipt topic.Pseudonym
}

// listPaper answers ideas on paper with their receipts, the last first.
func (a *API) listPaper(c *fiber.Ctx) error {
	limit, err := query(c, "limit", 50, 500)
	if err != nil {
		return err
	}
	offset, err := query(c, "offset", 0, 1<<31)
	if err != nil {
		return err
	}
	only, err := query(c, "idea", 0, 1<<31)
	if err != nil {
		return err
	}
	view, err := a.view(c)
	if err != nil {
		return err
	}
	list := []paperView{}
	total := 0
	view.Read(func(s *topic.State, _ uint64) {
		chosen := s.Papers
		if only != 0 {
			chosen = nil
			if p, ok := s.ReceiptOf(uint32(only)); ok {
				chosen = []topic.Paper{p}
			}
		}
		total = len(chosen)
		for i := total - 1 - int(min(offset, uint64(total))); i >= 0 && uint64(len(list)) < limit; i-- {
			p := chosen[i]
			list = append(list, paperView{Idea: ideaOf(s, p.Idea, 0), Code: a.Papers.Code(c.Params("topic"), p.Receipt), Entered: p.Time, receipt: p.Receipt})
		}
	})
	ideas := make([]ideaView, len(list))
	receipts := make([]topic.Pseudonym, len(list))
	for i := range list {
		ideas[i], receipts[i] = list[i].Idea, list[i].receipt
	}
	if err := a.fill(c, ideas); err != nil {
		return err
	}
	kept, err := a.Papers.Papers(c.UserContext(), c.Params("topic"), receipts)
	if err != nil {
		return err
	}
	for i := range list {
		p := kept[list[i].receipt]
		list[i].Idea, list[i].ID, list[i].Author, list[i].Place = ideas[i], p.ID, p.Author, p.Place
	}
	return c.JSON(fiber.Map{"total": total, "ideas": list})
}

// holdsReceipt reads a receipt's number and code, and refuses one that was not
// given out.
func (a *API) holdsReceipt(c *fiber.Ctx, number uint32, code string) error {
	view, err := a.view(c)
	if err != nil {
		return err
	}
	var p topic.Paper
	ok := false
	view.Read(func(s *topic.State, _ uint64) { p, ok = s.ReceiptOf(number) })
	if !ok || !privacy.SameCode(a.Papers.Code(c.Params("topic"), p.Receipt), code) {
		return topic.NewFault(topic.CodeNotFound, "no receipt has this number and code: look at yours again, the code has eight letters and digits")
	}
	return nil
}

// findPaper answers what became of the idea whose receipt one holds.
func (a *API) findPaper(c *fiber.Ctx) error {
	var in struct {
		Number uint32 `json:"number"`
		Code   string `json:"code" class:"sign-in"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	if err := a.holdsReceipt(c, in.Number, in.Code); err != nil {
		return err
	}
	fates, err := a.fates(c, func(*topic.State) ([]uint32, uint64) { return []uint32{in.Number}, 0 })
	if err != nil {
		return err
	}
	return c.JSON(fates[0])
}

// claimPaper makes the person the author of the idea whose receipt they hold.
func (a *API) claimPaper(c *fiber.Ctx) error {
	var in struct {
		ClientID string `json:"client_id" class:"none"`
		Number   uint32 `json:"number"`
		Code     string `json:"code" class:"sign-in"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	if err := a.holdsReceipt(c, in.Number, in.Code); err != nil {
		return err
	}
	ack, err := a.submit(c, in.ClientID, topic.ClaimPaper{Idea: in.Number})
	if err != nil {
		return err
	}
	return acknowledge(c, fiber.StatusOK, ack, nil)
}

// forgetPaper destroys what is kept of who wrote an idea on paper, once its text
// was erased.
func (a *API) forgetPaper(c *fiber.Ctx, idea uint32) error {
	view, err := a.view(c)
	if err != nil {
		return err
	}
	var p topic.Paper
	gone := false
	view.Read(func(s *topic.State, _ uint64) {
		p, gone = s.ReceiptOf(idea)
		gone = gone && s.Ideas[idea-1].Erased
	})
	if !gone {
		return nil
	}
	return a.Papers.ErasePaper(c.UserContext(), c.Params("topic"), p.Receipt)
}
