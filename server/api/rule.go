package api

import (
	"github.com/gofiber/fiber/v2"

	"veche/server/topic"
)

// ruleView is the rule of a rating as all read it.
type ruleView struct {
	Order  topic.Order `json:"order"`
	Hidden bool        `json:"hidden"`
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
		return ruleView{Order: r.Order, Hidden: r.Hidden, Seed: r.Seed}
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

func (a *API) getRule(c *fiber.Ctx) error {
	view, err := a.view(c)
	if err != nil {
		return err
	}
	var rules []ruleView
	opened, hidden := false, false
	view.Read(func(s *topic.State, _ uint64) {
		rules, opened, hidden = rulesOf(s), s.RatingOpened, s.ResultsHidden()
	})
	return c.JSON(fiber.Map{"rules": rules, "opened": opened, "hidden": hidden})
}

func (a *API) setRule(c *fiber.Ctx) error {
	var in struct {
		ClientID string      `json:"client_id"`
		Order    topic.Order `json:"order"`
		Hidden   bool        `json:"hidden"`
		Reason   string      `json:"reason"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	rule := topic.RatingRule{Order: in.Order, Weights: topic.WeightsEqual, Groups: topic.GroupingOwn, Hidden: in.Hidden}
	ack, err := a.submit(c, in.ClientID, topic.SetRule{RuleSet: topic.RuleSet{Rule: rule, Reason: in.Reason}})
	if err != nil {
		return err
	}
	return c.JSON(fiber.Map{"ack": ack})
}
