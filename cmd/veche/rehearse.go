package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"

	"github.com/spf13/cobra"

	"veche/server"
	"veche/server/config"
	"veche/server/live/client/crowd"
)

// rehearsalFlags are the flags of serve that only a rehearsal has.
type rehearsalFlags struct {
	topic   string
	people  int
	minutes float64
	speed   float64
	rate    float64
	json    string
	// attended is what a rehearsal gives its own server: end with the standard
	// input.
	attended bool
}

func (f *rehearsalFlags) add(c *cobra.Command) {
	c.Flags().StringVar(&f.topic, "rehearse", "", "rehearse the debate of this `TOPIC` with simulated people, and end with a go/no-go list")
	c.Flags().IntVar(&f.people, "people", 0, "of a rehearsal: how many people; the topic's seats by default")
	c.Flags().Float64Var(&f.minutes, "minutes", 5, "of a rehearsal: how long it may take in all")
	c.Flags().Float64Var(&f.speed, "speed", 0, "of a rehearsal: how much faster the agenda goes; so that it fits by default")
	c.Flags().Float64Var(&f.rate, "rate", 1, "of a rehearsal: messages a minute of a person at a table")
	c.Flags().StringVar(&f.json, "json", "", "of a rehearsal: write the list as JSON to this `FILE`")
	c.Flags().BoolVar(&f.attended, "attended", false, "end when the standard input does")
	if err := c.Flags().MarkHidden("attended"); err != nil {
		panic(err) // there is no such flag
	}
}

// given answers a flag of a rehearsal that was given, "" if none was.
func (f *rehearsalFlags) given(c *cobra.Command) string {
	for _, name := range []string{"people", "minutes", "speed", "rate", "json"} {
		if c.Flags().Changed(name) {
			return name
		}
	}
	return ""
}

// rehearse runs a rehearsal and prints its list. What is no-go is an error.
func (f *rehearsalFlags) rehearse(c *cobra.Command, settings *config.Settings) error {
	if f.people < 0 || f.minutes <= 0 || f.speed < 0 || f.rate <= 0 {
		return usagef("want --people and --speed of 0 or more, --minutes and --rate above 0")
	}
	if settings.Demo {
		return usagef("--demo plays topics of its own: rehearse without it, on the data of an installation")
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	listen := "127.0.0.1:0" // the real server may be running
	if c.Flags().Changed("listen") {
		listen = settings.Listen
	}
	r := server.Rehearsal{
		Data: settings.DataDir, Topic: f.topic, People: f.people, Within: time.Duration(f.minutes * float64(time.Minute)), Speed: f.speed, Rate: f.rate, Listen: listen,
		Progress: progressTo(c.ErrOrStderr()), Log: c.ErrOrStderr(),
		Server: func(ctx context.Context, data, listen string, liftAddresses bool) *exec.Cmd {
			args := []string{"serve", "--data", data, "--listen", listen, "--public-url", "", "--metrics", "", "--attended"}
			if c.Flags().Changed("config") {
				args = append(args, "--config", c.Flag("config").Value.String())
			}
			child := exec.CommandContext(ctx, self, args...)
			child.Env = os.Environ()
			if liftAddresses {
				child.Env = append(child.Env, config.Variable("limits.sockets_per_address")+"=1000000")
			}
			return child
		},
		Crowd: func(ctx context.Context) *exec.Cmd { return exec.CommandContext(ctx, self, "serve", "crowd") },
	}
	report, err := r.Rehearse(c.Context())
	if err != nil {
		return err
	}
	if err := report.Write(c.OutOrStdout()); err != nil {
		return err
	}
	if f.json != "" {
		if err := writeWhole(f.json, report.WriteJSON); err != nil {
			return err
		}
	}
	if !report.Ready() {
		return fmt.Errorf("this is not ready: see the lines that say no-go")
	}
	return nil
}

// newCrowdCommand is the process of the simulated people: it reads a plan, says
// each moment of the rehearsal in a line, goes on when it is answered, and ends
// with the result.
func newCrowdCommand() *cobra.Command {
	return &cobra.Command{
		Use:    "crowd",
		Hidden: true,
		Args:   noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			out := json.NewEncoder(c.OutOrStdout())
			ctx, lines := attend(c.Context(), c.InOrStdin())
			var plan crowd.Plan
			if err := json.Unmarshal(<-lines, &plan); err != nil {
				return fmt.Errorf("reading the plan: %w", err)
			}
			result, err := crowd.New(plan).Run(ctx, func(m crowd.Moment) error {
				if err := out.Encode(m); err != nil {
					return err
				}
				if _, ok := <-lines; !ok {
					return errors.New("the rehearsal broke off")
				}
				return nil
			})
			if err != nil {
				return err
			}
			return out.Encode(crowd.Moment{Moment: "end", Result: result})
		},
	}
}

// attend reads lines, and answers a context that ends when they do: with the
// process that writes them.
func attend(ctx context.Context, in io.Reader) (context.Context, <-chan []byte) {
	ctx, stop := context.WithCancel(ctx)
	lines := make(chan []byte)
	go func() {
		defer stop()
		defer close(lines)
		for reader := bufio.NewReader(in); ; {
			line, err := reader.ReadBytes('\n')
			if err != nil {
				return
			}
			select {
			case lines <- line:
			case <-ctx.Done():
				return
			}
		}
	}()
	return ctx, lines
}
