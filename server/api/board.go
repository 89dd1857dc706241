package api

import (
	"fmt"
	"slices"

	"github.com/gofiber/fiber/v2"

	"veche/server/analysis"
	"veche/server/journal"
	"veche/server/topic"
)

type clusterView struct {
	ID              uint32   `json:"id"`
	Title           string   `json:"title"`
	Label           string   `json:"label"`
	Alternatives    []string `json:"alternatives"`
	Lang            string   `json:"lang"`
	Size            int      `json:"size"`
	Share           float64  `json:"share"`
	Cohesion        float64  `json:"cohesion"`
	Hidden          bool     `json:"hidden"`
	Representatives []uint32 `json:"representatives"`
	Ideas           []uint32 `json:"ideas"`

	title topic.Digest
}

type operationView struct {
	Seq      uint64   `json:"seq"`
	Kind     string   `json:"kind"`
	Cluster  uint32   `json:"cluster"`
	Clusters []uint32 `json:"clusters"`
	Ideas    []uint32 `json:"ideas"`
	Title    string   `json:"title"`
	Reason   string   `json:"reason"`
	Actor    string   `json:"actor"`
	Time     int64    `json:"time"`
	UndoneBy uint64   `json:"undone_by"`
	CanUndo  bool     `json:"can_undo"`

	title, reason topic.Digest
}

type boardView struct {
	Run        uint32          `json:"run"`
	InputSeq   uint64          `json:"input_seq"`
	Clusters   []clusterView   `json:"clusters"`
	Ideas      []ideaView      `json:"ideas"`
	Unsorted   []uint32        `json:"unsorted"`
	Operations []operationView `json:"operations"`
}

func (a *API) getBoard(c *fiber.Ctx) error {
	view, err := a.view(c)
	if err != nil {
		return err
	}
	who, err := a.standing(c)
	if err != nil {
		return err
	}
	b, err := a.keptBoard(c, view, who.person.Has(topic.RoleModerator))
	if err != nil {
		return err
	}
	view.Read(func(s *topic.State, _ uint64) { b.Ideas = mark(b.Ideas, who.application(s)) })
	return c.JSON(b)
}

// keptBoard answers the board as it is now, as moderators or all others see it,
// made once for all who ask.
func (a *API) keptBoard(c *fiber.Ctx, view *journal.View, moderator bool) (boardView, error) {
	boards := &a.boards
	if moderator {
		boards = &a.moderated
	}
	key := func() (k boardKey) {
		view.Read(func(s *topic.State, _ uint64) { k = boardKeyOf(s) })
		return k
	}
	return boards.Of(c.Params("topic"), key, func() (boardKey, boardView, error) { return a.board(c, view, moderator) })
}

// board views the board as it is now, with its key.
func (a *API) board(c *fiber.Ctx, view *journal.View, moderator bool) (k boardKey, b boardView, err error) {
	for {
		var result topic.Digest
		view.Read(func(s *topic.State, _ uint64) { result = s.Board.Result })
		run, err := a.Jobs.Clusters(c.UserContext(), result)
		if err != nil {
			return k, b, err
		}
		same := false
		view.Read(func(s *topic.State, _ uint64) {
			if same = s.Board.Result == result; same {
				k, b = boardKeyOf(s), boardOf(s, run, moderator)
			}
		})
		if same { // else another run was recorded meanwhile
			break
		}
	}
	if err = a.fill(c, b.Ideas); err == nil {
		err = a.fillBoard(c, &b)
	}
	return k, b, err
}

// boardKey names the state of a board: what shows on it changes with one of
// these only. A debate goes on beside it.
type boardKey struct {
	run                                                         uint32
	ideas, operations, undone, items, erasures, rounds, settled int
}

func boardKeyOf(s *topic.State) boardKey {
	k := boardKey{
		run: s.Board.Run, ideas: len(s.Ideas), operations: len(s.Board.Operations), items: len(s.Items),
		erasures: len(s.Erasures), rounds: len(s.Rounds), settled: len(s.Superseded),
	}
	for i := range s.Board.Operations {
		if s.Board.Operations[i].UndoneBy != 0 {
			k.undone++
		}
	}
	return k
}

// mark answers the ideas with those of the reader marked; the kept ones are
// everybody's.
func mark(ideas []ideaView, mine uint64) []ideaView {
	if mine == 0 {
		return ideas
	}
	marked := slices.Clone(ideas)
	for i := range marked {
		marked[i].Mine = marked[i].author == mine
	}
	return marked
}

// boardOf views the board, all but the texts. Readers who are no moderators see
// what is shown.
func boardOf(s *topic.State, run *analysis.ClusterResult, moderator bool) boardView {
	board := &s.Board
	b := boardView{Run: board.Run, InputSeq: board.InputSeq, Clusters: []clusterView{}, Ideas: []ideaView{}, Unsorted: []uint32{}, Operations: []operationView{}}
	for n := uint32(1); int(n) <= len(s.Ideas); n++ {
		if !moderator && !visible(s, n) {
			continue
		}
		v := ideaOf(s, n, 0)
		if run != nil {
			if m, ok := run.Idea(n); ok {
				v.Score, v.Margin, v.DuplicateOf = m.Score, m.Margin, m.DuplicateOf
			}
		}
		b.Ideas = append(b.Ideas, v)
		if v.Cluster == 0 && v.Status != "removed" {
			b.Unsorted = append(b.Unsorted, n)
		}
	}
	for _, l := range analysis.Overlay(s, run) {
		if !moderator && (l.Hidden || l.Size == 0) {
			continue
		}
		v := clusterView{
			ID: l.Cluster, Label: l.Label, Alternatives: orEmpty(l.Alternatives), Lang: l.Lang, Cohesion: l.Cohesion, Size: l.Size,
			Share: l.Share, Hidden: l.Hidden, Representatives: orEmpty(l.Representatives), Ideas: []uint32{}, title: l.Title,
		}
		for _, n := range l.Ideas {
			if moderator || !board.Hidden(n) {
				v.Ideas = append(v.Ideas, n)
			}
		}
		b.Clusters = append(b.Clusters, v)
	}
	for i := range board.Operations {
		o := &board.Operations[i]
		v := operationView{
			Seq: o.Seq, Kind: o.Kind.String(), Cluster: o.Cluster, Clusters: orEmpty(o.Clusters), Ideas: orEmpty(o.Ideas),
			Actor: fmt.Sprintf("%s %d", o.Actor.Role, o.Actor.Number), Time: o.Time, UndoneBy: o.UndoneBy,
			CanUndo: moderator && s.CanUndo(o.Seq) == nil, title: o.Title, reason: o.Reason,
		}
		b.Operations = append(b.Operations, v)
	}
	return b
}

// orEmpty keeps null out of the answers.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// fillBoard adds titles and reasons, and the machine's label where moderators
// gave no title.
func (a *API) fillBoard(c *fiber.Ctx, b *boardView) error {
	var digests []topic.Digest
	for i := range b.Clusters {
		digests = append(digests, b.Clusters[i].title)
	}
	for i := range b.Operations {
		digests = append(digests, b.Operations[i].title, b.Operations[i].reason)
	}
	texts, err := a.Journal.Texts(c.UserContext(), c.Params("topic"), digests)
	if err != nil {
		return err
	}
	for i := range b.Clusters {
		v := &b.Clusters[i]
		v.Title = v.Label
		if t, ok := texts[v.title]; ok {
			v.Title = string(t.Body)
		}
		if v.Title == "" {
			v.Title = fmt.Sprintf("%d", v.ID)
		}
	}
	for i := range b.Operations {
		v := &b.Operations[i]
		v.Title, v.Reason = string(texts[v.title].Body), string(texts[v.reason].Body)
	}
	return nil
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

func (a *API) curate(c *fiber.Ctx) error {
	var in struct {
		ClientID string `json:"client_id"`
		Reason   string `json:"reason"`
		Op       struct {
			Kind     string   `json:"kind"`
			Cluster  uint32   `json:"cluster"`
			Clusters []uint32 `json:"clusters"`
			Into     uint32   `json:"into"`
			Ideas    []uint32 `json:"ideas"`
			Title    string   `json:"title"`
		} `json:"op"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	reason, err := reasonText(in.Reason)
	if err != nil {
		return err
	}
	texts := []journal.Text{reason}
	var title topic.Digest
	if in.Op.Title != "" || in.Op.Kind == "rename" {
		body, err := topic.CleanText("name", in.Op.Title, topic.MaxTitle)
		if err != nil {
			return err
		}
		t := journal.NewText(body)
		texts, title = append(texts, t), t.Digest()
	}
	why := reason.Digest()
	var cmd topic.Command
	switch op := &in.Op; op.Kind {
	case "merge":
		from := []uint32{}
		for _, id := range op.Clusters {
			if id != op.Into {
				from = append(from, id)
			}
		}
		cmd = topic.MergeClusters{Into: op.Into, From: from, Reason: why}
	case "split":
		cmd = topic.SplitCluster{From: op.Cluster, Ideas: op.Ideas, Title: title, Reason: why}
	case "move":
		cmd = topic.MoveIdeas{Ideas: op.Ideas, To: op.Cluster, Reason: why}
	case "rename":
		cmd = topic.RenameCluster{Cluster: op.Cluster, Title: title, Reason: why}
	case "hide", "show":
		cmd = topic.ShowCluster{Cluster: op.Cluster, Shown: op.Kind == "show", Reason: why}
	case "hide-idea", "show-idea":
		cmd = topic.ShowIdeas{Ideas: op.Ideas, Shown: op.Kind == "show-idea", Reason: why}
	default:
		return refuse("invalid", "op.kind is merge, split, move, rename, hide, show, hide-idea or show-idea")
	}
	ack, err := a.submit(c, in.ClientID, cmd, texts...)
	if err != nil {
		return err
	}
	return c.JSON(fiber.Map{"ack": ack, "seq": ack.Seq, "cluster": ack.Answer})
}

func (a *API) undo(c *fiber.Ctx) error {
	var in struct {
		ClientID string `json:"client_id"`
		Seq      uint64 `json:"seq"`
		Reason   string `json:"reason"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	reason, err := reasonText(in.Reason)
	if err != nil {
		return err
	}
	ack, err := a.submit(c, in.ClientID, topic.UndoOperation{Operation: in.Seq, Reason: reason.Digest()}, reason)
	if err != nil {
		return err
	}
	return c.JSON(fiber.Map{"ack": ack, "seq": ack.Seq})
}
