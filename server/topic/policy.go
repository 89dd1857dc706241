package topic

import "strings"

// Action is something that can be done in a topic.
type Action string

// The actions, as the interface names them.
const (
	ActionCreate       Action = "create"
	ActionPlan         Action = "plan"
	ActionApply        Action = "apply"
	ActionWithdraw     Action = "withdraw"
	ActionImportPeople Action = "import-people"
	ActionDraw         Action = "draw"
	ActionAbortDraw    Action = "abort-draw"
	ActionMark         Action = "mark-people"
	ActionAnswerSeat   Action = "answer-seat"
	ActionSeatTables   Action = "seat-tables"
	ActionSay          Action = "say"
	ActionRemoveRemark Action = "remove-remark"
	ActionSteer        Action = "steer"
	ActionFloor        Action = "floor"
	ActionReact        Action = "react"
	ActionFlag         Action = "flag"
	ActionHandleFlags  Action = "handle-flags"
	ActionAsk          Action = "ask"
	ActionAnswer       Action = "answer"
	ActionReport       Action = "report"
	ActionPlace        Action = "place"
	ActionSubmitIdea   Action = "submit-idea"
	ActionRenewIdea    Action = "renew-idea"
	ActionImport       Action = "import"
	ActionEnterPaper   Action = "enter-paper"
	ActionClaimPaper   Action = "claim-paper"

	ActionInviteCoauthor   Action = "invite-coauthor"
	ActionAnswerInvitation Action = "answer-invitation"

	ActionCluster      Action = "cluster"
	ActionModerate     Action = "moderate"
	ActionFreezeItems  Action = "freeze-items"
	ActionIssueBallots Action = "issue-ballots"
	ActionSetRule      Action = "set-rule"
	ActionVote         Action = "vote"
	ActionVoteOpen     Action = "vote-open"
	ActionTally        Action = "tally"
	ActionPropose      Action = "propose"
	ActionRespond      Action = "respond"
	ActionErase        Action = "erase"

	ActionAppeal        Action = "appeal"
	ActionHearAppeals   Action = "hear-appeals"
	ActionSanction      Action = "sanction"
	ActionSaveReplies   Action = "save-replies"
	ActionReportTrouble Action = "report-problem"
	ActionHandleTrouble Action = "handle-problems"
	ActionMask          Action = "mask"

	ActionSeekSignals   Action = "seek-signals"
	ActionHandleSignals Action = "handle-signals"
	ActionCheckSteps    Action = "check-steps"

	ActionMakePoll         Action = "make-poll"
	ActionIssuePollBallots Action = "issue-poll-ballots"
	ActionCastBallot       Action = "cast-ballot"
	ActionProposeOption    Action = "propose-option"
	ActionAddOption        Action = "add-option"
)

// Rule says who may do an action and in which stages. No stages means any.
type Rule struct {
	Action Action
	Roles  []Role
	Stages []StageKind
}

// Policy is the whole of who may do what when, as data. What depends on the
// person's standing (a seat, a table, a ballot) is checked by the command.
var Policy = []Rule{
	{ActionCreate, []Role{RolePlanner}, nil},
	{ActionPlan, []Role{RolePlanner}, nil},
	{ActionApply, []Role{RoleCitizen}, []StageKind{StageApplications, StageDebate}},
	{ActionWithdraw, []Role{RoleCitizen}, []StageKind{StageApplications, StageDraw}},
	{ActionImportPeople, []Role{RoleRegistrar, RolePlanner}, []StageKind{StageApplications, StageDebate}},
	{ActionDraw, []Role{RolePlanner}, []StageKind{StageDraw, StageDebate}},
	{ActionAbortDraw, []Role{RolePlanner}, nil},
	{ActionMark, []Role{RoleRegistrar, RolePlanner}, []StageKind{StageApplications, StageDraw, StageDebate}},
	{ActionAnswerSeat, []Role{RoleCitizen}, []StageKind{StageDraw, StageDebate}},
	{ActionSeatTables, []Role{RolePlanner}, []StageKind{StageDraw, StageDebate}},
	{ActionSay, []Role{RoleCitizen, RoleFacilitator}, []StageKind{StageDebate}},
	{ActionRemoveRemark, []Role{RoleModerator, RoleFacilitator}, nil},
	{ActionSteer, []Role{RoleFacilitator, RolePlanner}, []StageKind{StageDebate}},
	{ActionFloor, []Role{RoleCitizen, RoleFacilitator}, []StageKind{StageDebate}},
	{ActionReact, []Role{RoleCitizen}, []StageKind{StageDebate}},
	{ActionFlag, []Role{RoleCitizen, RoleFacilitator}, nil},
	{ActionHandleFlags, []Role{RoleModerator, RoleFacilitator}, nil},
	{ActionAsk, []Role{RoleCitizen, RoleFacilitator}, []StageKind{StageDebate}},
	{ActionAnswer, []Role{RoleFacilitator, RoleModerator, RolePlanner}, nil},
	{ActionReport, []Role{RoleCitizen, RoleFacilitator}, []StageKind{StageDebate}},
	{ActionPlace, []Role{RoleFacilitator, RolePlanner}, []StageKind{StageDebate}},
	{ActionSubmitIdea, []Role{RoleCitizen}, []StageKind{StageDebate}},
	{ActionRenewIdea, []Role{RoleCitizen}, []StageKind{StageDebate, StageCuration, StageRating}},
	{ActionInviteCoauthor, []Role{RoleCitizen}, []StageKind{StageDebate, StageCuration, StageRating}},
	{ActionAnswerInvitation, []Role{RoleCitizen}, nil},
	{ActionImport, []Role{RolePlanner}, []StageKind{StageCuration, StageRating}},
	{ActionEnterPaper, []Role{RoleRegistrar}, []StageKind{StageApplications, StageDraw, StageDebate, StageCuration}},
	{ActionClaimPaper, []Role{RoleCitizen}, nil},
	{ActionCluster, []Role{RoleModerator, RolePlanner}, []StageKind{StageDebate, StageCuration}},
	{ActionModerate, []Role{RoleModerator}, []StageKind{StageDebate, StageCuration}},
	{ActionFreezeItems, []Role{RoleModerator, RolePlanner}, []StageKind{StageDebate, StageCuration}},
	{ActionIssueBallots, []Role{RoleSystem}, []StageKind{StageRating}},
	{ActionSetRule, []Role{RolePlanner}, nil},
	{ActionVote, []Role{RoleBallot}, []StageKind{StageRating}},
	{ActionVoteOpen, []Role{RoleBallot}, []StageKind{StageRating}},
	{ActionTally, []Role{RolePlanner}, []StageKind{StageRating, StageResults}},
	{ActionPropose, []Role{RolePlanner}, []StageKind{StageRating, StagePoll, StageResults}},
	{ActionRespond, []Role{RolePlanner}, nil},
	{ActionErase, []Role{RoleRegistrar, RoleModerator}, nil},
	{ActionAppeal, []Role{RoleCitizen}, nil},
	{ActionHearAppeals, []Role{RoleModerator}, nil},
	{ActionSanction, []Role{RoleModerator, RoleFacilitator}, nil},
	{ActionSaveReplies, []Role{RoleModerator}, nil},
	{ActionReportTrouble, []Role{RoleCitizen}, nil},
	{ActionHandleTrouble, []Role{RolePlanner}, nil},
	{ActionMask, []Role{RoleCitizen}, nil},
	{ActionSeekSignals, []Role{RoleAnalyst}, nil},
	{ActionHandleSignals, []Role{RoleAnalyst}, nil},
	{ActionCheckSteps, []Role{RoleModerator, RolePlanner}, []StageKind{StageDebate, StageCuration}},
	{ActionMakePoll, []Role{RolePlanner}, nil},
	{ActionIssuePollBallots, []Role{RoleSystem}, nil},
	{ActionCastBallot, []Role{RoleBallot}, nil},
	{ActionProposeOption, []Role{RoleCitizen}, nil},
	{ActionAddOption, []Role{RoleModerator}, nil},
}

var rules = func() map[Action]*Rule {
	m := make(map[Action]*Rule, len(Policy))
	for i := range Policy {
		m[Policy[i].Action] = &Policy[i]
	}
	return m
}()

// Permit answers nil if role may do action in the topic's present stage.
// The system may do whatever the stage allows.
func (s *State) Permit(role Role, action Action) error {
	rule := rules[action]
	if rule == nil {
		return faultf(CodeForbidden, "no rule allows %q", action)
	}
	allowed := role == RoleSystem
	for _, r := range rule.Roles {
		allowed = allowed || r == role
	}
	if !allowed {
		return faultf(CodeForbidden, "this needs the role %s, not %s", roleList(rule.Roles), role)
	}
	if len(rule.Stages) == 0 {
		return nil
	}
	now := s.StageKind()
	for _, k := range rule.Stages {
		if k == now {
			return nil
		}
	}
	return faultf(CodeWrongStage, "this is possible in the step %s only; the topic is now %s", stageList(rule.Stages), now.now())
}

func roleList(roles []Role) string {
	names := make([]string, len(roles))
	for i, r := range roles {
		names[i] = r.String()
	}
	return strings.Join(names, " or ")
}

func stageList(kinds []StageKind) string {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = k.String()
	}
	return strings.Join(names, " or ")
}
