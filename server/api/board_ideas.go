package api

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"veche/server/similar"
	"veche/server/topic"
)

// boardFilter chooses ideas of the board.
type boardFilter struct {
	cluster  uint32   // 0 for any
	only     string   // "", "unsorted", "doubtful", "new", "hidden", "flagged", "marked", "mine" or "repeats"
	of       uint32   // with "repeats": the idea that is repeated
	among    []uint32 // nil for all
	lang     string   // "" for any
	folded   bool     // leave out what repeats another idea of its cluster
	moderate bool
	mine     uint64
}

var boardFilters = []string{"", "unsorted", "doubtful", "new", "hidden", "flagged", "marked", "mine", "repeats"}

// listBoardIdeas answers a window of the ideas that a filter chooses, the most
// telling of a cluster first, and how many there are in all. With ids it answers
// only their numbers, at most as many as one operation takes; with would, for
// moderators, also where ideas in no cluster would go.
func (a *API) listBoardIdeas(c *fiber.Ctx) error {
	f, q, err := readBoardFilter(c)
	if err != nil {
		return err
	}
	offset, err := query(c, "offset", 0, 1<<31)
	if err != nil {
		return err
	}
	limit, err := query(c, "limit", 50, 200)
	if err != nil {
		return err
	}
	view, who, err := a.visit(c)
	if err != nil {
		return err
	}
	f.moderate = who.person.Has(topic.RoleModerator)
	b, err := a.keptBoard(c, view, f.moderate)
	if err != nil {
		return err
	}
	var found []uint32
	view.Read(func(s *topic.State, _ uint64) {
		f.mine = who.application(s)
		found = b.choose(s, &f)
	})
	partial := false
	if q != "" {
		if found, partial, err = a.searchAmong(c, q, view.Read, found); err != nil {
			return err
		}
	}
	if c.Query("ids") == "1" {
		return c.JSON(fiber.Map{"total": len(found), "seq": b.seq, "ids": orEmpty(found[:min(len(found), topic.MaxOperationIdeas)])})
	}
	page := []ideaView{}
	view.Read(func(s *topic.State, _ uint64) {
		for _, n := range found[min(int(offset), len(found)):min(int(offset+limit), len(found))] {
			page = append(page, b.idea(s, n, f.mine))
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
	if c.Query("would") == "1" && f.moderate {
		if err := a.would(c, page); err != nil {
			return err
		}
	}
	return c.JSON(fiber.Map{"total": len(found), "partial": partial, "seq": b.seq, "ideas": page})
}

// would adds to ideas that are in no cluster where they would go, where that is
// known and they are like what is there.
func (a *API) would(c *fiber.Ctx, ideas []ideaView) error {
	if !slices.ContainsFunc(ideas, func(v ideaView) bool { return v.Cluster == 0 }) {
		return nil
	}
	waiting, err := a.Similar.Waiting(c.UserContext(), c.Params("topic"))
	if err != nil {
		return err
	}
	for i := range ideas {
		if at, ok := waiting.Placed[ideas[i].ID]; ok && at.Fits && ideas[i].Cluster == 0 {
			ideas[i].Would = at.Cluster
		}
	}
	return nil
}

func readBoardFilter(c *fiber.Ctx) (f boardFilter, q string, err error) {
	cluster, err := query(c, "cluster", 0, 1<<31)
	if err != nil {
		return f, "", err
	}
	of, err := query(c, "of", 0, 1<<31)
	if err != nil {
		return f, "", err
	}
	f = boardFilter{cluster: uint32(cluster), only: c.Query("only"), of: uint32(of), lang: c.Query("lang"), folded: c.Query("folded") == "1"}
	if !slices.Contains(boardFilters, f.only) {
		return f, "", refuse("invalid", "only is unsorted, doubtful, new, hidden, flagged, marked, mine or repeats")
	}
	if list := c.Query("among"); list != "" {
		if f.among, err = ideaNumbers(list); err != nil {
			return f, "", err
		}
	}
	if q = strings.TrimSpace(c.Query("q")); len(q) > maxSearch {
		return f, "", refuse("invalid", "the text to search for is too long: use fewer words")
	}
	return f, q, nil
}

// mostAmong is how many ideas a request names at most.
const mostAmong = 200

func ideaNumbers(list string) ([]uint32, error) {
	var numbers []uint32
	for _, part := range strings.Split(list, ",") {
		n, err := strconv.ParseUint(part, 10, 32)
		if err != nil || n == 0 || len(numbers) == mostAmong {
			return nil, refuse("invalid", "among names up to 200 ideas by their numbers, separated by commas")
		}
		numbers = append(numbers, uint32(n))
	}
	return numbers, nil
}

// choose answers the ideas that a filter finds: in a cluster the most telling
// first, among the doubtful the most doubtful, else the newest.
func (b *board) choose(s *topic.State, f *boardFilter) []uint32 {
	list := b.unsorted
	switch {
	case f.among != nil:
		list = f.among
	case f.only == "repeats":
		list = b.repeats[f.of]
	case f.cluster != 0:
		list = nil
		if at, ok := b.find(f.cluster); ok {
			list = b.members[at]
		}
	case f.only != "unsorted":
		list = make([]uint32, len(s.Ideas))
		for i := range list {
			list[i] = uint32(len(list) - i)
		}
	}
	found := make([]uint32, 0, len(list))
	for _, n := range list {
		if int(n) <= len(s.Ideas) && b.has(s, f, n) {
			found = append(found, n)
		}
	}
	if f.only == "doubtful" {
		slices.SortFunc(found, func(x, y uint32) int {
			return cmp.Or(cmp.Compare(b.machine(x).Margin, b.machine(y).Margin), cmp.Compare(x, y))
		})
	}
	return found
}

func (b *board) has(s *topic.State, f *boardFilter, n uint32) bool {
	idea := &s.Ideas[n-1]
	own := s.Owns(f.mine, n)
	if idea.Erased || !f.moderate && !own && !visible(s, n) || f.lang != "" && idea.Lang != f.lang {
		return false
	}
	if f.folded {
		if d := b.machine(n).DuplicateOf; d != 0 && s.Board.Cluster(d) == s.Board.Cluster(n) && s.Board.Cluster(n) != 0 {
			return false
		}
	}
	switch f.only {
	case "unsorted":
		return s.Board.Cluster(n) == 0
	case "doubtful":
		return b.doubtful(s, n, b.machine(n))
	case "new":
		return idea.Seq > b.inputSeq && b.run != 0
	case "hidden":
		return s.Board.Hidden(n)
	case "flagged":
		return b.flagged[n]
	case "marked":
		return s.Board.Mark(n) != topic.Unmarked
	case "mine":
		return own
	}
	return true
}

// searchAmong answers those of the ideas that hold words of q, as search does.
func (a *API) searchAmong(c *fiber.Ctx, q string, read func(func(*topic.State, uint64)), among []uint32) ([]uint32, bool, error) {
	sorted := slices.Clone(among)
	slices.Sort(sorted)
	digests := make([]topic.Digest, len(sorted))
	read(func(s *topic.State, _ uint64) {
		for i, n := range sorted {
			digests[i] = s.Ideas[n-1].Text
		}
	})
	return a.search(c, q, sorted, digests)
}
