package demo

import (
	"encoding/json"
	"fmt"
)

// Debate is how the demo's people debate besides their remarks: what a planner
// prepares, and what comes up.
type Debate struct {
	Agenda     []AgendaStep          `json:"agenda"`      // of a table
	HallAgenda []AgendaStep          `json:"hall_agenda"` // of the main hall
	Arguments  map[string][]Argument `json:"arguments"`   // cards, by the slug of a topic
	Questions  []Question            `json:"questions"`
	Reports    []TableReport         `json:"reports"`
	Flagged    []Flagged             `json:"flagged"`
	Moderation Moderation            `json:"moderation"`
}

// AgendaStep is a step of an agenda.
type AgendaStep struct {
	Kind        string `json:"kind"`
	Title       string `json:"title"`
	Prompt      string `json:"prompt"`
	Minutes     int    `json:"minutes"`
	Turns       bool   `json:"turns"`
	TurnSeconds int    `json:"turn_seconds"`
}

// Argument is a card with an argument of one side.
type Argument struct {
	Side   string `json:"side"` // for, against, other
	Title  string `json:"title"`
	Text   string `json:"text"`
	Source string `json:"source"`
}

// Question is from the table that talks about a theme to the experts.
type Question struct {
	Theme   string `json:"theme"`
	Same    int    `json:"same"`    // which question, from 1, asks the same; 0 for none
	Support int    `json:"support"` // how many people of other tables support it
	Text    string `json:"text"`
	Answer  string `json:"answer"` // "" while it is open
}

// TableReport is what the table that talked about a theme tells the main hall.
type TableReport struct {
	Theme string `json:"theme"`
	Text  string `json:"text"`
}

// Flagged is a remark that somebody reports, and what a moderator decides.
type Flagged struct {
	Theme   string `json:"theme"`
	Voice   int    `json:"voice"` // who says it, as in [Remark]
	Text    string `json:"text"`
	Reason  string `json:"reason"`
	Note    string `json:"note"`
	Outcome string `json:"outcome"` // kept, removed, or "" while it is open
	Because string `json:"because"`
}

// Moderation is what follows in a topic where something is reported: rules and
// replies, an appeal against the removal of a message, a report of an idea, and
// problems with the process.
type Moderation struct {
	Second      bool    `json:"second"`
	Responsible string  `json:"responsible"`
	Days        uint32  `json:"days"`
	Replies     []Reply `json:"replies"`
	Appeal      string  `json:"appeal"`
	Idea        struct {
		Reason string `json:"reason"`
		Note   string `json:"note"`
	} `json:"idea"`
	Problems []Problem `json:"problems"`
}

// Reply is a reason that moderators give often.
type Reply struct {
	For  string `json:"for"` // a step of the board, kept or removed
	Text string `json:"text"`
}

// Problem is a report of a problem, and what was answered.
type Problem struct {
	About  string `json:"about"`
	Text   string `json:"text"`
	Status string `json:"status"` // in-hand, solved, or "" while it is not answered
	Reply  string `json:"reply"`
}

// DebateIn returns the debate written in language l.
func DebateIn(l Lang) (*Debate, error) {
	if err := l.check(); err != nil {
		return nil, err
	}
	name := "debates/" + string(l) + ".json"
	b, err := files.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("demo: %w", err)
	}
	d := new(Debate)
	if err := json.Unmarshal(b, d); err != nil {
		return nil, fmt.Errorf("demo: %s: %w", name, err)
	}
	return d, nil
}
