package topic

import "time"

// MaxOperationIdeas is the most ideas that one operation names.
const MaxOperationIdeas = 20_000

// MergeClusters makes one cluster of several.
type MergeClusters struct {
	Into   uint32
	From   []uint32
	Reason Digest
}

// Action names the policy's rule.
func (MergeClusters) Action() Action { return ActionModerate }

func (c MergeClusters) decide(s *State, in *Input) error {
	if err := s.checkCluster(c.Into, c.Reason); err != nil {
		return err
	}
	seen := map[uint32]bool{c.Into: true}
	for _, from := range c.From {
		if err := s.checkCluster(from, c.Reason); err != nil {
			return err
		}
		if seen[from] {
			return faultf(CodeInvalid, "cluster %d stands twice in the merge", from)
		}
		seen[from] = true
	}
	if len(c.From) == 0 {
		return faultf(CodeInvalid, "a merge needs two clusters at least")
	}
	return s.operate(in, c, &ClustersMerged{Into: c.Into, From: c.From, Reason: c.Reason})
}

// SplitCluster takes ideas out of a cluster into a new one.
type SplitCluster struct {
	From   uint32
	Ideas  []uint32
	Title  Digest
	Reason Digest
}

// Action names the policy's rule.
func (SplitCluster) Action() Action { return ActionModerate }

func (c SplitCluster) decide(s *State, in *Input) error {
	if err := s.checkCluster(c.From, c.Reason); err != nil {
		return err
	}
	if err := s.checkIdeas(c.Ideas, c.Reason); err != nil {
		return err
	}
	for _, i := range c.Ideas {
		if s.Board.Cluster(i) != c.From {
			return faultf(CodeConflict, "idea %d is not in cluster %d any more: look at the board again", i, c.From)
		}
	}
	if len(c.Ideas) >= int(s.Board.Size(c.From)) {
		return faultf(CodeInvalid, "a split takes some of the ideas of cluster %d, not all: rename it instead", c.From)
	}
	return s.operate(in, c, &ClusterSplit{From: c.From, Ideas: c.Ideas, Title: c.Title, Reason: c.Reason})
}

// MoveIdeas puts ideas in another cluster.
type MoveIdeas struct {
	Ideas  []uint32
	To     uint32
	Reason Digest
}

// Action names the policy's rule.
func (MoveIdeas) Action() Action { return ActionModerate }

func (c MoveIdeas) decide(s *State, in *Input) error {
	if err := s.checkCluster(c.To, c.Reason); err != nil {
		return err
	}
	if err := s.checkIdeas(c.Ideas, c.Reason); err != nil {
		return err
	}
	if l := s.lockedBy(&Operation{Kind: OperationMove, Ideas: c.Ideas}); l != 0 {
		return faultf(CodeConflict, "cluster %d is locked, and some of the ideas are in it: unlock it first", l)
	}
	return s.operate(in, c, &IdeasMoved{Ideas: c.Ideas, To: c.To, Reason: c.Reason})
}

// RenameCluster gives a cluster a name.
type RenameCluster struct {
	Cluster uint32
	Title   Digest
	Reason  Digest
}

// Action names the policy's rule.
func (RenameCluster) Action() Action { return ActionModerate }

func (c RenameCluster) decide(s *State, in *Input) error {
	if err := s.checkCluster(c.Cluster, c.Reason); err != nil {
		return err
	}
	if c.Title.IsZero() {
		return faultf(CodeInvalid, "the new name is empty")
	}
	return s.operate(in, c, &ClusterRenamed{Cluster: c.Cluster, Title: c.Title, Reason: c.Reason})
}

// ShowCluster hides a cluster or shows it again.
type ShowCluster struct {
	Cluster uint32
	Shown   bool
	Reason  Digest
}

// Action names the policy's rule.
func (ShowCluster) Action() Action { return ActionModerate }

func (c ShowCluster) decide(s *State, in *Input) error {
	if err := s.checkCluster(c.Cluster, c.Reason); err != nil {
		return err
	}
	if s.Board.Veiled(c.Cluster) != c.Shown {
		return faultf(CodeConflict, "cluster %d is so already", c.Cluster)
	}
	return s.operate(in, c, &ClusterShown{Cluster: c.Cluster, Shown: c.Shown, Reason: c.Reason})
}

// ShowIdeas hides ideas or shows them again.
type ShowIdeas struct {
	Ideas  []uint32
	Shown  bool
	Reason Digest
}

// Action names the policy's rule.
func (ShowIdeas) Action() Action { return ActionModerate }

func (c ShowIdeas) decide(s *State, in *Input) error {
	if err := s.checkIdeas(c.Ideas, c.Reason); err != nil {
		return err
	}
	for _, n := range c.Ideas {
		switch {
		case c.Shown && !s.Board.Hidden(n):
			return faultf(CodeConflict, "idea %d is shown already", n)
		case !c.Shown && s.Board.Hidden(n) && !s.Holds(IdeaSubject(n)): // of one that nobody has read, hiding is the decision
			r, _ := s.RemovalOf(IdeaSubject(n))
			return faultf(CodeConflict, "idea %d is hidden already: %s %d hid it in step %d, on %s", n, r.By.Role, r.By.Number, r.Seq, time.UnixMilli(r.Time).UTC().Format("2 January 2006 at 15:04 UTC"))
		}
	}
	return s.operate(in, c, &IdeasShown{Ideas: c.Ideas, Shown: c.Shown, Reason: c.Reason})
}

// LockCluster closes a cluster to changes, or opens it again.
type LockCluster struct {
	Cluster uint32
	Locked  bool
	Reason  Digest
}

// Action names the policy's rule.
func (LockCluster) Action() Action { return ActionModerate }

func (c LockCluster) decide(s *State, in *Input) error {
	if err := s.checkLive(c.Cluster, c.Reason); err != nil {
		return err
	}
	if s.Board.Locked(c.Cluster) == c.Locked {
		return faultf(CodeConflict, "cluster %d is so already", c.Cluster)
	}
	return s.operate(in, c, &ClusterLocked{Cluster: c.Cluster, Locked: c.Locked, Reason: c.Reason})
}

// LeaveOutCluster leaves a cluster out of the rating, or puts it back.
type LeaveOutCluster struct {
	Cluster uint32
	Left    bool
	Reason  Digest
}

// Action names the policy's rule.
func (LeaveOutCluster) Action() Action { return ActionFreezeItems }

func (c LeaveOutCluster) decide(s *State, in *Input) error {
	if err := s.checkLive(c.Cluster, c.Reason); err != nil {
		return err
	}
	if s.Board.LeftOut(c.Cluster).IsZero() != c.Left {
		return faultf(CodeConflict, "cluster %d is so already", c.Cluster)
	}
	return s.operate(in, c, &ClusterLeftOut{Cluster: c.Cluster, Left: c.Left, Reason: c.Reason})
}

// SummariseCluster gives a cluster a summary; a zero one takes it away.
type SummariseCluster struct {
	Cluster uint32
	Summary Digest
	Reason  Digest
}

// Action names the policy's rule.
func (SummariseCluster) Action() Action { return ActionModerate }

func (c SummariseCluster) decide(s *State, in *Input) error {
	if err := s.checkCluster(c.Cluster, c.Reason); err != nil {
		return err
	}
	if c.Summary.IsZero() && s.Board.Summary(c.Cluster).IsZero() {
		return faultf(CodeInvalid, "the summary is empty")
	}
	return s.operate(in, c, &ClusterSummarised{Cluster: c.Cluster, Summary: c.Summary, Reason: c.Reason})
}

// MarkIdeas says of ideas that they are off topic or two in one, or takes that
// back.
type MarkIdeas struct {
	Ideas  []uint32
	Mark   IdeaMark
	Reason Digest
}

// Action names the policy's rule.
func (MarkIdeas) Action() Action { return ActionModerate }

func (c MarkIdeas) decide(s *State, in *Input) error {
	if err := s.checkIdeas(c.Ideas, c.Reason); err != nil {
		return err
	}
	if c.Mark > MarkedTwoIdeas {
		return faultf(CodeInvalid, "there is no mark %d", c.Mark)
	}
	return s.operate(in, c, &IdeasMarked{Ideas: c.Ideas, Mark: c.Mark, Reason: c.Reason})
}

// UndoOperation takes an operation off the board.
type UndoOperation struct {
	Operation uint64 // seq
	Reason    Digest
}

// Action names the policy's rule.
func (UndoOperation) Action() Action { return ActionModerate }

func (c UndoOperation) decide(s *State, in *Input) error {
	if err := s.CanUndo(c.Operation); err != nil {
		return err
	}
	if c.Reason.IsZero() {
		return faultf(CodeInvalid, "undoing needs a reason")
	}
	return s.operate(in, c, &OperationUndone{Operation: c.Operation, Reason: c.Reason})
}

// CanUndo answers nil where the operation with that seq can be undone, or what
// stands in the way: it does not exist, was undone, or a later operation builds
// on what it made.
func (s *State) CanUndo(seq uint64) error {
	ops := s.Board.Operations
	at, found := s.Board.operationAt(seq)
	if !found {
		return faultf(CodeNotFound, "there is no operation %d on the board", seq)
	}
	if ops[at].UndoneBy != 0 {
		return faultf(CodeConflict, "operation %d has been undone already", seq)
	}
	if c := s.lockedBy(&ops[at]); c != 0 {
		return faultf(CodeConflict, "cluster %d is locked: unlock it first", c)
	}
	if ops[at].Kind != OperationSplit {
		return nil
	}
	// The cluster that a split made goes with it: nothing may build on it.
	made := ops[at].Cluster
	for i := at + 1; i < len(ops); i++ {
		if o := &ops[i]; o.UndoneBy == 0 && o.names(made) {
			return faultf(CodeConflict, "operation %d builds on the cluster that operation %d made: undo that one first", o.Seq, seq)
		}
	}
	for i := range s.Items {
		if s.Items[i].Cluster == made {
			return faultf(CodeConflict, "cluster %d is on the list of rating items", made)
		}
	}
	return nil
}

func (o *Operation) names(cluster uint32) bool {
	if o.Cluster == cluster {
		return true
	}
	for _, c := range o.Clusters {
		if c == cluster {
			return true
		}
	}
	return false
}

// lockedBy answers a locked cluster that an operation has changed or would, 0 for
// none. Locking and unlocking are no changes of it, nor is
// what is put to the rating.
func (s *State) lockedBy(o *Operation) uint32 {
	if o.Kind == OperationLock || o.Kind == OperationUnlock || o.Kind == OperationLeaveOut || o.Kind == OperationPutBack {
		return 0
	}
	for _, c := range append([]uint32{o.Cluster}, o.Clusters...) {
		if l := s.Board.Live(c); l != 0 && s.Board.Locked(l) {
			return l
		}
	}
	if o.Kind == OperationMove || o.Kind == OperationSplit {
		for _, i := range o.Ideas {
			if l := s.Board.Cluster(i); l != 0 && s.Board.Locked(l) {
				return l
			}
		}
	}
	return 0
}

// checkCluster answers what is wrong with an operation on the cluster.
func (s *State) checkCluster(c uint32, reason Digest) error {
	if err := s.checkLive(c, reason); err != nil {
		return err
	}
	if s.Board.Locked(c) {
		return faultf(CodeConflict, "cluster %d is locked: unlock it first", c)
	}
	return nil
}

// checkLive is checkCluster where it may be locked.
func (s *State) checkLive(c uint32, reason Digest) error {
	if reason.IsZero() {
		return faultf(CodeInvalid, "every change of the board needs a reason")
	}
	if !among(c, len(s.Board.Made)) {
		return faultf(CodeNotFound, "there is no cluster %d", c)
	}
	if into := s.Board.Live(c); into != c {
		return faultf(CodeConflict, "cluster %d was merged into cluster %d: look at the board again", c, into)
	}
	return nil
}

func (s *State) checkIdeas(ideas []uint32, reason Digest) error {
	if reason.IsZero() {
		return faultf(CodeInvalid, "every change of the board needs a reason")
	}
	if len(ideas) == 0 || len(ideas) > MaxOperationIdeas {
		return faultf(CodeInvalid, "choose 1 to %d ideas, got %d", MaxOperationIdeas, len(ideas))
	}
	seen := make(map[uint32]bool, len(ideas))
	for _, i := range ideas {
		if !among(i, len(s.Ideas)) {
			return faultf(CodeNotFound, "there is no idea %d", i)
		}
		if seen[i] {
			return faultf(CodeInvalid, "idea %d stands twice", i)
		}
		seen[i] = true
	}
	return nil
}
