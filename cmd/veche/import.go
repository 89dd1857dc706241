package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"veche/server"
)

func newImportCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "import",
		Short: "Bring in people, or a conversation of Polis",
		RunE: func(*cobra.Command, []string) error {
			return usagef("import what? veche import people FILE --topic TOPIC, or veche import polis DIR")
		},
	}
	c.AddCommand(newImportPolisCommand(), newImportPeopleCommand())
	return c
}

func newImportPolisCommand() *cobra.Command {
	var data, id, lang string
	c := &cobra.Command{
		Use:   "polis DIR",
		Short: "Bring in the export of a Polis conversation as a topic",
		Args:  exactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if id == "" {
				id = slug(filepath.Base(filepath.Clean(args[0])))
			}
			return withServer(c, data, false, func(ctx context.Context, s *server.Server) error {
				conversation, err := s.ImportPolis(ctx, id, lang, args[0])
				if err != nil {
					return err
				}
				_, err = fmt.Fprintf(c.OutOrStdout(), "topic %s: %d statements, %d participants, %d votes\n", id, len(conversation.Statements), len(conversation.Participants), len(conversation.Votes))
				if err == nil && conversation.FromMatrix {
					_, err = fmt.Fprintln(c.ErrOrStderr(), "there is no votes.csv: the last votes were read from participants-votes.csv, without their times")
				}
				return err
			})
		},
	}
	dataFlag(c, &data)
	c.Flags().StringVar(&id, "id", "", "id of the topic (from the folder's name)")
	c.Flags().StringVar(&lang, "lang", "en", "language of the statements")
	return c
}

func newImportPeopleCommand() *cobra.Command {
	var data, topicID string
	c := &cobra.Command{
		Use:   "people FILE",
		Short: "Bring people into a topic's pool from a CSV file",
		Args:  exactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if topicID == "" {
				return usagef("import people needs --topic TOPIC")
			}
			file, err := os.Open(args[0])
			if err != nil {
				return err
			}
			defer file.Close()
			return withServer(c, data, false, func(ctx context.Context, s *server.Server) error {
				n, err := s.ImportPeople(ctx, topicID, file)
				if err != nil {
					return err
				}
				_, err = fmt.Fprintf(c.OutOrStdout(), "%d people imported into %s\n", n, topicID)
				return err
			})
		},
	}
	dataFlag(c, &data)
	c.Flags().StringVar(&topicID, "topic", "", "id of the topic")
	return c
}

// slug makes a topic's id of a name.
func slug(name string) string {
	s := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, strings.ToLower(name))
	return strings.Trim(s[:min(len(s), 60)], "-")
}
