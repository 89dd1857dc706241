package server

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"veche/server/config"
	"veche/server/store"
)

// writeCertificate writes a certificate of 127.0.0.1 with that serial number.
func writeCertificate(t *testing.T, at config.TLS, serial int64) *x509.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: "veche"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, &c, &c, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for name, block := range map[string]*pem.Block{at.Cert: {Type: "CERTIFICATE", Bytes: der}, at.Key: {Type: "PRIVATE KEY", Bytes: secret}} {
		if err := os.WriteFile(name, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

// With a certificate the server speaks https to pages and sockets, its cookie is
// bound to the host, and a renewed certificate is taken without a restart.
func TestTLS(t *testing.T) {
	dir := t.TempDir()
	files := config.TLS{Cert: filepath.Join(dir, "cert.pem"), Key: filepath.Join(dir, "key.pem")}
	roots := x509.NewCertPool()
	roots.AddCert(writeCertificate(t, files, 1))
	s, err := Open(t.Context(), Options{Data: t.TempDir(), Listen: "127.0.0.1:0", TLS: files})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Listen(); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(s.URL(), "https://127.0.0.1:") {
		t.Errorf("it is at %s", s.URL())
	}
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- s.Serve(ctx) }()
	defer func() {
		stop()
		if err := <-served; err != nil {
			t.Error(err)
		}
	}()
	p, err := s.People.Add(t.Context(), "Anna")
	if err != nil {
		t.Fatal(err)
	}
	code, err := s.People.NewCode(t.Context(), p.ID, time.Hour, false)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}, Timeout: 2 * time.Minute}
	defer client.CloseIdleConnections()
	r, _ := http.NewRequest("POST", s.URL()+"/api/session", strings.NewReader(`{"code":"`+code+`"}`))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Origin", s.URL())
	res, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if c := res.Cookies(); res.StatusCode != 200 || len(c) != 1 || c[0].Name != "__Host-veche_session" || !c[0].Secure {
		t.Fatalf("signing in: %d, cookies %v", res.StatusCode, res.Cookies())
	}

	host := strings.TrimPrefix(s.URL(), "https://")
	conn, err := tls.Dial("tcp", host, &tls.Config{RootCAs: roots})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(30 * time.Second))
	fmt.Fprintf(conn, "GET /live HTTP/1.1\r\nHost: %s\r\nOrigin: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: veche.v1\r\nCookie: __Host-veche_session=%s\r\n\r\n",
		host, s.URL(), res.Cookies()[0].Value)
	in := bufio.NewReader(conn)
	if head, err := in.ReadString('\n'); err != nil || !strings.Contains(head, " 101 ") {
		t.Fatalf("a socket over TLS: %q, %v", head, err)
	}
	for line := ""; line != "\r\n"; {
		if line, err = in.ReadString('\n'); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := conn.Write([]byte{0x89, 0x80, 0, 0, 0, 0}); err != nil { // a ping, masked with zeros
		t.Fatal(err)
	}
	for pong := false; !pong; { // what else comes first is skipped
		head := make([]byte, 2)
		if _, err := io.ReadFull(in, head); err != nil {
			t.Fatalf("waiting for the pong: %v", err)
		}
		n := int64(head[1])
		if n == 126 {
			var size [2]byte
			if _, err := io.ReadFull(in, size[:]); err != nil {
				t.Fatal(err)
			}
			n = int64(size[0])<<8 | int64(size[1])
		}
		if _, err := io.CopyN(io.Discard, in, n); err != nil {
			t.Fatal(err)
		}
		pong = head[0] == 0x8a
	}
	if _, err := tls.Dial("tcp", host, &tls.Config{RootCAs: roots, MaxVersion: tls.VersionTLS11}); err == nil {
		t.Error("it speaks TLS 1.1")
	}
}

func TestCertificateIsRenewed(t *testing.T) {
	dir := t.TempDir()
	files := config.TLS{Cert: filepath.Join(dir, "cert.pem"), Key: filepath.Join(dir, "key.pem")}
	writeCertificate(t, files, 1)
	c, err := openCertificate(files.Cert, files.Key, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	shown := func(want int64) {
		t.Helper()
		c.looked = time.Time{}
		got, err := c.get(nil)
		if err != nil {
			t.Fatal(err)
		}
		if got.Leaf.SerialNumber.Int64() != want {
			t.Errorf("certificate %v is shown, want %d", got.Leaf.SerialNumber, want)
		}
	}
	older := func(d time.Duration) {
		for _, name := range []string{files.Cert, files.Key} {
			if err := os.Chtimes(name, time.Time{}, time.Now().Add(-d)); err != nil {
				t.Fatal(err)
			}
		}
	}
	shown(1)
	writeCertificate(t, files, 2)
	older(time.Hour)
	shown(2)
	old, err := os.ReadFile(files.Key)
	if err != nil {
		t.Fatal(err)
	}
	writeCertificate(t, files, 3)
	third, err := os.ReadFile(files.Key)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(files.Key, old, 0o600); err != nil { // the key is not renewed yet
		t.Fatal(err)
	}
	older(30 * time.Minute)
	shown(2)
	if err := os.WriteFile(files.Key, third, 0o600); err != nil {
		t.Fatal(err)
	}
	shown(3)

	if _, err := openCertificate(files.Cert, filepath.Join(dir, "none.pem"), c.log); err == nil || !strings.Contains(err.Error(), "tls.key") || !strings.Contains(err.Error(), "none.pem") {
		t.Errorf("a key that is not there: %v", err)
	}
}

// deaf is a store that can stop answering.
type deaf struct {
	store.Store
	mu  sync.Mutex
	now bool
}

func (d *deaf) Get(ctx context.Context, kind, id string) (store.Record, error) {
	d.mu.Lock()
	now := d.now
	d.mu.Unlock()
	if now && kind == "health" {
		return store.Record{}, errors.New("no answer")
	}
	return d.Store.Get(ctx, kind, id)
}

// Nobody is sent to a server whose store is silent, or that is about to stop:
// it goes on serving those who are there meanwhile.
func TestReadiness(t *testing.T) {
	var d *deaf
	w := openTownWith(t, Options{Data: t.TempDir(), wrap: func(s store.Store) store.Store { d = &deaf{Store: s}; return d }})
	ready := func(want int) {
		t.Helper()
		if a := w.send("GET", "/readyz", "", ""); a.status != want {
			t.Errorf("ready: %d %s, want %d", a.status, a.body, want)
		}
	}
	ready(200)
	d.mu.Lock()
	d.now = true
	d.mu.Unlock()
	ready(503)
	d.mu.Lock()
	d.now = false
	d.mu.Unlock()
	ready(200)
	w.server.draining.Store(true)
	ready(503)
	w.must(200, "GET", "/healthz", "", "")
	w.must(200, "GET", "/api/topics", "", "")
}

// An answer and the lines of the log about it have one number, and the log has
// the route in place of the words that somebody searched for.
func TestRequestNumber(t *testing.T) {
	var mu sync.Mutex
	var log bytes.Buffer
	w := openTownWith(t, Options{Data: t.TempDir(), Log: slog.New(slog.NewJSONHandler(locked{&mu, &log}, nil))})
	a := w.send("GET", "/api/topics/secret-place/ideas?q=secret-words", "", "", "X-Request-Id", "made-by-a-client")
	id := a.header.Get("X-Request-Id")
	if len(id) != 16 || a.status != 404 {
		t.Fatalf("%d, its number is %q", a.status, id)
	}
	mu.Lock()
	text := log.String()
	mu.Unlock()
	if strings.Contains(text, "secret") {
		t.Errorf("the log holds what was asked: %s", text)
	}
	found := false
	for line := range strings.Lines(text) {
		var v map[string]any
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		found = found || v["request"] == id && v["route"] == "/api/topics/:topic/ideas" && v["status"] == 404.0
	}
	if !found {
		t.Errorf("request %s is not in the log: %s", id, text)
	}
}

type locked struct {
	mu *sync.Mutex
	w  io.Writer
}

func (l locked) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(p)
}
