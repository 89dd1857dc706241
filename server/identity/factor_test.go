package identity

import (
	"encoding/base32"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"veche/server/topic"
)

// code is what the app of a secret shows now.
func (o *office) code(t *testing.T, secret string) string {
	t.Helper()
	c, err := totp.GenerateCode(secret, o.now)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// firstStep signs someone in with a code of the office.
func (o *office) firstStep(t *testing.T, person string) (cookie string) {
	t.Helper()
	code, err := o.NewCode(t.Context(), person, time.Hour, false)
	if err != nil {
		t.Fatal(err)
	}
	token, p, err := o.Redeem(t.Context(), code)
	if err != nil {
		t.Fatal(err)
	}
	return Cookie(p, token)
}

// enrol is a planner with a second step: who they are, its secret and its recovery
// codes.
func (o *office) enrol(t *testing.T) (p Person, secret string, recovery []string) {
	t.Helper()
	o.RequireFactor()
	p, err := o.Add(t.Context(), "Anna", topic.RolePlanner)
	if err != nil {
		t.Fatal(err)
	}
	cookie := o.firstStep(t, p.ID)
	if _, err := o.Resolve(t.Context(), cookie); !errors.Is(err, ErrFactor) || !errors.Is(err, ErrSession) {
		t.Fatalf("half a session opens: %v", err)
	}
	if h, err := o.Waiting(t.Context(), cookie); err != nil || !h.Enrol || h.Person.ID != p.ID {
		t.Fatalf("%+v, %v", h, err)
	}
	proposal, err := o.ProposeFactor(t.Context(), cookie, "veche.example")
	if err != nil {
		t.Fatal(err)
	}
	if raw, err := base32.StdEncoding.DecodeString(proposal.Secret); err != nil || len(raw) != 20 || !strings.HasPrefix(proposal.URI, "otpauth://totp/veche.example:Anna?") || !strings.Contains(proposal.URI, proposal.Secret) || proposal.Size < 29 || !strings.HasPrefix(proposal.Path, "M") {
		t.Fatalf("%+v, %v", proposal, err)
	}
	if _, _, _, err := o.ConfirmFactor(t.Context(), cookie, "x"); !errors.Is(err, ErrStep) {
		t.Fatalf("a wrong code: %v", err)
	}
	recovery, token, _, err := o.ConfirmFactor(t.Context(), cookie, o.code(t, proposal.Secret))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := o.Resolve(t.Context(), Cookie(p, token)); err != nil || !got.Has(topic.RolePlanner) {
		t.Fatalf("%+v, %v", got, err)
	}
	if _, err := o.Resolve(t.Context(), cookie); !errors.Is(err, ErrSession) {
		t.Errorf("the half session goes on: %v", err)
	}
	return p, proposal.Secret, recovery
}

func TestSecondStep(t *testing.T) {
	o := openOffice()
	p, secret, recovery := o.enrol(t)
	cookie := o.firstStep(t, p.ID)
	if _, _, err := o.PassFactor(t.Context(), cookie, o.code(t, secret)); !errors.Is(err, ErrStep) {
		t.Errorf("the code that set it up worked again: %v", err)
	}
	o.now = o.now.Add(stepSeconds * time.Second)
	code := o.code(t, secret)
	token, _, err := o.PassFactor(t.Context(), cookie, code[:3]+" "+code[3:])
	if err != nil {
		t.Fatal(err)
	}
	if got, err := o.Resolve(t.Context(), Cookie(p, token)); err != nil || !got.Has(topic.RolePlanner) {
		t.Errorf("%+v, %v", got, err)
	}
	if _, _, err := o.PassFactor(t.Context(), cookie, code); !errors.Is(err, ErrNoStep) {
		t.Errorf("the half session goes on: %v", err)
	}
	cookie = o.firstStep(t, p.ID)
	if _, _, err := o.PassFactor(t.Context(), cookie, code); !errors.Is(err, ErrStep) {
		t.Errorf("a code worked twice: %v", err)
	}
	if _, _, err := o.PassFactor(t.Context(), cookie, strings.ToUpper(recovery[0])); err != nil {
		t.Errorf("a recovery code: %v", err)
	}
	cookie = o.firstStep(t, p.ID)
	if _, _, err := o.PassFactor(t.Context(), cookie, recovery[0]); !errors.Is(err, ErrStep) {
		t.Errorf("a recovery code worked twice: %v", err)
	}
	if _, err := o.ProposeFactor(t.Context(), cookie, "veche.example"); !errors.Is(err, ErrHasStep) {
		t.Errorf("set up anew by the first step alone: %v", err)
	}
	if len(recovery) != recoveryCodes {
		t.Errorf("%d recovery codes", len(recovery))
	}
	o.now = o.now.Add(HalfLife + time.Second)
	if _, _, err := o.PassFactor(t.Context(), cookie, o.code(t, secret)); !errors.Is(err, ErrNoStep) {
		t.Errorf("half a session waited too long: %v", err)
	}
}

// Guessing has to wait longer and longer, also with many half sessions and from
// many places at once; the right code works after the wait.
func TestSecondStepIsNotGuessed(t *testing.T) {
	o := openOffice()
	p, secret, _ := o.enrol(t)
	o.now = o.now.Add(time.Minute)
	var looked atomic.Int32
	var wait sync.WaitGroup
	for range 30 {
		cookie := o.firstStep(t, p.ID)
		wait.Go(func() {
			switch _, _, err := o.PassFactor(t.Context(), cookie, "wrong!"); {
			case errors.Is(err, ErrStep):
				looked.Add(1)
			case !errors.Is(err, ErrStepWait):
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if looked.Load() != freeGuesses {
		t.Errorf("%d guesses were looked at, want %d", looked.Load(), freeGuesses)
	}
	cookie := o.firstStep(t, p.ID)
	if _, _, err := o.PassFactor(t.Context(), cookie, o.code(t, secret)); !errors.Is(err, ErrStepWait) {
		t.Errorf("before the wait is over: %v", err)
	}
	o.now = o.now.Add(stepSeconds * time.Second)
	if _, _, err := o.PassFactor(t.Context(), cookie, o.code(t, secret)); err != nil {
		t.Errorf("after the wait: %v", err)
	}
	// A day of guessing without a pause.
	tries := 0
	for end := o.now.Add(24 * time.Hour); o.now.Before(end); o.now = o.now.Add(10 * time.Second) {
		if _, _, err := o.PassFactor(t.Context(), o.firstStep(t, p.ID), "wrong!"); errors.Is(err, ErrStep) {
			tries++
		}
	}
	if tries > 110 {
		t.Errorf("%d guesses in a day", tries)
	}
}

func TestSecondStepIsReset(t *testing.T) {
	o := openOffice()
	p, _, _ := o.enrol(t)
	var ended []string
	o.OnEnd(func(person string) { ended = append(ended, person) })
	if err := o.ResetFactor(t.Context(), p.ID); err != nil || len(ended) != 1 {
		t.Fatalf("sessions of %v ended: %v", ended, err)
	}
	if h, err := o.Waiting(t.Context(), o.firstStep(t, p.ID)); err != nil || !h.Enrol {
		t.Errorf("%+v, %v", h, err)
	}
	if err := o.ResetFactor(t.Context(), NewID()); !errors.Is(err, ErrNobody) {
		t.Errorf("nobody's: %v", err)
	}
}

// Citizens need no second step, and who has set one up needs it.
func TestWhoNeedsASecondStep(t *testing.T) {
	o := openOffice()
	o.RequireFactor()
	p, err := o.Add(t.Context(), "Boris")
	if err != nil {
		t.Fatal(err)
	}
	cookie := o.firstStep(t, p.ID)
	if _, err := o.Resolve(t.Context(), cookie); err != nil {
		t.Fatalf("a citizen: %v", err)
	}
	proposal, err := o.ProposeFactor(t.Context(), cookie, "veche.example")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.Resolve(t.Context(), o.firstStep(t, p.ID)); err != nil {
		t.Errorf("a proposal alone is needed already: %v", err)
	}
	if _, _, _, err := o.ConfirmFactor(t.Context(), cookie, o.code(t, proposal.Secret)); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Resolve(t.Context(), o.firstStep(t, p.ID)); !errors.Is(err, ErrFactor) {
		t.Errorf("a citizen with a second step: %v", err)
	}
}
