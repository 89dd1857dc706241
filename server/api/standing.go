package api

import (
	"fmt"

	"github.com/gofiber/fiber/v2"

	"veche/server/identity"
	"veche/server/journal"
	"veche/server/privacy"
	"veche/server/topic"
)

// standing is a person with their names in the topic, if they have any.
type standing struct {
	person identity.Person
	names  privacy.Pseudonyms
	known  bool
}

func (a *API) standing(c *fiber.Ctx) (standing, error) {
	w := standing{person: person(c)}
	if w.person.ID == "" {
		return w, nil
	}
	var err error
	w.names, w.known, err = a.Pseudonyms.Find(c.UserContext(), w.person.ID, c.Params("topic"))
	return w, err
}

// visit answers the topic of the request and the standing in it of who asks.
func (a *API) visit(c *fiber.Ctx) (view *journal.View, who standing, err error) {
	if view, err = a.view(c); err == nil {
		who, err = a.standing(c)
	}
	return view, who, err
}

// application is the number of the person's application, 0 for none.
func (w standing) application(s *topic.State) uint64 {
	if !w.known {
		return 0
	}
	return s.ApplicationOf(w.names.Debate)
}

// readsAll says that the person reads every table.
func (w standing) readsAll() bool {
	return hasAny(w.person, watchers)
}

// in answers where the person stands in the topic.
func (w standing) in(s *topic.State, now int64) me {
	m := me{Roles: []topic.Role{}, Application: meApplication{Status: "none"}, Seat: meSeat{Status: "none"}, Can: []topic.Action{}}
	if w.person.ID == "" {
		return m
	}
	m.Roles = append([]topic.Role{topic.RoleCitizen}, w.person.Roles...)
	n := w.application(s)
	if n != 0 {
		a := &s.Applications[n-1]
		m.Application = meApplication{Status: applicationStatus(s, a), Receipt: receipt(n, a.Row), File: a.Import == 0}
		if a.Seat != 0 {
			seat := s.Seats[a.Seat-1]
			at, _ := s.TableAt(seat.Table)
			m.Seat = meSeat{Status: seat.Status.String(), Number: uint64(a.Seat), Table: seat.Table, Round: at.Round, Session: at.Session, Language: at.Language}
		}
	}
	_, participant := s.Participant(n)
	if participant {
		m.Roles = append(m.Roles, topic.RoleParticipant)
	}
	if v := s.SilencedBy(n, now); v != 0 {
		m.Silenced = &silence{Sanction: v, Until: s.Sanctions[v-1].Until}
	}
	m.Ballot = w.ballot(s) != 0
	for _, rule := range topic.Policy {
		if rule.Reads() {
			continue
		}
		if topic.Writes(rule.Action) && m.Silenced != nil && len(w.person.Roles) == 0 {
			continue
		}
		if w.can(s, n, participant, m.Ballot, rule) {
			m.Can = append(m.Can, rule.Action)
		}
	}
	return m
}

// can says whether the person may do an action now, by rule and standing.
func (w standing) can(s *topic.State, n uint64, participant, ballot bool, rule topic.Rule) bool {
	if rule.Action == topic.ActionCreate {
		return w.person.Has(topic.RolePlanner)
	}
	if s.Closing(rule.Action) {
		return false
	}
	for _, r := range rule.Roles {
		if s.Permit(r, rule.Action) != nil {
			continue
		}
		if r.Staff() {
			if w.person.Has(r) {
				return true
			}
			continue
		}
		switch rule.Action {
		case topic.ActionApply:
			if s.PoolOpen() == nil && (n == 0 || s.Applications[n-1].Status == topic.ApplicationWithdrawn) {
				return true
			}
		case topic.ActionWithdraw:
			if n != 0 && s.Applications[n-1].Status == topic.ApplicationOpen {
				return true
			}
		case topic.ActionAnswerSeat:
			if n != 0 && s.Applications[n-1].Seat != 0 && s.Seats[s.Applications[n-1].Seat-1].Status != topic.SeatDeclined {
				return true
			}
		case topic.ActionSay, topic.ActionSubmitIdea, topic.ActionRenewIdea, topic.ActionInviteCoauthor, topic.ActionFloor, topic.ActionReact, topic.ActionFlag, topic.ActionAsk:
			if participant {
				return true
			}
		case topic.ActionAppeal, topic.ActionMask, topic.ActionClaimPaper, topic.ActionAnswerInvitation:
			if n != 0 {
				return true
			}
		case topic.ActionReportTrouble:
			return true
		case topic.ActionReport:
			if table, _ := s.Participant(n); participant && table != 0 {
				return true
			}
		case topic.ActionVote:
			if ballot {
				return true
			}
		case topic.ActionVoteOpen:
			if w.ratesOpenly(s) {
				return true
			}
		}
	}
	return false
}

func applicationStatus(s *topic.State, a *topic.Application) string {
	switch {
	case a.Status == topic.ApplicationWithdrawn:
		return "withdrawn"
	case a.Status == topic.ApplicationDouble:
		return "double"
	case a.Seat != 0:
		return "selected"
	case a.Reserve != 0:
		return "reserve"
	case len(s.Rounds) > 0:
		return "not-selected"
	default:
		return "applied"
	}
}

// receipt is what a person keeps: the number of their application and the
// beginning of their row's digest, which the draw's proof holds whole.
func receipt(n uint64, row topic.Digest) string { return fmt.Sprintf("%d-%s", n, row.String()[:16]) }
