package audit

import (
	"bytes"
	"cmp"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"veche/server/topic"
)

// ReceiptOfApplication is the kind of the receipt of an application.
const ReceiptOfApplication = "application"

// ReceiptOfRating is the kind of the receipt of a rating.
const ReceiptOfRating = "rating"

// RatingReceipt is what a person keeps of a rating: the name of their ballot in
// the published list of votes, and what was said with it so far. It shows how
// they voted to whoever sees it.
type RatingReceipt struct {
	Kind   string      `json:"kind"`
	Topic  string      `json:"topic"`
	Ballot string      `json:"ballot"` // hexadecimal, as in votes.csv and open.csv
	Votes  []RatedItem `json:"votes"`  // by item
}

// RatedItem is one vote of a rating.
type RatedItem struct {
	Item  uint32 `json:"item"`
	Value string `json:"value"` // agree, disagree or pass
}

// NewRatingReceipt is the receipt of a ballot.
func NewRatingReceipt(topicID string, ballot topic.Pseudonym, choices []topic.Choice) RatingReceipt {
	r := RatingReceipt{Kind: ReceiptOfRating, Topic: topicID, Ballot: hex.EncodeToString(ballot[:]), Votes: []RatedItem{}}
	for _, c := range choices {
		r.Votes = append(r.Votes, RatedItem{Item: c.Item, Value: c.Value.String()})
	}
	slices.SortFunc(r.Votes, func(a, b RatedItem) int { return cmp.Compare(a.Item, b.Item) })
	return r
}

// EventReceipt is what a person keeps of an event of theirs: its bytes, which
// hold random ones that nobody else knows. It shows who in the topic they are to
// whoever sees it.
type EventReceipt struct {
	Kind  string `json:"kind"`
	Topic string `json:"topic"`
	Seq   uint64 `json:"seq"`  // the event's place in the log
	Leaf  Hash   `json:"leaf"` // in the log's tree
	Event []byte `json:"event"`
}

// NewEventReceipt is the receipt of an event.
func NewEventReceipt(topicID, kind string, seq uint64, event []byte) EventReceipt {
	return EventReceipt{Kind: kind, Topic: topicID, Seq: seq, Leaf: LeafHash(event), Event: bytes.Clone(event)}
}

// ParseEventReceipt reads a receipt and checks that it agrees with itself.
func ParseEventReceipt(b []byte) (*EventReceipt, error) {
	var r EventReceipt
	if err := json.Unmarshal(b, &r); err != nil {
		return nil, fmt.Errorf("it is no receipt of an application: %w", err)
	}
	if r.Kind != ReceiptOfApplication {
		return nil, fmt.Errorf("it is the receipt of %.40q, not of an application", r.Kind)
	}
	e, err := topic.DecodeEvent(r.Event, r.Seq)
	if err != nil {
		return nil, fmt.Errorf("it holds no event: %w", err)
	}
	if _, ok := e.Body.(*topic.Applied); !ok || LeafHash(r.Event) != r.Leaf {
		return nil, errors.New("what it says is not what its event says")
	}
	return &r, nil
}
