package analysis_test

import (
	"context"
	"fmt"
	"reflect"
	"testing"

	"veche/server/analysis"
	"veche/server/analysis/rehearsal"
	"veche/server/topic"
)

// What is told of clusters counts each idea that is shown once, in the cluster
// that moderators left it in.
func TestInsightsCountTheBoard(t *testing.T) {
	p := debated(t)
	p.Cluster(5)
	board := &p.State.Board
	p.Do(rehearsal.Moderator, topic.MergeClusters{Into: board.Clusters()[0], From: board.Clusters()[1:2], Reason: p.Text("the same")})
	p.Do(rehearsal.Moderator, topic.ShowIdeas{Ideas: []uint32{2}, Reason: p.Text("rude")})
	list, from, to := analysis.Insights(p.State)
	if len(list) != len(board.Clusters()) || from > to {
		t.Fatalf("%d clusters of %d, from %d to %d", len(list), len(board.Clusters()), from, to)
	}
	for _, c := range list {
		size, authors, discussed := 0, map[uint64]bool{}, 0
		var agree uint32
		for i := range p.State.Ideas {
			n := uint32(i + 1)
			if board.Cluster(n) != c.Cluster || board.Hidden(n) {
				continue
			}
			size++
			authors[p.State.Ideas[i].Author] = true
			if o := p.State.Ideas[i].Origin; o != 0 {
				discussed++
				agree += p.State.Remarks[o-1].Reactions()[topic.ReactionAgree]
			}
		}
		grown := 0
		for _, n := range c.Growth {
			grown += n
		}
		if grown != size || c.Authors != len(authors) || c.Discussed != discussed || c.Reactions[topic.ReactionAgree] != agree {
			t.Errorf("cluster %d: %+v; it has %d ideas of %d authors, %d out of remarks with %d agreeing", c.Cluster, c, size, len(authors), discussed, agree)
		}
	}
}

// Small counts of authors are shown nowhere, and what is shown is rounded.
func TestAuthorsHideSmallCounts(t *testing.T) {
	p := debated(t)
	for i := range p.State.Seats {
		author := p.Citizen(p.State.Seats[i].Application)
		for n, what := range []string{"A night bus from the station every ten minutes", "Plant shady trees along the river bank"} {
			if p.State.Seats[i].Status == topic.SeatAccepted && i%3 != n {
				p.Do(author, topic.SubmitIdea{Text: p.Text(fmt.Sprint(what, " ", i)), Lang: "en"})
			}
		}
	}
	p.Cluster(2)
	rows := analysis.RowsOf(p.Rows())
	mix, err := analysis.Authors(context.Background(), p.State, lastRun(t, p), rows)
	if err != nil {
		t.Fatal(err)
	}
	shown, hidden := 0, 0
	for _, f := range mix.Features {
		for _, c := range f.Clusters {
			if len(c.Counts) != len(f.Values) {
				t.Errorf("%s of cluster %d: %v", f.Name, c.Cluster, c.Counts)
			}
			for _, n := range c.Counts {
				switch {
				case n == -1:
					hidden++
				case n%5 != 0 || n > 0 && n < 5:
					t.Errorf("%s of cluster %d: %v", f.Name, c.Cluster, c.Counts)
				default:
					shown++
				}
			}
		}
	}
	if len(mix.Features) == 0 || shown == 0 || hidden == 0 {
		t.Errorf("%d features, %d counts shown, %d hidden", len(mix.Features), shown, hidden)
	}
	// An idea that comes after the run changes nothing.
	author := p.Citizen(p.State.Seats[0].Application)
	p.Do(author, topic.SubmitIdea{Text: p.Text("Something else"), Lang: "en"})
	later, err := analysis.Authors(context.Background(), p.State, lastRun(t, p), rows)
	if err != nil || !reflect.DeepEqual(later, mix) {
		t.Errorf("an idea that came alone changed %+v to %+v (%v)", mix, later, err)
	}
	if none, err := analysis.Authors(context.Background(), p.State, nil, rows); err != nil || len(none.Features) > 0 {
		t.Errorf("without a run: %+v (%v)", none, err)
	}
}
