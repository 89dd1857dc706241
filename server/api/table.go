package api

import (
	"encoding/json"
	"fmt"

	"github.com/gofiber/fiber/v2"

	"veche/server/topic"
)

// maxPairs is how many pairs a planner can give at once.
const maxPairs = 5000

func (a *API) seatTables(c *fiber.Ctx) error {
	var in struct {
		ClientID string     `json:"client_id"`
		Seed     string     `json:"seed"`
		Together [][]uint32 `json:"together"`
		Apart    [][]uint32 `json:"apart"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	if len(in.Seed) > 500 {
		return refuse("invalid", "the seed is longer than 500 bytes")
	}
	task, err := a.taskOf(c, topic.ActionSeatTables, in.ClientID)
	if err != nil {
		return err
	}
	task.Seed = in.Seed
	if task.Together, err = seatPairs("together", in.Together); err != nil {
		return err
	}
	if task.Apart, err = seatPairs("apart", in.Apart); err != nil {
		return err
	}
	ack, err := a.Jobs.Tables(c.UserContext(), task)
	if err != nil {
		return err
	}
	return c.JSON(fiber.Map{"ack": ack, "tables": ack.Answer})
}

// seatPairs reads pairs of seat numbers.
func seatPairs(field string, list [][]uint32) ([][2]uint32, error) {
	if len(list) > maxPairs {
		return nil, refuse("invalid", fmt.Sprintf("%s has %d pairs, the most are %d", field, len(list), maxPairs))
	}
	var pairs [][2]uint32
	for i, pair := range list {
		if len(pair) != 2 || pair[0] == pair[1] {
			return nil, refuse("invalid", fmt.Sprintf("%s[%d] is not two different seats", field, i))
		}
		pairs = append(pairs, [2]uint32(pair))
	}
	return pairs, nil
}

func (a *API) openTableRound(c *fiber.Ctx) error {
	var in struct {
		ClientID string `json:"client_id"`
		Round    uint32 `json:"round"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	ack, err := a.submit(c, in.ClientID, topic.OpenTableRound{Round: in.Round})
	if err != nil {
		return err
	}
	return c.JSON(fiber.Map{"ack": ack, "round": in.Round})
}

type tableView struct {
	Table    uint32 `json:"table"`
	Round    uint32 `json:"round"`
	Session  string `json:"session"`
	Language string `json:"language"`
	Seats    int    `json:"seats"`
	Accepted int    `json:"accepted"`
	Remarks  int    `json:"remarks"`
}

// getTables lists the tables of the round that is on, or of the one asked for,
// whose seats count only while it is on. Staff learn which seats have none.
func (a *API) getTables(c *fiber.Ctx) error {
	view, who, err := a.visit(c)
	if err != nil {
		return err
	}
	asked := c.QueryInt("round", 0)
	tables, without := []tableView{}, []int{}
	var result topic.Digest
	round, rounds := uint32(0), uint32(0)
	view.Read(func(s *topic.State, _ uint64) {
		n := len(s.Seating)
		if n > 0 {
			result, round, rounds = s.Seating[n-1].Result, s.Seating[n-1].Round, s.Seating[n-1].Rounds
		}
		if asked == 0 {
			asked = int(round)
		}
		place := map[uint32]int{}
		for t := uint32(1); t <= s.Tables; t++ {
			if at, ok := s.TableAt(t); ok && int(at.Round) == asked {
				room, _ := s.Room(t)
				place[t] = len(tables)
				tables = append(tables, tableView{Table: t, Round: at.Round, Session: at.Session, Language: at.Language, Remarks: len(room.Remarks)})
			}
		}
		for i := range s.Seats {
			accepted := s.Seats[i].Status == topic.SeatAccepted
			t := s.Seats[i].Table
			if t == 0 {
				if accepted && n > 0 && who.readsAll() {
					without = append(without, i+1)
				}
				continue
			}
			if k, ok := place[t]; ok {
				tables[k].Seats++
				if accepted {
					tables[k].Accepted++
				}
			}
		}
	})
	var report json.RawMessage
	if !result.IsZero() {
		if report, err = a.Jobs.TablesReport(c.UserContext(), result); err != nil {
			return err
		}
	}
	return c.JSON(fiber.Map{"tables": tables, "round": round, "rounds": rounds, "without": without, "report": report})
}
