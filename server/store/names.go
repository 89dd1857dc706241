package store

import (
	"fmt"
	"time"
)

// CheckDigest tells whether s is a lower-case hexadecimal SHA-256, as
// [ErrInvalid].
func CheckDigest(s string) error {
	ok := len(s) == 64
	for i := 0; ok && i < len(s); i++ {
		ok = s[i] >= '0' && s[i] <= '9' || s[i] >= 'a' && s[i] <= 'f'
	}
	if !ok {
		return fmt.Errorf("%w: blob digest %q: want 64 lower-case hexadecimal digits", ErrInvalid, s)
	}
	return nil
}

// CheckName tells whether a topic, lease name, owner or ID is well formed, as
// [ErrInvalid]; what names it in the error.
func CheckName(what, s string) error {
	if !validKey(s) {
		return fmt.Errorf("%w: %s %q: want 1 to %d bytes of UTF-8 without NUL", ErrInvalid, what, s, MaxKey)
	}
	return nil
}

// CheckWord tells whether a kind or index name is well formed, as
// [ErrInvalid]; what names it in the error.
func CheckWord(what, s string) error {
	if !validWord(s) {
		return fmt.Errorf("%w: %s %q: want 1 to 32 of a-z, 0-9, '-', '_'", ErrInvalid, what, s)
	}
	return nil
}

// CheckRef tells whether a record's kind and ID are well formed, as
// [ErrInvalid].
func CheckRef(kind, id string) error {
	if err := CheckWord("kind", kind); err != nil {
		return err
	}
	return CheckName("id", id)
}

// CheckLease tells whether a lease can be held so, as [ErrInvalid].
func CheckLease(name, owner string, ttl time.Duration) error {
	if err := CheckName("lease name", name); err != nil {
		return err
	}
	if err := CheckName("owner", owner); err != nil {
		return err
	}
	if ttl < time.Millisecond {
		return fmt.Errorf("%w: ttl %s, want at least 1ms", ErrInvalid, ttl)
	}
	return nil
}

// AfterPrefix is the first string that sorts bytewise after all that begin with
// prefix, "" where there is none.
func AfterPrefix(prefix string) string {
	b := []byte(prefix)
	for i := len(b) - 1; i >= 0; i-- {
		if b[i] < 0x7F { // stays UTF-8
			b[i]++
			return string(b[:i+1])
		}
	}
	return ""
}
