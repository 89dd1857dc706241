package topic

import (
	"cmp"
	"slices"
)

// Board is the clusters of a topic: what the last run of the machine gave, and
// the moderators' operations laid over it.
type Board struct {
	Run        uint32 // runs so far
	RunSeq     uint64
	InputSeq   uint64
	Result     Digest `class:"none"`
	Runs       []Clustering
	Base       []uint32 // by idea: the machine's cluster, 0 unsorted
	Made       []Made   // by cluster: where it came from
	Operations []Operation
	Drafts     []Draft // of operations that take a second person

	// Derived.
	place  []uint32   // by idea: pinned or base cluster, or its former wording's, before aliases
	former []uint32   // by idea: the idea that it words anew, 0 none
	newer  []uint32   // by idea: the one that words it anew, 0 none
	pinned []uint32   // by idea: cluster a moderator put it in, 0 none
	hidden []bool     // by idea
	why    []Digest   // by idea: reason for hiding it
	alias  []uint32   // by cluster: the cluster it was merged into, itself if none
	title  []Digest   // by cluster: the moderators' last name
	told   []Digest   // by cluster: the moderators' last summary
	locked []bool     // by cluster
	left   []Digest   // by cluster: why it is not to be rated, zero where it is
	mark   []IdeaMark // by idea
	veiled []bool     // by cluster: hidden
	size   []uint32   // by live cluster: ideas in it
}

// Made says what made a cluster: a run of the machine or a split.
type Made struct {
	Run   uint32 // 0 for a split
	Split uint64 // seq of the operation, 0 for a run
	From  uint32 // cluster it was split from
}

// Clustering is a run as the state keeps it.
type Clustering struct {
	Seq      uint64
	InputSeq uint64
	Clusters uint32 // number asked for, 0 for chosen
	Seed     string `class:"none"`
	Result   Digest `class:"none"`
}

// OperationKind is what a moderator did on the board.
type OperationKind uint8

// The operations.
const (
	OperationMerge OperationKind = iota + 1
	OperationSplit
	OperationMove
	OperationRename
	OperationHide
	OperationShow
	OperationHideIdeas
	OperationShowIdeas
	OperationLock
	OperationUnlock
	OperationSummarise
	OperationMark
	OperationLeaveOut
	OperationPutBack
	OperationUndo // takes another operation off the board; only drafts are of this kind
)

// IdeaMark is what moderators say of an idea.
type IdeaMark uint8

// The marks.
const (
	Unmarked       IdeaMark = iota
	MarkedOffTopic          // not about the question
	MarkedTwoIdeas          // two ideas in one: its author may part them
)

// String is the mark's name in the interface, "" for none.
func (m IdeaMark) String() string { return [...]string{"", "off-topic", "two-ideas"}[m] }

// ParseIdeaMark reads what String writes.
func ParseIdeaMark(s string) (IdeaMark, error) {
	for m := Unmarked; m <= MarkedTwoIdeas; m++ {
		if m.String() == s {
			return m, nil
		}
	}
	return 0, faultf(CodeInvalid, "%q is no mark: off-topic, two-ideas, or empty to take it away", clip(s))
}

// String is the operation's name in the interface.
func (k OperationKind) String() string {
	return [...]string{"", "merge", "split", "move", "rename", "hide", "show", "hide-idea", "show-idea", "lock", "unlock", "summarise", "mark", "leave-out", "put-back", "undo"}[k]
}

// Operation is one thing that a moderator did on the board.
type Operation struct {
	Seq        uint64
	Time       int64 `class:"decision"`
	Actor      Actor
	Kind       OperationKind
	Cluster    uint32   // merged into, split off, moved to, renamed, hidden
	Clusters   []uint32 // merged from; of a split, the one split
	Ideas      []uint32
	Title      Digest `class:"decision"` // of a summary, its text
	Mark       IdeaMark
	Reason     Digest `class:"decision"`
	Undoes     uint64 // of an undo that was asked for, seq of what it takes back
	UndoneBy   uint64 // seq of the undoing event, 0 for none
	UndoReason Digest `class:"decision"`
}

// grow makes room for ideas that no run has seen.
func (b *Board) grow(ideas int) {
	for len(b.place) < ideas {
		b.place = append(b.place, 0)
		b.pinned = append(b.pinned, 0)
		b.hidden = append(b.hidden, false)
		b.why = append(b.why, Digest{})
		b.mark = append(b.mark, Unmarked)
	}
	for len(b.former) < ideas {
		b.former, b.newer = append(b.former, 0), append(b.newer, 0)
	}
}

// follow says that an idea words another one anew: until a run has seen it or a
// moderator puts it somewhere it stands where that one stands.
func (b *Board) follow(idea, of uint32) {
	if idea <= of { // as no log of ours says
		return
	}
	b.former[idea-1], b.newer[of-1] = of, idea
	if b.led(idea) {
		b.place[idea-1] = b.place[of-1]
		if c := b.Live(b.place[idea-1]); c != 0 {
			b.size[c-1]++
		}
	}
}

// led says that an idea stands where its former wording does.
func (b *Board) led(idea uint32) bool {
	return b.former[idea-1] != 0 && int(idea) > len(b.Base) && b.pinned[idea-1] == 0
}

// withLed answers ideas with the later wordings that go where they go, each once.
func (b *Board) withLed(ideas []uint32) []uint32 {
	list := ideas
	var seen map[uint32]bool
	for _, i := range ideas {
		for n := b.newer[i-1]; n != 0 && b.led(n); n = b.newer[n-1] {
			if seen == nil {
				list, seen = slices.Clone(ideas), make(map[uint32]bool, len(ideas))
				for _, x := range ideas {
					seen[x] = true
				}
			}
			if !seen[n] {
				seen[n] = true
				list = append(list, n)
			}
		}
	}
	return list
}

// rebuild makes the overlay anew from base and operations, in time
// proportional to ideas, clusters and what the operations name.
func (b *Board) rebuild(ideas int) {
	b.layAll(ideas)
	for i := range b.place {
		if c := b.Live(b.place[i]); c != 0 {
			b.size[c-1]++
		}
	}
}

// layAll lays all operations that stand over the base, all but the sizes.
func (b *Board) layAll(ideas int) {
	b.place, b.pinned, b.hidden, b.why = make([]uint32, ideas), make([]uint32, ideas), make([]bool, ideas), make([]Digest, ideas)
	b.mark = make([]IdeaMark, ideas)
	b.grow(ideas)
	n := len(b.Made)
	b.told, b.locked, b.left = make([]Digest, n), make([]bool, n), make([]Digest, n)
	b.alias, b.title, b.veiled, b.size = make([]uint32, n), make([]Digest, n), make([]bool, n), make([]uint32, n)
	for c := range b.alias {
		b.alias[c] = uint32(c + 1)
	}
	undone := map[uint64]bool{}
	for i := range b.Operations {
		if b.Operations[i].UndoneBy != 0 {
			undone[b.Operations[i].Seq] = true
		}
	}
	// Ideas that a run put in a cluster whose split was undone go back to where
	// it was split from.
	for c, m := range b.Made {
		if m.Split != 0 && undone[m.Split] {
			b.alias[c] = m.From
		}
	}
	copy(b.place, b.Base)
	for i := len(b.Base); i < ideas; i++ {
		if of := b.former[i]; of != 0 {
			b.place[i] = b.place[of-1]
		}
	}
	for i := range b.Operations {
		if b.Operations[i].UndoneBy == 0 {
			b.lay(&b.Operations[i])
		}
	}
}

// lay applies one operation to the overlay, all but the sizes.
func (b *Board) lay(o *Operation) {
	switch o.Kind {
	case OperationMerge:
		for _, c := range o.Clusters {
			b.alias[c-1] = o.Cluster
		}
	case OperationSplit, OperationMove:
		for _, i := range b.withLed(o.Ideas) {
			b.place[i-1] = o.Cluster
		}
		for _, i := range o.Ideas {
			b.pinned[i-1] = o.Cluster
		}
		if o.Kind == OperationSplit && !o.Title.IsZero() {
			b.title[o.Cluster-1] = o.Title
		}
	case OperationRename:
		b.title[o.Cluster-1] = o.Title
	case OperationHide, OperationShow:
		b.veiled[o.Cluster-1] = o.Kind == OperationHide
	case OperationLock, OperationUnlock:
		b.locked[o.Cluster-1] = o.Kind == OperationLock
	case OperationLeaveOut:
		b.left[o.Cluster-1] = o.Reason
	case OperationPutBack:
		b.left[o.Cluster-1] = Digest{}
	case OperationSummarise:
		b.told[o.Cluster-1] = o.Title
	case OperationMark:
		for _, i := range o.Ideas {
			b.mark[i-1] = o.Mark
		}
	case OperationHideIdeas, OperationShowIdeas:
		for _, i := range o.Ideas {
			b.hidden[i-1] = o.Kind == OperationHideIdeas
			b.why[i-1] = o.Reason
		}
	}
}

// add records an operation and lays it over the board.
func (b *Board) add(o Operation) {
	b.Operations = append(b.Operations, o)
	move := func(ideas []uint32, sign uint32) {
		for _, i := range ideas {
			if c := b.Live(b.place[i-1]); c != 0 {
				b.size[c-1] += sign
			}
		}
	}
	switch o.Kind {
	case OperationSplit, OperationMove:
		moved := b.withLed(o.Ideas)
		move(moved, ^uint32(0))
		b.lay(&o)
		move(moved, 1)
	case OperationMerge:
		for _, c := range o.Clusters {
			b.size[o.Cluster-1] += b.size[c-1]
			b.size[c-1] = 0
		}
		b.lay(&o)
	default:
		b.lay(&o)
	}
}

// made adds a cluster and answers its number.
func (b *Board) made(m Made) uint32 {
	b.Made = append(b.Made, m)
	n := uint32(len(b.Made))
	b.alias, b.title = append(b.alias, n), append(b.title, Digest{})
	b.veiled, b.size = append(b.veiled, false), append(b.size, 0)
	b.told, b.locked, b.left = append(b.told, Digest{}), append(b.locked, false), append(b.left, Digest{})
	return n
}

// Live follows merges: the cluster that now stands for cluster c, 0 for 0.
func (b *Board) Live(c uint32) uint32 {
	for c != 0 && b.alias[c-1] != c {
		c = b.alias[c-1]
	}
	return c
}

// Cluster answers the live cluster of an idea, 0 for unsorted.
func (b *Board) Cluster(idea uint32) uint32 {
	if !among(idea, len(b.place)) {
		return 0
	}
	return b.Live(b.place[idea-1])
}

// Pinned answers the cluster that moderators put an idea in, 0 for none.
func (b *Board) Pinned(idea uint32) uint32 { return b.pinned[idea-1] }

// Hidden says that moderators hid an idea.
func (b *Board) Hidden(idea uint32) bool { return b.hidden[idea-1] }

// Veiled says that moderators hid a cluster.
func (b *Board) Veiled(cluster uint32) bool { return b.veiled[cluster-1] }

// Title is the moderators' name for a cluster, zero for the machine's label.
func (b *Board) Title(cluster uint32) Digest { return b.title[cluster-1] }

// Summary is the moderators' summary of a cluster, zero for none.
func (b *Board) Summary(cluster uint32) Digest { return b.told[cluster-1] }

// Locked says that moderators take a cluster for finished: nobody changes it, and
// no run puts ideas in it.
func (b *Board) Locked(cluster uint32) bool { return b.locked[cluster-1] }

// LeftOut is why a cluster is not to be rated, zero where it may be.
func (b *Board) LeftOut(cluster uint32) Digest { return b.left[cluster-1] }

// Mark is what moderators say of an idea.
func (b *Board) Mark(idea uint32) IdeaMark { return b.mark[idea-1] }

// Size is how many ideas a live cluster has, hidden ones too.
func (b *Board) Size(cluster uint32) uint32 { return b.size[cluster-1] }

// Clusters answers the live clusters that have ideas, in the order of numbers.
func (b *Board) Clusters() []uint32 {
	var list []uint32
	for c := range b.alias {
		if b.alias[c] == uint32(c+1) && b.size[c] > 0 {
			list = append(list, uint32(c+1))
		}
	}
	return list
}

// Shown counts the live clusters with ideas that are not hidden.
func (b *Board) Shown() int {
	n := 0
	for c := range b.alias {
		if b.alias[c] == uint32(c+1) && b.size[c] > 0 && !b.veiled[c] {
			n++
		}
	}
	return n
}

// live says whether number c is a cluster that stands for itself.
func (b *Board) live(c uint32) bool {
	return among(c, len(b.alias)) && b.alias[c-1] == c
}

// Operation answers the operation of that seq, nil where there is none.
func (b *Board) Operation(seq uint64) *Operation {
	at, ok := b.operationAt(seq)
	if !ok {
		return nil
	}
	return &b.Operations[at]
}

func (b *Board) operationAt(seq uint64) (int, bool) {
	return slices.BinarySearchFunc(b.Operations, seq, func(o Operation, seq uint64) int { return cmp.Compare(o.Seq, seq) })
}

// HiddenReason is the reason given when an idea was last hidden.
func (b *Board) HiddenReason(idea uint32) Digest { return b.why[idea-1] }
