package topic

import (
	"fmt"
	"reflect"
)

// AppendSnapshot appends the state's canonical bytes, and ReadSnapshot reads
// them: a cache that may be thrown away at any time.
func (s *State) AppendSnapshot(b []byte) []byte {
	return appendValue(b, reflect.ValueOf(s).Elem())
}

// ReadSnapshot reads what AppendSnapshot wrote. It refuses a state in which
// something names what does not exist, since folding on from it would panic.
func ReadSnapshot(b []byte) (*State, error) {
	s := &State{}
	rest, err := decodeValue(b, reflect.ValueOf(s).Elem())
	if err != nil {
		return nil, fmt.Errorf("snapshot: %w", err)
	}
	if len(rest) != 0 {
		return nil, fmt.Errorf("snapshot: bytes left over: %w", errCodec)
	}
	for _, sound := range []struct {
		what string
		is   func(*State) bool
	}{
		{"people", (*State).soundPeople}, {"debate", (*State).soundDebate}, {"board", (*State).soundBoard}, {"votes", (*State).soundVotes},
	} {
		if !sound.is(s) {
			return nil, fmt.Errorf("snapshot: its %s name what does not exist: %w", sound.what, errCodec)
		}
	}
	s.index()
	return s, nil
}

// every says whether ok holds for all of a list.
func every[T any](list []T, ok func(i int, v *T) bool) bool {
	for i := range list {
		if !ok(i, &list[i]) {
			return false
		}
	}
	return true
}

func (s *State) soundPeople() bool {
	return s.StageIndex >= -1 && atMost(s.Tables, len(s.Seats)*MaxTableRounds) && s.soundSeating() && len(s.Clients) <= clientRing && s.ClientNext < clientRing &&
		every(s.Applications, func(_ int, a *Application) bool {
			return a.Status <= ApplicationDouble && a.Leaving < leavingCount && atMost(a.Consent, len(s.Consents)) && atMost(a.Seat, len(s.Seats)) && atMost(a.Import, len(s.Imports)) && atMost(a.Marking, len(s.Markings))
		}) &&
		every(s.Markings, func(_ int, x *Marking) bool { return int(x.Mark) < len(markNames) }) &&
		every(s.Rounds, func(_ int, x *Round) bool { return atMost(x.Commitment, len(s.Commitments)) }) &&
		every(s.Commitments, func(i int, x *Commitment) bool { // only the last can be open
			return x.Status <= CommitmentAborted && (x.Status != CommitmentOpen || i == len(s.Commitments)-1) &&
				every(x.Withdrawn, func(_ int, n *uint64) bool { return among(*n, len(s.Applications)) })
		}) &&
		every(s.Seats, func(_ int, x *Seat) bool {
			return x.Status <= SeatDeclined && among(x.Application, len(s.Applications)) && atMost(x.Table, int(s.Tables))
		})
}

func (s *State) soundSeating() bool {
	form := &s.Settings.Form
	return every(s.Seating, func(i int, x *Seating) bool {
		b := TablesSeated{Tables: x.Tables, Rounds: x.Rounds, Seats: x.Seats, Groups: x.Groups}
		last := i == len(s.Seating)-1
		return (!last || b.Sound() && among(x.Round, int(x.Rounds))) && (last || len(x.Seats) == 0) &&
			every(x.Groups, func(_ int, g *TableGroup) bool {
				return atMost(g.Session, len(form.Sessions)) && atMost(g.Language, len(form.Languages))
			})
	})
}

func (s *State) soundDebate() bool {
	return every(s.Remarks, func(_ int, m *Remark) bool {
		return atMost(m.Room, int(s.Tables)) && atMost(m.ReplyTo, len(s.Remarks))
	}) && s.soundFloors() && s.soundQuestions() && every(s.Reactions, func(_ int, r *Reacting) bool {
		return among(r.Remark, len(s.Remarks)) && among(r.Application, len(s.Applications)) && r.Reaction < ReactionCount
	}) && every(s.Placements, func(_ int, p *Placement) bool {
		return len(p.People) == len(p.Tables) &&
			every(p.People, func(_ int, n *uint64) bool { return among(*n, len(s.Applications)) }) &&
			every(p.Tables, func(_ int, n *uint32) bool { return among(*n, int(s.Tables)) })
	}) && every(s.Flags, func(_ int, f *Flag) bool {
		return (f.Subject.Kind == SubjectRemark || f.Subject.Kind == SubjectIdea) && s.exists(f.Subject) && f.Outcome <= FlagRemoved
	}) && s.soundModeration() && every(s.Ideas, func(_ int, x *Idea) bool {
		return atMost(x.Origin, len(s.Remarks)) && atMost(x.Author, len(s.Applications)) && x.Relation <= PartOf &&
			atMost(x.Of, len(s.Ideas)) && atMost(x.Newer, len(s.Ideas)) && x.Source <= SourceMeeting && atMost(x.Poll, len(s.Polls))
	}) && every(s.Papers, func(i int, p *Paper) bool {
		return among(p.Idea, len(s.Ideas)) && (i == 0 || s.Papers[i-1].Idea < p.Idea)
	}) && every(s.Invitations, func(_ int, x *Invitation) bool {
		return among(x.Idea, len(s.Ideas)) && x.Application != 0 && x.Standing <= InvitationLeft
	})
}

func (s *State) soundModeration() bool {
	is := func(x Subject) bool { return s.exists(x) }
	return every(s.Held, func(_ int, x *Subject) bool {
		return (x.Kind == SubjectRemark || x.Kind == SubjectIdea) && is(*x)
	}) && every(s.Removals, func(_ int, r *Removal) bool { return r.Subject.Kind == SubjectRemark && is(r.Subject) }) &&
		every(s.Claims, func(_ int, c *Claim) bool { return is(c.Subject) }) &&
		every(s.Checks, func(_ int, c *Check) bool {
			return (c.Subject.Kind == SubjectRemark || c.Subject.Kind == SubjectIdea) && is(c.Subject)
		}) &&
		every(s.Appeals, func(_ int, a *Appeal) bool {
			return a.Subject.Kind != SubjectAppeal && is(a.Subject) && a.Outcome <= AppealDeclined
		}) &&
		every(s.Sanctions, func(_ int, v *Sanction) bool {
			return among(v.Application, len(s.Applications)) && v.Kind >= SanctionWarning && v.Kind <= SanctionSuspension
		}) &&
		every(s.Replies, func(_ int, r *Reply) bool { return r.For >= ReplyKept && r.For <= ReplyBack }) &&
		every(s.Troubles, func(_ int, t *Trouble) bool {
			return int(t.About) < len(troubleNames) && t.Status <= TroubleReopened && atMost(t.Proposal, len(s.Proposals)) &&
				every(t.Steps, func(_ int, x *TroubleStep) bool { return x.Status <= TroubleReopened })
		}) &&
		every(s.SignalLooks, func(_ int, x *SignalLook) bool {
			return x.Outcome == SignalNothing || x.Outcome == SignalHandedOn
		}) && s.soundDisclosures() && s.soundDeletion() && s.soundDoubles()
}

func (s *State) soundBoard() bool {
	b := &s.Board
	clusters, ideas := len(b.Made), len(s.Ideas)
	return len(b.Base) <= ideas && every(b.Base, func(_ int, c *uint32) bool { return atMost(*c, clusters) }) &&
		every(b.Made, func(c int, m *Made) bool { return m.Split == 0 || among(m.From, c) }) &&
		every(b.Operations, func(_ int, o *Operation) bool {
			named := o.Kind == OperationHideIdeas || o.Kind == OperationShowIdeas || o.Kind == OperationMark || among(o.Cluster, clusters)
			return o.Kind >= OperationMerge && o.Kind <= OperationPutBack && o.Mark <= MarkedTwoIdeas && named &&
				every(o.Clusters, func(_ int, c *uint32) bool { return among(*c, clusters) }) &&
				every(o.Ideas, func(_ int, i *uint32) bool { return among(*i, ideas) })
		}) && b.soundDrafts(ideas) && !b.circular(ideas)
}

// circular says that following merges would never end.
func (b *Board) circular(ideas int) bool {
	b.layAll(ideas)
	const unknown, onPath, ends = 0, 1, 2
	seen := make([]uint8, len(b.alias))
	for c := range b.alias {
		at := c
		for seen[at] == unknown && b.alias[at] != uint32(at+1) {
			seen[at] = onPath
			at = int(b.alias[at] - 1)
		}
		if seen[at] == onPath {
			return true
		}
		for at = c; seen[at] == onPath; at = int(b.alias[at] - 1) {
			seen[at] = ends
		}
		seen[at] = ends
	}
	return false
}

func (s *State) soundVotes() bool {
	return len(s.Votes) == len(s.Ballots) && len(s.Exposures) <= len(s.Items) && len(s.ItemTexts) == len(s.Items) && s.soundProposals() && s.soundRules() && s.soundStrata() && s.soundOpen() && s.soundPairs() && s.soundPolls() &&
		every(s.Items, func(_ int, x *Item) bool { return atMost(x.Idea, len(s.Ideas)) && atMost(x.Cluster, len(s.Board.Made)) }) &&
		s.soundChoices(s.Votes)
}

func (s *State) soundChoices(votes [][]Choice) bool {
	return every(votes, func(_ int, choices *[]Choice) bool {
		return every(*choices, func(_ int, c *Choice) bool { return among(c.Item, len(s.Items)) && c.Value >= Agree && c.Value <= Pass })
	})
}
