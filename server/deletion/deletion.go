package deletion

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/note"

	"veche/server/audit"
	"veche/server/identity"
	"veche/server/journal"
	"veche/server/privacy"
	"veche/server/subject"
	"veche/server/topic"
)

// Records are those of the installation.
type Records interface {
	subject.Records
	privacy.Purger
}

// Blobs are the results of all topics.
type Blobs interface {
	HasBlob(ctx context.Context, digest string) (bool, error)
	DeleteBlob(ctx context.Context, digest string) error // a missing one is no error
}

// Deletions destroys topics.
type Deletions struct {
	Journal *journal.Journal
	Vault   *privacy.Vault
	People  *identity.Directory
	Erased  *privacy.Register
	Records Records
	Blobs   Blobs
	Signer  note.Signer
	Origin  string // of the logs' checkpoints
	// Tied are kinds of records, one a topic, by its id; Within those whose ids
	// begin with it and a slash.
	Tied, Within []string
	// Gone is called once a topic takes no more commands, so that what is held of
	// it in memory is dropped.
	Gone  func(topicID string)
	Clock func() time.Time
	Log   *slog.Logger

	turn sync.Mutex // one looks at a time
}

// Sweep destroys the topics whose time has come, and goes on where a death or a
// failure stopped it. It answers those that it destroyed.
func (d *Deletions) Sweep(ctx context.Context) (done []string, err error) {
	d.turn.Lock()
	defer d.turn.Unlock()
	stones, err := d.Journal.Tombstones(ctx)
	if err != nil {
		return nil, err
	}
	var errs []error
	destroy := func(t journal.Tombstone) {
		if err := d.destroy(ctx, t); err != nil {
			errs = append(errs, err)
			return
		}
		done = append(done, t.Topic)
	}
	for _, t := range stones {
		if !t.Done {
			destroy(t)
		}
	}
	ids, err := d.Journal.Topics(ctx)
	if err != nil {
		return done, err
	}
	for _, id := range ids {
		n, due, err := d.due(ctx, id)
		if err == nil && due {
			var t journal.Tombstone
			if t, err = d.tombstone(ctx, n); err == nil {
				destroy(t)
				continue
			}
		}
		if err != nil && topic.CodeOf(err) != topic.CodeGone && !errors.Is(err, journal.ErrDamaged) {
			errs = append(errs, err)
		}
	}
	return done, errors.Join(errs...)
}

// Again destroys the topics that the register of erasures names and the data has
// again, after a restore; and what a death left of others.
func (d *Deletions) Again(ctx context.Context) (done []string, err error) {
	d.turn.Lock()
	defer d.turn.Unlock()
	err = d.Erased.Replay(ctx, func(ctx context.Context, e privacy.Erased) error {
		if e.Deleted == "" {
			return nil
		}
		if _, buried, err := d.Journal.Tombstone(ctx, e.Topic); err != nil || buried {
			return err
		}
		done = append(done, e.Topic)
		return d.destroy(ctx, journal.Tombstone{Topic: e.Topic, Note: e.Deleted})
	})
	if err != nil {
		return done, err
	}
	stones, err := d.Journal.Tombstones(ctx)
	for _, t := range stones {
		if err == nil && !t.Done {
			done = append(done, t.Topic)
			err = d.destroy(ctx, t)
		}
	}
	return done, err
}

// due answers what is to be told of a topic whose time has come.
func (d *Deletions) due(ctx context.Context, topicID string) (n Notice, due bool, err error) {
	view, err := d.Journal.View(ctx, topicID)
	if err != nil {
		return n, false, err
	}
	now := d.Clock()
	view.Read(func(s *topic.State, _ uint64) {
		x := &s.Deletion
		if due = x.Due() != 0 && now.UnixMilli() >= x.Due(); !due {
			return
		}
		at := func(ms int64) time.Time { return time.UnixMilli(ms).UTC() }
		n = Notice{
			Topic: topicID, Title: s.Settings.Title, Lang: s.Settings.Lang, Reason: x.Reason,
			Asked: at(x.Time), Agreed: at(x.At), AgreedBy: x.Decided.Role.String(), Destroyed: now.UTC().Truncate(time.Second),
		}
	})
	return n, due, nil
}

// tombstone signs the notice, and enters it into the register.
func (d *Deletions) tombstone(ctx context.Context, n Notice) (journal.Tombstone, error) {
	var cover audit.Cover
	err := d.Journal.ReadBytes(ctx, n.Topic, func(_ uint64, event []byte) error {
		cover.Append(audit.LeafHash(event))
		return nil
	})
	if err != nil {
		return journal.Tombstone{}, err
	}
	n.checkpoint(audit.Checkpoint{Origin: d.Origin + "/" + n.Topic, Size: cover.Len(), Root: cover.Root()})
	signed, err := n.sign(d.Signer)
	if err != nil {
		return journal.Tombstone{}, fmt.Errorf("signing the notice of topic %s: %w", n.Topic, err)
	}
	return journal.Tombstone{Topic: n.Topic, Note: signed}, d.Erased.Add(privacy.Erased{Time: n.Destroyed, Topic: n.Topic, Deleted: signed})
}

func (d *Deletions) destroy(ctx context.Context, t journal.Tombstone) error {
	err := d.Journal.Destroy(ctx, t, func(ctx context.Context) error {
		d.Gone(t.Topic)
		return d.clear(ctx, t.Topic)
	})
	if err != nil {
		return err
	}
	d.Log.Warn("a topic was deleted", "topic", t.Topic)
	return nil
}

// clear destroys all but the texts and the log.
func (d *Deletions) clear(ctx context.Context, topicID string) error {
	elsewhere, err := d.Journal.Topics(ctx) // without the topic itself
	if err != nil {
		return err
	}
	if err := d.dropResults(ctx, topicID, elsewhere); err != nil {
		return fmt.Errorf("its results: %w", err)
	}
	nobody, err := d.Vault.EraseTopic(ctx, topicID, elsewhere, d.People.HasAccount, d.Records)
	if err != nil {
		return err
	}
	if err := d.People.Forget(ctx, nobody); err != nil {
		return err
	}
	for _, kind := range d.Within {
		err = errors.Join(err, d.Records.Purge(ctx, kind, topicID+"/"))
	}
	for _, kind := range d.Tied {
		err = errors.Join(err, d.Records.Remove(ctx, kind, topicID))
	}
	return err
}

// atOnce is how many digests are looked at together.
const atOnce = 5000

// dropResults deletes the results that the topic's log names and no other's. Of the
// digests of a log most are of texts; what is none of those is looked for.
func (d *Deletions) dropResults(ctx context.Context, topicID string, elsewhere []string) error {
	found := map[topic.Digest]bool{}
	var list []topic.Digest
	look := func() error {
		texts, err := d.Journal.Texts(ctx, topicID, list)
		for i := 0; i < len(list) && err == nil; i++ {
			if _, ok := texts[list[i]]; !ok && !found[list[i]] {
				found[list[i]], err = d.isResult(ctx, list[i])
			}
			if !found[list[i]] {
				delete(found, list[i])
			}
		}
		list = list[:0]
		return err
	}
	each := func(id string, f func(topic.Digest) error) error {
		return d.Journal.ReadAfter(ctx, id, 0, func(e *topic.Event) error {
			for _, x := range e.Digests() {
				if err := f(x); err != nil {
					return err
				}
			}
			return nil
		})
	}
	err := each(topicID, func(x topic.Digest) error {
		if list = append(list, x); len(list) < atOnce {
			return nil
		}
		return look()
	})
	if err == nil {
		err = look()
	}
	for i := 0; i < len(elsewhere) && err == nil && len(found) > 0; i++ {
		err = each(elsewhere[i], func(x topic.Digest) error { delete(found, x); return nil })
	}
	for x := range found { // each on its own
		if err == nil {
			err = subject.DropResult(ctx, d.Records, d.Blobs, x)
		}
	}
	return err
}

// isResult says whether there is a result of that digest, or one that stands for it.
func (d *Deletions) isResult(ctx context.Context, x topic.Digest) (bool, error) {
	if there, err := subject.StandsIn(ctx, d.Records, x); there || err != nil {
		return there, err
	}
	return d.Blobs.HasBlob(ctx, x.String())
}
