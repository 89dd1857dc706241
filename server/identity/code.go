package identity

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"strings"
	"time"
)

type codeRecord struct {
	Person  string    `json:"person" class:"sign-in"`
	Expires time.Time `json:"expires" class:"sign-in"`
	Again   bool      `json:"again"` // may be used more than once
}

// NewCode makes a sign-in code for a person that works once until life has
// passed; again lets it work more than once.
func (d *Directory) NewCode(ctx context.Context, person string, life time.Duration, again bool) (string, error) {
	code := rand.Text()
	return code, d.saveCode(ctx, code, codeRecord{Person: person, Expires: d.clock().Add(life), Again: again})
}

func (d *Directory) saveCode(ctx context.Context, code string, r codeRecord) error {
	data, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return d.records.Save(ctx, kindCode, hash(code), 0, data)
}

// Redeem turns a sign-in code into a session's token.
func (d *Directory) Redeem(ctx context.Context, code string) (token string, p Person, err error) {
	code = strings.ToUpper(strings.TrimSpace(code))
	if len(code) != 26 {
		return "", Person{}, ErrCode
	}
	data, rev, err := d.records.Load(ctx, kindCode, hash(code))
	if err != nil {
		return "", Person{}, err
	}
	var r codeRecord
	if rev == 0 || json.Unmarshal(data, &r) != nil || d.clock().After(r.Expires) {
		return "", Person{}, ErrCode
	}
	if !r.Again {
		// Whoever changes the record first has the code; the other is too late.
		spent := r
		spent.Expires = time.Time{}
		data, err := json.Marshal(spent)
		if err != nil {
			return "", Person{}, err
		}
		if err := d.records.Save(ctx, kindCode, hash(code), rev, data); err != nil {
			return "", Person{}, ErrCode
		}
		if err := d.records.Remove(ctx, kindCode, hash(code)); err != nil {
			return "", Person{}, err
		}
	}
	if p, err = d.Person(ctx, r.Person); err != nil {
		return "", Person{}, err
	}
	token, err = d.start(ctx, p)
	return token, p, err
}

// removeCodes destroys a person's sign-in codes, of letters too, and answers how
// many there were.
func (d *Directory) removeCodes(ctx context.Context, person string) (int, error) {
	return d.removeCodesOf(ctx, func(p string) bool { return p == person })
}

func (d *Directory) removeCodesOf(ctx context.Context, which func(person string) bool) (int, error) {
	var ids []string
	err := d.records.Each(ctx, kindCode, "", func(id string, data []byte) error {
		var r codeRecord
		if json.Unmarshal(data, &r) == nil && which(r.Person) {
			ids = append(ids, id)
		}
		return nil
	})
	for _, id := range ids {
		if err == nil {
			err = d.records.Remove(ctx, kindCode, id)
		}
	}
	if err != nil {
		return 0, err
	}
	letters, err := d.removeLetters(ctx, which)
	return len(ids) + letters, err
}
