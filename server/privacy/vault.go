package privacy

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"veche/server/topic"
)

// Records is what the vault keeps its sealed records in.
type Records interface {
	// Load answers a record's data and revision; revision 0 if there is none.
	Load(ctx context.Context, kind, id string) (data []byte, rev uint64, err error)
	// Save writes a record of that revision (0 for a new one). ErrChanged if
	// it has another by now.
	Save(ctx context.Context, kind, id string, rev uint64, data []byte) error
	// SaveNew writes many new records at once. ErrChanged if one is there with
	// other content.
	SaveNew(ctx context.Context, kind string, data map[string][]byte) error
	// Remove destroys a record; a missing one is no error.
	Remove(ctx context.Context, kind, id string) error
	// Each calls f for every record whose id begins with prefix, by id.
	Each(ctx context.Context, kind, prefix string, f func(id string, data []byte) error) error
}

// ErrChanged says that a record was changed meanwhile.
var ErrChanged = errors.New("privacy: the record was changed meanwhile")

// ErrErased says that a person's key is gone, and with it all that was sealed.
var ErrErased = errors.New("privacy: this person's data was erased")

// PersonKeys is the kind of records that hold persons' keys, wrapped.
const PersonKeys = kindKey

const (
	kindKey    = "person-key"
	kindMember = "member"
)

// Vault seals what belongs to persons.
type Vault struct {
	keys    *Keyring
	records Records
	clock   func() time.Time
}

// NewVault makes a vault over records; clock is time.Now where nil.
func NewVault(keys *Keyring, records Records, clock func() time.Time) *Vault {
	if clock == nil {
		clock = time.Now
	}
	return &Vault{keys, records, clock}
}

// AddPerson makes a person's key. [ErrErased] for a person who was erased.
func (v *Vault) AddPerson(ctx context.Context, person string) error {
	if v.keys.erased.Erased(person) {
		return ErrErased
	}
	v.keys.wraps.RLock()
	defer v.keys.wraps.RUnlock()
	wrapped, err := v.keys.wrapNew(person)
	if err != nil {
		return err
	}
	return v.records.Save(ctx, kindKey, person, 0, wrapped)
}

// ErasePerson enters the person into the register of erasures and destroys their
// key. Whatever is sealed under it, and the person's pseudonyms, can never be
// opened again, and a backup that is restored forgets it too.
func (v *Vault) ErasePerson(ctx context.Context, person string) error {
	if err := v.keys.erased.Add(Erased{Time: v.clock().UTC(), Person: person}); err != nil {
		return err
	}
	return v.records.Remove(ctx, kindKey, person)
}

// HasKey says whether anything that is sealed for a person can still be opened.
func (v *Vault) HasKey(ctx context.Context, person string) (bool, error) {
	_, rev, err := v.records.Load(ctx, kindKey, person)
	return rev != 0, err
}

// EraseMember deletes what leads from a person to a topic: their names in it and
// the id that they came with by file.
func (v *Vault) EraseMember(ctx context.Context, topicID, person string) error {
	var ids []string
	err := v.records.Each(ctx, kindExternal, topicID+"/", func(id string, data []byte) error {
		var e external
		if err := json.Unmarshal(data, &e); err != nil {
			return fmt.Errorf("privacy: record %s is damaged: %w", id, err)
		}
		if e.Person == person {
			ids = append(ids, id)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := v.records.Remove(ctx, kindExternal, id); err != nil {
			return err
		}
	}
	if err := v.records.Remove(ctx, kindContact, memberID(topicID, person)); err != nil {
		return err
	}
	return v.records.Remove(ctx, kindMember, memberID(topicID, person))
}

// Seal seals a field of a person.
func (v *Vault) Seal(ctx context.Context, person, field string, plain []byte) ([]byte, error) {
	a, err := v.open(ctx, person)
	if err != nil {
		return nil, err
	}
	return a.Encrypt(plain, []byte(person+"/"+field))
}

// Open opens a sealed field of a person.
func (v *Vault) Open(ctx context.Context, person, field string, sealed []byte) ([]byte, error) {
	a, err := v.open(ctx, person)
	if err != nil {
		return nil, err
	}
	plain, err := a.Decrypt(sealed, []byte(person+"/"+field))
	if err != nil {
		return nil, fmt.Errorf("privacy: %s of person %s does not open: %w", field, person, err)
	}
	return plain, nil
}

func (v *Vault) open(ctx context.Context, person string) (interface {
	Encrypt(plain, associated []byte) ([]byte, error)
	Decrypt(sealed, associated []byte) ([]byte, error)
}, error) {
	wrapped, rev, err := v.records.Load(ctx, kindKey, person)
	if err != nil {
		return nil, err
	}
	if rev == 0 {
		return nil, ErrErased
	}
	return v.keys.fieldAEAD(person, wrapped)
}

// Pseudonyms are a person's names in one topic.
type Pseudonyms struct {
	Debate topic.Pseudonym `class:"link"`
	Ballot topic.Pseudonym `class:"link"`
	Staff  topic.Pseudonym `class:"link"`

	polls topic.Pseudonym // never told: the names in polls are made from it
}

// Each name has as many bytes as a pseudonym. Memberships of earlier versions
// have three.
const (
	pseudonymBytes      = 4 * len(topic.Pseudonym{})
	pseudonymBytesOlder = 3 * len(topic.Pseudonym{})
)

// InPoll is the person's name in the polls of one group: a poll, or one with
// the poll that asks the same again. Nobody else can tell that it and any other
// name are one person's.
func (p *Pseudonyms) InPoll(group uint32) topic.Pseudonym {
	h := hmac.New(sha256.New, p.polls[:])
	h.Write(binary.BigEndian.AppendUint32([]byte("veche/poll"), group))
	return topic.Pseudonym(h.Sum(nil)[:len(topic.Pseudonym{})])
}

func newPseudonyms() (p Pseudonyms, plain []byte) {
	plain = make([]byte, pseudonymBytes)
	rand.Read(plain)
	p, _ = parsePseudonyms(plain)
	return p, plain
}

func parsePseudonyms(b []byte) (p Pseudonyms, err error) {
	if len(b) != pseudonymBytes && len(b) != pseudonymBytesOlder {
		return p, errors.New("privacy: a membership has the wrong length")
	}
	n := len(topic.Pseudonym{})
	copy(p.Debate[:], b)
	copy(p.Ballot[:], b[n:])
	copy(p.Staff[:], b[2*n:])
	if len(b) == pseudonymBytes {
		copy(p.polls[:], b[3*n:])
	} else { // from the whole of what is sealed, of which each name tells a third
		h := sha256.Sum256(append([]byte("veche/polls"), b...))
		copy(p.polls[:], h[:])
	}
	return p, nil
}

func memberID(topicID, person string) string { return topicID + "/" + person }

// Pseudonyms answers a person's pseudonyms in a topic, made on first use.
func (v *Vault) Pseudonyms(ctx context.Context, person, topicID string) (Pseudonyms, error) {
	for {
		sealed, rev, err := v.records.Load(ctx, kindMember, memberID(topicID, person))
		if err != nil {
			return Pseudonyms{}, err
		}
		if rev != 0 {
			plain, err := v.Open(ctx, person, "member/"+topicID, sealed)
			if err != nil {
				return Pseudonyms{}, err
			}
			return parsePseudonyms(plain)
		}
		p, plain := newPseudonyms()
		if sealed, err = v.Seal(ctx, person, "member/"+topicID, plain); err != nil {
			return Pseudonyms{}, err
		}
		err = v.records.Save(ctx, kindMember, memberID(topicID, person), 0, sealed)
		if err == nil {
			return p, nil
		}
		if !errors.Is(err, ErrChanged) {
			return Pseudonyms{}, err
		}
	}
}

// Find answers a person's pseudonyms in a topic where they have some.
func (v *Vault) Find(ctx context.Context, person, topicID string) (p Pseudonyms, ok bool, err error) {
	sealed, rev, err := v.records.Load(ctx, kindMember, memberID(topicID, person))
	if err != nil || rev == 0 {
		return Pseudonyms{}, false, err
	}
	plain, err := v.Open(ctx, person, "member/"+topicID, sealed)
	if err != nil {
		return Pseudonyms{}, false, err
	}
	p, err = parsePseudonyms(plain)
	return p, err == nil, err
}

// Members calls f with the names of every member of a topic who was not erased.
// It joins what nothing else may: what f learns must not leave the server.
func (v *Vault) Members(ctx context.Context, topicID string, f func(Pseudonyms)) error {
	type member struct {
		person string
		sealed []byte
	}
	var members []member
	prefix := memberID(topicID, "")
	err := v.records.Each(ctx, kindMember, prefix, func(id string, data []byte) error {
		members = append(members, member{strings.TrimPrefix(id, prefix), slices.Clone(data)})
		return nil
	})
	if err != nil {
		return err
	}
	for _, m := range members {
		plain, err := v.Open(ctx, m.person, "member/"+topicID, m.sealed)
		if errors.Is(err, ErrErased) {
			continue
		}
		if err != nil {
			return err
		}
		p, err := parsePseudonyms(plain)
		if err != nil {
			return err
		}
		f(p)
	}
	return nil
}
