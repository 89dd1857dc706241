package api

import (
	"strings"
	"testing"

	"veche/server/topic"
)

// The history tells no hour of an application or a vote, and not on what a vote
// was.
func TestHistoryTellsNoHours(t *testing.T) {
	const day = int64(24 * 3600 * 1000)
	at := 20_000*day + 12_345_678
	for _, b := range []topic.Body{&topic.Applied{}, &topic.Withdrawn{Application: 77}, &topic.Voted{Item: 77, Value: topic.Agree}} {
		h := historyOf(&topic.Event{Seq: 9, Time: at, Actor: topic.Actor{Role: topic.RoleBallot, Number: 77}, Body: b})
		if h.Time != 20_000*day || strings.Contains(h.Summary+h.Actor, "77") || h.Seq != 9 {
			t.Errorf("%T is told as %+v", b, h)
		}
	}
	h := historyOf(&topic.Event{Time: at, Actor: topic.Actor{Role: topic.RoleModerator, Number: 2}, Body: &topic.ClusterRenamed{Cluster: 3}})
	if h.Time != at || h.Actor != "moderator 2" || h.Summary != "cluster 3 renamed" {
		t.Errorf("a moderator's act is told as %+v", h)
	}
}
