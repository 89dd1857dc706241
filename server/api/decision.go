package api

import (
	"cmp"
	"slices"

	"github.com/gofiber/fiber/v2"

	"veche/server/topic"
)

// decisionView is what was decided about someone's text, or about them: what,
// why, by whom, and whether they can appeal.
type decisionView struct {
	Subject   topic.Subject      `json:"subject"`
	What      string             `json:"what"` // removed, erased, warning, time-out or suspension
	Time      int64              `json:"time"`
	By        string             `json:"by"`
	Reason    string             `json:"reason"`
	Text      string             `json:"text"` // one's own words, "" where they were erased
	Room      uint32             `json:"room"`
	Until     int64              `json:"until"`
	Over      bool               `json:"over"` // restored, lifted or ended
	CanAppeal bool               `json:"can_appeal"`
	Appeal    *appealView        `json:"appeal"`
	Erasure   string             `json:"erasure"` // the reason where the text was erased
	Flags     []topic.FlagReason `json:"flags"`   // what it was reported for

	seq          uint64
	reason, text topic.Digest
}

// listDecisions answers what was decided about the person, the last first.
func (a *API) listDecisions(c *fiber.Ctx) error {
	view, who, err := a.visit(c)
	if err != nil {
		return err
	}
	list := []decisionView{}
	now := a.now()
	view.Read(func(s *topic.State, _ uint64) { list = append(list, decisionsOf(s, who.application(s), now)...) })
	var digests []topic.Digest
	for i := range list {
		digests = append(digests, list[i].reason, list[i].text)
		if list[i].Appeal != nil {
			digests = append(digests, list[i].Appeal.digests()...)
		}
	}
	texts, err := a.Journal.Texts(c.UserContext(), c.Params("topic"), digests)
	if err != nil {
		return err
	}
	for i := range list {
		v := &list[i]
		v.Reason, v.Text = string(texts[v.reason].Body), string(texts[v.text].Body)
		if v.Appeal != nil {
			v.Appeal.fill(texts)
			v.Appeal.Removed = ""
		}
	}
	return c.JSON(fiber.Map{"now": now, "decisions": list})
}

// decisionsOf are the decisions about a person and what they wrote, in time
// proportional to all removals and to their ideas.
func decisionsOf(s *topic.State, application uint64, now int64) []decisionView {
	var list []decisionView
	if application == 0 {
		return nil
	}
	me := topic.Actor{Role: topic.RoleCitizen, Number: application}
	for i := range s.Removals {
		if r := s.Removals[i]; slices.Contains(s.AuthorsOf(r.Subject), me) {
			list = append(list, removalOf(s, r))
		}
	}
	for n := range s.Ideas {
		x := topic.IdeaSubject(uint32(n + 1))
		if !s.Owns(application, uint32(n+1)) {
			continue
		}
		if r, ok := s.RemovalOf(x); ok {
			list = append(list, removalOf(s, r))
		}
	}
	for i := range s.Erasures {
		e := &s.Erasures[i]
		var x topic.Subject
		switch e.Target {
		case topic.EraseRemark:
			x = topic.RemarkSubject(uint32(e.Number))
		case topic.EraseIdea:
			x = topic.IdeaSubject(uint32(e.Number))
		default:
			continue
		}
		if slices.Contains(s.AuthorsOf(x), me) && textOf(s, x) == e.Digest {
			list = append(list, decisionView{Subject: x, What: "erased", Room: roomOf(s, x), Erasure: e.Reason, seq: e.Seq, Time: e.Time, By: doer(e.By), Flags: reportedFor(s, x)})
		}
	}
	for _, n := range s.SanctionsOf(application) {
		v := &s.Sanctions[n-1]
		x := topic.Subject{Kind: topic.SubjectSanction, Number: uint64(n)}
		list = append(list, decisionView{
			Subject: x, What: v.Kind.String(), Time: v.Time, By: doer(v.By), Until: v.Until, seq: v.Seq, reason: v.Reason,
			Over: v.Lifted != 0 || v.Until != 0 && v.Until <= now, CanAppeal: v.Lifted == 0, Flags: []topic.FlagReason{},
		})
	}
	for i := range list {
		v := &list[i]
		if n := s.AppealOf(v.Subject, v.seq, me); n != 0 {
			p := appealOf(s, uint32(n))
			v.Appeal, v.CanAppeal = &p, false
		}
	}
	slices.SortStableFunc(list, func(a, b decisionView) int { return cmp.Compare(b.seq, a.seq) })
	return list
}

func removalOf(s *topic.State, r topic.Removal) decisionView {
	v := decisionView{
		Subject: r.Subject, What: "removed", Time: r.Time, By: doer(r.By), Room: roomOf(s, r.Subject), Over: r.Restored != 0,
		seq: r.Seq, reason: r.Reason, text: textOf(s, r.Subject), Flags: reportedFor(s, r.Subject),
	}
	last, _ := s.RemovalOf(r.Subject)
	v.CanAppeal = !v.Over && last.Seq == r.Seq && !wordsGone(s, r.Subject)
	return v
}

func wordsGone(s *topic.State, x topic.Subject) bool {
	return x.Kind == topic.SubjectRemark && s.Remarks[x.Number-1].Erased || x.Kind == topic.SubjectIdea && s.Ideas[x.Number-1].Erased
}

// reportedFor are the reasons of the reports of a text that led to its removal.
func reportedFor(s *topic.State, x topic.Subject) []topic.FlagReason {
	list := []topic.FlagReason{}
	for _, n := range s.FlagsOf(x) {
		if f := &s.Flags[n-1]; f.Outcome == topic.FlagRemoved && !slices.Contains(list, f.Reason) {
			list = append(list, f.Reason)
		}
	}
	return list
}
