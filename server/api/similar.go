package api

import (
	"github.com/gofiber/fiber/v2"

	"veche/server/similar"
	"veche/server/topic"
)

// draftView is what an author is told of a text before it is sent.
type draftView struct {
	Text     string             `json:"text"`     // as it would be kept; the places below are in it
	Ideas    []similar.Hit      `json:"ideas"`    // those that are shown and like it
	Options  []similar.Hit      `json:"options"`  // of the poll that it is for
	Personal []similar.Personal `json:"personal"` // what may tell who the author is
	// Place is the group that the idea would join; null where there are none yet, or
	// it is like none.
	Place *draftPlace `json:"place"`
}

type draftPlace struct {
	similar.Placement
	Title string `json:"title"`
}

// readDraft reads a text that was not sent yet.
func readDraft(c *fiber.Ctx) (text, lang string, poll uint32, err error) {
	var in struct {
		Text string `json:"text"`
		Lang string `json:"lang"`
		Poll uint32 `json:"poll"` // that it is to be an option of, 0 for none
	}
	if err := readJSON(c, &in); err != nil {
		return "", "", 0, err
	}
	if text, err = topic.CleanText("idea", in.Text, topic.MaxIdea); err != nil {
		return "", "", 0, err
	}
	return text, in.Lang, in.Poll, nil
}

func (a *API) findSimilar(c *fiber.Ctx) error {
	text, lang, poll, err := readDraft(c)
	if err != nil {
		return err
	}
	view, err := a.view(c)
	if err != nil {
		return err
	}
	var options []string
	view.Read(func(s *topic.State, _ uint64) {
		if poll != 0 && int(poll) <= len(s.Polls) && s.Polls[poll-1].Status != topic.PollDraft {
			options = s.Polls[poll-1].Options
		}
	})
	leave, err := a.searches.enter(c.UserContext(), searchWait)
	if err != nil {
		return err
	}
	defer leave()
	hits, err := a.Similar.Similar(c.UserContext(), c.Params("topic"), text, lang, 5)
	if err != nil {
		return err
	}
	place, err := a.draftPlace(c, text, lang)
	if err != nil {
		return err
	}
	return c.JSON(draftView{Text: text, Ideas: orEmpty(hits), Options: similar.Options(options, text, lang, 3), Personal: similar.FindPersonal(text, lang), Place: place})
}

// draftPlace is where a draft would go, nil where it fits nowhere.
func (a *API) draftPlace(c *fiber.Ctx, text, lang string) (*draftPlace, error) {
	at, ok, err := a.Similar.Place(c.UserContext(), c.Params("topic"), text, lang)
	if err != nil || !ok || !at.Fits {
		return nil, err
	}
	view, err := a.view(c)
	if err != nil {
		return nil, err
	}
	b, err := a.keptBoard(c, view, false)
	if err != nil {
		return nil, err
	}
	i, ok := b.find(at.Cluster)
	if !ok { // it was hidden or merged this moment
		return nil, nil
	}
	return &draftPlace{at, b.clusters[i].Title}, nil
}

// findPersonal answers what findSimilar does of personal data and looks nothing
// up, so that it can be asked in the moment of sending however busy the searches
// are.
func (a *API) findPersonal(c *fiber.Ctx) error {
	text, lang, _, err := readDraft(c)
	if err != nil {
		return err
	}
	return c.JSON(draftView{Text: text, Ideas: []similar.Hit{}, Options: []similar.Hit{}, Personal: similar.FindPersonal(text, lang)})
}
