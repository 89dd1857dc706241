package topic

import "slices"

// Own is a text of a person, as erasure names it.
type Own struct {
	Target ErasureTarget `json:"target"`
	Number uint64        `json:"number"`
}

// OwnTexts answers the texts that the person with that debate pseudonym wrote or
// answered and that are not erased, in the order of targets and numbers: remarks,
// ideas, answers of the form, questions, reports, appeals. O(all texts).
func (s *State) OwnTexts(who Pseudonym) []Own {
	var list []Own
	gone := s.erasedDigests()
	add := func(target ErasureTarget, n int, mine bool) {
		if !mine {
			return
		}
		if d, err := s.DigestFor(target, uint64(n)); err == nil && !gone[d] {
			list = append(list, Own{target, uint64(n)})
		}
	}
	for i := range s.Remarks {
		add(EraseRemark, i+1, s.wrote(who, s.Remarks[i].Author))
	}
	for i := range s.Ideas {
		add(EraseIdea, i+1, s.wrote(who, Actor{RoleCitizen, s.Ideas[i].Author}))
	}
	for i := range s.Applications {
		add(EraseApplication, i+1, s.Applications[i].Pseudonym == who && !s.Applications[i].Erased)
	}
	for i := range s.Superseded {
		x := &s.Superseded[i]
		add(EraseSuperseded, i+1, s.wrote(who, x.By) && !x.Erased)
	}
	for i := range s.Flags {
		add(EraseFlagNote, i+1, s.wrote(who, s.Flags[i].By))
	}
	for i := range s.Questions {
		add(EraseQuestion, i+1, s.wrote(who, s.Questions[i].By))
	}
	for i := range s.Floors {
		add(EraseReport, i, s.wrote(who, s.Floors[i].ReportBy))
	}
	for i := range s.Appeals {
		add(EraseAppeal, i+1, s.wrote(who, s.Appeals[i].By))
	}
	for i := range s.Troubles {
		t := &s.Troubles[i]
		add(EraseTrouble, i+1, t.Reporter == who)
		for _, x := range t.Steps {
			add(EraseTroubleReply, int(x.Seq), t.Reporter == who && x.By.Role == RoleCitizen)
		}
	}
	return list
}

// IsRow says whether a text is what someone answered when they applied.
func (s *State) IsRow(x Own) bool { return s.isRow(x.Target, x.Number) }

// Named is a text with its digest.
type Named struct {
	Own
	Digest Digest
}

// NamedTexts answers every text of the topic whose digest passes want, erased or
// not. O(all texts).
func (s *State) NamedTexts(want func(Digest) bool) []Named {
	var list []Named
	look := func(target ErasureTarget, n uint64) {
		if d, err := s.DigestFor(target, n); err == nil && want(d) {
			list = append(list, Named{Own{target, n}, d})
		}
	}
	for _, x := range []struct {
		count   int
		targets []ErasureTarget
	}{
		{len(s.Remarks), []ErasureTarget{EraseRemark, EraseRemoval}}, {len(s.Ideas), []ErasureTarget{EraseIdea}},
		{len(s.Applications), []ErasureTarget{EraseApplication}}, {len(s.Items), []ErasureTarget{EraseSummary}},
		{len(s.Superseded), []ErasureTarget{EraseSuperseded}}, {len(s.Flags), []ErasureTarget{EraseFlagNote, EraseFlagReason}},
		{len(s.Questions), []ErasureTarget{EraseQuestion, EraseAnswer}}, {len(s.Floors), []ErasureTarget{EraseReport}},
		{len(s.Appeals), []ErasureTarget{EraseAppeal, EraseAppealReason}}, {len(s.Sanctions), []ErasureTarget{EraseSanction, EraseLift}},
		{len(s.Troubles), []ErasureTarget{EraseTrouble}}, {len(s.SignalLooks), []ErasureTarget{EraseSignalReason}},
	} {
		for n := range x.count {
			for _, target := range x.targets {
				look(target, uint64(n+1))
			}
		}
	}
	for i := range s.Troubles {
		for _, x := range s.Troubles[i].Steps {
			look(EraseTroubleReply, x.Seq)
		}
	}
	for i := range s.Checks {
		look(EraseProposed, s.Checks[i].Seq)
	}
	operation := func(seq uint64) {
		look(EraseReason, seq)
		look(EraseTitle, seq)
		look(EraseUndoReason, seq)
	}
	for i := range s.Board.Operations {
		operation(s.Board.Operations[i].Seq)
	}
	for i := range s.Board.Drafts {
		operation(s.Board.Drafts[i].Asked.Seq)
	}
	return list
}

func (s *State) erasedDigests() map[Digest]bool {
	gone := make(map[Digest]bool, len(s.Erasures))
	for i := range s.Erasures {
		gone[s.Erasures[i].Digest] = true
	}
	return gone
}

// MostErased is the most texts that one command erases.
const MostErased = 400

// EraseOwn destroys texts of the actor's own, wherever the topic stands. Those
// that are gone already are passed over.
type EraseOwn struct{ Texts []Own }

// Action names the policy's rule.
func (EraseOwn) Action() Action { return ActionEraseOwn }

func (c EraseOwn) decide(s *State, in *Input) error {
	if len(c.Texts) == 0 || len(c.Texts) > MostErased {
		return faultf(CodeInvalid, "name 1 to %d texts, not %d", MostErased, len(c.Texts))
	}
	mine := s.OwnTexts(in.Who.Pseudonym)
	seen := map[Own]bool{}
	for _, x := range c.Texts {
		if seen[x] {
			continue
		}
		seen[x] = true
		d, err := s.DigestFor(x.Target, x.Number)
		if err != nil {
			return err
		}
		if !slices.Contains(mine, x) {
			if s.erasedDigests()[d] {
				continue
			}
			return faultf(CodeForbidden, "this text is somebody else's: report it, and a moderator decides")
		}
		if s.isRow(x.Target, x.Number) && s.Committed() != 0 {
			return s.bound("what the pool holds (this answer is erased right after)")
		}
		in.emit(&TextErased{Target: x.Target, Number: x.Number, Digest: d, Reason: "author-request"})
	}
	return nil
}

// RowsErased destroys what people answered when they applied, of many at once.
// Who applied, and how many, stays.
type RowsErased struct {
	Applications []uint64
	Earlier      []uint64 // earlier answers, by their number among the superseded texts
	Rows         []Digest `class:"answers"` // of both, in that order
	Reason       string   `class:"decision"`
}

func (*RowsErased) kind() Kind { return KindRowsErased }

func (b *RowsErased) apply(s *State, _ *Event) uint64 {
	for _, n := range b.Applications {
		s.Applications[n-1].Erased = true
	}
	for _, n := range b.Earlier {
		s.Superseded[n-1].Erased = true
	}
	return uint64(len(b.Rows))
}

// MostRows is the most rows of one RowsErased event.
const MostRows = 2000

// EraseRows destroys rows whose time has come, or whose people left. The rows of
// a pool that is being drawn from stay until it is drawn.
type EraseRows struct {
	Applications []uint64
	Earlier      []uint64
	Reason       string
}

// Action names the policy's rule.
func (EraseRows) Action() Action { return ActionRetain }

func (c EraseRows) decide(s *State, in *Input) error {
	if s.Committed() != 0 {
		return s.bound("what the pool holds")
	}
	if n := len(c.Applications) + len(c.Earlier); n > MostRows {
		return faultf(CodeInvalid, "%d rows are too many at once, the most are %d", n, MostRows)
	}
	if !slices.Contains(ErasureReasons, c.Reason) {
		return faultf(CodeInvalid, "%q is no reason for an erasure", clip(c.Reason))
	}
	e := RowsErased{Reason: c.Reason}
	for _, n := range c.Applications {
		if !among(n, len(s.Applications)) {
			return faultf(CodeNotFound, "there is no application %d", n)
		}
		if a := &s.Applications[n-1]; !a.Erased && a.Status != ApplicationImporting && !slices.Contains(e.Applications, n) {
			e.Applications, e.Rows = append(e.Applications, n), append(e.Rows, a.Row)
		}
	}
	for _, n := range c.Earlier {
		if !among(n, len(s.Superseded)) || !s.Superseded[n-1].Row {
			return faultf(CodeNotFound, "there are no earlier answers %d", n)
		}
		if x := &s.Superseded[n-1]; !x.Erased && !slices.Contains(e.Earlier, n) {
			e.Earlier, e.Rows = append(e.Earlier, n), append(e.Rows, x.Text)
		}
	}
	if len(e.Rows) > 0 {
		in.emit(&e)
	}
	return nil
}
