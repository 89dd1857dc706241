package export

import (
	"veche/server/audit"
	"veche/server/topic"
)

// Shown says whether an event's bytes may stand in a bundle for the public. It
// lists what may; whatever is new stays hidden until someone has thought about
// it. The reasons are in the package's Design section.
func Shown(e *topic.Event, p *audit.Plan) bool {
	switch b := e.Body.(type) {
	case *topic.TopicCreated, *topic.SettingsChanged, *topic.StageOpened, *topic.StaffNamed, *topic.TableRoundOpened, *topic.RuleSet:
		return true // official acts
	case *topic.DrawCommitted, *topic.DrawAborted, *topic.Drawn, *topic.TablesSeated, *topic.Clustered, *topic.Tallied:
		return true // records of results
	case *topic.IdeaSubmitted, *topic.IdeasImported, *topic.PaperEntered, *topic.PaperClaimed, *topic.IdeaLinked, *topic.CoauthorInvited, *topic.InvitationAnswered, *topic.CoauthorLeft, *topic.ItemsFrozen:
		return true // put before the public, with author's number and time, when they were made
	case *topic.ClustersMerged, *topic.ClusterSplit, *topic.IdeasMoved, *topic.ClusterRenamed, *topic.ClusterShown, *topic.IdeasShown, *topic.OperationUndone,
		*topic.ClusterLocked, *topic.ClusterSummarised, *topic.IdeasMarked, *topic.ClusterLeftOut:
		return true // moderators answer for what they do
	case *topic.PollMade, *topic.PollOpened, *topic.PollClosed, *topic.OptionAdded:
		return true // official acts, and what the count came to
	case *topic.ProposalPut, *topic.ProposalAnswered, *topic.ProposalProgressed:
		return true // put before the public when they were made
	case *topic.StepOpened, *topic.StepExtended, *topic.RoomsPaused, *topic.TablesMerged, *topic.TablesTaken:
		return true // how the debate was led
	case *topic.QuestionAsked, *topic.QuestionsFolded, *topic.QuestionTaken, *topic.QuestionAnswered, *topic.ReportPosted:
		return true // put before everyone when they were made
	case *topic.RemarkPosted:
		return b.Room == 0
	case *topic.RemarkRemoved:
		room, ok := p.Room(uint64(b.Remark))
		return ok && room == 0
	case *topic.ModerationChanged, *topic.RepliesSaved:
		return true // official acts
	case *topic.RemarkRestored:
		room, ok := p.Room(uint64(b.Remark))
		return ok && room == 0
	case *topic.TextReviewed:
		room, ok := p.Room(b.Subject.Number)
		return b.Subject.Kind == topic.SubjectIdea || ok && room == 0
	case *topic.TextMasked:
		room, ok := p.Room(b.Subject.Number)
		return b.Subject.Kind == topic.SubjectIdea || ok && room == 0
	case *topic.TextErased:
		switch b.Target {
		case topic.EraseIdea, topic.EraseReason, topic.EraseQuestion, topic.EraseAnswer, topic.EraseReport:
			return true
		case topic.EraseRemark:
			room, ok := p.Room(b.Number)
			return ok && room == 0
		}
	}
	return false
}
