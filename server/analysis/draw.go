package analysis

import (
	"context"
	"slices"
	"strings"
	"time"

	"veche/selection"
	"veche/selection/beacon"
	"veche/server/topic"
)

// drawSchema is the version of the layout of a draw's result.
const drawSchema = 2

// DrawResult is the result of a round of the lottery. It holds no application's
// number or row.
type DrawResult struct {
	Schema   int              `json:"schema"`
	InputSeq uint64           `json:"input_seq"`
	Round    uint32           `json:"round"`    // from 1; later ones fill declined seats
	Seats    int              `json:"seats"`    // filled in this round
	Included int              `json:"included"` // of them without a draw
	Reserves int              `json:"reserves"`
	Rules    topic.DrawRules  `json:"rules"` // of the settings that it drew by
	Report   selection.Report `json:"report"`
	Proof    selection.Proof  `json:"proof"`
	// Crosstabs describe pool and panel by two features at once. They are of
	// the first round alone: two of them a few people apart would tell of those.
	Crosstabs []Crosstab       `json:"crosstabs"`
	Roll      selection.Digest `json:"roll"` // of the sealed blob, see [Roll]
}

// Promise is the beacon that an event names, as the library has it.
func Promise(b topic.Beacon) beacon.Promise {
	return beacon.Promise{Kind: beacon.Kind(b.Kind), Chain: b.Chain, Round: b.Round, Source: b.Source, Expected: b.Expected}
}

// Terms are what a commitment says besides the pool and the topic's rules.
type Terms struct {
	Program selection.Program
	Beacon  topic.Beacon
	// Time is when it is made; zero where the draw follows at once, so that
	// nothing is published before.
	Time time.Time
	// Earlier are the topic's commitments before, the first first, and Reason why
	// there is another one.
	Earlier []selection.Commitment
	Reason  string
}

// Commit fixes the lottery. The blob is the [selection.Commitment]; the event
// names it and what it comes to.
func (l *Lottery) Commit(t Terms) (topic.DrawCommitted, Blobs, error) {
	c, err := l.commitment(t)
	if err != nil {
		return topic.DrawCommitted{}, nil, err
	}
	blob, err := encode(c)
	if err != nil {
		return topic.DrawCommitted{}, nil, err
	}
	return topic.DrawCommitted{
		InputSeq: l.seq, Round: uint32(l.round), Size: l.state.Settings.PanelSize, Root: topic.Digest(c.Root), Policy: topic.Digest(c.PolicyDigest),
		Code: topic.Digest(c.Program.Digest()), Beacon: t.Beacon, Result: Digest(blob),
	}, Blobs{blob}, nil
}

func (l *Lottery) commitment(t Terms) (*selection.Commitment, error) {
	terms := selection.Terms{
		Topic: l.state.Settings.ID, Round: uint64(l.round - 1), Program: t.Program, Beacon: Promise(t.Beacon), Time: t.Time, Reason: t.Reason,
	}
	if n := len(t.Earlier); n > 0 {
		terms.Previous = &t.Earlier[n-1]
	}
	c, err := selection.Commit(&l.problem, l.roll, terms)
	if err != nil {
		return nil, topic.NewFault(topic.CodeInvalid, "%s", err.Error())
	}
	return c, nil
}

// Drawing is a commitment and the randomness that a draw keeps it with.
type Drawing struct {
	Commitment *selection.Commitment
	Number     uint32 // of the commitment in the log
	Earlier    []selection.Commitment
	Value      beacon.Value
}

// Draw draws the panel that a commitment and the beacon's value make. Blobs are
// the [DrawResult] and the sealed [Roll].
//
// Errors are a [*topic.Fault] (infeasible, with its conflicts; conflict where
// the lottery is not the one committed to, or the value not the one promised),
// or the context's.
func (l *Lottery) Draw(ctx context.Context, d Drawing) (topic.Drawn, Blobs, error) {
	none := topic.Drawn{}
	if err := d.Commitment.Keeps(&l.problem, l.roll, d.Commitment.Program); err != nil {
		return none, nil, broken(err)
	}
	problem := l.problem
	status, err := d.Commitment.Prepare(&problem, d.Value)
	if err != nil {
		return none, nil, topic.NewFault(topic.CodeInvalid, "%s", strings.TrimPrefix(err.Error(), "beacon: "))
	}
	drawn, err := selection.Draw(ctx, problem)
	if err != nil {
		return none, nil, drawFault(err)
	}
	l.explain(&drawn.Report)
	proof, err := selection.NewProof(problem, l.roll, drawn, d.Commitment, d.Value, d.Earlier...)
	if err != nil {
		return none, nil, err
	}
	roll, err := newRoll(l.pool, l.roll, drawn.Chances).encode()
	if err != nil {
		return none, nil, err
	}
	got := slices.Concat(drawn.Selected, l.included)
	crosstabs := []Crosstab{}
	if l.round == 1 {
		crosstabs = l.pool.crosstabs(&l.state.Settings, got)
	}
	result, err := encode(DrawResult{
		Schema: drawSchema, InputSeq: l.seq, Round: uint32(l.round), Seats: len(got), Included: len(l.included), Reserves: len(drawn.Reserves),
		Rules: l.state.Settings.Draw, Report: drawn.Report, Proof: *proof, Crosstabs: crosstabs, Roll: selection.Digest(Digest(roll)),
	})
	if err != nil {
		return none, nil, err
	}
	event := topic.Drawn{
		InputSeq: l.seq, Size: l.state.Settings.PanelSize, Seed: d.Value.String(), Root: topic.Digest(d.Commitment.Root), Result: Digest(result),
		Commitment: d.Number, Signature: hexOf(d.Value.Signature), Checked: status == beacon.Checked,
		Seats: l.pool.pick(got), Reserves: l.pool.pick(drawn.Reserves),
	}
	byRow(l.state, event.Seats)
	return event, Blobs{result, roll}, nil
}

func hexOf(h beacon.Hex) string {
	text, _ := h.MarshalText() // always writes
	return string(text)
}

// ParseDraw reads the result of a draw.
func ParseDraw(b []byte) (*DrawResult, error) {
	return parseAs("draw", b, drawSchema, func(r *DrawResult) int { return r.Schema })
}

// ParseCommitment reads the blob of a commitment.
func ParseCommitment(b []byte) (*selection.Commitment, error) {
	return parseAs("commitment", b, selection.CommitmentVersion, func(c *selection.Commitment) int { return c.Version })
}
