package audit_test

import (
	"bytes"
	"fmt"
	"slices"
	"sync"
	"testing"

	"veche/server/analysis/rehearsal"
	"veche/server/audit"
	"veche/server/topic"
)

// large is a topic with 10,000 people and 2,000,000 votes.
var large = func() func(b *testing.B) *rehearsal.Play {
	var once sync.Once
	var p *rehearsal.Play
	return func(b *testing.B) *rehearsal.Play {
		once.Do(func() {
			p = rehearsal.New(b)
			p.Apply(10_000)
			p.Draw()
			p.Debate()
			p.Do(rehearsal.Planner, topic.OpenStage{Index: 3})
			p.Cluster(5)
			items := make([]topic.Item, 200)
			for i := range items {
				items[i] = topic.Item{Summary: p.Text(fmt.Sprintf("Proposal %d of the moderators.", i+1))}
			}
			p.Do(rehearsal.Moderator, topic.FreezeItems{Items: items})
			p.Do(rehearsal.Planner, topic.OpenStage{Index: 4})
			ballots := make([]topic.Pseudonym, 10_000)
			for i := range ballots {
				ballots[i] = p.Random()
			}
			slices.SortFunc(ballots, func(x, y topic.Pseudonym) int { return bytes.Compare(x[:], y[:]) })
			p.Do(rehearsal.System, topic.IssueBallots{Pseudonyms: ballots})
			for b := range ballots {
				for item := range items {
					value := topic.VoteValue(1 + (b*7+item*3+b*item/5)%3)
					if b%2 == item%2 {
						value = topic.Agree
					}
					p.Do(p.Ballot(b), topic.Vote{Item: uint32(item + 1), Value: value})
				}
			}
			p.Do(rehearsal.Planner, topic.OpenStage{Index: 5})
			p.Tally()
		})
		return p
	}
}()

func BenchmarkLargeBundle(b *testing.B) {
	p := large(b)
	for _, audience := range []audit.Audience{audit.Public, audit.Auditor} {
		var bundle []byte
		b.Run("write/"+string(audience), func(b *testing.B) {
			for b.Loop() {
				bundle = p.Bundle(audience)
			}
			b.ReportMetric(float64(len(bundle))/1e6, "MB")
		})
		b.Run("verify/"+string(audience), func(b *testing.B) {
			if bundle == nil {
				bundle = p.Bundle(audience)
			}
			for b.Loop() {
				if r := verify(b, bundle, audit.Options{Full: true}); r.Failures() > 0 {
					b.Fatalf("%+v", r.Steps)
				}
			}
		})
	}
}
