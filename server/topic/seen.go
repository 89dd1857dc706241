package topic

// OnBoard is an operation on the board by someone who has seen the board up to
// an event. It is refused where somebody else has changed meanwhile what it is
// about, so that nobody's work is lost unnoticed.
type OnBoard struct {
	Command        // of the board
	Seen    uint64 // seq; 0 asks for no such check
}

func (c OnBoard) decide(s *State, in *Input) error {
	if c.Seen != 0 {
		if o := s.clash(c.Command, in.actor, c.Seen); o != nil {
			return faultf(CodeConflict, "%s %d has meanwhile changed what this step is about (step %d, a %s): look at it again, and do it once more if it is still right", o.Actor.Role, o.Actor.Number, o.Seq, o.Kind)
		}
	}
	return c.Command.decide(s, in)
}

// facet is a part of the board that two operations can both be about.
type facet struct {
	part facetPart
	n    uint32 // cluster or idea
}

type facetPart uint8

const (
	facetCluster facetPart = iota // all of a cluster
	facetName
	facetVeil
	facetLock
	facetSummary
	facetLeft
	facetPlace // an idea's cluster
	facetShown
	facetMark
)

// facets are what an operation changes.
func (o *Operation) facets() []facet {
	part := map[OperationKind]facetPart{
		OperationMerge: facetCluster, OperationRename: facetName, OperationHide: facetVeil, OperationShow: facetVeil,
		OperationLock: facetLock, OperationUnlock: facetLock, OperationSummarise: facetSummary, OperationLeaveOut: facetLeft, OperationPutBack: facetLeft,
		OperationSplit: facetPlace, OperationMove: facetPlace, OperationHideIdeas: facetShown, OperationShowIdeas: facetShown, OperationMark: facetMark,
	}[o.Kind]
	var list []facet
	if part < facetPlace {
		list = append(list, facet{part, o.Cluster})
		for _, c := range o.Clusters {
			list = append(list, facet{part, c})
		}
		return list
	}
	for _, i := range o.Ideas {
		list = append(list, facet{part, i})
	}
	return list
}

// draft is the operation that a command asks for, false where it is none; of a
// split, Clusters is the one to be split.
func draft(c Command) (Operation, bool) {
	either := func(is bool, one, other OperationKind) OperationKind {
		if is {
			return one
		}
		return other
	}
	switch c := c.(type) {
	case MergeClusters:
		return Operation{Kind: OperationMerge, Cluster: c.Into, Clusters: c.From, Reason: c.Reason}, true
	case SplitCluster:
		return Operation{Kind: OperationSplit, Clusters: []uint32{c.From}, Ideas: c.Ideas, Title: c.Title, Reason: c.Reason}, true
	case MoveIdeas:
		return Operation{Kind: OperationMove, Cluster: c.To, Ideas: c.Ideas, Reason: c.Reason}, true
	case RenameCluster:
		return Operation{Kind: OperationRename, Cluster: c.Cluster, Title: c.Title, Reason: c.Reason}, true
	case ShowCluster:
		return Operation{Kind: either(c.Shown, OperationShow, OperationHide), Cluster: c.Cluster, Reason: c.Reason}, true
	case LockCluster:
		return Operation{Kind: either(c.Locked, OperationLock, OperationUnlock), Cluster: c.Cluster, Reason: c.Reason}, true
	case SummariseCluster:
		return Operation{Kind: OperationSummarise, Cluster: c.Cluster, Title: c.Summary, Reason: c.Reason}, true
	case LeaveOutCluster:
		return Operation{Kind: either(c.Left, OperationLeaveOut, OperationPutBack), Cluster: c.Cluster, Reason: c.Reason}, true
	case ShowIdeas:
		return Operation{Kind: either(c.Shown, OperationShowIdeas, OperationHideIdeas), Ideas: c.Ideas, Reason: c.Reason}, true
	case MarkIdeas:
		return Operation{Kind: OperationMark, Ideas: c.Ideas, Mark: c.Mark, Reason: c.Reason}, true
	case UndoOperation:
		return Operation{Kind: OperationUndo, Undoes: c.Operation, Reason: c.Reason}, true
	}
	return Operation{}, false
}

// clash answers the last operation of somebody else after seen that is about the
// same as the command, nil for none. Merging clusters is about all of them: their
// names, what hides them and whoever was put in them.
func (s *State) clash(c Command, actor Actor, seen uint64) *Operation {
	mine, ok := draft(c)
	if !ok {
		return nil
	}
	if mine.Kind == OperationUndo { // it is about what it takes back
		o := s.operation(mine.Undoes)
		if o == nil {
			return nil
		}
		mine = *o
	}
	about := map[facet]bool{}
	whole := map[uint32]bool{} // clusters of a merge
	touched := map[uint32]bool{}
	for _, f := range mine.facets() {
		about[f] = true
		if f.part == facetCluster {
			whole[f.n] = true
		}
		if f.part < facetPlace {
			touched[f.n] = true
		}
	}
	for i := len(s.Board.Operations) - 1; i >= 0; i-- {
		o := &s.Board.Operations[i]
		if o.Seq <= seen {
			return nil
		}
		if o.Actor == actor || o.UndoneBy != 0 {
			continue
		}
		for _, f := range o.facets() {
			if about[f] || f.part < facetPlace && whole[f.n] || f.part == facetCluster && touched[f.n] {
				return o
			}
		}
		if o.Kind == OperationMove && whole[o.Cluster] || o.Kind == OperationSplit && (whole[o.Cluster] || len(o.Clusters) > 0 && whole[o.Clusters[0]]) {
			return o
		}
	}
	return nil
}
