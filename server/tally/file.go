package tally

import (
	"encoding/csv"
	"io"
	"slices"
	"strconv"
)

// RankingHeader names the columns of ranking.csv.
var RankingHeader = []string{
	"comment-id", "agree", "disagree", "pass", "seen", "agree_share", "wilson_low", "wilson_high",
	"group_consensus", "worst_group", "bridging", "rank_support", "rank_consensus", "rank_bridging",
}

// WriteRanking writes ranking.csv, best support first. Numbers are the
// shortest that read back to the same value. id names an item.
func WriteRanking(w io.Writer, r *Ranking, id func(item uint32) string) error {
	out := csv.NewWriter(w)
	if err := out.Write(RankingHeader); err != nil {
		return err
	}
	for _, row := range bySupport(r.Rows) {
		err := out.Write([]string{
			id(row.Item), strconv.Itoa(row.Agree), strconv.Itoa(row.Disagree), strconv.Itoa(row.Pass), strconv.Itoa(row.Seen),
			decimal(row.AgreeShare), decimal(row.WilsonLow), decimal(row.WilsonHigh),
			decimal(row.GroupConsensus), decimal(row.WorstGroup), decimal(row.Bridging),
			strconv.Itoa(row.RankSupport), strconv.Itoa(row.RankConsensus), strconv.Itoa(row.RankBridging),
		})
		if err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// WriteGroups writes groups.csv in the order of the ballots; the group is
// empty for a ballot in none. id names a ballot. It needs Ranking.Ballots.
func WriteGroups(w io.Writer, r *Ranking, id func(ballot int) string) error {
	out := csv.NewWriter(w)
	if err := out.Write([]string{"participant", "group"}); err != nil {
		return err
	}
	for b, n := range r.Ballots {
		group := ""
		if n >= 0 {
			group = strconv.Itoa(int(n))
		}
		if err := out.Write([]string{id(b), group}); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func decimal(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

// StabilityHeader names the columns of stability.csv.
var StabilityHeader = []string{
	"comment-id", "support_low", "support_high", "support_top10", "consensus_low", "consensus_high", "consensus_top10",
	"bridging_low", "bridging_high", "bridging_top10",
}

// WriteStability writes stability.csv, best support first: for each measure
// the bounds of 95 % of the resampled ranks and the share in the first ten.
// Rows without Stability are left out.
func WriteStability(w io.Writer, r *Ranking, id func(item uint32) string) error {
	out := csv.NewWriter(w)
	if err := out.Write(StabilityHeader); err != nil {
		return err
	}
	for _, row := range bySupport(r.Rows) {
		if row.Stability == nil {
			continue
		}
		line := []string{id(row.Item)}
		for _, s := range []Spread{row.Stability.Support, row.Stability.Consensus, row.Stability.Bridging} {
			line = append(line, strconv.Itoa(s.Low), strconv.Itoa(s.High), decimal(s.Top))
		}
		if err := out.Write(line); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func bySupport(rows []Row) []Row {
	rows = slices.Clone(rows)
	slices.SortFunc(rows, func(a, b Row) int { return compare(a.RankSupport, b.RankSupport) })
	return rows
}
