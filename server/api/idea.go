package api

import (
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"veche/server/journal"
	"veche/server/similar"
	"veche/server/topic"
)

// ideaView is an idea as readers see it.
type ideaView struct {
	ID          uint32      `json:"id"`
	Seq         uint64      `json:"seq"`
	Text        string      `json:"text" class:"text"`
	Lang        string      `json:"lang" class:"text"`
	Time        int64       `json:"time" class:"text"`
	Mine        bool        `json:"mine"`
	Author      author      `json:"author"`
	Origin      *ideaOrigin `json:"origin"`
	Cluster     uint32      `json:"cluster"`
	Status      string      `json:"status" class:"decision"`
	Reason      string      `json:"reason" class:"decision"`
	Score       float64     `json:"score"`
	Margin      float64     `json:"margin"`
	DuplicateOf uint32      `json:"duplicate_of"`
	Doubtful    bool        `json:"doubtful"`              // where the machine put it without being sure
	New         bool        `json:"new"`                   // came after the last run
	Of          uint32      `json:"of"`                    // the idea that it goes back to, 0 for none
	Relation    string      `json:"relation" class:"text"` // "version", "amendment", "part" or ""
	Newer       uint32      `json:"newer"`                 // its author's next version, 0 for none
	Together    []uint64    `json:"together,omitempty"`    // the co-authors' numbers
	Coauthor    bool        `json:"coauthor,omitempty"`    // the reader is one of them
	Source      string      `json:"source" class:"none"`   // "paper", "letter" or "meeting", "" for one that was sent here
	Poll        uint32      `json:"poll"`                  // among whose options its author would have it, 0 for none
	Flagged     bool        `json:"flagged"`               // with a report that waits, for moderators only
	Mark        string      `json:"mark" class:"decision"` // "off-topic", "two-ideas" or ""
	Repeats     int         `json:"repeats"`               // ideas of its cluster that repeat it
	Marks       [][2]int    `json:"marks,omitempty"`       // what a search found in the text, in UTF-16 code units
	Would       uint32      `json:"would,omitempty"`       // the cluster that an idea in none would go to, for moderators who ask

	author uint64 // application number
	digest topic.Digest
	reason topic.Digest
}

type author struct {
	Number uint64 `json:"number"`
}

type ideaOrigin struct {
	Room   uint32 `json:"room"`
	Remark uint32 `json:"remark"`
}

// ideaOf views idea n, all but the texts.
func ideaOf(s *topic.State, n uint32, mine uint64) ideaView {
	i := &s.Ideas[n-1]
	v := ideaView{
		ID: n, Seq: i.Seq, Lang: i.Lang, Time: i.Time, Mine: mine != 0 && i.Author == mine,
		Author: author{s.Number(i.Author)}, Cluster: s.Board.Cluster(n), Status: "shown", author: i.Author, digest: i.Text,
	}
	if i.Origin != 0 {
		v.Origin = &ideaOrigin{Room: s.Remarks[i.Origin-1].Room, Remark: i.Origin}
	}
	if s.Board.Hidden(n) {
		v.Status = "hidden"
		if v.reason = s.Board.HiddenReason(n); v.reason == topic.HeldReason {
			v.Reason = "held" // nobody has read it yet
		}
	}
	v.Mark, v.Of, v.Relation, v.Newer = s.Board.Mark(n).String(), i.Of, i.Relation.String(), i.Newer
	v.Source, v.Poll = i.Source.String(), i.Poll
	if with := s.Coauthors(n); len(with) > 0 {
		v.Together, v.Coauthor = numbersOf(s, with), isCoauthor(s, mine, n)
	}
	if i.Erased {
		v.Status, v.Reason = "removed", "removed"
		for k := range s.Erasures {
			if e := &s.Erasures[k]; e.Target == topic.EraseIdea && e.Number == uint64(n) {
				v.Reason = e.Reason
			}
		}
	}
	return v
}

// fill adds the texts and reasons of ideas.
func (a *API) fill(c *fiber.Ctx, ideas []ideaView) error {
	var digests []topic.Digest
	for i := range ideas {
		digests = append(digests, ideas[i].digest, ideas[i].reason)
	}
	texts, err := a.Journal.Texts(c.UserContext(), c.Params("topic"), digests)
	if err != nil {
		return err
	}
	for i := range ideas {
		if t, ok := texts[ideas[i].digest]; ok && ideas[i].Status != "removed" {
			ideas[i].Text = string(t.Body)
		}
		if t, ok := texts[ideas[i].reason]; ok {
			ideas[i].Reason = string(t.Body)
		}
	}
	return nil
}

// visible says that all may see an idea: neither it nor its cluster was hidden,
// and its text is there.
func visible(s *topic.State, n uint32) bool {
	c := s.Board.Cluster(n)
	return !s.Ideas[n-1].Erased && !s.Board.Hidden(n) && (c == 0 || !s.Board.Veiled(c))
}

// maxSearch is the longest text to search for, in bytes.
const maxSearch = 400

func (a *API) listIdeas(c *fiber.Ctx) error {
	cluster, err := query(c, "cluster", 0, 1<<31)
	if err != nil {
		return err
	}
	after, err := query(c, "after", 0, 1<<31)
	if err != nil {
		return err
	}
	limit, err := query(c, "limit", 50, 500)
	if err != nil {
		return err
	}
	offset, err := query(c, "offset", 0, 1<<31)
	if err != nil {
		return err
	}
	onlyMine, q := c.Query("mine") == "1", strings.TrimSpace(c.Query("q"))
	if len(q) > maxSearch {
		return refuse("invalid", "the text to search for is too long: use fewer words")
	}
	view, who, err := a.visit(c)
	if err != nil {
		return err
	}
	moderator := who.person.Has(topic.RoleModerator)
	total := 0
	numbers := []uint32{} // the page's; with a search, first all that are to be looked at
	var digests []topic.Digest
	view.Read(func(s *topic.State, _ uint64) {
		mine := who.application(s)
		for n := uint32(1); int(n) <= len(s.Ideas); n++ {
			i := &s.Ideas[n-1]
			own := s.Owns(mine, n)
			switch {
			case cluster != 0 && s.Board.Cluster(n) != uint32(cluster), onlyMine && !own, !own && !moderator && !visible(s, n):
			case q != "":
				if !i.Erased {
					numbers, digests = append(numbers, n), append(digests, i.Text)
				}
			default:
				total++
				if n > uint32(after) && uint64(len(numbers)) < limit {
					numbers = append(numbers, n)
				}
			}
		}
	})
	partial := false
	if q != "" {
		if numbers, partial, err = a.search(c, q, numbers, digests); err != nil {
			return err
		}
		total = len(numbers)
		numbers = numbers[min(int(offset), total):min(int(offset+limit), total)]
	}
	page := []ideaView{}
	view.Read(func(s *topic.State, _ uint64) {
		mine := who.application(s)
		for _, n := range numbers {
			page = append(page, ideaOf(s, n, mine))
		}
	})
	if err := a.fill(c, page); err != nil {
		return err
	}
	if q != "" {
		for i := range page {
			page[i].Marks = similar.Marks(page[i].Text, page[i].Lang, q)
		}
	}
	return c.JSON(fiber.Map{"total": total, "partial": partial, "ideas": page})
}

// searchAtOnce is how many texts a search holds at a time.
const searchAtOnce = 2000

// search answers those of the ideas that hold words of q, the best first, or
// where none does, those whose text has q in it, in order. partial says that the
// index is still being read, and more will be found in a moment.
func (a *API) search(c *fiber.Ctx, q string, numbers []uint32, digests []topic.Digest) (found []uint32, partial bool, err error) {
	leave, err := a.searches.enter(c.UserContext(), searchWait)
	if err != nil {
		return nil, false, err
	}
	defer leave()
	ranked, ready, err := a.Similar.Search(c.UserContext(), c.Params("topic"), q, "")
	if err != nil {
		return nil, false, err
	}
	found = ranked[:0]
	for _, n := range ranked {
		if _, ok := slices.BinarySearch(numbers, n); ok {
			found = append(found, n)
		}
	}
	if len(found) > 0 || !ready {
		return found, !ready, nil
	}
	q = strings.ToLower(q)
	for start := 0; start < len(numbers); start += searchAtOnce {
		end := min(start+searchAtOnce, len(numbers))
		texts, err := a.Journal.Texts(c.UserContext(), c.Params("topic"), digests[start:end])
		if err != nil {
			return nil, false, err
		}
		for i := start; i < end; i++ {
			if strings.Contains(strings.ToLower(string(texts[digests[i]].Body)), q) {
				found = append(found, numbers[i])
			}
		}
	}
	return found, false, nil
}

// maxOwnIdeas is how many ideas a person may have in a topic; those that were
// erased do not count.
const maxOwnIdeas = 100

// mayPropose refuses an idea of someone who has very many: everyone reads them,
// and one person must not fill the board.
func (a *API) mayPropose(c *fiber.Ctx, clientID string) error {
	view, who, err := a.visit(c)
	if err != nil {
		return err
	}
	own := 0
	view.Read(func(s *topic.State, _ uint64) {
		mine := who.application(s)
		for _, action := range []topic.Action{topic.ActionSubmitIdea, topic.ActionRenewIdea, topic.ActionProposeOption} {
			if _, done := s.Done(topic.Who{Role: topic.RoleCitizen, Pseudonym: who.names.Debate}, action, clientID); done {
				return // sent again, to be answered again
			}
		}
		for i := range s.Ideas {
			if mine != 0 && s.Ideas[i].Author == mine && !s.Ideas[i].Erased {
				own++
			}
		}
	})
	if own >= maxOwnIdeas {
		return topic.NewFault(topic.CodeConflict, "you have given %d ideas in this topic, which is the most that one person can: others read them all", own)
	}
	return a.mayWrite(c)
}

func (a *API) submitIdea(c *fiber.Ctx) error {
	var in struct {
		ClientID     string `json:"client_id" class:"none"`
		Text         string `json:"text" class:"text"`
		Lang         string `json:"lang" class:"text"`
		OriginRemark uint32 `json:"origin_remark"`
		Of           uint32 `json:"of"` // the idea that it goes back to
		Relation     string `json:"relation" class:"text"`
		Poll         uint32 `json:"poll"` // among whose options it should be
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	body, err := topic.CleanText("idea", in.Text, topic.MaxIdea)
	if err != nil {
		return err
	}
	if err := a.mayPropose(c, in.ClientID); err != nil {
		return err
	}
	text := journal.NewText(body)
	var cmd topic.Command = topic.SubmitIdea{Text: text.Digest(), Lang: in.Lang, Origin: in.OriginRemark}
	switch {
	case in.Poll != 0 && (in.Of != 0 || in.OriginRemark != 0):
		return refuse("invalid", "an idea for a poll comes from no message and goes back to no other idea")
	case in.Poll != 0:
		cmd = topic.ProposeOption{Poll: in.Poll, Text: text.Digest(), Lang: in.Lang}
	case in.Of != 0:
		relation, err := topic.ParseIdeaRelation(in.Relation)
		if err != nil {
			return err
		}
		cmd = topic.RenewIdea{Text: text.Digest(), Lang: in.Lang, Of: in.Of, Relation: relation}
	}
	ack, err := a.submit(c, in.ClientID, cmd, text)
	if err != nil {
		return err
	}
	return c.Status(fiber.StatusCreated).JSON(fiber.Map{"ack": ack, "id": ack.Answer})
}
