package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"veche/server/signal"
	"veche/server/tally"
)

func newSignalsCommand() *cobra.Command {
	f := rankFlags{groups: "own", language: "en"}
	c := &cobra.Command{
		Use:   "signals --polis DIR | --votes FILE --ideas FILE --out DIR",
		Short: "Find voters who agree improbably: advice, nothing is taken out",
		Long: `Signals compares each pair of voters and writes to --out
  signals.json   one entry a group of voters that say the same more often than
                 their opinions explain: who, on what, how probable by chance

Similar views are no signal: what people of such opinions would say is expected.
The same votes give the same bytes, in whatever order they come. Friends who vote
together look like this too: look into it before you think ill of anyone.`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return signals(c, f) },
	}
	flags := c.Flags()
	flags.StringVar(&f.polis, "polis", "", "folder of a Polis open data export")
	flags.StringVar(&f.votes, "votes", "", "vote log: timestamp,comment-id,voter-id,vote (agree, disagree, pass or 1, -1, 0)")
	flags.StringVar(&f.ideas, "ideas", "", "what was voted on: CSV, TSV or JSONL with id and text")
	flags.StringVar(&f.out, "out", "", "folder to write to; made if missing")
	return c
}

// voteSignal is a signal under the names of the files.
type voteSignal struct {
	Chance   float64    `json:"chance"` // log10
	Voters   []string   `json:"voters"`
	Common   int        `json:"common"`
	Same     float64    `json:"same"`
	Expected float64    `json:"expected"`
	Near     float64    `json:"near"`
	NearBy   float64    `json:"near_by"`
	Rows     []voteSaid `json:"rows"`
}

type voteSaid struct {
	Comment string  `json:"comment-id"`
	Vote    string  `json:"vote"`
	By      int     `json:"by"`
	Others  float64 `json:"others"`
}

func signals(c *cobra.Command, f rankFlags) error {
	if err := f.check("signals"); err != nil {
		return err
	}
	talk, err := f.read()
	if err != nil {
		return err
	}
	votes := make([]signal.Vote, len(talk.Votes))
	for i, v := range talk.Votes {
		votes[i] = signal.Vote{Ballot: uint64(v.Participant), Item: uint32(v.Statement), Value: signal.Value(v.Value + 1), Time: v.Time}
	}
	found := signal.Find(signal.Evidence{Votes: votes})
	list := []voteSignal{}
	for _, s := range found.Signals {
		x := voteSignal{Chance: s.Chance, Common: s.Accord.Common, Same: s.Accord.Same, Expected: s.Accord.Chance, Near: s.Accord.Near, NearBy: s.Accord.NearBy}
		for _, b := range s.Accord.Ballots {
			x.Voters = append(x.Voters, talk.Participants[b].ID)
		}
		for _, r := range s.Accord.Rows {
			x.Rows = append(x.Rows, voteSaid{talk.Statements[r.Item].ID, (tally.Value(r.Value) - 1).String(), r.By, r.All})
		}
		list = append(list, x)
	}
	if err := os.MkdirAll(f.out, 0o755); err != nil {
		return err
	}
	err = writeWhole(filepath.Join(f.out, "signals.json"), func(w io.Writer) error {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(struct {
			Compared int          `json:"compared"`
			Alpha    float64      `json:"alpha"`
			Signals  []voteSignal `json:"signals"`
		}{found.Ballots, found.Alpha, list})
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(c.ErrOrStderr(), "%d voters compared, %d signals; wrote signals.json to %s\n", found.Ballots, len(list), f.out)
	return nil
}
