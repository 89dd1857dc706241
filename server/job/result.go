package job

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strconv"

	"veche/server/analysis"
	"veche/server/export"
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

// DrawReport answers the report of a round, as report.json has it.
func (j *Jobs) DrawReport(ctx context.Context, result topic.Digest) (json.RawMessage, error) {
	r, err := j.DrawResult(ctx, result)
	if err != nil {
		return nil, err
	}
	return json.Marshal(r.Report)
}

// DrawResult answers the result of a round.
func (j *Jobs) DrawResult(ctx context.Context, result topic.Digest) (*analysis.DrawResult, error) {
	b, err := j.read(ctx, result)
	if err != nil {
		return nil, err
	}
	return analysis.ParseDraw(b)
}

// TablesReport answers the report of a seating.
func (j *Jobs) TablesReport(ctx context.Context, result topic.Digest) (json.RawMessage, error) {
	b, err := j.read(ctx, result)
	if err != nil {
		return nil, err
	}
	r, err := analysis.ParseTables(b)
	if err != nil {
		return nil, err
	}
	return json.Marshal(r.Report)
}

// Clusters answers a clustering's result, nil for the zero digest. It is shared:
// read it only.
func (j *Jobs) Clusters(ctx context.Context, result topic.Digest) (*analysis.ClusterResult, error) {
	if result.IsZero() {
		return nil, nil
	}
	if r, ok := j.results.Load(result); ok {
		return r.(*analysis.ClusterResult), nil
	}
	b, err := j.read(ctx, result)
	if err != nil {
		return nil, err
	}
	r, err := analysis.ParseCluster(b)
	if err != nil {
		return nil, err
	}
	j.results.Clear() // only the last runs are asked for
	j.results.Store(result, r)
	return r, nil
}

// Pool is the people who applied, counted.
type Pool struct {
	People   int           `json:"people"`
	Features []PoolFeature `json:"features"`
}

// PoolFeature is one feature's counts.
type PoolFeature struct {
	Name   string      `json:"name"`
	Label  string      `json:"label"`
	Values []PoolValue `json:"values"`
}

// PoolValue is how many people and seats a value has.
type PoolValue struct {
	Value string `json:"value"`
	Pool  int    `json:"pool"`
	Min   uint32 `json:"min"`
	Max   uint32 `json:"max"`
	Panel int    `json:"panel"`
}

// Pool counts a topic's pool and panel by feature and value.
func (j *Jobs) Pool(ctx context.Context, topicID string) (Pool, error) {
	view, err := j.journal.View(ctx, topicID)
	if err != nil {
		return Pool{}, err
	}
	s, err := view.Copy()
	if err != nil {
		return Pool{}, err
	}
	rows, err := j.rows(ctx, s)
	if err != nil {
		return Pool{}, err
	}
	p := Pool{Features: []PoolFeature{}}
	at := map[topic.Answer]*PoolValue{}
	for _, f := range s.Settings.Form.Features {
		pf := PoolFeature{Name: f.Name, Label: f.Label, Values: make([]PoolValue, len(f.Options))}
		for i, o := range f.Options {
			pf.Values[i] = PoolValue{Value: o, Max: s.Settings.PanelSize}
			at[topic.Answer{Feature: f.Name, Value: o}] = &pf.Values[i]
		}
		p.Features = append(p.Features, pf)
	}
	for _, q := range s.Settings.Quotas {
		if v := at[topic.Answer{Feature: q.Feature, Value: q.Value}]; v != nil {
			v.Min, v.Max = q.Min, q.Max
		}
	}
	for i := range s.Applications {
		text, ok := rows[uint64(i+1)]
		if !ok {
			continue
		}
		row, err := topic.ParseRow(text.Body)
		if err != nil {
			return Pool{}, err
		}
		a := &s.Applications[i]
		stands := a.Status == topic.ApplicationOpen
		seated := a.Seat != 0 && s.Seats[a.Seat-1].Status != topic.SeatDeclined
		if stands {
			p.People++
		}
		for _, answer := range row.Answers {
			if v := at[answer]; v != nil {
				if stands {
					v.Pool++
				}
				if seated {
					v.Panel++
				}
			}
		}
	}
	return p, nil
}

// Ranking answers tally n of a topic, with texts and titles, for people.
func (j *Jobs) Ranking(ctx context.Context, topicID string, n int) (*export.Ranking, error) {
	view, err := j.journal.View(ctx, topicID)
	if err != nil {
		return nil, err
	}
	s, err := view.Copy()
	if err != nil {
		return nil, err
	}
	if n < 1 || n > len(s.Tallies) {
		return nil, topic.NewFault(topic.CodeNotFound, "there is no tally %d", n)
	}
	t := s.Tallies[n-1]
	b, err := j.read(ctx, t.Result)
	if err != nil {
		return nil, err
	}
	ranking, err := analysis.ParseTally(b)
	if err != nil {
		return nil, err
	}
	run, err := j.Clusters(ctx, s.Board.Result)
	if err != nil {
		return nil, err
	}
	clusters := map[uint32]analysis.LiveCluster{}
	var digests []topic.Digest
	for _, l := range analysis.Overlay(s, run) {
		clusters[l.Cluster] = l
		digests = append(digests, l.Title)
	}
	for _, item := range s.Items {
		digests = append(digests, item.Summary)
		if item.Idea != 0 {
			digests = append(digests, s.Ideas[item.Idea-1].Text)
		}
	}
	texts, err := j.journal.Texts(ctx, topicID, digests)
	if err != nil {
		return nil, err
	}
	out := &export.Ranking{
		Topic: s.Settings.Title, Question: s.Settings.Question, Language: s.Settings.Lang, Run: uint64(n), InputSeq: t.InputSeq,
		Time: t.Time, Digest: t.Result.String(), Seed: t.Seed, Own: ranking.Own, Resamples: ranking.Resamples,
	}
	for _, choices := range s.Votes {
		if len(choices) > 0 {
			out.Ballots++
		}
	}
	for _, g := range ranking.Groups {
		out.Groups = append(out.Groups, export.Group{Number: g.Number, Size: g.Size})
	}
	for _, t := range ranking.Trials {
		out.Trials = append(out.Trials, export.Trial(t))
	}
	for _, r := range ranking.Rows {
		out.Votes += r.Seen
		item := s.Items[r.Item-1]
		row := export.Row{
			Item: strconv.FormatUint(uint64(r.Item), 10), Kind: "summary", Text: string(texts[item.Summary].Body),
			Excluded: r.Excluded,
			Agree:    r.Agree, Disagree: r.Disagree, Pass: r.Pass, Seen: r.Seen,
			AgreeShare: r.AgreeShare, WilsonLow: r.WilsonLow, WilsonHigh: r.WilsonHigh,
			GroupConsensus: r.GroupConsensus, WorstGroup: r.WorstGroup, Bridging: r.Bridging,
			RankSupport: r.RankSupport, RankConsensus: r.RankConsensus, RankBridging: r.RankBridging,
		}
		if item.Idea != 0 {
			idea := s.Ideas[item.Idea-1]
			row.Kind, row.Text = "idea", string(texts[idea.Text].Body)
			if row.Text == "" {
				row.Text = "[removed]"
			}
			if idea.Author != 0 {
				row.AuthorNote = fmt.Sprintf("participant %d", s.Number(idea.Author))
			}
		}
		if l, ok := clusters[s.Board.Live(item.Cluster)]; ok {
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
			row.Groups = append(row.Groups, export.GroupCount{Group: ranking.Groups[i].Number, Agree: c.Agree, Disagree: c.Disagree, Pass: c.Pass})
		}
		out.Rows = append(out.Rows, row)
	}
	return out, nil
}
