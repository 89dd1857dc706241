package api

import (
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"veche/server/analysis"
	"veche/server/journal"
	"veche/server/topic"
)

// feedLife is how long an order of the feed stays: all who read meanwhile share
// it, and pages fit together.
const feedLife = 5 * time.Second

// feedKey names the life of an order, and the room's last event if it is small
// enough to be ordered anew at once.
type feedKey struct {
	life int64
	last uint64
}

// feedAnew is how many remarks are ordered anew at every event of a room.
const feedAnew = 500

// feed is the orders of a room.
func (a *API) feed(c *fiber.Ctx, view *journal.View, room uint32) (*analysis.Feed, error) {
	now := a.now()
	key := func(s *topic.State) feedKey {
		r, _ := s.Room(room)
		k := feedKey{life: now / feedLife.Milliseconds()}
		if len(r.Remarks) <= feedAnew {
			k.last = r.Last
		}
		return k
	}
	return a.feeds.Of(c.Params("topic")+"/"+strconv.FormatUint(uint64(room), 10), func() (k feedKey) {
		view.Read(func(s *topic.State, _ uint64) { k = key(s) })
		return k
	}, func() (k feedKey, f *analysis.Feed, err error) {
		var talk analysis.Talk
		view.Read(func(s *topic.State, _ uint64) {
			r, _ := s.Room(room)
			k, talk = key(s), analysis.TalkOf(s, r.Remarks)
		})
		return k, analysis.NewFeed(talk, now), nil
	})
}

type feedRemark struct {
	journal.Remark
	Replies uint32 `json:"replies"`
}

// getFeed answers a page of the remarks of a room that reply to none: by what
// people make of them (top), by time (new, which holds removed ones too), or a
// fair sample of all who spoke, another for each seed.
func (a *API) getFeed(c *fiber.Ctx) error {
	offset, err := query(c, "offset", 0, 1<<31)
	if err != nil {
		return err
	}
	limit, err := query(c, "limit", 30, 100)
	if err != nil {
		return err
	}
	if limit == 0 {
		return refuse("invalid", "limit is 0: ask for 1 to 100 messages")
	}
	seed, err := query(c, "seed", 0, 1<<53)
	if err != nil {
		return err
	}
	order := c.Query("order", "top")
	if order != "top" && order != "new" && order != "sample" {
		return refuse("invalid", "order is "+strconv.Quote(order)+": use top, new or sample")
	}
	room, view, who, err := a.readRoom(c)
	if err != nil {
		return err
	}
	feed, err := a.feed(c, view, room)
	if err != nil {
		return err
	}
	from, most := int(offset), int(limit)
	var numbers []uint32 // one more than asked for, to know whether there are more
	switch order {
	case "top":
		numbers = feed.Top[min(from, len(feed.Top)):min(from+most+1, len(feed.Top))]
	case "sample":
		numbers = feed.Sample(seed, from, most+1)
	case "new":
		view.Read(func(s *topic.State, _ uint64) {
			r, _ := s.Room(room)
			for i, skip := len(r.Remarks)-1, from; i >= 0 && len(numbers) <= most; i-- {
				if s.Remarks[r.Remarks[i]-1].ReplyTo != 0 {
					continue
				}
				if skip--; skip < 0 {
					numbers = append(numbers, r.Remarks[i])
				}
			}
		})
	}
	more := len(numbers) > most
	remarks, err := a.showRemarks(c, view, who, numbers[:min(len(numbers), most)])
	if err != nil {
		return err
	}
	return c.JSON(fiber.Map{"more": more, "remarks": each(remarks, func(r journal.Remark) feedRemark {
		return feedRemark{Remark: r, Replies: feed.Replies[r.ID]}
	})})
}

// showRemarks renders remarks for the person.
func (a *API) showRemarks(c *fiber.Ctx, view *journal.View, who standing, numbers []uint32) ([]journal.Remark, error) {
	remarks, err := a.Journal.ShowRemarks(c.UserContext(), c.Params("topic"), numbers)
	if err != nil {
		return nil, err
	}
	view.Read(func(s *topic.State, _ uint64) { journal.MarkRemarks(s, remarks, who.application(s)) })
	return remarks, nil
}

// threadMost is how many remarks of a thread are shown at once.
const threadMost = 1000

// getThread answers a remark and all replies below it, of any depth, in order.
func (a *API) getThread(c *fiber.Ctx) error {
	root, err := number(c, "remark")
	if err != nil {
		return err
	}
	view, who, err := a.visit(c)
	if err != nil {
		return err
	}
	var numbers []uint32
	view.Read(func(s *topic.State, _ uint64) {
		if root == 0 || int(root) > len(s.Remarks) {
			err = topic.NewFault(topic.CodeNotFound, "there is no message %d", root)
			return
		}
		at := s.Remarks[root-1].Room
		if err = who.mayRead(s, at); err == nil {
			room, _ := s.Room(at)
			numbers = analysis.Thread(s, room.Remarks, root, threadMost+1)
		}
	})
	if err != nil {
		return err
	}
	more := len(numbers) > threadMost
	remarks, err := a.showRemarks(c, view, who, numbers[:min(len(numbers), threadMost)])
	if err != nil {
		return err
	}
	return c.JSON(fiber.Map{"remarks": remarks, "more": more})
}
