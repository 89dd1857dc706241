package api

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"

	"github.com/gofiber/fiber/v2"

	"veche/server/analysis"
	"veche/server/audit"
	"veche/server/export"
	"veche/server/journal"
	"veche/server/topic"
)

// pollTerms are a poll's terms as the interface has them.
type pollTerms struct {
	Question   string           `json:"question"`
	Explain    string           `json:"explain"`
	Options    []string         `json:"options"`
	Min        uint32           `json:"min"`
	Max        uint32           `json:"max"`
	Electorate topic.Electorate `json:"electorate"`
	Table      uint32           `json:"table"`
	When       topic.PollTime   `json:"when"`
	Live       bool             `json:"live"`
	Closes     int64            `json:"closes"`
	Strata     []string         `json:"strata"`
	After      uint32           `json:"after"`
	Entitled   uint64           `json:"entitled"`
	Own        bool             `json:"own"`
}

// pollView is a poll as everyone sees it, with the reader's own ballot.
type pollView struct {
	Poll   uint32 `json:"poll"`
	Status string `json:"status"`
	pollTerms
	Opened int64               `json:"opened"`
	Closed int64               `json:"closed"`
	Issued int                 `json:"issued"`
	Cast   *uint64             `json:"cast"`          // null while the poll tells nothing; in steps while it is open
	Result *analysis.PollCount `json:"results"`       // null while it tells nothing, or where too few voted
	Shift  *analysis.PollShift `json:"shift"`         // since the poll that asked before
	Takes  bool                `json:"takes_ballots"` // it is open, and its time and step are there
	May    bool                `json:"may_vote"`
	Mine   []uint32            `json:"mine"` // options that the reader's ballot chooses
	Seq    uint64              `json:"receipt"`

	Added      []addedView  `json:"added"`       // options that came after it had opened
	Since      []uint32     `json:"new_options"` // those of them that came after the reader's ballot
	MayPropose bool         `json:"may_propose"`
	Proposed   []optionIdea `json:"proposed"` // the reader's own proposals; all, for moderators
}

func pollOf(s *topic.State, n uint32, who standing, now int64) pollView {
	p := &s.Polls[n-1]
	v := pollView{
		Poll: n, Status: p.Status.String(), pollTerms: pollTerms(p.PollTerms), Opened: p.Opened, Closed: p.Closed,
		Issued: len(p.Roll), Mine: []uint32{},
	}
	v.Options, v.Strata = listed(v.Options), listed(v.pollTerms.Strata)
	if tells(p) {
		_, cast := p.Told()
		v.Cast, v.Result = &cast, analysis.CountPoll(p)
	}
	ballot := uint64(0)
	if who.known {
		if ballot = p.BallotOf(who.names.InPoll(p.Group(n))); ballot != 0 {
			v.Mine, v.Seq = topic.OptionsOf(p.Marks[ballot-1]), p.Cast[ballot-1]
		}
	}
	v.Added, v.Since = addedTo(p, v.Seq)
	open := s.TakesBallots(p, now)
	v.Takes = open
	v.MayPropose = p.Own && open && len(p.Options) < topic.MaxBallotOptions && s.MayProposeOption(n, who.application(s))
	switch table, participant := s.Participant(who.application(s)); {
	case !open || who.person.ID == "":
	case p.Electorate == topic.ElectorateEveryone || ballot != 0:
		v.May = true
	case participant:
		v.May = p.Electorate == topic.ElectoratePanel || table == p.Table
	}
	return v
}

// tells says that a poll's counts are for everyone.
func tells(p *topic.Poll) bool {
	return p.Status == topic.PollEnded || p.Status == topic.PollOpen && p.Live
}

// listPolls answers all polls; those that are not open yet only to planners.
func (a *API) listPolls(c *fiber.Ctx) error {
	view, who, err := a.visit(c)
	if err != nil {
		return err
	}
	list := []pollView{}
	view.Read(func(s *topic.State, _ uint64) {
		for n := uint32(1); int(n) <= len(s.Polls); n++ {
			if s.Polls[n-1].Status != topic.PollDraft || who.person.Has(topic.RolePlanner) {
				list = append(list, pollOf(s, n, who, a.now()))
			}
		}
	})
	proposed, err := a.proposed(c, view, who)
	if err != nil {
		return err
	}
	for i := range list {
		list[i].Proposed = orEmpty(proposed[list[i].Poll])
		if list[i].Shift, err = a.shift(c, view, &list[i]); err != nil {
			return err
		}
	}
	return tagged(c, fiber.Map{"polls": list})
}

// shift answers how opinion moved to a closed poll from the one that asked
// before, nil for others. Closed polls stay as they are: it is made once.
func (a *API) shift(c *fiber.Ctx, view *journal.View, v *pollView) (*analysis.PollShift, error) {
	if v.After == 0 || v.Status != topic.PollEnded.String() {
		return nil, nil
	}
	return a.shifts.Of(fmt.Sprintf("%s/%d", c.Params("topic"), v.Poll), func() int64 { return v.Closed }, func() (closed int64, s *analysis.PollShift, err error) {
		view.Read(func(st *topic.State, _ uint64) { s = analysis.ShiftOf(&st.Polls[v.After-1], &st.Polls[v.Poll-1]) })
		return v.Closed, s, nil
	})
}

// makePoll makes a poll, or changes one that is not open yet.
func (a *API) makePoll(c *fiber.Ctx) error {
	var in struct {
		ClientID string `json:"client_id"`
		pollTerms
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	cmd, status := topic.MakePoll{PollMade: topic.PollMade{Terms: topic.PollTerms(in.pollTerms)}}, fiber.StatusCreated
	if c.Params("poll") != "" {
		n, err := number(c, "poll")
		if err != nil {
			return err
		}
		if n == 0 {
			return refuse("not-found", "there is no poll 0")
		}
		cmd.Poll, status = n, fiber.StatusOK
	}
	ack, err := a.submit(c, in.ClientID, cmd)
	if err != nil {
		return err
	}
	return acknowledge(c, status, ack, fiber.Map{"poll": ack.Answer})
}

// onPoll does a planner's command about the poll of the request.
func (a *API) onPoll(c *fiber.Ctx, command func(n uint32) topic.Command) (journal.Ack, uint32, error) {
	n, err := number(c, "poll")
	if err != nil {
		return journal.Ack{}, 0, err
	}
	var in struct {
		ClientID string `json:"client_id"`
	}
	if err := readJSON(c, &in); err != nil {
		return journal.Ack{}, 0, err
	}
	ack, err := a.submit(c, in.ClientID, command(n))
	return ack, n, err
}

// openPoll opens a poll and issues its ballots, all at once.
func (a *API) openPoll(c *fiber.Ctx) error {
	ack, n, err := a.onPoll(c, func(n uint32) topic.Command { return topic.OpenPoll{Poll: n} })
	if err != nil {
		return err
	}
	if err := IssuePollBallots(c.UserContext(), a.Journal, a.Pseudonyms, c.Params("topic"), n); err != nil {
		return err
	}
	return acknowledge(c, fiber.StatusOK, ack, nil)
}

func (a *API) closePoll(c *fiber.Ctx) error {
	ack, _, err := a.onPoll(c, func(n uint32) topic.Command { return topic.ClosePoll{Poll: n} })
	if err != nil {
		return err
	}
	return acknowledge(c, fiber.StatusOK, ack, nil)
}

// castBallot takes a ballot in the name that the person has in this poll alone.
func (a *API) castBallot(c *fiber.Ctx) error {
	n, err := number(c, "poll")
	if err != nil {
		return err
	}
	var in struct {
		ClientID string   `json:"client_id"`
		Options  []uint32 `json:"options"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	cmd := topic.CastBallot{Poll: n, Options: in.Options}
	rand.Read(cmd.Salt[:])
	view, err := a.view(c)
	if err != nil {
		return err
	}
	if err := a.sureEnough(c, view); err != nil {
		return err
	}
	group := uint32(0)
	view.Read(func(s *topic.State, _ uint64) {
		if n != 0 && int(n) <= len(s.Polls) && s.Polls[n-1].Status != topic.PollDraft {
			group = s.Polls[n-1].Group(n)
		}
	})
	if group == 0 {
		return refuse("not-found", fmt.Sprintf("there is no poll %d", n))
	}
	if err := checkClientID(in.ClientID); err != nil {
		return err
	}
	names, err := a.Pseudonyms.Pseudonyms(c.UserContext(), person(c).ID, c.Params("topic"))
	if err != nil {
		return err
	}
	r := journal.Request{Who: topic.Who{Role: topic.RoleBallot, Pseudonym: names.InPoll(group)}, ClientID: in.ClientID, Command: cmd}
	ack, err := a.Journal.Submit(c.UserContext(), c.Params("topic"), r)
	if topic.CodeOf(err) == topic.CodeForbidden { // seated since the ballots were issued
		if entitled, err := a.entitled(c, view, n); err != nil || !entitled {
			return errors.Join(err, topic.NewFault(topic.CodeForbidden, "there is no ballot for you in this poll"))
		}
		if err := IssuePollBallots(c.UserContext(), a.Journal, a.Pseudonyms, c.Params("topic"), n); err != nil {
			return err
		}
		ack, err = a.Journal.Submit(c.UserContext(), c.Params("topic"), r)
	}
	if err != nil {
		return err
	}
	return acknowledge(c, fiber.StatusOK, ack, nil)
}

// entitled says that the person may vote in a poll now, on its roll or not.
func (a *API) entitled(c *fiber.Ctx, view *journal.View, poll uint32) (may bool, err error) {
	who, err := a.standing(c)
	if err != nil {
		return false, err
	}
	view.Read(func(s *topic.State, _ uint64) { may = pollOf(s, poll, who, a.now()).May })
	return may, nil
}

// getBallotReceipt answers the receipt of the reader's own ballot.
func (a *API) getBallotReceipt(c *fiber.Ctx) error {
	n, err := number(c, "poll")
	if err != nil {
		return err
	}
	view, who, err := a.visit(c)
	if err != nil {
		return err
	}
	var seq uint64
	var name topic.Pseudonym
	view.Read(func(s *topic.State, _ uint64) {
		if n == 0 || int(n) > len(s.Polls) || !who.known {
			return
		}
		p := &s.Polls[n-1]
		name = who.names.InPoll(p.Group(n))
		if ballot := p.BallotOf(name); ballot != 0 {
			seq = p.Cast[ballot-1]
		}
	})
	if seq == 0 {
		return refuse("not-found", fmt.Sprintf("you have cast no ballot in poll %d", n))
	}
	var r audit.BallotReceipt
	err = a.Journal.ReadAfter(c.UserContext(), c.Params("topic"), seq-1, func(e *topic.Event) error {
		r = audit.NewBallotReceipt(c.Params("topic"), e, name)
		return errEnough
	})
	if !errors.Is(err, errEnough) {
		return errors.Join(err, fmt.Errorf("event %d of topic %s is not there", seq, c.Params("topic")))
	}
	c.Set(fiber.HeaderContentDisposition, fmt.Sprintf("attachment; filename=%q", fmt.Sprintf("ballot-%s-%d.json", c.Params("topic"), n)))
	return c.JSON(r)
}

// downloadPoll answers the counts of a poll as a table.
func (a *API) downloadPoll(c *fiber.Ctx) error {
	n, err := number(c, "poll")
	if err != nil {
		return err
	}
	view, err := a.view(c)
	if err != nil {
		return err
	}
	var table export.PollTable
	there := false
	view.Read(func(s *topic.State, _ uint64) {
		if n == 0 || int(n) > len(s.Polls) {
			return
		}
		p := &s.Polls[n-1]
		if there = tells(p); there {
			table = export.PollTable{Question: p.Question, Options: p.Options, Issued: len(p.Roll), Count: analysis.CountPoll(p)}
			_, table.Cast = p.Told()
		}
	})
	switch {
	case !there:
		return refuse("not-found", fmt.Sprintf("there are no results of a poll %d", n))
	case table.Count == nil:
		return topic.NewFault(topic.CodeConflict, "fewer than %d ballots were cast in this poll: what they say is not told", topic.FewBallots)
	}
	var b bytes.Buffer
	if err := table.WriteCSV(&b); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "text/csv; charset=utf-8")
	c.Set(fiber.HeaderContentDisposition, fmt.Sprintf("attachment; filename=%q", fmt.Sprintf("poll-%s-%d.csv", c.Params("topic"), n)))
	return c.Send(b.Bytes())
}
