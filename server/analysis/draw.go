package analysis

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"

	"veche/selection"
	"veche/server/topic"
)

// objective is fixed, not chosen by what a machine has installed: a draw must
// run again to the same bytes anywhere.
const objective = selection.Nash

const objectiveReason = "the most even chances, none below 0.995 of the best possible minimum"

// DrawResult is the result of a round of the lottery. It holds no application's
// number or row.
type DrawResult struct {
	Schema      int                   `json:"schema"`
	InputSeq    uint64                `json:"input_seq"`
	Round       uint32                `json:"round"` // from 1; later ones fill declined seats
	Seats       int                   `json:"seats"` // filled in this round
	Reserves    int                   `json:"reserves"`
	Seed        Seed                  `json:"seed"`
	Policy      selection.Policy      `json:"policy"`
	Report      selection.Report      `json:"report"`
	Certificate selection.Certificate `json:"certificate"`
	// Crosstabs describe pool and panel by two features at once. They are of
	// the first round alone: two of them a few people apart would tell of those.
	Crosstabs []Crosstab       `json:"crosstabs"`
	Chances   selection.Digest `json:"chances"` // of the sealed blob
}

// Chances are the chances of all applications in one round, a sealed blob.
type Chances struct {
	Schema int    `json:"schema"`
	Salt   string `json:"salt"` // so that the digest can't be guessed from the report
	// Units has, for application n at index n−1, its chance in units of
	// 1/[selection.ChanceUnit]; −1 where it was not in the pool.
	Units []int64 `json:"units"`
}

// Of answers the chance of an application in 0…1, false where it was not in
// the pool.
func (c *Chances) Of(application uint64) (float64, bool) {
	if application == 0 || application > uint64(len(c.Units)) || c.Units[application-1] < 0 {
		return 0, false
	}
	return float64(c.Units[application-1]) / selection.ChanceUnit, true
}

// Draw draws a panel from the applications that stand in s: in the first round
// all its seats, later those that were declined, the people who accepted or are
// still invited staying. Blobs are the [DrawResult] and the sealed [Chances].
// rows holds the pool row of every application that stands.
//
// Errors are a [*topic.Fault] (infeasible, with its conflicts; conflict where no
// seat is free), a [*MissingError], or the context's.
func Draw(ctx context.Context, s *topic.State, rows map[uint64]Text, seed string) (topic.Drawn, Blobs, error) {
	problem, p, err := drawProblem(s, rows)
	if err != nil {
		return topic.Drawn{}, nil, err
	}
	policy := problem.Policy(p.root)
	round := uint64(len(s.Rounds))
	seeds := NewSeed(p.root, policy.Digest(), seed, round)
	problem.Seed = seeds.Digest
	drawn, err := selection.Draw(ctx, problem)
	if err != nil {
		return topic.Drawn{}, nil, drawFault(err)
	}
	drawn.Report.Reason = objectiveReason
	chances := Chances{Schema: Schema, Salt: p.salt(), Units: make([]int64, len(s.Applications))}
	for i := range chances.Units {
		chances.Units[i] = -1
	}
	for i, n := range p.numbers {
		chances.Units[n-1] = drawn.Chances[i]
	}
	sealed, err := encode(chances)
	if err != nil {
		return topic.Drawn{}, nil, err
	}
	crosstabs := []Crosstab{}
	if round == 0 {
		crosstabs = p.crosstabs(&s.Settings, drawn.Selected)
	}
	result, err := encode(DrawResult{
		Schema: Schema, InputSeq: s.Seq, Round: uint32(round + 1), Seats: len(drawn.Selected), Reserves: len(drawn.Reserves),
		Seed: seeds, Policy: policy, Report: drawn.Report, Certificate: drawn.Certificate,
		Crosstabs: crosstabs, Chances: selection.Digest(Digest(sealed)),
	})
	if err != nil {
		return topic.Drawn{}, nil, err
	}
	event := topic.Drawn{InputSeq: s.Seq, Size: s.Settings.PanelSize, Seed: seed, Root: p.root, Result: Digest(result)}
	event.Seats, event.Reserves = p.pick(drawn.Selected), p.pick(drawn.Reserves)
	// A seat's number must not tell when someone applied.
	slices.SortFunc(event.Seats, func(a, b uint64) int {
		return bytes.Compare(s.Applications[a-1].Row[:], s.Applications[b-1].Row[:])
	})
	return event, Blobs{result, sealed}, nil
}

// drawProblem is the draw that s asks for, all but its seed.
func drawProblem(s *topic.State, rows map[uint64]Text) (selection.Problem, *pool, error) {
	none := selection.Problem{}
	if s.Settings.PanelSize == 0 {
		return none, nil, topic.NewFault(topic.CodeInvalid, "the topic has no panel size: set it in the settings first")
	}
	applications := standing(s)
	p, err := poolOf(s, applications, rows, "")
	if err != nil {
		return none, nil, err
	}
	x := selection.Problem{Pool: p.Pool, Objective: objective, ByType: true}
	unknown := 0 // seated people whose row was erased
	var seated, declined []int
	for i := range s.Seats {
		seat := &s.Seats[i]
		at, known := p.at[seat.Application]
		switch {
		case seat.Status == topic.SeatDeclined && known:
			declined = append(declined, at)
		case seat.Status == topic.SeatDeclined:
		case known:
			seated = append(seated, at)
		default:
			unknown++
		}
	}
	if seated != nil {
		x.Fixed = []selection.Group{{Reason: "hold a seat from an earlier round", People: seated}}
	}
	if declined != nil {
		x.Excluded = []selection.Group{{Reason: "declined a seat", People: declined}}
	}
	if len(seated)+unknown >= int(s.Settings.PanelSize) {
		return none, nil, topic.NewFault(topic.CodeConflict, "all %d seats are taken: there is nothing to draw", s.Settings.PanelSize)
	}
	x.Size = int(s.Settings.PanelSize) - unknown
	for _, q := range s.Settings.Quotas {
		// What the unknown ones count for can't be told: they may be any.
		x.Quotas = append(x.Quotas, selection.Quota{Feature: q.Feature, Value: q.Value, Min: max(0, int(q.Min)-unknown), Max: int(q.Max)})
	}
	x.Reserves = max(0, min((x.Size+1)/2, len(applications)-x.Size-len(declined)))
	return x, p, nil
}

// standing are the applications in the pool, in the order of numbers.
func standing(s *topic.State) []uint64 {
	var list []uint64
	for i := range s.Applications {
		if s.Applications[i].Status == topic.ApplicationOpen {
			list = append(list, uint64(i+1))
		}
	}
	return list
}

// CheckDraw tells whether the draw that s asks for can be made: nil, or the
// error that Draw would give for its quotas.
func CheckDraw(ctx context.Context, s *topic.State, rows map[uint64]Text) error {
	problem, _, err := drawProblem(s, rows)
	if err != nil {
		return err
	}
	if err := selection.Check(ctx, problem); err != nil {
		return drawFault(err)
	}
	return nil
}

// drawFault turns conflicting quotas into a refusal that names them.
func drawFault(err error) error {
	var infeasible *selection.InfeasibleError
	if !errors.As(err, &infeasible) {
		return err
	}
	f := topic.NewFault(topic.CodeInfeasible, "%s", infeasible.Error())
	for _, c := range infeasible.Conflicts {
		f.Places = append(f.Places, topic.Place{Feature: c.Feature, Value: c.Value, Message: c.Message})
	}
	return f
}

// pick turns indexes of the pool into application numbers.
func (p *pool) pick(people []int) []uint64 {
	var list []uint64
	for _, i := range people {
		list = append(list, p.numbers[i])
	}
	return list
}

// salt is a secret that whoever holds the rows can make again.
func (p *pool) salt() string {
	h := sha256.New()
	h.Write([]byte("veche/analysis/chances/1\x00"))
	for i := range p.salts {
		h.Write(p.salts[i][:])
	}
	return hex.EncodeToString(h.Sum(nil)[:topic.SaltSize])
}

// ParseDraw reads the result of a draw.
func ParseDraw(b []byte) (*DrawResult, error) {
	return parse("draw", b, func(r *DrawResult) int { return r.Schema })
}

// ParseChances reads the sealed chances of a draw.
func ParseChances(b []byte) (*Chances, error) {
	return parse("draw's chances", b, func(c *Chances) int { return c.Schema })
}
