package api

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"veche/server/journal"
	"veche/server/topic"
)

// troubleView is a problem report, as its author and those who answer read it.
type troubleView struct {
	Problem     uint32              `json:"problem"`
	Mine        bool                `json:"mine"`
	About       topic.TroubleAbout  `json:"about"`
	Proposal    uint32              `json:"proposal"`
	Text        string              `json:"text" class:"text"`
	Time        int64               `json:"time" class:"text"`
	Responsible string              `json:"responsible" class:"decision"`
	Due         int64               `json:"due"`
	Overdue     bool                `json:"overdue"`
	Status      topic.TroubleStatus `json:"status"`
	Steps       []troubleStep       `json:"steps"` // oldest first

	text topic.Digest
}

type troubleStep struct {
	Status      topic.TroubleStatus `json:"status"`
	Text        string              `json:"text" class:"decision"`
	Responsible string              `json:"responsible" class:"decision"`
	Due         int64               `json:"due"`
	By          string              `json:"by" class:"pseudonym"`
	Time        int64               `json:"time" class:"decision"`

	text topic.Digest
}

// maxTroubles is how many problem reports are listed: the open ones first.
const maxTroubles = 500

// listTroubles answers the public counts to all, their own reports to those who
// made them, and all to those who answer for the topic.
func (a *API) listTroubles(c *fiber.Ctx) error {
	view, who, err := a.visit(c)
	if err != nil {
		return err
	}
	now := a.now()
	all := hasAny(who.person, []topic.Role{topic.RolePlanner, topic.RoleAuditor})
	list := []troubleView{}
	var counts topic.TroubleCounts
	responsible := ""
	view.Read(func(s *topic.State, _ uint64) {
		counts, responsible = s.TroubleCounts(now), s.Moderation.Responsible
		for i := len(s.Troubles) - 1; i >= 0; i-- {
			if mine := who.known && s.Troubles[i].Reporter == who.names.Debate; mine || all {
				list = append(list, troubleOf(s, uint32(i+1), mine, now))
			}
		}
	})
	slices.SortStableFunc(list, func(x, y troubleView) int {
		switch a, b := x.Status == topic.TroubleSolved, y.Status == topic.TroubleSolved; {
		case a == b:
			return 0
		case b:
			return -1
		}
		return 1
	})
	list = list[:min(len(list), maxTroubles)]
	var digests []topic.Digest
	for i := range list {
		digests = append(digests, list[i].text)
		for _, x := range list[i].Steps {
			digests = append(digests, x.text)
		}
	}
	texts, err := a.Journal.Texts(c.UserContext(), c.Params("topic"), digests)
	if err != nil {
		return err
	}
	for i := range list {
		list[i].Text = string(texts[list[i].text].Body)
		for k := range list[i].Steps {
			list[i].Steps[k].Text = string(texts[list[i].Steps[k].text].Body)
		}
	}
	return c.JSON(fiber.Map{"now": now, "counts": counts, "responsible": responsible, "problems": list})
}

func troubleOf(s *topic.State, n uint32, mine bool, now int64) troubleView {
	x := &s.Troubles[n-1]
	v := troubleView{
		Problem: n, Mine: mine, About: x.About, Proposal: x.Proposal, Time: x.Time, Responsible: x.Responsible, Due: x.Due, Status: x.Status,
		Overdue: x.Status != topic.TroubleSolved && x.Due != 0 && now > x.Due, Steps: []troubleStep{}, text: x.Text,
	}
	for _, y := range x.Steps {
		by := ""
		if y.By.Role.Staff() {
			by = doer(y.By)
		}
		v.Steps = append(v.Steps, troubleStep{Status: y.Status, Responsible: y.Responsible, Due: y.Due, By: by, Time: y.Time, text: y.Text})
	}
	return v
}

func (a *API) reportTrouble(c *fiber.Ctx) error {
	var in struct {
		ClientID string             `json:"client_id" class:"none"`
		About    topic.TroubleAbout `json:"about"`
		Proposal uint32             `json:"proposal"`
		Text     string             `json:"text" class:"text"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	return a.aboutTrouble(c, in.ClientID, in.Text, fiber.StatusCreated, func(text topic.Digest) topic.Command {
		return topic.ReportTrouble{About: in.About, Proposal: in.Proposal, Text: text}
	})
}

func (a *API) moveTrouble(c *fiber.Ctx) error {
	n, err := number(c, "problem")
	if err != nil {
		return err
	}
	var in struct {
		ClientID    string              `json:"client_id" class:"none"`
		Status      topic.TroubleStatus `json:"status"`
		Text        string              `json:"text" class:"text"`
		Responsible string              `json:"responsible" class:"decision"`
		Due         int64               `json:"due"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	return a.aboutTrouble(c, in.ClientID, in.Text, fiber.StatusOK, func(text topic.Digest) topic.Command {
		return topic.MoveTrouble{Trouble: n, Status: in.Status, Text: text, Responsible: in.Responsible, Due: in.Due}
	})
}

func (a *API) reopenTrouble(c *fiber.Ctx) error {
	n, err := number(c, "problem")
	if err != nil {
		return err
	}
	var in struct {
		ClientID string `json:"client_id" class:"none"`
		Text     string `json:"text" class:"text"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	return a.aboutTrouble(c, in.ClientID, in.Text, fiber.StatusOK, func(text topic.Digest) topic.Command {
		return topic.ReopenTrouble{Trouble: n, Text: text}
	})
}

// aboutTrouble does a command about a problem report, with what is said about it.
func (a *API) aboutTrouble(c *fiber.Ctx, clientID, said string, status int, command func(topic.Digest) topic.Command) error {
	body, err := topic.CleanText("text", said, topic.MaxTrouble)
	if err != nil {
		return err
	}
	if err := a.mayWrite(c); err != nil {
		return err
	}
	text := journal.NewText(body)
	ack, err := a.submit(c, clientID, command(text.Digest()), text)
	if err != nil {
		return err
	}
	return acknowledge(c, status, ack, fiber.Map{"problem": ack.Answer})
}
