package api

import (
	"bytes"
	"context"
	"slices"

	"veche/server/analysis"
	"veche/server/journal"
	"veche/server/privacy"
	"veche/server/topic"
)

// BallotNames answers the names of a topic's members, those of the debate with
// those of the ballot.
type BallotNames interface {
	Members(ctx context.Context, topicID string, f func(privacy.Pseudonyms)) error
}

// voter is someone who gets a ballot: its name, and the row that tells the
// person's stratum.
type voter struct {
	ballot topic.Pseudonym
	row    topic.Digest
}

// votersOf answers the ballots of those members whose debate names are entitled,
// sorted, so that the order tells nothing. Here alone is a ballot known with the
// name that its person speaks under.
func votersOf(ctx context.Context, names BallotNames, topicID string, entitled map[topic.Pseudonym]topic.Digest, ballot func(*privacy.Pseudonyms) topic.Pseudonym) ([]voter, error) {
	var list []voter
	err := names.Members(ctx, topicID, func(p privacy.Pseudonyms) {
		if row, ok := entitled[p.Debate]; ok {
			list = append(list, voter{ballot(&p), row})
		}
	})
	slices.SortFunc(list, func(a, b voter) int { return bytes.Compare(a.ballot[:], b.ballot[:]) })
	return list, err
}

// strataOf puts voters into strata by features; nothing where there are none.
func strataOf(ctx context.Context, j *journal.Journal, topicID string, features []string, voters []voter) (strata []string, of []uint32, err error) {
	if len(features) == 0 {
		return nil, nil, nil
	}
	texts, err := j.Texts(ctx, topicID, each(voters, func(v voter) topic.Digest { return v.row }))
	if err != nil {
		return nil, nil, err
	}
	strata, of = analysis.Strata(features, each(voters, func(v voter) analysis.Text {
		return analysis.Text{Salt: texts[v.row].Salt, Body: texts[v.row].Body}
	}))
	return strata, of, nil
}

// participants are the rows of all participants, or of those at one table, by
// debate name.
func participants(s *topic.State, table uint32) map[topic.Pseudonym]topic.Digest {
	list := map[topic.Pseudonym]topic.Digest{}
	for i := range s.Applications {
		if at, ok := s.Participant(uint64(i + 1)); ok && (table == 0 || at == table) {
			list[s.Applications[i].Pseudonym] = s.Applications[i].Row
		}
	}
	return list
}

// IssueBallots gives a ballot to every participant who has none, with its
// stratum where the rule watches turnout.
func IssueBallots(ctx context.Context, j *journal.Journal, names BallotNames, topicID string) error {
	view, err := j.View(ctx, topicID)
	if err != nil {
		return err
	}
	var entitled map[topic.Pseudonym]topic.Digest
	var features []string
	view.Read(func(s *topic.State, _ uint64) {
		if s.StageKind() == topic.StageRating {
			entitled = participants(s, 0)
		}
		if r := s.Rule(); r != nil {
			features = r.Strata
		}
	})
	if len(entitled) == 0 {
		return nil
	}
	voters, err := votersOf(ctx, names, topicID, entitled, func(p *privacy.Pseudonyms) topic.Pseudonym { return p.Ballot })
	if err != nil {
		return err
	}
	view.Read(func(s *topic.State, _ uint64) {
		voters = slices.DeleteFunc(voters, func(v voter) bool { return s.BallotOf(v.ballot) != 0 })
	})
	if len(voters) == 0 {
		return nil
	}
	c := topic.IssueBallots{Pseudonyms: each(voters, func(v voter) topic.Pseudonym { return v.ballot })}
	if c.Strata, c.Of, err = strataOf(ctx, j, topicID, features, voters); err != nil {
		return err
	}
	_, err = j.Submit(ctx, topicID, journal.Request{Who: topic.Who{Role: topic.RoleSystem}, Command: c})
	return err
}

// IssuePollBallots puts all participants, or those of its table, on the roll of
// an open poll that are not on it yet. It does nothing for other polls.
func IssuePollBallots(ctx context.Context, j *journal.Journal, names BallotNames, topicID string, poll uint32) error {
	view, err := j.View(ctx, topicID)
	if err != nil {
		return err
	}
	var entitled map[topic.Pseudonym]topic.Digest
	var features []string
	group := uint32(0)
	view.Read(func(s *topic.State, _ uint64) {
		if poll == 0 || int(poll) > len(s.Polls) {
			return
		}
		p := &s.Polls[poll-1]
		if p.Status == topic.PollOpen && p.Electorate != topic.ElectorateEveryone {
			entitled, features, group = participants(s, p.Table), p.PollTerms.Strata, p.Group(poll)
		}
	})
	if len(entitled) == 0 {
		return nil
	}
	voters, err := votersOf(ctx, names, topicID, entitled, func(p *privacy.Pseudonyms) topic.Pseudonym { return p.InPoll(group) })
	if err != nil {
		return err
	}
	view.Read(func(s *topic.State, _ uint64) {
		p := &s.Polls[poll-1]
		voters = slices.DeleteFunc(voters, func(v voter) bool { return p.BallotOf(v.ballot) != 0 })
	})
	if len(voters) == 0 {
		return nil
	}
	b := topic.PollBallotsIssued{Poll: poll, Pseudonyms: each(voters, func(v voter) topic.Pseudonym { return v.ballot })}
	if b.Strata, b.Of, err = strataOf(ctx, j, topicID, features, voters); err != nil {
		return err
	}
	_, err = j.Submit(ctx, topicID, journal.Request{Who: topic.Who{Role: topic.RoleSystem}, Command: topic.IssuePollBallots{PollBallotsIssued: b}})
	return err
}
