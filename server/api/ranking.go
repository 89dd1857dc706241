package api

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/gofiber/fiber/v2"

	"veche/server/analysis"
	"veche/server/export"
	"veche/server/job"
	"veche/server/topic"
)

// lastTally answers the number of the last tally, 0 for none that may be read
// now, and whether votes were cast since.
func (a *API) lastTally(c *fiber.Ctx) (n int, stale bool, err error) {
	view, err := a.view(c)
	if err != nil {
		return 0, false, err
	}
	view.Read(func(s *topic.State, _ uint64) {
		if n = len(s.Tallies); s.ResultsHidden() {
			n = 0 // of a rating that was opened again
		}
		if n > 0 {
			stale = s.VotedSince(s.Tallies[n-1].InputSeq)
		}
	})
	return n, stale, nil
}

func (a *API) getRanking(c *fiber.Ctx) error {
	n, stale, err := a.lastTally(c)
	if err != nil {
		return err
	}
	r := &export.Ranking{}
	if n > 0 {
		if r, err = a.Jobs.Ranking(c.UserContext(), c.Params("topic"), n); err != nil {
			return err
		}
	}
	if err := a.withhold(c, r); err != nil {
		return err
	}
	if r.Groups == nil {
		r.Groups = []export.Group{}
	}
	answer := struct {
		*export.Ranking
		Stale  bool       `json:"stale"`
		Hidden bool       `json:"hidden"` // until the rating closes
		Rules  []ruleView `json:"rules"`
	}{Ranking: r, Stale: stale}
	view, err := a.view(c)
	if err != nil {
		return err
	}
	view.Read(func(s *topic.State, _ uint64) { answer.Hidden, answer.Rules = s.ResultsHidden(), rulesOf(s) })
	return c.JSON(answer)
}

// getStanding answers how the rating stands since its last count, null where there
// is nothing to tell.
func (a *API) getStanding(c *fiber.Ctx) error {
	w, err := a.Jobs.Standing(c.UserContext(), c.Params("topic"))
	if err != nil {
		return err
	}
	return c.JSON(fiber.Map{"standing": w})
}

// withhold takes the texts of items that moderators took out from those who
// don't work on the topic. The ranking is shared, its rows are copied.
func (a *API) withhold(c *fiber.Ctx, r *export.Ranking) error {
	view, err := a.view(c)
	if err != nil {
		return err
	}
	r.Rows = append([]export.Row{}, r.Rows...)
	if hasAny(person(c), []topic.Role{topic.RoleModerator, topic.RolePlanner, topic.RoleAuditor}) {
		return nil
	}
	view.Read(func(s *topic.State, _ uint64) {
		for i := range min(len(r.Rows), len(s.Items)) { // row i is of item i+1
			if analysis.TakenOut(s, uint32(i+1)) {
				r.Rows[i].Text = job.RemovedText
			}
		}
	})
	return nil
}

var rankingFiles = map[string]struct {
	media string
	write func(io.Writer, export.Ranking) error
}{
	".csv":  {"text/csv; charset=utf-8", export.RankingCSV},
	".xlsx": {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", export.RankingXLSX},
	".json": {"application/json; charset=utf-8", export.RankingJSON},
	".html": {"text/html; charset=utf-8", export.RankingReport},
}

func (a *API) downloadRanking(c *fiber.Ctx) error {
	n, _, err := a.lastTally(c)
	if err != nil {
		return err
	}
	if n == 0 {
		return topic.NewFault(topic.CodeConflict, "the votes have not been counted yet: count them first")
	}
	r, err := a.Jobs.Ranking(c.UserContext(), c.Params("topic"), n)
	if err != nil {
		return err
	}
	r.ByteOrderMark = true
	ext := path.Ext(c.Path())
	file := rankingFiles[ext]
	var b bytes.Buffer
	if err := file.write(&b, *r); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, file.media)
	c.Set(fiber.HeaderContentDisposition, fmt.Sprintf("attachment; filename=%q", "ranking-"+c.Params("topic")+ext))
	return c.Send(b.Bytes())
}

// Bundles writes a topic's bundle.
type Bundles interface {
	WriteBundle(ctx context.Context, topicID, audience string, w io.Writer) error
}

func (a *API) downloadBundle(c *fiber.Ctx) error {
	audience := c.Query("for", "public")
	view, err := a.view(c)
	if err != nil {
		return err
	}
	p := person(c)
	switch audience {
	case "public":
		var open bool
		view.Read(func(s *topic.State, _ uint64) { open = s.StageKind() == topic.StageResults })
		if !open && !topic.RuleOf(topic.ActionTakeRanking).Lets(p.ID != "", p.Roles) {
			return topic.NewFault(topic.CodeWrongStage, "the bundle is public once the results are open")
		}
	case "auditor":
		if !p.Has(topic.RoleAuditor) {
			return refuse("forbidden", "this needs the role auditor")
		}
	default:
		return refuse("invalid", "a bundle is for the public or for an auditor")
	}
	leave, err := a.bundles.enter(c.UserContext(), 0)
	if err != nil {
		return err
	}
	id := strings.Clone(c.Params("topic"))
	c.Set(fiber.HeaderContentType, "application/zip")
	c.Set(fiber.HeaderContentDisposition, fmt.Sprintf("attachment; filename=%q", "bundle-"+id+"-"+audience+".zip"))
	c.Context().SetBodyStreamWriter(func(w *bufio.Writer) {
		defer leave()
		// An error breaks the stream off: the archive then lacks its directory
		// and opens nowhere.
		if err := a.Bundles.WriteBundle(context.Background(), id, audience, w); err != nil {
			a.Log.Error("bundle not written", "topic", id, "error", err)
			return
		}
		if err := w.Flush(); err != nil {
			a.Log.Info("bundle not taken", "topic", id, "error", err)
		}
	})
	return nil
}
