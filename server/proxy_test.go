package server

import (
	"net/http"
	"net/netip"
	"testing"

	"veche/server/config"
)

// Sockets are counted by the address that a trusted proxy names, and by no
// other.
func TestSocketsAreCountedByTheClientsAddress(t *testing.T) {
	limits := config.Default().Limits
	limits.SocketsPerAddress = 1
	for _, c := range []struct {
		name    string
		proxies []netip.Prefix
		want    [3]int // of the sockets of two addresses, and of the first again
	}{
		{"trusted", config.Default().Proxies(), [3]int{101, 101, 429}},
		{"forged", []netip.Prefix{netip.MustParsePrefix("10.0.0.1/32")}, [3]int{101, 429, 429}},
		{"nobody trusted", nil, [3]int{101, 429, 429}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := openTownWith(t, Options{Data: t.TempDir(), Proxies: c.proxies, Limits: limits}, "anna")
			for i, address := range []string{"198.51.100.1", "198.51.100.2", "198.51.100.1"} {
				r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.url+"/live", nil)
				if err != nil {
					t.Fatal(err)
				}
				r.Header = http.Header{
					"Origin": {w.url}, "Cookie": {"veche_session=" + w.cookies["anna"]}, "Upgrade": {"websocket"}, "Connection": {"Upgrade"},
					"Sec-Websocket-Version": {"13"}, "Sec-Websocket-Key": {"dGhlIHNhbXBsZSBub25jZQ=="}, "Sec-Websocket-Protocol": {"veche.v1"},
					"X-Forwarded-For": {address},
				}
				answer, err := http.DefaultTransport.RoundTrip(r)
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { answer.Body.Close() })
				if answer.StatusCode != c.want[i] {
					t.Errorf("socket %d, of %s: %d, want %d", i+1, address, answer.StatusCode, c.want[i])
				}
			}
		})
	}
}
