package config_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"veche/server/config"
)

func file(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "veche.toml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestDefaultsAreValid(t *testing.T) {
	s, err := config.Load(config.Sources{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(config.Default(), s.Config); diff != "" {
		t.Fatal(diff)
	}
}

func TestLaterSourcesWin(t *testing.T) {
	s, err := config.Load(config.Sources{
		File: file(t, `
listen = "127.0.0.1:1"
data_dir = "from file"
log_level = "debug"
[limits]
sockets = 100
remarks_burst = 5
`),
		Environ: []string{"VECHE_LISTEN=127.0.0.1:2", "VECHE_DATA_DIR=from environment", "VECHE_LIMITS_SOCKETS=200", "VECHE_DATA=test data", "PATH=/bin"},
		Flags:   map[string]string{"listen": "127.0.0.1:3", "demo": "true"},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := config.Default()
	want.Listen, want.DataDir, want.LogLevel, want.Demo = "127.0.0.1:3", "from environment", "debug", true
	want.Limits.Sockets, want.Limits.RemarksBurst = 200, 5
	if diff := cmp.Diff(want, s.Config); diff != "" {
		t.Fatal(diff)
	}
	if !slices.Equal(s.Unknown, []string{"VECHE_DATA"}) {
		t.Errorf("unknown: %q", s.Unknown)
	}
}

// What is printed can be read, and says the same.
func TestTOMLIsASettingsFile(t *testing.T) {
	s, err := config.Load(config.Sources{
		Environ: []string{`VECHE_DATA_DIR=C:\город "1"` + "\t#", "VECHE_LIMITS_SOCKETS=70000"},
		Flags:   map[string]string{"public-url": "https://veche.example"},
	})
	if err != nil {
		t.Fatal(err)
	}
	again, err := config.Load(config.Sources{File: file(t, s.TOML())})
	if err != nil {
		t.Fatalf("%v in\n%s", err, s.TOML())
	}
	if diff := cmp.Diff(s.Config, again.Config); diff != "" {
		t.Fatal(diff)
	}
	for _, want := range []string{"# VECHE_DATA_DIR", "# --public-url", "# VECHE_LIMITS_SOCKETS"} {
		if !strings.Contains(s.TOML(), want) {
			t.Errorf("%q is not in\n%s", want, s.TOML())
		}
	}
}

func TestListTellsNoSecret(t *testing.T) {
	s, err := config.Load(config.Sources{Environ: []string{"VECHE_STORE=mongodb://root:secret@db/veche", "VECHE_MAIL_HOST=mail.example", "VECHE_MAIL_FROM=a@city.example", "VECHE_MAIL_USER=secret"}})
	if err != nil {
		t.Fatal(err)
	}
	set := 0
	for _, x := range s.List() {
		if strings.Contains(x.Value, "secret") {
			t.Errorf("%s is shown as %s", x.Key, x.Value)
		}
		if x.Set {
			set++
		}
	}
	if set != 4 || len(s.List()) != len(config.Keys()) {
		t.Errorf("%d of %d settings are set", set, len(s.List()))
	}
}

func TestProxies(t *testing.T) {
	for _, c := range []struct {
		name string
		s    config.Sources
		file string
		want string // networks, with spaces
	}{
		{"default", config.Sources{}, "", "127.0.0.0/8 ::1/128"},
		{"file", config.Sources{}, `trusted_proxies = ["10.1.2.3/16", "2001:db8::/32"]`, "10.1.0.0/16 2001:db8::/32"},
		{"environment", config.Sources{Environ: []string{"VECHE_TRUSTED_PROXIES=10.0.0.5, ::ffff:192.0.2.1"}}, `trusted_proxies = ["::1"]`, "10.0.0.5/32 192.0.2.1/32"},
		{"nobody", config.Sources{}, "trusted_proxies = []", ""},
		{"nobody in the environment", config.Sources{Environ: []string{"VECHE_TRUSTED_PROXIES="}}, "", ""},
	} {
		if c.file != "" {
			c.s.File = file(t, c.file)
		}
		s, err := config.Load(c.s)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		var got []string
		for _, p := range s.Proxies() {
			got = append(got, p.String())
		}
		if g := strings.Join(got, " "); g != c.want {
			t.Errorf("%s: %q, want %q", c.name, g, c.want)
		}
		again, err := config.Load(config.Sources{File: file(t, s.TOML())})
		if err != nil {
			t.Errorf("%s: printed: %v in\n%s", c.name, err, s.TOML())
		} else if !slices.Equal(s.TrustedProxies, again.TrustedProxies) {
			t.Errorf("%s: printed: %q, want %q", c.name, again.TrustedProxies, s.TrustedProxies)
		}
	}
}

func TestProblemsNameTheirSetting(t *testing.T) {
	for _, c := range []struct {
		name string
		s    config.Sources
		file string
		want []string // each in the one error
	}{
		{"port alone", config.Sources{Flags: map[string]string{"listen": "8080"}}, "", []string{"listen (--listen)", `"8080"`, "127.0.0.1:8080"}},
		{"port too large", config.Sources{Flags: map[string]string{"listen": "127.0.0.1:70000"}}, "", []string{"listen (--listen)"}},
		{"metrics on the public port", config.Sources{Flags: map[string]string{"metrics": "127.0.0.1:8080"}}, "", []string{"metrics (--metrics)", "port of their own"}},
		{"metrics without a port", config.Sources{Flags: map[string]string{"metrics": "9090"}}, "", []string{"metrics (--metrics)", `"9090"`, "127.0.0.1:9090"}},
		{"empty data", config.Sources{Flags: map[string]string{"data": ""}}, "", []string{"data_dir (--data)"}},
		{"demo in the open", config.Sources{Flags: map[string]string{"listen": ":80", "demo": "true"}}, "", []string{"demo (--demo)", "127.0.0.1:80"}},
		{"demo on all addresses", config.Sources{Flags: map[string]string{"listen": "0.0.0.0:80", "demo": "true"}}, "", []string{"demo (--demo)"}},
		{"public url without scheme", config.Sources{Environ: []string{"VECHE_PUBLIC_URL=veche.example"}}, "", []string{"public_url (VECHE_PUBLIC_URL)", "https://"}},
		{"public url with path", config.Sources{Environ: []string{"VECHE_PUBLIC_URL=https://a.example/veche"}}, "", []string{"public_url (VECHE_PUBLIC_URL)", "host only"}},
		{"proxy that is none", config.Sources{Environ: []string{"VECHE_TRUSTED_PROXIES=10.0.0.1, proxy.example"}}, "", []string{"trusted_proxies (VECHE_TRUSTED_PROXIES)", `"proxy.example"`, "10.1.0.0/16"}},
		{"proxy that is no text", config.Sources{}, "trusted_proxies = [\"::1\", 3]", []string{"trusted_proxies (", "list of texts"}},
		{"proxies that are no list", config.Sources{}, "trusted_proxies = 3", []string{"trusted_proxies (", "list of texts"}},
		{"unknown store", config.Sources{Environ: []string{"VECHE_STORE=postgres://root:secret@db/"}}, "", []string{"store (VECHE_STORE)", "sqlite", "mongodb://host"}},
		{"store without a host", config.Sources{Environ: []string{"VECHE_STORE=mongodb:///veche"}}, "", []string{"store (VECHE_STORE)", "mongodb://host"}},
		{"demo in a store of its own", config.Sources{Flags: map[string]string{"store": "mongodb://db/veche", "demo": "true"}}, "", []string{"demo (--demo)", "leave store"}},
		{"unknown bus", config.Sources{Environ: []string{"VECHE_BUS=nats://root:secret@bus"}}, "", []string{"bus (VECHE_BUS)", "node.name"}},
		{"log level", config.Sources{Environ: []string{"VECHE_LOG_LEVEL=loud"}}, "", []string{"log_level (VECHE_LOG_LEVEL)", "debug, info"}},
		{"log format", config.Sources{Environ: []string{"VECHE_LOG_FORMAT=xml"}}, "", []string{"log_format (VECHE_LOG_FORMAT)", "text or json"}},
		{"a certificate without its key", config.Sources{}, "[tls]\ncert = \"cert.pem\"", []string{"tls.key (", "name the file"}},
		{"a key without its certificate", config.Sources{}, "[tls]\nkey = \"key.pem\"", []string{"tls.cert (", "name the file"}},
		{"a certificate behind http", config.Sources{Environ: []string{"VECHE_PUBLIC_URL=http://veche.example", "VECHE_TLS_CERT=c", "VECHE_TLS_KEY=k"}}, "", []string{"public_url (VECHE_PUBLIC_URL)", "https://"}},
		{"draining for ever", config.Sources{Environ: []string{"VECHE_DRAIN_SECONDS=6000"}}, "", []string{"drain_seconds (VECHE_DRAIN_SECONDS)", "0 to 600"}},
		{"not a number", config.Sources{Environ: []string{"VECHE_LIMITS_SOCKETS=many"}}, "", []string{"limits.sockets (VECHE_LIMITS_SOCKETS)", `"many"`, "whole number"}},
		{"out of range", config.Sources{}, "[limits]\nsockets = 0", []string{"limits.sockets (", "veche.toml)", "is 0"}},
		{"number in quotes", config.Sources{}, "listen = 80", []string{"listen (", "text in quotes"}},
		{"not true or false", config.Sources{}, "demo = 3", []string{"demo (", "true or false"}},
		{"fraction", config.Sources{}, "[limits]\nsockets = 1.5", []string{"limits.sockets", "whole number"}},
		{"typing error", config.Sources{}, "lisen = \"x\"", []string{"lisen (", "is not a setting, perhaps listen?"}},
		{"unknown in a table", config.Sources{}, "[limits]\nsocket = 1", []string{"limits.socket ", "perhaps limits.sockets?"}},
		{"nothing near", config.Sources{}, "colour = \"red\"", []string{"colour (", "is not a setting"}},
		{"mail without a sender", config.Sources{Environ: []string{"VECHE_MAIL_HOST=mail.example"}}, "", []string{"mail.from (default)", "veche@city.example"}},
		{"mail in the open", config.Sources{}, "[mail]\nhost = \"mail.example\"\nfrom = \"a@b.example\"\nsecurity = \"none\"", []string{"mail.security", "starttls"}},
		{"mail whose links lead nowhere", config.Sources{Flags: map[string]string{"listen": ":80"}}, "[mail]\nhost = \"mail.example\"\nfrom = \"a@b.example\"", []string{"public_url (default)", "links"}},
		{"mail's security", config.Sources{Environ: []string{"VECHE_MAIL_SECURITY=ssl"}}, "", []string{"mail.security (VECHE_MAIL_SECURITY)", "starttls"}},
		{"city over plain http", config.Sources{}, "[city]\nissuer = \"http://id.example\"\nclient_id = \"x\"", []string{"city.issuer", "https"}},
		{"city without a name of ours", config.Sources{}, "[city]\nissuer = \"https://id.example\"", []string{"city.client_id"}},
		{"second factor", config.Sources{Environ: []string{"VECHE_SIGN_IN_SECOND_FACTOR=no"}}, "", []string{"sign_in.second_factor (VECHE_SIGN_IN_SECOND_FACTOR)", "auto, required or off"}},
		{"several", config.Sources{Environ: []string{"VECHE_LISTEN=x", "VECHE_LOG_LEVEL=y"}}, "", []string{"listen", "log_level"}},
		{"bad syntax", config.Sources{}, "demo = true\nlisten = ", []string{"veche.toml, line 2"}},
		{"missing file", config.Sources{File: "/no/such.toml"}, "", []string{"/no/such.toml", "does not exist"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.file != "" {
				c.s.File = file(t, c.file)
			}
			_, err := config.Load(c.s)
			if err == nil {
				t.Fatal("was accepted")
			}
			if strings.Contains(err.Error(), "\n") || strings.Contains(err.Error(), "secret") {
				t.Errorf("more than one line, or a secret: %q", err)
			}
			for _, want := range c.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q does not say %q", err, want)
				}
			}
			var p config.Problems
			if errors.As(err, &p) && len(p) == 0 {
				t.Error("an empty list of problems is an error")
			}
		})
	}
}

func TestNeedsFactor(t *testing.T) {
	for _, c := range []struct {
		listen, public, setting string
		demo, want              bool
	}{
		{"127.0.0.1:8080", "", "auto", false, false},
		{"127.0.0.1:8080", "", "required", false, true},
		{"127.0.0.1:8080", "", "auto", true, false},
		{"127.0.0.1:8080", "https://veche.example", "auto", false, true},
		{"127.0.0.1:8080", "http://localhost:3000", "auto", false, false},
		{":8080", "", "auto", false, true},
		{"10.0.0.1:8080", "", "off", false, false},
	} {
		x := config.Default()
		x.Listen, x.PublicURL, x.SignIn.SecondFactor, x.Demo = c.listen, c.public, c.setting, c.demo
		if got := x.NeedsFactor(); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
}

func TestEverySettingHasAVariable(t *testing.T) {
	seen := map[string]bool{}
	for _, key := range config.Keys() {
		v := config.Variable(key)
		if seen[v] || v == config.FileVariable || v == "VECHE_DATA" {
			t.Errorf("%s: variable %s is taken", key, v)
		}
		seen[v] = true
	}
}

// Any file is accepted or refused in one line, and what is accepted is printed
// as a file that says the same.
func FuzzFile(f *testing.F) {
	f.Add("listen = \"127.0.0.1:0\"\n[limits]\nsockets = 7")
	f.Add("data_dir = '''a\nb'''")
	f.Add("limits = 3")
	f.Add("trusted_proxies = ['::1', '10.0.0.0/8']")
	f.Add("limits.sockets.x = [1, {a = 1979-05-27}]")
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, text string) {
		path := filepath.Join(dir, "veche.toml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := config.Load(config.Sources{File: path})
		if err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Fatalf("several lines: %q", err)
			}
			return
		}
		if err := os.WriteFile(path, []byte(s.TOML()), 0o600); err != nil {
			t.Fatal(err)
		}
		again, err := config.Load(config.Sources{File: path})
		if err != nil {
			t.Fatalf("%v in\n%s", err, s.TOML())
		}
		if diff := cmp.Diff(s.Config, again.Config); diff != "" {
			t.Fatal(diff)
		}
	})
}
