package api

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"veche/server/identity"
)

// guesses bounds what guessing at sign-ins costs and brings. Links and codes hold
// 130 random bits: right ones always work, whoever else guesses from the same
// address, and only wrong ones are slowed. Six digits can be guessed, so they are
// not even looked at once too many were wrong: of one letter (package identity),
// of one address's letters, from one place, or in all. Whoever cannot use their
// digits then has the link in the same letter.
//
// A letter's code has 53 random bits. It is not looked at either once too many were
// wrong, from one place or in all: at ten a second and with 30,000 letters out,
// somebody is right once in 1,300 years.
//
// All of an installation may be wrong about 120 digits an hour in the long run, so
// somebody who guesses at all of them without a pause is right once in a year.
type guesses struct {
	letters *visitors // by the address that is written to
	asks    *visitors // by the place that asks for letters
	codes   *visitors // wrong links and codes, by place
	digits  *visitors // wrong digits, by place
	all     *visitors // wrong digits
	letter  *visitors // wrong codes of letters, by place
	paper   *visitors // wrong codes of letters
}

func newGuesses(clock func() time.Time) guesses {
	const minute, hour = 1.0 / 60, 1.0 / 3600
	return guesses{
		letters: newVisitors(hour, 6, clock),
		asks:    newVisitors(30*minute, 300, clock), // a hall may share one address
		codes:   newVisitors(60*minute, 100, clock),
		digits:  newVisitors(minute, 60, clock),
		all:     newVisitors(120*hour, 1000, clock),
		letter:  newVisitors(minute, 60, clock),
		paper:   newVisitors(10, 1000, clock),
	}
}

// later refuses with how long to wait.
func later(c *fiber.Ctx, wait int, why string) error {
	c.Set(fiber.HeaderRetryAfter, strconv.Itoa(wait))
	return refuse("rate-limited", fmt.Sprintf("%s: wait %d s", why, wait))
}

// guessed counts a link or code that was wrong, and answers why it is refused.
func (a *API) guessed(c *fiber.Ctx, err error) error {
	if !errors.Is(err, identity.ErrCode) {
		return err
	}
	if wait := a.guesses.codes.take(a.Open.Address(c)); wait > 0 {
		return later(c, wait, "too many links and codes from here were wrong; right ones go on working")
	}
	return err
}

// mayLetter takes a letter from what an address and a place may ask for. It
// depends on who was asked for only, not on who has an account.
func (a *API) mayLetter(c *fiber.Ctx, address string) error {
	if wait := a.guesses.asks.take(a.Open.Address(c)); wait > 0 {
		return later(c, wait, "too many sign-ins were asked for from here")
	}
	if wait := a.guesses.letters.take(a.Identity.AddressKey(address)); wait > 0 {
		return later(c, wait, "several messages went to this address already: use the newest")
	}
	return nil
}

// mayDigits says whether digits are looked at now.
func (a *API) mayDigits(c *fiber.Ctx) error {
	if wait := max(a.guesses.digits.wait(a.Open.Address(c)), a.guesses.all.wait("")); wait > 0 {
		return later(c, wait, "too many digits were wrong: open the link in the message instead")
	}
	return nil
}

// mayOpen says whether the code of a letter is looked at now.
func (a *API) mayOpen(c *fiber.Ctx) error {
	if wait := max(a.guesses.letter.wait(a.Open.Address(c)), a.guesses.paper.wait("")); wait > 0 {
		return later(c, wait, "too many codes of letters were wrong")
	}
	return nil
}

// wrongLetter counts the code of a letter that opened nothing.
func (a *API) wrongLetter(c *fiber.Ctx) {
	a.guesses.letter.take(a.Open.Address(c))
	if a.guesses.paper.take("") > 0 {
		a.Log.Warn("codes of letters are being guessed: for now they are looked at ten a second")
	}
}

// wrongDigits counts digits that did not fit.
func (a *API) wrongDigits(c *fiber.Ctx) {
	a.guesses.digits.take(a.Open.Address(c))
	if a.guesses.all.take("") > 0 {
		a.Log.Warn("digits of sign-ins by mail are being guessed: for now only links are taken")
	}
}
