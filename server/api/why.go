package api

import (
	"github.com/gofiber/fiber/v2"

	"veche/server/analysis"
	"veche/server/topic"
)

// whyView is why a rating item stands where it does: what it comes from, what
// moderators did to its cluster and why, and what that did to its place.
type whyView struct {
	Item       uint32    `json:"item"`
	Cluster    uint32    `json:"cluster"` // 0 for none
	Ideas      int       `json:"ideas"`   // in it
	Authors    int       `json:"authors"` // different ones
	Papers     int       `json:"papers"`  // ideas in it that came on paper, in a letter or from a meeting
	Source     string    `json:"source"`  // of the item's own idea, "" for one that was sent here
	Shown      uint64    `json:"shown"`   // how often it was put before somebody
	Operations []whyStep `json:"operations"`
	Merges     []whyJoin `json:"merges"`
	Others     []uint32  `json:"others"` // other items of the cluster that were rated
}

type whyStep struct {
	Seq    uint64 `json:"seq"`
	Time   int64  `json:"time"`
	Kind   string `json:"kind"`
	Reason string `json:"reason"`
	Undone bool   `json:"undone"`

	reason topic.Digest
}

// whyJoin is a merge that stands. An item is ranked by the votes on itself
// alone, so a merge moves no votes: with it and without it the place is the
// same, and items of the clusters joined keep their own.
type whyJoin struct {
	Seq     uint64   `json:"seq"`
	From    int      `json:"from"`  // clusters joined to this one
	Items   []uint32 `json:"items"` // rating items of theirs
	With    int      `json:"with"`  // place
	Without int      `json:"without"`
}

func (a *API) getWhy(c *fiber.Ctx) error {
	item, err := number(c, "item")
	if err != nil {
		return err
	}
	rows, err := a.rows(c)
	if err != nil {
		return err
	}
	if item == 0 || int(item) > len(rows) {
		return topic.NewFault(topic.CodeNotFound, "no counted result has an item %d", item)
	}
	view, err := a.view(c)
	if err != nil {
		return err
	}
	v := whyView{Item: item, Operations: []whyStep{}, Merges: []whyJoin{}}
	digests := []topic.Digest{}
	view.Read(func(s *topic.State, _ uint64) {
		o := analysis.OriginOf(s, item)
		v.Cluster, v.Ideas, v.Authors, v.Others, v.Shown = o.Cluster, o.Ideas, o.Authors, orEmpty(o.Others), s.Exposure(item)
		v.Papers = o.Papers
		if idea := s.Items[item-1].Idea; idea != 0 {
			v.Source = s.Ideas[idea-1].Source.String()
		}
		for i := range s.Board.Operations {
			p := &s.Board.Operations[i]
			if len(o.Operations) == 0 || p.Seq != o.Operations[0] {
				continue
			}
			o.Operations = o.Operations[1:]
			v.Operations = append(v.Operations, whyStep{Seq: p.Seq, Time: p.Time, Kind: p.Kind.String(), Undone: p.UndoneBy != 0, reason: p.Reason})
			digests = append(digests, p.Reason)
		}
		place := rows[item-1].Rank
		for _, m := range o.Merges {
			v.Merges = append(v.Merges, whyJoin{Seq: m.Seq, From: m.From, Items: orEmpty(m.Items), With: place, Without: place})
		}
	})
	texts, err := a.Journal.Texts(c.UserContext(), c.Params("topic"), digests)
	if err != nil {
		return err
	}
	for i := range v.Operations {
		v.Operations[i].Reason = string(texts[v.Operations[i].reason].Body)
	}
	return c.JSON(v)
}
