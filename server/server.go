package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"

	"veche/server/api"
	"veche/server/audit"
	"veche/server/bus"
	"veche/server/catalogue"
	"veche/server/config"
	"veche/server/deletion"
	"veche/server/identity"
	"veche/server/intake"
	"veche/server/job"
	"veche/server/journal"
	"veche/server/limit"
	"veche/server/live"
	"veche/server/mail"
	"veche/server/notary"
	"veche/server/privacy"
	"veche/server/similar"
	"veche/server/store"
	"veche/server/store/sqlite"
	"veche/server/subject"
	"veche/server/topic"
)

// Options are what a server is started with.
type Options struct {
	Data      string      // directory of database and keys
	Store     string      // "" or SQLite for the database there, or a MongoDB's address
	Bus       string      // a NATS's address where there are several nodes
	Node      NodeOptions // empty for the only server
	Listen    string      // host:port; port 0 for any
	Metrics   string      // host:port of the metrics' own listener, "" for none
	PublicURL string      // "" where browsers use the listen address itself
	Demo      bool
	ReadOnly  bool // read beside a running server
	Retention config.Retention
	Limits    config.Limits    // of sockets; zero values mean the defaults
	Settings  []config.Setting // in force, to be shown
	Open      config.Open      // how open data is given; zero values mean the defaults
	Witnesses []string         // keys whose cosignatures of checkpoints are taken
	Proxies   []netip.Prefix   // whose X-Forwarded-For counts
	TLS       config.TLS       // empty where a proxy ends it
	SignIn    SignIn
	Drain     time.Duration // how long to go on serving, and not be ready, before shutting down
	Log       *slog.Logger
	Clock     func() time.Time

	wrap   func(store.Store) store.Store // what a measurement puts around the store
	fault  func() sqlite.Fault           // what goes wrong with a commit, for tests
	shared store.Store                   // in the place of Store, for tests of several nodes
}

// Server is a running installation, or the parts of one for a command.
type Server struct {
	options  Options // but for Clock, which is never set back
	clock    *steadyClock
	store    store.Store
	lost     <-chan struct{} // closes when another process takes the store over
	Journal  *journal.Journal
	Jobs     *job.Jobs
	Intake   *intake.Intake
	Vault    *privacy.Vault
	People   *identity.Directory
	keys     *privacy.Keyring
	signed   atomic.Pointer[signings] // by the key of now
	rotating sync.Mutex               // one change of the keys at a time
	Subjects *subject.Desk
	// Deletions destroys whole topics.
	Deletions *deletion.Deletions
	records   *catalogue.Catalogue
	doubles   job.Keeper[poolKey, *api.LikelyDoubles]
	hub       *live.Hub
	balancer  *job.Balancer
	relay     *relay
	nodes     nodes
	similar   *similar.Ideas
	questions *similar.Questions
	notary    *notary.Notary
	app       *fiber.App
	listener  *listener
	port      net.Listener // the listener, or TLS over it
	draining  atomic.Bool
	desk      net.Listener // for the command line, nil where there is none
	errands   sync.WaitGroup
	timed     *timedStore
	guard     *limit.Guard
	mail      *mail.Queue  // nil where none is sent
	metrics   *http.Server // nil where there is none
	// MetricsURL is where the metrics are, once the server listens.
	MetricsURL string
	began      time.Time
	kept       atomic.Pointer[keptRun]         // the last look at what has been kept long enough
	examined   atomic.Pointer[api.Examination] // the last
	examining  sync.Mutex
	demo       []api.DemoLink
	witness    *audit.Cosigner // the demo's own, nil otherwise
}

// Open opens the data and wires the parts, without listening.
func Open(ctx context.Context, o Options) (*Server, error) {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Limits == (config.Limits{}) {
		o.Limits = config.Default().Limits
	}
	if o.Open == (config.Open{}) {
		o.Open = config.Default().Open
	}
	guard, clock := limit.NewGuard(limit.Scaled(o.Limits.RequestsPercent), o.Clock), newSteadyClock(o.Clock)
	o.Clock = clock.now
	s := &Server{options: o, clock: clock, began: o.Clock(), guard: guard}
	var err error
	if s.store, s.lost, err = openStore(ctx, o); err != nil {
		return nil, err
	}
	if o.wrap != nil {
		s.store = o.wrap(s.store)
	}
	s.timed = newTimedStore(s.store)
	s.store = s.timed
	if err := haveKeys(ctx, s.store, o.Data); err != nil {
		return nil, errors.Join(err, s.store.Close())
	}
	if s.keys, err = privacy.OpenKeyring(keysDir(o.Data), o.Clock); err != nil {
		return nil, errors.Join(err, s.store.Close())
	}
	if o.Demo && !o.ReadOnly {
		if err := s.openDemo(ctx); err != nil {
			return nil, errors.Join(err, s.store.Close())
		}
	}
	s.Vault = privacy.NewVault(s.keys, records{s.store}, o.Clock)
	s.People = identity.NewDirectory(records{s.store}, s.Vault, o.Clock)
	s.People.GoBy(clock.wall)
	if !o.ReadOnly {
		if err := s.openNode(ctx); err != nil {
			return nil, errors.Join(err, s.store.Close())
		}
		if err := s.sameKeys(ctx); err != nil {
			return nil, errors.Join(err, s.closeNode(ctx), s.store.Close())
		}
	}
	s.Journal = journal.Open(s.store, s.journalOptions())
	if s.notary, err = s.openNotary(); err != nil {
		return nil, errors.Join(err, s.Journal.Close(), s.store.Close())
	}
	s.similar, s.questions = similar.New(s.Journal), similar.NewQuestions(s.Journal)
	s.Subjects = s.subjects()
	s.Jobs = job.New(s.Journal, s.Subjects, o.Clock)
	if s.nodes.self != nil {
		s.Jobs.Alone = func(ctx context.Context, topicID string) (func(), bool) { return s.alone(ctx, "job/"+topicID) }
	}
	s.Subjects.Forgotten = s.Jobs.Forget
	s.Deletions = s.deletions()
	s.records = catalogue.New(s.Journal, s.Jobs)
	if o.SignIn.NeedsFactor {
		s.People.RequireFactor()
	}
	if err := s.openMail(); err != nil {
		return nil, errors.Join(err, s.store.Close())
	}
	s.hub = live.New(s.Journal, live.Options{Identify: s.identify, Origins: publicOrigin(o.PublicURL), Limits: socketLimits(o.Limits), Proxies: o.Proxies, Clock: o.Clock, Place: s.place, Late: s.late, Log: o.Log})
	s.balancer = job.NewBalancer(s.Jobs, s.hub.Present)
	s.People.OnEnd(s.revoke)
	if s.relay, err = newRelay(bus.NewLocal(busQueue), s.Journal.Topics, s.hub.Publish); err != nil {
		return nil, errors.Join(err, s.store.Close())
	}
	if err := s.openDoor(); err != nil {
		return nil, errors.Join(err, s.store.Close())
	}
	s.Intake = &intake.Intake{Journal: s.Journal, Enroller: s.Vault, Keeper: s.Vault, NewID: identity.NewID}
	return s, nil
}

func socketLimits(l config.Limits) live.Limits {
	return live.Limits{
		Sockets: l.Sockets, PerPerson: l.SocketsPerPerson, PerAddress: l.SocketsPerAddress,
		Messages: l.MessagesPerSecond, MessagesBurst: l.MessagesBurst, Remarks: l.RemarksPerMinute, RemarksBurst: l.RemarksBurst,
		Acts: l.ActsPerMinute, ActsBurst: l.ActsBurst, RoomRemarks: l.RoomPerSecond, RoomBurst: l.RoomBurst,
		MessageTimeout: time.Duration(l.MessageTimeoutMilli) * time.Millisecond,
	}
}

// publish puts a commit on the bus; no topic is loaded before there is one.
func (s *Server) publish(c journal.Committed) {
	if err := errors.Join(s.relay.publish(c), s.spread(c)); err != nil {
		s.options.Log.Error("a commit was not published", "topic", c.Topic, "error", err)
	}
}

// Close ends what Open began.
func (s *Server) Close() error {
	grace, cancel := context.WithTimeout(context.Background(), shutdownGrace)
	defer cancel()
	return errors.Join(s.closeDesk(), s.closeMetrics(), s.closeIndexes(), s.hub.Shutdown(grace), s.Journal.Close(), s.closeNode(grace), s.relay.close(), s.store.Close())
}

// closeIndexes ends what is read for the search, before what it reads from closes.
func (s *Server) closeIndexes() error {
	s.similar.Close()
	s.questions.Close()
	return nil
}

// Listen opens the port and makes the routes; Serve answers them.
func (s *Server) Listen() error {
	port, err := net.Listen("tcp", s.options.Listen)
	if err != nil {
		return fmt.Errorf("can't listen on %s: %w: choose another --listen", s.options.Listen, err)
	}
	listener := newListener(port, mostConnections(mostFiles()), s.options.Log)
	s.listener, s.port = listener, listener
	if s.options.TLS != (config.TLS{}) {
		c, err := openCertificate(s.options.TLS.Cert, s.options.TLS.Key, s.options.Log)
		if err != nil {
			return errors.Join(err, listener.Close())
		}
		s.port = c.over(listener)
	}
	if err := s.deleteAgain(context.Background()); err != nil {
		return errors.Join(err, listener.Close())
	}
	if err := s.eraseAgain(context.Background()); err != nil {
		return errors.Join(err, listener.Close())
	}
	if err := s.issueBallots(context.Background()); err != nil {
		return errors.Join(err, listener.Close())
	}
	if err := s.attend(context.Background()); err != nil {
		return errors.Join(err, listener.Close())
	}
	if err := s.listenMetrics(); err != nil {
		return errors.Join(err, listener.Close())
	}
	ways, err := s.ways()
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	s.app = s.routes(ways, s.site())
	s.openDesk()
	return nil
}

// URL is where browsers find the server.
func (s *Server) URL() string {
	if s.options.PublicURL != "" {
		return strings.TrimSuffix(s.options.PublicURL, "/")
	}
	return s.scheme() + "://" + s.listener.Addr().String()
}

// Serve answers requests until ctx ends, then shuts down within the grace time.
func (s *Server) Serve(ctx context.Context) error {
	failed := make(chan error, 1)
	tended, stop := context.WithCancel(ctx)
	defer stop()
	go tendMemory(tended, s.hub.Sockets)
	balanced := make(chan struct{})
	go func() {
		defer close(balanced)
		s.balance(tended)
	}()
	indexed := make(chan struct{})
	go func() {
		defer close(indexed)
		s.records.Tend(tended, func(err error) { s.options.Log.Error("the search's index is behind", "error", err) })
	}()
	var signIn sync.WaitGroup
	signIn.Go(func() { s.sweep(tended) })
	signIn.Go(func() { s.keepTimes(tended) })
	signIn.Go(func() { s.tellHere(tended) })
	if s.mail != nil {
		signIn.Go(func() { s.mail.Run(tended) })
	}
	defer func() { // before the journal closes those who use it must be still
		stop()
		signIn.Wait()
		<-balanced
		<-indexed
	}()
	go func() { failed <- s.app.Listener(s.port) }()
	select {
	case err := <-failed:
		return err
	case <-s.lost:
		return errors.Join(errTakenOver, s.shutdown())
	case <-ctx.Done():
	}
	s.draining.Store(true)
	select {
	case err := <-failed:
		return err
	case <-time.After(s.options.Drain):
	}
	return s.shutdown()
}

// shutdown ends sockets and requests within the grace time.
func (s *Server) shutdown() error {
	grace, cancel := context.WithTimeout(context.Background(), shutdownGrace)
	defer cancel()
	// Sockets first: their own drain tells clients to come back.
	err := s.hub.Shutdown(grace)
	err = errors.Join(err, s.app.ShutdownWithContext(grace))
	if e := s.listener.Close(); !errors.Is(e, net.ErrClosed) { // the app had not taken it yet
		err = errors.Join(err, e)
	}
	return err
}

// busQueue is how many batches the live rooms may be behind.
const busQueue = 4096

const (
	shutdownGrace = 10 * time.Second
	// readTimeout bounds a request's head and body; an upload of a file asks
	// for more.
	readTimeout  = 15 * time.Second
	writeTimeout = 2 * time.Minute
	idleTimeout  = 75 * time.Second
)

// issueBallots gives out the ballots of ratings that were opened just before a
// crash; where all have theirs it does nothing.
func (s *Server) issueBallots(ctx context.Context) error {
	topics, err := s.Journal.Topics(ctx)
	if err != nil {
		return err
	}
	for _, id := range topics {
		waiting := false
		var polls []uint32
		view, err := s.Journal.View(ctx, id)
		if errors.Is(err, journal.ErrDamaged) {
			continue // the others can be read
		}
		if err != nil {
			return err
		}
		view.Read(func(st *topic.State, _ uint64) {
			waiting = st.StageKind() == topic.StageRating && len(st.Ballots) == 0
			for i := range st.Polls {
				if p := &st.Polls[i]; p.Status == topic.PollOpen && len(p.Roll) == 0 && p.Electorate != topic.ElectorateEveryone {
					polls = append(polls, uint32(i+1))
				}
			}
		})
		for _, n := range polls {
			if err := api.IssuePollBallots(ctx, s.Journal, s.Vault, id, n); err != nil {
				return fmt.Errorf("issuing the ballots of poll %d of topic %s: %w", n, id, err)
			}
		}
		if !waiting {
			continue
		}
		if err := api.IssueBallots(ctx, s.Journal, s.Vault, id); err != nil {
			return fmt.Errorf("issuing the ballots of topic %s: %w", id, err)
		}
	}
	return nil
}

func (s *Server) routes(ways api.Ways, site string) *fiber.App {
	app := fiber.New(fiber.Config{
		// No ReduceMemoryUsage: fasthttp would give a connection's reader to others
		// while a streamed body still reads from it.
		AppName: "veche", DisableStartupMessage: true, Immutable: true, StreamRequestBody: true,
		DisablePreParseMultipartForm: true, // no route takes one
		ReadTimeout:                  readTimeout, WriteTimeout: writeTimeout, IdleTimeout: idleTimeout, ReadBufferSize: 8 << 10,
		BodyLimit: 1 << 20, ErrorHandler: api.ErrorHandler(s.secure(), s.options.Log),
	})
	app.Server().KeepHijackedConns = true
	app.Use(api.Headers(s.secure()), s.trace, caught, s.knownHost)
	app.Get("/healthz", s.getHealth)
	app.Get("/readyz", s.getReady)
	app.Get("/live", s.hub.Handler())
	app.Use(api.SameOrigin(s.origins))
	api.Mount(app.Group("/api"), api.Options{
		Journal: s.Journal, Identity: s.People, Pseudonyms: s.Vault, Papers: s.Vault, Jobs: s.Jobs, Intake: s.Intake, Similar: s.similar, Questions: s.questions,
		Catalogue: s.records, Open: s.openData(), Ways: ways, Site: site,
		Subjects: s.Subjects, Guard: s.guard, Doubles: s, Protection: s.Protection, Keeper: s,
		Bundles: s, Notary: s.notary, WhoWrote: s.whoWrote, MayRemark: s.hub.MayRemark, MayDo: s.hub.MayAct, MayHear: s.hub.MayHear, Present: s.hub.Present, PresentAt: s.hub.PresentAt, Here: s.hub.Here, Seated: s.hub.Seated, Secure: s.secure(), Demo: s.demoLinks(), Clock: s.options.Clock, Log: s.options.Log,
	})
	app.Use("/api", func(*fiber.Ctx) error { return fiber.ErrNotFound })
	app.Get("/id/*", api.Resolve)
	app.Get("/catalog.jsonld", again)
	app.Get("/topics/:topic/catalog.jsonld", again)
	app.Get("/*", application())
	mustBeServed(app)
	return app
}

// again answers as the open interface does at the same address below its own.
func again(c *fiber.Ctx) error {
	c.Path(api.OpenBase + c.Path())
	return c.RestartRouting()
}

// openData says how open data is given.
func (s *Server) openData() api.OpenData {
	o := s.options.Open
	return api.OpenData{
		Licence: api.Licence{Name: o.Licence, URL: o.LicenceURL}, Publisher: o.Publisher, PerSecond: o.PerSecond, Burst: o.Burst,
		Address: func(c *fiber.Ctx) string { return s.hub.Address(c).String() },
		Network: s.network,
		Base:    func(host string) string { return s.origins(host)[0] },
	}
}

// network is where a request comes from, as far as neighbours count as one: 256
// addresses, and with IPv6 one line. It is "" for this machine: a proxy on it that
// names no clients would make one place of the whole city.
func (s *Server) network(c *fiber.Ctx) string {
	address := s.hub.Address(c)
	if !address.IsValid() || address.Addr().IsLoopback() {
		return ""
	}
	if address.Addr().Is4() {
		address = netip.PrefixFrom(address.Addr(), 24).Masked()
	}
	return address.String()
}

// knownHost refuses requests under a name that is not the server's: on a
// loopback address, a foreign site's name that was made to point here.
func (s *Server) knownHost(c *fiber.Ctx) error {
	host := c.Get(fiber.HeaderHost)
	if s.options.PublicURL == "" && Loopback(s.options.Listen) && !Loopback(host) {
		return fiber.NewError(fiber.StatusMisdirectedRequest, "this server does not go by the host name of the request")
	}
	return c.Next()
}

// secure says whether browsers come over https.
func (s *Server) secure() bool { return s.scheme() == "https" }

// scheme is what addresses of the server begin with in a browser.
func (s *Server) scheme() string {
	if s.options.PublicURL != "" {
		scheme, _, _ := strings.Cut(s.options.PublicURL, "://")
		return scheme
	}
	if s.options.TLS != (config.TLS{}) {
		return "https"
	}
	return "http"
}

// publicOrigin is the origin of the public address, none where there is none.
func publicOrigin(address string) []string {
	if u, err := url.Parse(address); err == nil && u.Host != "" {
		return []string{u.Scheme + "://" + u.Host}
	}
	return nil
}

// origins are the pages that may send unsafe requests: those of the public
// address, or of the address the request itself was sent to.
func (s *Server) origins(host string) []string {
	if o := publicOrigin(s.options.PublicURL); o != nil {
		return o
	}
	return []string{s.scheme() + "://" + host}
}

func (s *Server) demoLinks() func() []api.DemoLink {
	if !s.options.Demo {
		return nil
	}
	return func() []api.DemoLink { return s.demo }
}

// identify answers who opens a socket.
func (s *Server) identify(c *fiber.Ctx) (live.Person, error) {
	p, err := s.People.Resolve(c.UserContext(), c.Cookies(api.SessionCookie(s.secure())))
	if err != nil {
		return live.Person{}, err
	}
	return live.Person{ID: p.ID, Mark: p.Mark(), Roles: p.Roles, Who: s.whoOf(p.ID, p.Roles)}, nil
}

// whoOf answers how a person acts in a topic. It lives as long as a socket.
func (s *Server) whoOf(id string, roles []topic.Role) func(context.Context, string) (topic.Who, error) {
	return func(ctx context.Context, topicID string) (topic.Who, error) {
		view, err := s.Journal.View(ctx, topicID)
		if err != nil {
			return topic.Who{}, err
		}
		shown := false
		view.Read(func(st *topic.State, _ uint64) { shown = st.ShownTo(roles) })
		if !shown {
			return topic.Who{}, journal.NoTopic(topicID)
		}
		names, err := s.Vault.Pseudonyms(ctx, id, topicID)
		return api.WhoFor(identity.Person{ID: id, Roles: roles}, names, topic.ActionSay), err
	}
}
