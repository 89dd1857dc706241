package topic

import (
	"strings"
	"testing"
)

// committing is a commitment of the next round that can be made now.
func committing(sc *scene, b Beacon) CommitDraw {
	return CommitDraw{DrawCommitted{
		InputSeq: sc.state.Seq, Round: uint32(len(sc.state.Rounds) + 1), Size: sc.state.Settings.PanelSize, Root: text("root"), Policy: text("policy"), Beacon: b, Result: text("rules"),
	}}
}

var phrase = Beacon{Kind: BeaconPhrase}

// keeping is a draw from the open commitment.
func keeping(sc *scene, seed string, seats ...uint64) RecordDraw {
	n := sc.state.Committed()
	c := sc.state.Commitments[n-1]
	return RecordDraw{Drawn: Drawn{InputSeq: c.InputSeq, Size: c.Size, Seed: seed, Root: c.Root, Result: text("draw"), Seats: seats, Commitment: n}}
}

// What a commitment has fixed stays as it is until the draw, or until the
// commitment is aborted for a reason that everyone can read.
func TestCommitmentBinds(t *testing.T) {
	marks := MarkApplications{ApplicationsMarked{[]uint64{1}, MarkExcluded, "served before"}}
	change := func(f func(*Settings)) Command { return ChangeSettings{with(f)} }
	for name, cmd := range map[string]struct {
		who Who
		cmd Command
	}{
		"another commitment": {planner, CommitDraw{DrawCommitted{Round: 1, Size: 4, Beacon: phrase}}},
		"a draw beside it":   {planner, RecordDraw{Drawn: Drawn{Size: 4, Seed: "dice", Seats: []uint64{1}}}},
		"other quotas":       {planner, change(func(s *Settings) { s.Quotas[0].Max++ })},
		"another size":       {planner, change(func(s *Settings) { s.PanelSize++ })},
		"other rules":        {planner, change(func(s *Settings) { s.Draw.AnyHousehold = true })},
		"another population": {planner, change(func(s *Settings) {
			s.Population.Tables = []PopulationTable{{[]string{"age"}, []PopulationCell{{[]string{"old"}, 7}}}}
		})},
		"more applicants":           {planner, OpenStage{atApplications}},
		"a mark":                    {registrar, marks},
		"an erasure of what counts": {registrar, EraseText{EraseApplication, 2, "author-request"}},
	} {
		t.Run(name, func(t *testing.T) {
			sc := newScene(t)
			drawing(sc)
			sc.do(planner, committing(sc, phrase))
			sc.refused(cmd.who, cmd.cmd, CodeConflict)
			sc.do(planner, AbortDraw{"A mistake in the quotas."})
			if c, ok := cmd.cmd.(CommitDraw); ok {
				c.InputSeq = sc.state.Seq
				cmd.cmd = c
			}
			sc.do(cmd.who, cmd.cmd)
		})
	}
	sc := newScene(t)
	drawing(sc)
	sc.do(planner, committing(sc, phrase))
	sc.do(planner, change(func(s *Settings) { s.Title, s.Promise = "Another title", "Soon." })) // texts may change
	c := sc.state.Commitments[0]
	sc.do(planner, keeping(sc, "dice", 1, 2))
	if got := sc.state.Commitments[0]; got.Status != CommitmentDrawn || got.Ended == 0 || got.Root != c.Root {
		t.Errorf("after the draw the commitment is %+v", got)
	}
	if r := sc.state.Rounds[0]; r.Commitment != 1 {
		t.Errorf("the round does not name its commitment: %+v", r)
	}
	sc.do(registrar, marks)
}

// Refusals of the ceremony, each with what leads to it.
func TestCommitmentFaults(t *testing.T) {
	due := func(sc *scene) int64 { return sc.clock + 60_000 }
	for _, c := range []struct {
		name string
		set  func(sc *scene) Command
		code Code
		says string
	}{
		{"no kind", func(sc *scene) Command { return committing(sc, Beacon{}) }, CodeInvalid, "drand, public or phrase"},
		{"a drand round without its chain", func(sc *scene) Command { return committing(sc, Beacon{Kind: BeaconDrand, Round: 5, Expected: due(sc)}) }, CodeInvalid, "chain"},
		{"a drand round that is past", func(sc *scene) Command {
			return committing(sc, Beacon{Kind: BeaconDrand, Chain: "a", Round: 5, Expected: sc.clock})
		}, CodeInvalid, "later round"},
		{"a public value of no source", func(sc *scene) Command { return committing(sc, Beacon{Kind: BeaconPublic, Source: " "}) }, CodeInvalid, "by whom"},
		{"a public value that is known", func(sc *scene) Command { return committing(sc, Beacon{Kind: BeaconPublic, Source: "x", Expected: 5}) }, CodeInvalid, "past"},
		{"a source too long", func(sc *scene) Command {
			return committing(sc, Beacon{Kind: BeaconPublic, Source: strings.Repeat("x", 501)})
		}, CodeInvalid, "too long"},
		{"another round", func(sc *scene) Command { c := committing(sc, phrase); c.Round = 2; return c }, CodeConflict, "commit again"},
		{"another size", func(sc *scene) Command { c := committing(sc, phrase); c.Size++; return c }, CodeConflict, "commit again"},
		{"from the future", func(sc *scene) Command { c := committing(sc, phrase); c.InputSeq = 99; return c }, CodeInvalid, "ahead"},
		{"aborting nothing", func(*scene) Command { return AbortDraw{"no"} }, CodeConflict, "none to abort"},
		{"aborting without a reason", func(sc *scene) Command { sc.do(planner, committing(sc, phrase)); return AbortDraw{" "} }, CodeInvalid, "reason"},
		{"drawing before the value can be known", func(sc *scene) Command {
			sc.do(planner, committing(sc, Beacon{Kind: BeaconDrand, Chain: "a", Round: 5, Expected: due(sc)}))
			return keeping(sc, "ab", 1)
		}, CodeConflict, "wait"},
		{"drawing with another phrase", func(sc *scene) Command {
			sc.do(planner, committing(sc, Beacon{Kind: BeaconPhrase, Source: "spring"}))
			return keeping(sc, "summer", 1)
		}, CodeConflict, "phrase"},
		{"drawing without a value", func(sc *scene) Command { sc.do(planner, committing(sc, phrase)); return keeping(sc, "", 1) }, CodeInvalid, "missing"},
		{"drawing from another pool", func(sc *scene) Command {
			sc.do(planner, committing(sc, phrase))
			d := keeping(sc, "dice", 1)
			d.Root = text("other")
			return d
		}, CodeConflict, "committed"},
		{"drawing from another state", func(sc *scene) Command {
			sc.do(planner, committing(sc, phrase))
			d := keeping(sc, "dice", 1)
			d.InputSeq++
			return d
		}, CodeConflict, "committed"},
		{"drawing from what was aborted", func(sc *scene) Command {
			sc.do(planner, committing(sc, phrase))
			d := keeping(sc, "dice", 1)
			sc.do(planner, AbortDraw{"A mistake."})
			return d
		}, CodeConflict, "not open"},
		{"a mark without a reason", func(*scene) Command { return MarkApplications{ApplicationsMarked{[]uint64{1}, MarkExcluded, ""}} }, CodeInvalid, "reason"},
		{"a mark on nobody", func(*scene) Command { return MarkApplications{ApplicationsMarked{nil, MarkExcluded, "x"}} }, CodeInvalid, "1 to"},
		{"a mark twice", func(*scene) Command {
			return MarkApplications{ApplicationsMarked{[]uint64{1, 1}, MarkExcluded, "x"}}
		}, CodeInvalid, "twice"},
		{"a mark on a stranger", func(*scene) Command { return MarkApplications{ApplicationsMarked{[]uint64{9}, MarkExcluded, "x"}} }, CodeNotFound, "pool"},
		{"a mark that is none", func(*scene) Command { return MarkApplications{ApplicationsMarked{[]uint64{1}, 7, "x"}} }, CodeInvalid, "no such mark"},
	} {
		t.Run(c.name, func(t *testing.T) {
			sc := newScene(t)
			drawing(sc)
			cmd := c.set(sc)
			sc.refused(planner, cmd, c.code)
			if _, err := sc.try(planner, cmd); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("the refusal %v does not say %q", err, c.says)
			}
		})
	}
}

// Who withdraws between commitment and draw stays in the pool that was
// published; a seat that falls to them is declined at once, and the next round
// fills it.
func TestWithdrawnAfterCommitment(t *testing.T) {
	sc := newScene(t)
	drawing(sc)
	sc.do(planner, committing(sc, phrase))
	sc.do(citizen("boris"), Withdraw{})
	if got := sc.state.Commitments[0].Withdrawn; len(got) != 1 || got[0] != 2 {
		t.Fatalf("withdrawn while open: %v, want application 2", got)
	}
	sc.do(planner, keeping(sc, "dice", 1, 2))
	if got := [...]SeatStatus{sc.state.Seats[0].Status, sc.state.Seats[1].Status}; got != [...]SeatStatus{SeatInvited, SeatDeclined} {
		t.Errorf("the seats are %v", got)
	}
	sc.refused(citizen("boris"), AnswerSeat{true}, CodeSeatTaken)
	sc.do(planner, RecordDraw{Drawn: Drawn{InputSeq: sc.state.Seq, Size: 4, Seed: "more", Root: text("2"), Result: text("2"), Seats: []uint64{3}}})
	if len(sc.state.Commitments) != 2 || sc.state.Commitments[1].Status != CommitmentDrawn || sc.state.Commitments[1].Beacon.Kind != BeaconPhrase {
		t.Errorf("a draw at once makes its own commitment: %+v", sc.state.Commitments)
	}
	sc.refused(planner, RecordDraw{Drawn: Drawn{InputSeq: sc.state.Seq, Size: 4, Seed: "again", Seats: []uint64{2}}}, CodeConflict)
}

// A later marking takes the place of an earlier one.
func TestMarks(t *testing.T) {
	sc := newScene(t)
	drawing(sc)
	sc.do(registrar, MarkApplications{ApplicationsMarked{[]uint64{1, 2}, MarkExcluded, "served in 2025"}})
	sc.do(planner, MarkApplications{ApplicationsMarked{[]uint64{2}, MarkIncluded, "speaks for the school"}})
	sc.do(registrar, MarkApplications{ApplicationsMarked{[]uint64{1}, MarkNone, "a mistake"}})
	for n, want := range map[uint64]Mark{1: MarkNone, 2: MarkIncluded, 3: MarkNone} {
		if got, _ := sc.state.MarkOf(n); got != want {
			t.Errorf("application %d is marked %s, want %s", n, got, want)
		}
	}
	if _, reason := sc.state.MarkOf(2); reason != "speaks for the school" {
		t.Errorf("the reason is %q", reason)
	}
	sc.refused(moderator, MarkApplications{ApplicationsMarked{[]uint64{1}, MarkExcluded, "x"}}, CodeForbidden)
}
