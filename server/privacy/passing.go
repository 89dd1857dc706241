package privacy

import "fmt"

// Lookup answers a keyed hash of value, by which a record can be found again
// without keeping the value; domain separates uses. See [Keyring.Lookup].
func (v *Vault) Lookup(domain, value string) string { return v.keys.Lookup(domain, value) }

// SealPassing seals what lies in the store for minutes and is nobody's record
// yet: a message that waits to be sent, an address that asked for a sign-in
// link. It is sealed under the installation's keyset; place says what it is and
// where it lies, so that it opens nowhere else.
func (v *Vault) SealPassing(place string, plain []byte) ([]byte, error) {
	return v.keys.encrypt(plain, []byte("passing/"+place))
}

// OpenPassing opens what SealPassing sealed for the same place.
func (v *Vault) OpenPassing(place string, sealed []byte) ([]byte, error) {
	plain, err := v.keys.decrypt(sealed, []byte("passing/"+place))
	if err != nil {
		return nil, fmt.Errorf("privacy: what was sealed for %s does not open: %w", place, err)
	}
	return plain, nil
}
