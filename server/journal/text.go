package journal

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"

	"veche/server/store"
	"veche/server/topic"
)

// kindText is the record kind of erasable texts: remarks, ideas, reasons,
// titles and pool rows. The data is the salt and then the text.
const kindText = "text"

// Text is an erasable text with its salt.
type Text struct {
	Salt [topic.SaltSize]byte `class:"text"`
	Body []byte               `class:"text"`
}

// NewText salts a text.
func NewText(body string) Text {
	t := Text{Body: []byte(body)}
	rand.Read(t.Salt[:]) // never fails
	return t
}

// Digest names the text.
func (t Text) Digest() topic.Digest { return topic.DigestOf(t.Salt, t.Body) }

// TextKind is the kind of texts' records, for those who look after a store.
const TextKind = kindText

// TextID is the id of a text's record.
func TextID(topicID string, d topic.Digest) string { return textID(topicID, d) }

// TextOf reads the record of a text, and the topic it belongs to.
func TextOf(r store.Record) (topicID string, t Text, err error) {
	topicID, _, _ = strings.Cut(r.ID, "/")
	if t, err = textOf(r); err == nil && r.ID != textID(topicID, t.Digest()) {
		err = fmt.Errorf("%w: the text %s is not the one of that digest", store.ErrCorrupt, r.ID)
	}
	return topicID, t, err
}

func textID(topicID string, d topic.Digest) string { return textPrefix(topicID) + d.String() }

func textPrefix(topicID string) string { return topicID + "/" }

func (t Text) record(topicID string) store.Record {
	data := make([]byte, 0, topic.SaltSize+len(t.Body))
	data = append(append(data, t.Salt[:]...), t.Body...)
	return store.Record{Kind: kindText, ID: textID(topicID, t.Digest()), Data: data}
}

func textOf(r store.Record) (Text, error) {
	var t Text
	if len(r.Data) < topic.SaltSize {
		return t, fmt.Errorf("journal: text record %q is too short", r.ID)
	}
	copy(t.Salt[:], r.Data)
	t.Body = r.Data[topic.SaltSize:]
	return t, nil
}

// Texts answers those of the texts that exist; erased ones are missing.
func (j *Journal) Texts(ctx context.Context, topicID string, digests []topic.Digest) (map[topic.Digest]Text, error) {
	texts := make(map[topic.Digest]Text, len(digests))
	ids := make([]string, 0, len(digests))
	seen := make(map[topic.Digest]bool, len(digests))
	for _, d := range digests {
		if d.IsZero() || seen[d] {
			continue
		}
		seen[d] = true
		ids = append(ids, textID(topicID, d))
	}
	if len(ids) == 0 {
		return texts, nil
	}
	records, err := j.store.GetMany(ctx, kindText, ids)
	if err != nil {
		return nil, fmt.Errorf("journal: reading texts: %w", err)
	}
	for _, r := range records {
		t, err := textOf(r)
		if err != nil {
			return nil, err
		}
		texts[t.Digest()] = t
	}
	return texts, nil
}

// EraseText records the erasure and then destroys the text and its salt. If
// the second step fails the caller sends the command again; the row is deleted
// though the event stands already.
func (j *Journal) EraseText(ctx context.Context, topicID string, r Request, c topic.EraseText) (Ack, error) {
	view, err := j.View(ctx, topicID)
	if err != nil {
		return Ack{}, err
	}
	r.Command = c
	ack, err := j.Submit(ctx, topicID, r)
	if err != nil && topic.CodeOf(err) != topic.CodeConflict {
		return Ack{}, err
	}
	// The log says what is to go: a client id that comes again with another text
	// is answered as it was then, and must not destroy what the log still shows.
	var d topic.Digest
	view.Read(func(s *topic.State, _ uint64) {
		for i := len(s.Erasures) - 1; i >= 0 && d.IsZero(); i-- {
			if e := &s.Erasures[i]; e.Target == c.Target && e.Number == c.Number {
				d = e.Digest
			}
		}
	})
	if d.IsZero() {
		if err == nil {
			err = topic.NewFault(topic.CodeConflict, "this client_id erased another text: send a fresh one")
		}
		return Ack{}, err
	}
	if err := j.erasing(topicID, c.Reason, d); err != nil {
		return Ack{}, err
	}
	if destroyed := j.destroy(ctx, topicID, d); destroyed != nil {
		return Ack{}, destroyed
	}
	return ack, err
}

// MaskText does the command of r, which puts a text in the place of the one of
// digest old, and then destroys that one. If the second step fails the caller
// sends the command again.
func (j *Journal) MaskText(ctx context.Context, topicID string, r Request, old topic.Digest) (Ack, error) {
	view, err := j.View(ctx, topicID)
	if err != nil {
		return Ack{}, err
	}
	ack, err := j.Submit(ctx, topicID, r)
	if err != nil {
		return Ack{}, err
	}
	gone := false
	view.Read(func(s *topic.State, _ uint64) {
		gone = slices.ContainsFunc(s.Erasures, func(e topic.Erasure) bool { return e.Digest == old })
	})
	if !gone { // a client id that masked another text before: this one stands in the log
		return Ack{}, topic.NewFault(topic.CodeConflict, "this client_id masked another text: send a fresh one")
	}
	if err := j.erasing(topicID, "author-request", old); err != nil {
		return Ack{}, err
	}
	return ack, j.destroy(ctx, topicID, old)
}

// erasing tells whoever keeps count of what somebody had erased.
func (j *Journal) erasing(topicID, reason string, gone ...topic.Digest) error {
	if j.options.Erasing == nil || len(gone) == 0 {
		return nil
	}
	return j.options.Erasing(topicID, reason, gone)
}

// erasers is how many texts of an import are destroyed at once: the store
// commits them together.
const erasers = 64

// EraseImport takes an import back by the command of r and destroys the rows of
// its people. If that fails the caller sends the command again.
func (j *Journal) EraseImport(ctx context.Context, topicID string, r Request, number uint32) (Ack, error) {
	view, err := j.View(ctx, topicID)
	if err != nil {
		return Ack{}, err
	}
	ack, err := j.Submit(ctx, topicID, r)
	if err != nil {
		return Ack{}, err
	}
	var gone []topic.Digest
	view.Read(func(s *topic.State, _ uint64) {
		if number == 0 || uint64(number) > uint64(len(s.Imports)) || !s.Imports[number-1].Withdrawn {
			return // a client id that did something else before
		}
		for i := range s.Applications {
			if s.Applications[i].Import == number {
				gone = append(gone, s.Applications[i].Row)
			}
		}
	})
	return ack, j.destroyAll(ctx, topicID, gone)
}

// EraseMany does the command of r, [topic.EraseOwn] or [topic.EraseRows], and
// destroys the texts that the log then says are gone. If that fails the caller
// sends the command again, or leaves it to the next start.
func (j *Journal) EraseMany(ctx context.Context, topicID string, r Request) (Ack, error) {
	view, err := j.View(ctx, topicID)
	if err != nil {
		return Ack{}, err
	}
	ack, err := j.Submit(ctx, topicID, r)
	if err != nil {
		return Ack{}, err
	}
	var gone, asked []topic.Digest
	view.Read(func(s *topic.State, _ uint64) { gone, asked = erasedBy(s, r.Command) })
	if err := j.erasing(topicID, "author-request", asked...); err != nil {
		return Ack{}, err
	}
	return ack, j.destroyAll(ctx, topicID, gone)
}

// erasedBy answers the texts of a command that are gone by the log, and those of
// them that a person asked for.
func erasedBy(s *topic.State, c topic.Command) (gone, asked []topic.Digest) {
	switch c := c.(type) {
	case topic.EraseOwn:
		erased := make(map[topic.Digest]bool, len(s.Erasures))
		for i := range s.Erasures {
			erased[s.Erasures[i].Digest] = true
		}
		for _, x := range c.Texts {
			if d, err := s.DigestFor(x.Target, x.Number); err == nil && erased[d] {
				gone = append(gone, d)
			}
		}
		return gone, gone
	case topic.EraseRows:
		for _, n := range c.Applications {
			if a := &s.Applications[n-1]; a.Erased {
				gone = append(gone, a.Row)
			}
		}
		for _, n := range c.Earlier {
			if x := &s.Superseded[n-1]; x.Erased {
				gone = append(gone, x.Text)
			}
		}
	}
	return gone, nil
}

// destroyAll destroys many texts, some at once: the store commits them together.
func (j *Journal) destroyAll(ctx context.Context, topicID string, gone []topic.Digest) error {
	rows := make(chan topic.Digest)
	failed := make(chan error, erasers)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	for range erasers {
		go func() {
			var err error
			for d := range rows {
				if err = j.destroy(ctx, topicID, d); err != nil {
					cancel()
					break
				}
			}
			failed <- err
		}()
	}
	var err error
feed:
	for _, d := range gone {
		select {
		case rows <- d:
		case <-ctx.Done():
			err = ctx.Err()
			break feed
		}
	}
	close(rows)
	for range erasers {
		if e := <-failed; e != nil && (err == nil || errors.Is(err, context.Canceled)) {
			err = e
		}
	}
	return err
}

func (j *Journal) destroy(ctx context.Context, topicID string, d topic.Digest) error {
	record, err := j.store.Get(ctx, kindText, textID(topicID, d))
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err == nil {
		err = j.store.Delete(ctx, kindText, record.ID, record.Rev)
	}
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return fmt.Errorf("journal: the erasure is recorded but the text is not destroyed yet, send it again: %w", err)
	}
	return nil
}
