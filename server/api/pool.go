package api

import (
	"bytes"
	"errors"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"veche/server/intake"
	"veche/server/topic"
)

// mark leaves people out of the draw or includes them, for a published reason.
// They are named by the id of the registrar's file, or by the receipt of their
// application.
func (a *API) mark(c *fiber.Ctx) error {
	var in struct {
		ClientID string   `json:"client_id" class:"none"`
		Mark     string   `json:"mark" class:"decision"`
		Reason   string   `json:"reason" class:"decision"`
		IDs      []string `json:"ids" class:"contact"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	mark, err := topic.ParseMark(in.Mark)
	if err != nil {
		return err
	}
	view, err := a.view(c)
	if err != nil {
		return err
	}
	known, err := a.Pseudonyms.Known(c.UserContext(), c.Params("topic"), in.IDs)
	if err != nil {
		return err
	}
	cmd := topic.MarkApplications{ApplicationsMarked: topic.ApplicationsMarked{Mark: mark, Reason: in.Reason}}
	fault := topic.NewFault(topic.CodeInvalid, "some of the people are not in the pool: nobody was marked")
	seen := map[uint64]bool{}
	replaced := 0
	view.Read(func(s *topic.State, _ uint64) {
		for i, id := range in.IDs {
			n := ofReceipt(s, id)
			if p, ok := known[id]; ok {
				n = s.ApplicationOf(p)
			}
			switch {
			case n == 0 || s.Applications[n-1].Status != topic.ApplicationOpen:
				fault.Places = append(fault.Places, topic.Place{Row: i + 1, Field: "ids", Value: id, Message: "nobody of this id or receipt is in the pool"})
			case !seen[n]:
				seen[n] = true
				cmd.Applications = append(cmd.Applications, n)
				if was, _ := s.MarkOf(n); was != topic.MarkNone && was != mark {
					replaced++
				}
			}
		}
	})
	if len(fault.Places) > 0 {
		fault.Places = fault.Places[:min(len(fault.Places), 100)]
		return fault
	}
	ack, err := a.submit(c, in.ClientID, cmd)
	if err != nil {
		return err
	}
	return c.JSON(fiber.Map{"ack": ack, "marked": len(cmd.Applications), "replaced": replaced})
}

// markView is a marking: how many people it named, and for how many it holds.
type markView struct {
	Seq    uint64 `json:"seq"`
	Mark   string `json:"mark" class:"decision"`
	Reason string `json:"reason" class:"decision"`
	People uint32 `json:"people"`
	Holds  uint32 `json:"holds"` // no later marking took its place, and the person is in the pool
}

// listMarks lists the markings of a topic, the first first.
func (a *API) listMarks(c *fiber.Ctx) error {
	view, err := a.view(c)
	if err != nil {
		return err
	}
	list := []markView{}
	view.Read(func(s *topic.State, _ uint64) {
		for _, m := range s.Markings {
			list = append(list, markView{Seq: m.Seq, Mark: m.Mark.String(), Reason: m.Reason, People: m.People})
		}
		for i := range s.Applications {
			if x := &s.Applications[i]; x.Marking != 0 && x.Status == topic.ApplicationOpen {
				list[x.Marking-1].Holds++
			}
		}
	})
	return c.JSON(fiber.Map{"marks": list})
}

// ofReceipt is the application that a receipt names, 0 for none.
func ofReceipt(s *topic.State, text string) uint64 {
	number, _, ok := strings.Cut(text, "-")
	n, err := strconv.ParseUint(number, 10, 64)
	if !ok || err != nil || n == 0 || n > uint64(len(s.Applications)) || receipt(n, s.Applications[n-1].Row) != text {
		return 0
	}
	return n
}

// maxPopulationFile is the largest file of census counts.
const maxPopulationFile = 1 << 20

// readPopulation reads census counts, proposes quotas by them, and saves
// nothing: a planner looks at the proposal first.
func (a *API) readPopulation(c *fiber.Ctx) error {
	size, err := query(c, "size", 0, topic.MaxPanel)
	if err != nil {
		return err
	}
	tolerance := defaultTolerance
	if text := c.Query("tolerance"); text != "" {
		if tolerance, err = strconv.ParseFloat(text, 64); err != nil || !(tolerance >= 0 && tolerance <= 1) {
			return refuse("malformed", "tolerance should be a share of the seats from 0 to 1, such as 0.05, not "+strconv.Quote(text))
		}
	}
	view, err := a.view(c)
	if err != nil {
		return err
	}
	var settings topic.Settings
	view.Read(func(s *topic.State, _ uint64) { settings = s.Settings })
	if size == 0 {
		size = uint64(settings.PanelSize)
	}
	if size == 0 {
		return refuse("invalid", "say for how many seats: set the panel's size first, or add ?size=")
	}
	file, err := readBody(c, maxPopulationFile)
	if err != nil {
		return err
	}
	population, quotas, err := intake.Population(bytes.NewReader(file), &settings.Form, int(size), tolerance)
	if err != nil {
		var faults *intake.FileError
		if errors.As(err, &faults) {
			return faults.Fault()
		}
		return err
	}
	return c.JSON(fiber.Map{"population": population, "quotas": quotas})
}

// defaultTolerance is how far quotas reach to both sides of the population's
// share, in parts of the panel.
const defaultTolerance = 0.05
