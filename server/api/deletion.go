package api

import (
	"github.com/gofiber/fiber/v2"

	"veche/server/deletion"
	"veche/server/journal"
	"veche/server/topic"
)

// deletionView is where the wish to delete a topic stands; everybody may see it.
type deletionView struct {
	Status  topic.DeletionStatus `json:"status"`
	Reason  string               `json:"reason"`
	By      string               `json:"by"`
	Mine    bool                 `json:"mine"` // who asked is the reader: another has to agree
	Time    int64                `json:"time"`
	Decided string               `json:"decided,omitempty"`
	At      int64                `json:"at,omitempty"`
	Because string               `json:"because,omitempty"`
	Due     int64                `json:"due,omitempty"` // when it will be destroyed
}

// deletionOf is null where nobody ever asked.
func deletionOf(s *topic.State, who standing) *deletionView {
	d := &s.Deletion
	if d.Status == topic.DeletionNone {
		return nil
	}
	v := &deletionView{Status: d.Status, Reason: d.Reason, By: doer(d.By), Time: d.Time, At: d.At, Because: d.Because, Due: d.Due()}
	v.Mine = who.known && s.Staff[d.By.Number-1].Pseudonym == who.names.Staff
	if d.At != 0 {
		v.Decided = doer(d.Decided)
	}
	return v
}

func (a *API) askDeletion(c *fiber.Ctx) error {
	var in struct {
		ClientID string `json:"client_id"`
		Title    string `json:"title"` // typed again
		Reason   string `json:"reason"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	ack, err := a.submit(c, in.ClientID, topic.AskDeletion{DeletionAskedFor: topic.DeletionAskedFor{Reason: in.Reason}, Title: in.Title})
	if err != nil {
		return err
	}
	return acknowledge(c, fiber.StatusCreated, ack, nil)
}

func (a *API) decideDeletion(c *fiber.Ctx) error {
	var in struct {
		ClientID string               `json:"client_id"`
		Outcome  topic.DeletionStatus `json:"outcome"`
		Reason   string               `json:"reason"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	ack, err := a.submit(c, in.ClientID, topic.DecideDeletion{DeletionDecided: topic.DeletionDecided{Outcome: in.Outcome, Reason: in.Reason}})
	if err != nil {
		return err
	}
	return acknowledge(c, fiber.StatusOK, ack, nil)
}

// deletedTopic is what stays of a topic.
type deletedTopic struct {
	deletion.Notice
	Note string `json:"note"` // the notice, signed
}

func deletedOf(t journal.Tombstone) (deletedTopic, error) {
	n, err := deletion.Read(t.Note, nil)
	return deletedTopic{n, t.Note}, err
}

// listDeleted answers what stays of the topics that were deleted, by topic.
func (a *API) listDeleted(c *fiber.Ctx) error {
	stones, err := a.Journal.Tombstones(c.UserContext())
	if err != nil {
		return err
	}
	list := make([]deletedTopic, len(stones))
	for i, t := range stones {
		if list[i], err = deletedOf(t); err != nil {
			return err
		}
	}
	return c.JSON(fiber.Map{"deleted": list})
}
