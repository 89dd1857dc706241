package api

import (
	"encoding/hex"
	"slices"

	"github.com/gofiber/fiber/v2"

	"veche/server/analysis"
	"veche/server/journal"
	"veche/server/signal"
	"veche/server/topic"
)

// signalView is a signal with what came of looking into it.
type signalView struct {
	signal.Signal
	Ballots []string  `json:"ballots,omitempty"` // the beginnings of their pseudonyms
	Look    *lookView `json:"look"`              // null where nobody has looked
}

type lookView struct {
	Look    int                 `json:"look"`
	Outcome topic.SignalOutcome `json:"outcome"`
	Reason  string              `json:"reason"`
	By      string              `json:"by"`
	Time    int64               `json:"time"`

	reason topic.Digest
}

// signalRunView is the last search.
type signalRunView struct {
	Number     int    `json:"number"`
	Time       int64  `json:"time"`
	InputSeq   uint64 `json:"input_seq"`
	Digest     string `json:"digest"`
	VotesShown bool   `json:"votes_shown"`
	Ballots    int    `json:"ballots"`
	Texts      int    `json:"texts"`
	Windows    int    `json:"windows"`
	Tables     int    `json:"tables"`
}

// openedText is the text of an idea or item that a signal names.
type openedText struct {
	Text   string `json:"text"`
	Author uint64 `json:"author"` // 0 for an item: no signal of votes names an author
}

// ballotName is how many bytes of a ballot's pseudonym are shown.
const ballotName = 4

// aboutVotes says that a signal is about votes, and so not for moderators.
func aboutVotes(x *signal.Signal) bool {
	return x.Kind == signal.Votes || x.Arrival != nil && x.Arrival.Flow == signal.FlowVotes
}

// listSignals answers the last search's signals: all to analysts and auditors; to
// moderators those handed on to them, but for those about votes; and these to
// planners.
func (a *API) listSignals(c *fiber.Ctx) error {
	view, err := a.view(c)
	if err != nil {
		return err
	}
	found, run, err := a.lastSignals(c, view)
	if err != nil {
		return err
	}
	p := person(c)
	all := hasAny(p, []topic.Role{topic.RoleAnalyst, topic.RoleAuditor})
	may := func(x *signal.Signal, look *lookView) bool {
		if all {
			return true
		}
		return look != nil && look.Outcome == topic.SignalHandedOn && (aboutVotes(x) && p.Has(topic.RolePlanner) || !aboutVotes(x) && p.Has(topic.RoleModerator))
	}
	list := []signalView{}
	ideas, items := map[uint32]openedText{}, map[uint32]openedText{}
	ideaText, itemText := map[uint32]topic.Digest{}, map[uint32]topic.Digest{}
	var digests []topic.Digest
	if found != nil {
		view.Read(func(s *topic.State, _ uint64) {
			for i := range found.Signals {
				x := signalView{Signal: found.Signals[i], Look: lookOf(s, found.Signals[i].Key)}
				if !may(&x.Signal, x.Look) {
					continue
				}
				if x.Look != nil {
					digests = append(digests, x.Look.reason)
				}
				if x.Accord != nil {
					ballots := s.Ballots
					if x.Accord.Open {
						ballots = s.OpenBallots
					}
					for _, b := range x.Accord.Ballots {
						x.Ballots = append(x.Ballots, hex.EncodeToString(ballots[b-1][:ballotName]))
					}
					for _, r := range x.Accord.Rows {
						itemText[r.Item] = textOfItem(s, r.Item)
					}
				}
				if x.Copies != nil {
					for _, n := range x.Copies.Texts {
						ideas[n] = openedText{Author: s.Number(s.Ideas[n-1].Author)}
						if ideaText[n] = s.Ideas[n-1].Text; s.Ideas[n-1].Erased {
							ideaText[n] = topic.Digest{}
						}
					}
				}
				list = append(list, x)
			}
		})
	}
	for _, d := range ideaText { // looked up, in no order
		digests = append(digests, d)
	}
	for _, d := range itemText {
		digests = append(digests, d)
	}
	texts, err := a.Journal.Texts(c.UserContext(), c.Params("topic"), digests)
	if err != nil {
		return err
	}
	for n, d := range ideaText {
		ideas[n] = openedText{Text: string(texts[d].Body), Author: ideas[n].Author}
	}
	for n, d := range itemText {
		items[n] = openedText{Text: string(texts[d].Body)}
	}
	for i := range list {
		if x := list[i].Look; x != nil {
			x.Reason = string(texts[x.reason].Body)
		}
	}
	return c.JSON(fiber.Map{"run": run, "all": all, "may": p.Has(topic.RoleAnalyst), "signals": list, "ideas": ideas, "items": items})
}

// lastSignals answers the last search and its result, nil where there was none.
func (a *API) lastSignals(c *fiber.Ctx, view *journal.View) (*analysis.Signals, *signalRunView, error) {
	var last topic.SignalRun
	number := 0
	view.Read(func(s *topic.State, _ uint64) {
		if number = len(s.SignalRuns); number > 0 {
			last = s.SignalRuns[number-1]
		}
	})
	if number == 0 {
		return nil, nil, nil
	}
	found, err := a.Jobs.Signals(c.UserContext(), last.Result)
	if err != nil {
		return nil, nil, err
	}
	return found, &signalRunView{
		Number: number, Time: last.Time, InputSeq: last.InputSeq, Digest: last.Result.String(), VotesShown: found.VotesShown,
		Ballots: found.Ballots, Texts: found.Texts, Windows: found.Windows, Tables: found.Tables,
	}, nil
}

// lookOf is the last look into a signal, without its reason, nil for none.
func lookOf(s *topic.State, key string) *lookView {
	d, err := keyOf(key)
	if err != nil {
		return nil
	}
	for i := len(s.SignalLooks) - 1; i >= 0; i-- {
		if x := &s.SignalLooks[i]; x.Key == d {
			return &lookView{Look: i + 1, Outcome: x.Outcome, By: doer(x.By), Time: x.Time, reason: x.Reason}
		}
	}
	return nil
}

func keyOf(key string) (d topic.Digest, err error) {
	b, err := hex.DecodeString(key)
	if err != nil || len(b) != len(d) {
		return d, refuse("invalid", "the key of a signal is 64 hexadecimal digits")
	}
	return topic.Digest(b), nil
}

// textOfItem names the text of a rating item, zero where it was erased.
func textOfItem(s *topic.State, n uint32) topic.Digest {
	item := s.Items[n-1]
	switch {
	case item.Idea == 0:
		return item.Summary
	case s.Ideas[item.Idea-1].Erased:
		return topic.Digest{}
	}
	return s.Ideas[item.Idea-1].Text
}

func (a *API) seekSignals(c *fiber.Ctx) error {
	t, err := a.task(c, topic.ActionSeekSignals)
	if err != nil {
		return err
	}
	ack, err := a.Jobs.SeekSignals(c.UserContext(), t)
	if err != nil {
		return err
	}
	return c.JSON(fiber.Map{"ack": ack, "run": ack.Answer})
}

func (a *API) handleSignal(c *fiber.Ctx) error {
	var in struct {
		ClientID string              `json:"client_id"`
		Key      string              `json:"key"`
		Outcome  topic.SignalOutcome `json:"outcome"`
		Reason   string              `json:"reason"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	key, err := keyOf(in.Key)
	if err != nil {
		return err
	}
	reason, err := reasonText(in.Reason)
	if err != nil {
		return err
	}
	r, err := a.requested(c, in.ClientID, topic.HandleSignal{Key: key, Outcome: in.Outcome, Reason: reason.Digest()}, reason)
	if err != nil {
		return err
	}
	view, err := a.view(c)
	if err != nil {
		return err
	}
	found, _, err := a.lastSignals(c, view)
	if err != nil {
		return err
	}
	if found != nil && !slices.ContainsFunc(found.Signals, func(x signal.Signal) bool { return x.Key == in.Key }) {
		return refuse("not-found", "the last search found no such signal: load the page again")
	}
	ack, err := a.Journal.Submit(c.UserContext(), c.Params("topic"), r)
	if err != nil {
		return err
	}
	return c.JSON(ack)
}
