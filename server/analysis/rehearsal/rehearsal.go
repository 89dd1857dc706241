package rehearsal

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"testing"

	"veche/server/analysis"
	"veche/server/topic"
)

// Day is a day in Unix milliseconds.
const Day = 24 * 60 * 60 * 1000

// start is 2026-03-02 08:00 UTC.
const start = 1772438400000

// Play is a topic as it is played: its log, its texts and its results.
type Play struct {
	Cosigned []string // checkpoints that witnesses signed, for bundles
	tb       testing.TB
	State    *topic.State
	Events   [][]byte // canonical bytes, event n at index n−1
	Texts    map[topic.Digest]analysis.Text
	Blobs    map[topic.Digest][]byte
	Now      int64

	counter uint64
}

// New is a topic before its first event.
func New(tb testing.TB) *Play {
	return &Play{tb: tb, State: topic.NewState(), Texts: map[topic.Digest]analysis.Text{}, Blobs: map[topic.Digest][]byte{}, Now: start}
}

// Random are 16 bytes that look random and are the same every time.
func (p *Play) Random() [16]byte {
	p.counter++
	sum := sha256.Sum256(binary.BigEndian.AppendUint64([]byte("rehearsal"), p.counter))
	return [16]byte(sum[:16])
}

// Text keeps a text and answers its digest.
func (p *Play) Text(body string) topic.Digest {
	t := analysis.Text{Salt: p.Random(), Body: []byte(body)}
	d := topic.DigestOf(t.Salt, t.Body)
	p.Texts[d] = t
	return d
}

// Do decides a command, applies its events a second later and answers what the
// last one made.
func (p *Play) Do(who topic.Who, c topic.Command) uint64 {
	p.tb.Helper()
	answer, err := p.Try(who, c)
	if err != nil {
		p.tb.Fatalf("%T: %v", c, err)
	}
	return answer
}

// Try is Do for what may be refused.
func (p *Play) Try(who topic.Who, c topic.Command) (uint64, error) {
	p.Now += 1000
	id := p.Random()
	d, err := p.State.Decide(c, topic.Input{Who: who, Time: p.Now, ClientID: fmt.Sprintf("%x", id)})
	if err != nil {
		return 0, err
	}
	answer := d.Answer
	for i := range d.Events {
		p.Events = append(p.Events, d.Events[i].AppendTo(nil))
		answer = p.State.Apply(&d.Events[i])
	}
	return answer, nil
}

// Keep keeps the blobs of a computation.
func (p *Play) Keep(blobs analysis.Blobs) {
	for _, b := range blobs {
		p.Blobs[analysis.Digest(b)] = b
	}
}

// Erase erases a text: event first, then the text.
func (p *Play) Erase(target topic.ErasureTarget, n uint64, reason string) {
	p.tb.Helper()
	d, err := p.State.DigestFor(target, n)
	if err != nil {
		p.tb.Fatal(err)
	}
	p.Do(Registrar, topic.EraseText{Target: target, Number: n, Reason: reason})
	delete(p.Texts, d)
}

// Rows are the pool rows by application number.
func (p *Play) Rows() map[uint64]analysis.Text {
	rows := map[uint64]analysis.Text{}
	for i := range p.State.Applications {
		if t, ok := p.Texts[p.State.Applications[i].Row]; ok {
			rows[uint64(i+1)] = t
		}
	}
	return rows
}

// IdeaTexts are the texts of the ideas by number.
func (p *Play) IdeaTexts() map[uint32]string {
	texts := map[uint32]string{}
	for i := range p.State.Ideas {
		if t, ok := p.Texts[p.State.Ideas[i].Text]; ok {
			texts[uint32(i+1)] = string(t.Body)
		}
	}
	return texts
}

// Citizen is the doer with an application's pseudonym.
func (p *Play) Citizen(application uint64) topic.Who {
	return topic.Who{Role: topic.RoleCitizen, Pseudonym: p.State.Applications[application-1].Pseudonym}
}

// Ballot is the doer with a ballot's pseudonym.
func (p *Play) Ballot(n int) topic.Who {
	return topic.Who{Role: topic.RoleBallot, Pseudonym: p.State.Ballots[n]}
}

// The staff.
var (
	Planner   = topic.Who{Role: topic.RolePlanner, Pseudonym: topic.Pseudonym{1}}
	Moderator = topic.Who{Role: topic.RoleModerator, Pseudonym: topic.Pseudonym{2}}
	Second    = topic.Who{Role: topic.RoleModerator, Pseudonym: topic.Pseudonym{9}}

	Facilitator = topic.Who{Role: topic.RoleFacilitator, Pseudonym: topic.Pseudonym{7}}
	Registrar   = topic.Who{Role: topic.RoleRegistrar, Pseudonym: topic.Pseudonym{3}}
	System      = topic.Who{Role: topic.RoleSystem}
)
