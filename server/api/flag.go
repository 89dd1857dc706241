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
	var in struct {
		ClientID string           `json:"client_id"`
		Reason   topic.FlagReason `json:"reason"`
		Note     string           `json:"note"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	cmd := topic.FlagRemark{Remark: remark, Reason: in.Reason}
	var texts []journal.Text
	if in.Note != "" {
		body, err := topic.CleanText("note", in.Note, topic.MaxReason)
		if err != nil {
			return err
		}
		note := journal.NewText(body)
		cmd.Note, texts = note.Digest(), []journal.Text{note}
	}
	if err := a.mayWrite(c); err != nil {
		return err
	}
	ack, err := a.submit(c, in.ClientID, cmd, texts...)
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
	h.Write([]byte("veche/flag/1\x00" + s.Settings.ID + "\x00"))
	var b [20]byte
	binary.BigEndian.PutUint32(b[:], flag)
	binary.BigEndian.PutUint32(b[4:], f.Remark)
	b[8] = byte(f.Reason)
	binary.BigEndian.PutUint64(b[12:], uint64(f.Time))
	h.Write(b[:])
	h.Write(f.Note[:])
	return fmt.Sprintf("%d-%x", flag, h.Sum(nil)[:8])
}

type myFlag struct {
	Flag    uint32            `json:"flag"`
	Receipt string            `json:"receipt"`
	Remark  uint32            `json:"remark"`
	Room    uint32            `json:"room"`
	Reason  topic.FlagReason  `json:"reason"`
	Time    int64             `json:"time"`
	Outcome topic.FlagOutcome `json:"outcome"`
	Because string            `json:"because"`
	Handled int64             `json:"handled"`
}

// listMyFlags answers what the person reported and what became of it, the last
// first.
func (a *API) listMyFlags(c *fiber.Ctx) error {
	view, err := a.view(c)
	if err != nil {
		return err
	}
	who, err := a.standing(c)
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
				Flag: uint32(i + 1), Receipt: flagReceipt(s, uint32(i+1)), Remark: f.Remark, Room: s.Remarks[f.Remark-1].Room,
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

type flagView struct {
	Flag    uint32               `json:"flag"`
	Remark  journal.Remark       `json:"remark"`
	Room    uint32               `json:"room"`
	Reason  topic.FlagReason     `json:"reason"`
	Note    string               `json:"note"`
	Time    int64                `json:"time"`
	By      journal.RemarkAuthor `json:"by"`
	Outcome topic.FlagOutcome    `json:"outcome"`
	Because string               `json:"because"`
	Handled int64                `json:"handled"`
}

// maxFlags is how many reports are listed: all open ones come first.
const maxFlags = 500

// listFlags answers the reports for those who settle them: the open ones first,
// the oldest of them first, then the settled ones, the last first.
func (a *API) listFlags(c *fiber.Ctx) error {
	view, err := a.view(c)
	if err != nil {
		return err
	}
	who, err := a.standing(c)
	if err != nil {
		return err
	}
	var numbers []int
	list := []flagView{}
	var remarks []uint32
	var digests []topic.Digest
	view.Read(func(s *topic.State, _ uint64) {
		mine := who.actors(s)
		for i := range s.Flags {
			if s.Flags[i].Outcome == topic.FlagOpen {
				numbers = append(numbers, i)
			}
		}
		for i := len(s.Flags) - 1; i >= 0; i-- {
			if s.Flags[i].Outcome != topic.FlagOpen {
				numbers = append(numbers, i)
			}
		}
		for _, i := range numbers[:min(len(numbers), maxFlags)] {
			f := &s.Flags[i]
			list = append(list, flagView{
				Flag: uint32(i + 1), Room: s.Remarks[f.Remark-1].Room, Reason: f.Reason, Time: f.Time, By: journal.Author(s, f.By), Outcome: f.Outcome, Handled: f.Handled,
			})
			if slices.Contains(mine, s.Remarks[f.Remark-1].Author) { // nobody learns who reported them
				list[len(list)-1].By, f = journal.RemarkAuthor{}, &topic.Flag{Remark: f.Remark, Because: f.Because}
			}
			remarks, digests = append(remarks, f.Remark), append(digests, f.Note, f.Because)
		}
	})
	shown, err := a.Journal.ShowRemarks(c.UserContext(), c.Params("topic"), remarks)
	if err != nil {
		return err
	}
	texts, err := a.Journal.Texts(c.UserContext(), c.Params("topic"), digests)
	if err != nil {
		return err
	}
	for i := range list {
		list[i].Remark = shown[i]
		list[i].Note, list[i].Because = string(texts[digests[2*i]].Body), string(texts[digests[2*i+1]].Body)
	}
	return c.JSON(fiber.Map{"flags": list, "total": len(numbers)})
}

func (a *API) resolveFlag(c *fiber.Ctx) error {
	flag, err := number(c, "flag")
	if err != nil {
		return err
	}
	var in struct {
		ClientID string            `json:"client_id"`
		Outcome  topic.FlagOutcome `json:"outcome"`
		Reason   string            `json:"reason"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	reason, err := reasonText(in.Reason)
	if err != nil {
		return err
	}
	ack, err := a.submit(c, in.ClientID, topic.ResolveFlag{Flag: flag, Outcome: in.Outcome, Reason: reason.Digest()}, reason)
	if err != nil {
		return err
	}
	return acknowledge(c, fiber.StatusOK, ack, nil)
}
