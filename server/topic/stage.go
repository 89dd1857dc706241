package topic

// StageKind is what happens in a stage of a topic.
type StageKind uint8

// The kinds of stages. StageNone is before the first.
const (
	StageNone StageKind = iota
	StageApplications
	StageDraw
	StageDebate
	StageCuration
	StageRating
	StagePoll
	StageResults
)

var stageNames = [...]string{"none", "applications", "draw", "debate", "curation", "rating", "poll", "results"}

// String is the kind's name.
func (k StageKind) String() string {
	if int(k) < len(stageNames) {
		return stageNames[k]
	}
	return "unknown"
}

func (k StageKind) now() string {
	if k == StageNone {
		return "not open yet"
	}
	return "in the step " + k.String()
}

// MarshalText writes the kind's name.
func (k StageKind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads the kind's name.
func (k *StageKind) UnmarshalText(b []byte) error {
	for i, n := range stageNames {
		if i > 0 && n == string(b) {
			*k = StageKind(i)
			return nil
		}
	}
	return faultf(CodeInvalid, "%q is no kind of step: applications, draw, debate, curation, rating, poll or results", clip(string(b)))
}

// maxTime is the last millisecond of the year 9999: calendars that read times
// know no later one.
const maxTime = 253_402_300_799_999

// Stage is one step of the schedule. Times are Unix milliseconds, 0 unknown;
// they inform, a planner opens each stage.
type Stage struct {
	Kind   StageKind `json:"kind"`
	Title  string    `json:"title" class:"none"`
	Opens  int64     `json:"opens"`
	Closes int64     `json:"closes"`
}

// StageOpened moves the topic to stage Index of its schedule.
type StageOpened struct{ Index uint32 }

func (*StageOpened) kind() Kind { return KindStageOpened }

func (b *StageOpened) apply(s *State, e *Event) uint64 {
	s.StageIndex, s.StageTime = int32(b.Index), e.Time
	s.RatingOpened = s.RatingOpened || s.StageKind() == StageRating
	return uint64(b.Index)
}

// OpenStage moves the topic to a stage, forward or back.
type OpenStage struct{ Index int }

// Action names the policy's rule.
func (OpenStage) Action() Action { return ActionPlan }

func (c OpenStage) decide(s *State, in *Input) error {
	if c.Index < 0 || c.Index >= len(s.Settings.Stages) {
		return faultf(CodeInvalid, "there is no step %d: the schedule has steps 0 to %d", c.Index, len(s.Settings.Stages)-1)
	}
	if int32(c.Index) == s.StageIndex {
		return faultf(CodeConflict, "the topic is in this step already")
	}
	to := s.Settings.Stages[c.Index].Kind
	if to == StageRating && len(s.Items) == 0 {
		return faultf(CodeConflict, "there is nothing to rate yet: freeze the list of rating items first")
	}
	if list := s.ItemsReworded(); to == StageRating && len(list) > 0 && s.listOpen() == nil {
		return faultf(CodeConflict, "the words of rating item %d were masked since the list was fixed: put the list together anew, so that its digest covers what people will read", list[0])
	}
	if to == StageApplications && s.Committed() != 0 {
		return s.bound("who is in the pool")
	}
	if to == StageDraw && s.countApplications(ApplicationOpen) == 0 && s.StageIndex >= 0 {
		return faultf(CodeConflict, "nobody has applied yet: there is no one to draw from")
	}
	if to == StageRating && len(s.Rules) == 0 {
		in.emit(&RuleSet{Rule: s.DefaultRule()})
	}
	in.emit(&StageOpened{Index: uint32(c.Index)})
	return nil
}

// StageKind is the kind of the stage that is open, StageNone before the first.
func (s *State) StageKind() StageKind {
	if s.StageIndex < 0 || int(s.StageIndex) >= len(s.Settings.Stages) {
		return StageNone
	}
	return s.Settings.Stages[s.StageIndex].Kind
}

// Draft says that no step has opened: the topic is for who has a duty in it.
func (s *State) Draft() bool { return s.StageIndex < 0 }

// ShownTo says whether somebody of these given roles may know of the topic.
func (s *State) ShownTo(given []Role) bool {
	return !s.Draft() || RuleOf(ActionSeeDrafts).Lets(true, given)
}

// hasStage says whether the schedule has a stage of the kind.
func (s *State) hasStage(k StageKind) bool {
	for _, st := range s.Settings.Stages {
		if st.Kind == k {
			return true
		}
	}
	return false
}
