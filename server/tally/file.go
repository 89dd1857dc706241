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
	rows := slices.Clone(r.Rows)
	slices.SortFunc(rows, func(a, b Row) int { return compare(a.RankSupport, b.RankSupport) })
	for _, row := range rows {
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
