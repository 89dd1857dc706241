package export

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"veche/server/tally"
)

// SchemaVersion is the version of the columns and fields of a ranking export.
const SchemaVersion = 2

// Ranking is an exported ranking. Rows may come in any order; every writer
// puts the best supported first.
type Ranking struct {
	Schema    int          `json:"schema"` // set by the writers
	Topic     string       `json:"topic"`  // title
	Question  string       `json:"question,omitempty"`
	Language  string       `json:"language,omitempty"` // of the report: en or ru, en where empty
	Run       uint64       `json:"run,omitempty"`      // number of the tally, 0 none
	InputSeq  uint64       `json:"input_seq,omitempty"`
	Time      int64        `json:"time,omitempty"`   // unix milliseconds of the tally, 0 unknown
	Digest    string       `json:"digest,omitempty"` // of the tally's canonical bytes, hex
	Seed      string       `json:"seed,omitempty"`
	Ballots   int          `json:"ballots"`    // people who voted
	Votes     int          `json:"votes"`      // counted votes
	Own       bool         `json:"own_groups"` // groups found by the tally, not given
	Groups    []Group      `json:"groups"`
	Trials    []Trial      `json:"trials,omitempty"`       // numbers of own groups tried
	Notes     []string     `json:"notes,omitempty"`        // said on the report, as written
	Pairs     int          `json:"pairs,omitempty"`        // places at whose end near ties stand in the order of pairs, 0 for none
	Open      int          `json:"open_ballots,omitempty"` // people of the open rating who voted
	Resamples int          `json:"resamples,omitempty"`    // behind each Row.Stability
	Order     string       `json:"order,omitempty"`        // what the official list goes by: support, consensus or bridging
	Before    []Before     `json:"before,omitempty"`       // rules that were in force before, the last first
	Assurance string       `json:"assurance,omitempty"`    // how surely each voter is one person: roster, mail or city
	Methods   []string     `json:"methods,omitempty"`      // in words; set by the writers
	Marks     []Mark       `json:"marks,omitempty"`
	Map       []tally.Cell `json:"map,omitempty"`
	Rows      []Row        `json:"items"`

	// ByteOrderMark starts the CSV with one: spreadsheets need it to read
	// anything but ASCII.
	ByteOrderMark bool `json:"-"`
}

// Before is a rule that was replaced, with why.
type Before struct {
	Order  string `json:"order"`
	Time   int64  `json:"time"` // unix milliseconds of the change
	Reason string `json:"reason"`
}

// Union is the votes of everybody who rated any item of a cluster, each by
// their most favourable word: agree before pass before disagree. It never
// ranks.
type Union struct {
	Items    int `json:"items"` // rated ones of the cluster
	Agree    int `json:"agree"`
	Disagree int `json:"disagree"`
	Pass     int `json:"pass"`
}

// Group is a set of people who vote alike.
type Group struct {
	Number int `json:"group"`
	Size   int `json:"size"`
}

// Trial is one number of groups that was tried: how far apart the groups are
// (silhouette, −1 … 1) and how far they come back when the ballots are drawn
// again (adjusted Rand index, 1 always, 0 chance).
type Trial struct {
	Groups     int     `json:"groups"`
	Smallest   int     `json:"smallest"`
	Silhouette float64 `json:"silhouette"`
	Agreement  float64 `json:"agreement"`
	Chosen     bool    `json:"chosen"`
}

// Authors is whose an idea is, by the numbers that others see, and where it was
// written if it was not sent here: "paper", "letter" or "meeting".
type Authors struct {
	Author    uint64   `json:"author,omitempty"` // 0 for nobody of the topic
	Coauthors []uint64 `json:"coauthors,omitempty"`
	Source    string   `json:"source,omitempty"`
}

// String says it in words, for tables: "participant 12, together with participants 3 and 7, by letter".
func (a Authors) String() string {
	var parts []string
	if a.Author != 0 {
		parts = append(parts, fmt.Sprintf("participant %d", a.Author))
	}
	if n := len(a.Coauthors); n == 1 {
		parts = append(parts, fmt.Sprintf("together with participant %d", a.Coauthors[0]))
	} else if n > 1 {
		list := make([]string, n)
		for i, c := range a.Coauthors {
			list[i] = fmt.Sprint(c)
		}
		parts = append(parts, fmt.Sprintf("together with participants %s and %s", strings.Join(list[:n-1], ", "), list[n-1]))
	}
	if a.Source != "" {
		parts = append(parts, map[string]string{"paper": "on paper", "letter": "by letter", "meeting": "at a meeting"}[a.Source])
	}
	return strings.Join(parts, ", ")
}

// Row is one rated item. Shares and bounds lie in [0, 1].
type Row struct {
	Item       string `json:"item"`           // its id
	Kind       string `json:"kind,omitempty"` // idea or summary
	Text       string `json:"text"`
	AuthorNote string `json:"author_note,omitempty"`
	Authors
	Cluster      string `json:"cluster,omitempty"` // its id
	ClusterTitle string `json:"cluster_title,omitempty"`
	Ideas        int    `json:"ideas,omitempty"`    // ideas in the cluster
	Link         string `json:"link,omitempty"`     // to the ideas behind the item
	Excluded     bool   `json:"excluded,omitempty"` // taken out by moderators

	Agree          int     `json:"agree"`
	Disagree       int     `json:"disagree"`
	Pass           int     `json:"pass"`
	Seen           int     `json:"seen"`
	AgreeShare     float64 `json:"agree_share"`
	WilsonLow      float64 `json:"wilson_low"`
	WilsonHigh     float64 `json:"wilson_high"`
	GroupConsensus float64 `json:"group_consensus"`
	WorstGroup     float64 `json:"worst_group"`
	Bridging       float64 `json:"bridging"`
	RankSupport    int     `json:"rank_support"`
	RankConsensus  int     `json:"rank_consensus"`
	RankBridging   int     `json:"rank_bridging"`

	Rank             int     `json:"rank"`              // official, by Ranking.Order
	AgreeOfDecided   float64 `json:"agree_of_decided"`  // agree/(agree+disagree)
	AgreeOfAll       float64 `json:"agree_of_all"`      // of all who voted on anything
	RankProportional int     `json:"rank_proportional"` // each group served in proportion
	RankDistinct     int     `json:"rank_distinct"`     // by support, if ballots alike counted once: a what-if
	Unclear          int     `json:"unclear"`           // voters who find the wording unclear
	Union            *Union  `json:"union,omitempty"`   // where several items of its cluster were rated

	Groups    []GroupCount `json:"groups"` // in the order of Ranking.Groups
	Stability *Stability   `json:"stability,omitempty"`
	Pairs     *tally.Pairs `json:"pairs,omitempty"`    // how it stands in the comparisons of near-ties
	Without   int          `json:"rank_without_pairs"` // official if the pairs were left out
	Open      *tally.Open  `json:"open,omitempty"`     // the same asked of the open public; it never ranks
}

// Stability is how far an item's ranks can be trusted: their spread when the
// ballots are drawn again with replacement.
type Stability struct {
	Support   Spread `json:"support"`
	Consensus Spread `json:"consensus"`
	Bridging  Spread `json:"bridging"`
}

// Spread holds 95 % of the ranks of the resamples, and the share of resamples
// in which the item was among the first ten.
type Spread struct {
	Low  int     `json:"low"`
	High int     `json:"high"`
	Top  float64 `json:"top"`
}

// GroupCount is how one group answered one item.
type GroupCount struct {
	Group    int `json:"group"`
	Agree    int `json:"agree"`
	Disagree int `json:"disagree"`
	Pass     int `json:"pass"`
}

// cell is a value of the common table: text, or a number with its own kind.
type cell struct {
	text   string
	number float64
	kind   cellKind
}

type cellKind int

const (
	textCell cellKind = iota
	wholeCell
	shareCell // 0 … 1
	realCell
	linkCell
)

// oneBreak makes every line break \n: CSV's reader and writer don't keep \r.
var oneBreak = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// String is the cell in CSV: texts with \n as their only line break, escaped.
func (c cell) String() string {
	switch c.kind {
	case wholeCell:
		return strconv.Itoa(int(c.number))
	case shareCell, realCell:
		return strconv.FormatFloat(c.number, 'f', -1, 64)
	}
	return Escape(oneBreak.Replace(c.text))
}

func text(s string) cell   { return cell{text: s} }
func whole(n int) cell     { return cell{number: float64(n), kind: wholeCell} }
func share(x float64) cell { return cell{number: x, kind: shareCell} }
func plain(x float64) cell { return cell{number: x, kind: realCell} }

// columns are the header of the table.
func (r *Ranking) columns() []string {
	header := []string{
		"rank", "rank_support", "rank_consensus", "rank_bridging", "item", "kind", "text", "author_note",
		"cluster", "cluster_title", "ideas", "agree", "disagree", "pass", "seen", "agree_share",
		"wilson_low", "wilson_high", "group_consensus", "worst_group", "bridging", "excluded",
		"agree_of_decided", "agree_of_all", "unclear", "rank_proportional", "rank_distinct",
	}
	for _, g := range r.Groups {
		for _, answer := range []string{"agree", "disagree", "pass"} {
			header = append(header, fmt.Sprintf("group_%d_%s", g.Number, answer))
		}
	}
	if r.Resamples > 0 {
		for _, measure := range []string{"support", "consensus", "bridging"} {
			for _, bound := range []string{"low", "high", "top10"} {
				header = append(header, fmt.Sprintf("rank_%s_%s", measure, bound))
			}
		}
	}
	if r.Pairs > 0 {
		header = append(header, "rank_without_pairs", "pairs_won", "pairs_lost", "pairs_even", "pairs_strength")
	}
	if r.Open > 0 {
		header = append(header, "open_agree", "open_disagree", "open_pass", "open_agree_share", "open_wilson_low", "open_wilson_high", "open_gap", "open_gap_low", "open_gap_high")
	}
	return append(header, "order", "schema", "digest", "link")
}

// cells is one line of the table.
func (r *Ranking) cells(row *Row) []cell {
	excluded := "no"
	if row.Excluded {
		excluded = "yes"
	}
	line := []cell{
		whole(row.Rank), whole(row.RankSupport), whole(row.RankConsensus), whole(row.RankBridging), text(row.Item), text(row.Kind),
		text(row.Text), text(row.AuthorNote), text(row.Cluster), text(row.ClusterTitle), whole(row.Ideas),
		whole(row.Agree), whole(row.Disagree), whole(row.Pass), whole(row.Seen), share(row.AgreeShare),
		share(row.WilsonLow), share(row.WilsonHigh), plain(row.GroupConsensus), plain(row.WorstGroup), plain(row.Bridging),
		text(excluded),
		share(row.AgreeOfDecided), share(row.AgreeOfAll), whole(row.Unclear), whole(row.RankProportional), whole(row.RankDistinct),
	}
	for _, g := range r.Groups {
		c := row.group(g.Number)
		line = append(line, whole(c.Agree), whole(c.Disagree), whole(c.Pass))
	}
	if r.Resamples > 0 {
		var s Stability
		if row.Stability != nil {
			s = *row.Stability
		}
		for _, one := range []Spread{s.Support, s.Consensus, s.Bridging} {
			line = append(line, whole(one.Low), whole(one.High), share(one.Top))
		}
	}
	if r.Pairs > 0 {
		var p tally.Pairs
		if row.Pairs != nil {
			p = *row.Pairs
		}
		line = append(line, whole(row.Without), whole(p.Won), whole(p.Lost), whole(p.Even), plain(p.Strength))
	}
	if r.Open > 0 {
		var o tally.Open
		if row.Open != nil {
			o = *row.Open
		}
		line = append(line, whole(o.Agree), whole(o.Disagree), whole(o.Pass), share(o.AgreeShare), share(o.WilsonLow), share(o.WilsonHigh), plain(o.Gap), plain(o.GapLow), plain(o.GapHigh))
	}
	return append(line, text(cmp.Or(r.Order, "support")), whole(SchemaVersion), text(r.Digest), cell{text: row.Link, kind: linkCell})
}

func (row *Row) group(number int) GroupCount {
	for _, c := range row.Groups {
		if c.Group == number {
			return c
		}
	}
	return GroupCount{Group: number}
}
