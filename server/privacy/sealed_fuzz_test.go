package privacy

import (
	"bytes"
	"testing"
)

// What is sealed opens as it was, for its own person and field; nothing else opens.
func FuzzSealed(f *testing.F) {
	f.Add([]byte("Anna Petrova"), []byte{1, 2, 3}, "name")
	f.Add([]byte{}, bytes.Repeat([]byte{0}, 64), "a/b")
	keys, err := OpenKeyring(f.TempDir(), nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, plain, foreign []byte, field string) {
		wrapped, err := keys.wrapNew("person")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := keys.fieldAEAD("person", foreign); err == nil {
			t.Fatalf("% x is taken for a person's key", foreign)
		}
		if _, err := keys.fieldAEAD("other", wrapped); err == nil {
			t.Fatal("a key opens as another person's")
		}
		a, err := keys.fieldAEAD("person", wrapped)
		if err != nil {
			t.Fatal(err)
		}
		sealed, err := a.Encrypt(plain, []byte("person/"+field))
		if err != nil {
			t.Fatal(err)
		}
		if back, err := a.Decrypt(sealed, []byte("person/"+field)); err != nil || !bytes.Equal(back, plain) {
			t.Fatalf("it opens as %q: %v", back, err)
		}
		if _, err := a.Decrypt(sealed, []byte("person/"+field+"x")); err == nil {
			t.Fatal("it opens as another field")
		}
		if _, err := a.Decrypt(foreign, []byte("person/"+field)); err == nil {
			t.Fatalf("% x opens", foreign)
		}
		if p, err := parsePseudonyms(foreign); err == nil && len(foreign) != pseudonymBytes && len(foreign) != pseudonymBytesOlder {
			t.Fatalf("%d bytes are read as %v", len(foreign), p)
		}
		if SameCode(string(plain), string(foreign)) != bytes.Equal(plainCode(string(plain)), plainCode(string(foreign))) {
			t.Fatalf("%q and %q", plain, foreign)
		}
	})
}
