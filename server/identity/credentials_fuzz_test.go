package identity

import (
	"strings"
	"testing"
	"time"

	"veche/server/privacy/memory"
)

// Cookies and sign-in codes come from anyone: none but those that were given opens
// a session, and what lies in the store is read or refused.
func FuzzCredentials(f *testing.F) {
	f.Add("a.b", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", []byte(`{"person":"a","started":"2026-01-01T00:00:00Z"}`))
	f.Add("../person.x", "\u0131"+strings.Repeat("i", 25), []byte(`{"person":"\u0000"}`))
	f.Add(strings.Repeat(".", 300), "", []byte(`[]`))
	f.Fuzz(func(t *testing.T, cookie, code string, stored []byte) {
		m := memory.New()
		d := NewDirectory(m, memory.Unsealed{}, time.Now)
		p, err := d.Add(t.Context(), "Anna")
		if err != nil {
			t.Fatal(err)
		}
		for _, kind := range []string{kindCode, kindSession, kindPerson} {
			if err := m.Save(t.Context(), kind, p.ID+"/stored", 0, stored); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := d.Resolve(t.Context(), cookie); err == nil {
			t.Fatalf("the cookie %q opens a session", cookie)
		}
		if _, _, err := d.Redeem(t.Context(), code); err == nil {
			t.Fatalf("the code %q opens a session", code)
		}
		_, _ = d.Person(t.Context(), p.ID+"/stored") // must answer, not panic
		if err := d.EndAll(t.Context(), p.ID); err != nil {
			t.Fatal(err)
		}
	})
}
