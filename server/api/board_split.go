package api

import (
	"github.com/gofiber/fiber/v2"

	"veche/server/analysis"
	"veche/server/topic"
)

type splitPartView struct {
	Label string     `json:"label"`
	Lang  string     `json:"lang"`
	Size  int        `json:"size"`
	Ideas []uint32   `json:"ideas"` // at most as many as one operation takes
	Shown []ideaView `json:"shown"` // the most telling of them
}

// proposeSplit answers how the machine would part a cluster in two. It records
// nothing.
func (a *API) proposeSplit(c *fiber.Ctx) error {
	cluster, err := query(c, "cluster", 0, 1<<31)
	if err != nil {
		return err
	}
	view, err := a.view(c)
	if err != nil {
		return err
	}
	b, err := a.keptBoard(c, view, true)
	if err != nil {
		return err
	}
	parts := []splitPartView{}
	found := false
	view.Read(func(s *topic.State, _ uint64) {
		if _, found = b.find(uint32(cluster)); !found {
			return
		}
		for _, p := range analysis.ProposeSplit(s, b.result, uint32(cluster)) {
			v := splitPartView{Label: p.Label, Lang: p.Lang, Size: len(p.Ideas), Ideas: p.Ideas[:min(len(p.Ideas), topic.MaxOperationIdeas)], Shown: []ideaView{}}
			for _, n := range p.Representatives {
				v.Shown = append(v.Shown, b.idea(s, n, 0))
			}
			parts = append(parts, v)
		}
	})
	if !found {
		return topic.NewFault(topic.CodeNotFound, "there is no cluster %d on the board", cluster)
	}
	for i := range parts {
		if err := a.fill(c, parts[i].Shown); err != nil {
			return err
		}
	}
	return c.JSON(fiber.Map{"seq": b.seq, "parts": parts})
}
