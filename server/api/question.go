package api

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"veche/server/analysis"
	"veche/server/journal"
	"veche/server/similar"
	"veche/server/topic"
)

// maxQuestion and maxAnswer are the most characters of a question to the experts
// and of the answer in writing.
const (
	maxQuestion = 500
	maxAnswer   = 5000
)

type questionView struct {
	Question uint32               `json:"question"`
	Room     uint32               `json:"room"`
	Text     string               `json:"text"`
	Removed  string               `json:"removed"`
	By       journal.RemarkAuthor `json:"by"`
	Time     int64                `json:"time"`
	Support  int                  `json:"support"`
	Tables   int                  `json:"tables"`
	Mine     bool                 `json:"mine"`
	Into     uint32               `json:"into"`
	Folded   []uint32             `json:"folded"`
	Answer   string               `json:"answer"`
	Answered int64                `json:"answered"`
}

// listQuestions answers the questions to the experts as [analysis.RankQuestions]
// puts them. Like the main hall they are open to all.
func (a *API) listQuestions(c *fiber.Ctx) error {
	view, err := a.view(c)
	if err != nil {
		return err
	}
	who, err := a.standing(c)
	if err != nil {
		return err
	}
	list := []questionView{}
	var digests []topic.Digest
	taken := uint32(0)
	view.Read(func(s *topic.State, _ uint64) {
		taken = s.Taken
		mine, me := who.actors(s), who.application(s)
		for _, r := range analysis.RankQuestions(s) {
			q := &s.Questions[r.Question-1]
			v := questionView{
				Question: r.Question, Room: q.Room, Removed: erased(s, topic.EraseQuestion, q.Text), By: journal.Author(s, q.By), Time: q.Time,
				Support: r.Support, Tables: r.Tables, Mine: me != 0 && slices.Contains(q.Supporters, me), Into: q.Into, Folded: listed(r.Folded), Answered: q.Answered,
			}
			v.By.Mine = slices.Contains(mine, q.By)
			list, digests = append(list, v), append(digests, q.Text, q.Answer)
		}
	})
	texts, err := a.Journal.Texts(c.UserContext(), c.Params("topic"), digests)
	if err != nil {
		return err
	}
	for i := range list {
		list[i].Text, list[i].Removed = shownText(texts, digests[2*i], list[i].Removed)
		list[i].Answer = string(texts[digests[2*i+1]].Body)
	}
	return c.JSON(fiber.Map{"taken": taken, "questions": list})
}

func (a *API) ask(c *fiber.Ctx) error {
	room, err := number(c, "room")
	if err != nil {
		return err
	}
	var in struct {
		ClientID string `json:"client_id"`
		Text     string `json:"text"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	body, err := topic.CleanText("question", in.Text, maxQuestion)
	if err != nil {
		return err
	}
	if err := a.mayWrite(c); err != nil {
		return err
	}
	text := journal.NewText(body)
	ack, err := a.submit(c, in.ClientID, topic.AskQuestion{Room: room, Text: text.Digest()}, text)
	if err != nil {
		return err
	}
	return acknowledge(c, fiber.StatusCreated, ack, fiber.Map{"question": ack.Answer})
}

func (a *API) support(c *fiber.Ctx) error {
	question, err := number(c, "question")
	if err != nil {
		return err
	}
	var in struct {
		ClientID string `json:"client_id"`
		Support  bool   `json:"support"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	if err := a.mayDo(c); err != nil {
		return err
	}
	ack, err := a.submit(c, in.ClientID, topic.SupportQuestion{Question: question, Support: in.Support})
	if err != nil {
		return err
	}
	return acknowledge(c, fiber.StatusOK, ack, nil)
}

func (a *API) foldQuestions(c *fiber.Ctx) error {
	var in struct {
		ClientID string   `json:"client_id"`
		Into     uint32   `json:"into"`
		From     []uint32 `json:"from"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	ack, err := a.submit(c, in.ClientID, topic.FoldQuestions{Into: in.Into, From: in.From})
	if err != nil {
		return err
	}
	return acknowledge(c, fiber.StatusOK, ack, nil)
}

func (a *API) takeQuestion(c *fiber.Ctx) error {
	var in struct {
		ClientID string `json:"client_id"`
		Question uint32 `json:"question"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	ack, err := a.submit(c, in.ClientID, topic.TakeQuestion{Question: in.Question})
	if err != nil {
		return err
	}
	return acknowledge(c, fiber.StatusOK, ack, nil)
}

func (a *API) answerQuestion(c *fiber.Ctx) error {
	question, err := number(c, "question")
	if err != nil {
		return err
	}
	var in struct {
		ClientID string `json:"client_id"`
		Text     string `json:"text"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	body, err := topic.CleanText("answer", in.Text, maxAnswer)
	if err != nil {
		return err
	}
	text := journal.NewText(body)
	ack, err := a.submit(c, in.ClientID, topic.AnswerQuestion{Question: question, Text: text.Digest()}, text)
	if err != nil {
		return err
	}
	return acknowledge(c, fiber.StatusOK, ack, nil)
}

type similarQuestion struct {
	Question uint32  `json:"question"`
	Text     string  `json:"text"`
	Score    float64 `json:"score"`
}

// findQuestions answers questions that ask what a text does, before one asks it
// again.
func (a *API) findQuestions(c *fiber.Ctx) error {
	var in struct {
		Text string `json:"text"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	if _, err := a.view(c); err != nil {
		return err
	}
	body, err := topic.CleanText("question", in.Text, maxQuestion)
	if err != nil {
		return err
	}
	leave, err := a.searches.enter(c.UserContext(), searchWait)
	if err != nil {
		return err
	}
	defer leave()
	hits, err := a.Questions.Similar(c.UserContext(), c.Params("topic"), body, "", 5)
	if err != nil {
		return err
	}
	return c.JSON(fiber.Map{"similar": each(hits, func(h similar.Hit) similarQuestion {
		return similarQuestion{Question: h.ID, Text: h.Text, Score: h.Score}
	})})
}

// each is what f makes of every entry of a list.
func each[T, V any](list []T, f func(T) V) []V {
	out := make([]V, len(list))
	for i := range list {
		out[i] = f(list[i])
	}
	return out
}
