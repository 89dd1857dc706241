package identity

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// CityLife is how long a person may take at the identity point.
const CityLife = 10 * time.Minute

// The refusals of a sign-in by the city's identity point.
var (
	ErrCity     = errors.New("this sign-in was not begun in this browser, was finished already, or has expired: begin it again")
	ErrCityAway = errors.New("the city's sign-in does not answer now: try again in a minute")
	ErrCitySays = errors.New("the city's sign-in did not confirm who you are: begin again")
)

const kindByCity = "by-city"

// City is the city's identity point (OpenID Connect, code flow with PKCE).
type City struct {
	Issuer   string
	ClientID string
	Secret   string // "" for a public client
	Redirect string // the page that people come back to
	Client   *http.Client
	Clock    func() time.Time

	mu       sync.Mutex
	provider *oidc.Provider
}

// NewCity makes a client of an identity point; nothing is asked before the first
// sign-in, so the point may be away when the program starts.
func NewCity(issuer, clientID, secret, redirect string, clock func() time.Time) *City {
	client := &http.Client{Timeout: 10 * time.Second, Transport: bounded{http.DefaultTransport}, CheckRedirect: func(*http.Request, []*http.Request) error {
		return errors.New("the identity point answers with a redirect")
	}}
	return &City{Issuer: issuer, ClientID: clientID, Secret: secret, Redirect: redirect, Client: client, Clock: clock}
}

// bounded reads no answer beyond a size.
type bounded struct{ http.RoundTripper }

const mostAnswer = 1 << 20

func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := b.RoundTripper.RoundTrip(r)
	if err == nil {
		body := res.Body
		res.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(body, mostAnswer), body}
	}
	return res, err
}

// discover reads what the point says of itself, once.
func (c *City) discover(ctx context.Context) (*oidc.Provider, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.provider == nil {
		p, err := oidc.NewProvider(ctx, c.Issuer)
		if err != nil {
			return nil, fmt.Errorf("%w (%w)", ErrCityAway, err)
		}
		c.provider = p
	}
	return c.provider, nil
}

func (c *City) config(p *oidc.Provider) oauth2.Config {
	return oauth2.Config{ClientID: c.ClientID, ClientSecret: c.Secret, Endpoint: p.Endpoint(), RedirectURL: c.Redirect, Scopes: []string{oidc.ScopeOpenID}}
}

// byCity is a sign-in that was begun, found by the hash of its state.
type byCity struct {
	Browser  secretHash `json:"browser" class:"sign-in"`
	Nonce    secretHash `json:"nonce" class:"sign-in"`
	Verifier []byte     `json:"verifier" class:"sign-in"` // sealed
	Expires  time.Time  `json:"expires" class:"sign-in"`
	Spent    bool       `json:"spent"`
	Join     string     `json:"join,omitempty" class:"sign-in"` // who began it to join what it verifies to their account
}

// BeginCity begins a sign-in at the identity point: location is where the person
// goes, browser what their browser keeps, without which nobody can finish it.
func (d *Directory) BeginCity(ctx context.Context, c *City) (location, browser string, err error) {
	return d.BeginJoin(ctx, c, "")
}

// BeginJoin begins the same for somebody who is signed in, to have what the point
// verifies joined to their account; they must still be signed in when they come back.
func (d *Directory) BeginJoin(ctx context.Context, c *City, person string) (location, browser string, err error) {
	ctx = oidc.ClientContext(ctx, c.Client)
	p, err := c.discover(ctx)
	if err != nil {
		return "", "", err
	}
	state, nonce, verifier := rand.Text(), rand.Text(), oauth2.GenerateVerifier()
	browser = rand.Text()
	r := byCity{Browser: sum(browser), Nonce: sum(nonce), Expires: d.clock().Add(CityLife), Join: person}
	if r.Verifier, err = d.sealer.SealPassing(kindByCity+"/"+hash(state), []byte(verifier)); err != nil {
		return "", "", fmt.Errorf("identity: sealing a sign-in: %w", err)
	}
	if err := d.saveByCity(ctx, hash(state), 0, r); err != nil {
		return "", "", err
	}
	config := c.config(p)
	return config.AuthCodeURL(state, oidc.Nonce(nonce), oauth2.S256ChallengeOption(verifier)), browser, nil
}

func (d *Directory) saveByCity(ctx context.Context, id string, rev uint64, r byCity) error {
	data, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return d.records.Save(ctx, kindByCity, id, rev, data)
}

// spendCity takes a sign-in that was begun in this browser. Whoever changes the
// record first has it; a state works once, whatever comes of it.
func (d *Directory) spendCity(ctx context.Context, browser, state string) (r byCity, verifier string, err error) {
	id := hash(state)
	data, rev, err := d.records.Load(ctx, kindByCity, id)
	if err != nil {
		return r, "", err
	}
	if rev == 0 {
		return r, "", ErrCity
	}
	if err := json.Unmarshal(data, &r); err != nil {
		return r, "", fmt.Errorf("identity: a sign-in by the city is damaged: %w", err)
	}
	if given := sum(browser); subtle.ConstantTimeCompare(given[:], r.Browser[:]) != 1 || r.Spent || d.clock().After(r.Expires) {
		return r, "", ErrCity // the browser that began it can still finish it
	}
	plain, err := d.sealer.OpenPassing(kindByCity+"/"+id, r.Verifier)
	if err != nil {
		return r, "", err
	}
	r.Spent = true
	if err := d.saveByCity(ctx, id, rev, r); err != nil {
		return r, "", ErrCity
	}
	return r, string(plain), d.records.Remove(ctx, kindByCity, id)
}

// FinishCity turns the code that the identity point sent the person back with
// into a session's token. What the point vouches for is its subject, kept sealed;
// names and addresses are not asked for.
//
// here is who is signed in where they come back to, "" for nobody: what was begun to
// join an account is finished by its own person only, and empty says then whether
// another account, which the subject has led to, may end.
func (d *Directory) FinishCity(ctx context.Context, c *City, browser, state, code, here string, empty Empty) (token string, person Person, err error) {
	if browser == "" || state == "" || len(state) > 200 || len(code) > 4096 {
		return "", Person{}, ErrCity
	}
	r, verifier, err := d.spendCity(ctx, browser, state)
	if err != nil {
		return "", Person{}, err
	}
	if r.Join != "" && r.Join != here {
		return "", Person{}, ErrCity
	}
	if code == "" { // the person, or the point, broke it off
		return "", Person{}, ErrCitySays
	}
	ctx = oidc.ClientContext(ctx, c.Client)
	p, err := c.discover(ctx)
	if err != nil {
		return "", Person{}, err
	}
	config := c.config(p)
	answer, err := config.Exchange(ctx, code, oauth2.VerifierOption(verifier))
	if err != nil {
		var said *oauth2.RetrieveError
		if errors.As(err, &said) && said.Response != nil && said.Response.StatusCode < 500 {
			return "", Person{}, fmt.Errorf("%w (%s)", ErrCitySays, said.ErrorCode)
		}
		return "", Person{}, fmt.Errorf("%w (%w)", ErrCityAway, err)
	}
	raw, _ := answer.Extra("id_token").(string)
	verified, err := p.VerifierContext(ctx, &oidc.Config{ClientID: c.ClientID, Now: c.Clock}).Verify(ctx, raw)
	if err != nil {
		return "", Person{}, fmt.Errorf("%w (%w)", ErrCitySays, err)
	}
	if given := sum(verified.Nonce); subtle.ConstantTimeCompare(given[:], r.Nonce[:]) != 1 {
		return "", Person{}, fmt.Errorf("%w (another sign-in's token)", ErrCitySays)
	}
	if strings.TrimSpace(verified.Subject) == "" || len(verified.Subject) > 255 {
		return "", Person{}, fmt.Errorf("%w (no subject)", ErrCitySays)
	}
	// Of several audiences this installation must be the one it was made for.
	var claims struct {
		Party string `json:"azp" class:"sign-in"`
	}
	if err := verified.Claims(&claims); err != nil {
		return "", Person{}, fmt.Errorf("%w (%w)", ErrCitySays, err)
	}
	if claims.Party != "" && claims.Party != c.ClientID || len(verified.Audience) > 1 && claims.Party == "" {
		return "", Person{}, fmt.Errorf("%w (a token for others)", ErrCitySays)
	}
	if r.Join != "" {
		if err := d.attach(ctx, here, AssuranceCity, c.Issuer, verified.Subject, empty); err != nil {
			return "", Person{}, err
		}
		if person, err = d.Person(ctx, here); err != nil {
			return "", Person{}, err
		}
		token, err = d.begin(ctx, person, false) // whole, as the session was that has ended
		return token, person, err
	}
	if person, err = d.Verified(ctx, AssuranceCity, c.Issuer, verified.Subject); err != nil {
		return "", Person{}, err
	}
	token, err = d.start(ctx, person)
	return token, person, err
}
