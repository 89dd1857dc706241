package topic

import "slices"

// MaxBallotOptions is the most options that a ballot can name, those counted in
// that voters proposed.
const MaxBallotOptions = 32

// AddedOption is an option that came into a poll after it had opened.
type AddedOption struct {
	Option uint32 // its number
	Idea   uint32 // that it comes from
	Seq    uint64
	Time   int64  `class:"text"`
	Voted  uint64 // ballots cast before it was there
}

// ProposeOption submits an idea that its author would have among the options of
// an open poll. It is under the name of the debate, as all ideas are, and never
// comes with a ballot: see the package's Design section. The answer is the idea.
type ProposeOption struct {
	Poll uint32
	Text Digest
	Lang string
}

// Action names the policy's rule.
func (ProposeOption) Action() Action { return ActionProposeOption }

func (c ProposeOption) decide(s *State, in *Input) error {
	if p, err := s.poll(c.Poll); err == nil && p.Status == PollDraft { // nobody but its planners knows of it
		return faultf(CodeNotFound, "there is no poll %d", c.Poll)
	}
	p, err := s.ownOptions(c.Poll, in.Time)
	switch {
	case err != nil:
		return err
	case !s.MayProposeOption(c.Poll, in.actor.Number):
		return faultf(CodeForbidden, "only those who take part in this topic and may vote in poll %d may propose an option", c.Poll)
	case len(p.Options) >= MaxBallotOptions:
		return faultf(CodeConflict, "poll %d has %d options, the most there can be", c.Poll, MaxBallotOptions)
	}
	if err := wellWritten(c.Text, c.Lang); err != nil {
		return err
	}
	in.emit(&IdeaSubmitted{Text: c.Text, Lang: c.Lang, Poll: c.Poll})
	return nil
}

// MayProposeOption says that someone may vote in a poll as the log knows them,
// 0 for nobody: where everyone may vote, someone who has applied.
func (s *State) MayProposeOption(poll uint32, application uint64) bool {
	p := &s.Polls[poll-1]
	if application == 0 {
		return false
	}
	if p.Electorate == ElectorateEveryone {
		return s.Applications[application-1].Status == ApplicationOpen
	}
	table, ok := s.Participant(application)
	return ok && (p.Electorate == ElectoratePanel || table == p.Table)
}

// ownOptions answers a poll whose options may grow now.
func (s *State) ownOptions(poll uint32, now int64) (*Poll, error) {
	p, err := s.poll(poll)
	switch {
	case err != nil:
		return nil, err
	case !p.Own:
		return nil, faultf(CodeConflict, "the options of poll %d are fixed: it was opened so", poll)
	case !s.TakesBallots(p, now):
		return nil, faultf(CodeWrongStage, "poll %d takes no options now: it is not open", poll)
	}
	return p, nil
}

// TakesBallots says that a poll is open, its time is not up, and the topic is
// where it is held.
func (s *State) TakesBallots(p *Poll, now int64) bool {
	return p.Status == PollOpen && (p.Closes == 0 || now < p.Closes) && s.outOfTime(p) == ""
}

// OptionOf answers the option that an idea became, 0 for none.
func (p *Poll) OptionOf(idea uint32) uint32 {
	for i := range p.Added {
		if p.Added[i].Idea == idea {
			return p.Added[i].Option
		}
	}
	return 0
}

// OptionAdded puts an idea among the options of an open poll, in the moderators'
// words: whatever becomes of the idea's text, voters go on to read what they voted
// on.
type OptionAdded struct {
	Poll   uint32
	Idea   uint32
	Option string `class:"text"`
}

func (*OptionAdded) kind() Kind { return KindOptionAdded }

func (b *OptionAdded) apply(s *State, e *Event) uint64 {
	p := &s.Polls[b.Poll-1]
	p.Options = append(slices.Clip(p.Options), b.Option) // the event of its terms holds the same list
	p.counts = append(p.counts, 0)
	n := uint32(len(p.Options))
	p.Added = append(p.Added, AddedOption{Option: n, Idea: b.Idea, Seq: e.Seq, Time: e.Time, Voted: p.cast})
	return uint64(n)
}

// AddOption puts an idea that was proposed for it among the options of an open
// poll; the answer is the option's number. Ballots cast before stand as they are.
type AddOption struct{ OptionAdded }

// Action names the policy's rule.
func (AddOption) Action() Action { return ActionAddOption }

func (c AddOption) decide(s *State, in *Input) error {
	p, err := s.ownOptions(c.Poll, in.Time)
	if err != nil {
		return err
	}
	if !among(c.Idea, len(s.Ideas)) || s.Ideas[c.Idea-1].Poll != c.Poll {
		return faultf(CodeNotFound, "there is no idea %d among those proposed for poll %d", c.Idea, c.Poll)
	}
	if err := wordings([]wording{{"option", c.Option, true, maxPollOption}}); err != nil {
		return err
	}
	switch {
	case s.Ideas[c.Idea-1].Erased:
		return faultf(CodeConflict, "the text of idea %d was erased", c.Idea)
	case s.Board.Hidden(c.Idea):
		return faultf(CodeConflict, "idea %d is hidden: show it first", c.Idea)
	case p.OptionOf(c.Idea) != 0:
		return faultf(CodeConflict, "idea %d is among the options already", c.Idea)
	case slices.Contains(p.Options, c.Option):
		return faultf(CodeConflict, "the option %q is there already", clip(c.Option))
	case alike(append(slices.Clip(p.Options), c.Option), len(p.Options)) >= 0:
		return faultf(CodeConflict, "the option %q looks the same as one that is there: word it otherwise", clip(c.Option))
	case len(p.Options) >= MaxBallotOptions:
		return faultf(CodeConflict, "poll %d has %d options, the most there can be", c.Poll, MaxBallotOptions)
	}
	b := c.OptionAdded
	in.emit(&b)
	return nil
}
