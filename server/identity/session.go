package identity

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"maps"
	"strings"
	"time"
)

// Sessions end after SessionIdle without use, and after SessionLife in any
// case.
const (
	SessionIdle = 3 * 24 * time.Hour
	SessionLife = 30 * 24 * time.Hour
	// HalfLife is how long a sign-in waits for its second step.
	HalfLife = 15 * time.Minute
	// seenEvery is how coarsely the last use is written down.
	seenEvery = time.Hour
	// cacheSize bounds the sessions held in memory.
	cacheSize = 100_000
)

// session is a session in memory; there may be one for each of ten thousand
// sockets.
type session struct {
	person  *Person // not changed
	started int64   // Unix seconds
	seen    int64
}

func (s session) fresh(now time.Time) bool {
	return now.Unix()-s.seen < int64(seenEvery/time.Second) && now.Unix()-s.started < int64(SessionLife/time.Second)
}

type sessionRecord struct {
	Person  string    `json:"person" class:"sign-in"`
	Started time.Time `json:"started" class:"sign-in"`
	Seen    time.Time `json:"seen" class:"sign-in"`
	Half    bool      `json:"half,omitempty"`                   // waits for the second step
	Device  []byte    `json:"device,omitempty" class:"sign-in"` // sealed
}

// OnEnd sets what is called with a person's id when their sessions end.
func (d *Directory) OnEnd(f func(person string)) { d.onEnd = f }

// start begins the session of someone who has taken the first step, and answers
// its token.
func (d *Directory) start(ctx context.Context, p Person) (string, error) {
	half, err := d.half(ctx, p)
	if err != nil {
		return "", err
	}
	return d.begin(ctx, p, half)
}

func (d *Directory) begin(ctx context.Context, p Person, half bool) (string, error) {
	token := rand.Text() + rand.Text()
	now := d.clock()
	device, err := d.sealDevice(ctx, p.ID)
	if err != nil {
		return "", err
	}
	if err := d.saveSession(ctx, token, 0, sessionRecord{Person: p.ID, Started: now, Seen: now, Half: half, Device: device}); err != nil {
		return "", err
	}
	return token, nil // it is read on its first use
}

func (d *Directory) saveSession(ctx context.Context, token string, rev uint64, r sessionRecord) error {
	data, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return d.records.Save(ctx, kindSession, sessionsOf(r.Person)+hash(token), rev, data)
}

// sessionsOf is the prefix of a person's sessions, so that all can be ended.
func sessionsOf(id string) string { return id + "/" }

// cache keeps a session in memory unless any was ended since the given count:
// it might be that one.
func (d *Directory) cache(key secretHash, s session, ended uint64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.ended != ended {
		return
	}
	if len(d.sessions) >= cacheSize {
		clear(d.sessions) // they are read again on use
	}
	d.sessions[key] = s
}

// Cookie answers what a cookie holds for a session: the person's id, by which
// the record is found, and the token, by which it is proved.
func Cookie(p Person, token string) string { return p.ID + "." + token }

// parseCookie reads a cookie, or answers ErrSession.
func parseCookie(cookie string) (id, token string, err error) {
	id, token, ok := strings.Cut(cookie, ".")
	if !ok || len(cookie) > 200 || strings.ContainsFunc(id, foreign) {
		return "", "", ErrSession
	}
	return id, token, nil
}

// sessionOf reads the session of a cookie, half ones too, or answers ErrSession.
func (d *Directory) sessionOf(ctx context.Context, cookie string) (token string, r sessionRecord, rev uint64, err error) {
	id, token, err := parseCookie(cookie)
	if err != nil {
		return "", r, 0, err
	}
	data, rev, err := d.records.Load(ctx, kindSession, sessionsOf(id)+hash(token))
	if err != nil {
		return "", r, 0, err
	}
	now := d.clock()
	if rev == 0 || json.Unmarshal(data, &r) != nil || now.Sub(r.Seen) > SessionIdle || now.Sub(r.Started) > SessionLife || r.Half && now.Sub(r.Started) > HalfLife {
		return "", r, 0, ErrSession
	}
	return token, r, rev, nil
}

const (
	// notePatience is how long a request waits until it is written down that its
	// session was used: a slow disk must not keep anybody from reading.
	notePatience = 250 * time.Millisecond
	notesAtOnce  = 64
)

// note writes down when a session was used last. Two requests at once may both try;
// either word on the time will do, and where the disk is behind the next will.
func (d *Directory) note(token string, rev uint64, r sessionRecord) {
	select {
	case d.notes <- struct{}{}:
	default:
		return
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = d.saveSession(context.Background(), token, rev, r)
		<-d.notes
	}()
	patience := time.NewTimer(notePatience)
	defer patience.Stop()
	select {
	case <-done:
	case <-patience.C:
	}
}

// Resolve answers who holds the session of a cookie, or ErrSession.
func (d *Directory) Resolve(ctx context.Context, cookie string) (Person, error) {
	id, token, err := parseCookie(cookie)
	if err != nil {
		return Person{}, err
	}
	key, now := sum(token), d.clock()
	d.mu.Lock()
	s, known := d.sessions[key]
	ended := d.ended
	d.mu.Unlock()
	if known && s.person.ID == id && s.fresh(now) {
		return *s.person, nil
	}
	token, r, rev, err := d.sessionOf(ctx, cookie)
	if err != nil {
		return Person{}, err
	}
	if r.Half {
		return Person{}, ErrFactor
	}
	p, err := d.Person(ctx, r.Person)
	if err != nil {
		return Person{}, err
	}
	if now.Sub(r.Seen) >= seenEvery {
		r.Seen = now
		d.note(token, rev, r)
	}
	d.cache(key, session{person: &p, started: r.Started.Unix(), seen: r.Seen.Unix()}, ended)
	return p, nil
}

// foreign says that r is in no person's id; see [NewID].
func foreign(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') }

// End ends the session of a cookie, or half of one. One that proves no session
// ends nothing: nobody may sign out another.
func (d *Directory) End(ctx context.Context, cookie string) error {
	token, r, _, err := d.sessionOf(ctx, cookie)
	if errors.Is(err, ErrSession) {
		return nil
	}
	if err != nil {
		return err
	}
	return d.endOne(ctx, r.Person, hash(token))
}

// forget takes sessions whose records are gone out of memory, and with them
// those that were read before and are on their way into it.
func (d *Directory) forget(gone func(key secretHash, s session) bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.ended++
	maps.DeleteFunc(d.sessions, gone)
}

// Reread drops what is remembered of a person's sessions, which another server has
// ended, or of all with "": they are read again on use.
func (d *Directory) Reread(person string) {
	d.forget(func(_ secretHash, s session) bool { return person == "" || s.person.ID == person })
}

// EndAll ends every session of a person.
func (d *Directory) EndAll(ctx context.Context, person string) error {
	_, err := d.endAll(ctx, person)
	return err
}

// endAll answers how many there were.
func (d *Directory) endAll(ctx context.Context, person string) (int, error) {
	var ids []string
	err := d.records.Each(ctx, kindSession, sessionsOf(person), func(id string, _ []byte) error {
		ids = append(ids, id)
		return nil
	})
	if err != nil {
		return 0, err
	}
	for _, id := range ids {
		if err = d.records.Remove(ctx, kindSession, id); err != nil {
			break
		}
	}
	d.forget(func(_ secretHash, s session) bool { return s.person.ID == person })
	if err != nil {
		return 0, err
	}
	if d.onEnd != nil {
		d.onEnd(person)
	}
	return len(ids), nil
}
