package api

import (
	"errors"
	"fmt"

	"github.com/gofiber/fiber/v2"

	"veche/server/analysis"
	"veche/server/catalogue"
	"veche/server/export"
	"veche/server/topic"
)

// openCluster is a group of similar ideas.
type openCluster struct {
	URI             string   `json:"uri"`
	Topic           string   `json:"topic"`
	Number          uint32   `json:"number"`
	Title           string   `json:"title"`
	Summary         string   `json:"summary"`
	Lang            string   `json:"lang"`
	Size            int      `json:"size"`  // ideas in it that everyone may read
	Share           float64  `json:"share"` // of all those
	Cohesion        float64  `json:"cohesion"`
	Item            *string  `json:"item"`            // the rating item that speaks for it
	Representatives []string `json:"representatives"` // ideas
	Ideas           string   `json:"ideas"`           // where all of them are listed
}

// openClusters answers the groups, or the one of the path: of a merged one the
// group that stands for it.
func (a *API) openClusters(c *fiber.Ctx) error {
	return openAnswer(a, c, func() (any, error) {
		view, err := a.view(c)
		if err != nil {
			return nil, err
		}
		b, err := a.keptBoard(c, view, false)
		if err != nil {
			return nil, err
		}
		rated := false
		view.Read(func(s *topic.State, _ uint64) { rated = s.RatingOpened })
		id, uris := c.Params("topic"), a.uris(c)
		of := func(x *clusterView) openCluster {
			v := openCluster{
				URI: uris.Thing(id, "clusters", x.ID), Topic: id, Number: x.ID, Title: x.Title, Summary: x.Summary, Lang: x.Lang, Size: x.Size, Share: x.Share, Cohesion: x.Cohesion,
				Representatives: []string{}, Ideas: fmt.Sprintf("%s/topics/%s/ideas?cluster=%d", OpenBase, id, x.ID),
			}
			if v.Title == "" {
				v.Title = x.Label
			}
			if x.Item != 0 && rated {
				uri := uris.Thing(id, "items", x.Item)
				v.Item = &uri
			}
			for _, n := range x.Representatives {
				v.Representatives = append(v.Representatives, uris.Thing(id, "ideas", n))
			}
			return v
		}
		if c.Params("number") == "" {
			list := []openCluster{}
			for i := range b.clusters {
				list = append(list, of(&b.clusters[i]))
			}
			return struct {
				Licence  Licence       `json:"licence"`
				Run      uint32        `json:"run"`
				Clusters []openCluster `json:"clusters"`
			}{a.Open.Licence, b.run, list}, nil
		}
		n, err := number(c, "number")
		if err != nil {
			return nil, err
		}
		live := uint32(0)
		view.Read(func(s *topic.State, _ uint64) {
			if n > 0 && int(n) <= len(s.Board.Made) {
				live = s.Board.Live(n)
			}
		})
		at, ok := b.find(live)
		if !ok {
			return nil, topic.NewFault(topic.CodeNotFound, "there is no group %d, or it is not for everyone to read", n)
		}
		return struct {
			Licence Licence `json:"licence"`
			openCluster
		}{a.Open.Licence, of(&b.clusters[at])}, nil
	})
}

// openItem is a rating item.
type openItem struct {
	URI      string                 `json:"uri"`
	Topic    string                 `json:"topic"`
	Number   uint32                 `json:"number"`
	Kind     string                 `json:"kind"` // idea or summary
	Text     string                 `json:"text"`
	Removed  bool                   `json:"removed"` // its text was taken out
	Idea     *string                `json:"idea"`    // whose words it has
	Cluster  *catalogue.ClusterLink `json:"cluster"`
	Proposal *catalogue.Link        `json:"proposal"`
	Result   *openResult            `json:"result"` // null until it is public

	digest topic.Digest
}

// openResult is how an item was rated. Shares and bounds lie in [0, 1].
type openResult struct {
	Rank           int     `json:"rank"`
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
	Excluded       bool    `json:"excluded"`
}

func resultOf(r *export.Row) *openResult {
	return &openResult{r.Rank, r.Agree, r.Disagree, r.Pass, r.Seen, r.AgreeShare, r.WilsonLow, r.WilsonHigh, r.GroupConsensus, r.WorstGroup, r.Bridging, r.RankSupport, r.RankConsensus, r.RankBridging, r.Excluded}
}

// openItems answers the rating list, or the one item of the path. It is there once
// the rating has opened.
func (a *API) openItems(c *fiber.Ctx) error {
	return openAnswer(a, c, func() (any, error) {
		rows, err := a.rows(c)
		if err != nil {
			return nil, err
		}
		view, err := a.view(c)
		if err != nil {
			return nil, err
		}
		list, digests := []openItem{}, []topic.Digest{}
		digest := ""
		view.Read(func(s *topic.State, _ uint64) {
			if !s.RatingOpened {
				return
			}
			digest = s.ItemsDigest().String()
			for i := range s.Items {
				x := a.openItemOf(c, s, uint32(i+1))
				if i < len(rows) && !s.ResultsHidden() {
					x.Result = resultOf(&rows[i])
				}
				list, digests = append(list, x), append(digests, x.digest)
			}
		})
		texts, err := a.Journal.Texts(c.UserContext(), c.Params("topic"), digests)
		if err != nil {
			return nil, err
		}
		for i := range list {
			list[i].Text = string(texts[list[i].digest].Body)
		}
		if c.Params("number") == "" {
			return struct {
				Licence Licence    `json:"licence"`
				Digest  string     `json:"digest"` // of the list, "" while there is none
				Items   []openItem `json:"items"`
			}{a.Open.Licence, digest, list}, nil
		}
		n, err := number(c, "number")
		if err != nil {
			return nil, err
		}
		if n == 0 || int(n) > len(list) {
			return nil, topic.NewFault(topic.CodeNotFound, "there is no rating item %d, or the rating has not opened", n)
		}
		return struct {
			Licence Licence `json:"licence"`
			openItem
		}{a.Open.Licence, list[n-1]}, nil
	})
}

// openItemOf views item n, all but its text.
func (a *API) openItemOf(c *fiber.Ctx, s *topic.State, n uint32) openItem {
	item, id, uris := s.Items[n-1], c.Params("topic"), a.uris(c)
	x := openItem{URI: uris.Thing(id, "items", n), Topic: id, Number: n, Kind: "summary", Removed: analysis.TakenOut(s, n)}
	text := item.Summary
	if item.Idea != 0 {
		x.Kind, text = "idea", s.Ideas[item.Idea-1].Text
		if catalogue.Visible(s, item.Idea) {
			uri := uris.Thing(id, "ideas", item.Idea)
			x.Idea = &uri
		}
	}
	if !x.Removed {
		x.digest = text
	}
	if live := s.Board.Live(item.Cluster); live != 0 && !s.Board.Veiled(live) {
		x.Cluster = &catalogue.ClusterLink{URI: uris.Thing(id, "clusters", live), Number: live}
	}
	if p := s.ProposalOf(n); p != 0 {
		x.Proposal = &catalogue.Link{URI: uris.Thing(id, "proposals", p), Number: p, Title: s.Proposals[p-1].Title}
	}
	return x
}

// openEvents answers a page of the public history.
func (a *API) openEvents(c *fiber.Ctx) error {
	since, err := query(c, "since", 0, 1<<40)
	if err != nil {
		return err
	}
	limit, err := query(c, "limit", 100, 1000)
	if err != nil {
		return err
	}
	return openAnswer(a, c, func() (any, error) {
		v := struct {
			Licence Licence        `json:"licence"`
			Since   uint64         `json:"since"`
			Next    uint64         `json:"next"` // ask for what came since this
			Top     uint64         `json:"top"`
			Events  []historyEvent `json:"events"`
		}{Licence: a.Open.Licence, Since: since, Next: since, Events: []historyEvent{}}
		if v.Top, err = a.opened(c); err != nil {
			return nil, err
		}
		v.Events, v.Next, err = a.history(c, since, max(limit, 1))
		return v, err
	})
}

// history reads a page of the public events after a seq, and answers up to which
// it has read.
func (a *API) history(c *fiber.Ctx, after, limit uint64) (events []historyEvent, next uint64, err error) {
	events, next = []historyEvent{}, after
	err = a.Journal.ReadAfter(c.UserContext(), c.Params("topic"), after, func(e *topic.Event) error {
		if uint64(len(events)) >= limit || e.Seq > after+historyMost {
			return errEnough
		}
		next = e.Seq
		if h, listed := historyOf(e); listed {
			events = append(events, h)
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	return events, next, err
}

// openChanges answers what changed since an event, and what went.
func (a *API) openChanges(c *fiber.Ctx) error {
	since, err := query(c, "since", 0, 1<<40)
	if err != nil {
		return err
	}
	return openAnswer(a, c, func() (any, error) {
		changes, err := a.Catalogue.Changes(c.UserContext(), c.Params("topic"), since, a.uris(c))
		if err != nil {
			return nil, err
		}
		return struct {
			Licence Licence `json:"licence"`
			Since   uint64  `json:"since"`
			*catalogue.Changes
		}{a.Open.Licence, since, changes}, nil
	})
}
