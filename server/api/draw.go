package api

import (
	"encoding/json"

	"github.com/gofiber/fiber/v2"

	"veche/server/topic"
)

func (a *API) getPool(c *fiber.Ctx) error {
	if _, err := a.view(c); err != nil {
		return err
	}
	pool, err := a.Jobs.Pool(c.UserContext(), c.Params("topic"))
	if err != nil {
		return err
	}
	return c.JSON(pool)
}

type drawRound struct {
	Round  int             `json:"round"`
	Seq    uint64          `json:"seq"`
	Time   int64           `json:"time"`
	Seed   string          `json:"seed"`
	Seats  uint32          `json:"seats"`
	Filled uint32          `json:"filled"`
	Root   topic.Digest    `json:"-"`
	Pool   string          `json:"pool_root"`
	Report json.RawMessage `json:"report"`
}

// draw runs a round of the lottery: the first fills the panel, a later one the
// seats that were declined.
func (a *API) draw(c *fiber.Ctx) error {
	task, err := a.task(c, topic.ActionDraw)
	if err != nil {
		return err
	}
	ack, err := a.Jobs.Draw(c.UserContext(), task)
	if err != nil {
		return err
	}
	rounds, err := a.rounds(c)
	if err != nil {
		return err
	}
	return c.JSON(rounds[ack.Answer-1])
}

func (a *API) getDraw(c *fiber.Ctx) error {
	rounds, err := a.rounds(c)
	if err != nil {
		return err
	}
	return c.JSON(fiber.Map{"rounds": rounds})
}

func (a *API) rounds(c *fiber.Ctx) ([]drawRound, error) {
	view, err := a.view(c)
	if err != nil {
		return nil, err
	}
	rounds := []drawRound{}
	var results []topic.Digest
	view.Read(func(s *topic.State, _ uint64) {
		for i, r := range s.Rounds {
			rounds = append(rounds, drawRound{Round: i + 1, Seq: r.Seq, Time: r.Time, Seed: r.Seed, Seats: r.Seats, Filled: r.Seats, Pool: r.Root.String()})
			results = append(results, r.Result)
		}
	})
	for i := range rounds {
		if rounds[i].Report, err = a.Jobs.DrawReport(c.UserContext(), results[i]); err != nil {
			return nil, err
		}
	}
	return rounds, nil
}

func (a *API) answerSeat(c *fiber.Ctx) error {
	var in struct {
		ClientID string `json:"client_id"`
		Answer   string `json:"answer"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	if in.Answer != "accept" && in.Answer != "decline" {
		return refuse("invalid", "answer is accept or decline")
	}
	ack, err := a.submit(c, in.ClientID, topic.AnswerSeat{Accept: in.Answer == "accept"})
	if err != nil {
		return err
	}
	return c.JSON(fiber.Map{"ack": ack, "status": map[string]string{"accept": "accepted", "decline": "declined"}[in.Answer]})
}

// acceptSeats accepts all seats that are still open: the people said so by
// letter or telephone.
func (a *API) acceptSeats(c *fiber.Ctx) error {
	var in struct {
		ClientID string   `json:"client_id"`
		Seats    []uint32 `json:"seats"`
		All      bool     `json:"all"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	view, err := a.view(c)
	if err != nil {
		return err
	}
	if in.All {
		in.Seats = nil
		view.Read(func(s *topic.State, _ uint64) {
			for i := range s.Seats {
				// Who applied here answers here.
				if s.Seats[i].Status == topic.SeatInvited && s.Applications[s.Seats[i].Application-1].Import != 0 {
					in.Seats = append(in.Seats, uint32(i+1))
				}
			}
		})
	}
	ack, err := a.submit(c, in.ClientID, topic.AnswerForPanel{Seats: in.Seats, Accept: true})
	if err != nil {
		return err
	}
	return c.JSON(fiber.Map{"ack": ack, "accepted": len(in.Seats)})
}

func (a *API) seatTables(c *fiber.Ctx) error {
	task, err := a.task(c, topic.ActionSeatTables)
	if err != nil {
		return err
	}
	ack, err := a.Jobs.Tables(c.UserContext(), task)
	if err != nil {
		return err
	}
	return c.JSON(fiber.Map{"ack": ack, "tables": ack.Answer})
}

type tableView struct {
	Table    uint32 `json:"table"`
	Seats    int    `json:"seats"`
	Accepted int    `json:"accepted"`
	Remarks  int    `json:"remarks"`
}

func (a *API) getTables(c *fiber.Ctx) error {
	view, err := a.view(c)
	if err != nil {
		return err
	}
	tables := []tableView{}
	var result topic.Digest
	view.Read(func(s *topic.State, _ uint64) {
		for t := uint32(1); t <= s.Tables; t++ {
			room, _ := s.Room(t)
			tables = append(tables, tableView{Table: t, Remarks: len(room.Remarks)})
		}
		for i := range s.Seats {
			if t := s.Seats[i].Table; t != 0 {
				tables[t-1].Seats++
				if s.Seats[i].Status == topic.SeatAccepted {
					tables[t-1].Accepted++
				}
			}
		}
		if n := len(s.Seating); n > 0 {
			result = s.Seating[n-1].Result
		}
	})
	var report json.RawMessage
	if !result.IsZero() {
		if report, err = a.Jobs.TablesReport(c.UserContext(), result); err != nil {
			return err
		}
	}
	return c.JSON(fiber.Map{"tables": tables, "report": report})
}
