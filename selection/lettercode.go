package selection

import (
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"strings"
)

// LetterKey is the secret from which the codes of letters are made. It stays with
// whoever sends them: with it codes.csv and letters.csv can be made again, so a
// lost file is no lost mailing, and without it no code can be guessed but by luck.
type LetterKey [32]byte

// codeAlphabet has no 0 and O, 1, I and L, S (5) and Z (2): 29 signs, a prime, so
// that the last of a code tells every wrong sign and every two that changed places.
const codeAlphabet = "23456789ABCDEFGHJKMNPQRTUVWXY"

// A code has 12 signs, 11 of them random: 53 bits. With 30,000 letters out and
// ten tries a second a guesser needs 1,300 years for one hit on average.
const codeSigns = 12

const codeDomain = "veche/selection/letter/v1\n"

// Code is the code of the person with the identifier in the mailing with the
// seed: XXXX-XXXX-XXXX. Try counts up where two would be alike.
func (k *LetterKey) Code(seed [32]byte, id string, try uint32) string {
	mac := hmac.New(sha256.New, k[:])
	mac.Write([]byte(codeDomain))
	mac.Write(seed[:])
	mac.Write([]byte{byte(try >> 24), byte(try >> 16), byte(try >> 8), byte(try)})
	mac.Write([]byte(id))
	var signs [codeSigns]byte
	at, sum := 0, mac.Sum(nil)
	for at < codeSigns-1 {
		for _, b := range sum {
			if at < codeSigns-1 && b < 29*8 { // the rest of a byte would favour some
				signs[at] = b % 29
				at++
			}
		}
		next := sha256.Sum256(sum)
		sum = next[:]
	}
	signs[codeSigns-1] = checkSign(signs[:codeSigns-1])
	var out [codeSigns + 2]byte
	for i, s := range signs {
		out[i+i/4] = codeAlphabet[s]
	}
	out[4], out[9] = '-', '-'
	return string(out[:])
}

// checkSign makes Σ (i+1)·sign_i + 12·check = 0 modulo 29.
func checkSign(signs []byte) byte {
	sum := 0
	for i, s := range signs {
		sum += (i + 1) * int(s)
	}
	// 12·c = −sum; the inverse of 12 modulo 29 is 17.
	return byte((29 - sum%29) * 17 % 29)
}

// Codes are the codes of people, no two alike.
func (k *LetterKey) Codes(seed [32]byte, ids []string) []string {
	out, seen := make([]string, len(ids)), make(map[string]bool, len(ids))
	for i, id := range ids {
		try := uint32(0)
		for out[i] = k.Code(seed, id, try); seen[out[i]]; out[i] = k.Code(seed, id, try) {
			try++
		}
		seen[out[i]] = true
	}
	return out
}

// ParseCode reads a code as people type it: small letters, spaces and dashes as
// they like. The error says what is wrong with it: its length, a sign that no
// code has, or a typing error.
func ParseCode(text string) (string, error) {
	var signs [codeSigns]byte
	n := 0
	for _, r := range strings.ToUpper(text) {
		if strings.ContainsRune(" -–—.\t", r) {
			continue
		}
		switch r { // never printed, so meant as what they look like
		case 'S':
			r = '5'
		case 'Z':
			r = '2'
		}
		at := strings.IndexRune(codeAlphabet, r)
		if at < 0 {
			return "", fmt.Errorf("%q is no sign of a code: there are 2 to 9 and letters, but no 0, 1, I, L and O", r)
		}
		if n < codeSigns {
			signs[n] = byte(at)
		}
		n++
	}
	if n != codeSigns {
		return "", fmt.Errorf("a code has %d signs, this has %d", codeSigns, n)
	}
	if checkSign(signs[:codeSigns-1]) != signs[codeSigns-1] {
		return "", fmt.Errorf("a sign is mistyped: compare %q with the letter", strings.TrimSpace(text))
	}
	var out []byte
	for i, s := range signs {
		if i > 0 && i%4 == 0 {
			out = append(out, '-')
		}
		out = append(out, codeAlphabet[s])
	}
	return string(out), nil
}

// CodesKey is the key under which codes are turned into digests: for the server
// that checks codes, which needs no more than it and the digests. Who has only
// the digests cannot try codes on them.
func (k *LetterKey) CodesKey() [32]byte {
	mac := hmac.New(sha256.New, k[:])
	mac.Write([]byte(codeDomain + "digests"))
	return [32]byte(mac.Sum(nil))
}

// CodeDigest is what the server keeps of a code from ParseCode.
func CodeDigest(key [32]byte, code string) Digest {
	mac := hmac.New(sha256.New, key[:])
	mac.Write([]byte(code))
	return Digest(mac.Sum(nil))
}
