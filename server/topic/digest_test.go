package topic

import (
	"strings"
	"testing"
)

func TestParseDigestRefusesOtherLengths(t *testing.T) {
	want := DigestOf([SaltSize]byte{1}, []byte("a bench"))
	if got, err := ParseDigest(want.String()); err != nil || got != want {
		t.Errorf("its own form reads as %s: %v", got, err)
	}
	for _, bad := range []string{"", "0", want.String()[:63], want.String() + "0", want.String() + "00", strings.Repeat("g", 64), strings.Repeat("00", 500)} {
		if _, err := ParseDigest(bad); CodeOf(err) != CodeInvalid {
			t.Errorf("%.70q: %v", bad, err)
		}
	}
}
