package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"veche/nlp/sample"
	"veche/server"
)

// boardBench measures the cluster board over HTTP, as moderators' pages use it.
type boardBench struct {
	ideas, runs int
	data        string

	town   *server.Bench
	url    string // of the topic
	report *benchReport
	acted  int // actions so far, for their ids
}

func newBenchBoardCommand() *cobra.Command {
	b := &boardBench{}
	c := &cobra.Command{
		Use:   "board",
		Short: "Measure the cluster board: opening it, pages of it, actions on it",
		Long: `Measure the cluster board over HTTP: the server is a process of its own, the ideas are made
and grouped first, which takes about a minute for 100,000. With --data that is kept
for the next time, and the server can be looked at with a browser.`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if b.ideas < 1000 || b.runs < 1 {
				return usagef("want --ideas from 1000 and --runs above 0")
			}
			path, err := c.Flags().GetString("json")
			if err != nil {
				return err
			}
			b.report = newBenchReport("board")
			return errors.Join(b.measure(c.Context(), c.ErrOrStderr()), b.report.write(c.OutOrStdout(), path))
		},
	}
	f := c.Flags()
	f.IntVar(&b.ideas, "ideas", 100_000, "ideas on the board")
	f.IntVar(&b.runs, "runs", 11, "times that each thing is asked for")
	f.StringVar(&b.data, "data", "", "make the ideas in this `DIR`, or use those that are there")
	return c
}

func (b *boardBench) measure(ctx context.Context, progress io.Writer) (err error) {
	if b.data == "" {
		if b.data, err = os.MkdirTemp("", "veche-bench-board-"); err != nil {
			return err
		}
		defer os.RemoveAll(b.data)
	}
	if b.town, err = server.ReadBench(b.data); errors.Is(err, os.ErrNotExist) {
		fmt.Fprintf(progress, "making and grouping %d ideas\n", b.ideas)
		b.town, err = server.PrepareBoardBench(ctx, b.data, sample.Texts(b.ideas, 42))
	}
	if err != nil {
		return err
	}
	s, err := startServer(ctx, serverPlan{Data: b.data})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	b.url = "http://" + s.address + "/api/topics/" + b.town.Topic
	return b.all(ctx)
}

// ask does one request as moderator who and answers its body and how long it
// took, to the last byte.
func (b *boardBench) ask(ctx context.Context, who int, method, path, body string) ([]byte, time.Duration, error) {
	r, err := http.NewRequestWithContext(ctx, method, b.url+path, strings.NewReader(body))
	if err != nil {
		return nil, 0, err
	}
	r.Header.Set("Cookie", b.town.Cookies[who])
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Origin", strings.TrimSuffix(b.url, "/api/topics/"+b.town.Topic))
	}
	start := time.Now()
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, 0, err
	}
	defer answer.Body.Close()
	got, err := io.ReadAll(answer.Body)
	took := time.Since(start)
	if err == nil && answer.StatusCode >= 300 {
		err = fmt.Errorf("%s %s: %s: %s", method, path, answer.Status, bytes.TrimSpace(got))
	}
	return got, took, err
}

// get measures one address.
func (b *boardBench) get(ctx context.Context, arm, path string) error {
	var ms []float64
	size := 0
	for range b.runs {
		body, took, err := b.ask(ctx, 0, http.MethodGet, path, "")
		if err != nil {
			return err
		}
		ms, size = append(ms, took.Seconds()*1000), len(body)
	}
	b.report.add(arm, "first time", "ms", ms[0])
	b.report.add(arm, "answered", "ms", ms...)
	b.report.add(arm, "bytes", "KiB", float64(size)/1024)
	return nil
}

// act does an operation of the board and answers how long it took until the page
// is told what it changed, of which the second is a part.
func (b *boardBench) act(ctx context.Context, op string) (took, told time.Duration, bytes int, err error) {
	var before struct{ Epoch, Seq uint64 }
	body, _, err := b.ask(ctx, 0, http.MethodGet, "/board?since=1", "")
	if err == nil {
		err = json.Unmarshal(body, &before)
	}
	if err != nil {
		return 0, 0, 0, err
	}
	b.acted++
	id := strconv.FormatInt(time.Now().UnixNano(), 36) + "-" + strconv.Itoa(b.acted)
	_, took, err = b.ask(ctx, 0, http.MethodPost, "/board", `{"client_id":"`+id+`","reason":"They say the same","op":`+op+`}`)
	if err != nil {
		return 0, 0, 0, err
	}
	body, told, err = b.ask(ctx, 0, http.MethodGet, fmt.Sprintf("/board?epoch=%d&since=%d", before.Epoch, before.Seq), "")
	return took, told, len(body), err
}

// firstSearch measures a search right after a start, when the index of the ideas is
// not there yet: how long until it answers from what was read, and until from all.
func (b *boardBench) firstSearch(ctx context.Context) error {
	_, opened, err := b.ask(ctx, 0, http.MethodGet, "/board", "")
	if err != nil {
		return err
	}
	b.report.add("the first search after a start", "the board before it", "ms", opened.Seconds()*1000)
	start := time.Now()
	for first := true; ; first = false {
		body, took, err := b.ask(ctx, 0, http.MethodGet, "/board/ideas?q="+sample.Word(7), "")
		if err != nil {
			return err
		}
		if first {
			b.report.add("the first search after a start", "answered", "ms", took.Seconds()*1000)
		}
		var answer struct{ Partial bool }
		if err := json.Unmarshal(body, &answer); err != nil {
			return err
		}
		if !answer.Partial {
			break
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(200 * time.Millisecond):
		}
	}
	b.report.add("the first search after a start", "from all ideas after", "ms", time.Since(start).Seconds()*1000)
	return nil
}

func (b *boardBench) all(ctx context.Context) error {
	if err := b.firstSearch(ctx); err != nil {
		return err
	}
	for _, x := range []struct{ arm, path string }{
		{"the board", "/board"},
		{"50 ideas of a group", "/board/ideas?cluster=1&folded=1&offset=500"},
		{"50 doubtful ideas", "/board/ideas?only=doubtful&offset=5000"},
		{"50 ideas that a search found", "/board/ideas?q=" + sample.Word(7)},
		{"all ideas of a group", "/board/ideas?cluster=1&ids=1"},
	} {
		if err := b.get(ctx, x.arm, x.path); err != nil {
			return err
		}
	}
	for _, x := range []struct {
		arm string
		op  func(run int) string
	}{
		{"moving an idea", func(run int) string { return fmt.Sprintf(`{"kind":"move","ideas":[%d],"cluster":%d}`, run+1, run%2+1) }},
		{"renaming a group", func(run int) string { return fmt.Sprintf(`{"kind":"rename","cluster":3,"title":"Name %d"}`, run) }},
		{"merging two groups", func(run int) string { return fmt.Sprintf(`{"kind":"merge","clusters":[4,%d],"into":4}`, run+5) }},
	} {
		var all, told []float64
		size := 0
		for run := range b.runs {
			took, then, bytes, err := b.act(ctx, x.op(run))
			if err != nil {
				return err
			}
			all, told, size = append(all, (took+then).Seconds()*1000), append(told, then.Seconds()*1000), bytes
		}
		b.report.add(x.arm, "done and told", "ms", all...)
		b.report.add(x.arm, "of it told", "ms", told...)
		b.report.add(x.arm, "bytes", "KiB", float64(size)/1024)
	}
	return nil
}
