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
	"veche/server/privacy"
	"veche/server/similar"
	"veche/server/topic"
)

// Identity is what the API asks about people.
type Identity interface {
	Resolve(ctx context.Context, cookie string) (identity.Person, error)
	Redeem(ctx context.Context, code string) (token string, p identity.Person, err error)
	End(ctx context.Context, cookie string) error
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
	MayRemark  func(person string) bool               // takes one from what the person may say now
	MayDo      func(person string) bool               // the same for what takes no words
	MayHear    func(topicID string, room uint32) bool // takes one from what a room may be told now
	Present    job.Presence
	PresentAt  func(topicID string, room uint32) []uint64     // the same, in one room
	Here       func(topicID string, room uint32) int          // how many are in a room now
	Seated     func(topicID string, table uint32) (int, bool) // how many sit at a table; false if that is not kept
	Secure     bool                                           // cookies for https only
	Demo       func() []DemoLink
	Clock      func() time.Time
	Log        *slog.Logger
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

	openSalt [16]byte // tags of the open interface don't outlive the program
	visitors *visitors
	lists    job.Keeper[listKey, *wholeList] // by topic/kind.form
}

// access says who may call a route at all.
type access int

const (
	public   access = iota // anyone
	signedIn               // anyone who is signed in
	staff                  // the roles of the route, or what the action's rule says
)

// route is one line of the table.
type route struct {
	method, path string
	access       access
	roles        []topic.Role
	handle       func(a *API, c *fiber.Ctx) error
}

var readers = []topic.Role{topic.RolePlanner, topic.RoleRegistrar, topic.RoleAuditor, topic.RoleAdministrator}

// Those who lead a debate, who take questions to the experts, and who watch all
// tables.
var (
	leaders  = []topic.Role{topic.RoleFacilitator, topic.RolePlanner}
	experts  = []topic.Role{topic.RoleFacilitator, topic.RoleModerator, topic.RolePlanner}
	guards   = []topic.Role{topic.RoleFacilitator, topic.RoleModerator} // who decide on reports
	watchers = []topic.Role{topic.RoleFacilitator, topic.RoleModerator, topic.RolePlanner, topic.RoleAuditor}
	lookers  = []topic.Role{topic.RoleAnalyst, topic.RoleAuditor, topic.RoleModerator, topic.RolePlanner} // who see signals, the last two only those handed on
)

// routes is the whole interface. A command's own rule stands in topic.Policy.
var routes = []route{
	{http.MethodGet, "/session", public, nil, (*API).getSession},
	{http.MethodPost, "/session", public, nil, (*API).signIn},
	{http.MethodDelete, "/session", public, nil, (*API).signOut},
	{http.MethodGet, "/problems", public, nil, (*API).getProblems},

	{http.MethodGet, "/search", public, nil, (*API).openSearch},
	{http.MethodGet, "/vocabularies", public, nil, (*API).openVocabularies},

	{http.MethodGet, "/topics", public, nil, (*API).listTopics},
	{http.MethodPost, "/topics", staff, []topic.Role{topic.RolePlanner}, (*API).createTopic},
	{http.MethodGet, "/topics/:topic", public, nil, (*API).getTopic},
	{http.MethodPut, "/topics/:topic/settings", staff, []topic.Role{topic.RolePlanner}, (*API).putSettings},
	{http.MethodPost, "/topics/:topic/stage", staff, []topic.Role{topic.RolePlanner}, (*API).openStage},
	{http.MethodGet, "/topics/:topic/history", public, nil, (*API).getHistory},

	{http.MethodPost, "/topics/:topic/application", signedIn, nil, (*API).apply},
	{http.MethodDelete, "/topics/:topic/application", signedIn, nil, (*API).withdraw},
	{http.MethodPost, "/topics/:topic/people", staff, []topic.Role{topic.RoleRegistrar, topic.RolePlanner}, (*API).importPeople},
	{http.MethodGet, "/topics/:topic/imports", staff, []topic.Role{topic.RoleRegistrar, topic.RolePlanner}, (*API).listImports},
	{http.MethodDelete, "/topics/:topic/imports/:import", staff, []topic.Role{topic.RoleRegistrar, topic.RolePlanner}, (*API).withdrawImport},
	{http.MethodGet, "/topics/:topic/pool", staff, readers, (*API).getPool},

	{http.MethodPost, "/topics/:topic/population", staff, []topic.Role{topic.RolePlanner}, (*API).readPopulation},
	{http.MethodPost, "/topics/:topic/marks", staff, []topic.Role{topic.RolePlanner, topic.RoleRegistrar}, (*API).mark},
	{http.MethodGet, "/topics/:topic/marks", staff, []topic.Role{topic.RolePlanner, topic.RoleRegistrar}, (*API).listMarks},

	{http.MethodPost, "/topics/:topic/draw/check", staff, []topic.Role{topic.RolePlanner}, (*API).checkDraw},
	{http.MethodPost, "/topics/:topic/draw/commit", staff, []topic.Role{topic.RolePlanner}, (*API).commitDraw},
	{http.MethodPost, "/topics/:topic/draw/abort", staff, []topic.Role{topic.RolePlanner}, (*API).abortDraw},
	{http.MethodGet, "/topics/:topic/draw/commitments/:commitment/commitment.json", public, nil, (*API).getCommitment},
	{http.MethodGet, "/topics/:topic/draw/:round/report.html", public, nil, (*API).getDrawReport},
	{http.MethodGet, "/topics/:topic/draw/:round/proof.json", public, nil, (*API).getProof},
	{http.MethodGet, "/topics/:topic/draw/:round/receipt", signedIn, nil, (*API).getReceipt},
	{http.MethodGet, "/topics/:topic/draw/:round/seats.csv", staff, []topic.Role{topic.RolePlanner, topic.RoleRegistrar}, (*API).downloadSeats},
	{http.MethodPost, "/topics/:topic/draw", staff, []topic.Role{topic.RolePlanner}, (*API).draw},
	{http.MethodGet, "/topics/:topic/draw", public, nil, (*API).getDraw},
	{http.MethodPost, "/topics/:topic/seat", signedIn, nil, (*API).answerSeat},
	{http.MethodPost, "/topics/:topic/seats/accept", staff, []topic.Role{topic.RolePlanner}, (*API).acceptSeats},
	{http.MethodPost, "/topics/:topic/seats/answer", staff, []topic.Role{topic.RolePlanner}, (*API).answerSeats},
	{http.MethodGet, "/topics/:topic/seats", staff, []topic.Role{topic.RolePlanner, topic.RoleRegistrar}, (*API).getSeats},
	{http.MethodPost, "/topics/:topic/replacements", staff, []topic.Role{topic.RolePlanner}, (*API).draw},
	{http.MethodPost, "/topics/:topic/tables/round", staff, []topic.Role{topic.RolePlanner}, (*API).openTableRound},
	{http.MethodPost, "/topics/:topic/tables", staff, []topic.Role{topic.RolePlanner}, (*API).seatTables},
	{http.MethodGet, "/topics/:topic/tables", public, nil, (*API).getTables},

	{http.MethodGet, "/topics/:topic/rooms/:room/remarks", public, nil, (*API).listRemarks},
	{http.MethodPost, "/topics/:topic/rooms/:room/remarks", signedIn, nil, (*API).say},
	{http.MethodPost, "/topics/:topic/remarks/:remark/remove", staff, []topic.Role{topic.RoleModerator, topic.RoleFacilitator}, (*API).removeRemark},

	{http.MethodGet, "/topics/:topic/rooms/:room/feed", public, nil, (*API).getFeed},
	{http.MethodGet, "/topics/:topic/remarks/:remark/thread", public, nil, (*API).getThread},
	{http.MethodPut, "/topics/:topic/remarks/:remark/reaction", signedIn, nil, (*API).react},
	{http.MethodPost, "/topics/:topic/remarks/:remark/pin", staff, leaders, (*API).pin},
	{http.MethodPost, "/topics/:topic/remarks/:remark/flag", signedIn, nil, (*API).flag},
	{http.MethodGet, "/topics/:topic/flags/mine", signedIn, nil, (*API).listMyFlags},
	{http.MethodPost, "/topics/:topic/ideas/:idea/flag", signedIn, nil, (*API).flagIdea},

	{http.MethodGet, "/topics/:topic/cases", staff, guards, (*API).listCases},
	{http.MethodPost, "/topics/:topic/cases/claim", staff, guards, (*API).claimCases},
	{http.MethodPost, "/topics/:topic/cases/settle", staff, guards, (*API).settleCases},
	{http.MethodPost, "/topics/:topic/appeals", signedIn, nil, (*API).appeal},
	{http.MethodPost, "/topics/:topic/appeals/:appeal", staff, []topic.Role{topic.RoleModerator}, (*API).hearAppeal},
	{http.MethodGet, "/topics/:topic/decisions", signedIn, nil, (*API).listDecisions},
	{http.MethodPost, "/topics/:topic/sanctions", staff, guards, (*API).punish},
	{http.MethodGet, "/topics/:topic/sanctions", staff, guards, (*API).listSanctions},
	{http.MethodPost, "/topics/:topic/sanctions/:sanction/lift", staff, guards, (*API).liftSanction},
	{http.MethodPost, "/topics/:topic/mask", signedIn, nil, (*API).mask},
	{http.MethodGet, "/topics/:topic/moderation", public, nil, (*API).getModeration},
	{http.MethodPut, "/topics/:topic/moderation", staff, []topic.Role{topic.RolePlanner}, (*API).putModeration},
	{http.MethodPut, "/topics/:topic/replies", staff, []topic.Role{topic.RoleModerator}, (*API).putReplies},

	{http.MethodGet, "/topics/:topic/problems", public, nil, (*API).listTroubles},
	{http.MethodPost, "/topics/:topic/problems", signedIn, nil, (*API).reportTrouble},
	{http.MethodPost, "/topics/:topic/problems/:problem/step", staff, []topic.Role{topic.RolePlanner}, (*API).moveTrouble},
	{http.MethodPost, "/topics/:topic/problems/:problem/reopen", signedIn, nil, (*API).reopenTrouble},

	{http.MethodGet, "/topics/:topic/signals", staff, lookers, (*API).listSignals},
	{http.MethodPost, "/topics/:topic/signals", staff, []topic.Role{topic.RoleAnalyst}, (*API).seekSignals},
	{http.MethodPost, "/topics/:topic/signals/look", staff, []topic.Role{topic.RoleAnalyst}, (*API).handleSignal},

	{http.MethodGet, "/topics/:topic/rooms/:room/floor", public, nil, (*API).getFloor},
	{http.MethodPost, "/topics/:topic/rooms/:room/floor", signedIn, nil, (*API).doFloor},
	{http.MethodGet, "/topics/:topic/wall", staff, watchers, (*API).getWall},
	{http.MethodPost, "/topics/:topic/steer", staff, leaders, (*API).steer},
	{http.MethodPost, "/topics/:topic/places", staff, leaders, (*API).place},
	{http.MethodPost, "/topics/:topic/tables/merge", staff, leaders, (*API).mergeTables},
	{http.MethodPost, "/topics/:topic/tables/rebalance", staff, leaders, (*API).rebalance},

	{http.MethodGet, "/topics/:topic/questions", public, nil, (*API).listQuestions},
	{http.MethodPost, "/topics/:topic/rooms/:room/questions", signedIn, nil, (*API).ask},
	{http.MethodPut, "/topics/:topic/questions/:question/support", signedIn, nil, (*API).support},
	{http.MethodPost, "/topics/:topic/questions/fold", staff, experts, (*API).foldQuestions},
	{http.MethodPost, "/topics/:topic/questions/take", staff, experts, (*API).takeQuestion},
	{http.MethodPost, "/topics/:topic/questions/similar", signedIn, nil, (*API).findQuestions},
	{http.MethodPost, "/topics/:topic/questions/:question/answer", staff, experts, (*API).answerQuestion},
	{http.MethodPost, "/topics/:topic/rooms/:room/report", signedIn, nil, (*API).postReport},
	{http.MethodGet, "/topics/:topic/reports", public, nil, (*API).listReports},

	{http.MethodGet, "/topics/:topic/ideas", public, nil, (*API).listIdeas},
	{http.MethodPost, "/topics/:topic/ideas", signedIn, nil, (*API).submitIdea},
	{http.MethodGet, "/topics/:topic/ideas/fate", signedIn, nil, (*API).getFate},
	{http.MethodPost, "/topics/:topic/ideas/:idea/coauthors", signedIn, nil, (*API).inviteCoauthor},
	{http.MethodPost, "/topics/:topic/ideas/:idea/coauthors/answer", signedIn, nil, (*API).answerInvitation},
	{http.MethodPost, "/topics/:topic/ideas/:idea/coauthors/end", signedIn, nil, (*API).endInvitation},
	{http.MethodGet, "/topics/:topic/paper", staff, []topic.Role{topic.RoleRegistrar}, (*API).listPaper},
	{http.MethodPost, "/topics/:topic/paper", staff, []topic.Role{topic.RoleRegistrar}, (*API).enterPaper},
	{http.MethodPost, "/topics/:topic/paper/file", staff, []topic.Role{topic.RoleRegistrar}, (*API).importPaper},
	{http.MethodPost, "/topics/:topic/paper/find", public, nil, (*API).findPaper},
	{http.MethodPost, "/topics/:topic/paper/claim", signedIn, nil, (*API).claimPaper},
	{http.MethodPost, "/topics/:topic/similar", signedIn, nil, (*API).findSimilar},
	{http.MethodPost, "/topics/:topic/personal", signedIn, nil, (*API).findPersonal},

	{http.MethodPost, "/topics/:topic/clustering", staff, []topic.Role{topic.RoleModerator, topic.RolePlanner}, (*API).cluster},
	{http.MethodGet, "/topics/:topic/board", public, nil, (*API).getBoard},
	{http.MethodGet, "/topics/:topic/board/ideas", public, nil, (*API).listBoardIdeas},
	{http.MethodGet, "/topics/:topic/board/operations", public, nil, (*API).listOperations},
	{http.MethodGet, "/topics/:topic/board/cut", staff, []topic.Role{topic.RoleModerator, topic.RolePlanner}, (*API).getCut},
	{http.MethodGet, "/topics/:topic/board/insights", public, nil, (*API).getInsights},
	{http.MethodGet, "/topics/:topic/board/authors", staff, []topic.Role{topic.RoleModerator, topic.RolePlanner}, (*API).getAuthors},
	{http.MethodPost, "/topics/:topic/board", staff, []topic.Role{topic.RoleModerator, topic.RolePlanner}, (*API).curate},
	{http.MethodGet, "/topics/:topic/board/split", staff, []topic.Role{topic.RoleModerator}, (*API).proposeSplit},
	{http.MethodPut, "/topics/:topic/board/place", staff, []topic.Role{topic.RoleModerator}, (*API).workAt},
	{http.MethodPost, "/topics/:topic/board/drafts/:draft", staff, []topic.Role{topic.RoleModerator, topic.RolePlanner}, (*API).settleDraft},
	{http.MethodPost, "/topics/:topic/board/undo", staff, []topic.Role{topic.RoleModerator}, (*API).undo},

	{http.MethodPost, "/topics/:topic/items", staff, []topic.Role{topic.RoleModerator, topic.RolePlanner}, (*API).freezeItems},
	{http.MethodGet, "/topics/:topic/rule", public, nil, (*API).getRule},
	{http.MethodPut, "/topics/:topic/rule", staff, []topic.Role{topic.RolePlanner}, (*API).setRule},
	{http.MethodGet, "/topics/:topic/rating", public, nil, (*API).getRating},
	{http.MethodGet, "/topics/:topic/rating/next", public, nil, (*API).getNext},
	{http.MethodPut, "/topics/:topic/votes/:item", signedIn, nil, (*API).vote},
	{http.MethodGet, "/topics/:topic/ranking/what-if", public, nil, (*API).getWhatIf},
	{http.MethodGet, "/topics/:topic/ranking/standing", staff, []topic.Role{topic.RolePlanner}, (*API).getStanding},
	{http.MethodGet, "/topics/:topic/rating/pairs", public, nil, (*API).getPairs},
	{http.MethodPut, "/topics/:topic/pairs", signedIn, nil, (*API).comparePair},
	{http.MethodPut, "/topics/:topic/open-votes/:item", signedIn, nil, (*API).voteOpen},
	{http.MethodPost, "/topics/:topic/tally", staff, []topic.Role{topic.RolePlanner}, (*API).tally},
	{http.MethodGet, "/topics/:topic/ranking", public, nil, (*API).getRanking},
	{http.MethodGet, "/topics/:topic/ranking/:item", public, nil, (*API).getWhy},
	{http.MethodGet, "/topics/:topic/ranking.csv", staff, []topic.Role{topic.RolePlanner, topic.RoleAuditor}, (*API).downloadRanking},
	{http.MethodGet, "/topics/:topic/ranking.xlsx", staff, []topic.Role{topic.RolePlanner, topic.RoleAuditor}, (*API).downloadRanking},
	{http.MethodGet, "/topics/:topic/ranking.json", staff, []topic.Role{topic.RolePlanner, topic.RoleAuditor}, (*API).downloadRanking},
	{http.MethodGet, "/topics/:topic/ranking.html", staff, []topic.Role{topic.RolePlanner, topic.RoleAuditor}, (*API).downloadRanking},
	{http.MethodGet, "/topics/:topic/proposals", public, nil, (*API).listProposals},
	{http.MethodPost, "/topics/:topic/proposals", staff, []topic.Role{topic.RolePlanner}, (*API).propose},
	{http.MethodPut, "/topics/:topic/proposals/:proposal", staff, []topic.Role{topic.RolePlanner}, (*API).propose},
	{http.MethodPost, "/topics/:topic/proposals/:proposal/answer", staff, []topic.Role{topic.RolePlanner}, (*API).answerProposal},
	{http.MethodPost, "/topics/:topic/proposals/:proposal/progress", staff, []topic.Role{topic.RolePlanner}, (*API).reportProgress},
	{http.MethodGet, "/topics/:topic/polls", public, nil, (*API).listPolls},
	{http.MethodPost, "/topics/:topic/polls", staff, []topic.Role{topic.RolePlanner}, (*API).makePoll},
	{http.MethodPut, "/topics/:topic/polls/:poll", staff, []topic.Role{topic.RolePlanner}, (*API).makePoll},
	{http.MethodPost, "/topics/:topic/polls/:poll/open", staff, []topic.Role{topic.RolePlanner}, (*API).openPoll},
	{http.MethodPost, "/topics/:topic/polls/:poll/close", staff, []topic.Role{topic.RolePlanner}, (*API).closePoll},
	{http.MethodPost, "/topics/:topic/polls/:poll/options", staff, []topic.Role{topic.RoleModerator}, (*API).addOption},
	{http.MethodPut, "/topics/:topic/polls/:poll/ballot", signedIn, nil, (*API).castBallot},
	{http.MethodGet, "/topics/:topic/polls/:poll/receipt", signedIn, nil, (*API).getBallotReceipt},
	{http.MethodGet, "/topics/:topic/polls/:poll/results.csv", public, nil, (*API).downloadPoll},
	{http.MethodGet, "/topics/:topic/bundle.zip", public, nil, (*API).downloadBundle},

	{http.MethodPost, "/topics/:topic/texts/erase", staff, []topic.Role{topic.RoleRegistrar, topic.RoleModerator}, (*API).erase},
}

// complete sets what was left out: without a live side nobody is in a room, and
// nobody does too much.
func (o Options) complete() Options {
	if o.Clock == nil {
		o.Clock = time.Now
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
	a.mountOpen(r)
	for _, rt := range routes {
		r.Add(rt.method, rt.path, func(c *fiber.Ctx) error {
			c.Set(fiber.HeaderCacheControl, "no-store")
			p, err := a.identify(c)
			if err != nil && (rt.access != public || !errors.Is(err, identity.ErrSession)) {
				return err
			}
			if rt.access == staff && !hasAny(p, rt.roles) {
				return refuse("forbidden", "this needs the role "+roleNames(rt.roles))
			}
			if as := c.Get(AsHeader); as != "" && as != p.Mark() {
				return refuse("other-person", "another person is signed in here now: whoever wrote this has to sign in again to send it")
			}
			c.Locals(personKey, p)
			return rt.handle(a, c)
		})
	}
}

// AsHeader says whose request it is, by [identity.Person.Mark]. Tabs of a browser
// share one session: what one person wrote must not go out in the name of another
// who has signed in since.
const AsHeader = "Veche-As"

type localKey int

const personKey localKey = 0

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

func roleNames(roles []topic.Role) string {
	s := ""
	for i, r := range roles {
		if i > 0 {
			s += " or "
		}
		s += r.String()
	}
	return s
}

// as answers under which role and pseudonym the person does an action: a given
// role that the action's rule names, else as a citizen or by ballot.
func (a *API) as(c *fiber.Ctx, topicID string, action topic.Action) (topic.Who, error) {
	p := person(c)
	if p.ID == "" {
		return topic.Who{}, identity.ErrSession
	}
	names, err := a.Pseudonyms.Pseudonyms(c.UserContext(), p.ID, topicID)
	if err != nil {
		return topic.Who{}, err
	}
	return WhoFor(p, names, action), nil
}

// WhoFor picks the role of the action's rule under which a person acts.
func WhoFor(p identity.Person, names privacy.Pseudonyms, action topic.Action) topic.Who {
	var citizen, ballot bool
	for _, rule := range topic.Policy {
		if rule.Action != action {
			continue
		}
		for _, r := range rule.Roles {
			if p.Has(r) {
				return topic.Who{Role: r, Pseudonym: names.Staff}
			}
			citizen = citizen || r == topic.RoleCitizen
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

// view answers the topic of the request.
func (a *API) view(c *fiber.Ctx) (*journal.View, error) {
	return a.Journal.View(c.UserContext(), c.Params("topic"))
}

func (a *API) getProblems(c *fiber.Ctx) error { return c.JSON(fiber.Map{"problems": kinds}) }
