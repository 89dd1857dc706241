package api

import (
	"cmp"
	"slices"

	"github.com/gofiber/fiber/v2"

	"veche/server/journal"
	"veche/server/topic"
)

// caseView is what waits for a decision, as those see it who decide.
type caseView struct {
	Subject  topic.Subject        `json:"subject"`
	Severity topic.Severity       `json:"severity"`
	Since    int64                `json:"since"`
	Due      int64                `json:"due"`
	Own      bool                 `json:"own"` // the reader wrote it, or made the decision that an appeal is against
	Author   journal.RemarkAuthor `json:"author"`
	Person   uint64               `json:"person"` // the author's application, 0 for staff and imported ideas
	Earlier  int                  `json:"earlier"`
	Remark   *journal.Remark      `json:"remark"`            // null for an idea
	Idea     *ideaView            `json:"idea"`              // null for a message
	Held     string               `json:"held" class:"text"` // the text, where nobody has read it yet
	Flags    []flagView           `json:"flags"`
	Claim    *claimView           `json:"claim"`
	Proposed *proposedView        `json:"proposed"` // a removal that waits for a second person
	Appeal   *appealView          `json:"appeal"`

	remark, idea uint32
	held         topic.Digest
}

type flagView struct {
	Flag   uint32               `json:"flag"`
	Reason topic.FlagReason     `json:"reason"`
	Note   string               `json:"note" class:"text"`
	Time   int64                `json:"time" class:"conduct"`
	By     journal.RemarkAuthor `json:"by"`

	note topic.Digest
}

type claimView struct {
	By   string `json:"by" class:"pseudonym"`
	Mine bool   `json:"mine"`
	Till int64  `json:"till"`
}

type proposedView struct {
	By     string `json:"by" class:"pseudonym"`
	Mine   bool   `json:"mine"`
	Reason string `json:"reason" class:"decision"`
	Time   int64  `json:"time" class:"decision"`

	reason topic.Digest
}

// settledView is a case that was decided.
type settledView struct {
	Subject topic.Subject        `json:"subject"`
	Author  journal.RemarkAuthor `json:"author"`
	Reasons []topic.FlagReason   `json:"reasons"`
	Outcome topic.FlagOutcome    `json:"outcome"`
	By      string               `json:"by" class:"pseudonym"`
	Because string               `json:"because" class:"decision"`
	Text    string               `json:"text" class:"text"` // "" where it is not shown any more
	Time    int64                `json:"time" class:"decision"`

	because, text topic.Digest
}

// Most of what the queue lists at once.
const (
	maxCases   = 500
	maxSettled = 100
)

// mineIs says that an actor is the reader.
func (w standing) mineIs(s *topic.State, a topic.Actor) bool { return slices.Contains(w.actors(s), a) }

// listCases answers the queue: the most severe first, of those the one due first,
// and the last that were settled.
func (a *API) listCases(c *fiber.Ctx) error {
	view, who, err := a.visit(c)
	if err != nil {
		return err
	}
	now := a.now()
	list, settled, total := []caseView{}, []settledView{}, 0
	var rules topic.Moderation
	view.Read(func(s *topic.State, _ uint64) {
		rules = s.Moderation.Complete()
		open := openCases(s)
		total = len(open)
		for _, x := range open {
			if !who.person.Has(topic.RoleModerator) && x.Kind != topic.SubjectRemark {
				total--
				continue // moderators decide on ideas and hear appeals
			}
			list = append(list, who.caseOf(s, x, now))
		}
		settled = who.settledOf(s)
	})
	slices.SortStableFunc(list, func(a, b caseView) int {
		return cmp.Or(cmp.Compare(b.Severity, a.Severity), cmp.Compare(a.Due, b.Due), cmp.Compare(a.Since, b.Since))
	})
	list = list[:min(len(list), maxCases)]
	if err := a.fillCases(c, list); err != nil {
		return err
	}
	digests := make([]topic.Digest, 0, 2*len(settled))
	for _, v := range settled {
		digests = append(digests, v.because, v.text)
	}
	texts, err := a.Journal.Texts(c.UserContext(), c.Params("topic"), digests)
	if err != nil {
		return err
	}
	for i := range settled {
		settled[i].Because, settled[i].Text = string(texts[settled[i].because].Body), string(texts[settled[i].text].Body)
	}
	return c.JSON(fiber.Map{"now": now, "total": total, "cases": list, "settled": settled, "rules": moderationOf(rules)})
}

// openCases are the subjects that something waits for, in no order of theirs.
func openCases(s *topic.State) []topic.Subject {
	list := slices.Clone(s.Held)
	seen := map[topic.Subject]bool{}
	for i := range s.Flags {
		if x := s.Flags[i].Subject; s.Flags[i].Outcome == topic.FlagOpen && !seen[x] {
			seen[x] = true
			list = append(list, x)
		}
	}
	for i := range s.Appeals {
		if s.Appeals[i].Outcome == topic.AppealOpen {
			list = append(list, topic.Subject{Kind: topic.SubjectAppeal, Number: uint64(i + 1)})
		}
	}
	return list
}

// caseOf views an open case, all but the texts.
func (w standing) caseOf(s *topic.State, x topic.Subject, now int64) caseView {
	author := s.AuthorOf(x)
	v := caseView{Subject: x, Severity: s.SeverityOf(x), Author: journal.Author(s, author), Own: w.mineIs(s, author), Flags: []flagView{}}
	if author.Role == topic.RoleCitizen && author.Number != 0 {
		v.Person = author.Number
		for _, n := range s.SanctionsOf(author.Number) {
			if s.Sanctions[n-1].Lifted == 0 {
				v.Earlier++
			}
		}
	}
	if s.Holds(x) {
		v.held = textOf(s, x)
		if x.Kind == topic.SubjectRemark {
			v.Since = s.Remarks[x.Number-1].Time
		} else {
			v.Since = s.Ideas[x.Number-1].Time
		}
	}
	about := x
	if x.Kind == topic.SubjectAppeal {
		p := appealOf(s, uint32(x.Number))
		v.Appeal, v.Since, about = &p, p.Time, p.Subject
		v.Own = v.Own || w.mineIs(s, s.Appeals[x.Number-1].Judge)
	}
	switch about.Kind {
	case topic.SubjectRemark:
		v.remark = uint32(about.Number)
	case topic.SubjectIdea:
		v.idea = uint32(about.Number)
	}
	for _, n := range s.FlagsOf(x) {
		f := &s.Flags[n-1]
		if f.Outcome != topic.FlagOpen {
			continue
		}
		if v.Since == 0 {
			v.Since = f.Time
		}
		y := flagView{Flag: n, Reason: f.Reason, Time: f.Time, By: journal.Author(s, f.By), note: f.Note}
		if v.Own { // nobody learns who reported them
			y.By, y.note = journal.RemarkAuthor{}, topic.Digest{}
		}
		v.Flags = append(v.Flags, y)
	}
	if k, ok := s.ClaimOf(x, now); ok {
		v.Claim = &claimView{By: doer(k.By), Mine: w.mineIs(s, k.By), Till: k.Time + topic.ClaimLife}
	}
	if k, ok := s.CheckOf(x); ok {
		v.Proposed = &proposedView{By: doer(k.By), Mine: w.mineIs(s, k.By), Time: k.Time, reason: k.Reason}
	}
	v.Due = s.Moderation.Deadline(v.Severity, v.Since)
	return v
}

// fillCases adds what texts say.
func (a *API) fillCases(c *fiber.Ctx, list []caseView) error {
	var remarks []uint32
	var ideas []ideaView
	var digests []topic.Digest
	view, err := a.view(c)
	if err != nil {
		return err
	}
	view.Read(func(s *topic.State, _ uint64) {
		for i := range list {
			v := &list[i]
			if v.remark != 0 {
				remarks = append(remarks, v.remark)
			}
			if v.idea != 0 {
				ideas = append(ideas, ideaOf(s, v.idea, 0))
			}
			digests = append(digests, v.held)
			for _, f := range v.Flags {
				digests = append(digests, f.note)
			}
			if v.Proposed != nil {
				digests = append(digests, v.Proposed.reason)
			}
			if v.Appeal != nil {
				digests = append(digests, v.Appeal.digests()...)
			}
		}
	})
	shown, err := a.Journal.ShowRemarks(c.UserContext(), c.Params("topic"), remarks)
	if err != nil {
		return err
	}
	if err := a.fill(c, ideas); err != nil {
		return err
	}
	texts, err := a.Journal.Texts(c.UserContext(), c.Params("topic"), digests)
	if err != nil {
		return err
	}
	for i := range list {
		v := &list[i]
		if v.remark != 0 {
			v.Remark, shown = &shown[0], shown[1:]
		}
		if v.idea != 0 {
			v.Idea, ideas = &ideas[0], ideas[1:]
		}
		v.Held = string(texts[v.held].Body)
		for k := range v.Flags {
			v.Flags[k].Note = string(texts[v.Flags[k].note].Body)
		}
		if v.Proposed != nil {
			v.Proposed.Reason = string(texts[v.Proposed.reason].Body)
		}
		if v.Appeal != nil {
			v.Appeal.fill(texts)
		}
	}
	return nil
}

// settledOf are the texts that were decided on last, the last first.
func (w standing) settledOf(s *topic.State) []settledView {
	list := []settledView{}
	at := map[topic.Subject]map[int64]int{}
	flags := make([]int, 0, len(s.Flags))
	for i := range s.Flags {
		if s.Flags[i].Outcome != topic.FlagOpen {
			flags = append(flags, i)
		}
	}
	slices.SortStableFunc(flags, func(a, b int) int { return cmp.Compare(s.Flags[b].Handled, s.Flags[a].Handled) })
	for _, i := range flags {
		f := &s.Flags[i]
		if n, ok := at[f.Subject][f.Handled]; ok {
			list[n].Reasons = append(list[n].Reasons, f.Reason)
			continue
		}
		if len(list) == maxSettled {
			break
		}
		v := settledView{Subject: f.Subject, Author: journal.Author(s, s.AuthorOf(f.Subject)), Reasons: []topic.FlagReason{f.Reason}, Outcome: f.Outcome, By: doer(f.Handler), Time: f.Handled, because: f.Because}
		if s.Shown(f.Subject) {
			v.text = textOf(s, f.Subject)
		}
		if at[f.Subject] == nil {
			at[f.Subject] = map[int64]int{}
		}
		at[f.Subject][f.Handled] = len(list)
		list = append(list, v)
	}
	return list
}

// textOf is the text of a message or an idea.
func textOf(s *topic.State, x topic.Subject) topic.Digest {
	switch x.Kind {
	case topic.SubjectRemark:
		return s.Remarks[x.Number-1].Text
	case topic.SubjectIdea:
		return s.Ideas[x.Number-1].Text
	}
	return topic.Digest{}
}

func (a *API) claimCases(c *fiber.Ctx) error {
	var in struct {
		ClientID string          `json:"client_id" class:"none"`
		Cases    []topic.Subject `json:"cases"`
		Release  bool            `json:"release"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	ack, err := a.submit(c, in.ClientID, topic.ClaimCases{Subjects: in.Cases, Release: in.Release})
	if err != nil {
		return err
	}
	return acknowledge(c, fiber.StatusOK, ack, nil)
}

// settleCases decides on one case or several at once. Where a second person has
// to confirm, proposed says how many wait for that.
func (a *API) settleCases(c *fiber.Ctx) error {
	var in struct {
		ClientID string            `json:"client_id" class:"none"`
		Cases    []topic.Subject   `json:"cases"`
		Outcome  topic.FlagOutcome `json:"outcome"`
		Reason   string            `json:"reason" class:"decision"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	reason, err := reasonText(in.Reason)
	if err != nil {
		return err
	}
	if err := a.notAbout(c, a.authorsOf(c, in.Cases...)...); err != nil {
		return err
	}
	r, err := a.requested(c, in.ClientID, topic.SettleCases{Subjects: in.Cases, Outcome: in.Outcome, Reason: reason.Digest()}, reason)
	if err != nil {
		return err
	}
	if r.Quoted, err = a.quoted(c, in.Cases...); err != nil {
		return err
	}
	ack, err := a.Journal.Submit(c.UserContext(), c.Params("topic"), r)
	if err != nil {
		return err
	}
	view, err := a.view(c)
	if err != nil {
		return err
	}
	proposed := 0
	view.Read(func(s *topic.State, _ uint64) {
		for _, x := range in.Cases {
			if k, ok := s.CheckOf(x); ok && k.Reason == reason.Digest() {
				proposed++
			}
		}
	})
	return acknowledge(c, fiber.StatusOK, ack, fiber.Map{"proposed": proposed})
}
