package topic

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// The state machine sends commands of every kind, sensible and not, by every
// role, and holds the state to what must be true whatever was sent.
func TestMachine(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		sc := newScene(t)
		switch rapid.IntRange(0, 6).Draw(rt, "start") {
		case 0:
			sc.create(nil)
		case 1: // open to all: no draw
			sc.create(func(s *Settings) { s.Stages = []Stage{{Kind: StageDebate}, {Kind: StageCuration}, {Kind: StageRating}} })
			sc.open(0)
			sc.apply("anna", "boris")
		case 2:
			sc.debate()
			sc.ideas(6)
			sc.cluster(3, 1, 1, 2, 2, 2, 3)
		case 3:
			sc.debate()
			sc.rating()
		case 4:
			sc.imported()
		default:
			sc.debate()
			sc.agenda()
		}
		m := &machine{T: rt, scene: sc}
		for range rapid.IntRange(1, 80).Draw(rt, "steps") {
			m.step()
		}
		m.replay()
	})
}

type machine struct {
	*rapid.T
	scene *scene
}

var people = []string{"anna", "boris", "vera", "gleb", "dasha", "egor", "inna"}

// step decides one command twice: deciding changes nothing, and does not depend
// on having been done before.
func (m *machine) step() {
	s := m.scene.state
	c := m.command()
	m.stage(c)
	who := m.who(c)
	in := Input{Who: who, Time: m.scene.clock, ClientID: rapid.SampledFrom([]string{"", "a", "b", "c"}).Draw(m.T, "client")}
	m.scene.clock += 1000
	before := s.AppendSnapshot(nil)
	d, err := s.Decide(c, in)
	again, err2 := s.Decide(c, in)
	if !bytes.Equal(s.AppendSnapshot(nil), before) {
		m.Fatalf("deciding %#v changed the state", c)
	}
	m.whole(s)
	if fmt.Sprint(err) != fmt.Sprint(err2) || !bytes.Equal(AppendBatch(nil, d.Events), AppendBatch(nil, again.Events)) {
		m.Fatalf("%#v was decided in two ways:\n%+v, %v\n%+v, %v", c, d, err, again, err2)
	}
	var f *Fault
	switch {
	case errors.As(err, &f):
		if f.Detail == "" || len(d.Events) > 0 {
			m.Fatalf("%#v: a refusal of %d events, code %q, detail %q", c, len(d.Events), f.Code, f.Detail)
		}
		return
	case err != nil:
		m.Fatalf("%#v: %v is no Fault", c, err)
	}
	if d.Repeated && len(d.Events) > 0 {
		m.Fatalf("%#v is a repeat with %d events", c, len(d.Events))
	}
	overlay := m.overlay()
	ideas := m.sorted()
	for i := range d.Events {
		s.Apply(&d.Events[i])
	}
	m.scene.log = append(m.scene.log, d.Events...)
	m.whole(s)
	m.sound()
	if _, ok := c.(MergeClusters); ok && !d.Repeated && !slices.Equal(m.sorted(), ideas) {
		m.Fatalf("a merge lost ideas: %v were in clusters, now %v are", ideas, m.sorted())
	}
	if n := len(s.Board.Operations); n > 0 && len(d.Events) > 0 && s.Board.Operations[n-1].Seq == s.Seq && s.Board.Operations[n-1].Reason != HeldReason {
		m.undoLast(overlay)
	}
}

// who draws the doer of a command: mostly someone whose role may do it.
func (m *machine) who(c Command) Who {
	p := rapid.SampledFrom(people).Draw(m.T, "person")
	everyone := []Who{citizen(p), ballot(p), moderator, colleague, planner, registrar, facilitator, administrator, auditor, analyst, system}
	if rapid.IntRange(0, 9).Draw(m.T, "anyone") == 0 {
		return rapid.SampledFrom(everyone).Draw(m.T, "who")
	}
	var fit []Who
	for _, w := range everyone {
		if slices.Contains(rules[c.Action()].Roles, w.Role) {
			fit = append(fit, w)
		}
	}
	return rapid.SampledFrom(fit).Draw(m.T, "who")
}

// stage opens a step in which the command may be done, where there is one and
// the topic lets it.
func (m *machine) stage(c Command) {
	s := m.scene.state
	fit := rules[c.Action()].Stages
	if len(fit) == 0 || slices.Contains(fit, s.StageKind()) || rapid.IntRange(0, 9).Draw(m.T, "stay") == 0 {
		return
	}
	for i, st := range s.Settings.Stages {
		if slices.Contains(fit, st.Kind) {
			_, _ = m.scene.try(planner, OpenStage{i}) // where it is refused the command will be
			return
		}
	}
}

// number draws a number of one of count things, or one that nothing has.
func (m *machine) number(what string, count int) uint64 {
	if rapid.IntRange(0, 9).Draw(m.T, what+" odd") == 0 {
		return rapid.SampledFrom([]uint64{0, uint64(count + 1), 1 << 31, 1<<32 - 1}).Draw(m.T, what)
	}
	return rapid.Uint64Range(1, uint64(max(1, count))).Draw(m.T, what)
}

func (m *machine) numbers(what string, count, most int) []uint32 {
	list := make([]uint32, rapid.IntRange(0, most).Draw(m.T, "how many "+what))
	for i := range list {
		list[i] = uint32(m.number(what, count))
	}
	return list
}

func (m *machine) digest(what string) Digest {
	return rapid.SampledFrom([]Digest{text(what + " 1"), text(what + " 2"), text(what + " 3"), text(what + " 4"), {}}).Draw(m.T, what)
}

func (m *machine) reason() Digest {
	if rapid.IntRange(0, 9).Draw(m.T, "no reason") == 0 {
		return Digest{}
	}
	return why
}

func (m *machine) flag(what string) bool { return rapid.Bool().Draw(m.T, what) }

// command draws a command of any kind, mostly sensible.
func (m *machine) command() Command {
	s := m.scene.state
	clusters, ideas := len(s.Board.Made), len(s.Ideas)
	input := s.Seq + rapid.SampledFrom([]uint64{0, 0, 0, 1}).Draw(m.T, "input")
	wide := func(list []uint32) []uint64 {
		w := make([]uint64, len(list))
		for i := range list {
			w[i] = uint64(list[i])
		}
		return w
	}
	kinds := []func() Command{
		func() Command { return OpenStage{rapid.IntRange(-1, 7).Draw(m.T, "stage")} },
		func() Command { return OpenStage{rapid.IntRange(0, 4).Draw(m.T, "stage")} },
		func() Command {
			c := ChangeSettings{s.Settings}
			c.Settings.Title = rapid.SampledFrom([]string{"", "Another title"}).Draw(m.T, "title")
			return c
		},
		func() Command { return Create{allStages()} },
		func() Command {
			return Apply{Row: m.digest("row"), Consent: rapid.SampledFrom([]string{"1", "1", "1", "0"}).Draw(m.T, "consent")}
		},
		func() Command { return Withdraw{} },
		func() Command {
			var list []ImportedRow
			for range rapid.IntRange(0, 3).Draw(m.T, "rows") {
				list = append(list, ImportedRow{name(rapid.SampledFrom([]string{"one", "two", "three", "four", "anna"}).Draw(m.T, "imported")), text("row")})
			}
			return ImportPeople{Import: uint32(rapid.IntRange(0, 2).Draw(m.T, "import")), People: list}
		},
		func() Command { return CompleteImport{uint32(rapid.IntRange(0, 3).Draw(m.T, "import"))} },
		func() Command { return WithdrawImport{uint32(rapid.IntRange(0, 3).Draw(m.T, "withdrawn import"))} },
		func() Command {
			d := RecordDraw{Drawn: Drawn{InputSeq: input, Size: s.Settings.PanelSize, Seed: rapid.SampledFrom([]string{"", "dice", "dice"}).Draw(m.T, "seed"), Seats: wide(m.numbers("seat", len(s.Applications), 3)), Reserves: wide(m.numbers("reserve", len(s.Applications), 2))}}
			if n := s.Committed(); n != 0 && !m.flag("regardless") {
				c := s.Commitments[n-1]
				d.Commitment, d.InputSeq, d.Size, d.Root = n, c.InputSeq, c.Size, c.Root
			}
			return d
		},
		func() Command {
			return CommitDraw{DrawCommitted{InputSeq: input, Round: uint32(len(s.Rounds) + rapid.SampledFrom([]int{0, 1, 1}).Draw(m.T, "round")), Size: s.Settings.PanelSize, Root: text("root"), Beacon: rapid.SampledFrom([]Beacon{
				{Kind: BeaconPhrase}, {Kind: BeaconPhrase, Source: "dice"}, {Kind: BeaconPublic, Source: "numbers"}, {Kind: BeaconPublic, Source: "numbers", Expected: m.scene.clock + 5000},
				{Kind: BeaconDrand, Chain: "a", Round: 7, Expected: m.scene.clock + 5000}, {Kind: BeaconDrand, Round: 7}, {Kind: "moon"},
			}).Draw(m.T, "beacon")}}
		},
		func() Command { return AbortDraw{rapid.SampledFrom([]string{"", "a mistake"}).Draw(m.T, "reason")} },
		func() Command {
			var list []uint64
			for range rapid.IntRange(0, 2).Draw(m.T, "marks") {
				list = append(list, m.number("marked", len(s.Applications)))
			}
			return MarkApplications{ApplicationsMarked{list, Mark(rapid.IntRange(0, 3).Draw(m.T, "mark")), rapid.SampledFrom([]string{"", "served before"}).Draw(m.T, "reason")}}
		},
		func() Command {
			c := ChangeSettings{s.Settings}
			c.Settings.PanelSize = uint32(rapid.IntRange(1, 6).Draw(m.T, "panel"))
			return c
		},
		func() Command { return AnswerSeat{m.flag("accept")} },
		func() Command { return AnswerForPanel{m.numbers("answered", len(s.Seats), 2), m.flag("accept")} },
		func() Command {
			return RecordTables{TablesSeated{InputSeq: input, Tables: uint32(m.number("tables", 3)), Rounds: uint32(rapid.IntRange(0, 2).Draw(m.T, "rounds")), Seats: m.numbers("table", 3, len(s.Seats)+1)}}
		},
		func() Command { return OpenTableRound{uint32(rapid.IntRange(0, 3).Draw(m.T, "table round"))} },
		func() Command {
			return Say{Room: uint32(rapid.IntRange(0, 3).Draw(m.T, "room")), ReplyTo: uint32(rapid.SampledFrom([]uint64{0, 0, m.number("reply", len(s.Remarks))}).Draw(m.T, "reply to")), Text: m.digest("remark"), Characters: 3}
		},
		m.talk, m.talk, m.talk, m.talk, m.talk, m.talk,
		m.moderate, m.moderate, m.moderate,
		func() Command {
			return RemoveRemark{Remark: uint32(m.number("remark", len(s.Remarks))), Reason: m.reason()}
		},
		func() Command {
			return SubmitIdea{Text: m.digest("idea"), Lang: rapid.SampledFrom([]string{"en", "ru", "", "toolong"}).Draw(m.T, "lang"), Origin: uint32(rapid.SampledFrom([]uint64{0, 0, m.number("origin", len(s.Remarks))}).Draw(m.T, "origin of"))}
		},
		func() Command {
			return RenewIdea{Text: m.digest("idea"), Lang: "en", Of: uint32(m.number("of", ideas)), Relation: IdeaRelation(rapid.IntRange(0, 4).Draw(m.T, "relation"))}
		},
		func() Command {
			return ImportIdeas{IdeasImported{Lang: "en", Texts: []Digest{text("x"), text("y")}, Times: make([]int64, rapid.IntRange(1, 2).Draw(m.T, "times"))}}
		},
		func() Command {
			var list []PaperIdea
			for range rapid.IntRange(0, 2).Draw(m.T, "papers") {
				list = append(list, PaperIdea{
					Text: m.digest("idea"), Lang: "en", Source: Source(rapid.IntRange(0, 3).Draw(m.T, "source")), Author: rapid.SampledFrom([]uint64{0, m.number("author", len(s.Applications))}).Draw(m.T, "by"),
					Written: rapid.SampledFrom([]int64{0, 1, -1, 1 << 60}).Draw(m.T, "written"), Receipt: rapid.SampledFrom([]Pseudonym{name("a"), name("b"), name("c"), {}}).Draw(m.T, "receipt"),
				})
			}
			return EnterPaper{list}
		},
		func() Command { return ClaimPaper{uint32(m.number("claimed", ideas))} },
		func() Command { return InviteCoauthor{uint32(m.number("invited to", ideas)), m.number("invited", 5)} },
		func() Command { return AnswerInvitation{m.invited(), m.flag("accept")} },
		func() Command { return EndInvitation{m.invited(), uint64(rapid.IntRange(0, 4).Draw(m.T, "ended"))} },
		func() Command {
			fresh := rapid.IntRange(0, 3).Draw(m.T, "new clusters")
			base := make([]uint32, rapid.IntRange(0, ideas).Draw(m.T, "based"))
			for i := range base {
				base[i] = uint32(rapid.IntRange(0, clusters+fresh).Draw(m.T, "base"))
			}
			return RecordClustering{Clustered{InputSeq: input, New: uint32(fresh), Base: base, Result: text("run")}}
		},
		func() Command {
			return MergeClusters{Into: uint32(m.number("into", clusters)), From: m.numbers("from", clusters, 2), Reason: m.reason()}
		},
		func() Command {
			from := uint32(m.number("split", clusters))
			for _, c := range s.Board.Clusters() { // one that can be split, where there is
				if s.Board.Size(c) > 1 && m.flag("this one") {
					from = c
				}
			}
			list := m.numbers("idea", ideas, 1)
			if !m.flag("by chance") {
				list = nil
				for n := uint32(1); int(n) <= ideas; n++ {
					if s.Board.Cluster(n) == from && (len(list) == 0 || m.flag("this too")) {
						list = append(list, n)
					}
				}
			}
			return SplitCluster{From: from, Ideas: list, Title: m.digest("title"), Reason: m.reason()}
		},
		func() Command {
			return MoveIdeas{Ideas: m.numbers("idea", ideas, 2), To: uint32(m.number("to", clusters)), Reason: m.reason()}
		},
		func() Command {
			return RenameCluster{Cluster: uint32(m.number("cluster", clusters)), Title: m.digest("title"), Reason: m.reason()}
		},
		func() Command {
			return ShowCluster{Cluster: uint32(m.number("cluster", clusters)), Shown: m.flag("shown"), Reason: m.reason()}
		},
		func() Command {
			return ShowIdeas{Ideas: m.numbers("idea", ideas, 2), Shown: m.flag("shown"), Reason: m.reason()}
		},
		func() Command {
			return LockCluster{Cluster: uint32(m.number("cluster", clusters)), Locked: m.flag("locked"), Reason: m.reason()}
		},
		func() Command {
			return SummariseCluster{Cluster: uint32(m.number("cluster", clusters)), Summary: m.digest("summary"), Reason: m.reason()}
		},
		func() Command {
			return LeaveOutCluster{Cluster: uint32(m.number("cluster", clusters)), Left: m.flag("left"), Reason: m.reason()}
		},
		func() Command {
			return MarkIdeas{Ideas: m.numbers("idea", ideas, 2), Mark: IdeaMark(rapid.IntRange(0, 3).Draw(m.T, "mark")), Reason: m.reason()}
		},
		func() Command {
			return OnBoard{MoveIdeas{Ideas: m.numbers("idea", ideas, 2), To: uint32(m.number("to", clusters)), Reason: m.reason()}, m.number("seen", int(s.Seq))}
		},
		func() Command {
			return SettleDraft{uint32(m.number("draft", len(s.Board.Drafts))), DraftOutcome(rapid.IntRange(0, 4).Draw(m.T, "outcome")), m.reason(), m.number("seen", int(s.Seq))}
		},
		m.undo, m.undo,
		func() Command {
			var items []Item
			for range rapid.IntRange(0, 3).Draw(m.T, "items") {
				items = append(items, rapid.SampledFrom([]Item{
					{Cluster: uint32(m.number("cluster", clusters)), Idea: uint32(m.number("idea", ideas))}, {Idea: uint32(m.number("idea", ideas))},
					{Summary: m.digest("summary")}, {Cluster: uint32(m.number("cluster", clusters)), Summary: m.digest("summary")},
				}).Draw(m.T, "item"))
			}
			return rapid.SampledFrom([]Command{FreezeItems{items}, ImportItems{FreezeItems{items}}}).Draw(m.T, "freeze")
		},
		func() Command {
			list := []Pseudonym{ballot(rapid.SampledFrom(people).Draw(m.T, "ballot")).Pseudonym, ballot(rapid.SampledFrom(people).Draw(m.T, "ballot")).Pseudonym}
			if m.flag("sort") {
				sorted(list...)
			}
			return rapid.SampledFrom([]Command{IssueBallots{Pseudonyms: list}, ImportBallots{list}}).Draw(m.T, "issue")
		},
		func() Command {
			return ComparePair{PairCompared{uint32(m.number("left", len(s.Items))), uint32(m.number("right", len(s.Items))), PairWord(rapid.IntRange(0, 4).Draw(m.T, "word"))}}
		},
		func() Command {
			return OpenVote{Item: uint32(m.number("item", len(s.Items))), Value: VoteValue(rapid.IntRange(0, 3).Draw(m.T, "value"))}
		},
		func() Command {
			return Vote{
				Item: uint32(m.number("item", len(s.Items))), Value: VoteValue(rapid.IntRange(0, 4).Draw(m.T, "value")), Unclear: m.flag("unclear"),
				Way: VoteWay(rapid.IntRange(0, 3).Draw(m.T, "way")), Shown: m.numbers("shown", len(s.Items), 2),
			}
		},
		func() Command {
			n := rapid.IntRange(0, 3).Draw(m.T, "votes")
			var v VotesImported
			for range n {
				v.Ballots = append(v.Ballots, m.number("ballot", len(s.Ballots)))
				v.Items = append(v.Items, uint32(m.number("item", len(s.Items))))
				v.Values = append(v.Values, VoteValue(rapid.IntRange(1, 4).Draw(m.T, "value")))
			}
			if n > 0 && m.flag("uneven") {
				v.Values = v.Values[1:]
			}
			return ImportVotes{v}
		},
		func() Command {
			return PutProposal{ProposalPut{Proposal: uint32(rapid.IntRange(0, 2).Draw(m.T, "proposal")), Items: m.numbers("item", len(s.Items), 2), Title: rapid.SampledFrom([]string{"", "Stairs", " Stairs"}).Draw(m.T, "title"), Summary: "To the water."}}
		},
		func() Command {
			return AnswerProposal{ProposalAnswered{Proposal: uint32(m.number("proposal", len(s.Proposals))), Decision: Verdict(rapid.IntRange(0, 4).Draw(m.T, "decision")), Reason: "So it is.", Responsible: "Parks"}}
		},
		func() Command {
			return ReportProgress{ProposalProgressed{uint32(m.number("proposal", len(s.Proposals))), ProgressStatus(rapid.IntRange(0, 5).Draw(m.T, "status")), "News."}}
		},
		m.polls, m.polls, m.polls,
		func() Command {
			var seed string
			if r := s.Rule(); r != nil {
				seed = r.Seed
			}
			return RecordTally{Tallied{InputSeq: input, Seed: seed, Result: text("tally")}}
		},
		func() Command {
			r := s.DefaultRule()
			r.Open = m.flag("open")
			r.Pairs = rapid.SampledFrom([]uint32{0, 1, 10, 51}).Draw(m.T, "pairs")
			r.Order, r.Hidden = Order(rapid.IntRange(0, 4).Draw(m.T, "order")), m.flag("hidden")
			r.Strata = rapid.SampledFrom([][]string{nil, nil, {"age"}, {"age", "district"}, {"age", "age"}, {"height"}}).Draw(m.T, "strata")
			return SetRule{RuleSet{r, rapid.SampledFrom([]string{"", "The city asked for it."}).Draw(m.T, "why")}}
		},
		func() Command {
			own := []Own{}
			for range rapid.IntRange(0, 3).Draw(m.T, "own texts") {
				own = append(own, Own{ErasureTarget(rapid.IntRange(0, 22).Draw(m.T, "own")), m.number("own", max(len(s.Remarks), ideas))})
			}
			return EraseOwn{own}
		},
		func() Command {
			f := &s.Settings.Form
			return rapid.SampledFrom([]Command{GiveConsent{f.ConsentVersion}, GiveConsent{"none"}, WithdrawConsent{TookBack}, WithdrawConsent{LeftForGood}, WithdrawConsent{}, ChangeSettings{func() Settings {
				t := s.Settings
				t.Form.Consent += "."
				t.Form.ConsentVersion = rapid.SampledFrom([]string{f.ConsentVersion, f.ConsentVersion + "+"}).Draw(m.T, "version")
				return t
			}()}}).Draw(m.T, "consent")
		},
		func() Command {
			return EraseRows{[]uint64{m.number("row", len(s.Applications)), 1}, rapid.SampledFrom([][]uint64{nil, {m.number("earlier", len(s.Superseded))}}).Draw(m.T, "rows"), "retention"}
		},
		func() Command {
			return EraseText{Target: ErasureTarget(rapid.IntRange(0, 5).Draw(m.T, "target")), Number: m.number("erased", max(len(s.Remarks), ideas)), Reason: rapid.SampledFrom(append([]string{"because"}, ErasureReasons...)).Draw(m.T, "why")}
		},
	}
	return rapid.SampledFrom(kinds).Draw(m.T, "command")()
}

// polls draws a command of a poll.
func (m *machine) polls() Command {
	s := m.scene.state
	poll := func() uint32 { return uint32(m.number("poll", len(s.Polls))) }
	slip := func() Pseudonym { return ballot(rapid.SampledFrom(people).Draw(m.T, "slip")).Pseudonym }
	kinds := []func() Command{
		func() Command {
			t := PollTerms{Question: rapid.SampledFrom([]string{"", "Stairs?", "Stairs?"}).Draw(m.T, "question"), Options: []string{"Yes", "No", "Both"}[:rapid.IntRange(1, 3).Draw(m.T, "options")], Min: 1, Max: uint32(rapid.IntRange(0, 4).Draw(m.T, "max"))}
			t.Electorate, t.When = Electorate(rapid.IntRange(0, 4).Draw(m.T, "electorate")), PollTime(rapid.SampledFrom([]int{0, 1, 1, 1, 2, 3, 4, 5}).Draw(m.T, "when"))
			t.Table, t.After = uint32(rapid.IntRange(0, 2).Draw(m.T, "table")), uint32(rapid.SampledFrom([]uint64{0, 0, m.number("after", len(s.Polls))}).Draw(m.T, "again"))
			return MakePoll{PollMade{uint32(rapid.SampledFrom([]uint64{0, 0, m.number("made", len(s.Polls))}).Draw(m.T, "which")), t}}
		},
		func() Command {
			return MakePoll{PollMade{Terms: PollTerms{Question: "Stairs?", Options: []string{"Yes", "No"}, Min: 1, Max: 2, Electorate: ElectorateEveryone, When: PollWindow, Own: m.flag("own")}}}
		},
		func() Command { return ProposeOption{poll(), m.digest("own option"), "en"} },
		func() Command {
			of, idea := poll(), m.number("proposed", len(s.Ideas))
			for i := range s.Ideas {
				if s.Ideas[i].Poll != 0 && m.flag("for it") {
					of, idea = s.Ideas[i].Poll, uint64(i+1)
				}
			}
			return AddOption{OptionAdded{of, uint32(idea), rapid.SampledFrom([]string{"", "Yes", "A ferry", "A bridge"}).Draw(m.T, "own words")}}
		},
		func() Command { return OpenPoll{poll()} }, func() Command { return OpenPoll{poll()} }, func() Command { return ClosePoll{poll()} },
		func() Command {
			b := PollBallotsIssued{Poll: poll(), Pseudonyms: sorted(slip(), slip())}
			if m.flag("strata") {
				b.Strata, b.Of = []string{"old"}, m.numbers("stratum", 1, 2)
			}
			return IssuePollBallots{b}
		},
		func() Command { return CastBallot{Poll: poll(), Options: m.numbers("option", 3, 3)} },
		func() Command { return CastBallot{Poll: poll(), Options: []uint32{1}} },
	}
	return rapid.SampledFrom(kinds).Draw(m.T, "poll command")()
}

// soundPolls demands that the counts are those of the ballots that stand, and
// that nothing is cast that was not issued, or to be counted after the close.
func (m *machine) soundPolls() {
	s := m.scene.state
	for i := range s.Polls {
		p := &s.Polls[i]
		for _, x := range p.Added {
			if !p.Own || s.Ideas[x.Idea-1].Poll != uint32(i+1) || p.OptionOf(x.Idea) != x.Option || x.Option > uint32(len(p.Options)) || x.Voted > p.CastCount() {
				m.Fatalf("option %d of poll %d was added as %+v", x.Option, i+1, x)
			}
			for n, marks := range p.Marks {
				if marks>>(x.Option-1)&1 == 1 && p.Cast[n] < x.Seq {
					m.Fatalf("ballot %d of poll %d names option %d, which came later", n+1, i+1, x.Option)
				}
			}
		}
		counts, cast := make([]uint64, len(p.Options)), uint64(0)
		for n, marks := range p.Marks {
			if p.BallotOf(p.Roll[n]) != uint64(n+1) {
				m.Fatalf("ballot %d of poll %d is not found on its roll", n+1, i+1)
			}
			if (marks == 0) != (p.Cast[n] == 0) || p.Status == PollEnded && p.Cast[n] > p.Seq {
				m.Fatalf("ballot %d of poll %d says %b, cast at %d, poll at %d", n+1, i+1, marks, p.Cast[n], p.Seq)
			}
			if marks != 0 {
				cast++
			}
			for _, o := range OptionsOf(marks) {
				counts[o-1]++
			}
		}
		if !slices.Equal(counts, p.Counts()) || cast != p.CastCount() {
			m.Fatalf("poll %d counts %v of %d ballots, its ballots come to %v of %d", i+1, p.Counts(), p.CastCount(), counts, cast)
		}
	}
}

// talk draws a command of the live debate.
func (m *machine) talk() Command {
	s := m.scene.state
	room := uint32(rapid.IntRange(0, 3).Draw(m.T, "room"))
	to := room + uint32(rapid.IntRange(0, 1).Draw(m.T, "rooms"))
	f := s.Floor(room)
	turn, step := f.Turn, f.Step
	if rapid.IntRange(0, 9).Draw(m.T, "another turn") == 0 {
		turn, step = turn+1, step+1
	}
	remark := func() uint32 { return uint32(m.number("remark", len(s.Remarks))) }
	question := func() uint32 { return uint32(m.number("question", len(s.Questions))) }
	table := func() uint32 { return uint32(rapid.IntRange(0, 3).Draw(m.T, "table")) }
	kinds := []func() Command{
		func() Command { return OpenStep{room, to, uint32(rapid.IntRange(0, 5).Draw(m.T, "step"))} },
		func() Command { return EndStep{room, step} },
		func() Command { return ExtendStep{room, to, int32(rapid.IntRange(-600, 600).Draw(m.T, "seconds"))} },
		func() Command { return PauseRooms{room, to, m.flag("pause")} },
		func() Command {
			return MoveOn{room, step, m.flag("wish"), []uint64{1, 2, 3}[:rapid.IntRange(0, 3).Draw(m.T, "present")]}
		},
		func() Command { return RaiseHand{room, m.flag("up")} }, func() Command { return RaiseHand{room, true} },
		func() Command { return PassTurn{room, turn} }, func() Command { return ExtendTurn{room, turn} },
		func() Command { return React{remark(), Reaction(rapid.IntRange(0, 4).Draw(m.T, "reaction"))} },
		func() Command {
			return FlagRemark{remark(), FlagReason(rapid.IntRange(0, 8).Draw(m.T, "reason")), m.digest("note")}
		},
		func() Command {
			return ResolveFlag{uint32(m.number("flag", len(s.Flags))), FlagOutcome(rapid.IntRange(0, 2).Draw(m.T, "outcome")), m.reason()}
		},
		func() Command { return PinRemark{remark(), m.flag("pinned")} },
		func() Command { return AskQuestion{room, m.digest("question")} },
		func() Command { return SupportQuestion{question(), m.flag("support")} },
		func() Command {
			return FoldQuestions{rapid.SampledFrom([]uint32{0, question()}).Draw(m.T, "into"), m.numbers("folded", len(s.Questions), 3)}
		},
		func() Command { return TakeQuestion{question()} }, func() Command { return AnswerQuestion{question(), m.digest("answer")} },
		func() Command { return PostReport{room, m.digest("report")} },
		func() Command {
			return PlacePeople{PlaceCause(rapid.IntRange(0, 5).Draw(m.T, "cause")), []uint64{m.number("placed", len(s.Applications))}, []uint32{table()}}
		},
		func() Command { return MergeTables{table(), table()} }, func() Command { return TakeTables{table(), table()} },
	}
	return rapid.SampledFrom(kinds).Draw(m.T, "talk")()
}

// moderate draws a command of moderation.
func (m *machine) moderate() Command {
	s := m.scene.state
	subject := func() Subject {
		open := slices.Clone(s.Held)
		for i := range s.Flags {
			if s.Flags[i].Outcome == FlagOpen {
				open = append(open, s.Flags[i].Subject)
			}
		}
		for i := range s.Appeals {
			open = append(open, Subject{SubjectAppeal, uint64(i + 1)})
		}
		if len(open) > 0 && rapid.IntRange(0, 9).Draw(m.T, "any subject") > 0 {
			return rapid.SampledFrom(open).Draw(m.T, "open case")
		}
		return Subject{SubjectKind(rapid.IntRange(0, 6).Draw(m.T, "subject kind")), m.number("subject", 5)}
	}
	subjects := func() (list []Subject) {
		for range rapid.IntRange(0, 2).Draw(m.T, "subjects") {
			list = append(list, subject())
		}
		return list
	}
	decided := func() Subject {
		var list []Subject
		for _, r := range s.Removals {
			list = append(list, r.Subject)
		}
		for i := range s.Ideas {
			if s.Board.Hidden(uint32(i + 1)) {
				list = append(list, IdeaSubject(uint32(i+1)))
			}
		}
		for i := range s.Sanctions {
			list = append(list, Subject{SubjectSanction, uint64(i + 1)})
		}
		for i := range s.Board.Operations {
			list = append(list, Subject{SubjectOperation, s.Board.Operations[i].Seq})
		}
		if len(list) == 0 || m.flag("any decision") {
			return subject()
		}
		return rapid.SampledFrom(list).Draw(m.T, "decision")
	}
	kinds := []func() Command{
		func() Command {
			return FlagIdea{uint32(m.number("idea", len(s.Ideas))), FlagReason(rapid.IntRange(0, 9).Draw(m.T, "reason")), m.digest("note")}
		},
		func() Command { return ClaimCases{subjects(), m.flag("release")} },
		func() Command {
			return SettleCases{subjects(), FlagOutcome(rapid.IntRange(0, 2).Draw(m.T, "outcome")), m.reason()}
		},
		func() Command { return MakeAppeal{decided(), m.digest("appeal")} },
		func() Command { return MakeAppeal{decided(), m.digest("appeal")} },
		func() Command {
			return HearAppeal{uint32(m.number("appeal", len(s.Appeals))), AppealOutcome(rapid.IntRange(0, 2).Draw(m.T, "outcome")), m.reason()}
		},
		func() Command {
			return PunishPerson{m.number("person", len(s.Applications)), SanctionKind(rapid.IntRange(0, 4).Draw(m.T, "sanction")), uint32(rapid.SampledFrom([]int{0, 1, 100}).Draw(m.T, "minutes")), m.reason()}
		},
		func() Command { return LiftSanction{uint32(m.number("sanction", len(s.Sanctions))), m.reason()} },
		func() Command {
			return ChangeModeration{Moderation{Before: m.flag("before"), Second: m.flag("second"), Open: m.flag("open"), Urgent: uint32(rapid.IntRange(0, 1001).Draw(m.T, "hours")), Checked: rapid.SampledFrom([]OperationSet{0, 0, 1, 1 << OperationMove, 1<<OperationMerge | 1<<OperationSplit | 1<<OperationMark}).Draw(m.T, "checked")}}
		},
		func() Command {
			return SaveReplies{[]Reply{{ReplyFor(rapid.IntRange(0, int(ReplyBack)+1).Draw(m.T, "for")), rapid.SampledFrom([]string{"", "en"}).Draw(m.T, "language"), rapid.SampledFrom([]string{"", "Off the question."}).Draw(m.T, "reply")}}}
		},
		func() Command {
			return ReportTrouble{TroubleAbout(rapid.IntRange(0, 5).Draw(m.T, "about")), uint32(rapid.IntRange(0, 2).Draw(m.T, "promise")), m.digest("trouble")}
		},
		func() Command {
			return MoveTrouble{uint32(m.number("trouble", len(s.Troubles))), TroubleStatus(rapid.IntRange(0, 4).Draw(m.T, "status")), m.digest("reply"), "Parks", 0}
		},
		func() Command {
			return RecordSignals{SignalsSought{InputSeq: s.Seq + uint64(rapid.IntRange(0, 1).Draw(m.T, "ahead")), Result: m.digest("signals")}}
		},
		func() Command {
			return HandleSignal{m.digest("signal"), SignalOutcome(rapid.IntRange(0, 3).Draw(m.T, "came of it")), m.reason()}
		},
		func() Command {
			x := Subject{SubjectKind(rapid.IntRange(0, 3).Draw(m.T, "whose")), m.number("text", max(len(s.Remarks), len(s.Ideas)))}
			return AskDisclosure{DisclosureAskedFor{x, DisclosureGround(rapid.IntRange(0, 3).Draw(m.T, "ground")), m.reason()}}
		},
		func() Command {
			return DecideDisclosure{DisclosureDecided{uint32(m.number("wish", len(s.Disclosures))), m.flag("granted"), m.reason()}}
		},
		func() Command {
			a, b := m.number("one", len(s.Applications)), m.number("other", len(s.Applications))
			stands := rapid.SampledFrom([]uint64{0, a, b, 1}).Draw(m.T, "stands")
			return JudgeDouble{DoubleJudged{a, b, DoubleVerdict(m.number("verdict", 3) - 1), stands, m.reason()}}
		},
		func() Command { return ShowDisclosure{uint32(m.number("wish", len(s.Disclosures)))} },
		func() Command {
			return AskDeletion{DeletionAskedFor{rapid.SampledFrom([]string{"", "a rehearsal"}).Draw(m.T, "why deleted")}, s.Settings.Title}
		},
		func() Command {
			// Seldom agreed to: everything else stands still then.
			return DecideDeletion{DeletionDecided{DeletionStatus(rapid.SampledFrom([]int{1, 2, 3, 3, 4, 4, 5}).Draw(m.T, "deleted")), "it is wanted"}}
		},
		func() Command { return ReopenTrouble{uint32(m.number("trouble", len(s.Troubles))), m.digest("still")} },
		func() Command {
			x := Subject{SubjectKind(rapid.IntRange(1, 2).Draw(m.T, "masked")), 0}
			x.Number = m.number("own", max(len(s.Remarks), len(s.Ideas)))
			return MaskText{x, m.digest("masked text"), 3}
		},
	}
	return rapid.SampledFrom(kinds).Draw(m.T, "moderate")()
}

// invited is an idea that people are invited to, for the most part.
func (m *machine) invited() uint32 {
	if list := m.scene.state.Invitations; len(list) > 0 && !m.flag("any idea") {
		return rapid.SampledFrom(list).Draw(m.T, "invitation").Idea
	}
	return uint32(m.number("idea", len(m.scene.state.Ideas)))
}

func (m *machine) undo() Command {
	ops := m.scene.state.Board.Operations
	seq := uint64(7)
	if len(ops) > 0 {
		seq = rapid.SampledFrom(ops).Draw(m.T, "operation").Seq
	}
	return UndoOperation{Operation: seq, Reason: m.reason()}
}

// whole demands that the state, with all that is derived in it, is what its
// snapshot reads as: incremental upkeep and rebuilding agree.
func (m *machine) whole(s *State) {
	b := s.AppendSnapshot(nil)
	back, err := ReadSnapshot(b)
	if err != nil {
		m.Fatalf("the state's snapshot does not read: %v", err)
	}
	if !bytes.Equal(back.AppendSnapshot(nil), b) {
		m.Fatal("the state's snapshot reads as another state")
	}
	for _, d := range []struct {
		what      string
		got, want any
	}{
		{"applications by pseudonym", s.byPseudonym, back.byPseudonym}, {"ballots by pseudonym", s.byBallot, back.byBallot},
		{"staff by pseudonym", s.byStaff, back.byStaff}, {"commands by client", s.byClient, back.byClient},
		{"votes by item", countsOf(s), countsOf(back)}, {"applications that stand", s.open, back.open},
		{"rooms", roomsOf(s), roomsOf(back)}, {"reactions", reactionsOf(s), reactionsOf(back)}, {"reactions by person", s.byReaction, back.byReaction},
		{"reports by person", s.byFlag, back.byFlag}, {"reports by remark", s.flagsOf, back.flagsOf}, {"open reports", s.openFlags, back.openFlags},
		{"removals by remark", s.removalOf, back.removalOf}, {"sanctions by person", s.sanctionsOf, back.sanctionsOf},
		{"overlay", overlayOf(&s.Board), overlayOf(&back.Board)},
	} {
		if !reflect.DeepEqual(d.got, d.want) {
			m.Fatalf("%s: %v, rebuilt %v", d.what, d.got, d.want)
		}
	}
}

func countsOf(s *State) []ItemCount {
	if len(s.itemCounts) == 0 {
		return nil
	}
	return s.itemCounts
}

func reactionsOf(s *State) (list [][ReactionCount]uint32) {
	for i := range s.Remarks {
		list = append(list, s.Remarks[i].Reactions())
	}
	return list
}

func roomsOf(s *State) (list []Room) {
	for n := range s.Tables + 1 {
		r, ok := s.Room(n)
		if !ok {
			panic("a room is missing")
		}
		list = append(list, Room{append([]uint32{}, r.Remarks...), r.Last})
	}
	return list
}

// soundTables demands that who speaks or waits at a table sits there, and that
// nobody sits at a table that was closed.
func (m *machine) soundTables() {
	s := m.scene.state
	open := map[Subject]uint32{}
	for i := range s.Flags {
		if s.Flags[i].Outcome == FlagOpen {
			open[s.Flags[i].Subject]++
		}
	}
	for i := range s.Remarks {
		if x := &s.Remarks[i]; x.Flags != open[RemarkSubject(uint32(i+1))] || x.Flags > 0 && !x.Removed.IsZero() {
			m.Fatalf("remark %d has %d open reports, counted %d; removed: %v", i+1, x.Flags, open[RemarkSubject(uint32(i+1))], !x.Removed.IsZero())
		}
	}
	for room := uint32(1); int(room) < len(s.Floors); room++ {
		f := s.Floor(room)
		at := append(append(append([]uint64{}, f.Queue...), f.MoveOn...), f.Speaker)
		for _, n := range at {
			if table, ok := s.Participant(n); n != 0 && (!ok || table != room) {
				m.Fatalf("application %d, who sits at table %d, speaks or waits at table %d: %+v", n, table, room, f)
			}
		}
		if slices.Contains(f.Queue, f.Speaker) || len(slices.Compact(slices.Sorted(slices.Values(f.Queue)))) != len(f.Queue) {
			m.Fatalf("table %d: %d has the floor and %v wait", room, f.Speaker, f.Queue)
		}
		if f.Speaker == 0 && len(f.Queue) > 0 && !f.Paused {
			m.Fatalf("table %d: nobody has the floor and %v wait", room, f.Queue)
		}
	}
	for i, seat := range s.Seats {
		if seat.Table != 0 && s.Floor(seat.Table).Closed != 0 {
			m.Fatalf("seat %d is at table %d, which was closed", i+1, seat.Table)
		}
	}
}

// sound demands what must hold of a state, by other ways than the fold's own.
func (m *machine) sound() {
	s := m.scene.state
	seats := map[uint64]int{}
	for i, seat := range s.Seats {
		if seat.Status == SeatDeclined {
			continue
		}
		if seats[seat.Application]++; seats[seat.Application] > 1 {
			m.Fatalf("application %d has two seats", seat.Application)
		}
		if s.Applications[seat.Application-1].Seat != uint32(i+1) {
			m.Fatalf("seat %d is application %d's, which has seat %d", i+1, seat.Application, s.Applications[seat.Application-1].Seat)
		}
	}
	m.soundTables()
	m.soundModeration()
	held := map[Pseudonym]bool{}
	for _, a := range s.Applications {
		if a.Status == ApplicationOpen && held[a.Pseudonym] {
			m.Fatalf("one person has two applications")
		}
		held[a.Pseudonym] = held[a.Pseudonym] || a.Status == ApplicationOpen
	}
	for i, c := range s.Commitments {
		if c.Status == CommitmentOpen && i != len(s.Commitments)-1 {
			m.Fatalf("commitment %d is open behind a later one", i+1)
		}
		drawn := 0
		for r := range s.Rounds {
			if s.Rounds[r].Commitment == uint32(i+1) {
				drawn++
				if s.Rounds[r].InputSeq != c.InputSeq || s.Rounds[r].Root != c.Root || c.Round != uint32(r+1) {
					m.Fatalf("round %d does not keep its commitment: %+v, %+v", r+1, s.Rounds[r], c)
				}
			}
		}
		if drawn > 1 || (drawn == 1) != (c.Status == CommitmentDrawn) {
			m.Fatalf("commitment %d is %s and was drawn from %d times", i+1, c.Status, drawn)
		}
	}
	votes := uint64(0)
	for b, choices := range s.Votes {
		items := map[uint32]bool{}
		for _, c := range choices {
			if items[c.Item] {
				m.Fatalf("ballot %d says two things to item %d", b+1, c.Item)
			}
			items[c.Item] = true
			votes++
		}
	}
	if votes != s.VoteCount {
		m.Fatalf("%d choices stand, the count is %d", votes, s.VoteCount)
	}
	m.soundPolls()
	if got, want := overlayOf(&s.Board), pulled(s); !reflect.DeepEqual(got, want) {
		m.Fatalf("the overlay is\n%+v, read off the operations it is\n%+v", got, want)
	}
}

// soundModeration demands that what waits for a second person or is worked on
// is an open case, that whoever decides an appeal did not make the decision it is
// against, and that nobody who is silenced has the floor.
func (m *machine) soundModeration() {
	s := m.scene.state
	for _, c := range s.Checks {
		if !s.waits(c.Subject) {
			m.Fatalf("a removal of %+v waits that nothing waits for", c.Subject)
		}
	}
	seen := map[Subject]bool{}
	for _, c := range s.Claims {
		if !s.waits(c.Subject) && s.exists(c.Subject) || seen[c.Subject] {
			m.Fatalf("%+v is claimed though it is no case, or twice", c.Subject)
		}
		seen[c.Subject] = true
	}
	for i := range s.Appeals {
		if a := &s.Appeals[i]; a.Outcome != AppealOpen && (a.Handler == a.Judge || a.Handler == a.By) {
			m.Fatalf("appeal %d was heard by a party: %+v", i+1, a)
		}
	}
	for room := range s.Floors {
		f := &s.Floors[room]
		for _, n := range append([]uint64{f.Speaker}, f.Queue...) {
			if v := s.SilencedBy(n, m.scene.clock); v != 0 && s.Sanctions[v-1].Until == 0 {
				m.Fatalf("application %d is suspended and has or waits for the floor of room %d", n, room)
			}
		}
	}
}

// overlay is what the board shows, by idea and cluster.
type overlay struct {
	Cluster []uint32 // by idea
	Pinned  []uint32
	Hidden  []bool
	Live    []uint32 // by cluster
	Title   []Digest
	Veiled  []bool
	Size    []uint32
	Mark    []IdeaMark // by idea
	Told    []Digest   // by cluster
	Locked  []bool
	Left    []Digest
}

func overlayOf(b *Board) overlay {
	var o overlay
	for i := range b.place {
		n := uint32(i + 1)
		o.Cluster, o.Pinned, o.Hidden = append(o.Cluster, b.Cluster(n)), append(o.Pinned, b.Pinned(n)), append(o.Hidden, b.Hidden(n))
		o.Mark = append(o.Mark, b.Mark(n))
	}
	for c := range b.Made {
		n := uint32(c + 1)
		size := uint32(0)
		if b.live(n) {
			size = b.Size(n)
		}
		o.Live, o.Title, o.Veiled, o.Size = append(o.Live, b.Live(n)), append(o.Title, b.Title(n)), append(o.Veiled, b.Veiled(n)), append(o.Size, size)
		o.Told, o.Locked = append(o.Told, b.Summary(n)), append(o.Locked, b.Locked(n))
		o.Left = append(o.Left, b.LeftOut(n))
	}
	return o
}

// pulled reads the overlay off base and operations the other way round: for
// each idea and cluster it looks for the last operation about it.
func pulled(s *State) overlay {
	var o overlay
	ops := s.Board.Operations
	last := func(about func(*Operation) bool) *Operation {
		for i := len(ops) - 1; i >= 0; i-- {
			if ops[i].UndoneBy == 0 && about(&ops[i]) {
				return &ops[i]
			}
		}
		return nil
	}
	is := func(o *Operation, kinds ...OperationKind) bool { return slices.Contains(kinds, o.Kind) }
	var live func(c uint32) uint32
	live = func(c uint32) uint32 {
		if c == 0 {
			return 0
		}
		if m := last(func(o *Operation) bool { return is(o, OperationMerge) && slices.Contains(o.Clusters, c) }); m != nil {
			return live(m.Cluster)
		}
		if made := s.Board.Made[c-1]; made.Split != 0 {
			for i := range ops {
				if ops[i].Seq == made.Split && ops[i].UndoneBy != 0 {
					return live(made.From)
				}
			}
		}
		return c
	}
	sizes := map[uint32]uint32{}
	var places []uint32 // of ideas, before merges
	for i := range s.Ideas {
		n := uint32(i + 1)
		at, pin := uint32(0), uint32(0)
		if i < len(s.Board.Base) {
			at = s.Board.Base[i]
		} else if s.Ideas[i].Relation == NewVersion {
			at = places[s.Ideas[i].Of-1]
		}
		if p := last(func(o *Operation) bool { return is(o, OperationMove, OperationSplit) && slices.Contains(o.Ideas, n) }); p != nil {
			at, pin = p.Cluster, p.Cluster
		}
		places = append(places, at)
		shown := last(func(o *Operation) bool {
			return is(o, OperationHideIdeas, OperationShowIdeas) && slices.Contains(o.Ideas, n)
		})
		o.Cluster, o.Pinned, o.Hidden = append(o.Cluster, live(at)), append(o.Pinned, pin), append(o.Hidden, shown != nil && is(shown, OperationHideIdeas))
		sizes[live(at)]++
		said := Unmarked
		if k := last(func(o *Operation) bool { return is(o, OperationMark) && slices.Contains(o.Ideas, n) }); k != nil {
			said = k.Mark
		}
		o.Mark = append(o.Mark, said)
	}
	for i := range s.Board.Made {
		c := uint32(i + 1)
		var title Digest
		if r := last(func(o *Operation) bool {
			return o.Cluster == c && !o.Title.IsZero() && is(o, OperationRename, OperationSplit)
		}); r != nil {
			title = r.Title
		}
		veil := last(func(o *Operation) bool { return o.Cluster == c && is(o, OperationHide, OperationShow) })
		size := uint32(0)
		if live(c) == c {
			size = sizes[c]
		}
		o.Live, o.Title, o.Veiled, o.Size = append(o.Live, live(c)), append(o.Title, title), append(o.Veiled, veil != nil && is(veil, OperationHide)), append(o.Size, size)
		var told Digest
		if x := last(func(o *Operation) bool { return o.Cluster == c && is(o, OperationSummarise) }); x != nil {
			told = x.Title
		}
		lock := last(func(o *Operation) bool { return o.Cluster == c && is(o, OperationLock, OperationUnlock) })
		var left Digest
		if x := last(func(o *Operation) bool { return o.Cluster == c && is(o, OperationLeaveOut, OperationPutBack) }); x != nil && is(x, OperationLeaveOut) {
			left = x.Reason
		}
		o.Left = append(o.Left, left)
		o.Told, o.Locked = append(o.Told, told), append(o.Locked, lock != nil && is(lock, OperationLock))
	}
	return o
}

func (m *machine) overlay() overlay { return overlayOf(&m.scene.state.Board) }

// sorted answers the ideas that are in a cluster.
func (m *machine) sorted() (list []uint32) {
	for n := uint32(1); int(n) <= len(m.scene.state.Ideas); n++ {
		if m.scene.state.Board.Cluster(n) != 0 {
			list = append(list, n)
		}
	}
	return list
}

// undoLast undoes the operation just done, on a copy: the board is as before,
// but for the cluster that a split made, which is gone into where it came from.
func (m *machine) undoLast(before overlay) {
	s, err := ReadSnapshot(m.scene.state.AppendSnapshot(nil))
	if err != nil {
		m.Fatal(err)
	}
	op := s.Board.Operations[len(s.Board.Operations)-1]
	d, err := s.Decide(UndoOperation{Operation: op.Seq, Reason: why}, Input{Who: moderator, Time: m.scene.clock})
	if err != nil {
		if CodeOf(err) == CodeWrongStage {
			return
		}
		m.Fatalf("the last operation, a %s, can't be undone: %v", op.Kind, err)
	}
	for i := range d.Events {
		s.Apply(&d.Events[i])
	}
	if n := uint32(len(s.Board.Drafts)); n > 0 && s.Board.Drafts[n-1].Asked.Undoes == op.Seq && s.Board.Drafts[n-1].Outcome == DraftOpen {
		if d, err = s.Decide(SettleDraft{Draft: n, Outcome: DraftConfirmed}, Input{Who: Who{RoleModerator, name("who confirms")}, Time: m.scene.clock}); err != nil {
			m.Fatalf("undoing the last operation, a %s, can't be confirmed: %v", op.Kind, err)
		}
		for i := range d.Events {
			s.Apply(&d.Events[i])
		}
	}
	after := overlayOf(&s.Board)
	if op.Kind == OperationSplit {
		n := len(after.Live) - 1
		if after.Live[n] != s.Board.Live(op.Clusters[0]) || after.Size[n] != 0 {
			m.Fatalf("the cluster of an undone split lives on: %+v", after)
		}
		after.Live, after.Title, after.Veiled, after.Size = after.Live[:n], after.Title[:n], after.Veiled[:n], after.Size[:n]
		after.Told, after.Locked, after.Left = after.Told[:n], after.Locked[:n], after.Left[:n]
	}
	if fmt.Sprintf("%v", after) != fmt.Sprintf("%v", before) {
		m.Fatalf("undoing a %s:\nbefore %+v\nafter  %+v", op.Kind, before, after)
	}
}

// replay folds the log from its bytes and demands the same state.
func (m *machine) replay() {
	events, err := DecodeBatch(m.scene.bytes(), 1)
	if err != nil {
		m.Fatal(err)
	}
	s := NewState()
	for i := range events {
		s.Apply(&events[i])
	}
	if !bytes.Equal(s.AppendSnapshot(nil), m.scene.state.AppendSnapshot(nil)) {
		m.Fatal("the log folds to another state than the commands did")
	}
	m.whole(s)
}
