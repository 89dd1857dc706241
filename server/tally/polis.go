package tally

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"slices"
	"strconv"
	"strings"
)

// ReadPolis reads a folder of Polis's open data export. Files are told apart
// by their headers, not by name: statements (comment-body), the vote log
// (voter-id, vote), participants (participant, group-id, one column a
// statement) and the summary. Statements are needed, and the log or the
// participants; where there is no log the last votes come from the
// participants' matrix and FromMatrix is set.
func ReadPolis(dir fs.FS) (*Conversation, error) {
	p := polisFolder{c: &Conversation{}}
	files, err := fs.Glob(dir, "*.csv")
	if err != nil {
		return nil, err
	}
	kinds := map[string]string{} // kind → file
	for _, file := range files {
		kind, err := polisKind(dir, file)
		if err != nil {
			return nil, err
		}
		if kind == "" {
			continue
		}
		if other, twice := kinds[kind]; twice {
			return nil, fmt.Errorf("%s and %s both look like the %s of a Polis export: leave one in the folder", other, file, kind)
		}
		kinds[kind] = file
	}
	if kinds["statements"] == "" {
		return nil, errors.New("no file with the columns comment-id and comment-body (comments.csv of a Polis export)")
	}
	if kinds["votes"] == "" && kinds["participants"] == "" {
		return nil, errors.New("neither a vote log (votes.csv) nor a participants' matrix (participants-votes.csv) of a Polis export")
	}
	p.c.FromMatrix = kinds["votes"] == ""
	for _, step := range []struct {
		kind string
		read func(*table) error
	}{{"statements", p.readStatements}, {"participants", p.readParticipants}, {"votes", p.readVotes}, {"summary", p.readSummary}} {
		if file := kinds[step.kind]; file != "" {
			if err := readTable(dir, file, step.read); err != nil {
				return nil, err
			}
		}
	}
	p.c.finish(p.statements.sorted(), p.participants.sorted())
	return p.c, nil
}

func readTable(dir fs.FS, file string, read func(*table) error) (err error) {
	f, err := dir.Open(file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	t, err := openTable(file, f)
	if err != nil {
		return err
	}
	return read(t)
}

// polisKind tells what a file is by its header; empty for a stranger.
func polisKind(dir fs.FS, file string) (kind string, err error) {
	err = readTable(dir, file, func(t *table) error {
		has := func(names ...string) bool {
			return !slices.ContainsFunc(names, func(n string) bool { return t.column(n) < 0 })
		}
		switch {
		case has("comment-id", "comment-body"):
			kind = "statements"
		case has("comment-id", "voter-id", "vote"):
			kind = "votes"
		case has("participant", "group-id"):
			kind = "participants"
		case len(t.header) == 2 && t.header[0] == "topic":
			kind = "summary"
		}
		return nil
	})
	var field *FieldError
	if errors.As(err, &field) {
		return "", nil // a stranger's file is nobody's business; the needed ones are asked for by kind
	}
	return kind, err
}

type polisFolder struct {
	c                        *Conversation
	statements, participants names
}

func (p *polisFolder) readStatements(t *table) error {
	var (
		id        = t.column("comment-id")
		body      = t.column("comment-body")
		author    = t.column("author-id")
		when      = t.column("timestamp")
		moderated = t.column("moderated")
		meta      = t.column("is-meta")
		seed      = t.column("is-seed")
		consensus = t.column("group-informed-consensus")
	)
	for {
		switch err := t.next(); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		s := Statement{ID: t.field(id), Text: t.field(body), Author: t.field(author), Consensus: math.NaN()}
		if s.ID == "" {
			return t.wrong(id, "the id is empty")
		}
		if n := len(p.statements.ids); p.statements.number(s.ID) < n {
			return t.wrong(id, "this id stands in an earlier row too")
		}
		var err error
		if v := t.field(when); v != "" {
			if s.Time, err = strconv.ParseInt(v, 10, 64); err != nil {
				return t.wrong(when, "the time must be a whole number (unix milliseconds)")
			}
		}
		switch t.field(moderated) {
		case "1":
			s.Moderation = In
		case "-1":
			s.Moderation = Out
		case "0", "":
			s.Moderation = Unmoderated
		default:
			return t.wrong(moderated, "the moderation must be 1 (in), 0 or -1 (out)")
		}
		for _, flag := range []struct {
			column int
			to     *bool
		}{{meta, &s.Meta}, {seed, &s.Seed}} {
			if v := t.field(flag.column); v != "" {
				if *flag.to, err = strconv.ParseBool(strings.ToLower(v)); err != nil {
					return t.wrong(flag.column, "must be true or false")
				}
			}
		}
		if v := t.field(consensus); v != "" {
			if s.Consensus, err = strconv.ParseFloat(v, 64); err != nil {
				return t.wrong(consensus, "must be a number")
			}
		}
		p.c.Statements = append(p.c.Statements, s)
	}
}

func (p *polisFolder) readParticipants(t *table) error {
	id, group := t.column("participant"), t.column("group-id")
	type column struct{ at, statement int }
	var columns []column
	for i, name := range t.header {
		if j, ok := p.statements.index[name]; ok {
			columns = append(columns, column{i, j})
		} else if _, err := strconv.ParseUint(name, 10, 64); err == nil && p.c.FromMatrix {
			return &FieldError{File: t.file, Row: 1, Column: name, Reason: "no statement has this id"}
		}
	}
	for {
		switch err := t.next(); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		person := Participant{ID: t.field(id), Group: -1}
		if person.ID == "" {
			return t.wrong(id, "the id is empty")
		}
		n := len(p.participants.ids)
		if p.participants.number(person.ID) < n {
			return t.wrong(id, "this id stands in an earlier row too")
		}
		if g := t.field(group); g != "" {
			number, err := strconv.ParseInt(g, 10, 32)
			if err != nil || number < 0 {
				return t.wrong(group, "the group must be a number from 0, or empty")
			}
			person.Group, p.c.HasGroups = int32(number), true
		}
		p.c.Participants = append(p.c.Participants, person)
		if !p.c.FromMatrix {
			continue
		}
		for _, col := range columns {
			s := t.field(col.at)
			if s == "" {
				continue
			}
			v, err := ParseValue(s)
			if err != nil {
				return t.wrong(col.at, "the vote must be 1, -1, 0 or empty")
			}
			p.c.Votes = append(p.c.Votes, Cast{Statement: col.statement, Participant: n, Value: v})
		}
	}
}

// readVotes takes voters that the participants' file lacks: they have no group.
func (p *polisFolder) readVotes(t *table) error {
	return p.c.readLog(t, func(id string) (int, error) {
		if i, ok := p.statements.index[id]; ok {
			return i, nil
		}
		return 0, errors.New("no statement has this id")
	}, func(id string) (int, error) {
		i := p.participants.number(id)
		if i == len(p.c.Participants) {
			p.c.Participants = append(p.c.Participants, Participant{ID: id, Group: -1})
		}
		return i, nil
	})
}

// readSummary reads the two-column key/value file, whose header is its first
// entry.
func (p *polisFolder) readSummary(t *table) error {
	for {
		if p.c.Summary == nil {
			p.c.Summary = map[string]string{}
		}
		p.c.Summary[t.field(0)] = t.field(1)
		switch t.field(0) {
		case "topic":
			p.c.Topic = t.field(1)
		case "conversation-description":
			p.c.Description = t.field(1)
		}
		switch err := t.next(); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
	}
}
