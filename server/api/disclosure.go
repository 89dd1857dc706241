package api

import (
	"github.com/gofiber/fiber/v2"

	"veche/server/topic"
)

// Author is who wrote a text: what is known of a person here.
type Author struct {
	Name string   `json:"name" class:"name"`   // "" for who came by file and has not signed in
	IDs  []string `json:"ids" class:"contact"` // of the registrar's files
}

// disclosureView is a wish to learn who wrote a text. It holds no name.
type disclosureView struct {
	Number    int                    `json:"number"`
	Subject   topic.Subject          `json:"subject"`
	Ground    topic.DisclosureGround `json:"ground"`
	Reason    string                 `json:"reason" class:"request"`
	By        string                 `json:"by" class:"request"`
	Mine      bool                   `json:"mine"`
	Time      int64                  `json:"time" class:"request"`
	Status    topic.DisclosureStatus `json:"status"`
	Decided   string                 `json:"decided,omitempty" class:"request"`
	Because   string                 `json:"because,omitempty" class:"request"`
	At        int64                  `json:"at,omitempty"`
	Until     int64                  `json:"until,omitempty"` // the name can be shown until then
	Shown     int64                  `json:"shown,omitempty"`
	MayDecide bool                   `json:"may_decide"`
	MayShow   bool                   `json:"may_show"`

	reason, because topic.Digest
}

// listDisclosures answers who asked to learn who wrote what, why, and what became of
// it, the last first.
func (a *API) listDisclosures(c *fiber.Ctx) error {
	view, who, err := a.visit(c)
	if err != nil {
		return err
	}
	now := a.now()
	list := []disclosureView{}
	decides, shows := topic.RuleOf(topic.ActionDecideDisclosure).Lets(true, who.person.Roles), topic.RuleOf(topic.ActionShowDisclosure).Lets(true, who.person.Roles)
	var digests []topic.Digest
	view.Read(func(s *topic.State, _ uint64) {
		for i := len(s.Disclosures) - 1; i >= 0; i-- {
			d := &s.Disclosures[i]
			v := disclosureView{
				Number: i + 1, Subject: d.Subject, Ground: d.Ground, By: doer(d.By), Time: d.Time, Status: d.Status, At: d.At, Shown: d.Shown,
				Mine:   who.known && s.Staff[d.By.Number-1].Pseudonym == who.names.Staff,
				reason: d.Reason, because: d.Because,
			}
			if d.At != 0 {
				v.Decided = doer(d.Decided)
			}
			if d.Status == topic.DisclosureGranted {
				v.Until = d.At + topic.DisclosureLife
			}
			v.MayDecide = decides && !v.Mine && d.Status == topic.DisclosureAsked
			v.MayShow = shows && v.Mine && d.Status == topic.DisclosureGranted && now < v.Until
			list = append(list, v)
			digests = append(digests, d.Reason, d.Because)
		}
	})
	texts, err := a.Journal.Texts(c.UserContext(), c.Params("topic"), digests)
	if err != nil {
		return err
	}
	for i := range list {
		list[i].Reason, list[i].Because = string(texts[list[i].reason].Body), string(texts[list[i].because].Body)
	}
	return c.JSON(fiber.Map{"disclosures": list, "now": now})
}

func (a *API) askDisclosure(c *fiber.Ctx) error {
	var in struct {
		ClientID string                 `json:"client_id" class:"none"`
		Subject  topic.Subject          `json:"subject"`
		Ground   topic.DisclosureGround `json:"ground"`
		Reason   string                 `json:"reason" class:"request"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	reason, err := reasonText(in.Reason)
	if err != nil {
		return err
	}
	ack, err := a.submit(c, in.ClientID, topic.AskDisclosure{DisclosureAskedFor: topic.DisclosureAskedFor{Subject: in.Subject, Ground: in.Ground, Reason: reason.Digest()}}, reason)
	if err != nil {
		return err
	}
	return acknowledge(c, fiber.StatusCreated, ack, fiber.Map{"number": ack.Answer})
}

func (a *API) decideDisclosure(c *fiber.Ctx) error {
	n, err := number(c, "disclosure")
	if err != nil {
		return err
	}
	var in struct {
		ClientID string `json:"client_id" class:"none"`
		Granted  bool   `json:"granted"`
		Reason   string `json:"reason" class:"request"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	reason, err := reasonText(in.Reason)
	if err != nil {
		return err
	}
	ack, err := a.submit(c, in.ClientID, topic.DecideDisclosure{DisclosureDecided: topic.DisclosureDecided{Disclosure: n, Granted: in.Granted, Reason: reason.Digest()}}, reason)
	if err != nil {
		return err
	}
	return acknowledge(c, fiber.StatusOK, ack, nil)
}

// showDisclosure shows the name, once: the event comes first, and who asks again,
// with whatever client id, is refused.
func (a *API) showDisclosure(c *fiber.Ctx) error {
	n, err := number(c, "disclosure")
	if err != nil {
		return err
	}
	var in struct {
		ClientID string `json:"client_id" class:"none"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	r, err := a.requested(c, in.ClientID, topic.ShowDisclosure{Disclosure: n})
	if err != nil {
		return err
	}
	view, err := a.view(c)
	if err != nil {
		return err
	}
	var author topic.Pseudonym
	view.Read(func(s *topic.State, _ uint64) {
		if _, err = s.Decide(r.Command, topic.Input{Who: r.Who, Time: a.now()}); err == nil {
			author = s.Applications[s.AuthorOf(s.Disclosures[n-1].Subject).Number-1].Pseudonym
		}
	})
	if err != nil { // before anybody is looked for
		return err
	}
	found, ok, err := a.WhoWrote(c.UserContext(), c.Params("topic"), author)
	if err != nil {
		return err
	}
	if !ok {
		return topic.NewFault(topic.CodeNotFound, "who wrote this has had their data erased: nobody can tell any more")
	}
	ack, err := a.Journal.Submit(c.UserContext(), c.Params("topic"), r)
	if err != nil {
		return err
	}
	if ack.Repeated {
		return topic.NewFault(topic.CodeConflict, "the name was shown already, and is shown once: ask again, with a reason")
	}
	return acknowledge(c, fiber.StatusOK, ack, fiber.Map{"author": found})
}
