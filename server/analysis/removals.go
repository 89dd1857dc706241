package analysis

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"veche/server/topic"
)

// Removals is how a topic was moderated, in numbers that say nothing about one
// person.
type Removals struct {
	Written  int `json:"written"`  // messages and ideas
	Reports  int `json:"reports"`  // of texts
	Waiting  int `json:"waiting"`  // texts with open reports
	Overdue  int `json:"overdue"`  // of those
	Removed  int `json:"removed"`  // texts, however often
	Restored int `json:"restored"` // of those
	Erased   int `json:"erased"`   // for good

	MedianHours float64 `json:"median_hours"` // from the first report of a text to the decision; -1 before the first

	Appeals  int `json:"appeals"`
	Granted  int `json:"granted"`
	Declined int `json:"declined"`

	Warnings    int `json:"warnings"`
	Timeouts    int `json:"timeouts"`
	Suspensions int `json:"suspensions"`

	Reasons    []ReasonCount    `json:"reasons"`    // what texts were reported for
	Given      []GivenCount     `json:"given"`      // the reasons given, the most frequent first
	Steps      []StepCount      `json:"steps"`      // on the board, by the reasons given
	Moderators []ModeratorCount `json:"moderators"` // by what they did
	Strata     []Stratum        `json:"strata"`     // by whose texts were removed

	reasons map[topic.Digest]int
	steps   map[topic.Digest]topic.ReplyFor
	authors map[uint64]bool // applications with a text that was removed
}

// ReasonCount is what became of the texts that were reported for a reason; a text
// counts once for each of its reasons.
type ReasonCount struct {
	Reason  topic.FlagReason `json:"reason"`
	Kept    int              `json:"kept"`
	Removed int              `json:"removed"`
	Open    int              `json:"open"`
}

// GivenCount is how often a reason was given for a removal. Text is "" for those
// in somebody's own words.
type GivenCount struct {
	Text  string `json:"text"`
	Count int    `json:"count"`
}

// StepCount is how often a reason was given for a kind of step on the board, undone
// ones too. Text is "" for those in somebody's own words.
type StepCount struct {
	For   topic.ReplyFor `json:"for"`
	Text  string         `json:"text"`
	Count int            `json:"count"`
}

// ModeratorCount is what one of the staff decided.
type ModeratorCount struct {
	Role       topic.Role `json:"role"`
	Number     uint64     `json:"number"`
	Removed    int        `json:"removed"`
	Kept       int        `json:"kept"`
	Overturned int        `json:"overturned"` // removals that an appeal took back
}

// Stratum is how the participants of a feature's values fared. Where a number
// would be so small that it told of single people, all of the feature are left
// out (Values is empty), or single ones are −1.
type Stratum struct {
	Feature string         `json:"feature"`
	Values  []StratumValue `json:"values"`
}

// StratumValue counts participants, and those of them who had a text removed.
type StratumValue struct {
	Value   string `json:"value"`
	People  int    `json:"people"`
	Removed int    `json:"removed"`
}

// RemovalsOf counts what moderators did in a topic by a time, all but reasons
// given and strata, which take texts: [Removals.Give] and [Removals.Stratify].
func RemovalsOf(s *topic.State, now int64) *Removals {
	r := &Removals{
		Written: len(s.Remarks) + len(s.Ideas), Reports: len(s.Flags), Appeals: len(s.Appeals), MedianHours: -1,
		Reasons: []ReasonCount{}, Given: []GivenCount{}, Moderators: []ModeratorCount{}, Strata: []Stratum{},
		reasons: map[topic.Digest]int{}, steps: map[topic.Digest]topic.ReplyFor{}, authors: map[uint64]bool{},
	}
	staff := map[topic.Actor]*ModeratorCount{}
	by := func(a topic.Actor) *ModeratorCount {
		if staff[a] == nil {
			staff[a] = &ModeratorCount{Role: a.Role, Number: a.Number}
		}
		return staff[a]
	}
	remove := func(x topic.Subject, who topic.Actor, reason topic.Digest) {
		r.Removed++
		r.reasons[reason]++
		by(who).Removed++
		if a := s.AuthorOf(x); a.Role == topic.RoleCitizen && a.Number != 0 {
			r.authors[a.Number] = true
		}
	}
	for _, x := range s.Removals {
		remove(x.Subject, x.By, x.Reason)
		if x.Restored != 0 {
			r.Restored++
		}
	}
	for i := range s.Board.Operations {
		if o := &s.Board.Operations[i]; !o.Reason.IsZero() && o.Reason != topic.HeldReason {
			r.steps[o.Reason] = o.ReplyFor()
		}
		if o := &s.Board.Operations[i]; o.Kind == topic.OperationHideIdeas && o.Reason != topic.HeldReason {
			for _, n := range o.Ideas {
				x := topic.IdeaSubject(n)
				remove(x, o.Actor, o.Reason)
				if s.Shown(x) {
					r.Restored++
				}
			}
		}
	}
	for i := range s.Erasures {
		if e := &s.Erasures[i]; (e.Target == topic.EraseRemark || e.Target == topic.EraseIdea) && e.By.Role.Staff() {
			r.Erased++
		}
	}
	for i := range s.Appeals {
		switch a := &s.Appeals[i]; a.Outcome {
		case topic.AppealGranted:
			r.Granted++
			if k := a.Subject.Kind; k == topic.SubjectRemark || k == topic.SubjectIdea {
				by(a.Judge).Overturned++
			}
		case topic.AppealDeclined:
			r.Declined++
		}
	}
	for i := range s.Sanctions {
		switch s.Sanctions[i].Kind {
		case topic.SanctionWarning:
			r.Warnings++
		case topic.SanctionTimeout:
			r.Timeouts++
		case topic.SanctionSuspension:
			r.Suspensions++
		}
	}
	r.reports(s, now, func(a topic.Actor) { by(a).Kept++ })
	for _, m := range staff { // sorted below
		r.Moderators = append(r.Moderators, *m)
	}
	slices.SortFunc(r.Moderators, func(a, b ModeratorCount) int { return cmp.Compare(a.Number, b.Number) })
	return r
}

// reports counts what became of the texts that were reported.
func (r *Removals) reports(s *topic.State, now int64, kept func(topic.Actor)) {
	type reported struct {
		subject topic.Subject
		handled int64
	}
	first, counted := map[reported]int64{}, map[reported]map[topic.FlagReason]bool{}
	var order []reported
	reasons := map[topic.FlagReason]*ReasonCount{}
	for i := range s.Flags {
		f := &s.Flags[i]
		k := reported{f.Subject, f.Handled}
		if counted[k] == nil {
			counted[k], first[k] = map[topic.FlagReason]bool{}, f.Time
			order = append(order, k)
			if f.Outcome == topic.FlagKept {
				kept(f.Handler)
			}
		}
		if counted[k][f.Reason] {
			continue
		}
		counted[k][f.Reason] = true
		if reasons[f.Reason] == nil {
			reasons[f.Reason] = &ReasonCount{Reason: f.Reason}
		}
		switch f.Outcome {
		case topic.FlagOpen:
			reasons[f.Reason].Open++
		case topic.FlagKept:
			reasons[f.Reason].Kept++
		case topic.FlagRemoved:
			reasons[f.Reason].Removed++
		}
	}
	var took []int64
	for _, k := range order {
		switch {
		case k.handled != 0:
			took = append(took, k.handled-first[k])
		default:
			r.Waiting++
			if now > s.Moderation.Deadline(s.SeverityOf(k.subject), first[k]) {
				r.Overdue++
			}
		}
	}
	if len(took) > 0 {
		slices.Sort(took)
		r.MedianHours = float64(took[len(took)/2]) / 3_600_000
	}
	for reason := topic.FlagInsult; reason <= topic.FlagUnlawful; reason++ {
		if c := reasons[reason]; c != nil {
			r.Reasons = append(r.Reasons, *c)
		}
	}
}

// Digests are the reasons given, which [Removals.Give] reads. Each has a salt of its
// own: a digest is of one act.
func (r *Removals) Digests() []topic.Digest {
	list := make([]topic.Digest, 0, len(r.reasons)+len(r.steps))
	for d := range r.reasons { // in no order: they are looked up
		list = append(list, d)
	}
	for d := range r.steps {
		if _, both := r.reasons[d]; !both {
			list = append(list, d)
		}
	}
	return list
}

// Give counts the reasons given by their words, as far as those are known ones:
// free words could say again what was removed.
func (r *Removals) Give(texts map[topic.Digest]string, known []topic.Reply) {
	words := make(map[string]bool, len(known))
	for _, k := range known {
		words[k.Text] = true
	}
	said := func(d topic.Digest) string {
		if text := texts[d]; words[text] {
			return text
		}
		return ""
	}
	counts := map[string]int{}
	for d, n := range r.reasons {
		counts[said(d)] += n
	}
	steps := map[StepCount]int{}
	for d, of := range r.steps {
		steps[StepCount{For: of, Text: said(d)}]++
	}
	r.Steps = []StepCount{}
	for c, n := range steps { // sorted below
		r.Steps = append(r.Steps, StepCount{c.For, c.Text, n})
	}
	slices.SortFunc(r.Steps, func(a, b StepCount) int {
		return cmp.Or(cmp.Compare(a.For, b.For), cmp.Compare(b.Count, a.Count), cmp.Compare(a.Text, b.Text))
	})
	r.Given = []GivenCount{}
	for text, n := range counts { // sorted below
		r.Given = append(r.Given, GivenCount{text, n})
	}
	slices.SortFunc(r.Given, func(a, b GivenCount) int { return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Text, b.Text)) })
}

// Participants are the applications with a seat that was accepted.
func Participants(s *topic.State) []uint64 {
	var people []uint64
	for i := range s.Seats {
		if x := &s.Seats[i]; x.Status == topic.SeatAccepted {
			people = append(people, x.Application)
		}
	}
	return people
}

// Stratify counts people, the participants, by each feature of the form, and
// those of them who had a text removed. Small numbers are left out by the rules
// of the tables of the draw: see [Crosstab].
func (r *Removals) Stratify(ctx context.Context, form *topic.Form, people []uint64, rows Rows) error {
	counts := make([][][]int, len(form.Features))
	for f := range counts {
		counts[f] = make([][]int, len(form.Features[f].Options))
		for v := range counts[f] {
			counts[f][v] = make([]int, 2)
		}
	}
	for chunk := range slices.Chunk(people, rowsAtOnce) {
		texts, err := rows(ctx, chunk)
		if err != nil {
			return err
		}
		for _, n := range chunk {
			text, ok := texts[n]
			if !ok {
				continue // the row was erased
			}
			var row topic.Row
			if err := json.Unmarshal(text.Body, &row); err != nil {
				return fmt.Errorf("the pool row of application %d: %w", n, err)
			}
			for f, a := range row.Answers {
				if f >= len(counts) {
					break
				}
				if v := slices.Index(form.Features[f].Options, a.Value); v >= 0 {
					with := 0
					if r.authors[n] {
						with = 1
					}
					counts[f][v][with]++
				}
			}
		}
	}
	r.Strata = []Stratum{}
	for f := range counts {
		x := Stratum{Feature: form.Features[f].Name, Values: []StratumValue{}}
		if shown := suppress(counts[f]); shown != nil {
			for v, n := range counts[f] {
				x.Values = append(x.Values, StratumValue{Value: form.Features[f].Options[v], People: n[0] + n[1], Removed: shown[v][1]})
			}
		}
		r.Strata = append(r.Strata, x)
	}
	return nil
}
