package topic

import (
	"fmt"
	"slices"
)

// Proposal is what is put forward to the city. Its texts, and those of its
// answers, are official: they stand in the log.
type Proposal struct {
	Items    []uint32 // the rating items that it comes from
	Title    string   `class:"decision"`
	Summary  string   `class:"decision"`
	Cost     string   `class:"decision"` // in words, with its unit
	By       Actor
	Seq      uint64           // of its last wording
	Time     int64            `class:"decision"`
	Answers  []ProposalAnswer // oldest first; the last one counts
	Progress []Progress       // oldest first
}

// Verdict is what officials decide about a proposal.
type Verdict uint8

// The verdicts.
const (
	VerdictAccepted Verdict = iota + 1
	VerdictPartly
	VerdictNo
)

var verdictNames = [...]string{"", "accepted", "partly", "no"}

// String is the verdict's name.
func (v Verdict) String() string { return nameOf(verdictNames[:], int(v)) }

// MarshalText writes the verdict's name.
func (v Verdict) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads the verdict's name.
func (v *Verdict) UnmarshalText(b []byte) error {
	n, err := parseName("decision", verdictNames[:], b)
	*v = Verdict(n)
	return err
}

// ProposalAnswer is the official reply to a proposal.
type ProposalAnswer struct {
	Decision    Verdict
	Reason      string `class:"decision"`
	Budget      string `class:"decision"` // in words, with its unit
	Responsible string `class:"decision"` // office or person in office
	Due         int64  // Unix milliseconds, 0 for none
	By          Actor
	Seq         uint64
	Time        int64 `class:"decision"`
}

// ProgressStatus is how far a proposal has come.
type ProgressStatus uint8

// The statuses.
const (
	ProgressPlanned ProgressStatus = iota + 1
	ProgressStarted
	ProgressDone
	ProgressStopped
)

var progressNames = [...]string{"", "planned", "started", "done", "stopped"}

// String is the status's name.
func (p ProgressStatus) String() string { return nameOf(progressNames[:], int(p)) }

// MarshalText writes the status's name.
func (p ProgressStatus) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads the status's name.
func (p *ProgressStatus) UnmarshalText(b []byte) error {
	n, err := parseName("status", progressNames[:], b)
	*p = ProgressStatus(n)
	return err
}

// Progress is a piece of news about a proposal.
type Progress struct {
	Status ProgressStatus
	Note   string `class:"decision"`
	By     Actor
	Seq    uint64
	Time   int64 `class:"decision"`
}

// ProposalPut puts a proposal forward, or words one anew.
type ProposalPut struct {
	Proposal uint32 // 0 for a new one
	Items    []uint32
	Title    string `class:"decision"`
	Summary  string `class:"decision"`
	Cost     string `class:"decision"`
}

func (*ProposalPut) kind() Kind { return KindProposalPut }

func (b *ProposalPut) apply(s *State, e *Event) uint64 {
	n := b.Proposal
	if n == 0 {
		s.Proposals = append(s.Proposals, Proposal{})
		n = uint32(len(s.Proposals))
	}
	p := &s.Proposals[n-1]
	p.Items, p.Title, p.Summary, p.Cost, p.By, p.Seq, p.Time = b.Items, b.Title, b.Summary, b.Cost, e.Actor, e.Seq, e.Time
	return uint64(n)
}

// Most of what a topic's proposals hold, in things and characters.
const (
	MaxProposals     = 1000
	MaxProposalItems = 100
	maxProposalText  = 20_000
	maxAnswerText    = 10_000
)

// PutProposal puts a proposal forward to the city, or words one anew (Proposal
// not 0); the answer is its number. Each rating item belongs to one at most.
type PutProposal struct{ ProposalPut }

// Action names the policy's rule.
func (PutProposal) Action() Action { return ActionPropose }

func (c PutProposal) decide(s *State, in *Input) error {
	if !atMost(c.Proposal, len(s.Proposals)) {
		return faultf(CodeNotFound, "there is no proposal %d", c.Proposal)
	}
	if c.Proposal == 0 && len(s.Proposals) >= MaxProposals {
		return faultf(CodeConflict, "there are %d proposals already, the most there can be", MaxProposals)
	}
	if len(c.Items) == 0 || len(c.Items) > MaxProposalItems {
		return faultf(CodeInvalid, "a proposal comes from 1 to %d rating items, not from %d", MaxProposalItems, len(c.Items))
	}
	for i, n := range c.Items {
		if !among(n, len(s.Items)) {
			return faultf(CodeNotFound, "there is no rating item %d", n)
		}
		if slices.Contains(c.Items[:i], n) {
			return faultf(CodeInvalid, "rating item %d stands twice", n)
		}
		if other := s.ProposalOf(n); other != 0 && other != c.Proposal {
			return faultf(CodeConflict, "rating item %d is in proposal %d already", n, other)
		}
	}
	if err := wordings([]wording{{"title", c.Title, true, MaxTitle}, {"summary", c.Summary, true, maxProposalText}, {"cost", c.Cost, false, MaxTitle}}); err != nil {
		return err
	}
	b := c.ProposalPut
	in.emit(&b)
	return nil
}

// wording is an official text to check.
type wording struct {
	field, text string
	need        bool
	longest     int
}

// wordings answers a Fault with every text that is not clean, too long or
// missing.
func wordings(list []wording) error {
	var places []Place
	for _, w := range list {
		if w.text == "" && !w.need {
			continue
		}
		clean, err := CleanText(w.field, w.text, w.longest)
		switch {
		case err != nil:
			places = append(places, Place{Field: w.field, Message: err.Error()})
		case clean != w.text:
			places = append(places, Place{Field: w.field, Message: "has space at its ends or hidden characters"})
		}
	}
	if len(places) == 0 {
		return nil
	}
	return &Fault{Code: CodeInvalid, Detail: fmt.Sprintf("%d field(s) are wrong, the first: %s %s", len(places), places[0].Field, places[0].Message), Places: places}
}

// ProposalOf answers the proposal that a rating item is in, 0 for none.
func (s *State) ProposalOf(item uint32) uint32 {
	for i := range s.Proposals {
		if slices.Contains(s.Proposals[i].Items, item) {
			return uint32(i + 1)
		}
	}
	return 0
}

// ProposalAnswered is the official reply to a proposal.
type ProposalAnswered struct {
	Proposal    uint32
	Decision    Verdict
	Reason      string `class:"decision"`
	Budget      string `class:"decision"`
	Responsible string `class:"decision"`
	Due         int64
}

func (*ProposalAnswered) kind() Kind { return KindProposalAnswered }

func (b *ProposalAnswered) apply(s *State, e *Event) uint64 {
	p := &s.Proposals[b.Proposal-1]
	p.Answers = append(p.Answers, ProposalAnswer{
		Decision: b.Decision, Reason: b.Reason, Budget: b.Budget, Responsible: b.Responsible, Due: b.Due, By: e.Actor, Seq: e.Seq, Time: e.Time,
	})
	return uint64(b.Proposal)
}

// AnswerProposal replies to a proposal, with a reason; a later reply replaces
// the one before, which stays to be read.
type AnswerProposal struct{ ProposalAnswered }

// Action names the policy's rule.
func (AnswerProposal) Action() Action { return ActionRespond }

func (c AnswerProposal) decide(s *State, in *Input) error {
	if !among(c.Proposal, len(s.Proposals)) {
		return faultf(CodeNotFound, "there is no proposal %d", c.Proposal)
	}
	if c.Decision == 0 || int(c.Decision) >= len(verdictNames) {
		return faultf(CodeInvalid, "say what was decided: accepted, partly or no")
	}
	if c.Due < 0 {
		return faultf(CodeInvalid, "the date lies before 1970")
	}
	err := wordings([]wording{{"reason", c.Reason, true, maxAnswerText}, {"budget", c.Budget, false, MaxTitle}, {"responsible", c.Responsible, c.Decision != VerdictNo, MaxTitle}})
	if err != nil {
		return err
	}
	b := c.ProposalAnswered
	in.emit(&b)
	return nil
}

// ProposalProgressed is news about a proposal.
type ProposalProgressed struct {
	Proposal uint32
	Status   ProgressStatus
	Note     string `class:"decision"`
}

func (*ProposalProgressed) kind() Kind { return KindProposalProgressed }

func (b *ProposalProgressed) apply(s *State, e *Event) uint64 {
	p := &s.Proposals[b.Proposal-1]
	p.Progress = append(p.Progress, Progress{Status: b.Status, Note: b.Note, By: e.Actor, Seq: e.Seq, Time: e.Time})
	return uint64(b.Proposal)
}

// ReportProgress tells how far an accepted proposal has come.
type ReportProgress struct{ ProposalProgressed }

// Action names the policy's rule.
func (ReportProgress) Action() Action { return ActionRespond }

func (c ReportProgress) decide(s *State, in *Input) error {
	if !among(c.Proposal, len(s.Proposals)) {
		return faultf(CodeNotFound, "there is no proposal %d", c.Proposal)
	}
	if c.Status == 0 || int(c.Status) >= len(progressNames) {
		return faultf(CodeInvalid, "say how far it has come: planned, started, done or stopped")
	}
	answers := s.Proposals[c.Proposal-1].Answers
	if len(answers) == 0 || answers[len(answers)-1].Decision == VerdictNo {
		return faultf(CodeConflict, "proposal %d has not been accepted: answer it first", c.Proposal)
	}
	if err := wordings([]wording{{"note", c.Note, true, maxAnswerText}}); err != nil {
		return err
	}
	b := c.ProposalProgressed
	in.emit(&b)
	return nil
}

func (s *State) soundProposals() bool {
	return every(s.Proposals, func(_ int, p *Proposal) bool {
		return every(p.Items, func(_ int, n *uint32) bool { return among(*n, len(s.Items)) })
	})
}
