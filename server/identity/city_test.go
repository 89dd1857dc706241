package identity

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

// point is an identity point: it signs in whoever it is told, and lies as it is
// told.
type point struct {
	*httptest.Server
	t   *testing.T
	now func() time.Time

	mu      sync.Mutex
	key     *rsa.PrivateKey
	kid     string
	subject string
	change  func(header, claims map[string]any) // before signing
	sign    *rsa.PrivateKey                     // instead of key
	codes   map[string]url.Values               // what each was asked for with
	asked   int                                 // for the keys
	down    bool
}

// keys are those of points, and of those who pretend to be one: making them is
// slow.
var keys = sync.OnceValue(func() (k [2]*rsa.PrivateKey) {
	for i := range k {
		var err error
		if k[i], err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
			panic(err)
		}
	}
	return k
})

func openPoint(t *testing.T, now func() time.Time) *point {
	t.Helper()
	p := &point{t: t, now: now, key: keys()[0], kid: "first", subject: "4711", codes: map[string]url.Values{}}
	mux := http.NewServeMux()
	answer := func(w http.ResponseWriter, v any) {
		w.Header().Set("Content-Type", "application/json")
		if err := json.NewEncoder(w).Encode(v); err != nil {
			t.Error(err)
		}
	}
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		if p.down {
			w.WriteHeader(503)
			return
		}
		answer(w, map[string]any{"issuer": p.URL, "authorization_endpoint": p.URL + "/auth", "token_endpoint": p.URL + "/token", "jwks_uri": p.URL + "/keys", "id_token_signing_alg_values_supported": []string{"RS256"}})
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.asked++
		answer(w, map[string]any{"keys": []any{map[string]any{
			"kty": "RSA", "alg": "RS256", "use": "sig", "kid": p.kid,
			"n": base64.RawURLEncoding.EncodeToString(p.key.N.Bytes()), "e": base64.RawURLEncoding.EncodeToString(big.NewInt(int64(p.key.E)).Bytes()),
		}}})
	})
	mux.HandleFunc("/token", func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		defer p.mu.Unlock()
		asked, known := p.codes[r.FormValue("code")]
		delete(p.codes, r.FormValue("code"))
		id, secret, _ := r.BasicAuth()
		challenge := sha256.Sum256([]byte(r.FormValue("code_verifier")))
		if !known || id != "veche" || secret != "s3cret" || base64.RawURLEncoding.EncodeToString(challenge[:]) != asked.Get("code_challenge") || r.FormValue("redirect_uri") != asked.Get("redirect_uri") {
			w.WriteHeader(400)
			answer(w, map[string]any{"error": "invalid_grant"})
			return
		}
		at := p.now()
		header := map[string]any{"alg": "RS256", "kid": p.kid}
		claims := map[string]any{"iss": p.URL, "aud": "veche", "sub": p.subject, "nonce": asked.Get("nonce"), "iat": at.Unix(), "exp": at.Add(time.Minute).Unix()}
		if p.change != nil {
			p.change(header, claims)
		}
		answer(w, map[string]any{"access_token": "x", "token_type": "Bearer", "id_token": p.signed(header, claims)})
	})
	p.Server = httptest.NewServer(mux)
	t.Cleanup(p.Close)
	return p
}

func (p *point) signed(header, claims map[string]any) string {
	var parts []string
	for _, v := range []any{header, claims} {
		b, err := json.Marshal(v)
		if err != nil {
			p.t.Error(err)
		}
		parts = append(parts, base64.RawURLEncoding.EncodeToString(b))
	}
	text := strings.Join(parts, ".")
	if header["alg"] == "none" {
		return text + "."
	}
	key := p.key
	if p.sign != nil {
		key = p.sign
	}
	digest := sha256.Sum256([]byte(text))
	sig, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, digest[:])
	if err != nil {
		p.t.Error(err)
	}
	return text + "." + base64.RawURLEncoding.EncodeToString(sig)
}

// visit is the person at the point: it answers with what they are sent back.
func (p *point) visit(location string) (state, code string) {
	p.t.Helper()
	u, err := url.Parse(location)
	if err != nil {
		p.t.Fatal(err)
	}
	q := u.Query()
	if u.Path != "/auth" || q.Get("response_type") != "code" || q.Get("scope") != "openid" || q.Get("code_challenge_method") != "S256" || len(q.Get("nonce")) < 20 || len(q.Get("state")) < 20 || q.Get("client_id") != "veche" {
		p.t.Errorf("sent to %s", location)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	code = fmt.Sprintf("code-%d-%s", len(p.codes), q.Get("state"))
	p.codes[code] = q
	return q.Get("state"), code
}

// city is an office with an identity point.
type cityOffice struct {
	*office
	point *point
	city  *City
}

func openCity(t *testing.T) *cityOffice {
	t.Helper()
	o := openOffice()
	now := func() time.Time { return o.now }
	p := openPoint(t, now)
	return &cityOffice{o, p, NewCity(p.URL, "veche", "s3cret", "https://veche.example/sign-in/city", now)}
}

func (o *cityOffice) begin(t *testing.T) (state, code, browser string) {
	t.Helper()
	location, browser, err := o.BeginCity(t.Context(), o.city)
	if err != nil {
		t.Fatal(err)
	}
	state, code = o.point.visit(location)
	return state, code, browser
}

func TestSignInByCity(t *testing.T) {
	o := openCity(t)
	state, code, browser := o.begin(t)
	token, p, err := o.FinishCity(t.Context(), o.city, browser, state, code, "", nil)
	if err != nil || p.Assurance != AssuranceCity || p.Key == "" {
		t.Fatalf("%+v, %v", p, err)
	}
	if got, err := o.Resolve(t.Context(), Cookie(p, token)); err != nil || got.ID != p.ID {
		t.Errorf("signed in as %+v: %v", got, err)
	}
	if _, _, err := o.FinishCity(t.Context(), o.city, browser, state, code, "", nil); !errors.Is(err, ErrCity) {
		t.Errorf("the state worked again: %v", err)
	}
	state, code, browser = o.begin(t)
	if _, again, err := o.FinishCity(t.Context(), o.city, browser, state, code, "", nil); err != nil || again.ID != p.ID {
		t.Errorf("came back as %+v: %v", again, err)
	}
	o.point.subject = "4712"
	state, code, browser = o.begin(t)
	if _, other, err := o.FinishCity(t.Context(), o.city, browser, state, code, "", nil); err != nil || other.ID == p.ID || other.Key == p.Key {
		t.Errorf("another came as %+v: %v", other, err)
	}
}

// The point changes its keys: tokens of the new one are taken at once, tokens of
// the old one are not.
func TestCityChangesItsKey(t *testing.T) {
	o := openCity(t)
	state, code, browser := o.begin(t)
	if _, _, err := o.FinishCity(t.Context(), o.city, browser, state, code, "", nil); err != nil {
		t.Fatal(err)
	}
	old := o.point.key
	o.point.key, o.point.kid = keys()[1], "second"
	state, code, browser = o.begin(t)
	if _, _, err := o.FinishCity(t.Context(), o.city, browser, state, code, "", nil); err != nil {
		t.Fatalf("after the change: %v", err)
	}
	o.point.change = func(header, _ map[string]any) { header["kid"] = "first" }
	o.point.sign = old
	state, code, browser = o.begin(t)
	if _, _, err := o.FinishCity(t.Context(), o.city, browser, state, code, "", nil); !errors.Is(err, ErrCitySays) {
		t.Errorf("the old key: %v", err)
	}
}

func TestCityIsRefused(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(o *cityOffice, header, claims map[string]any)
	}{
		{"another audience", func(_ *cityOffice, _, claims map[string]any) { claims["aud"] = "others" }},
		{"several audiences, made for none", func(_ *cityOffice, _, claims map[string]any) { claims["aud"] = []string{"veche", "others"} }},
		{"several audiences, made for another", func(_ *cityOffice, _, claims map[string]any) {
			claims["aud"], claims["azp"] = []string{"veche", "others"}, "others"
		}},
		{"no audience", func(_ *cityOffice, _, claims map[string]any) { delete(claims, "aud") }},
		{"another nonce", func(_ *cityOffice, _, claims map[string]any) { claims["nonce"] = "x" }},
		{"no nonce", func(_ *cityOffice, _, claims map[string]any) { delete(claims, "nonce") }},
		{"expired", func(o *cityOffice, _, claims map[string]any) { claims["exp"] = o.now.Add(-time.Second).Unix() }},
		{"no expiry", func(_ *cityOffice, _, claims map[string]any) { delete(claims, "exp") }},
		{"another issuer", func(_ *cityOffice, _, claims map[string]any) { claims["iss"] = "https://evil.example" }},
		{"no subject", func(_ *cityOffice, _, claims map[string]any) { delete(claims, "sub") }},
		{"empty subject", func(_ *cityOffice, _, claims map[string]any) { claims["sub"] = " " }},
		{"a foreign key under the known name", func(o *cityOffice, _, _ map[string]any) { o.point.sign = keys()[1] }},
		{"no signature", func(_ *cityOffice, header, _ map[string]any) { header["alg"] = "none" }},
		{"signed with the client's secret", func(_ *cityOffice, header, _ map[string]any) { header["alg"] = "HS256" }},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := openCity(t)
			o.point.change = func(header, claims map[string]any) { c.change(o, header, claims) }
			state, code, browser := o.begin(t)
			if _, _, err := o.FinishCity(t.Context(), o.city, browser, state, code, "", nil); !errors.Is(err, ErrCitySays) {
				t.Errorf("%v", err)
			}
			if err := o.People(t.Context(), func(p Person) error { t.Errorf("%+v was entered", p); return nil }); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestCityNeedsWhatItBegan(t *testing.T) {
	o := openCity(t)
	state, code, browser := o.begin(t)
	_, _, otherBrowser := o.begin(t)
	for _, c := range []struct{ name, browser, state, code string }{
		{"another browser", otherBrowser, state, code},
		{"no browser", "", state, code},
		{"no state", browser, "", code},
		{"another state", browser, state + "x", code},
	} {
		if _, _, err := o.FinishCity(t.Context(), o.city, c.browser, c.state, c.code, "", nil); !errors.Is(err, ErrCity) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if _, _, err := o.FinishCity(t.Context(), o.city, browser, state, "made up", "", nil); !errors.Is(err, ErrCitySays) {
		t.Errorf("a code that was made up: %v", err)
	}
	if _, _, err := o.FinishCity(t.Context(), o.city, browser, state, code, "", nil); !errors.Is(err, ErrCity) {
		t.Errorf("a state works once, whatever came of it: %v", err)
	}
	state, _, browser = o.begin(t)
	_, otherCode, _ := o.begin(t)
	if _, _, err := o.FinishCity(t.Context(), o.city, browser, state, otherCode, "", nil); !errors.Is(err, ErrCitySays) {
		t.Errorf("the code of another sign-in: %v", err)
	}
	state, code, browser = o.begin(t)
	o.now = o.now.Add(CityLife + time.Second)
	if _, _, err := o.FinishCity(t.Context(), o.city, browser, state, code, "", nil); !errors.Is(err, ErrCity) {
		t.Errorf("an expired sign-in: %v", err)
	}
}

// A point that is away when it is first needed is asked again later.
func TestCityIsAway(t *testing.T) {
	o := openCity(t)
	o.point.down = true
	if _, _, err := o.BeginCity(t.Context(), o.city); !errors.Is(err, ErrCityAway) {
		t.Errorf("away: %v", err)
	}
	o.point.down = false
	state, code, browser := o.begin(t)
	o.point.CloseClientConnections()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := o.FinishCity(ctx, o.city, browser, state, code, "", nil); !errors.Is(err, ErrCityAway) {
		t.Errorf("away at the end: %v", err)
	}
}
