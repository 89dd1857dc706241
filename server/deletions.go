package server

import (
	"context"
	"fmt"

	"veche/server/deletion"
	"veche/server/notary"
	"veche/server/subject"
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
