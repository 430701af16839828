package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io/fs"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// ownCert is the certificate of --tls-auto. It is signed by itself, so it is also
// the root that clients verify it by.
type ownCert struct{ certFile, keyFile string }

const (
	ownCertLife = 5 * 365 * 24 * time.Hour
	// One that ends sooner than this is replaced.
	ownCertRest = 30 * 24 * time.Hour
)

// ownCertificate returns the certificate of the user's configuration directory,
// for this machine under all its usual names and under host. It makes a new one if
// there is none, or if the one there is would not do; what clients have a copy of
// is not replaced without need.
func ownCertificate(host string) (*ownCert, error) {
	dir, err := os.UserConfigDir()
	if err != nil {
		return nil, err
	}
	dir = filepath.Join(dir, "csvsql")
	own := &ownCert{certFile: filepath.Join(dir, "server.crt"), keyFile: filepath.Join(dir, "server.key")}
	names := ownNames(host)
	switch good, err := own.covers(names); {
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return nil, err // it may be there for a reason
	case good:
		return own, nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	return own, own.make(names)
}

// ownNames are the names that clients may call this machine by.
func ownNames(host string) []string {
	names := []string{"localhost", "127.0.0.1", "::1"}
	if name, err := os.Hostname(); err == nil {
		names = append(names, name)
	}
	if ip := net.ParseIP(host); host != "" && (ip == nil || !ip.IsUnspecified()) {
		names = append(names, host)
	}
	return names
}

// covers says whether the certificate is good for all the names, and for a while.
func (o *ownCert) covers(names []string) (bool, error) {
	pair, err := tls.LoadX509KeyPair(o.certFile, o.keyFile)
	if err != nil {
		return false, err
	}
	for _, name := range names {
		if pair.Leaf.VerifyHostname(name) != nil {
			return false, nil
		}
	}
	return time.Until(pair.Leaf.NotAfter) > ownCertRest, nil
}

func (o *ownCert) make(names []string) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return err
	}
	template := &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{CommonName: "csvsql on " + names[len(names)-1]},
		NotBefore:    time.Now().Add(-time.Hour), // clocks differ
		NotAfter:     time.Now().Add(ownCertLife),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},

		BasicConstraintsValid: true, // it signs nothing but itself
	}
	for _, name := range names {
		if ip := net.ParseIP(name); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, name)
		}
	}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return err
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	if err := writePEM(o.keyFile, "PRIVATE KEY", keyDER, 0o600); err != nil {
		return err
	}
	return writePEM(o.certFile, "CERTIFICATE", cert, 0o644)
}

func writePEM(file, kind string, der []byte, mode fs.FileMode) error {
	if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err // or its mode would stay
	}
	return os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), mode)
}
