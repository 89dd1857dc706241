package tally

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

var (
	idColumns   = []string{"comment-id", "id", "item", "idea"}
	textColumns = []string{"comment-body", "text", "idea-text", "body", "comment", "title"}
)

// ReadTexts reads the ids and wordings of what is rated, from CSV, TSV or,
// where the file's name ends in .jsonl or .ndjson, from one JSON object a line
// with the fields id and text.
func ReadTexts(file string, r io.Reader) ([]Text, error) {
	if strings.HasSuffix(file, ".jsonl") || strings.HasSuffix(file, ".ndjson") {
		return readTextLines(file, r)
	}
	t, err := openTable(file, r)
	if err != nil {
		return nil, err
	}
	id, err := t.need(idColumns...)
	if err != nil {
		return nil, err
	}
	text, err := t.need(textColumns...)
	if err != nil {
		return nil, err
	}
	var texts []Text
	rows := map[string]int{}
	for {
		switch err := t.next(); {
		case errors.Is(err, io.EOF):
			if texts == nil {
				return nil, &FieldError{File: file, Reason: "there is no idea below the header"}
			}
			return texts, nil
		case err != nil:
			return nil, err
		}
		one := Text{ID: t.field(id), Text: t.field(text)}
		if one.ID == "" {
			return nil, t.wrong(id, "the id is empty")
		}
		if row, twice := rows[one.ID]; twice {
			return nil, t.wrong(id, fmt.Sprintf("row %d has the same id", row))
		}
		rows[one.ID] = t.line
		texts = append(texts, one)
	}
}

func readTextLines(file string, r io.Reader) ([]Text, error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	var texts []Text
	rows := map[string]int{}
	for row := 1; lines.Scan(); row++ {
		if strings.TrimSpace(lines.Text()) == "" {
			continue
		}
		var one struct {
			ID   any    `json:"id"`
			Text string `json:"text"`
		}
		decoder := json.NewDecoder(strings.NewReader(lines.Text()))
		decoder.UseNumber()
		if err := decoder.Decode(&one); err != nil {
			return nil, &FieldError{File: file, Row: row, Reason: "not a JSON object with id and text: " + err.Error()}
		}
		id := ""
		if one.ID != nil {
			id = fmt.Sprint(one.ID)
		}
		if id == "" {
			return nil, &FieldError{File: file, Row: row, Column: "id", Reason: "the id is empty"}
		}
		if other, twice := rows[id]; twice {
			return nil, &FieldError{File: file, Row: row, Column: "id", Value: id, Reason: fmt.Sprintf("row %d has the same id", other)}
		}
		rows[id] = row
		texts = append(texts, Text{id, one.Text})
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if texts == nil {
		return nil, &FieldError{File: file, Reason: "there is no idea in it"}
	}
	return texts, nil
}
