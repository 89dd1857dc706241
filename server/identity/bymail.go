package identity

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"net/mail"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"veche/server/topic"
)

// How long a sign-in by mail may take, and how many wrong digits end it: the
// link goes on working.
const (
	MailLife   = 15 * time.Minute
	mostDigits = 5
)

// The refusals of a sign-in by mail.
var (
	ErrAddress = errors.New("this is no e-mail address: write it as name@example.org")
	ErrNumber  = errors.New("this is no telephone number: write it with the country's code, such as +44 20 7946 0000")
	ErrDigits  = errors.New("these digits don't fit: look at the newest message, or open the link in it")
)

const kindByMail = "by-mail"

// Letter is what somebody who wants to sign in is sent. Link and Digits are
// secrets.
type Letter struct {
	Address string `class:"contact"`
	Link    string `class:"sign-in"` // one word, for the address of the page whose button uses it
	Digits  string `class:"sign-in"` // six
}

// byMail is a sign-in that was asked for, found by the public half of its words.
type byMail struct {
	Address []byte     `json:"address" class:"contact"` // sealed
	Link    secretHash `json:"link" class:"sign-in"`
	Digits  secretHash `json:"digits" class:"sign-in"` // with the browser's secret
	Expires time.Time  `json:"expires" class:"sign-in"`
	Wrong   int        `json:"wrong"` // digits that did not fit, counted before they are compared
	Spent   bool       `json:"spent"`
	Phone   bool       `json:"phone,omitempty"` // a telephone number, and no link
}

// MailAddress reads an address as people write it. Two that are read alike are one
// person's: letters of either case are the same to every server of today, and what
// cannot be seen is no part of an address.
func MailAddress(text string) (string, error) {
	text = strings.TrimSpace(text)
	if !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl) {
		return "", ErrAddress
	}
	text, err := topic.CleanText("address", strings.ToLower(norm.NFC.String(text)), 254) // copied from pages, with marks that nobody sees
	if err != nil {
		return "", ErrAddress
	}
	text = norm.NFC.String(text)
	a, err := mail.ParseAddress(text)
	if err != nil || a.Name != "" || a.Address != text || len(text) > 254 || strings.ContainsAny(text, "\"<> ") {
		return "", ErrAddress
	}
	at := strings.LastIndexByte(text, '@')
	if host := text[at+1:]; at < 1 || at > 64 || !strings.Contains(host, ".") || strings.HasPrefix(host, "[") || strings.Trim(host, ".-") != host {
		return "", ErrAddress
	}
	return text, nil
}

// AddressKey is what an address is counted by: a keyed hash, of which nothing can
// be told.
func (d *Directory) AddressKey(address string) string { return d.sealer.Lookup("asked", address) }

// PhoneNumber reads a telephone number as people write it, to that of E.164.
func PhoneNumber(text string) (string, error) {
	digits := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" \u00a0-().", r) {
			return -1
		}
		return r
	}, text)
	number, ok := strings.CutPrefix(digits, "+")
	if !ok || len(number) < 8 || len(number) > 15 || number[0] == '0' || strings.ContainsFunc(number, func(r rune) bool { return r < '0' || r > '9' }) {
		return "", ErrNumber
	}
	return "+" + number, nil
}

// AskByMail begins a sign-in: the letter is to be sent, and browser to be kept by
// the browser that asked, without which the digits are worth nothing. It looks at
// no account, so that nobody can tell from it whether there is one.
func (d *Directory) AskByMail(ctx context.Context, address string) (l Letter, browser string, err error) {
	if address, err = MailAddress(address); err != nil {
		return Letter{}, "", err
	}
	return d.ask(ctx, address, false)
}

// AskByPhone begins a sign-in as AskByMail does, for a message to a telephone: its
// letter has digits and no link.
func (d *Directory) AskByPhone(ctx context.Context, number string) (l Letter, browser string, err error) {
	if number, err = PhoneNumber(number); err != nil {
		return Letter{}, "", err
	}
	return d.ask(ctx, number, true)
}

func (d *Directory) ask(ctx context.Context, address string, phone bool) (l Letter, browser string, err error) {
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		return Letter{}, "", err
	}
	id, link, secret := strings.ToLower(rand.Text()), rand.Text(), rand.Text()
	l = Letter{Address: address, Digits: fmt.Sprintf("%06d", n)}
	r := byMail{Link: sum(link), Digits: sum(secret + l.Digits), Expires: d.clock().Add(MailLife), Phone: phone}
	if !phone { // otherwise nobody is told the link
		l.Link = id + "." + link
	}
	if r.Address, err = d.sealer.SealPassing(kindByMail+"/"+id, []byte(address)); err != nil {
		return Letter{}, "", fmt.Errorf("identity: sealing an address: %w", err)
	}
	return l, id + "." + secret, d.saveByMail(ctx, id, 0, r)
}

func (d *Directory) saveByMail(ctx context.Context, id string, rev uint64, r byMail) error {
	data, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return d.records.Save(ctx, kindByMail, id, rev, data)
}

// loadByMail answers a sign-in that goes on; rev 0 where there is none.
func (d *Directory) loadByMail(ctx context.Context, id string) (r byMail, rev uint64, err error) {
	if len(id) != len(rand.Text()) || strings.ContainsFunc(id, foreign) {
		return r, 0, nil
	}
	data, rev, err := d.records.Load(ctx, kindByMail, id)
	if err != nil || rev == 0 {
		return r, 0, err
	}
	if err := json.Unmarshal(data, &r); err != nil {
		return r, 0, fmt.Errorf("identity: a sign-in by mail is damaged: %w", err)
	}
	if r.Spent || d.clock().After(r.Expires) {
		return r, 0, nil
	}
	return r, rev, nil
}

// RedeemLink turns the word of a link into a session's token. It works in any
// browser: mail is often read on another device.
func (d *Directory) RedeemLink(ctx context.Context, word string) (token string, p Person, err error) {
	id, link, _ := strings.Cut(strings.TrimSpace(word), ".")
	r, rev, err := d.loadByMail(ctx, id)
	if err != nil {
		return "", Person{}, err
	}
	if given := sum(link); subtle.ConstantTimeCompare(given[:], r.Link[:]) != 1 || rev == 0 {
		return "", Person{}, ErrCode
	}
	return d.finishByMail(ctx, id, rev, r, ErrCode)
}

// RedeemDigits turns the digits of a letter into a session's token, in the browser
// that asked for it. Digits are counted before they are compared, so that many
// guesses at once are no more than a few.
func (d *Directory) RedeemDigits(ctx context.Context, browser, digits string) (token string, p Person, err error) {
	id, secret, _ := strings.Cut(browser, ".")
	digits = strings.Map(func(r rune) rune {
		if r == ' ' || r == '\u00a0' || r == '-' {
			return -1
		}
		return r
	}, digits)
	for {
		r, rev, err := d.loadByMail(ctx, id)
		if err != nil {
			return "", Person{}, err
		}
		if rev == 0 || r.Wrong >= mostDigits {
			return "", Person{}, ErrDigits
		}
		r.Wrong++
		if err := d.saveByMail(ctx, id, rev, r); err != nil {
			if _, now, again := d.records.Load(ctx, kindByMail, id); again == nil && now != rev {
				continue // another guess came between
			}
			return "", Person{}, err
		}
		if given := sum(secret + digits); subtle.ConstantTimeCompare(given[:], r.Digits[:]) != 1 {
			return "", Person{}, ErrDigits
		}
		return d.finishByMail(ctx, id, rev+1, r, ErrDigits)
	}
}

// finishByMail spends a sign-in and begins the session. Whoever changes the record
// first has it; the other is too late.
func (d *Directory) finishByMail(ctx context.Context, id string, rev uint64, r byMail, late error) (token string, p Person, err error) {
	address, err := d.sealer.OpenPassing(kindByMail+"/"+id, r.Address)
	if err != nil {
		return "", Person{}, err
	}
	r.Spent = true
	if err := d.saveByMail(ctx, id, rev, r); err != nil {
		return "", Person{}, late
	}
	if err := d.records.Remove(ctx, kindByMail, id); err != nil {
		return "", Person{}, err
	}
	domain := "" // as addresses have always been known
	if r.Phone {
		domain = "phone"
	}
	if p, err = d.Verified(ctx, AssuranceMail, domain, string(address)); err != nil {
		return "", Person{}, err
	}
	token, err = d.start(ctx, p)
	return token, p, err
}
