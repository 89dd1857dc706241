package topic

import "slices"

// Electorate is who may vote in a poll.
type Electorate uint8

// The electorates.
const (
	ElectoratePanel    Electorate = iota + 1 // participants of the topic
	ElectorateTable                          // participants of one table
	ElectorateEveryone                       // whoever is signed in
)

var electorateNames = [...]string{"", "panel", "table", "everyone"}

// String is the electorate's name.
func (e Electorate) String() string { return nameOf(electorateNames[:], int(e)) }

// MarshalText writes the electorate's name.
func (e Electorate) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText reads the electorate's name.
func (e *Electorate) UnmarshalText(b []byte) error {
	n, err := parseName("electorate", electorateNames[:], b)
	*e = Electorate(n)
	return err
}

// PollTime is when a poll is held.
type PollTime uint8

// The times. A poll of a window of its own opens and closes in any step.
const (
	PollWindow PollTime = iota + 1
	PollBefore          // before the debate
	PollAfter           // after the debate
	PollDuring          // at the tables, in the debate
)

var pollTimes = [...]string{"", "window", "before-debate", "after-debate", "at-tables"}

// String is the time's name.
func (p PollTime) String() string { return nameOf(pollTimes[:], int(p)) }

// MarshalText writes the time's name.
func (p PollTime) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads the time's name.
func (p *PollTime) UnmarshalText(b []byte) error {
	n, err := parseName("time of a poll", pollTimes[:], b)
	*p = PollTime(n)
	return err
}

// PollStatus is how far a poll is.
type PollStatus uint8

// The statuses.
const (
	PollDraft PollStatus = iota
	PollOpen
	PollEnded
)

var pollStatuses = [...]string{"draft", "open", "closed"}

// String is the status's name.
func (p PollStatus) String() string { return nameOf(pollStatuses[:], int(p)) }

// MarshalText writes the status's name.
func (p PollStatus) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// Bounds of a poll.
const (
	MinPollOptions = 2
	MaxPollOptions = 20
	MaxPolls       = 200
	maxPollOption  = 300 // characters
	maxPollExplain = 4000

	// FewBallots is the least count that results tell: fewer people, and their
	// votes could be guessed.
	FewBallots = 5
)

// PollTerms are what voters are asked, and how. They stand once the poll opens.
type PollTerms struct {
	Question   string   `class:"none"`
	Explain    string   `class:"none"` // what one should know before one votes
	Options    []string `class:"none"`
	Min, Max   uint32   // how many options a ballot chooses
	Electorate Electorate
	Table      uint32 // of a poll of one table
	When       PollTime
	Live       bool     // counts are shown while the poll is open
	Closes     int64    // Unix milliseconds after which no ballot is taken, 0 for none
	Strata     []string `class:"none"` // features by which results are shown, at most MaxStrata
	After      uint32   // the poll whose question is asked again, 0 for none
	Entitled   uint64   // how many may vote, where everyone may; 0 for unknown
	Own        bool     // voters may propose options while the poll is open
}

// Poll is a question that is put to a vote. A ballot's number is its place on
// the roll, from 1.
type Poll struct {
	PollTerms
	Status PollStatus
	Seq    uint64 // of the last event about its terms, opening or close
	Opened int64  `class:"none"`
	Closed int64
	Added  []AddedOption // since it opened; Options holds them too

	Roll      []Pseudonym `class:"pseudonym"` // ballots issued
	Marks     []uint32    // by ballot: bit i is option i+1, 0 for none cast
	Cast      []uint64    // by ballot: seq of the word that stands, 0 for none
	Strata    []string    `class:"none"`
	StratumOf []uint32    // by ballot, 0 for none, may be shorter than Roll
	Step      []uint64    // counts by option as every FewBallots-th ballot came, may be shorter than Options

	// Derived.
	roll   roll
	counts []uint64 // by option
	cast   uint64
}

// Group names the roll of pseudonyms: a poll that asks again has that of the
// first, every other its own.
func (p *Poll) Group(number uint32) uint32 {
	if p.After != 0 {
		return p.After
	}
	return number
}

// BallotOf answers the number of a pseudonym's ballot in the poll, 0 for none.
func (p *Poll) BallotOf(x Pseudonym) uint64 { return p.roll.find(p.Roll, x) }

// CastCount is how many ballots have been cast.
func (p *Poll) CastCount() uint64 { return p.cast }

// Counts answers how many ballots chose each option.
func (p *Poll) Counts() []uint64 { return slices.Clone(p.counts) }

// Told answers what may be told of the counts: while the poll is open as they
// stood at the last whole FewBallots ballots, so that two answers never differ by
// the ballot of one; afterwards all.
func (p *Poll) Told() (counts []uint64, cast uint64) {
	if p.Status != PollOpen {
		return p.Counts(), p.cast
	}
	counts = make([]uint64, len(p.Options))
	copy(counts, p.Step)
	return counts, p.cast - p.cast%FewBallots
}

// PollMade fixes the terms of a poll that is not open yet.
type PollMade struct {
	Poll  uint32 // 0 for a new one
	Terms PollTerms
}

func (*PollMade) kind() Kind { return KindPollMade }

func (b *PollMade) apply(s *State, e *Event) uint64 {
	n := b.Poll
	if n == 0 {
		s.Polls = append(s.Polls, Poll{})
		n = uint32(len(s.Polls))
	}
	p := &s.Polls[n-1]
	p.PollTerms, p.Seq = b.Terms, e.Seq
	p.index()
	return uint64(n)
}

// MakePoll makes a poll, or changes one that has not opened (Poll not 0); the
// answer is its number. One that asks again takes over what the first asked,
// with its options as they stood at the close, and no others.
type MakePoll struct{ PollMade }

// Action names the policy's rule.
func (MakePoll) Action() Action { return ActionMakePoll }

func (c MakePoll) decide(s *State, in *Input) error {
	switch {
	case !atMost(c.Poll, len(s.Polls)):
		return faultf(CodeNotFound, "there is no poll %d", c.Poll)
	case c.Poll != 0 && s.Polls[c.Poll-1].Status != PollDraft:
		return faultf(CodeConflict, "poll %d has opened: what it asks can't change any more; close it and make another", c.Poll)
	case c.Poll == 0 && len(s.Polls) >= MaxPolls:
		return faultf(CodeConflict, "there are %d polls already, the most there can be", MaxPolls)
	}
	b := c.PollMade
	if n := b.Terms.After; n != 0 {
		if !among(n, len(s.Polls)) {
			return faultf(CodeNotFound, "there is no poll %d that could be asked again", n)
		}
		first := &s.Polls[n-1]
		if first.Status != PollEnded || first.After != 0 {
			return faultf(CodeConflict, "poll %d can't be asked again: it has to be closed first, and be no second asking itself", n)
		}
		t := first.PollTerms
		t.After, t.When, t.Live, t.Closes, t.Entitled, t.Own = n, b.Terms.When, b.Terms.Live, b.Terms.Closes, b.Terms.Entitled, false
		b.Terms = t
	}
	if err := b.Terms.check(s); err != nil {
		return err
	}
	in.emit(&b)
	return nil
}

func (t *PollTerms) check(s *State) error {
	words := []wording{{"question", t.Question, true, MaxReason}, {"explain", t.Explain, false, maxPollExplain}}
	for _, o := range t.Options {
		words = append(words, wording{"options", o, true, maxPollOption})
	}
	if err := wordings(words); err != nil {
		return err
	}
	n, most := uint32(len(t.Options)), uint32(MaxPollOptions)
	if t.After != 0 {
		most = MaxBallotOptions // with those that were added to the first
	}
	switch {
	case n < MinPollOptions || n > most:
		return faultf(CodeInvalid, "a poll has %d to %d options, not %d", MinPollOptions, most, n)
	case t.Min == 0 || t.Min > t.Max || t.Max > n:
		return faultf(CodeInvalid, "a ballot can't choose %d to %d of %d options", t.Min, t.Max, n)
	case t.Electorate == 0 || int(t.Electorate) >= len(electorateNames):
		return faultf(CodeInvalid, "say who may vote: panel, table or everyone")
	case t.Electorate == ElectorateTable && !among(t.Table, int(s.Tables)):
		return faultf(CodeNotFound, "there is no table %d", t.Table)
	case t.Electorate != ElectorateTable && t.Table != 0:
		return faultf(CodeInvalid, "a table is named though the poll is not for one table")
	case t.When == 0 || int(t.When) >= len(pollTimes):
		return faultf(CodeInvalid, "say when the poll is held: window, before-debate, after-debate or at-tables")
	case t.Entitled != 0 && t.Electorate != ElectorateEveryone:
		return faultf(CodeInvalid, "how many may vote is told only where everyone may: else the ballots issued are counted")
	case len(t.Strata) > 0 && t.Electorate != ElectoratePanel:
		return faultf(CodeInvalid, "results by feature are for polls of all participants: of others the features are not known, or they are too few")
	case t.Live && (t.Electorate == ElectorateTable || t.When == PollDuring || len(t.Strata) > 0):
		return faultf(CodeInvalid, "counts can't be shown while this poll is open: at a table, or by features, each ballot would be told as it comes; hide them until it closes")
	case t.Closes < 0 || t.Closes > maxTime:
		return faultf(CodeInvalid, "a poll closes between the years 1970 and 9999, or at no set time")
	}
	for i, o := range t.Options {
		if slices.Contains(t.Options[:i], o) {
			return faultf(CodeInvalid, "the option %q stands twice", clip(o))
		}
		if k := alike(t.Options, i); k >= 0 {
			return faultf(CodeInvalid, "the options %d and %d look the same, %q: word one of them otherwise", k+1, i+1, clip(o))
		}
	}
	return s.checkStrata(t.Strata)
}

// PollOpened lets ballots be cast.
type PollOpened struct{ Poll uint32 }

func (*PollOpened) kind() Kind { return KindPollOpened }

func (b *PollOpened) apply(s *State, e *Event) uint64 {
	p := &s.Polls[b.Poll-1]
	p.Status, p.Opened, p.Seq = PollOpen, e.Time, e.Seq
	return uint64(b.Poll)
}

// OpenPoll lets ballots be cast.
type OpenPoll struct{ Poll uint32 }

// Action names the policy's rule.
func (OpenPoll) Action() Action { return ActionMakePoll }

func (c OpenPoll) decide(s *State, in *Input) error {
	p, err := s.poll(c.Poll)
	if err != nil {
		return err
	}
	if p.Status != PollDraft {
		return faultf(CodeConflict, "poll %d has opened already", c.Poll)
	}
	if p.Closes != 0 && in.Time >= p.Closes {
		return faultf(CodeConflict, "poll %d would close before it opens: give it a later end", c.Poll)
	}
	if why := s.outOfTime(p); why != "" {
		return faultf(CodeWrongStage, "%s: change when it is held, or open it in its time", why)
	}
	in.emit(&PollOpened{c.Poll})
	return nil
}

// outOfTime answers why a poll is not held in the topic's step, "" if it is.
func (s *State) outOfTime(p *Poll) string {
	debated, now := false, s.StageKind()
	for i := 0; i < int(s.StageIndex) && i < len(s.Settings.Stages); i++ {
		debated = debated || s.Settings.Stages[i].Kind == StageDebate
	}
	switch {
	case p.When == PollBefore && (debated || now == StageDebate):
		return "this poll is held before the debate, which has begun"
	case p.When == PollAfter && (!debated || now == StageDebate):
		return "this poll is held after the debate, which is not over"
	case p.When == PollDuring && now != StageDebate:
		return "this poll is held at the tables: the topic is now " + now.now()
	}
	return ""
}

// PollClosed ends a poll and says how the ballots stand.
type PollClosed struct {
	Poll   uint32
	Issued uint64
	Cast   uint64
	Counts []uint64 // by option; none where fewer than FewBallots were cast
}

func (*PollClosed) kind() Kind { return KindPollClosed }

func (b *PollClosed) apply(s *State, e *Event) uint64 {
	p := &s.Polls[b.Poll-1]
	p.Status, p.Closed, p.Seq = PollEnded, e.Time, e.Seq
	return uint64(b.Poll)
}

// ClosePoll ends a poll; its ballots are counted in the same event.
type ClosePoll struct{ Poll uint32 }

// Action names the policy's rule.
func (ClosePoll) Action() Action { return ActionMakePoll }

func (c ClosePoll) decide(s *State, in *Input) error {
	p, err := s.poll(c.Poll)
	if err != nil {
		return err
	}
	if p.Status != PollOpen {
		return faultf(CodeConflict, "poll %d is not open", c.Poll)
	}
	in.emit(p.Outcome(c.Poll))
	return nil
}

// Outcome is the event that closes the poll as its ballots stand now.
func (p *Poll) Outcome(number uint32) *PollClosed {
	b := &PollClosed{Poll: number, Issued: uint64(len(p.Roll)), Cast: p.cast}
	if p.cast >= FewBallots {
		b.Counts = p.Counts()
	}
	return b
}

func (s *State) poll(n uint32) (*Poll, error) {
	if !among(n, len(s.Polls)) {
		return nil, faultf(CodeNotFound, "there is no poll %d", n)
	}
	return &s.Polls[n-1], nil
}

// index rebuilds what is derived.
func (p *Poll) index() {
	p.roll.build(p.Roll)
	p.counts, p.cast = make([]uint64, len(p.Options)), 0
	for _, marks := range p.Marks {
		p.count(marks, 1)
	}
}

func (s *State) soundPolls() bool {
	return every(s.Polls, func(_ int, p *Poll) bool {
		n := len(p.Options)
		return n <= MaxBallotOptions && len(p.Step) <= n && p.Status <= PollEnded && len(p.Marks) == len(p.Roll) && len(p.Cast) == len(p.Roll) && len(p.StratumOf) <= len(p.Roll) &&
			(p.After == 0 || among(p.After, len(s.Polls)) && len(s.Polls[p.After-1].Options) == n) &&
			every(p.Added, func(_ int, x *AddedOption) bool { return among(x.Option, n) && among(x.Idea, len(s.Ideas)) }) &&
			every(p.Marks, func(_ int, m *uint32) bool { return *m>>n == 0 }) &&
			every(p.StratumOf, func(_ int, x *uint32) bool { return atMost(*x, len(p.Strata)) })
	})
}
