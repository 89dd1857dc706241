package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"
)

// Exit codes: part of the command contract.
const (
	exitDone  = 0
	exitFail  = 1
	exitUsage = 2
)

// usageError marks an error that is the caller's wrong use of a verb or flag.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// usagef makes an error that ends the program with exit code 2.
func usagef(format string, args ...any) error {
	return usageError{fmt.Errorf(format, args...)}
}

// run executes one command line and returns its exit code. Data goes to
// stdout, progress and errors to stderr.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	root := newRootCommand()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitDone
	}
	fmt.Fprintf(stderr, "veche: %v\n", err)
	var usage usageError
	if errors.As(err, &usage) {
		return exitUsage
	}
	return exitFail
}

func newRootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:           "veche",
		Short:         "A crowdsourcing deliberation platform: lottery, debate, ideas, ranking, proof",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usagef("unknown command %q: see veche --help", args[0])
			}
			return nil
		},
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.AddCommand(
		newClusterCommand(),
		newRankCommand(),
		newSignalsCommand(),
		newLettersCommand(),
		newDoublesCommand(),
		newDrawCommand(),
		newTablesCommand(),
		newServeCommand(),
		newDemoCommand(),
		newImportCommand(),
		newExportCommand(),
		newVerifyCommand(),
		newWitnessCommand(),
		newReceiptCommand(),
		newBackupCommand(),
		newRestoreCommand(),
		newMigrateCommand(),
		newDoctorCommand(),
		newUserCommand(),
		newSubjectCommand(),
		newKeysCommand(),
		newTopicCommand(),
		newBenchCommand(),
		newConfigCommand(),
		newVersionCommand(),
	)
	return root
}

// noArgs refuses positional arguments as wrong usage.
func noArgs(c *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usagef("%s takes no arguments, got %q", c.CommandPath(), args[0])
	}
	return nil
}

// exactArgs refuses any other number of positional arguments as wrong usage.
func exactArgs(n int) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) != n {
			return usagef("%s takes %d argument(s), got %d", c.CommandPath(), n, len(args))
		}
		return nil
	}
}
