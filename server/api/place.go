package api

import (
	"fmt"

	"github.com/gofiber/fiber/v2"

	"veche/server/analysis"
	"veche/server/topic"
)

// place sends people, by their seat numbers, to a table.
func (a *API) place(c *fiber.Ctx) error {
	var in struct {
		ClientID string   `json:"client_id"`
		People   []uint32 `json:"people"`
		Table    uint32   `json:"table"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	if len(in.People) == 0 || len(in.People) > topic.MaxPlaced {
		return refuse("invalid", fmt.Sprintf("name 1 to %d people by their seat numbers", topic.MaxPlaced))
	}
	view, err := a.view(c)
	if err != nil {
		return err
	}
	cmd := topic.PlacePeople{Cause: topic.PlaceByFacilitator}
	view.Read(func(s *topic.State, _ uint64) {
		for _, seat := range in.People {
			if seat == 0 || int(seat) > len(s.Seats) {
				err = refuse("not-found", fmt.Sprintf("there is no seat %d", seat))
				return
			}
			cmd.People, cmd.Tables = append(cmd.People, s.Seats[seat-1].Application), append(cmd.Tables, in.Table)
		}
	})
	if err != nil {
		return err
	}
	ack, err := a.submit(c, in.ClientID, cmd)
	if err != nil {
		return err
	}
	return acknowledge(c, fiber.StatusOK, ack, nil)
}

func (a *API) mergeTables(c *fiber.Ctx) error {
	var in struct {
		ClientID string `json:"client_id"`
		From     uint32 `json:"from"`
		Into     uint32 `json:"into"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	ack, err := a.submit(c, in.ClientID, topic.MergeTables{From: in.From, Into: in.Into})
	if err != nil {
		return err
	}
	return acknowledge(c, fiber.StatusOK, ack, nil)
}

// rebalance joins the tables that have become too small now, those of from or all;
// a dry run only tells which.
func (a *API) rebalance(c *fiber.Ctx) error {
	var in struct {
		ClientID string   `json:"client_id"`
		Dry      bool     `json:"dry"`
		From     []uint32 `json:"from"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	task, err := a.taskOf(c, topic.ActionPlace, in.ClientID)
	if err != nil {
		return err
	}
	attendance := func(*topic.State) analysis.Attendance { return analysis.Present(a.Present(task.Topic)) }
	told := func(j analysis.Joins) fiber.Map { return fiber.Map{"joins": listed(j.Joins), "filled": j.Filled} }
	if in.Dry {
		plan, err := a.Jobs.PlanJoins(c.UserContext(), task.Topic, in.From, attendance)
		if err != nil {
			return err
		}
		return c.JSON(told(plan))
	}
	done, ack, err := a.Jobs.JoinTables(c.UserContext(), task, in.From, attendance)
	if err != nil {
		return err
	}
	if ack.Seq == 0 { // nothing to do
		return c.JSON(told(done))
	}
	return acknowledge(c, fiber.StatusOK, ack, told(done))
}

// listed is a list that JSON shows as one, also where it is empty.
func listed[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
