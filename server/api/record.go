package api

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/gofiber/fiber/v2"

	"veche/server/audit"
	"veche/server/notary"
	"veche/server/topic"
)

// Notary signs what stands in the logs and proves it.
type Notary interface {
	Key() string
	Witnesses() []string
	Handovers() []string
	Newest(ctx context.Context, topicID string) (notary.Checkpoint, error)
	Consistency(ctx context.Context, topicID string, older, size uint64) ([]audit.Hash, error)
	Group(ctx context.Context, topicID string, group, size uint64) (audit.Group, error)
	Cosigned(ctx context.Context, topicID string) ([]string, error)
	Cosign(ctx context.Context, topicID string, signed []byte) error
}

// openRecordView is what is signed of a topic's record, and by whom.
type openRecordView struct {
	Topic      string   `json:"topic"`
	Size       uint64   `json:"size"`       // entries under the checkpoint
	Checkpoint string   `json:"checkpoint"` // signed note
	Key        string   `json:"key"`
	Handovers  []string `json:"handovers"` // signed notes by which earlier keys named later ones, the oldest first
	Witnesses  []string `json:"witnesses"` // keys
	Cosigned   []string `json:"cosigned"`  // the last checkpoint of each witness
}

type openConsistencyView struct {
	Older uint64       `json:"older"`
	Size  uint64       `json:"size"`
	Proof []audit.Hash `json:"proof"`
}

// notarial turns a notary's errors into those of routes.
func notarial(err error) error {
	switch {
	case errors.Is(err, notary.ErrEmpty), errors.Is(err, notary.ErrUnknown):
		return refuse("not-found", err.Error())
	case errors.Is(err, audit.ErrVeiled):
		return refuse("conflict", err.Error())
	}
	return err
}

// newest answers the newest checkpoint of the request's topic.
func (a *API) newest(c *fiber.Ctx) (notary.Checkpoint, error) {
	if _, err := a.opened(c); err != nil {
		return notary.Checkpoint{}, err
	}
	point, err := a.Notary.Newest(c.UserContext(), c.Params("topic"))
	return point, notarial(err)
}

// sizeAsked is the size of the checkpoint that the request names, else the newest's.
func (a *API) sizeAsked(c *fiber.Ctx) (uint64, error) {
	point, err := a.newest(c)
	if err != nil {
		return 0, err
	}
	return query(c, "size", point.Size, point.Size)
}

func (a *API) openRecord(c *fiber.Ctx) error {
	point, err := a.newest(c)
	if err != nil {
		return err
	}
	cosigned, err := a.Notary.Cosigned(c.UserContext(), c.Params("topic"))
	if err != nil {
		return err
	}
	return c.JSON(openRecordView{
		Topic: c.Params("topic"), Size: point.Size, Checkpoint: point.Note, Key: a.Notary.Key(), Handovers: orEmpty(a.Notary.Handovers()), Witnesses: a.Notary.Witnesses(), Cosigned: orEmpty(cosigned),
	})
}

func (a *API) openConsistency(c *fiber.Ctx) error {
	older, err := query(c, "older", 0, 1<<53)
	if err != nil {
		return err
	}
	size, err := a.sizeAsked(c)
	if err != nil {
		return err
	}
	if older == 0 {
		return refuse("malformed", "older is missing: name the size of the checkpoint that you have")
	}
	if older > size {
		return refuse("not-found", fmt.Sprintf("the record has %d signed entries, fewer than %d: if a checkpoint over %d was signed, entries were taken out", size, older, older))
	}
	proof, err := a.Notary.Consistency(c.UserContext(), c.Params("topic"), older, size)
	if err != nil {
		return notarial(err)
	}
	return c.JSON(openConsistencyView{Older: older, Size: size, Proof: orEmpty(proof)})
}

func (a *API) openGroup(c *fiber.Ctx) error {
	n, err := number(c, "number")
	if err != nil {
		return err
	}
	size, err := a.sizeAsked(c)
	if err != nil {
		return err
	}
	if n == 0 {
		return refuse("not-found", "groups are counted from 1")
	}
	group, err := a.Notary.Group(c.UserContext(), c.Params("topic"), uint64(n-1), size)
	if err != nil {
		return notarial(err)
	}
	group.Path = orEmpty(group.Path)
	return c.JSON(group)
}

// cosign takes a witness's signature. Whoever sends it is known by it alone.
func (a *API) cosign(c *fiber.Ctx) error {
	var in struct {
		Note string `json:"note"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	if _, err := a.opened(c); err != nil {
		return err
	}
	if err := a.Notary.Cosign(c.UserContext(), c.Params("topic"), []byte(in.Note)); err != nil {
		return notarial(err)
	}
	return c.JSON(fiber.Map{"taken": true})
}

// getApplicationReceipt answers the receipt of the reader's own application. Who
// came with a list shares its event with others: it is not theirs to hold.
func (a *API) getApplicationReceipt(c *fiber.Ctx) error {
	view, who, err := a.visit(c)
	if err != nil {
		return err
	}
	var row topic.Digest
	number, listed := uint64(0), false
	view.Read(func(s *topic.State, _ uint64) {
		if number = who.application(s); number != 0 {
			row, listed = s.Applications[number-1].Row, s.Applications[number-1].Import != 0
		}
	})
	switch {
	case number == 0:
		return topic.NewFault(topic.CodeNotFound, "there is no application of yours in this topic, so there is no receipt")
	case listed:
		return topic.NewFault(topic.CodeNotFound, "you were put on the list by the organisers, together with others: the receipt of your chance shows that you were in the draw")
	}
	leave, err := a.searches.enter(c.UserContext(), searchWait)
	if err != nil {
		return err
	}
	defer leave()
	var r audit.EventReceipt
	err = a.Journal.ReadBytesAfter(c.UserContext(), c.Params("topic"), 0, func(seq uint64, event []byte) error {
		if !bytes.Contains(event, row[:]) {
			return nil
		}
		e, err := topic.DecodeEvent(event, seq)
		if err != nil {
			return err
		}
		if b, ok := e.Body.(*topic.Applied); !ok || b.Row != row || b.Pseudonym != who.names.Debate {
			return nil
		}
		r = audit.NewEventReceipt(c.Params("topic"), audit.ReceiptOfApplication, seq, event)
		return errEnough
	})
	switch {
	case errors.Is(err, errEnough):
		return a.download(c, fmt.Sprintf("application-%s.json", c.Params("topic")), r)
	case err != nil:
		return err
	}
	return topic.NewFault(topic.CodeNotFound, "your application was erased, so there is no receipt")
}
