package topic

import (
	"crypto/sha256"
	"reflect"
)

// Item is a rating item: a cluster's representative idea verbatim, or the
// moderators' summary marked as such.
type Item struct {
	Cluster uint32
	Idea    uint32 // 0 for a summary
	Summary Digest `class:"decision"`
}

// MaxItems is the longest list of rating items.
const MaxItems = 10_000

// ItemsFrozen fixes what is put to the rating.
type ItemsFrozen struct{ Items []Item }

func (*ItemsFrozen) kind() Kind { return KindItemsFrozen }

func (b *ItemsFrozen) apply(s *State, e *Event) uint64 {
	for _, item := range s.Items {
		if !item.Summary.IsZero() {
			s.Superseded = append(s.Superseded, Superseded{Text: item.Summary})
		}
	}
	s.Items, s.ItemsSeq = b.Items, e.Seq
	s.ItemTexts = make([]Digest, len(b.Items))
	for i, item := range b.Items {
		s.ItemTexts[i] = s.itemText(item)
	}
	s.itemCounts, s.openCounts = make([]ItemCount, len(s.Items)), make([]ItemCount, len(s.Items))
	return uint64(len(s.Items))
}

// itemText is the text that stands in an item: the idea's, or the summary.
func (s *State) itemText(item Item) Digest {
	if item.Idea != 0 {
		return s.Ideas[item.Idea-1].Text
	}
	return item.Summary
}

// ItemsDigest names the list of rating items as it was fixed: SHA-256 of its
// canonical bytes and of the salted digests of all texts in it, the ideas' too.
// Zero while there is no list.
func (s *State) ItemsDigest() Digest {
	if len(s.Items) == 0 {
		return Digest{}
	}
	b := appendValue([]byte("veche/items/2\x00"), reflect.ValueOf(s.Items))
	return sha256.Sum256(appendValue(b, reflect.ValueOf(s.ItemTexts)))
}

// ItemsReworded answers the items, from 1, whose text is another one than when the
// list was fixed: its author masked personal data in it.
func (s *State) ItemsReworded() []uint32 {
	var list []uint32
	for i, item := range s.Items {
		if s.itemText(item) != s.ItemTexts[i] {
			list = append(list, uint32(i+1))
		}
	}
	return list
}

// FreezeItems fixes what is put to the rating. It can be repeated until the
// rating has opened.
type FreezeItems struct{ Items []Item }

// Action names the policy's rule.
func (FreezeItems) Action() Action { return ActionFreezeItems }

func (c FreezeItems) decide(s *State, in *Input) error {
	if err := s.listOpen(); err != nil {
		return err
	}
	return c.check(s, in)
}

// listOpen answers why the list of rating items can't change any more, nil where it
// can.
func (s *State) listOpen() error {
	switch {
	case len(s.Ballots) > 0 || len(s.OpenBallots) > 0 || s.VoteCount > 0:
		return faultf(CodeConflict, "the rating has opened: its list can't change any more")
	case len(s.Proposals) > 0:
		return faultf(CodeConflict, "proposals have been made from this list: it can't change any more")
	}
	return nil
}

// ImportItems fixes the rating items of a topic brought in from elsewhere.
type ImportItems struct{ FreezeItems }

// Action names the policy's rule.
func (ImportItems) Action() Action { return ActionImport }

func (c ImportItems) decide(s *State, in *Input) error { return c.FreezeItems.decide(s, in) }

func (c FreezeItems) check(s *State, in *Input) error {
	if len(c.Items) == 0 || len(c.Items) > MaxItems {
		return faultf(CodeInvalid, "the list of rating items has %d entries, it needs 1 to %d", len(c.Items), MaxItems)
	}
	seen := make(map[Item]bool, len(c.Items))
	for i, item := range c.Items {
		switch {
		case seen[item]:
			return faultf(CodeInvalid, "rating item %d stands twice", i+1)
		case item.Cluster != 0 && !s.Board.live(item.Cluster):
			return faultf(CodeNotFound, "rating item %d names cluster %d, which does not exist or was merged", i+1, item.Cluster)
		case item.Cluster != 0 && !s.Board.LeftOut(item.Cluster).IsZero():
			return faultf(CodeConflict, "rating item %d names cluster %d, which is left out of the rating: put it back first", i+1, item.Cluster)
		case (item.Idea == 0) == item.Summary.IsZero():
			return faultf(CodeInvalid, "rating item %d needs either an idea or a summary", i+1)
		case !atMost(item.Idea, len(s.Ideas)):
			return faultf(CodeNotFound, "rating item %d names idea %d, which does not exist", i+1, item.Idea)
		case item.Idea != 0 && s.Board.Hidden(item.Idea):
			return faultf(CodeConflict, "rating item %d names idea %d, which is hidden", i+1, item.Idea)
		case item.Idea != 0 && s.Board.Mark(item.Idea) == MarkedOffTopic:
			return faultf(CodeConflict, "rating item %d names idea %d, which is marked off topic", i+1, item.Idea)
		case item.Idea != 0 && s.Ideas[item.Idea-1].Newer != 0:
			return faultf(CodeConflict, "rating item %d names idea %d, which its author has worded anew as idea %d", i+1, item.Idea, s.Ideas[item.Idea-1].Newer)
		case item.Idea != 0 && s.Ideas[item.Idea-1].Erased:
			return faultf(CodeConflict, "rating item %d names idea %d, whose text was erased", i+1, item.Idea)
		}
		seen[item] = true
	}
	in.emit(&ItemsFrozen{Items: c.Items})
	return nil
}

// TakenOut says that moderators took a rating item out after the list was
// frozen: they hid its idea or its cluster, or the idea's text was erased.
func (s *State) TakenOut(item uint32) bool {
	x := s.Items[item-1]
	if x.Idea != 0 && (s.Board.Hidden(x.Idea) || s.Ideas[x.Idea-1].Erased) {
		return true
	}
	live := s.Board.Live(x.Cluster)
	return live != 0 && s.Board.Veiled(live)
}
