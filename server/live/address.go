package live

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"
)

// Address answers what counts as one address of the request: an IPv4 address,
// or a network of IPv6.
func (h *Hub) Address(c *fiber.Ctx) netip.Prefix {
	peer, ok := netip.AddrFromSlice(c.Context().RemoteIP())
	if !ok {
		return netip.Prefix{}
	}
	var headers []string
	for _, v := range c.Request().Header.PeekAll(fiber.HeaderXForwardedFor) {
		headers = append(headers, string(v))
	}
	a := clientAddress(peer, headers, h.options.Proxies)
	bits := a.BitLen()
	if a.Is6() {
		bits = 64
	}
	p, err := a.Prefix(bits)
	if err != nil {
		return netip.Prefix{}
	}
	return p
}

// clientAddress answers whom a request comes from: the peer, or where that is a
// trusted proxy the last address of its X-Forwarded-For that is none. Each proxy
// adds its own peer at the end, so all before that address may be made up.
func clientAddress(peer netip.Addr, forwarded []string, proxies []netip.Prefix) netip.Addr {
	client := peer.Unmap().WithZone("")
	trusted := func(a netip.Addr) bool {
		return slices.ContainsFunc(proxies, func(p netip.Prefix) bool { return p.Contains(a) })
	}
	hops := strings.Split(strings.Join(forwarded, ","), ",")
	for trusted(client) && len(hops) > 0 {
		next, ok := parseHop(hops[len(hops)-1])
		if !ok {
			break
		}
		client, hops = next, hops[:len(hops)-1]
	}
	return client
}

// parseHop reads an address of X-Forwarded-For, which some proxies write with
// the port.
func parseHop(text string) (netip.Addr, bool) {
	text = strings.TrimSpace(text)
	if with, err := netip.ParseAddrPort(text); err == nil {
		return with.Addr().Unmap().WithZone(""), true
	}
	a, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(text, "["), "]"))
	return a.Unmap().WithZone(""), err == nil
}
