package topic

// ClustersMerged makes one cluster of several; nothing is lost, From live on as
// aliases of Into.
type ClustersMerged struct {
	Into   uint32
	From   []uint32
	Reason Digest `class:"decision"`
}

func (*ClustersMerged) kind() Kind { return KindClustersMerged }

func (b *ClustersMerged) apply(s *State, e *Event) uint64 {
	s.Board.add(operation(e, OperationMerge, b.Into, b.From, nil, Digest{}, b.Reason))
	return uint64(b.Into)
}

func operation(e *Event, kind OperationKind, cluster uint32, clusters, ideas []uint32, title, reason Digest) Operation {
	return Operation{Seq: e.Seq, Time: e.Time, Actor: e.Actor, Kind: kind, Cluster: cluster, Clusters: clusters, Ideas: ideas, Title: title, Reason: reason}
}

// ClusterSplit takes ideas out of a cluster into a new one.
type ClusterSplit struct {
	From   uint32
	Ideas  []uint32
	Title  Digest `class:"decision"`
	Reason Digest `class:"decision"`
}

func (*ClusterSplit) kind() Kind { return KindClusterSplit }

func (b *ClusterSplit) apply(s *State, e *Event) uint64 {
	n := s.Board.made(Made{Split: e.Seq, From: b.From})
	s.Board.add(operation(e, OperationSplit, n, []uint32{b.From}, b.Ideas, b.Title, b.Reason))
	return uint64(n)
}

// IdeasMoved puts ideas in another cluster.
type IdeasMoved struct {
	Ideas  []uint32
	To     uint32
	Reason Digest `class:"decision"`
}

func (*IdeasMoved) kind() Kind { return KindIdeasMoved }

func (b *IdeasMoved) apply(s *State, e *Event) uint64 {
	s.Board.add(operation(e, OperationMove, b.To, nil, b.Ideas, Digest{}, b.Reason))
	return uint64(b.To)
}

// ClusterRenamed gives a cluster a name by moderators.
type ClusterRenamed struct {
	Cluster uint32
	Title   Digest `class:"decision"`
	Reason  Digest `class:"decision"`
}

func (*ClusterRenamed) kind() Kind { return KindClusterRenamed }

func (b *ClusterRenamed) apply(s *State, e *Event) uint64 {
	s.Board.add(operation(e, OperationRename, b.Cluster, nil, nil, b.Title, b.Reason))
	return uint64(b.Cluster)
}

// ClusterShown hides a cluster or shows it again.
type ClusterShown struct {
	Cluster uint32
	Shown   bool
	Reason  Digest `class:"decision"`
}

func (*ClusterShown) kind() Kind { return KindClusterShown }

func (b *ClusterShown) apply(s *State, e *Event) uint64 {
	kind := OperationHide
	if b.Shown {
		kind = OperationShow
	}
	s.Board.add(operation(e, kind, b.Cluster, nil, nil, Digest{}, b.Reason))
	return uint64(b.Cluster)
}

// IdeasShown hides ideas or shows them again.
type IdeasShown struct {
	Ideas  []uint32
	Shown  bool
	Reason Digest `class:"decision"`
}

func (*IdeasShown) kind() Kind { return KindIdeasShown }

func (b *IdeasShown) apply(s *State, e *Event) uint64 {
	kind := OperationHideIdeas
	if b.Shown {
		kind = OperationShowIdeas
	}
	s.Board.add(operation(e, kind, 0, nil, b.Ideas, Digest{}, b.Reason))
	return 0
}

// ClusterLocked closes a cluster to changes, or opens it again.
type ClusterLocked struct {
	Cluster uint32
	Locked  bool
	Reason  Digest `class:"decision"`
}

func (*ClusterLocked) kind() Kind { return KindClusterLocked }

func (b *ClusterLocked) apply(s *State, e *Event) uint64 {
	kind := OperationUnlock
	if b.Locked {
		kind = OperationLock
	}
	s.Board.add(operation(e, kind, b.Cluster, nil, nil, Digest{}, b.Reason))
	return uint64(b.Cluster)
}

// ClusterSummarised gives a cluster a summary by moderators; a zero one takes it
// away.
type ClusterSummarised struct {
	Cluster uint32
	Summary Digest `class:"decision"`
	Reason  Digest `class:"decision"`
}

func (*ClusterSummarised) kind() Kind { return KindClusterSummarised }

func (b *ClusterSummarised) apply(s *State, e *Event) uint64 {
	s.Board.add(operation(e, OperationSummarise, b.Cluster, nil, nil, b.Summary, b.Reason))
	return uint64(b.Cluster)
}

// IdeasMarked says of ideas that they are off topic or two in one, or takes that
// back.
type IdeasMarked struct {
	Ideas  []uint32
	Mark   IdeaMark
	Reason Digest `class:"decision"`
}

func (*IdeasMarked) kind() Kind { return KindIdeasMarked }

func (b *IdeasMarked) apply(s *State, e *Event) uint64 {
	o := operation(e, OperationMark, 0, nil, b.Ideas, Digest{}, b.Reason)
	o.Mark = b.Mark
	s.Board.add(o)
	return 0
}

// ClusterLeftOut leaves a cluster out of the rating, or puts it back.
type ClusterLeftOut struct {
	Cluster uint32
	Left    bool
	Reason  Digest `class:"decision"`
}

func (*ClusterLeftOut) kind() Kind { return KindClusterLeftOut }

func (b *ClusterLeftOut) apply(s *State, e *Event) uint64 {
	kind := OperationPutBack
	if b.Left {
		kind = OperationLeaveOut
	}
	s.Board.add(operation(e, kind, b.Cluster, nil, nil, Digest{}, b.Reason))
	return uint64(b.Cluster)
}

// OperationUndone takes an operation off the board.
type OperationUndone struct {
	Operation uint64 // seq
	Reason    Digest `class:"decision"`
}

func (*OperationUndone) kind() Kind { return KindOperationUndone }

func (b *OperationUndone) apply(s *State, e *Event) uint64 {
	for i := range s.Board.Operations {
		if s.Board.Operations[i].Seq == b.Operation {
			s.Board.Operations[i].UndoneBy, s.Board.Operations[i].UndoReason = e.Seq, b.Reason
		}
	}
	s.Board.rebuild(len(s.Ideas))
	return b.Operation
}
