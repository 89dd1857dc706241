package tally

import (
	"errors"
	"io"
	"math"
	"strconv"
)

// Text is the id and the wording of an item that was voted on.
type Text struct{ ID, Text string }

// ReadVotes reads a vote log with the columns timestamp, comment-id, voter-id
// and vote (agree, disagree, pass or 1, −1, 0). The names item and ballot are
// taken for the two in the middle, so that a bundle's votes can be read, and
// timestamp (a number, larger is later) may be missing, when the order of the
// rows decides. With texts given, only their ids may be voted on, and those
// without votes are kept; without, the statements are those with votes.
func ReadVotes(file string, r io.Reader, texts []Text) (*Conversation, error) {
	t, err := openTable(file, r)
	if err != nil {
		return nil, err
	}
	c := &Conversation{}
	var statements, participants names
	for _, s := range texts {
		if n := len(statements.ids); statements.number(s.ID) < n {
			return nil, &FieldError{File: file, Value: s.ID, Reason: "this id is listed twice among the ideas"}
		}
		c.Statements = append(c.Statements, Statement{ID: s.ID, Text: s.Text, Moderation: In, Consensus: math.NaN()})
	}
	known := len(texts) > 0
	err = c.readLog(t, func(id string) (int, error) {
		if i, ok := statements.index[id]; ok {
			return i, nil
		}
		if known {
			return 0, errors.New("there is no idea with this id; --ideas must list every id that is voted on")
		}
		c.Statements = append(c.Statements, Statement{ID: id, Moderation: In, Consensus: math.NaN()})
		return statements.number(id), nil
	}, func(id string) (int, error) {
		i := participants.number(id)
		if i == len(c.Participants) {
			c.Participants = append(c.Participants, Participant{ID: id, Group: -1})
		}
		return i, nil
	})
	if err != nil {
		return nil, err
	}
	c.finish(statements.sorted(), participants.sorted())
	return c, nil
}

// readLog appends the rows of a vote log.
func (c *Conversation) readLog(t *table, statement, participant func(id string) (int, error)) error {
	comment, err := t.need("comment-id", "item", "item-id", "idea", "id")
	if err != nil {
		return err
	}
	voter, err := t.need("voter-id", "voter", "ballot", "participant")
	if err != nil {
		return err
	}
	vote, err := t.need("vote")
	if err != nil {
		return err
	}
	when := t.column("timestamp", "time", "seq")
	for {
		switch err := t.next(); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		var e Cast
		if e.Value, err = ParseValue(t.field(vote)); err != nil {
			return t.wrong(vote, "the vote must be agree, disagree, pass, 1, -1 or 0")
		}
		for _, id := range []int{comment, voter} {
			if t.field(id) == "" {
				return t.wrong(id, "the id is empty")
			}
		}
		if e.Statement, err = statement(t.field(comment)); err != nil {
			return t.wrong(comment, err.Error())
		}
		if e.Participant, err = participant(t.field(voter)); err != nil {
			return t.wrong(voter, err.Error())
		}
		if s := t.field(when); s != "" {
			if e.Time, err = strconv.ParseInt(s, 10, 64); err != nil {
				return t.wrong(when, "the time must be a whole number (unix milliseconds)")
			}
		}
		c.Votes = append(c.Votes, e)
	}
}
