package topic

import (
	"fmt"
	"testing"
)

// crowd is a rating of an own rule, with so many ballots to issue.
func crowd(t *testing.T, n int) (*scene, IssueBallots) {
	sc := newScene(t)
	sc.debate()
	r := sc.rule(OrderSupport)
	r.Strata, r.Quorum = []string{"age"}, 50
	sc.do(planner, SetRule{RuleSet{Rule: r}})
	sc.ideas(2)
	sc.cluster(1, 1, 1)
	sc.open(atCuration)
	sc.do(moderator, FreezeItems{[]Item{{Cluster: 1, Idea: 1}}})
	sc.open(atRating)
	c := IssueBallots{Strata: []string{"old", "young"}}
	for i := range n {
		c.Pseudonyms = append(c.Pseudonyms, name(fmt.Sprint("ballot ", i)))
		c.Of = append(c.Of, uint32(1+i%2))
	}
	sorted(c.Pseudonyms...)
	return sc, c
}

func TestTurnoutOfStrata(t *testing.T) {
	sc, c := crowd(t, 24)
	sc.do(system, c)
	for _, p := range c.Pseudonyms[:5] {
		sc.do(Who{RoleBallot, p}, Vote{Item: 1, Value: Agree})
	}
	got := sc.state.Turnout()
	want := []Turnout{{"old", 12, 3}, {"young", 12, 2}}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("turnout %v, want %v", got, want)
	}
	more := IssueBallots{Strata: []string{"young"}}
	for i := range 10 {
		more.Pseudonyms, more.Of = append(more.Pseudonyms, name(fmt.Sprint("late ", i))), append(more.Of, 1)
	}
	sorted(more.Pseudonyms...)
	sc.do(system, more)
	if got := sc.state.Turnout(); got[1].Ballots != 22 || len(got) != 2 {
		t.Errorf("after ten more young people: %v", got)
	}
}

func TestStrataThatCantBe(t *testing.T) {
	for what, change := range map[string]func(*IssueBallots){
		"too few people":     func(c *IssueBallots) { c.Of = append(make([]uint32, 23), 1) },
		"no such stratum":    func(c *IssueBallots) { c.Of[3] = 3 },
		"of too few ballots": func(c *IssueBallots) { c.Of = c.Of[:20] },
	} {
		t.Run(what, func(t *testing.T) {
			sc, c := crowd(t, 24)
			change(&c)
			sc.refused(system, c, CodeInvalid)
		})
	}
	sc, c := crowd(t, 24)
	sc.refused(planner, c, CodeForbidden)
	plain := newScene(t)
	plain.debate()
	plain.rating()
	plain.refused(system, c, CodeConflict)
}
