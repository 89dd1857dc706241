package rehearsal

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"testing"
	"time"

	"veche/selection"
	"veche/server/analysis"
	"veche/server/topic"
)

// Settings are those of the rehearsed topic.
func Settings() topic.Settings {
	t := topic.Settings{
		ID: "river-park", Title: "River park", Question: "What should become of the river bank?", Lang: "en",
		Promise: "The council answers the ten best ideas.", PanelSize: 24, TableSize: 8, TableRounds: 2,
		Form: topic.Form{ConsentVersion: "1", Consent: "We keep what you answer until the results are out.", Features: []topic.Feature{
			{Name: "sex", Label: "Sex", Options: []string{"female", "male"}},
			{Name: "age", Label: "Age", Options: []string{"16-34", "35-59", "60+"}},
			{Name: "district", Label: "District", Options: []string{"north", "south", "islands"}},
		}},
		Quotas: []topic.Quota{
			{Feature: "sex", Value: "female", Min: 12, Max: 12},
			{Feature: "sex", Value: "male", Min: 12, Max: 12},
			{Feature: "age", Value: "16-34", Min: 7, Max: 9},
			{Feature: "age", Value: "35-59", Min: 7, Max: 9},
			{Feature: "age", Value: "60+", Min: 7, Max: 9},
			{Feature: "district", Value: "north", Min: 8, Max: 12},
			{Feature: "district", Value: "south", Min: 8, Max: 12},
			{Feature: "district", Value: "islands", Min: 2, Max: 6},
		},
	}
	t.Debate.Agenda = []topic.Step{
		{Kind: topic.StepOpening, Title: "Who we are", Minutes: 5},
		{Kind: topic.StepDiscussion, Title: "The bank", Prompt: "What should it be?", Minutes: 30, Turns: true, TurnSeconds: 90},
		{Kind: topic.StepReport, Title: "What we tell the hall"},
	}
	for _, k := range []topic.StageKind{topic.StageApplications, topic.StageDraw, topic.StageDebate, topic.StageCuration, topic.StageRating, topic.StageResults} {
		t.Stages = append(t.Stages, topic.Stage{Kind: k})
	}
	return t
}

// Apply opens the topic and lets people apply; one of them withdraws.
func (p *Play) Apply(people int) {
	t := Settings()
	p.Do(Planner, topic.Create{Settings: t})
	p.Do(Planner, topic.OpenStage{Index: 0})
	for i := range people {
		answers := map[string]string{
			"sex": t.Form.Features[0].Options[i%2], "age": t.Form.Features[1].Options[(i/2)%3], "district": t.Form.Features[2].Options[[]int{0, 1, 0, 1, 2}[(i/3)%5]],
		}
		home := ""
		if i%20 < 2 {
			home = []string{"1 Quay Street", "1, quay street"}[i%2]
		}
		row, err := t.Form.NewRow(answers, nil, nil, nil, home)
		if err != nil {
			p.tb.Fatal(err)
		}
		p.Now += 600_000
		p.Do(topic.Who{Role: topic.RoleCitizen, Pseudonym: p.Random()}, topic.Apply{Row: p.Text(string(row.Bytes())), Consent: "1"})
	}
	p.Do(p.Citizen(7), topic.Withdraw{})
}

// Draw draws the panel, lets two decline, replaces them and seats tables for two
// rounds, a pair together and one apart.
func (p *Play) Draw() {
	p.Do(Planner, topic.OpenStage{Index: 1})
	public := topic.Beacon{Kind: topic.BeaconPublic, Source: "the city lottery's numbers of 3 March"}
	p.Commit(public)
	p.Do(Planner, topic.AbortDraw{Reason: "The quota of the islands was mistyped."})
	l := p.Lottery()
	p.Commit(public)
	p.Keeping(l, "4 8 15 16 23 42")
	for i := range p.State.Seats {
		p.Do(p.Citizen(p.State.Seats[i].Application), topic.AnswerSeat{Accept: i != 3 && i != 11})
	}
	p.Round("second beacon")
	for i := 24; i < len(p.State.Seats); i++ {
		p.Do(p.Citizen(p.State.Seats[i].Application), topic.AnswerSeat{Accept: true})
	}
	pairs := analysis.NewPairs("the salt of the pairs", [][2]uint32{{1, 2}}, [][2]uint32{{3, 5}})
	seated, blobs, err := analysis.Tables(context.Background(), p.State, p.Rows(), "tables", pairs)
	if err != nil {
		p.tb.Fatal(err)
	}
	p.Keep(blobs)
	p.Do(Planner, topic.RecordTables{TablesSeated: seated})
}

// Program is the program that a rehearsal names in its commitments: always the
// same, whatever was built.
var Program = selection.Program{Version: "rehearsal", Method: selection.Method, Sources: sha256.Sum256([]byte("rehearsal"))}

// Terms are those of a commitment made now to a beacon.
func (p *Play) Terms(b topic.Beacon) analysis.Terms {
	p.tb.Helper()
	t := analysis.Terms{Program: Program, Beacon: b, Time: time.UnixMilli(p.Now), Reason: analysis.ReasonForAnother(p.State)}
	for i := range p.State.Commitments {
		t.Earlier = append(t.Earlier, *p.Commitment(i + 1))
	}
	return t
}

// Commitment is a commitment of the topic, by its number.
func (p *Play) Commitment(number int) *selection.Commitment {
	p.tb.Helper()
	c, err := analysis.ParseCommitment(p.Blobs[p.State.Commitments[number-1].Result])
	if err != nil {
		p.tb.Fatal(err)
	}
	return c
}

// Lottery is the draw that the state asks for.
func (p *Play) Lottery() *analysis.Lottery {
	p.tb.Helper()
	l, err := analysis.Prepare(context.Background(), p.State, analysis.RowsOf(p.Rows()), false)
	if err != nil {
		p.tb.Fatal(err)
	}
	return l
}

// Commit fixes the next round.
func (p *Play) Commit(b topic.Beacon) {
	p.tb.Helper()
	event, blobs, err := p.Lottery().Commit(p.Terms(b))
	if err != nil {
		p.tb.Fatal(err)
	}
	p.Keep(blobs)
	p.Do(Planner, topic.CommitDraw{DrawCommitted: event})
}

// Keeping draws from the open commitment, the state being the one that it was
// made from.
func (p *Play) Keeping(l *analysis.Lottery, value string) {
	p.tb.Helper()
	n := p.State.Committed()
	v, err := analysis.BeaconValue(p.State.Commitments[n-1].Beacon, value, "")
	if err != nil {
		p.tb.Fatal(err)
	}
	drawn, blobs, err := l.Draw(context.Background(), analysis.Drawing{
		Commitment: p.Commitment(int(n)), Number: n, Earlier: p.Terms(topic.Beacon{}).Earlier[:n-1], Value: v,
	})
	if err != nil {
		p.tb.Fatal(err)
	}
	p.Keep(blobs)
	p.Do(Planner, topic.RecordDraw{Drawn: drawn})
}

// Round commits to a phrase and draws at once.
func (p *Play) Round(phrase string) {
	p.tb.Helper()
	l := p.Lottery()
	terms := p.Terms(topic.Beacon{Kind: topic.BeaconPhrase, Source: phrase})
	terms.Time = time.Time{}
	own, committed, err := l.Commit(terms)
	if err != nil {
		p.tb.Fatal(err)
	}
	c, err := analysis.ParseCommitment(committed.Result())
	if err != nil {
		p.tb.Fatal(err)
	}
	v, err := analysis.BeaconValue(terms.Beacon, "", "")
	if err != nil {
		p.tb.Fatal(err)
	}
	drawn, blobs, err := l.Draw(context.Background(), analysis.Drawing{Commitment: c, Number: uint32(len(p.State.Commitments) + 1), Earlier: terms.Earlier, Value: v})
	if err != nil {
		p.tb.Fatal(err)
	}
	p.Keep(append(blobs, committed...))
	drawn.Commitment = 0
	p.Do(Planner, topic.RecordDraw{Drawn: drawn, Own: own})
}

// Debate lets people talk and submit ideas, the last of them from a remark, and
// opens the second round of tables.
func (p *Play) Debate() {
	p.Now += Day
	p.Do(Planner, topic.OpenStage{Index: 2})
	speakers := p.participants()
	for i, n := range speakers {
		table, _ := p.State.Participant(n)
		said := fmt.Sprintf("%d. %s", i+1, remarks[i%len(remarks)])
		if i == 3 {
			said = "Call me on 555 0142 if you want to see it."
		}
		p.Do(p.Citizen(n), topic.Say{Room: table * uint32(i%2), Text: p.Text(said)})
	}
	p.Do(Moderator, topic.RemoveRemark{Remark: 2, Reason: p.Text("off the question")}) // at a table
	p.Do(Moderator, topic.RemoveRemark{Remark: 5, Reason: p.Text("an insult")})        // in the main hall
	for i, text := range ideas {
		lang := "en"
		if i%2 == 1 {
			lang = "ru"
		}
		origin := uint32(0)
		if i == len(ideas)-1 {
			origin = 1
		}
		p.Do(p.Citizen(speakers[i%len(speakers)]), topic.SubmitIdea{Text: p.Text(text), Lang: lang, Origin: origin})
	}
	p.talk(speakers)
	p.Do(Planner, topic.OpenTableRound{Round: 2})
}

// talk has the tables go through their agenda: one speaks in turn, reports a
// remark, asks the experts and tells the hall what it has come to.
func (p *Play) talk(speakers []uint64) {
	first, last := p.State.RoundTables()
	p.Do(Facilitator, topic.TakeTables{First: first, Last: last})
	p.Do(Facilitator, topic.OpenStep{From: first, To: last, Step: 2})
	one, two := speakers[0], uint64(0)
	table, _ := p.State.Participant(one)
	for _, n := range speakers[1:] {
		if at, _ := p.State.Participant(n); at == table {
			two = n
			break
		}
	}
	p.Do(p.Citizen(one), topic.RaiseHand{Room: table, Up: true})
	said := uint32(p.Do(p.Citizen(one), topic.Say{Room: table, Text: p.Text("Stairs down to the water.")}))
	p.Do(p.Citizen(two), topic.React{Remark: said, Reaction: topic.ReactionAgree})
	p.Do(p.Citizen(two), topic.RaiseHand{Room: table, Up: true})
	p.Do(p.Citizen(one), topic.PassTurn{Room: table, Turn: p.State.Floor(table).Turn})
	flag := uint32(p.Do(p.Citizen(two), topic.FlagRemark{Remark: 1, Reason: topic.FlagOffTopic, Note: p.Text("This is about the market.")}))
	p.Do(Moderator, topic.ResolveFlag{Flag: flag, Outcome: topic.FlagKept, Reason: p.Text("the market is by the bank")})
	p.moderate(one, two)
	question := uint32(p.Do(p.Citizen(two), topic.AskQuestion{Room: table, Text: p.Text("How often does the bank flood?")}))
	p.Do(Planner, topic.AnswerQuestion{Question: question, Text: p.Text("Every other spring.")})
	p.Do(p.Citizen(two), topic.PostReport{Room: table, Text: p.Text("We want stairs, and trees that stand water.")})
	p.Do(Facilitator, topic.PlacePeople{Cause: topic.PlaceByFacilitator, People: []uint64{one}, Tables: []uint32{table%last + 1}})
}

// moderate has an idea reported and removed, its author's appeal granted, a
// message of the main hall masked, removed and shown again, somebody warned and a
// problem reported.
func (p *Play) moderate(one, two uint64) {
	p.Do(Planner, topic.ChangeModeration{Moderation: topic.Moderation{Open: true, Responsible: "The ombudsman"}})
	p.Do(Moderator, topic.SaveReplies{Replies: []topic.Reply{{For: topic.ReplyRemoved, Lang: "en", Text: "It names a private person."}}})
	idea := uint32(1)
	for p.State.Ideas[idea-1].Author == two {
		idea++
	}
	author := p.Citizen(p.State.Ideas[idea-1].Author)
	p.Do(p.Citizen(two), topic.FlagIdea{Idea: idea, Reason: topic.FlagPersonalData})
	cases := []topic.Subject{topic.IdeaSubject(idea)}
	p.Do(Moderator, topic.ClaimCases{Subjects: cases})
	p.Do(Moderator, topic.SettleCases{Subjects: cases, Outcome: topic.FlagRemoved, Reason: p.Text("It names a private person.")})
	hear := func(n uint64) {
		p.Do(Second, topic.HearAppeal{Appeal: uint32(n), Outcome: topic.AppealGranted, Reason: p.Text("It does not.")})
	}
	hear(p.Do(author, topic.MakeAppeal{Subject: cases[0], Text: p.Text("It is the name of a street.")}))
	said := uint32(p.Do(p.Citizen(one), topic.Say{Text: p.Text("Ask me: 555 0143.")}))
	p.Do(p.Citizen(one), topic.MaskText{Subject: topic.RemarkSubject(said), Text: p.Text("Ask me: ███ ████."), Characters: 17})
	delete(p.Texts, p.State.Erasures[len(p.State.Erasures)-1].Digest)
	p.Do(Moderator, topic.RemoveRemark{Remark: said, Reason: p.Text("an advertisement")})
	hear(p.Do(p.Citizen(one), topic.MakeAppeal{Subject: topic.RemarkSubject(said), Text: p.Text("I only offered help.")}))
	p.Do(Planner, topic.ChangeModeration{Moderation: topic.Moderation{Before: true, Open: true, Responsible: "The ombudsman"}})
	first := uint32(p.Do(p.Citizen(one), topic.Say{Text: p.Text("May I say this?")}))
	p.Do(p.Citizen(one), topic.Say{Text: p.Text("And this, which nobody has read yet?")})
	p.Do(Moderator, topic.SettleCases{Subjects: []topic.Subject{topic.RemarkSubject(first)}, Outcome: topic.FlagKept, Reason: p.Text("nothing against it")})
	p.Do(Planner, topic.ChangeModeration{Moderation: topic.Moderation{Open: true, Responsible: "The ombudsman"}})
	p.Do(Moderator, topic.PunishPerson{Application: one, Kind: topic.SanctionWarning, Reason: p.Text("mind the rules")})
	p.Do(p.Citizen(two), topic.ReportTrouble{About: topic.TroubleProcess, Text: p.Text("The hall closed early.")})
	p.Do(Planner, topic.MoveTrouble{Trouble: 1, Status: topic.TroubleSolved, Text: p.Text("It opens again.")})
}

func (p *Play) participants() []uint64 {
	var list []uint64
	for i := range p.State.Seats {
		if p.State.Seats[i].Status == topic.SeatAccepted {
			list = append(list, p.State.Seats[i].Application)
		}
	}
	return list
}

// Cluster runs the machine over the ideas. What the tagger says is given, since
// it breaks ties by chance.
func (p *Play) Cluster(clusters int) {
	p.tb.Helper()
	told := &analysis.ClusterResult{Asked: uint32(clusters), Seed: "clusters", NounPhrases: nounPhrases}
	made, blobs, err := analysis.Recluster(context.Background(), p.State, p.IdeaTexts(), told)
	if err != nil {
		p.tb.Fatal(err)
	}
	p.Keep(blobs)
	p.Do(Moderator, topic.RecordClustering{Clustered: made})
}

// Curate clusters, lets a moderator work on the board, clusters again with an
// idea more and one less, and freezes the rating items.
func (p *Play) Curate() {
	p.Now += Day
	p.Cluster(5)
	p.Do(Planner, topic.OpenStage{Index: 3})
	live := p.State.Board.Clusters()
	p.Do(Moderator, topic.MergeClusters{Into: live[0], From: []uint32{live[1]}, Reason: p.Text("both speak of paths")})
	members := p.members(live[2])
	p.Do(Moderator, topic.SplitCluster{From: live[2], Ideas: members[:1], Title: p.Text("Something of its own"), Reason: p.Text("another matter")})
	rules := p.State.Moderation
	rules.Checked = 1 << topic.OperationRename
	p.Do(Planner, topic.ChangeModeration{Moderation: rules})
	for _, outcome := range []topic.DraftOutcome{topic.DraftRefused, topic.DraftConfirmed} {
		draft := uint32(p.Do(Moderator, topic.RenameCluster{Cluster: live[0], Title: p.Text("Paths and bridges"), Reason: p.Text("clearer")}))
		p.Do(Second, topic.SettleDraft{Draft: draft, Outcome: outcome, Reason: p.Text("on second thoughts")})
	}
	undo := uint32(p.Do(Moderator, topic.UndoOperation{Operation: p.State.Seq, Reason: p.Text("it was right before")}))
	p.Do(Second, topic.SettleDraft{Draft: undo, Outcome: topic.DraftRefused, Reason: p.Text("the new name is clearer")})
	p.Do(Moderator, topic.MoveIdeas{Ideas: p.members(live[3])[:1], To: live[0], Reason: p.Text("fits better")})
	p.Do(Moderator, topic.UndoOperation{Operation: p.State.Seq, Reason: p.Text("it was right before")})
	p.Do(Moderator, topic.ShowIdeas{Ideas: p.members(live[0])[:1], Shown: false, Reason: p.Text("names a person")})
	p.Erase(topic.EraseIdea, 5, "author-request")
	p.Erase(topic.EraseRemark, 4, "personal-data")
	p.Cluster(0)
	result, err := analysis.ParseCluster(p.Blobs[p.State.Board.Result])
	if err != nil {
		p.tb.Fatal(err)
	}
	var items []topic.Item
	for _, c := range analysis.Overlay(p.State, result) {
		if !c.Hidden && len(c.Representatives) > 0 {
			items = append(items, topic.Item{Cluster: c.Cluster, Idea: c.Representatives[0]})
		}
	}
	items = append(items, topic.Item{Cluster: live[0], Summary: p.Text("Build the paths that people asked for.")})
	p.Do(Moderator, topic.FreezeItems{Items: items})
}

func (p *Play) members(cluster uint32) []uint32 {
	var list []uint32
	for i := range p.State.Ideas {
		if p.State.Board.Cluster(uint32(i+1)) == cluster {
			list = append(list, uint32(i+1))
		}
	}
	return list
}

// Rate issues ballots, lets two camps vote over two days and counts.
func (p *Play) Rate() {
	p.Now += Day
	rule := p.State.DefaultRule()
	rule.Open, rule.Pairs = true, 3
	p.Do(Planner, topic.SetRule{RuleSet: topic.RuleSet{Rule: rule}})
	p.Do(Planner, topic.OpenStage{Index: 4})
	var pseudonyms []topic.Pseudonym
	for range p.participants() {
		pseudonyms = append(pseudonyms, p.Random())
	}
	slices.SortFunc(pseudonyms, func(a, b topic.Pseudonym) int { return bytes.Compare(a[:], b[:]) })
	p.Do(System, topic.IssueBallots{Pseudonyms: pseudonyms})
	for b := range p.State.Ballots {
		for item := range p.State.Items {
			if (b+2*item)%7 == 6 || b == 5 {
				continue // not everyone answers everything, one nothing
			}
			value := topic.Agree
			switch {
			case (b+item)%9 == 8:
				value = topic.Pass
			case (b%2 == 0) == (item%2 == 0):
				value = topic.Disagree
			}
			p.Do(p.Ballot(b), topic.Vote{Item: uint32(item + 1), Value: value})
		}
		if b == 11 {
			p.Now += Day
		}
	}
	p.Do(p.Ballot(0), topic.Vote{Item: 2, Value: topic.Pass}) // someone changes their mind
	for b := range 8 {                                        // and compares near-ties
		if !p.State.RatedEnough(uint64(b + 1)) {
			continue
		}
		left := uint32(1 + b%len(p.State.Items))
		right := uint32(1 + (b+2)%len(p.State.Items))
		p.Do(p.Ballot(b), topic.ComparePair{PairCompared: topic.PairCompared{Left: left, Right: right, Word: topic.PairWord(1 + b%3)}})
	}
	for i := range 4 { // the open public, all of one mind
		walker := topic.Who{Role: topic.RoleBallot, Pseudonym: p.Random()}
		for item := range p.State.Items[:min(2+i, len(p.State.Items))] {
			p.Do(walker, topic.OpenVote{Item: uint32(item + 1), Value: topic.Agree})
		}
		if i == 3 { // who is given a seat after all
			p.Do(System, topic.IssueBallots{Pseudonyms: []topic.Pseudonym{walker.Pseudonym}})
		}
	}
	p.Do(Planner, topic.OpenStage{Index: 5})
	p.Tally()
}

// Tally counts.
func (p *Play) Tally() {
	p.tb.Helper()
	counted, blobs, err := analysis.Tally(context.Background(), p.State, p.State.Rule().Seed)
	if err != nil {
		p.tb.Fatal(err)
	}
	p.Keep(blobs)
	p.Do(Planner, topic.RecordTally{Tallied: counted})
}

// Whole plays all of it with 60 applicants.
func Whole(tb testing.TB) *Play {
	p := New(tb)
	p.Apply(60)
	p.Draw()
	p.Debate()
	p.Curate()
	p.Rate()
	return p
}
