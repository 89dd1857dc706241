package api

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"veche/server/analysis"
	"veche/server/journal"
	"veche/server/topic"
)

type wallView struct {
	Now        int64                 `json:"now"` // see clocked
	Round      uint32                `json:"round"`
	Agenda     []topic.Step          `json:"agenda"`
	HallAgenda []topic.Step          `json:"hall_agenda"`
	Hall       journal.Floor         `json:"hall"`
	Here       int                   `json:"here"`
	Mine       [][2]uint32           `json:"mine"`
	Rooms      []analysis.TableSight `json:"rooms"`
	Flags      int                   `json:"flags"` // open reports that the reader can handle, of the main hall and earlier rounds too
	Moves      []moveView            `json:"moves"` // the last ones, the last first
}

// moveView is people who were put at other tables at once.
type moveView struct {
	Time   int64            `json:"time"`
	Cause  topic.PlaceCause `json:"cause"`
	Count  int              `json:"count"`
	People []uint64         `json:"people"` // their numbers, maxNamed at most
	Tables []uint32         `json:"tables"` // where they sit then, each once, maxNamed at most
}

// maxMoves is how many moves are told, maxNamed how many people and tables of one.
const (
	maxMoves = 20
	maxNamed = 12
)

// lastMoves answers who was put at another table lately.
func lastMoves(s *topic.State) []moveView {
	moves := []moveView{}
	for i := len(s.Placements) - 1; i >= 0 && len(moves) < maxMoves; i-- {
		p := &s.Placements[i]
		if len(p.People) == 0 {
			continue
		}
		m := moveView{Time: p.Time, Cause: p.Cause, Count: len(p.People)}
		for j, n := range p.People {
			if j < maxNamed {
				m.People = append(m.People, s.Number(n))
			}
			if t := p.Tables[j]; len(m.Tables) < maxNamed && !slices.Contains(m.Tables, t) {
				m.Tables = append(m.Tables, t)
			}
		}
		moves = append(moves, m)
	}
	return moves
}

// getWall answers all tables for those who watch over the debate, the neediest
// first.
func (a *API) getWall(c *fiber.Ctx) error {
	view, who, err := a.visit(c)
	if err != nil {
		return err
	}
	present := a.Present(c.Params("topic"))
	v := wallView{Agenda: []topic.Step{}, HallAgenda: []topic.Step{}, Here: len(present[0])}
	now := a.now()
	view.Read(func(s *topic.State, _ uint64) {
		if n := len(s.Seating); n > 0 {
			v.Round = s.Seating[n-1].Round
		}
		v.Agenda, v.HallAgenda = append(v.Agenda, s.Agenda(1)...), append(v.HallAgenda, s.Agenda(0)...)
		v.Hall = journal.ShowFloor(s, 0, 0)
		v.Mine = analysis.Mine(s, who.staff(s, topic.RoleFacilitator))
		v.Rooms = analysis.Wall(s, present, now)
		v.Moves = lastMoves(s)
		for i := range s.Flags { // ideas are the moderators'
			if f := &s.Flags[i]; f.Outcome == topic.FlagOpen && (f.Subject.Kind == topic.SubjectRemark || who.person.Has(topic.RoleModerator)) {
				v.Flags++
			}
		}
	})
	return clocked(c, v, now)
}

// staff is the person's number in a role, 0 for none.
func (w standing) staff(s *topic.State, role topic.Role) uint64 {
	if !w.known || !w.person.Has(role) {
		return 0
	}
	return uint64(slices.Index(s.Staff, topic.StaffMember{Role: role, Pseudonym: w.names.Staff}) + 1)
}

// actors are all as which the person stands in the log.
func (w standing) actors(s *topic.State) []topic.Actor {
	var list []topic.Actor
	if n := w.application(s); n != 0 {
		list = append(list, topic.Actor{Role: topic.RoleCitizen, Number: n})
	}
	for i, m := range s.Staff {
		if w.known && m.Pseudonym == w.names.Staff {
			list = append(list, topic.Actor{Role: m.Role, Number: uint64(i + 1)})
		}
	}
	return list
}
