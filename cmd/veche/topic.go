package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"veche/server"
)

func newTopicCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "topic",
		Short: "Whole topics: list them, or delete one",
		Long: `Whole topics: list them, or delete one.

A topic is deleted by two people: an administrator asks, and another
administrator or a planner agrees. The topic closes at once; after a week the
server destroys its log, texts, results and the names that people had in it, and
keeps a signed notice. Until then it can be called off. On the command line
people are named by the ids that veche user list shows.`,
		RunE: func(*cobra.Command, []string) error {
			return usagef("topic what? list, delete, agree, refuse or keep: see veche topic --help")
		},
	}
	c.AddCommand(newTopicListCommand(), newTopicDeleteCommand(),
		newTopicAnswerCommand("agree", "agreed", "Agree that a topic is deleted"),
		newTopicAnswerCommand("refuse", "refused", "Refuse that a topic is deleted"),
		newTopicAnswerCommand("keep", "called-off", "Call the deletion of a topic off"))
	return c
}

func newTopicListCommand() *cobra.Command {
	var data string
	c := &cobra.Command{
		Use:   "list",
		Short: "List all topics, and those that were deleted",
		Args:  noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return withServer(c, data, true, func(ctx context.Context, s *server.Server) error {
				list, err := s.TopicLines(ctx)
				if err != nil {
					return err
				}
				rows := [][]string{{"id", "title", "state"}}
				for _, t := range list {
					rows = append(rows, []string{t.ID, t.Title, t.State})
				}
				return writeCells(c.OutOrStdout(), rows)
			})
		},
	}
	dataFlag(c, &data)
	return c
}

func newTopicDeleteCommand() *cobra.Command {
	o := server.DeletionOrder{}
	var data string
	c := &cobra.Command{
		Use:   "delete TOPIC --by ID --title TITLE --reason TEXT",
		Short: "Ask that a topic be deleted with all that it holds",
		Args:  exactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if o.Title == "" || o.Reason == "" || o.Person == "" {
				return usagef("topic delete needs --by ID, --title with the topic's title, and a public --reason")
			}
			o.Topic = args[0]
			return decideDeletion(c, data, o, "asked: another administrator or a planner has to agree, with veche topic agree %s --by ID or on the topic's page\n")
		},
	}
	dataFlag(c, &data)
	c.Flags().StringVar(&o.Person, "by", "", "id of the administrator who asks")
	c.Flags().StringVar(&o.Title, "title", "", "the topic's title, to be sure which one it is")
	c.Flags().StringVar(&o.Reason, "reason", "", "why, for everyone to read, also when the topic is gone")
	return c
}

func newTopicAnswerCommand(verb, outcome, short string) *cobra.Command {
	o := server.DeletionOrder{Outcome: outcome}
	var data string
	reason := ""
	if verb != "agree" {
		reason = " --reason TEXT"
	}
	c := &cobra.Command{
		Use:   verb + " TOPIC --by ID" + reason,
		Short: short,
		Args:  exactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if o.Person == "" || reason != "" && o.Reason == "" {
				return usagef("topic %s needs --by ID%s", verb, reason)
			}
			o.Topic = args[0]
			done := "%s stays\n"
			if verb == "agree" {
				done = "%s is closed and will be destroyed in a week; until then: veche topic keep\n"
			}
			return decideDeletion(c, data, o, done)
		},
	}
	dataFlag(c, &data)
	c.Flags().StringVar(&o.Person, "by", "", "id of the administrator or planner who says so")
	if reason != "" {
		c.Flags().StringVar(&o.Reason, "reason", "", "why, for everyone to read")
	}
	return c
}

func decideDeletion(c *cobra.Command, data string, o server.DeletionOrder, done string) (err error) {
	place, err := dataOptions(c, data)
	if err != nil {
		return err
	}
	d, end, err := server.OpenDeleter(c.Context(), place)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, end()) }()
	if err := d.DecideDeletion(c.Context(), o); err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.ErrOrStderr(), done, o.Topic)
	return err
}
