package server

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// A request that can't even be read is answered like every other: as a problem,
// with the security headers.
func TestUnreadableRequestsAreAnsweredSafely(t *testing.T) {
	w := openTown(t, t.TempDir())
	address := strings.TrimPrefix(w.server.URL(), "http://")
	why := map[string]string{ // what the answer says
		"another host": "does not go by the host name", "no socket": "takes websockets of subprotocol veche.v1",
		"a foreign socket": "not taken from this origin", "no HTTP": "is no HTTP",
	}
	for name, request := range map[string]string{
		"no HTTP":                 "hello\r\n\r\n",
		"no socket":               "GET /live HTTP/1.1\r\nHost: " + address + "\r\n\r\n",
		"a head that is too long": "GET /api/topics HTTP/1.1\r\nHost: " + address + "\r\nX-Long: " + strings.Repeat("a", 20_000) + "\r\n\r\n",
		"another host":            "GET /api/topics HTTP/1.1\r\nHost: evil.example\r\n\r\n",
		"a foreign socket": fmt.Sprintf("GET /live HTTP/1.1\r\nHost: %s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"+
			"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: veche.v1\r\nOrigin: https://evil.example\r\n\r\n", address),
	} {
		c, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Write([]byte(request)); err != nil {
			t.Fatal(err)
		}
		a, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if a.StatusCode < 400 || a.StatusCode >= 500 {
			t.Errorf("%s: %s", name, a.Status)
		}
		if name == "a foreign socket" && a.StatusCode != http.StatusForbidden {
			t.Errorf("%s: %s, want 403", name, a.Status)
		}
		body, err := io.ReadAll(a.Body)
		if err != nil || !strings.Contains(string(body), why[name]) {
			t.Errorf("%s: %s (%v), want it to say %q", name, body, err, why[name])
		}
		for header, want := range map[string]string{"Content-Security-Policy": "frame-ancestors 'none'", "X-Content-Type-Options": "nosniff", "Content-Type": "application/problem+json"} {
			if !strings.Contains(a.Header.Get(header), want) {
				t.Errorf("%s: %s is %q, want %q", name, header, a.Header.Get(header), want)
			}
		}
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}
}
