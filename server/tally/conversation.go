package tally

import (
	"cmp"
	"slices"
	"strconv"
)

// Moderation is what became of a statement.
type Moderation int8

// Polis's moderation marks.
const (
	Out         Moderation = -1
	Unmoderated Moderation = 0
	In          Moderation = 1
)

// Statement is one text that was put to the vote.
type Statement struct {
	ID         string
	Text       string // empty where the source has none
	Author     string // a participant's id, empty where unknown
	Time       int64  // unix milliseconds, 0 where unknown
	Moderation Moderation
	Meta, Seed bool
	// Consensus is the source's own group-informed consensus, NaN where it has
	// none.
	Consensus float64
}

// Participant is one person who voted.
type Participant struct {
	ID    string
	Group int32 // the source's own opinion group, −1 for none
}

// Cast is one entry of the vote log; the last one of a participant on a
// statement counts.
type Cast struct {
	Time        int64 // unix milliseconds, 0 where unknown
	Statement   int   // index into Conversation.Statements
	Participant int   // index into Conversation.Participants
	Value       Value
}

// Conversation is a rating read from files: statements and participants in the
// natural order of their ids (numbers first, by value), votes by time.
type Conversation struct {
	Topic, Description string
	Statements         []Statement
	Participants       []Participant
	Votes              []Cast
	FromMatrix         bool // there was no log: Votes are the last votes, without times
	HasGroups          bool // the source carries opinion groups
	// Summary is what the source says of itself, by its own keys.
	Summary map[string]string
}

// Input turns the conversation into what Rank takes. Items are the statements
// under their own ids where all are numbers below 2³², so that the votes of a
// bundle give the bytes that the server gave, and under their indices
// otherwise; Ranking.Rows has the order of Statements either way. Ballots are
// participant indices. With given the source's groups are used. Statements
// moderated out are Excluded.
func (c *Conversation) Input(given bool, seed string) Input {
	in := Input{Ballots: len(c.Participants), Seed: seed}
	ids := c.itemIDs()
	for j, s := range c.Statements {
		in.Items = append(in.Items, Item{ID: ids[j], Excluded: s.Moderation == Out})
	}
	v := &in.Votes
	v.Ballot, v.Item = make([]uint32, len(c.Votes)), make([]uint32, len(c.Votes))
	v.Value = make([]Value, len(c.Votes))
	timed := slices.ContainsFunc(c.Votes, func(e Cast) bool { return e.Time != 0 })
	if timed {
		v.Seq = make([]uint64, len(c.Votes))
	}
	for i, e := range c.Votes {
		v.Ballot[i], v.Item[i], v.Value[i] = uint32(e.Participant), ids[e.Statement], e.Value
		if timed {
			v.Seq[i] = uint64(e.Time) ^ 1<<63 // keeps the order of times before 1970
		}
	}
	if given {
		in.Given = make([]int32, len(c.Participants))
		for i, p := range c.Participants {
			in.Given[i] = p.Group
		}
	}
	return in
}

func (c *Conversation) itemIDs() []uint32 {
	ids := make([]uint32, len(c.Statements))
	for j, s := range c.Statements {
		n, err := strconv.ParseUint(s.ID, 10, 32)
		if err != nil || strconv.FormatUint(n, 10) != s.ID {
			for j := range ids {
				ids[j] = uint32(j)
			}
			return ids
		}
		ids[j] = uint32(n)
	}
	return ids
}

// Names returns the statement's id by item of Input, for WriteRanking.
func (c *Conversation) Names() func(item uint32) string {
	names := make(map[uint32]string, len(c.Statements))
	for j, item := range c.itemIDs() {
		names[item] = c.Statements[j].ID
	}
	return func(item uint32) string { return names[item] }
}

// names numbers ids in the order of their first appearance, then sorts them.
type names struct {
	index map[string]int
	ids   []string
}

func (n *names) number(id string) int {
	if i, ok := n.index[id]; ok {
		return i
	}
	if n.index == nil {
		n.index = map[string]int{}
	}
	i := len(n.ids)
	n.index[id] = i
	n.ids = append(n.ids, id)
	return i
}

// sorted returns old number → place in natural order.
func (n *names) sorted() []int {
	order := make([]int, len(n.ids))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return natural(n.ids[a], n.ids[b]) })
	place := make([]int, len(order))
	for to, from := range order {
		place[from] = to
	}
	return place
}

// natural orders ids: decimal numbers by value, then all others by bytes.
func natural(a, b string) int {
	x, errA := strconv.ParseUint(a, 10, 64)
	y, errB := strconv.ParseUint(b, 10, 64)
	switch {
	case errA == nil && errB == nil:
		return cmp.Or(cmp.Compare(x, y), cmp.Compare(a, b))
	case errA == nil:
		return -1
	case errB == nil:
		return 1
	}
	return cmp.Compare(a, b)
}

// finish brings statements, participants and votes into their order. Places
// map the numbers used so far.
func (c *Conversation) finish(statements, participants []int) {
	c.Statements = permuted(c.Statements, statements)
	c.Participants = permuted(c.Participants, participants)
	for i := range c.Votes {
		v := &c.Votes[i]
		v.Statement, v.Participant = statements[v.Statement], participants[v.Participant]
	}
	slices.SortStableFunc(c.Votes, func(a, b Cast) int { return cmp.Compare(a.Time, b.Time) })
}

func permuted[T any](from []T, place []int) []T {
	to := make([]T, len(from))
	for i, x := range from {
		to[place[i]] = x
	}
	return to
}
