package job

import (
	"testing"

	"veche/server/analysis/rehearsal"
	"veche/server/export"
	"veche/server/topic"
)

// Whoever rated several items of a cluster is one supporter, by their kindest
// word: a merge puts the sets of voters together, it does not add the votes up.
func TestUnionsCountEveryVoterOnce(t *testing.T) {
	s := rehearsal.Whole(t).State
	s.Items[2].Cluster = s.Items[0].Cluster // rated alike by the same people
	items := map[uint32][]uint32{}
	for i, item := range s.Items {
		if c := s.Board.Live(item.Cluster); c != 0 {
			items[c] = append(items[c], uint32(i+1))
		}
	}
	unions, several := unionsOf(s), 0
	for cluster, list := range items {
		if len(list) == 1 {
			if unions[cluster] != nil {
				t.Errorf("cluster %d has one item and a union", cluster)
			}
			continue
		}
		several++
		want, votes := export.Union{Items: len(list)}, 0
		for b := range s.Ballots {
			agree, pass, disagree := false, false, false
			for _, item := range list {
				switch s.Choice(uint64(b+1), item).Value {
				case topic.Agree:
					agree = true
					votes++
				case topic.Pass:
					pass = true
				case topic.Disagree:
					disagree = true
				}
			}
			switch {
			case agree:
				want.Agree++
			case pass:
				want.Pass++
			case disagree:
				want.Disagree++
			}
		}
		if unions[cluster] == nil || *unions[cluster] != want {
			t.Errorf("cluster %d: %+v, want %+v", cluster, unions[cluster], want)
		}
		if want.Agree >= votes {
			t.Errorf("cluster %d: %d supporters cast %d votes for it: nobody supports two of its items, so this shows nothing", cluster, want.Agree, votes)
		}
	}
	if several == 0 {
		t.Error("no cluster has several items")
	}
}
