package config

import (
	"io"
	"log/slog"
	"net/netip"
)

// Config is the settings of one installation.
type Config struct {
	DataDir   string `koanf:"data_dir"`   // database and keys
	Listen    string `koanf:"listen"`     // host:port; port 0 for any
	Metrics   string `koanf:"metrics"`    // host:port of the metrics' own listener; "" for none
	PublicURL string `koanf:"public_url"` // where browsers find it, if not at listen
	// TrustedProxies are the addresses and networks (CIDR) of the proxies whose
	// X-Forwarded-For says who a request comes from; with commas in the environment.
	TrustedProxies []string `koanf:"trusted_proxies"`
	// Witnesses are the keys whose cosignatures of checkpoints are taken, as
	// "veche witness new" prints them; with commas in the environment.
	Witnesses    []string  `koanf:"witnesses"`
	Store        string    `koanf:"store"`         // "sqlite", or a MongoDB's address
	Bus          string    `koanf:"bus"`           // "local", or a NATS's address where there are several nodes
	Demo         bool      `koanf:"demo"`          // play a made city; loopback only
	LogLevel     string    `koanf:"log_level"`     // debug, info, warn, error
	LogFormat    string    `koanf:"log_format"`    // text or json, to stderr
	DrainSeconds int       `koanf:"drain_seconds"` // how long to go on serving, and not be ready, when asked to stop
	TLS          TLS       `koanf:"tls"`
	Limits       Limits    `koanf:"limits"`
	Retention    Retention `koanf:"retention"`
	Open         Open      `koanf:"open"`
	Mail         Mail      `koanf:"mail"`
	City         City      `koanf:"city"`
	SignIn       SignIn    `koanf:"sign_in"`
	Node         Node      `koanf:"node"`
}

// Node is this server as one of several over one store; without a name it is the
// only one.
type Node struct {
	Name       string `koanf:"name"`         // its own
	Listen     string `koanf:"peer_listen"`  // host:port for the other nodes, on a network of theirs
	Address    string `koanf:"peer_address"` // where they reach it, if not at peer_listen
	SecretFile string `koanf:"secret_file"`  // a file that is the same on all nodes
}

// TLS is the certificate that the server shows, both empty where a proxy does.
type TLS struct {
	Cert string `koanf:"cert"` // path of the certificate with its chain, PEM
	Key  string `koanf:"key"`  // path of its key, PEM
}

// Open is how the installation gives its open data.
type Open struct {
	Licence    string `koanf:"licence"`     // its short name
	LicenceURL string `koanf:"licence_url"` // where it stands
	Publisher  string `koanf:"publisher"`   // who publishes; "" for the installation's address
	PerSecond  int    `koanf:"per_second"`  // requests of one address, over time
	Burst      int    `koanf:"burst"`       // at once
}

// Retention is how long what people answered is kept, in days after a topic's
// last step has opened; 0 keeps it until it is erased by hand.
type Retention struct {
	Pool  int `koanf:"pool_days"`  // of those who were not drawn
	Panel int `koanf:"panel_days"` // of those who have a seat
}

// Limits bound what one socket, person or address may take.
type Limits struct {
	Sockets             int `koanf:"sockets"`               // in all
	SocketsPerPerson    int `koanf:"sockets_per_person"`    // at once
	SocketsPerAddress   int `koanf:"sockets_per_address"`   // at once; a hall may share one address
	MessagesPerSecond   int `koanf:"messages_per_second"`   // of one socket, over time
	MessagesBurst       int `koanf:"messages_burst"`        // of one socket, at once
	RemarksPerMinute    int `koanf:"remarks_per_minute"`    // of one person, over time
	RemarksBurst        int `koanf:"remarks_burst"`         // of one person, at once
	ActsPerMinute       int `koanf:"acts_per_minute"`       // hands, turns, wishes and reactions of one person, over time
	ActsBurst           int `koanf:"acts_burst"`            // of one person, at once
	RoomPerSecond       int `koanf:"room_per_second"`       // remarks in one room over sockets, over time
	RoomBurst           int `koanf:"room_burst"`            // remarks in one room over sockets, at once
	MessageTimeoutMilli int `koanf:"message_timeout_milli"` // for one message to arrive whole
	RequestsPercent     int `koanf:"requests_percent"`      // how often requests may come, of what package limit says; 0 for no limit
}

// Default is what holds where nothing is set.
func Default() Config {
	return Config{
		DataDir:        "data",
		Listen:         "127.0.0.1:8080",
		TrustedProxies: []string{"127.0.0.0/8", "::1"},
		Witnesses:      []string{},
		Store:          "sqlite",
		Bus:            "local",
		LogLevel:       "warn",
		LogFormat:      "text",
		Limits: Limits{
			Sockets: 20_000, SocketsPerPerson: 10, SocketsPerAddress: 1000,
			MessagesPerSecond: 10, MessagesBurst: 60, RemarksPerMinute: 30, RemarksBurst: 10, ActsPerMinute: 60, ActsBurst: 20, RoomPerSecond: 500, RoomBurst: 1000, MessageTimeoutMilli: 10_000, RequestsPercent: 100,
		},
		Retention: Retention{Pool: 30, Panel: 365},
		Open:      Open{Licence: "CC BY 4.0", LicenceURL: "https://creativecommons.org/licenses/by/4.0/", PerSecond: 10, Burst: 100},
		SignIn:    SignIn{SecondFactor: "auto"},
		Mail:      Mail{Port: 587, Security: "starttls"},
	}
}

// Proxies are TrustedProxies as networks. They must have passed
// [Settings.Check].
func (c Config) Proxies() []netip.Prefix {
	var all []netip.Prefix
	for _, text := range c.TrustedProxies {
		if p, err := parseNetwork(text); err == nil {
			all = append(all, p)
		}
	}
	return all
}

// Handler writes log lines to w. LogLevel and LogFormat must have passed
// [Settings.Check].
func (c Config) Handler(w io.Writer) slog.Handler {
	o := &slog.HandlerOptions{Level: c.Level()}
	if c.LogFormat == "json" {
		return slog.NewJSONHandler(w, o)
	}
	return slog.NewTextHandler(w, o)
}

// Level is LogLevel for slog. LogLevel must have passed [Settings.Check].
func (c Config) Level() slog.Level {
	var l slog.Level
	if err := l.UnmarshalText([]byte(c.LogLevel)); err != nil {
		return slog.LevelWarn
	}
	return l
}
