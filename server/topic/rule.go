package topic

import (
	"fmt"
	"slices"
)

// Order is the measure that the official list goes by.
type Order uint8

// The orders.
const (
	OrderSupport   Order = iota + 1 // lower end of the interval of agreement
	OrderConsensus                  // agreement in every opinion group
	OrderBridging                   // agreement beyond what the groups explain
)

var orderNames = [...]string{"", "support", "consensus", "bridging"}

// String is the order's name.
func (o Order) String() string { return nameOf(orderNames[:], int(o)) }

// MarshalText writes the order's name.
func (o Order) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

// UnmarshalText reads the order's name.
func (o *Order) UnmarshalText(b []byte) error {
	n, err := parseName("order", orderNames[:], b)
	*o = Order(n)
	return err
}

// Weights are how much each person's vote counts in the official list.
type Weights uint8

// WeightsEqual is one person, one vote.
const WeightsEqual Weights = 1

// Grouping is where the opinion groups come from.
type Grouping uint8

// GroupingOwn finds the groups in the votes alone, by package tally's method.
const GroupingOwn Grouping = 1

// RatingRule is how the votes of a rating become its official list. It stands before
// the rating opens.
type RatingRule struct {
	Order   Order
	Weights Weights
	Groups  Grouping
	Seed    string   `class:"none"` // of the grouping and the resamples; no count can choose another
	Hidden  bool     // nothing is counted while the rating is open
	Strata  []string `class:"none"` // features by which turnout is watched, at most MaxStrata
	Quorum  uint32   // share of each stratum that is to rate, in percent, 0 for none
	Pairs   uint32   // places of the list at whose end near ties are put in pairs and so ordered, 0 for none
	Open    bool     // everyone signed in may rate too, counted apart, never in the list
}

// RuleSet fixes the rule of the rating, or changes it for a reason.
type RuleSet struct {
	Rule   RatingRule
	Reason string `class:"decision"`
}

// RuleEntry is a rule as the state keeps it.
type RuleEntry struct {
	Rule   RatingRule
	Reason string `class:"decision"` // "" for one that was fixed before the rating opened
	By     Actor
	Seq    uint64
	Time   int64 `class:"decision"`
}

func (*RuleSet) kind() Kind { return KindRuleSet }

func (b *RuleSet) apply(s *State, e *Event) uint64 {
	entry := RuleEntry{Rule: b.Rule, Reason: b.Reason, By: e.Actor, Seq: e.Seq, Time: e.Time}
	if n := len(s.Rules); n > 0 && !s.RatingOpened {
		s.Rules[n-1] = entry // nobody has rated by the one before
	} else {
		s.Rules = append(s.Rules, entry)
	}
	return uint64(len(s.Rules))
}

// Bounds of a rule.
const (
	MaxStrata     = 2
	maxRuleReason = 2000
)

// SetRule fixes the rule of the rating. Once the rating has opened it needs a
// reason, and what voters were told of the rating itself stays as it is.
type SetRule struct{ RuleSet }

// Action names the policy's rule.
func (SetRule) Action() Action { return ActionSetRule }

func (c SetRule) decide(s *State, in *Input) error {
	r := c.Rule
	if err := r.check(s); err != nil {
		return err
	}
	r.Seed = s.ratingSeed()
	now := s.Rule()
	if now != nil && sameRule(now, &r) {
		return nil
	}
	if s.RatingOpened {
		if now != nil && (now.Hidden != r.Hidden || now.Open != r.Open || now.Pairs != r.Pairs || now.Quorum != r.Quorum || !slices.Equal(now.Strata, r.Strata)) {
			return faultf(CodeConflict, "the rating has opened: what is hidden, who rates and what turnout is watched stay as voters were told; only the order of the official list can change, for a reason")
		}
		if err := wordings([]wording{{"reason", c.Reason, true, maxRuleReason}}); err != nil {
			return err
		}
	} else if c.Reason != "" {
		return faultf(CodeInvalid, "the rating has not opened yet: until then the rule needs no reason")
	}
	in.emit(&RuleSet{Rule: r, Reason: c.Reason})
	return nil
}

func (r *RatingRule) check(s *State) error {
	switch {
	case r.Order == 0 || int(r.Order) >= len(orderNames):
		return faultf(CodeInvalid, "say what the official list goes by: support, consensus or bridging")
	case r.Weights != WeightsEqual:
		return faultf(CodeInvalid, "in the official list each person's vote counts once: there are no other weights")
	case r.Groups != GroupingOwn:
		return faultf(CodeInvalid, "opinion groups are found in the votes: there is no other method")
	case r.Quorum > 100:
		return faultf(CodeInvalid, "the quorum is %d percent: it is 0 to 100", r.Quorum)
	case r.Pairs > MaxPairsTop:
		return faultf(CodeInvalid, "pairs are put at the end of the first 1 to %d places, not of %d", MaxPairsTop, r.Pairs)
	case r.Quorum > 0 && len(r.Strata) == 0:
		return faultf(CodeInvalid, "a quorum needs a feature by which turnout is watched")
	}
	return s.checkStrata(r.Strata)
}

// checkStrata answers nil for features of the form, few enough and once each.
func (s *State) checkStrata(features []string) error {
	if len(features) > MaxStrata {
		return faultf(CodeInvalid, "turnout can be watched by %d features at most, not by %d", MaxStrata, len(features))
	}
	for i, f := range features {
		if s.Settings.Form.feature(f) == nil {
			return faultf(CodeInvalid, "the form has no feature %q", clip(f))
		}
		if slices.Contains(features[:i], f) {
			return faultf(CodeInvalid, "the feature %q stands twice", clip(f))
		}
	}
	return nil
}

func sameRule(a, b *RatingRule) bool { return string(canonicalBytes(a)) == string(canonicalBytes(b)) }

// DefaultRule is the rule of a rating for which no other was set: by support,
// one person one vote, and nothing counted before the end where people of the
// topic itself rate.
func (s *State) DefaultRule() RatingRule {
	return RatingRule{Order: OrderSupport, Weights: WeightsEqual, Groups: GroupingOwn, Hidden: len(s.Applications) > 0, Seed: s.ratingSeed()}
}

// ratingSeed is the seed that all counts of the rating share: it is fixed with
// the rule, before there are votes, so that nobody tries seeds until one suits.
func (s *State) ratingSeed() string {
	if r := s.Rule(); r != nil {
		return r.Seed
	}
	return fmt.Sprintf("%s/%d", s.Settings.ID, s.Seq)
}

// Rule answers the rule in force, nil where none was ever set: in topics of
// earlier versions, and before the rating.
func (s *State) Rule() *RatingRule {
	if len(s.Rules) == 0 {
		return nil
	}
	return &s.Rules[len(s.Rules)-1].Rule
}

// ResultsHidden says that nobody is to know how the rating stands now.
func (s *State) ResultsHidden() bool {
	r := s.Rule()
	return r != nil && r.Hidden && s.StageKind() == StageRating
}

func (s *State) soundRules() bool {
	return every(s.Rules, func(_ int, e *RuleEntry) bool {
		return e.Rule.Order >= OrderSupport && int(e.Rule.Order) < len(orderNames) && len(e.Rule.Strata) <= MaxStrata
	})
}
