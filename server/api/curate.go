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
