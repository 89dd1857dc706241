package topic

import "testing"

// A rating never opens without a rule: what nobody set is the default, in the
// log before the first vote.
func TestRatingOpensByARule(t *testing.T) {
	sc := newScene(t)
	sc.debate()
	sc.rating()
	r := sc.state.Rule()
	if r == nil || r.Order != OrderSupport || !r.Hidden || r.Seed == "" {
		t.Fatalf("the rating opened by %+v", r)
	}
	at, opened := 0, 0
	for i := range sc.log {
		switch sc.log[i].Kind() {
		case KindRuleSet:
			at = i
		case KindStageOpened:
			opened = i
		}
	}
	if at == 0 || at > opened {
		t.Errorf("the rule is event %d, the rating opened by event %d", at+1, opened+1)
	}
}

// Hidden results can't be counted while the rating is open, by anybody, and
// can't be uncovered once people rate.
func TestHiddenResultsWaitForTheEnd(t *testing.T) {
	sc := newScene(t)
	sc.debate()
	sc.rating()
	sc.do(ballot("anna"), Vote{Item: 1, Value: Agree})
	count := func() RecordTally {
		return RecordTally{Tallied{InputSeq: sc.state.Seq, Seed: sc.state.Rule().Seed, Result: text("tally")}}
	}
	sc.refused(planner, count(), CodeConflict)
	sc.refused(planner, SetRule{RuleSet{sc.rule(OrderSupport), "We want to see."}}, CodeConflict)
	sc.open(atResults)
	sc.do(planner, count())
	sc.open(atRating)
	if !sc.state.ResultsHidden() {
		t.Error("a rating that was opened again shows its results")
	}
	sc.refused(planner, count(), CodeConflict)
}

// A count by another seed than the rule's is refused: seeds can't be tried.
func TestCountGoesByTheRulesSeed(t *testing.T) {
	sc := newScene(t)
	sc.debate()
	sc.rating()
	sc.do(ballot("anna"), Vote{Item: 1, Value: Agree})
	sc.open(atResults)
	sc.refused(planner, RecordTally{Tallied{InputSeq: sc.state.Seq, Seed: "a better one", Result: text("tally")}}, CodeConflict)
	seed := sc.state.Rule().Seed
	r := sc.rule(OrderBridging)
	r.Hidden, r.Seed = true, "a better one"
	sc.do(planner, SetRule{RuleSet{r, "Asked for."}})
	if got := sc.state.Rule().Seed; got != seed {
		t.Errorf("a changed rule has the seed %q, the first had %q", got, seed)
	}
}

// Before the rating opens the last rule counts alone; after, each stays, with
// the reason for the change.
func TestRulesAfterTheRatingStay(t *testing.T) {
	sc := newScene(t)
	sc.debate()
	sc.do(planner, SetRule{RuleSet{Rule: sc.rule(OrderBridging)}})
	sc.do(planner, SetRule{RuleSet{Rule: sc.rule(OrderConsensus)}})
	sc.refused(planner, SetRule{RuleSet{sc.rule(OrderSupport), "Too early for one."}}, CodeInvalid)
	sc.rating()
	if n := len(sc.state.Rules); n != 1 || sc.state.Rule().Order != OrderConsensus {
		t.Fatalf("%d rules as the rating opens, the last by %s", n, sc.state.Rule().Order)
	}
	sc.refused(planner, SetRule{RuleSet{Rule: sc.rule(OrderSupport)}}, CodeInvalid)
	sc.refused(moderator, SetRule{RuleSet{sc.rule(OrderSupport), "Why."}}, CodeForbidden)
	sc.do(planner, SetRule{RuleSet{sc.rule(OrderSupport), "The council decided."}})
	if n := len(sc.state.Rules); n != 2 || sc.state.Rules[0].Rule.Order != OrderConsensus || sc.state.Rules[1].Reason != "The council decided." {
		t.Errorf("the rules are %+v", sc.state.Rules)
	}
}

func TestRulesThatAreNone(t *testing.T) {
	for name, change := range map[string]func(*RatingRule){
		"no order":                  func(r *RatingRule) { r.Order = 0 },
		"another order":             func(r *RatingRule) { r.Order = 4 },
		"other weights":             func(r *RatingRule) { r.Weights = 2 },
		"other groups":              func(r *RatingRule) { r.Groups = 0 },
		"a quorum above all":        func(r *RatingRule) { r.Strata, r.Quorum = []string{"age"}, 101 },
		"a quorum of nothing":       func(r *RatingRule) { r.Quorum = 10 },
		"a feature that is not":     func(r *RatingRule) { r.Strata = []string{"height"} },
		"a feature twice":           func(r *RatingRule) { r.Strata = []string{"age", "age"} },
		"pairs too far down":        func(r *RatingRule) { r.Pairs = MaxPairsTop + 1 },
		"more features than strata": func(r *RatingRule) { r.Strata = []string{"age", "district", "x"} },
	} {
		t.Run(name, func(t *testing.T) {
			sc := newScene(t)
			sc.debate()
			r := sc.rule(OrderSupport)
			change(&r)
			sc.refused(planner, SetRule{RuleSet{Rule: r}}, CodeInvalid)
		})
	}
}
