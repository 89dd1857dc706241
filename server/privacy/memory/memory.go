// Package memory keeps the records of identity, privacy and mail in memory, for
// their tests.
package memory

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
)

// ErrChanged says that a record has another revision than it was saved at.
var ErrChanged = errors.New("the record was changed meanwhile")

// Records are records in memory.
type Records struct {
	// After is called once a record has been read; nil for nobody.
	After func(kind string)

	mu   sync.Mutex
	data map[string][]byte
	revs map[string]uint64
}

// New answers no records.
func New() *Records { return &Records{data: map[string][]byte{}, revs: map[string]uint64{}} }

// Load answers a record and its revision, 0 if there is none.
func (m *Records) Load(_ context.Context, kind, id string) ([]byte, uint64, error) {
	m.mu.Lock()
	data, rev := m.data[kind+" "+id], m.revs[kind+" "+id]
	m.mu.Unlock()
	if m.After != nil {
		m.After(kind)
	}
	return data, rev, nil
}

// Save writes a record that has that revision, or answers [ErrChanged].
func (m *Records) Save(_ context.Context, kind, id string, rev uint64, data []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.revs[kind+" "+id] != rev {
		return ErrChanged
	}
	m.data[kind+" "+id], m.revs[kind+" "+id] = data, rev+1
	return nil
}

// SaveNew writes new records.
func (m *Records) SaveNew(ctx context.Context, kind string, data map[string][]byte) error {
	for id, d := range data {
		if err := m.Save(ctx, kind, id, 0, d); err != nil {
			return err
		}
	}
	return nil
}

// Remove destroys a record.
func (m *Records) Remove(_ context.Context, kind, id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.data, kind+" "+id)
	delete(m.revs, kind+" "+id)
	return nil
}

// Each calls f for the records whose id begins with prefix, by id.
func (m *Records) Each(_ context.Context, kind, prefix string, f func(id string, data []byte) error) error {
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

// Unsealed is a sealer that keeps everything as it is.
type Unsealed struct{}

// AddPerson makes no key.
func (Unsealed) AddPerson(context.Context, string) error { return nil }

// ErasePerson destroys none.
func (Unsealed) ErasePerson(context.Context, string) error { return nil }

// Seal answers plain.
func (Unsealed) Seal(_ context.Context, _, _ string, plain []byte) ([]byte, error) {
	return plain, nil
}

// Open answers sealed.
func (Unsealed) Open(_ context.Context, _, _ string, sealed []byte) ([]byte, error) {
	return sealed, nil
}

// Lookup answers what it is asked for.
func (Unsealed) Lookup(domain, value string) string { return domain + " " + value }

// SealPassing answers plain.
func (Unsealed) SealPassing(_ string, plain []byte) ([]byte, error) { return plain, nil }

// OpenPassing answers sealed.
func (Unsealed) OpenPassing(_ string, sealed []byte) ([]byte, error) { return sealed, nil }
