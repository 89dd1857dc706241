package api

import (
	"errors"
	"time"

	"github.com/gofiber/fiber/v2"

	"veche/server/identity"
	"veche/server/limit"
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
	letters *limit.Crowd // by the address that is written to
	asks    *limit.Crowd // by the place that asks for letters
	codes   *limit.Crowd // wrong links and codes, by place
	digits  *limit.Crowd // wrong digits, by place
	all     *limit.Crowd // wrong digits
	letter  *limit.Crowd // wrong codes of letters, by place
	paper   *limit.Crowd // wrong codes of letters
}

func newGuesses(clock func() time.Time) guesses {
	const minute, hour = 1.0 / 60, 1.0 / 3600
	crowd := func(perSecond float64, burst int) *limit.Crowd {
		return limit.NewCrowd(limit.Rate{PerSecond: perSecond, Burst: burst}, clock)
	}
	return guesses{
		letters: crowd(hour, 6),
		asks:    crowd(30*minute, 300), // a hall may share one address
		codes:   crowd(60*minute, 100),
		digits:  crowd(minute, 60),
		all:     crowd(120*hour, 1000),
		letter:  crowd(minute, 60),
		paper:   crowd(10, 1000),
	}
}

// guessed counts a link or code that was wrong, and answers why it is refused.
func (a *API) guessed(c *fiber.Ctx, err error) error {
	if !errors.Is(err, identity.ErrCode) {
		return err
	}
	if wait := a.guesses.codes.Take(a.Open.Address(c)); wait > 0 {
		return later(c, wait, "too many links and codes from here were wrong; right ones go on working")
	}
	return err
}

// mayLetter takes a letter from what an address and a place may ask for. It
// depends on who was asked for only, not on who has an account.
func (a *API) mayLetter(c *fiber.Ctx, address string) error {
	if wait := a.guesses.asks.Take(a.Open.Address(c)); wait > 0 {
		return later(c, wait, "too many sign-ins were asked for from here")
	}
	if wait := a.guesses.letters.Take(a.Identity.AddressKey(address)); wait > 0 {
		return later(c, wait, "several messages went to this address already: use the newest")
	}
	return nil
}

// mayDigits says whether digits are looked at now.
func (a *API) mayDigits(c *fiber.Ctx) error {
	if wait := max(a.guesses.digits.Wait(a.Open.Address(c)), a.guesses.all.Wait("")); wait > 0 {
		return later(c, wait, "too many digits were wrong: open the link in the message instead")
	}
	return nil
}

// mayOpen says whether the code of a letter is looked at now.
func (a *API) mayOpen(c *fiber.Ctx) error {
	if wait := max(a.guesses.letter.Wait(a.Open.Address(c)), a.guesses.paper.Wait("")); wait > 0 {
		return later(c, wait, "too many codes of letters were wrong")
	}
	return nil
}

// wrongLetter counts the code of a letter that opened nothing.
func (a *API) wrongLetter(c *fiber.Ctx) {
	a.guesses.letter.Take(a.Open.Address(c))
	if a.guesses.paper.Take("") > 0 {
		a.Log.Warn("codes of letters are being guessed: for now they are looked at ten a second")
	}
}

// wrongDigits counts digits that did not fit.
func (a *API) wrongDigits(c *fiber.Ctx) {
	a.guesses.digits.Take(a.Open.Address(c))
	if a.guesses.all.Take("") > 0 {
		a.Log.Warn("digits of sign-ins by mail are being guessed: for now only links are taken")
	}
}
