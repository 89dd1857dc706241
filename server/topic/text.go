package topic

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Digest names a text without telling it: SHA-256(salt ‖ text), the salt 16
// random bytes. The zero digest is no text.
type Digest [sha256.Size]byte

// SaltSize is the length of a text's salt in bytes.
const SaltSize = 16

// DigestOf is the digest of text under salt.
func DigestOf(salt [SaltSize]byte, text []byte) Digest {
	h := sha256.New()
	h.Write(salt[:])
	h.Write(text)
	return Digest(h.Sum(nil))
}

// IsZero says that there is no text.
func (d Digest) IsZero() bool { return d == Digest{} }

// String is the digest in lower-case hexadecimal.
func (d Digest) String() string { return hex.EncodeToString(d[:]) }

// ParseDigest reads what String writes.
func ParseDigest(s string) (Digest, error) {
	var d Digest
	if len(s) == 2*len(d) { // Decode panics where there is more than the digest holds
		if _, err := hex.Decode(d[:], []byte(s)); err == nil {
			return d, nil
		}
	}
	return Digest{}, faultf(CodeInvalid, "%q is not a digest of 64 hexadecimal digits", clip(s))
}

// Longest texts, in characters.
const (
	MaxRemark = 2000
	MaxIdea   = 4000
	MaxReason = 1000
	MaxTitle  = 200
)

// CleanText answers text as it will be stored: valid UTF-8, line ends as "\n",
// nothing that cannot be seen or that reorders what can (see Skeleton for letters
// that look alike), no space at the ends. what names the text in the error.
func CleanText(what, text string, longest int) (string, error) {
	if !utf8.ValidString(text) {
		return "", faultf(CodeInvalid, "the %s is not valid UTF-8", what)
	}
	text = strings.ReplaceAll(text, "\r\n", "\n")
	text = strings.TrimSpace(withoutHidden(text))
	n := utf8.RuneCountInString(text)
	if !strings.ContainsFunc(text, visible) {
		return "", faultf(CodeInvalid, "the %s is empty: write something first", what)
	}
	if n > longest {
		return "", faultf(CodeInvalid, "the %s has %d characters, the longest is %d: shorten it", what, n, longest)
	}
	return text, nil
}

// visible says that a character can be seen.
func visible(r rune) bool {
	return unicode.In(r, unicode.L, unicode.N, unicode.P, unicode.S)
}

// clip keeps a bad value short in an error.
func clip(s string) string {
	if len(s) > 40 {
		s = strings.ToValidUTF8(s[:40], "") + "…"
	}
	return s
}
