package api

import (
	"github.com/gofiber/fiber/v2"

	"veche/server/journal"
	"veche/server/topic"
)

// appealView is an appeal, and what it is against.
type appealView struct {
	Appeal  uint32              `json:"appeal"`
	Subject topic.Subject       `json:"subject"`
	Text    string              `json:"text" class:"text"`
	Time    int64               `json:"time" class:"text"`
	Outcome topic.AppealOutcome `json:"outcome"`
	By      string              `json:"by" class:"pseudonym"` // who heard it
	Because string              `json:"because" class:"decision"`
	Heard   int64               `json:"heard"`

	// The decision, as those see it who hear the appeal: by whom, why, the text that was
	// removed, or where it is about a step on the board, which step and the author's idea.
	Judge   string `json:"judge" class:"decision"`
	Reason  string `json:"reason" class:"decision"`
	Removed string `json:"removed" class:"decision"`
	Step    string `json:"step" class:"decision"`

	text, because, reason, removed topic.Digest
}

// appealOf views an appeal, all but its texts.
func appealOf(s *topic.State, n uint32) appealView {
	x := &s.Appeals[n-1]
	v := appealView{Appeal: n, Subject: x.Subject, Time: x.Time, Outcome: x.Outcome, Heard: x.Heard, Judge: doer(x.Judge), text: x.Text, because: x.Because}
	if x.Outcome != topic.AppealOpen {
		v.By = doer(x.Handler)
	}
	switch x.Subject.Kind {
	case topic.SubjectRemark, topic.SubjectIdea:
		if o := s.Board.Operation(x.Against); x.Subject.Kind == topic.SubjectIdea && o != nil {
			v.reason = o.Reason // of the step appealed against, whatever else has hidden the idea since
		} else if r, ok := s.RemovalOf(x.Subject); ok {
			v.reason = r.Reason
		}
		v.removed = textOf(s, x.Subject)
	case topic.SubjectSanction:
		v.reason = s.Sanctions[x.Subject.Number-1].Reason
	case topic.SubjectOperation:
		if o := s.Board.Operation(x.Subject.Number); o != nil {
			v.Step, v.reason = o.Kind.String(), o.Reason
			if n := s.Concerned(o, x.By.Number); n != 0 {
				v.removed = s.Ideas[n-1].Text
			}
		}
	}
	return v
}

// digests are the texts of an appeal, none where there is no appeal.
func (v *appealView) digests() []topic.Digest {
	if v == nil {
		return nil
	}
	return []topic.Digest{v.text, v.because, v.reason, v.removed}
}

func (v *appealView) fill(texts map[topic.Digest]journal.Text) {
	if v == nil {
		return
	}
	v.Text, v.Because = string(texts[v.text].Body), string(texts[v.because].Body)
	v.Reason, v.Removed = string(texts[v.reason].Body), string(texts[v.removed].Body)
}

func (a *API) appeal(c *fiber.Ctx) error {
	var in struct {
		ClientID string        `json:"client_id" class:"none"`
		Subject  topic.Subject `json:"subject"`
		Text     string        `json:"text" class:"text"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	body, err := topic.CleanText("appeal", in.Text, topic.MaxRemark)
	if err != nil {
		return err
	}
	if err := a.mayWrite(c); err != nil {
		return err
	}
	text := journal.NewText(body)
	ack, err := a.submit(c, in.ClientID, topic.MakeAppeal{Subject: in.Subject, Text: text.Digest()}, text)
	if err != nil {
		return err
	}
	return acknowledge(c, fiber.StatusCreated, ack, fiber.Map{"appeal": ack.Answer})
}

func (a *API) hearAppeal(c *fiber.Ctx) error {
	n, err := number(c, "appeal")
	if err != nil {
		return err
	}
	var in struct {
		ClientID string              `json:"client_id" class:"none"`
		Outcome  topic.AppealOutcome `json:"outcome"`
		Reason   string              `json:"reason" class:"decision"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	reason, err := reasonText(in.Reason)
	if err != nil {
		return err
	}
	if err := a.notAbout(c, a.authorsOf(c, topic.Subject{Kind: topic.SubjectAppeal, Number: uint64(n)})...); err != nil {
		return err
	}
	r, err := a.requested(c, in.ClientID, topic.HearAppeal{Appeal: n, Outcome: in.Outcome, Reason: reason.Digest()}, reason)
	if err != nil {
		return err
	}
	if r.Quoted, err = a.appealed(c, n); err != nil {
		return err
	}
	ack, err := a.Journal.Submit(c.UserContext(), c.Params("topic"), r)
	if err != nil {
		return err
	}
	return acknowledge(c, fiber.StatusOK, ack, nil)
}

// appealed is the text whose removal is appealed against.
func (a *API) appealed(c *fiber.Ctx, n uint32) ([]journal.Text, error) {
	view, err := a.view(c)
	if err != nil {
		return nil, err
	}
	var x topic.Subject
	view.Read(func(s *topic.State, _ uint64) {
		if n > 0 && int(n) <= len(s.Appeals) {
			x = s.Appeals[n-1].Subject
		}
	})
	return a.quoted(c, x)
}

// quoted are the texts of messages among subjects: shown from now on, they go to
// everyone in the room.
func (a *API) quoted(c *fiber.Ctx, list ...topic.Subject) ([]journal.Text, error) {
	view, err := a.view(c)
	if err != nil {
		return nil, err
	}
	var digests []topic.Digest
	view.Read(func(s *topic.State, _ uint64) {
		for _, x := range list {
			if x.Kind == topic.SubjectRemark && x.Number > 0 && x.Number <= uint64(len(s.Remarks)) {
				digests = append(digests, textOf(s, x))
			}
		}
	})
	texts, err := a.Journal.Texts(c.UserContext(), c.Params("topic"), digests)
	if err != nil {
		return nil, err
	}
	var quoted []journal.Text
	for _, d := range digests {
		if t, ok := texts[d]; ok {
			quoted = append(quoted, t)
		}
	}
	return quoted, nil
}
