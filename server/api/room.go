package api

import (
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"veche/server/journal"
	"veche/server/topic"
)

// mayRead answers nil if the person may read the room: the main hall is open
// to all, a table to its people and to those who watch over the debate.
func (w standing) mayRead(s *topic.State, room uint32) error {
	if room > s.Tables {
		return topic.NewFault(topic.CodeNotFound, "there is no table %d", room)
	}
	if room == 0 || w.readsAll() {
		return nil
	}
	if table, ok := s.Participant(w.application(s)); ok && table == room {
		return nil
	}
	return topic.NewFault(topic.CodeForbidden, "only the people of table %d read along there", room)
}

func (a *API) listRemarks(c *fiber.Ctx) error {
	room, err := number(c, "room")
	if err != nil {
		return err
	}
	before, err := query(c, "before", 0, 1<<40)
	if err != nil {
		return err
	}
	limit, err := query(c, "limit", 50, 200)
	if err != nil {
		return err
	}
	view, who, err := a.visit(c)
	if err != nil {
		return err
	}
	var mine uint64
	view.Read(func(s *topic.State, _ uint64) {
		err = who.mayRead(s, room)
		mine = who.application(s)
	})
	if err != nil {
		return err
	}
	page, err := a.Journal.Remarks(c.UserContext(), c.Params("topic"), room, before, int(limit))
	if err != nil {
		return err
	}
	page.Mark(mine)
	return c.JSON(page)
}

func (a *API) say(c *fiber.Ctx) error {
	room, err := number(c, "room")
	if err != nil {
		return err
	}
	var in struct {
		ClientID string `json:"client_id" class:"none"`
		Text     string `json:"text" class:"text"`
		ReplyTo  uint32 `json:"reply_to"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	body, err := topic.CleanText("message", in.Text, topic.MaxRemark)
	if err != nil {
		return err
	}
	if err := a.mayWrite(c); err != nil {
		return err
	}
	text := journal.NewText(body)
	request, err := a.requested(c, in.ClientID, topic.Say{Room: room, ReplyTo: in.ReplyTo, Text: text.Digest(), Characters: uint32(utf8.RuneCountInString(body))}, text)
	if err != nil {
		return err
	}
	// Who may not speak in the room takes nothing from those who may.
	adds, err := a.Journal.Try(c.UserContext(), c.Params("topic"), request)
	if err != nil {
		return err
	}
	if adds && !a.MayHear(c.Params("topic"), room) {
		return refuse("rate-limited", "more is being said in this room than anyone can read: wait a moment, then send it again")
	}
	ack, err := a.Journal.Submit(c.UserContext(), c.Params("topic"), request)
	if err != nil {
		return err
	}
	return c.Status(fiber.StatusCreated).JSON(fiber.Map{"ack": ack, "id": ack.Answer})
}

func (a *API) removeRemark(c *fiber.Ctx) error {
	n, err := number(c, "remark")
	if err != nil {
		return err
	}
	var in struct {
		ClientID string `json:"client_id" class:"none"`
		Reason   string `json:"reason" class:"decision"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	reason, err := reasonText(in.Reason)
	if err != nil {
		return err
	}
	ack, err := a.submit(c, in.ClientID, topic.RemoveRemark{Remark: n, Reason: reason.Digest()}, reason)
	if err != nil {
		return err
	}
	return c.JSON(fiber.Map{"ack": ack})
}

func reasonText(s string) (journal.Text, error) {
	body, err := topic.CleanText("reason", s, topic.MaxReason)
	return journal.NewText(body), err
}

func (a *API) erase(c *fiber.Ctx) error {
	var in struct {
		ClientID    string `json:"client_id" class:"none"`
		Remark      uint64 `json:"remark"`
		Idea        uint64 `json:"idea"`
		Application uint64 `json:"application"`
		Operation   uint64 `json:"operation"`   // its reason
		Title       uint64 `json:"title"`       // of an operation
		Undo        uint64 `json:"undo"`        // reason for undoing an operation
		Removal     uint64 `json:"removal"`     // reason for removing a remark
		Summary     uint64 `json:"summary"`     // of a rating item
		Superseded  uint64 `json:"superseded"`  // text that was replaced
		FlagNote    uint64 `json:"flag_note"`   // what came with the report of a remark
		FlagReason  uint64 `json:"flag_reason"` // why that report was settled so
		Question    uint64 `json:"question"`
		Answer      uint64 `json:"answer"` // to a question
		Report      uint64 `json:"report"` // of a table
		Appeal      uint64 `json:"appeal"`
		Hearing     uint64 `json:"hearing"`    // why an appeal was decided so
		Sanction    uint64 `json:"sanction"`   // its reason
		Lift        uint64 `json:"lift"`       // why a sanction was lifted
		Proposed    uint64 `json:"proposed"`   // reason of a removal that was proposed, by seq
		Problem     uint64 `json:"problem"`    // a problem report
		Step        uint64 `json:"step"`       // what was said about one, by seq
		Look        uint64 `json:"look"`       // why what came of a look into a signal did
		Disclosure  uint64 `json:"disclosure"` // why somebody asked who wrote a text
		Decision    uint64 `json:"decision"`   // why that was granted or refused
		Double      uint64 `json:"double"`     // why two applications were judged as they were
		Reason      string `json:"reason" class:"decision"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	if err := checkClientID(in.ClientID); err != nil {
		return err
	}
	cmd := topic.EraseText{Reason: in.Reason}
	named := 0
	for _, t := range []struct {
		target topic.ErasureTarget
		n      uint64
	}{
		{topic.EraseRemark, in.Remark}, {topic.EraseIdea, in.Idea}, {topic.EraseApplication, in.Application},
		{topic.EraseReason, in.Operation}, {topic.EraseTitle, in.Title}, {topic.EraseUndoReason, in.Undo},
		{topic.EraseRemoval, in.Removal}, {topic.EraseSummary, in.Summary}, {topic.EraseSuperseded, in.Superseded},
		{topic.EraseFlagNote, in.FlagNote}, {topic.EraseFlagReason, in.FlagReason}, {topic.EraseQuestion, in.Question}, {topic.EraseAnswer, in.Answer}, {topic.EraseReport, in.Report},
		{topic.EraseAppeal, in.Appeal}, {topic.EraseAppealReason, in.Hearing}, {topic.EraseSanction, in.Sanction}, {topic.EraseLift, in.Lift},
		{topic.EraseProposed, in.Proposed}, {topic.EraseTrouble, in.Problem}, {topic.EraseTroubleReply, in.Step}, {topic.EraseSignalReason, in.Look},
		{topic.EraseDisclosure, in.Disclosure}, {topic.EraseDecision, in.Decision}, {topic.EraseDouble, in.Double},
	} {
		if t.n != 0 {
			cmd.Target, cmd.Number = t.target, t.n
			named++
		}
	}
	if named != 1 {
		return refuse("invalid", "name one of remark, idea, application, operation, title, undo, removal, summary, superseded, flag_note, flag_reason, question, answer, report, appeal, hearing, sanction, lift, proposed, problem, step, look, disclosure, decision or double by its number")
	}
	if _, err := a.view(c); err != nil {
		return err
	}
	who, err := a.as(c, c.Params("topic"), topic.ActionErase)
	if err != nil {
		return err
	}
	ack, err := a.Journal.EraseText(c.UserContext(), c.Params("topic"), journal.Request{Who: who, ClientID: in.ClientID}, cmd)
	if err = errors.Join(err, a.forgetPaper(c, uint32(in.Idea))); err != nil {
		return err
	}
	if cmd.Target == topic.EraseIdea && a.Subjects != nil {
		if err := a.Subjects.ForgetWords(c.UserContext(), c.Params("topic")); err != nil {
			return err
		}
	}
	return c.JSON(fiber.Map{"ack": ack})
}

// callLink is the address of a table's call.
func callLink(link string, table uint32) string {
	return strings.ReplaceAll(link, "{table}", strconv.FormatUint(uint64(table), 10))
}
