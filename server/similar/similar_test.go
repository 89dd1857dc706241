package similar_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"veche/server/journal"
	"veche/server/similar"
	"veche/server/store/sqlite"
	"veche/server/topic"
)

var (
	planner   = topic.Who{Role: topic.RolePlanner}
	moderator = topic.Who{Role: topic.RoleModerator}
	registrar = topic.Who{Role: topic.RoleRegistrar}
	anna      = topic.Who{Role: topic.RoleCitizen, Pseudonym: topic.Pseudonym{1}}
)

// talking is a topic in its debate that anna takes part in.
func talking(t *testing.T) (*journal.Journal, func(topic.Who, topic.Command, ...journal.Text)) {
	t.Helper()
	s, err := sqlite.Open(t.Context(), t.TempDir(), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	j := journal.Open(s, journal.Options{})
	t.Cleanup(func() {
		if err := j.Close(); err != nil {
			t.Error(err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	do := func(who topic.Who, c topic.Command, texts ...journal.Text) {
		t.Helper()
		if _, err := j.Submit(t.Context(), "t", journal.Request{Who: who, Command: c, Texts: texts}); err != nil {
			t.Fatalf("%T: %v", c, err)
		}
	}
	if _, err := j.Create(t.Context(), journal.Request{Who: planner, Command: topic.Create{Settings: topic.Settings{ID: "t", Title: "T", Question: "Q", Lang: "en", Stages: []topic.Stage{{Kind: topic.StageDebate}, {Kind: topic.StageCuration}}}}}); err != nil {
		t.Fatal(err)
	}
	do(planner, topic.OpenStage{})
	do(anna, topic.Apply{Row: topic.Digest{1}})
	return j, do
}

// digestOf is the digest of an idea's text.
func digestOf(t *testing.T, j *journal.Journal, idea int) (d topic.Digest) {
	t.Helper()
	view, err := j.View(t.Context(), "t")
	if err != nil {
		t.Fatal(err)
	}
	view.Read(func(s *topic.State, _ uint64) { d = s.Ideas[idea-1].Text })
	return d
}

// From its first idea on a topic's index answers what is there and shown: not
// what moderators hid, not what was erased.
func TestSimilarFollowsTheTopic(t *testing.T) {
	j, do := talking(t)
	idea := func(body string) {
		t.Helper()
		x := journal.NewText(body)
		do(anna, topic.SubmitIdea{Text: x.Digest(), Lang: "en"}, x)
	}
	ideas := similar.New(j)
	wants := func(when, text string, want ...uint32) {
		t.Helper()
		hits, err := ideas.Similar(t.Context(), "t", text, "en", 5)
		if err != nil {
			t.Fatal(err)
		}
		var got []uint32
		for i, h := range hits {
			got = append(got, h.ID)
			if h.Text == "" || h.Score <= 0 || h.Score > 1.0000001 || (i > 0 && h.Score > hits[i-1].Score) {
				t.Errorf("%s: hit %d is %+v", when, i, h)
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s: ideas %v are like %q, want %v", when, got, text, want)
		}
	}
	const trees = "Plant trees along the river bank"
	wants("before any idea", trees)
	idea(trees)
	wants("after the first", trees, 1)
	idea("Night buses for the northern quarter")
	idea("More trees along the river bank, please plant them")
	wants("after the third", trees, 1, 3)
	do(moderator, topic.ShowIdeas{Ideas: []uint32{1}, Reason: topic.Digest{1}})
	wants("with the first hidden", trees, 3)
	do(moderator, topic.ShowIdeas{Ideas: []uint32{1}, Shown: true, Reason: topic.Digest{1}})
	wants("with it shown again", trees, 1, 3)
	if _, err := j.EraseText(t.Context(), "t", journal.Request{Who: registrar}, topic.EraseText{Target: topic.EraseIdea, Number: 3, Reason: "unlawful"}); err != nil {
		t.Fatal(err)
	}
	wants("with the third erased", trees, 1)
	for query, want := range map[string][]uint32{"planting a tree": {1}, "Northern quarters": {2}, "river night": {1, 2}, "zebra": nil} {
		if got, ready, err := ideas.Search(t.Context(), "t", query, ""); err != nil || !ready || !slices.Equal(slices.Sorted(slices.Values(got)), want) {
			t.Errorf("a search for %q finds %v (%v), want %v", query, got, err, want)
		}
	}
	if got := similar.Marks("🌳 Plant trees, plant", "en", "tree"); !slices.Equal(got, [][2]int{{9, 14}}) {
		t.Errorf("marks %v, counted as browsers count", got)
	}
	body := journal.NewText("Night ferries for ███")
	if _, err := j.MaskText(t.Context(), "t", journal.Request{Who: anna, Command: topic.MaskText{Subject: topic.IdeaSubject(2), Text: body.Digest(), Characters: 21}, Texts: []journal.Text{body}}, digestOf(t, j, 2)); err != nil {
		t.Fatal(err)
	}
	wants("with the second masked", "Night ferries", 2)
	for query, want := range map[string][]uint32{"ferries": {2}, "northern quarter": nil} {
		if got, _, err := ideas.Search(t.Context(), "t", query, ""); err != nil || !slices.Equal(got, want) {
			t.Errorf("after the mask a search for %q finds %v (%v), want %v", query, got, err, want)
		}
	}
	ideas = similar.New(j)
	wants("by a fresh index", trees, 1)
	do(moderator, topic.RecordClustering{Clustered: topic.Clustered{InputSeq: 1, Result: topic.Digest{1}, New: 1, Base: []uint32{1, 1, 1}}})
	do(moderator, topic.ShowCluster{Cluster: 1, Reason: topic.Digest{1}})
	wants("with its cluster hidden", trees)
	do(moderator, topic.ShowCluster{Cluster: 1, Shown: true, Reason: topic.Digest{1}})
	wants("with the cluster shown again", trees, 1)
	if _, err := ideas.Similar(t.Context(), "nowhere", trees, "en", 5); topic.CodeOf(err) != topic.CodeNotFound {
		t.Errorf("of a topic that is not there: %v", err)
	}

	var wg sync.WaitGroup // asked and added to at once
	for w := range 4 {
		wg.Go(func() {
			for i := range 10 {
				if w == 0 {
					x := journal.NewText(fmt.Sprintf("A bench of oak number %d for the old market", i))
					if _, err := j.Submit(t.Context(), "t", journal.Request{Who: anna, Command: topic.SubmitIdea{Text: x.Digest(), Lang: "en"}, Texts: []journal.Text{x}}); err != nil {
						t.Error(err)
					}
					continue
				}
				if _, err := ideas.Similar(t.Context(), "t", "A bench of oak for the old market", "en", 5); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	hits, err := ideas.Similar(t.Context(), "t", "A bench of oak for the old market", "en", 5)
	if err != nil || len(hits) != 5 {
		t.Errorf("%d hits of ten benches, %v", len(hits), err)
	}
}

// Questions to the experts are found by what they ask, but for those that are
// folded into another or erased.
func TestSimilarQuestions(t *testing.T) {
	j, do := talking(t)
	for _, body := range []string{"What does a tree on the bank cost?", "Who waters the trees?", "How much does a tree cost on the bank?", "Сколько стоит дерево на набережной?"} {
		x := journal.NewText(body)
		do(anna, topic.AskQuestion{Text: x.Digest()}, x)
	}
	questions := similar.NewQuestions(j)
	wants := func(when, text string, want ...uint32) {
		t.Helper()
		hits, err := questions.Similar(t.Context(), "t", text, "", 2)
		var got []uint32
		for _, h := range hits {
			if h.Score > 0.35 {
				got = append(got, h.ID)
			}
		}
		slices.Sort(got)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: questions %v are like %q, want %v (%v)", when, got, text, want, err)
		}
	}
	const cost = "What is the cost of a tree on the bank?"
	wants("at first", cost, 1, 3)
	wants("in another language", "Сколько стоят деревья на набережной?", 4)
	do(moderator, topic.FoldQuestions{Into: 1, From: []uint32{3}})
	wants("with the third folded", cost, 1)
	if _, err := j.EraseText(t.Context(), "t", journal.Request{Who: registrar}, topic.EraseText{Target: topic.EraseQuestion, Number: 1, Reason: "unlawful"}); err != nil {
		t.Fatal(err)
	}
	wants("with the first erased", cost)
}

// An index that would keep somebody waiting is read in the background; until it is
// there a search says so.
func TestPrepare(t *testing.T) {
	j, do := talking(t)
	do(planner, topic.OpenStage{Index: 1})
	const all = 4500
	for start := 0; start < all; start += topic.IdeaChunk {
		cmd := topic.ImportIdeas{IdeasImported: topic.IdeasImported{Lang: "en"}}
		var texts []journal.Text
		for n := start; n < min(start+topic.IdeaChunk, all); n++ {
			x := journal.NewText(fmt.Sprintf("Plant tree %d", n))
			texts, cmd.Texts, cmd.Times = append(texts, x), append(cmd.Texts, x.Digest()), append(cmd.Times, int64(n))
		}
		do(planner, cmd, texts...)
	}
	ideas := similar.New(j)
	if _, ready, err := ideas.Search(t.Context(), "t", "trees", "en"); err != nil || ready {
		t.Fatalf("at first a search is ready: %v, %v", ready, err)
	}
	for {
		got, ready, err := ideas.Search(t.Context(), "t", "trees", "en")
		if err != nil {
			t.Fatal(err)
		}
		if !ready {
			time.Sleep(5 * time.Millisecond)
			continue
		}
		if len(got) == 0 {
			t.Error("a search of the whole index finds nothing")
		}
		break
	}
	ideas.Close()
	if _, ready, err := ideas.Search(t.Context(), "t", "trees", "en"); err != nil || !ready {
		t.Errorf("what was read is lost: %v, %v", ready, err)
	}
	ended := similar.New(j)
	ended.Close()
	if ready, err := ended.Prepare(t.Context(), "t"); err != nil || ready {
		t.Errorf("after the end it is read: %v, %v", ready, err)
	}
	if _, err := ideas.Prepare(t.Context(), "nowhere"); topic.CodeOf(err) != topic.CodeNotFound {
		t.Errorf("a topic that is not there: %v", err)
	}
}
