package subject

import (
	"context"
	"io"
	"log/slog"
	"time"

	"golang.org/x/mod/sumdb/note"

	"veche/server/audit"
	"veche/server/identity"
	"veche/server/journal"
	"veche/server/privacy"
	"veche/server/topic"
)

// Records keeps certificates and where results without words lie; see package
// privacy's interface of that name.
type Records interface {
	Load(ctx context.Context, kind, id string) (data []byte, rev uint64, err error)
	Save(ctx context.Context, kind, id string, rev uint64, data []byte) error
	Remove(ctx context.Context, kind, id string) error
	Each(ctx context.Context, kind, prefix string, f func(id string, data []byte) error) error
}

// Blobs keeps results.
type Blobs interface {
	PutBlob(ctx context.Context, digest string, r io.Reader) error
	GetBlob(ctx context.Context, digest string) (io.ReadCloser, error)
	DeleteBlob(ctx context.Context, digest string) error // a missing one is no error
}

// Desk is where people come with what is theirs.
type Desk struct {
	Journal *journal.Journal
	Vault   *privacy.Vault
	People  *identity.Directory
	Erased  *privacy.Register
	Records Records
	Blobs   Blobs
	Signer  note.Signer // of certificates
	Origin  string      // of the checkpoints that certificates name
	Clock   func() time.Time
	Log     *slog.Logger
	// Forgotten is called with the digest of a result that was replaced or
	// deleted, so that nobody goes on with what they read before.
	Forgotten func(topic.Digest)
}

// member is somebody's place in a topic.
type member struct {
	topic string
	names privacy.Pseudonyms
	view  *journal.View
}

// memberships answers the topics that a person has names in.
func (d *Desk) memberships(ctx context.Context, person string) ([]member, error) {
	topics, err := d.Journal.Topics(ctx)
	if err != nil {
		return nil, err
	}
	var list []member
	for _, id := range topics {
		names, ok, err := d.Vault.Find(ctx, person, id)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		view, err := d.Journal.View(ctx, id)
		if err != nil {
			return nil, err
		}
		list = append(list, member{id, names, view})
	}
	return list, nil
}

// citizen is how the person acts in the topic.
func (m *member) citizen() topic.Who {
	return topic.Who{Role: topic.RoleCitizen, Pseudonym: m.names.Debate}
}

// papers are the receipts of ideas on paper whose author the person is.
func (m *member) papers() (list []topic.Pseudonym) {
	m.view.Read(func(s *topic.State, _ uint64) {
		n := s.ApplicationOf(m.names.Debate)
		if n == 0 {
			return
		}
		for i := range s.Papers {
			if p := &s.Papers[i]; s.Ideas[p.Idea-1].Author == n {
				list = append(list, p.Receipt)
			}
		}
	})
	return list
}

// checkpoint answers how long a topic's log is, and its root.
func (d *Desk) checkpoint(ctx context.Context, topicID string) (audit.Checkpoint, error) {
	var cover audit.Cover
	err := d.Journal.ReadBytes(ctx, topicID, func(_ uint64, event []byte) error {
		cover.Append(audit.LeafHash(event))
		return nil
	})
	return audit.Checkpoint{Origin: d.Origin + "/" + topicID, Size: cover.Len(), Root: cover.Root()}, err
}
