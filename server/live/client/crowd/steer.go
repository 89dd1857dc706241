package crowd

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"veche/server/live/client"
)

// requests is the people's way to the pages.
var requests = &http.Client{Timeout: patience, Transport: &http.Transport{MaxIdleConnsPerHost: 64, IdleConnTimeout: 5 * time.Second}}

// request asks the topic's pages as the holder of a cookie; what is refused is a
// [refusal].
func (c *Crowd) request(ctx context.Context, cookie, method, path string, body any) error {
	var reader io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return err
		}
		reader = bytes.NewReader(b)
	}
	r, err := http.NewRequestWithContext(ctx, method, c.plan.URL+"/api/topics/"+c.plan.Topic+path, reader)
	if err != nil {
		return err
	}
	r.Header.Set("Cookie", cookie)
	r.Header.Set("Origin", c.plan.URL)
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	answer, err := requests.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode >= 300 {
		var p struct {
			Code   string `json:"code"`
			Detail string `json:"detail"`
		}
		if json.NewDecoder(io.LimitReader(answer.Body, 64<<10)).Decode(&p) != nil || p.Code == "" {
			p.Code = http.StatusText(answer.StatusCode)
		}
		return &refusal{p.Code, p.Detail}
	}
	_, err = io.Copy(io.Discard, answer.Body)
	return err
}

// refusal is a request that the server refused.
type refusal struct{ code, detail string }

func (r *refusal) Error() string { return r.code + ": " + r.detail }

// post has somebody send something to the pages, without waiting.
func (t *table) post(ctx context.Context, p *person, before string, number uint32, after string, body map[string]any, counter *int) {
	body["client_id"] = client.NewID()
	t.saying.Go(func() {
		ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), patience)
		defer stop()
		err := t.crowd.request(ctx, p.Cookie, http.MethodPost, fmt.Sprint(before, number, after), body)
		if err != nil {
			t.crowd.problem(whatRefused("page", err))
			return
		}
		t.crowd.mu.Lock()
		defer t.crowd.mu.Unlock()
		*counter++
	})
}

// refusalOf answers the server's refusal, nil for an error of another kind.
func refusalOf(err error) *refusal {
	var r *refusal
	errors.As(err, &r)
	return r
}

// whatRefused is a refusal's or failure's kind.
func whatRefused(who string, err error) string {
	if r := refusalOf(err); r != nil {
		return who + ": " + r.code
	}
	return who + ": " + short(err)
}

// wallEvery is how often the facilitator looks at the wall of tables.
const wallEvery = 3 * time.Second

// steer is the facilitator: it opens the agenda's steps at all tables when their
// time has come, and looks at the wall meanwhile.
func (c *Crowd) steer(ctx context.Context) {
	if c.plan.Tables == 0 {
		return
	}
	speed := c.speed()
	next, due := 0, c.begun
	look := time.NewTicker(wallEvery)
	defer look.Stop()
	for {
		var opening <-chan time.Time
		if next < len(c.plan.Agenda) {
			opening = time.After(time.Until(due))
		}
		select {
		case <-ctx.Done():
			return
		case <-look.C:
			c.lookAtWall(ctx)
		case <-opening:
			if !c.open(ctx, next+1) {
				due = time.Now().Add(time.Second) // the server is starting anew: once more
				continue
			}
			step := c.plan.Agenda[next]
			lasts := time.Duration(step.Minutes / speed * float64(time.Minute))
			due = due.Add(lasts)
			c.mu.Lock()
			c.r.Steps++
			c.r.TurnSteps = c.r.TurnSteps || step.Turns && lasts >= 3*c.tables[1].pause()
			c.mu.Unlock()
			next++
		}
	}
}

// speed is how much faster the agenda goes than it will.
func (c *Crowd) speed() float64 {
	minutes := 0.0
	for _, s := range c.plan.Agenda {
		minutes += s.Minutes
	}
	speed := c.plan.Speed
	if speed <= 0 && c.plan.Seconds > 0 {
		speed = max(1, minutes*60/c.plan.Seconds)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.r.Speed = speed
	return speed
}

// open brings all tables to a step, false if it has to be tried again.
func (c *Crowd) open(ctx context.Context, step int) bool {
	if c.opened[step].Load() == 0 {
		c.opened[step].Store(time.Now().UnixNano())
	}
	err := c.request(ctx, c.plan.Facilitator, http.MethodPost, "/steer", map[string]any{
		"client_id": client.NewID(), "from": 1, "to": c.plan.Tables, "action": "step", "step": step, "seconds": 0,
	})
	if err == nil {
		return true
	}
	refused := refusalOf(err) != nil
	if refused {
		c.problem(whatRefused("facilitator", err))
	} else {
		c.opened[step].Store(0)
	}
	return refused // what was refused will be refused again
}

func (c *Crowd) lookAtWall(ctx context.Context) {
	if c.recovering() {
		return
	}
	at := time.Now()
	err := c.request(ctx, c.plan.Facilitator, http.MethodGet, "/wall", nil)
	switch {
	case err == nil && !c.recovering():
		c.wall.Add(time.Since(at))
		c.mu.Lock()
		c.r.Walls++
		c.mu.Unlock()
	case refusalOf(err) != nil:
		c.problem(whatRefused("facilitator", err))
	}
}
