package server

import (
	"context"
	"fmt"
	"sync"
	"time"

	"veche/server/api"
	"veche/server/identity"
	"veche/server/journal"
	"veche/server/topic"
)

// benchTopic is the topic of BenchDebate.
const benchTopic = "bench"

// BenchDebate makes, in an empty installation, a topic in debate that was not
// drawn, with people who have applied and are signed in, and answers a cookie
// for each: what a load is put on.
func (s *Server) BenchDebate(ctx context.Context, people int) (topicID string, cookies []string, err error) {
	planner, err := s.operator(ctx, benchTopic, topic.RolePlanner)
	if err != nil {
		return "", nil, err
	}
	_, err = s.Journal.Create(ctx, journal.Request{Who: planner, Command: topic.Create{Settings: topic.Settings{
		ID: benchTopic, Title: "Bench", Question: "How fast is it?", Lang: "en",
		Stages: []topic.Stage{{Kind: topic.StageApplications}, {Kind: topic.StageDebate}},
	}}})
	if err != nil {
		return "", nil, err
	}
	do := func(who topic.Who, cmd topic.Command, texts ...journal.Text) error {
		_, err := s.Journal.Submit(ctx, benchTopic, journal.Request{Who: who, Command: cmd, Texts: texts})
		return err
	}
	if err := do(planner, topic.OpenStage{Index: 0}); err != nil {
		return "", nil, err
	}
	ids := make([]string, people)
	for i := range ids {
		ids[i] = fmt.Sprint(i + 1)
	}
	members, err := s.Vault.Enrol(ctx, benchTopic, ids, identity.NewID, nil)
	if err != nil {
		return "", nil, err
	}
	cookies = make([]string, people)
	const writers = 64
	errs := make([]error, writers)
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := w; i < people && errs[w] == nil; i += writers {
				row := journal.NewText("{}")
				who := topic.Who{Role: topic.RoleCitizen, Pseudonym: members[i].Debate}
				if errs[w] = do(who, topic.Apply{Row: row.Digest()}, row); errs[w] == nil {
					cookies[i], errs[w] = s.signIn(ctx, members[i].Person)
				}
			}
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return "", nil, err
		}
	}
	return benchTopic, cookies, do(planner, topic.OpenStage{Index: 1})
}

// signIn begins a session and answers its cookie.
func (s *Server) signIn(ctx context.Context, person string) (string, error) {
	code, err := s.People.NewCode(ctx, person, time.Minute, false)
	if err != nil {
		return "", err
	}
	token, p, err := s.People.Redeem(ctx, code)
	if err != nil {
		return "", err
	}
	return api.SessionCookie(s.secure()) + "=" + identity.Cookie(p, token), nil
}
