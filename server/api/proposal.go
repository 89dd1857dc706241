package api

import (
	"fmt"
	"slices"

	"github.com/gofiber/fiber/v2"

	"veche/server/export"
	"veche/server/topic"
)

// proposalView is a proposal as all read it.
type proposalView struct {
	ID       uint32           `json:"id"`
	Seq      uint64           `json:"seq"`
	Items    []proposedItem   `json:"items"`
	Title    string           `json:"title"`
	Summary  string           `json:"summary"`
	Cost     string           `json:"cost"`
	By       string           `json:"by"`
	Time     int64            `json:"time"`
	Answer   *officialAnswer  `json:"answer"` // the last, null while there is none
	Earlier  []officialAnswer `json:"earlier"`
	Progress []progressView   `json:"progress"` // oldest first
}

type proposedItem struct {
	Item         uint32  `json:"item"`
	Text         string  `json:"text"`
	Kind         string  `json:"kind"`
	Cluster      string  `json:"cluster"`
	ClusterTitle string  `json:"cluster_title"`
	Ideas        int     `json:"ideas"`
	Rank         int     `json:"rank"` // official, 0 while nothing is counted
	AgreeShare   float64 `json:"agree_share"`
	Votes        int     `json:"votes"`
}

type officialAnswer struct {
	Decision    topic.Verdict `json:"decision"`
	Reason      string        `json:"reason"`
	Budget      string        `json:"budget"`
	Responsible string        `json:"responsible"`
	Due         int64         `json:"due"`
	By          string        `json:"by"`
	Time        int64         `json:"time"`
}

type progressView struct {
	Status topic.ProgressStatus `json:"status"`
	Note   string               `json:"note"`
	By     string               `json:"by"`
	Time   int64                `json:"time"`
}

func doer(a topic.Actor) string { return fmt.Sprintf("%s %d", a.Role, a.Number) }

// proposalOf views proposal n, all but its items' texts.
func proposalOf(s *topic.State, n uint32) proposalView {
	p := &s.Proposals[n-1]
	v := proposalView{
		ID: n, Seq: p.Seq, Title: p.Title, Summary: p.Summary, Cost: p.Cost, By: doer(p.By), Time: p.Time,
		Items: []proposedItem{}, Earlier: []officialAnswer{}, Progress: []progressView{},
	}
	for _, item := range p.Items {
		v.Items = append(v.Items, proposedItem{Item: item})
	}
	for i, x := range p.Answers {
		w := officialAnswer{Decision: x.Decision, Reason: x.Reason, Budget: x.Budget, Responsible: x.Responsible, Due: x.Due, By: doer(x.By), Time: x.Time}
		if i == len(p.Answers)-1 {
			v.Answer = &w
		} else {
			v.Earlier = append(v.Earlier, w)
		}
	}
	for _, x := range p.Progress {
		v.Progress = append(v.Progress, progressView{Status: x.Status, Note: x.Note, By: doer(x.By), Time: x.Time})
	}
	return v
}

// rows answers the ranking's rows, by item, none before the first count.
func (a *API) rows(c *fiber.Ctx) ([]export.Row, error) {
	n, _, err := a.lastTally(c)
	if err != nil || n == 0 {
		return nil, err
	}
	r, err := a.Jobs.Ranking(c.UserContext(), c.Params("topic"), n)
	if err != nil {
		return nil, err
	}
	shared := *r
	if err := a.withhold(c, &shared); err != nil {
		return nil, err
	}
	return shared.Rows, nil
}

// place fills in what an item says and how it ranks.
func (x *proposedItem) place(rows []export.Row) {
	if int(x.Item) > len(rows) {
		return
	}
	r := &rows[x.Item-1]
	x.Text, x.Kind, x.Cluster, x.ClusterTitle, x.Ideas = r.Text, r.Kind, r.Cluster, r.ClusterTitle, r.Ideas
	x.Rank, x.AgreeShare, x.Votes = r.Rank, r.AgreeShare, r.Agree+r.Disagree+r.Pass
}

func (a *API) listProposals(c *fiber.Ctx) error {
	view, err := a.view(c)
	if err != nil {
		return err
	}
	list := []proposalView{}
	view.Read(func(s *topic.State, _ uint64) {
		for n := range s.Proposals {
			list = append(list, proposalOf(s, uint32(n+1)))
		}
	})
	rows, err := a.rows(c)
	if err != nil {
		return err
	}
	for i := range list {
		for k := range list[i].Items {
			list[i].Items[k].place(rows)
		}
	}
	return c.JSON(fiber.Map{"proposals": list})
}

// propose puts a proposal forward, or words the one of the path anew.
func (a *API) propose(c *fiber.Ctx) error {
	var n uint32
	if c.Params("proposal") != "" {
		var err error
		if n, err = number(c, "proposal"); err != nil {
			return err
		}
		if n == 0 {
			return refuse("not-found", "there is no proposal 0")
		}
	}
	var in struct {
		ClientID string   `json:"client_id"`
		Items    []uint32 `json:"items"`
		Title    string   `json:"title"`
		Summary  string   `json:"summary"`
		Cost     string   `json:"cost"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	slices.Sort(in.Items)
	ack, err := a.submit(c, in.ClientID, topic.PutProposal{ProposalPut: topic.ProposalPut{Proposal: n, Items: in.Items, Title: in.Title, Summary: in.Summary, Cost: in.Cost}})
	if err != nil {
		return err
	}
	if n == 0 {
		c.Status(fiber.StatusCreated)
	}
	return c.JSON(fiber.Map{"ack": ack, "id": ack.Answer})
}

func (a *API) answerProposal(c *fiber.Ctx) error {
	n, err := number(c, "proposal")
	if err != nil {
		return err
	}
	var in struct {
		ClientID    string        `json:"client_id"`
		Decision    topic.Verdict `json:"decision"`
		Reason      string        `json:"reason"`
		Budget      string        `json:"budget"`
		Responsible string        `json:"responsible"`
		Due         int64         `json:"due"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	ack, err := a.submit(c, in.ClientID, topic.AnswerProposal{ProposalAnswered: topic.ProposalAnswered{
		Proposal: n, Decision: in.Decision, Reason: in.Reason, Budget: in.Budget, Responsible: in.Responsible, Due: in.Due,
	}})
	if err != nil {
		return err
	}
	return c.JSON(fiber.Map{"ack": ack})
}

func (a *API) reportProgress(c *fiber.Ctx) error {
	n, err := number(c, "proposal")
	if err != nil {
		return err
	}
	var in struct {
		ClientID string               `json:"client_id"`
		Status   topic.ProgressStatus `json:"status"`
		Note     string               `json:"note"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	ack, err := a.submit(c, in.ClientID, topic.ReportProgress{ProposalProgressed: topic.ProposalProgressed{Proposal: n, Status: in.Status, Note: in.Note}})
	if err != nil {
		return err
	}
	return c.JSON(fiber.Map{"ack": ack})
}
