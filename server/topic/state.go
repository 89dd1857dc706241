package topic

// State is a topic as the fold of its log. Numbers of things count from 1; the
// thing with number n is at index n-1. One goroutine owns a State; nothing in it
// is safe for concurrent use.
type State struct {
	Seq        uint64 // of the last event applied
	Created    int64
	Settings   Settings
	StageIndex int32 // -1 before the first stage
	StageTime  int64 `class:"none"` // when it was opened, Unix milliseconds
	Time       int64 `class:"none"` // of the last event, Unix milliseconds: none to come is dated before it

	Staff        []StaffMember
	Applications []Application
	Imports      []Import
	Seats        []Seat
	Rounds       []Round
	Commitments  []Commitment
	Markings     []Marking
	Tables       uint32 // how many tables there are
	Seating      []Seating

	Remarks    []Remark
	Floors     []Floor // by room
	Reactions  []Reacting
	Flags      []Flag
	Questions  []Question
	Taken      uint32 // the question that is being answered in the main hall, 0 for none
	Placements []Placement

	Ideas  []Idea
	Papers []Paper // by idea

	Invitations []Invitation // in the order made

	Board Board

	Items        []Item
	Linked       uint64   // versions so far
	ItemsSeq     uint64   // of the event that fixed them
	ItemTexts    []Digest `class:"text"` // of the items, as they were then
	Rules        []RuleEntry
	RatingOpened bool           // at some time
	Ballots      []Pseudonym    `class:"pseudonym"`
	Votes        [][]Choice     // by ballot, in the order first voted
	VoteCount    uint64         // choices that stand
	LastVote     uint64         // seq of the last vote
	Exposures    []uint64       // by item, may be shorter than Items
	Strata       []string       `class:"none"` // that turnout is watched in
	StratumOf    []uint32       // by ballot, 0 for none, may be shorter than Ballots
	OpenBallots  []Pseudonym    `class:"pseudonym"`
	OpenVotes    [][]Choice     // by open ballot, in the order first voted
	Pairs        [][]PairChoice // by ballot, may be shorter than Ballots
	Tallies      []Tally
	Polls        []Poll
	Proposals    []Proposal
	Erasures     []Erasure
	Superseded   []Superseded
	Consents     []ConsentText // that applicants were asked to agree to, the first is 1

	Moderation Moderation
	Replies    []Reply
	Removals   []Removal // of remarks
	Claims     []Claim
	Checks     []Check
	Held       []Subject // texts that wait to be read
	Appeals    []Appeal
	Sanctions  []Sanction
	Troubles   []Trouble

	SignalRuns  []SignalRun
	SignalLooks []SignalLook

	Disclosures []Disclosure
	Deletion    Deletion
	Doubles     []Double

	// Recent client ids, oldest first from ClientNext on once the ring is full.
	Clients    []ClientAnswer
	ClientNext uint32

	// Derived, rebuilt by index().
	byPseudonym map[Pseudonym]uint64 // application number
	byBallot    map[Pseudonym]uint64
	byStaff     map[staffKey]uint64
	byClient    map[uint64]int    // index into Clients
	byReaction  map[uint64]uint32 // index into Reactions
	byFlag      map[flagKey]uint32
	flagsOf     map[Subject][]uint32
	openFlags   map[Actor]int
	removalOf   map[uint32]int // index into Removals by remark
	sanctionsOf map[uint64][]uint32
	byPaper     map[Pseudonym]uint32

	invitationsOf map[uint32][]uint32 // indices into Invitations by idea

	rooms      [][]uint32 // remark numbers of each room, in order
	itemCounts []ItemCount

	byOpenBallot map[Pseudonym]uint64
	openCounts   []ItemCount
	pairCounts   map[pairKey]PairCount

	open   int // applications that stand
	voters int // ballots with a vote
}

type staffKey struct {
	role      Role
	pseudonym Pseudonym
}

// Pseudonym is 16 random bytes that stand for a person, a ballot or a member of
// the staff in one topic.
type Pseudonym [16]byte

// Room is what the fold keeps of a room: the remarks in it and its last event.
// Room 0 is the main hall, room n table n.
type Room struct {
	Remarks []uint32 // remark numbers in order
	Last    uint64   // seq of its last event
}

// ClientAnswer remembers a command by the client's own id.
type ClientAnswer struct {
	Client uint64
	Seq    uint64
	Answer uint64
}

// clientRing is how many commands are remembered by the client's id.
const clientRing = 1 << 19

// NewState is a topic before its first event.
func NewState() *State {
	s := &State{StageIndex: -1}
	s.index()
	return s
}

// Apply folds one event, whose Seq must follow the state's, and answers the
// number that it gave to what it made.
func (s *State) Apply(e *Event) uint64 {
	if e.Seq != s.Seq+1 {
		panic("topic: event out of order")
	}
	s.Seq, s.Time = e.Seq, max(s.Time, e.Time)
	answer := e.Body.apply(s, e)
	if e.Client != 0 && !settles(e.Body) {
		s.remember(ClientAnswer{Client: e.Client, Seq: e.Seq, Answer: answer})
	}
	return answer
}

// settles says that doing it again changes nothing, so that there is no need to
// remember its id: such events are by far the most.
func settles(b Body) bool {
	switch b.(type) {
	case *Reacted, *QuestionSupported, *BallotCast:
		return true
	}
	return false
}

func (s *State) remember(a ClientAnswer) {
	if len(s.Clients) < clientRing {
		s.byClient[a.Client] = len(s.Clients)
		s.Clients = append(s.Clients, a)
		return
	}
	at := int(s.ClientNext)
	if old := s.Clients[at].Client; s.byClient[old] == at {
		delete(s.byClient, old)
	}
	s.Clients[at], s.byClient[a.Client] = a, at
	s.ClientNext = uint32((at + 1) % clientRing)
}

// index rebuilds what is derived from the exported fields.
func (s *State) index() {
	s.byPseudonym = make(map[Pseudonym]uint64, len(s.Applications))
	s.open = 0
	for i := range s.Applications {
		s.byPseudonym[s.Applications[i].Pseudonym] = uint64(i + 1)
		if s.Applications[i].Status == ApplicationOpen {
			s.open++
		}
	}
	s.byBallot = make(map[Pseudonym]uint64, len(s.Ballots))
	for i, p := range s.Ballots {
		s.byBallot[p] = uint64(i + 1)
	}
	s.byStaff = make(map[staffKey]uint64, len(s.Staff))
	for i, m := range s.Staff {
		s.byStaff[staffKey{m.Role, m.Pseudonym}] = uint64(i + 1)
	}
	s.byClient = make(map[uint64]int, len(s.Clients))
	for i, c := range s.Clients {
		s.byClient[c.Client] = i
	}
	s.rooms = make([][]uint32, s.Tables+1)
	for i := range s.Remarks {
		s.addToRoom(s.Remarks[i].Room, uint32(i+1))
	}
	s.indexReactions()
	s.indexFlags()
	s.indexRemovals()
	s.indexSanctions()
	s.indexPapers()
	s.indexInvitations()
	for i := range s.Polls {
		s.Polls[i].index()
	}
	s.itemCounts = make([]ItemCount, len(s.Items))
	s.voters = 0
	for _, choices := range s.Votes {
		if len(choices) > 0 {
			s.voters++
		}
		for _, c := range choices {
			tellInto(s.itemCounts, c, 1)
		}
	}
	s.indexOpen()
	s.indexPairs()
	s.Board.grow(len(s.Ideas))
	for i := range s.Ideas {
		if x := &s.Ideas[i]; x.Relation == NewVersion && x.Of != 0 && x.Of < uint32(i+1) {
			s.Board.former[i], s.Board.newer[x.Of-1] = x.Of, uint32(i+1)
		}
	}
	s.Board.rebuild(len(s.Ideas))
}

// addToRoom puts a remark into its room, growing the list of rooms.
func (s *State) addToRoom(n, remark uint32) {
	for int(n) >= len(s.rooms) {
		s.rooms = append(s.rooms, nil)
	}
	s.rooms[n] = append(s.rooms[n], remark)
}

// Room answers a room of the topic, false if there is none of that number.
func (s *State) Room(n uint32) (Room, bool) {
	if n > s.Tables {
		return Room{}, false
	}
	r := Room{Last: s.Floor(n).Last}
	if int(n) < len(s.rooms) {
		r.Remarks = s.rooms[n]
	}
	return r, true
}

// Counts is how much of everything there is.
type Counts struct {
	Applications int    `json:"applications"`
	Seats        int    `json:"seats"`
	Accepted     int    `json:"accepted"`
	Remarks      int    `json:"remarks"`
	Ideas        int    `json:"ideas"`
	Clusters     int    `json:"clusters"`
	Items        int    `json:"items"`
	Ballots      int    `json:"ballots"`
	Voters       int    `json:"voters"` // ballots with a vote
	Votes        uint64 `json:"votes"`
	Polls        int    `json:"polls"` // that have opened
	Proposals    int    `json:"proposals"`
}

// Counts counts, in time proportional to seats and clusters.
func (s *State) Counts() Counts {
	c := Counts{
		Applications: s.open, Remarks: len(s.Remarks), Ideas: len(s.Ideas),
		Clusters: s.Board.Shown(), Items: len(s.Items), Ballots: len(s.Ballots), Voters: s.voters, Votes: s.VoteCount,
		Proposals: len(s.Proposals),
	}
	for i := range s.Polls {
		if s.Polls[i].Status != PollDraft {
			c.Polls++
		}
	}
	for i := range s.Seats {
		if s.Seats[i].Status != SeatDeclined {
			c.Seats++
		}
		if s.Seats[i].Status == SeatAccepted {
			c.Accepted++
		}
	}
	return c
}

// Told is what of the counts everyone may know now. While the rating is open, ballots
// that spoke are told in steps of five and votes in steps of what five ballots may
// hold, downwards: who watches the count and knows that somebody votes just now
// could else tell how many votes that was, and find the ballot by it later.
func (s *State) Told() Counts {
	c := s.Counts()
	if s.StageKind() == StageRating {
		c.Voters -= c.Voters % FewBallots
		if c.Votes -= c.Votes % (FewBallots * uint64(max(1, len(s.Items)))); c.Voters == 0 {
			c.Votes = 0
		}
	}
	return c
}

// ToldSeq is how long the log is, as far as everyone may know now: while people vote
// in whole groups of 64 events, as it is signed.
func (s *State) ToldSeq() uint64 {
	if s.StageKind() == StageRating {
		return s.Seq - s.Seq%64
	}
	return s.Seq
}

func (s *State) countApplications(status ApplicationStatus) int {
	if status == ApplicationOpen {
		return s.open
	}
	n := 0
	for i := range s.Applications {
		if s.Applications[i].Status == status {
			n++
		}
	}
	return n
}

// among says whether n numbers one of count things, from 1.
func among[N uint32 | uint64](n N, count int) bool { return n != 0 && uint64(n) <= uint64(count) }

// atMost says whether n is 0 or numbers one of count things.
func atMost[N uint32 | uint64](n N, count int) bool { return uint64(n) <= uint64(count) }
