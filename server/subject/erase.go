package subject

import (
	"context"
	"fmt"
	"slices"

	"veche/server/journal"
	"veche/server/privacy"
	"veche/server/topic"
)

// Erase destroys what is held of a person and answers the certificate. texts says
// that what they wrote goes too; else it stays without an author. It may be called
// again where it failed. [privacy.ErrErased] where nothing is held any more.
func (d *Desk) Erase(ctx context.Context, person string, texts bool) (Certificate, error) {
	there, err := d.Vault.HasKey(ctx, person)
	if err != nil {
		return Certificate{}, err
	}
	if !there {
		return Certificate{}, privacy.ErrErased
	}
	if err := d.Erased.Add(privacy.Erased{Time: d.Clock().UTC(), Person: person, Texts: texts}); err != nil {
		return Certificate{}, err
	}
	c := newCertificate(d.Clock(), texts)
	parts, err := d.erase(ctx, person, texts)
	if err != nil {
		return Certificate{}, err
	}
	c.Topics = parts
	return c, d.certify(ctx, &c)
}

// erase does what the register says of a person.
func (d *Desk) erase(ctx context.Context, person string, texts bool) ([]ErasedPart, error) {
	list, err := d.memberships(ctx, person)
	if err != nil {
		return nil, err
	}
	parts := []ErasedPart{}
	for i := range list {
		m := &list[i]
		part, err := d.leave(ctx, m, texts)
		if err != nil {
			return nil, fmt.Errorf("erasing in topic %s: %w", m.topic, err)
		}
		parts = append(parts, part)
	}
	for _, m := range list { // last, since without these nobody finds the rest
		if err := d.Vault.EraseMember(ctx, m.topic, person); err != nil {
			return nil, err
		}
	}
	return parts, d.People.Erase(ctx, person)
}

// leave ends what a person has in a topic.
func (d *Desk) leave(ctx context.Context, m *member, texts bool) (ErasedPart, error) {
	part := ErasedPart{ID: m.topic}
	own, err := d.eraseOwn(ctx, m, func(x topic.Own, row bool) bool { return row || texts })
	if err != nil {
		return part, err
	}
	part.Answers, part.Texts = own.rows, own.texts
	for _, receipt := range m.papers() {
		if err := d.Vault.ErasePaper(ctx, m.topic, receipt); err != nil {
			return part, err
		}
	}
	applied, bound := false, 0
	m.view.Read(func(s *topic.State, _ uint64) {
		part.Title = s.Settings.Title
		applied = s.ApplicationOf(m.names.Debate) != 0
		for _, x := range s.OwnTexts(m.names.Debate) {
			if s.IsRow(x) {
				bound++
			} else {
				part.Left++
			}
		}
	})
	part.Waiting = bound
	if applied {
		r := journal.Request{Who: m.citizen(), Command: topic.WithdrawConsent{Leaving: topic.LeftForGood}}
		if _, err := d.Journal.Submit(ctx, m.topic, r); err != nil {
			return part, err
		}
	}
	if part.Texts > 0 {
		if err := d.ForgetWords(ctx, m.topic); err != nil {
			return part, err
		}
	}
	cp, err := d.checkpoint(ctx, m.topic)
	part.Checkpoint = cp.Text()
	return part, err
}

type erased struct{ rows, texts int }

// eraseOwn destroys those of a person's texts that which names. Answers that a
// draw is bound to stay until it is drawn: see [Desk.Keep].
func (d *Desk) eraseOwn(ctx context.Context, m *member, which func(x topic.Own, row bool) bool) (erased, error) {
	var done erased
	var own []topic.Own
	m.view.Read(func(s *topic.State, _ uint64) {
		for _, x := range s.OwnTexts(m.names.Debate) {
			row := s.IsRow(x)
			if !which(x, row) || row && s.Committed() != 0 {
				continue
			}
			own = append(own, x)
			if row {
				done.rows++
			} else {
				done.texts++
			}
		}
	})
	for chunk := range slices.Chunk(own, topic.MostErased) {
		if _, err := d.Journal.EraseMany(ctx, m.topic, journal.Request{Who: m.citizen(), Command: topic.EraseOwn{Texts: chunk}}); err != nil {
			return done, err
		}
	}
	return done, nil
}

// ErrNotMember says that a person has nothing in a topic.
var ErrNotMember = topic.NewFault(topic.CodeNotFound, "nothing is held of you in this topic")

// TakeBack takes back what a person agreed to in a topic: the application ends
// and what they answered is destroyed; what they wrote stays theirs. It may be
// called again where it failed.
func (d *Desk) TakeBack(ctx context.Context, person, topicID string) (ErasedPart, error) {
	view, err := d.Journal.View(ctx, topicID)
	if err != nil {
		return ErasedPart{}, err
	}
	names, ok, err := d.Vault.Find(ctx, person, topicID)
	if err != nil {
		return ErasedPart{}, err
	}
	if !ok {
		return ErasedPart{}, ErrNotMember
	}
	m := member{topicID, names, view}
	r := journal.Request{Who: m.citizen(), Command: topic.WithdrawConsent{Leaving: topic.TookBack}}
	if _, err := d.Journal.Submit(ctx, topicID, r); err != nil {
		return ErasedPart{}, err
	}
	done, err := d.eraseOwn(ctx, &m, func(_ topic.Own, row bool) bool { return row })
	part := ErasedPart{ID: topicID, Answers: done.rows}
	view.Read(func(s *topic.State, _ uint64) {
		part.Title = s.Settings.Title
		for _, x := range s.OwnTexts(names.Debate) {
			if s.IsRow(x) {
				part.Waiting++
			} else {
				part.Left++
			}
		}
	})
	return part, err
}

// Again does what the register of erasures says and the data does not know: after
// a crash, or where a backup was restored. It answers how many people and texts
// it erased.
func (d *Desk) Again(ctx context.Context) (people, texts int, err error) {
	wanted := map[string]map[topic.Digest]string{} // topic → digest → reason
	err = d.Erased.Replay(ctx, func(ctx context.Context, e privacy.Erased) error {
		if e.Deleted != "" {
			return nil // a topic, which is not the desk's
		}
		if e.Person == "" {
			digest, err := topic.ParseDigest(e.Text)
			if err != nil {
				return fmt.Errorf("the register of erasures: %w", err)
			}
			if wanted[e.Topic] == nil {
				wanted[e.Topic] = map[topic.Digest]string{}
			}
			wanted[e.Topic][digest] = e.Reason
			return nil
		}
		there, err := d.Vault.HasKey(ctx, e.Person)
		if err != nil || !there {
			return err
		}
		people++
		_, err = d.erase(ctx, e.Person, e.Texts)
		return err
	})
	if err != nil {
		return people, texts, err
	}
	known, err := d.Journal.Topics(ctx)
	if err != nil {
		return people, texts, err
	}
	for _, id := range known {
		n, err := d.eraseTexts(ctx, id, wanted[id])
		if texts += n; err != nil {
			return people, texts, fmt.Errorf("erasing texts of topic %s again: %w", id, err)
		}
	}
	return people, texts, nil
}

// eraseTexts erases texts that are there again.
func (d *Desk) eraseTexts(ctx context.Context, topicID string, wanted map[topic.Digest]string) (int, error) {
	if len(wanted) == 0 {
		return 0, nil
	}
	digests := make([]topic.Digest, 0, len(wanted))
	for x := range wanted {
		digests = append(digests, x)
	}
	there, err := d.Journal.Texts(ctx, topicID, digests)
	if err != nil || len(there) == 0 {
		return 0, err
	}
	view, err := d.Journal.View(ctx, topicID)
	if err != nil {
		return 0, err
	}
	var named []topic.Named
	view.Read(func(s *topic.State, _ uint64) {
		named = s.NamedTexts(func(x topic.Digest) bool { _, ok := there[x]; return ok })
	})
	done := 0
	for _, x := range named {
		reason := wanted[x.Digest]
		if !slices.Contains(topic.ErasureReasons, reason) {
			reason = "author-request"
		}
		c := topic.EraseText{Target: x.Target, Number: x.Number, Reason: reason}
		_, err := d.Journal.EraseText(ctx, topicID, journal.Request{Who: topic.Who{Role: topic.RoleSystem}}, c)
		if err != nil && topic.CodeOf(err) != topic.CodeConflict { // a draw is bound to it: the next start
			return done, err
		}
		if err == nil {
			done++
			if err := d.forgetPaper(ctx, topicID, view, x); err != nil {
				return done, err
			}
		}
	}
	if done == 0 {
		return 0, nil
	}
	return done, d.ForgetWords(ctx, topicID)
}

// forgetPaper destroys what is kept of who wrote an idea on paper whose text was
// erased.
func (d *Desk) forgetPaper(ctx context.Context, topicID string, view *journal.View, x topic.Named) error {
	if x.Target != topic.EraseIdea {
		return nil
	}
	var p topic.Paper
	var ok bool
	view.Read(func(s *topic.State, _ uint64) { p, ok = s.ReceiptOf(uint32(x.Number)) })
	if !ok {
		return nil
	}
	return d.Vault.ErasePaper(ctx, topicID, p.Receipt)
}
