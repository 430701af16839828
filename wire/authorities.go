package wire

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"log/slog"
	"os"
	"sync"
)

// AuthorityLoader has the authorities whose certificates of clients are good, from a
// file that may change: each handshake looks whether it has. It is to ClientCAs what
// CertificateLoader is to the server's own certificate.
//
//	authorities, err := wire.LoadAuthorities("ca.crt", nil)
//	...
//	server.TLSConfig = authorities.Verify(&tls.Config{GetCertificate: loader.GetCertificate})
type AuthorityLoader struct {
	file string
	log  *slog.Logger

	mu     sync.Mutex
	pool   *x509.CertPool
	loaded fileState
}

// LoadAuthorities loads certificates from a PEM file. Later, if what the file has
// become cannot be used, the authorities stay as they are, and log is told; nil
// means slog.Default().
func LoadAuthorities(file string, log *slog.Logger) (*AuthorityLoader, error) {
	if log == nil {
		log = slog.Default()
	}
	l := &AuthorityLoader{file: file, log: log}
	state, err := stateOf(file)
	if err != nil {
		return nil, err
	}
	if err := l.load(state); err != nil {
		return nil, err
	}
	return l, nil
}

// Verify returns a configuration that does what base does, and asks clients for a
// certificate. They need not have one; one that they have has to be good. See
// Certificate for those who must.
func (l *AuthorityLoader) Verify(base *tls.Config) *tls.Config {
	return &tls.Config{GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) {
		cfg := base.Clone()
		cfg.ClientCAs, cfg.ClientAuth = l.Pool(), tls.VerifyClientCertIfGiven
		return cfg, nil
	}}
}

// Pool returns the authorities as the file has them now. Any goroutine may call it.
func (l *AuthorityLoader) Pool() *x509.CertPool {
	l.mu.Lock()
	defer l.mu.Unlock()
	state, err := stateOf(l.file)
	if err == nil && state != l.loaded {
		err = l.load(state)
	}
	if err != nil && state != l.loaded {
		l.log.Error("wire: the authorities have changed and cannot be loaded; the old ones stay", "error", err)
		l.loaded = state // it is told once
	}
	return l.pool
}

// load loads the file, whose state has been taken before.
func (l *AuthorityLoader) load(state fileState) error {
	pem, err := os.ReadFile(l.file)
	if err != nil {
		return err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return fmt.Errorf("%s: there is no certificate in it", l.file)
	}
	l.pool, l.loaded = pool, state
	return nil
}
