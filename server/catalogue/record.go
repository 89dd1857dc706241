package catalogue

import (
	"fmt"
	"slices"
	"strings"

	"veche/server/topic"
)

// Kind is what an entry is.
type Kind string

// The kinds, in the order in which they are listed.
const (
	KindTopic    Kind = "topic"
	KindIdea     Kind = "idea"
	KindProposal Kind = "proposal"
	KindAnswer   Kind = "answer"
)

// Kinds are all kinds of entries.
var Kinds = []Kind{KindTopic, KindIdea, KindProposal, KindAnswer}

// Status is what has come of an entry so far.
type Status string

// The statuses of ideas, proposals and answers. A topic's is the kind of its step.
const (
	StatusNew      Status = "new"      // in no group
	StatusGrouped  Status = "grouped"  // with similar ideas
	StatusRated    Status = "rated"    // on the rating list, by itself or by its group
	StatusProposed Status = "proposed" // put forward to the city, not answered
	StatusAccepted Status = "accepted"
	StatusPartly   Status = "partly"
	StatusNo       Status = "no"
)

// Statuses are those of all entries but topics.
var Statuses = []Status{StatusNew, StatusGrouped, StatusRated, StatusProposed, StatusAccepted, StatusPartly, StatusNo}

// Known says that an entry can have the status; "" stands for any.
func (x Status) Known() bool {
	var step topic.StageKind
	return x == "" || slices.Contains(Statuses, x) || step.UnmarshalText([]byte(x)) == nil
}

// Entry is one public record, with the way that leads to it and on from it.
type Entry struct {
	URI       string   `json:"uri"`
	Kind      Kind     `json:"kind"`
	Topic     string   `json:"topic"`  // its id
	Number    uint32   `json:"number"` // in its topic; of an answer its proposal's
	Seq       uint64   `json:"seq"`    // of the event that made it, or worded it last
	Title     string   `json:"title"`
	Text      string   `json:"text"`
	Lang      string   `json:"lang"`
	Time      int64    `json:"time"` // Unix milliseconds
	Status    Status   `json:"status"`
	Districts []string `json:"districts"`
	Themes    []string `json:"themes"`
	Page      string   `json:"page"` // where people read it

	Remark   uint32       `json:"remark,omitempty"`  // in the main hall, that an idea came from
	Of       uint32       `json:"of,omitempty"`      // the idea that it goes back to
	Newer    uint32       `json:"newer,omitempty"`   // its author's next wording
	Source   string       `json:"source,omitempty"`  // of an idea that was not sent here: paper, letter or meeting
	Cluster  *ClusterLink `json:"cluster,omitempty"` // of an idea
	Items    []ItemLink   `json:"items,omitempty"`   // that speak for an idea, or that a proposal comes from
	Proposal *Link        `json:"proposal,omitempty"`
	Cost     string       `json:"cost,omitempty"` // of a proposal
	Answer   *Answer      `json:"answer,omitempty"`
	Progress []Progress   `json:"progress,omitempty"` // oldest first

	Marks [][2]int `json:"marks,omitempty"` // what a search found in Text, in UTF-16 code units
}

// Link leads to another record.
type Link struct {
	URI    string `json:"uri"`
	Number uint32 `json:"number"`
	Title  string `json:"title"`
}

// ClusterLink leads to a cluster.
type ClusterLink Link

// ItemLink leads to a rating item, with how it ranks once that is public.
type ItemLink struct {
	URI        string  `json:"uri"`
	Number     uint32  `json:"number"`
	Rank       int     `json:"rank"` // official, 0 while it is not public
	AgreeShare float64 `json:"agree_share"`
	Votes      int     `json:"votes"`
}

// Answer is the city's reply that holds.
type Answer struct {
	URI         string `json:"uri"`
	Decision    Status `json:"decision"`
	Reason      string `json:"reason"`
	Budget      string `json:"budget"`
	Responsible string `json:"responsible"`
	Due         int64  `json:"due"` // Unix milliseconds, 0 for none
	Time        int64  `json:"time"`
}

// Progress is a piece of news about a proposal.
type Progress struct {
	Status string `json:"status"`
	Note   string `json:"note"`
	Time   int64  `json:"time"`
}

// URIs makes the lasting addresses below an installation's own.
type URIs string

// Topic is the address of a topic.
func (u URIs) Topic(id string) string { return string(u) + "/id/" + id }

// Thing is the address of a numbered thing of a topic: ideas, clusters, items,
// proposals, answers.
func (u URIs) Thing(topicID, collection string, n uint32) string {
	return fmt.Sprintf("%s/id/%s/%s/%d", u, topicID, collection, n)
}

// Collections are the numbered things that have addresses, and where people read
// one of each.
var collections = map[string]func(topicID string, n uint32) string{
	"ideas":     func(t string, n uint32) string { return fmt.Sprintf("/search?topic=%s&kind=idea&number=%d", t, n) },
	"clusters":  func(t string, n uint32) string { return fmt.Sprintf("/search?topic=%s&kind=idea&cluster=%d", t, n) },
	"items":     func(t string, _ uint32) string { return "/topics/" + t + "/results" },
	"proposals": func(t string, n uint32) string { return fmt.Sprintf("/topics/%s/proposals#proposal-%d", t, n) },
	"answers":   func(t string, n uint32) string { return fmt.Sprintf("/topics/%s/proposals#proposal-%d", t, n) },
}

// PageOf is where people read what a lasting address names, its part after /id/;
// and data where programs do, below the open interface. False for what is none.
func PageOf(rest string) (page, data string, ok bool) {
	parts := strings.Split(rest, "/")
	if len(parts) == 1 {
		return "/topics/" + parts[0], "/topics/" + parts[0], parts[0] != ""
	}
	if len(parts) != 3 || collections[parts[1]] == nil {
		return "", "", false
	}
	var n uint32
	if _, err := fmt.Sscanf(parts[2], "%d", &n); err != nil || n == 0 || fmt.Sprint(n) != parts[2] {
		return "", "", false
	}
	return collections[parts[1]](parts[0], n), "/topics/" + rest, true
}
