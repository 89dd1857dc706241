package api

import (
	"github.com/gofiber/fiber/v2"

	"veche/server/analysis"
	"veche/server/topic"
)

// fateView is what became of one's own idea: through which cluster and rating
// item, what moderators did to it and why, how it ranks, and what was answered.
type fateView struct {
	Idea       ideaView      `json:"idea"`
	Cluster    *clusterView  `json:"cluster"`    // null while it is in none
	Operations []fateStep    `json:"operations"` // oldest first
	Via        analysis.Via  `json:"via"`        // how the item speaks for it
	Item       *proposedItem `json:"item"`       // null where none does
	Items      int           `json:"items"`      // on the rating list
	Proposal   *proposalView `json:"proposal"`

	Coauthors []coauthorView `json:"coauthors"` // invited ones too, for the author; null for others

	item uint32
}

// fateStep is what moderators did with an idea or its group, and whether its author
// can object.
type fateStep struct {
	operationView
	Subject   topic.Subject `json:"subject"` // of an appeal
	CanAppeal bool          `json:"can_appeal"`
	Appeal    *appealView   `json:"appeal"`
}

func fateStepOf(s *topic.State, o *topic.Operation, idea uint32, mine uint64) fateStep {
	v := fateStep{operationView: operationOf(s, o, false), Subject: topic.Subject{Kind: topic.SubjectOperation, Number: o.Seq}}
	if mine == 0 { // entered for somebody
		return v
	}
	if x, ok := s.MayAppeal(o, mine); ok && (x.Kind != topic.SubjectIdea || x.Number == uint64(idea)) {
		v.Subject, v.CanAppeal = x, true
	}
	for _, x := range []topic.Subject{v.Subject, topic.IdeaSubject(idea)} {
		if n := s.AppealOf(x, o.Seq, topic.Actor{Role: topic.RoleCitizen, Number: mine}); n != 0 && v.Appeal == nil {
			p := appealOf(s, uint32(n))
			v.Appeal, v.CanAppeal = &p, false
		}
	}
	return v
}

// getFate answers what became of the person's own ideas.
func (a *API) getFate(c *fiber.Ctx) error {
	who, err := a.standing(c)
	if err != nil {
		return err
	}
	list, err := a.fates(c, func(s *topic.State) (ideas []uint32, mine uint64) {
		mine = who.application(s)
		for n := uint32(1); mine != 0 && int(n) <= len(s.Ideas); n++ {
			if s.Owns(mine, n) {
				ideas = append(ideas, n)
			}
		}
		return ideas, mine
	})
	if err != nil {
		return err
	}
	view, err := a.view(c)
	if err != nil {
		return err
	}
	var invitations []invitationView
	var table []uint64
	view.Read(func(s *topic.State, _ uint64) {
		mine := who.application(s)
		invitations, table = invitationsTo(s, mine), tablemates(s, mine)
	})
	if err := a.fillInvitations(c, invitations); err != nil {
		return err
	}
	return c.JSON(fiber.Map{"ideas": list, "invitations": invitations, "table": table})
}

// fates follows ideas, which choose names with the application of who asks.
func (a *API) fates(c *fiber.Ctx, choose func(*topic.State) (ideas []uint32, mine uint64)) ([]fateView, error) {
	view, err := a.view(c)
	if err != nil {
		return nil, err
	}
	board, err := a.keptBoard(c, view, true)
	if err != nil {
		return nil, err
	}
	rows, err := a.rows(c)
	if err != nil {
		return nil, err
	}
	list := []fateView{}
	view.Read(func(s *topic.State, _ uint64) {
		chosen, mine := choose(s)
		for _, n := range chosen {
			f := analysis.FateOf(s, n)
			v := fateView{Idea: ideaOf(s, n, mine), Cluster: board.brief(f.Cluster), Operations: []fateStep{}, Via: f.Via, Items: len(s.Items), item: f.Item}
			for _, seq := range f.Operations {
				if o := s.Board.Operation(seq); o != nil {
					v.Operations = append(v.Operations, fateStepOf(s, o, n, mine))
				}
			}
			if v.Idea.Mine {
				v.Coauthors = coauthorsOf(s, n)
			}
			if f.Proposal != 0 {
				p := proposalOf(s, f.Proposal)
				v.Proposal = &p
			}
			list = append(list, v)
		}
	})
	ideas := make([]ideaView, len(list))
	for i := range list {
		ideas[i] = list[i].Idea
	}
	if err := a.fill(c, ideas); err != nil {
		return nil, err
	}
	for i := range list {
		v := &list[i]
		v.Idea = ideas[i]
		if err := a.fillSteps(c, v.Operations); err != nil {
			return nil, err
		}
		if v.item != 0 {
			v.Item = &proposedItem{Item: v.item}
			v.Item.place(rows)
		}
		if v.Proposal != nil {
			for k := range v.Proposal.Items {
				v.Proposal.Items[k].place(rows)
			}
		}
	}
	return list, nil
}

// fillSteps adds what texts say.
func (a *API) fillSteps(c *fiber.Ctx, list []fateStep) error {
	var digests []topic.Digest
	for i := range list {
		digests = append(append(digests, list[i].title, list[i].reason), list[i].Appeal.digests()...)
	}
	texts, err := a.Journal.Texts(c.UserContext(), c.Params("topic"), digests)
	if err != nil {
		return err
	}
	for i := range list {
		list[i].fill(texts)
		list[i].Appeal.fill(texts)
	}
	return nil
}

// brief is a cluster without its representatives, nil where there is none.
func (b *board) brief(cluster uint32) *clusterView {
	at, ok := b.find(cluster)
	if !ok {
		return nil
	}
	v := b.clusters[at]
	v.Representatives, v.Alternatives = []uint32{}, []string{}
	return &v
}
