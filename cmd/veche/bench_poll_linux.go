package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"veche/server"
)

// pollBench measures a large poll: filling it, folding it, and casting ballots
// over HTTP until the server is killed.
type pollBench struct {
	ballots, voters, seconds int

	town   *server.Bench
	client http.Client
	report *benchReport
}

func newBenchPollCommand() *cobra.Command {
	b := &pollBench{}
	c := &cobra.Command{
		Use:   "poll",
		Short: "Measure a large poll: ballots a second, memory, replay, and a kill in the middle",
		Long: `Measure a poll of everyone. It is filled with --ballots, each waiting for its own
acknowledgement on disk; the log is folded again; then --voters cast and change their
ballots over HTTP on loopback, against a server that is a process of its own, for
--seconds, until that is killed (SIGKILL). Started again it must have every ballot that
was acknowledged.`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if b.ballots < 1 || b.voters < 1 || b.seconds < 1 {
				return usagef("want --ballots, --voters and --seconds above 0")
			}
			path, err := c.Flags().GetString("json")
			if err != nil {
				return err
			}
			b.report = newBenchReport("poll")
			return errors.Join(b.measure(c.Context(), c.ErrOrStderr()), b.report.write(c.OutOrStdout(), path))
		},
	}
	f := c.Flags()
	f.IntVar(&b.ballots, "ballots", 1_200_000, "ballots in the poll before the measurement over HTTP")
	f.IntVar(&b.voters, "voters", 256, "voters who cast at once over HTTP")
	f.IntVar(&b.seconds, "seconds", 20, "how long they do")
	return c
}

func (b *pollBench) measure(ctx context.Context, progress io.Writer) error {
	data, err := os.MkdirTemp("", "veche-bench-poll-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(data)
	fmt.Fprintf(progress, "casting %d ballots\n", b.ballots)
	town, filled, err := server.PreparePollBench(ctx, data, b.ballots, b.voters)
	if err != nil {
		return err
	}
	b.town = town
	b.client.Transport = &http.Transport{MaxIdleConnsPerHost: b.voters}
	b.report.add("filled in the process", "ballots", "1/s", float64(b.ballots)/filled.Fill.Seconds())
	b.report.add("the whole log", "folded in", "s", filled.Replay.Seconds())
	b.report.add("a ballot", "in a state", "bytes", filled.State)
	b.report.add("a ballot", "in the log", "bytes", filled.Log)
	start := time.Now()
	s, err := startServer(ctx, serverPlan{Data: data})
	if err != nil {
		return err
	}
	url := "http://" + s.address
	if _, err := b.mine(ctx, url, 0); err != nil {
		return errors.Join(err, s.stop())
	}
	b.report.add("the server", "ready after", "s", time.Since(start).Seconds())
	facts, err := s.facts()
	if err != nil {
		return errors.Join(err, s.stop())
	}
	b.report.add("the server", "memory", "MiB", facts.Settled/1024)
	fmt.Fprintf(progress, "%d voters cast over HTTP for %d s, then the server is killed\n", b.voters, b.seconds)
	said, err := b.cast(ctx, url, s)
	if err != nil {
		return err
	}
	if s, err = startServer(ctx, serverPlan{Data: data}); err != nil {
		return err
	}
	lost := 0
	for voter, x := range said {
		mine, err := b.mine(ctx, "http://"+s.address, voter)
		if err != nil {
			return errors.Join(err, s.stop())
		}
		if !slices.Contains(x.may(), mine) {
			lost++
		}
	}
	b.report.Ratios = append(b.report.Ratios, benchRatio{"acknowledged ballots lost through the kill", float64(lost), "0"})
	return s.stop()
}

// spoken is what a voter said last: acknowledged, and still under way.
type spoken struct{ acknowledged, sent uint32 }

func (x spoken) may() []uint32 { return []uint32{x.acknowledged, x.sent} }

// cast has every voter cast and change their ballot, one request after another,
// and kills the server in the middle of it.
func (b *pollBench) cast(ctx context.Context, url string, s *liveServer) ([]spoken, error) {
	said, took, faults := make([]spoken, b.voters), make([][]float64, b.voters), make([]error, b.voters)
	killed := make(chan struct{})
	start := time.Now()
	var voters sync.WaitGroup
	for voter := range said {
		voters.Go(func() {
			for i := 0; ; i++ {
				option := uint32(1 + i%3)
				said[voter].sent = option
				at := time.Now()
				err := b.put(ctx, url, voter, option, fmt.Sprintf("%d-%d", voter, i))
				if err != nil {
					select {
					case <-killed:
					default:
						faults[voter] = err
					}
					return
				}
				said[voter].acknowledged = option
				took[voter] = append(took[voter], time.Since(at).Seconds()*1000)
			}
		})
	}
	select {
	case <-ctx.Done():
	case <-time.After(time.Duration(b.seconds) * time.Second):
	}
	wall := time.Since(start)
	close(killed)
	err := s.kill()
	voters.Wait()
	var all []float64
	for _, list := range took {
		all = append(all, list...)
	}
	if err = errors.Join(append(faults, err)...); err != nil || len(all) == 0 {
		return nil, errors.Join(err, ctx.Err())
	}
	slices.Sort(all)
	rate := float64(len(all)) / wall.Seconds()
	b.report.add("over HTTP", "ballots", "1/s", rate)
	b.report.add("over HTTP", "acknowledged, median", "ms", all[len(all)/2])
	b.report.add("over HTTP", "acknowledged, p99", "ms", all[len(all)*99/100])
	b.report.Ratios = append(b.report.Ratios, benchRatio{"ballots a second over HTTP", rate, "from 2,000"})
	return said, nil
}

func (b *pollBench) put(ctx context.Context, url string, voter int, option uint32, id string) error {
	_, err := b.ask(ctx, url, voter, http.MethodPut, "/1/ballot", fmt.Sprintf(`{"client_id":%q,"options":[%d]}`, id, option))
	return err
}

// mine is the option that a voter's ballot chooses, 0 for none.
func (b *pollBench) mine(ctx context.Context, url string, voter int) (uint32, error) {
	body, err := b.ask(ctx, url, voter, http.MethodGet, "", "")
	if err != nil {
		return 0, err
	}
	var answer struct{ Polls []struct{ Mine []uint32 } }
	if err := json.Unmarshal(body, &answer); err != nil {
		return 0, err
	}
	if len(answer.Polls) != 1 || len(answer.Polls[0].Mine) == 0 {
		return 0, nil
	}
	return answer.Polls[0].Mine[0], nil
}

func (b *pollBench) ask(ctx context.Context, url string, voter int, method, path, body string) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, method, url+"/api/topics/"+b.town.Topic+"/polls"+path, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Cookie", b.town.Cookies[voter])
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Origin", url)
	}
	answer, err := b.client.Do(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	got, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode >= 300 {
		err = fmt.Errorf("%s %s: %s: %s", method, path, answer.Status, got)
	}
	return got, err
}
