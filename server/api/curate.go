package api

import (
	"github.com/gofiber/fiber/v2"

	"veche/server/journal"
	"veche/server/topic"
)

func (a *API) curate(c *fiber.Ctx) error {
	var in struct {
		ClientID string `json:"client_id"`
		Reason   string `json:"reason"`
		Seen     uint64 `json:"seen"` // seq of the board that the moderator has before them, 0 for no matter which
		Op       struct {
			Kind     string   `json:"kind"`
			Cluster  uint32   `json:"cluster"`
			Clusters []uint32 `json:"clusters"`
			Into     uint32   `json:"into"`
			Ideas    []uint32 `json:"ideas"`
			Title    string   `json:"title"`
			Summary  string   `json:"summary"`
			Mark     string   `json:"mark"`
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
	var summary topic.Digest
	if in.Op.Summary != "" {
		body, err := topic.CleanText("summary", in.Op.Summary, topic.MaxIdea)
		if err != nil {
			return err
		}
		t := journal.NewText(body)
		texts, summary = append(texts, t), t.Digest()
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
	case "lock", "unlock":
		cmd = topic.LockCluster{Cluster: op.Cluster, Locked: op.Kind == "lock", Reason: why}
	case "leave-out", "put-back":
		cmd = topic.LeaveOutCluster{Cluster: op.Cluster, Left: op.Kind == "leave-out", Reason: why}
	case "summarise":
		cmd = topic.SummariseCluster{Cluster: op.Cluster, Summary: summary, Reason: why}
	case "mark":
		mark, err := topic.ParseIdeaMark(op.Mark)
		if err != nil {
			return err
		}
		cmd = topic.MarkIdeas{Ideas: op.Ideas, Mark: mark, Reason: why}
	default:
		return refuse("invalid", "op.kind is merge, split, move, rename, summarise, hide, show, lock, unlock, hide-idea, show-idea, mark, leave-out or put-back")
	}
	ack, err := a.submit(c, in.ClientID, topic.OnBoard{Command: cmd, Seen: in.Seen}, texts...)
	if err != nil {
		return err
	}
	draft, err := a.drafted(c, ack.Seq)
	if err != nil {
		return err
	}
	cluster := uint32(ack.Answer)
	if draft != 0 {
		cluster = 0
	}
	return c.JSON(fiber.Map{"ack": ack, "seq": ack.Seq, "cluster": cluster, "draft": draft})
}

// drafted answers the number of the step that an event proposed, 0 where it did
// something at once.
func (a *API) drafted(c *fiber.Ctx, seq uint64) (n uint32, err error) {
	view, err := a.view(c)
	if err == nil {
		view.Read(func(s *topic.State, _ uint64) { n = s.Board.DraftAt(seq) })
	}
	return n, err
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
	draft, err := a.drafted(c, ack.Seq)
	if err != nil {
		return err
	}
	return c.JSON(fiber.Map{"ack": ack, "seq": ack.Seq, "draft": draft})
}
