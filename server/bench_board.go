package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"veche/server/job"
	"veche/server/journal"
	"veche/server/topic"
)

// BenchModerators is how many moderators a measured board has.
const BenchModerators = 3

// PrepareBoardBench makes, in an empty directory, a topic in curation with
// these ideas, grouped, and moderators who are signed in.
func PrepareBoardBench(ctx context.Context, data string, made []string) (b *Bench, err error) {
	s, err := Open(ctx, benchOptions(data, ""))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	planner, err := s.operator(ctx, benchTopic, topic.RolePlanner)
	if err != nil {
		return nil, err
	}
	_, err = s.Journal.Create(ctx, journal.Request{Who: planner, Command: topic.Create{Settings: topic.Settings{
		ID: benchTopic, Title: "Bench", Question: "How fast is it?", Lang: "en", Stages: []topic.Stage{{Kind: topic.StageCuration}},
	}}})
	if err != nil {
		return nil, err
	}
	if _, err := s.do(ctx, planner, topic.OpenStage{}); err != nil {
		return nil, err
	}
	for start := 0; start < len(made); start += topic.IdeaChunk {
		cmd := topic.ImportIdeas{IdeasImported: topic.IdeasImported{Lang: "en"}}
		var texts []journal.Text
		for i, body := range made[start:min(start+topic.IdeaChunk, len(made))] {
			t := journal.NewText(body)
			texts, cmd.Texts, cmd.Times = append(texts, t), append(cmd.Texts, t.Digest()), append(cmd.Times, int64(start+i))
		}
		if _, err := s.do(ctx, planner, cmd, texts...); err != nil {
			return nil, err
		}
	}
	if _, err := s.Jobs.Cluster(ctx, job.Task{Topic: benchTopic, Who: planner, Seed: "bench"}); err != nil {
		return nil, err
	}
	b = &Bench{Topic: benchTopic}
	for i := range BenchModerators {
		p, err := s.People.Add(ctx, fmt.Sprintf("Moderator %d", i+1), topic.RoleModerator)
		if err != nil {
			return nil, err
		}
		cookie, err := s.signIn(ctx, p.ID)
		if err != nil {
			return nil, err
		}
		b.Cookies = append(b.Cookies, cookie)
	}
	file, err := json.Marshal(b)
	if err != nil {
		return nil, err
	}
	return b, os.WriteFile(filepath.Join(data, benchFile), file, 0o600)
}
