package analysis

import (
	"slices"
	"testing"

	"veche/server/topic"
)

// Reasons of the list are counted by their words, for each kind of step and for
// removals; whatever else was said is one number and told to nobody.
func TestGive(t *testing.T) {
	d := func(n byte) topic.Digest { return topic.Digest{n} }
	s := &topic.State{Remarks: make([]topic.Remark, 2)}
	for i := range s.Remarks {
		s.Removals = append(s.Removals, topic.Removal{Subject: topic.RemarkSubject(uint32(i + 1)), Reason: d(byte(7 + i))})
	}
	s.Board.Operations = []topic.Operation{
		{Kind: topic.OperationMerge, Reason: d(1)},
		{Kind: topic.OperationMerge, Reason: d(2)},
		{Kind: topic.OperationMerge, Reason: d(3)},
		{Kind: topic.OperationMark, Mark: topic.MarkedOffTopic, Reason: d(4)},
		{Kind: topic.OperationHideIdeas, Reason: d(5)},
		{Kind: topic.OperationHideIdeas, Reason: topic.HeldReason},
		{Kind: topic.OperationShowIdeas, Reason: d(6)},
	}
	r := RemovalsOf(s, 0)
	texts := map[topic.Digest]string{d(1): "Same", d(2): "Same", d(3): "What Mr Orlov of Hill Street said", d(4): "Off", d(5): "Same", d(7): "Same"} // 6 was erased
	for x := range texts {
		if !slices.Contains(r.Digests(), x) {
			t.Errorf("the reason %v is not looked up", x[0])
		}
	}
	if got := len(r.Digests()); got != 8 {
		t.Errorf("%d reasons are looked up, not each once", got)
	}
	r.Give(texts, []topic.Reply{{For: topic.ReplyMerge, Lang: "en", Text: "Same"}, {For: topic.ReplyOffTopic, Lang: "en", Text: "Off"}})
	if want := []GivenCount{{"", 1}, {"Same", 1}}; !slices.Equal(r.Given, want) {
		t.Errorf("removals: %v, not %v", r.Given, want)
	}
	want := []StepCount{{topic.ReplyMerge, "Same", 2}, {topic.ReplyMerge, "", 1}, {topic.ReplyOffTopic, "Off", 1}, {topic.ReplyHideIdeas, "Same", 1}, {topic.ReplyBack, "", 1}}
	if !slices.Equal(r.Steps, want) {
		t.Errorf("steps: %v, not %v", r.Steps, want)
	}
}
