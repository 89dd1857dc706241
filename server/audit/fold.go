package audit

import (
	"fmt"

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
	if f.whole {
		f.Apply(e)
		return nil
	}
	f.Seq = e.Seq - 1
	if open(e) {
		f.Apply(e)
	}
	f.Seq = e.Seq
	return nil
}

// open says that an event can be folded without those that are hidden.
func open(e *topic.Event) bool {
	switch b := e.Body.(type) {
	case *topic.TopicCreated, *topic.SettingsChanged, *topic.StageOpened, *topic.StaffNamed,
		*topic.IdeaSubmitted, *topic.IdeasImported, *topic.Clustered, *topic.ItemsFrozen,
		*topic.ClustersMerged, *topic.ClusterSplit, *topic.IdeasMoved, *topic.ClusterRenamed,
		*topic.ClusterShown, *topic.IdeasShown, *topic.OperationUndone:
		return true
	case *topic.TextErased:
		return b.Target == topic.EraseIdea
	}
	return false
}
