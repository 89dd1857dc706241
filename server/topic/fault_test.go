package topic

import (
	"fmt"
	"strings"
	"testing"
)

// The settings that a scene's topic has where an import is open to it.
func importable(sc *scene) { sc.create(nil); sc.open(atCuration) }

func applications(sc *scene) { sc.create(nil); sc.open(atApplications) }

func board(sc *scene) { // ideas 1–6, clusters 1 {1,2,3}, 2 {4,5}, 3 {6}
	sc.debate()
	sc.ideas(6)
	sc.cluster(3, 1, 1, 1, 2, 2, 3)
	sc.open(atCuration)
}

// talk is a debate with an agenda, at the step with turns.
func talk(sc *scene) { sc.debate(); sc.agenda() }

func turn(sc *scene) { // anna has the floor, boris waits
	talk(sc)
	sc.do(citizen("anna"), RaiseHand{1, true})
	sc.do(citizen("boris"), RaiseHand{1, true})
}

func said(sc *scene) { sc.debate(); sc.do(citizen("anna"), Say{Room: 1, Text: text("hello")}) }

func flagged(sc *scene) { said(sc); sc.do(citizen("boris"), FlagRemark{1, FlagInsult, Digest{}}) }

func rated(sc *scene) { sc.debate(); sc.rating() }

func proposed(sc *scene) {
	rated(sc)
	sc.do(planner, PutProposal{ProposalPut{Items: []uint32{1}, Title: "Stairs", Summary: "To the water."}})
}

func asked(sc *scene) {
	sc.debate()
	sc.do(citizen("anna"), AskQuestion{1, text("q1")})
	sc.do(citizen("vera"), AskQuestion{2, text("q2")})
}

// Every refusal of the domain, by what leads to it.
func TestFaults(t *testing.T) {
	draw := func(size uint32, seats ...uint64) RecordDraw {
		return RecordDraw{Drawn: Drawn{Size: size, Seed: "dice", Seats: seats}}
	}
	rows := func(names ...string) (list []ImportedRow) {
		for _, n := range names {
			list = append(list, ImportedRow{name(n), text(n)})
		}
		return list
	}
	for _, c := range []struct {
		name string
		set  func(sc *scene)
		who  Who
		cmd  Command
		code Code
	}{
		// Topic and schedule.
		{"a command before the topic", func(*scene) {}, planner, OpenStage{0}, CodeNotFound},
		{"a topic twice", func(sc *scene) { sc.create(nil) }, planner, Create{allStages()}, CodeConflict},
		{"a topic by a citizen", func(*scene) {}, citizen("anna"), Create{allStages()}, CodeForbidden},
		{"a topic with a bad id", func(*scene) {}, planner, Create{with(func(s *Settings) { s.ID = "River" })}, CodeInvalid},
		{"a topic without steps", func(*scene) {}, planner, Create{with(func(s *Settings) { s.Stages = nil })}, CodeInvalid},
		{"a step of no kind", func(*scene) {}, planner, Create{with(func(s *Settings) { s.Stages[0].Kind = StageNone })}, CodeInvalid},
		{"a step that closes before it opens", func(*scene) {}, planner, Create{with(func(s *Settings) { s.Stages[0].Closes = 1 })}, CodeInvalid},
		{"a quota of an unknown feature", func(*scene) {}, planner, Create{with(func(s *Settings) { s.Quotas[0].Feature = "colour" })}, CodeInvalid},
		{"a quota of an unknown value", func(*scene) {}, planner, Create{with(func(s *Settings) { s.Quotas[0].Value = "middling" })}, CodeInvalid},
		{"a quota upside down", func(*scene) {}, planner, Create{with(func(s *Settings) { s.Quotas[0].Min = 9 })}, CodeInvalid},
		{"a quota twice", func(*scene) {}, planner, Create{with(func(s *Settings) { s.Quotas[1] = s.Quotas[0] })}, CodeInvalid},
		{"a feature with one option", func(*scene) {}, planner, Create{with(func(s *Settings) { s.Form.Features[0].Options = []string{"young"} })}, CodeInvalid},
		{"a feature named as a column of files", func(*scene) {}, planner, Create{with(func(s *Settings) { s.Form.Features[0].Name = "id" })}, CodeInvalid},
		{"a panel too large", func(*scene) {}, planner, Create{with(func(s *Settings) { s.PanelSize = MaxPanel + 1 })}, CodeInvalid},
		{"a table of one", func(*scene) {}, planner, Create{with(func(s *Settings) { s.TableSize = 1 })}, CodeInvalid},
		{"a title that is no UTF-8", func(*scene) {}, planner, Create{with(func(s *Settings) { s.Title = "\xFF" })}, CodeInvalid},
		{"another id", func(sc *scene) { sc.create(nil) }, planner, ChangeSettings{with(func(s *Settings) { s.ID = "lake" })}, CodeInvalid},
		{"another form once people apply", applications, planner, ChangeSettings{with(func(s *Settings) { s.Form.Interests = []string{"parks"} })}, CodeConflict},
		{"another consent under the same version", applications, planner, ChangeSettings{with(func(s *Settings) { s.Form.Consent = "You agree to more." })}, CodeInvalid},
		{"a step taken out that was opened", applications, planner, ChangeSettings{with(func(s *Settings) { s.Stages = s.Stages[1:] })}, CodeConflict},
		{"a step that is not there", applications, planner, OpenStage{7}, CodeInvalid},
		{"a step before the first", applications, planner, OpenStage{-1}, CodeInvalid},
		{"the step that is open", applications, planner, OpenStage{0}, CodeConflict},
		{"the draw without applicants", applications, planner, OpenStage{atDraw}, CodeConflict},
		{"the rating without items", board, planner, OpenStage{atRating}, CodeConflict},
		{"a step by a moderator", applications, moderator, OpenStage{atDebate}, CodeForbidden},

		// Applications and imports.
		{"applying before it opens", func(sc *scene) { sc.create(nil) }, citizen("anna"), Apply{text("row"), "1"}, CodeWrongStage},
		{"applying once the draw is over", func(sc *scene) { sc.debate() }, citizen("inna"), Apply{text("row"), "1"}, CodeWrongStage},
		{"applying without answers", applications, citizen("anna"), Apply{Consent: "1"}, CodeInvalid},
		{"applying with an old consent", applications, citizen("anna"), Apply{text("row"), "0"}, CodeInvalid},
		{"applying twice", func(sc *scene) { applications(sc); sc.apply("anna") }, citizen("anna"), Apply{text("row"), "1"}, CodeAlreadyApplied},
		{"applying as a planner", applications, planner, Apply{text("row"), "1"}, CodeForbidden},
		{"applying again with a seat, the row erased", func(sc *scene) {
			sc.debate()
			sc.do(registrar, EraseText{EraseApplication, 1, "retention"})
			sc.open(atApplications)
		}, citizen("anna"), Apply{text("row"), "1"}, CodeAlreadyApplied},
		{"withdrawing nothing", applications, citizen("anna"), Withdraw{}, CodeConflict},
		{"withdrawing twice", func(sc *scene) { applications(sc); sc.apply("anna"); sc.do(citizen("anna"), Withdraw{}) }, citizen("anna"), Withdraw{}, CodeConflict},
		{"withdrawing with a seat", func(sc *scene) { sc.debate(); sc.open(atApplications) }, citizen("anna"), Withdraw{}, CodeConflict},
		{"withdrawing in the debate", func(sc *scene) { sc.debate() }, citizen("egor"), Withdraw{}, CodeWrongStage},
		{"an import of nobody", applications, registrar, ImportPeople{}, CodeInvalid},
		{"an import of too many at once", applications, registrar, ImportPeople{People: make([]ImportedRow, ImportChunk+1)}, CodeInvalid},
		{"an import of someone twice", applications, registrar, ImportPeople{People: rows("one", "one")}, CodeAlreadyApplied},
		{"an import of an applicant", func(sc *scene) { applications(sc); sc.apply("anna") }, registrar, ImportPeople{People: rows("anna")}, CodeAlreadyApplied},
		{"an import that goes on with none", applications, registrar, ImportPeople{Import: 1, People: rows("one")}, CodeConflict},
		{"an import that goes on after its end", func(sc *scene) {
			applications(sc)
			sc.do(registrar, ImportPeople{People: rows("one")})
			sc.do(registrar, CompleteImport{1})
		}, registrar, ImportPeople{Import: 1, People: rows("two")}, CodeConflict},
		{"an import completed twice", func(sc *scene) {
			applications(sc)
			sc.do(registrar, ImportPeople{People: rows("one")})
			sc.do(registrar, CompleteImport{1})
		}, registrar, CompleteImport{1}, CodeConflict},
		{"an import that came again, completed", func(sc *scene) {
			applications(sc)
			sc.do(registrar, ImportPeople{People: rows("one")})
			sc.do(registrar, ImportPeople{People: rows("one", "two")})
		}, registrar, CompleteImport{1}, CodeConflict},
		{"an import that there is not, taken back", applications, registrar, WithdrawImport{1}, CodeNotFound},
		{"an import taken back by a moderator", applications, moderator, WithdrawImport{1}, CodeForbidden},
		{"an import taken back once people are drawn", func(sc *scene) {
			applications(sc)
			sc.do(registrar, ImportPeople{People: rows("one")})
			sc.do(registrar, CompleteImport{1})
			sc.open(atDraw)
			sc.do(planner, draw(4, 1))
			sc.open(atApplications)
		}, registrar, WithdrawImport{1}, CodeConflict},
		{"an import taken back in the step of the draw", func(sc *scene) {
			applications(sc)
			sc.do(registrar, ImportPeople{People: rows("one")})
			sc.do(registrar, CompleteImport{1})
			sc.open(atDraw)
		}, registrar, WithdrawImport{1}, CodeWrongStage},
		{"an import that goes on after it was taken back", func(sc *scene) {
			applications(sc)
			sc.do(registrar, ImportPeople{People: rows("one")})
			sc.do(registrar, WithdrawImport{1})
		}, registrar, ImportPeople{Import: 1, People: rows("two")}, CodeConflict},
		{"an import by a moderator", applications, moderator, ImportPeople{People: rows("one")}, CodeForbidden},
		{"the draw from an import not completed", func(sc *scene) { applications(sc); sc.do(registrar, ImportPeople{People: rows("one")}) }, planner, OpenStage{atDraw}, CodeConflict},

		// Draw, seats and tables.
		{"a draw of nobody", drawing, planner, draw(4), CodeInvalid},
		{"a draw from the future", drawing, planner, RecordDraw{Drawn: Drawn{InputSeq: 1000, Size: 4, Seed: "dice", Seats: []uint64{1}}}, CodeInvalid},
		{"a draw of application 0", drawing, planner, draw(4, 0), CodeInvalid},
		{"a draw of an unknown application", drawing, planner, draw(4, 99), CodeInvalid},
		{"a draw of one person twice", drawing, planner, draw(4, 1, 1), CodeConflict},
		{"a draw of a reserve who has a seat", drawing, planner, RecordDraw{Drawn: Drawn{Size: 4, Seed: "dice", Seats: []uint64{1}, Reserves: []uint64{1}}}, CodeConflict},
		{"a draw of someone withdrawn", func(sc *scene) {
			applications(sc)
			sc.apply("anna", "boris")
			sc.do(citizen("anna"), Withdraw{})
			sc.open(atDraw)
		}, planner, draw(4, 1), CodeConflict},
		{"a draw of someone not imported to the end", func(sc *scene) {
			applications(sc)
			sc.apply("anna")
			sc.do(registrar, ImportPeople{People: rows("one")})
			sc.open(atDraw)
		}, planner, draw(4, 2), CodeConflict},
		{"a draw of more than the panel", panelOf(2), planner, draw(2, 1, 2, 3), CodeConflict},
		{"a draw into a full panel", func(sc *scene) { panelOf(2)(sc); sc.do(planner, draw(2, 1, 2)) }, planner, draw(2, 3), CodeConflict},
		{"a draw of someone with a seat", func(sc *scene) { drawing(sc); sc.do(planner, draw(4, 1, 2)) }, planner, draw(4, 1), CodeConflict},
		{"a draw by a registrar", drawing, registrar, draw(4, 1), CodeForbidden},
		{"a draw while people apply", func(sc *scene) { applications(sc); sc.apply("anna") }, planner, draw(4, 1), CodeWrongStage},
		{"a seat that one was not given", func(sc *scene) { sc.debate() }, citizen("egor"), AnswerSeat{true}, CodeForbidden},
		{"a seat of a stranger", func(sc *scene) { sc.debate() }, citizen("stranger"), AnswerSeat{true}, CodeForbidden},
		{"a seat accepted twice", func(sc *scene) { sc.debate() }, citizen("anna"), AnswerSeat{true}, CodeSeatTaken},
		{"a seat accepted that was declined", func(sc *scene) { sc.debate(); sc.do(citizen("gleb"), AnswerSeat{false}) }, citizen("gleb"), AnswerSeat{true}, CodeSeatTaken},
		{"a seat declined twice", func(sc *scene) { sc.debate(); sc.do(citizen("gleb"), AnswerSeat{false}) }, citizen("gleb"), AnswerSeat{false}, CodeSeatTaken},
		{"an unknown seat accepted for the panel", func(sc *scene) { sc.debate() }, planner, AnswerForPanel{[]uint32{9}, true}, CodeNotFound},
		{"an answered seat accepted for the panel", func(sc *scene) { sc.debate() }, planner, AnswerForPanel{[]uint32{4, 1}, true}, CodeSeatTaken},
		{"a seat twice in an acceptance", func(sc *scene) { sc.debate() }, planner, AnswerForPanel{[]uint32{4, 4}, true}, CodeSeatTaken},
		{"tables from the future", func(sc *scene) { sc.debate() }, planner, RecordTables{TablesSeated{InputSeq: 1000, Tables: 1, Seats: []uint32{1}}}, CodeInvalid},
		{"tables for more seats than there are", func(sc *scene) { sc.debate() }, planner, RecordTables{TablesSeated{Tables: 1, Seats: make([]uint32, 5)}}, CodeInvalid},
		{"a seat at a table that is not there", func(sc *scene) { sc.debate() }, planner, RecordTables{TablesSeated{Tables: 1, Seats: []uint32{2}}}, CodeInvalid},
		{"more tables than seats", func(sc *scene) { sc.debate() }, planner, RecordTables{TablesSeated{Tables: 5, Seats: []uint32{5}}}, CodeInvalid},
		{"tables without a whole round", func(sc *scene) { sc.debate() }, planner, RecordTables{TablesSeated{Tables: 1, Rounds: 2, Seats: []uint32{1, 1, 1}}}, CodeInvalid},
		{"groups of fewer tables than there are", func(sc *scene) { sc.debate() }, planner, RecordTables{TablesSeated{Tables: 2, Rounds: 1, Seats: []uint32{1, 2}, Groups: []TableGroup{{Tables: 1}}}}, CodeInvalid},
		{"a session that the form does not have", func(sc *scene) { sc.debate() }, planner, RecordTables{TablesSeated{Tables: 1, Rounds: 1, Seats: []uint32{1, 1}, Groups: []TableGroup{{Session: 2, Tables: 1}}}}, CodeInvalid},
		{"a round of tables that was not seated", func(sc *scene) { sc.debate() }, planner, OpenTableRound{2}, CodeInvalid},
		{"the round of tables that is on", func(sc *scene) { sc.debate() }, planner, OpenTableRound{1}, CodeConflict},
		{"a round before anybody is seated", func(sc *scene) { sc.create(nil); sc.open(atApplications); sc.apply("anna"); sc.open(atDraw) }, planner, OpenTableRound{1}, CodeConflict},
		{"tables for nobody", func(sc *scene) { sc.debate() }, planner, RecordTables{TablesSeated{Tables: 1, Seats: []uint32{0, 0}}}, CodeConflict},

		// Debate and ideas.
		{"an empty remark", func(sc *scene) { sc.debate() }, citizen("anna"), Say{Room: 1}, CodeInvalid},
		{"a remark at a table that is not there", func(sc *scene) { sc.debate() }, citizen("anna"), Say{Room: 3, Text: text("x")}, CodeNotFound},
		{"a remark at another table", func(sc *scene) { sc.debate() }, citizen("anna"), Say{Room: 2, Text: text("x")}, CodeForbidden},
		{"a remark of someone only invited", func(sc *scene) { sc.debate() }, citizen("gleb"), Say{Text: text("x")}, CodeForbidden},
		{"a remark of someone who gave the seat up", func(sc *scene) { sc.debate(); sc.do(citizen("anna"), AnswerSeat{false}) }, citizen("anna"), Say{Text: text("x")}, CodeForbidden},
		{"a remark of someone not selected", func(sc *scene) { sc.debate() }, citizen("egor"), Say{Text: text("x")}, CodeForbidden},
		{"a remark of a moderator", func(sc *scene) { sc.debate() }, moderator, Say{Text: text("x")}, CodeForbidden},
		{"a remark in the curation", board, citizen("anna"), Say{Room: 1, Text: text("x")}, CodeWrongStage},
		{"a remark out of turn", func(sc *scene) { talk(sc); sc.do(citizen("boris"), RaiseHand{1, true}) }, citizen("anna"), Say{Room: 1, Text: text("x")}, CodeConflict},
		{"a remark where nobody has the floor", talk, citizen("anna"), Say{Room: 1, Text: text("x")}, CodeConflict},
		{"a remark in a paused room", func(sc *scene) { talk(sc); sc.do(facilitator, PauseRooms{1, 1, true}) }, citizen("anna"), Say{Room: 1, Text: text("x")}, CodeConflict},
		{"a remark at a table that was joined with another", func(sc *scene) { talk(sc); sc.do(facilitator, MergeTables{1, 2}) }, facilitator, Say{Room: 1, Text: text("x")}, CodeConflict},
		{"a remark that is too long", func(sc *scene) { sc.debate() }, citizen("anna"), Say{Room: 1, Text: text("x"), Characters: MaxRemark + 1}, CodeInvalid},

		// The floor.
		{"a step where there is no agenda", func(sc *scene) { sc.debate() }, facilitator, OpenStep{1, 2, 1}, CodeConflict},
		{"a step that the agenda does not have", talk, facilitator, OpenStep{1, 2, 5}, CodeInvalid},
		{"a step of tables that are not there", talk, facilitator, OpenStep{1, 3, 1}, CodeInvalid},
		{"a step of the main hall and a table", talk, facilitator, OpenStep{0, 1, 1}, CodeInvalid},
		{"a step before anyone is seated", func(sc *scene) {
			sc.create(func(s *Settings) {
				s.Stages = []Stage{{Kind: StageDebate}}
				s.Debate.Agenda = []Step{{Kind: StepOpening, Title: "x"}}
			})
			sc.open(0)
		}, facilitator, OpenStep{1, 1, 1}, CodeConflict},
		{"a step by a citizen", talk, citizen("anna"), OpenStep{1, 1, 1}, CodeForbidden},
		{"a step ended by a person", talk, facilitator, EndStep{1, 2}, CodeForbidden},
		{"a step ended before its time", talk, system, EndStep{1, 2}, CodeConflict},
		{"a step ended that is not on", talk, system, EndStep{1, 1}, CodeConflict},
		{"a step ended while paused", func(sc *scene) {
			talk(sc)
			sc.do(facilitator, PauseRooms{1, 1, true})
			sc.clock += 3_600_000
		}, system, EndStep{1, 2}, CodeConflict},
		{"a step moved by nothing", talk, facilitator, ExtendStep{1, 1, 0}, CodeInvalid},
		{"a step without a clock moved", func(sc *scene) { talk(sc); sc.do(facilitator, OpenStep{1, 2, 1}) }, facilitator, ExtendStep{1, 2, 60}, CodeConflict},
		{"a wish to move on at another step", talk, citizen("anna"), MoveOn{1, 1, true, []uint64{1, 2}}, CodeConflict},
		{"a wish to move on elsewhere", talk, citizen("anna"), MoveOn{2, 2, true, []uint64{1, 2}}, CodeForbidden},
		{"a wish to move on in the main hall", func(sc *scene) { talk(sc); sc.do(facilitator, OpenStep{0, 0, 1}) }, citizen("anna"), MoveOn{0, 1, true, []uint64{1, 2}}, CodeForbidden},
		{"a hand where anyone may speak", func(sc *scene) { talk(sc); sc.do(facilitator, OpenStep{1, 2, 1}) }, citizen("anna"), RaiseHand{1, true}, CodeConflict},
		{"a hand by who speaks", func(sc *scene) { talk(sc); sc.do(citizen("anna"), RaiseHand{1, true}) }, citizen("anna"), RaiseHand{1, true}, CodeConflict},
		{"a hand at another table", talk, citizen("anna"), RaiseHand{2, true}, CodeForbidden},
		{"a facilitator's hand", talk, facilitator, RaiseHand{1, true}, CodeForbidden},
		{"the turn of nobody passed", talk, facilitator, PassTurn{1, 0}, CodeConflict},
		{"another's turn passed", turn, citizen("boris"), PassTurn{1, 1}, CodeForbidden},
		{"a turn passed that is over", turn, citizen("anna"), PassTurn{1, 2}, CodeConflict},
		{"a turn ended by the clock before its time", turn, system, PassTurn{1, 1}, CodeConflict},
		{"a turn ended by the clock though nobody waits", func(sc *scene) { turn(sc); sc.do(citizen("boris"), RaiseHand{1, false}); sc.clock += 3_600_000 }, system, PassTurn{1, 1}, CodeConflict},
		{"another's turn made longer", turn, citizen("boris"), ExtendTurn{1, 1}, CodeForbidden},
		{"a turn made longer a third time", func(sc *scene) {
			turn(sc)
			sc.do(citizen("anna"), ExtendTurn{1, 1})
			sc.do(citizen("anna"), ExtendTurn{1, 1})
		}, citizen("anna"), ExtendTurn{1, 1}, CodeConflict},

		// Reactions, reports of remarks, pins.
		{"a reaction to one's own", said, citizen("anna"), React{1, ReactionAgree}, CodeConflict},
		{"a reaction to another table", said, citizen("vera"), React{1, ReactionAgree}, CodeForbidden},
		{"a reaction of no kind", said, citizen("boris"), React{1, 4}, CodeInvalid},
		{"a reaction to nothing", said, citizen("boris"), React{2, ReactionAgree}, CodeNotFound},
		{"a reaction to what was removed", func(sc *scene) { said(sc); sc.do(moderator, RemoveRemark{1, why}) }, citizen("boris"), React{1, ReactionAgree}, CodeConflict},
		{"a report without a reason", said, citizen("boris"), FlagRemark{1, 0, Digest{}}, CodeInvalid},
		{"a report of one's own", said, citizen("anna"), FlagRemark{1, FlagSpam, Digest{}}, CodeConflict},
		{"a report twice", flagged, citizen("boris"), FlagRemark{1, FlagSpam, Digest{}}, CodeConflict},
		{"a report from another table", said, citizen("vera"), FlagRemark{1, FlagSpam, Digest{}}, CodeForbidden},
		{"a report settled by a citizen", flagged, citizen("boris"), ResolveFlag{1, FlagKept, why}, CodeForbidden},
		{"a report settled without a reason", flagged, moderator, ResolveFlag{1, FlagKept, Digest{}}, CodeInvalid},
		{"a report left open", flagged, moderator, ResolveFlag{1, FlagOpen, why}, CodeInvalid},
		{"a report settled twice", func(sc *scene) { flagged(sc); sc.do(moderator, ResolveFlag{1, FlagKept, why}) }, moderator, ResolveFlag{1, FlagKept, why}, CodeConflict},
		{"a report that is not there", flagged, moderator, ResolveFlag{2, FlagKept, why}, CodeNotFound},
		{"a sixth pin", func(sc *scene) {
			said(sc)
			for n := range uint32(5) {
				sc.do(facilitator, PinRemark{n + 1, true})
				sc.do(facilitator, Say{Room: 1, Text: text("x")})
			}
		}, facilitator, PinRemark{6, true}, CodeConflict},

		// Questions, reports of tables, places.
		{"an empty question", talk, citizen("anna"), AskQuestion{1, Digest{}}, CodeInvalid},
		{"a question from another table", talk, citizen("anna"), AskQuestion{2, text("x")}, CodeForbidden},
		{"support for nothing", talk, citizen("anna"), SupportQuestion{1, true}, CodeNotFound},
		{"support by a facilitator", asked, facilitator, SupportQuestion{1, true}, CodeForbidden},
		{"one's own question without support", asked, citizen("anna"), SupportQuestion{1, false}, CodeConflict},
		{"a question folded into itself", asked, facilitator, FoldQuestions{1, []uint32{1}}, CodeConflict},
		{"a circle of folded questions", func(sc *scene) { asked(sc); sc.do(facilitator, FoldQuestions{1, []uint32{2}}) }, facilitator, FoldQuestions{2, []uint32{1}}, CodeConflict},
		{"nothing folded", asked, facilitator, FoldQuestions{Into: 1}, CodeInvalid},
		{"a folded question answered", func(sc *scene) { asked(sc); sc.do(facilitator, FoldQuestions{1, []uint32{2}}) }, planner, AnswerQuestion{2, text("x")}, CodeConflict},
		{"an empty answer", asked, planner, AnswerQuestion{1, Digest{}}, CodeInvalid},
		{"an answer by a citizen", asked, citizen("boris"), AnswerQuestion{1, text("x")}, CodeForbidden},
		{"a question taken that is not there", asked, planner, TakeQuestion{3}, CodeNotFound},
		{"a report of the main hall", talk, citizen("anna"), PostReport{0, text("x")}, CodeInvalid},
		{"an empty report", talk, citizen("anna"), PostReport{1, Digest{}}, CodeInvalid},
		{"a report of another table", talk, citizen("anna"), PostReport{2, text("x")}, CodeForbidden},
		{"a place in the main hall", talk, facilitator, PlacePeople{PlaceByFacilitator, []uint64{1}, []uint32{0}}, CodeInvalid},
		{"a place at a table that is not there", talk, facilitator, PlacePeople{PlaceByFacilitator, []uint64{1}, []uint32{3}}, CodeInvalid},
		{"a place for someone without a seat", talk, facilitator, PlacePeople{PlaceByFacilitator, []uint64{6}, []uint32{1}}, CodeNotFound},
		{"a place twice", talk, facilitator, PlacePeople{PlaceByFacilitator, []uint64{1, 1}, []uint32{2, 2}}, CodeInvalid},
		{"a place for no reason", talk, facilitator, PlacePeople{0, []uint64{1}, []uint32{2}}, CodeInvalid},
		{"people without as many tables", talk, facilitator, PlacePeople{PlaceByFacilitator, []uint64{1}, nil}, CodeInvalid},
		{"a table joined with itself", talk, facilitator, MergeTables{1, 1}, CodeInvalid},
		{"a table joined twice", func(sc *scene) { talk(sc); sc.do(facilitator, MergeTables{1, 2}) }, facilitator, MergeTables{1, 2}, CodeConflict},
		{"tables taken by a planner", talk, planner, TakeTables{1, 2}, CodeForbidden},
		{"tables taken that are not there", talk, facilitator, TakeTables{1, 3}, CodeInvalid},
		{"arguments for one side", func(*scene) {}, planner, Create{with(func(s *Settings) { s.Debate.Arguments = []Argument{{"for", "a", "", ""}, {"for", "b", "", ""}} })}, CodeInvalid},
		{"a call link without https", func(*scene) {}, planner, Create{with(func(s *Settings) { s.Debate.CallLink = "javascript:alert(1)" })}, CodeInvalid},
		{"a step of the agenda without a title", func(*scene) {}, planner, Create{with(func(s *Settings) { s.Debate.Agenda = []Step{{Kind: StepOpening}} })}, CodeInvalid},

		// Proposals.
		{"a proposal from nothing", rated, planner, PutProposal{ProposalPut{Title: "x", Summary: "y"}}, CodeInvalid},
		{"a proposal from an item that is not there", rated, planner, PutProposal{ProposalPut{Items: []uint32{3}, Title: "x", Summary: "y"}}, CodeNotFound},
		{"a proposal from an item twice", rated, planner, PutProposal{ProposalPut{Items: []uint32{1, 1}, Title: "x", Summary: "y"}}, CodeInvalid},
		{"a proposal without words", rated, planner, PutProposal{ProposalPut{Items: []uint32{1}}}, CodeInvalid},
		{"a proposal with a hidden character", rated, planner, PutProposal{ProposalPut{Items: []uint32{1}, Title: "x\u202e", Summary: "y"}}, CodeInvalid},
		{"an item in two proposals", proposed, planner, PutProposal{ProposalPut{Items: []uint32{1}, Title: "x", Summary: "y"}}, CodeConflict},
		{"a proposal worded anew that is not there", proposed, planner, PutProposal{ProposalPut{Proposal: 2, Items: []uint32{1}, Title: "x", Summary: "y"}}, CodeNotFound},
		{"a proposal by a moderator", rated, moderator, PutProposal{ProposalPut{Items: []uint32{1}, Title: "x", Summary: "y"}}, CodeForbidden},
		{"a proposal before the rating", board, planner, PutProposal{ProposalPut{Items: []uint32{1}, Title: "x", Summary: "y"}}, CodeWrongStage},
		{"an answer without a reason", proposed, planner, AnswerProposal{ProposalAnswered{Proposal: 1, Decision: VerdictNo}}, CodeInvalid},
		{"an acceptance that nobody answers for", proposed, planner, AnswerProposal{ProposalAnswered{Proposal: 1, Decision: VerdictAccepted, Reason: "yes"}}, CodeInvalid},
		{"an answer without a decision", proposed, planner, AnswerProposal{ProposalAnswered{Proposal: 1, Reason: "yes"}}, CodeInvalid},
		{"an answer to nothing", proposed, planner, AnswerProposal{ProposalAnswered{Proposal: 2, Decision: VerdictNo, Reason: "no"}}, CodeNotFound},
		{"progress before an answer", proposed, planner, ReportProgress{ProposalProgressed{1, ProgressDone, "done"}}, CodeConflict},
		{"progress of what was declined", func(sc *scene) {
			proposed(sc)
			sc.do(planner, AnswerProposal{ProposalAnswered{Proposal: 1, Decision: VerdictNo, Reason: "no"}})
		}, planner, ReportProgress{ProposalProgressed{1, ProgressDone, "done"}}, CodeConflict},

		{"a reply to nothing", func(sc *scene) { sc.debate() }, citizen("anna"), Say{Room: 1, ReplyTo: 1, Text: text("x")}, CodeNotFound},
		{"a reply to another room", func(sc *scene) { sc.debate(); sc.do(citizen("anna"), Say{Text: text("x")}) }, citizen("anna"), Say{Room: 1, ReplyTo: 1, Text: text("y")}, CodeNotFound},
		{"removing a remark that is not there", func(sc *scene) { sc.debate() }, moderator, RemoveRemark{1, why}, CodeNotFound},
		{"removing without a reason", func(sc *scene) { sc.debate(); sc.do(citizen("anna"), Say{Text: text("x")}) }, moderator, RemoveRemark{1, Digest{}}, CodeInvalid},
		{"removing twice", func(sc *scene) {
			sc.debate()
			sc.do(citizen("anna"), Say{Text: text("x")})
			sc.do(moderator, RemoveRemark{1, why})
		}, facilitator, RemoveRemark{1, why}, CodeConflict},
		{"removing as a citizen", func(sc *scene) { sc.debate(); sc.do(citizen("anna"), Say{Text: text("x")}) }, citizen("anna"), RemoveRemark{1, why}, CodeForbidden},
		{"an empty idea", func(sc *scene) { sc.debate() }, citizen("anna"), SubmitIdea{Lang: "en"}, CodeInvalid},
		{"an idea in no language", func(sc *scene) { sc.debate() }, citizen("anna"), SubmitIdea{Text: text("x"), Lang: "english"}, CodeInvalid},
		{"an idea of someone not selected", func(sc *scene) { sc.debate() }, citizen("egor"), SubmitIdea{Text: text("x"), Lang: "en"}, CodeForbidden},
		{"an idea from a remark that is not there", func(sc *scene) { sc.debate() }, citizen("anna"), SubmitIdea{text("x"), "en", 1}, CodeNotFound},
		{"an idea from another table's remark", func(sc *scene) { sc.debate(); sc.do(citizen("vera"), Say{Room: 2, Text: text("x")}) }, citizen("anna"), SubmitIdea{text("y"), "en", 1}, CodeForbidden},
		{"ideas imported without times", importable, planner, ImportIdeas{IdeasImported{"en", []Digest{text("x")}, nil}}, CodeInvalid},
		{"no ideas imported", importable, planner, ImportIdeas{}, CodeInvalid},

		// Board.
		{"a clustering from the future", board, moderator, RecordClustering{Clustered{InputSeq: 1000}}, CodeInvalid},
		{"a clustering of more ideas than there are", board, moderator, RecordClustering{Clustered{Base: make([]uint32, 7)}}, CodeInvalid},
		{"a clustering that another overtook", board, moderator, RecordClustering{Clustered{InputSeq: 1}}, CodeConflict},
		{"a clustering into a cluster that is not there", board, moderator, overNow{New: 1, Base: []uint32{5}}, CodeInvalid},
		{"a clustering of more clusters than ideas", board, moderator, overNow{New: 1<<32 - 1, Base: []uint32{1}}, CodeInvalid},
		{"a merge of one", board, moderator, MergeClusters{Into: 1, Reason: why}, CodeInvalid},
		{"a merge with itself", board, moderator, MergeClusters{1, []uint32{1}, why}, CodeInvalid},
		{"a merge of one twice", board, moderator, MergeClusters{1, []uint32{2, 2}, why}, CodeInvalid},
		{"a merge into nothing", board, moderator, MergeClusters{9, []uint32{1}, why}, CodeNotFound},
		{"a merge of nothing", board, moderator, MergeClusters{1, []uint32{0}, why}, CodeNotFound},
		{"a merge of a merged one", func(sc *scene) { board(sc); sc.do(moderator, MergeClusters{1, []uint32{2}, why}) }, moderator, MergeClusters{3, []uint32{2}, why}, CodeConflict},
		{"a merge into a merged one", func(sc *scene) { board(sc); sc.do(moderator, MergeClusters{1, []uint32{2}, why}) }, moderator, MergeClusters{2, []uint32{3}, why}, CodeConflict},
		{"a merge without a reason", board, moderator, MergeClusters{Into: 1, From: []uint32{2}}, CodeInvalid},
		{"a merge by a planner", board, planner, MergeClusters{1, []uint32{2}, why}, CodeForbidden},
		{"a split of all", board, moderator, SplitCluster{From: 2, Ideas: []uint32{4, 5}, Reason: why}, CodeInvalid},
		{"a split of nothing", board, moderator, SplitCluster{From: 1, Reason: why}, CodeInvalid},
		{"a split of an idea that lies elsewhere", board, moderator, SplitCluster{From: 1, Ideas: []uint32{4}, Reason: why}, CodeConflict},
		{"a split of an idea twice", board, moderator, SplitCluster{From: 1, Ideas: []uint32{1, 1}, Reason: why}, CodeInvalid},
		{"a split of an idea that is not there", board, moderator, SplitCluster{From: 1, Ideas: []uint32{7}, Reason: why}, CodeNotFound},
		{"a split without a reason", board, moderator, SplitCluster{From: 1, Ideas: []uint32{1}}, CodeInvalid},
		{"a move to nowhere", board, moderator, MoveIdeas{[]uint32{1}, 4, why}, CodeNotFound},
		{"a move of idea 0", board, moderator, MoveIdeas{[]uint32{0}, 1, why}, CodeNotFound},
		{"a move of too many", board, moderator, MoveIdeas{make([]uint32, MaxOperationIdeas+1), 1, why}, CodeInvalid},
		{"a name that is empty", board, moderator, RenameCluster{Cluster: 1, Reason: why}, CodeInvalid},
		{"hiding twice", func(sc *scene) { board(sc); sc.do(moderator, ShowCluster{1, false, why}) }, moderator, ShowCluster{1, false, why}, CodeConflict},
		{"showing what is shown", board, moderator, ShowCluster{1, true, why}, CodeConflict},
		{"hiding no ideas", board, moderator, ShowIdeas{Reason: why}, CodeInvalid},
		{"undoing what is no operation", board, moderator, UndoOperation{1, why}, CodeNotFound},
		{"undoing without a reason", func(sc *scene) { board(sc); sc.do(moderator, MergeClusters{1, []uint32{2}, why}) }, moderator, lastOperation{Digest{}}, CodeInvalid},
		{"undoing twice", func(sc *scene) {
			board(sc)
			sc.do(moderator, MergeClusters{1, []uint32{2}, why})
			sc.do(moderator, lastOperation{why})
		}, moderator, lastOperation{why}, CodeConflict},
		{"undoing a split that others build on", func(sc *scene) {
			board(sc)
			sc.do(moderator, SplitCluster{From: 1, Ideas: []uint32{1}, Reason: why})
			sc.do(moderator, MoveIdeas{[]uint32{6}, 4, why})
		}, moderator, operationAt{0}, CodeConflict},
		{"undoing a split whose cluster was merged", func(sc *scene) {
			board(sc)
			sc.do(moderator, SplitCluster{From: 1, Ideas: []uint32{1}, Reason: why})
			sc.do(moderator, MergeClusters{2, []uint32{4}, why})
		}, moderator, operationAt{0}, CodeConflict},
		{"undoing a split that is put to the rating", func(sc *scene) {
			board(sc)
			sc.do(moderator, SplitCluster{From: 1, Ideas: []uint32{1}, Reason: why})
			sc.do(moderator, FreezeItems{[]Item{{Cluster: 4, Idea: 1}}})
		}, moderator, operationAt{0}, CodeConflict},
		{"moderating while people apply", applications, moderator, ShowIdeas{[]uint32{1}, false, why}, CodeWrongStage},

		// Rating.
		{"an empty list of items", board, moderator, FreezeItems{}, CodeInvalid},
		{"an item twice", board, moderator, FreezeItems{[]Item{{1, 1, Digest{}}, {1, 1, Digest{}}}}, CodeInvalid},
		{"an item of nothing", board, moderator, FreezeItems{[]Item{{Cluster: 1}}}, CodeInvalid},
		{"an item of both", board, moderator, FreezeItems{[]Item{{1, 1, text("summary")}}}, CodeInvalid},
		{"an item of an idea that is not there", board, moderator, FreezeItems{[]Item{{Idea: 7}}}, CodeNotFound},
		{"an item of a cluster that is not there", board, moderator, FreezeItems{[]Item{{Cluster: 4, Idea: 1}}}, CodeNotFound},
		{"an item of a merged cluster", func(sc *scene) { board(sc); sc.do(moderator, MergeClusters{1, []uint32{2}, why}) }, moderator, FreezeItems{[]Item{{Cluster: 2, Idea: 4}}}, CodeNotFound},
		{"an item of a hidden idea", func(sc *scene) { board(sc); sc.do(moderator, ShowIdeas{[]uint32{1}, false, why}) }, moderator, FreezeItems{[]Item{{Idea: 1}}}, CodeConflict},
		{"an item of an erased idea", func(sc *scene) { board(sc); sc.do(registrar, EraseText{EraseIdea, 1, "unlawful"}) }, moderator, FreezeItems{[]Item{{Idea: 1}}}, CodeConflict},
		{"other items once ballots are out", func(sc *scene) { sc.debate(); sc.rating(); sc.open(atCuration) }, moderator, FreezeItems{[]Item{{Idea: 1}}}, CodeConflict},
		{"imported items once ballots are out", func(sc *scene) { sc.debate(); sc.rating() }, planner, ImportItems{FreezeItems{[]Item{{Idea: 1}}}}, CodeConflict},
		{"ballots that are not sorted", func(sc *scene) { sc.debate(); sc.rating() }, system, IssueBallots{Pseudonyms: reversed(sorted(name("1"), name("2")))}, CodeInvalid},
		{"ballots by a planner", func(sc *scene) { sc.debate(); sc.rating() }, planner, IssueBallots{Pseudonyms: []Pseudonym{name("1")}}, CodeForbidden},
		{"ballots before the rating", board, system, IssueBallots{Pseudonyms: []Pseudonym{name("1")}}, CodeWrongStage},
		{"a vote without a ballot", func(sc *scene) { sc.debate(); sc.rating() }, ballot("vera"), Vote{Item: 1, Value: Agree}, CodeForbidden},
		{"a vote under the debate's name", func(sc *scene) { sc.debate(); sc.rating() }, citizen("anna"), Vote{Item: 1, Value: Agree}, CodeForbidden},
		{"a ballot under the debate's name", func(sc *scene) { sc.debate(); sc.rating() }, Who{RoleBallot, name("anna")}, Vote{Item: 1, Value: Agree}, CodeForbidden},
		{"a vote on item 0", func(sc *scene) { sc.debate(); sc.rating() }, ballot("anna"), Vote{Item: 0, Value: Agree}, CodeNotFound},
		{"a vote on an item that is not there", func(sc *scene) { sc.debate(); sc.rating() }, ballot("anna"), Vote{Item: 3, Value: Agree}, CodeNotFound},
		{"a vote that says nothing", func(sc *scene) { sc.debate(); sc.rating() }, ballot("anna"), Vote{Item: 1, Value: 0}, CodeInvalid},
		{"a vote of another value", func(sc *scene) { sc.debate(); sc.rating() }, ballot("anna"), Vote{Item: 1, Value: 4}, CodeInvalid},
		{"a vote when the rating is over", func(sc *scene) { sc.debate(); sc.rating(); sc.open(atResults) }, ballot("anna"), Vote{Item: 1, Value: Agree}, CodeWrongStage},
		{"imported votes of a ballot that is not there", (*scene).imported, planner, ImportVotes{VotesImported{[]uint64{3}, []uint32{1}, []VoteValue{Agree}}}, CodeInvalid},
		{"imported votes in uneven columns", (*scene).imported, planner, ImportVotes{VotesImported{[]uint64{1}, []uint32{1, 2}, []VoteValue{Agree}}}, CodeInvalid},
		{"imported votes for people's ballots", func(sc *scene) { sc.debate(); sc.rating() }, planner, ImportVotes{VotesImported{[]uint64{1}, []uint32{1}, []VoteValue{Agree}}}, CodeConflict},
		{"imported ballots beside people's", func(sc *scene) { sc.debate(); sc.rating() }, planner, ImportBallots{[]Pseudonym{name("1")}}, CodeConflict},
		{"a tally of no votes", func(sc *scene) { sc.debate(); sc.rating() }, planner, RecordTally{}, CodeConflict},
		{"a tally from the future", func(sc *scene) { sc.debate(); sc.rating(); sc.do(ballot("anna"), Vote{Item: 1, Value: Agree}) }, planner, RecordTally{Tallied{InputSeq: 1000}}, CodeInvalid},

		// Erasure.
		{"an erasure for a reason in free words", board, registrar, EraseText{EraseIdea, 1, "it said that X did Y"}, CodeInvalid},
		{"an erasure of nothing", board, registrar, EraseText{EraseIdea, 7, "unlawful"}, CodeNotFound},
		{"an erasure of no kind", board, registrar, EraseText{9, 1, "unlawful"}, CodeNotFound},
		{"an erasure of an operation that is not there", board, registrar, EraseText{EraseReason, 1, "unlawful"}, CodeNotFound},
		{"an erasure twice", func(sc *scene) { board(sc); sc.do(registrar, EraseText{EraseIdea, 1, "unlawful"}) }, moderator, EraseText{EraseIdea, 1, "unlawful"}, CodeConflict},
		{"an erasure of an application by a moderator", board, moderator, EraseText{EraseApplication, 1, "unlawful"}, CodeForbidden},
		{"an erasure by a planner", board, planner, EraseText{EraseIdea, 1, "unlawful"}, CodeForbidden},
	} {
		t.Run(c.name, func(t *testing.T) {
			sc := newScene(t)
			c.set(sc)
			if now, ok := c.cmd.(placed); ok {
				c.cmd = now.at(sc.state)
			}
			sc.refused(c.who, c.cmd, c.code)
		})
	}
}

// placed is a command of the table that is known once the scene is set.
type placed interface {
	Command
	at(*State) Command
}

// overNow is a clustering of the present state.
type overNow Clustered

func (overNow) Action() Action { return ActionCluster }

func (c overNow) decide(s *State, in *Input) error { return c.at(s).decide(s, in) }

func (c overNow) at(s *State) Command {
	c.InputSeq = s.Seq
	return RecordClustering{Clustered(c)}
}

// lastOperation undoes the board's last operation, operationAt the one at that
// index.
type lastOperation struct{ reason Digest }

func (lastOperation) Action() Action { return ActionModerate }

func (c lastOperation) decide(s *State, in *Input) error { return c.at(s).decide(s, in) }

func (c lastOperation) at(s *State) Command {
	return UndoOperation{s.Board.Operations[len(s.Board.Operations)-1].Seq, c.reason}
}

type operationAt struct{ i int }

func (operationAt) Action() Action { return ActionModerate }

func (c operationAt) decide(s *State, in *Input) error { return c.at(s).decide(s, in) }

func (c operationAt) at(s *State) Command { return UndoOperation{s.Board.Operations[c.i].Seq, why} }

// drawing is a topic in its draw with three applicants.
// panelOf is drawing with a panel of another size.
func panelOf(size uint32) func(sc *scene) {
	return func(sc *scene) {
		drawing(sc)
		settings := sc.state.Settings
		settings.PanelSize = size
		sc.do(planner, ChangeSettings{settings})
	}
}

func drawing(sc *scene) { applications(sc); sc.apply("anna", "boris", "vera"); sc.open(atDraw) }

func with(change func(*Settings)) Settings {
	s := allStages()
	change(&s)
	return s
}

func reversed(list []Pseudonym) []Pseudonym {
	for i, j := 0, len(list)-1; i < j; i, j = i+1, j-1 {
		list[i], list[j] = list[j], list[i]
	}
	return list
}

// The same client id counts once and gives the same answer, whatever the stage
// is by then; another action or another person under it is another command.
func TestClientIDCountsOnce(t *testing.T) {
	sc := newScene(t)
	sc.debate()
	twice := func(who Who, c Command) (uint64, uint64) {
		first, err := sc.tryAs(who, "one id", c)
		if err != nil {
			t.Fatal(err)
		}
		events := len(sc.log)
		again, err := sc.tryAs(who, "one id", c)
		if err != nil {
			t.Fatal(err)
		}
		if len(sc.log) != events {
			t.Fatalf("%T counted twice", c)
		}
		return first, again
	}
	if a, b := twice(citizen("anna"), Say{Room: 1, Text: text("hello")}); a != 1 || b != 1 {
		t.Errorf("the remark was answered as %d and %d", a, b)
	}
	if a, b := twice(citizen("boris"), Say{Room: 1, Text: text("hello")}); a != 2 || b != 2 {
		t.Errorf("another person's remark under the id was answered as %d and %d", a, b)
	}
	if a, b := twice(citizen("anna"), SubmitIdea{Text: text("idea"), Lang: "en"}); a != 1 || b != 1 {
		t.Errorf("the idea under the remark's id was answered as %d and %d", a, b)
	}
	sc.open(atCuration)
	if again, err := sc.tryAs(citizen("anna"), "one id", Say{Room: 1, Text: text("hello")}); err != nil || again != 1 {
		t.Errorf("sent again in the next step: %d, %v", again, err)
	}
	if d, ok := sc.state.Done(citizen("boris"), ActionSay, "one id"); !ok || d.Answer != 2 || !d.Repeated {
		t.Errorf("Done answers %+v, %v", d, ok)
	}
	if _, ok := sc.state.Done(citizen("boris"), ActionSubmitIdea, "one id"); ok {
		t.Error("Done knows what was never sent")
	}
	if _, ok := sc.state.Done(citizen("boris"), ActionSay, ""); ok {
		t.Error("Done knows a command without an id")
	}
}

// Client ids are remembered in a ring: the oldest are forgotten first, and the
// ring survives a snapshot.
func TestClientRing(t *testing.T) {
	s := NewState()
	for i := uint64(1); i <= clientRing+10; i++ {
		s.remember(ClientAnswer{Client: i, Seq: i, Answer: i})
	}
	whole := func(s *State) {
		t.Helper()
		for i := uint64(1); i <= clientRing+10; i++ {
			if d, ok := s.done(i); ok != (i > 10) || (ok && d.Answer != i) {
				t.Fatalf("client %d: %+v, %v", i, d, ok)
			}
		}
	}
	whole(s)
	back, err := ReadSnapshot(s.AppendSnapshot(nil))
	if err != nil {
		t.Fatal(err)
	}
	whole(back)
	back.remember(ClientAnswer{Client: 1 << 40})
	if _, ok := back.done(11); ok {
		t.Error("the oldest was not the next to be forgotten")
	}
}

// Undoing in another order than doing leaves what the rest would have made.
func TestUndoOutOfOrder(t *testing.T) {
	sc := newScene(t)
	board(sc)
	do := func(c Command) uint64 { sc.do(moderator, c); return sc.state.Seq }
	undo := func(seq uint64) { sc.do(moderator, UndoOperation{seq, why}) }
	show := func(want string) {
		t.Helper()
		got := ""
		for n := uint32(1); n <= 6; n++ {
			got += fmt.Sprint(sc.state.Board.Cluster(n))
		}
		if got != want {
			t.Errorf("ideas 1–6 are in clusters %s, want %s", got, want)
		}
	}
	show("111223")
	first := do(MergeClusters{1, []uint32{2}, why})
	second := do(MergeClusters{3, []uint32{1}, why})
	show("333333")
	undo(first)
	show("333223")
	split := do(SplitCluster{From: 3, Ideas: []uint32{1, 6}, Reason: why})
	show("433224")
	moved := do(MoveIdeas{[]uint32{4}, 4, why})
	show("433424")
	undo(second)
	show("411424")
	sc.refused(moderator, UndoOperation{split, why}, CodeConflict)
	undo(moved)
	undo(split)
	show("111223")
	sc.cluster(1, 5, 5, 5, 4, 2, 2) // a run that puts an idea in the undone split
	show("555322")
}

// Settings name every fault at once, by field.
func TestSettingsFaultsByField(t *testing.T) {
	s := with(func(s *Settings) { s.Title, s.Lang, s.Quotas[1].Value = "", "x", "none" })
	err := s.Validate()
	f, ok := err.(*Fault)
	if !ok {
		t.Fatal(err)
	}
	var fields []string
	for _, p := range f.Places {
		fields = append(fields, p.Field)
	}
	if got := strings.Join(fields, " "); got != "title lang quotas[1].value" {
		t.Errorf("the fields at fault are %s", got)
	}
}

// A call's link leads where it seems to lead.
func TestCallLink(t *testing.T) {
	for link, good := range map[string]bool{
		"": true, "https://call.example/{table}": true, "https://call.example:8443/t?n={table}&by=a@b#x": true, "https://звонок.example/стол": true,
		"http://call.example": false, "call.example": false, "https://": false, "https:///t": false, "https://city@evil.example/{table}": false,
		"https://city:x@evil.example": false, "https://call.example/a b": false, "https://call.example/\"": false, "https://call.example/<b>": false,
		"https://call.example\\@evil.example": false, "javascript:alert(1)": false, "https://call.example/\n": false, "https://call.example?u=a@b": true,
	} {
		s := with(func(s *Settings) { s.Debate.CallLink = link })
		if err := s.Validate(); (err == nil) != good {
			t.Errorf("%q: %v", link, err)
		}
	}
}
