package server

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"net"
	"os"
	"sync"
	"time"
)

// certificate is a certificate and its key in files, which whoever renews them
// overwrites: the next handshake has the new one.
type certificate struct {
	cert, key string
	log       *slog.Logger

	mu      sync.Mutex
	looked  time.Time // when the files were last looked at
	changed [2]time.Time
	now     *tls.Certificate
}

// lookEvery is how often the files are looked at, at most.
const lookEvery = 10 * time.Second

func openCertificate(cert, key string, log *slog.Logger) (*certificate, error) {
	c := &certificate{cert: cert, key: key, log: log}
	if err := c.load(); err != nil {
		return nil, fmt.Errorf("the certificate of tls.cert and tls.key can't be used: %w", err)
	}
	return c, nil
}

// load reads the files; on an error what was read before stays.
func (c *certificate) load() error {
	changed, err := c.times()
	if err != nil {
		return err
	}
	pair, err := tls.LoadX509KeyPair(c.cert, c.key)
	if err != nil {
		return err
	}
	c.now, c.changed, c.looked = &pair, changed, time.Now()
	return nil
}

func (c *certificate) times() (t [2]time.Time, err error) {
	for i, name := range []string{c.cert, c.key} {
		f, err := os.Stat(name)
		if err != nil {
			return t, err
		}
		t[i] = f.ModTime()
	}
	return t, nil
}

// get answers the certificate of a handshake.
func (c *certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if time.Since(c.looked) < lookEvery {
		return c.now, nil
	}
	c.looked = time.Now()
	if t, err := c.times(); err == nil && t == c.changed {
		return c.now, nil
	}
	// Both files may be in the middle of being renewed: the old pair goes on until
	// the new one fits.
	if err := c.load(); err != nil {
		c.log.Warn("a new certificate can't be used, the old one stays", "error", err)
	}
	return c.now, nil
}

// over puts TLS over a listener. HTTP/1.1 alone is spoken: sockets need it.
func (c *certificate) over(l net.Listener) net.Listener {
	return tls.NewListener(l, &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: c.get, NextProtos: []string{"http/1.1"}})
}
