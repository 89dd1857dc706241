package api

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"veche/server/topic"
)

// deskLife is how long someone counts as at work after they last said so.
const deskLife = 20 * time.Second

// desks tell which moderators work on which boards, and where. It is kept in
// memory only: who looks at what is nobody's record.
type desks struct {
	mu     sync.Mutex
	topics map[string]map[topic.Pseudonym]workplace
}

// workplace is where someone works: in a cluster, 0 for the whole board.
type workplace struct {
	cluster uint32
	at      time.Time
}

// put says that someone works somewhere, and answers all others who do.
func (d *desks) put(topicID string, who topic.Pseudonym, cluster uint32, now time.Time) map[topic.Pseudonym]workplace {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.topics == nil {
		d.topics = map[string]map[topic.Pseudonym]workplace{}
	}
	at := d.topics[topicID]
	if at == nil {
		at = map[topic.Pseudonym]workplace{}
		d.topics[topicID] = at
	}
	at[who] = workplace{cluster, now}
	others := map[topic.Pseudonym]workplace{}
	for p, w := range at { // each on its own
		switch {
		case now.Sub(w.at) > deskLife:
			delete(at, p)
		case p != who:
			others[p] = w
		}
	}
	return others
}

type colleagueView struct {
	Number  uint64 `json:"number"` // of the moderator in the log, 0 for one who has done nothing yet
	Cluster uint32 `json:"cluster"`
}

// workAt takes where on the board a moderator works and answers where others do,
// and how far the log has come, so that one who has missed a notice learns of it.
func (a *API) workAt(c *fiber.Ctx) error {
	var in struct {
		Cluster uint32 `json:"cluster"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	view, err := a.view(c)
	if err != nil {
		return err
	}
	who, err := a.as(c, c.Params("topic"), topic.ActionWorkAtBoard)
	if err != nil {
		return err
	}
	others := a.desks.put(c.Params("topic"), who.Pseudonym, in.Cluster, a.Clock())
	list, tag := []colleagueView{}, ""
	view.Read(func(s *topic.State, epoch uint64) {
		tag = boardTag(s, boardKeyOf(s, epoch))
		for p, w := range others { // sorted below
			list = append(list, colleagueView{Number: s.StaffNumber(topic.Who{Role: topic.RoleModerator, Pseudonym: p}), Cluster: w.cluster})
		}
	})
	slices.SortFunc(list, func(x, y colleagueView) int {
		return cmp.Or(cmp.Compare(x.Number, y.Number), cmp.Compare(x.Cluster, y.Cluster))
	})
	return c.JSON(fiber.Map{"others": list, "board": tag})
}
