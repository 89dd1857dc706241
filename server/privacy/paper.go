package privacy

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"veche/server/topic"
)

const kindPaper = "paper"

// Paper is what the registrar knows of an idea that came on paper, in a letter or
// from a meeting, and nobody else: it lies sealed, under a key of its own.
type Paper struct {
	ID     string `json:"id" class:"link"`                 // the registrar's own number for it
	Author string `json:"author,omitempty" class:"name"`   // name
	Place  string `json:"place,omitempty" class:"contact"` // where it was written
}

type paperRecord struct {
	Person string `json:"person" class:"link"` // whose key seals it; a person of this record alone
	Sealed []byte `json:"sealed" class:"name"`
}

// Receipt names an idea on paper in the log by a keyed hash of the registrar's own
// number for it, from which nobody can tell the number.
func (v *Vault) Receipt(topicID, id string) (r topic.Pseudonym) {
	sum := sha256.Sum256([]byte(v.keys.Lookup("paper/"+topicID, id)))
	copy(r[:], sum[:])
	return r
}

// codeBytes makes a code of eight letters and digits: 40 bits that only this
// installation can make.
const codeBytes = 5

// letters of codes: none that are read for one another.
var letters = base32.NewEncoding("23456789ABCDEFGHJKLMNPQRSTUVWXYZ").WithPadding(base32.NoPadding)

// Code is what is printed on a receipt beside the idea's number: with both,
// whoever has no account reads what became of it.
func (v *Vault) Code(topicID string, r topic.Pseudonym) string {
	sum := sha256.Sum256([]byte(v.keys.Lookup("paper-code/"+topicID, string(r[:]))))
	code := letters.EncodeToString(sum[:codeBytes])
	return code[:4] + "-" + code[4:]
}

func paperID(topicID string, r topic.Pseudonym) string {
	return topicID + "/" + hex.EncodeToString(r[:])
}

// SavePapers keeps what the registrar knows of ideas, in place of what was kept of
// them before. newID makes a person's id. [ErrChanged] where someone else entered
// one of them at the same moment.
func (v *Vault) SavePapers(ctx context.Context, topicID string, papers []Paper, newID func() string) error {
	known := map[string]bool{}
	err := v.records.Each(ctx, kindPaper, topicID+"/", func(id string, _ []byte) error {
		known[id] = true
		return nil
	})
	if err != nil {
		return err
	}
	keys, notes := map[string][]byte{}, map[string][]byte{}
	flush := func() error {
		if len(notes) == 0 {
			return nil
		}
		if err := v.records.SaveNew(ctx, kindKey, keys); err != nil {
			return err
		}
		if err := v.records.SaveNew(ctx, kindPaper, notes); err != nil {
			return err
		}
		clear(keys)
		clear(notes)
		return nil
	}
	for _, p := range papers {
		id := paperID(topicID, v.Receipt(topicID, p.ID))
		if known[id] { // of an import that broke off before its ideas were recorded
			if err := v.replacePaper(ctx, topicID, id, p); err != nil {
				return err
			}
			continue
		}
		person := newID()
		wrapped, err := v.keys.wrapNew(person)
		if err != nil {
			return err
		}
		a, err := v.keys.fieldAEAD(person, wrapped)
		if err != nil {
			return err
		}
		if notes[id], err = sealPaper(a, topicID, person, p); err != nil {
			return err
		}
		keys[person] = wrapped
		if len(keys) == enrolChunk {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	return flush()
}

func sealPaper(a interface {
	Encrypt(plain, associated []byte) ([]byte, error)
}, topicID, person string, p Paper) ([]byte, error) {
	plain, err := json.Marshal(p)
	if err != nil {
		return nil, err
	}
	r := paperRecord{Person: person}
	if r.Sealed, err = a.Encrypt(plain, []byte(person+"/paper/"+topicID)); err != nil {
		return nil, err
	}
	return json.Marshal(r)
}

func (v *Vault) replacePaper(ctx context.Context, topicID, id string, p Paper) error {
	data, rev, err := v.records.Load(ctx, kindPaper, id)
	if err != nil {
		return err
	}
	r, was, err := v.openPaper(ctx, topicID, data)
	if errors.Is(err, ErrErased) || err == nil && was == p {
		return nil
	}
	if err != nil {
		return err
	}
	a, err := v.open(ctx, r.Person)
	if err != nil {
		return err
	}
	if data, err = sealPaper(a, topicID, r.Person, p); err != nil {
		return err
	}
	return v.records.Save(ctx, kindPaper, id, rev, data)
}

func (v *Vault) openPaper(ctx context.Context, topicID string, data []byte) (r paperRecord, p Paper, err error) {
	if err := json.Unmarshal(data, &r); err != nil {
		return r, p, fmt.Errorf("privacy: the record of an idea on paper of topic %s is damaged: %w", topicID, err)
	}
	plain, err := v.Open(ctx, r.Person, "paper/"+topicID, r.Sealed)
	if err != nil {
		return r, p, err
	}
	return r, p, json.Unmarshal(plain, &p)
}

// Papers answers what is kept of those of the ideas of which something is.
func (v *Vault) Papers(ctx context.Context, topicID string, receipts []topic.Pseudonym) (map[topic.Pseudonym]Paper, error) {
	found := make(map[topic.Pseudonym]Paper, len(receipts))
	for _, receipt := range receipts {
		data, rev, err := v.records.Load(ctx, kindPaper, paperID(topicID, receipt))
		if err != nil {
			return nil, err
		}
		if rev == 0 {
			continue
		}
		_, p, err := v.openPaper(ctx, topicID, data)
		if errors.Is(err, ErrErased) {
			continue
		}
		if err != nil {
			return nil, err
		}
		found[receipt] = p
	}
	return found, nil
}

// ErasePaper destroys what is kept of an idea on paper; the idea itself lies
// elsewhere. Nothing kept is no error.
func (v *Vault) ErasePaper(ctx context.Context, topicID string, receipt topic.Pseudonym) error {
	data, rev, err := v.records.Load(ctx, kindPaper, paperID(topicID, receipt))
	if err != nil || rev == 0 {
		return err
	}
	var r paperRecord
	if err := json.Unmarshal(data, &r); err != nil {
		return fmt.Errorf("privacy: the record of an idea on paper of topic %s is damaged: %w", topicID, err)
	}
	return v.ErasePerson(ctx, r.Person)
}

// SameCode compares codes as people write them: small letters, spaces and dashes
// make no difference. How long it takes tells nothing of a code that is as long.
func SameCode(a, b string) bool {
	return subtle.ConstantTimeCompare(plainCode(a), plainCode(b)) == 1
}

func plainCode(s string) []byte {
	return []byte(strings.Map(func(r rune) rune {
		if r == '-' || r == ' ' || r == '–' {
			return -1
		}
		return r
	}, strings.ToUpper(s)))
}
