package api

import (
	"sort"

	"github.com/gofiber/fiber/v2"

	"veche/server/analysis"
	"veche/server/journal"
	"veche/server/topic"
)

func (a *API) freezeItems(c *fiber.Ctx) error {
	var in struct {
		ClientID string `json:"client_id"`
		Items    []struct {
			Cluster uint32 `json:"cluster"`
			Idea    uint32 `json:"idea"`
			Summary string `json:"summary"`
		} `json:"items"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	var items []topic.Item
	var texts []journal.Text
	for _, i := range in.Items {
		item := topic.Item{Cluster: i.Cluster, Idea: i.Idea}
		if i.Summary != "" {
			body, err := topic.CleanText("summary", i.Summary, topic.MaxIdea)
			if err != nil {
				return err
			}
			t := journal.NewText(body)
			texts, item.Summary = append(texts, t), t.Digest()
		}
		items = append(items, item)
	}
	if len(items) == 0 {
		var err error
		if items, err = a.defaultItems(c); err != nil {
			return err
		}
	}
	ack, err := a.submit(c, in.ClientID, topic.FreezeItems{Items: items}, texts...)
	if err != nil {
		return err
	}
	return c.JSON(fiber.Map{"ack": ack, "items": ack.Answer})
}

// defaultItems is every shown cluster's first representative.
func (a *API) defaultItems(c *fiber.Ctx) ([]topic.Item, error) {
	view, err := a.view(c)
	if err != nil {
		return nil, err
	}
	var result topic.Digest
	view.Read(func(s *topic.State, _ uint64) { result = s.Board.Result })
	if result.IsZero() {
		return nil, topic.NewFault(topic.CodeConflict, "the ideas have not been grouped yet: do that first, or name the items")
	}
	run, err := a.Jobs.Clusters(c.UserContext(), result)
	if err != nil {
		return nil, err
	}
	var items []topic.Item
	view.Read(func(s *topic.State, _ uint64) { items = DefaultItems(s, run) })
	return items, nil
}

// DefaultItems is every shown cluster's first representative.
func DefaultItems(s *topic.State, run *analysis.ClusterResult) []topic.Item {
	var items []topic.Item
	for _, l := range analysis.Overlay(s, run) {
		if !l.Hidden && len(l.Representatives) > 0 {
			items = append(items, topic.Item{Cluster: l.Cluster, Idea: l.Representatives[0]})
		}
	}
	return items
}

type itemView struct {
	Item    uint32 `json:"item"`
	Cluster uint32 `json:"cluster"`
	Kind    string `json:"kind"`
	Text    string `json:"text"`
	Lang    string `json:"lang"`
	MyVote  string `json:"my_vote"`
	Removed bool   `json:"removed"`

	digest topic.Digest
	seen   uint64
}

func itemOf(s *topic.State, n uint32) itemView {
	item := s.Items[n-1]
	v := itemView{Item: n, Cluster: item.Cluster, Kind: "summary", digest: item.Summary, Lang: s.Settings.Lang, Removed: analysis.TakenOut(s, n), seen: s.Seen(n)}
	if item.Idea != 0 {
		idea := &s.Ideas[item.Idea-1]
		v.Kind, v.digest, v.Lang = "idea", idea.Text, idea.Lang
	}
	return v
}

func (a *API) getRating(c *fiber.Ctx) error {
	view, err := a.view(c)
	if err != nil {
		return err
	}
	who, err := a.standing(c)
	if err != nil {
		return err
	}
	items := []itemView{}
	voted := 0
	view.Read(func(s *topic.State, _ uint64) {
		ballot := uint64(0)
		if who.known {
			ballot = s.BallotOf(who.names.Ballot)
		}
		for n := uint32(1); int(n) <= len(s.Items); n++ {
			v := itemOf(s, n)
			v.MyVote = s.Choice(ballot, n).String()
			if v.MyVote != "" {
				voted++
			}
			items = append(items, v)
		}
	})
	sort.SliceStable(items, func(i, j int) bool {
		a, b := &items[i], &items[j]
		if (a.MyVote == "") != (b.MyVote == "") {
			return a.MyVote == ""
		}
		return a.MyVote == "" && a.seen < b.seen
	})
	digests := make([]topic.Digest, len(items))
	for i := range items {
		digests[i] = items[i].digest
	}
	texts, err := a.Journal.Texts(c.UserContext(), c.Params("topic"), digests)
	if err != nil {
		return err
	}
	for i := range items {
		if !items[i].Removed {
			items[i].Text = string(texts[items[i].digest].Body)
		}
	}
	return c.JSON(fiber.Map{"total": len(items), "voted": voted, "items": items})
}

func (a *API) vote(c *fiber.Ctx) error {
	item, err := number(c, "item")
	if err != nil {
		return err
	}
	var in struct {
		ClientID string `json:"client_id"`
		Vote     string `json:"vote"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	value, err := topic.ParseVote(in.Vote)
	if err != nil {
		return err
	}
	ack, err := a.submit(c, in.ClientID, topic.Vote{Item: item, Value: value})
	if err != nil {
		return err
	}
	return c.JSON(fiber.Map{"ack": ack})
}

func (a *API) tally(c *fiber.Ctx) error {
	task, err := a.task(c, topic.ActionTally)
	if err != nil {
		return err
	}
	ack, err := a.Jobs.Tally(c.UserContext(), task)
	if err != nil {
		return err
	}
	r, err := a.Jobs.Ranking(c.UserContext(), c.Params("topic"), int(ack.Answer))
	if err != nil {
		return err
	}
	return c.JSON(fiber.Map{"ack": ack, "run": ack.Answer, "items": len(r.Rows), "ballots": r.Ballots, "groups": len(r.Groups)})
}
