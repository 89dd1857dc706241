package api

import (
	"errors"
	"fmt"

	"github.com/gofiber/fiber/v2"

	"veche/server/journal"
	"veche/server/topic"
)

type topicSummary struct {
	ID         string       `json:"id"`
	Title      string       `json:"title"`
	Question   string       `json:"question"`
	Lang       string       `json:"lang"`
	Stage      *topic.Stage `json:"stage"`
	StageIndex int32        `json:"stage_index"`
	Draft      bool         `json:"draft"` // shown to staff alone: no step has opened
	Counts     topic.Counts `json:"counts"`
}

func (a *API) listTopics(c *fiber.Ctx) error {
	ids, err := a.Journal.Topics(c.UserContext())
	if err != nil {
		return err
	}
	list, roles := []topicSummary{}, person(c).Roles
	for _, id := range ids {
		view, err := a.Journal.View(c.UserContext(), id)
		if topic.CodeOf(err) == topic.CodeGone {
			continue // in this moment
		}
		if err != nil {
			return fmt.Errorf("topic %s: %w", id, err)
		}
		view.Read(func(s *topic.State, _ uint64) {
			if !s.ShownTo(roles) {
				return
			}
			list = append(list, topicSummary{ID: id, Draft: s.Draft(), Title: s.Settings.Title, Question: s.Settings.Question, Lang: s.Settings.Lang, Stage: stageOf(s), StageIndex: s.StageIndex, Counts: s.Told()})
		})
	}
	return c.JSON(fiber.Map{"topics": list})
}

func stageOf(s *topic.State) *topic.Stage {
	if s.StageKind() == topic.StageNone {
		return nil
	}
	stage := s.Settings.Stages[s.StageIndex]
	return &stage
}

type topicView struct {
	ID         string         `json:"id"`
	Settings   topic.Settings `json:"settings"`
	StageIndex int32          `json:"stage_index"`
	Draft      bool           `json:"draft"` // shown to staff alone: no step has opened
	Counts     topic.Counts   `json:"counts"`
	Me         me             `json:"me"`
	Seq        uint64         `json:"seq"`
	Epoch      uint64         `json:"epoch"`
	Deletion   *deletionView  `json:"deletion"` // null where nobody asked that it be deleted
}

// me is where the person stands in the topic.
type me struct {
	Roles       []topic.Role   `json:"roles"`
	Application meApplication  `json:"application"`
	Seat        meSeat         `json:"seat"`
	Ballot      bool           `json:"ballot"`
	Can         []topic.Action `json:"can"`
	Silenced    *silence       `json:"silenced"` // null for who may write
}

// silence is a time-out or a suspension that holds.
type silence struct {
	Sanction uint32 `json:"sanction"`
	Until    int64  `json:"until"` // 0: to the topic's end
}

type meApplication struct {
	Status  string `json:"status"`
	Receipt string `json:"receipt"`
	File    bool   `json:"file"` // the receipt of its event can be had
}

type meSeat struct {
	Status string `json:"status"`
	Number uint64 `json:"number"`
	Table  uint32 `json:"table"`

	// Of the table: its round from 1, and the session and language where there is a choice.
	Round    uint32 `json:"round"`
	Session  string `json:"session"`
	Language string `json:"language"`
}

func (a *API) getTopic(c *fiber.Ctx) error {
	view, who, err := a.visit(c)
	if err != nil {
		return err
	}
	v := topicView{ID: c.Params("topic")}
	view.Read(func(s *topic.State, epoch uint64) {
		v.Settings, v.StageIndex, v.Draft, v.Counts, v.Seq, v.Epoch = s.Settings, s.StageIndex, s.Draft(), s.Told(), s.ToldSeq(), epoch
		v.Me, v.Deletion = who.in(s, a.now()), deletionOf(s, who)
		if link := &v.Settings.Debate.CallLink; !who.readsAll() { // a table's call is its people's
			table, ok := s.Participant(who.application(s))
			if !ok || table == 0 {
				*link = ""
			}
			*link = callLink(*link, table)
		}
	})
	normalise(&v.Settings)
	return c.JSON(v)
}

// normalise turns absent lists into empty ones, so that a reader needs no case
// for null.
func normalise(t *topic.Settings) {
	if t.Stages == nil {
		t.Stages = []topic.Stage{}
	}
	if t.Form.Features == nil {
		t.Form.Features = []topic.Feature{}
	}
	for _, list := range []*[]string{&t.Form.Interests, &t.Form.Sessions, &t.Form.Languages, &t.TableFeatures} {
		if *list == nil {
			*list = []string{}
		}
	}
	if t.Quotas == nil {
		t.Quotas = []topic.Quota{}
	}
	for _, agenda := range []*[]topic.Step{&t.Debate.Agenda, &t.Debate.HallAgenda} {
		*agenda = listed(*agenda)
	}
	t.Debate.Arguments = listed(t.Debate.Arguments)
}

func (a *API) createTopic(c *fiber.Ctx) error {
	var in struct {
		ClientID string `json:"client_id"`
		topic.Settings
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	if err := in.Settings.Validate(); err != nil {
		return err
	}
	_, err := a.Journal.View(c.UserContext(), in.ID)
	if err == nil && in.ClientID == "" {
		return topic.NewFault(topic.CodeConflict, "there is a topic %q already: choose another id", in.ID)
	}
	if err != nil && topic.CodeOf(err) != topic.CodeNotFound {
		return err
	}
	who, err := a.as(c, in.ID, topic.ActionCreate)
	if err != nil {
		return err
	}
	ack, err := a.Journal.Create(c.UserContext(), journal.Request{Who: who, ClientID: in.ClientID, Command: topic.Create{Settings: in.Settings}})
	if err != nil {
		return err
	}
	return c.Status(fiber.StatusCreated).JSON(fiber.Map{"id": in.ID, "ack": ack})
}

func (a *API) putSettings(c *fiber.Ctx) error {
	var in struct {
		ClientID string `json:"client_id"`
		topic.Settings
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	if in.ID == "" {
		in.ID = c.Params("topic")
	}
	ack, err := a.submit(c, in.ClientID, topic.ChangeSettings{Settings: in.Settings})
	if err != nil {
		return err
	}
	return c.JSON(fiber.Map{"ack": ack})
}

func (a *API) openStage(c *fiber.Ctx) error {
	var in struct {
		ClientID string `json:"client_id"`
		Stage    int    `json:"stage"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	ack, err := a.submit(c, in.ClientID, topic.OpenStage{Index: in.Stage})
	if err != nil {
		return err
	}
	if err := a.issueBallots(c); err != nil {
		return err
	}
	return c.JSON(fiber.Map{"ack": ack})
}

// issueBallots gives ballots to all participants once the rating is open. All
// at once and sorted: the moment tells nothing about a person.
func (a *API) issueBallots(c *fiber.Ctx) error {
	err := IssueBallots(c.UserContext(), a.Journal, a.Pseudonyms, c.Params("topic"))
	if topic.CodeOf(err) == topic.CodeWrongStage {
		return nil // another step was opened meanwhile
	}
	return err
}

// history summarises an event without personal data.
type historyEvent struct {
	Seq     uint64 `json:"seq"`
	Time    int64  `json:"time"`
	Kind    string `json:"kind"`
	Actor   string `json:"actor"`
	Summary string `json:"summary"`
}

// historyOf shows an event to all, false for one that is not listed: what people
// do alone and unseen. Even without hour and name such an entry would stand
// between others that have both: an application would name its author to who saw
// them apply, a vote, laid beside the votes that are published, a ballot's owner,
// and a report of a message who reported it. Reactions and support are left out
// with them, so that what is missing between two entries is mostly those.
func historyOf(e *topic.Event) (historyEvent, bool) {
	switch e.Body.(type) {
	case *topic.Applied, *topic.Withdrawn, *topic.ConsentGiven, *topic.ConsentWithdrawn, *topic.Voted, *topic.OpenBallotIssued, *topic.OpenVoted, *topic.PairCompared, *topic.RemarkFlagged, *topic.Reacted, *topic.QuestionSupported,
		*topic.PollBallotsIssued, *topic.BallotCast, *topic.IdeaFlagged, *topic.AppealMade, *topic.TroubleReported, *topic.TextMasked:
		return historyEvent{}, false
	case *topic.Sanctioned, *topic.SanctionLifted, *topic.CasesClaimed, *topic.RemovalProposed, // between moderators and one person
		*topic.OperationDrafted, *topic.UndoDrafted, *topic.DraftSettled: // what comes of it is an operation
		return historyEvent{}, false
	case *topic.TroubleMoved:
		if e.Actor.Role == topic.RoleCitizen {
			return historyEvent{}, false
		}
	}
	h := historyEvent{Seq: e.Seq, Time: e.Time, Kind: e.Kind().String(), Actor: e.Actor.Role.String(), Summary: e.Summary()}
	if e.Actor.Role.Staff() {
		h.Actor = fmt.Sprintf("%s %d", e.Actor.Role, e.Actor.Number)
	}
	return h, true
}

// historyMost is how many events are read for a page of the history.
const historyMost = 20_000

var errEnough = errors.New("enough")

// getHistory answers a page of the events after a seq, and with next the seq to
// ask after for the following one; there is none from top on.
func (a *API) getHistory(c *fiber.Ctx) error {
	after, err := query(c, "after", 0, 1<<40)
	if err != nil {
		return err
	}
	limit, err := query(c, "limit", 100, 1000)
	if err != nil {
		return err
	}
	view, err := a.view(c)
	if err != nil {
		return err
	}
	var top uint64
	view.Read(func(s *topic.State, _ uint64) { top = s.Seq })
	events, next, err := a.history(c, after, limit)
	if err != nil {
		return err
	}
	return c.JSON(fiber.Map{"top": top, "events": events, "next": next})
}
