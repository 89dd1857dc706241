package api

import (
	"testing"

	"veche/server/topic"
)

// The history lists nothing of what people do alone and unseen: beside its
// neighbours, whose hours are told, an entry would have one too.
func TestHistoryListsNothingUnseen(t *testing.T) {
	const day = int64(24 * 3600 * 1000)
	at := 20_000*day + 12_345_678
	citizen := topic.Actor{Role: topic.RoleCitizen, Number: 77}
	for _, b := range []topic.Body{
		&topic.Applied{}, &topic.Withdrawn{Application: 77}, &topic.Voted{Item: 77, Value: topic.Agree}, &topic.OpenBallotIssued{}, &topic.OpenVoted{Item: 77, Value: topic.Agree}, &topic.PairCompared{Left: 77, Right: 78, Word: topic.PairLeft},
		&topic.RemarkFlagged{Remark: 57, Reason: topic.FlagInsult}, &topic.Reacted{Remark: 57}, &topic.QuestionSupported{Question: 3},
	} {
		if h, listed := historyOf(&topic.Event{Seq: 9, Time: at, Actor: citizen, Body: b}); listed {
			t.Errorf("%T is told as %+v", b, h)
		}
	}
	h, listed := historyOf(&topic.Event{Seq: 9, Time: at, Actor: topic.Actor{Role: topic.RoleModerator, Number: 2}, Body: &topic.ClusterRenamed{Cluster: 3}})
	if !listed || h.Seq != 9 || h.Time != at || h.Actor != "moderator 2" || h.Summary != "cluster 3 renamed" {
		t.Errorf("a moderator's act is told as %+v", h)
	}
}
