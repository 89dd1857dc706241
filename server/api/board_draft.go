package api

import (
	"fmt"
	"slices"

	"github.com/gofiber/fiber/v2"

	"veche/server/journal"
	"veche/server/topic"
)

// stepView is a step on the board that takes effect when a second person confirms
// it, as those see it who work on the board.
type stepView struct {
	operationView            // as it was proposed
	Draft         uint32     `json:"draft"`
	Undoes        uint64     `json:"undoes"` // seq of the step that it takes back, whose kind is told then, 0 for none
	Mine          bool       `json:"mine"`
	MaySettle     bool       `json:"may_settle"` // for their role, and for being another person
	Clash         *clashView `json:"clash"`      // what has changed the same since, null for nothing
	Blocked       string     `json:"blocked"`    // why it can't be confirmed now, "" where it can
}

// clashView is an operation that came in between.

type clashView struct {
	Seq   uint64 `json:"seq"`
	Kind  string `json:"kind"`
	Actor string `json:"actor"`
	Time  int64  `json:"time"`
}

// refusedView is a proposed step that was refused.
type refusedView struct {
	operationView
	Draft   uint32 `json:"draft"`
	Undoes  uint64 `json:"undoes"` // as in stepView
	By      string `json:"by"`
	Because string `json:"because"`
	Settled int64  `json:"settled"`

	because topic.Digest
}

// latestRefused is how many refused steps the board tells of.
const latestRefused = 10

// draftsOf views what waits for a second person, the oldest first, and what was
// refused last, all but the texts.
func (w standing) draftsOf(s *topic.State) (open []stepView, refused []refusedView) {
	open, refused = []stepView{}, []refusedView{}
	for i := len(s.Board.Drafts) - 1; i >= 0; i-- {
		n, d := uint32(i+1), &s.Board.Drafts[i]
		switch {
		case d.Outcome == topic.DraftOpen:
			v := stepView{operationView: draftOf(s, d), Draft: n, Undoes: d.Asked.Undoes, Mine: w.mineIs(s, d.Asked.Actor)}
			v.MaySettle = !v.Mine && s.Permit(WhoFor(w.person, w.names, d.Action()).Role, d.Action()) == nil
			if err := s.DraftProblem(n); err != nil {
				v.Blocked = err.Error()
			}
			if o := s.DraftClash(n); o != nil {
				v.Clash = &clashView{Seq: o.Seq, Kind: o.Kind.String(), Actor: doer(o.Actor), Time: o.Time}
			}
			open = append(open, v)
		case d.Outcome == topic.DraftRefused && len(refused) < latestRefused:
			refused = append(refused, refusedView{operationView: draftOf(s, d), Draft: n, Undoes: d.Asked.Undoes, By: doer(d.By), Settled: d.Settled, because: d.Because})
		}
	}
	slices.Reverse(open)
	return open, refused
}

// draftOf views the step that a draft asks for; of one that takes another one back,
// what that one was.
func draftOf(s *topic.State, d *topic.Draft) operationView {
	asked := d.Asked
	if o := s.Board.Operation(asked.Undoes); o != nil {
		asked.Kind, asked.Cluster, asked.Clusters, asked.Ideas, asked.Title, asked.Mark = o.Kind, o.Cluster, o.Clusters, o.Ideas, o.Title, o.Mark
	}
	return operationOf(s, &asked, false)
}

// boardTag tells two states of the board apart, proposals included.
func boardTag(s *topic.State, k boardKey) string {
	settled := 0
	for i := range s.Board.Drafts {
		if s.Board.Drafts[i].Outcome != topic.DraftOpen {
			settled++
		}
	}
	return fmt.Sprintf("%s.%d.%d", k.tag(), len(s.Board.Drafts), settled)
}

// fillDrafts adds what texts say.
func (a *API) fillDrafts(c *fiber.Ctx, open []stepView, refused []refusedView) error {
	var digests []topic.Digest
	for i := range open {
		digests = append(digests, open[i].title, open[i].reason)
	}
	for i := range refused {
		digests = append(digests, refused[i].title, refused[i].reason, refused[i].because)
	}
	texts, err := a.Journal.Texts(c.UserContext(), c.Params("topic"), digests)
	if err != nil {
		return err
	}
	for i := range open {
		open[i].fill(texts)
	}
	for i := range refused {
		refused[i].fill(texts)
		refused[i].Because = string(texts[refused[i].because].Body)
	}
	return nil
}

func (v *operationView) fill(texts map[topic.Digest]journal.Text) {
	v.Title, v.Reason = string(texts[v.title].Body), string(texts[v.reason].Body)
}

// settleDraft confirms, refuses or withdraws a step that was proposed.
func (a *API) settleDraft(c *fiber.Ctx) error {
	n, err := number(c, "draft")
	if err != nil {
		return err
	}
	var in struct {
		ClientID string             `json:"client_id"`
		Outcome  topic.DraftOutcome `json:"outcome"`
		Reason   string             `json:"reason"` // of a refusal
		Seen     uint64             `json:"seen"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	cmd := topic.SettleDraft{Draft: n, Outcome: in.Outcome, Seen: in.Seen}
	var texts []journal.Text
	if in.Outcome == topic.DraftRefused {
		reason, err := reasonText(in.Reason)
		if err != nil {
			return err
		}
		cmd.Reason, texts = reason.Digest(), append(texts, reason)
	}
	ack, err := a.submit(c, in.ClientID, cmd, texts...)
	if err != nil {
		return err
	}
	return acknowledge(c, fiber.StatusOK, ack, fiber.Map{"seq": ack.Seq})
}
