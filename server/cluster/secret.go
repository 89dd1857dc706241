package cluster

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"time"
)

// shortestSecret is the least that a secret has, in bytes.
const shortestSecret = 32

// ReadSecret reads the file with the secret that all nodes share.
func ReadSecret(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("the servers' shared secret: %w", err)
	}
	if info.Mode().Perm()&0o007 != 0 {
		return nil, fmt.Errorf("the servers' shared secret %s can be read by everyone: chmod 600 %s", path, path)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("the servers' shared secret: %w", err)
	}
	if b = bytes.TrimSpace(b); len(b) < shortestSecret {
		return nil, fmt.Errorf("the servers' shared secret %s has %d characters, at least %d are wanted: openssl rand -hex 32 > %s", path, len(b), shortestSecret, path)
	}
	return b, nil
}

// certificate is what every node shows and wants to see: its key is derived from
// the secret, so that who has the one has the other.
func certificate(secret []byte) (tls.Certificate, ed25519.PublicKey, error) {
	seed, err := hkdf.Key(sha256.New, secret, nil, "veche nodes 1", ed25519.SeedSize)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	key := ed25519.NewKeyFromSeed(seed)
	public := key.Public().(ed25519.PublicKey)
	c := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "veche node"},
		NotBefore: time.Unix(0, 0), NotAfter: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, public, key)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, public, err
}

// same refuses whoever does not show the key of the secret. TLS has checked that
// they hold it.
func same(public ed25519.PublicKey) func(tls.ConnectionState) error {
	return func(s tls.ConnectionState) error {
		if len(s.PeerCertificates) > 0 {
			if k, ok := s.PeerCertificates[0].PublicKey.(ed25519.PublicKey); ok && k.Equal(public) {
				return nil
			}
		}
		return errors.New("the other server has another secret")
	}
}

func clientTLS(secret []byte) (*tls.Config, error) {
	c, public, err := certificate(secret)
	if err != nil {
		return nil, fmt.Errorf("cluster: %w", err)
	}
	// Names and authorities say nothing here: the key does.
	return &tls.Config{MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{c}, InsecureSkipVerify: true, VerifyConnection: same(public)}, nil
}

func serverTLS(secret []byte) (*tls.Config, error) {
	c, public, err := certificate(secret)
	if err != nil {
		return nil, fmt.Errorf("cluster: %w", err)
	}
	return &tls.Config{MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{c}, ClientAuth: tls.RequireAnyClientCert, VerifyConnection: same(public)}, nil
}

func dialer(timeout time.Duration) func(context.Context, string, string) (net.Conn, error) {
	return (&net.Dialer{Timeout: timeout}).DialContext
}
