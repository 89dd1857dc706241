package job

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strconv"

	"veche/server/analysis"
	"veche/server/export"
	"veche/server/journal"
	"veche/server/topic"
)

// read reads a result's blob.
func (j *Jobs) read(ctx context.Context, result topic.Digest) ([]byte, error) {
	r, err := j.blobs.GetBlob(ctx, result.String())
	if err != nil {
		return nil, fmt.Errorf("reading the result %s: %w", result, err)
	}
	defer r.Close()
	return io.ReadAll(r)
}

// TablesReport answers the report of a seating.
func (j *Jobs) TablesReport(ctx context.Context, result topic.Digest) (json.RawMessage, error) {
	return resultOf(ctx, j, result, func(b []byte) (json.RawMessage, error) {
		r, err := analysis.ParseTables(b)
		if err != nil {
			return nil, err
		}
		return json.Marshal(r.Report)
	})
}

// Clusters answers a clustering's result, nil for the zero digest. It is shared:
// read it only.
func (j *Jobs) Clusters(ctx context.Context, result topic.Digest) (*analysis.ClusterResult, error) {
	if result.IsZero() {
		return nil, nil
	}
	return resultOf(ctx, j, result, analysis.ParseCluster)
}

// Pool counts a topic's pool and panel by feature and value. It is shared: read
// it only.
func (j *Jobs) Pool(ctx context.Context, topicID string) (analysis.PoolCount, error) {
	return ofState(ctx, j, &j.pools, topicID, analysis.Count)
}

// Authors counts who is behind the clusters of a topic's last run. It is shared:
// read it only.
func (j *Jobs) Authors(ctx context.Context, topicID string) (analysis.AuthorMix, error) {
	return ofState(ctx, j, &j.authors, topicID, func(ctx context.Context, s *topic.State, rows analysis.Rows) (analysis.AuthorMix, error) {
		run, err := j.Clusters(ctx, s.Board.Result)
		if err != nil {
			return analysis.AuthorMix{}, err
		}
		return analysis.Authors(ctx, s, run, rows)
	})
}

// ofState answers what f makes of a topic's committed state, made once a state.
func ofState[V any](ctx context.Context, j *Jobs, keep *Keeper[uint64, V], topicID string, f func(context.Context, *topic.State, analysis.Rows) (V, error)) (V, error) {
	view, err := j.journal.View(ctx, topicID)
	if err != nil {
		return *new(V), err
	}
	return keep.Of(topicID, func() (seq uint64) {
		view.Read(func(s *topic.State, _ uint64) { seq = s.Seq })
		return seq
	}, func() (uint64, V, error) {
		s, err := view.Copy()
		if err != nil {
			return 0, *new(V), err
		}
		v, err := f(ctx, s, j.rows(s))
		return s.Seq, v, again(err)
	})
}

// rankingKey names the state that a ranking shows: tally n with the texts and
// titles as of seq.
type rankingKey struct {
	n   int
	seq uint64
}

// RemovedText stands for a text that was erased, or is withheld.
const RemovedText = "[removed]"

// Ranking answers tally n of a topic, with texts and titles, for people. Its
// rows are shared: read them only.
func (j *Jobs) Ranking(ctx context.Context, topicID string, n int) (*export.Ranking, error) {
	view, err := j.journal.View(ctx, topicID)
	if err != nil {
		return nil, err
	}
	r, err := j.rankings.Of(topicID, func() rankingKey {
		key := rankingKey{n: n}
		view.Read(func(s *topic.State, _ uint64) { key.seq = s.Seq })
		return key
	}, func() (rankingKey, *export.Ranking, error) { return j.ranking(ctx, topicID, n, view) })
	if err != nil {
		return nil, err
	}
	own := *r
	return &own, nil
}

// ranked is a rating item as the state has it.
type ranked struct {
	kind    string
	text    topic.Digest
	erased  bool
	by      export.Authors
	cluster uint32 // live
}

func rankedOf(s *topic.State, item topic.Item) ranked {
	r := ranked{kind: "summary", text: item.Summary, cluster: s.Board.Live(item.Cluster)}
	if item.Idea != 0 {
		idea := &s.Ideas[item.Idea-1]
		r.kind, r.text, r.erased, r.by = "idea", idea.Text, idea.Erased, authorsOf(s, item.Idea)
	}
	return r
}

// authorsOf says who an idea is of, and where it was written if not here.
func authorsOf(s *topic.State, n uint32) export.Authors {
	idea := &s.Ideas[n-1]
	by := export.Authors{Author: s.Number(idea.Author), Source: idea.Source.String()}
	for _, who := range s.Coauthors(n) {
		by.Coauthors = append(by.Coauthors, s.Number(who))
	}
	return by
}

// ranking makes tally n from the state of the seq that it answers.
func (j *Jobs) ranking(ctx context.Context, topicID string, n int, view *journal.View) (rankingKey, *export.Ranking, error) {
	fail := func(err error) (rankingKey, *export.Ranking, error) { return rankingKey{}, nil, err }
	var t topic.Tally
	var result topic.Digest
	there := false
	view.Read(func(s *topic.State, _ uint64) {
		if there = n >= 1 && n <= len(s.Tallies); there {
			t, result = s.Tallies[n-1], s.Board.Result
		}
	})
	if !there {
		return fail(topic.NewFault(topic.CodeNotFound, "there is no tally %d", n))
	}
	count, err := resultOf(ctx, j, t.Result, analysis.ParseTally)
	if err != nil {
		return fail(err)
	}
	run, err := j.Clusters(ctx, result)
	if err != nil {
		return fail(err)
	}
	key := rankingKey{n: n}
	out := &export.Ranking{
		Run: uint64(n), InputSeq: t.InputSeq, Time: t.Time, Digest: t.Result.String(), Seed: t.Seed, Own: count.Own, Resamples: count.Resamples,
	}
	clusters := map[uint32]analysis.LiveCluster{}
	var items []ranked
	var digests []topic.Digest
	var unions map[uint32]*export.Union
	unclear := make([]int, len(count.Rows))
	view.Read(func(s *topic.State, _ uint64) {
		key.seq = s.Seq
		unions = unionsOf(s)
		for i := range unclear {
			unclear[i] = s.ItemCount(uint32(i + 1)).Unclear
		}
		if rule := s.Rule(); rule != nil {
			out.Order, out.Pairs = rule.Order.String(), int(rule.Pairs)
		}
		for i := len(s.Rules) - 1; i > 0; i-- {
			out.Before = append(out.Before, export.Before{Order: s.Rules[i-1].Rule.Order.String(), Time: s.Rules[i].Time, Reason: s.Rules[i].Reason})
		}
		out.Assurance = s.Settings.Assurance.String()
		out.Topic, out.Question, out.Language = s.Settings.Title, s.Settings.Question, s.Settings.Lang
		for _, l := range analysis.Overlay(s, run) {
			clusters[l.Cluster] = l
			digests = append(digests, l.Title)
		}
		for _, item := range s.Items {
			r := rankedOf(s, item)
			items, digests = append(items, r), append(digests, r.text)
		}
		for _, choices := range s.Votes {
			if len(choices) > 0 {
				out.Ballots++
			}
		}
	})
	texts, err := j.journal.Texts(ctx, topicID, digests)
	if err != nil {
		return fail(err)
	}
	for _, g := range count.Groups {
		out.Groups = append(out.Groups, export.Group{Number: g.Number, Size: g.Size})
	}
	for _, t := range count.Trials {
		out.Trials = append(out.Trials, export.Trial(t))
	}
	for _, r := range count.Rows {
		out.Votes += r.Seen
		item := items[r.Item-1]
		row := export.Row{
			Item: strconv.FormatUint(uint64(r.Item), 10), Kind: item.kind, Text: string(texts[item.text].Body),
			AuthorNote: item.by.String(), Authors: item.by, Excluded: r.Excluded, Unclear: unclear[r.Item-1], Union: unions[item.cluster],
			Agree: r.Agree, Disagree: r.Disagree, Pass: r.Pass, Seen: r.Seen,
			AgreeShare: r.AgreeShare, WilsonLow: r.WilsonLow, WilsonHigh: r.WilsonHigh,
			GroupConsensus: r.GroupConsensus, WorstGroup: r.WorstGroup, Bridging: r.Bridging,
			RankSupport: r.RankSupport, RankConsensus: r.RankConsensus, RankBridging: r.RankBridging,
		}
		if item.erased || (item.kind == "idea" && row.Text == "") {
			row.Text = RemovedText // the text may not be destroyed yet
		}
		if l, ok := clusters[item.cluster]; ok {
			row.Cluster, row.ClusterTitle, row.Ideas = strconv.FormatUint(uint64(l.Cluster), 10), l.Label, l.Size
			if t, ok := texts[l.Title]; ok {
				row.ClusterTitle = string(t.Body)
			}
			row.Link = fmt.Sprintf("/topics/%s/ideas?cluster=%d", topicID, l.Cluster)
		}
		if s := r.Stability; s != nil {
			row.Stability = &export.Stability{
				Support: export.Spread(s.Support), Consensus: export.Spread(s.Consensus), Bridging: export.Spread(s.Bridging),
			}
		}
		for i, c := range r.Groups {
			row.Groups = append(row.Groups, export.GroupCount{Group: count.Groups[i].Number, Agree: c.Agree, Disagree: c.Disagree, Pass: c.Pass})
		}
		out.Rows = append(out.Rows, row)
	}
	out.Derive(count)
	return key, out, nil
}

// unionsOf are the votes on all items of each live cluster that has several.
func unionsOf(s *topic.State) map[uint32]*export.Union {
	items := map[uint32]int{}
	cluster := make([]uint32, len(s.Items))
	for i, item := range s.Items {
		if cluster[i] = s.Board.Live(item.Cluster); cluster[i] != 0 {
			items[cluster[i]]++
		}
	}
	unions := map[uint32]*export.Union{}
	for c, n := range items {
		if n > 1 {
			unions[c] = &export.Union{Items: n}
		}
	}
	if len(unions) == 0 {
		return unions
	}
	best := map[uint32]topic.VoteValue{} // of one ballot, by cluster
	for _, choices := range s.Votes {
		clear(best)
		for _, c := range choices {
			at := cluster[c.Item-1]
			if unions[at] != nil && (best[at] == 0 || c.Value == topic.Agree || c.Value == topic.Pass && best[at] == topic.Disagree) {
				best[at] = c.Value
			}
		}
		for at, v := range best { // each on its own
			switch u := unions[at]; v {
			case topic.Agree:
				u.Agree++
			case topic.Disagree:
				u.Disagree++
			default:
				u.Pass++
			}
		}
	}
	return unions
}
