package audit

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
)

// handover is the first line of a hand-over.
const handover = "veche/key-handover/v1"

// Handover is the word of a key that another one of the same installation signs
// in its place from a moment on. Both have signed it: the old one names its heir,
// and the new one shows that it is held by somebody.
type Handover struct {
	Old, New string // keys as PublicKey writes them
	Time     time.Time
	Note     string // as it was signed
}

// HandoverFile is a hand-over in a bundle, counted from 1.
func HandoverFile(n int) string { return fmt.Sprintf("checkpoints/handover-%d.note", n) }

// SignHandover signs that fresh takes over from old.
func SignHandover(old, fresh *Signer, at time.Time) (string, error) {
	if old.Name() != fresh.Name() || old.PublicKey() == fresh.PublicKey() {
		return "", fmt.Errorf("%s can't hand over to %s: that takes another key of the same name", old.PublicKey(), fresh.PublicKey())
	}
	text := fmt.Sprintf("%s\n%s\n%s\n%s\n", handover, old.PublicKey(), fresh.PublicKey(), at.UTC().Format(time.RFC3339))
	signed, err := note.Sign(&note.Note{Text: text}, old, fresh)
	return string(signed), err
}

// OpenHandover reads a hand-over that both its keys have signed, and nobody else.
func OpenHandover(signed string) (Handover, error) {
	bad := errors.New("it is no hand-over of a key")
	text, _, ok := strings.Cut(signed, "\n\n")
	lines := strings.Split(text, "\n")
	if !ok || len(lines) != 4 || lines[0] != handover {
		return Handover{}, bad
	}
	h := Handover{Old: lines[1], New: lines[2], Note: signed}
	var err error
	if h.Time, err = time.Parse(time.RFC3339, lines[3]); err != nil || h.Time.UTC().Format(time.RFC3339) != lines[3] {
		return Handover{}, bad
	}
	old, err := ParseKey(h.Old)
	if err != nil {
		return Handover{}, err
	}
	fresh, err := ParseKey(h.New)
	if err != nil {
		return Handover{}, err
	}
	if old.Name() != fresh.Name() || h.Old == h.New {
		return Handover{}, errors.New("it hands over to a key of another name, or to itself")
	}
	n, err := note.Open([]byte(signed), note.VerifierList(old, fresh))
	if err != nil || len(n.Sigs) != 2 || len(n.UnverifiedSigs) != 0 || n.Sigs[0].Hash != old.KeyHash() || n.Sigs[1].Hash != fresh.KeyHash() {
		return Handover{}, errors.New("it is not signed by the old key and then by the new one")
	}
	for _, s := range n.Sigs {
		if _, err := signatureBytes(s); err != nil {
			return Handover{}, err
		}
	}
	return h, nil
}

// Succession is what is known of the keys of one installation.
type Succession []Handover

// OpenSuccession reads hand-overs; one that is none is an error.
func OpenSuccession(signed []string) (Succession, error) {
	var s Succession
	for i, text := range signed {
		h, err := OpenHandover(text)
		if err != nil {
			return nil, fmt.Errorf("hand-over %d: %w", i+1, err)
		}
		s = append(s, h)
	}
	return s, nil
}

// Before are the keys that lead to key by hand-overs, and key itself, the newest
// first.
func (s Succession) Before(key string) []string {
	list := []string{key}
	for at := 0; at < len(list); at++ {
		for _, h := range s {
			if h.New == list[at] && !slices.Contains(list, h.Old) {
				list = append(list, h.Old)
			}
		}
	}
	return list
}

// Leads says that hand-overs lead from one key to another, or that they are the
// same: who trusts the first may trust the second.
func (s Succession) Leads(from, to string) bool { return slices.Contains(s.Before(to), from) }

// Keys are the keys that lead to key, and key itself, to check signatures with.
func (s Succession) Keys(key string) ([]Key, error) {
	var list []Key
	for _, text := range s.Before(key) {
		k, err := ParseKey(text)
		if err != nil {
			return nil, err
		}
		list = append(list, k)
	}
	return list, nil
}

// openByAny opens a checkpoint that one of the keys has signed.
func openByAny(signed []byte, keys []Key) (point Checkpoint, by Key, err error) {
	for _, by = range keys {
		if point, err = openKept(signed, by); err == nil {
			return point, by, nil
		}
	}
	if len(keys) > 1 {
		err = fmt.Errorf("it is signed by none of the %d keys that %q had", len(keys), keys[0].Name())
	}
	return Checkpoint{}, nil, err
}
