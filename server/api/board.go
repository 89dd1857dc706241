package api

import (
	"fmt"
	"slices"

	"github.com/gofiber/fiber/v2"

	"veche/server/journal"
	"veche/server/topic"
)

// clusterView is a cluster as the board tells of it: never its members, which
// are asked for by pages.
type clusterView struct {
	ID           uint32   `json:"id"`
	Title        string   `json:"title"`
	Label        string   `json:"label"`
	Alternatives []string `json:"alternatives"`
	Lang         string   `json:"lang"`
	Size         int      `json:"size"` // ideas shown in it
	Share        float64  `json:"share"`
	Cohesion     float64  `json:"cohesion"`
	Hidden       bool     `json:"hidden"`
	Locked       bool     `json:"locked"`
	Summary      string   `json:"summary"`      // the moderators', "" for none
	LeftOut      string   `json:"left_out"`     // why it is not to be rated, "" where it may be
	Item         uint32   `json:"item"`         // the rating item that speaks for it, 0 for none
	HiddenIdeas  int      `json:"hidden_ideas"` // counted for moderators only
	Doubtful     int      `json:"doubtful"`     // ideas that the machine was least sure of
	New          int      `json:"new"`          // ideas that came after the last run
	Repeats      int      `json:"repeats"`      // ideas that repeat another one nearly word for word
	// Representatives are the most telling ideas in it, the first with texts.
	Representatives []uint32 `json:"representatives"`
	Changed         uint64   `json:"changed"` // seq at which this view was last found changed

	title, summary, left topic.Digest
}

type operationView struct {
	Seq      uint64   `json:"seq"`
	Kind     string   `json:"kind"`
	Cluster  uint32   `json:"cluster"`
	Clusters []uint32 `json:"clusters"`
	Ideas    []uint32 `json:"ideas"` // the first MaxNamed of them
	Count    int      `json:"count"` // of ideas
	Title    string   `json:"title"` // or the summary
	Mark     string   `json:"mark"`
	Reason   string   `json:"reason"`
	Actor    string   `json:"actor"`
	Proposed string   `json:"proposed"` // who proposed what the actor confirmed, "" where one did it alone
	Time     int64    `json:"time"`
	UndoneBy uint64   `json:"undone_by"`
	CanUndo  bool     `json:"can_undo"`

	title, reason topic.Digest
}

// mostNamed is how many ideas of an operation are named.
const mostNamed = 50

// latestOperations is how many operations the board tells of without being asked.
const latestOperations = 20

// boardCounts are how many ideas each of the board's filters finds.
type boardCounts struct {
	Ideas    int `json:"ideas"`
	Unsorted int `json:"unsorted"`
	Doubtful int `json:"doubtful"`
	New      int `json:"new"`
	Hidden   int `json:"hidden"`
	Flagged  int `json:"flagged"` // with a report that waits, for moderators
	Marked   int `json:"marked"`  // off topic, or two in one
}

// boardView answers what of the board has changed since the reader last asked,
// or where Whole is set all of it.
type boardView struct {
	Epoch      uint64          `json:"epoch"`
	Seq        uint64          `json:"seq"`
	Tag        string          `json:"tag"` // another one is another state of the board
	Whole      bool            `json:"whole"`
	Run        uint32          `json:"run"`
	InputSeq   uint64          `json:"input_seq"`
	Counts     boardCounts     `json:"counts"`
	Langs      []string        `json:"langs"` // of the ideas, the most common first
	Clusters   []clusterView   `json:"clusters"`
	Gone       []uint32        `json:"gone"`  // clusters that are no more
	Ideas      []ideaView      `json:"ideas"` // with their texts: representatives of the clusters told of
	Operations []operationView `json:"operations"`
	Total      int             `json:"operations_total"`
	Items      int             `json:"items"`    // on the rating list
	Digest     string          `json:"digest"`   // of that list, "" while there is none
	Reworded   []uint32        `json:"reworded"` // items whose author masked something in them since the list was fixed
	Proposed   []stepView      `json:"proposed"` // waits for a second person, for those who work on the board
	Refused    []refusedView   `json:"refused"`  // the last ones, the last first
	Checked    []string        `json:"checked"`  // steps that take a second person
}

// getBoard answers the board, or with since and epoch what has changed.
func (a *API) getBoard(c *fiber.Ctx) error {
	since, err := query(c, "since", 0, 1<<63)
	if err != nil {
		return err
	}
	epoch, err := query(c, "epoch", 0, 1<<63)
	if err != nil {
		return err
	}
	view, who, err := a.visit(c)
	if err != nil {
		return err
	}
	moderator := who.person.Has(topic.RoleModerator)
	b, err := a.keptBoard(c, view, moderator)
	if err != nil {
		return err
	}
	// Who opens the board will search: what a search needs is read meanwhile.
	if _, err := a.Similar.Prepare(c.UserContext(), c.Params("topic")); err != nil {
		return err
	}
	out := b.since(epoch, since)
	view.Read(func(s *topic.State, _ uint64) {
		for i := range out.Clusters {
			for _, n := range out.Clusters[i].Representatives[:min(len(out.Clusters[i].Representatives), sampleIdeas)] {
				out.Ideas = append(out.Ideas, b.idea(s, n, who.application(s)))
			}
		}
		all := s.Board.Operations
		for i := len(all) - 1; i >= max(0, len(all)-latestOperations); i-- {
			out.Operations = append(out.Operations, operationOf(s, &all[i], moderator))
		}
		out.Total, out.Items = len(all), len(s.Items)
		if d := s.ItemsDigest(); !d.IsZero() {
			out.Digest, out.Reworded = d.String(), orEmpty(s.ItemsReworded())
		}
		for k := topic.OperationMerge; k <= topic.OperationPutBack; k++ {
			if s.Moderation.Checked.Has(k) {
				out.Checked = append(out.Checked, k.String())
			}
		}
		if moderator || who.person.Has(topic.RolePlanner) {
			out.Proposed, out.Refused = who.draftsOf(s)
		}
		if moderator { // for the others it counts reports, which are not everyone's
			out.Tag = boardTag(s, b.key)
		}
	})
	if err := a.fillDrafts(c, out.Proposed, out.Refused); err != nil {
		return err
	}
	if err := a.fill(c, out.Ideas); err != nil {
		return err
	}
	if err := a.fillOperations(c, out.Operations); err != nil {
		return err
	}
	return c.JSON(out)
}

// sampleIdeas is how many of a cluster's ideas the board shows.
const sampleIdeas = 3

// listOperations answers what moderators did before an operation, the latest
// first.
func (a *API) listOperations(c *fiber.Ctx) error {
	before, err := query(c, "before", 1<<63, 1<<63)
	if err != nil {
		return err
	}
	limit, err := query(c, "limit", 50, 200)
	if err != nil {
		return err
	}
	view, err := a.view(c)
	if err != nil {
		return err
	}
	moderator := person(c).Has(topic.RoleModerator)
	list := []operationView{}
	total := 0
	view.Read(func(s *topic.State, _ uint64) {
		all := s.Board.Operations
		total = len(all)
		for i := len(all) - 1; i >= 0 && uint64(len(list)) < limit; i-- {
			if all[i].Seq < before {
				list = append(list, operationOf(s, &all[i], moderator))
			}
		}
	})
	if err := a.fillOperations(c, list); err != nil {
		return err
	}
	return c.JSON(fiber.Map{"operations": list, "total": total})
}

// operationOf views an operation, all but the texts.
func operationOf(s *topic.State, o *topic.Operation, moderator bool) operationView {
	v := operationView{
		Seq: o.Seq, Kind: o.Kind.String(), Cluster: o.Cluster, Clusters: orEmpty(slices.Clone(o.Clusters)), Count: len(o.Ideas), Mark: o.Mark.String(),
		Ideas: orEmpty(slices.Clone(o.Ideas[:min(len(o.Ideas), mostNamed)])), Actor: fmt.Sprintf("%s %d", o.Actor.Role, o.Actor.Number), Time: o.Time,
		UndoneBy: o.UndoneBy, CanUndo: moderator && s.CanUndo(o.Seq) == nil, title: o.Title, reason: o.Reason,
	}
	if d := s.Board.DraftOf(o.Seq); d != nil {
		v.Proposed = doer(d.Asked.Actor)
	}
	return v
}

// fillOperations adds titles and reasons.
func (a *API) fillOperations(c *fiber.Ctx, list []operationView) error {
	var digests []topic.Digest
	for i := range list {
		digests = append(digests, list[i].title, list[i].reason)
	}
	texts, err := a.Journal.Texts(c.UserContext(), c.Params("topic"), digests)
	if err != nil {
		return err
	}
	for i := range list {
		list[i].fill(texts)
	}
	return nil
}

// orEmpty keeps null out of the answers.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// keptBoard answers the board as it is now, as moderators or all others see it,
// made once for all who ask.
func (a *API) keptBoard(c *fiber.Ctx, view *journal.View, moderator bool) (*board, error) {
	boards := &a.boards
	if moderator {
		boards = &a.moderated
	}
	key := func() (k boardKey) {
		view.Read(func(s *topic.State, epoch uint64) { k = boardKeyOf(s, epoch) })
		return k
	}
	return boards.Next(c.Params("topic"), key, func(last *board) (boardKey, *board, error) {
		b, err := a.board(c, view, moderator, last)
		if err != nil {
			return boardKey{}, nil, err
		}
		return b.key, b, nil
	})
}

// board makes the board as it is now.
func (a *API) board(c *fiber.Ctx, view *journal.View, moderator bool, last *board) (*board, error) {
	var b *board
	for b == nil {
		var result topic.Digest
		view.Read(func(s *topic.State, _ uint64) { result = s.Board.Result })
		run, err := a.Jobs.Clusters(c.UserContext(), result)
		if err != nil {
			return nil, err
		}
		view.Read(func(s *topic.State, epoch uint64) {
			if s.Board.Result == result { // else another run was recorded meanwhile
				b = newBoard(s, epoch, run, moderator, last)
			}
		})
	}
	var missing []topic.Digest
	for i := range b.clusters {
		for _, d := range []topic.Digest{b.clusters[i].title, b.clusters[i].summary, b.clusters[i].left} {
			if !d.IsZero() && b.titles[d] == "" {
				missing = append(missing, d)
			}
		}
	}
	texts, err := a.Journal.Texts(c.UserContext(), c.Params("topic"), missing)
	if err != nil {
		return nil, err
	}
	for d, t := range texts {
		b.titles[d] = string(t.Body)
	}
	b.finish(last)
	return b, nil
}

func (a *API) cluster(c *fiber.Ctx) error {
	task, err := a.task(c, topic.ActionCluster)
	if err != nil {
		return err
	}
	ack, err := a.Jobs.Cluster(c.UserContext(), task)
	if err != nil {
		return err
	}
	view, err := a.view(c)
	if err != nil {
		return err
	}
	clusters := 0
	view.Read(func(s *topic.State, _ uint64) { clusters = len(s.Board.Clusters()) })
	return c.JSON(fiber.Map{"ack": ack, "run": ack.Answer, "clusters": clusters})
}
