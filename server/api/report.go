package api

import (
	"cmp"
	"slices"

	"github.com/gofiber/fiber/v2"

	"veche/server/journal"
	"veche/server/topic"
)

// maxReport is the most characters of a table's report.
const maxReport = 4000

func (a *API) postReport(c *fiber.Ctx) error {
	room, err := number(c, "room")
	if err != nil {
		return err
	}
	var in struct {
		ClientID string `json:"client_id" class:"none"`
		Text     string `json:"text" class:"text"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	body, err := topic.CleanText("report", in.Text, maxReport)
	if err != nil {
		return err
	}
	if err := a.mayWrite(c); err != nil {
		return err
	}
	text := journal.NewText(body)
	ack, err := a.submit(c, in.ClientID, topic.PostReport{Room: room, Text: text.Digest()}, text)
	if err != nil {
		return err
	}
	return acknowledge(c, fiber.StatusOK, ack, nil)
}

type reportView struct {
	Room    uint32               `json:"room"`
	Text    string               `json:"text" class:"text"`
	Removed string               `json:"removed" class:"decision"`
	By      journal.RemarkAuthor `json:"by"`
	Time    int64                `json:"time" class:"text"`
}

// listReports answers what the tables have told the main hall, the last first, up
// to limit of them, or what one table has (room). Like the main hall it is open to
// all.
func (a *API) listReports(c *fiber.Ctx) error {
	limit, err := query(c, "limit", 50, 10_000)
	if err != nil {
		return err
	}
	only, err := query(c, "room", 0, 1<<32-1)
	if err != nil {
		return err
	}
	view, who, err := a.visit(c)
	if err != nil {
		return err
	}
	list := []reportView{}
	var digests []topic.Digest
	total := 0
	view.Read(func(s *topic.State, _ uint64) {
		var rooms []uint32
		for room := range s.Floors {
			if !s.Floors[room].Report.IsZero() && (only == 0 || uint64(room) == only) {
				rooms = append(rooms, uint32(room))
			}
		}
		slices.SortStableFunc(rooms, func(a, b uint32) int { return cmp.Compare(s.Floors[b].ReportTime, s.Floors[a].ReportTime) })
		mine := who.actors(s)
		total = len(rooms)
		for _, room := range rooms[:min(total, int(limit))] {
			f := &s.Floors[room]
			v := reportView{Room: room, Removed: erased(s, topic.EraseReport, f.Report), By: journal.Author(s, f.ReportBy), Time: f.ReportTime}
			v.By.Mine = slices.Contains(mine, f.ReportBy)
			list, digests = append(list, v), append(digests, f.Report)
		}
	})
	texts, err := a.Journal.Texts(c.UserContext(), c.Params("topic"), digests)
	if err != nil {
		return err
	}
	for i := range list {
		list[i].Text, list[i].Removed = shownText(texts, digests[i], list[i].Removed)
	}
	return tagged(c, fiber.Map{"reports": list, "total": total})
}

// textGone stands for the reason of a text that is not there any more.
const textGone = "removed"

// erased is the reason for which a text was erased, "" where it was not.
func erased(s *topic.State, target topic.ErasureTarget, d topic.Digest) string {
	for i := len(s.Erasures) - 1; i >= 0; i-- {
		if e := &s.Erasures[i]; e.Target == target && e.Digest == d {
			return cmp.Or(e.Reason, textGone)
		}
	}
	return ""
}

// shownText is a text, or why it is not shown.
func shownText(texts map[topic.Digest]journal.Text, d topic.Digest, removed string) (text, why string) {
	if removed != "" {
		return "", removed
	}
	if t, ok := texts[d]; ok {
		return string(t.Body), ""
	}
	return "", textGone
}
