package topic

import (
	"slices"
	"strings"
)

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

	ActionEraseOwn        Action = "erase-own"
	ActionGiveConsent     Action = "give-consent"
	ActionWithdrawConsent Action = "withdraw-consent"
	ActionRetain          Action = "keep-time"

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

	ActionAskDisclosure    Action = "ask-disclosure"
	ActionDecideDisclosure Action = "decide-disclosure"
	ActionShowDisclosure   Action = "show-disclosure"
	ActionJudgeDoubles     Action = "judge-doubles"

	ActionAskDeletion    Action = "ask-deletion"
	ActionDecideDeletion Action = "decide-deletion"

	// What is only looked at.
	ActionSignIn         Action = "sign-in" // and out
	ActionLook           Action = "look"    // at what is public
	ActionJoin           Action = "join"    // a topic's rooms, by socket
	ActionLookOwn        Action = "look-own"
	ActionCosign         Action = "cosign" // by a key that the installation trusts as a witness
	ActionFindSimilar    Action = "find-similar"
	ActionSeeImports     Action = "see-imports"
	ActionSeePool        Action = "see-pool"
	ActionSeeMarks       Action = "see-marks"
	ActionSeeSeats       Action = "see-seats"
	ActionIdentifySeats  Action = "identify-seats"
	ActionCheckDraw      Action = "check-draw"
	ActionSeeCases       Action = "see-cases"
	ActionSeeSanctions   Action = "see-sanctions"
	ActionSeeSignals     Action = "see-signals"
	ActionSeeWall        Action = "see-wall"
	ActionSeeDisclosures Action = "see-disclosures"
	ActionSeeDoubles     Action = "see-doubles"
	ActionSeeDrafts      Action = "see-drafts"
	ActionSeePaper       Action = "see-paper"
	ActionWorkAtBoard    Action = "work-at-board"
	ActionSeeCut         Action = "see-cut"
	ActionSeeStanding    Action = "see-standing"
	ActionTakeRanking    Action = "take-ranking"
	ActionReadFigures    Action = "read-figures"
	ActionSeeAccounts    Action = "see-accounts"  // of the installation, not a topic's
	ActionTendAccounts   Action = "tend-accounts" // a second step that was lost, and where somebody is signed in
	ActionSeeProtection  Action = "see-protection"

	ActionSeeInstallation Action = "see-installation" // its health, keys, settings: nothing about anybody
)

// Shown are the kinds of data that an action's answer may hold, beyond what
// everybody may see and what the doer entered.
type Shown uint16

// The kinds. A thing that is public once it is decided is of its kind until then.
const (
	ShownPublic   Shown = 1 << iota // what everybody may see, and counts
	ShownOwn                        // what is of the doer alone
	ShownIdentity                   // names, and the ids of a registrar's file
	ShownPeople                     // what single applicants stated, without a name
	ShownIdeas                      // words that are not public: removed, reported, drafts
	ShownConduct                    // who was reported or restricted, and how they behave
	ShownVotes                      // votes and counts before the results are public
	ShownWatch                      // what was done with identities, and why: no name and no words
	ShownAccounts                   // who has a duty, and whether they have a second step: of the installation, nothing of a topic

	// ShownOnce is of a command that shows its doer something, which the log keeps.
	ShownOnce
)

// Rule says who may do an action and in which stages. No stages means any. One
// that shows nothing is a command; one that shows something changes no topic,
// unless it is shown once.
type Rule struct {
	Action Action
	Roles  []Role
	Stages []StageKind
	Shows  Shown
}

// Reads says that the action only looks.
func (r *Rule) Reads() bool { return r.Shows != 0 && r.Shows&ShownOnce == 0 }

// In says that the rule's action can be done in a step of that kind.
func (r *Rule) In(k StageKind) bool { return len(r.Stages) == 0 || slices.Contains(r.Stages, k) }

// Lets says whether the rule lets in somebody of these given roles: everyone who
// is signed in is a citizen besides, and has ballots; nobody is only a visitor.
func (r *Rule) Lets(signedIn bool, given []Role) bool {
	for _, x := range r.Roles {
		switch {
		case x == RoleVisitor, signedIn && (x == RoleCitizen || x == RoleBallot):
			return true
		case signedIn && slices.Contains(given, x):
			return true
		}
	}
	return false
}

// RuleOf is the rule of an action, nil where there is none.
func RuleOf(a Action) *Rule { return rules[a] }

// Policy is the whole of who may do and see what when, as data: commands, routes
// and messages of sockets name its actions, and nothing is served that names none. What depends on the
// person's standing (a seat, a table, a ballot) is checked by the command.
var Policy = []Rule{
	{ActionCreate, []Role{RolePlanner}, nil, 0},
	{ActionPlan, []Role{RolePlanner}, nil, 0},
	{ActionApply, []Role{RoleCitizen}, []StageKind{StageApplications, StageDebate}, 0},
	{ActionWithdraw, []Role{RoleCitizen}, []StageKind{StageApplications, StageDraw}, 0},
	{ActionImportPeople, []Role{RoleRegistrar, RolePlanner}, []StageKind{StageApplications, StageDebate}, 0},
	{ActionDraw, []Role{RolePlanner}, []StageKind{StageDraw, StageDebate}, 0},
	{ActionAbortDraw, []Role{RolePlanner}, nil, 0},
	{ActionMark, []Role{RoleRegistrar, RolePlanner}, []StageKind{StageApplications, StageDraw, StageDebate}, 0},
	{ActionAnswerSeat, []Role{RoleCitizen}, []StageKind{StageDraw, StageDebate}, 0},
	{ActionSeatTables, []Role{RolePlanner}, []StageKind{StageDraw, StageDebate}, 0},
	{ActionSay, []Role{RoleCitizen, RoleFacilitator}, []StageKind{StageDebate}, 0},
	{ActionRemoveRemark, []Role{RoleModerator, RoleFacilitator}, nil, 0},
	{ActionSteer, []Role{RoleFacilitator, RolePlanner}, []StageKind{StageDebate}, 0},
	{ActionFloor, []Role{RoleCitizen, RoleFacilitator}, []StageKind{StageDebate}, 0},
	{ActionReact, []Role{RoleCitizen}, []StageKind{StageDebate}, 0},
	{ActionFlag, []Role{RoleCitizen, RoleFacilitator}, nil, 0},
	{ActionHandleFlags, []Role{RoleModerator, RoleFacilitator}, nil, 0},
	{ActionAsk, []Role{RoleCitizen, RoleFacilitator}, []StageKind{StageDebate}, 0},
	{ActionAnswer, []Role{RoleFacilitator, RoleModerator, RolePlanner}, nil, 0},
	{ActionReport, []Role{RoleCitizen, RoleFacilitator}, []StageKind{StageDebate}, 0},
	{ActionPlace, []Role{RoleFacilitator, RolePlanner}, []StageKind{StageDebate}, 0},
	{ActionSubmitIdea, []Role{RoleCitizen}, []StageKind{StageDebate}, 0},
	{ActionRenewIdea, []Role{RoleCitizen}, []StageKind{StageDebate, StageCuration, StageRating}, 0},
	{ActionInviteCoauthor, []Role{RoleCitizen}, []StageKind{StageDebate, StageCuration, StageRating}, 0},
	{ActionAnswerInvitation, []Role{RoleCitizen}, nil, 0},
	{ActionImport, []Role{RolePlanner}, []StageKind{StageCuration, StageRating}, 0},
	{ActionEnterPaper, []Role{RoleRegistrar}, []StageKind{StageApplications, StageDraw, StageDebate, StageCuration}, 0},
	{ActionClaimPaper, []Role{RoleCitizen}, nil, 0},
	{ActionCluster, []Role{RoleModerator, RolePlanner}, []StageKind{StageDebate, StageCuration}, 0},
	{ActionModerate, []Role{RoleModerator}, []StageKind{StageDebate, StageCuration}, 0},
	{ActionFreezeItems, []Role{RoleModerator, RolePlanner}, []StageKind{StageDebate, StageCuration}, 0},
	{ActionIssueBallots, []Role{RoleSystem}, []StageKind{StageRating}, 0},
	{ActionSetRule, []Role{RolePlanner}, nil, 0},
	{ActionVote, []Role{RoleBallot}, []StageKind{StageRating}, 0},
	{ActionVoteOpen, []Role{RoleBallot}, []StageKind{StageRating}, 0},
	{ActionTally, []Role{RolePlanner}, []StageKind{StageRating, StageResults}, 0},
	{ActionPropose, []Role{RolePlanner}, []StageKind{StageRating, StagePoll, StageResults}, 0},
	{ActionRespond, []Role{RolePlanner}, nil, 0},
	{ActionErase, []Role{RoleRegistrar, RoleModerator}, nil, 0},
	{ActionEraseOwn, []Role{RoleCitizen}, nil, 0},
	{ActionGiveConsent, []Role{RoleCitizen}, nil, 0},
	{ActionWithdrawConsent, []Role{RoleCitizen}, nil, 0},
	{ActionRetain, []Role{RoleSystem}, nil, 0},
	{ActionAppeal, []Role{RoleCitizen}, nil, 0},
	{ActionHearAppeals, []Role{RoleModerator}, nil, 0},
	{ActionSanction, []Role{RoleModerator, RoleFacilitator}, nil, 0},
	{ActionSaveReplies, []Role{RoleModerator}, nil, 0},
	{ActionReportTrouble, []Role{RoleCitizen}, nil, 0},
	{ActionHandleTrouble, []Role{RolePlanner}, nil, 0},
	{ActionMask, []Role{RoleCitizen}, nil, 0},
	{ActionSeekSignals, []Role{RoleAnalyst}, nil, 0},
	{ActionHandleSignals, []Role{RoleAnalyst}, nil, 0},
	{ActionCheckSteps, []Role{RoleModerator, RolePlanner}, []StageKind{StageDebate, StageCuration}, 0},
	{ActionMakePoll, []Role{RolePlanner}, nil, 0},
	{ActionIssuePollBallots, []Role{RoleSystem}, nil, 0},
	{ActionCastBallot, []Role{RoleBallot}, nil, 0},
	{ActionProposeOption, []Role{RoleCitizen}, nil, 0},
	{ActionAddOption, []Role{RoleModerator}, nil, 0},
	{ActionAskDisclosure, []Role{RoleRegistrar}, nil, 0},
	{ActionDecideDisclosure, []Role{RoleRegistrar, RoleAdministrator}, nil, 0},
	{ActionJudgeDoubles, []Role{RoleRegistrar}, []StageKind{StageApplications, StageDraw}, 0},
	{ActionShowDisclosure, []Role{RoleRegistrar}, nil, ShownIdentity | ShownOnce},
	{ActionAskDeletion, []Role{RoleAdministrator}, nil, 0},
	{ActionDecideDeletion, []Role{RoleAdministrator, RolePlanner}, nil, 0},

	{ActionSignIn, []Role{RoleVisitor}, nil, ShownOwn},
	{ActionLook, []Role{RoleVisitor}, nil, ShownPublic | ShownOwn},
	{ActionJoin, []Role{RoleCitizen}, nil, ShownPublic | ShownOwn},
	{ActionLookOwn, []Role{RoleCitizen}, nil, ShownOwn},
	{ActionCosign, []Role{RoleVisitor}, nil, ShownPublic},
	{ActionFindSimilar, []Role{RoleCitizen}, nil, ShownPublic},
	{ActionSeeImports, []Role{RoleRegistrar, RolePlanner}, nil, ShownPublic},
	{ActionSeePool, []Role{RolePlanner, RoleRegistrar, RoleAuditor}, nil, ShownPublic},
	{ActionSeeMarks, []Role{RolePlanner, RoleRegistrar}, nil, ShownPublic},
	{ActionSeeSeats, []Role{RolePlanner}, nil, ShownPeople},
	{ActionIdentifySeats, []Role{RoleRegistrar}, nil, ShownPeople | ShownIdentity},
	{ActionCheckDraw, []Role{RolePlanner}, nil, ShownPublic},
	{ActionReadFigures, []Role{RolePlanner}, nil, ShownPublic},
	{ActionSeeCases, []Role{RoleFacilitator, RoleModerator}, nil, ShownIdeas | ShownConduct},
	{ActionSeeSanctions, []Role{RoleFacilitator, RoleModerator}, nil, ShownConduct},
	{ActionSeeSignals, []Role{RoleAnalyst, RoleAuditor, RoleModerator, RolePlanner}, nil, ShownConduct},
	{ActionSeeWall, []Role{RoleFacilitator, RoleModerator, RolePlanner, RoleAuditor}, nil, ShownPublic},
	{ActionSeeDisclosures, []Role{RoleRegistrar, RoleAdministrator, RoleAuditor}, nil, ShownWatch},
	{ActionSeeDoubles, []Role{RoleRegistrar}, nil, ShownIdentity | ShownPeople},
	{ActionSeeDrafts, []Role{RoleFacilitator, RoleModerator, RolePlanner, RoleRegistrar, RoleAdministrator, RoleAuditor, RoleAnalyst}, nil, ShownPublic},
	{ActionSeePaper, []Role{RoleRegistrar}, nil, ShownIdentity},
	{ActionWorkAtBoard, []Role{RoleModerator}, nil, ShownIdeas},
	{ActionSeeCut, []Role{RoleModerator, RolePlanner}, nil, ShownIdeas},
	{ActionSeeStanding, []Role{RolePlanner}, nil, ShownVotes},
	{ActionSeeProtection, []Role{RolePlanner, RoleAdministrator, RoleAuditor}, nil, ShownPublic},
	{ActionSeeInstallation, []Role{RoleAdministrator, RoleAuditor}, nil, ShownPublic},
	{ActionTakeRanking, []Role{RolePlanner, RoleAuditor}, nil, ShownVotes | ShownIdeas},
	{ActionSeeAccounts, []Role{RoleAdministrator}, nil, ShownAccounts},
	{ActionTendAccounts, []Role{RoleAdministrator}, nil, ShownAccounts},
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
	allowed := role == RoleSystem || slices.Contains(rule.Roles, role)
	if !allowed {
		return faultf(CodeForbidden, "this needs the role %s, not %s", roleList(rule.Roles), role)
	}
	return s.InStage(rule)
}

// InStage answers nil if the topic's present stage is one of the rule's.
func (s *State) InStage(rule *Rule) error {
	now := s.StageKind()
	if rule.In(now) {
		return nil
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
