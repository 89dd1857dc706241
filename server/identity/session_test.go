package identity

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// memory is records in memory; after is called once a record has been read.
type memory struct {
	mu    sync.Mutex
	data  map[string][]byte
	revs  map[string]uint64
	after func(kind string)
}

func newMemory() *memory { return &memory{data: map[string][]byte{}, revs: map[string]uint64{}} }

func (m *memory) Load(_ context.Context, kind, id string) ([]byte, uint64, error) {
	m.mu.Lock()
	data, rev := m.data[kind+" "+id], m.revs[kind+" "+id]
	m.mu.Unlock()
	if m.after != nil {
		m.after(kind)
	}
	return data, rev, nil
}

func (m *memory) Save(_ context.Context, kind, id string, rev uint64, data []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.revs[kind+" "+id] != rev {
		return errors.New("changed")
	}
	m.data[kind+" "+id], m.revs[kind+" "+id] = data, rev+1
	return nil
}

func (m *memory) SaveNew(ctx context.Context, kind string, data map[string][]byte) error {
	for id, d := range data {
		if err := m.Save(ctx, kind, id, 0, d); err != nil {
			return err
		}
	}
	return nil
}

func (m *memory) Remove(_ context.Context, kind, id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.data, kind+" "+id)
	delete(m.revs, kind+" "+id)
	return nil
}

func (m *memory) Each(_ context.Context, kind, prefix string, f func(id string, data []byte) error) error {
	m.mu.Lock()
	data := maps.Clone(m.data)
	m.mu.Unlock()
	for _, key := range slices.Sorted(maps.Keys(data)) {
		if id, ok := strings.CutPrefix(key, kind+" "); ok && strings.HasPrefix(id, prefix) {
			if err := f(id, data[key]); err != nil {
				return err
			}
		}
	}
	return nil
}

// unsealed keeps fields as they are.
type unsealed struct{}

func (unsealed) AddPerson(context.Context, string) error   { return nil }
func (unsealed) ErasePerson(context.Context, string) error { return nil }
func (unsealed) Seal(_ context.Context, _, _ string, plain []byte) ([]byte, error) {
	return plain, nil
}
func (unsealed) Open(_ context.Context, _, _ string, sealed []byte) ([]byte, error) {
	return sealed, nil
}

func (unsealed) Lookup(domain, value string) string { return hash(domain + "\x00" + value) }
func (unsealed) SealPassing(_ string, plain []byte) ([]byte, error) {
	return plain, nil
}
func (unsealed) OpenPassing(_ string, sealed []byte) ([]byte, error) {
	return sealed, nil
}

// signedIn is a directory with a person who has a session, and its cookie.
func signedIn(t *testing.T) (*Directory, *memory, Person, string) {
	t.Helper()
	m := newMemory()
	d := NewDirectory(m, unsealed{}, time.Now)
	p, err := d.Add(t.Context(), "Anna")
	if err != nil {
		t.Fatal(err)
	}
	code, err := d.NewCode(t.Context(), p.ID, time.Hour, false)
	if err != nil {
		t.Fatal(err)
	}
	token, _, err := d.Redeem(t.Context(), code)
	if err != nil {
		t.Fatal(err)
	}
	return d, m, p, Cookie(p, token)
}

// Only who proves a session ends it, and only then are sockets closed.
func TestEndNeedsTheSession(t *testing.T) {
	d, _, p, cookie := signedIn(t)
	var ended []string
	d.OnEnd(func(person string) { ended = append(ended, person) })
	for _, forged := range []string{p.ID + ".guessed", p.ID + ".", p.ID, "", ".", "\xff.x", strings.Repeat("x", 300) + ".y"} {
		if err := d.End(t.Context(), forged); err != nil || len(ended) != 0 {
			t.Errorf("%q ended sessions of %v: %v", forged, ended, err)
		}
	}
	if got, err := d.Resolve(t.Context(), cookie); err != nil || got.ID != p.ID {
		t.Errorf("the session is gone: %v", err)
	}
	if err := d.End(t.Context(), cookie); err != nil || !slices.Equal(ended, []string{p.ID}) {
		t.Errorf("ended sessions of %v: %v", ended, err)
	}
	if _, err := d.Resolve(t.Context(), cookie); !errors.Is(err, ErrSession) {
		t.Errorf("the session was ended and answers %v", err)
	}
}

// A session that is ended between the reading of its record and its keeping in
// memory does not live on there.
func TestEndAllBesideResolve(t *testing.T) {
	d, m, p, cookie := signedIn(t)
	m.after = func(kind string) {
		if kind != kindSession {
			return
		}
		m.after = nil
		if err := d.EndAll(t.Context(), p.ID); err != nil {
			t.Error(err)
		}
	}
	if _, err := d.Resolve(t.Context(), cookie); err != nil {
		t.Fatal(err) // it was there when it was read
	}
	if _, err := d.Resolve(t.Context(), cookie); !errors.Is(err, ErrSession) {
		t.Errorf("the session was ended and answers %v", err)
	}
}

func TestMark(t *testing.T) {
	if m := (Person{}).Mark(); m != "" {
		t.Errorf("the mark of nobody is %q", m)
	}
	seen := map[string]bool{}
	for range 100 {
		p := Person{ID: NewID(), Name: "Anna"}
		m := p.Mark()
		if m != (Person{ID: p.ID}).Mark() {
			t.Error("it changes with the name")
		}
		if len(m) != 20 || strings.ContainsFunc(m, func(r rune) bool { return r == '.' || r == '=' || r == '/' }) || strings.Contains(m, p.ID) || seen[m] {
			t.Errorf("the mark of %s is %q", p.ID, m)
		}
		seen[m] = true
	}
}
