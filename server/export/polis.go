package export

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"

	"veche/server/tally"
)

// escapeKey says in a summary how texts were made safe for spreadsheets.
const escapeKey, escapeWay = "text-escape", "apostrophe"

// ReadPolis reads a folder of Polis's open data export, ours too: texts are as
// they were written.
func ReadPolis(dir fs.FS) (*tally.Conversation, error) {
	c, err := tally.ReadPolis(dir)
	if err != nil {
		return nil, err
	}
	if c.Summary[escapeKey] == escapeWay {
		c.Topic, c.Description = Unescape(c.Topic), Unescape(c.Description)
		for i := range c.Statements {
			c.Statements[i].Text = Unescape(c.Statements[i].Text)
		}
	}
	return c, nil
}

// WritePolis writes a conversation as the files of Polis's open data export:
// statements, the vote log, participants with their groups and last votes, and the
// summary. Cells are safe in a spreadsheet, which the summary says; ReadPolis gives
// back equal statements, last votes and groups. Times that are unknown are empty.
// create makes a file of the folder.
func WritePolis(c *tally.Conversation, create func(name string) (io.WriteCloser, error)) error {
	p := newPolisTables(c)
	for _, f := range []struct {
		name string
		rows func(put func(...any) error) error
	}{{"comments.csv", p.statements}, {"votes.csv", p.log}, {"participants-votes.csv", p.matrix}, {"summary.csv", p.summary}} {
		if err := writePolisFile(f.name, create, f.rows); err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
	}
	return nil
}

func writePolisFile(name string, create func(string) (io.WriteCloser, error), rows func(put func(...any) error) error) (err error) {
	w, err := create(name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	table, err := NewCSV(w, false)
	if err != nil {
		return err
	}
	if err := rows(table.Row); err != nil {
		return err
	}
	return table.Flush()
}

// polisTables are the tables of a conversation.
type polisTables struct {
	c      *tally.Conversation
	last   []map[int]tally.Value // by participant, by statement
	agrees [][2]int              // by statement: for and against, of the last votes
	wrote  map[string]int        // statements by author
	groups map[int32]bool
}

func newPolisTables(c *tally.Conversation) *polisTables {
	p := &polisTables{c: c, last: make([]map[int]tally.Value, len(c.Participants)), agrees: make([][2]int, len(c.Statements)), wrote: map[string]int{}, groups: map[int32]bool{}}
	for i := range p.last {
		p.last[i] = map[int]tally.Value{}
		if g := c.Participants[i].Group; g >= 0 {
			p.groups[g] = true
		}
	}
	for _, v := range c.Votes {
		p.last[v.Participant][v.Statement] = v.Value
	}
	for _, votes := range p.last {
		for s, v := range votes { // sums of each, in any order
			switch v {
			case tally.Agree:
				p.agrees[s][0]++
			case tally.Disagree:
				p.agrees[s][1]++
			}
		}
	}
	for i := range c.Statements {
		if a := c.Statements[i].Author; a != "" {
			p.wrote[a]++
		}
	}
	return p
}

// when is a time as Polis writes it, twice; empty where unknown.
func when(millis int64) (stamp, words any) {
	if millis == 0 {
		return "", ""
	}
	return signed(millis), time.UnixMilli(millis).UTC().Format("Mon Jan 02 15:04:05 MST 2006")
}

// signed is a whole number as a cell, which may be less than 0.
func signed[N int64 | int32 | int8](n N) any { return int(n) }

func (p *polisTables) statements(put func(...any) error) error {
	if err := put("timestamp", "datetime", "comment-id", "author-id", "agrees", "disagrees", "moderated", "is-meta", "is-seed", "comment-body"); err != nil {
		return err
	}
	for i := range p.c.Statements {
		s := &p.c.Statements[i]
		stamp, words := when(s.Time)
		if err := put(stamp, words, s.ID, s.Author, p.agrees[i][0], p.agrees[i][1], signed(int8(s.Moderation)), fmt.Sprint(s.Meta), fmt.Sprint(s.Seed), s.Text); err != nil {
			return err
		}
	}
	return nil
}

func (p *polisTables) log(put func(...any) error) error {
	if err := put("timestamp", "datetime", "comment-id", "voter-id", "vote"); err != nil {
		return err
	}
	for _, v := range p.c.Votes {
		stamp, words := when(v.Time)
		if err := put(stamp, words, p.c.Statements[v.Statement].ID, p.c.Participants[v.Participant].ID, polisVote(v.Value)); err != nil {
			return err
		}
	}
	return nil
}

// polisVote is 1 for agree, −1 for disagree, 0 for pass.
func polisVote(v tally.Value) int {
	switch v {
	case tally.Agree:
		return 1
	case tally.Disagree:
		return -1
	}
	return 0
}

func (p *polisTables) matrix(put func(...any) error) error {
	header := []any{"participant", "group-id", "n-comments", "n-votes", "n-agree", "n-disagree"}
	for i := range p.c.Statements {
		header = append(header, p.c.Statements[i].ID)
	}
	if err := put(header...); err != nil {
		return err
	}
	for i := range p.c.Participants {
		x := &p.c.Participants[i]
		var group any = ""
		if x.Group >= 0 {
			group = signed(x.Group)
		}
		agree, against := 0, 0
		cells := make([]any, len(p.c.Statements))
		for s := range cells {
			v, voted := p.last[i][s]
			if cells[s] = ""; !voted {
				continue
			}
			cells[s] = polisVote(v)
			agree += max(0, polisVote(v))
			against += max(0, -polisVote(v))
		}
		row := append([]any{x.ID, group, p.wrote[x.ID], len(p.last[i]), agree, against}, cells...)
		if err := put(row...); err != nil {
			return err
		}
	}
	return nil
}

func (p *polisTables) summary(put func(...any) error) error {
	voters := 0
	for _, votes := range p.last {
		if len(votes) > 0 {
			voters++
		}
	}
	for _, line := range [][]any{
		{"topic", p.c.Topic}, {"voters", voters}, {"voters-in-conv", len(p.c.Participants)}, {"commenters", len(p.wrote)}, {"comments", len(p.c.Statements)},
		{"groups", len(p.groups)}, {"conversation-description", p.c.Description}, {escapeKey, escapeWay},
	} {
		if err := put(line...); err != nil {
			return err
		}
	}
	return nil
}
