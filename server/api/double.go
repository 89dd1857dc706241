package api

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"veche/server/double"
	"veche/server/topic"
)

// Doubles finds applications that are likely of one person.
type Doubles interface {
	LikelyDoubles(ctx context.Context, topicID string) (*LikelyDoubles, error)
	// Applicants answers who people are who applied, for the registrar.
	Applicants(ctx context.Context, topicID string, people []string) (map[string]Applicant, error)
}

// LikelyDoubles are pairs of applications that are likely of one person. It is
// shared: read it only.
type LikelyDoubles struct {
	Pairs  []double.Pair
	People map[uint64]string // who stands behind each application in a pair; never told
}

// Applicant is who applied, as a file or their account says; "" is unknown.
type Applicant struct {
	ID    string `json:"id" class:"contact"` // in the registrar's file
	Name  string `json:"name" class:"name"`
	Birth string `json:"birth" class:"file"`
	Phone string `json:"phone" class:"contact"`
	Mail  string `json:"mail" class:"contact"`
}

// sideView is one application of a pair.
type sideView struct {
	Application uint64            `json:"application"`
	Status      string            `json:"status" class:"seat"` // as the person reads it: applied, double, selected …
	File        bool              `json:"file"`                // came by file; else applied online
	Time        int64             `json:"time"`                // when they applied, 0 for who came by file
	Address     string            `json:"address" class:"answers"`
	Answers     map[string]string `json:"answers" class:"answers"`
	Applicant

	row topic.Digest
}

// doubleView is a pair, and what was judged of it.
type doubleView struct {
	A       sideView            `json:"a"`
	B       sideView            `json:"b"`
	Why     []string            `json:"why" class:"decision"`
	Verdict topic.DoubleVerdict `json:"verdict"` // taken-back where nobody has judged it
	Stands  uint64              `json:"stands"`
	Reason  string              `json:"reason" class:"decision"`
	By      string              `json:"by" class:"decision"`
	Time    int64               `json:"time"`

	reason topic.Digest
}

// mostPairs is how many pairs are answered at once: their people are opened.
const mostPairs = 50

// listDoubles lists pairs of applications that are likely of one person, with who
// applied: those that nobody has judged yet, or with ?show=judged the others.
func (a *API) listDoubles(c *fiber.Ctx) error {
	from, err := query(c, "from", 0, 1<<40)
	if err != nil {
		return err
	}
	limit, err := query(c, "limit", 20, mostPairs)
	if err != nil {
		return err
	}
	show := c.Query("show", "open")
	if show != "open" && show != "judged" {
		return refuse("malformed", "show is open or judged")
	}
	view, err := a.view(c)
	if err != nil {
		return err
	}
	id := c.Params("topic")
	found, err := a.Doubles.LikelyDoubles(c.UserContext(), id)
	if err != nil {
		return err
	}
	list := []doubleView{}
	var digests []topic.Digest
	var people []string
	open, at := 0, uint64(0)
	view.Read(func(s *topic.State, _ uint64) {
		judged := s.Judgements()
		for _, p := range found.Pairs {
			d := judged[[2]uint64{p.A, p.B}]
			if d.Verdict == topic.DoubleTakenBack {
				open++
			}
			if (d.Verdict == topic.DoubleTakenBack) != (show == "open") {
				continue
			}
			if at++; at <= from || uint64(len(list)) >= limit {
				continue
			}
			v := doubleView{A: sideOf(s, p.A), B: sideOf(s, p.B), Why: p.Why.Names(), Verdict: d.Verdict, Stands: d.Stands, Time: d.Time, reason: d.Reason}
			if d.Verdict != topic.DoubleTakenBack {
				v.By = doer(d.By)
			}
			list = append(list, v)
			digests = append(digests, v.A.row, v.B.row, v.reason)
			people = append(people, found.People[p.A], found.People[p.B])
		}
	})
	texts, err := a.Journal.Texts(c.UserContext(), id, digests)
	if err != nil {
		return err
	}
	known, err := a.Doubles.Applicants(c.UserContext(), id, people)
	if err != nil {
		return err
	}
	for i := range list {
		v := &list[i]
		v.Reason = string(texts[v.reason].Body)
		for _, side := range [...]*sideView{&v.A, &v.B} {
			side.Applicant = known[found.People[side.Application]]
			text, ok := texts[side.row]
			if !ok {
				continue // erased
			}
			row, err := topic.ParseRow(text.Body)
			if err != nil {
				return err
			}
			side.Address = row.Household
			for _, x := range row.Answers {
				side.Answers[x.Feature] = x.Value
			}
		}
	}
	return c.JSON(fiber.Map{"doubles": list, "found": len(found.Pairs), "open": open, "from": from, "total": at})
}

func sideOf(s *topic.State, n uint64) sideView {
	x := &s.Applications[n-1]
	return sideView{Application: n, Status: applicationStatus(s, x), File: x.Import != 0, Time: x.Consented, Answers: map[string]string{}, row: x.Row}
}

// countDoubles says how many pairs there are and how many nobody has judged: whoever
// draws should know, and needs no name for it.
func (a *API) countDoubles(c *fiber.Ctx) error {
	view, err := a.view(c)
	if err != nil {
		return err
	}
	found, err := a.Doubles.LikelyDoubles(c.UserContext(), c.Params("topic"))
	if err != nil {
		return err
	}
	open := 0
	view.Read(func(s *topic.State, _ uint64) {
		judged := s.Judgements()
		for _, p := range found.Pairs {
			if judged[[2]uint64{p.A, p.B}].Verdict == topic.DoubleTakenBack {
				open++
			}
		}
	})
	return c.JSON(fiber.Map{"found": len(found.Pairs), "open": open})
}

func (a *API) judgeDouble(c *fiber.Ctx) error {
	var in struct {
		ClientID string              `json:"client_id" class:"none"`
		A        uint64              `json:"a"`
		B        uint64              `json:"b"`
		Verdict  topic.DoubleVerdict `json:"verdict"`
		Stands   uint64              `json:"stands"`
		Reason   string              `json:"reason" class:"decision"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	reason, err := reasonText(in.Reason)
	if err != nil {
		return err
	}
	ack, err := a.submit(c, in.ClientID, topic.JudgeDouble{DoubleJudged: topic.DoubleJudged{A: in.A, B: in.B, Verdict: in.Verdict, Stands: in.Stands, Reason: reason.Digest()}}, reason)
	if err != nil {
		return err
	}
	return acknowledge(c, fiber.StatusOK, ack, nil)
}
