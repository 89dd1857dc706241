package subject

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"veche/server/audit"
)

const kindCertificate = "certificate"

// Certificate says what was erased of a person, when, and up to which checkpoint
// the logs say so. It has no name: whoever holds it knows whose it is.
type Certificate struct {
	Number string       `json:"number" class:"erasure"` // random
	Time   time.Time    `json:"time" class:"erasure"`
	Texts  bool         `json:"texts"` // what the person wrote was erased too
	Topics []ErasedPart `json:"topics"`
	// Note is all of this in plain words, signed with the installation's key.
	Note string `json:"note" class:"erasure"`
}

// ErasedPart is what was erased in one topic.
type ErasedPart struct {
	ID      string `json:"id" class:"none"`
	Title   string `json:"title" class:"none"`
	Answers int    `json:"answers"` // of forms
	Texts   int    `json:"texts"`
	Left    int    `json:"left"`    // texts that stay without an author
	Waiting int    `json:"waiting"` // answers that a draw is bound to: they go once it is drawn
	// Checkpoint is origin, size and root of the log right after: see
	// [audit.Checkpoint].
	Checkpoint string `json:"checkpoint,omitempty" class:"erasure"`
}

func newCertificate(now time.Time, texts bool) Certificate {
	return Certificate{Number: strings.ToLower(rand.Text()), Time: now.UTC().Truncate(time.Second), Texts: texts}
}

// certify signs the certificate and keeps it.
func (d *Desk) certify(ctx context.Context, c *Certificate) error {
	signed, err := audit.SignText(c.plain(), d.Signer)
	if err != nil {
		return fmt.Errorf("signing the certificate of erasure: %w", err)
	}
	c.Note = string(signed)
	data, err := json.Marshal(c)
	if err != nil {
		return err
	}
	return d.Records.Save(ctx, kindCertificate, c.Number, 0, data)
}

// plain is the certificate in words, a fact a line.
func (c *Certificate) plain() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Certificate of erasure %s\n", c.Number)
	fmt.Fprintf(&b, "Done: %s\n", c.Time.Format(time.RFC3339))
	b.WriteString("Destroyed: the person's key, and with it the name and every link between the person, what they wrote and how they voted\n")
	b.WriteString("Destroyed: the account, its sign-ins and codes\n")
	if c.Texts {
		b.WriteString("What the person wrote: destroyed\n")
	} else {
		b.WriteString("What the person wrote: stays without an author\n")
	}
	b.WriteString("Ballots: stay, without anything that leads to the person\n")
	for _, t := range c.Topics {
		fmt.Fprintf(&b, "Topic %s: %d answers to the form and %d texts destroyed, %d texts without an author", t.ID, t.Answers, t.Texts, t.Left)
		if t.Waiting > 0 {
			fmt.Fprintf(&b, ", %d answers destroyed once the draw that is bound to them is made", t.Waiting)
		}
		b.WriteByte('\n')
		for line := range strings.Lines(t.Checkpoint) {
			b.WriteString("Checkpoint " + line)
		}
	}
	return b.String()
}

// Certificates answers those that were given, the newest first.
func (d *Desk) Certificates(ctx context.Context) ([]Certificate, error) {
	list := []Certificate{}
	err := d.Records.Each(ctx, kindCertificate, "", func(id string, data []byte) error {
		var c Certificate
		if err := json.Unmarshal(data, &c); err != nil {
			return fmt.Errorf("the certificate of erasure %s is damaged: %w", id, err)
		}
		list = append(list, c)
		return nil
	})
	slices.SortStableFunc(list, func(a, b Certificate) int { return b.Time.Compare(a.Time) })
	return list, err
}
