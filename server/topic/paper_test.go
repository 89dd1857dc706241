package topic

import (
	"fmt"
	"testing"
)

// paper is an idea on paper by the registrar's number.
func paper(own string, author uint64) PaperIdea {
	return PaperIdea{Text: text(own), Lang: "en", Source: SourceLetter, Author: author, Receipt: name("receipt " + own)}
}

// What came on paper is an idea like others, marked as such; the same import
// again counts once, and an import with a fault enters nothing.
func TestPaper(t *testing.T) {
	sc := newScene(t)
	sc.debate()
	sc.ideas(1)
	dated := paper("7", 0)
	dated.Source, dated.Written = SourcePaper, 1_600_000_000_000
	sc.do(registrar, EnterPaper{[]PaperIdea{paper("5", 1), dated}})
	for _, c := range []struct {
		what string
		who  Who
		cmd  EnterPaper
		code Code
	}{
		{"nothing", registrar, EnterPaper{}, CodeInvalid},
		{"too many", registrar, EnterPaper{make([]PaperIdea, MaxPaper+1)}, CodeInvalid},
		{"one twice", registrar, EnterPaper{[]PaperIdea{paper("8", 0), paper("8", 0)}}, CodeInvalid},
		{"an unknown author", registrar, EnterPaper{[]PaperIdea{paper("8", 0), paper("9", 77)}}, CodeInvalid},
		{"no receipt", registrar, EnterPaper{[]PaperIdea{{Text: text("x"), Lang: "en", Source: SourcePaper}}}, CodeInvalid},
		{"no source", registrar, EnterPaper{[]PaperIdea{{Text: text("x"), Lang: "en", Receipt: name("r")}}}, CodeInvalid},
		{"a day to come", registrar, EnterPaper{[]PaperIdea{{Text: text("x"), Lang: "en", Source: SourcePaper, Written: sc.clock + 1e9, Receipt: name("r")}}}, CodeInvalid},
		{"a moderator", moderator, EnterPaper{[]PaperIdea{paper("8", 0)}}, CodeForbidden},
	} {
		t.Run(c.what, func(t *testing.T) { sc.refused(c.who, c.cmd, c.code) })
	}
	seq := sc.state.Seq
	sc.do(registrar, EnterPaper{[]PaperIdea{dated, paper("5", 1)}})
	if sc.state.Seq != seq || len(sc.state.Ideas) != 3 {
		t.Fatalf("entered again: %d ideas", len(sc.state.Ideas))
	}
	sc.do(registrar, EnterPaper{[]PaperIdea{paper("5", 1), paper("6", 0)}})
	want := []Idea{{}, {Author: 1, Source: SourceLetter}, {Source: SourcePaper, Time: 1_600_000_000_000}, {Source: SourceLetter}}
	for i, x := range sc.state.Ideas[1:] {
		w := want[i+1]
		if x.Author != w.Author || x.Source != w.Source || w.Time != 0 && x.Time != w.Time || x.Time == 0 {
			t.Errorf("idea %d is %+v, want %+v", i+2, x, w)
		}
	}
	for own, idea := range map[string]uint32{"5": 2, "7": 3, "6": 4} {
		receipt := name("receipt " + own)
		if p, ok := sc.state.ReceiptOf(idea); !ok || p.Receipt != receipt || sc.state.PaperOf(receipt) != idea {
			t.Errorf("the receipt of idea %d is %+v, that of %q leads to %d", idea, p, own, sc.state.PaperOf(receipt))
		}
	}
	if _, ok := sc.state.ReceiptOf(1); ok {
		t.Error("an idea that was sent here has a receipt")
	}
}

// Whoever holds the receipt takes the idea for their own, once; then it is theirs
// as one that they sent.
func TestPaperClaimed(t *testing.T) {
	sc := newScene(t)
	sc.debate()
	sc.ideas(1)
	sc.do(registrar, EnterPaper{[]PaperIdea{paper("5", 0)}})
	sc.refused(citizen("anna"), ClaimPaper{1}, CodeNotFound)
	sc.refused(citizen("anna"), ClaimPaper{9}, CodeNotFound)
	sc.refused(citizen("a stranger"), ClaimPaper{2}, CodeForbidden)
	sc.do(citizen("boris"), ClaimPaper{2})
	sc.do(citizen("boris"), ClaimPaper{2})
	sc.refused(citizen("anna"), ClaimPaper{2}, CodeConflict)
	if got := sc.state.AuthorOf(IdeaSubject(2)); got != (Actor{RoleCitizen, 2}) {
		t.Errorf("its author is %+v", got)
	}
	sc.do(citizen("boris"), RenewIdea{Text: text("anew"), Lang: "en", Of: 2, Relation: NewVersion})
}

// Where texts are read before others see them, those from paper are too.
func TestPaperIsRead(t *testing.T) {
	sc := newScene(t)
	sc.debate()
	sc.do(planner, ChangeModeration{Moderation{Before: true}})
	var list []PaperIdea
	for i := range 3 {
		list = append(list, paper(fmt.Sprint(i), 0))
	}
	sc.do(registrar, EnterPaper{list})
	for n := uint32(1); n <= 3; n++ {
		if !sc.state.Holds(IdeaSubject(n)) {
			t.Errorf("idea %d is shown at once", n)
		}
	}
	sc.do(moderator, SettleCases{[]Subject{IdeaSubject(1), IdeaSubject(3)}, FlagKept, why})
	if sc.state.Holds(IdeaSubject(1)) || !sc.state.Holds(IdeaSubject(2)) || sc.state.Board.Hidden(3) {
		t.Error("what was read is not shown, or what was not is")
	}
}
