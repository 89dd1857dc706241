package identity

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"veche/server/topic"
)

// Records is what the directory keeps its records in; see package privacy's
// interface of that name.
type Records interface {
	Load(ctx context.Context, kind, id string) (data []byte, rev uint64, err error)
	Save(ctx context.Context, kind, id string, rev uint64, data []byte) error
	SaveNew(ctx context.Context, kind string, data map[string][]byte) error
	Remove(ctx context.Context, kind, id string) error
	Each(ctx context.Context, kind, prefix string, f func(id string, data []byte) error) error
}

// Sealer seals a person's fields under the person's own key.
type Sealer interface {
	AddPerson(ctx context.Context, person string) error
	ErasePerson(ctx context.Context, person string) error
	Seal(ctx context.Context, person, field string, plain []byte) ([]byte, error)
	Open(ctx context.Context, person, field string, sealed []byte) ([]byte, error)
	// Lookup answers a keyed hash of value, domain separating uses.
	Lookup(domain, value string) string
	// SealPassing and OpenPassing seal what lies here for minutes and is nobody's
	// record yet.
	SealPassing(place string, plain []byte) ([]byte, error)
	OpenPassing(place string, sealed []byte) ([]byte, error)
}

// The directory's refusals.
var (
	ErrNobody = errors.New("there is no such person")
	ErrCode   = errors.New("this sign-in code is wrong, was used already, or has expired: ask for a new one")
	// ErrNoSignIn says that a session has ended already, or is not this person's.
	ErrNoSignIn = errors.New("this sign-in has ended already")
	ErrSession  = errors.New("you are not signed in, or your session has ended: sign in again")
)

const (
	kindPerson  = "person"
	kindCode    = "code"
	kindSession = "session"
)

// Passing are the kinds of records that must not live again when older data is
// put back: a session that was ended meanwhile would be open again.
func Passing() []string { return []string{kindSession} }

// Person is someone who can sign in.
type Person struct {
	ID    string       `class:"account"`
	Name  string       `class:"name"`
	Roles []topic.Role `class:"account"` // given roles; everyone is a citizen besides

	// Assurance is how surely they are one person, Key the verified person: a
	// keyed hash, the same whenever the same person comes, in topics and sign-ins.
	Assurance Assurance
	Key       string `class:"contact"`

	proofs []proof
}

// Mark names the person to their own browser, which keeps under it what they
// write there, and gives it back with what it sends for them, so that nothing
// goes out in another's name. It is a hash of the id's random bits: it leads to
// nobody, and stands in nothing that others read. "" for the zero Person.
func (p Person) Mark() string {
	if p.ID == "" {
		return ""
	}
	sum := sha256.Sum256([]byte("veche browser mark\x00" + p.ID))
	return base64.RawURLEncoding.EncodeToString(sum[:15])
}

// Has says that the person was given the role.
func (p Person) Has(role topic.Role) bool { return slices.Contains(p.Roles, role) }

type personRecord struct {
	Name  []byte       `json:"name" class:"name"` // sealed
	Roles []topic.Role `json:"roles" class:"account"`

	Proofs []proof `json:"proofs,omitempty"`
}

// Directory is the people, codes and sessions of an installation.
type Directory struct {
	records Records
	sealer  Sealer
	clock   func() time.Time
	wall    func() time.Time // what people's apps go by
	notes   chan struct{}    // that are being written

	mu       sync.Mutex
	sessions map[secretHash]session // by that of the token
	ended    uint64                 // how many times sessions were ended
	onEnd    func(person string)

	needsFactor bool // people with a role need a second step
}

// NewDirectory makes a directory over records.
func NewDirectory(records Records, sealer Sealer, clock func() time.Time) *Directory {
	return &Directory{records: records, sealer: sealer, clock: clock, wall: clock, notes: make(chan struct{}, notesAtOnce), sessions: map[secretHash]session{}}
}

// GoBy sets the clock that the codes of people's apps are held against: the
// machine's own, also where that was set back.
func (d *Directory) GoBy(wall func() time.Time) { d.wall = wall }

// NewID makes a person's id: 130 random bits.
func NewID() string { return strings.ToLower(rand.Text()) }

// Add enters a person.
func (d *Directory) Add(ctx context.Context, name string, roles ...topic.Role) (Person, error) {
	p := Person{ID: NewID(), Name: name, Roles: roles}
	p.Assurance, p.Key = ofProofs(p.ID, nil)
	if err := d.sealer.AddPerson(ctx, p.ID); err != nil {
		return Person{}, fmt.Errorf("identity: adding a person: %w", err)
	}
	return p, d.save(ctx, p, 0)
}

func (d *Directory) save(ctx context.Context, p Person, rev uint64) error {
	sealed, err := d.sealer.Seal(ctx, p.ID, "name", []byte(p.Name))
	if err != nil {
		return fmt.Errorf("identity: sealing: %w", err)
	}
	data, err := json.Marshal(personRecord{Name: sealed, Roles: p.Roles, Proofs: p.proofs})
	if err != nil {
		return err
	}
	return d.records.Save(ctx, kindPerson, p.ID, rev, data)
}

// Person answers a person; someone who came by import has no record of their
// own and is a citizen without a name.
func (d *Directory) Person(ctx context.Context, id string) (Person, error) {
	p, _, err := d.load(ctx, id)
	return p, err
}

func (d *Directory) load(ctx context.Context, id string) (Person, uint64, error) {
	data, rev, err := d.records.Load(ctx, kindPerson, id)
	if err != nil || rev == 0 {
		p := Person{ID: id}
		p.Assurance, p.Key = ofProofs(id, nil)
		return p, 0, err
	}
	var r personRecord
	if err := json.Unmarshal(data, &r); err != nil {
		return Person{}, 0, fmt.Errorf("identity: the record of person %s is damaged: %w", id, err)
	}
	name, err := d.sealer.Open(ctx, id, "name", r.Name)
	if err != nil {
		return Person{}, 0, err
	}
	p := Person{ID: id, Name: string(name), Roles: r.Roles, proofs: r.Proofs}
	p.Assurance, p.Key = ofProofs(id, r.Proofs)
	return p, rev, nil
}

// People calls f with everyone who has a record of their own.
func (d *Directory) People(ctx context.Context, f func(Person) error) error {
	var ids []string
	err := d.records.Each(ctx, kindPerson, "", func(id string, _ []byte) error {
		ids = append(ids, id)
		return nil
	})
	if err != nil {
		return err
	}
	for _, id := range ids {
		p, err := d.Person(ctx, id)
		if err != nil {
			return err
		}
		if err := f(p); err != nil {
			return err
		}
	}
	return nil
}

// SetRoles replaces the roles that a person was given and ends their sessions,
// so that no socket goes on with the old ones.
func (d *Directory) SetRoles(ctx context.Context, id string, roles []topic.Role) error {
	p, rev, err := d.load(ctx, id)
	if err != nil {
		return err
	}
	if rev == 0 {
		return ErrNobody
	}
	p.Roles = roles
	if err := d.save(ctx, p, rev); err != nil {
		return err
	}
	return d.EndAll(ctx, id)
}

// Revoke takes from a person all roles, sign-in codes and sessions: they can
// come in again only by a new code.
func (d *Directory) Revoke(ctx context.Context, id string) error {
	p, rev, err := d.load(ctx, id)
	if err != nil {
		return err
	}
	if rev != 0 && len(p.Roles) > 0 {
		p.Roles = nil
		if err := d.save(ctx, p, rev); err != nil {
			return err
		}
	}
	codes, err := d.removeCodes(ctx, id)
	if err != nil {
		return err
	}
	sessions, err := d.endAll(ctx, id)
	if err == nil && rev == 0 && codes+sessions == 0 {
		err = ErrNobody // someone who came by file is known by these alone
	}
	return err
}

// Erase destroys a person's record, sign-in codes and key and ends their sessions.
func (d *Directory) Erase(ctx context.Context, id string) error {
	if err := d.EndAll(ctx, id); err != nil {
		return err
	}
	if _, err := d.removeCodes(ctx, id); err != nil {
		return err
	}
	if err := d.removeProofs(ctx, id); err != nil {
		return err
	}
	if err := d.records.Remove(ctx, kindFactor, id); err != nil {
		return err
	}
	if err := d.records.Remove(ctx, kindPerson, id); err != nil {
		return err
	}
	return d.sealer.ErasePerson(ctx, id)
}

// HasAccount says whether a person has a record of their own: who came by file has
// none before they sign in with more than a code of a letter.
func (d *Directory) HasAccount(ctx context.Context, id string) (bool, error) {
	_, rev, err := d.records.Load(ctx, kindPerson, id)
	return rev != 0, err
}

// Forget ends the codes and sessions of people who have no record of their own and
// whose keys are gone.
func (d *Directory) Forget(ctx context.Context, gone map[string]bool) error {
	if len(gone) == 0 {
		return nil
	}
	if _, err := d.removeCodesOf(ctx, func(p string) bool { return gone[p] }); err != nil {
		return err
	}
	in := map[string]bool{}
	err := d.records.Each(ctx, kindSession, "", func(id string, data []byte) error {
		var r sessionRecord
		if json.Unmarshal(data, &r) == nil && gone[r.Person] {
			in[r.Person] = true
		}
		return nil
	})
	for person := range in { // each on its own
		err = errors.Join(err, d.EndAll(ctx, person))
	}
	return err
}

// secretHash is how secrets are kept.
type secretHash [sha256.Size]byte

func sum(secret string) secretHash { return sha256.Sum256([]byte(secret)) }

func (h secretHash) String() string { return hex.EncodeToString(h[:]) }

func hash(secret string) string { return sum(secret).String() }
