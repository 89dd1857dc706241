package api

import (
	"github.com/gofiber/fiber/v2"

	"veche/server/topic"
)

// moderationView is how a topic is moderated.
type moderationView struct {
	Before      bool   `json:"before"`
	Second      bool   `json:"second"`
	Open        bool   `json:"open"`
	Urgent      uint32 `json:"urgent"`
	High        uint32 `json:"high"`
	Normal      uint32 `json:"normal"`
	Responsible string `json:"responsible"`
	Days        uint32 `json:"days"`

	Checked []string `json:"checked"` // steps on the board that a second person confirms
}

func moderationOf(m topic.Moderation) moderationView {
	m = m.Complete()
	return moderationView{
		Before: m.Before, Second: m.Second, Open: m.Open, Urgent: m.Urgent, High: m.High, Normal: m.Normal,
		Responsible: m.Responsible, Days: m.Days, Checked: m.Checked.Names(),
	}
}

type replyView struct {
	For   topic.ReplyFor `json:"for"`
	Lang  string         `json:"lang"`
	Text  string         `json:"text"`
	Saved bool           `json:"saved"` // not a default one
}

// offeredReplies are the saved replies, and the default ones for what none were
// saved in the language.
func offeredReplies(saved []topic.Reply) []replyView {
	list := []replyView{}
	own := map[topic.Reply]bool{}
	for _, r := range saved {
		own[topic.Reply{For: r.For, Lang: r.Lang}] = true
		list = append(list, replyView{r.For, r.Lang, r.Text, true})
	}
	for _, r := range topic.DefaultReplies() {
		if !own[topic.Reply{For: r.For, Lang: r.Lang}] {
			list = append(list, replyView{r.For, r.Lang, r.Text, false})
		}
	}
	return list
}

// getModeration answers how the topic is moderated, and, where the topic makes
// them public or the reader works in it, the statistics; with only=rules the
// rules and the replies.
func (a *API) getModeration(c *fiber.Ctx) error {
	view, who, err := a.visit(c)
	if err != nil {
		return err
	}
	var rules topic.Moderation
	var replies []replyView
	view.Read(func(s *topic.State, _ uint64) {
		rules = s.Moderation
		replies = offeredReplies(s.Replies)
	})
	answer := fiber.Map{"rules": moderationOf(rules), "replies": replies, "statistics": nil}
	if c.Query("only") != "rules" && (rules.Open || hasAny(who.person, watchers)) {
		if answer["statistics"], err = a.Jobs.Removals(c.UserContext(), c.Params("topic")); err != nil {
			return err
		}
	}
	return c.JSON(answer)
}

func (a *API) putModeration(c *fiber.Ctx) error {
	var in struct {
		ClientID string `json:"client_id"`
		moderationView
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	checked, err := topic.ParseOperationSet(in.Checked)
	if err != nil {
		return err
	}
	ack, err := a.submit(c, in.ClientID, topic.ChangeModeration{Moderation: topic.Moderation{
		Before: in.Before, Second: in.Second, Open: in.Open, Urgent: in.Urgent, High: in.High, Normal: in.Normal,
		Responsible: in.Responsible, Days: in.Days, Checked: checked,
	}})
	if err != nil {
		return err
	}
	return acknowledge(c, fiber.StatusOK, ack, nil)
}

func (a *API) putReplies(c *fiber.Ctx) error {
	var in struct {
		ClientID string      `json:"client_id"`
		Replies  []replyView `json:"replies"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	cmd := topic.SaveReplies{}
	for _, r := range in.Replies {
		text, err := topic.CleanText("reply", r.Text, topic.MaxReason)
		if err != nil {
			return err
		}
		cmd.Replies = append(cmd.Replies, topic.Reply{For: r.For, Lang: r.Lang, Text: text})
	}
	ack, err := a.submit(c, in.ClientID, cmd)
	if err != nil {
		return err
	}
	return acknowledge(c, fiber.StatusOK, ack, nil)
}
