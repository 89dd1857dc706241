package config

import (
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// Problem is one setting that is wrong.
type Problem struct {
	Key     string
	Source  string // the file, variable or flag that set it
	Message string // what is wrong and what to write instead
}

func (p Problem) String() string { return fmt.Sprintf("%s (%s) %s", p.Key, p.Source, p.Message) }

// Problems are all that is wrong, at least one.
type Problems []Problem

func (p Problems) Error() string {
	all := make([]string, len(p))
	for i := range p {
		all[i] = p[i].String()
	}
	return "settings: " + strings.Join(all, "; ")
}

// check finds the settings that make no sense.
func (s *Settings) check() (problems Problems) {
	bad := func(key, format string, args ...any) {
		problems = append(problems, Problem{Key: key, Source: s.source[key], Message: fmt.Sprintf(format, args...)})
	}
	if strings.TrimSpace(s.DataDir) == "" {
		bad("data_dir", "is empty: name the directory of the database")
	}
	host, port, ok := hostPort(s.Listen)
	if !ok {
		bad("listen", "is %q: want address:port, such as 127.0.0.1:8080", s.Listen)
	} else if s.Demo && !loopback(host) {
		bad("demo", "gives every role away and runs on this machine only: set listen to 127.0.0.1:%s", port)
	}
	if s.Metrics != "" {
		if _, other, ok := hostPort(s.Metrics); !ok {
			bad("metrics", "is %q: want address:port, such as 127.0.0.1:9090, or nothing", s.Metrics)
		} else if s.Metrics == s.Listen && other != "0" {
			bad("metrics", "is %q, as listen: metrics are not for the public, so give them a port of their own", s.Metrics)
		}
	}
	if err := checkPublicURL(s.PublicURL); err != "" {
		bad("public_url", "is %q: %s", redact(s.PublicURL), err)
	}
	for _, text := range s.TrustedProxies {
		if _, err := parseNetwork(text); err != nil {
			bad("trusted_proxies", "has %q: want addresses or networks such as 10.0.0.5 or 10.1.0.0/16", text)
		}
	}
	for _, text := range s.Witnesses {
		if name, rest, _ := strings.Cut(text, "+"); name == "" || strings.Count(rest, "+") < 1 {
			bad("witnesses", "has %q: want keys such as name+hash+base64, as \"veche witness new\" prints them", text)
		}
	}
	keep := func(key string, days int) {
		if days < 0 || days > 36_500 {
			bad(key, "is %d: want 1 to 36500 days, or 0 to keep it", days)
		}
	}
	keep("retention.pool_days", s.Retention.Pool)
	keep("retention.panel_days", s.Retention.Panel)
	if s.Retention.Panel != 0 && (s.Retention.Pool == 0 || s.Retention.Pool > s.Retention.Panel) {
		bad("retention.pool_days", "is %d, retention.panel_days is %d: the answers of people who were not drawn go first", s.Retention.Pool, s.Retention.Panel)
	}
	if s.Store != "sqlite" && !address(s.Store, "mongodb://", "mongodb+srv://") {
		bad("store", "is %q: want \"sqlite\" or mongodb://host:port/database", redact(s.Store))
	}
	if s.Demo && s.Store != "sqlite" {
		bad("demo", "plays in a data directory of its own: leave store at \"sqlite\"")
	}
	s.checkNode(bad)
	var level slog.Level
	if level.UnmarshalText([]byte(s.LogLevel)) != nil {
		bad("log_level", "is %q: want debug, info, warn or error", s.LogLevel)
	}
	if s.LogFormat != "text" && s.LogFormat != "json" {
		bad("log_format", "is %q: want text or json", s.LogFormat)
	}
	if s.TLS.Cert != "" && s.TLS.Key == "" {
		bad("tls.key", "is empty, and tls.cert is not: name the file of the certificate's key")
	}
	if s.TLS.Key != "" && s.TLS.Cert == "" {
		bad("tls.cert", "is empty, and tls.key is not: name the file of the certificate with its chain")
	}
	if s.TLS != (TLS{}) && strings.HasPrefix(s.PublicURL, "http://") {
		bad("public_url", "is %q, and tls.cert has the server speak https: begin it with https://, or leave it empty", redact(s.PublicURL))
	}
	if strings.TrimSpace(s.Open.Licence) == "" {
		bad("open.licence", "is empty: name the licence of the open data, such as \"CC BY 4.0\"")
	}
	if u, err := url.Parse(s.Open.LicenceURL); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || strings.ContainsAny(s.Open.LicenceURL, "<>\" ") {
		bad("open.licence_url", "is %q: want the address of the licence's text, such as https://creativecommons.org/licenses/by/4.0/", s.Open.LicenceURL)
	}
	s.checkSignIn(bad)
	l := s.Limits
	for _, c := range []struct {
		key            string
		value, lo, top int
	}{
		{"limits.sockets", l.Sockets, 1, 1 << 20},
		{"limits.sockets_per_person", l.SocketsPerPerson, 1, 1000},
		{"limits.sockets_per_address", l.SocketsPerAddress, 1, 1 << 20},
		{"limits.messages_per_second", l.MessagesPerSecond, 1, 1000},
		{"limits.messages_burst", l.MessagesBurst, 1, 10_000},
		{"limits.remarks_per_minute", l.RemarksPerMinute, 1, 6000},
		{"limits.remarks_burst", l.RemarksBurst, 1, 1000},
		{"limits.acts_per_minute", l.ActsPerMinute, 1, 6000},
		{"limits.acts_burst", l.ActsBurst, 1, 1000},
		{"limits.room_per_second", l.RoomPerSecond, 1, 100_000},
		{"limits.room_burst", l.RoomBurst, 1, 100_000},
		{"limits.message_timeout_milli", l.MessageTimeoutMilli, 100, 600_000},
		{"limits.requests_percent", l.RequestsPercent, 0, 10_000},
		{"drain_seconds", s.DrainSeconds, 0, 600},
		{"open.per_second", s.Open.PerSecond, 1, 10_000},
		{"open.burst", s.Open.Burst, 1, 100_000},
	} {
		if c.value < c.lo || c.value > c.top {
			bad(c.key, "is %d: want %d to %d", c.value, c.lo, c.top)
		}
	}
	return problems
}

// checkNode answers what is wrong with the settings of several nodes.
func (s *Settings) checkNode(bad func(key, format string, args ...any)) {
	n := s.Node
	if s.Bus != "local" && !address(s.Bus, "nats://", "tls://") {
		bad("bus", "is %q: want \"local\", or nats://host:port where there are several nodes", redact(s.Bus))
	}
	if n.Name == "" {
		if s.Bus != "local" {
			bad("bus", "is %q, and this server has no node.name: leave it at \"local\", or name the node", redact(s.Bus))
		}
		if n != (Node{}) {
			bad("node.name", "is empty, and other settings of the node are not: name it, or leave all of them out")
		}
		return
	}
	if len(n.Name) > 40 || strings.ContainsFunc(n.Name, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-'
	}) {
		bad("node.name", "is %q: want 1 to 40 of a-z, 0-9 and -", n.Name)
	}
	if !address(s.Store, "mongodb://", "mongodb+srv://") {
		bad("store", "is %q, and node.name says that there are several servers: they share a mongodb://host:port/database", redact(s.Store))
	}
	if s.Bus == "local" {
		bad("bus", "is \"local\", and node.name says that there are several servers: they tell each other the news over a nats://host:port")
	}
	host, _, ok := hostPort(n.Listen)
	if !ok {
		bad("node.peer_listen", "is %q: want address:port for the other nodes, such as 10.0.0.5:7000", n.Listen)
	} else if ip, err := netip.ParseAddr(host); n.Address == "" && (host == "" || err == nil && ip.IsUnspecified()) {
		bad("node.peer_address", "is empty, and node.peer_listen is %q: say where the other nodes reach this one, such as 10.0.0.5:7000", n.Listen)
	}
	if _, port, ok := hostPort(n.Address); n.Address != "" && (!ok || port == "0") {
		bad("node.peer_address", "is %q: want address:port, such as 10.0.0.5:7000", n.Address)
	}
	if n.SecretFile == "" {
		bad("node.secret_file", "is empty: name a file that is the same on all nodes, made by openssl rand -hex 32")
	}
}

// address tells whether s has one of the schemes and something behind it.
func address(s string, schemes ...string) bool {
	for _, scheme := range schemes {
		if rest, ok := strings.CutPrefix(s, scheme); ok && rest != "" && rest[0] != '/' {
			return true
		}
	}
	return false
}

func hostPort(address string) (host, port string, ok bool) {
	host, port, err := net.SplitHostPort(address)
	_, e := strconv.ParseUint(port, 10, 16)
	return host, port, err == nil && e == nil
}

// parseNetwork reads a network, or an address as the network of itself alone.
func parseNetwork(text string) (netip.Prefix, error) {
	if a, err := netip.ParseAddr(text); err == nil && a.Zone() == "" {
		a = a.Unmap()
		return netip.PrefixFrom(a, a.BitLen()), nil
	}
	p, err := netip.ParsePrefix(text)
	if err != nil {
		return p, err
	}
	if p.Addr().Is4In6() {
		return p, fmt.Errorf("%s is an IPv4 network in the writing of IPv6", text)
	}
	return p.Masked(), nil
}

func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.IsLoopback()
}

func checkPublicURL(s string) string {
	if s == "" {
		return ""
	}
	u, err := url.Parse(s)
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "":
		return "want an address such as https://veche.example"
	case u.User != nil, u.RawQuery != "", u.Fragment != "", u.Path != "" && u.Path != "/":
		return "want scheme and host only, such as https://veche.example"
	}
	return ""
}

// redact hides the password of an address.
func redact(s string) string {
	if u, err := url.Parse(s); err == nil && u.User != nil {
		return u.Redacted()
	}
	if scheme, rest, ok := strings.Cut(s, "://"); ok {
		if at := strings.LastIndexByte(rest, '@'); at >= 0 {
			return scheme + "://xxxxx@" + rest[at+1:]
		}
	}
	return s
}
