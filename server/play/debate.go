package play

import (
	"context"
	"slices"
	"sort"

	"veche/server/demo"
	"veche/server/journal"
	"veche/server/topic"
)

// debate has participants talk at their tables, turn remarks into ideas and
// submit the rest of the demo's ideas.
func (p *Player) debate(ctx context.Context, text *demo.Topic) error {
	tables, err := p.Participants(ctx)
	if err != nil {
		return err
	}
	numbers := make([]uint32, 0, len(tables))
	for t := range tables {
		numbers = append(numbers, t)
	}
	slices.Sort(numbers)
	spoken := map[string]bool{} // ideas that came from a remark
	for _, l := range []demo.Lang{demo.English, demo.Russian} {
		if err := p.talk(ctx, text, l, numbers, tables, spoken); err != nil {
			return err
		}
	}
	var everyone []int
	for _, t := range numbers {
		everyone = append(everyone, tables[t]...)
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
	if err := each(len(rest), func(i int) error { return p.submit(ctx, authors[i], rest[i], 0) }); err != nil {
		return err
	}
	p.Progress("%s: %d ideas", p.ID, len(p.ideas))
	return nil
}

// talk plays the remarks of one language: a theme at a table, its people in
// turn; every tenth is said in the main hall too.
func (p *Player) talk(ctx context.Context, text *demo.Topic, l demo.Lang, numbers []uint32, tables map[uint32][]int, spoken map[string]bool) error {
	remarks, err := demo.Remarks(l)
	if err != nil {
		return err
	}
	ideas, err := demo.Ideas(l)
	if err != nil {
		return err
	}
	var themes []string
	for _, r := range remarks {
		if !slices.Contains(themes, r.Theme) {
			themes = append(themes, r.Theme)
		}
	}
	sort.Strings(themes)
	grew := make([]bool, len(remarks)) // into an idea, each idea once
	for i, r := range remarks {
		if text.Has(r.Theme) && r.Idea >= 0 && !spoken[ideas[r.Idea].Text] {
			spoken[ideas[r.Idea].Text], grew[i] = true, true
		}
	}
	// The tables talk at the same time, each theme in its order.
	return each(len(themes), func(at int) error {
		if !text.Has(themes[at]) {
			return nil
		}
		table := numbers[at%len(numbers)]
		said := map[int]uint32{}
		for i, r := range remarks {
			if r.Theme != themes[at] {
				continue
			}
			speaker := tables[table][(at+r.Voice)%len(tables[table])]
			n, err := p.Say(ctx, speaker, table, r.Text, said[r.Reply])
			if err != nil {
				return err
			}
			said[i] = n
			if grew[i] {
				if err := p.submit(ctx, speaker, ideas[r.Idea], n); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// Say has person i speak and answers the remark's number.
func (p *Player) Say(ctx context.Context, i int, room uint32, body string, reply uint32) (uint32, error) {
	t := journal.NewText(body)
	ack, err := p.Journal.Submit(ctx, p.ID, journal.Request{Who: p.citizen(i), Command: topic.Say{Room: room, ReplyTo: reply, Text: t.Digest()}, Texts: []journal.Text{t}})
	return uint32(ack.Answer), err
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
