package analysis_test

import (
	"reflect"
	"testing"

	"veche/server/analysis"
	"veche/server/topic"
)

// Many tables outweigh many people of one table; support of what is folded
// counts for where it went, nobody's twice.
func TestRankQuestions(t *testing.T) {
	a := assembled(4, 8)
	ask := func(asker uint64, supporters ...uint64) uint32 {
		table, _ := a.Participant(asker)
		n := uint32(a.do(person(asker), &topic.QuestionAsked{Room: table, Text: topic.Digest{1}}))
		for _, s := range supporters {
			a.do(person(s), &topic.QuestionSupported{Question: n, Support: true})
		}
		return n
	}
	lone := ask(1)
	busy := ask(2, 3, 4, 5, 6, 7)
	wide := ask(9, 17, 25)
	early := ask(10)
	folded := ask(17, 9, 18)
	nested := ask(26, 27)
	a.do(nobody, &topic.QuestionsFolded{Into: folded, From: []uint32{nested}})
	a.do(nobody, &topic.QuestionsFolded{Into: early, From: []uint32{folded}})
	got := analysis.AskedOf(a.State).Rank()
	want := []analysis.QuestionRank{
		{Question: early, Support: 6, Tables: 3, Folded: []uint32{folded, nested}},
		{Question: wide, Support: 3, Tables: 3},
		{Question: busy, Support: 6, Tables: 1},
		{Question: lone, Support: 1, Tables: 1},
		{Question: folded, Support: 3, Tables: 2},
		{Question: nested, Support: 2, Tables: 1},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v\nwant\n%+v", got, want)
	}
}
