package play

import (
	"context"
	crand "crypto/rand"
	"slices"

	"veche/server/api"
	"veche/server/demo"
	"veche/server/journal"
	"veche/server/topic"
)

// poll holds the polls that belong after a step: the first question before the
// debate and once more after it, the second while the rating is open. Its ballots
// are cast by as many of those entitled as the step's share says.
func (p *Player) poll(ctx context.Context, after topic.StageKind) error {
	polls := demo.Polls(p.Plan.Lang, p.Plan.Slug)
	if len(polls) == 0 {
		return nil
	}
	terms := func(i int, when topic.PollTime) topic.PollTerms {
		return topic.PollTerms{
			Question: polls[i].Question, Explain: polls[i].Explain, Options: polls[i].Options, Min: 1, Max: 1,
			Electorate: topic.ElectoratePanel, When: when, Strata: []string{demo.Features(p.Plan.Lang)[0].Name},
			Own: i == 1,
		}
	}
	// By their place among those entitled: talking of night buses wins more people
	// over than it loses.
	first := func(k int) uint32 { return 1 + uint32(k%7/4) }
	second := func(k int) uint32 {
		if was := first(k); was == 1 && k%3 == 0 || was == 2 && k%5 == 0 {
			return 3 - was
		}
		return first(k)
	}
	switch after {
	case topic.StageDraw:
		return p.hold(ctx, terms(0, topic.PollBefore), first, 1, true)
	case topic.StageCuration:
		return p.hold(ctx, topic.PollTerms{After: 1, When: topic.PollAfter}, second, 1, true)
	case topic.StageRating:
		return p.hold(ctx, terms(1, topic.PollWindow), func(k int) uint32 { return 1 + uint32(k%5/2) }, 2, false)
	}
	return nil
}

// hold makes and opens a poll and has its voters vote. Where only one in every
// does, the first of table 1 leave their ballots to whoever follows a link of the
// demo.
func (p *Player) hold(ctx context.Context, terms topic.PollTerms, says func(k int) uint32, every int, closes bool) error {
	if err := p.plan(ctx, topic.MakePoll{PollMade: topic.PollMade{Terms: terms}}); err != nil {
		return err
	}
	s, err := p.state(ctx)
	if err != nil {
		return err
	}
	n := uint32(len(s.Polls))
	if err := p.plan(ctx, topic.OpenPoll{Poll: n}); err != nil {
		return err
	}
	if err := api.IssuePollBallots(ctx, p.Journal, p.Vault, p.ID, n); err != nil {
		return err
	}
	if s, err = p.state(ctx); err != nil {
		return err
	}
	tables, err := p.Participants(ctx)
	if err != nil {
		return err
	}
	guests := tables[1][:min(2, len(tables[1]))]
	poll, entitled, cast := &s.Polls[n-1], 0, 0
	for i := range p.Members {
		name := p.Members[i].InPoll(poll.Group(n))
		if poll.BallotOf(name) == 0 {
			continue
		}
		if entitled++; every > 1 && (entitled%every == 0 || slices.Contains(guests, i)) {
			continue
		}
		c := topic.CastBallot{Poll: n, Options: []uint32{says(entitled - 1)}}
		crand.Read(c.Salt[:])
		if _, err := p.Journal.Submit(ctx, p.ID, journal.Request{Who: topic.Who{Role: topic.RoleBallot, Pseudonym: name}, Command: c}); err != nil {
			return err
		}
		cast++
	}
	p.Progress("%s: %d of %d voted in poll %d", p.ID, cast, entitled, n)
	if !closes {
		return nil
	}
	return p.plan(ctx, topic.ClosePoll{Poll: n})
}
