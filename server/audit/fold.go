package audit

import (
	"fmt"
	"slices"

	"veche/server/topic"
)

// fold is a state as far as a bundle's events make it.
type fold struct {
	*topic.State
	whole bool // every event is there
	votes Votes
}

func newFold(whole bool) *fold { return &fold{State: topic.NewState(), whole: whole} }

// apply folds an event. Where events are hidden, only those count that bear on
// ideas, clusters, rating items and settings: they need nothing that is hidden.
func (f *fold) apply(e *topic.Event) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("event %d (%s) can't follow the events before it: %v", e.Seq, e.Kind(), r)
		}
	}()
	if !f.whole {
		f.Seq = e.Seq - 1
	}
	if f.whole || open(e) {
		if err := f.bounded(e); err != nil {
			return err
		}
		f.Apply(e)
	}
	f.Seq = e.Seq
	return nil
}

// bounded refuses events that no topic would have decided and that would take
// memory or time without end: a log in a bundle may be anyone's making.
func (f *fold) bounded(e *topic.Event) error {
	impossible := func(what string) error { return fmt.Errorf("event %d (%s): %s", e.Seq, e.Kind(), what) }
	switch b := e.Body.(type) {
	case *topic.Clustered:
		if uint64(b.New) > uint64(len(b.Base)) || len(b.Base) > len(f.Ideas) {
			return impossible("it makes more clusters than it has ideas")
		}
	case *topic.DrawCommitted:
		if f.Committed() != 0 {
			return impossible("another commitment is open")
		}
	case *topic.DrawAborted:
		if n := f.Committed(); n == 0 || n != b.Commitment {
			return impossible("that commitment is not open")
		}
	case *topic.Drawn:
		if n := f.Committed(); n != b.Commitment {
			return impossible("it does not draw from the commitment that is open")
		}
	case *topic.RemarkPosted:
		if b.Room > f.Tables {
			return impossible("there is no such table")
		}
	case *topic.TablesSeated:
		if !b.Sound() {
			return impossible("its tables, rounds, seats and groups do not fit together")
		}
	case *topic.TableRoundOpened:
		if n := len(f.Seating); n == 0 || b.Round == 0 || b.Round > f.Seating[n-1].Rounds {
			return impossible("there is no such round of tables")
		}
	case *topic.ClustersMerged:
		for _, c := range append([]uint32{b.Into}, b.From...) {
			if c == 0 || uint64(c) > uint64(len(f.Board.Made)) || f.Board.Live(c) != c {
				return impossible("it names a cluster that does not stand for itself")
			}
		}
		if slices.Contains(b.From, b.Into) {
			return impossible("it merges a cluster into itself")
		}
	case *topic.IdeaLinked:
		if n := uint64(len(f.Ideas)); b.Idea == 0 || uint64(b.Idea) > n || b.Of == 0 || uint64(b.Of) > n || b.Relation > topic.PartOf {
			return impossible("it links ideas that do not exist")
		}
	case *topic.CoauthorInvited:
		if n := uint64(len(f.Ideas)); b.Idea == 0 || uint64(b.Idea) > n || b.Application == 0 {
			return impossible("it invites to an idea that does not exist")
		}
	case *topic.PaperClaimed:
		if n := uint64(len(f.Ideas)); b.Idea == 0 || uint64(b.Idea) > n {
			return impossible("it claims an idea that does not exist")
		}
	case *topic.ClusterSplit:
		if b.From == 0 || uint64(b.From) > uint64(len(f.Board.Made)) {
			return impossible("it splits a cluster that does not exist")
		}
	}
	return nil
}

// open says that an event can be folded without those that are hidden.
func open(e *topic.Event) bool {
	switch b := e.Body.(type) {
	case *topic.TopicCreated, *topic.SettingsChanged, *topic.StageOpened, *topic.StaffNamed,
		*topic.IdeaSubmitted, *topic.IdeasImported, *topic.PaperEntered, *topic.PaperClaimed, *topic.CoauthorInvited, *topic.InvitationAnswered, *topic.CoauthorLeft, *topic.Clustered, *topic.ItemsFrozen, *topic.RuleSet,
		*topic.ClustersMerged, *topic.ClusterSplit, *topic.IdeasMoved, *topic.ClusterRenamed,
		*topic.ClusterShown, *topic.IdeasShown, *topic.OperationUndone, *topic.ClusterLocked, *topic.ClusterSummarised, *topic.IdeasMarked,
		*topic.ClusterLeftOut, *topic.IdeaLinked:
		return true
	case *topic.ModerationChanged: // whether ideas wait to be read
		return true
	case *topic.TextReviewed:
		return b.Subject.Kind == topic.SubjectIdea
	case *topic.TextMasked:
		return b.Subject.Kind == topic.SubjectIdea
	case *topic.TextErased:
		return b.Target == topic.EraseIdea
	}
	return false
}
