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
	maxQuestion = 1000
	maxAnswer   = 5000
)

type questionView struct {
	Question uint32               `json:"question"`
	Room     uint32               `json:"room"`
	Text     string               `json:"text" class:"text"`
	Removed  string               `json:"removed" class:"decision"`
	By       journal.RemarkAuthor `json:"by"`
	Time     int64                `json:"time" class:"text"`
	Support  int                  `json:"support"`
	Tables   int                  `json:"tables"`
	Mine     bool                 `json:"mine"`
	Into     uint32               `json:"into"`
	Folded   []uint32             `json:"folded"`
	Answer   string               `json:"answer" class:"decision"`
	Answered int64                `json:"answered"`
}

// questionKey names the state that a list of questions shows, and the second that
// it was made in: nobody sees an older one. Where there are few questions with few
// supporters a change is seen at once.
type questionKey struct {
	second                 int64
	taken                  uint32
	asked, support, folded int
	answered               int64
}

// questionsAnew is how many questions, and supportAnew how many supporters of
// them, are listed anew at every change.
const (
	questionsAnew = 200
	supportAnew   = 5000
)

func (a *API) questionKey(s *topic.State) questionKey {
	k := questionKey{second: a.now() / 1000}
	if len(s.Questions) > questionsAnew {
		return k
	}
	supporters := 0
	for i := range s.Questions {
		supporters += len(s.Questions[i].Supporters)
	}
	if supporters > supportAnew {
		return k
	}
	k.taken, k.asked = s.Taken, len(s.Questions)
	for i := range s.Questions {
		q := &s.Questions[i]
		k.support += (i + 1) * len(q.Supporters)
		k.folded += (i + 1) * int(q.Into)
		k.answered = max(k.answered, q.Answered)
	}
	return k
}

// questions are all questions as everyone sees them, in the order of
// [analysis.Asked.Rank]. They are shared: read them only.
func (a *API) questions(c *fiber.Ctx, view *journal.View) ([]questionView, error) {
	return a.asked.Of(c.Params("topic"), func() (k questionKey) {
		view.Read(func(s *topic.State, _ uint64) { k = a.questionKey(s) })
		return k
	}, func() (k questionKey, list []questionView, err error) {
		var asked analysis.Asked
		view.Read(func(s *topic.State, _ uint64) { k, asked = a.questionKey(s), analysis.AskedOf(s) })
		ranks := asked.Rank()
		var digests []topic.Digest
		view.Read(func(s *topic.State, _ uint64) {
			for _, r := range ranks {
				q := &s.Questions[r.Question-1]
				list = append(list, questionView{
					Question: r.Question, Room: q.Room, Removed: erased(s, topic.EraseQuestion, q.Text), By: journal.Author(s, q.By), Time: q.Time,
					Support: r.Support, Tables: r.Tables, Into: q.Into, Folded: listed(r.Folded), Answered: q.Answered,
				})
				digests = append(digests, q.Text, q.Answer)
			}
		})
		texts, err := a.Journal.Texts(c.UserContext(), c.Params("topic"), digests)
		if err != nil {
			return k, nil, err
		}
		for i := range list {
			list[i].Text, list[i].Removed = shownText(texts, digests[2*i], list[i].Removed)
			list[i].Answer = string(texts[digests[2*i+1]].Body)
		}
		return k, list, nil
	})
}

// listQuestions answers the questions to the experts that most tables support,
// up to limit of them, with the one that is being answered, those of one's own
// table, and what is folded into any. Those who take them to the experts get all.
// Like the main hall they are open to all.
func (a *API) listQuestions(c *fiber.Ctx) error {
	limit, err := query(c, "limit", 100, 10_000)
	if err != nil {
		return err
	}
	view, who, err := a.visit(c)
	if err != nil {
		return err
	}
	all, err := a.questions(c, view)
	if err != nil {
		return err
	}
	if hasAny(who.person, watchers) {
		limit = uint64(len(all))
	}
	list := []questionView{}
	taken, more := uint32(0), false
	view.Read(func(s *topic.State, _ uint64) {
		taken = s.Taken
		mine, me := who.actors(s), who.application(s)
		table, _ := s.Participant(me)
		shown := map[uint32]bool{}
		for i, v := range all {
			q := &s.Questions[v.Question-1]
			v.Mine = me != 0 && slices.Contains(q.Supporters, me)
			v.By.Mine = slices.Contains(mine, q.By)
			if uint64(i) >= limit && !shown[v.Question] && v.Question != taken && !v.By.Mine && (table == 0 || v.Room != table) {
				more = more || v.Into == 0
				continue
			}
			for _, n := range v.Folded {
				shown[n] = true
			}
			list = append(list, v)
		}
	})
	return tagged(c, fiber.Map{"taken": taken, "questions": list, "more": more})
}

func (a *API) ask(c *fiber.Ctx) error {
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
		ClientID string `json:"client_id" class:"none"`
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
		ClientID string   `json:"client_id" class:"none"`
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
		ClientID string `json:"client_id" class:"none"`
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
		ClientID string `json:"client_id" class:"none"`
		Text     string `json:"text" class:"text"`
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
	Text     string  `json:"text" class:"text"`
	Score    float64 `json:"score"`
}

// findQuestions answers questions that ask what a text does, before one asks it
// again.
func (a *API) findQuestions(c *fiber.Ctx) error {
	var in struct {
		Text string `json:"text" class:"text"`
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
