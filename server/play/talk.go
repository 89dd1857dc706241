package play

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"unicode/utf8"

	"veche/server/demo"
	"veche/server/journal"
	"veche/server/topic"
)

// rooms are the tables of a topic that is played, or the main hall where there
// are none.
type rooms struct {
	*Player
	text     *demo.Topic
	prepared *demo.Debate
	numbers  []uint32         // of the tables, or 0
	people   map[uint32][]int // of each
	step     *demo.AgendaStep // that the tables are at, nil in the main hall
	turns    turnCount        // of each table
}

// turnCount counts the turns of tables that talk at the same time.
type turnCount struct {
	mu    sync.Mutex
	count map[uint32]uint32
}

func (c *turnCount) next(room uint32) uint32 {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.count == nil {
		c.count = map[uint32]uint32{}
	}
	c.count[room]++
	return c.count[room]
}

// open brings all tables and the main hall to their step of a kind.
func (r *rooms) open(ctx context.Context, kind string) error {
	first, last := r.numbers[0], r.numbers[len(r.numbers)-1]
	if first != 0 {
		at := slices.IndexFunc(r.prepared.Agenda, func(s demo.AgendaStep) bool { return s.Kind == kind })
		r.step = &r.prepared.Agenda[at]
		if err := r.staff(ctx, topic.RoleFacilitator, topic.OpenStep{From: first, To: last, Step: uint32(at + 1)}); err != nil {
			return err
		}
	}
	if at := slices.IndexFunc(r.prepared.HallAgenda, func(s demo.AgendaStep) bool { return s.Kind == kind }); at >= 0 {
		return r.staff(ctx, topic.RoleFacilitator, topic.OpenStep{Step: uint32(at + 1)})
	}
	return nil
}

// table is where a theme of the topic is talked about, its place in themes.
func (r *rooms) table(at int) uint32 { return r.numbers[at%len(r.numbers)] }

// themes are what the remarks are about, in order.
func (r *rooms) themes(remarks []demo.Remark) []string {
	var list []string
	for i := range remarks {
		if r.text.Has(remarks[i].Theme) {
			list = append(list, remarks[i].Theme)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// speaker is the person behind a voice of a theme.
func (r *rooms) speaker(at, voice int) int {
	people := r.people[r.table(at)]
	return people[(at+voice)%len(people)]
}

// talk plays the remarks of one language: a theme at a table, its people in
// turn, and others react.
func (r *rooms) talk(ctx context.Context, l demo.Lang, spoken map[string]bool) error {
	remarks, err := demo.Remarks(l)
	if err != nil {
		return err
	}
	ideas, err := demo.Ideas(l)
	if err != nil {
		return err
	}
	themes := r.themes(remarks)
	grew := make([]bool, len(remarks)) // into an idea, each idea once
	for i, m := range remarks {
		if r.text.Has(m.Theme) && m.Idea >= 0 && !spoken[ideas[m.Idea].Text] {
			spoken[ideas[m.Idea].Text], grew[i] = true, true
		}
	}
	// The tables talk at the same time, each one theme after the other.
	return each(len(r.numbers), func(table int) error {
		rng := r.random("reactions " + string(l) + " " + themes[table%len(themes)])
		for at := table; at < len(themes); at += len(r.numbers) {
			said := map[int]uint32{}
			for i, m := range remarks {
				if m.Theme != themes[at] {
					continue
				}
				speaker := r.speaker(at, m.Voice)
				n, err := r.sayInTurn(ctx, speaker, r.table(at), m.Text, said[m.Reply])
				if err != nil {
					return err
				}
				said[i] = n
				if grew[i] {
					if err := r.submit(ctx, speaker, ideas[m.Idea], n); err != nil {
						return err
					}
				}
				if err := r.react(ctx, rng, speaker, r.people[r.table(at)], n); err != nil {
					return err
				}
				if err := r.tellHall(ctx, rng, i, m.Text, speaker, r.table(at)); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// tellHall has every tenth remark of a table said in the main hall too, where
// people of another table react.
func (r *rooms) tellHall(ctx context.Context, rng *rand.Rand, i int, body string, speaker int, table uint32) error {
	if table == 0 || i%10 != 4 {
		return nil
	}
	n, err := r.Say(ctx, speaker, 0, body, 0)
	if err != nil {
		return err
	}
	return r.react(ctx, rng, speaker, r.people[r.table(int(table))], n) // of the next table
}

// sayInTurn has someone raise their hand, say something when the floor is
// theirs, and give it back; where nobody needs the floor they just say it. One
// person at a time does so at a table.
func (r *rooms) sayInTurn(ctx context.Context, person int, room uint32, body string, reply uint32) (uint32, error) {
	if r.step == nil || !r.step.Turns {
		return r.Say(ctx, person, room, body, reply)
	}
	if err := r.citizenDo(ctx, person, topic.RaiseHand{Room: room, Up: true}); err != nil {
		return 0, err
	}
	n, err := r.Say(ctx, person, room, body, reply)
	if err != nil {
		return 0, err
	}
	return n, r.citizenDo(ctx, person, topic.PassTurn{Room: room, Turn: r.turns.next(room)})
}

// react has some of the others at the table react to a remark.
func (r *rooms) react(ctx context.Context, rng *rand.Rand, speaker int, people []int, remark uint32) error {
	for _, person := range people[:min(len(people), 12)] {
		kind := topic.ReactionNone
		switch x := rng.IntN(20); {
		case person == speaker:
		case x < 3:
			kind = topic.ReactionAgree
		case x < 4:
			kind = topic.ReactionInsight
		case x < 5:
			kind = topic.ReactionUnsure
		}
		if kind != topic.ReactionNone {
			if err := r.citizenDo(ctx, person, topic.React{Remark: remark, Reaction: kind}); err != nil {
				return err
			}
		}
	}
	return nil
}

// Say has person i speak and answers the remark's number.
func (p *Player) Say(ctx context.Context, i int, room uint32, body string, reply uint32) (uint32, error) {
	t := journal.NewText(body)
	ack, err := p.Journal.Submit(ctx, p.ID, journal.Request{
		Who: p.citizen(i), Command: topic.Say{Room: room, ReplyTo: reply, Text: t.Digest(), Characters: uint32(utf8.RuneCountInString(body))}, Texts: []journal.Text{t},
	})
	return uint32(ack.Answer), err
}

// citizenDo has person i do something.
func (p *Player) citizenDo(ctx context.Context, i int, cmd topic.Command, texts ...journal.Text) error {
	_, err := p.Journal.Submit(ctx, p.ID, journal.Request{Who: p.citizen(i), Command: cmd, Texts: texts})
	return err
}
