package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"veche/server"
)

func newImportCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "import",
		Short: "Bring in people, ideas on paper, or a conversation of Polis",
		RunE: func(*cobra.Command, []string) error {
			return usagef("import what? veche import people FILE --topic TOPIC, veche import ideas FILE --topic TOPIC, or veche import polis DIR")
		},
	}
	c.AddCommand(newImportPolisCommand(), newImportPeopleCommand(), newImportIdeasCommand())
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

func newImportIdeasCommand() *cobra.Command {
	var data, topicID, receipts string
	var check bool
	c := &cobra.Command{
		Use:   "ideas FILE",
		Short: "Bring ideas from paper, letters and meetings into a topic from a CSV file",
		Long: "Bring ideas from paper, letters and meetings into a topic from a CSV file: a header,\n" +
			"a row an idea. Columns: " + strings.Join(server.PaperColumns, ", ") + "; the first three must be\n" +
			"there. What stands in author and place is sealed and never published. An id that was\n" +
			"entered before counts once.",
		Args: exactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if topicID == "" {
				return usagef("import ideas needs --topic TOPIC")
			}
			file, err := os.Open(args[0])
			if err != nil {
				return err
			}
			defer file.Close()
			return withServer(c, data, false, func(ctx context.Context, s *server.Server) error {
				list, err := s.ImportIdeas(ctx, topicID, file, check)
				if err != nil {
					return err
				}
				known := 0
				for _, r := range list {
					if r.Known {
						known++
					}
				}
				if check {
					_, err = fmt.Fprintf(c.OutOrStdout(), "%d ideas could be entered into %s, %d were before\n", len(list)-known, topicID, known)
					return err
				}
				if receipts != "" {
					if err := writeWhole(receipts, func(w io.Writer) error { return writePaperReceipts(w, list) }); err != nil {
						return fmt.Errorf("the ideas are in, but the receipts were not written (send the same file again to get them): %w", err)
					}
				}
				_, err = fmt.Fprintf(c.OutOrStdout(), "%d ideas entered into %s, %d were before\n", len(list)-known, topicID, known)
				return err
			})
		},
	}
	dataFlag(c, &data)
	c.Flags().StringVar(&topicID, "topic", "", "id of the topic")
	c.Flags().StringVar(&receipts, "receipts", "", "write id, number and code of each idea to this CSV file, for its author")
	c.Flags().BoolVar(&check, "check", false, "only look whether the file can be taken")
	return c
}

func writePaperReceipts(w io.Writer, list []server.PaperReceipt) error {
	rows := [][]string{{"id", "number", "code"}}
	for _, r := range list {
		rows = append(rows, []string{r.ID, fmt.Sprint(r.Idea), r.Code})
	}
	return writeCells(w, rows)
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
