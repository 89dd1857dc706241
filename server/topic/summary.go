package topic

import "fmt"

// Summary says in a few words what happened, by numbers only: for the history.
func (e *Event) Summary() string {
	switch b := e.Body.(type) {
	case *TopicCreated:
		return fmt.Sprintf("topic created: %s", b.Settings.Title)
	case *SettingsChanged:
		return "settings changed"
	case *StageOpened:
		return fmt.Sprintf("step %d opened", b.Index+1)
	case *StaffNamed:
		return fmt.Sprintf("a %s joined", b.Role)
	case *Applied:
		return "someone applied"
	case *ConsentGiven:
		return fmt.Sprintf("application %d: the new text was agreed to", b.Application)
	case *ConsentWithdrawn:
		if b.Leaving == LeftForGood {
			return fmt.Sprintf("application %d: its person had everything about them erased", b.Application)
		}
		return fmt.Sprintf("application %d: its person took back what they had agreed to", b.Application)
	case *RowsErased:
		return fmt.Sprintf("what %d people answered when they applied was erased: %s", len(b.Rows), b.Reason)
	case *Withdrawn:
		return fmt.Sprintf("application %d withdrawn", b.Application)
	case *PeopleImported:
		return fmt.Sprintf("import %d: %d people", b.Import, len(b.People))
	case *ImportCompleted:
		return fmt.Sprintf("import %d completed: %d people", b.Import, b.People)
	case *ImportWithdrawn:
		return fmt.Sprintf("import %d withdrawn: %d people left the pool, their answers are erased", b.Import, b.People)
	case *DrawCommitted:
		return fmt.Sprintf("draw %d committed from the state at %d for %d seats: pool %.8s, rules %.8s; the randomness will be %s", b.Round, b.InputSeq, b.Size, b.Root, b.Policy, b.Beacon)
	case *DrawAborted:
		return fmt.Sprintf("commitment %d aborted: %s", b.Commitment, b.Reason)
	case *ApplicationsMarked:
		return fmt.Sprintf("%d people marked %s: %s", len(b.Applications), b.Mark, b.Reason)
	case *Drawn:
		return fmt.Sprintf("draw from the state at %d with the randomness %q: %d seats, %d reserves", b.InputSeq, clip(b.Seed), len(b.Seats), len(b.Reserves))
	case *SeatAnswered:
		if b.Accepted {
			return "a seat accepted"
		}
		return "a seat declined"
	case *TablesSeated:
		return fmt.Sprintf("%d tables seated for %d rounds", b.Tables, b.Rounds)
	case *TableRoundOpened:
		return fmt.Sprintf("round %d of the tables opened", b.Round)
	case *RemarkPosted:
		if b.Room == 0 {
			return "message in the main hall"
		}
		return fmt.Sprintf("message at table %d", b.Room)
	case *RemarkRemoved:
		return fmt.Sprintf("message %d removed", b.Remark)
	case *RemarkPinned:
		if b.Pinned {
			return fmt.Sprintf("message %d pinned", b.Remark)
		}
		return fmt.Sprintf("message %d taken down from the top", b.Remark)
	case *StepOpened:
		return fmt.Sprintf("%s: agenda step %d opened, %s", rooms(b.From, b.To), b.Step, causes[b.Cause])
	case *StepExtended:
		return fmt.Sprintf("%s: the step's end moved by %d s", rooms(b.From, b.To), b.Seconds)
	case *RoomsPaused:
		if b.Paused {
			return rooms(b.From, b.To) + ": paused"
		}
		return rooms(b.From, b.To) + ": goes on"
	case *MoveOnWished:
		if b.Wish {
			return rooms(b.Room, b.Room) + ": someone wishes to move on"
		}
		return rooms(b.Room, b.Room) + ": someone wishes to stay at this step"
	case *HandRaised:
		if b.Up {
			return rooms(b.Room, b.Room) + ": a hand raised"
		}
		return rooms(b.Room, b.Room) + ": a hand lowered"
	case *TurnPassed:
		return fmt.Sprintf("%s: turn %d ended, %s", rooms(b.Room, b.Room), b.Turn, causes[b.Cause])
	case *TurnExtended:
		return fmt.Sprintf("%s: turn %d made %d s longer", rooms(b.Room, b.Room), b.Turn, b.Seconds)
	case *Reacted:
		return fmt.Sprintf("a reaction to message %d", b.Remark)
	case *RemarkFlagged:
		return fmt.Sprintf("message %d reported: %s", b.Remark, b.Reason)
	case *FlagResolved:
		return fmt.Sprintf("report %d settled: %s", b.Flag, b.Outcome)
	case *QuestionAsked:
		return "question to the experts from " + rooms(b.Room, b.Room)
	case *QuestionSupported:
		if b.Support {
			return fmt.Sprintf("question %d supported", b.Question)
		}
		return fmt.Sprintf("question %d not supported any more", b.Question)
	case *QuestionsFolded:
		if b.Into == 0 {
			return fmt.Sprintf("questions %v stand for themselves again", b.From)
		}
		return fmt.Sprintf("questions %v folded into %d", b.From, b.Into)
	case *QuestionTaken:
		if b.Question == 0 {
			return "no question before the main hall"
		}
		return fmt.Sprintf("question %d is answered in the main hall", b.Question)
	case *QuestionAnswered:
		return fmt.Sprintf("question %d answered in writing", b.Question)
	case *ReportPosted:
		return fmt.Sprintf("table %d reported to the main hall", b.Room)
	case *PeoplePlaced:
		return fmt.Sprintf("%d people put at other tables: %s", len(b.People), b.Cause)
	case *TablesMerged:
		return fmt.Sprintf("table %d joined with table %d", b.From, b.Into)
	case *TablesTaken:
		if b.First == 0 {
			return "a facilitator gave their tables back"
		}
		return fmt.Sprintf("a facilitator takes care of %s", rooms(b.First, b.Last))
	case *IdeaSubmitted:
		if b.Origin != 0 {
			return fmt.Sprintf("idea submitted, made from message %d", b.Origin)
		}
		if b.Poll != 0 {
			return fmt.Sprintf("idea submitted, proposed as an option of poll %d", b.Poll)
		}
		return "idea submitted"
	case *IdeaLinked:
		switch b.Relation {
		case NewVersion:
			return fmt.Sprintf("idea %d worded anew as idea %d", b.Of, b.Idea)
		case AmendmentTo:
			return fmt.Sprintf("idea %d suggested as an amendment to idea %d", b.Idea, b.Of)
		}
		return fmt.Sprintf("idea %d parted from idea %d", b.Idea, b.Of)
	case *IdeasImported:
		return fmt.Sprintf("%d ideas imported", len(b.Texts))
	case *PaperEntered:
		return fmt.Sprintf("%d ideas entered from paper, letters and meetings", len(b.Ideas))
	case *CoauthorInvited:
		return fmt.Sprintf("a co-author invited to idea %d", b.Idea)
	case *InvitationAnswered:
		if b.Accept {
			return fmt.Sprintf("an invitation accepted: idea %d has one more author", b.Idea)
		}
		return fmt.Sprintf("an invitation to idea %d declined", b.Idea)
	case *CoauthorLeft:
		return fmt.Sprintf("an invitation to idea %d withdrawn, or a co-author left", b.Idea)
	case *PaperClaimed:
		return fmt.Sprintf("the author of idea %d from paper took it for their own", b.Idea)
	case *Clustered:
		return fmt.Sprintf("ideas grouped from the state at %d: %d new clusters", b.InputSeq, b.New)
	case *ClustersMerged:
		return fmt.Sprintf("clusters %v merged into %d", b.From, b.Into)
	case *ClusterSplit:
		return fmt.Sprintf("%d ideas split off cluster %d", len(b.Ideas), b.From)
	case *IdeasMoved:
		return fmt.Sprintf("%d ideas moved to cluster %d", len(b.Ideas), b.To)
	case *ClusterRenamed:
		return fmt.Sprintf("cluster %d renamed", b.Cluster)
	case *ClusterShown:
		return fmt.Sprintf("cluster %d %s", b.Cluster, shown(b.Shown))
	case *IdeasShown:
		return fmt.Sprintf("%d ideas %s", len(b.Ideas), shown(b.Shown))
	case *ClusterLocked:
		if b.Locked {
			return fmt.Sprintf("cluster %d locked", b.Cluster)
		}
		return fmt.Sprintf("cluster %d unlocked", b.Cluster)
	case *ClusterLeftOut:
		if b.Left {
			return fmt.Sprintf("cluster %d left out of the rating", b.Cluster)
		}
		return fmt.Sprintf("cluster %d put back to be rated", b.Cluster)
	case *ClusterSummarised:
		if b.Summary.IsZero() {
			return fmt.Sprintf("summary of cluster %d taken away", b.Cluster)
		}
		return fmt.Sprintf("cluster %d summarised", b.Cluster)
	case *IdeasMarked:
		if b.Mark == Unmarked {
			return fmt.Sprintf("mark of %d ideas taken away", len(b.Ideas))
		}
		return fmt.Sprintf("%d ideas marked %s", len(b.Ideas), b.Mark)
	case *OperationDrafted:
		return fmt.Sprintf("a step on the board proposed: %s, a second moderator decides", b.Operation)
	case *UndoDrafted:
		return fmt.Sprintf("undoing operation %d proposed: a second moderator decides", b.Operation)
	case *DraftSettled:
		return fmt.Sprintf("proposed step %d %s", b.Draft, b.Outcome)
	case *OperationUndone:
		return fmt.Sprintf("operation %d undone", b.Operation)
	case *ItemsFrozen:
		return fmt.Sprintf("list of %d rating items fixed", len(b.Items))
	case *RuleSet:
		if b.Reason == "" {
			return fmt.Sprintf("rule of the rating fixed: the official list goes by %s", b.Rule.Order)
		}
		return fmt.Sprintf("rule of the rating changed, the official list goes by %s: %s", b.Rule.Order, b.Reason)
	case *BallotsIssued:
		return fmt.Sprintf("%d ballots issued", len(b.Pseudonyms))
	case *BallotsStratified:
		return fmt.Sprintf("turnout is watched in %d strata", len(b.Strata))
	case *PollMade:
		if b.Poll != 0 {
			return fmt.Sprintf("poll %d prepared anew", b.Poll)
		}
		return "poll prepared" // its words are the planners' until it opens
	case *PollOpened:
		return fmt.Sprintf("poll %d opened", b.Poll)
	case *PollBallotsIssued:
		return fmt.Sprintf("poll %d: %d ballots issued", b.Poll, len(b.Pseudonyms))
	case *BallotCast:
		return fmt.Sprintf("ballot in poll %d", b.Poll)
	case *OptionAdded:
		return fmt.Sprintf("poll %d: idea %d added to its options: %s", b.Poll, b.Idea, b.Option)
	case *PollClosed:
		return fmt.Sprintf("poll %d closed: %d ballots issued, %d cast", b.Poll, b.Issued, b.Cast)
	case *Voted:
		return fmt.Sprintf("vote on item %d", b.Item)
	case *PairCompared:
		return fmt.Sprintf("items %d and %d compared", b.Left, b.Right)
	case *OpenBallotIssued:
		return "a ballot of the open rating issued"
	case *OpenVoted:
		return fmt.Sprintf("open vote on item %d", b.Item)
	case *VotesImported:
		return fmt.Sprintf("%d votes imported", len(b.Ballots))
	case *Tallied:
		return fmt.Sprintf("votes counted in the state at %d", b.InputSeq)
	case *ProposalPut:
		if b.Proposal == 0 {
			return fmt.Sprintf("proposal put forward: %s", b.Title)
		}
		return fmt.Sprintf("proposal %d worded anew: %s", b.Proposal, b.Title)
	case *ProposalAnswered:
		return fmt.Sprintf("proposal %d answered: %s", b.Proposal, b.Decision)
	case *ProposalProgressed:
		return fmt.Sprintf("proposal %d: %s", b.Proposal, b.Status)
	case *IdeaFlagged:
		return fmt.Sprintf("idea %d reported: %s", b.Idea, b.Reason)
	case *CasesClaimed:
		if b.Release {
			return fmt.Sprintf("%d cases given back", len(b.Subjects))
		}
		return fmt.Sprintf("%d cases taken", len(b.Subjects))
	case *RemovalProposed:
		return fmt.Sprintf("%s %d: removal proposed, a second person decides", b.Subject.Kind, b.Subject.Number)
	case *RemarkRestored:
		return fmt.Sprintf("message %d shown again", b.Remark)
	case *AppealMade:
		return fmt.Sprintf("appeal about %s %d", b.Subject.Kind, b.Subject.Number)
	case *AppealHeard:
		return fmt.Sprintf("appeal %d %s", b.Appeal, b.Outcome)
	case *Sanctioned:
		return fmt.Sprintf("%s given", b.Sanction)
	case *SanctionLifted:
		return fmt.Sprintf("sanction %d lifted", b.Sanction)
	case *ModerationChanged:
		return "rules of moderation changed"
	case *RepliesSaved:
		return fmt.Sprintf("moderators' list of reasons: %d", len(b.Replies))
	case *TroubleReported:
		return fmt.Sprintf("problem reported: %s", b.About)
	case *TroubleMoved:
		return fmt.Sprintf("problem %d: %s", b.Trouble, b.Status)
	case *SignalsSought:
		return fmt.Sprintf("behaviour signals sought in the state at %d", b.InputSeq)
	case *SignalHandled:
		return fmt.Sprintf("behaviour signal looked into: %s", b.Outcome)
	case *DoubleJudged:
		switch b.Verdict {
		case DoubleSame:
			return fmt.Sprintf("applications %d and %d are of one person: %d stands", b.A, b.B, b.Stands)
		case DoubleDifferent:
			return fmt.Sprintf("applications %d and %d are of different people", b.A, b.B)
		}
		return fmt.Sprintf("a judgement about applications %d and %d was taken back", b.A, b.B)
	case *DisclosureAskedFor:
		return fmt.Sprintf("a registrar asked who wrote %s %d: %s", b.Subject.Kind, b.Subject.Number, b.Ground)
	case *DisclosureDecided:
		if b.Granted {
			return fmt.Sprintf("a second person approved wish %d to learn who wrote a text", b.Disclosure)
		}
		return fmt.Sprintf("wish %d to learn who wrote a text was refused", b.Disclosure)
	case *DisclosureShown:
		return fmt.Sprintf("the registrar who asked was shown who wrote the text of wish %d", b.Disclosure)
	case *DeletionAskedFor:
		return fmt.Sprintf("an administrator asked to delete the topic: %s", b.Reason)
	case *DeletionDecided:
		switch b.Outcome {
		case DeletionAgreed:
			return "a second person agreed that the topic is deleted"
		case DeletionRefused:
			return fmt.Sprintf("a second person refused to delete the topic: %s", b.Reason)
		}
		return fmt.Sprintf("the deletion of the topic was called off: %s", b.Reason)
	case *TextReviewed:
		return fmt.Sprintf("%s %d read: %s", b.Subject.Kind, b.Subject.Number, shown(b.Shown))
	case *TextMasked:
		return fmt.Sprintf("%s %d: its author masked personal data", b.Subject.Kind, b.Subject.Number)
	case *TextErased:
		return fmt.Sprintf("text erased: %s", b.Reason)
	}
	return e.Kind().String()
}

func shown(is bool) string {
	if is {
		return "shown again"
	}
	return "hidden"
}

var causes = [...]string{CauseStaff: "by the staff", CauseClock: "by the clock", CauseVote: "by the table's wish", CauseYield: "by the speaker"}

// rooms names the rooms from to to.
func rooms(from, to uint32) string {
	switch {
	case to == 0:
		return "the main hall"
	case from == to:
		return fmt.Sprintf("table %d", from)
	}
	return fmt.Sprintf("tables %d to %d", from, to)
}
