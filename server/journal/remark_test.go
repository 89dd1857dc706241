package journal_test

import (
	"context"
	"fmt"
	"testing"

	"veche/server/journal"
	"veche/server/store/sqlite"
	"veche/server/topic"
)

// square is a topic without a draw, in debate, with two people in it.
func square(t *testing.T) (j *journal.Journal, people [2]topic.Who, moderator topic.Who) {
	t.Helper()
	s, err := sqlite.Open(t.Context(), t.TempDir(), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	j = journal.Open(s, journal.Options{})
	t.Cleanup(func() {
		if err := j.Close(); err != nil {
			t.Error(err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	planner := topic.Who{Role: topic.RolePlanner, Pseudonym: topic.Pseudonym{9}}
	moderator = topic.Who{Role: topic.RoleModerator, Pseudonym: topic.Pseudonym{8}}
	_, err = j.Create(t.Context(), journal.Request{Who: planner, Command: topic.Create{Settings: topic.Settings{
		ID: "square", Title: "The square", Question: "What shall it be?", Lang: "en",
		Stages: []topic.Stage{{Kind: topic.StageApplications}, {Kind: topic.StageDebate}},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	submit(t, j, planner, topic.OpenStage{Index: 0})
	for i := range people {
		people[i] = topic.Who{Role: topic.RoleCitizen, Pseudonym: topic.Pseudonym{byte(i + 1)}}
		submit(t, j, people[i], topic.Apply{Row: journal.NewText("row").Digest()})
	}
	submit(t, j, planner, topic.OpenStage{Index: 1})
	return j, people, moderator
}

func submit(t *testing.T, j *journal.Journal, who topic.Who, c topic.Command, texts ...journal.Text) journal.Ack {
	t.Helper()
	ack, err := j.Submit(context.Background(), "square", journal.Request{Who: who, Command: c, Texts: texts})
	if err != nil {
		t.Fatalf("%T: %v", c, err)
	}
	return ack
}

func TestRemarkPages(t *testing.T) {
	j, people, _ := square(t)
	const all = 120
	var seqs []uint64
	for i := range all {
		x := journal.NewText(fmt.Sprint("remark ", i+1))
		seqs = append(seqs, submit(t, j, people[i%2], topic.Say{Text: x.Digest()}, x).Seq)
	}
	for _, c := range []struct {
		name        string
		before      uint64
		limit       int
		first, last int // remark numbers, 0 0 for none
		more        bool
	}{
		{"newest", 0, 10, 111, 120, true},
		{"default size", 0, 0, 71, 120, true},
		{"largest size", 0, 5000, 1, 120, false},
		{"before a remark", seqs[20], 10, 11, 20, true},
		{"between remarks", seqs[20] + 1, 10, 12, 21, true},
		{"down to the first", seqs[5], 10, 1, 5, false},
		{"exactly down to the first", seqs[10], 10, 1, 10, false},
		{"before the first", seqs[0], 10, 0, 0, false},
		{"beyond the last", 1 << 60, 1, 120, 120, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			page, err := j.Remarks(t.Context(), "square", 0, c.before, c.limit)
			if err != nil {
				t.Fatal(err)
			}
			if page.More != c.more || page.Top != seqs[all-1] || page.Epoch == 0 {
				t.Errorf("more %v, top %d, epoch %d", page.More, page.Top, page.Epoch)
			}
			want := 0
			if c.first != 0 {
				want = c.last - c.first + 1
			}
			if len(page.Remarks) != want {
				t.Fatalf("%d remarks, want %d", len(page.Remarks), want)
			}
			page.Mark(2)
			for i, r := range page.Remarks {
				n := c.first + i
				if int(r.ID) != n || r.Seq != seqs[n-1] || r.Text != fmt.Sprint("remark ", n) || r.Removed != "" || r.Author.Role != "participant" || r.Author.Mine != (n%2 == 0) {
					t.Errorf("remark %d is %+v", n, r)
				}
			}
		})
	}
	if _, err := j.Remarks(t.Context(), "square", 1, 0, 10); topic.CodeOf(err) != topic.CodeNotFound {
		t.Errorf("a table that there is not: %v", err)
	}
}

func TestRemovedRemarksShowWhy(t *testing.T) {
	j, people, moderator := square(t)
	for i := range 4 {
		x := journal.NewText(fmt.Sprint("secret ", i+1))
		submit(t, j, people[0], topic.Say{Text: x.Digest()}, x)
	}
	reason := journal.NewText("off topic")
	submit(t, j, moderator, topic.RemoveRemark{Remark: 1, Reason: reason.Digest()}, reason)
	submit(t, j, moderator, topic.RemoveRemark{Remark: 3, Reason: reason.Digest()}, reason)
	for _, n := range []uint64{2, 3} {
		_, err := j.EraseText(t.Context(), "square", journal.Request{Who: moderator}, topic.EraseText{Target: topic.EraseRemark, Number: n, Reason: "personal-data"})
		if err != nil {
			t.Fatal(err)
		}
	}
	page, err := j.Remarks(t.Context(), "square", 0, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []struct{ text, removed string }{{"", "off topic"}, {"", "personal-data"}, {"", "personal-data"}, {"secret 4", ""}} {
		if r := page.Remarks[i]; r.Text != want.text || r.Removed != want.removed {
			t.Errorf("remark %d: %q, removed %q", i+1, r.Text, r.Removed)
		}
	}
}

func TestReactionsAreCountedForAllAndNamedToEach(t *testing.T) {
	j, people, _ := square(t)
	for range 2 {
		x := journal.NewText("let it be a park")
		submit(t, j, people[0], topic.Say{Text: x.Digest(), Characters: 16}, x)
	}
	submit(t, j, people[1], topic.React{Remark: 1, Reaction: topic.ReactionUnsure})
	submit(t, j, people[1], topic.React{Remark: 2, Reaction: topic.ReactionAgree})
	submit(t, j, people[1], topic.React{Remark: 2, Reaction: topic.ReactionNone})
	for reader, reacted := range map[uint64]string{0: "", 1: "", 2: "unsure"} {
		page, err := j.Remarks(t.Context(), "square", 0, 0, 0)
		if err != nil {
			t.Fatal(err)
		}
		page.Mark(reader)
		first, second := page.Remarks[0], page.Remarks[1]
		if first.Reactions != [3]uint32{0, 0, 1} || second.Reactions != [3]uint32{} || first.Characters != 16 {
			t.Errorf("the remarks are %+v and %+v", first, second)
		}
		if first.Reacted != reacted || second.Reacted != "" || first.Author.Mine != (reader == 1) {
			t.Errorf("to application %d the remarks are %+v and %+v", reader, first, second)
		}
	}
}
