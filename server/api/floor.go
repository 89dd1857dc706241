package api

import (
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"veche/server/journal"
	"veche/server/topic"
)

// ackView is a journal's Ack with the number of what the command made.
type ackView struct {
	Epoch  uint64 `json:"epoch"`
	Seq    uint64 `json:"seq"`
	Answer uint64 `json:"answer"`
}

// acknowledge answers a request whose command is durable, with more fields if
// there are any.
func acknowledge(c *fiber.Ctx, status int, ack journal.Ack, more fiber.Map) error {
	v := fiber.Map{"ack": ackView{Epoch: ack.Epoch, Seq: ack.Seq, Answer: ack.Answer}}
	for name, value := range more { // into a map: in no order
		v[name] = value
	}
	return c.Status(status).JSON(v)
}

// mayDo refuses people who do more than others can follow.
func (a *API) mayDo(c *fiber.Ctx) error {
	if a.MayDo(person(c).ID) {
		return nil
	}
	return refuse("rate-limited", "that is too much at once: wait a few seconds, then try it again")
}

// mayWrite refuses people who write more than others can read.
func (a *API) mayWrite(c *fiber.Ctx) error {
	if a.MayRemark(person(c).ID) {
		return nil
	}
	return refuse("rate-limited", "you write faster than others can read: wait a few seconds, then send it again")
}

// readRoom answers a room of the request that the person may read.
func (a *API) readRoom(c *fiber.Ctx) (room uint32, view *journal.View, who standing, err error) {
	if room, err = number(c, "room"); err != nil {
		return
	}
	if view, who, err = a.visit(c); err != nil {
		return
	}
	view.Read(func(s *topic.State, _ uint64) { err = who.mayRead(s, room) })
	return
}

type floorView struct {
	Now       int64            `json:"now"` // see clocked
	Agenda    []topic.Step     `json:"agenda"`
	Floor     journal.Floor    `json:"floor"`
	Here      int              `json:"here"`
	CallLink  string           `json:"call_link"`
	Arguments []topic.Argument `json:"arguments"`
	People    []sitting        `json:"people,omitempty"` // for those who watch over the debate
}

// sitting is somebody who sits at a table.
type sitting struct {
	Number uint64 `json:"number"`
	Here   bool   `json:"here"`
}

func (a *API) getFloor(c *fiber.Ctx) error {
	room, view, who, err := a.readRoom(c)
	if err != nil {
		return err
	}
	var present []uint64
	if room != 0 && who.readsAll() {
		present = a.PresentAt(c.Params("topic"), room)
	}
	seated, known := 0, room == 0 // in the main hall nobody has a seat
	if !known {
		seated, known = a.Seated(c.Params("topic"), room)
	}
	v := floorView{Agenda: []topic.Step{}, Arguments: []topic.Argument{}, Here: a.Here(c.Params("topic"), room)}
	view.Read(func(s *topic.State, _ uint64) {
		v.Agenda = append(v.Agenda, s.Agenda(room)...)
		if !known {
			seated = seatedAt(s, room)
		}
		v.Floor = journal.ShowFloor(s, room, seated)
		v.Arguments = append(v.Arguments, s.Settings.Debate.Arguments...)
		if room != 0 {
			v.CallLink = callLink(s.Settings.Debate.CallLink, room)
		}
		if room != 0 && who.readsAll() {
			v.People = peopleAt(s, room, present)
		}
	})
	return clocked(c, v, a.now())
}

// peopleAt answers who sits at a table, by number, and who of them is in the room.
func peopleAt(s *topic.State, room uint32, present []uint64) []sitting {
	var people []sitting
	for i := range s.Seats {
		if seat := &s.Seats[i]; seat.Table == room && seat.Status == topic.SeatAccepted {
			people = append(people, sitting{s.Number(seat.Application), slices.Contains(present, seat.Application)})
		}
	}
	return people
}

// seatedAt is how many sit at a table. It takes time in proportion to the seats.
func seatedAt(s *topic.State, room uint32) int {
	if at := journal.Seated(s); int(room) < len(at) {
		return at[room]
	}
	return 0
}

// now is the server's clock in Unix milliseconds.
func (a *API) now() int64 { return a.Clock().UnixMilli() }

func (a *API) doFloor(c *fiber.Ctx) error {
	room, err := number(c, "room")
	if err != nil {
		return err
	}
	var in struct {
		ClientID string `json:"client_id"`
		What     string `json:"what"`
		Turn     uint32 `json:"turn"`
		Step     uint32 `json:"step"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	var cmd topic.Command
	switch in.What {
	case "raise", "lower":
		cmd = topic.RaiseHand{Room: room, Up: in.What == "raise"}
	case "yield", "next":
		cmd = topic.PassTurn{Room: room, Turn: in.Turn}
	case "more-time":
		cmd = topic.ExtendTurn{Room: room, Turn: in.Turn}
	case "move-on", "stay":
		cmd = topic.MoveOn{Room: room, Step: in.Step, Wish: in.What == "move-on", Here: a.PresentAt(c.Params("topic"), room)}
	default:
		return refuse("invalid", "what is "+strconv.Quote(in.What)+": use raise, lower, yield, more-time, move-on, stay or next")
	}
	if err := a.mayDo(c); err != nil {
		return err
	}
	ack, err := a.submit(c, in.ClientID, cmd)
	if err != nil {
		return err
	}
	return acknowledge(c, fiber.StatusOK, ack, nil)
}
