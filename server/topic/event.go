package topic

import (
	"encoding/binary"
	"fmt"
	"reflect"
)

// formatVersion is the first byte of every event: the version of the encoding.
const formatVersion = 1

// Kind is the type of an event's body. Numbers are for good: a retired kind
// keeps its number.
type Kind uint8

// Actor is who did it: a role and the number that the log gave to a pseudonym
// (an application, a ballot or a staff number; 0 for the system).
type Actor struct {
	Role   Role
	Number uint64
}

// Event is one entry of a topic's log. Seq is its position, from 1; it is not
// part of the bytes, the position in the Merkle tree fixes it.
type Event struct {
	Seq    uint64
	Time   int64 `class:"account"` // Unix milliseconds
	Actor  Actor
	Client uint64 // hash of the client's own id for the command, 0 if none
	Body   Body

	// As it was written, where that was by an older schema: Body is upcast from
	// it, and the event's bytes stay those.
	was     Body
	version uint64
}

// Body is what happened. Bodies are structs of this package, one a kind.
type Body interface {
	kind() Kind
	// apply folds the event into s and answers the number it gave to what it
	// made (a remark, an idea, a cluster…), 0 where it made nothing.
	apply(s *State, e *Event) uint64
}

// schema says how one kind at one version decodes: into a fresh body, and from
// there up to the newest version of its kind.
type schema struct {
	version uint64
	fresh   func() Body
	upcast  func(Body) Body
}

// current is the newest schema of each kind, at index Kind.
var current = [...]schema{
	KindTopicCreated:    {3, fresh[TopicCreated], nil},
	KindSettingsChanged: {3, fresh[SettingsChanged], nil},
	KindStageOpened:     {1, fresh[StageOpened], nil},
	KindStaffNamed:      {1, fresh[StaffNamed], nil},
	KindApplied:         {1, fresh[Applied], nil},
	KindWithdrawn:       {1, fresh[Withdrawn], nil},
	KindPeopleImported:  {1, fresh[PeopleImported], nil},
	KindImportCompleted: {1, fresh[ImportCompleted], nil},
	KindDrawn:           {2, fresh[Drawn], nil},
	KindSeatAnswered:    {1, fresh[SeatAnswered], nil},
	KindTablesSeated:    {2, fresh[TablesSeated], nil},
	KindRemarkPosted:    {2, fresh[RemarkPosted], nil},
	KindRemarkRemoved:   {1, fresh[RemarkRemoved], nil},
	KindIdeaSubmitted:   {2, fresh[IdeaSubmitted], nil},
	KindIdeasImported:   {1, fresh[IdeasImported], nil},
	KindClustered:       {1, fresh[Clustered], nil},
	KindClustersMerged:  {1, fresh[ClustersMerged], nil},
	KindClusterSplit:    {1, fresh[ClusterSplit], nil},
	KindIdeasMoved:      {1, fresh[IdeasMoved], nil},
	KindClusterRenamed:  {1, fresh[ClusterRenamed], nil},
	KindClusterShown:    {1, fresh[ClusterShown], nil},
	KindIdeasShown:      {1, fresh[IdeasShown], nil},
	KindOperationUndone: {1, fresh[OperationUndone], nil},
	KindItemsFrozen:     {1, fresh[ItemsFrozen], nil},
	KindBallotsIssued:   {1, fresh[BallotsIssued], nil},
	KindVoted:           {2, fresh[Voted], nil},
	KindVotesImported:   {1, fresh[VotesImported], nil},
	KindTallied:         {1, fresh[Tallied], nil},
	KindTextErased:      {1, fresh[TextErased], nil},

	KindDrawCommitted:      {1, fresh[DrawCommitted], nil},
	KindDrawAborted:        {1, fresh[DrawAborted], nil},
	KindApplicationsMarked: {1, fresh[ApplicationsMarked], nil},
	KindTableRoundOpened:   {1, fresh[TableRoundOpened], nil},
	KindImportWithdrawn:    {1, fresh[ImportWithdrawn], nil},

	KindStepOpened:        {1, fresh[StepOpened], nil},
	KindStepExtended:      {1, fresh[StepExtended], nil},
	KindRoomsPaused:       {1, fresh[RoomsPaused], nil},
	KindMoveOnWished:      {1, fresh[MoveOnWished], nil},
	KindHandRaised:        {1, fresh[HandRaised], nil},
	KindTurnPassed:        {1, fresh[TurnPassed], nil},
	KindTurnExtended:      {1, fresh[TurnExtended], nil},
	KindReacted:           {1, fresh[Reacted], nil},
	KindRemarkFlagged:     {1, fresh[RemarkFlagged], nil},
	KindFlagResolved:      {1, fresh[FlagResolved], nil},
	KindRemarkPinned:      {1, fresh[RemarkPinned], nil},
	KindQuestionAsked:     {1, fresh[QuestionAsked], nil},
	KindQuestionSupported: {1, fresh[QuestionSupported], nil},
	KindQuestionsFolded:   {1, fresh[QuestionsFolded], nil},
	KindQuestionTaken:     {1, fresh[QuestionTaken], nil},
	KindQuestionAnswered:  {1, fresh[QuestionAnswered], nil},
	KindReportPosted:      {1, fresh[ReportPosted], nil},
	KindPeoplePlaced:      {1, fresh[PeoplePlaced], nil},
	KindTablesMerged:      {1, fresh[TablesMerged], nil},
	KindTablesTaken:       {1, fresh[TablesTaken], nil},

	KindClusterLocked:     {1, fresh[ClusterLocked], nil},
	KindClusterSummarised: {1, fresh[ClusterSummarised], nil},
	KindIdeasMarked:       {1, fresh[IdeasMarked], nil},
	KindClusterLeftOut:    {1, fresh[ClusterLeftOut], nil},
	KindIdeaLinked:        {1, fresh[IdeaLinked], nil},

	KindProposalPut:        {1, fresh[ProposalPut], nil},
	KindProposalAnswered:   {1, fresh[ProposalAnswered], nil},
	KindProposalProgressed: {1, fresh[ProposalProgressed], nil},

	KindSignalsSought: {1, fresh[SignalsSought], nil},
	KindSignalHandled: {1, fresh[SignalHandled], nil},

	KindDisclosureAskedFor: {1, fresh[DisclosureAskedFor], nil},
	KindDisclosureDecided:  {1, fresh[DisclosureDecided], nil},
	KindDisclosureShown:    {1, fresh[DisclosureShown], nil},
	KindDoubleJudged:       {1, fresh[DoubleJudged], nil},

	KindDeletionAskedFor: {1, fresh[DeletionAskedFor], nil},
	KindDeletionDecided:  {1, fresh[DeletionDecided], nil},

	KindRuleSet:           {1, fresh[RuleSet], nil},
	KindBallotsStratified: {1, fresh[BallotsStratified], nil},
	KindOpenBallotIssued:  {1, fresh[OpenBallotIssued], nil},
	KindOpenVoted:         {1, fresh[OpenVoted], nil},
	KindPairCompared:      {1, fresh[PairCompared], nil},

	KindPaperEntered: {1, fresh[PaperEntered], nil},
	KindPaperClaimed: {1, fresh[PaperClaimed], nil},

	KindCoauthorInvited:    {1, fresh[CoauthorInvited], nil},
	KindInvitationAnswered: {1, fresh[InvitationAnswered], nil},
	KindCoauthorLeft:       {1, fresh[CoauthorLeft], nil},

	KindPollMade:          {1, fresh[PollMade], nil},
	KindPollOpened:        {1, fresh[PollOpened], nil},
	KindPollBallotsIssued: {1, fresh[PollBallotsIssued], nil},
	KindBallotCast:        {1, fresh[BallotCast], nil},
	KindPollClosed:        {1, fresh[PollClosed], nil},
	KindOptionAdded:       {1, fresh[OptionAdded], nil},

	KindIdeaFlagged:       {1, fresh[IdeaFlagged], nil},
	KindCasesClaimed:      {1, fresh[CasesClaimed], nil},
	KindRemovalProposed:   {1, fresh[RemovalProposed], nil},
	KindRemarkRestored:    {1, fresh[RemarkRestored], nil},
	KindAppealMade:        {1, fresh[AppealMade], nil},
	KindAppealHeard:       {1, fresh[AppealHeard], nil},
	KindSanctioned:        {1, fresh[Sanctioned], nil},
	KindSanctionLifted:    {1, fresh[SanctionLifted], nil},
	KindModerationChanged: {1, fresh[ModerationChanged], nil},
	KindRepliesSaved:      {1, fresh[RepliesSaved], nil},
	KindTroubleReported:   {1, fresh[TroubleReported], nil},
	KindTroubleMoved:      {1, fresh[TroubleMoved], nil},
	KindTextMasked:        {1, fresh[TextMasked], nil},
	KindTextReviewed:      {1, fresh[TextReviewed], nil},

	KindOperationDrafted: {1, fresh[OperationDrafted], nil},
	KindDraftSettled:     {1, fresh[DraftSettled], nil},
	KindUndoDrafted:      {1, fresh[UndoDrafted], nil},

	KindConsentWithdrawn: {1, fresh[ConsentWithdrawn], nil},
	KindConsentGiven:     {1, fresh[ConsentGiven], nil},
	KindRowsErased:       {1, fresh[RowsErased], nil},
}

// The kinds. New ones are added at the end.
const (
	_ Kind = iota
	KindTopicCreated
	KindSettingsChanged
	KindStageOpened
	KindStaffNamed
	KindApplied
	KindWithdrawn
	KindPeopleImported
	KindImportCompleted
	KindDrawn
	KindSeatAnswered
	KindTablesSeated
	KindRemarkPosted
	KindRemarkRemoved
	KindIdeaSubmitted
	KindIdeasImported
	KindClustered
	KindClustersMerged
	KindClusterSplit
	KindIdeasMoved
	KindClusterRenamed
	KindClusterShown
	KindIdeasShown
	KindOperationUndone
	KindItemsFrozen
	KindBallotsIssued
	KindVoted
	KindVotesImported
	KindTallied
	KindTextErased
	KindDrawCommitted
	KindDrawAborted
	KindApplicationsMarked
	KindTableRoundOpened
	KindImportWithdrawn
	KindStepOpened
	KindStepExtended
	KindRoomsPaused
	KindMoveOnWished
	KindHandRaised
	KindTurnPassed
	KindTurnExtended
	KindReacted
	KindRemarkFlagged
	KindFlagResolved
	KindRemarkPinned
	KindQuestionAsked
	KindQuestionSupported
	KindQuestionsFolded
	KindQuestionTaken
	KindQuestionAnswered
	KindReportPosted
	KindPeoplePlaced
	KindTablesMerged
	KindTablesTaken
	KindProposalPut
	KindProposalAnswered
	KindProposalProgressed
)

// The kinds of the board and of ideas that came after the first thirty.
const (
	KindClusterLocked Kind = iota + 70
	KindClusterSummarised
	KindIdeasMarked
	KindClusterLeftOut
	KindIdeaLinked
)

// The kinds of moderation.
const (
	KindIdeaFlagged Kind = iota + 76
	KindCasesClaimed
	KindRemovalProposed
	KindRemarkRestored
	KindAppealMade
	KindAppealHeard
	KindSanctioned
	KindSanctionLifted
	KindModerationChanged
	KindRepliesSaved
	KindTroubleReported
	KindTroubleMoved
	KindTextMasked
	KindTextReviewed
)

// The kinds of the rating and of polls.
const (
	KindRuleSet Kind = iota + 90
	KindBallotsStratified
	KindPollMade
	KindPollOpened
	KindPollBallotsIssued
	KindBallotCast
	KindPollClosed
	KindOptionAdded
)

// The kinds of the open rating and of pairs.
const (
	KindOpenBallotIssued Kind = iota + 115
	KindOpenVoted
	KindPairCompared
)

// The kinds of behaviour signals.
const (
	KindSignalsSought Kind = 105
	KindSignalHandled Kind = 106
)

// The kinds of learning who wrote something.
const (
	KindDisclosureAskedFor Kind = 118
	KindDisclosureDecided  Kind = 119
	KindDisclosureShown    Kind = 120
	KindDoubleJudged       Kind = 121
)

// The kinds of deleting a whole topic.
const (
	KindDeletionAskedFor Kind = 132
	KindDeletionDecided  Kind = 133
)

// The kinds of the second check.
const (
	KindOperationDrafted Kind = iota + 108
	KindDraftSettled
	KindUndoDrafted
)

// The kinds of what came on paper, and of writing together.
const (
	KindPaperEntered Kind = iota + 100
	KindPaperClaimed
	KindCoauthorInvited
	KindInvitationAnswered
	KindCoauthorLeft
)

// The kinds of what people agreed to, and of what is kept about them.
const (
	KindConsentWithdrawn Kind = iota + 124
	KindConsentGiven
	KindRowsErased
)

func fresh[T any, P interface {
	*T
	Body
}]() Body {
	return P(new(T))
}

// AppendTo appends the event's canonical bytes to b:
//
//	format(1) kind version time role number client body
//
// every number a minimal varint, the body's fields in declaration order.
func (e *Event) AppendTo(b []byte) []byte {
	k := e.Body.kind()
	body, version := e.Body, current[k].version
	if e.was != nil {
		body, version = e.was, e.version
	}
	b = append(b, formatVersion)
	b = binary.AppendUvarint(b, uint64(k))
	b = binary.AppendUvarint(b, version)
	b = binary.AppendVarint(b, e.Time)
	b = binary.AppendUvarint(b, uint64(e.Actor.Role))
	b = binary.AppendUvarint(b, e.Actor.Number)
	b = binary.AppendUvarint(b, e.Client)
	return appendValue(b, reflect.ValueOf(body).Elem())
}

// DecodeEvent reads one event's canonical bytes. It refuses bytes that
// [Event.AppendTo] would not have written. An older schema version is upcast.
func DecodeEvent(b []byte, seq uint64) (Event, error) {
	fail := func(what string) (Event, error) {
		return Event{}, fmt.Errorf("event %d: %s: %w", seq, what, errCodec)
	}
	if len(b) == 0 || b[0] != formatVersion {
		return fail("unknown format version")
	}
	var header struct {
		Kind    Kind
		Version uint64
		Time    int64
		Actor   Actor
		Client  uint64
	}
	rest, err := decodeValue(b[1:], reflect.ValueOf(&header).Elem())
	if err != nil {
		return fail("header")
	}
	if int(header.Kind) >= len(current) || current[header.Kind].fresh == nil {
		return fail(fmt.Sprintf("unknown kind %d", header.Kind))
	}
	if !header.Actor.Role.known() {
		return fail(fmt.Sprintf("unknown role %d", header.Actor.Role))
	}
	form := current[header.Kind]
	if header.Version != form.version {
		var ok bool
		if form, ok = old[header.Kind][header.Version]; !ok {
			return fail(fmt.Sprintf("unknown version %d of kind %d", header.Version, header.Kind))
		}
	}
	body := form.fresh()
	rest, err = decodeValue(rest, reflect.ValueOf(body).Elem())
	if err != nil {
		return Event{}, fmt.Errorf("event %d: %s: %w", seq, header.Kind, err)
	}
	if len(rest) != 0 {
		return fail("bytes left over")
	}
	e := Event{Seq: seq, Time: header.Time, Actor: header.Actor, Client: header.Client, Body: body}
	if form.upcast != nil {
		e.Body, e.was, e.version = form.upcast(body), body, form.version
	}
	return e, nil
}

// String is the kind's name, as in the history: "remark-posted".
func (k Kind) String() string {
	if int(k) < len(kindNames) && kindNames[k] != "" {
		return kindNames[k]
	}
	return fmt.Sprintf("kind-%d", uint8(k))
}

var kindNames = func() []string {
	names := make([]string, len(current))
	for k, s := range current {
		if s.fresh == nil {
			continue
		}
		name := reflect.TypeOf(s.fresh()).Elem().Name()
		out := make([]byte, 0, len(name)+4)
		for i := range len(name) {
			c := name[i]
			if c >= 'A' && c <= 'Z' {
				if i > 0 {
					out = append(out, '-')
				}
				c += 'a' - 'A'
			}
			out = append(out, c)
		}
		names[k] = string(out)
	}
	return names
}()

// Kind is the event's type.
func (e *Event) Kind() Kind { return e.Body.kind() }
