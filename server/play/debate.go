package play

import (
	"context"
	"slices"

	"veche/server/demo"
	"veche/server/journal"
	"veche/server/topic"
)

// debate takes the rooms through their agenda: participants talk in turn at their
// tables, ask the experts, turn remarks into ideas and submit the rest of the
// demo's, and tell the main hall what they came to.
func (p *Player) debate(ctx context.Context, text *demo.Topic) error {
	tables, err := p.Participants(ctx)
	if err != nil {
		return err
	}
	r := &rooms{Player: p, text: text, people: tables}
	for t := range tables {
		r.numbers = append(r.numbers, t)
	}
	slices.Sort(r.numbers)
	if r.prepared, err = demo.DebateIn(p.Plan.Lang); err != nil {
		return err
	}
	spoken := map[string]bool{} // ideas that came from a remark
	for _, step := range []struct {
		kind string
		play func() error
	}{
		{"discussion", func() error {
			for _, l := range []demo.Lang{demo.English, demo.Russian} {
				if err := r.talk(ctx, l, spoken); err != nil {
					return err
				}
			}
			return r.flag(ctx)
		}},
		{"questions", func() error { return r.ask(ctx) }},
		{"ideas", func() error {
			if err := p.submitRest(ctx, text, r, spoken); err != nil {
				return err
			}
			return r.object(ctx)
		}},
		{"report", func() error { return r.report(ctx) }},
	} {
		if err := r.open(ctx, step.kind); err != nil {
			return err
		}
		if err := step.play(); err != nil {
			return err
		}
	}
	p.Progress("%s: %d ideas", p.ID, len(p.ideas))
	return nil
}

// submitRest has everyone submit the demo's ideas that no remark grew into.
func (p *Player) submitRest(ctx context.Context, text *demo.Topic, r *rooms, spoken map[string]bool) error {
	var everyone []int
	for _, t := range r.numbers {
		everyone = append(everyone, r.people[t]...)
	}
	rng := p.random("authors")
	var rest []demo.Idea
	for _, l := range []demo.Lang{demo.English, demo.Russian} {
		ideas, err := demo.Ideas(l)
		if err != nil {
			return err
		}
		for _, idea := range ideas {
			if text.Has(idea.Theme) && !spoken[idea.Text] {
				rest = append(rest, idea)
			}
		}
	}
	rng.Shuffle(len(rest), func(i, j int) { rest[i], rest[j] = rest[j], rest[i] })
	if p.Plan.Ideas > 0 {
		rest = rest[:max(0, min(len(rest), p.Plan.Ideas-len(p.ideas)))]
	}
	authors := make([]int, len(rest))
	for i := range authors {
		authors[i] = everyone[rng.IntN(len(everyone))]
	}
	return each(len(rest), func(i int) error { return p.submit(ctx, authors[i], rest[i], 0) })
}

func (p *Player) submit(ctx context.Context, i int, idea demo.Idea, origin uint32) error {
	t := journal.NewText(idea.Text)
	ack, err := p.Journal.Submit(ctx, p.ID, journal.Request{Who: p.citizen(i), Command: topic.SubmitIdea{Text: t.Digest(), Lang: string(idea.Lang), Origin: origin}, Texts: []journal.Text{t}})
	if err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.ideas) < int(ack.Answer) {
		p.ideas = append(p.ideas, demo.Idea{})
	}
	p.ideas[ack.Answer-1] = idea
	return nil
}

func (p *Player) citizen(i int) topic.Who {
	return topic.Who{Role: topic.RoleCitizen, Pseudonym: p.Members[i].Debate}
}
