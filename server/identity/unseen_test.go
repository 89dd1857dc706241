package identity

import (
	"strings"
	"testing"
)

// Whatever the identity point says somebody is called, they come in, and are called
// nothing: no name is asked for, and none that is sent along is kept.
func TestNoNameComesBySignIn(t *testing.T) {
	for _, name := range []string{
		"Anna Petrova", "A\u200Bnna\u202E", "Аnna Petrova", "\u200B", "", strings.Repeat("x", 10_000), "=HYPERLINK(1)",
		"<script>alert(1)</script>", "Anna\r\nBcc: all@mail.example", "\x00", "registrar",
	} {
		o := openCity(t)
		o.point.change = func(_, claims map[string]any) {
			for _, claim := range []string{"name", "given_name", "family_name", "nickname", "preferred_username", "email", "phone_number", "roles", "groups"} {
				claims[claim] = name
			}
		}
		state, code, browser := o.begin(t)
		token, p, err := o.FinishCity(t.Context(), o.city, browser, state, code, "", nil)
		if err != nil {
			t.Errorf("%+.40q is not let in: %v", name, err)
			continue
		}
		if p, err = o.Resolve(t.Context(), Cookie(p, token)); err != nil || p.Name != "" || len(p.Roles) != 0 {
			t.Errorf("%+.40q is called %+.40q with roles %v: %v", name, p.Name, p.Roles, err)
		}
	}

	o := openOffice()
	for _, address := range []string{"registrar@mail.example", "аnna@mail.example", "<b>@mail.example", "=1+1@mail.example"} {
		l, _, err := o.AskByMail(t.Context(), address)
		if address == "<b>@mail.example" {
			if err == nil {
				t.Errorf("%q is an address", address)
			}
			continue
		}
		if err != nil {
			t.Errorf("%q: %v", address, err)
			continue
		}
		if _, p, err := o.RedeemLink(t.Context(), l.Link); err != nil || p.Name != "" || len(p.Roles) != 0 {
			t.Errorf("%q is called %q with roles %v: %v", address, p.Name, p.Roles, err)
		}
	}
}

// Subjects are compared as they are: two that look alike are two people.
func TestSubjectsThatLookAlikeAreTwo(t *testing.T) {
	o := openCity(t)
	people := map[string]string{}
	for _, subject := range []string{"anna", "аnna", "an\u200Bna", "anna\u202E", "Anna", "anna ", "＝anna", "=anna", "<anna>"} {
		o.point.subject = subject
		state, code, browser := o.begin(t)
		_, p, err := o.FinishCity(t.Context(), o.city, browser, state, code, "", nil)
		if err != nil {
			t.Errorf("%+q is not let in: %v", subject, err)
			continue
		}
		if other, there := people[p.ID]; there {
			t.Errorf("%+q is let in as %+q", subject, other)
		}
		people[p.ID] = subject
	}
}

// An address that was copied with marks that nobody sees is the one that is seen:
// the person gets in, and has one account.
func TestUnseenInAddresses(t *testing.T) {
	for text, want := range map[string]string{
		"anna@mail.example":                            "anna@mail.example",
		"\u200Banna@mail.example\ufeff":                "anna@mail.example",
		"an\u00adna@mail\u200B.example":                "anna@mail.example",
		"\u202Eanna@mail.example\u202C":                "anna@mail.example",
		"anna\u2060@\u2066mail.example\u2069":          "anna@mail.example",
		"\tanna@mail.example\r\n":                      "anna@mail.example",
		"аnna@mail.example":                            "аnna@mail.example", // another mailbox, which its owner has to open
		"Анна@почта.рф":                                "анна@почта.рф",
		"an\nna@mail.example":                          "",
		"an\x00na@mail.example":                        "",
		"anna@mail.example\r\nBcc: all@mail.example":   "",
		"anna@mail.example\rBcc: all@mail.example":     "",
		"anna@mail.example\u2028Bcc: all@mail.example": "",
		"anna@mail.example,all@mail.example":           "",
		"anna@mail.example%0d%0aBcc: all@mail.example": "",
		"\u200B":            "",
		"\u200B@\u200B.":    "",
		"\xff@mail.example": "",
		strings.Repeat("a", 300) + "@mail.example": "",
	} {
		if got, err := MailAddress(text); got != want || (err == nil) != (want != "") {
			t.Errorf("%+.60q is read as %+q, want %+q: %v", text, got, want, err)
		}
	}
}
