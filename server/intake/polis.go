package intake

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strconv"

	"veche/server/journal"
	"veche/server/tally"
	"veche/server/topic"
)

// Staff is who acts in an import.
type Staff struct{ Planner, Moderator topic.Who }

// Polis brings in a conversation of Polis as a topic with an open rating: each
// statement an idea and a rating item of its own, each participant a ballot,
// each entry of the vote log a vote. Statements that were moderated out are
// hidden. lang is the statements' language.
func (in *Intake) Polis(ctx context.Context, id, lang string, c *tally.Conversation, staff Staff) error {
	if len(c.Statements) == 0 || len(c.Participants) == 0 {
		return topic.NewFault(topic.CodeInvalid, "the conversation has %d statements and %d participants: there is nothing to import", len(c.Statements), len(c.Participants))
	}
	title := c.Topic
	if title == "" {
		title = id
	}
	settings := topic.Settings{
		ID: id, Title: shorten(title, topic.MaxTitle), Question: shorten(title, 1000), Briefing: shorten(c.Description, 50_000), Lang: lang,
		Stages: []topic.Stage{{Kind: topic.StageCuration}, {Kind: topic.StageRating}, {Kind: topic.StageResults}},
	}
	if _, err := in.Journal.Create(ctx, journal.Request{Who: staff.Planner, Command: topic.Create{Settings: settings}}); err != nil {
		return err
	}
	plan := func(cmd topic.Command, texts ...journal.Text) error {
		_, err := in.Journal.Submit(ctx, id, journal.Request{Who: staff.Planner, Command: cmd, Texts: texts})
		return err
	}
	if err := plan(topic.OpenStage{Index: 0}); err != nil {
		return err
	}
	if err := in.statements(c, lang, plan); err != nil {
		return err
	}
	if err := in.hideOut(ctx, id, c, staff.Moderator); err != nil {
		return err
	}
	if err := plan(topic.OpenStage{Index: 1}); err != nil {
		return err
	}
	return in.polisVotes(c, plan)
}

// statements imports the statements as ideas and freezes them as rating items.
func (in *Intake) statements(c *tally.Conversation, lang string, plan func(topic.Command, ...journal.Text) error) error {
	items := make([]topic.Item, len(c.Statements))
	for start := 0; start < len(c.Statements); start += topic.ImportChunk {
		end := min(start+topic.ImportChunk, len(c.Statements))
		chunk := topic.IdeasImported{Lang: lang}
		var texts []journal.Text
		for i := start; i < end; i++ {
			body := c.Statements[i].Text
			if body == "" {
				body = "#" + c.Statements[i].ID
			}
			t := journal.NewText(body)
			texts = append(texts, t)
			chunk.Texts, chunk.Times = append(chunk.Texts, t.Digest()), append(chunk.Times, c.Statements[i].Time)
			items[i] = topic.Item{Idea: uint32(i + 1)}
		}
		if err := plan(topic.ImportIdeas{IdeasImported: chunk}, texts...); err != nil {
			return err
		}
	}
	return plan(topic.ImportItems{FreezeItems: topic.FreezeItems{Items: items}})
}

// hideOut hides what the conversation's moderators took out.
func (in *Intake) hideOut(ctx context.Context, id string, c *tally.Conversation, moderator topic.Who) error {
	var out []uint32
	for i, s := range c.Statements {
		if s.Moderation == tally.Out {
			out = append(out, uint32(i+1))
		}
	}
	if len(out) == 0 {
		return nil
	}
	reason := journal.NewText("Moderated out in the Polis conversation.")
	_, err := in.Journal.Submit(ctx, id, journal.Request{Who: moderator, Command: topic.ShowIdeas{Ideas: out, Reason: reason.Digest()}, Texts: []journal.Text{reason}})
	return err
}

// polisVotes gives every participant a ballot and imports the vote log.
func (in *Intake) polisVotes(c *tally.Conversation, plan func(topic.Command, ...journal.Text) error) error {
	names := make([]topic.Pseudonym, len(c.Participants))
	for i := range names {
		rand.Read(names[i][:]) // never fails
	}
	slices.SortFunc(names, func(a, b topic.Pseudonym) int { return slices.Compare(a[:], b[:]) })
	if err := plan(topic.ImportBallots{Pseudonyms: names}); err != nil {
		return err
	}
	values := map[tally.Value]topic.VoteValue{tally.Agree: topic.Agree, tally.Disagree: topic.Disagree, tally.Pass: topic.Pass}
	for start := 0; start < len(c.Votes); start += topic.VoteChunk {
		var chunk topic.VotesImported
		for _, v := range c.Votes[start:min(start+topic.VoteChunk, len(c.Votes))] {
			value, ok := values[v.Value]
			if !ok {
				return fmt.Errorf("vote of participant %s on statement %s: %s is no vote", c.Participants[v.Participant].ID, c.Statements[v.Statement].ID, strconv.Itoa(int(v.Value)))
			}
			chunk.Ballots = append(chunk.Ballots, uint64(v.Participant+1))
			chunk.Items = append(chunk.Items, uint32(v.Statement+1))
			chunk.Values = append(chunk.Values, value)
		}
		if err := plan(topic.ImportVotes{VotesImported: chunk}); err != nil {
			return err
		}
	}
	return nil
}

// shorten cuts text to its first n characters.
func shorten(text string, n int) string {
	if r := []rune(text); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return text
}
