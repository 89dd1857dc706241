package journal

import (
	"cmp"
	"errors"
	"slices"
	"time"

	"veche/server/store"
)

// What the disk does to a topic. A change that is refused with one of these was
// not stored; what was stored before can be read, but for damage.
var (
	ErrFull       = store.ErrFull
	ErrUnwritable = store.ErrUnwritable
	ErrDamaged    = store.ErrCorrupt
)

// Trouble is what keeps a topic from being changed, or, if it is damage, from
// being read too.
type Trouble struct {
	Topic string
	Since time.Time
	Err   error
}

// Damaged says that the topic can't be read.
func (t Trouble) Damaged() bool { return errors.Is(t.Err, ErrDamaged) }

// Troubles answers what is wrong now, by topic.
func (j *Journal) Troubles() []Trouble {
	j.mu.Lock()
	defer j.mu.Unlock()
	list := make([]Trouble, 0, len(j.troubles))
	for _, t := range j.troubles {
		list = append(list, t)
	}
	slices.SortFunc(list, func(a, b Trouble) int { return cmp.Compare(a.Topic, b.Topic) })
	return list
}

// note keeps what is wrong with a topic, nil if nothing is, and answers whether
// it is news.
func (j *Journal) note(topicID string, err error) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	was, there := j.troubles[topicID]
	if err == nil {
		delete(j.troubles, topicID)
		return there
	}
	if there && diskWord(was.Err) == diskWord(err) {
		return false
	}
	j.troubles[topicID] = Trouble{Topic: topicID, Since: j.options.Clock(), Err: err}
	return true
}

// diskWord is what the disk says for sure, nil if it says nothing.
func diskWord(err error) error {
	for _, known := range []error{ErrFull, ErrUnwritable, ErrDamaged} {
		if errors.Is(err, known) {
			return known
		}
	}
	return nil
}

// refused is what callers hear whose change met with err.
func refused(err error) error {
	if word := diskWord(err); word != nil && !errors.Is(err, store.ErrOutcomeUnknown) {
		return word
	}
	return ErrRetry
}
