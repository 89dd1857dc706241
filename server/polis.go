package server

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"veche/server/analysis"
	"veche/server/export"
	"veche/server/tally"
	"veche/server/topic"
)

// WritePolis writes a counted rating into a folder in Polis's format: rating items
// as statements, the panel's last votes without their times, ballots numbered in
// the order of their random names, and the opinion groups of the last count. Texts
// that moderators took out stay out.
func (s *Server) WritePolis(ctx context.Context, topicID, dir string) (*tally.Conversation, error) {
	c, err := s.conversation(ctx, topicID)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, err
	}
	return c, export.WritePolis(c, func(name string) (io.WriteCloser, error) {
		return os.OpenFile(filepath.Join(dir, name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	})
}

// conversation is a counted rating as a conversation.
func (s *Server) conversation(ctx context.Context, topicID string) (*tally.Conversation, error) {
	view, err := s.Journal.View(ctx, topicID)
	if err != nil {
		return nil, err
	}
	st, err := view.Copy()
	if err != nil {
		return nil, err
	}
	n := len(st.Tallies)
	switch {
	case st.ResultsHidden():
		return nil, fmt.Errorf("the results of topic %s are hidden until its rating closes", topicID)
	case n == 0:
		return nil, fmt.Errorf("the votes of topic %s have not been counted yet: count them first", topicID)
	case st.VotedSince(st.Tallies[n-1].InputSeq):
		return nil, fmt.Errorf("people have voted in topic %s since its last count: count again first", topicID)
	}
	in := analysis.VotesOf(st, st.Tallies[n-1].Seed)
	in.Resamples = 0 // groups don't depend on them
	ranking, err := tally.Rank(ctx, in)
	if err != nil {
		return nil, err
	}
	c := &tally.Conversation{Topic: st.Settings.Title, Description: st.Settings.Question}
	digests := make([]topic.Digest, len(st.Items))
	for i, item := range st.Items {
		x := tally.Statement{ID: strconv.Itoa(i + 1), Moderation: tally.In}
		digests[i] = item.Summary
		if item.Idea != 0 {
			digests[i], x.Time = st.Ideas[item.Idea-1].Text, st.Ideas[item.Idea-1].Time
		}
		if analysis.TakenOut(st, uint32(i+1)) {
			x.Moderation, digests[i] = tally.Out, topic.Digest{}
		}
		c.Statements = append(c.Statements, x)
	}
	texts, err := s.Journal.Texts(ctx, topicID, digests)
	if err != nil {
		return nil, err
	}
	for i := range c.Statements {
		c.Statements[i].Text = string(texts[digests[i]].Body)
	}
	for i := range in.Ballots {
		c.Participants = append(c.Participants, tally.Participant{ID: strconv.Itoa(i), Group: ranking.Ballots[i]})
		c.HasGroups = c.HasGroups || ranking.Ballots[i] >= 0
	}
	for i := range in.Votes.Value {
		c.Votes = append(c.Votes, tally.Cast{Statement: int(in.Votes.Item[i]) - 1, Participant: int(in.Votes.Ballot[i]), Value: in.Votes.Value[i]})
	}
	return c, nil
}
