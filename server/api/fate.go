package api

import (
	"github.com/gofiber/fiber/v2"

	"veche/server/analysis"
	"veche/server/topic"
)

// fateView is what became of one's own idea: through which cluster and rating
// item, what moderators did to it and why, how it ranks, and what was answered.
type fateView struct {
	Idea       ideaView        `json:"idea"`
	Cluster    *clusterView    `json:"cluster"`    // null while it is in none
	Operations []operationView `json:"operations"` // oldest first
	Via        analysis.Via    `json:"via"`        // how the item speaks for it
	Item       *proposedItem   `json:"item"`       // null where none does
	Items      int             `json:"items"`      // on the rating list
	Proposal   *proposalView   `json:"proposal"`

	item uint32
}

// getFate answers what became of the person's own ideas.
func (a *API) getFate(c *fiber.Ctx) error {
	view, err := a.view(c)
	if err != nil {
		return err
	}
	who, err := a.standing(c)
	if err != nil {
		return err
	}
	board, err := a.keptBoard(c, view, true)
	if err != nil {
		return err
	}
	rows, err := a.rows(c)
	if err != nil {
		return err
	}
	clusters, operations := map[uint32]*clusterView{}, map[uint64]operationView{}
	for i := range board.Clusters {
		clusters[board.Clusters[i].ID] = &board.Clusters[i]
	}
	for _, o := range board.Operations {
		o.CanUndo = false
		operations[o.Seq] = o
	}
	list := []fateView{}
	view.Read(func(s *topic.State, _ uint64) {
		mine := who.application(s)
		for n := uint32(1); mine != 0 && int(n) <= len(s.Ideas); n++ {
			if s.Ideas[n-1].Author != mine {
				continue
			}
			f := analysis.FateOf(s, n)
			v := fateView{Idea: ideaOf(s, n, mine), Cluster: brief(clusters[f.Cluster]), Operations: []operationView{}, Via: f.Via, Items: len(s.Items), item: f.Item}
			for _, seq := range f.Operations {
				if o, ok := operations[seq]; ok {
					v.Operations = append(v.Operations, o)
				}
			}
			if f.Proposal != 0 {
				p := proposalOf(s, f.Proposal)
				v.Proposal = &p
			}
			list = append(list, v)
		}
	})
	ideas := make([]ideaView, len(list))
	for i := range list {
		ideas[i] = list[i].Idea
	}
	if err := a.fill(c, ideas); err != nil {
		return err
	}
	for i := range list {
		v := &list[i]
		v.Idea = ideas[i]
		if v.item != 0 {
			v.Item = &proposedItem{Item: v.item}
			v.Item.place(rows)
		}
		if v.Proposal != nil {
			for k := range v.Proposal.Items {
				v.Proposal.Items[k].place(rows)
			}
		}
	}
	return c.JSON(fiber.Map{"ideas": list})
}

// brief is a cluster without its members.
func brief(v *clusterView) *clusterView {
	if v == nil {
		return nil
	}
	b := *v
	b.Ideas, b.Representatives, b.Alternatives = []uint32{}, []uint32{}, []string{}
	return &b
}
