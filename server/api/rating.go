package api

import (
	"fmt"
	"slices"
	"sort"

	"github.com/gofiber/fiber/v2"

	"veche/server/analysis"
	"veche/server/audit"
	"veche/server/journal"
	"veche/server/topic"
)

func (a *API) freezeItems(c *fiber.Ctx) error {
	var in struct {
		ClientID string `json:"client_id"`
		Items    []struct {
			Cluster uint32 `json:"cluster"`
			Idea    uint32 `json:"idea"`
			Summary string `json:"summary"`
		} `json:"items"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	var items []topic.Item
	var texts []journal.Text
	for _, i := range in.Items {
		item := topic.Item{Cluster: i.Cluster, Idea: i.Idea}
		if i.Summary != "" {
			body, err := topic.CleanText("summary", i.Summary, topic.MaxIdea)
			if err != nil {
				return err
			}
			t := journal.NewText(body)
			texts, item.Summary = append(texts, t), t.Digest()
		}
		items = append(items, item)
	}
	if len(items) == 0 {
		var err error
		if items, err = a.defaultItems(c); err != nil {
			return err
		}
	}
	ack, err := a.submit(c, in.ClientID, topic.FreezeItems{Items: items}, texts...)
	if err != nil {
		return err
	}
	return c.JSON(fiber.Map{"ack": ack, "items": ack.Answer, "digest": a.itemsDigest(c)})
}

// itemsDigest names the list of rating items as it is now, "" where there is none.
func (a *API) itemsDigest(c *fiber.Ctx) (digest string) {
	view, err := a.view(c)
	if err != nil {
		return ""
	}
	view.Read(func(s *topic.State, _ uint64) {
		if d := s.ItemsDigest(); !d.IsZero() {
			digest = d.String()
		}
	})
	return digest
}

// defaultItems is every shown cluster's first representative.
func (a *API) defaultItems(c *fiber.Ctx) ([]topic.Item, error) {
	view, err := a.view(c)
	if err != nil {
		return nil, err
	}
	var result topic.Digest
	view.Read(func(s *topic.State, _ uint64) { result = s.Board.Result })
	if result.IsZero() {
		return nil, topic.NewFault(topic.CodeConflict, "the ideas have not been grouped yet: do that first, or name the items")
	}
	run, err := a.Jobs.Clusters(c.UserContext(), result)
	if err != nil {
		return nil, err
	}
	var items []topic.Item
	view.Read(func(s *topic.State, _ uint64) { items = DefaultItems(s, run) })
	return items, nil
}

// DefaultItems is every shown cluster's first representative.
func DefaultItems(s *topic.State, run *analysis.ClusterResult) []topic.Item {
	var items []topic.Item
	for _, l := range analysis.Overlay(s, run) {
		if !l.Hidden && len(l.Representatives) > 0 && s.Board.LeftOut(l.Cluster).IsZero() {
			items = append(items, topic.Item{Cluster: l.Cluster, Idea: l.Representatives[0]})
		}
	}
	return items
}

type itemView struct {
	Item    uint32 `json:"item"`
	Cluster uint32 `json:"cluster"`
	Kind    string `json:"kind"`
	Text    string `json:"text"`
	Lang    string `json:"lang"`
	MyVote  string `json:"my_vote"`
	Unclear bool   `json:"unclear"` // the reader finds it so
	Removed bool   `json:"removed"`

	digest topic.Digest
}

func itemOf(s *topic.State, n uint32) itemView {
	item := s.Items[n-1]
	v := itemView{Item: n, Cluster: item.Cluster, Kind: "summary", digest: item.Summary, Lang: s.Settings.Lang, Removed: analysis.TakenOut(s, n)}
	if item.Idea != 0 {
		idea := &s.Ideas[item.Idea-1]
		v.Kind, v.digest, v.Lang = "idea", idea.Text, idea.Lang
	}
	return v
}

func (a *API) getRating(c *fiber.Ctx) error {
	view, who, err := a.visit(c)
	if err != nil {
		return err
	}
	items := []itemView{}
	voted := 0
	view.Read(func(s *topic.State, _ uint64) {
		ballot := who.ballot(s)
		var answered []itemView
		order := map[uint32]int{}
		for i, n := range who.route(s) {
			order[n] = i
		}
		for n := uint32(1); int(n) <= len(s.Items); n++ {
			v, choice := itemOf(s, n), s.Choice(ballot, n)
			if ballot == 0 && who.known {
				choice = s.OpenChoice(s.OpenBallotOf(who.names.Ballot), n)
			}
			if v.MyVote, v.Unclear = choice.Value.String(), choice.Unclear; v.MyVote != "" {
				answered = append(answered, v)
			} else {
				items = append(items, v)
			}
		}
		sort.SliceStable(items, func(i, j int) bool { return order[items[i].Item] < order[items[j].Item] })
		items, voted = append(items, answered...), len(answered)
	})
	digests := make([]topic.Digest, len(items))
	for i := range items {
		digests[i] = items[i].digest
	}
	texts, err := a.Journal.Texts(c.UserContext(), c.Params("topic"), digests)
	if err != nil {
		return err
	}
	for i := range items {
		if !items[i].Removed {
			items[i].Text = string(texts[items[i].digest].Body)
		}
	}
	return c.JSON(fiber.Map{"total": len(items), "voted": voted, "items": items})
}

// nextAtOnce is how many items are routed ahead: fewer, and a page would ask for
// each; more, and what it shows was routed by votes long past.
const nextAtOnce = 10

// getNext answers the items to put before the voter next.
func (a *API) getNext(c *fiber.Ctx) error {
	view, who, err := a.visit(c)
	if err != nil {
		return err
	}
	next := []uint32{}
	view.Read(func(s *topic.State, _ uint64) {
		order := who.route(s)
		next = append(next, order[:min(nextAtOnce, len(order))]...)
	})
	return c.JSON(fiber.Map{"next": next})
}

// getRatingReceipt answers the receipt of what the reader has rated so far.
func (a *API) getRatingReceipt(c *fiber.Ctx) error {
	view, who, err := a.visit(c)
	if err != nil {
		return err
	}
	var choices []topic.Choice
	view.Read(func(s *topic.State, _ uint64) {
		if b := who.ballot(s); b != 0 {
			choices = slices.Clone(s.Votes[b-1])
		} else if b := s.OpenBallotOf(who.names.Ballot); who.known && b != 0 {
			choices = slices.Clone(s.OpenVotes[b-1])
		}
	})
	if len(choices) == 0 {
		return topic.NewFault(topic.CodeNotFound, "you have rated nothing in this topic, so there is no receipt")
	}
	id := c.Params("topic")
	return a.download(c, fmt.Sprintf("rating-%s.json", id), audit.NewRatingReceipt(id, who.names.Ballot, choices))
}

// ballot is the number of the person's ballot, 0 for none.
func (w standing) ballot(s *topic.State) uint64 {
	if !w.known {
		return 0
	}
	return s.BallotOf(w.names.Ballot)
}

// route is the order in which the items are put before the person: here alone
// the ballot meets the person's own ideas, and only to keep them from coming
// first.
func (w standing) route(s *topic.State) []uint32 {
	mine := w.owns(s)
	if w.ratesOpenly(s) {
		return analysis.RouteOpen(s, w.names.Ballot, mine)
	}
	return analysis.Route(s, w.ballot(s), mine)
}

// owns says which items speak for an idea of the person.
func (w standing) owns(s *topic.State) func(item uint32) bool {
	own := map[uint32]bool{}
	if author := w.application(s); author != 0 {
		for i := range s.Ideas {
			if s.Owns(author, uint32(i+1)) {
				own[analysis.FateOf(s, uint32(i+1)).Item] = true
			}
		}
	}
	return func(item uint32) bool { return own[item] }
}

// ratesOpenly says that the person, who has no ballot of the panel, may rate
// beside it.
func (w standing) ratesOpenly(s *topic.State) bool {
	return w.person.ID != "" && w.ballot(s) == 0 && s.OpenRating()
}

// voteOpen is the word of somebody who was not drawn. It is not asked what was
// shown or how they came to the item: open votes shape nothing but their counts.
func (a *API) voteOpen(c *fiber.Ctx) error {
	item, err := number(c, "item")
	if err != nil {
		return err
	}
	var in struct {
		ClientID string `json:"client_id"`
		Vote     string `json:"vote"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	value, err := topic.ParseVote(in.Vote)
	if err != nil {
		return err
	}
	view, err := a.view(c)
	if err != nil {
		return err
	}
	if err := a.sureEnough(c, view); err != nil {
		return err
	}
	ack, err := a.submit(c, in.ClientID, topic.OpenVote{Item: item, Value: value})
	if err != nil {
		return err
	}
	return c.JSON(fiber.Map{"ack": ack})
}

func (a *API) vote(c *fiber.Ctx) error {
	item, err := number(c, "item")
	if err != nil {
		return err
	}
	var in struct {
		ClientID string        `json:"client_id"`
		Vote     string        `json:"vote"`
		Unclear  bool          `json:"unclear"`
		Way      topic.VoteWay `json:"way"`
		Shown    []uint32      `json:"shown"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	value, err := topic.ParseVote(in.Vote)
	if err != nil {
		return err
	}
	ack, err := a.submit(c, in.ClientID, topic.Vote{Item: item, Value: value, Unclear: in.Unclear, Way: in.Way, Shown: in.Shown})
	if err != nil {
		return err
	}
	return c.JSON(fiber.Map{"ack": ack})
}

func (a *API) tally(c *fiber.Ctx) error {
	task, err := a.task(c, topic.ActionTally)
	if err != nil {
		return err
	}
	ack, err := a.Jobs.Tally(c.UserContext(), task)
	if err != nil {
		return err
	}
	r, err := a.Jobs.Ranking(c.UserContext(), c.Params("topic"), int(ack.Answer))
	if err != nil {
		return err
	}
	return c.JSON(fiber.Map{"ack": ack, "run": ack.Answer, "items": len(r.Rows), "ballots": r.Ballots, "groups": len(r.Groups)})
}
