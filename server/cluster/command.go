package cluster

import (
	"fmt"
	"reflect"

	"veche/server/journal"
	"veche/server/topic"
)

// commands are all that can be asked of a topic, by the names of their types.
var commands = named(
	topic.AbortDraw{},
	topic.AddOption{},
	topic.AnswerForPanel{},
	topic.AnswerInvitation{},
	topic.AnswerProposal{},
	topic.AnswerQuestion{},
	topic.AnswerSeat{},
	topic.Apply{},
	topic.AskDeletion{},
	topic.AskDisclosure{},
	topic.AskQuestion{},
	topic.CastBallot{},
	topic.ChangeModeration{},
	topic.ChangeSettings{},
	topic.ClaimCases{},
	topic.ClaimPaper{},
	topic.ClosePoll{},
	topic.CommitDraw{},
	topic.ComparePair{},
	topic.CompleteImport{},
	topic.Create{},
	topic.DecideDeletion{},
	topic.DecideDisclosure{},
	topic.EndInvitation{},
	topic.EndStep{},
	topic.EnterPaper{},
	topic.EraseOwn{},
	topic.EraseRows{},
	topic.EraseText{},
	topic.ExtendStep{},
	topic.ExtendTurn{},
	topic.FlagIdea{},
	topic.FlagRemark{},
	topic.FoldQuestions{},
	topic.FreezeItems{},
	topic.GiveConsent{},
	topic.HandleSignal{},
	topic.HearAppeal{},
	topic.ImportBallots{},
	topic.ImportIdeas{},
	topic.ImportItems{},
	topic.ImportPeople{},
	topic.ImportVotes{},
	topic.InviteCoauthor{},
	topic.IssueBallots{},
	topic.IssuePollBallots{},
	topic.JudgeDouble{},
	topic.LeaveOutCluster{},
	topic.LiftSanction{},
	topic.LockCluster{},
	topic.MakeAppeal{},
	topic.MakePoll{},
	topic.MarkApplications{},
	topic.MarkIdeas{},
	topic.MaskText{},
	topic.MergeClusters{},
	topic.MergeTables{},
	topic.MoveIdeas{},
	topic.MoveOn{},
	topic.MoveTrouble{},
	topic.OpenPoll{},
	topic.OnBoard{},
	topic.OpenStage{},
	topic.OpenStep{},
	topic.OpenTableRound{},
	topic.OpenVote{},
	topic.PassTurn{},
	topic.PauseRooms{},
	topic.PinRemark{},
	topic.PlacePeople{},
	topic.PostReport{},
	topic.ProposeOption{},
	topic.PunishPerson{},
	topic.PutProposal{},
	topic.RaiseHand{},
	topic.React{},
	topic.RecordClustering{},
	topic.RecordDraw{},
	topic.RecordSignals{},
	topic.RecordTables{},
	topic.RecordTally{},
	topic.RemoveRemark{},
	topic.RenameCluster{},
	topic.RenewIdea{},
	topic.ReopenTrouble{},
	topic.ReportProgress{},
	topic.ReportTrouble{},
	topic.ResolveFlag{},
	topic.SaveReplies{},
	topic.Say{},
	topic.SetRule{},
	topic.SettleCases{},
	topic.SettleDraft{},
	topic.ShowCluster{},
	topic.ShowDisclosure{},
	topic.ShowIdeas{},
	topic.SplitCluster{},
	topic.SubmitIdea{},
	topic.SummariseCluster{},
	topic.SupportQuestion{},
	topic.TakeQuestion{},
	topic.TakeTables{},
	topic.UndoOperation{},
	topic.Vote{},
	topic.Withdraw{},
	topic.WithdrawConsent{},
	topic.WithdrawImport{},
)

func named(all ...topic.Command) map[string]reflect.Type {
	types := make(map[string]reflect.Type, len(all))
	for _, c := range all {
		t := reflect.TypeOf(c)
		types[t.Name()] = t
	}
	return types
}

// deepest is how far commands may lie within one another.
const deepest = 4

// appendCommand writes a command behind its type's name, "" for none.
func appendCommand(b []byte, c any) []byte {
	if c == nil {
		return appendText(b, "")
	}
	v := reflect.ValueOf(c)
	return appendValue(appendText(b, v.Type().Name()), v)
}

func (w *wire) command() (topic.Command, error) {
	name, err := w.text()
	if err != nil {
		return nil, err
	}
	if w.depth++; w.depth > deepest {
		return nil, errCut
	}
	defer func() { w.depth-- }()
	t, known := commands[name]
	if !known {
		return nil, fmt.Errorf("this server does not know the command %q: it runs another release", name)
	}
	v := reflect.New(t).Elem()
	if err := w.value(v); err != nil {
		return nil, err
	}
	return v.Interface().(topic.Command), nil
}

// encodeRequest writes a request for a topic.
func encodeRequest(topicID string, r journal.Request) []byte {
	b := appendText(nil, topicID)
	b = appendValue(b, reflect.ValueOf(r.Who))
	b = appendText(b, r.ClientID)
	b = appendCommand(b, r.Command)
	b = appendValue(b, reflect.ValueOf(r.Texts))
	return appendValue(b, reflect.ValueOf(r.Quoted))
}

// decodeRequest reads what encodeRequest wrote; it may hold anything.
func decodeRequest(b []byte) (topicID string, r journal.Request, err error) {
	w := wire{rest: b}
	if topicID, err = w.text(); err != nil {
		return "", r, err
	}
	if err = w.value(reflect.ValueOf(&r.Who).Elem()); err != nil {
		return "", r, err
	}
	if r.ClientID, err = w.text(); err != nil {
		return "", r, err
	}
	if r.Command, err = w.command(); err != nil {
		return "", r, err
	}
	if err = w.value(reflect.ValueOf(&r.Texts).Elem()); err != nil {
		return "", r, err
	}
	if err = w.value(reflect.ValueOf(&r.Quoted).Elem()); err != nil {
		return "", r, err
	}
	if len(w.rest) > 0 {
		return "", r, fmt.Errorf("%d bytes follow a request", len(w.rest))
	}
	return topicID, r, nil
}
