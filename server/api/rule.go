package api

import (
	"github.com/gofiber/fiber/v2"

	"veche/server/topic"
)

// ruleView is the rule of a rating as all read it.
type ruleView struct {
	Order  topic.Order `json:"order"`
	Hidden bool        `json:"hidden"`
	Strata []string    `json:"strata"` // features by which turnout is watched
	Quorum uint32      `json:"quorum"` // percent of each stratum that is to rate, 0 for none
	Pairs  uint32      `json:"pairs"`  // places at whose end near ties are put in pairs, 0 for none
	Open   bool        `json:"open"`   // everyone signed in may rate too, counted apart
	Seed   string      `json:"seed"`
	Reason string      `json:"reason"` // "" where it was fixed before the rating opened
	By     string      `json:"by"`
	Seq    uint64      `json:"seq"`
	Time   int64       `json:"time"` // 0: not fixed yet, this one will be
}

// rulesOf views the rules in the order in which they came into force, the
// default one while none is fixed; none in topics of earlier versions.
func rulesOf(s *topic.State) []ruleView {
	list := []ruleView{}
	view := func(r *topic.RatingRule) ruleView {
		return ruleView{Order: r.Order, Hidden: r.Hidden, Strata: orEmpty(r.Strata), Quorum: r.Quorum, Open: r.Open, Pairs: r.Pairs, Seed: r.Seed}
	}
	for i := range s.Rules {
		e := &s.Rules[i]
		v := view(&e.Rule)
		v.Reason, v.By, v.Seq, v.Time = e.Reason, doer(e.By), e.Seq, e.Time
		list = append(list, v)
	}
	if len(list) == 0 && !s.RatingOpened {
		r := s.DefaultRule()
		list = append(list, view(&r))
	}
	return list
}

// turnoutView is how many of a stratum's people have rated something.
type turnoutView struct {
	Stratum string `json:"stratum"`
	People  int    `json:"people"`
	Voters  int    `json:"voters"`
	Met     bool   `json:"met"` // the quorum, true where there is none
}

func turnoutOf(s *topic.State) []turnoutView {
	list := []turnoutView{}
	for _, t := range s.Turnout() {
		quorum := int(s.Rule().Quorum)
		list = append(list, turnoutView{Stratum: t.Stratum, People: t.Ballots, Voters: t.Voters, Met: 100*t.Voters >= quorum*t.Ballots})
	}
	return list
}

func (a *API) getRule(c *fiber.Ctx) error {
	view, err := a.view(c)
	if err != nil {
		return err
	}
	var rules []ruleView
	opened, hidden := false, false
	turnout := []turnoutView{}
	view.Read(func(s *topic.State, _ uint64) {
		rules, opened, hidden = rulesOf(s), s.RatingOpened, s.ResultsHidden()
		if s.Rule() != nil {
			turnout = turnoutOf(s)
		}
	})
	return c.JSON(fiber.Map{"rules": rules, "opened": opened, "hidden": hidden, "turnout": turnout})
}

func (a *API) setRule(c *fiber.Ctx) error {
	var in struct {
		ClientID string      `json:"client_id"`
		Order    topic.Order `json:"order"`
		Hidden   bool        `json:"hidden"`
		Strata   []string    `json:"strata"`
		Quorum   uint32      `json:"quorum"`
		Open     bool        `json:"open"`
		Pairs    uint32      `json:"pairs"`
		Reason   string      `json:"reason"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	rule := topic.RatingRule{Order: in.Order, Weights: topic.WeightsEqual, Groups: topic.GroupingOwn, Hidden: in.Hidden, Strata: in.Strata, Quorum: in.Quorum, Open: in.Open, Pairs: in.Pairs}
	ack, err := a.submit(c, in.ClientID, topic.SetRule{RuleSet: topic.RuleSet{Rule: rule, Reason: in.Reason}})
	if err != nil {
		return err
	}
	return c.JSON(fiber.Map{"ack": ack})
}
