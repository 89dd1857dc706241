package analysis

import (
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"veche/selection"
	"veche/selection/beacon"
	"veche/server/topic"
)

// BeaconWish is the beacon that a planner asks for. A drand round is named by
// its number or by a time, the first round after which is meant.
type BeaconWish struct {
	Kind     string `json:"kind"`
	Chain    string `json:"chain"` // "" for quicknet
	Round    uint64 `json:"round"`
	Source   string `json:"source"`
	Phrase   string `json:"phrase"`
	Expected int64  `json:"expected"` // Unix milliseconds
}

// beaconAfter is how far ahead a drand round is chosen where none is named.
const beaconAfter = 10 * time.Minute

// Promised settles the beacon. The error is a [*topic.Fault].
func (w BeaconWish) Promised(now time.Time) (topic.Beacon, error) {
	b := topic.Beacon{Kind: w.Kind, Source: w.Source, Expected: w.Expected}
	refused := func(err error) (topic.Beacon, error) {
		return b, topic.NewFault(topic.CodeInvalid, "%s", strings.TrimPrefix(err.Error(), "beacon: "))
	}
	switch w.Kind {
	case topic.BeaconPhrase:
		b = topic.Beacon{Kind: w.Kind, Source: strings.TrimSpace(w.Phrase)}
	case topic.BeaconDrand:
		chain := &beacon.Quicknet
		if w.Chain != "" {
			if chain = beacon.Known(w.Chain); chain == nil { // its times are the planner's to say
				b.Chain, b.Round = w.Chain, w.Round
				break
			}
		}
		after := now.Add(beaconAfter)
		if w.Expected != 0 {
			after = time.UnixMilli(w.Expected)
		}
		round := w.Round
		if round == 0 {
			round = chain.RoundAfter(after)
		}
		p := chain.Promise(round)
		b = topic.Beacon{Kind: w.Kind, Chain: p.Chain, Round: p.Round, Expected: p.Expected}
	}
	p := Promise(b)
	if err := p.Check(); err != nil {
		return refused(err)
	}
	if err := p.After(now); err != nil {
		return refused(err)
	}
	return b, nil
}

// BeaconValue reads what a beacon gave: a text, or for a drand round its
// signature, with the randomness or without; or the round as drand's HTTP
// interface gives it, as JSON in value.
func BeaconValue(b topic.Beacon, value, signature string) (beacon.Value, error) {
	value = strings.TrimSpace(value)
	if b.Kind != topic.BeaconDrand {
		if value == "" && b.Kind == topic.BeaconPhrase {
			value = b.Source
		}
		if value == "" {
			return beacon.Value{}, topic.NewFault(topic.CodeInvalid, "the beacon's value is missing: enter it as it was published")
		}
		return beacon.Value{Kind: beacon.Kind(b.Kind), Text: value}, nil
	}
	file := value
	if !strings.HasPrefix(file, "{") {
		if signature = strings.TrimSpace(signature); signature == "" {
			return beacon.Value{}, topic.NewFault(topic.CodeInvalid, "a drand round needs its signature: enter it, or the whole answer of https://api.drand.sh/%s/public/%d", b.Chain, b.Round)
		}
		if _, err := hex.DecodeString(signature + value); err != nil {
			return beacon.Value{}, topic.NewFault(topic.CodeInvalid, "signature and randomness of a drand round are hexadecimal")
		}
		file = `{"round":` + strconv.FormatUint(b.Round, 10) + `,"signature":"` + signature + `"`
		if value != "" {
			file += `,"randomness":"` + value + `"`
		}
		file += "}"
	}
	v, err := beacon.ReadRound(strings.NewReader(file), b.Chain)
	if err != nil {
		return v, topic.NewFault(topic.CodeInvalid, "%s", err.Error())
	}
	return v, nil
}

// Program describes the running build, as commitments name it.
func Program() selection.Program { return selection.ThisProgram() }

// Listing tells whether this build holds the solver that listed panels need.
func Listing() bool { return Program().Solver != "" }
