package server

import (
	"context"
	"errors"
	"fmt"
	"time"

	"veche/server/api"
	"veche/server/deletion"
	"veche/server/journal"
	"veche/server/notary"
	"veche/server/subject"
	"veche/server/topic"
)

// deletions destroys whole topics.
func (s *Server) deletions() *deletion.Deletions {
	return &deletion.Deletions{
		Journal: s.Journal, Vault: s.Vault, People: s.People, Erased: s.keys.Erased(), Records: records{s.store}, Blobs: blobs{s.store},
		Signer: s.Subjects.Signer, Origin: s.Subjects.Origin, Tied: []string{notary.RecordKind}, Within: []string{subject.KindKept},
		Gone: s.forgetTopic, Clock: s.options.Clock, Log: s.options.Log,
	}
}

// forgetTopic closes the rooms of a topic that was deleted, and drops what is held
// of it in memory.
func (s *Server) forgetTopic(topicID string) {
	s.hub.CloseTopic(topicID)
	s.records.Forget(topicID)
	s.similar.Forget(topicID)
	s.questions.Forget(topicID)
	s.Jobs.ForgetTopic(topicID)
	s.doubles.Forget(topicID)
	s.notary.Forget(topicID)
}

// deleteAgain makes data that was restored, or that a crash left with a topic half
// destroyed, agree with the register of erasures.
func (s *Server) deleteAgain(ctx context.Context) error {
	done, err := s.Deletions.Again(ctx)
	for _, id := range done {
		s.options.Log.Warn("deleted a topic again, as the register of erasures says", "topic", id)
	}
	if err != nil {
		return fmt.Errorf("a topic that was deleted must not come back: %w", err)
	}
	return nil
}

// DeletionOrder is what the command line says about deleting a topic.
type DeletionOrder struct {
	Topic  string `json:"topic"`
	Person string `json:"person"` // in whose name
	// Outcome is agreed, refused or called-off; "" asks for the deletion.
	Outcome string `json:"outcome,omitempty"`
	Title   string `json:"title,omitempty"` // with "": the topic's, given again
	Reason  string `json:"reason,omitempty"`
}

// Deleter is what the command line does about whole topics.
type Deleter interface {
	// DecideDeletion asks that a topic be deleted, or answers that, as a person of
	// the staff would on the page: whoever asked can't agree.
	DecideDeletion(ctx context.Context, o DeletionOrder) error
}

// OpenDeleter answers who does it for the data at o.Data: close it after use.
func OpenDeleter(ctx context.Context, o Options) (Deleter, func() error, error) {
	a, done, err := OpenAccounts(ctx, o)
	if err != nil {
		return nil, nil, err
	}
	return a.(Deleter), done, nil // a server or its desk: both are
}

// DecideDeletion implements [Deleter].
func (s *Server) DecideDeletion(ctx context.Context, o DeletionOrder) error {
	var c topic.Command = topic.AskDeletion{DeletionAskedFor: topic.DeletionAskedFor{Reason: o.Reason}, Title: o.Title}
	if o.Outcome != "" {
		var outcome topic.DeletionStatus
		if err := outcome.UnmarshalText([]byte(o.Outcome)); err != nil {
			return err
		}
		c = topic.DecideDeletion{DeletionDecided: topic.DeletionDecided{Outcome: outcome, Reason: o.Reason}}
	}
	if _, err := s.Journal.View(ctx, o.Topic); err != nil {
		return err
	}
	p, err := s.People.Person(ctx, o.Person)
	if err == nil && len(p.Roles) == 0 {
		err = fmt.Errorf("%q is nobody with a role: veche user list names those who have one", o.Person)
	}
	if err != nil {
		return err
	}
	names, err := s.Vault.Pseudonyms(ctx, o.Person, o.Topic)
	if err != nil {
		return err
	}
	_, err = s.Journal.Submit(ctx, o.Topic, journal.Request{Who: api.WhoFor(p, names, c.Action()), Command: c})
	return err
}

func (d desk) DecideDeletion(ctx context.Context, o DeletionOrder) error {
	_, err := d.ask(ctx, errand{Do: "deletion", Deletion: &o})
	return err
}

// TopicLine is one topic as the command line lists it.
type TopicLine struct {
	ID, Title, State string
}

// TopicLines answers all topics by id, and then those that were deleted.
func (s *Server) TopicLines(ctx context.Context) ([]TopicLine, error) {
	ids, err := s.Journal.Topics(ctx)
	if err != nil {
		return nil, err
	}
	var list []TopicLine
	for _, id := range ids {
		view, err := s.Journal.View(ctx, id)
		if errors.Is(err, journal.ErrDamaged) {
			list = append(list, TopicLine{id, "", "damaged: see veche doctor"})
			continue
		}
		if err != nil {
			return nil, err
		}
		view.Read(func(st *topic.State, _ uint64) {
			line := TopicLine{id, st.Settings.Title, st.StageKind().String()}
			switch d := &st.Deletion; d.Status {
			case topic.DeletionAsked:
				line.State = "to be deleted, if a second person agrees: " + d.Reason
			case topic.DeletionAgreed:
				line.State = "deleted on " + time.UnixMilli(d.Due()).UTC().Format(time.RFC3339) + ": " + d.Reason
			}
			list = append(list, line)
		})
	}
	stones, err := s.Journal.Tombstones(ctx)
	for _, t := range stones {
		n, unread := deletion.Read(t.Note, nil)
		if unread != nil {
			return nil, unread
		}
		list = append(list, TopicLine{n.Topic, n.Title, "deleted " + n.Destroyed.Format(time.RFC3339) + ": " + n.Reason})
	}
	return list, err
}
