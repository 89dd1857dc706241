package play

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"veche/server/analysis"
	"veche/server/demo"
	"veche/server/journal"
	"veche/server/topic"
)

// ceremonyWords are what the demo's planner says at a draw.
var ceremonyWords = map[demo.Lang]struct{ source, reason string }{
	demo.English: {
		"ten dice thrown in the town hall after this was published, read from left to right",
		"The mailing to one district came late: its people got three more days to apply.",
	},
	demo.Russian: {
		"десять игральных костей, брошенных в мэрии после этой публикации, слева направо",
		"В один район письма пришли поздно: его жителям дали ещё три дня на заявку.",
	},
}

// draw picks the panel; one in 25 declines and is replaced; tables are seated.
func (p *Player) draw(ctx context.Context, _ *demo.Topic) error {
	if p.Plan.Aborted {
		if err := p.commit(ctx); err != nil {
			return err
		}
		if err := p.plan(ctx, topic.AbortDraw{Reason: ceremonyWords[p.Plan.Lang].reason}); err != nil {
			return err
		}
	}
	if err := p.ceremony(ctx, "draw"); err != nil {
		return err
	}
	s, err := p.state(ctx)
	if err != nil {
		return err
	}
	for i := range s.Seats {
		if i%25 == 7 {
			who := topic.Who{Role: topic.RoleCitizen, Pseudonym: s.Applications[s.Seats[i].Application-1].Pseudonym}
			if _, err := p.Journal.Submit(ctx, p.ID, journal.Request{Who: who, Command: topic.AnswerSeat{Accept: false}}); err != nil {
				return err
			}
		}
	}
	declined := len(s.Seats) / 25
	if declined > 0 {
		if err := p.replace(ctx); err != nil {
			return err
		}
	}
	if s, err = p.state(ctx); err != nil {
		return err
	}
	var seats []uint32
	for i := range s.Seats {
		if s.Seats[i].Status == topic.SeatInvited {
			seats = append(seats, uint32(i+1))
		}
	}
	if err := p.plan(ctx, topic.AnswerForPanel{Seats: seats, Accept: true}); err != nil {
		return err
	}
	if _, err := p.Jobs.Tables(ctx, p.task(ctx, topic.RolePlanner, "tables")); err != nil {
		return err
	}
	p.Progress("%s: %d seats drawn, %d declined and replaced", p.ID, len(seats), declined)
	return nil
}

// commit fixes the next round and says where its randomness will come from.
func (p *Player) commit(ctx context.Context) error {
	_, err := p.Jobs.CommitDraw(ctx, p.task(ctx, topic.RolePlanner, ""), analysis.BeaconWish{Kind: topic.BeaconPublic, Source: ceremonyWords[p.Plan.Lang].source})
	return err
}

// ceremony commits to a round, throws the dice and draws.
func (p *Player) ceremony(ctx context.Context, purpose string) error {
	if err := p.commit(ctx); err != nil {
		return err
	}
	dice := p.random("dice for " + purpose)
	thrown := make([]string, 10)
	for i := range thrown {
		thrown[i] = fmt.Sprint(1 + dice.IntN(6))
	}
	_, err := p.Jobs.Draw(ctx, p.task(ctx, topic.RolePlanner, purpose), strings.Join(thrown, " "), "")
	if topic.CodeOf(err) == topic.CodeInfeasible {
		if aborted := p.plan(ctx, topic.AbortDraw{Reason: "No panel of whole people meets these quotas."}); aborted != nil {
			return aborted
		}
	}
	return err
}

// mostGiven is how often the planner lets the quotas give way.
const mostGiven = 5

// replace fills the seats that were declined. Who declined is chance, and where
// nobody left fits the quotas beside those who stay, the planner lets every quota
// give way by a seat, as planners do.
func (p *Player) replace(ctx context.Context) error {
	for given := 0; ; given++ {
		err := p.ceremony(ctx, fmt.Sprintf("replacements %d", given))
		if topic.CodeOf(err) != topic.CodeInfeasible || given == mostGiven {
			return err
		}
		s, err := p.state(ctx)
		if err != nil {
			return err
		}
		settings := s.Settings
		settings.Quotas = slices.Clone(settings.Quotas)
		for i := range settings.Quotas {
			q := &settings.Quotas[i]
			q.Min, q.Max = max(q.Min, 1)-1, q.Max+1
		}
		if err := p.plan(ctx, topic.ChangeSettings{Settings: settings}); err != nil {
			return err
		}
		p.Progress("%s: nobody left fits the quotas: each gives way by a seat", p.ID)
	}
}
