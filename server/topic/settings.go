package topic

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Settings is what a planner sets up: the question, the schedule, the form, the
// quotas. Its texts are official, not personal, and stand in the log.
type Settings struct {
	ID            string   `json:"id" class:"none"`
	Title         string   `json:"title" class:"none"`
	Question      string   `json:"question" class:"none"`
	Briefing      string   `json:"briefing" class:"none"`
	Promise       string   `json:"promise" class:"none"`
	Lang          string   `json:"lang" class:"none"`
	Stages        []Stage  `json:"stages"`
	Form          Form     `json:"form"`
	PanelSize     uint32   `json:"panel_size"`
	Quotas        []Quota  `json:"quotas"`
	TableSize     uint32   `json:"table_size"`
	TableFeatures []string `json:"table_features" class:"none"`

	Population  Population `json:"population"`
	Draw        DrawRules  `json:"draw"`
	TableRounds uint32     `json:"table_rounds"` // how often tables are mixed anew; 0 stands for 1
	Debate      Debate     `json:"debate"`

	Assurance Assurance `json:"assurance"` // how surely each person is known, who applies or votes
}

// Form is the application form.
type Form struct {
	ConsentVersion string    `json:"consent_version" class:"none"`
	Consent        string    `json:"consent" class:"none"`
	Features       []Feature `json:"features"`
	Interests      []string  `json:"interests" class:"none"`
	Sessions       []string  `json:"sessions" class:"none"`
	Languages      []string  `json:"languages" class:"none"`
}

// Feature is a categorical attribute that an applicant states.
type Feature struct {
	Name    string   `json:"name" class:"none"`
	Label   string   `json:"label" class:"none"`
	Options []string `json:"options" class:"none"`
}

// Quota is the seats that people with a feature's value get, Min to Max.
// MinFlex and MaxFlex are how far a proposed change may go; both zero stands for
// as far as needed.
type Quota struct {
	Feature string `json:"feature" class:"none"`
	Value   string `json:"value" class:"none"`
	Min     uint32 `json:"min"`
	Max     uint32 `json:"max"`
	MinFlex uint32 `json:"min_flex,omitempty"`
	MaxFlex uint32 `json:"max_flex,omitempty"`
}

// MaxPanel is the largest panel, MaxTableRounds how often tables can be mixed.
const (
	MaxPanel       = 10_000
	MaxTableRounds = 20
)

// Validate answers a Fault that lists every field that is wrong, or nil.
func (t *Settings) Validate() error {
	var places []Place
	bad := func(field, format string, args ...any) {
		places = append(places, Place{Field: field, Message: fmt.Sprintf(format, args...)})
	}
	if !ValidID(t.ID) {
		bad("id", "use 1 to 60 small letters, digits and hyphens, starting with a letter or digit")
	}
	text := func(field, v string, need bool, longest int) {
		switch n := utf8.RuneCountInString(v); {
		case !utf8.ValidString(v):
			bad(field, "is not valid UTF-8")
		case need && n == 0:
			bad(field, "is empty")
		case n > longest:
			bad(field, "has %d characters, the longest is %d", n, longest)
		case withoutHidden(v) != strings.ReplaceAll(v, "\r", ""):
			bad(field, "has characters that cannot be seen: write it anew without copying")
		}
	}
	if int(t.Assurance) >= len(assuranceNames) {
		bad("assurance", "is no level: roster, mail or city")
	}
	text("title", t.Title, true, MaxTitle)
	text("question", t.Question, true, 1000)
	text("briefing", t.Briefing, false, 50_000)
	text("promise", t.Promise, false, 5000)
	text("form.consent", t.Form.Consent, false, 20_000)
	text("form.consent_version", t.Form.ConsentVersion, false, 40)
	if len(t.Lang) < 2 || len(t.Lang) > 3 {
		bad("lang", "is no language code such as en or ru")
	}
	if len(t.Stages) == 0 || len(t.Stages) > 40 {
		bad("stages", "needs 1 to 40 steps, has %d", len(t.Stages))
	}
	for i, st := range t.Stages {
		if st.Kind == StageNone || int(st.Kind) >= len(stageNames) {
			bad(fmt.Sprintf("stages[%d].kind", i), "is no kind of step")
		}
		text(fmt.Sprintf("stages[%d].title", i), st.Title, false, MaxTitle)
		if st.Opens < 0 || st.Opens > maxTime {
			bad(fmt.Sprintf("stages[%d].opens", i), "lies outside the years 1970 to 9999")
		}
		if st.Closes < 0 || st.Closes > maxTime {
			bad(fmt.Sprintf("stages[%d].closes", i), "lies outside the years 1970 to 9999")
		}
		if st.Opens != 0 && st.Closes != 0 && st.Closes < st.Opens {
			bad(fmt.Sprintf("stages[%d].closes", i), "lies before it opens")
		}
	}
	t.Form.validate(bad, text)
	t.validateQuotas(bad)
	if t.PanelSize > MaxPanel {
		bad("panel_size", "is %d, the largest panel is %d", t.PanelSize, MaxPanel)
	}
	if t.TableSize != 0 && (t.TableSize < 2 || t.TableSize > 50) {
		bad("table_size", "is %d: a table has 2 to 50 people, 8 to 15 work best", t.TableSize)
	}
	for i, f := range t.TableFeatures {
		if t.Form.feature(f) == nil {
			bad(fmt.Sprintf("table_features[%d]", i), "the form has no feature %q", clip(f))
		}
	}
	if t.TableRounds > MaxTableRounds {
		bad("table_rounds", "is %d, the most are %d", t.TableRounds, MaxTableRounds)
	}
	t.Population.validate(&t.Form, bad)
	t.Draw.validate(&t.Form, bad)
	t.Debate.validate(bad, text)
	if len(places) == 0 {
		return nil
	}
	return &Fault{Code: CodeInvalid, Detail: fmt.Sprintf("the topic's settings have %d fault(s), the first: %s %s", len(places), places[0].Field, places[0].Message), Places: places}
}

func (f *Form) validate(bad func(field, format string, args ...any), text func(field, v string, need bool, longest int)) {
	if len(f.Features) > 30 {
		bad("form.features", "has %d features, the most are 30", len(f.Features))
	}
	unique := func(field string, list []string, most int) {
		if len(list) > most {
			bad(field, "has %d entries, the most are %d", len(list), most)
		}
		seen := map[string]bool{}
		for i, v := range list {
			text(fmt.Sprintf("%s[%d]", field, i), v, true, 200)
			if seen[v] {
				bad(fmt.Sprintf("%s[%d]", field, i), "%q stands twice", clip(v))
			} else if k := alike(list, i); k >= 0 {
				bad(fmt.Sprintf("%s[%d]", field, i), "%q looks like %q: word one of them otherwise", clip(v), clip(list[k]))
			}
			seen[v] = true
		}
	}
	names := make([]string, len(f.Features))
	for i, x := range f.Features {
		names[i] = x.Name
		field := fmt.Sprintf("form.features[%d]", i)
		if len(x.Options) < 2 {
			bad(field+".options", "needs at least two options")
		}
		unique(field+".options", x.Options, 300)
		text(field+".label", x.Label, false, 200)
		switch x.Name {
		case "id", "interests", "sessions", "languages":
			bad(field+".name", "%q is a column of its own in files: use another name", x.Name)
		}
	}
	unique("form.features", names, 30)
	unique("form.interests", f.Interests, 100)
	unique("form.sessions", f.Sessions, 100)
	unique("form.languages", f.Languages, 50)
}

func (t *Settings) validateQuotas(bad func(field, format string, args ...any)) {
	if len(t.Quotas) > 3000 {
		bad("quotas", "has %d rows, the most are 3000", len(t.Quotas))
	}
	seen := map[[2]string]bool{}
	for i, q := range t.Quotas {
		field := fmt.Sprintf("quotas[%d]", i)
		f := t.Form.feature(q.Feature)
		switch {
		case f == nil:
			bad(field+".feature", "the form has no feature %q", clip(q.Feature))
		case f.option(q.Value) < 0:
			bad(field+".value", "%q has no option %q", clip(q.Feature), clip(q.Value))
		case seen[[2]string{q.Feature, q.Value}]:
			bad(field, "%s = %s stands twice", clip(q.Feature), clip(q.Value))
		case q.Min > q.Max:
			bad(field, "of %s = %s: at least %d seats is more than at most %d", f.called(), clip(q.Value), q.Min, q.Max)
		case q.MaxFlex != 0 && q.MaxFlex < q.Max:
			bad(field+".max_flex", "of %s = %s: the largest maximum allowed, %d, is less than the maximum %d: a change can only widen", f.called(), clip(q.Value), q.MaxFlex, q.Max)
		case q.MinFlex > q.Min:
			bad(field+".min_flex", "of %s = %s: the smallest minimum allowed, %d, is more than the minimum %d: a change can only widen", f.called(), clip(q.Value), q.MinFlex, q.Min)
		}
		seen[[2]string{q.Feature, q.Value}] = true
	}
}

func (f *Form) feature(name string) *Feature {
	for i := range f.Features {
		if f.Features[i].Name == name {
			return &f.Features[i]
		}
	}
	return nil
}

// called is the feature as people know it.
func (f *Feature) called() string {
	if f.Label != "" {
		return clip(f.Label)
	}
	return clip(f.Name)
}

func (f *Feature) option(value string) int {
	for i, o := range f.Options {
		if o == value {
			return i
		}
	}
	return -1
}

// ValidID says whether id can be a topic's.
func ValidID(id string) bool {
	if id == "" || len(id) > 60 || id[0] == '-' {
		return false
	}
	for _, c := range []byte(id) {
		if !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-') {
			return false
		}
	}
	return true
}

// TopicCreated is the first event of every log.
type TopicCreated struct{ Settings Settings }

func (*TopicCreated) kind() Kind { return KindTopicCreated }

func (b *TopicCreated) apply(s *State, e *Event) uint64 {
	s.Settings, s.Created, s.StageIndex = b.Settings, e.Time, -1
	s.consents(e)
	return 0
}

// SettingsChanged replaces the settings.
type SettingsChanged struct{ Settings Settings }

func (*SettingsChanged) kind() Kind { return KindSettingsChanged }

func (b *SettingsChanged) apply(s *State, e *Event) uint64 {
	s.Settings = b.Settings
	s.consents(e)
	return 0
}

// Create starts a topic: the first command of its log.
type Create struct{ Settings Settings }

// Action names the policy's rule.
func (Create) Action() Action { return ActionCreate }

func (c Create) decide(s *State, in *Input) error {
	if s.Seq != 0 {
		return faultf(CodeConflict, "there is a topic %q already: choose another id", c.Settings.ID)
	}
	if err := c.Settings.Validate(); err != nil {
		return err
	}
	in.emit(&TopicCreated{Settings: c.Settings})
	return nil
}

// ChangeSettings replaces the settings. Once applications have opened, the
// schedule's past and the form stay as they are: people answered that form. Only
// what they agree to may change, under a version of its own: they are asked again.
type ChangeSettings struct{ Settings Settings }

// Action names the policy's rule.
func (ChangeSettings) Action() Action { return ActionPlan }

func (c ChangeSettings) decide(s *State, in *Input) error {
	if c.Settings.ID != s.Settings.ID {
		return faultf(CodeInvalid, "the topic's id is %q and stays so", s.Settings.ID)
	}
	if err := c.Settings.Validate(); err != nil {
		return err
	}
	if s.Committed() != 0 && !sameLottery(&s.Settings, &c.Settings) {
		return s.bound("seats, quotas, population and the rules of the draw")
	}
	if s.StageIndex >= 0 {
		if err := s.versioned(&c.Settings.Form); err != nil {
			return err
		}
		if !sameForm(&s.Settings.Form, &c.Settings.Form) {
			return faultf(CodeConflict, "the form can't change any more: applications have opened and people answered it as it is")
		}
		if s.Settings.Assurance != c.Settings.Assurance {
			return faultf(CodeConflict, "how surely people are known can't change any more: applications have opened, and who applied was known as it was asked for")
		}
		for i := range int(s.StageIndex) + 1 {
			if i >= len(c.Settings.Stages) || c.Settings.Stages[i].Kind != s.Settings.Stages[i].Kind {
				return faultf(CodeConflict, "step %d has been opened already and stays in the schedule", i)
			}
		}
	}
	if err := s.keepsSteps(&c.Settings); err != nil {
		return err
	}
	in.emit(&SettingsChanged{Settings: c.Settings})
	return nil
}

// sameLottery says that a draw by either settings is the same.
func sameLottery(a, b *Settings) bool {
	of := func(t *Settings) string {
		return string(canonicalBytes(&struct {
			Form       Form
			PanelSize  uint32
			Quotas     []Quota
			Population Population
			Draw       DrawRules
		}{t.Form, t.PanelSize, t.Quotas, t.Population, t.Draw}))
	}
	return of(a) == of(b)
}

// sameForm says that two forms ask the same, whatever is agreed to.
func sameForm(a, b *Form) bool {
	asked := *b
	asked.Consent, asked.ConsentVersion = a.Consent, a.ConsentVersion
	return string(canonicalBytes(a)) == string(canonicalBytes(&asked))
}

// versioned refuses another text under a version that people agreed to.
func (s *State) versioned(f *Form) error {
	for i := range s.Consents {
		if x := &s.Consents[i]; x.Version == f.ConsentVersion && x.Text != f.Consent {
			return &Fault{Code: CodeInvalid, Detail: "the consent text changed, its version did not: people are asked again only under a new version",
				Places: []Place{{Field: "form.consent_version", Message: "is the one of another text: choose a new one"}}}
		}
	}
	return nil
}
