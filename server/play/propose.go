package play

import (
	"context"
	"slices"

	"veche/server/demo"
	"veche/server/export"
	"veche/server/topic"
)

// propose puts the most supported items forward to the city, one of a cluster,
// and has it answer all but the last.
func (p *Player) propose(ctx context.Context) error {
	ranking, err := p.Jobs.Ranking(ctx, p.ID, 1)
	if err != nil {
		return err
	}
	items := make([]int, len(ranking.Rows))
	for i := range items {
		items[i] = i
	}
	slices.SortFunc(items, func(a, b int) int { return ranking.Rows[a].RankSupport - ranking.Rows[b].RankSupport })
	answers, named := demo.Answers(p.Plan.Lang), map[string]bool{}
	for _, i := range items {
		if row := &ranking.Rows[i]; len(answers) > 0 && row.ClusterTitle != "" && !named[row.ClusterTitle] {
			named[row.ClusterTitle] = true
			if err := p.putProposal(ctx, uint32(i+1), row, answers[0]); err != nil {
				return err
			}
			answers = answers[1:]
		}
	}
	p.Progress("%s: the city has answered", p.ID)
	return nil
}

func (p *Player) putProposal(ctx context.Context, item uint32, row *export.Row, a demo.Answer) error {
	put := topic.PutProposal{ProposalPut: topic.ProposalPut{Items: []uint32{item}, Title: row.ClusterTitle, Summary: row.Text, Cost: a.Cost}}
	if err := p.plan(ctx, put); err != nil || a.Decision == "" {
		return err
	}
	s, err := p.state(ctx)
	if err != nil {
		return err
	}
	n := s.ProposalOf(item)
	answer := topic.ProposalAnswered{Proposal: n, Reason: a.Reason, Budget: a.Budget, Responsible: a.Responsible}
	if err := answer.Decision.UnmarshalText([]byte(a.Decision)); err != nil {
		return err
	}
	if err := p.plan(ctx, topic.AnswerProposal{ProposalAnswered: answer}); err != nil || a.Status == "" {
		return err
	}
	news := topic.ProposalProgressed{Proposal: n, Note: a.Note}
	if err := news.Status.UnmarshalText([]byte(a.Status)); err != nil {
		return err
	}
	return p.plan(ctx, topic.ReportProgress{ProposalProgressed: news})
}
