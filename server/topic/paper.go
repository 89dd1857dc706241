package topic

import "fmt"

// Source is where an idea was written that its author did not send here.
type Source uint8

// The sources.
const (
	SourceHere Source = iota // sent by its author, or not known
	SourcePaper
	SourceLetter
	SourceMeeting
)

var sourceNames = [...]string{"", "paper", "letter", "meeting"}

// String is the source's name in the interface, "" for an idea that was sent here.
func (s Source) String() string { return nameOf(sourceNames[:], int(s)) }

// ParseSource reads what String writes, but for none.
func ParseSource(name string) (Source, error) {
	for s := SourcePaper; s <= SourceMeeting; s++ {
		if s.String() == name {
			return s, nil
		}
	}
	return 0, faultf(CodeInvalid, "%q is no source of an idea: paper, letter or meeting", clip(name))
}

// MaxPaper is the most ideas that are entered at once.
const MaxPaper = 10_000

// PaperIdea is an idea that came on paper, in a letter or from a meeting. Who
// wrote it stands here only where they have applied; a name never does.
type PaperIdea struct {
	Text    Digest `class:"text"`
	Lang    string `class:"text"`
	Source  Source
	Author  uint64    // application number, 0 for none
	Written int64     // Unix milliseconds of the day, 0 for unknown
	Receipt Pseudonym `class:"pseudonym"` // a keyed hash of the number that the registrar knows it by
}

// PaperEntered adds ideas that did not come through the site.
type PaperEntered struct{ Ideas []PaperIdea }

func (*PaperEntered) kind() Kind { return KindPaperEntered }

func (b *PaperEntered) apply(s *State, e *Event) uint64 {
	first := uint32(len(s.Ideas) + 1)
	for i := range b.Ideas {
		p := &b.Ideas[i]
		x := Idea{Author: p.Author, Text: p.Text, Lang: p.Lang, Seq: e.Seq, Time: p.Written, Source: p.Source}
		if x.Time == 0 {
			x.Time = e.Time
		}
		s.Ideas = append(s.Ideas, x)
		s.Papers = append(s.Papers, Paper{Idea: uint32(len(s.Ideas)), Receipt: p.Receipt, Time: e.Time})
		s.byPaper[p.Receipt] = uint32(len(s.Ideas))
	}
	s.Board.grow(len(s.Ideas))
	if s.Moderation.Before {
		s.holdIdeas(first, uint32(len(s.Ideas)), e)
	}
	return uint64(len(s.Ideas))
}

// Paper is the receipt of an idea that did not come through the site.
type Paper struct {
	Idea    uint32
	Receipt Pseudonym `class:"pseudonym"`
	Time    int64     `class:"text"` // when it was entered
}

// PaperOf answers the idea of a receipt, 0 where it was not entered.
func (s *State) PaperOf(receipt Pseudonym) uint32 { return s.byPaper[receipt] }

// ReceiptOf answers the receipt of an idea, false for one that has none. It takes
// time in proportion to the logarithm of their number.
func (s *State) ReceiptOf(idea uint32) (Paper, bool) {
	lo, hi := 0, len(s.Papers)
	for lo < hi {
		if at := (lo + hi) / 2; s.Papers[at].Idea < idea {
			lo = at + 1
		} else {
			hi = at
		}
	}
	if lo == len(s.Papers) || s.Papers[lo].Idea != idea {
		return Paper{}, false
	}
	return s.Papers[lo], true
}

func (s *State) indexPapers() {
	s.byPaper = make(map[Pseudonym]uint32, len(s.Papers))
	for _, p := range s.Papers {
		s.byPaper[p.Receipt] = p.Idea
	}
}

// EnterPaper adds ideas that did not come through the site, 1 to MaxPaper; those
// whose receipts were entered before are left out.
type EnterPaper struct{ Ideas []PaperIdea }

// Action names the policy's rule.
func (EnterPaper) Action() Action { return ActionEnterPaper }

func (c EnterPaper) decide(s *State, in *Input) error {
	if len(c.Ideas) == 0 || len(c.Ideas) > MaxPaper {
		return faultf(CodeInvalid, "1 to %d ideas are entered at once, got %d", MaxPaper, len(c.Ideas))
	}
	var places []Place
	fault := func(i int, format string, args ...any) {
		if len(places) < 100 {
			places = append(places, Place{Row: i + 1, Message: fmt.Sprintf(format, args...)})
		}
	}
	fresh := make([]PaperIdea, 0, len(c.Ideas))
	seen := make(map[Pseudonym]bool, len(c.Ideas))
	for i, p := range c.Ideas {
		switch {
		case p.Text.IsZero():
			fault(i, "the idea is empty")
		case len(p.Lang) > 3:
			fault(i, "%q is no language code such as en or ru", clip(p.Lang))
		case p.Source < SourcePaper || p.Source > SourceMeeting:
			fault(i, "the source is none of paper, letter or meeting")
		case p.Written < 0 || p.Written > in.Time:
			fault(i, "it was not written yet")
		case !atMost(p.Author, len(s.Applications)):
			fault(i, "there is no application %d", p.Author)
		case p.Receipt == Pseudonym{} || seen[p.Receipt]:
			fault(i, "it has no receipt of its own")
		}
		seen[p.Receipt] = true
		if s.byPaper[p.Receipt] == 0 {
			fresh = append(fresh, p)
		}
	}
	if len(places) > 0 {
		return &Fault{Code: CodeInvalid, Detail: fmt.Sprintf("%d of the ideas can't be entered: none was", len(places)), Places: places}
	}
	if len(fresh) > 0 {
		in.emit(&PaperEntered{fresh})
	}
	return nil
}

// PaperClaimed makes the actor the author of an idea that did not come through the
// site: they hold its receipt.
type PaperClaimed struct{ Idea uint32 }

func (*PaperClaimed) kind() Kind { return KindPaperClaimed }

func (b *PaperClaimed) apply(s *State, e *Event) uint64 {
	s.Ideas[b.Idea-1].Author = e.Actor.Number
	return uint64(b.Idea)
}

// ClaimPaper makes the doer the author of an idea whose receipt they hold, which
// is for the caller to have seen.
type ClaimPaper struct{ Idea uint32 }

// Action names the policy's rule.
func (ClaimPaper) Action() Action { return ActionClaimPaper }

func (c ClaimPaper) decide(s *State, in *Input) error {
	if !among(c.Idea, len(s.Ideas)) || s.Ideas[c.Idea-1].Source == SourceHere {
		return faultf(CodeNotFound, "there is no idea %d from paper", c.Idea)
	}
	x := &s.Ideas[c.Idea-1]
	switch {
	case in.actor.Number == 0:
		return faultf(CodeForbidden, "apply in this topic first: then the idea can be yours")
	case x.Author == in.actor.Number:
		return nil
	case x.Author != 0:
		return faultf(CodeConflict, "idea %d has an author already", c.Idea)
	}
	in.emit(&PaperClaimed{c.Idea})
	return nil
}
