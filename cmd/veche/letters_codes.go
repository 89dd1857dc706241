package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"veche/selection"
	"veche/server"
)

func newLettersCodesCommand() *cobra.Command {
	var data, from string
	var people bool
	var life time.Duration
	c := &cobra.Command{
		Use:   "codes TOPIC --from DIR",
		Short: "Have the server take the codes of a mailing: each signs one person in, once",
		Long: `Has the server take the codes of a mailing: each signs one person in, once, at the level of
a roster. --from is the result of veche letters; codes.csv and codes.key of it are read.

Whoever types a code becomes one person, who can apply once. With --people the letters were
sent to people who came to the topic by file: each code signs in the one with its identifier,
such as somebody with a seat, who accepts or declines it. Then letters.csv is read too.

It may be done again: codes that are there, used or not, stay as they are, and all of the
mailing work until --life has passed from then on.`,
		Args: exactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if from == "" {
				return usagef("letters codes needs TOPIC and --from DIR, the result of veche letters")
			}
			if life <= 0 {
				return usagef("--life %v: a code works for some time, such as 1440h", life)
			}
			l, err := readMailing(from, people)
			if err != nil {
				return err
			}
			l.Life = life
			return withAccounts(c, data, func(ctx context.Context, s server.Accounts) error {
				n, err := s.BringLetters(ctx, args[0], l)
				if err != nil {
					return err
				}
				_, err = fmt.Fprintf(c.ErrOrStderr(), "%d codes, %d of them new\n", len(l.Digests), n)
				return err
			})
		},
	}
	dataFlag(c, &data)
	c.Flags().StringVar(&from, "from", "", "directory of the mailing")
	c.Flags().BoolVar(&people, "people", false, "the identifiers are those of the topic's file of people: each code is its person's")
	c.Flags().DurationVar(&life, "life", 60*24*time.Hour, "how long the codes work; each works once")
	return c
}

// readMailing reads what a server needs of a mailing and, with people, whom each
// code was sent to.
func readMailing(dir string, people bool) (l server.Letters, err error) {
	path := filepath.Join(dir, "codes.key")
	text, err := os.ReadFile(path)
	if err != nil {
		return l, err
	}
	raw, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(raw) != len(l.Key) {
		return l, fmt.Errorf("%s is no key of codes: 64 hexadecimal digits are needed", path)
	}
	l.Key = [32]byte(raw)
	err = open(filepath.Join(dir, "codes.csv"), func(r io.Reader) (err error) {
		l.Digests, err = selection.ReadCodes(r)
		return err
	})
	if err != nil || !people {
		return l, err
	}
	there := make(map[string]bool, len(l.Digests))
	for _, d := range l.Digests {
		there[d] = true
	}
	proof, err := readMailingProof(filepath.Join(dir, "proof.json"))
	if err != nil {
		return l, err
	}
	l.Digests = nil
	foreign := false
	err = open(filepath.Join(dir, "letters.csv"), func(r io.Reader) error {
		return selection.ReadLetterCodes(r, proof.Policy.Register.ID, func(id, code string) {
			digest := selection.CodeDigest(l.Key, code).String()
			foreign = foreign || !there[digest]
			l.Digests, l.IDs = append(l.Digests, digest), append(l.IDs, id)
		})
	})
	if err == nil && foreign {
		err = errors.New("letters.csv and codes.csv are not of one mailing: give the directory that veche letters wrote")
	}
	return l, err
}
