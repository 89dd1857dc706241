package api

import (
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"veche/server/journal"
	"veche/server/topic"
)

// masked stands for each letter or digit that an author took out of their text.
const masked = '█'

// maxSpans is how many parts of a text are masked at once.
const maxSpans = 100

// mask takes parts out of a text of one's own. The author says which parts; what
// is around them can't be changed so.
func (a *API) mask(c *fiber.Ctx) error {
	var in struct {
		ClientID string        `json:"client_id" class:"none"`
		Subject  topic.Subject `json:"subject"`
		Spans    [][2]int      `json:"spans"` // from and to of each part, in UTF-16 code units
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	if len(in.Spans) == 0 || len(in.Spans) > maxSpans {
		return refuse("invalid", "choose 1 to 100 parts of the text to mask")
	}
	view, who, err := a.visit(c)
	if err != nil {
		return err
	}
	var d topic.Digest
	own := false
	view.Read(func(s *topic.State, _ uint64) {
		n := who.application(s)
		if own = n != 0 && s.AuthorOf(in.Subject) == (topic.Actor{Role: topic.RoleCitizen, Number: n}); own {
			d = textOf(s, in.Subject)
		}
	})
	if !own {
		return topic.NewFault(topic.CodeForbidden, "this text is not yours: report it, and a moderator decides")
	}
	texts, err := a.Journal.Texts(c.UserContext(), c.Params("topic"), []topic.Digest{d})
	if err != nil {
		return err
	}
	old, ok := texts[d]
	if !ok {
		return topic.NewFault(topic.CodeConflict, "this text is not there any more")
	}
	body, ok := maskSpans(string(old.Body), in.Spans)
	if !ok {
		return refuse("invalid", "the parts do not lie within the text: load it again, and choose anew")
	}
	if err := a.mayWrite(c); err != nil {
		return err
	}
	text := journal.NewText(body)
	r, err := a.requested(c, in.ClientID, topic.MaskText{Subject: in.Subject, Text: text.Digest(), Characters: uint32(utf8.RuneCountInString(body))}, text)
	if err != nil {
		return err
	}
	ack, err := a.Journal.MaskText(c.UserContext(), c.Params("topic"), r, d)
	if err != nil {
		return err
	}
	return acknowledge(c, fiber.StatusOK, ack, fiber.Map{"text": body})
}

// maskSpans puts a block in the place of every character of the spans but spaces,
// false where a span does not lie in the text or cuts a character.
func maskSpans(text string, spans [][2]int) (string, bool) {
	units := utf16.Encode([]rune(text))
	hide := make([]bool, len(units))
	for _, s := range spans {
		if s[0] < 0 || s[1] <= s[0] || s[1] > len(units) {
			return "", false
		}
		for i := s[0]; i < s[1]; i++ {
			hide[i] = true
		}
	}
	if !slices.Contains(hide, true) {
		return "", false
	}
	var b strings.Builder
	at := 0
	for _, r := range text {
		n := utf16.RuneLen(r)
		if n == 2 && hide[at] != hide[at+1] {
			return "", false
		}
		if hide[at] && r != ' ' && r != '\n' && r != '\t' {
			r = masked
		}
		b.WriteRune(r)
		at += n
	}
	return b.String(), true
}
