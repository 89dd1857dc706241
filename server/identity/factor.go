package identity

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/boombuler/barcode/qr"
	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"
)

// The refusals of the second step.
var (
	// ErrFactor is an ErrSession: half a session opens nothing.
	ErrFactor     = fmt.Errorf("%w: the second step is missing", ErrSession)
	ErrStep       = errors.New("this code does not fit, or was used already: type the one that the app shows now, or a recovery code")
	ErrStepWait   = errors.New("too many codes were wrong: wait some minutes")
	ErrNoStep     = errors.New("no sign-in waits for a second step here: sign in first")
	ErrHasStep    = errors.New("a second step is set up already: whoever lost it asks the administrator")
	errNoProposal = errors.New("no second step is being set up: begin again")
)

const (
	kindFactor    = "factor"
	stepSeconds   = 30
	recoveryCodes = 10
	freeGuesses   = 5                // wrong codes before one has to wait
	mostStepWait  = 15 * time.Minute // between two guesses
)

// Half is a sign-in that waits for its second step.
type Half struct {
	Person Person
	Enrol  bool // there is none yet: it has to be set up
}

// factor is a person's second step: the secret of an app that shows codes by the
// clock (RFC 6238), and codes for when it is lost.
type factor struct {
	Secret    []byte    `json:"secret" class:"sign-in"` // sealed
	Confirmed bool      `json:"confirmed"`
	Last      int64     `json:"last"`                     // the last step that was used: it and those before work no more
	Recovery  []string  `json:"recovery" class:"sign-in"` // keyed hashes of codes that were not used
	Wrong     int       `json:"wrong"`                    // in a row, counted before they are compared
	Until     time.Time `json:"until" class:"sign-in"`    // no guess is looked at before
}

// Proposal is a second step as its person sets it up.
type Proposal struct {
	Secret string // as people type it
	URI    string // as apps read it
	Size   int    // of the picture, in squares
	Path   string // of its black squares, as SVG draws it
}

// RequireFactor has people with a role need a second step.
func (d *Directory) RequireFactor() { d.needsFactor = true }

func (d *Directory) loadFactor(ctx context.Context, person string) (f factor, rev uint64, err error) {
	data, rev, err := d.records.Load(ctx, kindFactor, person)
	if err == nil && rev != 0 {
		if err = json.Unmarshal(data, &f); err != nil {
			err = fmt.Errorf("identity: the second step of person %s is damaged: %w", person, err)
		}
	}
	return f, rev, err
}

func (d *Directory) saveFactor(ctx context.Context, person string, rev uint64, f factor) error {
	data, err := json.Marshal(f)
	if err != nil {
		return err
	}
	return d.records.Save(ctx, kindFactor, person, rev, data)
}

// half says whether a person's session begins as half of one.
func (d *Directory) half(ctx context.Context, p Person) (bool, error) {
	f, _, err := d.loadFactor(ctx, p.ID)
	return f.Confirmed || d.needsFactor && len(p.Roles) > 0, err
}

// Waiting answers the sign-in of a cookie that waits for its second step, or
// ErrNoStep.
func (d *Directory) Waiting(ctx context.Context, cookie string) (Half, error) {
	_, r, _, err := d.sessionOf(ctx, cookie)
	if errors.Is(err, ErrSession) || err == nil && !r.Half {
		return Half{}, ErrNoStep
	}
	if err != nil {
		return Half{}, err
	}
	p, err := d.Person(ctx, r.Person)
	if err != nil {
		return Half{}, err
	}
	f, _, err := d.loadFactor(ctx, p.ID)
	return Half{p, !f.Confirmed}, err
}

// HasFactor says whether a person has set up a second step.
func (d *Directory) HasFactor(ctx context.Context, person string) (bool, error) {
	f, _, err := d.loadFactor(ctx, person)
	return f.Confirmed, err
}

// setter answers who may set up a second step: whoever has a session, or half of
// one, and no second step.
func (d *Directory) setter(ctx context.Context, cookie string) (p Person, f factor, rev uint64, err error) {
	_, r, _, err := d.sessionOf(ctx, cookie)
	if errors.Is(err, ErrSession) {
		return p, f, 0, ErrNoStep
	}
	if err == nil {
		p, err = d.Person(ctx, r.Person)
	}
	if err == nil {
		f, rev, err = d.loadFactor(ctx, p.ID)
	}
	if err == nil && f.Confirmed {
		err = ErrHasStep
	}
	return p, f, rev, err
}

// ProposeFactor makes a secret for the person of a cookie; it counts from
// [Directory.ConfirmFactor] on. site is what the app shows it under.
func (d *Directory) ProposeFactor(ctx context.Context, cookie, site string) (Proposal, error) {
	p, f, rev, err := d.setter(ctx, cookie)
	if err != nil {
		return Proposal{}, err
	}
	raw := make([]byte, 20)
	rand.Read(raw)
	secret := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(raw)
	if f.Secret, err = d.sealer.Seal(ctx, p.ID, kindFactor, []byte(secret)); err != nil {
		return Proposal{}, fmt.Errorf("identity: sealing: %w", err)
	}
	if err := d.saveFactor(ctx, p.ID, rev, f); err != nil {
		return Proposal{}, err
	}
	name := p.Name
	if name == "" {
		name = "Veche"
	}
	uri := (&url.URL{Scheme: "otpauth", Host: "totp", Path: "/" + site + ":" + name, RawQuery: url.Values{"secret": {secret}, "issuer": {site}}.Encode()}).String()
	v := Proposal{Secret: secret, URI: uri}
	v.Size, v.Path, err = squares(uri)
	return v, err
}

// squares draws text as a QR code: a path of one square a dark module, with the
// four light ones around that readers need.
func squares(text string) (size int, path string, err error) {
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return 0, "", fmt.Errorf("identity: drawing: %w", err)
	}
	const margin = 4
	var b strings.Builder
	box := code.Bounds()
	for y := range box.Dy() {
		for x := range box.Dx() {
			if r, _, _, _ := code.At(box.Min.X+x, box.Min.Y+y).RGBA(); r == 0 {
				fmt.Fprintf(&b, "M%d %dh1v1h-1z", x+margin, y+margin)
			}
		}
	}
	return box.Dx() + 2*margin, b.String(), nil
}

// ConfirmFactor puts a proposed second step in force once its person has shown a
// code of it. It answers codes for when it is lost, which are told this once, and
// the token of a whole session.
func (d *Directory) ConfirmFactor(ctx context.Context, cookie, code string) (recovery []string, token string, p Person, err error) {
	p, f, rev, err := d.setter(ctx, cookie)
	if err != nil {
		return nil, "", p, err
	}
	if len(f.Secret) == 0 {
		return nil, "", p, errNoProposal
	}
	used, err := d.fits(ctx, p.ID, f, code)
	if err != nil {
		return nil, "", p, err
	}
	f.Confirmed, f.Last, f.Recovery = true, used, nil
	for range recoveryCodes {
		c := strings.ToLower(rand.Text()[:16])
		recovery = append(recovery, c[:4]+"-"+c[4:8]+"-"+c[8:12]+"-"+c[12:])
		f.Recovery = append(f.Recovery, d.recoveryHash(p.ID, c))
	}
	if err := d.saveFactor(ctx, p.ID, rev, f); err != nil {
		return nil, "", p, err
	}
	// Sessions that began without the second step end.
	if err := d.EndAll(ctx, p.ID); err != nil {
		return nil, "", p, err
	}
	token, err = d.begin(ctx, p, false)
	return recovery, token, p, err
}

func (d *Directory) recoveryHash(person, code string) string {
	return d.sealer.Lookup("recovery/"+person, code)
}

// fits answers the step of a code of the app that was not used, or ErrStep. One
// before and one after the clock's are taken: clocks differ, and typing lasts.
func (d *Directory) fits(ctx context.Context, person string, f factor, code string) (step int64, err error) {
	secret, err := d.sealer.Open(ctx, person, kindFactor, f.Secret)
	if err != nil {
		return 0, err
	}
	now := d.wall().Unix() / stepSeconds
	step = -1
	for s := now - 1; s <= now+1; s++ {
		want, err := totp.GenerateCodeCustom(string(secret), time.Unix(s*stepSeconds, 0), totp.ValidateOpts{Period: stepSeconds, Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err != nil {
			return 0, fmt.Errorf("identity: a code of the second step: %w", err)
		}
		if subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 && s > f.Last {
			step = s
		}
	}
	if step < 0 {
		return 0, ErrStep
	}
	return step, nil
}

// PassFactor turns half a session into a whole one, by a code of the app or a
// recovery code, each of which works once. Guesses are counted before they are
// compared; after a few, each has to wait twice as long as the one before.
func (d *Directory) PassFactor(ctx context.Context, cookie, code string) (token string, p Person, err error) {
	h, err := d.Waiting(ctx, cookie)
	if err != nil {
		return "", Person{}, err
	}
	code = strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' || r == '\u00a0' {
			return -1
		}
		return r
	}, strings.ToLower(code))
	p = h.Person
	f, rev, err := d.guessFactor(ctx, p.ID)
	if err != nil {
		return "", Person{}, err
	}
	if at := slices.Index(f.Recovery, d.recoveryHash(p.ID, code)); at >= 0 && len(code) == 16 {
		f.Recovery = slices.Delete(f.Recovery, at, at+1)
	} else if f.Last, err = d.fits(ctx, p.ID, f, code); err != nil {
		return "", Person{}, err
	}
	f.Wrong, f.Until = 0, time.Time{}
	if err := d.saveFactor(ctx, p.ID, rev, f); err != nil {
		return "", Person{}, ErrStep // the same code was used at the same moment
	}
	if err := d.End(ctx, cookie); err != nil {
		return "", Person{}, err
	}
	token, err = d.begin(ctx, p, false)
	return token, p, err
}

// guessFactor counts a guess, and answers the second step to hold it against.
func (d *Directory) guessFactor(ctx context.Context, person string) (f factor, rev uint64, err error) {
	for {
		if f, rev, err = d.loadFactor(ctx, person); err != nil {
			return f, 0, err
		}
		now := d.clock()
		switch {
		case !f.Confirmed:
			return f, 0, ErrNoStep
		case now.Before(f.Until):
			return f, 0, ErrStepWait
		}
		if f.Wrong++; f.Wrong >= freeGuesses {
			f.Until = now.Add(min(mostStepWait, stepSeconds*time.Second<<min(f.Wrong-freeGuesses, 10)))
		}
		err = d.saveFactor(ctx, person, rev, f)
		if err == nil {
			return f, rev + 1, nil
		}
		if _, seen, again := d.records.Load(ctx, kindFactor, person); again != nil || seen == rev {
			return f, 0, err
		}
	}
}

// ResetFactor takes a person's second step away and ends their sessions, for
// someone who has lost it: they set up another at the next sign-in.
func (d *Directory) ResetFactor(ctx context.Context, person string) error {
	_, rev, err := d.records.Load(ctx, kindFactor, person)
	if err != nil {
		return err
	}
	if rev == 0 {
		if _, rev, err := d.load(ctx, person); err != nil || rev == 0 {
			return errors.Join(err, ErrNobody)
		}
	}
	if err := d.records.Remove(ctx, kindFactor, person); err != nil {
		return err
	}
	return d.EndAll(ctx, person)
}
