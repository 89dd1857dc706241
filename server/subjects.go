package server

import (
	"context"
	"errors"
	"fmt"
	"time"

	"veche/server/privacy"
	"veche/server/protection"
	"veche/server/store"
	"veche/server/subject"
	"veche/server/topic"
)

// subjects is the desk where people come with what is theirs.
func (s *Server) subjects() *subject.Desk {
	return &subject.Desk{
		Journal: s.Journal, Vault: s.Vault, People: s.People, Erased: s.keys.Erased(), Records: records{s.store}, Blobs: blobs{s.store},
		Signer: signing{s.keys}, Origin: signerName, Clock: s.options.Clock, Log: s.options.Log,
	}
}

// blobs are the store's, where to delete a missing one is no error.
type blobs struct{ store.Blobs }

func (b blobs) DeleteBlob(ctx context.Context, digest string) error {
	err := b.Blobs.DeleteBlob(ctx, digest)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	return err
}

// HasBlob says whether there is one.
func (b blobs) HasBlob(ctx context.Context, digest string) (bool, error) {
	r, err := b.GetBlob(ctx, digest)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, r.Close()
}

// register enters texts that somebody asked to have erased into the register of
// erasures, before they are destroyed.
func (s *Server) register(topicID, reason string, gone []topic.Digest) error {
	entries := make([]privacy.Erased, len(gone))
	for i, d := range gone {
		entries[i] = privacy.Erased{Time: s.options.Clock().UTC(), Topic: topicID, Text: d.String(), Reason: reason}
	}
	return s.keys.Erased().Add(entries...)
}

// eraseAgain makes data that was restored, or that a crash left half erased, agree
// with the register of erasures.
func (s *Server) eraseAgain(ctx context.Context) error {
	people, texts, err := s.Subjects.Again(ctx)
	if people+texts > 0 {
		s.options.Log.Warn("erased again what the register of erasures names", "people", people, "texts", texts)
	}
	if err != nil {
		return fmt.Errorf("what was erased must not come back: %w", err)
	}
	return nil
}

// Subjects is what the command line does for the people whom data is about.
type Subjects interface {
	// ExportSubject answers everything that is held of a person, as JSON.
	ExportSubject(ctx context.Context, id string) ([]byte, error)
	// EraseSubject erases a person, with or without what they wrote, and answers
	// the certificate, a signed note.
	EraseSubject(ctx context.Context, id string, texts bool) (note string, err error)
	// Assessment answers the facts for an assessment of data protection, as
	// Markdown in a language or as JSON.
	Assessment(ctx context.Context, lang string, asJSON bool) ([]byte, error)
	// Breach answers the note of a breach, as Markdown in a language.
	Breach(ctx context.Context, x Incident, lang string) ([]byte, error)
}

// Incident is what is known of a breach.
type Incident = protection.Incident

// NewIncident begins one by what was exposed, such as "data", and the role of the
// account where it was one: see [protection.Exposed].
func NewIncident(exposed, role string) (x Incident, err error) {
	x.Exposed = protection.Exposed(exposed)
	if role != "" {
		x.Role, err = topic.ParseRole(role)
	}
	return x, err
}

// ExportSubject implements [Subjects].
func (s *Server) ExportSubject(ctx context.Context, id string) ([]byte, error) {
	if err := s.knownSubject(ctx, id); err != nil {
		return nil, err
	}
	x, err := s.Subjects.Dossier(ctx, id)
	if err != nil {
		return nil, err
	}
	return x.File()
}

// EraseSubject implements [Subjects].
func (s *Server) EraseSubject(ctx context.Context, id string, texts bool) (string, error) {
	if err := s.knownSubject(ctx, id); err != nil {
		return "", err
	}
	c, err := s.Subjects.Erase(ctx, id, texts)
	return c.Note, err
}

func (s *Server) knownSubject(ctx context.Context, id string) error {
	if s.keys.Erased().Erased(id) {
		if there, err := s.Vault.HasKey(ctx, id); err != nil || !there {
			return errors.Join(err, privacy.ErrErased)
		}
	}
	there, err := s.Vault.HasKey(ctx, id)
	if err == nil && !there {
		err = fmt.Errorf("there is no person %q: veche user list names those with an account", id)
	}
	return err
}

// keepEvery is how often it is looked whether something has been kept long enough.
const keepEvery = time.Hour

// keepTimes destroys what has been kept long enough, until ctx ends.
func (s *Server) keepTimes(ctx context.Context) {
	tick := time.NewTicker(keepEvery)
	defer tick.Stop()
	for {
		if _, ok := s.alone(ctx, "keep-times"); !ok {
			s.options.Log.Debug("another server looks at what has been kept long enough")
		} else if _, err := s.Subjects.Keep(ctx, s.times(), false); ctx.Err() == nil {
			s.kept.Store(&keptRun{s.options.Clock(), err != nil})
			if err != nil {
				s.options.Log.Error("what has been kept long enough was not destroyed", "error", err)
			}
		}
		if _, err := s.Deletions.Sweep(ctx); err != nil && ctx.Err() == nil {
			s.options.Log.Error("a topic that is to be deleted was not destroyed; it is tried again", "error", err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

func (s *Server) times() subject.Times {
	day := 24 * time.Hour
	return subject.Times{Pool: time.Duration(s.options.Retention.Pool) * day, Panel: time.Duration(s.options.Retention.Panel) * day}
}

// Expired is what has been kept long enough in one topic.
type Expired = subject.Due

// Due answers what would be destroyed now because its time has come.
func (s *Server) Due(ctx context.Context) ([]Expired, error) {
	return s.Subjects.Keep(ctx, s.times(), true)
}
