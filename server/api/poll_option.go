package api

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"veche/server/journal"
	"veche/server/topic"
)

// addedView is an option that came into a poll after it had opened.
type addedView struct {
	Option uint32  `json:"option"`
	Idea   uint32  `json:"idea"` // that it comes from
	Time   int64   `json:"time" class:"text"`
	Voted  *uint64 `json:"voted"` // ballots cast before it was there, null while the poll tells nothing
}

// optionIdea is an idea that its author would have among a poll's options.
type optionIdea struct {
	Idea   uint32 `json:"idea"`
	Text   string `json:"text" class:"text"`
	Lang   string `json:"lang" class:"text"`
	Mine   bool   `json:"mine"`
	Status string `json:"status" class:"decision"` // as of an idea
	Option uint32 `json:"option"`                  // that it became, 0 for none
}

// addedTo views the options that came later, and those of them that a ballot could
// not name when it was cast, 0 for none.
func addedTo(p *topic.Poll, cast uint64) (added []addedView, since []uint32) {
	added, since = []addedView{}, []uint32{}
	for _, x := range p.Added {
		v := addedView{Option: x.Option, Idea: x.Idea, Time: x.Time}
		if tells(p) {
			v.Voted = &x.Voted
		}
		if added = append(added, v); cast != 0 && cast < x.Seq {
			since = append(since, x.Option)
		}
	}
	return added, since
}

// proposed answers the ideas that the reader may see among those proposed for
// polls, by poll: their own, and moderators all.
func (a *API) proposed(c *fiber.Ctx, view *journal.View, who standing) (map[uint32][]optionIdea, error) {
	var list []ideaView
	var polls, became []uint32
	view.Read(func(s *topic.State, _ uint64) {
		if !slices.ContainsFunc(s.Polls, func(p topic.Poll) bool { return p.Own }) {
			return
		}
		mine, all := who.application(s), who.person.Has(topic.RoleModerator)
		for i := range s.Ideas {
			x := &s.Ideas[i]
			if x.Poll == 0 || !all && (mine == 0 || x.Author != mine) {
				continue
			}
			list, polls = append(list, ideaOf(s, uint32(i+1), mine)), append(polls, x.Poll)
			became = append(became, s.Polls[x.Poll-1].OptionOf(uint32(i+1)))
		}
	})
	if err := a.fill(c, list); err != nil {
		return nil, err
	}
	byPoll := map[uint32][]optionIdea{}
	for i, v := range list {
		byPoll[polls[i]] = append(byPoll[polls[i]], optionIdea{Idea: v.ID, Text: v.Text, Lang: v.Lang, Mine: v.Mine, Status: v.Status, Option: became[i]})
	}
	return byPoll, nil
}

// addOption puts an idea that was proposed among the options of an open poll.
func (a *API) addOption(c *fiber.Ctx) error {
	n, err := number(c, "poll")
	if err != nil {
		return err
	}
	var in struct {
		ClientID string `json:"client_id" class:"none"`
		Idea     uint32 `json:"idea"`
		Option   string `json:"option" class:"text"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	ack, err := a.submit(c, in.ClientID, topic.AddOption{OptionAdded: topic.OptionAdded{Poll: n, Idea: in.Idea, Option: in.Option}})
	if err != nil {
		return err
	}
	return acknowledge(c, fiber.StatusCreated, ack, fiber.Map{"option": ack.Answer})
}
