package live

import (
	"net/netip"
	"testing"
)

func TestClientAddress(t *testing.T) {
	proxies := []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128"), netip.MustParsePrefix("10.1.0.0/16")}
	for _, c := range []struct {
		name    string
		peer    string
		headers []string
		want    string
	}{
		{"direct", "203.0.113.9", nil, "203.0.113.9"},
		{"direct, forged", "203.0.113.9", []string{"198.51.100.1"}, "203.0.113.9"},
		{"direct, forged as from the proxy", "203.0.113.9", []string{"198.51.100.1, 127.0.0.1"}, "203.0.113.9"},
		{"proxy without a header", "127.0.0.1", nil, "127.0.0.1"},
		{"proxy with an empty header", "127.0.0.1", []string{""}, "127.0.0.1"},
		{"proxy", "127.0.0.1", []string{"198.51.100.1"}, "198.51.100.1"},
		{"proxy of IPv6", "::1", []string{"2001:db8::7"}, "2001:db8::7"},
		{"proxy, IPv4 in IPv6", "::ffff:127.0.0.1", []string{"::ffff:198.51.100.1"}, "198.51.100.1"},
		{"proxy that adds to what was forged", "127.0.0.1", []string{"192.0.2.66, 198.51.100.1"}, "198.51.100.1"},
		{"proxy that adds a header to a forged one", "127.0.0.1", []string{"192.0.2.66", "198.51.100.1"}, "198.51.100.1"},
		{"forged as from a proxy", "127.0.0.1", []string{"192.0.2.66, 10.1.0.9, 198.51.100.1"}, "198.51.100.1"},
		{"two proxies", "127.0.0.1", []string{"192.0.2.66, 198.51.100.1, 10.1.2.3"}, "198.51.100.1"},
		{"two proxies in two headers", "127.0.0.1", []string{"198.51.100.1", "10.1.2.3"}, "198.51.100.1"},
		{"all are proxies", "127.0.0.1", []string{"10.1.0.1, 10.1.0.2"}, "10.1.0.1"},
		{"a proxy that is not trusted", "10.2.0.1", []string{"198.51.100.1"}, "10.2.0.1"},
		{"with a port", "127.0.0.1", []string{"198.51.100.1:4711"}, "198.51.100.1"},
		{"IPv6 with a port", "127.0.0.1", []string{"[2001:db8::7]:4711"}, "2001:db8::7"},
		{"IPv6 in brackets", "127.0.0.1", []string{"[2001:db8::7]"}, "2001:db8::7"},
		{"with a zone", "127.0.0.1", []string{"fe80::1%eth0"}, "fe80::1"},
		{"no address", "127.0.0.1", []string{"198.51.100.1, unknown"}, "127.0.0.1"},
		{"no address before a proxy", "127.0.0.1", []string{"unknown, 10.1.0.2"}, "10.1.0.2"},
		{"nothing before a proxy", "127.0.0.1", []string{",10.1.0.2"}, "10.1.0.2"},
	} {
		if got := clientAddress(netip.MustParseAddr(c.peer), c.headers, proxies); got.String() != c.want {
			t.Errorf("%s: %v, want %s", c.name, got, c.want)
		}
	}
	if got := clientAddress(netip.MustParseAddr("127.0.0.1"), []string{"198.51.100.1"}, nil); got.String() != "127.0.0.1" {
		t.Errorf("without proxies: %v", got)
	}
}

// However a header is written, an address counts that a proxy saw: a peer that is
// no proxy is itself.
func FuzzClientAddress(f *testing.F) {
	f.Add("127.0.0.1", "198.51.100.1, 10.1.2.3")
	f.Add("::ffff:203.0.113.9", "[2001:db8::1]:443")
	f.Add("fe80::1%eth0", ",,")
	proxies := []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("10.1.0.0/16")}
	f.Fuzz(func(t *testing.T, peer, header string) {
		p, err := netip.ParseAddr(peer)
		if err != nil {
			return
		}
		got := clientAddress(p, []string{header}, proxies)
		if !got.IsValid() || got.Zone() != "" || got.Is4In6() {
			t.Fatalf("%q behind %q counts as %v", header, peer, got)
		}
		plain := p.Unmap().WithZone("")
		if !proxies[0].Contains(plain) && !proxies[1].Contains(plain) && got != plain {
			t.Fatalf("%v was believed that it is %v", plain, got)
		}
	})
}
