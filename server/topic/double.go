package topic

// DoubleVerdict says of two applications whether they are of one person.
type DoubleVerdict uint8

// The verdicts. One that is taken back leaves the pair as if nobody had judged it.
const (
	DoubleTakenBack DoubleVerdict = iota
	DoubleSame
	DoubleDifferent
	doubleVerdicts
)

var doubleNames = [...]string{"taken-back", "same", "different"}

// String is the verdict's name.
func (v DoubleVerdict) String() string { return nameOf(doubleNames[:], int(v)) }

// MarshalText writes the verdict's name.
func (v DoubleVerdict) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads the verdict's name.
func (v *DoubleVerdict) UnmarshalText(b []byte) error {
	n, err := parseName("verdict about two applications", doubleNames[:], b)
	*v = DoubleVerdict(n)
	return err
}

// DoubleJudged says whether two applications are of one person. If they are, one
// stands and the other is set aside: it can't be drawn.
type DoubleJudged struct {
	A, B    uint64 // applications, A < B
	Verdict DoubleVerdict
	Stands  uint64 // A or B where they are of one person, else 0
	Reason  Digest `class:"decision"`
}

// Double is a judgement as the state keeps it; the last about a pair holds.
type Double struct {
	A, B    uint64
	Verdict DoubleVerdict
	Stands  uint64
	Reason  Digest `class:"decision"`
	By      Actor
	Time    int64 `class:"decision"`
}

func (*DoubleJudged) kind() Kind { return KindDoubleJudged }

func (b *DoubleJudged) apply(s *State, e *Event) uint64 {
	s.Doubles = append(s.Doubles, Double{A: b.A, B: b.B, Verdict: b.Verdict, Stands: b.Stands, Reason: b.Reason, By: e.Actor, Time: e.Time})
	for _, n := range [...]uint64{b.A, b.B} {
		switch a := &s.Applications[n-1]; {
		case a.Status == ApplicationOpen && s.setAside(n):
			a.Status = ApplicationDouble
			s.open--
		case a.Status == ApplicationDouble && !s.setAside(n):
			a.Status = ApplicationOpen
			s.open++
		}
	}
	return uint64(len(s.Doubles))
}

// setAside says that by the last word about some pair another application stands for
// this one.
func (s *State) setAside(application uint64) bool { return s.asideBut(application, 0, 0) }

// maxDoubles bounds the judgements of a topic.
const maxDoubles = 100_000

// JudgeDouble says whether two applications are of one person, and which stands.
type JudgeDouble struct{ DoubleJudged }

// Action names the policy's rule.
func (JudgeDouble) Action() Action { return ActionJudgeDoubles }

func (c JudgeDouble) decide(s *State, in *Input) error {
	if s.Committed() != 0 {
		return s.bound("which applications are of one person")
	}
	for _, n := range [...]uint64{c.A, c.B} {
		if !among(n, len(s.Applications)) {
			return faultf(CodeNotFound, "there is no application %d", n)
		}
		if st := s.Applications[n-1].Status; st != ApplicationOpen && st != ApplicationDouble {
			return faultf(CodeConflict, "application %d is not in the pool any more", n)
		}
	}
	gone, same := c.A+c.B-c.Stands, c.Verdict == DoubleSame
	switch {
	case c.A >= c.B:
		return faultf(CodeInvalid, "name two applications, the smaller number first")
	case c.Verdict >= doubleVerdicts:
		return faultf(CodeInvalid, "say whether they are of the same person, of different people, or take the judgement back")
	case same && c.Stands != c.A && c.Stands != c.B:
		return faultf(CodeInvalid, "say which of the two stands: %d or %d", c.A, c.B)
	case !same && c.Stands != 0:
		return faultf(CodeInvalid, "both stand where they are not of one person")
	case c.Reason.IsZero():
		return faultf(CodeInvalid, "say why: auditors read it")
	case len(s.Doubles) >= maxDoubles:
		return faultf(CodeConflict, "%d pairs were judged, the most there can be", maxDoubles)
	case same && s.seated(gone):
		return faultf(CodeConflict, "application %d has a seat already: let its person decline it first", gone)
	case same && s.Applications[c.Stands-1].Status == ApplicationDouble && s.asideBut(c.Stands, c.A, c.B):
		return faultf(CodeConflict, "application %d has been set aside for another: judge that pair first", c.Stands)
	}
	if was, ok := s.JudgementOf(c.A, c.B); c.Verdict == DoubleTakenBack && (!ok || was.Verdict == DoubleTakenBack) {
		return faultf(CodeConflict, "applications %d and %d have not been judged: there is nothing to take back", c.A, c.B)
	}
	b := c.DoubleJudged
	in.emit(&b)
	return nil
}

// asideBut says that another pair than this one sets the application aside.
func (s *State) asideBut(application, a, b uint64) bool {
	seen := map[[2]uint64]bool{{a, b}: true}
	for i := len(s.Doubles) - 1; i >= 0; i-- {
		d := &s.Doubles[i]
		if pair := [2]uint64{d.A, d.B}; (d.A == application || d.B == application) && !seen[pair] {
			seen[pair] = true
			if d.Stands != 0 && d.Stands != application {
				return true
			}
		}
	}
	return false
}

// JudgementOf answers the last word about a pair, false where nobody has judged it.
func (s *State) JudgementOf(a, b uint64) (Double, bool) {
	for i := len(s.Doubles) - 1; i >= 0; i-- {
		if d := s.Doubles[i]; d.A == a && d.B == b {
			return d, true
		}
	}
	return Double{}, false
}

// Judgements answers the last word about each pair that was judged. O(judgements).
func (s *State) Judgements() map[[2]uint64]Double {
	m := make(map[[2]uint64]Double, len(s.Doubles))
	for _, d := range s.Doubles {
		m[[2]uint64{d.A, d.B}] = d
	}
	return m
}

func (s *State) soundDoubles() bool {
	return every(s.Doubles, func(_ int, d *Double) bool {
		return d.A < d.B && among(d.A, len(s.Applications)) && among(d.B, len(s.Applications)) && d.Verdict < doubleVerdicts && (d.Verdict == DoubleSame) == (d.Stands != 0) && (d.Stands == 0 || d.Stands == d.A || d.Stands == d.B)
	})
}
