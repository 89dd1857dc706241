package api

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"veche/server/analysis"
	"veche/server/topic"
)

type cutView struct {
	Cluster         uint32   `json:"cluster"` // 0: a new one
	From            []uint32 `json:"from"`
	Lang            string   `json:"lang"`
	Label           string   `json:"label"`
	Alternatives    []string `json:"alternatives"`
	Size            int      `json:"size"`
	Representatives []uint32 `json:"representatives"`
}

// getCut shows the board with another number of clusters. It records nothing: a
// run for that number does.
func (a *API) getCut(c *fiber.Ctx) error {
	n, err := strconv.Atoi(c.Query("clusters"))
	if err != nil || n < 1 {
		return refuse("invalid", "clusters is a number from 1")
	}
	view, err := a.view(c)
	if err != nil {
		return err
	}
	for {
		var result topic.Digest
		view.Read(func(s *topic.State, _ uint64) { result = s.Board.Result })
		run, err := a.Jobs.Clusters(c.UserContext(), result)
		if err != nil {
			return err
		}
		var g analysis.Granularity
		same := false
		view.Read(func(s *topic.State, _ uint64) {
			if same = s.Board.Result == result; same {
				g = analysis.Cut(s, run, n)
			}
		})
		if !same { // another run was recorded meanwhile
			continue
		}
		list := []cutView{}
		for _, x := range g.Clusters {
			list = append(list, cutView{x.Cluster, orEmpty(x.From), x.Lang, x.Label, orEmpty(x.Alternatives), x.Size, orEmpty(x.Representatives)})
		}
		return c.JSON(fiber.Map{"clusters": list, "coarsest": g.Coarsest, "finest": g.Finest, "now": g.Now, "since": g.Since})
	}
}
