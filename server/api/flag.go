package api

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/gofiber/fiber/v2"

	"veche/server/journal"
	"veche/server/topic"
)

func (a *API) flag(c *fiber.Ctx) error {
	remark, err := number(c, "remark")
	if err != nil {
		return err
	}
	return a.flagText(c, func(reason topic.FlagReason, note topic.Digest) topic.Command {
		return topic.FlagRemark{Remark: remark, Reason: reason, Note: note}
	})
}

func (a *API) flagIdea(c *fiber.Ctx) error {
	idea, err := number(c, "idea")
	if err != nil {
		return err
	}
	return a.flagText(c, func(reason topic.FlagReason, note topic.Digest) topic.Command {
		return topic.FlagIdea{Idea: idea, Reason: reason, Note: note}
	})
}

// flagText reports a text by the command that it becomes.
func (a *API) flagText(c *fiber.Ctx, command func(topic.FlagReason, topic.Digest) topic.Command) error {
	var in struct {
		ClientID string           `json:"client_id" class:"none"`
		Reason   topic.FlagReason `json:"reason" class:"decision"`
		Note     string           `json:"note" class:"text"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	var digest topic.Digest
	var texts []journal.Text
	if in.Note != "" {
		body, err := topic.CleanText("note", in.Note, topic.MaxReason)
		if err != nil {
			return err
		}
		note := journal.NewText(body)
		digest, texts = note.Digest(), []journal.Text{note}
	}
	if err := a.mayWrite(c); err != nil {
		return err
	}
	ack, err := a.submit(c, in.ClientID, command(in.Reason, digest), texts...)
	if err != nil {
		return err
	}
	view, err := a.view(c)
	if err != nil {
		return err
	}
	var kept string
	view.Read(func(s *topic.State, _ uint64) { kept = flagReceipt(s, uint32(ack.Answer)) })
	return acknowledge(c, fiber.StatusCreated, ack, fiber.Map{"flag": ack.Answer, "receipt": kept})
}

// flagReceipt is what a person keeps of their report: its number and the
// beginning of a digest of what was reported when, which the log holds.
func flagReceipt(s *topic.State, flag uint32) string {
	f := &s.Flags[flag-1]
	h := sha256.New()
	h.Write([]byte("veche/flag/2\x00" + s.Settings.ID + "\x00"))
	var b [24]byte
	binary.BigEndian.PutUint32(b[:], flag)
	b[4], b[5] = byte(f.Subject.Kind), byte(f.Reason)
	binary.BigEndian.PutUint64(b[8:], f.Subject.Number)
	binary.BigEndian.PutUint64(b[16:], uint64(f.Time))
	h.Write(b[:])
	h.Write(f.Note[:])
	return fmt.Sprintf("%d-%x", flag, h.Sum(nil)[:8])
}

type myFlag struct {
	Flag    uint32            `json:"flag"`
	Receipt string            `json:"receipt" class:"pseudonym"`
	Subject topic.Subject     `json:"subject"`
	Room    uint32            `json:"room"` // of a message
	Reason  topic.FlagReason  `json:"reason"`
	Time    int64             `json:"time" class:"conduct"`
	Outcome topic.FlagOutcome `json:"outcome"`
	Because string            `json:"because" class:"conduct"`
	Handled int64             `json:"handled"`
}

// listMyFlags answers what the person reported and what became of it, the last
// first.
func (a *API) listMyFlags(c *fiber.Ctx) error {
	view, who, err := a.visit(c)
	if err != nil {
		return err
	}
	flags, because := []myFlag{}, []topic.Digest{}
	view.Read(func(s *topic.State, _ uint64) {
		mine := who.actors(s)
		for i := len(s.Flags) - 1; i >= 0; i-- {
			f := &s.Flags[i]
			if !slices.Contains(mine, f.By) {
				continue
			}
			flags = append(flags, myFlag{
				Flag: uint32(i + 1), Receipt: flagReceipt(s, uint32(i+1)), Subject: f.Subject, Room: roomOf(s, f.Subject),
				Reason: f.Reason, Time: f.Time, Outcome: f.Outcome, Handled: f.Handled,
			})
			because = append(because, f.Because)
		}
	})
	texts, err := a.Journal.Texts(c.UserContext(), c.Params("topic"), because)
	if err != nil {
		return err
	}
	for i := range flags {
		flags[i].Because = string(texts[because[i]].Body)
	}
	return c.JSON(fiber.Map{"flags": flags})
}

// roomOf is the room of a message, 0 for what was not said in one.
func roomOf(s *topic.State, x topic.Subject) uint32 {
	if x.Kind == topic.SubjectRemark {
		return s.Remarks[x.Number-1].Room
	}
	return 0
}
