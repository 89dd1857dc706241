package topic

// TroubleAbout is what a problem report is about.
type TroubleAbout uint8

// What it can be about.
const (
	TroubleProcess   TroubleAbout = iota + 1 // how the topic is run
	TroublePromise                           // what was promised and is not kept
	TroubleTechnical                         // the site itself
	TroubleOther
)

var troubleNames = [...]string{"", "process", "promise", "technical", "other"}

// String is the name of what it is about.
func (a TroubleAbout) String() string { return nameOf(troubleNames[:], int(a)) }

// MarshalText writes the name.
func (a TroubleAbout) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// UnmarshalText reads the name.
func (a *TroubleAbout) UnmarshalText(b []byte) error {
	n, err := parseName("thing a problem is about", troubleNames[:], b)
	*a = TroubleAbout(n)
	return err
}

// TroubleStatus is how far a problem report has come.
type TroubleStatus uint8

// The statuses.
const (
	TroubleOpen TroubleStatus = iota
	TroubleInHand
	TroubleSolved
	TroubleReopened
)

var troubleStatuses = [...]string{"open", "in-hand", "solved", "reopened"}

// String is the status's name.
func (v TroubleStatus) String() string { return nameOf(troubleStatuses[:], int(v)) }

// MarshalText writes the status's name.
func (v TroubleStatus) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads the status's name.
func (v *TroubleStatus) UnmarshalText(b []byte) error {
	n, err := parseName("status of a problem report", troubleStatuses[:], b)
	*v = TroubleStatus(n)
	return err
}

// Trouble is a person's report of a problem with the process, or of a promise
// that is not kept. Anyone who is signed in can make one, so its author is known
// by pseudonym.
type Trouble struct {
	Reporter    Pseudonym `class:"pseudonym"`
	About       TroubleAbout
	Proposal    uint32 // whose promise it is about, 0 for none
	Text        Digest `class:"text"`
	Time        int64  `class:"text"`
	Responsible string `class:"decision"`
	Due         int64
	Status      TroubleStatus
	Steps       []TroubleStep // oldest first
}

// TroubleStep is what was done about a problem.
type TroubleStep struct {
	Status      TroubleStatus
	Text        Digest `class:"text"`
	Responsible string `class:"decision"`
	Due         int64
	By          Actor
	Time        int64 `class:"decision"`
	Seq         uint64
}

// ended is when it was solved, 0 while it is not.
func (v *Trouble) ended() int64 {
	if n := len(v.Steps); n > 0 && v.Status == TroubleSolved {
		return v.Steps[n-1].Time
	}
	return 0
}

// TroubleReported is a problem report.
type TroubleReported struct {
	Reporter    Pseudonym `class:"pseudonym"`
	About       TroubleAbout
	Proposal    uint32
	Text        Digest `class:"text"`
	Responsible string `class:"decision"`
	Due         int64
}

func (*TroubleReported) kind() Kind { return KindTroubleReported }

func (b *TroubleReported) apply(s *State, e *Event) uint64 {
	s.Troubles = append(s.Troubles, Trouble{
		Reporter: b.Reporter, About: b.About, Proposal: b.Proposal, Text: b.Text, Time: e.Time, Responsible: b.Responsible, Due: b.Due,
	})
	return uint64(len(s.Troubles))
}

// Most of what a topic's problem reports hold.
const (
	maxTroubles     = 10_000
	maxOpenTroubles = 10 // of one person
	MaxTrouble      = 4000
)

const day = 24 * 3_600_000

// ReportTrouble reports a problem; the answer is its number. It goes at once to
// whom the topic names for it, with a deadline.
type ReportTrouble struct {
	About    TroubleAbout
	Proposal uint32
	Text     Digest
}

// Action names the policy's rule.
func (ReportTrouble) Action() Action { return ActionReportTrouble }

func (c ReportTrouble) decide(s *State, in *Input) error {
	switch {
	case c.About == 0 || int(c.About) >= len(troubleNames):
		return faultf(CodeInvalid, "say what the problem is about")
	case c.Text.IsZero():
		return faultf(CodeInvalid, "say what is wrong")
	case !atMost(c.Proposal, len(s.Proposals)):
		return faultf(CodeNotFound, "there is no proposal %d", c.Proposal)
	case len(s.Troubles) >= maxTroubles:
		return faultf(CodeConflict, "%d problems have been reported, the most there can be: write to the organisers", maxTroubles)
	}
	open := 0
	for i := range s.Troubles {
		if t := &s.Troubles[i]; t.Reporter == in.Who.Pseudonym && t.Status != TroubleSolved {
			open++
		}
	}
	if open >= maxOpenTroubles {
		return faultf(CodeConflict, "%d of your problem reports are still open: wait for that first", maxOpenTroubles)
	}
	m := s.Moderation.Complete()
	in.emit(&TroubleReported{
		Reporter: in.Who.Pseudonym, About: c.About, Proposal: c.Proposal, Text: c.Text, Responsible: m.Responsible, Due: in.Time + int64(m.Days)*day,
	})
	return nil
}

// TroubleMoved is what was done about a problem.
type TroubleMoved struct {
	Trouble     uint32
	Status      TroubleStatus
	Text        Digest `class:"text"`
	Responsible string `class:"decision"`
	Due         int64
}

func (*TroubleMoved) kind() Kind { return KindTroubleMoved }

func (b *TroubleMoved) apply(s *State, e *Event) uint64 {
	t := &s.Troubles[b.Trouble-1]
	t.Status, t.Responsible, t.Due = b.Status, b.Responsible, b.Due
	t.Steps = append(t.Steps, TroubleStep{Status: b.Status, Text: b.Text, Responsible: b.Responsible, Due: b.Due, By: e.Actor, Time: e.Time, Seq: e.Seq})
	return uint64(b.Trouble)
}

// MoveTrouble says who takes care of a problem until when, or that it is solved
// and how: its author reads it.
type MoveTrouble struct {
	Trouble     uint32
	Status      TroubleStatus // in hand or solved
	Text        Digest
	Responsible string
	Due         int64
}

// Action names the policy's rule.
func (MoveTrouble) Action() Action { return ActionHandleTrouble }

func (c MoveTrouble) decide(s *State, in *Input) error {
	switch {
	case !among(c.Trouble, len(s.Troubles)):
		return faultf(CodeNotFound, "there is no problem report %d", c.Trouble)
	case c.Status != TroubleInHand && c.Status != TroubleSolved:
		return faultf(CodeInvalid, "a problem is in hand or solved; its author reopens it")
	case c.Text.IsZero():
		return faultf(CodeInvalid, "say what is being done: the author reads it")
	case s.Troubles[c.Trouble-1].Status == TroubleSolved:
		return faultf(CodeConflict, "problem %d has been solved already: its author can reopen it", c.Trouble)
	case c.Due < 0:
		return faultf(CodeInvalid, "the date lies before 1970")
	}
	if err := wordings([]wording{{"responsible", c.Responsible, c.Status == TroubleInHand, MaxTitle}}); err != nil {
		return err
	}
	in.emit(&TroubleMoved{c.Trouble, c.Status, c.Text, c.Responsible, c.Due})
	return nil
}

// ReopenTrouble says that a problem which was called solved is not.
type ReopenTrouble struct {
	Trouble uint32
	Text    Digest
}

// Action names the policy's rule.
func (ReopenTrouble) Action() Action { return ActionReportTrouble }

func (c ReopenTrouble) decide(s *State, in *Input) error {
	if !among(c.Trouble, len(s.Troubles)) || s.Troubles[c.Trouble-1].Reporter != in.Who.Pseudonym {
		return faultf(CodeNotFound, "there is no problem report %d of yours", c.Trouble)
	}
	t := &s.Troubles[c.Trouble-1]
	switch {
	case t.Status != TroubleSolved:
		return faultf(CodeConflict, "problem %d has not been called solved: wait for that", c.Trouble)
	case c.Text.IsZero():
		return faultf(CodeInvalid, "say what is still wrong")
	}
	in.emit(&TroubleMoved{c.Trouble, TroubleReopened, c.Text, t.Responsible, in.Time + int64(s.Moderation.Complete().Days)*day})
	return nil
}

// TroubleCounts are the public counts of problem reports.
type TroubleCounts struct {
	Reported int `json:"reported"`
	Open     int `json:"open"` // in hand and reopened ones too
	Overdue  int `json:"overdue"`
	Solved   int `json:"solved"`
	Reopened int `json:"reopened"` // ever
	InTime   int `json:"in_time"`  // solved before the deadline
}

// TroubleCounts counts the problem reports at a time.
func (s *State) TroubleCounts(now int64) TroubleCounts {
	c := TroubleCounts{Reported: len(s.Troubles)}
	for i := range s.Troubles {
		t := &s.Troubles[i]
		if end := t.ended(); end != 0 {
			c.Solved++
			if t.Due == 0 || end <= t.Due {
				c.InTime++
			}
		} else {
			c.Open++
			if t.Due != 0 && now > t.Due {
				c.Overdue++
			}
		}
		for _, x := range t.Steps {
			if x.Status == TroubleReopened {
				c.Reopened++
				break
			}
		}
	}
	return c
}
