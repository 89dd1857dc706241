package topic

import (
	"cmp"
	"slices"
	"strings"
)

// A draft is an operation on the board that takes effect when a second person of
// the staff confirms it.

// OperationSet is kinds of operations, a bit each.
type OperationSet uint32

// checkedKinds are the kinds that a second person's check can be asked for. Each
// stands for what takes it back too.
var checkedKinds = [...]OperationKind{
	OperationMerge, OperationSplit, OperationMove, OperationRename, OperationSummarise, OperationMark, OperationHideIdeas, OperationHide, OperationLock, OperationLeaveOut,
}

// forward is the kind under which a check of the operation is asked for.
func (k OperationKind) forward() OperationKind {
	switch k {
	case OperationShow, OperationShowIdeas, OperationUnlock, OperationPutBack:
		return k - 1
	}
	return k
}

// Has says whether an operation of that kind is in the set, or what it takes back.
func (o OperationSet) Has(k OperationKind) bool { return o&(1<<k.forward()) != 0 }

// Names are the kinds of the set, in a fixed order.
func (o OperationSet) Names() []string {
	names := []string{}
	for _, k := range checkedKinds {
		if o.Has(k) {
			names = append(names, k.String())
		}
	}
	return names
}

// ParseOperationSet reads what Names writes, in any order.
func ParseOperationSet(names []string) (OperationSet, error) {
	var o OperationSet
	for _, name := range names {
		at := slices.IndexFunc(checkedKinds[:], func(k OperationKind) bool { return k.String() == name })
		if at < 0 {
			return 0, faultf(CodeInvalid, "%q is no step of the board that a second check can be asked for: %s", clip(name), strings.Join(OperationSet(1<<31-1).Names(), ", "))
		}
		o |= 1 << checkedKinds[at]
	}
	return o, nil
}

// sound says that the set holds only what a check can be asked for.
func (o OperationSet) sound() bool {
	for _, k := range checkedKinds {
		o &^= 1 << k
	}
	return o == 0
}

// DraftOutcome is what became of a draft.
type DraftOutcome uint8

// The outcomes.
const (
	DraftOpen      DraftOutcome = iota
	DraftConfirmed              // it is an operation now
	DraftRefused
	DraftWithdrawn
)

var draftOutcomes = [...]string{"open", "confirmed", "refused", "withdrawn"}

// String is the outcome's name.
func (o DraftOutcome) String() string { return nameOf(draftOutcomes[:], int(o)) }

// MarshalText writes the outcome's name.
func (o DraftOutcome) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

// UnmarshalText reads the outcome's name.
func (o *DraftOutcome) UnmarshalText(b []byte) error {
	n, err := parseName("outcome of a step that was proposed", draftOutcomes[:], b)
	*o = DraftOutcome(n)
	return err
}

// Draft is an operation that was asked for, and what became of it.
type Draft struct {
	Asked   Operation // seq, time and actor are of the proposal; of a split, Clusters is the one to be split
	Outcome DraftOutcome
	By      Actor  // who decided
	Because Digest `class:"decision"` // of a refusal
	Settled int64
	Became  uint64 // seq of the operation, 0 where there is none
}

// OperationDrafted asks for an operation that a second person has to confirm.
type OperationDrafted struct {
	Operation OperationKind
	Cluster   uint32
	Clusters  []uint32
	Ideas     []uint32
	Title     Digest `class:"decision"`
	Mark      IdeaMark
	Reason    Digest `class:"decision"`
}

func (*OperationDrafted) kind() Kind { return KindOperationDrafted }

func (b *OperationDrafted) apply(s *State, e *Event) uint64 {
	o := operation(e, b.Operation, b.Cluster, b.Clusters, b.Ideas, b.Title, b.Reason)
	o.Mark = b.Mark
	return s.Board.draft(o)
}

func (b *Board) draft(asked Operation) uint64 {
	b.Drafts = append(b.Drafts, Draft{Asked: asked})
	return uint64(len(b.Drafts))
}

// UndoDrafted asks that an operation be taken off the board, which a second person
// has to confirm.
type UndoDrafted struct {
	Operation uint64 // seq
	Reason    Digest `class:"decision"`
}

func (*UndoDrafted) kind() Kind { return KindUndoDrafted }

func (b *UndoDrafted) apply(s *State, e *Event) uint64 {
	o := operation(e, OperationUndo, 0, nil, nil, Digest{}, b.Reason)
	o.Undoes = b.Operation
	return s.Board.draft(o)
}

// DraftSettled says what became of a draft. Where it was confirmed, the operation
// is the next event.
type DraftSettled struct {
	Draft   uint32
	Outcome DraftOutcome
	Reason  Digest `class:"decision"`
}

func (*DraftSettled) kind() Kind { return KindDraftSettled }

func (b *DraftSettled) apply(s *State, e *Event) uint64 {
	d := &s.Board.Drafts[b.Draft-1]
	d.Outcome, d.By, d.Because, d.Settled = b.Outcome, e.Actor, b.Reason, e.Time
	if b.Outcome == DraftConfirmed {
		d.Became = e.Seq + 1
	}
	return uint64(b.Draft)
}

// maxDrafts is how many drafts can wait at once.
const maxDrafts = 500

// operate emits an operation on the board, or where the topic asks for a second
// person's check the proposal of it.
func (s *State) operate(in *Input, c Command, done Body) error {
	o, _ := draft(c)
	checked := o.Kind
	if o.Kind == OperationUndo { // it takes the check of what it takes back
		checked = s.operation(o.Undoes).Kind
	}
	if in.confirmed || !s.Moderation.Checked.Has(checked) {
		in.emit(done)
		return nil
	}
	open := 0
	for i := range s.Board.Drafts {
		d := &s.Board.Drafts[i]
		if d.Outcome != DraftOpen {
			continue
		}
		open++
		if a := &d.Asked; a.Kind == o.Kind && a.Title.IsZero() && o.Title.IsZero() && a.Mark == o.Mark && a.Undoes == o.Undoes && a.Cluster == o.Cluster && slices.Equal(a.Clusters, o.Clusters) && slices.Equal(a.Ideas, o.Ideas) {
			return faultf(CodeConflict, "%s %d has proposed the same: it waits for a second moderator", a.Actor.Role, a.Actor.Number)
		}
	}
	if open >= maxDrafts {
		return faultf(CodeConflict, "%d steps wait for a second moderator: decide on some of them first", open)
	}
	if o.Kind == OperationUndo {
		in.emit(&UndoDrafted{o.Undoes, o.Reason})
		return nil
	}
	in.emit(&OperationDrafted{o.Kind, o.Cluster, o.Clusters, o.Ideas, o.Title, o.Mark, o.Reason})
	return nil
}

// command is the command that asks for an operation: see draft.
func (o *Operation) command() Command {
	switch o.Kind {
	case OperationMerge:
		return MergeClusters{Into: o.Cluster, From: o.Clusters, Reason: o.Reason}
	case OperationSplit:
		return SplitCluster{From: o.Clusters[0], Ideas: o.Ideas, Title: o.Title, Reason: o.Reason}
	case OperationMove:
		return MoveIdeas{Ideas: o.Ideas, To: o.Cluster, Reason: o.Reason}
	case OperationRename:
		return RenameCluster{Cluster: o.Cluster, Title: o.Title, Reason: o.Reason}
	case OperationHide, OperationShow:
		return ShowCluster{Cluster: o.Cluster, Shown: o.Kind == OperationShow, Reason: o.Reason}
	case OperationLock, OperationUnlock:
		return LockCluster{Cluster: o.Cluster, Locked: o.Kind == OperationLock, Reason: o.Reason}
	case OperationSummarise:
		return SummariseCluster{Cluster: o.Cluster, Summary: o.Title, Reason: o.Reason}
	case OperationLeaveOut, OperationPutBack:
		return LeaveOutCluster{Cluster: o.Cluster, Left: o.Kind == OperationLeaveOut, Reason: o.Reason}
	case OperationHideIdeas, OperationShowIdeas:
		return ShowIdeas{Ideas: o.Ideas, Shown: o.Kind == OperationShowIdeas, Reason: o.Reason}
	case OperationUndo:
		return UndoOperation{Operation: o.Undoes, Reason: o.Reason}
	}
	return MarkIdeas{Ideas: o.Ideas, Mark: o.Mark, Reason: o.Reason}
}

// DraftClash answers the last operation since a draft was proposed that is about
// the same, nil for none.
func (s *State) DraftClash(n uint32) *Operation {
	d := &s.Board.Drafts[n-1]
	return s.clash(d.Asked.command(), Actor{}, d.Asked.Seq)
}

// DraftProblem answers nil where a draft could be confirmed now, or what stands in
// the way.
func (s *State) DraftProblem(n uint32) error {
	return s.Board.Drafts[n-1].Asked.command().decide(s, &Input{confirmed: true})
}

// Action is that of the operation: who may do it may confirm it.
func (d *Draft) Action() Action { return d.Asked.command().Action() }

// DraftAt answers the number of the draft that an event proposed, 0 for none.
func (b *Board) DraftAt(seq uint64) uint32 {
	at, ok := slices.BinarySearchFunc(b.Drafts, seq, func(d Draft, seq uint64) int { return cmp.Compare(d.Asked.Seq, seq) })
	if !ok {
		return 0
	}
	return uint32(at + 1)
}

// DraftOf answers the draft that an operation was confirmed from, nil for none.
func (b *Board) DraftOf(seq uint64) *Draft {
	for i := len(b.Drafts) - 1; i >= 0 && seq != 0; i-- {
		if b.Drafts[i].Became == seq {
			return &b.Drafts[i]
		}
	}
	return nil
}

// SettleDraft confirms what somebody else proposed, refuses it for a reason, or
// withdraws what one proposed oneself.
type SettleDraft struct {
	Draft   uint32
	Outcome DraftOutcome
	Reason  Digest // of a refusal
	Seen    uint64 // seq of the board that one has before one, as in [OnBoard]
}

// Action names the policy's rule.
func (SettleDraft) Action() Action { return ActionCheckSteps }

func (c SettleDraft) decide(s *State, in *Input) error {
	if !among(c.Draft, len(s.Board.Drafts)) {
		return faultf(CodeNotFound, "there is no proposed step %d", c.Draft)
	}
	d := &s.Board.Drafts[c.Draft-1]
	mine := s.wrote(in.Who.Pseudonym, d.Asked.Actor)
	switch {
	case c.Outcome < DraftConfirmed || c.Outcome > DraftWithdrawn:
		return faultf(CodeInvalid, "a proposed step is confirmed, refused or withdrawn")
	case d.Outcome != DraftOpen:
		return faultf(CodeConflict, "this step was %s already", d.Outcome)
	case c.Outcome == DraftWithdrawn && !mine:
		return faultf(CodeForbidden, "whoever proposed a step withdraws it: refuse it instead")
	case c.Outcome != DraftWithdrawn && mine:
		return faultf(CodeForbidden, "you proposed this step: another moderator decides on it, or you withdraw it")
	case c.Outcome == DraftRefused && c.Reason.IsZero():
		return faultf(CodeInvalid, "say why: whoever proposed it reads it")
	}
	if err := s.Permit(in.Who.Role, d.Action()); err != nil {
		return err
	}
	in.emit(&DraftSettled{c.Draft, c.Outcome, c.Reason})
	if c.Outcome != DraftConfirmed {
		return nil
	}
	in.confirmed = true
	return OnBoard{d.Asked.command(), max(c.Seen, d.Asked.Seq)}.decide(s, in)
}

// soundDrafts says that what drafts name exists.
func (b *Board) soundDrafts(ideas int) bool {
	clusters := len(b.Made)
	return every(b.Drafts, func(_ int, d *Draft) bool {
		o := &d.Asked
		return o.Kind >= OperationMerge && o.Kind <= OperationUndo && (o.Kind == OperationUndo) == (b.Operation(o.Undoes) != nil) && o.Mark <= MarkedTwoIdeas && d.Outcome <= DraftWithdrawn && atMost(o.Cluster, clusters) &&
			(o.Kind != OperationSplit || len(o.Clusters) == 1) &&
			every(o.Clusters, func(_ int, c *uint32) bool { return among(*c, clusters) }) &&
			every(o.Ideas, func(_ int, i *uint32) bool { return among(*i, ideas) })
	})
}
