package topic

import (
	"fmt"
	"strings"
)

// Debate is how people debate: the agendas, the argument cards, and what the
// rooms do by themselves.
type Debate struct {
	Agenda     []Step     `json:"agenda"`                 // of every table; none: one open talk without a clock
	HallAgenda []Step     `json:"hall_agenda"`            // of the main hall
	Arguments  []Argument `json:"arguments"`              // numbers of for and against differ by at most one
	CallLink   string     `json:"call_link" class:"none"` // https address of a table's call, {table} stands for its number; "" for none
	HallRate   uint32     `json:"hall_rate"`              // remarks a second that the main hall's live line carries at most; 0 stands for DefaultHallRate
	Rebalance  bool       `json:"rebalance"`              // tables that have become too small are joined by themselves
}

// DefaultHallRate is what a person can follow and a thousandfold line carries.
const DefaultHallRate = 10

// Step is one step of an agenda.
type Step struct {
	Kind        StepKind `json:"kind"`
	Title       string   `json:"title" class:"none"`
	Prompt      string   `json:"prompt" class:"none"`
	Minutes     uint32   `json:"minutes"`      // 0: no clock
	Turns       bool     `json:"turns"`        // only who has the floor speaks
	TurnSeconds uint32   `json:"turn_seconds"` // 0 stands for DefaultTurnSeconds
}

// DefaultTurnSeconds is how long a turn is unless the step says otherwise.
const DefaultTurnSeconds = 120

// StepKind is what a step of an agenda is for.
type StepKind uint8

// The kinds of steps.
const (
	StepOpening StepKind = iota + 1
	StepDiscussion
	StepQuestions
	StepIdeas
	StepReport
	StepClosing
)

var stepNames = [...]string{"", "opening", "discussion", "questions", "ideas", "report", "closing"}

// String is the kind's name.
func (k StepKind) String() string { return nameOf(stepNames[:], int(k)) }

// MarshalText writes the kind's name.
func (k StepKind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads the kind's name.
func (k *StepKind) UnmarshalText(b []byte) error {
	n, err := parseName("kind of agenda step", stepNames[:], b)
	*k = StepKind(n)
	return err
}

// Argument is a card with an argument from the briefing.
type Argument struct {
	Side   string `json:"side" class:"decision"` // for, against or other
	Title  string `json:"title" class:"decision"`
	Text   string `json:"text" class:"decision"`
	Source string `json:"source" class:"decision"`
}

// Most of what a debate's settings hold.
const (
	MaxSteps     = 30
	MaxArguments = 40
	maxMinutes   = 24 * 60
	maxTurn      = 30 * 60 // seconds
)

func (d *Debate) validate(bad func(field, format string, args ...any), text func(field, v string, need bool, longest int)) {
	for _, agenda := range []struct {
		field string
		steps []Step
	}{{"debate.agenda", d.Agenda}, {"debate.hall_agenda", d.HallAgenda}} {
		if len(agenda.steps) > MaxSteps {
			bad(agenda.field, "has %d steps, the most are %d", len(agenda.steps), MaxSteps)
		}
		for i := range agenda.steps {
			st, field := &agenda.steps[i], fmt.Sprintf("%s[%d]", agenda.field, i)
			if st.Kind == 0 || int(st.Kind) >= len(stepNames) {
				bad(field+".kind", "is no kind of step: %s", strings.Join(stepNames[1:], ", "))
			}
			text(field+".title", st.Title, true, MaxTitle)
			text(field+".prompt", st.Prompt, false, 2000)
			if st.Minutes > maxMinutes {
				bad(field+".minutes", "is %d, a step lasts at most a day: leave the clock out for a longer one", st.Minutes)
			}
			if st.TurnSeconds != 0 && (st.TurnSeconds < 10 || st.TurnSeconds > maxTurn) {
				bad(field+".turn_seconds", "is %d, a turn lasts 10 seconds to 30 minutes", st.TurnSeconds)
			}
		}
	}
	if len(d.Arguments) > MaxArguments {
		bad("debate.arguments", "has %d cards, the most are %d", len(d.Arguments), MaxArguments)
	}
	sides := map[string]int{"for": 0, "against": 0, "other": 0}
	for i, a := range d.Arguments {
		field := fmt.Sprintf("debate.arguments[%d]", i)
		if _, ok := sides[a.Side]; !ok {
			bad(field+".side", "%q is no side: for, against or other", clip(a.Side))
		}
		sides[a.Side]++
		text(field+".title", a.Title, true, MaxTitle)
		text(field+".text", a.Text, false, MaxRemark)
		text(field+".source", a.Source, false, 500)
	}
	if gap := sides["for"] - sides["against"]; gap > 1 || gap < -1 {
		bad("debate.arguments", "has %d for and %d against: a briefing is balanced, so let them differ by at most one", sides["for"], sides["against"])
	}
	text("debate.call_link", d.CallLink, false, 500)
	if d.CallLink != "" && !callAddress(d.CallLink) {
		bad("debate.call_link", "is no https:// address with a host name, without user name, spaces and quotes")
	}
}

// callAddress says that a link leads where it seems to lead: a user name can be
// made to look like a host.
func callAddress(link string) bool {
	rest, ok := strings.CutPrefix(link, "https://")
	host := rest
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		host = rest[:i]
	}
	return ok && host != "" && !strings.Contains(host, "@") && !strings.ContainsFunc(rest, func(r rune) bool {
		return r <= ' ' || r == 0x7f || strings.ContainsRune("\"'<>\\^`", r)
	})
}

// Agenda is what a room goes through: the tables one, the main hall another.
func (s *State) Agenda(room uint32) []Step {
	if room == 0 {
		return s.Settings.Debate.HallAgenda
	}
	return s.Settings.Debate.Agenda
}

// StepNow is the agenda's step that a room is at, nil before the first, after
// the last and where there is no agenda.
func (s *State) StepNow(room uint32) *Step {
	f := s.Floor(room)
	agenda := s.Agenda(room)
	if !among(f.Step, len(agenda)) {
		return nil
	}
	return &agenda[f.Step-1]
}

// keepsSteps answers a Fault if other settings would take from a room the step
// that it is at: rooms keep a step's place, so it must stay there, of its kind
// and with its turns. Its words and its time may change.
func (s *State) keepsSteps(to *Settings) error {
	next := State{Settings: *to}
	for room := range s.Floors {
		f, was, is := &s.Floors[room], s.Agenda(uint32(room)), next.Agenda(uint32(room))
		if f.Closed != 0 || !among(f.Step, len(was)) {
			continue
		}
		old := &was[f.Step-1]
		if among(f.Step, len(is)) {
			if x := &is[f.Step-1]; x.Kind == old.Kind && x.Turns == old.Turns && (x.Title == old.Title || x.Prompt == old.Prompt) {
				continue
			}
		}
		where := "the main hall"
		if room != 0 {
			where = fmt.Sprintf("table %d", room)
		}
		return faultf(CodeConflict, "%s is at step %d, %q: leave that step and those before it in their places, and change what comes after; or end the agenda there first", where, f.Step, clip(old.Title))
	}
	return nil
}

// turn is how long a turn of the step is, in milliseconds.
func (st *Step) turn() int64 {
	if st.TurnSeconds == 0 {
		return DefaultTurnSeconds * 1000
	}
	return int64(st.TurnSeconds) * 1000
}

// nameOf is the i-th of a list of names.
func nameOf(names []string, i int) string {
	if i < len(names) {
		return names[i]
	}
	return "unknown"
}

// parseName reads one of a list of names; the first stands for none.
func parseName(what string, names []string, b []byte) (int, error) {
	for i, n := range names {
		if n == string(b) {
			return i, nil
		}
	}
	listed := names
	if names[0] == "" {
		listed = names[1:]
	}
	return 0, faultf(CodeInvalid, "%q is no %s: %s", clip(string(b)), what, strings.Join(listed, ", "))
}
