package api

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"

	"veche/server/analysis"
	"veche/server/catalogue"
	"veche/server/identity"
	"veche/server/intake"
	"veche/server/job"
	"veche/server/journal"
	"veche/server/limit"
	"veche/server/privacy"
	"veche/server/protection"
	"veche/server/similar"
	"veche/server/topic"
)

// Identity is what the API asks about people.
type Identity interface {
	Resolve(ctx context.Context, cookie string) (identity.Person, error)
	Redeem(ctx context.Context, code string) (token string, p identity.Person, err error)
	AddressKey(address string) string
	AskByMail(ctx context.Context, address string) (l identity.Letter, browser string, err error)
	AskByPhone(ctx context.Context, number string) (l identity.Letter, browser string, err error)
	RedeemLetter(ctx context.Context, digest func(key [32]byte) string) (token string, p identity.Person, topicID string, err error)
	RedeemLink(ctx context.Context, word string) (token string, p identity.Person, err error)
	RedeemDigits(ctx context.Context, browser, digits string) (token string, p identity.Person, err error)
	BeginCity(ctx context.Context, c *identity.City) (location, browser string, err error)
	BeginJoin(ctx context.Context, c *identity.City, person string) (location, browser string, err error)
	FinishCity(ctx context.Context, c *identity.City, browser, state, code, here string, empty identity.Empty) (token string, p identity.Person, err error)
	End(ctx context.Context, cookie string) error
	EndAll(ctx context.Context, person string) error
	EndSignIn(ctx context.Context, person, id string) error
	SignIns(ctx context.Context, person string) ([]identity.SignIn, error)
	HasFactor(ctx context.Context, person string) (bool, error)
	Waiting(ctx context.Context, cookie string) (identity.Half, error)
	PassFactor(ctx context.Context, cookie, code string) (token string, p identity.Person, err error)
	ProposeFactor(ctx context.Context, cookie, site string) (identity.Proposal, error)
	ConfirmFactor(ctx context.Context, cookie, code string) (recovery []string, token string, p identity.Person, err error)
	Staff(ctx context.Context) ([]identity.Person, error)
	Changes(ctx context.Context, most int) ([]identity.Change, error)
	ByMail(ctx context.Context, address string) (identity.Person, error)
	MailOf(ctx context.Context, person string) (string, error)
	Reset(ctx context.Context, by, person string) error
}

// Pseudonyms answers a person's names in a topic: made on first use, or only
// looked up.
type Pseudonyms interface {
	Pseudonyms(ctx context.Context, person, topicID string) (privacy.Pseudonyms, error)
	Find(ctx context.Context, person, topicID string) (privacy.Pseudonyms, bool, error)
	Members(ctx context.Context, topicID string, f func(privacy.Pseudonyms)) error
	Enrolled(ctx context.Context, topicID string, keep func(topic.Pseudonym) bool, f func(privacy.Member) error) error
	Known(ctx context.Context, topicID string, ids []string) (map[string]topic.Pseudonym, error)
}

// DemoLink is a sign-in for one role, in demo mode only.
type DemoLink struct {
	Label string `json:"label"`
	Role  string `json:"role"`
	Code  string `json:"code"`
	Href  string `json:"href"`
}

// Options are what the API works with.
type Options struct {
	Journal    *journal.Journal
	Identity   Identity
	Pseudonyms Pseudonyms
	Jobs       *job.Jobs
	Intake     *intake.Intake
	Papers     Papers
	Similar    *similar.Ideas
	Catalogue  *catalogue.Catalogue
	Open       OpenData
	Questions  *similar.Questions
	Bundles    Bundles
	Ways       Ways
	Site       string // the installation's name to people: its host
	Notary     Notary
	Subjects   Subjects
	Doubles    Doubles
	Protection func(ctx context.Context) (*protection.Facts, error)
	Keeper     Keeper
	Guard      *limit.Guard // holds everybody to their pace; nil for no limits
	// WhoWrote answers who bears a debate pseudonym, false where nobody does any more;
	// it is asked only for what two people have agreed on.
	WhoWrote  func(ctx context.Context, topicID string, debate topic.Pseudonym) (Author, bool, error)
	MayRemark func(person string) bool               // takes one from what the person may say now
	MayDo     func(person string) bool               // the same for what takes no words
	MayHear   func(topicID string, room uint32) bool // takes one from what a room may be told now
	Present   job.Presence
	PresentAt func(topicID string, room uint32) []uint64     // the same, in one room
	Here      func(topicID string, room uint32) int          // how many are in a room now
	Seated    func(topicID string, table uint32) (int, bool) // how many sit at a table; false if that is not kept
	Secure    bool                                           // cookies for https only
	Demo      func() []DemoLink
	Clock     func() time.Time
	Log       *slog.Logger
}

// API serves the routes.
type API struct {
	Options
	searches, bundles gate
	// Boards as everyone and as moderators see them.
	boards, moderated job.Keeper[boardKey, *board]
	insights          job.Keeper[insightKey, insightView]
	feeds             job.Keeper[feedKey, *analysis.Feed] // by topic/room
	asked             job.Keeper[questionKey, []questionView]
	shifts            job.Keeper[int64, *analysis.PollShift] // by topic/poll
	desks             desks
	guesses           guesses

	openSalt [16]byte // tags of the open interface don't outlive the program
	visitors *limit.Crowd
	warnings *limit.Crowd                    // said once a minute
	lists    job.Keeper[listKey, *wholeList] // by topic/kind.form
}

// does are the actions of topic.Policy that a route serves, any of which lets a
// person in; its handler can do no other.
type does []topic.Action

// route is one line of the table.
type route struct {
	method, path string
	does         does
	handle       func(a *API, c *fiber.Ctx) error
}

// watchers see all tables.
var watchers = topic.RuleOf(topic.ActionSeeWall).Roles

// routes is the whole interface. Who may use a route when stands in topic.Policy.
var routes = []route{
	{http.MethodGet, "/session", does{topic.ActionSignIn}, (*API).getSession},
	{http.MethodPost, "/session", does{topic.ActionSignIn}, (*API).signIn},
	{http.MethodDelete, "/session", does{topic.ActionSignIn}, (*API).signOut},
	{http.MethodPost, "/session/mail", does{topic.ActionSignIn}, (*API).askByMail},
	{http.MethodPost, "/session/phone", does{topic.ActionSignIn}, (*API).askByPhone},
	{http.MethodPost, "/session/letter", does{topic.ActionSignIn}, (*API).signInByLetter},
	{http.MethodPost, "/session/link", does{topic.ActionSignIn}, (*API).signInByLink},
	{http.MethodPost, "/session/digits", does{topic.ActionSignIn}, (*API).signInByDigits},
	{http.MethodPost, "/session/city", does{topic.ActionSignIn}, (*API).beginCity},
	{http.MethodPost, "/session/city/done", does{topic.ActionSignIn}, (*API).finishCity},
	{http.MethodPost, "/session/step", does{topic.ActionSignIn}, (*API).passStep},
	{http.MethodPost, "/session/step/new", does{topic.ActionSignIn}, (*API).proposeStep},
	{http.MethodPost, "/session/step/confirm", does{topic.ActionSignIn}, (*API).confirmStep},
	{http.MethodGet, "/account", does{topic.ActionLookOwn}, (*API).getAccount},
	{http.MethodPost, "/session/city/join", does{topic.ActionLookOwn}, (*API).beginJoin},
	{http.MethodPost, "/account/sign-ins/end", does{topic.ActionLookOwn}, (*API).endSignIns},
	{http.MethodGet, "/people", does{topic.ActionSeeAccounts}, (*API).listPeople},
	{http.MethodPost, "/people/find", does{topic.ActionSeeAccounts}, (*API).findPerson},
	{http.MethodPost, "/people/:person/reset", does{topic.ActionTendAccounts}, (*API).resetPerson},
	{http.MethodGet, "/problems", does{topic.ActionLook}, (*API).getProblems},

	{http.MethodGet, "/my-data", does{topic.ActionLookOwn}, (*API).getMyData},
	{http.MethodGet, "/my-data/file", does{topic.ActionLookOwn}, (*API).downloadMyData},
	{http.MethodPost, "/my-data/erasure", does{topic.ActionEraseOwn}, (*API).eraseMe},
	{http.MethodGet, "/data-protection", does{topic.ActionSeeProtection}, (*API).getProtection},
	{http.MethodGet, "/data-protection/breach", does{topic.ActionSeeProtection}, (*API).getBreach},
	{http.MethodGet, "/installation", does{topic.ActionSeeInstallation}, (*API).getInstallation},
	{http.MethodGet, "/installation/examination", does{topic.ActionSeeInstallation}, (*API).getExamination},
	{http.MethodPut, "/topics/:topic/consent", does{topic.ActionGiveConsent}, (*API).giveConsent},
	{http.MethodDelete, "/topics/:topic/consent", does{topic.ActionWithdrawConsent}, (*API).withdrawConsent},

	{http.MethodGet, "/search", does{topic.ActionLook}, (*API).openSearch},
	{http.MethodGet, "/vocabularies", does{topic.ActionLook}, (*API).openVocabularies},

	{http.MethodGet, "/topics", does{topic.ActionLook}, (*API).listTopics},
	{http.MethodPost, "/topics", does{topic.ActionCreate}, (*API).createTopic},
	{http.MethodGet, "/topics/:topic", does{topic.ActionLook}, (*API).getTopic},
	{http.MethodPut, "/topics/:topic/settings", does{topic.ActionPlan}, (*API).putSettings},
	{http.MethodPost, "/topics/:topic/stage", does{topic.ActionPlan}, (*API).openStage},
	{http.MethodGet, "/topics/:topic/history", does{topic.ActionLook}, (*API).getHistory},

	{http.MethodPost, "/topics/:topic/application", does{topic.ActionApply}, (*API).apply},
	{http.MethodDelete, "/topics/:topic/application", does{topic.ActionWithdraw}, (*API).withdraw},
	{http.MethodGet, "/topics/:topic/application/receipt", does{topic.ActionLookOwn}, (*API).getApplicationReceipt},
	{http.MethodPost, "/topics/:topic/record/cosignatures", does{topic.ActionCosign}, (*API).cosign},
	{http.MethodPost, "/topics/:topic/people", does{topic.ActionImportPeople}, (*API).importPeople},
	{http.MethodGet, "/topics/:topic/imports", does{topic.ActionSeeImports}, (*API).listImports},
	{http.MethodDelete, "/topics/:topic/imports/:import", does{topic.ActionImportPeople}, (*API).withdrawImport},
	{http.MethodGet, "/topics/:topic/pool", does{topic.ActionSeePool}, (*API).getPool},

	{http.MethodPost, "/topics/:topic/population", does{topic.ActionReadFigures}, (*API).readPopulation},
	{http.MethodPost, "/topics/:topic/marks", does{topic.ActionMark}, (*API).mark},
	{http.MethodGet, "/topics/:topic/marks", does{topic.ActionSeeMarks}, (*API).listMarks},

	{http.MethodGet, "/topics/:topic/doubles", does{topic.ActionSeeDoubles}, (*API).listDoubles},
	{http.MethodGet, "/topics/:topic/doubles/count", does{topic.ActionSeePool}, (*API).countDoubles},
	{http.MethodPost, "/topics/:topic/doubles", does{topic.ActionJudgeDoubles}, (*API).judgeDouble},

	{http.MethodPost, "/topics/:topic/draw/check", does{topic.ActionCheckDraw}, (*API).checkDraw},
	{http.MethodPost, "/topics/:topic/draw/commit", does{topic.ActionDraw}, (*API).commitDraw},
	{http.MethodPost, "/topics/:topic/draw/abort", does{topic.ActionAbortDraw}, (*API).abortDraw},
	{http.MethodGet, "/topics/:topic/draw/commitments/:commitment/commitment.json", does{topic.ActionLook}, (*API).getCommitment},
	{http.MethodGet, "/topics/:topic/draw/:round/report.html", does{topic.ActionLook}, (*API).getDrawReport},
	{http.MethodGet, "/topics/:topic/draw/:round/proof.json", does{topic.ActionLook}, (*API).getProof},
	{http.MethodGet, "/topics/:topic/draw/:round/receipt", does{topic.ActionLookOwn}, (*API).getReceipt},
	{http.MethodGet, "/topics/:topic/draw/:round/seats.csv", does{topic.ActionSeeSeats, topic.ActionIdentifySeats}, (*API).downloadSeats},
	{http.MethodPost, "/topics/:topic/draw", does{topic.ActionDraw}, (*API).draw},
	{http.MethodGet, "/topics/:topic/draw", does{topic.ActionLook}, (*API).getDraw},
	{http.MethodPost, "/topics/:topic/seat", does{topic.ActionAnswerSeat}, (*API).answerSeat},
	{http.MethodPost, "/topics/:topic/seats/accept", does{topic.ActionSeatTables}, (*API).acceptSeats},
	{http.MethodPost, "/topics/:topic/seats/answer", does{topic.ActionSeatTables}, (*API).answerSeats},
	{http.MethodGet, "/topics/:topic/seats", does{topic.ActionSeeSeats, topic.ActionIdentifySeats}, (*API).getSeats},
	{http.MethodPost, "/topics/:topic/replacements", does{topic.ActionDraw}, (*API).draw},
	{http.MethodPost, "/topics/:topic/tables/round", does{topic.ActionSeatTables}, (*API).openTableRound},
	{http.MethodPost, "/topics/:topic/tables", does{topic.ActionSeatTables}, (*API).seatTables},
	{http.MethodGet, "/topics/:topic/tables", does{topic.ActionLook}, (*API).getTables},

	{http.MethodGet, "/topics/:topic/rooms/:room/remarks", does{topic.ActionLook}, (*API).listRemarks},
	{http.MethodPost, "/topics/:topic/rooms/:room/remarks", does{topic.ActionSay}, (*API).say},
	{http.MethodPost, "/topics/:topic/remarks/:remark/remove", does{topic.ActionRemoveRemark}, (*API).removeRemark},

	{http.MethodGet, "/topics/:topic/rooms/:room/feed", does{topic.ActionLook}, (*API).getFeed},
	{http.MethodGet, "/topics/:topic/remarks/:remark/thread", does{topic.ActionLook}, (*API).getThread},
	{http.MethodPut, "/topics/:topic/remarks/:remark/reaction", does{topic.ActionReact}, (*API).react},
	{http.MethodPost, "/topics/:topic/remarks/:remark/pin", does{topic.ActionSteer}, (*API).pin},
	{http.MethodPost, "/topics/:topic/remarks/:remark/flag", does{topic.ActionFlag}, (*API).flag},
	{http.MethodGet, "/topics/:topic/flags/mine", does{topic.ActionLookOwn}, (*API).listMyFlags},
	{http.MethodPost, "/topics/:topic/ideas/:idea/flag", does{topic.ActionFlag}, (*API).flagIdea},

	{http.MethodGet, "/topics/:topic/cases", does{topic.ActionSeeCases}, (*API).listCases},
	{http.MethodPost, "/topics/:topic/cases/claim", does{topic.ActionHandleFlags}, (*API).claimCases},
	{http.MethodPost, "/topics/:topic/cases/settle", does{topic.ActionHandleFlags}, (*API).settleCases},
	{http.MethodPost, "/topics/:topic/appeals", does{topic.ActionAppeal}, (*API).appeal},
	{http.MethodPost, "/topics/:topic/appeals/:appeal", does{topic.ActionHearAppeals}, (*API).hearAppeal},
	{http.MethodGet, "/topics/:topic/decisions", does{topic.ActionLookOwn}, (*API).listDecisions},
	{http.MethodPost, "/topics/:topic/sanctions", does{topic.ActionSanction}, (*API).punish},
	{http.MethodGet, "/topics/:topic/sanctions", does{topic.ActionSeeSanctions}, (*API).listSanctions},
	{http.MethodPost, "/topics/:topic/sanctions/:sanction/lift", does{topic.ActionSanction}, (*API).liftSanction},
	{http.MethodPost, "/topics/:topic/mask", does{topic.ActionMask}, (*API).mask},
	{http.MethodGet, "/topics/:topic/moderation", does{topic.ActionLook}, (*API).getModeration},
	{http.MethodPut, "/topics/:topic/moderation", does{topic.ActionPlan}, (*API).putModeration},
	{http.MethodPut, "/topics/:topic/replies", does{topic.ActionSaveReplies}, (*API).putReplies},

	{http.MethodGet, "/topics/:topic/problems", does{topic.ActionLook}, (*API).listTroubles},
	{http.MethodPost, "/topics/:topic/problems", does{topic.ActionReportTrouble}, (*API).reportTrouble},
	{http.MethodPost, "/topics/:topic/problems/:problem/step", does{topic.ActionHandleTrouble}, (*API).moveTrouble},
	{http.MethodPost, "/topics/:topic/problems/:problem/reopen", does{topic.ActionReportTrouble}, (*API).reopenTrouble},

	{http.MethodGet, "/topics/:topic/signals", does{topic.ActionSeeSignals}, (*API).listSignals},
	{http.MethodPost, "/topics/:topic/signals", does{topic.ActionSeekSignals}, (*API).seekSignals},
	{http.MethodPost, "/topics/:topic/signals/look", does{topic.ActionHandleSignals}, (*API).handleSignal},

	{http.MethodGet, "/topics/:topic/rooms/:room/floor", does{topic.ActionLook}, (*API).getFloor},
	{http.MethodPost, "/topics/:topic/rooms/:room/floor", does{topic.ActionFloor}, (*API).doFloor},
	{http.MethodGet, "/topics/:topic/wall", does{topic.ActionSeeWall}, (*API).getWall},
	{http.MethodPost, "/topics/:topic/steer", does{topic.ActionSteer}, (*API).steer},
	{http.MethodPost, "/topics/:topic/places", does{topic.ActionPlace}, (*API).place},
	{http.MethodPost, "/topics/:topic/tables/merge", does{topic.ActionPlace}, (*API).mergeTables},
	{http.MethodPost, "/topics/:topic/tables/rebalance", does{topic.ActionPlace}, (*API).rebalance},

	{http.MethodGet, "/topics/:topic/questions", does{topic.ActionLook}, (*API).listQuestions},
	{http.MethodPost, "/topics/:topic/rooms/:room/questions", does{topic.ActionAsk}, (*API).ask},
	{http.MethodPut, "/topics/:topic/questions/:question/support", does{topic.ActionAsk}, (*API).support},
	{http.MethodPost, "/topics/:topic/questions/fold", does{topic.ActionAnswer}, (*API).foldQuestions},
	{http.MethodPost, "/topics/:topic/questions/take", does{topic.ActionAnswer}, (*API).takeQuestion},
	{http.MethodPost, "/topics/:topic/questions/similar", does{topic.ActionFindSimilar}, (*API).findQuestions},
	{http.MethodPost, "/topics/:topic/questions/:question/answer", does{topic.ActionAnswer}, (*API).answerQuestion},
	{http.MethodPost, "/topics/:topic/rooms/:room/report", does{topic.ActionReport}, (*API).postReport},
	{http.MethodGet, "/topics/:topic/reports", does{topic.ActionLook}, (*API).listReports},

	{http.MethodGet, "/topics/:topic/ideas", does{topic.ActionLook}, (*API).listIdeas},
	{http.MethodPost, "/topics/:topic/ideas", does{topic.ActionSubmitIdea, topic.ActionRenewIdea, topic.ActionProposeOption}, (*API).submitIdea},
	{http.MethodGet, "/topics/:topic/ideas/fate", does{topic.ActionLookOwn}, (*API).getFate},
	{http.MethodPost, "/topics/:topic/ideas/:idea/coauthors", does{topic.ActionInviteCoauthor}, (*API).inviteCoauthor},
	{http.MethodPost, "/topics/:topic/ideas/:idea/coauthors/answer", does{topic.ActionAnswerInvitation}, (*API).answerInvitation},
	{http.MethodPost, "/topics/:topic/ideas/:idea/coauthors/end", does{topic.ActionAnswerInvitation}, (*API).endInvitation},
	{http.MethodGet, "/topics/:topic/disclosures", does{topic.ActionSeeDisclosures}, (*API).listDisclosures},
	{http.MethodPost, "/topics/:topic/disclosures", does{topic.ActionAskDisclosure}, (*API).askDisclosure},
	{http.MethodPost, "/topics/:topic/disclosures/:disclosure/answer", does{topic.ActionDecideDisclosure}, (*API).decideDisclosure},
	{http.MethodPost, "/topics/:topic/disclosures/:disclosure/show", does{topic.ActionShowDisclosure}, (*API).showDisclosure},
	{http.MethodPost, "/topics/:topic/deletion", does{topic.ActionAskDeletion}, (*API).askDeletion},
	{http.MethodPost, "/topics/:topic/deletion/answer", does{topic.ActionDecideDeletion}, (*API).decideDeletion},
	{http.MethodGet, "/deleted", does{topic.ActionLook}, (*API).listDeleted},
	{http.MethodGet, "/topics/:topic/paper", does{topic.ActionSeePaper}, (*API).listPaper},
	{http.MethodPost, "/topics/:topic/paper", does{topic.ActionEnterPaper}, (*API).enterPaper},
	{http.MethodPost, "/topics/:topic/paper/file", does{topic.ActionEnterPaper}, (*API).importPaper},
	{http.MethodPost, "/topics/:topic/paper/find", does{topic.ActionLook}, (*API).findPaper},
	{http.MethodPost, "/topics/:topic/paper/claim", does{topic.ActionClaimPaper}, (*API).claimPaper},
	{http.MethodPost, "/topics/:topic/similar", does{topic.ActionFindSimilar}, (*API).findSimilar},
	{http.MethodPost, "/topics/:topic/personal", does{topic.ActionFindSimilar}, (*API).findPersonal},

	{http.MethodPost, "/topics/:topic/clustering", does{topic.ActionCluster}, (*API).cluster},
	{http.MethodGet, "/topics/:topic/board", does{topic.ActionLook}, (*API).getBoard},
	{http.MethodGet, "/topics/:topic/board/ideas", does{topic.ActionLook}, (*API).listBoardIdeas},
	{http.MethodGet, "/topics/:topic/board/operations", does{topic.ActionLook}, (*API).listOperations},
	{http.MethodGet, "/topics/:topic/board/cut", does{topic.ActionSeeCut}, (*API).getCut},
	{http.MethodGet, "/topics/:topic/board/insights", does{topic.ActionLook}, (*API).getInsights},
	{http.MethodGet, "/topics/:topic/board/authors", does{topic.ActionSeeCut}, (*API).getAuthors},
	{http.MethodPost, "/topics/:topic/board", does{topic.ActionModerate, topic.ActionFreezeItems}, (*API).curate},
	{http.MethodGet, "/topics/:topic/board/split", does{topic.ActionWorkAtBoard}, (*API).proposeSplit},
	{http.MethodPut, "/topics/:topic/board/place", does{topic.ActionWorkAtBoard}, (*API).workAt},
	{http.MethodPost, "/topics/:topic/board/drafts/:draft", does{topic.ActionCheckSteps}, (*API).settleDraft},
	{http.MethodPost, "/topics/:topic/board/undo", does{topic.ActionModerate}, (*API).undo},

	{http.MethodPost, "/topics/:topic/items", does{topic.ActionFreezeItems}, (*API).freezeItems},
	{http.MethodGet, "/topics/:topic/rule", does{topic.ActionLook}, (*API).getRule},
	{http.MethodPut, "/topics/:topic/rule", does{topic.ActionSetRule}, (*API).setRule},
	{http.MethodGet, "/topics/:topic/rating", does{topic.ActionLook}, (*API).getRating},
	{http.MethodGet, "/topics/:topic/rating/receipt", does{topic.ActionLookOwn}, (*API).getRatingReceipt},
	{http.MethodGet, "/topics/:topic/rating/next", does{topic.ActionLook}, (*API).getNext},
	{http.MethodPut, "/topics/:topic/votes/:item", does{topic.ActionVote}, (*API).vote},
	{http.MethodGet, "/topics/:topic/ranking/what-if", does{topic.ActionLook}, (*API).getWhatIf},
	{http.MethodGet, "/topics/:topic/ranking/standing", does{topic.ActionSeeStanding}, (*API).getStanding},
	{http.MethodGet, "/topics/:topic/rating/pairs", does{topic.ActionLook}, (*API).getPairs},
	{http.MethodPut, "/topics/:topic/pairs", does{topic.ActionVote}, (*API).comparePair},
	{http.MethodPut, "/topics/:topic/open-votes/:item", does{topic.ActionVoteOpen}, (*API).voteOpen},
	{http.MethodPost, "/topics/:topic/tally", does{topic.ActionTally}, (*API).tally},
	{http.MethodGet, "/topics/:topic/ranking", does{topic.ActionLook}, (*API).getRanking},
	{http.MethodGet, "/topics/:topic/ranking/:item", does{topic.ActionLook}, (*API).getWhy},
	{http.MethodGet, "/topics/:topic/ranking.csv", does{topic.ActionTakeRanking}, (*API).downloadRanking},
	{http.MethodGet, "/topics/:topic/ranking.xlsx", does{topic.ActionTakeRanking}, (*API).downloadRanking},
	{http.MethodGet, "/topics/:topic/ranking.json", does{topic.ActionTakeRanking}, (*API).downloadRanking},
	{http.MethodGet, "/topics/:topic/ranking.html", does{topic.ActionTakeRanking}, (*API).downloadRanking},
	{http.MethodGet, "/topics/:topic/proposals", does{topic.ActionLook}, (*API).listProposals},
	{http.MethodPost, "/topics/:topic/proposals", does{topic.ActionPropose}, (*API).propose},
	{http.MethodPut, "/topics/:topic/proposals/:proposal", does{topic.ActionPropose}, (*API).propose},
	{http.MethodPost, "/topics/:topic/proposals/:proposal/answer", does{topic.ActionRespond}, (*API).answerProposal},
	{http.MethodPost, "/topics/:topic/proposals/:proposal/progress", does{topic.ActionRespond}, (*API).reportProgress},
	{http.MethodGet, "/topics/:topic/polls", does{topic.ActionLook}, (*API).listPolls},
	{http.MethodPost, "/topics/:topic/polls", does{topic.ActionMakePoll}, (*API).makePoll},
	{http.MethodPut, "/topics/:topic/polls/:poll", does{topic.ActionMakePoll}, (*API).makePoll},
	{http.MethodPost, "/topics/:topic/polls/:poll/open", does{topic.ActionMakePoll}, (*API).openPoll},
	{http.MethodPost, "/topics/:topic/polls/:poll/close", does{topic.ActionMakePoll}, (*API).closePoll},
	{http.MethodPost, "/topics/:topic/polls/:poll/options", does{topic.ActionAddOption}, (*API).addOption},
	{http.MethodPut, "/topics/:topic/polls/:poll/ballot", does{topic.ActionCastBallot}, (*API).castBallot},
	{http.MethodGet, "/topics/:topic/polls/:poll/receipt", does{topic.ActionLookOwn}, (*API).getBallotReceipt},
	{http.MethodGet, "/topics/:topic/polls/:poll/results.csv", does{topic.ActionLook}, (*API).downloadPoll},
	{http.MethodGet, "/topics/:topic/bundle.zip", does{topic.ActionLook}, (*API).downloadBundle},

	{http.MethodPost, "/topics/:topic/texts/erase", does{topic.ActionErase}, (*API).erase},
}

// complete sets what was left out: without a live side nobody is in a room, and
// nobody does too much.
func (o Options) complete() Options {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Guard == nil {
		o.Guard = limit.NewGuard(nil, o.Clock)
	}
	if o.Open.Network == nil {
		o.Open.Network = func(*fiber.Ctx) string { return "" }
	}
	if o.MayDo == nil {
		o.MayDo = func(string) bool { return true }
	}
	if o.MayHear == nil {
		o.MayHear = func(string, uint32) bool { return true }
	}
	if o.Present == nil {
		o.Present = func(string) map[uint32][]uint64 { return nil }
	}
	if o.PresentAt == nil {
		o.PresentAt = func(topicID string, room uint32) []uint64 { return o.Present(topicID)[room] }
	}
	if o.Seated == nil {
		o.Seated = func(string, uint32) (int, bool) { return 0, false }
	}
	if o.Here == nil {
		o.Here = func(topicID string, room uint32) int { return len(o.PresentAt(topicID, room)) }
	}
	return o
}

// Mount puts the routes under r.
func Mount(r fiber.Router, o Options) {
	a := &API{Options: o.complete(), searches: make(gate, searchers), bundles: make(gate, downloads)}
	a.guesses = newGuesses(a.Clock)
	a.warnings = limit.NewCrowd(limit.Rate{PerSecond: 1.0 / 60, Burst: 1}, a.Clock)
	a.mountOpen(r)
	for _, rt := range routes {
		rt.check()
		class := rt.class()
		r.Add(rt.method, rt.path, func(c *fiber.Ctx) error {
			c.Set(fiber.HeaderCacheControl, "no-store")
			p, err := a.identify(c)
			if err != nil && !errors.Is(err, identity.ErrSession) {
				return err
			}
			if err := a.pace(c, class, p); err != nil {
				return err
			}
			if err := rt.admit(p); err != nil {
				return err
			}
			if as := c.Get(AsHeader); as != "" && as != p.Mark() {
				return refuse("other-person", "another person is signed in here now: whoever wrote this has to sign in again to send it")
			}
			c.Locals(personKey, p)
			c.Locals(doesKey, rt.does)
			if err := a.shown(c, p); err != nil {
				return err
			}
			return a.inStage(c, rt, rt.handle(a, c))
		})
	}
}

// AsHeader says whose request it is, by [identity.Person.Mark]. Tabs of a browser
// share one session: what one person wrote must not go out in the name of another
// who has signed in since.
const AsHeader = "Veche-As"

type localKey int

const (
	personKey localKey = iota
	doesKey
	bodyKey
)

// identify answers who sent the request, or identity.ErrSession.
func (a *API) identify(c *fiber.Ctx) (identity.Person, error) {
	cookie := c.Cookies(SessionCookie(a.Secure))
	if cookie == "" {
		return identity.Person{}, identity.ErrSession
	}
	return a.Identity.Resolve(c.UserContext(), cookie)
}

// person answers who sent the request; the zero Person if nobody is signed in.
func person(c *fiber.Ctx) identity.Person {
	p, _ := c.Locals(personKey).(identity.Person)
	return p
}

func hasAny(p identity.Person, roles []topic.Role) bool {
	for _, r := range roles {
		if p.Has(r) {
			return true
		}
	}
	return false
}

// as answers under which role and pseudonym the person does an action: a given
// role that the action's rule names, else as a citizen or by ballot.
func (a *API) as(c *fiber.Ctx, topicID string, action topic.Action) (topic.Who, error) {
	p := person(c)
	if p.ID == "" {
		return topic.Who{}, identity.ErrSession
	}
	if err := serves(c, action); err != nil {
		return topic.Who{}, err
	}
	names, err := a.Pseudonyms.Pseudonyms(c.UserContext(), p.ID, topicID)
	if err != nil {
		return topic.Who{}, err
	}
	return WhoFor(p, names, action), nil
}

// WhoFor picks the role of the action's rule under which a person acts.
func WhoFor(p identity.Person, names privacy.Pseudonyms, action topic.Action) topic.Who {
	var ballot bool
	if rule := topic.RuleOf(action); rule != nil {
		for _, r := range rule.Roles {
			if p.Has(r) {
				return topic.Who{Role: r, Pseudonym: names.Staff}
			}
			ballot = ballot || r == topic.RoleBallot
		}
	}
	switch {
	case ballot:
		return topic.Who{Role: topic.RoleBallot, Pseudonym: names.Ballot}
	default:
		return topic.Who{Role: topic.RoleCitizen, Pseudonym: names.Debate}
	}
}

// submit does a command of the signed-in person.
func (a *API) submit(c *fiber.Ctx, clientID string, cmd topic.Command, texts ...journal.Text) (journal.Ack, error) {
	r, err := a.requested(c, clientID, cmd, texts...)
	if err != nil {
		return journal.Ack{}, err
	}
	return a.Journal.Submit(c.UserContext(), c.Params("topic"), r)
}

// requested is a command as the signed-in person gives it.
func (a *API) requested(c *fiber.Ctx, clientID string, cmd topic.Command, texts ...journal.Text) (journal.Request, error) {
	if err := checkClientID(clientID); err != nil {
		return journal.Request{}, err
	}
	if _, err := a.view(c); err != nil { // no names are made in a topic that does not exist
		return journal.Request{}, err
	}
	who, err := a.as(c, c.Params("topic"), cmd.Action())
	return journal.Request{Who: who, ClientID: clientID, Command: cmd, Texts: texts}, err
}

// shown refuses the topic of a request that the person may not know of as one that is
// not there.
func (a *API) shown(c *fiber.Ctx, p identity.Person) error {
	id := c.Params("topic")
	if id == "" {
		return nil
	}
	view, err := a.view(c)
	switch {
	case err == nil:
	case topic.CodeOf(err) == topic.CodeNotFound:
		return err // before anything is said of the request, as of one that is hidden
	default:
		return nil // the handler says so in its own order
	}
	hidden := false
	view.Read(func(s *topic.State, _ uint64) { hidden = !s.ShownTo(p.Roles) })
	if hidden {
		return journal.NoTopic(id)
	}
	return nil
}

// view answers the topic of the request.
func (a *API) view(c *fiber.Ctx) (*journal.View, error) {
	return a.Journal.View(c.UserContext(), c.Params("topic"))
}

func (a *API) getProblems(c *fiber.Ctx) error { return c.JSON(fiber.Map{"problems": kinds}) }
