package api

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"veche/server/analysis"
	"veche/server/journal"
	"veche/server/similar"
	"veche/server/topic"
)

// insightView is what is told of the clusters beside their members.
type insightView struct {
	Run      uint32        `json:"run"`
	From     int64         `json:"from"` // of growth: the first idea and the last
	To       int64         `json:"to"`
	Clusters []insightLine `json:"clusters"`
	Waiting  waitingView   `json:"waiting"`
	Charts   []chartView   `json:"charts"` // one for each group of clusters that were made together
}

type insightLine struct {
	Cluster uint32       `json:"cluster"`
	Growth  []int        `json:"growth"` // ideas in each tenth of the time
	Authors int          `json:"authors"`
	Waiting int          `json:"waiting"` // ideas since the last run that fit here
	Balance *balanceView `json:"balance"` // null where nobody said anything for or against
}

// balanceView is what people think of a cluster: the votes of the last tally on
// what stands for it in the rating; before there is one, the reactions to the
// messages that its ideas came out of. The two are never added up, and a reply
// counts for neither side, for it does not say which it takes.
type balanceView struct {
	By      string `json:"by"` // votes or reactions
	For     int    `json:"for"`
	Against int    `json:"against"`
	Neither int    `json:"neither"` // passed; of reactions: found it new
}

type waitingView struct {
	Ideas     int                `json:"ideas"`
	Unlike    int                `json:"unlike"` // fit no cluster
	Placed    []placedView       `json:"placed"`
	Proposals []similar.Proposal `json:"proposals"`
}

type placedView struct {
	Idea uint32 `json:"idea"`
	similar.Placement
}

type chartView struct {
	Clusters []circleView `json:"clusters"`
	Ideas    [][3]float64 `json:"ideas"` // number, x, y
	Every    int          `json:"every"` // one idea in so many is drawn
}

type circleView struct {
	Cluster uint32  `json:"cluster"`
	X       float64 `json:"x"`
	Y       float64 `json:"y"`
	Radius  float64 `json:"radius"`
}

// mostPlaced is how many ideas since the last run are told one by one.
const mostPlaced = 500

// mostPoints is how many ideas a chart draws; of more every second, third, ….
const mostPoints = 4000

// insightKey names a state of the board, and what was said of it.
type insightKey struct {
	boardKey
	tallies, reactions int
}

// getInsights answers growth, authors, balance, the map, and where the ideas
// since the last run would go; made once for a state and for all who ask.
func (a *API) getInsights(c *fiber.Ctx) error {
	view, err := a.view(c)
	if err != nil {
		return err
	}
	key := func() (k insightKey) {
		view.Read(func(s *topic.State, epoch uint64) {
			k = insightKey{boardKeyOf(s, epoch), len(s.Tallies), len(s.Reactions)}
		})
		return k
	}
	out, err := a.insights.Of(c.Params("topic"), key, func() (insightKey, insightView, error) {
		k := key()
		v, err := a.insight(c, view)
		return k, v, err
	})
	if err != nil {
		return err
	}
	return c.JSON(out)
}

func (a *API) insight(c *fiber.Ctx, view *journal.View) (insightView, error) {
	none := insightView{}
	id := c.Params("topic")
	var result topic.Digest
	tallies := 0
	view.Read(func(s *topic.State, _ uint64) { result, tallies = s.Board.Result, len(s.Tallies) })
	run, err := a.Jobs.Clusters(c.UserContext(), result)
	if err != nil {
		return none, err
	}
	waiting, err := a.Similar.Waiting(c.UserContext(), id)
	if err != nil {
		return none, err
	}
	votes := map[string]*balanceView{}
	if tallies > 0 {
		if votes, err = a.votesBy(c, tallies); err != nil {
			return none, err
		}
	}
	out := insightView{Clusters: []insightLine{}, Charts: []chartView{}, Waiting: waitingView{Placed: []placedView{}, Proposals: waiting.Proposals}}
	view.Read(func(s *topic.State, _ uint64) {
		out.Run = s.Board.Run
		fits := map[uint32]int{}
		for i := range s.Ideas {
			n := uint32(i + 1)
			if s.Board.Cluster(n) != 0 || !visible(s, n) || s.Board.Run == 0 || s.Ideas[i].Seq <= s.Board.InputSeq {
				continue
			}
			out.Waiting.Ideas++
			at, ok := waiting.Placed[n]
			if !ok || !at.Fits {
				out.Waiting.Unlike++
			} else {
				fits[at.Cluster]++
			}
			if ok && len(out.Waiting.Placed) < mostPlaced {
				out.Waiting.Placed = append(out.Waiting.Placed, placedView{n, at})
			}
		}
		var list []analysis.Insight
		list, out.From, out.To = analysis.Insights(s)
		for _, x := range list {
			if s.Board.Veiled(x.Cluster) {
				continue
			}
			line := insightLine{Cluster: x.Cluster, Growth: x.Growth[:], Authors: x.Authors, Waiting: fits[x.Cluster]}
			if line.Balance = votes[strconv.FormatUint(uint64(x.Cluster), 10)]; line.Balance == nil {
				line.Balance = reactionsOf(&x)
			}
			out.Clusters = append(out.Clusters, line)
		}
		if s.Board.Result == result { // else another run was recorded meanwhile: the next look has its map
			for _, chart := range analysis.Charts(s, run) {
				out.Charts = append(out.Charts, chartOf(&chart))
			}
		}
	})
	return out, nil
}

// votesBy are the last tally's votes by cluster.
func (a *API) votesBy(c *fiber.Ctx, tally int) (map[string]*balanceView, error) {
	ranking, err := a.Jobs.Ranking(c.UserContext(), c.Params("topic"), tally)
	if err != nil {
		return nil, err
	}
	by := map[string]*balanceView{}
	for i := range ranking.Rows {
		r := &ranking.Rows[i]
		if r.Cluster == "" || r.Excluded || r.Seen == 0 {
			continue
		}
		b := by[r.Cluster]
		if b == nil {
			b = &balanceView{By: "votes"}
			by[r.Cluster] = b
		}
		b.For, b.Against, b.Neither = b.For+r.Agree, b.Against+r.Disagree, b.Neither+r.Pass
	}
	return by, nil
}

func reactionsOf(x *analysis.Insight) *balanceView {
	b := &balanceView{By: "reactions", For: int(x.Reactions[topic.ReactionAgree]), Against: int(x.Reactions[topic.ReactionUnsure]), Neither: int(x.Reactions[topic.ReactionInsight])}
	if b.For+b.Against == 0 {
		return nil
	}
	return b
}

func chartOf(chart *analysis.Chart) chartView {
	v := chartView{Clusters: []circleView{}, Ideas: [][3]float64{}, Every: (len(chart.Ideas)-1)/mostPoints + 1}
	for _, o := range chart.Clusters {
		v.Clusters = append(v.Clusters, circleView{o.Cluster, o.X, o.Y, o.Radius})
	}
	for i := 0; i < len(chart.Ideas); i += v.Every {
		x := chart.Ideas[i]
		v.Ideas = append(v.Ideas, [3]float64{float64(x.Idea), x.X, x.Y})
	}
	return v
}

// authorMixView counts authors of clusters by feature.
type authorMixView struct {
	Run      uint32           `json:"run"`
	Features []featureMixView `json:"features"`
}

type featureMixView struct {
	Name     string           `json:"name"`
	Label    string           `json:"label"`
	Values   []string         `json:"values"`
	Clusters []clusterMixView `json:"clusters"` // none where small counts can't be hidden
}

type clusterMixView struct {
	Cluster uint32 `json:"cluster"`
	Counts  []int  `json:"counts"` // rounded to fives; −1 is not told
}

func (a *API) getAuthors(c *fiber.Ctx) error {
	mix, err := a.Jobs.Authors(c.UserContext(), c.Params("topic"))
	if err != nil {
		return err
	}
	out := authorMixView{Run: mix.Run, Features: []featureMixView{}}
	for _, f := range mix.Features {
		v := featureMixView{f.Name, f.Label, orEmpty(f.Values), []clusterMixView{}}
		for _, m := range f.Clusters {
			v.Clusters = append(v.Clusters, clusterMixView{m.Cluster, m.Counts})
		}
		out.Features = append(out.Features, v)
	}
	return c.JSON(out)
}
